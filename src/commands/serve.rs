//! `serve`: the gateway, until it is told to stop.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use crate::clock::Clock;
use crate::config::{Auth, AuthMode, Config};
use crate::gateway::Gateway;
use crate::http::{self, FrontDoor, Service};
use crate::telemetry;

pub async fn run(config: &Path) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=info");
    let config = Config::load(config)?;
    let gateway = Arc::new(Gateway::open(&config, Clock::system()).await?);
    let (listener, address) = http::bind(config.listen).await.with_context(|| format!("listen: {}", config.listen))?;
    println!("programgrant listens on http://{address}");
    tracing::info!(%address, sources = ?gateway.configured().collect::<Vec<_>>(), "{}", trust(&config.auth));
    let polling = gateway.run();
    let door = FrontDoor::new(Service::new(&config, Arc::clone(&gateway))?);
    http::serve(listener, door, super::stop_requested()).await?;
    drop(polling);
    gateway.database.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Who is believed, in a sentence.
fn trust(auth: &Auth) -> String {
    let issuers = auth.issuers.iter().map(|issuer| issuer.issuer.as_str()).collect::<Vec<_>>().join(", ");
    match (auth.mode, auth.issuers.is_empty()) {
        (AuthMode::Open, true) => "auth.mode is open: every caller is the programme office".to_owned(),
        (AuthMode::Open, false) => format!("auth.mode is open: every caller without a token is the programme office; tokens of {issuers}"),
        (AuthMode::Jwt, _) => format!("auth.mode is jwt: tokens of {issuers}"),
    }
}
