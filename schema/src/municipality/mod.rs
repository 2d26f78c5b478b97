//! Municipalities through time: a municipality number is a dated alias, never an identity.
//!
//! Numbers are renumbered (2018, 2020, 2024), merged (many to one), split (one to many) or kept by a grown municipality
//! (5001). Here every number leads to the municipality that it stands for today, or stands for no longer.

mod facts;
mod graph;
mod number;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::organisation::OrganisationNumber;
use crate::reference::{ReferenceError, Table};

use facts::Facts;
use graph::NumberGraph;

pub use facts::{NumberChange, Numbers};
pub use number::{MunicipalityId, MunicipalityNumber, MunicipalityNumberError};

/// One number that a municipality, or a predecessor that went up in it, has borne.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberPeriod {
    pub number: MunicipalityNumber,
    /// The name under that number.
    pub name: String,
    pub from: Date,
    /// The first day on which the number is no longer valid; `None` while it is.
    pub until: Option<Date>,
}

impl NumberPeriod {
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn touches_year(&self, year: i16) -> bool {
        let ended_before = |until: Date| until.year() < year || (until.year() == year && until.day_of_year() == 1);
        self.from.year() <= year && !self.until.is_some_and(ended_before)
    }
}

/// Kommune: one municipality, living or ended in a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    pub id: MunicipalityId,
    /// `None` only where the reference data has none.
    pub organisation_number: Option<OrganisationNumber>,
    /// Its own numbers, oldest first: a line of renumberings without a merger.
    pub own: Vec<NumberPeriod>,
    /// The numbers of predecessors that merged into it, by number.
    pub merged: Vec<NumberPeriod>,
    /// The municipalities that it was split into; empty while it lives.
    pub parts: Vec<MunicipalityId>,
    /// Which of its own numbers is the present one, or its last; a later one is yet to come.
    present: usize,
}

impl Municipality {
    fn last(&self) -> &NumberPeriod {
        &self.own[self.present]
    }

    /// Its present name, or its last.
    pub fn name(&self) -> &str {
        &self.last().name
    }

    /// Its present number, or its last.
    pub fn last_number(&self) -> MunicipalityNumber {
        self.last().number
    }

    /// Its own number on that day; `None` before it was formed and after it ended.
    pub fn number_on(&self, day: Date) -> Option<MunicipalityNumber> {
        self.own
            .iter()
            .find(|period| period.contains(day))
            .map(|period| period.number)
    }

    /// Every number that leads here: its own, then its predecessors'.
    pub fn numbers(&self) -> impl Iterator<Item = &NumberPeriod> {
        self.own.iter().chain(&self.merged)
    }
}

/// What a number stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Municipality(MunicipalityId),
    /// The number ended in a split, and nothing says which of the parts is meant.
    Ambiguous(Vec<MunicipalityId>),
    Unknown,
}

/// The three reference tables, as text, with the name to be used in errors.
#[derive(Debug, Clone)]
pub struct ReferenceTables<'a> {
    /// `number;name;organisation_number`.
    pub municipalities: (&'a str, &'a str),
    /// `code;name;valid_from;valid_to`, the latter exclusive and empty while valid.
    pub codes: (&'a str, &'a str),
    /// `effective;old_code;new_code`.
    pub changes: (&'a str, &'a str),
}

impl ReferenceTables<'static> {
    /// Statistics Norway's classification 131 since 2017, and the organisation numbers of 2021.
    pub fn built_in() -> Self {
        Self {
            municipalities: (
                "municipalities_2020.csv",
                include_str!("../../data/municipalities_2020.csv"),
            ),
            codes: (
                "municipality_codes.csv",
                include_str!("../../data/municipality_codes.csv"),
            ),
            changes: (
                "municipality_changes.csv",
                include_str!("../../data/municipality_changes.csv"),
            ),
        }
    }
}

/// The dated register of municipalities, as it is on one day: a merger of tomorrow is none yet, a plain renumbering of tomorrow is
/// known.
#[derive(Debug, Clone)]
pub struct MunicipalityRegister {
    facts: Arc<Facts>,
    day: Date,
    municipalities: BTreeMap<MunicipalityId, Municipality>,
    by_number: HashMap<MunicipalityNumber, MunicipalityId>,
    by_organisation: HashMap<OrganisationNumber, MunicipalityId>,
}

impl MunicipalityRegister {
    /// Builds the register as it is once everything in the tables has come to pass; the error names file, line and reason.
    pub fn parse(tables: &ReferenceTables<'_>) -> Result<Self, ReferenceError> {
        let mut register = Self::of(&Arc::new(Facts::parse(tables)?), Date::MAX);
        register.read_organisation_numbers(tables.municipalities)?;
        Ok(register)
    }

    /// The same as it is on that day, with what Statistics Norway has said since and with organisation numbers that the tables lack.
    /// A number of an organisation that contradicts what is known is left out: the tables were there first.
    pub fn on(
        &self,
        day: Date,
        said: Option<&Numbers>,
        organisations: impl IntoIterator<Item = (MunicipalityNumber, OrganisationNumber)>,
    ) -> Result<Self, ReferenceError> {
        let facts = match said {
            None => Arc::clone(&self.facts),
            Some(said) => Arc::new(
                self.facts
                    .with(said)
                    .map_err(|reason| ReferenceError::new("klass", reason))?,
            ),
        };
        let known = facts.organisations.clone();
        let mut register = Self::of(&facts, day);
        for (number, organisation) in known {
            // The tables agreed with each other under every number; what is no number yet is nobody's.
            let _ = register.assign(number, organisation);
        }
        for (number, organisation) in organisations {
            let lacks_one = register
                .living(number)
                .is_some_and(|known| known.organisation_number.is_none());
            if lacks_one || !register.by_organisation.contains_key(&organisation) {
                let _ = register.assign(number, organisation);
            }
        }
        Ok(register)
    }

    fn of(facts: &Arc<Facts>, day: Date) -> Self {
        let graph = NumberGraph::of(facts, day);
        let mut register = Self {
            facts: Arc::clone(facts),
            day,
            municipalities: BTreeMap::new(),
            by_number: HashMap::new(),
            by_organisation: HashMap::new(),
        };
        for terminal in graph.terminals() {
            register.insert(graph.municipality(terminal));
        }
        for terminal in graph.terminals() {
            let parts: Vec<MunicipalityId> = graph
                .successors(terminal)
                .iter()
                .flat_map(|part| register.living_parts(&graph, *part))
                .collect();
            if let Some(municipality) = register
                .by_number
                .get(&terminal)
                .and_then(|id| register.municipalities.get_mut(id))
            {
                municipality.parts = parts;
            }
        }
        register
    }

    fn insert(&mut self, municipality: Municipality) {
        for period in municipality.numbers() {
            self.by_number.insert(period.number, municipality.id);
        }
        self.municipalities.insert(municipality.id, municipality);
    }

    /// The municipality that `number` leads to or, where that one was split as well, its parts.
    fn living_parts(&self, graph: &NumberGraph, number: MunicipalityNumber) -> Vec<MunicipalityId> {
        let terminal = graph.terminal(number);
        match graph.successors(terminal) {
            [] => self.by_number.get(&terminal).copied().into_iter().collect(),
            parts => parts.iter().flat_map(|part| self.living_parts(graph, *part)).collect(),
        }
    }

    fn read_organisation_numbers(&mut self, (place, text): (&str, &str)) -> Result<(), ReferenceError> {
        let mut organisations = Vec::new();
        for row in Table::read(place, text, &["number", "organisation_number"])?.rows() {
            let number: MunicipalityNumber = row.parse(0)?;
            let Some(organisation) = row.optional::<OrganisationNumber>(1)? else {
                continue;
            };
            self.assign(number, organisation).map_err(|reason| row.error(reason))?;
            organisations.push((number, organisation));
        }
        Arc::make_mut(&mut self.facts).organisations = organisations;
        Ok(())
    }

    /// Gives an organisation number to the municipality that the number leads to.
    fn assign(&mut self, number: MunicipalityNumber, organisation: OrganisationNumber) -> Result<(), String> {
        let id = *self
            .by_number
            .get(&number)
            .ok_or_else(|| format!("municipality number {number} is not in the codes"))?;
        if self
            .by_organisation
            .get(&organisation)
            .is_some_and(|other| *other != id)
        {
            return Err(format!(
                "organisation number {organisation} stands for two municipalities"
            ));
        }
        // A merged predecessor's number resolves, but the municipality answers to its own.
        let own = self
            .municipalities
            .get_mut(&id)
            .filter(|municipality| municipality.own.iter().any(|own| own.number == number));
        if let Some(municipality) = own {
            if municipality
                .organisation_number
                .is_some_and(|other| other != organisation)
            {
                return Err(format!("municipality {number} has two organisation numbers"));
            }
            municipality.organisation_number = Some(organisation);
        }
        self.by_organisation.insert(organisation, id);
        Ok(())
    }

    /// The municipality that bears the number on the register's day.
    fn living(&self, number: MunicipalityNumber) -> Option<&Municipality> {
        match self.read_on(number, self.day) {
            Reading::Municipality(id) => self.get(id),
            _ => None,
        }
    }

    /// The municipality of that key or, where it went up in another one, that one.
    pub fn current(&self, id: MunicipalityId) -> Option<MunicipalityId> {
        let own = self.municipalities.contains_key(&id).then_some(id);
        own.or_else(|| self.by_number.get(&id.0).copied())
    }

    /// Every key that leads to the municipality: its own, and those of whoever went up in it.
    pub fn keys_of(&self, id: MunicipalityId) -> impl Iterator<Item = MunicipalityId> {
        let merged = self.get(id).into_iter().flat_map(|heir| &heir.merged);
        std::iter::once(id).chain(merged.map(|period| MunicipalityId(period.number)))
    }

    /// Keys that municipalities had which went up in another one, or were split, after that day, each with the other's or a part's key.
    pub fn successions(&self, after: Date) -> impl Iterator<Item = (MunicipalityId, MunicipalityId)> {
        let is_late = move |until: Option<Date>| until.is_some_and(|until| until > after);
        self.iter().flat_map(move |heir| {
            // A key is the first number of a line, which may have ended long before the line did.
            let merged = heir
                .merged
                .iter()
                .filter(move |period| is_late(self.went_up_on(heir, period)));
            let split = heir.parts.iter().filter(move |_| is_late(heir.last().until));
            let merged = merged.map(|period| (MunicipalityId(period.number), heir.id));
            merged.chain(split.map(|part| (heir.id, *part)))
        })
    }

    /// The day on which the line of numbers that a predecessor's number belongs to ended in its heir.
    fn went_up_on(&self, heir: &Municipality, period: &NumberPeriod) -> Option<Date> {
        let next = self.facts.changes.iter().find(|change| change.old == period.number);
        let later = next.and_then(|next| heir.merged.iter().find(|merged| merged.number == next.new));
        later.map_or(period.until, |later| self.went_up_on(heir, later))
    }

    /// Whether the register of another day, from the same facts, may read otherwise.
    pub fn turns_between(&self, day: Date) -> bool {
        let (first, last) = (self.day.min(day), self.day.max(day));
        let is_between = |turn: Date| first < turn && turn <= last;
        self.facts
            .numbers
            .values()
            .any(|period| is_between(period.from) || period.until.is_some_and(is_between))
    }

    /// The day that it is read on.
    pub const fn day(&self) -> Date {
        self.day
    }

    /// How many numbers it knows.
    pub fn count_numbers(&self) -> usize {
        self.facts.numbers.len()
    }

    /// What a new statement of Statistics Norway's would lose without saying what became of it; `None` where it may be believed.
    pub fn lost_in(&self, said: &Numbers) -> Option<String> {
        let mut standing = self.facts.numbers.values().filter(|period| period.contains(self.day));
        let lost = standing.find_map(|period| said.loses(period));
        lost.or_else(|| {
            let after = match self.facts.with(said) {
                Ok(facts) => Self::of(&Arc::new(facts), self.day),
                Err(reason) => return Some(reason),
            };
            let changed = self.iter().find(|known| {
                let is_living = known.parts.is_empty() && known.last().contains(self.day);
                is_living && after.get(known.id).is_none() && after.living(known.last_number()).is_some()
            });
            changed.map(|known| {
                format!(
                    "{} {} would be another municipality than it was",
                    known.last_number(),
                    known.name()
                )
            })
        })
    }

    pub fn get(&self, id: MunicipalityId) -> Option<&Municipality> {
        self.municipalities.get(&id)
    }

    /// All municipalities, living and ended in a split, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.values()
    }

    /// The municipality with that organisation number of its own.
    pub fn by_organisation(&self, number: OrganisationNumber) -> Option<MunicipalityId> {
        self.by_organisation.get(&number).copied()
    }

    /// Every organisation number that leads to a municipality, merged predecessors' included.
    pub fn organisation_numbers(&self) -> impl Iterator<Item = OrganisationNumber> {
        self.by_organisation.keys().copied()
    }

    /// Whether files or tables state the organisation's number, so that nobody had to be asked.
    pub fn is_stated(&self, number: OrganisationNumber) -> bool {
        self.facts.organisations.iter().any(|(_, stated)| *stated == number)
    }

    /// The organisation number that files or tables state beside that number.
    pub fn stated_for(&self, number: MunicipalityNumber) -> Option<OrganisationNumber> {
        let mut stated = self.facts.organisations.iter();
        stated
            .find(|(of, _)| *of == number)
            .map(|(_, organisation)| *organisation)
    }

    /// What the number meant on that very day.
    pub fn read_on(&self, number: MunicipalityNumber, day: Date) -> Reading {
        match self.by_number.get(&number) {
            Some(id) if self.periods(number, *id).any(|period| period.contains(day)) => Reading::Municipality(*id),
            _ => Reading::Unknown,
        }
    }

    /// What the number means today or, if it is no longer valid, what became of the municipality that bore it last.
    pub fn read(&self, number: MunicipalityNumber) -> Reading {
        let has_begun = |id: &MunicipalityId| self.periods(number, *id).any(|period| period.from <= self.day);
        let Some(id) = self.by_number.get(&number).copied().filter(has_begun) else {
            return Reading::Unknown;
        };
        match self.get(id).map(|municipality| municipality.parts.as_slice()) {
            None | Some([]) => Reading::Municipality(id),
            Some(parts) => Reading::Ambiguous(parts.to_vec()),
        }
    }

    /// What the number means in a record of that grant year, whichever of the municipality's numbers a system still holds.
    ///
    /// A number that ended in a split means the undivided municipality up to the split, and is ambiguous after it.
    pub fn read_in_year(&self, number: MunicipalityNumber, year: i16) -> Reading {
        let Some(id) = self.by_number.get(&number).copied() else {
            return Reading::Unknown;
        };
        let undivided = self
            .get(id)
            .is_some_and(|municipality| municipality.numbers().any(|period| period.touches_year(year)));
        if undivided {
            Reading::Municipality(id)
        } else {
            self.read(number)
        }
    }

    /// Whether the number is or was the municipality's, or that of one it is a part of.
    pub fn may_mean(&self, number: MunicipalityNumber, id: MunicipalityId) -> bool {
        let Some(bearer) = self.by_number.get(&number) else {
            return false;
        };
        *bearer == id
            || self
                .get(*bearer)
                .is_some_and(|municipality| municipality.parts.contains(&id))
    }

    fn periods(&self, number: MunicipalityNumber, id: MunicipalityId) -> impl Iterator<Item = &NumberPeriod> {
        self.get(id)
            .into_iter()
            .flat_map(Municipality::numbers)
            .filter(move |period| period.number == number)
    }
}

#[cfg(test)]
mod tests;
