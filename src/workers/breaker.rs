//! The circuit breaker: after a few failed rounds a system is only probed, gently, until it answers.

use std::time::Duration;

/// Failed rounds in a row that open the breaker.
const OPENS_AFTER: u32 = 3;
/// The longest pause before a probe.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Counts failures; pure, the caller brings the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
}

impl Breaker {
    pub const fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub const fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    pub const fn is_open(self) -> bool {
        self.failures >= OPENS_AFTER
    }

    /// How long to wait before the next round: the schedule, or ten times that and at most 30 seconds while open.
    pub fn pause(self, every: Duration) -> Duration {
        if self.is_open() {
            every.saturating_mul(10).min(LONGEST_PAUSE)
        } else {
            every
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_three_failures_and_closes_with_one_success() {
        let every = Duration::from_secs(1);
        let mut breaker = Breaker::default();
        let mut pauses = Vec::new();
        for _ in 0..4 {
            breaker.failed();
            pauses.push(breaker.pause(every).as_secs());
        }
        assert_eq!(pauses, [1, 1, 10, 10]);
        assert_eq!(breaker.pause(Duration::from_mins(1)), LONGEST_PAUSE);
        breaker.succeeded();
        assert_eq!((breaker.is_open(), breaker.pause(every)), (false, every));
    }
}
