//! `serve`: the gateway, until it is told to stop (SIGTERM, Ctrl-C). SIGHUP reads configuration and programme files anew.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::onlooker::show_first_intake;
use super::reload::Running;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::{self, Auth, AuthMode, Config};
use crate::http::{self, AppState, Certificate, ServerTls, Service};
use crate::{output, pages, telemetry};

pub async fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load(file)?;
    let connections = config.places(http::open_files(), 0)?;
    let traces = telemetry::start_with("programgrant=info", &config.telemetry)?;
    // A signal that nobody waits for would end the program.
    let mut asked_to_reload = super::Hangups::new()?;
    let tls = config
        .tls
        .as_ref()
        .map(Certificate::read)
        .transpose()?
        .map(ServerTls::new);
    let gateway = Arc::new(Gateway::open(&config, Clock::system()).await?);
    let (listener, address) = http::bind(config.listen)
        .await
        .with_context(|| format!("listen: {}", config.listen))?;
    output::announce(format_args!(
        "programgrant listens on {}://{address}",
        if tls.is_some() { "https" } else { "http" }
    ));
    tracing::info!(%address, sources = ?gateway.configured().collect::<Vec<_>>(), "{}", trust(&config.auth));
    let door = AppState::new(Service::new(&config, Arc::clone(&gateway))?);
    let limits = config::Server {
        connections,
        ..config.server.clone()
    };
    let (database, tasks) = (gateway.database.clone(), gateway.run());
    show_first_intake(&door);
    // It is the door's now, and goes when another takes its place.
    drop(gateway);
    let running = Running {
        file: file.to_owned(),
        config,
        door: door.clone(),
        tls: tls.clone(),
        tasks,
    };
    tokio::select! {
        served = http::serve_within(listener, door.clone(), pages::router(door), &limits, tls.as_ref(), super::stop_requested()) => served?,
        () = running.reload_at(async || asked_to_reload.next().await) => {}
    }
    database.close().await;
    if let Some(traces) = traces {
        traces.end().await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Who is believed, in a sentence.
fn trust(auth: &Auth) -> String {
    let issuers = auth
        .issuers
        .iter()
        .map(|issuer| issuer.issuer.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    match (auth.mode, auth.issuers.is_empty()) {
        (AuthMode::Open, true) => "auth.mode is open: every caller is the programme office".to_owned(),
        (AuthMode::Open, false) => {
            format!("auth.mode is open: every caller without a token is the programme office; tokens of {issuers}")
        }
        (AuthMode::Jwt, _) => format!("auth.mode is jwt: tokens of {issuers}"),
    }
}
