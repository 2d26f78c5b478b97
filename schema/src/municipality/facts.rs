//! What is stated of municipality numbers, before anybody is told by it: which there are, from when to when, and what became of each.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{MunicipalityNumber, NumberPeriod, ReferenceTables};
use crate::organisation::OrganisationNumber;
use crate::reference::{ReferenceError, Table};

/// A number that ended, and one that stands for its municipality, or for a part of it, from that day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberChange {
    pub on: Date,
    pub old: MunicipalityNumber,
    pub new: MunicipalityNumber,
}

/// What Statistics Norway says (KLASS, classification 131): every number that was valid on a day or later, and every change since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// The day from which on it was asked: a period that begins then may have begun before.
    pub since: Date,
    pub periods: Vec<NumberPeriod>,
    pub changes: Vec<NumberChange>,
}

impl Numbers {
    fn period(&self, number: MunicipalityNumber) -> Option<&NumberPeriod> {
        self.periods.iter().find(|period| period.number == number)
    }

    /// Why a number that is valid would be lost; `None` where it is there, or a change says what becomes of it.
    pub(super) fn loses(&self, valid: &NumberPeriod) -> Option<String> {
        let NumberPeriod { number, name, .. } = valid;
        match self.period(*number) {
            None => Some(format!("{number} {name} is missing")),
            Some(NumberPeriod { until: Some(until), .. }) if !self.explains(*number, *until) => Some(format!(
                "{number} {name} ends on {until}, and no change says what becomes of it"
            )),
            Some(_) => None,
        }
    }

    fn explains(&self, ended: MunicipalityNumber, on: Date) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| {
            change.old == ended && change.on == on && change.new != ended && self.period(change.new).is_some()
        })
    }
}

/// Everything that is stated, whoever states it.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub numbers: BTreeMap<MunicipalityNumber, NumberPeriod>,
    pub changes: Vec<NumberChange>,
    pub organisations: Vec<(MunicipalityNumber, OrganisationNumber)>,
}

impl Facts {
    /// Reads the codes and the changes; organisation numbers are read once it is known whom they are for.
    pub fn parse(tables: &ReferenceTables<'_>) -> Result<Self, ReferenceError> {
        let mut facts = Self {
            numbers: BTreeMap::new(),
            changes: Vec::new(),
            organisations: Vec::new(),
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
            if facts.numbers.insert(number, period).is_some() {
                return Err(row.error(format!("municipality number {number} stands here a second time")));
            }
        }
        let (place, text) = tables.changes;
        for row in Table::read(place, text, &["effective", "old_code", "new_code"])?.rows() {
            let change = NumberChange {
                on: row.parse(0)?,
                old: row.parse(1)?,
                new: row.parse(2)?,
            };
            facts.add(change).map_err(|reason| row.error(reason))?;
        }
        Ok(facts)
    }

    fn add(&mut self, change: NumberChange) -> Result<(), String> {
        let NumberChange { on, old, new } = change;
        let (ended, begun) = (self.period(old)?.until, self.period(new)?.from);
        if ended != Some(on) || begun > on || old == new {
            return Err(format!("{old} → {new} on {on} disagrees with the dates of the codes"));
        }
        self.changes.push(change);
        Ok(())
    }

    fn period(&self, number: MunicipalityNumber) -> Result<&NumberPeriod, String> {
        self.numbers
            .get(&number)
            .ok_or_else(|| format!("municipality number {number} is not in the codes"))
    }

    /// These facts with what Statistics Norway says in their place, as far as it speaks of the same numbers.
    pub fn with(&self, said: &Numbers) -> Result<Self, String> {
        let mut numbers = self.numbers.clone();
        for period in &said.periods {
            let mut period = period.clone();
            // The answer begins on the day that was asked for, whenever the number did.
            if let Some(known) = numbers.get(&period.number).filter(|_| period.from == said.since) {
                period.from = period.from.min(known.from);
            }
            numbers.insert(period.number, period);
        }
        let mut facts = Self {
            numbers,
            changes: Vec::new(),
            organisations: self.organisations.clone(),
        };
        let told: HashSet<MunicipalityNumber> = said.changes.iter().map(|change| change.old).collect();
        let older = self.changes.iter().filter(|change| !told.contains(&change.old));
        for change in older.copied().filter(|change| facts.ends(*change)).collect::<Vec<_>>() {
            facts.add(change)?;
        }
        // A change after which the old number goes on moves a border, and nobody's identity.
        for change in said
            .changes
            .iter()
            .copied()
            .filter(|change| facts.ends(*change))
            .collect::<Vec<_>>()
        {
            facts.add(change)?;
        }
        facts.changes.sort_unstable();
        facts.changes.dedup();
        Ok(facts)
    }

    /// Whether the old number is no longer valid once the change has come.
    fn ends(&self, change: NumberChange) -> bool {
        change.old != change.new
            && self
                .numbers
                .get(&change.old)
                .is_some_and(|old| old.until == Some(change.on))
    }
}
