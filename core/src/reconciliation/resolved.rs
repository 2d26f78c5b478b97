//! What has become of a case that is not found again, as far as a system says so. The case stays open: a person settles it.

use programgrant_schema::{AwardStatus, Ore};

use super::allocations;
use super::amounts::Amounts;
use super::claim_matching::Cover;
use super::pots::Sums;
use crate::journal::Journal;
use crate::ledger::rules::{Reason, ReasonCode};
use crate::ledger::{Case, CaseKind, Finding};
use crate::programme::Inputs;
use crate::view::Award;

/// The known case as the systems now report it; `None` where they say nothing of it any more. Without a cover no claim stands behind it.
pub fn finding(facts: Inputs<'_>, cover: Option<&Cover<'_>>, journal: &Journal, case: &Case) -> Option<Finding> {
    match case.finding.kind {
        CaseKind::PotDifference => return pot(facts, &case.finding),
        CaseKind::AllocationDifference => return allocations::resolved(facts, journal, &case.finding),
        _ => {}
    }
    let award = facts.view.award(&case.finding.subject)?;
    if award.vanished_at().is_some() {
        return vanished(facts, award, &case.finding);
    }
    if case.finding.kind == CaseKind::SourcesDisagree {
        return Some(ended(&case.finding, "Kildene oppgir ikke lenger ulike beløp."));
    }
    let was_awarded = case.finding.kind != CaseKind::ApplicationFromParticipant;
    // Money that went out and was not taken back is still out, whatever the award is called now.
    let is_money_out = was_awarded && !award.status().is_granted() && award.status() != AwardStatus::InProgramme;
    let to_pay_back = if is_money_out {
        Amounts::of(award).to_pay_back
    } else {
        Ore::ZERO
    };
    let claim = cover.and_then(|cover| cover.claim(award)).map(|claim| claim.id.clone());
    Some(Finding {
        municipality: award.recipient().or(case.finding.municipality),
        scheme: award.scheme().cloned().or_else(|| case.finding.scheme.clone()),
        year: award.year(),
        to_pay_back,
        claim: claim.or_else(|| case.finding.claim.clone()),
        ..ended(&case.finding, &message(award, cover, case.finding.kind))
    })
}

/// What its source no longer lists frees nothing, unless a record that it lists states the same anew: then that one is looked at.
fn vanished(facts: Inputs<'_>, award: Award<'_>, known: &Finding) -> Option<Finding> {
    if let Some(heir) = facts.view.successor(award) {
        return Some(ended(
            known,
            &format!("Kilden melder nå det samme som {}, som vurderes for seg.", heir.id()),
        ));
    }
    let is_over = known
        .reasons
        .iter()
        .any(|reason| matches!(reason.code, ReasonCode::FindingEnded | ReasonCode::NoLongerListed));
    let message = "Kilden melder ikke lenger dette, men det frigir ingenting.".to_owned();
    let absent = Reason {
        code: ReasonCode::NoLongerListed,
        rule: None,
        message,
    };
    (!is_over).then(|| Finding {
        reasons: known.reasons.iter().cloned().chain([absent]).collect(),
        ..known.clone()
    })
}

fn pot(facts: Inputs<'_>, known: &Finding) -> Option<Finding> {
    let programme = facts.reference.programmes.get(known.programme.as_deref()?)?;
    let sums = Sums::of(facts, programme, known.municipality?, known.year)?;
    sums.add_up().then(|| ended(known, "Potten går nå opp."))
}

pub fn ended(known: &Finding, message: &str) -> Finding {
    let reason = Reason {
        code: ReasonCode::FindingEnded,
        rule: None,
        message: format!("{message} En saksbehandler må avslutte saken."),
    };
    Finding {
        to_hold_back: Ore::ZERO,
        to_pay_back: Ore::ZERO,
        reasons: vec![reason],
        ..known.clone()
    }
}

fn message(award: Award<'_>, cover: Option<&Cover<'_>>, kind: CaseKind) -> String {
    let status = match award.status() {
        AwardStatus::Refused => "avslått",
        AwardStatus::Dismissed => "avvist",
        AwardStatus::Withdrawn => "trukket",
        AwardStatus::InProgramme => "en andel av potten",
        AwardStatus::Applied => "en søknad som ikke er avgjort",
        AwardStatus::Granted | AwardStatus::Paid | AwardStatus::Repaid => return of_awarded(award, cover, kind),
    };
    format!("Kilden melder nå at dette er {status}.")
}

fn of_awarded(award: Award<'_>, cover: Option<&Cover<'_>>, kind: CaseKind) -> String {
    match (kind, cover.and_then(|cover| cover.claim(award))) {
        (CaseKind::ApplicationFromParticipant, _) => {
            "Søknaden er nå innvilget; tildelingen vurderes for seg.".to_owned()
        }
        (CaseKind::UnresolvedRecipient, _) if award.recipient().is_some() => {
            "Mottakeren er nå kjent; tildelingen vurderes for seg.".to_owned()
        }
        (CaseKind::AwardWithoutClaim, Some(claim)) if claim.state.is_awarded() => {
            format!("Krav {} dekker nå tildelingen.", claim.id)
        }
        (CaseKind::AwardWithoutClaim, Some(_)) => "Et krav dekker nå tildelingen.".to_owned(),
        _ => "Slik tildelingen nå er meldt, gjelder ikke lenger det som ble funnet.".to_owned(),
    }
}
