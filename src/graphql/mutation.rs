//! Commands to the guard. What is refused is told in the payload, with a code; only what is no request is an error.

use async_graphql::{Context, Enum, ID, MergedObject, Object, SimpleObject};
use programgrant_core::access::Role;
use programgrant_core::ledger::rules::{Application, FundingRequest};
use programgrant_core::ledger::{Case, CaseId, Claim, ClaimId, ClaimResult, Refusal, StatedAward};

use super::case::{CaseDecision, DoubleFundingCaseNode};
use super::funding::{FundingClaimNode, FundingInput};
use super::journal::JournalMutation;
use super::refusal::user_error;
use super::scalars::{Date, Ore};
use super::{ApiError, Snapshot};
use crate::guard::{Fenced, GuardError, OfficerDecision as Decided};

/// What can be commanded.
#[derive(Default, MergedObject)]
pub struct Mutation(FundingMutation, JournalMutation);

/// What the guard can be commanded.
#[derive(Default)]
struct FundingMutation;

#[Object]
impl FundingMutation {
    /// Asks for leave to award, before the award is made. The same key and content gives the first answer again; the same key
    /// with other content is IDEMPOTENCY_CONFLICT.
    async fn request_funding(
        &self,
        context: &Context<'_>,
        input: FundingInput,
        #[graphql(desc = "The caller's own, kept as long as the claim.")] idempotency_key: ID,
        #[graphql(desc = "The last receipt that the caller was given.")] last_receipt: Option<String>,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let request: FundingRequest = input.into();
        let application = Application::resolve(&request, &snapshot.view.reference);
        // Refused before anything is reserved. What is no request is left to the guard, which says where it fails.
        if application
            .as_ref()
            .is_ok_and(|application| !snapshot.reach().may_request(application))
        {
            return Err(snapshot.denied());
        }
        let outcome = snapshot
            .guard
            .request(
                snapshot.principal()?,
                &request,
                application,
                &idempotency_key,
                last_receipt.as_deref(),
            )
            .await;
        Ok(outcome.into())
    }

    /// Before the award becomes binding. Refused when the fence is old, the clearance has expired, or amount, year or period
    /// differ from what was cleared.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn confirm_funding(
        &self,
        context: &Context<'_>,
        claim: ID,
        fence: i32,
        award_reference: String,
        awarded: Ore,
        #[graphql(desc = "The award's grant year, where the caller states it.")] year: Option<i32>,
        #[graphql(desc = "The award's period of use, where the caller states it.")] use_from: Option<Date>,
        use_until: Option<Date>,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        // A year beyond the calendar is no cleared one.
        let year = year.map(|year| i16::try_from(year).unwrap_or(i16::MIN));
        let stated = StatedAward {
            year,
            use_from: use_from.map(|day| day.0),
            use_until: use_until.map(|day| day.0),
        };
        let at = match settling(snapshot, &claim, fence).await? {
            Ok(at) => at,
            Err(error) => return Ok(Err(error).into()),
        };
        let outcome = snapshot.guard.confirm(at, &award_reference, awarded.0, stated).await;
        Ok(outcome.into())
    }

    /// The award will not be made, or has been reversed.
    async fn release_funding(
        &self,
        context: &Context<'_>,
        claim: ID,
        fence: i32,
        reason: String,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let at = match settling(snapshot, &claim, fence).await? {
            Ok(at) => at,
            Err(error) => return Ok(Err(error).into()),
        };
        let outcome = snapshot.guard.release(at, &reason).await;
        Ok(outcome.into())
    }

    /// A case officer's decision on a claim that is HELD. Who decides is not who asked.
    async fn decide_funding(
        &self,
        context: &Context<'_>,
        claim: ID,
        fence: i32,
        decision: Decision,
        reason: String,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let known = match known_if(snapshot, &claim, |claim| snapshot.reach().sees_claim(claim)).await {
            Ok(known) => known,
            Err(unknown) => return Ok(Err(unknown).into()),
        };
        if known.as_ref().is_some_and(|claim| !snapshot.reach().may_decide(claim)) {
            return Err(snapshot.denied());
        }
        let outcome = snapshot
            .guard
            .decide(fenced(snapshot, &claim, fence)?, known, decision.into(), &reason)
            .await;
        Ok(outcome.into())
    }

    /// Proposes an exception from BLOCKED, or that a quarantine ends without an award: two people from two bodies, neither of
    /// them the asker; void after seven days.
    async fn propose_override(
        &self,
        context: &Context<'_>,
        claim: ID,
        fence: i32,
        reason: String,
        legal_basis: String,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        if let Err(unknown) = known_if(snapshot, &claim, |claim| snapshot.reach().may_overrule(claim)).await {
            return Ok(Err(unknown).into());
        }
        let outcome = snapshot
            .guard
            .propose(fenced(snapshot, &claim, fence)?, &reason, &legal_basis)
            .await;
        Ok(outcome.into())
    }

    /// The second person, from another body than the first and than the asker's.
    async fn approve_override(
        &self,
        context: &Context<'_>,
        claim: ID,
        fence: i32,
        reason: String,
    ) -> Result<FundingClaimPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let known = match known_if(snapshot, &claim, |claim| snapshot.reach().may_overrule(claim)).await {
            Ok(known) => known,
            Err(unknown) => return Ok(Err(unknown).into()),
        };
        let outcome = snapshot
            .guard
            .approve(fenced(snapshot, &claim, fence)?, known, &reason)
            .await;
        Ok(outcome.into())
    }

    /// A decision on a case that is OPEN, or (to dismiss or settle it) CONFIRMED.
    async fn decide_case(
        &self,
        context: &Context<'_>,
        case: ID,
        decision: CaseDecision,
        reason: String,
    ) -> Result<DoubleFundingCasePayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let case = CaseId::new(case.to_string());
        if let Some(unknown) = unknown_unless_seen(snapshot, &case).await {
            return Ok(unknown);
        }
        let outcome = snapshot
            .guard
            .decide_case(case, snapshot.principal()?, decision.into(), &reason)
            .await;
        Ok(outcome.into())
    }
}

fn fenced(snapshot: &Snapshot, claim: &ID, fence: i32) -> Result<Fenced, ApiError> {
    Ok(Fenced {
        claim: ClaimId::new(claim.to_string()),
        fence: fence.into(),
        by: snapshot.principal()?,
        as_office: false,
    })
}

/// The same for a command that is the asker's own, or its programme's office's.
async fn settling(snapshot: &Snapshot, claim: &ID, fence: i32) -> Result<Result<Fenced, GuardError>, ApiError> {
    let at = fenced(snapshot, claim, fence)?;
    if snapshot.caller.role != Role::ProgrammeOffice {
        return Ok(Ok(at));
    }
    let may = |claim: &Claim| snapshot.reach().may_settle_for_others(claim);
    let kept = snapshot.guard.claim_if(&at.claim, may).await;
    Ok(kept
        .map(|kept| Fenced {
            as_office: kept.is_some(),
            ..at
        })
        .map_err(GuardError::from))
}

/// The claim; `None` for whoever may do anything to any. One that the caller may not do this to is as if there were none.
async fn known_if(snapshot: &Snapshot, claim: &ID, may: impl Fn(&Claim) -> bool) -> Result<Option<Claim>, GuardError> {
    if snapshot.reach().is_whole() {
        return Ok(None);
    }
    let kept = snapshot.guard.claim_if(&ClaimId::new(claim.to_string()), may).await?;
    kept.map(|kept| Some(kept.claim))
        .ok_or(GuardError::Refused(Refusal::UnknownClaim))
}

/// The same for a case.
async fn unknown_unless_seen(snapshot: &Snapshot, case: &CaseId) -> Option<DoubleFundingCasePayload> {
    let reach = snapshot.reach();
    if reach.is_whole() {
        return None;
    }
    match snapshot.guard.case(case).await {
        Ok(case) if case.as_ref().is_some_and(|case| reach.sees_case(case)) => None,
        Ok(_) => Some(Err(GuardError::Refused(Refusal::UnknownCase)).into()),
        Err(error) => Some(Err(GuardError::Ledger(error)).into()),
    }
}

/// ALLOW clears the claim unless a rule forbids what no case officer may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Decided")]
pub enum Decision {
    Allow,
    Refuse,
}

/// Where `errors` is not empty, `claim` is null.
#[derive(SimpleObject)]
pub struct FundingClaimPayload {
    claim: Option<FundingClaimNode>,
    errors: Vec<UserError>,
}

impl From<Result<ClaimResult, GuardError>> for FundingClaimPayload {
    fn from(outcome: Result<ClaimResult, GuardError>) -> Self {
        match outcome {
            Ok(settled) => Self {
                claim: Some(FundingClaimNode::commanded(settled)),
                errors: Vec::new(),
            },
            Err(error) => Self {
                claim: None,
                errors: vec![user_error(&error)],
            },
        }
    }
}

/// Where `errors` is not empty, `case` is null.
#[derive(SimpleObject)]
pub struct DoubleFundingCasePayload {
    case: Option<DoubleFundingCaseNode>,
    errors: Vec<UserError>,
}

impl From<Result<Case, GuardError>> for DoubleFundingCasePayload {
    fn from(outcome: Result<Case, GuardError>) -> Self {
        match outcome {
            Ok(case) => Self {
                case: Some(DoubleFundingCaseNode::commanded(case)),
                errors: Vec::new(),
            },
            Err(error) => Self {
                case: None,
                errors: vec![user_error(&error)],
            },
        }
    }
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct UserError {
    /// Stable, upper snake case.
    pub code: String,
    pub message: String,
    /// The argument at fault, from the outermost name inwards.
    pub path: Option<Vec<String>>,
}
