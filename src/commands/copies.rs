//! `backup`, `restore` and `migrate`: the whole store, register and ledger, from one place to another.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::onlooker::shown;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::backup::{self, Error};
use crate::store::database::Database;
use crate::store::ledger::Soundness;
use crate::{output, telemetry};

pub async fn backup(config: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let source = backup::open_existing(&Config::load(config)?.store.address()?, "store.url").await?;
    let outcome = shown("backup", backup::backup(&source, file, &Clock::system())).await;
    source.close().await;
    report(outcome, |soundness| {
        format!("{}: {}", file.display(), counted(&soundness))
    })
}

pub async fn restore(config: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let target = Database::open(&Config::load(config)?.store.address()?).await?;
    let outcome = shown("restore", backup::restore(file, &target, &Clock::system())).await;
    target.close().await;
    report(outcome, |soundness| {
        format!(
            "restored: {}\nThe ledger is suspended: every answer is UNDETERMINED until `programgrant reconcile --resume` has lifted it.",
            counted(&soundness)
        )
    })
}

pub async fn migrate(from: &str, to: &str) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let source = backup::open_existing(from, "--from").await?;
    let target = Database::open(to).await.context("--to")?;
    let outcome = shown("migrate", backup::migrate(&source, &target, &Clock::system())).await;
    source.close().await;
    target.close().await;
    report(outcome, |moved| {
        let standing = moved.suspended.map_or_else(
            || "The ledger is open in its new store.".to_owned(),
            |reason| format!("The ledger is still suspended ({reason}); `programgrant reconcile --resume` lifts it."),
        );
        format!(
            "moved: {}\n{standing} The old store stays suspended for good.",
            counted(&moved.soundness)
        )
    })
}

fn counted(soundness: &Soundness) -> String {
    format!("{} entries, the chain is sound", soundness.entries)
}

/// What was asked for is there, or the data themselves are to blame (1), or it could not be done (2).
fn report<T>(outcome: Result<T, Error>, text: impl FnOnce(T) -> String) -> anyhow::Result<ExitCode> {
    match outcome {
        Ok(done) => {
            output::line(text(done))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.is_unsound() => {
            output::complain(&error);
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
