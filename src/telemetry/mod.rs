//! What the gateway tells of itself: the log on standard error (`RUST_LOG` says how much), metrics, and traces where a collector
//! is configured. Nothing secret and no personal data is ever in any of them.

pub mod access_log;
mod asked;
mod metrics;
mod traces;

use std::fmt;
use std::io::IsTerminal;

use tracing::{Event, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, format};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{self, ConfigError};

pub use asked::{Asked, note, note_refused};
pub use metrics::{CONTENT_TYPE as METRICS_TYPE, Metrics};
pub use traces::{SPANS, Traces, finish, request_span};

/// Starts the log; `info` of this program where `RUST_LOG` says nothing.
pub fn start(default: &str) {
    subscribe(default, None);
}

/// The same with traces, where a collector is configured.
pub fn start_with(default: &str, settings: &config::Telemetry) -> Result<Option<Traces>, ConfigError> {
    let traces = settings.otlp_endpoint.as_deref().map(Traces::to).transpose()?;
    subscribe(default, traces.as_ref());
    Ok(traces)
}

fn subscribe(default: &str, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .event_format(lines());
    // What cannot be logged is lost: saying so would go to the same place, and end the thread that says it.
    let log = log.log_internal_errors(false);
    let spans = traces.map(|traces| {
        traces
            .layer()
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS))
    });
    // A second start, as tests do, leaves the first in place.
    let log = log.with_filter(filter.add_directive(access_log::elsewhere()));
    let _ = tracing_subscriber::registry()
        .with(spans)
        .with(access_log::layer())
        .with(log)
        .try_init();
}

/// Lines as a person reads them, each with the reference of the request that it is about.
pub fn lines() -> LogLine {
    LogLine(format().with_target(false))
}

/// See [`lines`]. A span for each request would say the same, and be made also where nothing is logged.
pub struct LogLine(Format);

impl<S, N> FormatEvent<S, N> for LogLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if let Some(reference) = access_log::reference() {
            write!(writer, "request {reference}: ")?;
        }
        self.0.format_event(context, writer, event)
    }
}
