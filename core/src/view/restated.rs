//! Stated anew: an award that its source no longer lists and, since then, lists the same of under another id. Each award takes the
//! place of one at most, so that of two that vanish and one that comes the other one is still missed. Pure.

use std::collections::{HashMap, HashSet};

use programgrant_schema::{AwardStatus, BudgetPost, Figure, SourceId};

use super::counterpart::Counterpart;
use super::row::Row;
use super::rows::{Place, Rows};

/// Which living award has taken the place of which vanished one.
#[derive(Debug, Default)]
pub struct Restated {
    pub heirs: HashMap<Place, Place>,
}

/// What must be the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Whereabouts<'a> {
    source: SourceId,
    recipient: Counterpart<'a>,
    post: BudgetPost,
    activity: Option<&'a str>,
    year: i16,
    status: AwardStatus,
}

impl<'a> Whereabouts<'a> {
    fn of(row: &'a Row) -> Option<Self> {
        Some(Self {
            source: row.heading.source,
            recipient: Counterpart::of(row)?,
            post: row.heading.post,
            activity: row.heading.activity.as_deref(),
            year: row.year,
            status: row.status,
        })
    }
}

/// Rows that may be the same, in the order of their ids.
struct Group<'a>(Vec<(Place, &'a Row)>);

impl Restated {
    /// Of these rows, among which are all that may be the same as any of them.
    pub fn of(rows: &Rows, places: &[Place]) -> Self {
        let mut groups: HashMap<Whereabouts<'_>, Vec<(Place, &Row)>> = HashMap::new();
        for place in places {
            let Some(row) = rows.get(*place) else { continue };
            if let Some(whereabouts) = Whereabouts::of(row) {
                groups.entry(whereabouts).or_default().push((*place, row));
            }
        }
        let mut restated = Self::default();
        for mut group in groups.into_values() {
            if group.iter().any(|(_, row)| !row.is_living()) {
                group.sort_by_key(|(_, row)| row.id());
                restated.add(&Group(group));
            }
        }
        restated
    }

    /// Follows each from one to the next until one is still listed.
    fn add(&mut self, group: &Group<'_>) {
        let gone = group.gone();
        let next = group.next(&gone);
        // The last to go first: what took its place is known by then.
        for nth in gone.into_iter().rev() {
            let Some(taker) = next.get(&nth) else { continue };
            let (place, row) = group.0[*taker];
            let heir = if row.is_living() {
                Some(place)
            } else {
                self.heirs.get(&place).copied()
            };
            if let Some(heir) = heir {
                self.heirs.insert(group.0[nth].0, heir);
            }
        }
    }
}

impl Group<'_> {
    fn row(&self, nth: usize) -> &Row {
        self.0[nth].1
    }

    /// Those that vanished, the first to go first.
    fn gone(&self) -> Vec<usize> {
        let mut gone: Vec<usize> = (0..self.0.len()).filter(|nth| !self.row(*nth).is_living()).collect();
        gone.sort_by_key(|nth| (self.row(*nth).left_in, *nth));
        gone
    }

    /// What took the place of each: first the one of the same amounts that came as it went, then the first that came after.
    fn next(&self, gone: &[usize]) -> HashMap<usize, usize> {
        let mut comers: Vec<usize> = (0..self.0.len()).collect();
        comers.sort_by_key(|nth| (self.row(*nth).listed_in, *nth));
        let (mut next, mut taken) = (HashMap::new(), HashSet::new());
        for exactly in [true, false] {
            for nth in gone {
                if next.contains_key(nth) {
                    continue;
                }
                let went = self.row(*nth).left_in;
                let first = comers.partition_point(|comer| self.row(*comer).listed_in < went);
                let fits = |comer: &&usize| {
                    let row = self.row(**comer);
                    let outlives = row.is_living() || row.left_in > went;
                    let is_exact = row.listed_in == went && amounts(row) == amounts(self.row(*nth));
                    outlives && (is_exact || !exactly) && !taken.contains(*comer)
                };
                if let Some(comer) = comers[first..].iter().find(fits) {
                    taken.insert(*comer);
                    next.insert(*nth, *comer);
                }
            }
        }
        next
    }
}

fn amounts(row: &Row) -> (Figure, Figure, Figure) {
    (row.granted(), row.paid(), row.applied())
}
