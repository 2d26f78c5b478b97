//! Municipalities through time: a municipality number is a dated alias, never an identity.
//!
//! Numbers are renumbered (2018, 2020, 2024), merged (many to one), split (one to many) or kept by a grown municipality
//! (5001). Here every number leads to the municipality that it stands for today, or stands for no longer.

mod number;

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::organisation::OrganisationNumber;
use crate::reference::{ReferenceError, Table};

pub use number::{MunicipalityId, MunicipalityNumber, MunicipalityNumberError};

/// One number that a municipality, or a predecessor that went up in it, has borne.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

impl Municipality {
    fn last(&self) -> &NumberPeriod {
        &self.own[self.own.len() - 1]
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

/// The dated register of municipalities.
#[derive(Debug, Clone)]
pub struct MunicipalityRegister {
    municipalities: BTreeMap<MunicipalityId, Municipality>,
    by_number: HashMap<MunicipalityNumber, MunicipalityId>,
    by_organisation: HashMap<OrganisationNumber, MunicipalityId>,
}

impl MunicipalityRegister {
    /// Builds the register; the error names file, line and reason.
    pub fn parse(tables: &ReferenceTables<'_>) -> Result<Self, ReferenceError> {
        let graph = NumberGraph::parse(tables)?;
        let mut register = Self {
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
        register.read_organisation_numbers(tables.municipalities)?;
        Ok(register)
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
        for row in Table::read(place, text, &["number", "organisation_number"])?.rows() {
            let number: MunicipalityNumber = row.parse(0)?;
            let Some(organisation) = row.optional::<OrganisationNumber>(1)? else {
                continue;
            };
            let id = *self
                .by_number
                .get(&number)
                .ok_or_else(|| row.error(format!("municipality number {number} is not in the codes")))?;
            if self
                .by_organisation
                .insert(organisation, id)
                .is_some_and(|other| other != id)
            {
                return Err(row.error(format!(
                    "organisation number {organisation} stands for two municipalities"
                )));
            }
            // A merged predecessor's number resolves, but the municipality answers to its own.
            let municipality = self
                .municipalities
                .get_mut(&id)
                .filter(|municipality| municipality.own.iter().any(|own| own.number == number));
            if let Some(municipality) = municipality
                && municipality
                    .organisation_number
                    .replace(organisation)
                    .is_some_and(|other| other != organisation)
            {
                return Err(row.error(format!("municipality {number} has two organisation numbers")));
            }
        }
        Ok(())
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

    /// What the number meant on that very day.
    pub fn read_on(&self, number: MunicipalityNumber, day: Date) -> Reading {
        match self.by_number.get(&number) {
            Some(id) if self.periods(number, *id).any(|period| period.contains(day)) => Reading::Municipality(*id),
            _ => Reading::Unknown,
        }
    }

    /// What the number means today or, if it is no longer valid, what became of the municipality that bore it last.
    pub fn read(&self, number: MunicipalityNumber) -> Reading {
        let Some(id) = self.by_number.get(&number).copied() else {
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

/// Numbers and their changes, before they are gathered into municipalities.
struct NumberGraph {
    periods: BTreeMap<MunicipalityNumber, NumberPeriod>,
    /// Old number → new numbers, for numbers that ended.
    successors: HashMap<MunicipalityNumber, Vec<MunicipalityNumber>>,
    predecessors: HashMap<MunicipalityNumber, Vec<(Date, MunicipalityNumber)>>,
}

impl NumberGraph {
    fn parse(tables: &ReferenceTables<'_>) -> Result<Self, ReferenceError> {
        let mut graph = Self {
            periods: BTreeMap::new(),
            successors: HashMap::new(),
            predecessors: HashMap::new(),
        };
        let (place, text) = tables.codes;
        for row in Table::read(place, text, &["code", "name", "valid_from", "valid_to"])?.rows() {
            let number = row.parse(0)?;
            let period = NumberPeriod {
                number,
                name: row.text(1).to_owned(),
                from: row.parse(2)?,
                until: row.optional(3)?,
            };
            if graph.periods.insert(number, period).is_some() {
                return Err(row.error(format!("municipality number {number} stands here a second time")));
            }
        }
        let (place, text) = tables.changes;
        for row in Table::read(place, text, &["effective", "old_code", "new_code"])?.rows() {
            let (effective, old, new): (Date, MunicipalityNumber, MunicipalityNumber) =
                (row.parse(0)?, row.parse(1)?, row.parse(2)?);
            let ended = graph.period(old).map_err(|reason| row.error(reason))?.until;
            let begun = graph.period(new).map_err(|reason| row.error(reason))?.from;
            if ended != Some(effective) || begun > effective || old == new {
                return Err(row.error(format!(
                    "{old} → {new} on {effective} disagrees with the dates of the codes"
                )));
            }
            graph.successors.entry(old).or_default().push(new);
            graph.predecessors.entry(new).or_default().push((effective, old));
        }
        Ok(graph)
    }

    fn period(&self, number: MunicipalityNumber) -> Result<&NumberPeriod, String> {
        self.periods
            .get(&number)
            .ok_or_else(|| format!("municipality number {number} is not in the codes"))
    }

    fn successors(&self, number: MunicipalityNumber) -> &[MunicipalityNumber] {
        self.successors.get(&number).map_or(&[], Vec::as_slice)
    }

    fn predecessors(&self, number: MunicipalityNumber) -> &[(Date, MunicipalityNumber)] {
        self.predecessors.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Follows renumberings and mergers to the number that lives, or that was split. Dates grow on the way, so it ends.
    fn terminal(&self, number: MunicipalityNumber) -> MunicipalityNumber {
        match self.successors(number) {
            [only] => self.terminal(*only),
            _ => number,
        }
    }

    fn terminals(&self) -> impl Iterator<Item = MunicipalityNumber> {
        self.periods
            .keys()
            .copied()
            .filter(|number| self.successors(*number).len() != 1)
    }

    /// The number before a plain renumbering; `None` where several merged, one was split, or the number is older.
    fn renumbered_from(&self, number: MunicipalityNumber) -> Option<MunicipalityNumber> {
        let born = self.periods.get(&number)?.from;
        let mut founders = self
            .predecessors(number)
            .iter()
            .filter(|(effective, _)| *effective == born);
        match (founders.next(), founders.next()) {
            (Some((_, only)), None) if self.successors(*only).len() == 1 => Some(*only),
            _ => None,
        }
    }

    fn municipality(&self, terminal: MunicipalityNumber) -> Municipality {
        let mut line: Vec<MunicipalityNumber> =
            std::iter::successors(Some(terminal), |number| self.renumbered_from(*number)).collect();
        line.reverse();
        let mut merged = Vec::new();
        for number in &line {
            self.gather_predecessors(*number, &line, &mut merged);
        }
        merged.sort();
        merged.dedup();
        let periods = |numbers: &[MunicipalityNumber]| {
            numbers
                .iter()
                .filter_map(|number| self.periods.get(number).cloned())
                .collect()
        };
        Municipality {
            id: MunicipalityId(line[0]),
            organisation_number: None,
            own: periods(&line),
            merged: periods(&merged),
            parts: Vec::new(),
        }
    }

    fn gather_predecessors(
        &self,
        number: MunicipalityNumber,
        line: &[MunicipalityNumber],
        into: &mut Vec<MunicipalityNumber>,
    ) {
        for (_, predecessor) in self.predecessors(number) {
            let went_up_whole = self.successors(*predecessor).len() == 1;
            if went_up_whole && !line.contains(predecessor) {
                into.push(*predecessor);
                self.gather_predecessors(*predecessor, line, into);
            }
        }
    }
}

#[cfg(test)]
mod tests;
