//! Numbers and what became of them by one day, before they are gathered into municipalities.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::facts::{Facts, NumberChange};
use super::{Municipality, MunicipalityId, MunicipalityNumber, NumberPeriod};

pub(super) struct NumberGraph<'a> {
    day: Date,
    periods: BTreeMap<MunicipalityNumber, &'a NumberPeriod>,
    /// Old number → new numbers, for numbers that ended.
    successors: HashMap<MunicipalityNumber, Vec<MunicipalityNumber>>,
    predecessors: HashMap<MunicipalityNumber, Vec<(Date, MunicipalityNumber)>>,
}

impl<'a> NumberGraph<'a> {
    /// What has come to pass by that day. Of what is yet to come only plain renumberings count: they leave everybody who they are.
    pub fn of(facts: &'a Facts, day: Date) -> Self {
        let is_plain = |change: &NumberChange| {
            let alone =
                |other: &&NumberChange| other.old == change.old || (other.new == change.new && other.on == change.on);
            let born = facts.numbers.get(&change.new).is_some_and(|new| new.from == change.on);
            born && facts.changes.iter().filter(alone).count() == 1
        };
        let counts = |change: &&NumberChange| change.on <= day || is_plain(change);
        let mut graph = Self {
            day,
            periods: BTreeMap::new(),
            successors: HashMap::new(),
            predecessors: HashMap::new(),
        };
        for change in facts.changes.iter().filter(counts) {
            graph.successors.entry(change.old).or_default().push(change.new);
            graph
                .predecessors
                .entry(change.new)
                .or_default()
                .push((change.on, change.old));
        }
        let known = |period: &&NumberPeriod| period.from <= day || graph.predecessors.contains_key(&period.number);
        graph.periods = facts
            .numbers
            .values()
            .filter(known)
            .map(|period| (period.number, period))
            .collect();
        graph
    }

    pub fn successors(&self, number: MunicipalityNumber) -> &[MunicipalityNumber] {
        self.successors.get(&number).map_or(&[], Vec::as_slice)
    }

    fn predecessors(&self, number: MunicipalityNumber) -> &[(Date, MunicipalityNumber)] {
        self.predecessors.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Follows renumberings and mergers to the number that lives, or that was split. Dates grow on the way, so it ends.
    pub fn terminal(&self, number: MunicipalityNumber) -> MunicipalityNumber {
        match self.successors(number) {
            [only] => self.terminal(*only),
            _ => number,
        }
    }

    pub fn terminals(&self) -> impl Iterator<Item = MunicipalityNumber> {
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

    pub fn municipality(&self, terminal: MunicipalityNumber) -> Municipality {
        let mut line: Vec<MunicipalityNumber> =
            std::iter::successors(Some(terminal), |number| self.renumbered_from(*number)).collect();
        line.reverse();
        let mut merged = Vec::new();
        for number in &line {
            self.gather_predecessors(*number, &line, &mut merged);
        }
        merged.sort();
        merged.dedup();
        let own = self.periods_of(&line);
        let begun = own.iter().filter(|period| period.from <= self.day).count();
        Municipality {
            id: MunicipalityId(line[0]),
            organisation_number: None,
            own,
            merged: self.periods_of(&merged),
            parts: Vec::new(),
            present: begun.saturating_sub(1),
        }
    }

    fn periods_of(&self, numbers: &[MunicipalityNumber]) -> Vec<NumberPeriod> {
        let periods = numbers.iter().filter_map(|number| self.periods.get(number));
        periods.map(|period| (*period).clone()).collect()
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
