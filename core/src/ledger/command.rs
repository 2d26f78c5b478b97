//! What the ledger can be told to do, and why it may refuse.

use jiff::Timestamp;
use programgrant_schema::Ore;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::case::{Case, CaseDecision, CaseId, Finding};
use super::chain::Receipt;
use super::claim::{Binding, Claim, ClaimId, Principal};
use super::rules::{Application, SlotScope, Verdict};
use crate::journal::{JournalCommand, JournalRecord, JournalRefusal};

/// One command. Each is all or nothing, and each that changes something writes its entries in the same transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Reserves the slots of an application, or finds the claim that was made under this key before.
    Request(Box<Request>),
    /// Writes down what the rules said under a reservation.
    Decide {
        claim: ClaimId,
        reservation: i64,
        verdict: Verdict,
    },
    /// The award is about to become binding.
    Confirm(Box<Confirmation>),
    /// The award will not be made, or has been reversed.
    Release {
        claim: ClaimId,
        fence: i64,
        by: Principal,
        reason: String,
    },
    /// A case officer lets a held claim pass (`Some`: what the rules say besides the doubt) or refuses it.
    Rule {
        claim: ClaimId,
        fence: i64,
        by: Principal,
        allow: Option<Verdict>,
        reason: String,
    },
    /// The first of two people proposes an exception.
    Propose {
        claim: ClaimId,
        fence: i64,
        by: Principal,
        reason: String,
        legal_basis: String,
    },
    /// The second approves it; `verdict` is what an exception rests on.
    Approve {
        claim: ClaimId,
        fence: i64,
        by: Principal,
        reason: String,
        verdict: Verdict,
    },
    /// A source reports that the confirmed award was paid.
    NotePaid { claim: ClaimId },
    /// Opens the finding's case, or brings it up to date.
    Report(Box<Finding>),
    DecideCase {
        case: CaseId,
        by: Principal,
        decision: CaseDecision,
        reason: String,
    },
    /// What the programme itself decides, or is told.
    Journal(Box<JournalCommand>),
    /// Lets what has run out run out, and nothing else.
    Sweep,
    /// From here on every answer is UNDETERMINED.
    Suspend { by: Option<Principal>, reason: String },
    /// The ledger has been reconciled. Where it may have forgotten something, a clearance that stands may have been confirmed
    /// since: from now on none of them frees its slot by time.
    Resume {
        by: Option<Principal>,
        reason: String,
        forgot: bool,
    },
}

/// A command about one claim at one fence: whom it is about, and what its entry says besides what it did.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub claim: &'a ClaimId,
    pub fence: i64,
    pub by: &'a Principal,
    pub reason: Option<&'a str>,
}

impl Command {
    /// `None` where it names no fence.
    pub fn about(&self) -> Option<About<'_>> {
        match self {
            Self::Confirm(confirmation) => {
                let Confirmation { claim, fence, by, .. } = confirmation.as_ref();
                Some(About {
                    claim,
                    fence: *fence,
                    by,
                    reason: None,
                })
            }
            Self::Release {
                claim,
                fence,
                by,
                reason,
            }
            | Self::Rule {
                claim,
                fence,
                by,
                reason,
                ..
            }
            | Self::Propose {
                claim,
                fence,
                by,
                reason,
                ..
            }
            | Self::Approve {
                claim,
                fence,
                by,
                reason,
                ..
            } => Some(About {
                claim,
                fence: *fence,
                by,
                reason: Some(reason),
            }),
            Self::Request(_)
            | Self::Decide { .. }
            | Self::NotePaid { .. }
            | Self::Report(_)
            | Self::DecideCase { .. }
            | Self::Journal(_)
            | Self::Sweep
            | Self::Suspend { .. }
            | Self::Resume { .. } => None,
        }
    }

    /// What the caller says of the award that nothing else keeps.
    pub fn stated(&self) -> Vec<StatedAward> {
        let Self::Confirm(confirmation) = self else {
            return Vec::new();
        };
        confirmation
            .stated
            .iter()
            .filter(|stated| **stated != StatedAward::default())
            .cloned()
            .collect()
    }
}

/// A request for leave to award.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub by: Principal,
    pub key: String,
    /// SHA-256 of the canonical request, hexadecimal.
    pub hash: String,
    pub application: Application,
    pub reach: SlotScope,
    pub binding: Binding,
    /// The last receipt that the asker was given.
    pub receipt: Option<Receipt>,
}

/// A confirmation, with what the award says of itself; what is `None` is not said.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    pub claim: ClaimId,
    pub fence: i64,
    pub by: Principal,
    pub award_reference: String,
    pub awarded: Ore,
    /// What the caller says.
    pub stated: Vec<StatedAward>,
    /// What a source has said by now; the caller, who may have to repeat the command, knows nothing of it.
    pub reported: Option<StatedAward>,
}

/// Year and period of the award that is confirmed, as the caller or a source states them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatedAward {
    pub year: Option<i16>,
    pub use_from: Option<jiff::civil::Date>,
    pub use_until: Option<jiff::civil::Date>,
}

/// What a command has done.
#[derive(Debug, Clone, PartialEq)]
pub enum CommandOutcome {
    Claim(Box<ClaimResult>),
    Case(Box<Case>),
    /// The record that a command to the journal is about, or why it was not carried out.
    Journal(Result<Box<JournalRecord>, JournalRefusal>),
    /// Nothing to show for it.
    Nothing,
}

/// A claim after a command.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimResult {
    pub claim: Claim,
    /// The chain's head after this claim's last transition.
    pub receipt: Receipt,
    /// Claims that hold what was asked for.
    pub taken: Vec<Claim>,
    /// Whether rules and sources must be asked now: the slots are asked for and the question is open.
    pub is_open: bool,
    /// Answers are UNDETERMINED until the ledger is reconciled.
    pub suspended: bool,
}

/// Why a command was not carried out. Nothing was changed. The names are codes that clients know.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    UnknownClaim,
    /// The claim's fence is another than the command names.
    FenceMismatch {
        current: i64,
    },
    /// The same, and since that fence the ledger was restored and reconciled, which raises the fences of open clearances.
    #[strum(serialize = "FENCE_MISMATCH")]
    FenceRaised {
        current: i64,
    },
    ClearanceExpired {
        at: Option<Timestamp>,
    },
    /// The claim's state does not allow it.
    WrongState {
        state: super::ClaimState,
    },
    AmountDiffers {
        cleared: Ore,
    },
    YearDiffers {
        cleared: i16,
    },
    PeriodDiffers,
    IdempotencyConflict,
    /// Who decides may not be who asked.
    #[strum(serialize = "ASKER_MAY_NOT_DECIDE")]
    AskerDecides,
    /// An exception takes two people from two bodies, neither of them the asker.
    TwoBodiesRequired,
    NoProposal,
    ProposalVoid {
        at: Timestamp,
    },
    /// Another claim holds a slot.
    SlotTaken {
        by: Vec<ClaimId>,
    },
    /// The rules forbid it, or what they rest on is not known.
    NotPermitted(Box<Verdict>),
    #[strum(serialize = "LEDGER_BEHIND")]
    Suspended,
    UnknownCase,
    CaseClosed,
}
