//! How instants are read: the day that it is in Norway, and what two clocks may differ by.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What two clocks that agree may differ by. An instant that lies further ahead than this was told by another clock.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The calendar day of an instant in Europe/Oslo.
pub fn norwegian_date(instant: Timestamp) -> jiff::civil::Date {
    instant.to_zoned(norway()).date()
}

/// The instant at which the next day begins in Europe/Oslo.
pub fn norwegian_midnight(after: Timestamp) -> Timestamp {
    let tomorrow = after.to_zoned(norway()).tomorrow();
    // Where there is no tomorrow, nothing lasts.
    tomorrow
        .and_then(|tomorrow| tomorrow.start_of_day())
        .map_or(after, |midnight| midnight.timestamp())
}

/// The zone that days are read in.
pub fn norway() -> TimeZone {
    // The zone data travel with the binary; were they ever missing, the day of UTC is at most two hours off.
    TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_norway_in_summer_and_in_winter() {
        let midnight = |text: &str| norwegian_midnight(text.parse().expect("an instant")).to_string();
        assert_eq!(midnight("2026-11-22T12:00:00Z"), "2026-11-22T23:00:00Z");
        assert_eq!(midnight("2026-07-01T21:59:59.9Z"), "2026-07-01T22:00:00Z");
        assert_eq!(midnight("2026-07-01T22:00:00Z"), "2026-07-02T22:00:00Z");
        // The day on which summer time begins.
        assert_eq!(midnight("2026-03-28T23:30:00Z"), "2026-03-29T22:00:00Z");
    }
}
