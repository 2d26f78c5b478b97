//! DFØ, simulated: writes the files as DFØ publishes them, and goes wrong as a folder can.
//!
//! A year's figure is spread over months and thousandths, a posting is reversed, and other columns and posts stand around it.

mod render;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_contract::{HeldExclusion, Simulation};
use programgrant_schema::{Accounts, BudgetPost, Content, Record, RecordId};
use render::{
    ACCOUNTS_COLUMNS, APPROPRIATIONS_COLUMNS, Row, accounts_rows, appropriation_row, appropriation_rows, table,
};

use crate::wire::FileName;

/// A row of a wanted post has an amount that is none: that post's year is unknown.
pub const BAD_AMOUNT: &str = "bad-amount";
/// A row's post cannot be read: it could be any post, so the file is refused.
pub const BAD_POST: &str = "bad-post";
/// A needed column is not there.
pub const MISSING_COLUMN: &str = "missing-column";
/// A file that was there is gone.
pub const VANISHED: &str = "vanished";

const FAULTS: &[Fault] = &[
    Fault {
        name: fault::CUT,
        what: "the last file breaks off in its last row",
    },
    Fault {
        name: fault::OUTAGE,
        what: "the folder is not there",
    },
    Fault {
        name: fault::BAD_RECORD,
        what: "one more appropriation has an amount that is none",
    },
    Fault {
        name: fault::UNKNOWN_FIELDS,
        what: "columns that nobody knows come along, and all stand in another order",
    },
    Fault {
        name: BAD_AMOUNT,
        what: "a row of the last year's first post has an amount that is none",
    },
    Fault {
        name: BAD_POST,
        what: "a row of the last year has a post that cannot be read",
    },
    Fault {
        name: MISSING_COLUMN,
        what: "the last year's file has no column Post_id",
    },
    Fault {
        name: VANISHED,
        what: "the first year's file is gone",
    },
];

/// DFØ's folder.
#[derive(Debug)]
pub struct StateAccountsSimulator {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<FileName, Accounts>,
    fault: Option<&'static str>,
}

/// How it is started.
pub const SIMULATION: Simulation = Simulation::Lays {
    folder: "dfo",
    start: |folder| Ok(Box::new(StateAccountsSimulator::new(folder.to_owned())?)),
};

impl StateAccountsSimulator {
    /// Writes into `folder`, which is made if it is not there.
    pub fn new(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the folder what the state says. Only files that differ are touched.
    fn write(&self, state: &State) -> io::Result<()> {
        let away = self.folder.with_extension("away");
        if away.exists() {
            fs::rename(&away, &self.folder)?;
        }
        let wanted: BTreeMap<String, Vec<u8>> = state
            .shown()
            .into_iter()
            .map(|(file, content)| (file.to_string(), latin1(&state.render(file, &content))))
            .collect();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let is_ours = name
                .to_str()
                .is_some_and(|name| FileName::parse(name).is_some() && !wanted.contains_key(name));
            if is_ours {
                fs::remove_file(self.folder.join(name))?;
            }
        }
        for (name, bytes) in &wanted {
            replace(&self.folder, name, bytes)?;
        }
        if state.fault == Some(fault::OUTAGE) {
            fs::rename(&self.folder, &away)
        } else {
            Ok(())
        }
    }
}

/// Writes under a temporary name and renames, so that nobody reads half a file.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let temporary = folder.join(format!(".{name}.part"));
    fs::write(&temporary, bytes)?;
    fs::rename(temporary, path)
}

/// # Panics
///
/// If a letter is not in ISO-8859-1, which this system's language cannot say.
fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| u8::try_from(letter).expect("a letter of ISO-8859-1"))
        .collect()
}

impl Simulator for StateAccountsSimulator {
    fn publish(&self, records: &[Record]) {
        let mut state = self.state();
        for record in records {
            let Content::Accounts(accounts) = &record.content else {
                panic!("{} is no state account", record.id)
            };
            let file = match accounts {
                Accounts::Year { year, .. } => FileName::Accounts { year: *year },
                Accounts::Appropriations { .. } => FileName::Appropriations,
            };
            assert_eq!(
                record.id.as_str(),
                file.id(),
                "a file of the state accounts is called after what it holds"
            );
            state.files.insert(file, accounts.clone());
        }
        self.write(&state).expect("the simulated folder can be written");
    }

    fn withdraw(&self, id: &RecordId) {
        let mut state = self.state();
        state.files.retain(|file, _| file.id() != id.as_str());
        self.write(&state).expect("the simulated folder can be written");
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }

    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        let fault = find_fault(FAULTS, fault)?;
        let mut state = self.state();
        state.fault = fault;
        self.write(&state).expect("the simulated folder can be written");
        Ok(())
    }

    /// The state accounts take none.
    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("folder", self.folder.display().to_string())]
    }

    fn exclusions(&self) -> Vec<HeldExclusion> {
        Vec::new()
    }
}

impl State {
    /// The files that are there under the present fault.
    fn shown(&self) -> BTreeMap<FileName, Accounts> {
        let mut files = self.files.clone();
        match self.fault {
            Some(VANISHED) => {
                files.pop_first();
            }
            Some(fault::BAD_RECORD) => {
                files
                    .entry(FileName::Appropriations)
                    .or_insert(Accounts::Appropriations { lines: Vec::new() });
            }
            _ => {}
        }
        files
    }

    fn last_year(&self) -> Option<FileName> {
        self.files.keys().rev().find(|file| file.year().is_some()).copied()
    }

    /// The file's text, with the present fault in it.
    fn render(&self, file: FileName, content: &Accounts) -> String {
        let (mut columns, mut rows) = match content {
            Accounts::Year { year, lines, municipal } => {
                let mut columns = ACCOUNTS_COLUMNS.to_vec();
                if municipal.is_none() {
                    columns.retain(|column| !column.starts_with("Artskonto"));
                }
                (
                    columns,
                    accounts_rows(*year, lines, municipal.as_deref().unwrap_or_default()),
                )
            }
            Accounts::Appropriations { lines } => (
                APPROPRIATIONS_COLUMNS.to_vec(),
                lines.iter().flat_map(appropriation_rows).collect(),
            ),
        };
        let is_last_year = self.last_year() == Some(file);
        match self.fault {
            Some(fault::BAD_RECORD) if file == FileName::Appropriations => rows.push(self.bad_appropriation()),
            Some(fault::UNKNOWN_FIELDS) => {
                columns.extend(["Ny_kolonne", "Enda_en"]);
                columns.reverse();
            }
            Some(BAD_AMOUNT) if is_last_year => set_first(&mut rows, "Beløp", "12.5x"),
            Some(BAD_POST) if is_last_year => set_first(&mut rows, "Post_id", "?"),
            Some(MISSING_COLUMN) if is_last_year => columns.retain(|column| *column != "Post_id"),
            _ => {}
        }
        let mut text = table(&columns, &rows);
        if self.fault == Some(fault::CUT) && self.files.keys().next_back() == Some(&file) {
            // "\r\n", the last quote and a digit.
            text.truncate(text.len().saturating_sub(4));
        }
        text
    }

    /// A row for a year of which nothing else is said, so that nothing else is clouded.
    fn bad_appropriation(&self) -> Row {
        let mut posts = self.files.values().flat_map(|accounts| match accounts {
            Accounts::Year { lines, .. } => lines.iter().map(|line| line.post).collect::<Vec<_>>(),
            Accounts::Appropriations { lines } => lines.iter().map(|line| line.post).collect(),
        });
        let post = posts.next().unwrap_or(BudgetPost::new(226, 64));
        appropriation_row(1990, post, "Saldert budsjett 1990", "ukjent".to_owned())
    }
}

fn set_first(rows: &mut [Row], column: &'static str, value: &str) {
    if let Some(row) = rows.first_mut() {
        row.insert(column, value.to_owned());
    }
}
