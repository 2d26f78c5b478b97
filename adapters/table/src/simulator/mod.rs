//! A grant manager with nothing but a list: lays it into a folder or serves it by HTTP, in any of the formats, and goes wrong in each way
//! that lists go wrong.

mod render;
mod serve;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use programgrant_contract::HeldExclusion;
use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_schema::{Record, RecordId};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::mapping::Format;

/// The ways to go wrong that are a list's own.
pub mod list_fault {
    pub const CHANGED_COLUMNS: &str = "changed-columns";
    pub const RENAMED_SHEET: &str = "renamed-sheet";
    pub const TOTAL_ROW: &str = "total-row";
    pub const TWO_HEADER_ROWS: &str = "two-header-rows";
    pub const ARCHIVE_BOMB: &str = "archive-bomb";
    pub const REPEATING_PAGE: &str = "repeating-page";
    pub const REDIRECT: &str = "redirect";
}

const fn fault_of(name: &'static str, what: &'static str) -> Fault {
    Fault { name, what }
}

const CUT: Fault = fault_of(fault::CUT, "the file breaks off");
const OUTAGE: Fault = fault_of(fault::OUTAGE, "the folder cannot be reached, or 503");
const BAD_RECORD: Fault = fault_of(fault::BAD_RECORD, "one more row comes, of a status that nobody knows");
const UNKNOWN_FIELDS: Fault = fault_of(fault::UNKNOWN_FIELDS, "a column comes that nobody knows");
const TWICE: Fault = fault_of(fault::TWICE, "every row comes twice");
const CHANGED_COLUMNS: Fault = fault_of(list_fault::CHANGED_COLUMNS, "a column has another name");
const TOTAL_ROW: Fault = fault_of(list_fault::TOTAL_ROW, "a row with the totals comes last");
const TWO_HEADER_ROWS: Fault = fault_of(list_fault::TWO_HEADER_ROWS, "a row of headings stands above the header");
const RENAMED_SHEET: Fault = fault_of(list_fault::RENAMED_SHEET, "the sheet has another name");
const ARCHIVE_BOMB: Fault = fault_of(
    list_fault::ARCHIVE_BOMB,
    "the workbook unpacks to a thousand times its size",
);
const THROTTLED: Fault = fault_of(fault::THROTTLED, "429 with Retry-After");
const REFUSED: Fault = fault_of(fault::REFUSED, "403");
const REPEATING_PAGE: Fault = fault_of(
    list_fault::REPEATING_PAGE,
    "the last page names the first as the next one",
);
const REDIRECT: Fault = fault_of(list_fault::REDIRECT, "302 to another host");

const CSV_FAULTS: &[Fault] = &[
    CUT,
    OUTAGE,
    BAD_RECORD,
    UNKNOWN_FIELDS,
    TWICE,
    CHANGED_COLUMNS,
    TOTAL_ROW,
    TWO_HEADER_ROWS,
];
const XLSX_FAULTS: &[Fault] = &[
    CUT,
    OUTAGE,
    BAD_RECORD,
    UNKNOWN_FIELDS,
    TWICE,
    CHANGED_COLUMNS,
    TOTAL_ROW,
    TWO_HEADER_ROWS,
    RENAMED_SHEET,
    ARCHIVE_BOMB,
];
const JSON_FAULTS: &[Fault] = &[
    CUT,
    OUTAGE,
    BAD_RECORD,
    UNKNOWN_FIELDS,
    TWICE,
    CHANGED_COLUMNS,
    TOTAL_ROW,
];
const HTTP_FAULTS: &[Fault] = &[
    CUT,
    OUTAGE,
    BAD_RECORD,
    UNKNOWN_FIELDS,
    TWICE,
    CHANGED_COLUMNS,
    TOTAL_ROW,
    THROTTLED,
    REFUSED,
    REPEATING_PAGE,
    REDIRECT,
];

/// What the simulated manager has, and how it goes wrong.
#[derive(Debug)]
struct Desk {
    format: Format,
    records: Vec<Record>,
    fault: Option<&'static str>,
    /// Grows with every change.
    version: u64,
    /// Whoever brings no such bearer token is refused.
    token: Option<String>,
}

impl Desk {
    fn new(format: Format) -> Self {
        Self {
            format,
            records: Vec::new(),
            fault: None,
            version: 0,
            token: None,
        }
    }
}

type Shared = Arc<Mutex<Desk>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Desk> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Door {
    Folder(PathBuf),
    Http { address: SocketAddr, stop: Arc<Notify> },
}

/// A simulated grant manager.
pub struct TableSimulator {
    shared: Shared,
    door: Door,
    /// Where the mapping file lies; empty where none was laid.
    mapping: PathBuf,
}

impl TableSimulator {
    /// Lays lists into `folder`, which is made where it is missing, and its mapping file beside it.
    pub fn in_folder(folder: &Path, format: Format) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mapping = folder.with_added_extension("toml");
        fs::write(&mapping, render::mapping(format, true))?;
        Ok(Self {
            shared: Arc::new(Mutex::new(Desk::new(format))),
            door: Door::Folder(folder.to_owned()),
            mapping,
        })
    }

    /// Serves JSON in pages on `listener`, on the current runtime.
    ///
    /// # Panics
    ///
    /// Outside a runtime, or if the listener is bound to nothing.
    pub fn serving(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let (shared, stop) = (Arc::new(Mutex::new(Desk::new(Format::Json))), Arc::new(Notify::new()));
        serve::start(listener, Arc::clone(&shared), Arc::clone(&stop));
        Self {
            shared,
            door: Door::Http { address, stop },
            mapping: PathBuf::new(),
        }
    }

    /// The mapping that reads its lists.
    pub fn mapping(&self) -> String {
        render::mapping(lock(&self.shared).format, matches!(self.door, Door::Folder(_)))
    }

    /// Where it serves; `None` where it lays files.
    pub fn url(&self) -> Option<String> {
        match &self.door {
            Door::Folder(_) => None,
            Door::Http { address, .. } => Some(format!("http://{address}/liste")),
        }
    }

    /// Refuses from now on whoever does not bring this bearer token.
    pub fn require_token(&self, token: impl Into<String>) {
        lock(&self.shared).token = Some(token.into());
    }

    /// Makes the folder hold what the desk has now.
    fn lay(&self, desk: &mut Desk, change: impl FnOnce(&mut Desk)) -> io::Result<()> {
        let Door::Folder(folder) = &self.door else {
            change(desk);
            desk.version += 1;
            return Ok(());
        };
        let away = folder.with_added_extension("away");
        if desk.fault == Some(fault::OUTAGE) {
            fs::rename(&away, folder)?;
        }
        change(desk);
        desk.version += 1;
        if !desk.records.is_empty() || desk.fault.is_some() {
            let name = format!("liste_{:06}.{}", desk.version, render::ending(desk.format));
            fs::write(folder.join(&name), render::file(desk))?;
            fs::write(folder.join(format!("{name}.ok")), "")?;
        }
        if desk.fault == Some(fault::OUTAGE) {
            fs::rename(folder, &away)?;
        }
        Ok(())
    }
}

impl Drop for TableSimulator {
    fn drop(&mut self) {
        if let Door::Http { stop, .. } = &self.door {
            stop.notify_one();
        }
    }
}

impl Simulator for TableSimulator {
    /// # Panics
    ///
    /// If a record is no award, or the folder cannot be written.
    fn publish(&self, records: &[Record]) {
        let mut desk = lock(&self.shared);
        self.lay(&mut desk, |desk| {
            for record in records {
                match desk.records.iter_mut().find(|known| known.id == record.id) {
                    Some(known) => *known = record.clone(),
                    None => desk.records.push(record.clone()),
                }
            }
        })
        .expect("the simulated folder can be written");
    }

    /// # Panics
    ///
    /// If the folder cannot be written.
    fn withdraw(&self, id: &RecordId) {
        let mut desk = lock(&self.shared);
        self.lay(&mut desk, |desk| desk.records.retain(|record| record.id != *id))
            .expect("the simulated folder can be written");
    }

    fn faults(&self) -> &'static [Fault] {
        match (&self.door, lock(&self.shared).format) {
            (Door::Http { .. }, _) => HTTP_FAULTS,
            (Door::Folder(_), Format::Csv) => CSV_FAULTS,
            (Door::Folder(_), Format::Xlsx) => XLSX_FAULTS,
            (Door::Folder(_), Format::Json | Format::Ndjson) => JSON_FAULTS,
        }
    }

    /// # Panics
    ///
    /// If the folder cannot be written.
    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        let fault = find_fault(self.faults(), fault)?;
        let mut desk = lock(&self.shared);
        self.lay(&mut desk, |desk| desk.fault = fault)
            .expect("the simulated folder can be written");
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        match &self.door {
            Door::Folder(folder) => vec![
                ("folder", folder.display().to_string()),
                ("mapping", self.mapping.display().to_string()),
            ],
            Door::Http { address, .. } => vec![("url", format!("http://{address}/liste"))],
        }
    }

    /// A table takes no exclusions.
    fn exclusions(&self) -> Vec<HeldExclusion> {
        Vec::new()
    }
}
