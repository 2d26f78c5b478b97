//! Stated anew: an award that its source no longer lists and, since then, lists the same of under another id. Each award takes the
//! place of one at most, so that of two that vanish and one that comes the other one is still missed. Pure.

use std::collections::{HashMap, HashSet};

use programgrant_schema::{AwardStatus, BudgetPost, MunicipalityId, ReportedRecipient, SourceId};

use super::Award;

/// Which living award has taken the place of which vanished one, by their places in the view.
#[derive(Debug, Default)]
pub struct Restated {
    heirs: HashMap<usize, usize>,
    before: HashMap<usize, Vec<usize>>,
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

/// Whom awards are compared by.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Counterpart<'a> {
    Known(MunicipalityId),
    /// To the letter: the two numbers, and the name.
    Reported(Option<&'a str>, Option<&'a str>, Option<&'a str>),
}

impl<'a> Counterpart<'a> {
    /// `None` where nothing is said of the recipient: then nobody can say that two are the same.
    pub fn of(award: &'a Award) -> Option<Self> {
        let ReportedRecipient {
            organisation_number,
            number,
            name,
        } = &award.reported;
        match award.recipient {
            Some(municipality) => Some(Self::Known(municipality)),
            None if organisation_number.is_none() && number.is_none() => None,
            None => Some(Self::Reported(
                organisation_number.as_deref(),
                number.as_deref(),
                name.as_deref(),
            )),
        }
    }

    /// Two bodies write one name in two ways; between them the numbers decide.
    pub fn without_name(self) -> Self {
        match self {
            Self::Reported(organisation_number, number, _) => Self::Reported(organisation_number, number, None),
            known @ Self::Known(_) => known,
        }
    }
}

impl<'a> Whereabouts<'a> {
    fn of(award: &'a Award) -> Option<Self> {
        let recipient = Counterpart::of(award)?;
        let (source, post, activity, year, status) = (
            award.source,
            award.post,
            award.activity.as_deref(),
            award.year,
            award.status,
        );
        Some(Self {
            source,
            recipient,
            post,
            activity,
            year,
            status,
        })
    }
}

impl Restated {
    pub fn of(awards: &[Award]) -> Self {
        let mut restated = Self::default();
        if awards.iter().all(|award| award.vanished_at.is_none()) {
            return restated;
        }
        let mut groups: HashMap<Whereabouts<'_>, Vec<usize>> = HashMap::new();
        for (place, award) in awards.iter().enumerate() {
            if let Some(whereabouts) = Whereabouts::of(award) {
                groups.entry(whereabouts).or_default().push(place);
            }
        }
        for group in groups.values() {
            restated.add(awards, group);
        }
        restated
    }

    /// The same where the awards have other places: each by its place before.
    #[must_use]
    pub fn at(self, places: &[usize]) -> Self {
        let mut moved = Self::default();
        for (gone, heir) in self.heirs {
            moved.heirs.insert(places[gone], places[heir]);
        }
        for (living, before) in self.before {
            let before = before.into_iter().map(|place| places[place]);
            moved.before.entry(places[living]).or_default().extend(before);
        }
        moved
    }

    /// The living award that has taken the place of the vanished one.
    pub fn heir(&self, gone: usize) -> Option<usize> {
        self.heirs.get(&gone).copied()
    }

    /// The vanished awards whose place the living one has taken.
    pub fn before(&self, living: usize) -> Option<&Vec<usize>> {
        self.before.get(&living)
    }

    /// Follows each from one to the next until one is still listed.
    fn add(&mut self, awards: &[Award], group: &[usize]) {
        let mut gone: Vec<usize> = group
            .iter()
            .copied()
            .filter(|place| awards[*place].vanished_at.is_some())
            .collect();
        gone.sort_by_key(|place| (awards[*place].left_in, *place));
        let next = next(awards, group, &gone);
        // The last to go first: what took its place is known by then.
        for place in gone.into_iter().rev() {
            let Some(taker) = next.get(&place) else { continue };
            let heir = if awards[*taker].vanished_at.is_none() {
                Some(*taker)
            } else {
                self.heir(*taker)
            };
            if let Some(heir) = heir {
                self.heirs.insert(place, heir);
                self.before.entry(heir).or_default().push(place);
            }
        }
    }
}

/// What took the place of each: first the one of the same amounts that came as it went, then the first that came after.
fn next(awards: &[Award], group: &[usize], gone: &[usize]) -> HashMap<usize, usize> {
    let mut comers = group.to_vec();
    comers.sort_by_key(|place| (awards[*place].listed_in, *place));
    let amounts = |place: usize| (awards[place].granted, awards[place].paid, awards[place].applied);
    let (mut next, mut taken) = (HashMap::new(), HashSet::new());
    for exactly in [true, false] {
        for place in gone {
            if next.contains_key(place) {
                continue;
            }
            let went = awards[*place].left_in;
            let first = comers.partition_point(|comer| awards[*comer].listed_in < went);
            let fits = |comer: &&usize| {
                let outlives = awards[**comer].vanished_at.is_none() || awards[**comer].left_in > went;
                let is_exact = awards[**comer].listed_in == went && amounts(**comer) == amounts(*place);
                outlives && (is_exact || !exactly) && !taken.contains(*comer)
            };
            if let Some(comer) = comers[first..].iter().find(fits) {
                taken.insert(*comer);
                next.insert(*place, *comer);
            }
        }
    }
    next
}
