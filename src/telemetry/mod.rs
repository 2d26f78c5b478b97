//! What the gateway tells of itself: the log on standard error (`RUST_LOG` says how much), metrics, and traces where a collector
//! is configured. Nothing secret and no personal data is ever in any of them.

pub mod access_log;
mod asked;
mod lines;
mod metrics;
pub mod progress;
mod traces;

use tracing::Subscriber;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{self, ConfigError};
use crate::output::Margin;

pub use asked::{Asked, note, note_refused};
pub use lines::LogLine;
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
    let spans = traces.map(|traces| {
        traces
            .layer()
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS))
    });
    let log = standard_error().with_filter(filter.add_directive(access_log::elsewhere()));
    // A second start, as tests do, leaves the first in place.
    let _ = tracing_subscriber::registry()
        .with(spans)
        .with(access_log::layer())
        .with(log)
        .try_init();
    if !Margin::is_terminal() {
        log_panics();
    }
}

/// Lines on standard error: for people on a terminal, JSON in files and pipes. What cannot be logged is lost: saying so would go to the same
/// place, and end the thread that says it.
fn standard_error<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let form = if Margin::is_terminal() {
        LogLine::for_people()
    } else {
        LogLine::Json
    };
    tracing_subscriber::fmt::layer()
        .with_writer(|| Margin)
        .with_ansi(Margin::is_coloured())
        .event_format(form)
        .log_internal_errors(false)
}

/// Has a panic told as a line of the log, which others read by the line. Where the log is off it is told as ever.
fn log_panics() {
    let as_ever = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if tracing::enabled!(tracing::Level::ERROR) {
            let place = panic.location().map(tracing::field::display);
            tracing::error!(place, cause = panic.payload_as_str(), "a panic");
        } else {
            as_ever(panic);
        }
    }));
}
