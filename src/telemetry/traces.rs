//! Traces for a collector that speaks OTLP over HTTP: requests, rounds of the sources, batches of the ledger. They are sent in
//! the background, in batches; a collector that is slow or gone delays nobody, and what it does not take is dropped.

use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};

use super::Asked;
use super::metrics::outcome;
use crate::config::ConfigError;

/// The target of spans that become traces. It is not the log's, whose lines are not to carry them.
pub const SPANS: &str = "traces";
/// How long the collector may take over one batch, and the program over the last one.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);

/// Sends traces until it is ended.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// To the collector at that address; `/v1/traces` is added.
    pub fn to(endpoint: &str) -> Result<Self, ConfigError> {
        let refused = |error: &dyn std::fmt::Display| ConfigError::key("telemetry.otlp_endpoint", error);
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(|error| refused(&error))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(|error| refused(&error))?;
        let resource = Resource::builder_empty().with_service_name("programgrant").build();
        let batches = BatchSpanProcessor::builder(exporter, Tokio).build();
        Ok(Self(
            SdkTracerProvider::builder()
                .with_resource(resource)
                .with_span_processor(batches)
                .build(),
        ))
    }

    /// Turns spans into traces.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, Tracer>
    where
        S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("programgrant"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
    }

    /// Sends what is left, if the collector takes it soon.
    pub async fn end(self) {
        let ending = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(EXPORT_TIMEOUT));
        if !matches!(tokio::time::timeout(EXPORT_TIMEOUT, ending).await, Ok(Ok(Ok(())))) {
            tracing::warn!("the last traces could not be sent");
        }
    }
}

/// The span of one request, a part of the caller's trace where the caller names one.
pub fn request_span(headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: SPANS,
        "request",
        otel.kind = "server",
        graphql.operation.type = tracing::field::Empty,
        graphql.operation.name = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
        outcome = tracing::field::Empty,
    );
    if !span.is_disabled() {
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
        // Without a layer that makes traces there is nothing to belong to.
        let _ = span.set_parent(context);
    }
    span
}

/// Says of a request's span what came of it.
pub fn finish(span: &Span, asked: &Asked, status: u16) {
    span.record("http.response.status_code", status);
    span.record("outcome", outcome(asked, status));
    if let Some(kind) = asked.kind {
        span.record("graphql.operation.type", kind);
    }
    if let Some(name) = &asked.name {
        span.record("graphql.operation.name", name.as_str());
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}
