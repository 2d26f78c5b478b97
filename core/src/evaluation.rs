//! The evaluator's data set: figures of municipalities by year, from which nobody is recognised. A count of people under [`SMALLEST`] is left out,
//! and so is whatever it could be worked out from: the other parts of the same whole, a share of it, a sum that it is part of.

use std::collections::BTreeMap;

use programgrant_schema::OrganisationNumber;
use rust_decimal::Decimal;
use strum::{EnumIter, IntoStaticStr};

/// Fewer people than this are not told of.
pub const SMALLEST: u32 = 5;

/// One variable, as the code book has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationVariable {
    pub id: String,
    /// Bokmål.
    pub label: String,
    pub unit: String,
    /// Who says it.
    pub source: String,
    /// Whether it counts people.
    pub counts_people: bool,
    /// Whether those of two municipalities can be added.
    pub can_be_added: bool,
    /// The variable that it counts some of.
    pub part_of: Option<String>,
    /// The variable that it is a share of something of.
    pub share_of: Option<String>,
}

/// What is known of one municipality and year, before anything is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedFigure {
    pub municipality: OrganisationNumber,
    pub year: i16,
    pub variable: String,
    /// `None` where it is not known.
    pub value: Option<Decimal>,
}

/// How a figure of the data set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum FigureStanding {
    Stated,
    /// Left out, so that nobody is recognised.
    Suppressed,
    /// It is not known.
    Missing,
    /// A sum of those that are stated; others are left out or not known.
    Partial,
}

impl FigureStanding {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One figure of the data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationFigure {
    /// `None` where it is the sum of all.
    pub municipality: Option<OrganisationNumber>,
    pub year: i16,
    pub variable: String,
    pub value: Option<Decimal>,
    pub standing: FigureStanding,
}

/// The figures of one municipality and year.
type Cell = BTreeMap<String, (Option<Decimal>, FigureStanding)>;

/// What may be told, in the order of year, municipality and variable, the sums of a year after its municipalities. A figure that was collected twice
/// is told as it was collected last.
pub fn protect(variables: &[EvaluationVariable], collected: &[CollectedFigure]) -> Vec<EvaluationFigure> {
    let mut cells: BTreeMap<(i16, OrganisationNumber), Cell> = BTreeMap::new();
    for figure in collected {
        let standing = match figure.value {
            Some(_) => FigureStanding::Stated,
            None => FigureStanding::Missing,
        };
        let cell = cells.entry((figure.year, figure.municipality)).or_default();
        cell.insert(figure.variable.clone(), (figure.value, standing));
    }
    for cell in cells.values_mut() {
        leave_out(variables, cell);
    }
    let mut told = Vec::new();
    let mut years: Vec<i16> = cells.keys().map(|(year, _)| *year).collect();
    years.dedup();
    for year in years {
        let of_year: Vec<_> = cells.iter().filter(|((own, _), _)| *own == year).collect();
        for ((_, municipality), cell) in &of_year {
            told.extend(cell.iter().map(|(variable, (value, standing))| EvaluationFigure {
                municipality: Some(*municipality),
                year,
                variable: variable.clone(),
                value: *value,
                standing: *standing,
            }));
        }
        let of_year: Vec<&Cell> = of_year.into_iter().map(|(_, cell)| cell).collect();
        let added = variables.iter().filter(|variable| variable.can_be_added);
        told.extend(added.filter_map(|variable| sum(&variable.id, year, &of_year)));
    }
    told
}

fn leave_out(variables: &[EvaluationVariable], cell: &mut Cell) {
    let smallest = Decimal::from(SMALLEST);
    for variable in variables.iter().filter(|variable| variable.counts_people) {
        if stated(cell, &variable.id).is_some_and(|count| count < smallest) {
            suppress(cell, &variable.id);
        }
    }
    for whole in variables {
        leave_parts_out(variables, &whole.id, cell);
    }
    for share in variables {
        if let Some(of) = &share.share_of
            && stated(cell, of).is_none()
        {
            suppress(cell, &share.id);
        }
    }
}

/// Parts of a whole that is told are told all or none: with one of them left out, or few left beside them, the others would give it away.
fn leave_parts_out(variables: &[EvaluationVariable], whole: &str, cell: &mut Cell) {
    let Some(all) = stated(cell, whole) else {
        return;
    };
    let parts = variables
        .iter()
        .filter(|variable| variable.part_of.as_deref() == Some(whole));
    let parts: Vec<&str> = parts.map(|variable| variable.id.as_str()).collect();
    let is_left_out = |part: &&str| matches!(cell.get(*part), Some((_, FigureStanding::Suppressed)));
    let mut told = parts.iter().filter_map(|part| stated(cell, part));
    let left = told.try_fold(all, Decimal::checked_sub);
    let few_are_left = left.is_none_or(|left| left < Decimal::from(SMALLEST));
    if few_are_left || parts.iter().any(is_left_out) {
        for part in parts {
            suppress(cell, part);
        }
    }
}

fn stated(cell: &Cell, variable: &str) -> Option<Decimal> {
    match cell.get(variable) {
        Some((value, FigureStanding::Stated)) => *value,
        _ => None,
    }
}

fn suppress(cell: &mut Cell, variable: &str) {
    if let Some(figure) = cell.get_mut(variable)
        && figure.1 == FigureStanding::Stated
    {
        *figure = (None, FigureStanding::Suppressed);
    }
}

/// The sum of what is told: it says nothing that its parts do not say.
fn sum(variable: &str, year: i16, cells: &[&Cell]) -> Option<EvaluationFigure> {
    let figures = cells.iter().filter_map(|cell| cell.get(variable));
    let standings: Vec<FigureStanding> = figures.map(|(_, standing)| *standing).collect();
    let told: Vec<Decimal> = cells.iter().filter_map(|cell| stated(cell, variable)).collect();
    let standing = if standings.is_empty() {
        return None;
    } else if told.is_empty() {
        standings[0]
    } else if told.len() == standings.len() {
        FigureStanding::Stated
    } else {
        FigureStanding::Partial
    };
    let value = told
        .iter()
        .try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value))
        .filter(|_| !told.is_empty());
    Some(EvaluationFigure {
        municipality: None,
        year,
        variable: variable.to_owned(),
        value,
        standing,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn variable(id: &str, part_of: Option<&str>, share_of: Option<&str>) -> EvaluationVariable {
        EvaluationVariable {
            id: id.to_owned(),
            label: id.to_owned(),
            unit: "personer".to_owned(),
            source: "test".to_owned(),
            counts_people: share_of.is_none(),
            can_be_added: share_of.is_none(),
            part_of: part_of.map(str::to_owned),
            share_of: share_of.map(str::to_owned),
        }
    }

    /// A whole that three parts make up, and a share of the first part.
    fn variables() -> Vec<EvaluationVariable> {
        vec![
            variable("whole", None, None),
            variable("a", Some("whole"), None),
            variable("b", Some("whole"), None),
            variable("c", Some("whole"), None),
            variable("share", None, Some("a")),
        ]
    }

    /// True counts of a, b and c, by year and municipality.
    type World = Vec<[u32; 3]>;

    const MUNICIPALITIES: [&str; 3] = ["940244145", "942110464", "938759839"];

    fn collected(world: &World) -> Vec<CollectedFigure> {
        let mut all = Vec::new();
        for (place, parts) in world.iter().enumerate() {
            let whole: u32 = parts.iter().sum();
            let share = Decimal::from(parts[0] * 100) / Decimal::from(whole.max(1));
            let values = [whole, parts[0], parts[1], parts[2]].map(Decimal::from);
            for (variable, value) in ["whole", "a", "b", "c"]
                .into_iter()
                .zip(values)
                .chain([("share", share)])
            {
                all.push(CollectedFigure {
                    municipality: MUNICIPALITIES[place % 3].parse().expect("a number"),
                    year: 2020 + i16::try_from(place / 3).expect("few"),
                    variable: variable.to_owned(),
                    value: Some(value),
                });
            }
        }
        all
    }

    fn told(world: &World) -> Vec<EvaluationFigure> {
        protect(&variables(), &collected(world))
    }

    proptest! {
        /// Whoever has the whole data set and knows how it was made cannot tell a small count: for any other small count, with the rest of the whole
        /// shared otherwise where the whole is told, there is a world that looks the same.
        #[test]
        fn nobody_is_told_apart(world in prop::collection::vec(prop::array::uniform3(0_u32..40), 1..7), other in 0_u32..5) {
            let seen = told(&world);
            for (place, parts) in world.iter().enumerate() {
                let Some(small) = parts.iter().position(|count| *count < SMALLEST) else { continue };
                let figure = seen.iter().find(|figure| {
                    figure.municipality == MUNICIPALITIES[place % 3].parse().ok()
                        && i32::from(figure.year) == 2020 + i32::try_from(place / 3).expect("few")
                        && figure.variable == ["a", "b", "c"][small]
                });
                prop_assert_eq!(figure.expect("told of").standing, FigureStanding::Suppressed);
                let whole: u32 = parts.iter().sum();
                let mut twin = world.clone();
                if whole < SMALLEST {
                    twin[place] = [0, 0, 0];
                    twin[place][small] = other;
                } else {
                    twin[place] = [whole - other, 0, 0];
                    twin[place].swap(0, (small + 1) % 3);
                    twin[place][small] = other;
                }
                prop_assert_eq!(&told(&twin), &seen, "{:?} and {:?}", world, twin);
            }
        }

        /// A sum is the sum of what is told beside it.
        #[test]
        fn sums_say_nothing_more(world in prop::collection::vec(prop::array::uniform3(0_u32..40), 1..7)) {
            let seen = told(&world);
            for sum in seen.iter().filter(|figure| figure.municipality.is_none()) {
                let parts = seen.iter().filter(|figure| {
                    figure.municipality.is_some() && figure.year == sum.year && figure.variable == sum.variable
                });
                let values: Vec<Option<Decimal>> = parts.map(|figure| figure.value).collect();
                let all: Decimal = values.iter().flatten().sum();
                prop_assert_eq!(sum.value, values.iter().any(Option::is_some).then_some(all));
                prop_assert_eq!(sum.standing == FigureStanding::Stated, values.iter().all(Option::is_some));
            }
        }
    }

    #[test]
    fn what_is_not_known_is_not_what_is_left_out() {
        let mut all = collected(&vec![[3, 20, 30]]);
        all[2].value = None;
        let seen = protect(&variables(), &all);
        let standing = |variable: &str| {
            let figure = seen.iter().find(|figure| figure.variable == variable);
            figure.expect("told of").standing
        };
        assert_eq!(standing("a"), FigureStanding::Suppressed);
        assert_eq!(standing("b"), FigureStanding::Missing);
        assert_eq!(standing("share"), FigureStanding::Suppressed);
        assert_eq!(standing("whole"), FigureStanding::Stated);
    }
}
