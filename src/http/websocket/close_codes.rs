//! Why a connection ends: the protocol's close codes, each with a reason that a frame can hold.

use std::borrow::Cow;

use axum::extract::ws::{CloseFrame, Message};

/// The longest reason in bytes: a control frame holds 125, two of which are the code.
const LONGEST: usize = 123;

/// A code and a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseReason {
    pub code: u16,
    pub reason: Cow<'static, str>,
}

impl CloseReason {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason: Cow::Borrowed(reason),
        }
    }

    /// The server ends, or is replaced.
    pub const fn going_away() -> Self {
        Self::new(1001, "Going away")
    }

    pub const fn protocol_error() -> Self {
        Self::new(1002, "Protocol error")
    }

    pub const fn no_text() -> Self {
        Self::new(1007, "Text is no UTF-8")
    }

    pub const fn too_large() -> Self {
        Self::new(1009, "Message too large")
    }

    /// Who the caller is now is not who it was: it may connect anew.
    pub const fn restart() -> Self {
        Self::new(1012, "Service restart")
    }

    /// Who the caller is cannot be found out now.
    pub const fn try_again() -> Self {
        Self::new(1013, "Try again later")
    }

    pub const fn invalid() -> Self {
        Self::new(4400, "Invalid message received")
    }

    pub const fn unauthorised() -> Self {
        Self::new(4401, "Unauthorized")
    }

    pub const fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }

    pub const fn token_expired() -> Self {
        Self::new(4403, "Token expired")
    }

    pub const fn other_subprotocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    pub const fn initialisation_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    pub const fn too_many_initialisations() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    /// The client's own id comes back as far as there is room.
    pub fn subscriber_exists(id: &str) -> Self {
        let (before, after) = ("Subscriber for ", " already exists");
        let room = LONGEST - before.len() - after.len();
        let shown = &id[..id.floor_char_boundary(room)];
        Self {
            code: 4409,
            reason: format!("{before}{shown}{after}").into(),
        }
    }

    pub fn frame(self) -> Message {
        Message::Close(Some(CloseFrame {
            code: self.code,
            reason: self.reason.into_owned().into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_into_its_frame_whatever_the_id() {
        for id in [
            "1",
            &"x".repeat(93),
            &"x".repeat(94),
            &"🙂".repeat(200),
            &"ø".repeat(47),
            "a\u{301}",
        ] {
            let closing = CloseReason::subscriber_exists(id);
            assert!(closing.reason.len() < 124, "{} bytes for {id}", closing.reason.len());
            assert!(closing.reason.starts_with("Subscriber for ") && closing.reason.ends_with(" already exists"));
        }
        assert_eq!(
            CloseReason::subscriber_exists("7").reason,
            "Subscriber for 7 already exists"
        );
    }
}
