//! Holds the gateway's clock against the machine's and the database's. Small differences are taken up slowly; a jump is not, but it is said.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use programgrant_core::calendar::TOLERANCE;

use super::Worker;
use crate::clock::Clock;
use crate::store::database::Database;

/// How often clocks are compared.
const EVERY: Duration = Duration::from_secs(1);
/// How much of a difference is taken up at once: an age is wrong by a twentieth at the most.
const STEP: SignedDuration = SignedDuration::from_millis(50);
/// A database that takes longer to say what time it is has not said it.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);

/// Compares, corrects and tells.
pub struct Timekeeper {
    clock: Clock,
    database: Database,
    machine: Mutex<Difference>,
    shared: Mutex<Difference>,
}

/// How far another clock is ahead of the gateway's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Difference {
    /// In whole seconds.
    pub ahead: i32,
    /// How often it jumped.
    pub jumps: u64,
    said: SignedDuration,
}

impl Difference {
    /// Whether the two clocks disagree.
    pub const fn is_off(&self) -> bool {
        !self.said.is_zero()
    }

    /// Takes in what was measured; true where it is news.
    fn measured(&mut self, ahead: SignedDuration) -> bool {
        self.ahead = i32::try_from(ahead.as_secs()).unwrap_or(i32::MAX);
        let is_off = ahead.abs() > TOLERANCE;
        let is_news = if is_off {
            (ahead - self.said).abs() > TOLERANCE
        } else {
            self.is_off()
        };
        if is_news {
            self.said = if is_off { ahead } else { SignedDuration::ZERO };
            self.jumps += u64::from(is_off);
        }
        is_news
    }
}

impl Timekeeper {
    /// Sets the clock by the database's where several gateways share one.
    pub async fn start(clock: Clock, database: Database) -> Result<Self, sqlx::Error> {
        let keeper = Self {
            clock,
            database,
            machine: Mutex::default(),
            shared: Mutex::default(),
        };
        if let Some((now, _)) = keeper.database_time().await? {
            keeper.clock.set_once(now);
        }
        keeper.compare().await;
        Ok(keeper)
    }

    /// Compares once.
    pub async fn compare(&self) {
        let Some(wall) = self.clock.wall_ahead() else { return };
        if note(&self.machine, wall) {
            let ahead = wall.as_secs();
            tracing::warn!(
                seconds_ahead = ahead,
                "the machine's clock differs from the gateway's, by which all goes on; see docs/decisions/operations.md"
            );
        }
        // One that cannot be asked has been logged by others.
        match self.database_time().await {
            Ok(None) => self.follow(wall),
            Ok(Some((now, noise))) => {
                let ahead = now.duration_since(self.clock.now());
                if note(&self.shared, ahead) {
                    tracing::warn!(
                        seconds_ahead = ahead.as_secs(),
                        "the database's clock differs from the gateway's; see docs/decisions/operations.md"
                    );
                }
                if ahead.abs() > noise {
                    self.follow(ahead);
                }
            }
            Err(_) => {}
        }
    }

    fn follow(&self, ahead: SignedDuration) {
        if ahead.abs() <= TOLERANCE {
            self.clock.follow(ahead.clamp(-STEP, STEP));
        }
    }

    /// What the database's clock shows by the time that this returns, and by how much that may be wrong.
    async fn database_time(&self) -> Result<Option<(Timestamp, SignedDuration)>, sqlx::Error> {
        let asked = std::time::Instant::now();
        let answer = tokio::time::timeout(ASK_TIMEOUT, self.database.time())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?;
        let half = SignedDuration::try_from(asked.elapsed() / 2).unwrap_or_default();
        Ok(answer?.map(|now| (now.checked_add(half).unwrap_or(now), half)))
    }

    /// How far the machine's clock is ahead.
    pub fn machine(&self) -> Difference {
        *self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the database's clock is ahead, where it is one of its own.
    pub fn database(&self) -> Difference {
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Worker for Timekeeper {
    /// Compares for ever.
    async fn run(&self) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.compare().await;
        }
    }
}

fn note(difference: &Mutex<Difference>, ahead: SignedDuration) -> bool {
    difference
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .measured(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_news_once_per_change() {
        let mut difference = Difference::default();
        let seconds = SignedDuration::from_secs;
        for (ahead, is_news, jumps) in [
            (0, false, 0),
            (2, false, 0),
            (-600, true, 1),
            (-600, false, 1),
            (-599, false, 1),
            (86_400, true, 2),
            (1, true, 2),
            (0, false, 2),
        ] {
            assert_eq!(
                (difference.measured(seconds(ahead)), difference.jumps),
                (is_news, jumps),
                "{ahead}"
            );
        }
        assert!(!difference.is_off());
    }
}
