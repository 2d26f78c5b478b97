//! The metrics of what stands, read from the gateway when somebody asks.

use std::time::Duration;

use metrics::{counter, describe_gauge, gauge};
use programgrant_core::view::{SourceState, SourceView};

use crate::app::Gateway;
use crate::store::database::Dialect;
use crate::telemetry::Metrics;

/// What each metric says, behind its name.
const HELP: &[&str] = &[
    "programgrant_ready: 1 when a command could be carried out: the store takes writes and every source was tried once",
    "programgrant_connections: Open connections",
    "programgrant_view_generation: Generation of the picture that queries read",
    "programgrant_ledger_queue_commands: Commands that wait for the ledger's writer",
    "programgrant_ledger_suspended: 1 while every answer of the guard is UNDETERMINED",
    "programgrant_ledger_flawed: 1 when it was found since the start that the ledger does not hold together",
    "programgrant_ledger_clock_ahead_seconds: How long the ledger's clock stands still, having once been ahead",
    "programgrant_subscriptions: Subscriptions that are followed",
    "programgrant_clock_ahead_seconds: How far another clock is ahead of the gateway's",
    "programgrant_clock_jumps_total: How often another clock jumped away from the gateway's",
    "programgrant_leads: 1 for a task that this gateway does for all who share its store",
    "programgrant_lead_changes_total: How often this gateway took the lead over a task or lost it",
    "programgrant_source_age_seconds: Since the source was last heard; absent where that cannot be told",
    "programgrant_source_state: 1 for the state that the source is in",
    "programgrant_source_records: Records in force",
    "programgrant_source_set_aside_records: Records that could not be read",
    "programgrant_source_vanished_records: Records that the source no longer lists",
    "programgrant_source_unresolved_records: Records whose recipient cannot be told",
    "programgrant_source_breaker_open: 1 while the source is only probed",
    "programgrant_source_rounds_total: Rounds of asking the source by outcome",
];

/// Everything, as Prometheus' text: what `counted` has counted, and how the gateway stands now.
pub async fn render(counted: &Metrics, gateway: &Gateway, connections: usize) -> String {
    let is_ready = gateway.is_ready().await;
    counted.render(|| standing(gateway, is_ready, connections))
}

fn standing(gateway: &Gateway, is_ready: bool, connections: usize) {
    describe();
    gauge!("programgrant_ready").set(u32::from(is_ready));
    gauge!("programgrant_connections").set(number(connections));
    gauge!("programgrant_view_generation").set(number(
        usize::try_from(gateway.dependencies.views.current().generation).unwrap_or(usize::MAX),
    ));
    gauge!("programgrant_ledger_queue_commands").set(number(gateway.guard.writer().queued()));
    ledger(gateway);
    gauge!("programgrant_subscriptions").set(number(gateway.events.receiver_count()));
    clocks(gateway);
    leads(gateway);
    sources(gateway);
}

fn describe() {
    for (name, help) in HELP.iter().filter_map(|line| line.split_once(": ")) {
        describe_gauge!(name, help);
    }
}

fn ledger(gateway: &Gateway) {
    let watch = gateway.guard.store().watch();
    gauge!("programgrant_ledger_suspended").set(u32::from(watch.is_suspended()));
    gauge!("programgrant_ledger_flawed").set(u32::from(watch.is_flawed()));
    gauge!("programgrant_ledger_clock_ahead_seconds").set(Duration::try_from(watch.ahead()).unwrap_or_default());
}

fn clocks(gateway: &Gateway) {
    let machine = [("machine", gateway.timekeeper.machine())];
    let database = (gateway.database.dialect == Dialect::Postgres).then(|| ("database", gateway.timekeeper.database()));
    for (clock, difference) in machine.into_iter().chain(database) {
        gauge!("programgrant_clock_ahead_seconds", "clock" => clock).set(difference.ahead);
        counter!("programgrant_clock_jumps_total", "clock" => clock).absolute(difference.jumps);
    }
}

fn leads(gateway: &Gateway) {
    for (task, lead) in gateway.database.leads() {
        gauge!("programgrant_leads", "task" => task.clone()).set(u32::from(lead.leads));
        counter!("programgrant_lead_changes_total", "task" => task).absolute(lead.changes);
    }
}

fn sources(gateway: &Gateway) {
    let (view, now) = (gateway.dependencies.views.current(), gateway.dependencies.clock.now());
    for (id, schedule, rounds) in gateway.rounds() {
        let (id, source) = (id.to_string(), view.source(id));
        if let Some(age) = source.age(now) {
            let age = Duration::try_from(age).unwrap_or_default();
            gauge!("programgrant_source_age_seconds", "source" => id.clone()).set(age);
        }
        let fresh_within = schedule.fresh_within.signed();
        state(&id, &source, source.state(now, fresh_within));
        gauge!("programgrant_source_breaker_open", "source" => id.clone()).set(u32::from(rounds.is_open()));
        for (outcome, count) in [("ok", rounds.ok()), ("failed", rounds.failed())] {
            counter!("programgrant_source_rounds_total", "source" => id.clone(), "outcome" => outcome).absolute(count);
        }
    }
}

fn state(id: &str, source: &SourceView, state: SourceState) {
    let states = [
        ("fresh", SourceState::Fresh),
        ("stale", SourceState::Stale),
        ("incomplete", SourceState::Incomplete),
        ("silent", SourceState::Silent),
    ];
    for (name, possible) in states {
        gauge!("programgrant_source_state", "source" => id.to_owned(), "state" => name)
            .set(u32::from(possible == state));
    }
    gauge!("programgrant_source_records", "source" => id.to_owned()).set(number(source.records));
    gauge!("programgrant_source_set_aside_records", "source" => id.to_owned()).set(number(source.set_aside.len()));
    gauge!("programgrant_source_vanished_records", "source" => id.to_owned()).set(number(source.vanished));
    gauge!("programgrant_source_unresolved_records", "source" => id.to_owned()).set(number(source.unresolved));
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
