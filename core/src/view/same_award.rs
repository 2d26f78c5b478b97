//! The same award from several sources: one award, which the first source of its scheme states and the others report as well. Pure;
//! what the others say is kept beside it.

use std::collections::{BTreeSet, HashMap};

use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore, Programmes, SourceId};

use super::Award;
use super::restated::Counterpart;
use crate::reference::Reference;

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

/// Awards of which each is there once.
pub struct Joined {
    pub awards: Vec<Award>,
    /// Where each award went, by its place before.
    pub places: Vec<usize>,
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
    fn of(award: &'a Award, programmes: &Programmes) -> Option<Self> {
        let case_number = award.provenance.record.trim();
        let is_in_programme = award.status == AwardStatus::InProgramme;
        let is_stranger = is_in_programme && named_at(award, programmes).is_none() && award.scheme.is_some();
        if award.vanished_at.is_some() || case_number.is_empty() || is_stranger {
            return None;
        }
        Some(Self {
            recipient: Counterpart::of(award)?.without_name(),
            post: award.post,
            activity: award.activity.as_deref(),
            year: award.year,
            reference: case_number,
            is_in_programme,
        })
    }
}

/// The awards that are one, by their places.
struct Group {
    /// Those of the first source.
    stating: Vec<usize>,
    others: Vec<usize>,
}

/// Puts what other sources say beside the award whose figures the first source states.
pub fn join(mut awards: Vec<Award>, reference: &Reference) -> Joined {
    let groups = groups(&awards, reference);
    let mut goes_to: Vec<usize> = (0..awards.len()).collect();
    for group in &groups {
        let others: Vec<Award> = group.others.iter().map(|place| awards[*place].clone()).collect();
        let stated: Vec<Award> = group.stating.iter().map(|place| awards[*place].clone()).collect();
        let disputed = disputed(&stated, &others);
        for place in &group.stating {
            awards[*place].add_statements(&others, disputed, group.stating.len() == 1);
        }
        for place in &group.others {
            goes_to[*place] = group.stating[0];
        }
    }
    let is_own: Vec<bool> = goes_to.iter().enumerate().map(|(place, to)| place == *to).collect();
    let mut next = 0;
    let own: Vec<usize> = is_own
        .iter()
        .map(|is_own| {
            next += usize::from(*is_own);
            next.saturating_sub(1)
        })
        .collect();
    let mut keep = is_own.iter();
    awards.retain(|_| keep.next().copied().unwrap_or(true));
    Joined {
        awards,
        places: goes_to.into_iter().map(|to| own[to]).collect(),
    }
}

fn groups(awards: &[Award], reference: &Reference) -> Vec<Group> {
    let is_of_one_source = awards.windows(2).all(|pair| pair[0].source == pair[1].source);
    if is_of_one_source {
        return Vec::new();
    }
    let mut alike: HashMap<Whereabouts<'_>, Vec<usize>> = HashMap::new();
    for (place, award) in awards.iter().enumerate() {
        if let Some(whereabouts) = Whereabouts::of(award, &reference.programmes) {
            alike.entry(whereabouts).or_default().push(place);
        }
    }
    let groups = alike.into_values().filter_map(|mut places| {
        let first = awards[*places.first()?].source;
        if places.iter().all(|place| awards[*place].source == first) {
            return None;
        }
        places.sort_by_key(|place| (rank(&awards[*place], reference), *place));
        let first = awards[places[0]].source;
        let (stating, others) = places.into_iter().partition(|place| awards[*place].source == first);
        Some(Group { stating, others })
    });
    groups.collect()
}

/// The order in which sources are believed: as the scheme names them, then as they are shown, then by id.
fn rank(award: &Award, reference: &Reference) -> (usize, usize, SourceId) {
    let named = named_at(award, &reference.programmes);
    let shown = reference.sources.iter().position(|source| source.id == award.source);
    (named.unwrap_or(usize::MAX), shown.unwrap_or(usize::MAX), award.source)
}

/// The award's source among those of its scheme.
fn named_at(award: &Award, programmes: &Programmes) -> Option<usize> {
    let scheme = programmes.scheme(award.scheme.as_ref()?)?;
    scheme.sources.iter().position(|id| *id == award.source)
}

/// Which figures two sources state differently. Of a source with several parts of the award, their sum.
fn disputed(stated: &[Award], others: &[Award]) -> Disputed {
    let sources: BTreeSet<SourceId> = stated.iter().chain(others).map(|award| award.source).collect();
    let differs = |pick: fn(&Award) -> Figure| {
        let sum = |source: &SourceId| {
            let own = stated.iter().chain(others).filter(|award| award.source == *source);
            Figure::sum(own.map(pick)).stated()
        };
        let amounts: BTreeSet<Ore> = sources.iter().filter_map(sum).collect();
        amounts.len() > 1
    };
    Disputed {
        applied: differs(|award| award.applied),
        granted: differs(|award| award.granted),
        paid: differs(|award| award.paid),
    }
}

impl Award {
    /// What each source says of it, the one that states its figures first.
    pub fn statements(&self) -> impl Iterator<Item = &Award> {
        std::iter::once(self).chain(&self.others)
    }

    /// What was asked for, as it counts in a sum.
    pub fn applied_in_sums(&self) -> Figure {
        counted(self.applied, self.disputed.applied)
    }

    /// What was granted, as it counts in a sum.
    pub fn granted_in_sums(&self) -> Figure {
        counted(self.granted, self.disputed.granted)
    }

    /// What was paid, as it counts in a sum.
    pub fn paid_in_sums(&self) -> Figure {
        counted(self.paid, self.disputed.paid)
    }

    /// What a source does not have at all (a list without that column) the next one that has it states. What it has and has not
    /// delivered stays so.
    fn add_statements(&mut self, others: &[Award], disputed: Disputed, may_fill: bool) {
        if may_fill {
            fill(&mut self.applied, others.iter().map(|other| other.applied));
            fill(&mut self.granted, others.iter().map(|other| other.granted));
            let payer = others.iter().find(|other| other.paid != Figure::NotApplicable);
            if let Some(payer) = payer.filter(|_| self.paid == Figure::NotApplicable && self.disbursements.is_empty()) {
                self.paid = payer.paid;
                self.disbursements.clone_from(&payer.disbursements);
            }
        }
        self.disputed = disputed;
        self.others = others.to_vec();
    }
}

fn fill(figure: &mut Figure, mut others: impl Iterator<Item = Figure>) {
    if *figure == Figure::NotApplicable {
        *figure = others.find(|other| *other != Figure::NotApplicable).unwrap_or(*figure);
    }
}

fn counted(figure: Figure, is_disputed: bool) -> Figure {
    if is_disputed { Figure::NotDelivered } else { figure }
}
