//! Refusals in the caller's words: a stable code, a sentence, the argument at fault. Inner texts stay in the log.

use programgrant_core::ledger::Refusal;

use super::mutation::UserError;
use crate::guard::GuardError;

/// Every code that a refused command can carry, besides those of the input.
pub const REFUSAL_CODES: &[&str] = &[
    "AMOUNT_DIFFERS",
    "ASKER_MAY_NOT_DECIDE",
    "CASE_CLOSED",
    "CLEARANCE_EXPIRED",
    "FENCE_MISMATCH",
    "IDEMPOTENCY_CONFLICT",
    "INVALID_ARGUMENT",
    "INVALID_RECEIPT",
    "LEDGER_BEHIND",
    "LEDGER_UNREACHABLE",
    "NOT_PERMITTED",
    "NO_PROPOSAL",
    "PERIOD_DIFFERS",
    "PROPOSAL_VOID",
    "SLOT_TAKEN",
    "TWO_BODIES_REQUIRED",
    "UNKNOWN_CASE",
    "UNKNOWN_CLAIM",
    "WRONG_STATE",
    "YEAR_DIFFERS",
];

pub fn user_error(error: &GuardError) -> UserError {
    match error {
        GuardError::Input(error) => {
            let path = std::iter::once("input").chain(error.path().iter().copied()).map(str::to_owned).collect();
            UserError { code: error.code().to_owned(), message: error.to_string(), path: Some(path) }
        }
        GuardError::Refused(refusal) => refused(refusal),
        GuardError::Receipt => at("INVALID_RECEIPT", "The text is no receipt that this ledger has signed.", "lastReceipt"),
        GuardError::Text(name) => at("INVALID_ARGUMENT", format!("{name} is blank, longer than 2000 characters, or holds a null character."), name),
        GuardError::Ledger(_) => UserError {
            code: "LEDGER_UNREACHABLE".to_owned(),
            message:
                "The ledger cannot be reached. Whether the command was carried out is not known: send it again unchanged, and it is carried out once."
                    .to_owned(),
            path: None,
        },
    }
}

fn at(code: &str, message: impl Into<String>, argument: &str) -> UserError {
    UserError {
        code: code.to_owned(),
        message: message.into(),
        path: Some(vec![argument.to_owned()]),
    }
}

fn refused(refusal: &Refusal) -> UserError {
    let (code, message, argument) = match refusal {
        Refusal::UnknownClaim => ("UNKNOWN_CLAIM", "There is no such claim.".to_owned(), Some("claim")),
        Refusal::FenceMismatch { current } => (
            "FENCE_MISMATCH",
            format!("The claim has moved on: its fence is {current}. Read it before you go on."),
            Some("fence"),
        ),
        Refusal::FenceRaised { current } => {
            let message = format!(
                "The ledger was restored from an older copy and reconciled since, which has raised the claim's fence to {current}. Read the claim and compare it with your own books: what you confirmed or released meanwhile is not known here."
            );
            ("FENCE_MISMATCH", message, Some("fence"))
        }
        Refusal::ClearanceExpired { .. } => (
            "CLEARANCE_EXPIRED",
            "The clearance has expired. Ask anew.".to_owned(),
            Some("claim"),
        ),
        Refusal::WrongState { state } => (
            "WRONG_STATE",
            format!("The claim is {}, which does not allow this.", state.as_str()),
            Some("claim"),
        ),
        Refusal::AmountDiffers { cleared } => (
            "AMOUNT_DIFFERS",
            format!("{} øre were cleared.", cleared.get()),
            Some("awarded"),
        ),
        Refusal::YearDiffers { cleared } => ("YEAR_DIFFERS", format!("The clearance is for {cleared}."), Some("year")),
        Refusal::PeriodDiffers => (
            "PERIOD_DIFFERS",
            "The award's period of use is another than was cleared.".to_owned(),
            Some("useFrom"),
        ),
        Refusal::IdempotencyConflict => (
            "IDEMPOTENCY_CONFLICT",
            "The key was used before, for a request with other content.".to_owned(),
            Some("idempotencyKey"),
        ),
        Refusal::AskerDecides => (
            "ASKER_MAY_NOT_DECIDE",
            "Who decides may not be who asked.".to_owned(),
            None,
        ),
        Refusal::TwoBodiesRequired => (
            "TWO_BODIES_REQUIRED",
            "An exception takes two people from two bodies, neither of them the asker's.".to_owned(),
            None,
        ),
        Refusal::NoProposal => (
            "NO_PROPOSAL",
            "No exception is proposed for the claim as it stands.".to_owned(),
            Some("claim"),
        ),
        Refusal::ProposalVoid { at } => (
            "PROPOSAL_VOID",
            format!("The proposal was void from {at}."),
            Some("claim"),
        ),
        Refusal::SlotTaken { .. } => (
            "SLOT_TAKEN",
            "Another exception holds the slot.".to_owned(),
            Some("claim"),
        ),
        Refusal::NotPermitted(verdict) => {
            let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
            (
                "NOT_PERMITTED",
                format!(
                    "A rule stands against it that cannot be decided away: {}.",
                    codes.join(", ")
                ),
                None,
            )
        }
        Refusal::Suspended => (
            "LEDGER_BEHIND",
            "The ledger was restored from an older copy, has moved, or does not hold together, and is not reconciled."
                .to_owned(),
            None,
        ),
        Refusal::UnknownCase => ("UNKNOWN_CASE", "There is no such case.".to_owned(), Some("case")),
        Refusal::CaseClosed => ("CASE_CLOSED", "The case is decided already.".to_owned(), Some("case")),
    };
    UserError {
        code: code.to_owned(),
        message,
        path: argument.map(|argument| vec![argument.to_owned()]),
    }
}
