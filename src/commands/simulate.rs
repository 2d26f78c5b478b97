//! `simulate`: the five systems alone, with the demonstration's data, and going wrong where asked to.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use axum::Router;
use axum::routing::get;
use programgrant_schema::SourceId;

use crate::adapters::{Simulators, simulate};
use crate::config::Span;
use crate::demo::tables::{self, Laid};
use crate::{demo, http, output, telemetry};

pub async fn run(listen: SocketAddr, folder: &Path, faults: &[String]) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=info");
    let faults = faults
        .iter()
        .map(|fault| parse_fault(fault))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let folder = std::path::absolute(folder)?;
    let simulators = simulate(listen, &folder).with_context(|| {
        format!(
            "the simulated systems cannot start at {listen} and {}",
            folder.display()
        )
    })?;
    let tables = demo::publish(&simulators, &folder)?;
    for (source, kind) in faults {
        let simulator = simulators.find(source).ok_or_else(|| {
            let known: Vec<&str> = simulators.places().iter().map(|place| place.source.as_str()).collect();
            anyhow!(
                "--fault {source}={kind}: the simulated systems are {}",
                known.join(", ")
            )
        })?;
        simulator
            .set_fault(Some(kind))
            .with_context(|| format!("--fault {source}={kind}"))?;
    }
    let reference = demo::write_reference(&folder).with_context(|| folder.display().to_string())?;
    let settings = configuration(&simulators, &tables, &reference);
    let (listener, address) = http::bind(listen).await.with_context(|| format!("--listen {listen}"))?;
    output::announce(format_args!(
        "{settings}\n# The lines above are a configuration for `programgrant serve`; http://{address}/ serves them."
    ));
    let page = Router::new().route("/", get(move || std::future::ready(settings.clone())));
    axum::serve(listener, page)
        .with_graceful_shutdown(super::stop_requested())
        .await?;
    Ok(ExitCode::SUCCESS)
}

fn parse_fault(text: &str) -> anyhow::Result<(SourceId, &str)> {
    let (source, kind) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("--fault {text}: not SOURCE=KIND, such as udir=cut"))?;
    Ok((source.parse().with_context(|| format!("--fault {text}"))?, kind))
}

/// A whole configuration that finds these systems.
fn configuration(simulators: &Simulators, tables: &[Laid], reference: &str) -> String {
    let every = Span::from_secs(10);
    let (settings, tables) = (simulators.settings(every), tables::settings(tables, every));
    format!(
        "listen = \"127.0.0.1:4000\"\n\n[store]\nurl = \"sqlite:programgrant.db\"\n\n[auth]\nmode = \"open\"\n\n{reference}\n{settings}\n{tables}"
    )
}
