//! What every simulator can do: serve its system's documented interface, take canonical records and say them in the system's
//! own language, and go wrong on demand in each way that the system's page names.

use std::fmt;

use programgrant_schema::{Record, RecordId};

use crate::exclusions::HeldExclusion;

/// A simulated back-office system. It serves from the moment it is made until it is dropped.
pub trait Simulator: Send + Sync {
    /// Adds records to what the system has; one whose id is there already becomes its newer version.
    ///
    /// # Panics
    ///
    /// If the system's language cannot say the record, which is a defect of whoever made it.
    fn publish(&self, records: &[Record]);

    /// Takes a record away without a trace, where the system can.
    fn withdraw(&self, id: &RecordId);

    /// Every way in which this simulator can go wrong.
    fn faults(&self) -> &'static [Fault];

    /// Goes wrong in that way from now on; `None` heals it.
    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault>;

    /// The keys of a source's settings that find it, the one that says where it is first.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// The exclusions that were written to the system and stand.
    fn exclusions(&self) -> Vec<HeldExclusion>;
}

/// One way to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Lower case with hyphens, as in `--fault udir=cut`.
    pub name: &'static str,
    pub what: &'static str,
}

/// The names that the suite knows. A simulator uses these for these, and names of its own for the rest.
pub mod fault {
    /// The reply, or the file, breaks off.
    pub const CUT: &str = "cut";
    /// The system asks for patience.
    pub const THROTTLED: &str = "throttled";
    /// The system refuses the caller.
    pub const REFUSED: &str = "refused";
    /// The system is down.
    pub const OUTAGE: &str = "outage";
    /// The system cannot answer whole just now.
    pub const NOT_READY: &str = "not-ready";
    /// One more record comes that cannot be read.
    pub const BAD_RECORD: &str = "bad-record";
    /// Fields or columns that nobody knows come along.
    pub const UNKNOWN_FIELDS: &str = "unknown-fields";
    /// Every record comes twice.
    pub const TWICE: &str = "twice";
    /// Exclusions are lifted, but setting one fails in passing.
    pub const NOT_SET: &str = "not-set";
    /// What is written stands, and the system is out of reach before it has said so.
    pub const ANSWER_LOST: &str = "answer-lost";
}

/// The simulator has no such fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFault {
    pub name: String,
    pub known: &'static [Fault],
}

impl std::error::Error for UnknownFault {}

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = self.known.iter().map(|fault| fault.name).collect();
        write!(
            f,
            "no fault {:?}; this system's faults are {}",
            self.name,
            known.join(", ")
        )
    }
}

/// Finds the fault of that name among `known`.
pub fn find_fault(known: &'static [Fault], name: Option<&str>) -> Result<Option<&'static str>, UnknownFault> {
    let Some(name) = name else { return Ok(None) };
    let found = known.iter().find(|fault| fault.name == name);
    found.map(|fault| Some(fault.name)).ok_or_else(|| UnknownFault {
        name: name.to_owned(),
        known,
    })
}
