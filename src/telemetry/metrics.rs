//! Metrics in Prometheus' text format. What is counted is kept here; what stands is read from the gateway when it is asked for.
//! No label has more values than there are sources, states or outcomes.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram, with_local_recorder,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::Asked;
use crate::database::Dialect;
use crate::gateway::Gateway;
use crate::view::{SourceState, SourceView};

/// The content type of Prometheus' text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// One front door's metrics.
pub struct Metrics {
    recorder: PrometheusRecorder,
    counted: PrometheusHandle,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// # Panics
    ///
    /// If there were no buckets.
    pub fn new() -> Self {
        let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let buckets: Result<PrometheusBuilder, BuildError> = PrometheusBuilder::new().set_buckets(&seconds);
        let recorder = buckets.expect("there are buckets").build_recorder();
        let counted = recorder.handle();
        with_local_recorder(&recorder, || {
            describe_counter!("programgrant_requests_total", "GraphQL requests by kind and outcome");
            describe_histogram!(
                "programgrant_request_duration_seconds",
                Unit::Seconds,
                "Time to answer a GraphQL request"
            );
            describe_counter!(
                "programgrant_rate_limited_total",
                "Requests refused because their caller had asked too much"
            );
        });
        Self { recorder, counted }
    }

    /// Counts a request to `/graphql`.
    pub fn count(&self, asked: &Asked, status: u16, took: Duration) {
        let outcome = outcome(asked, status);
        let kind = asked.kind.unwrap_or("none");
        with_local_recorder(&self.recorder, || {
            counter!("programgrant_requests_total", "kind" => kind, "outcome" => outcome).increment(1);
            histogram!("programgrant_request_duration_seconds", "kind" => kind).record(took.as_secs_f64());
            if status == 429 {
                counter!("programgrant_rate_limited_total").increment(1);
            }
        });
    }

    /// Sums up what was counted; to be done now and then, also where nobody reads the metrics.
    pub fn sum_up(&self) {
        self.counted.run_upkeep();
    }

    /// Everything, as text.
    pub async fn render(&self, gateway: &Gateway, connections: usize) -> String {
        let is_ready = gateway.is_ready().await;
        // Made anew each time, so that nothing is told of a source that is no longer configured.
        let standing = PrometheusBuilder::new().build_recorder();
        with_local_recorder(&standing, || {
            describe();
            gauge!("programgrant_ready").set(u32::from(is_ready));
            gauge!("programgrant_connections").set(number(connections));
            gauge!("programgrant_view_generation").set(number(
                usize::try_from(gateway.views.current().generation).unwrap_or(usize::MAX),
            ));
            gauge!("programgrant_ledger_queue_commands").set(number(gateway.guard.writer().queued()));
            ledger(gateway);
            gauge!("programgrant_subscriptions").set(number(gateway.events.receiver_count()));
            clocks(gateway);
            leads(gateway);
            sources(gateway);
        });
        self.counted.render() + &standing.handle().render()
    }
}

/// What came of a request, as its metric and its span say it.
pub fn outcome(asked: &Asked, status: u16) -> &'static str {
    match status {
        429 => "limited",
        400..=499 => "refused",
        500.. => "failed",
        _ if asked.has_errors => "errors",
        _ => "ok",
    }
}

fn describe() {
    describe_gauge!(
        "programgrant_ready",
        "1 when a command could be carried out: the store takes writes and every source was tried once"
    );
    describe_gauge!("programgrant_connections", "Open connections");
    describe_gauge!(
        "programgrant_view_generation",
        "Generation of the picture that queries read"
    );
    describe_gauge!(
        "programgrant_ledger_queue_commands",
        "Commands that wait for the ledger's writer"
    );
    describe_gauge!(
        "programgrant_ledger_suspended",
        "1 while every answer of the guard is UNDETERMINED"
    );
    describe_gauge!(
        "programgrant_ledger_flawed",
        "1 when it was found since the start that the ledger does not hold together"
    );
    describe_gauge!(
        "programgrant_ledger_clock_ahead_seconds",
        Unit::Seconds,
        "How long the ledger's clock stands still, having once been ahead"
    );
    describe_gauge!("programgrant_subscriptions", "Subscriptions that are followed");
    describe_gauge!(
        "programgrant_clock_ahead_seconds",
        Unit::Seconds,
        "How far another clock is ahead of the gateway's"
    );
    describe_counter!(
        "programgrant_clock_jumps_total",
        "How often another clock jumped away from the gateway's"
    );
    describe_gauge!(
        "programgrant_leads",
        "1 for a task that this gateway does for all who share its store"
    );
    describe_counter!(
        "programgrant_lead_changes_total",
        "How often this gateway took the lead over a task or lost it"
    );
    describe_gauge!(
        "programgrant_source_age_seconds",
        Unit::Seconds,
        "Since the source was last heard; absent where that cannot be told"
    );
    describe_gauge!("programgrant_source_state", "1 for the state that the source is in");
    describe_gauge!("programgrant_source_records", "Records in force");
    describe_gauge!(
        "programgrant_source_set_aside_records",
        "Records that could not be read"
    );
    describe_gauge!(
        "programgrant_source_vanished_records",
        "Records that the source no longer lists"
    );
    describe_gauge!(
        "programgrant_source_unresolved_records",
        "Records whose recipient cannot be told"
    );
    describe_gauge!("programgrant_source_breaker_open", "1 while the source is only probed");
    describe_counter!(
        "programgrant_source_rounds_total",
        "Rounds of asking the source by outcome"
    );
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
    let (view, now) = (gateway.views.current(), gateway.clock.now());
    for intake in gateway.intakes() {
        let (id, source) = (intake.id().to_string(), view.source(intake.id()));
        if let Some(age) = source.age(now) {
            let age = Duration::try_from(age).unwrap_or_default();
            gauge!("programgrant_source_age_seconds", "source" => id.clone()).set(age);
        }
        let fresh_within = intake.schedule().fresh_within.signed();
        state(&id, source, source.state(now, fresh_within));
        let rounds = intake.rounds();
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
