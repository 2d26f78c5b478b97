//! The claim's state machine: pure functions from a claim and a command to the claim after it, or the refusal. Time is passed in.

use jiff::{SignedDuration, Timestamp};

use super::ClaimState;
use super::claim::{Binding, Claim, Exception, Lane, Principal};
use super::command::{Command, Confirmation, Refusal, Request, StatedAward};
use super::rules::{Outcome, Reason, ReasonCode, Verdict};

/// How long a question stays reserved without an answer.
pub const UNDECIDED_FOR: SignedDuration = SignedDuration::from_mins(2);
/// How long a proposed or approved exception is good for.
pub const EXCEPTION_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a clearance is good for, unconfirmed.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    pub clearance: SignedDuration,
}

/// A claim for a request that was never made before. It holds nothing yet.
pub fn open(request: &Request, id: super::ClaimId, now: Timestamp) -> Claim {
    Claim {
        id,
        state: ClaimState::Released,
        fence: 0,
        reservation: 0,
        lane: Lane::Ordinary,
        binding: request.binding,
        application: request.application.clone(),
        reach: request.reach.clone(),
        verdict: Verdict::undecided(),
        requested_by: request.by.clone(),
        key: request.key.clone(),
        request_hash: request.hash.clone(),
        requested_at: now,
        expires_at: None,
        award_reference: None,
        exception: None,
    }
}

/// Asks for the slots, anew or again. `free`: nobody else holds one.
pub fn reserve(claim: &Claim, free: bool, now: Timestamp) -> Claim {
    let fence = claim.fence + 1;
    let held_already = claim.state == ClaimState::Requested;
    Claim {
        state: if free {
            ClaimState::Requested
        } else {
            ClaimState::Released
        },
        fence,
        // Who asks again while the slots are held does not upset a decision that is on its way.
        reservation: if held_already { claim.reservation } else { fence },
        expires_at: free.then(|| later(now, UNDECIDED_FOR)),
        ..claim.clone()
    }
}

/// What the rules said, under the reservation that they were asked for. `None`: the question has been answered since.
pub fn decide(claim: &Claim, reservation: i64, verdict: &Verdict, terms: Terms, now: Timestamp) -> Option<Claim> {
    if !claim.is_undecided() || claim.reservation != reservation {
        return None;
    }
    let held = claim.state == ClaimState::Requested;
    let (state, expires_at) = match verdict.outcome {
        Outcome::Undetermined if held => (ClaimState::Requested, Some(later(now, UNDECIDED_FOR))),
        Outcome::Undetermined => (ClaimState::Released, None),
        Outcome::Blocked => (ClaimState::Denied, None),
        // Whoever holds no slot is given none by an answer.
        Outcome::Clear | Outcome::NeedsCaseOfficer if !held => return None,
        Outcome::Clear => (ClaimState::Cleared, Some(later(now, terms.clearance))),
        Outcome::NeedsCaseOfficer => (ClaimState::Held, None),
    };
    Some(Claim {
        state,
        expires_at,
        fence: claim.fence + 1,
        verdict: verdict.clone(),
        ..claim.clone()
    })
}

/// What time does to a claim; `None` where it does nothing yet.
pub fn run_out(claim: &Claim, now: Timestamp) -> Option<Claim> {
    if claim.expires_at.is_none_or(|at| now < at) {
        return None;
    }
    let ended = |message: &str| Verdict::of(Outcome::Undetermined, ReasonCode::ClearanceEnded, message);
    let (state, verdict) = match (claim.state, claim.binding) {
        (ClaimState::Requested, _) => (ClaimState::Released, claim.verdict.clone()),
        (ClaimState::Cleared, Binding::ConfirmFirst) => (
            ClaimState::Expired,
            ended("Klareringen ble ikke bekreftet i tide og gjelder ikke lenger. Spør på nytt med en ny nøkkel."),
        ),
        (ClaimState::Cleared, Binding::AwardOnClear) => (
            ClaimState::Quarantined,
            ended("Klareringen ble ikke kvittert i tide. Tildelingen kan være gjort, og plassen holdes av."),
        ),
        _ => return None,
    };
    Some(Claim {
        state,
        verdict,
        fence: claim.fence + 1,
        expires_at: None,
        ..claim.clone()
    })
}

/// The claim after a command about it; `None` where the command names no fence.
pub fn command(claim: &Claim, command: &Command, terms: Terms, now: Timestamp) -> Option<Result<Claim, Refusal>> {
    Some(match command {
        Command::Confirm(confirmation) => confirm(claim, confirmation),
        Command::Release { fence, .. } => release(claim, *fence),
        Command::Rule { fence, by, allow, .. } => rule(claim, *fence, by, allow.as_ref(), terms, now),
        Command::Propose {
            fence,
            by,
            reason,
            legal_basis,
            ..
        } => propose(claim, *fence, by, reason, legal_basis, now),
        Command::Approve { fence, by, verdict, .. } => approve(claim, *fence, by, verdict, now),
        _ => return None,
    })
}

/// Whether the command, given at that instant to the claim as it stood before, has made the claim what it is. What was not the
/// caller's to say does not count: what the rules and the sources say by now, and how long clearances last by now.
pub fn is_what_made(command: &Command, before: &Claim, after: &Claim, at: Timestamp) -> bool {
    let mut command = command.clone();
    match &mut command {
        Command::Confirm(confirmation) => confirmation.reported = None,
        Command::Rule {
            allow: Some(verdict), ..
        }
        | Command::Approve { verdict, .. } => verdict.clone_from(&after.verdict),
        _ => {}
    }
    let made = self::command(
        before,
        &command,
        Terms {
            clearance: SignedDuration::ZERO,
        },
        at,
    );
    made.is_some_and(|made| {
        made.is_ok_and(|made| {
            Claim {
                expires_at: after.expires_at,
                ..made
            } == *after
        })
    })
}

/// The award is about to become binding, or (out of quarantine) has become so.
fn confirm(claim: &Claim, confirmation: &Confirmation) -> Result<Claim, Refusal> {
    check_fence(claim, confirmation.fence)?;
    if !matches!(claim.state, ClaimState::Cleared | ClaimState::Quarantined) {
        return Err(Refusal::WrongState { state: claim.state });
    }
    if confirmation.awarded != claim.amount() {
        return Err(Refusal::AmountDiffers {
            cleared: claim.amount(),
        });
    }
    confirmation
        .stated
        .iter()
        .chain(&confirmation.reported)
        .try_for_each(|stated| check_stated(claim, stated))?;
    let verdict = if claim.state == ClaimState::Quarantined {
        acknowledged()
    } else {
        claim.verdict.clone()
    };
    let award_reference = Some(confirmation.award_reference.clone());
    Ok(Claim {
        state: ClaimState::Confirmed,
        fence: claim.fence + 1,
        expires_at: None,
        award_reference,
        verdict,
        ..claim.clone()
    })
}

fn acknowledged() -> Verdict {
    Verdict::of(
        Outcome::Clear,
        ReasonCode::ClearanceEnded,
        "Tildelingen ble gjort på en klarering og kvittert etter fristen.",
    )
}

fn check_stated(claim: &Claim, stated: &StatedAward) -> Result<(), Refusal> {
    let cleared = &claim.application;
    if stated.year.is_some_and(|year| year != cleared.year) {
        return Err(Refusal::YearDiffers { cleared: cleared.year });
    }
    if stated.use_from.is_none() && stated.use_until.is_none() {
        return Ok(());
    }
    let months = super::rules::Application {
        use_from: stated.use_from,
        use_until: stated.use_until,
        ..cleared.clone()
    }
    .months();
    if months == cleared.months() {
        Ok(())
    } else {
        Err(Refusal::PeriodDiffers)
    }
}

/// The award will not be made, or has been reversed.
fn release(claim: &Claim, fence: i64) -> Result<Claim, Refusal> {
    check_fence(claim, fence)?;
    let state = match claim.state {
        ClaimState::Confirmed | ClaimState::Paid => ClaimState::Reversed,
        ClaimState::Requested | ClaimState::Held | ClaimState::Cleared => ClaimState::Released,
        // In quarantine the award may be binding: that it is not is for two people to say.
        state => return Err(Refusal::WrongState { state }),
    };
    Ok(given_back(claim, state))
}

/// A claim that holds nothing any more, and answers nobody's question with CLEAR.
fn given_back(claim: &Claim, state: ClaimState) -> Claim {
    let message = "Kravet er gitt tilbake. Et nytt krav må ha en ny nøkkel.";
    let verdict = Verdict::of(Outcome::Blocked, ReasonCode::ClearanceEnded, message);
    Claim {
        state,
        verdict,
        fence: claim.fence + 1,
        expires_at: None,
        ..claim.clone()
    }
}

/// A case officer's decision on a claim that is held.
fn rule(
    claim: &Claim,
    fence: i64,
    by: &Principal,
    allow: Option<&Verdict>,
    terms: Terms,
    now: Timestamp,
) -> Result<Claim, Refusal> {
    check_fence(claim, fence)?;
    if claim.state != ClaimState::Held {
        return Err(Refusal::WrongState { state: claim.state });
    }
    if *by == claim.requested_by {
        return Err(Refusal::AskerDecides);
    }
    let Some(verdict) = allow else {
        let refused = Verdict::of(
            Outcome::Blocked,
            ReasonCode::DecidedByCaseOfficer,
            "En saksbehandler har avslått.",
        );
        return Ok(Claim {
            state: ClaimState::Denied,
            verdict: refused,
            fence: claim.fence + 1,
            ..claim.clone()
        });
    };
    permitted(verdict)?;
    let expires_at = Some(later(now, terms.clearance));
    Ok(Claim {
        state: ClaimState::Cleared,
        verdict: verdict.clone(),
        expires_at,
        fence: claim.fence + 1,
        ..claim.clone()
    })
}

/// The first of two people proposes an exception from BLOCKED, or that a quarantine ends without an award.
fn propose(
    claim: &Claim,
    fence: i64,
    by: &Principal,
    reason: &str,
    legal_basis: &str,
    now: Timestamp,
) -> Result<Claim, Refusal> {
    check_fence(claim, fence)?;
    let is_blocked = claim.state == ClaimState::Denied && claim.verdict.outcome == Outcome::Blocked;
    if !is_blocked && claim.state != ClaimState::Quarantined {
        return Err(Refusal::WrongState { state: claim.state });
    }
    if by.organisation == claim.requested_by.organisation {
        return Err(Refusal::TwoBodiesRequired);
    }
    let fence = claim.fence + 1;
    let exception = Exception {
        proposed_by: by.clone(),
        proposed_at: now,
        reason: reason.to_owned(),
        legal_basis: legal_basis.to_owned(),
        fence,
        void_at: later(now, EXCEPTION_FOR),
        approved_by: None,
        approved_at: None,
    };
    Ok(Claim {
        fence,
        exception: Some(exception),
        ..claim.clone()
    })
}

/// The second approves. A blocked claim is cleared in the exceptions' lane; a quarantined one is released.
fn approve(claim: &Claim, fence: i64, by: &Principal, verdict: &Verdict, now: Timestamp) -> Result<Claim, Refusal> {
    check_fence(claim, fence)?;
    let proposal = claim
        .exception
        .as_ref()
        .filter(|exception| exception.fence == claim.fence && exception.approved_by.is_none());
    let proposal = proposal.ok_or(Refusal::NoProposal)?;
    if now >= proposal.void_at {
        return Err(Refusal::ProposalVoid { at: proposal.void_at });
    }
    let bodies = [proposal.proposed_by.organisation, claim.requested_by.organisation];
    if bodies.contains(&by.organisation) {
        return Err(Refusal::TwoBodiesRequired);
    }
    // A ledger whose clock was set right again may be behind the proposal.
    let approved_at = Some(now.max(proposal.proposed_at));
    let exception = Exception {
        approved_by: Some(by.clone()),
        approved_at,
        ..proposal.clone()
    };
    if claim.state == ClaimState::Quarantined {
        return Ok(Claim {
            exception: Some(exception),
            ..given_back(claim, ClaimState::Released)
        });
    }
    permitted(verdict)?;
    Ok(Claim {
        state: ClaimState::Cleared,
        lane: Lane::Exception,
        verdict: verdict.clone(),
        expires_at: Some(exception.void_at),
        exception: Some(exception),
        fence: claim.fence + 1,
        ..claim.clone()
    })
}

/// A clearance whose award may be binding without this ledger's knowledge: it runs out into quarantine.
pub fn bind(claim: &Claim) -> Option<Claim> {
    let is_free = claim.state == ClaimState::Cleared && claim.binding == Binding::ConfirmFirst;
    is_free.then(|| Claim {
        binding: Binding::AwardOnClear,
        fence: claim.fence + 1,
        ..claim.clone()
    })
}

/// A source reports the confirmed award as paid.
pub fn note_paid(claim: &Claim) -> Option<Claim> {
    (claim.state == ClaimState::Confirmed).then(|| Claim {
        state: ClaimState::Paid,
        fence: claim.fence + 1,
        ..claim.clone()
    })
}

fn permitted(verdict: &Verdict) -> Result<(), Refusal> {
    if verdict.outcome == Outcome::Clear {
        Ok(())
    } else {
        Err(Refusal::NotPermitted(Box::new(verdict.clone())))
    }
}

/// An expired clearance says so, whatever fence comes with the command.
fn check_fence(claim: &Claim, fence: i64) -> Result<(), Refusal> {
    match claim.state {
        ClaimState::Expired => Err(Refusal::ClearanceExpired { at: claim.expires_at }),
        _ if claim.fence != fence => Err(Refusal::FenceMismatch { current: claim.fence }),
        _ => Ok(()),
    }
}

/// An instant beyond the calendar is the calendar's end.
fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A request whose slot another claim holds is never sent to a case officer: there is nothing to decide until that claim is gone.
pub fn held_by_another(verdict: Verdict, taken: &[Claim]) -> Verdict {
    if !matches!(verdict.outcome, Outcome::NeedsCaseOfficer | Outcome::Clear) {
        return verdict;
    }
    let is_open = taken.iter().all(Claim::is_undecided);
    let (outcome, code) = if is_open {
        (Outcome::Undetermined, ReasonCode::SlotContended)
    } else {
        (Outcome::Blocked, ReasonCode::AlreadyFunded)
    };
    let message = "Et annet krav holder den samme plassen.".to_owned();
    let reasons = std::iter::once(Reason {
        code,
        rule: None,
        message,
    })
    .chain(verdict.reasons)
    .collect();
    Verdict {
        outcome,
        reasons,
        evidence: verdict.evidence,
    }
}
