//! `sync`: one round of intake, and a word on each source.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use programgrant_core::view::SourceState;
use programgrant_schema::SourceId;

use super::onlooker::shown;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::Config;
use crate::{output, telemetry};

pub async fn run(config: &Path) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let config = Config::load(config)?;
    let gateway = Gateway::open(&config, Clock::system()).await?;
    shown("sync", gateway.poll_all()).await;
    let whole = report(&gateway);
    gateway.database.close().await;
    Ok(if whole? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints a line for each source; says whether every configured one is heard and whole.
fn report(gateway: &Gateway) -> io::Result<bool> {
    let view = gateway.dependencies.views.current();
    let configured: Vec<SourceId> = gateway.configured().collect();
    let mut whole = !configured.is_empty();
    for source in view.sources() {
        if !configured.contains(&source.id) {
            output::line(format_args!("{:<15} not configured", source.id.as_str()))?;
            continue;
        }
        let state = source.state(
            gateway.dependencies.clock.now(),
            gateway.dependencies.freshness.limit(source.id),
        );
        let failed = source.status.last_error.is_some();
        whole &= state == SourceState::Fresh && !failed;
        let state = format!("{state:?}").to_uppercase();
        let error = source
            .last_error()
            .map(|error| format!("  {error}"))
            .unwrap_or_default();
        output::line(format_args!(
            "{:<15} {state:<10} {} records, {} vanished, {} set aside, {} unresolved{error}",
            source.id.as_str(),
            source.records,
            source.vanished,
            source.set_aside.len(),
            source.unresolved
        ))?;
    }
    Ok(whole)
}
