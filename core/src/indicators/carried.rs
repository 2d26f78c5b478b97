//! Figures carried over to the municipalities of another day: what merged is added up, what was divided is not comparable.

use std::collections::HashSet;

use jiff::civil::Date;
use programgrant_schema::{
    IndicatorId, MissingFigure, MunicipalityId, MunicipalityNumber, MunicipalityRegister, Observation,
};
use rust_decimal::Decimal;

use super::IndicatorTable;
use super::described::IndicatorDescription;

/// Carries figures of one day over to the municipalities that a register has.
pub struct Carrier<'a> {
    table: &'a IndicatorTable,
    register: &'a MunicipalityRegister,
    /// On which the figures were counted.
    day: Date,
    /// Who received a part of a municipality that was whole on that day. Nothing says how large a part.
    divided: HashSet<MunicipalityId>,
}

impl<'a> Carrier<'a> {
    pub fn new(table: &'a IndicatorTable, register: &'a MunicipalityRegister, day: Date) -> Self {
        let was_whole = |municipality: &&programgrant_schema::Municipality| {
            municipality.numbers().any(|period| period.contains(day))
        };
        // Few have been divided: whether one was whole on that day is asked of those alone.
        let divided = register.iter().filter(|municipality| !municipality.parts.is_empty());
        let parts = divided.filter(was_whole).flat_map(|whole| whole.parts.iter().copied());
        Self {
            table,
            register,
            day,
            divided: parts.collect(),
        }
    }

    /// What the indicator says of the municipality as the register has it: the sum of all that it was on that day, where such figures can be
    /// added. One part that is missing makes it missing, for the same reason.
    pub fn observe(&self, indicator: &IndicatorDescription, municipality: MunicipalityId) -> Observation {
        if self.divided.contains(&municipality) {
            return Observation::Missing(MissingFigure::NotComparable);
        }
        let numbers = self.numbers(municipality);
        match numbers.as_slice() {
            [] => Observation::Missing(MissingFigure::Absent),
            [one] => self.stated(&indicator.id, *one),
            _ if !indicator.can_be_added => Observation::Missing(MissingFigure::NotComparable),
            several => self.sum(&indicator.id, several),
        }
    }

    /// The numbers valid on that day that lead to it.
    fn numbers(&self, municipality: MunicipalityId) -> Vec<MunicipalityNumber> {
        let known = self.register.get(municipality);
        let periods = known.into_iter().flat_map(programgrant_schema::Municipality::numbers);
        let valid = periods.filter(|period| period.contains(self.day));
        valid.map(|period| period.number).collect()
    }

    fn stated(&self, indicator: &IndicatorId, number: MunicipalityNumber) -> Observation {
        let stated = self.table.get(indicator, self.day.year(), number);
        stated.unwrap_or(Observation::Missing(MissingFigure::Absent))
    }

    fn sum(&self, indicator: &IndicatorId, numbers: &[MunicipalityNumber]) -> Observation {
        let mut sum = Decimal::ZERO;
        for number in numbers {
            match self.stated(indicator, *number) {
                Observation::Value(value) => match sum.checked_add(value) {
                    Some(more) => sum = more,
                    None => return Observation::Missing(MissingFigure::NotComparable),
                },
                missing @ Observation::Missing(_) => return missing,
            }
        }
        Observation::Value(sum)
    }
}
