//! The log: lines on standard error, `RUST_LOG` says how much. Nothing secret and no personal data is ever logged.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::access;

/// Starts the log; `info` of this program where `RUST_LOG` says nothing.
pub fn start(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).with_target(false);
    // A second start, as tests do, leaves the first in place.
    let _ =
        tracing_subscriber::registry().with(access::log::layer()).with(log.with_filter(filter.add_directive(access::log::elsewhere()))).try_init();
}
