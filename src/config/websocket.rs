//! The terms of a WebSocket connection.

use serde::Deserialize;

use super::{ConfigError, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSocketSettings {
    /// How long a client may take until it has sent `connection_init`.
    pub initialisation: Span,
    /// How often a client is asked for a sign of life; after one such span without any it is given up, and so it is when it takes
    /// longer to take a message.
    pub ping: Span,
    /// Operations at once on one connection.
    pub operations: usize,
}

impl Default for WebSocketSettings {
    fn default() -> Self {
        Self {
            initialisation: Span::from_secs(3),
            ping: Span::from_secs(20),
            operations: 100,
        }
    }
}

impl WebSocketSettings {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        if self.operations == 0 {
            return Err(ConfigError::key(
                "websocket.operations",
                "is 0; nothing could be asked over WebSocket",
            ));
        }
        Ok(())
    }
}
