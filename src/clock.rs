//! The time, passed in: everything that asks for it asks here, so that a test can say what time it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tells the time.
#[derive(Clone)]
pub struct Clock {
    read: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    is_system: bool,
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
    pub fn system() -> Self {
        Self { read: Arc::new(Timestamp::now), is_system: true }
    }

    /// A clock that stands still until its hand is moved.
    pub fn manual(start: Timestamp) -> (Self, ClockHand) {
        let hand = ClockHand(Arc::new(AtomicI64::new(start.as_microsecond())));
        let read = hand.clone();
        (Self { read: Arc::new(move || read.now()), is_system: false }, hand)
    }

    pub fn now(&self) -> Timestamp {
        (self.read)()
    }

    /// Whether it is the machine's clock, and not one that a test moves.
    pub const fn is_system(&self) -> bool {
        self.is_system
    }

    /// Today in Norway.
    pub fn today(&self) -> jiff::civil::Date {
        norwegian_date(self.now())
    }
}

/// The calendar day of an instant in Europe/Oslo.
pub fn norwegian_date(instant: Timestamp) -> jiff::civil::Date {
    // The zone data travel with the binary; were they ever missing, the day of UTC is at most two hours off.
    let zone = TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).date()
}

/// Moves a manual clock.
#[derive(Debug, Clone)]
pub struct ClockHand(Arc<AtomicI64>);

impl ClockHand {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }

    pub fn advance(&self, by: std::time::Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}
