//! Which of two statements of one record is the later, as far as its source's own marks can tell. Pure.

use jiff::SignedDuration;

/// How far a time of change may be ahead of the gateway's clock: time zones, and clocks that are not quite right.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// The revision, unless the time of change behind it lies so far ahead of `now` that it cannot be true: then nothing is known of the
/// order, and whatever comes later holds. Instants are microseconds.
pub fn believed(revision: Option<i64>, changed_at: Option<i64>, now: i64) -> Option<i64> {
    let ahead = i64::try_from(AHEAD.as_micros()).unwrap_or(i64::MAX);
    revision.filter(|_| changed_at.is_none_or(|changed_at| changed_at <= now.saturating_add(ahead)))
}

/// Whether both revisions are known and the first is the earlier.
pub fn is_older(one: Option<i64>, other: Option<i64>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one < other)
}

/// The later time of change that was stated before this one; `None` where time runs forwards. While the same is stated again, what
/// was said of it stays.
pub fn changed_before(changed_at: Option<i64>, known: Option<i64>, known_before: Option<i64>) -> Option<i64> {
    match (changed_at, known) {
        (Some(changed_at), Some(known)) if changed_at < known => Some(known),
        (Some(changed_at), Some(known)) if changed_at == known => known_before,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ahead_is_believed_and_no_more() {
        let (now, day) = (1_000, 24 * 3_600_000_000);
        assert_eq!(believed(Some(7), Some(now + day), now), Some(7));
        assert_eq!(believed(Some(7), Some(now + day + 1), now), None);
        assert_eq!(believed(Some(7), None, now), Some(7));
        assert_eq!(believed(None, Some(now), now), None);
        assert_eq!(believed(Some(7), Some(0), i64::MAX), Some(7));
    }

    #[test]
    fn time_that_runs_backwards_is_said_until_it_runs_forwards() {
        assert_eq!(changed_before(Some(5), Some(9), None), Some(9));
        assert_eq!(changed_before(Some(5), Some(5), Some(9)), Some(9));
        assert_eq!(changed_before(Some(6), Some(5), Some(9)), None);
        assert_eq!(changed_before(None, Some(5), Some(9)), None);
        assert_eq!(changed_before(Some(5), None, None), None);
    }
}
