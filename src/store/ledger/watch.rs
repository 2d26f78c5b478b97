//! What those who run the gateway must be told of its ledger: a clock that stands still, a suspension, a flaw. Seen whenever the
//! head is read, said in the log once when it begins and once when it ends.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How far the ledger's last entry may lie ahead of its clock before it is said.
const TOLERATED: SignedDuration = SignedDuration::from_secs(2);

/// What was last seen.
#[derive(Debug, Default)]
pub struct Watch(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Whether the log is told. A command that looks into a ledger says itself what it finds there.
    is_told: bool,
    ahead: SignedDuration,
    suspended: Option<String>,
    /// Why the ledger is to be taken as suspended, as long as that could not be written down.
    flaw: Option<String>,
    is_flawed: bool,
    is_walked: bool,
}

impl Watch {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the log from here on, and of what stands already at the next look.
    pub fn tell(&self) {
        let mut seen = self.seen();
        (seen.is_told, seen.ahead, seen.suspended) = (true, SignedDuration::ZERO, None);
    }

    /// The instant of the last entry, what the clock shows, and why the ledger is suspended.
    pub fn look(&self, last: Timestamp, clock: Timestamp, suspended: Option<&str>) {
        let mut seen = self.seen();
        let (before, ahead) = (seen.ahead, last.duration_since(clock).max(SignedDuration::ZERO));
        seen.ahead = ahead;
        let is_other = seen.suspended.as_deref() != suspended;
        if is_other {
            seen.suspended = suspended.map(str::to_owned);
        }
        if !seen.is_told {
            return;
        }
        match (before > TOLERATED, ahead > TOLERATED) {
            (false, true) => {
                tracing::error!(until = %last, clock = %clock, "the ledger's clock stands still until the clock gets there; nothing runs out before");
            }
            (true, false) => tracing::info!("the ledger's clock goes on"),
            _ => {}
        }
        match suspended.filter(|_| is_other) {
            Some(reason) => tracing::error!(
                reason,
                "the ledger is suspended: every answer is UNDETERMINED, and nothing is confirmed"
            ),
            None if is_other => tracing::info!("the ledger is in order again"),
            None => {}
        }
    }

    /// The ledger does not hold together: this process takes it as suspended, until that is written down.
    pub fn alarm(&self, flaw: &impl fmt::Display) -> String {
        let reason = format!("the ledger does not hold together: {flaw}");
        tracing::error!(%flaw, "the ledger does not hold together and is suspended; `programgrant verify` names what is wrong");
        let mut seen = self.seen();
        (seen.flaw, seen.is_flawed) = (Some(reason.clone()), true);
        reason
    }

    pub fn alarm_is_written(&self) {
        self.seen().flaw = None;
    }

    /// Whether it was found that the ledger does not hold together.
    pub fn is_flawed(&self) -> bool {
        self.seen().is_flawed
    }

    pub fn walked(&self) {
        self.seen().is_walked = true;
    }

    /// Whether the whole chain was walked.
    pub fn is_walked(&self) -> bool {
        self.seen().is_walked
    }

    /// What was found to be wrong, as a reason to be suspended.
    pub fn flaw(&self) -> Option<String> {
        self.seen().flaw.clone()
    }

    pub fn is_suspended(&self) -> bool {
        let seen = self.seen();
        seen.suspended.is_some() || seen.flaw.is_some()
    }

    /// How far the ledger's clock is ahead, standing still.
    pub fn ahead(&self) -> SignedDuration {
        self.seen().ahead
    }

    /// Codes of what somebody ought to look at.
    pub fn warnings(&self) -> Vec<&'static str> {
        let clock = (self.ahead() > TOLERATED).then_some("ledger_clock");
        let suspended = self.is_suspended().then_some("ledger_suspended");
        clock.into_iter().chain(suspended).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_still_is_told_while_it_does() {
        let watch = Watch::default();
        let at = |second| Timestamp::from_second(second).expect("an instant");
        watch.look(at(100), at(98), None);
        assert_eq!(
            watch.warnings(),
            Vec::<&str>::new(),
            "a step of two seconds is an ordinary correction"
        );
        watch.look(at(1000), at(100), None);
        assert_eq!(watch.ahead(), SignedDuration::from_secs(900));
        assert_eq!(watch.warnings(), ["ledger_clock"]);
        watch.look(at(1000), at(1001), Some("a reason"));
        assert_eq!(watch.warnings(), ["ledger_suspended"]);
    }
}
