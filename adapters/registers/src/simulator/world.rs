//! What the simulated registers know, and what can happen to it from one day to the next.

use std::collections::BTreeMap;

use programgrant_schema::ReferenceTables;

/// The first day that the simulated KLASS can be asked about, as the real one is.
pub(super) const ALWAYS: &str = "1994-01-01";

/// A number with its days, as KLASS has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub number: String,
    pub name: String,
    pub from: String,
    pub to: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub on: String,
    pub old: Option<(String, String)>,
    pub new: Option<(String, String)>,
}

/// A unit as Enhetsregisteret has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedUnit {
    pub number: String,
    pub name: String,
    pub form: String,
    pub parent: Option<String>,
    /// Of its office.
    pub municipality: Option<String>,
    pub removed_on: Option<String>,
    /// 410 instead of what is left of it.
    pub is_gone: bool,
    /// Whether it is one of the sub-units.
    pub is_sub_unit: bool,
}

/// Both registers' knowledge.
#[derive(Debug, Clone)]
pub struct RegisterWorld {
    pub(super) codes: Vec<Code>,
    pub(super) changes: Vec<Change>,
    pub(super) units: BTreeMap<String, SimulatedUnit>,
}

impl RegisterWorld {
    /// Made from the built-in tables. A municipality that has changed its number since has its office under the present one.
    pub fn built_in() -> Self {
        let tables = ReferenceTables::built_in();
        let codes: Vec<Code> = rows(tables.codes.1).map(|row| code(&row)).collect();
        let changes: Vec<Change> = rows(tables.changes.1).map(|row| change(&row)).collect();
        let mut world = Self {
            codes,
            changes,
            units: BTreeMap::new(),
        };
        for row in rows(tables.municipalities.1) {
            let [number, name, organisation, ..] = row.as_slice() else {
                continue;
            };
            if let Some(present) = world.present(number) {
                world.add_municipality(organisation, &format!("{} KOMMUNE", name.to_uppercase()), &present);
            }
        }
        world
    }

    /// The number that stands in a number's place now; `None` where that is not one.
    fn present(&self, number: &str) -> Option<String> {
        let mut next = self
            .changes
            .iter()
            .filter(|change| change.old.as_ref().is_some_and(|(old, _)| old == number));
        match (next.next(), next.next()) {
            (None, _) => Some(number.to_owned()),
            (Some(only), None) => self.present(&only.new.as_ref()?.0),
            _ => None,
        }
    }

    /// Enhetsregisteret lists a municipality.
    pub fn add_municipality(&mut self, organisation: &str, name: &str, number: &str) {
        self.add_unit(SimulatedUnit {
            number: organisation.to_owned(),
            name: name.to_owned(),
            form: "KOMM".to_owned(),
            parent: None,
            municipality: Some(number.to_owned()),
            removed_on: None,
            is_gone: false,
            is_sub_unit: false,
        });
    }

    /// Enhetsregisteret has a unit, in the place of one of the same number.
    pub fn add_unit(&mut self, unit: SimulatedUnit) {
        self.units.insert(unit.number.clone(), unit);
    }

    /// A unit below another.
    pub fn add_sub_unit(&mut self, number: &str, form: &str, parent: Option<&str>) {
        self.add_unit(SimulatedUnit {
            number: number.to_owned(),
            name: format!("ENHET {number}"),
            form: form.to_owned(),
            parent: parent.map(str::to_owned),
            municipality: None,
            removed_on: None,
            is_gone: false,
            is_sub_unit: true,
        });
    }

    /// Removes a unit: what is left says when, or nothing is left.
    pub fn remove(&mut self, number: &str, on: &str, is_gone: bool) {
        if let Some(unit) = self.units.get_mut(number) {
            unit.removed_on = Some(on.to_owned());
            unit.is_gone = is_gone;
        }
    }

    /// Statistics Norway announces that these become one on that day.
    pub fn merge(&mut self, on: &str, old: &[&str], new: &str, name: &str) {
        for number in old {
            self.end(on, number, Some((new, name)));
        }
        if self.codes.iter().all(|code| code.number != new) {
            self.codes.push(Code {
                number: new.to_owned(),
                name: name.to_owned(),
                from: on.to_owned(),
                to: None,
            });
        }
    }

    /// The same of one that bears another number from that day on.
    pub fn renumber(&mut self, on: &str, old: &str, new: &str) {
        let name = self
            .codes
            .iter()
            .find(|code| code.number == old)
            .map(|code| code.name.clone());
        self.merge(on, &[old], new, &name.unwrap_or_default());
    }

    /// A number ends, and nothing says what became of it.
    pub fn end(&mut self, on: &str, number: &str, heir: Option<(&str, &str)>) {
        for code in self.codes.iter_mut().filter(|code| code.number == number) {
            code.to = Some(on.to_owned());
            let pair = |(code, name): (&str, &str)| (code.to_owned(), name.to_owned());
            if heir.is_some() {
                self.changes.push(Change {
                    on: on.to_owned(),
                    old: Some((number.to_owned(), code.name.clone())),
                    new: heir.map(pair),
                });
            }
        }
    }

    /// A number is not there any more, and never was.
    pub fn lose(&mut self, number: &str) {
        self.codes.retain(|code| code.number != number);
    }

    /// A municipality is called otherwise from that day on: two rows of one number, and a change from it to itself.
    pub fn rename(&mut self, on: &str, number: &str, name: &str) {
        let Some(code) = self
            .codes
            .iter_mut()
            .find(|code| code.number == number && code.to.is_none())
        else {
            return;
        };
        code.to = Some(on.to_owned());
        let before = code.name.clone();
        self.codes.push(Code {
            number: number.to_owned(),
            name: name.to_owned(),
            from: on.to_owned(),
            to: None,
        });
        self.changes.push(Change {
            on: on.to_owned(),
            old: Some((number.to_owned(), before)),
            new: Some((number.to_owned(), name.to_owned())),
        });
    }
}

fn rows(table: &str) -> impl Iterator<Item = Vec<String>> {
    let lines = table.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(|line| line.split(';').map(|cell| cell.trim_matches('"').to_owned()).collect())
}

fn cell(row: &[String], column: usize) -> String {
    row.get(column).cloned().unwrap_or_default()
}

fn code(row: &[String]) -> Code {
    Code {
        number: cell(row, 0),
        name: cell(row, 1),
        from: cell(row, 2),
        to: Some(cell(row, 3)).filter(|to| !to.is_empty()),
    }
}

fn change(row: &[String]) -> Change {
    Change {
        on: cell(row, 0),
        old: Some((cell(row, 1), cell(row, 2))),
        new: Some((cell(row, 3), cell(row, 4))),
    }
}
