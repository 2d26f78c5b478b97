//! What the server allows those who connect, and how it takes its leave.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{ConfigError, Span};

/// A head that is given less room than this could not hold a token.
const SMALLEST_HEAD: usize = 8 * 1024;

/// Bounds on connections. The defaults fit one gateway behind a proxy as well as one that stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Connections at once; fewer where the process may not open so many files.
    pub connections: usize,
    /// From a connection's opening, or the first byte after an answer, to the end of a request's head.
    pub header_timeout: Span,
    /// From the end of the head to the end of the body.
    pub body_timeout: Span,
    /// How long a connection may rest between two requests. Longer than a proxy's own limit, so that the proxy closes first.
    pub idle_timeout: Span,
    /// Header fields of one request.
    pub headers: usize,
    /// Bytes of one request's head.
    pub header_bytes: usize,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
    /// Where `/metrics` is instead of on `listen`.
    pub metrics_listen: Option<SocketAddr>,
    /// How long after SIGTERM the gateway goes on listening, unready, so that a load balancer has time to turn away.
    pub drain_delay: Option<Span>,
    /// How long requests that are under way then have to end.
    pub grace: Span,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            connections: 4096,
            header_timeout: Span::from_secs(10),
            body_timeout: Span::from_secs(10),
            idle_timeout: Span::from_secs(75),
            headers: 100,
            header_bytes: 32 * 1024,
            streams: 128,
            metrics_listen: None,
            drain_delay: None,
            grace: Span::from_secs(20),
        }
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let above_zero = [
            ("connections", self.connections),
            ("headers", self.headers),
            ("streams", self.streams as usize),
        ];
        if let Some((key, _)) = above_zero.into_iter().find(|(_, value)| *value == 0) {
            return Err(ConfigError::key(format!("server.{key}"), "0 would let nobody in"));
        }
        if self.header_bytes < SMALLEST_HEAD {
            return Err(ConfigError::key(
                "server.header_bytes",
                format!("{} is less than {SMALLEST_HEAD}", self.header_bytes),
            ));
        }
        Ok(())
    }
}
