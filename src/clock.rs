//! The time, passed in: everything that asks for it asks here, so that a test can say what time it is.
//!
//! The gateway's clock is steady: it was set once, by the machine's clock or the database's, and goes on by one that nobody sets. An age is
//! what has passed, whatever is done to the machine's clock meanwhile.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use programgrant_core::calendar::norwegian_date;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    Manual(ClockHand),
    Steady(Arc<Steady>),
}

/// A clock that was set once and never goes back.
struct Steady {
    /// What the machine's clock shows.
    wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// How long it has been since some moment.
    passed: Box<dyn Fn() -> Duration + Send + Sync>,
    /// What it showed at that moment, in microseconds.
    base: AtomicI64,
    /// What it showed last.
    last: AtomicI64,
    was_set: AtomicBool,
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock as it is now, going on by the time that passes, asleep or awake.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
    pub fn system() -> Self {
        Self::steady(Timestamp::now, since_boot)
    }

    /// A steady clock, set by what the first shows now, going on by the second, which says how long it has been since some moment.
    pub fn steady(
        wall: impl Fn() -> Timestamp + Send + Sync + 'static,
        passed: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        let steady = Steady {
            wall: Box::new(wall),
            passed: Box::new(passed),
            base: AtomicI64::new(0),
            last: AtomicI64::new(i64::MIN),
            was_set: AtomicBool::new(false),
        };
        steady.set((steady.wall)());
        Self(Kind::Steady(Arc::new(steady)))
    }

    /// A clock that stands still until its hand is moved.
    pub fn manual(start: Timestamp) -> (Self, ClockHand) {
        let hand = ClockHand(Arc::new(AtomicI64::new(start.as_microsecond())));
        (Self(Kind::Manual(hand.clone())), hand)
    }

    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::Manual(hand) => hand.now(),
            Kind::Steady(steady) => steady.now(),
        }
    }

    /// Whether it is the machine's clock, and not one that a test moves.
    pub const fn is_system(&self) -> bool {
        matches!(self.0, Kind::Steady(_))
    }

    /// Today in Norway.
    pub fn today(&self) -> jiff::civil::Date {
        norwegian_date(self.now())
    }

    /// Sets it to what another clock shows, once; a test's clock is right as it is.
    pub fn set_once(&self, now: Timestamp) {
        if let Kind::Steady(steady) = &self.0
            && !steady.was_set.swap(true, Ordering::AcqRel)
        {
            steady.set(now);
        }
    }

    /// How far the machine's clock is ahead of this one; `None` for a test's.
    pub fn wall_ahead(&self) -> Option<SignedDuration> {
        match &self.0 {
            Kind::Manual(_) => None,
            Kind::Steady(steady) => Some((steady.wall)().duration_since(steady.now())),
        }
    }

    /// Follows another clock that is so far ahead. It is never turned back: where it must wait, it stands still.
    pub fn follow(&self, ahead: SignedDuration) {
        if let Kind::Steady(steady) = &self.0 {
            steady
                .base
                .fetch_add(i64::try_from(ahead.as_micros()).unwrap_or_default(), Ordering::AcqRel);
        }
    }
}

impl Steady {
    fn passed(&self) -> i64 {
        i64::try_from((self.passed)().as_micros()).unwrap_or(i64::MAX)
    }

    fn set(&self, now: Timestamp) {
        self.base
            .store(now.as_microsecond().saturating_sub(self.passed()), Ordering::Release);
        self.last.store(now.as_microsecond(), Ordering::Release);
    }

    fn now(&self) -> Timestamp {
        let counted = self.base.load(Ordering::Acquire).saturating_add(self.passed());
        let told = self.last.fetch_max(counted, Ordering::AcqRel).max(counted);
        Timestamp::from_microsecond(told).unwrap_or(Timestamp::MAX)
    }
}

/// Unlike the standard library's clock this one counts the time in which the machine slept.
#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::Boottime)).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}

/// Moves a manual clock.
#[derive(Debug, Clone)]
pub struct ClockHand(Arc<AtomicI64>);

impl ClockHand {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }

    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Turns the clock back.
    pub fn turn_back(&self, by: Duration) {
        self.0
            .fetch_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use programgrant_core::calendar::TOLERANCE;

    use super::*;

    /// A machine's two clocks, both in a test's hands, and the gateway's over them.
    fn machine() -> (ClockHand, ClockHand, Clock) {
        let (wall, wall_hand) = Clock::manual("2026-11-22T12:00:00Z".parse().expect("an instant"));
        let (passed, passed_hand) = Clock::manual(Timestamp::UNIX_EPOCH);
        let passed =
            move || Duration::try_from(passed.now().duration_since(Timestamp::UNIX_EPOCH)).expect("it only goes on");
        (wall_hand, passed_hand, Clock::steady(move || wall.now(), passed))
    }

    fn shows(clock: &Clock) -> String {
        clock.now().to_string()
    }

    #[test]
    fn what_passes_counts_whatever_is_done_to_the_machines_clock() {
        let (wall, passed, clock) = machine();
        wall.turn_back(Duration::from_mins(10));
        passed.advance(Duration::from_secs(8));
        assert_eq!(shows(&clock), "2026-11-22T12:00:08Z");
        assert_eq!(clock.wall_ahead(), Some(SignedDuration::from_secs(-608)));
        wall.advance(Duration::from_hours(24));
        assert_eq!(shows(&clock), "2026-11-22T12:00:08Z");
    }

    #[test]
    fn it_is_set_once_and_then_never_goes_back() {
        let (_, passed, clock) = machine();
        clock.set_once("2026-11-22T11:50:00Z".parse().expect("an instant"));
        assert_eq!(shows(&clock), "2026-11-22T11:50:00Z");
        clock.set_once("2026-11-22T12:30:00Z".parse().expect("an instant"));
        assert_eq!(shows(&clock), "2026-11-22T11:50:00Z");
        clock.follow(SignedDuration::from_secs(-1));
        assert_eq!(shows(&clock), "2026-11-22T11:50:00Z", "it waits");
        passed.advance(Duration::from_secs(3));
        assert_eq!(shows(&clock), "2026-11-22T11:50:02Z");
    }

    #[test]
    fn the_machines_own_goes_on() {
        let clock = Clock::system();
        let before = clock.now();
        assert!(clock.is_system() && clock.now() >= before);
        assert!(clock.wall_ahead().is_some_and(|ahead| ahead.abs() < TOLERANCE));
    }
}
