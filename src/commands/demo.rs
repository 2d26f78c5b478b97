//! `demo`: everything in one process, ready to be asked.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use programgrant_core::access::Role;

use super::onlooker::show_first_intake;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::demo::tokens::{self, Issuers, Shape};
use crate::demo::{Demo, SAMPLE_QUERY, tour};
use crate::graphql::{self, Snapshot};
use crate::http::{self, AppState, Service};
use crate::{output, pages, telemetry};

/// Files of the simulated systems and issuers: their listeners, and their ends of the connections that the gateway has to them.
const SIMULATED: usize = 16;

pub async fn run(listen: SocketAddr, tour: bool, login: bool) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=warn");
    let demo = Demo::start_with_past(listen, Clock::system()).await?;
    let (listener, address) = http::bind(listen).await.with_context(|| format!("--listen {listen}"))?;
    let config = if login {
        demo.config_with_login(address).await?
    } else {
        demo.config()?
    };
    config.places(http::open_files(), SIMULATED)?;
    let replayed = demo.replay(&config).await?;
    let gateway = Arc::new(demo.gateway(&config).await?);
    let door = AppState::new(Service::new(&config, Arc::clone(&gateway))?);
    let polling = gateway.run();
    output::announce(format_args!(
        "The demonstration is starting: five simulated systems and one gateway, in {}",
        demo.folder().display()
    ));
    for place in demo.simulators().places() {
        output::announce(format_args!("  {:<15} {}", place.source.as_str(), place.place));
    }
    if let Some(since) = replayed {
        output::announce(format_args!(
            "  A made-up history since {since} was replayed: what the systems said on some days, and when (\"asOf\", \"versions\")."
        ));
    }
    show_first_intake(&door);
    let serving = tokio::spawn(http::serve(
        listener,
        door.clone(),
        pages::router(door),
        super::stop_requested(),
    ));
    wait_until_ready(&gateway).await;
    if tour {
        gateway.reconciler.round(gateway.dependencies.clock.now()).await?;
        tour::walk(address, &gateway).await?;
        serving.abort();
    } else {
        present(&gateway, address, login).await?;
        present_tokens(demo.issuers())?;
        serving.await??;
    }
    drop(polling);
    gateway.database.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Until every source has been heard once.
async fn wait_until_ready(gateway: &Gateway) {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(50));
    while !gateway.is_ready().await {
        look.tick().await;
    }
}

/// Prints where to ask, what to ask and what the answer is.
async fn present(gateway: &Gateway, address: SocketAddr, login: bool) -> anyhow::Result<()> {
    let answer = graphql::execute(
        &graphql::schema(),
        async_graphql::Request::new(SAMPLE_QUERY),
        Snapshot::take(gateway, http::caller::office()),
    )
    .await;
    // What is written already is laid out for people, its fields in the order of the answer.
    let laid_out: async_graphql::Value = serde_json::from_str(&serde_json::to_string(&answer)?)?;
    let one_line = SAMPLE_QUERY
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('"', "\\\"");
    output::announce(format_args!(
        "\nPages: http://{address}/\nGraphQL: http://{address}/graphql    health: http://{address}/health/live  http://{address}/health/ready"
    ));
    if login {
        output::announce(format_args!(
            "Log in at http://{address}/login; whoever does not, and brings no token, is the public.\n"
        ));
    } else {
        output::announce(format_args!(
            "Open mode: whoever brings no token is the programme office.\n"
        ));
    }
    output::announce(format_args!(
        "Ask, for example:\n\n  curl -s http://{address}/graphql -H 'content-type: application/json' \\\n    -d '{{\"query\":\"{one_line}\"}}'\n"
    ));
    output::announce(format_args!(
        "The answer (the amounts per municipality are made up; the programme's totals are real):\n"
    ));
    output::announce(format_args!("{}\n", serde_json::to_string_pretty(&laid_out)?));
    Ok(())
}

/// Prints one token for each role, and where there are more.
fn present_tokens(issuers: &Issuers) -> anyhow::Result<()> {
    output::announce(format_args!(
        "A token for each role (-H 'authorization: Bearer TOKEN'), from simulated issuers, good for eight hours:\n"
    ));
    for role in Role::ALL {
        let (number, name) = tokens::body(role);
        output::announce(format_args!(
            "{} ({name}, {number})\n{}\n",
            tokens::role_name(role),
            issuers.token(role, Shape::Plain)?
        ));
    }
    output::announce(format_args!(
        "More, in the other shapes (a supplier, a vendor's system, a person): {}",
        issuers.url()
    ));
    output::announce(format_args!(
        "  curl -s '{}token?role=municipality&shape=delegated'\n",
        issuers.url()
    ));
    output::announce(format_args!(
        "Ctrl-C ends the demonstration. `--tour` shows what the guard does."
    ));
    Ok(())
}
