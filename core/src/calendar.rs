//! How instants are read: the day that it is in Norway, and what two clocks may differ by.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What two clocks that agree may differ by. An instant that lies further ahead than this was told by another clock.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// The calendar day of an instant in Europe/Oslo.
pub fn norwegian_date(instant: Timestamp) -> jiff::civil::Date {
    // The zone data travel with the binary; were they ever missing, the day of UTC is at most two hours off.
    let zone = TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).date()
}
