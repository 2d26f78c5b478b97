//! `check`: a list of applicants as an office has it, asked of the guard line by line. Nothing is claimed; a line that cannot be
//! read is named and the others are answered.

mod answer;

use std::path::PathBuf;
use std::process::ExitCode;

use answer::{Answers, answer, refusal};
use anyhow::Context;
use clap::Args;
use programgrant_core::ledger::rules::{Application, FundingRequest, Recipient, Verdict};

use super::onlooker::shown;
use crate::app::Gateway;
use crate::applicants::{self, Defaults, InputTable, Line, RowFlaw};
use crate::clock::Clock;
use crate::config::Config;
use crate::telemetry::progress;
use crate::{output, telemetry};

/// What `check` is told.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The list: CSV with a header, separated by semicolon, tab or comma, in UTF-8 or Windows-1252.
    file: PathBuf,
    /// The grant year of every line that states none.
    #[arg(long)]
    year: Option<i32>,
    /// The scheme of every line that states neither scheme nor post, such as `621.63`.
    #[arg(long)]
    scheme: Option<String>,
    /// Asks no source before: the answers rest on what was last heard.
    #[arg(long)]
    no_sync: bool,
}

pub async fn run(arguments: CheckArguments) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let path = arguments.file;
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let scheme = arguments
        .scheme
        .map(|text| {
            applicants::scheme(&text).with_context(|| format!("--scheme {text}: no budget post, such as 621.63"))
        })
        .transpose()?;
    let defaults = Defaults {
        year: arguments.year,
        scheme,
    };
    // Before anybody is asked anything: a list that cannot be read needs no answer.
    let table = InputTable::read(&bytes, &defaults).with_context(|| path.display().to_string())?;
    let config = Config::load(&arguments.config)?;
    let gateway = Gateway::open(&config, Clock::system()).await?;
    if !arguments.no_sync {
        hear(&gateway).await;
    }
    let all_answered = shown("check", answer_all(&gateway, &table)).await;
    gateway.database.close().await;
    Ok(if all_answered? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One round of every source; one that fails is named, and clouds the answers by itself.
async fn hear(gateway: &Gateway) {
    for (source, outcome) in shown("intake", gateway.poll_all()).await {
        if let Err(error) = outcome {
            output::complain(format_args!("{source}: {error}"));
        }
    }
    gateway.dependencies.views.refresh_or_log().await;
}

/// Prints an answer for each line; says whether each had one.
async fn answer_all(gateway: &Gateway, table: &InputTable) -> anyhow::Result<bool> {
    let mut answers = Answers::begin(output::Page)?;
    let mut all_answered = true;
    for (line, done) in table.lines.iter().zip(0..) {
        progress::reached(done, table.lines.len() as u64);
        let verdict = match &line.request {
            Ok(request) => check(gateway, line, request).await,
            Err(flaw) => Err(flaw.clone()),
        };
        all_answered &= verdict.is_ok();
        answers.write(&verdict.map_or_else(
            |flaw| refusal(line, &flaw),
            |(application, verdict)| answer(gateway, line, &application, &verdict),
        ))?;
    }
    answers.end()?;
    Ok(all_answered)
}

async fn check(gateway: &Gateway, line: &Line, request: &FundingRequest) -> Result<(Application, Verdict), RowFlaw> {
    if let Some(flaw) = line.lost_zero.clone().filter(|_| !is_known(gateway, request)) {
        return Err(flaw);
    }
    let application =
        Application::resolve(request, &gateway.dependencies.reference()).map_err(|error| RowFlaw::of(&error))?;
    let (view, dependencies) = (gateway.dependencies.views.current(), &gateway.dependencies);
    let inputs = dependencies.inputs(&view, gateway.dependencies.clock.now());
    let verdict = gateway.guard.check(inputs, &application).await;
    Ok((application, verdict))
}

/// Whether the organisation number says by itself which municipality is meant.
fn is_known(gateway: &Gateway, request: &FundingRequest) -> bool {
    let by_organisation = FundingRequest {
        municipality_number: None,
        ..request.clone()
    };
    let application = Application::resolve(&by_organisation, &gateway.dependencies.reference());
    application.is_ok_and(|application| matches!(application.recipient, Recipient::Municipality(_)))
}
