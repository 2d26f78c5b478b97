//! Whether a gateway can carry out a command, what it waits for, and what somebody ought to look at although it can.

use serde::Serialize;

/// What `/health/ready` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    pub ready: bool,
    /// `database`, then the ids of sources that nobody has asked yet; or `stopping`.
    pub waiting: Vec<String>,
    /// Codes of what is wrong and keeps nobody waiting.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<&'static str>,
}

impl Readiness {
    pub const fn new(waiting: Vec<String>, warnings: Vec<&'static str>) -> Self {
        Self {
            ready: waiting.is_empty(),
            waiting,
            warnings,
        }
    }

    /// A gateway that was told to stop.
    pub fn stopping() -> Self {
        Self::new(vec!["stopping".to_owned()], Vec::new())
    }
}
