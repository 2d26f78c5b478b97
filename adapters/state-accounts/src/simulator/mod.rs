//! DFØ, simulated: writes the files as DFØ publishes them, and goes wrong as a folder can.
//!
//! A year's figure is spread over months and thousandths, a posting is reversed, and other columns and posts stand around it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_contract::{HeldExclusion, Simulation};
use programgrant_schema::{Accounts, AccountsLine, Appropriation, BudgetPost, Content, Ore, Record, RecordId};

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

/// A row by column name.
type Row = BTreeMap<&'static str, String>;

/// The columns of DFØ's yearly files that matter here or stand beside those that do.
const ACCOUNTS_COLUMNS: &[&str] = &[
    "År",
    "Periode",
    "Fagdepartement_id",
    "Fagdepartement",
    "Kapittel_id",
    "Kapittel",
    "Post_id",
    "Post",
    "Post_type",
    "Virksomhet_id",
    "Virksomhet",
    "Artskonto_id",
    "Artskonto",
    "Beløp",
];
const APPROPRIATIONS_COLUMNS: &[&str] = &[
    "År",
    "Fagdepartement_id",
    "Fagdepartement",
    "Kapittel_id",
    "Kapittel",
    "Post_id",
    "Post",
    "Bevilgning",
    "Bevilgning_beløp",
];

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
            Accounts::Year { year, lines } => (ACCOUNTS_COLUMNS.to_vec(), accounts_rows(*year, lines)),
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

/// The year's rows: those of the lines, and one of a post that nobody asks for.
fn accounts_rows(year: i16, lines: &[AccountsLine]) -> Vec<Row> {
    let mut rows: Vec<Row> = lines.iter().flat_map(|line| line_rows(year, line)).collect();
    let other = AccountsLine {
        post: BudgetPost::new(1600, 1),
        body: "986252932".to_owned(),
        amount: Ore::ZERO,
    };
    rows.push(accounts_row(year, 12, &other, 98_765_432_109));
    rows
}

/// A third in January, a third in June with an error that is reversed in July, the rest in December.
fn line_rows(year: i16, line: &AccountsLine) -> Vec<Row> {
    let thousandths = line.amount.get() * 10;
    let (third, error) = (thousandths / 3, 1_000_005);
    let months = [
        (1, third),
        (6, third + error),
        (7, -error),
        (12, thousandths - 2 * third),
    ];
    months
        .into_iter()
        .map(|(month, amount)| accounts_row(year, month, line, amount))
        .collect()
}

fn accounts_row(year: i16, month: u8, line: &AccountsLine, thousandths: i64) -> Row {
    let has_number = line.body.len() == 9 && line.body.bytes().all(|byte| byte.is_ascii_digit());
    let (number, name) = if has_number {
        (line.body.clone(), format!("Virksomhet {}", line.body))
    } else {
        (String::new(), line.body.clone())
    };
    let mut row = post_columns(year, line.post);
    row.insert("Periode", format!("{year:04}{month:02}"));
    row.insert("Virksomhet_id", number);
    row.insert("Virksomhet", name);
    row.insert("Artskonto_id", "830".to_owned());
    row.insert("Artskonto", "Tilskudd til kommuner".to_owned());
    row.insert("Beløp", kroner(thousandths));
    row
}

/// The vote; the revision in two steps; and what was carried over, which is neither.
fn appropriation_rows(line: &Appropriation) -> Vec<Row> {
    let year = line.year;
    let revisions = line.revisions.get() * 10;
    let half = revisions / 2;
    let decisions = [
        (format!("Saldert budsjett {year}"), line.voted.get() * 10),
        (format!("Overført fra {}", year - 1), 1_234_000),
        (format!("Revidert nasjonalbudsjett {year}"), half),
        ("Nysalderingen".to_owned(), revisions - half),
    ];
    let said = decisions
        .into_iter()
        .enumerate()
        .filter(|(index, (_, amount))| *index == 0 || *amount != 0);
    said.map(|(_, (decision, amount))| appropriation_row(year, line.post, &decision, kroner(amount)))
        .collect()
}

fn appropriation_row(year: i16, post: BudgetPost, decision: &str, amount: String) -> Row {
    let mut row = post_columns(year, post);
    row.insert("Bevilgning", decision.to_owned());
    row.insert("Bevilgning_beløp", amount);
    row
}

fn post_columns(year: i16, post: BudgetPost) -> Row {
    Row::from([
        ("År", format!("{year:04}")),
        ("Fagdepartement_id", "07".to_owned()),
        ("Fagdepartement", "Departementet \"for\" alt; også æøå".to_owned()),
        ("Kapittel_id", format!("{:04}", post.chapter)),
        ("Kapittel", format!("Kapittel {}", post.chapter)),
        ("Post_id", format!("{:04}{:02}", post.chapter, post.post)),
        ("Post", format!("Post {}", post.post)),
        ("Post_type", "Overføringer til kommuneforvaltningen".to_owned()),
    ])
}

/// Thousandths as DFØ writes them: decimal comma, three decimals, no thousands mark.
fn kroner(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let size = thousandths.unsigned_abs();
    format!("{sign}{},{:03}", size / 1000, size % 1000)
}

fn table(columns: &[&str], rows: &[Row]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let header = columns.iter().map(|column| quoted(column)).collect();
    let cells = |row: &Row| {
        columns
            .iter()
            .map(|column| quoted(row.get(column).map_or("", String::as_str)))
            .collect()
    };
    let lines = std::iter::once(header).chain(rows.iter().map(cells));
    lines.map(|cells: Vec<String>| cells.join(";") + "\r\n").collect()
}
