//! Refusals in the caller's words: a stable code, a sentence, the argument at fault. Inner texts stay in the log.

use programgrant_core::journal::JournalRefusal;
use programgrant_core::ledger::Refusal;
use strum::VariantNames;

use super::ApiError;
use super::mutation::UserError;
use crate::guard::GuardError;

/// Every code that a refused command can carry, besides those of the input and `LEDGER_UNREACHABLE`.
pub const REFUSAL_CODES: [&[&str]; 3] = [
    Refusal::VARIANTS,
    JournalRefusal::VARIANTS,
    &[INVALID_ARGUMENT, INVALID_RECEIPT],
];
const INVALID_ARGUMENT: &str = "INVALID_ARGUMENT";
const INVALID_RECEIPT: &str = "INVALID_RECEIPT";

pub fn user_error(error: &GuardError) -> UserError {
    match error {
        GuardError::Input(error) => {
            let path = std::iter::once("input").chain(error.path().iter().copied()).map(str::to_owned).collect();
            UserError { code: error.code().to_owned(), message: error.to_string(), path: Some(path) }
        }
        GuardError::Refused(refusal) => refused(refusal),
        GuardError::Receipt => at(INVALID_RECEIPT, "The text is no receipt that this ledger has signed.", "lastReceipt"),
        GuardError::Text(name) => at(INVALID_ARGUMENT, format!("{name} is blank, longer than 2000 characters, or holds a null character."), name),
        GuardError::Ledger(_) => UserError {
            code: ApiError::LedgerUnreachable.code().to_owned(),
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
    let (message, argument) = match refusal {
        Refusal::UnknownClaim => ("There is no such claim.".to_owned(), Some("claim")),
        Refusal::FenceMismatch { current } => (
            format!("The claim has moved on: its fence is {current}. Read it before you go on."),
            Some("fence"),
        ),
        Refusal::FenceRaised { current } => {
            let message = format!(
                "The ledger was restored from an older copy and reconciled since, which has raised the claim's fence to {current}. Read the claim and compare it with your own books: what you confirmed or released meanwhile is not known here."
            );
            (message, Some("fence"))
        }
        Refusal::ClearanceExpired { .. } => ("The clearance has expired. Ask anew.".to_owned(), Some("claim")),
        Refusal::WrongState { state } => (
            format!("The claim is {}, which does not allow this.", state.as_str()),
            Some("claim"),
        ),
        Refusal::AmountDiffers { cleared } => (format!("{} øre were cleared.", cleared.get()), Some("awarded")),
        Refusal::YearDiffers { cleared } => (format!("The clearance is for {cleared}."), Some("year")),
        Refusal::PeriodDiffers => (
            "The award's period of use is another than was cleared.".to_owned(),
            Some("useFrom"),
        ),
        Refusal::IdempotencyConflict => (
            "The key was used before, for a request with other content.".to_owned(),
            Some("idempotencyKey"),
        ),
        Refusal::AskerDecides => ("Who decides may not be who asked.".to_owned(), None),
        Refusal::TwoBodiesRequired => (
            "An exception takes two people from two bodies, neither of them the asker's.".to_owned(),
            None,
        ),
        Refusal::NoProposal => (
            "No exception is proposed for the claim as it stands.".to_owned(),
            Some("claim"),
        ),
        Refusal::ProposalVoid { at } => (format!("The proposal was void from {at}."), Some("claim")),
        Refusal::SlotTaken { .. } => ("Another exception holds the slot.".to_owned(), Some("claim")),
        Refusal::NotPermitted(verdict) => {
            let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
            (
                format!(
                    "A rule stands against it that cannot be decided away: {}.",
                    codes.join(", ")
                ),
                None,
            )
        }
        Refusal::Suspended => (
            "The ledger was restored from an older copy, has moved, or does not hold together, and is not reconciled."
                .to_owned(),
            None,
        ),
        Refusal::UnknownCase => ("There is no such case.".to_owned(), Some("case")),
        Refusal::CaseClosed => ("The case is decided already.".to_owned(), Some("case")),
    };
    UserError {
        code: <&str>::from(refusal).to_owned(),
        message,
        path: argument.map(|argument| vec![argument.to_owned()]),
    }
}
