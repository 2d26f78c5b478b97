//! Metrics in Prometheus' text format. What is counted is kept here; what stands is read when it is asked for.
//! No label has more values than there are sources, states or outcomes.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram, with_local_recorder};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::Asked;

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

    /// Everything, as text: what was counted, and what `standing` sets now. The latter is made anew each time, so that nothing is told
    /// of what is no longer there.
    pub fn render(&self, standing: impl FnOnce()) -> String {
        let now = PrometheusBuilder::new().build_recorder();
        with_local_recorder(&now, standing);
        self.counted.render() + &now.handle().render()
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
