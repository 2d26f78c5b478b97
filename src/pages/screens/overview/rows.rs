//! The overview's rows: each municipality with its years, and what of it is counted, searched and sorted by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::super::format::{AnsweredFigure, Sum};
use super::super::pot::{ParticipantGrant, paid_share};
use super::asked::{OverviewAnswers, OverviewPlace, OverviewYear, ParticipantId};
use super::choice::Choice;

pub type Grant = ParticipantGrant<ParticipantId>;

/// What a municipality has in a year.
pub enum OfYear {
    Granted(Grant),
    /// It took no part.
    NoPart,
    /// It took no part, or the caller does not see it: the interface does not say which.
    Unseen,
}

impl OfYear {
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Granted(grant) => Some(grant),
            _ => None,
        }
    }
}

/// One municipality of the overview.
pub struct PlaceEntry {
    pub place: OverviewPlace,
    /// Whether it takes part in the programme at all.
    pub takes_part: bool,
    /// The shown years, oldest first.
    pub years: Vec<(i16, OfYear)>,
    /// Shares that are not known, of the shown years and schemes.
    pub gaps: usize,
    pub cases: usize,
    /// In order of names as Norwegian sorts them.
    pub order: (Vec<u32>, String),
    /// Of the shown years together.
    pub known_total: Option<i64>,
    pub known_paid: Option<i64>,
    pub paid_share: Option<u32>,
}

impl PlaceEntry {
    fn of(place: OverviewPlace, years: Vec<(i16, OfYear)>, takes_part: bool, cases: usize, schemes: &[String]) -> Self {
        let grants = || years.iter().filter_map(|(_, year)| year.grant());
        let gaps = grants()
            .map(|grant| schemes.iter().filter(|scheme| grant.lacks(scheme)).count())
            .sum();
        let has_any = grants().next().is_some();
        let whole = |sum: Sum| sum.known.filter(|_| has_any && sum.unknown == 0);
        let (total, paid) = (
            Sum::of(grants().map(Grant::total)),
            Sum::of(grants().map(|grant| grant.pot.paid)),
        );
        Self {
            order: (collated(&place.name), place.id.clone()),
            paid_share: paid_share(whole(paid), whole(total)),
            known_total: total.known.filter(|_| has_any),
            known_paid: paid.known.filter(|_| has_any),
            takes_part,
            gaps,
            cases,
            years,
            place,
        }
    }

    /// Everything of it that somebody may look for.
    pub fn searched(&self) -> String {
        let governor = self.place.county_governor.as_ref();
        let parts = [
            Some(self.place.name.as_str()),
            self.place.number.as_deref(),
            self.place.organisation_number.as_deref(),
            governor.map(|governor| governor.name.as_str()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Letters in the Norwegian order: `æ`, `ø` and `å` after `z`.
fn collated(name: &str) -> Vec<u32> {
    let place = |letter: char| match letter {
        'æ' => u32::from('z') + 1,
        'ø' => u32::from('z') + 2,
        'å' => u32::from('z') + 3,
        other => u32::from(other),
    };
    name.to_lowercase().chars().map(place).collect()
}

/// The schemes with a share that the caller sees, in the programme's order: a directorate sees its own.
pub fn seen_schemes(asked: &OverviewAnswers) -> Vec<(String, String)> {
    let seen: BTreeSet<&str> = asked
        .programme
        .years
        .values()
        .flatten()
        .flat_map(|year| &year.grants)
        .flat_map(|grant| &grant.shares)
        .map(|share| share.scheme.id.as_str())
        .collect();
    let schemes = asked.programme.schemes.iter();
    schemes
        .filter(|scheme| seen.contains(scheme.id.as_str()))
        .map(|scheme| (scheme.id.clone(), scheme.name.clone()))
        .collect()
}

/// Every municipality that there is, or that took part.
pub fn entries(asked: &mut OverviewAnswers, years: &[i16], schemes: &[String]) -> Vec<PlaceEntry> {
    let takes_part: BTreeSet<String> = asked
        .programme
        .municipalities
        .iter()
        .map(|one| one.id.clone())
        .collect();
    let mut by_year: BTreeMap<i16, HashMap<String, Grant>> = BTreeMap::new();
    for year in years {
        let answered = asked
            .programme
            .years
            .get_mut(&format!("y{year}"))
            .and_then(Option::as_mut);
        by_year.insert(*year, answered.map(by_municipality).unwrap_or_default());
    }
    let cases = asked.cases.take().unwrap_or_default();
    let sees_all = asked.sees_all;
    let places = std::mem::take(&mut asked.municipalities);
    places
        .into_iter()
        .filter(|place| place.number.is_some() || takes_part.contains(&place.id))
        .map(|place| {
            let part = takes_part.contains(&place.id);
            let of_year = |(year, grants): (&i16, &mut HashMap<String, Grant>)| {
                let state = match grants.remove(&place.id) {
                    Some(grant) => OfYear::Granted(grant),
                    None if part && !sees_all => OfYear::Unseen,
                    None => OfYear::NoPart,
                };
                (*year, state)
            };
            let of_years = by_year.iter_mut().map(of_year).collect();
            let cases = cases.get(&place.id).copied().unwrap_or_default();
            PlaceEntry::of(place, of_years, part, cases, schemes)
        })
        .collect()
}

fn by_municipality(year: &mut OverviewYear) -> HashMap<String, Grant> {
    std::mem::take(&mut year.grants)
        .into_iter()
        .map(|grant| (grant.municipality.id.clone(), grant))
        .collect()
}

/// Sums of one year over the rows that are shown, one for each scheme, and of the pots. Kinds are not mixed.
pub struct ShownSums {
    pub year: i16,
    pub schemes: Vec<Sum>,
    pub total: Sum,
    pub paid: Sum,
    /// How many municipalities have a grant in it.
    pub grants: usize,
    pub gaps: usize,
    /// What of each pot is paid, where that is known.
    pub shares: Vec<u32>,
}

pub fn sums(entries: &[PlaceEntry], years: &[i16], schemes: &[String], choice: &Choice) -> Vec<ShownSums> {
    let shown = years.iter().filter(|year| choice.has_year(**year));
    shown.map(|year| sums_of(entries, *year, schemes)).collect()
}

fn sums_of(entries: &[PlaceEntry], year: i16, schemes: &[String]) -> ShownSums {
    let grants: Vec<&Grant> = entries
        .iter()
        .flat_map(|entry| &entry.years)
        .filter(|(of, _)| *of == year)
        .filter_map(|(_, state)| state.grant())
        .collect();
    let of_scheme = |scheme: &String| {
        let shares: Vec<AnsweredFigure> = grants.iter().filter_map(|grant| grant.share_of(scheme)).collect();
        Sum::of(shares)
    };
    let lacking = |grant: &&Grant| schemes.iter().filter(|scheme| grant.lacks(scheme)).count();
    ShownSums {
        year,
        schemes: schemes.iter().map(of_scheme).collect(),
        total: Sum::of(grants.iter().map(|grant| grant.total())),
        paid: Sum::of(grants.iter().map(|grant| grant.pot.paid)),
        gaps: grants.iter().map(lacking).sum(),
        shares: grants.iter().filter_map(|grant| grant.paid_share()).collect(),
        grants: grants.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_norwegian_order() {
        let mut names = ["Ås", "Øygarden", "Ærlig", "Zoo", "Asker"];
        names.sort_by_key(|name| collated(name));
        assert_eq!(names, ["Asker", "Zoo", "Ærlig", "Øygarden", "Ås"]);
    }
}
