//! What stands to be held back and to be paid back, to the øre.

use programgrant_schema::{AwardStatus, Figure, Ore};

use crate::ledger::rules::{Reason, ReasonCode};
use crate::view::Award;

/// The two amounts of an award, and whether something about them is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Granted and not paid yet.
    pub to_hold_back: Ore,
    /// Paid and not paid back yet.
    pub to_pay_back: Ore,
    is_granted_known: bool,
    is_paid_known: bool,
}

impl Amounts {
    pub fn of(award: Award<'_>) -> Self {
        let paid = paid(award);
        let gone_out = gone_out(award, paid);
        let granted = award.granted_in_sums().known();
        Self {
            // What is not known to be paid can still be held back.
            to_hold_back: granted.map_or(Ore::ZERO, |granted| above(granted, gone_out.unwrap_or(Ore::ZERO))),
            to_pay_back: paid.map_or(Ore::ZERO, |paid| above(paid, Ore::ZERO)),
            is_granted_known: granted.is_some(),
            // A system that leaves open what it has not paid yet says GRANTED.
            is_paid_known: paid.is_some() || award.status() == AwardStatus::Granted,
        }
    }

    /// Says that an amount is smaller than the truth may be.
    pub fn doubt(self) -> Option<Reason> {
        let message = match (self.is_granted_known, self.is_paid_known) {
            (true, true) => return None,
            (false, true) => "Innvilget beløp er ikke oppgitt; hva som skal holdes tilbake, er ikke kjent.",
            (true, false) => "Utbetalt beløp er ikke oppgitt; hva som skal betales tilbake, er ikke kjent.",
            (false, false) => {
                "Verken innvilget eller utbetalt beløp er oppgitt; hva som skal holdes tilbake og betales tilbake, er ikke kjent."
            }
        };
        Some(Reason {
            code: ReasonCode::AmountUnknown,
            rule: None,
            message: message.to_owned(),
        })
    }
}

/// What the recipient has of it now: paid, less what went back.
fn paid(award: Award<'_>) -> Option<Ore> {
    let went_back = award
        .disbursements()
        .iter()
        .any(|disbursement| disbursement.amount.is_negative());
    if award.status() == AwardStatus::Repaid && went_back {
        return Ore::checked_sum(award.disbursements().iter().map(|disbursement| disbursement.amount));
    }
    match award.paid_in_sums() {
        Figure::NotDelivered if award.disputed().paid => None,
        Figure::Stated(paid) => Some(paid),
        Figure::NotApplicable => Some(Ore::ZERO),
        Figure::NotDelivered if award.disbursements().is_empty() => None,
        Figure::NotDelivered => Ore::checked_sum(award.disbursements().iter().map(|disbursement| disbursement.amount)),
    }
}

/// What was ever paid: what went back is not waiting to be paid again.
fn gone_out(award: Award<'_>, paid: Option<Ore>) -> Option<Ore> {
    let out = Ore::checked_sum(
        award
            .disbursements()
            .iter()
            .map(|disbursement| disbursement.amount)
            .filter(|amount| !amount.is_negative()),
    );
    out.max(paid)
}

/// How far `amount` is above `floor`; nothing where it is not.
pub fn above(amount: Ore, floor: Ore) -> Ore {
    // Beyond the range of an amount lies more than there is money: the whole stands.
    amount.checked_sub(floor).unwrap_or(amount).max(Ore::ZERO)
}

/// `1 234 567,50 kr`, with the øre where there are any.
pub fn in_kroner(amount: Ore) -> String {
    let ore = amount.get().unsigned_abs();
    let digits = (ore / 100).to_string();
    let grouped = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group))
        .collect::<Vec<_>>()
        .join("\u{a0}");
    let sign = if amount.is_negative() { "\u{2212}" } else { "" };
    let decimals = if ore.is_multiple_of(100) {
        String::new()
    } else {
        format!(",{:02}", ore % 100)
    };
    format!("{sign}{grouped}{decimals}\u{a0}kr")
}
