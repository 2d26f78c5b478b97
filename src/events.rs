//! What changes, told to whoever follows it: cases of the ledger, and pots of the view.

use programgrant_schema::MunicipalityId;

use crate::ledger::CaseId;

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A case was opened or changed.
    Case(CaseId),
    Pot {
        programme: String,
        municipality: MunicipalityId,
        year: i16,
    },
}
