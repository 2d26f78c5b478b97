//! `verify`: walks the audit chain, prints its head, or names the first entry that is wrong.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::onlooker::shown;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::backup;
use crate::store::ledger::SqlStore;
use crate::{output, telemetry};

pub async fn run(config: &Path, receipt: Option<&str>) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let database = backup::open_existing(&Config::load(config)?.store.address()?, "store.url").await?;
    let ledger = backup::ledger(database.clone(), &Clock::system()).await?;
    let outcome = walk(&ledger, receipt).await;
    database.close().await;
    outcome
}

async fn walk(ledger: &SqlStore, receipt: Option<&str>) -> anyhow::Result<ExitCode> {
    let receipt = receipt
        .map(|text| ledger.signer().verify(text))
        .transpose()
        .context("--receipt")?;
    match shown("verify", ledger.verify(receipt.as_ref())).await? {
        Ok(soundness) => {
            output::line(format_args!(
                "entries: {}\nhead: {}",
                soundness.entries,
                ledger.signer().sign(&soundness.head)
            ))?;
            if let (_, Some(reason)) = ledger.standing().await? {
                output::line(format_args!("suspended: {reason}"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(flaw) => {
            output::line(format_args!("{flaw}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}
