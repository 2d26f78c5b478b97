//! `verify`: walks the audit chain, prints its head, or names the first entry that is wrong.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::clock::Clock;
use crate::config::Config;
use crate::copies;
use crate::ledger::SqlStore;
use crate::telemetry;

pub async fn run(config: &Path, receipt: Option<&str>) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let database = copies::open_existing(&Config::load(config)?.store.address()?, "store.url").await?;
    let ledger = copies::ledger(database.clone(), &Clock::system()).await?;
    let outcome = walk(&ledger, receipt).await;
    database.close().await;
    outcome
}

async fn walk(ledger: &SqlStore, receipt: Option<&str>) -> anyhow::Result<ExitCode> {
    let receipt = receipt.map(|text| ledger.seal().open(text)).transpose().context("--receipt")?;
    match ledger.verify(receipt.as_ref()).await? {
        Ok(soundness) => {
            println!("entries: {}\nhead: {}", soundness.entries, ledger.seal().sign(&soundness.head));
            if let (_, Some(reason)) = ledger.standing().await? {
                println!("suspended: {reason}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(flaw) => {
            println!("{flaw}");
            Ok(ExitCode::FAILURE)
        }
    }
}
