//! The same award from several sources: one award, which the first source of its scheme states and the others report as well. Pure;
//! what the others say is kept beside it.

use std::collections::{BTreeSet, HashMap};

use programgrant_schema::{BudgetPost, Figure, Ore, SourceId};

use super::counterpart::Counterpart;
use super::links::{Joined, Same};
use super::row::Row;
use super::rows::{Place, Rows};

/// Figures that the sources of one award state differently. Nobody can tell which holds, so in sums they are not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disputed {
    pub applied: bool,
    pub granted: bool,
    pub paid: bool,
}

impl Disputed {
    pub fn any(self) -> bool {
        self.applied || self.granted || self.paid
    }
}

/// What must be the same. The awards of one source may share it, such as the parts of one case.
#[derive(PartialEq, Eq, Hash)]
struct Whereabouts<'a> {
    recipient: Counterpart<'a>,
    post: BudgetPost,
    activity: Option<&'a str>,
    year: i16,
    reference: &'a str,
    /// A share of a pot and a grant of money are two things, whatever they are called.
    is_in_programme: bool,
}

impl<'a> Whereabouts<'a> {
    /// `None` where nobody can say that two are the same. What its source no longer lists is judged by itself, and so is what a source
    /// calls a share of a scheme that it does not report: it is none, and must not put one in doubt.
    fn of(row: &'a Row) -> Option<Self> {
        let case_number = row.reference().trim();
        let is_in_programme = row.is_in_programme();
        let is_stranger = is_in_programme && row.heading.is_stranger();
        if !row.is_living() || case_number.is_empty() || is_stranger {
            return None;
        }
        Some(Self {
            recipient: Counterpart::of(row)?.without_name(),
            post: row.heading.post,
            activity: row.heading.activity.as_deref(),
            year: row.year,
            reference: case_number,
            is_in_programme,
        })
    }
}

/// The awards that are one.
struct Group<'a> {
    /// Those of the first source.
    stating: Vec<(Place, &'a Row)>,
    others: Vec<(Place, &'a Row)>,
}

/// What each of these rows, among which are all that may be the same as any of them, is to the others; who is not named stands alone.
pub fn join(rows: &Rows, places: &[Place]) -> HashMap<Place, Same> {
    let mut joined = HashMap::new();
    if !is_of_several_sources(rows, places) {
        return joined;
    }
    for group in groups(rows, places) {
        let disputed = group.disputed();
        let may_fill = group.stating.len() == 1;
        for (place, row) in &group.stating {
            joined.insert(*place, Same::States(Box::new(group.stated(row, disputed, may_fill))));
        }
        for (place, _) in &group.others {
            joined.insert(*place, Same::Beside(group.stating[0].0));
        }
    }
    joined
}

fn is_of_several_sources(rows: &Rows, places: &[Place]) -> bool {
    let mut sources = places.iter().filter_map(|place| Some(rows.get(*place)?.heading.source));
    let first = sources.next();
    sources.any(|source| Some(source) != first)
}

fn groups<'a>(rows: &'a Rows, places: &[Place]) -> impl Iterator<Item = Group<'a>> + use<'a> {
    let mut alike: HashMap<Whereabouts<'_>, Vec<(Place, &Row)>> = HashMap::new();
    for place in places {
        let Some(row) = rows.get(*place) else { continue };
        if let Some(whereabouts) = Whereabouts::of(row) {
            alike.entry(whereabouts).or_default().push((*place, row));
        }
    }
    alike.into_values().filter_map(|mut members| {
        members.sort_by_key(|(_, row)| (rank(row), row.id()));
        let first = members.first()?.1.heading.source;
        let (stating, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, row)| row.heading.source == first);
        (!others.is_empty()).then_some(Group { stating, others })
    })
}

/// The order in which sources are believed: as the scheme names them, then as they are shown, then by id.
fn rank(row: &Row) -> (u16, u16, SourceId) {
    let heading = &row.heading;
    (
        heading.named_at.unwrap_or(u16::MAX),
        heading.shown_at.unwrap_or(u16::MAX),
        heading.source,
    )
}

impl Group<'_> {
    /// Which figures two sources state differently. Of a source with several parts of the award, their sum.
    fn disputed(&self) -> Disputed {
        let members = || self.stating.iter().chain(&self.others).map(|(_, row)| *row);
        let sources: BTreeSet<SourceId> = members().map(|row| row.heading.source).collect();
        let differs = |pick: fn(&Row) -> Figure| {
            let sum = |source: &SourceId| {
                let own = members().filter(|row| row.heading.source == *source);
                Figure::sum(own.map(pick)).stated()
            };
            let amounts: BTreeSet<Ore> = sources.iter().filter_map(sum).collect();
            amounts.len() > 1
        };
        Disputed {
            applied: differs(Row::applied),
            granted: differs(Row::granted),
            paid: differs(Row::paid),
        }
    }

    /// What a source does not have at all (a list without that column) the next one that has it states. What it has and has not
    /// delivered stays so.
    fn stated(&self, row: &Row, disputed: Disputed, may_fill: bool) -> Joined {
        let mut joined = Joined {
            others: self.others.iter().map(|(place, _)| *place).collect(),
            disputed,
            applied: row.applied(),
            granted: row.granted(),
            paid: row.paid(),
            disbursements_of: None,
        };
        if may_fill {
            let others = || self.others.iter().map(|(_, other)| *other);
            fill(&mut joined.applied, others().map(Row::applied));
            fill(&mut joined.granted, others().map(Row::granted));
            let payer = self
                .others
                .iter()
                .find(|(_, other)| other.paid() != Figure::NotApplicable);
            if let Some((place, payer)) = payer
                && row.paid() == Figure::NotApplicable
                && row.disbursements().is_empty()
            {
                joined.paid = payer.paid();
                joined.disbursements_of = Some(*place);
            }
        }
        joined
    }
}

fn fill(figure: &mut Figure, mut others: impl Iterator<Item = Figure>) {
    if *figure == Figure::NotApplicable {
        *figure = others.find(|other| *other != Figure::NotApplicable).unwrap_or(*figure);
    }
}
