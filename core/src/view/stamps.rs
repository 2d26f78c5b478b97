//! What is odd about a source's times of change: one that lies in the future, one that runs backwards. It is said, and stands in
//! nobody's way: what the source says now holds all the same.

use jiff::Timestamp;

use super::row::RecordState;

/// How many are told one by one.
const MOST: usize = 50;
/// The most of a record's name that a warning repeats.
const NAME: usize = 60;

/// The odd times among the records that the source lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamps {
    /// Every time that was not past when its record was received, the latest first.
    ahead: Vec<Stamp>,
    /// Each with the later time before it, by record.
    backwards: Vec<(Stamp, Timestamp)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    changed_at: Timestamp,
    record: String,
    received_at: Timestamp,
}

/// The time of change of one record, where it is odd.
#[derive(Debug, Clone)]
pub struct Odd {
    stamp: Stamp,
    is_ahead: bool,
    before: Option<Timestamp>,
}

impl Odd {
    /// `None` where nothing is odd, or its source no longer lists it.
    pub fn of(state: RecordState<'_>) -> Option<Self> {
        let changed_at = state.changed_at.filter(|_| state.is_listed)?;
        let is_ahead = changed_at > state.received_at;
        if !is_ahead && state.changed_before.is_none() {
            return None;
        }
        let stamp = Stamp {
            changed_at,
            record: state.reference.chars().take(NAME).collect(),
            received_at: state.received_at,
        };
        Some(Self {
            stamp,
            is_ahead,
            before: state.changed_before,
        })
    }
}

impl Stamps {
    /// Of the records that are odd, in the order of their ids.
    pub fn of(odd: impl Iterator<Item = Odd>) -> Self {
        let mut stamps = Self::default();
        for Odd {
            stamp,
            is_ahead,
            before,
        } in odd
        {
            if let Some(before) = before {
                stamps.backwards.push((stamp.clone(), before));
            }
            if is_ahead {
                stamps.ahead.push(stamp);
            }
        }
        stamps
            .ahead
            .sort_by(|a, b| b.changed_at.cmp(&a.changed_at).then_with(|| a.record.cmp(&b.record)));
        stamps
    }

    /// In bytes, about.
    pub fn weight(&self) -> usize {
        // A record's name is kept, cut short.
        2 * (size_of::<Stamp>() + NAME) * (self.ahead.len() + self.backwards.len())
    }

    /// The times that lay ahead when they were heard of: each ceases to when it comes.
    pub(super) fn ahead(&self) -> impl Iterator<Item = Timestamp> {
        self.ahead.iter().map(|stamp| stamp.changed_at)
    }

    /// What is odd at that instant, for people. The records are named to those who may look inside the source.
    pub fn warnings(&self, now: Timestamp, named: bool) -> Vec<String> {
        let name = |stamp: &Stamp| {
            if named {
                stamp.record.clone()
            } else {
                "a record".to_owned()
            }
        };
        let ahead = self.ahead.iter().take_while(|stamp| stamp.changed_at > now);
        let ahead = ahead.map(|stamp| {
            let Stamp {
                changed_at,
                received_at,
                ..
            } = stamp;
            format!(
                "{}: changed at {changed_at}, which lies in the future; received at {received_at}",
                name(stamp)
            )
        });
        let backwards = self.backwards.iter().map(|(stamp, before)| {
            format!(
                "{}: changed at {}, which is before {before}, the time of change stated earlier",
                name(stamp),
                stamp.changed_at
            )
        });
        let mut all = ahead.chain(backwards);
        let mut warnings: Vec<String> = all.by_ref().take(MOST).collect();
        let rest = all.count();
        if rest > 0 {
            warnings.push(format!("and {rest} more"));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use programgrant_schema::{Accounts, Content, Record, RecordId};

    use super::*;
    use crate::systems;
    use crate::view::StoredRecord;

    const NOON: Timestamp = Timestamp::constant(1_700_000_000, 0);

    fn stored(id: usize, changed_at: i64, before: Option<i64>) -> StoredRecord {
        let content = Content::Accounts(Accounts::Year {
            year: 2021,
            lines: Vec::new(),
            municipal: None,
        });
        let changed_at = Some(Timestamp::constant(changed_at, 0));
        let id = format!("r-{id:03}");
        StoredRecord {
            source: systems::UDIR,
            record: Record {
                id: RecordId::new(id.clone()),
                reference: id,
                revision: None,
                changed_at,
                item: None,
                content,
            },
            received_at: NOON,
            listed_in: 1,
            touched_in: 1,
            vanished_at: None,
            changed_before: before.map(|before| Timestamp::constant(before, 0)),
        }
    }

    fn warnings(stored: &[StoredRecord], now: Timestamp, named: bool) -> Vec<String> {
        Stamps::of(stored.iter().filter_map(|stored| Odd::of(stored.into()))).warnings(now, named)
    }

    #[test]
    fn a_time_in_the_future_is_said_until_it_is_past() {
        let records = [stored(1, 1_700_000_001, None), stored(2, 1_700_000_000, None)];
        let said = "r-001: changed at 2023-11-14T22:13:21Z, which lies in the future; received at 2023-11-14T22:13:20Z";
        assert_eq!(warnings(&records, NOON, true), [said]);
        assert_eq!(
            warnings(&records, Timestamp::constant(1_700_000_001, 0), true),
            Vec::<String>::new()
        );
        assert_eq!(warnings(&records, NOON, false), [said.replace("r-001", "a record")]);
    }

    #[test]
    fn a_time_that_runs_backwards_is_said_with_both_instants_and_the_rest_is_counted() {
        let records: Vec<StoredRecord> = (1..=53)
            .map(|id| stored(id, 1_600_000_000, Some(1_650_000_000)))
            .collect();
        let said = warnings(&records, NOON, true);
        assert_eq!(said.len(), 51);
        let first = "r-001: changed at 2020-09-13T12:26:40Z, which is before 2022-04-15T05:20:00Z, the time of change stated earlier";
        assert_eq!((said[0].as_str(), said[50].as_str()), (first, "and 3 more"));
        assert_eq!(warnings(&records[..50], NOON, true).len(), 50);
    }
}
