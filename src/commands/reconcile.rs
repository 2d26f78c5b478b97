//! `reconcile`: hears every source once, compares what they say with the ledger, and lifts a suspension where nothing stands
//! against it.

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use programgrant_core::ledger::{Command, Principal};
use programgrant_core::view::{Award, SourceState, SourceView, View};
use programgrant_schema::{OrganisationNumber, SourceId};

use super::onlooker::shown;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::backup;
use crate::store::ledger::{LedgerStore, SqlStore};
use crate::workers::intake::RoundError;
use crate::{output, telemetry};

/// Who lifts the suspension, and why.
pub struct Resume {
    pub by: OrganisationNumber,
    pub reason: String,
}

pub async fn run(config: &Path, resume: Option<Resume>) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let config = Config::load(config)?;
    backup::expect_existing(&config.store.address()?)?;
    let gateway = Gateway::open(&config, Clock::system()).await?;
    let ledger = backup::ledger(gateway.database.clone(), &gateway.dependencies.clock).await?;
    let since = suspended_at(&ledger).await?;
    let obstacles = hear(&gateway, since).await;
    for obstacle in &obstacles {
        output::line(format_args!("{obstacle}"))?;
    }
    let found = shown("reconcile", gateway.reconciler.round(gateway.dependencies.clock.now())).await?;
    output::line(format_args!(
        "Compared with the ledger: {} cases opened, {} changed, {} claims paid.",
        found.opened.len(),
        found.changed.len(),
        found.paid
    ))?;
    let whole = obstacles.is_empty();
    let outcome = match resume {
        Some(resume) => lift(&ledger, resume, whole).await?,
        None => stand(&ledger, whole).await?,
    };
    gateway.database.close().await;
    Ok(outcome)
}

/// When the ledger was suspended; `None` while it is in order.
async fn suspended_at(ledger: &SqlStore) -> anyhow::Result<Option<Timestamp>> {
    let (_, Some(_)) = ledger.standing().await? else {
        return Ok(None);
    };
    Ok(ledger.history("ledger").await?.last().map(|link| link.entry.at))
}

/// One round of every source; what then stands against relying on them, a line each. What another gateway has heard to the end
/// since the suspension is as good.
async fn hear(gateway: &Gateway, since: Option<Timestamp>) -> Vec<String> {
    let rounds = shown("intake", gateway.poll_all()).await;
    gateway.dependencies.views.refresh_or_log().await;
    let view = gateway.dependencies.views.current();
    let failure = |(id, outcome): (SourceId, Result<(), RoundError>)| match outcome {
        Ok(()) => None,
        Err(RoundError::Elsewhere) if view.source(id).heard_at() > since => None,
        Err(error) => Some(format!("{id}: {error}")),
    };
    let failures: Vec<String> = rounds.into_iter().filter_map(failure).collect();
    // The ledger is held against the awards of whoever manages grants.
    let managers = view.sources().filter(|source| source.profile.manages_grants);
    let doubts = managers.filter_map(|source| Some(format!("{}: {}", source.id, doubt(gateway, source)?)));
    failures.into_iter().chain(doubts).collect()
}

/// Why a source's word is not enough. A record set aside whose place is known hides that place alone, and answers about it are
/// UNDETERMINED by themselves.
fn doubt(gateway: &Gateway, source: &SourceView) -> Option<String> {
    let nowhere = |record: &&programgrant_core::view::SetAsideView| {
        record.municipality.is_none() || record.scheme.is_none() || record.year.is_none()
    };
    match source.state(
        gateway.dependencies.clock.now(),
        gateway.dependencies.freshness.limit(source.id),
    ) {
        SourceState::Silent => Some("SILENT".to_owned()),
        SourceState::Stale => Some("STALE".to_owned()),
        SourceState::Incomplete | SourceState::Fresh if !source.is_whole() => {
            Some(source.last_error().unwrap_or_else(|| "not whole".to_owned()))
        }
        SourceState::Incomplete | SourceState::Fresh => {
            let aside = source.set_aside.iter().find(nowhere);
            let aside = aside.map(|record| {
                format!(
                    "{} stands aside, and whom it concerns cannot be told: {}",
                    record.place, record.reason
                )
            });
            aside.or_else(|| vanished(&gateway.dependencies.views.current(), source.id))
        }
    }
}

/// What the source no longer lists, and whom or what it was about cannot be told.
fn vanished(view: &View, source: SourceId) -> Option<String> {
    let is_nowhere = |award: &Award<'_>| award.recipient().is_none() || award.scheme().is_none();
    let mut gone = view
        .awards()
        .filter(|award| award.source() == source && award.vanished_at().is_some() && view.successor(*award).is_none());
    Some(format!(
        "{} is no longer listed, and whom it concerns cannot be told",
        gone.find(is_nowhere)?.reference()
    ))
}

async fn stand(ledger: &SqlStore, whole: bool) -> anyhow::Result<ExitCode> {
    match ledger.standing().await? {
        (_, Some(reason)) => output::line(format_args!("The ledger is suspended: {reason}"))?,
        (_, None) => output::line(format_args!("The ledger is in order."))?,
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn lift(ledger: &SqlStore, resume: Resume, whole: bool) -> anyhow::Result<ExitCode> {
    let (_, Some(suspended)) = ledger.standing().await? else {
        output::line(format_args!("The ledger is not suspended."))?;
        return Ok(ExitCode::SUCCESS);
    };
    if suspended == backup::MOVED {
        output::line(format_args!(
            "The ledger stays suspended: {suspended}, and goes on there."
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    if !whole {
        output::line(format_args!("The ledger stays suspended: {suspended}"))?;
        return Ok(ExitCode::FAILURE);
    }
    if let Err(flaw) = ledger.verify(None).await? {
        output::line(format_args!("The ledger stays suspended: {flaw}"))?;
        output::line(format_args!(
            "Keep this store as it is, restore the last sound backup into an empty one, and reconcile that."
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    let by = Principal {
        organisation: resume.by,
        subject: "programgrant reconcile".to_owned(),
    };
    let resumed = ledger
        .apply(&[Command::Resume {
            by: Some(by),
            reason: resume.reason,
            forgot: true,
        }])
        .await?;
    debug_assert!(resumed.iter().all(Result::is_ok), "resuming is never refused");
    output::line(format_args!(
        "The ledger is in order again. It was suspended: {suspended}"
    ))?;
    Ok(ExitCode::SUCCESS)
}
