//! NAV's side of the two folders: lays files into the inbox, goes wrong in each way that the page names, and reads the
//! exclusions that the gateway lays into the outbox.

mod exclusions;
mod render;
mod say;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_contract::{HeldExclusion, Simulation};
use programgrant_schema::{Record, RecordId};

use crate::folder;
use crate::simulator::say::Voucher;

pub const NO_OK: &str = "no-ok";
pub const WRONG_HASH: &str = "wrong-hash";
pub const WRONG_COUNT: &str = "wrong-count";
pub const WRONG_SUM: &str = "wrong-sum";
pub const SKIPPED_NUMBER: &str = "skipped-number";
pub const TOO_FEW_COLUMNS: &str = "too-few-columns";
pub const UTF_8_BOM: &str = "utf-8-bom";
pub const ODD_AMOUNTS: &str = "odd-amounts";

const FAULTS: &[Fault] = &[
    Fault {
        name: fault::CUT,
        what: "files break off before #SLUTT",
    },
    Fault {
        name: fault::OUTAGE,
        what: "the folders cannot be reached",
    },
    Fault {
        name: fault::BAD_RECORD,
        what: "one more row comes, of a voucher type that nobody knows",
    },
    Fault {
        name: fault::UNKNOWN_FIELDS,
        what: "the columns come in another order, with one that nobody knows",
    },
    Fault {
        name: fault::TWICE,
        what: "every row comes twice in its file, and every file under two names",
    },
    Fault {
        name: NO_OK,
        what: "one file lies there without its .ok",
    },
    Fault {
        name: WRONG_HASH,
        what: "the .ok files hold another file's SHA-256",
    },
    Fault {
        name: WRONG_COUNT,
        what: "#SLUTT counts one row too many",
    },
    Fault {
        name: WRONG_SUM,
        what: "the control sum of #SLUTT is one øre too high",
    },
    Fault {
        name: SKIPPED_NUMBER,
        what: "one file is held back, and the next one is there",
    },
    Fault {
        name: TOO_FEW_COLUMNS,
        what: "one more row comes, without its last columns",
    },
    Fault {
        name: UTF_8_BOM,
        what: "files are UTF-8 and begin with a byte-order mark",
    },
    Fault {
        name: ODD_AMOUNTS,
        what: "amounts come with every thousands mark and minus sign that NAV uses",
    },
];

/// A simulated NAV. A fault acts on the newest file and on those after it; healing writes them as they should be.
#[derive(Debug)]
pub struct NavSimulator {
    inbox: PathBuf,
    outbox: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    files: Vec<File>,
    next_sequence: u16,
    fault: Option<&'static str>,
    /// The first file that the fault acts on.
    since: usize,
}

/// What one file is about, whatever becomes of it in the folder.
#[derive(Debug)]
struct File {
    sequence: u16,
    vouchers: Vec<Voucher>,
}

/// How it is started.
pub const SIMULATION: Simulation = Simulation::Lays {
    folder: "nav",
    start: |folder| Ok(Box::new(NavSimulator::new(folder.join("in"), folder.join("out"))?)),
};

impl NavSimulator {
    /// Makes the folders where they are missing. Files that lie in the inbox already stay as they are, and numbering goes on
    /// after them.
    pub fn new(inbox: PathBuf, outbox: PathBuf) -> io::Result<Self> {
        // An earlier simulator may have ended in the middle of an outage.
        for folder in [&inbox, &outbox] {
            if !folder.exists() && away(folder).exists() {
                fs::rename(away(folder), folder)?;
            }
        }
        fs::create_dir_all(&inbox)?;
        fs::create_dir_all(&outbox)?;
        let last = folder::list(&inbox)?
            .last_key_value()
            .map_or(0, |(sequence, _)| *sequence);
        let state = State {
            files: Vec::new(),
            next_sequence: last.saturating_add(1),
            fault: None,
            since: 0,
        };
        Ok(Self {
            inbox,
            outbox,
            state: Mutex::new(state),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the files of a folder lie now: in an outage it is out of sight.
    fn place(state: &State, folder: &Path) -> PathBuf {
        if state.fault == Some(fault::OUTAGE) {
            away(folder)
        } else {
            folder.to_owned()
        }
    }

    fn change_fault(&self, state: &mut State, fault: Option<&'static str>) -> io::Result<()> {
        if state.fault == Some(fault::OUTAGE) {
            fs::rename(away(&self.inbox), &self.inbox)?;
            fs::rename(away(&self.outbox), &self.outbox)?;
        }
        if fault == Some(fault::OUTAGE) {
            fs::rename(&self.inbox, away(&self.inbox))?;
            fs::rename(&self.outbox, away(&self.outbox))?;
        }
        if fault == Some(SKIPPED_NUMBER) && state.files.is_empty() {
            state.add(Vec::new());
        }
        state.fault = fault;
        state.since = state.files.len().saturating_sub(1);
        if fault == Some(SKIPPED_NUMBER) {
            // A number is only seen to be skipped once the next one is there.
            state.add(Vec::new());
        }
        (0..state.files.len()).try_for_each(|index| self.lay(state, index))
    }

    /// Makes the folder hold the file of that index as the fault will have it.
    fn lay(&self, state: &State, index: usize) -> io::Result<()> {
        let fault = state.fault.filter(|_| index >= state.since);
        let folder = Self::place(state, &self.inbox);
        for copy in render::copies(&state.files[index], fault, index == state.since) {
            let (csv, ok) = (
                folder.join(format!("{}.csv", copy.stem)),
                folder.join(format!("{}.ok", copy.stem)),
            );
            if same(&csv, copy.csv.as_deref()) && same(&ok, copy.ok.as_deref()) {
                continue;
            }
            // Complete only when `.ok` lies there: it goes first and comes last.
            put(&ok, None)?;
            put(&csv, copy.csv.as_deref())?;
            put(&ok, copy.ok.as_deref())?;
        }
        Ok(())
    }
}

impl State {
    fn add(&mut self, vouchers: Vec<Voucher>) {
        self.files.push(File {
            sequence: self.next_sequence,
            vouchers,
        });
        self.next_sequence += 1;
    }
}

fn away(folder: &Path) -> PathBuf {
    folder.with_added_extension("away")
}

fn same(path: &Path, wanted: Option<&[u8]>) -> bool {
    fs::read(path).ok().as_deref() == wanted
}

/// Writes under a temporary name and renames, so that nobody sees half a file; `None` takes it away.
fn put(path: &Path, bytes: Option<&[u8]>) -> io::Result<()> {
    match bytes {
        Some(bytes) => {
            let temporary = path.with_added_extension("tmp");
            fs::write(&temporary, bytes)?;
            fs::rename(&temporary, path)
        }
        None if path.exists() => fs::remove_file(path),
        None => Ok(()),
    }
}

impl Simulator for NavSimulator {
    /// One call is one file; a call without records is none.
    ///
    /// # Panics
    ///
    /// If a record cannot be said in NAV's columns, or the folder cannot be written.
    fn publish(&self, records: &[Record]) {
        if records.is_empty() {
            return;
        }
        let mut state = self.state();
        state.add(records.iter().map(say::voucher).collect());
        self.lay(&state, state.files.len() - 1)
            .expect("the simulated inbox can be written");
    }

    /// Files are never changed once complete: NAV cannot take anything back without a trace.
    fn withdraw(&self, _id: &RecordId) {}

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }

    /// # Panics
    ///
    /// If the folder cannot be written.
    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        let fault = find_fault(FAULTS, fault)?;
        self.change_fault(&mut self.state(), fault)
            .expect("the simulated inbox can be written");
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.display().to_string();
        vec![("inbox", text(&self.inbox)), ("outbox", text(&self.outbox))]
    }

    fn exclusions(&self) -> Vec<HeldExclusion> {
        exclusions::newest(&Self::place(&self.state(), &self.outbox))
    }
}
