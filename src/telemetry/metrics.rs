//! Metrics in Prometheus' text format. What is counted is kept here; what stands is read when it is asked for.
//! No label has more values than there are sources, states or outcomes.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Counter, Histogram, Unit, counter, describe_counter, describe_histogram, histogram, with_local_recorder,
};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::Asked;

/// The content type of Prometheus' text format.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

const KINDS: [&str; 4] = ["query", "mutation", "subscription", "none"];
const OUTCOMES: [&str; 5] = ["ok", "errors", "limited", "refused", "failed"];

/// One front door's metrics.
pub struct Metrics {
    recorder: PrometheusRecorder,
    counted: PrometheusHandle,
    /// By kind, found once and not for each request.
    kinds: [OfKind; KINDS.len()],
}

/// What is counted of requests of one kind; nothing stands for what has not happened.
#[derive(Default)]
struct OfKind {
    outcomes: [OnceLock<Counter>; OUTCOMES.len()],
    durations: OnceLock<Histogram>,
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
        Self {
            recorder,
            counted,
            kinds: Default::default(),
        }
    }

    /// Counts a request to `/graphql`.
    pub fn count(&self, asked: &Asked, status: u16, took: Duration) {
        let outcome = place(&OUTCOMES, outcome(asked, status));
        let kind = place(&KINDS, asked.kind.unwrap_or("none"));
        let of_kind = &self.kinds[kind];
        let register = || {
            with_local_recorder(
                &self.recorder,
                || counter!("programgrant_requests_total", "kind" => KINDS[kind], "outcome" => OUTCOMES[outcome]),
            )
        };
        of_kind.outcomes[outcome].get_or_init(register).increment(1);
        let register = || {
            with_local_recorder(
                &self.recorder,
                || histogram!("programgrant_request_duration_seconds", "kind" => KINDS[kind]),
            )
        };
        of_kind.durations.get_or_init(register).record(took.as_secs_f64());
        if status == 429 {
            with_local_recorder(&self.recorder, || {
                counter!("programgrant_rate_limited_total").increment(1);
            });
        }
    }

    /// Sums up what was counted; to be done now and then, also where nobody reads the metrics.
    pub fn sum_up(&self) {
        self.counted.run_upkeep();
    }

    /// Everything, as text: what was counted, and what `standing` sets now. The latter is made anew each time, so that nothing is told
    /// of what is no longer there.
    pub fn render(&self, standing: impl FnOnce()) -> String {
        let now = PrometheusBuilder::new().build_recorder();
        with_local_recorder(&now, standing);
        self.counted.render() + &now.handle().render()
    }
}

/// Where a word stands among those that there are.
fn place(words: &[&str], word: &str) -> usize {
    words.iter().position(|known| *known == word).unwrap_or(words.len() - 1)
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
