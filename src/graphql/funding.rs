//! The guard's question, its answer and the claim that holds it.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use programgrant_core::ledger::rules::{FundingRequest, Outcome as Said, Recipient, Subject, Verdict};
use programgrant_core::ledger::{
    Claim, ClaimResult, ClaimState as State, EventKind, Exception, Link, Principal, Receipt,
};
use programgrant_schema::TargetGroup as Group;

use super::award::ProvenanceNode;
use super::case::ReasonNode;
use super::journal::{self, ObjectionNode};
use super::municipality::MunicipalityNode;
use super::scalars::{Date, DateTime, Ore};
use super::scheme::{OrganisationNode, SchemeNode};
use super::{ApiError, Snapshot};
use crate::store::ledger::KeptClaim;

/// What is to be awarded, to whom and under what.
#[derive(Debug, Clone, InputObject)]
pub struct FundingInput {
    /// Scheme id; or chapter, post and, where the post holds more, the activity.
    scheme: Option<ID>,
    chapter: Option<i32>,
    post: Option<i32>,
    /// The part of a post that is a scheme; within a discretionary scheme, the project.
    activity: Option<String>,
    recipient: RecipientInput,
    /// The grant year (tilskuddsår).
    year: i32,
    amount: Ore,
    /// Not stated: every target group.
    target_group: Option<TargetGroup>,
    /// Period of use; not stated: the whole grant year.
    use_from: Option<Date>,
    use_until: Option<Date>,
    /// The directorate's own case number.
    case_reference: String,
}

/// Whom the money is for: either number, or both where they mean the same.
#[derive(Debug, Clone, InputObject)]
pub struct RecipientInput {
    organisation_number: Option<String>,
    municipality_number: Option<String>,
}

impl From<FundingInput> for FundingRequest {
    fn from(input: FundingInput) -> Self {
        Self {
            scheme: input.scheme.map(|id| id.to_string()),
            chapter: input.chapter,
            post: input.post,
            activity: input.activity,
            organisation_number: input.recipient.organisation_number,
            municipality_number: input.recipient.municipality_number,
            year: input.year,
            amount: input.amount.0,
            target_group: input.target_group.map(Group::from),
            use_from: input.use_from.map(|day| day.0),
            use_until: input.use_until.map(|day| day.0),
            case_reference: input.case_reference,
        }
    }
}

/// Whom a measure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Group")]
pub enum TargetGroup {
    /// From 0 to 24 years.
    ChildrenAndYoung,
    Adults,
    All,
    Other,
}

/// CLEAR alone permits an award; it is said only when everything that it rests on is known and fresh. BLOCKED: a rule forbids
/// it. NEEDS_CASE_OFFICER: the rules cannot decide. UNDETERMINED: not known now, ask again with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Said")]
pub enum Outcome {
    Clear,
    Blocked,
    NeedsCaseOfficer,
    Undetermined,
}

/// The guard's answer, with its grounds.
#[derive(SimpleObject)]
pub struct FundingVerdict {
    outcome: Outcome,
    /// The deciding one first.
    reasons: Vec<ReasonNode>,
    /// The records that it rests on.
    evidence: Vec<ProvenanceNode>,
}

impl From<&Verdict> for FundingVerdict {
    fn from(verdict: &Verdict) -> Self {
        // One that was written down before there were bounds may be longer.
        let verdict = verdict.clone().within_bounds();
        Self {
            outcome: verdict.outcome.into(),
            reasons: verdict.reasons.iter().map(ReasonNode::from).collect(),
            evidence: verdict.evidence.iter().map(ProvenanceNode::from).collect(),
        }
    }
}

/// Krav, with its last entry in the audit chain.
#[derive(Debug, Clone)]
pub struct FundingClaimNode {
    claim: Claim,
    receipt: Receipt,
}

impl FundingClaimNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, kept: KeptClaim) -> Option<Self> {
        snapshot.reach().sees_claim(&kept.claim).then_some(Self {
            claim: kept.claim,
            receipt: kept.receipt,
        })
    }

    /// What a command that the caller was let give has made of the claim.
    pub fn commanded(settled: ClaimResult) -> Self {
        Self {
            claim: settled.claim,
            receipt: settled.receipt,
        }
    }

    pub fn claim(&self) -> &Claim {
        &self.claim
    }
}

/// One request for leave to award, and where it stands.
#[Object(name = "FundingClaim")]
impl FundingClaimNode {
    async fn id(&self) -> ID {
        ID::from(self.claim.id.as_str())
    }

    async fn state(&self) -> ClaimState {
        self.claim.state.into()
    }

    /// Grows with every transition; every later command names it.
    async fn fence(&self) -> i32 {
        i32::try_from(self.claim.fence).unwrap_or(i32::MAX)
    }

    /// What holds now: a clearance that has ended says CLEAR no longer; the history has it.
    async fn verdict(&self) -> FundingVerdict {
        (&self.claim.verdict).into()
    }

    /// Null where the scheme cannot be told.
    async fn scheme(&self, context: &Context<'_>) -> Option<SchemeNode> {
        let Subject::Scheme(id) = &self.claim.application.subject else {
            return None;
        };
        Snapshot::of(context)
            .view
            .reference
            .programmes
            .scheme(id)
            .map(SchemeNode::new)
    }

    /// Null where the recipient cannot be told.
    async fn recipient(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        match self.claim.application.recipient {
            Recipient::Municipality(id) => MunicipalityNode::current(id, context),
            Recipient::Unresolved(_) => None,
        }
    }

    async fn year(&self) -> i32 {
        self.claim.application.year.into()
    }

    async fn amount(&self) -> Ore {
        Ore(self.claim.amount())
    }

    async fn case_reference(&self) -> &str {
        &self.claim.application.case_reference
    }

    async fn requested_by(&self, context: &Context<'_>) -> OrganisationNode {
        Snapshot::of(context)
            .view
            .reference
            .organisation(self.claim.requested_by.organisation)
            .into()
    }

    async fn requested_at(&self) -> DateTime {
        DateTime(self.claim.requested_at)
    }

    /// When the ledger's clock ends the present state; null where time does not.
    async fn expires_at(&self) -> Option<DateTime> {
        self.claim.expires_at.map(DateTime)
    }

    async fn award_reference(&self) -> Option<&str> {
        self.claim.award_reference.as_deref()
    }

    /// The exception as it was last proposed; null where none was.
    async fn exception(&self, context: &Context<'_>) -> Option<ClaimException> {
        let exception = self.claim.exception.as_ref()?;
        Some(ClaimException::new(exception, &self.claim, Snapshot::of(context)))
    }

    /// The audit chain's head after this claim's last transition, signed. Bring it back as `lastReceipt`.
    async fn receipt(&self, context: &Context<'_>) -> String {
        Snapshot::of(context).guard.sign(&self.receipt)
    }

    /// What its recipient objected to its verdict, oldest first.
    async fn objections(&self, context: &Context<'_>) -> Result<Vec<ObjectionNode>, ApiError> {
        journal::objected_to(Snapshot::of(context), self.claim.id.as_str()).await
    }

    /// Every transition, oldest first.
    async fn history(&self, context: &Context<'_>) -> Result<Vec<ClaimEvent>, ApiError> {
        let snapshot = Snapshot::of(context);
        let links = snapshot.guard.history(self.claim.id.as_str()).await?;
        Ok(links
            .iter()
            .filter_map(|link| ClaimEvent::new(link, &self.claim, snapshot))
            .collect())
    }
}

/// Unntak: leave to award in spite of a rule, or that a quarantine ends without an award. One proposes, another approves.
#[derive(SimpleObject)]
pub struct ClaimException {
    proposed_by: OrganisationNode,
    proposed_at: DateTime,
    reason: String,
    legal_basis: String,
    /// From then on the proposal cannot be approved.
    void_at: DateTime,
    /// Whether it stands to be approved: nobody has, and nothing else has become of the claim since. Time is told by `voidAt`.
    is_open: bool,
    approved_by: Option<OrganisationNode>,
    approved_at: Option<DateTime>,
}

impl ClaimException {
    fn new(exception: &Exception, claim: &Claim, snapshot: &Snapshot) -> Self {
        let body = |by: &Principal| snapshot.view.reference.organisation(by.organisation).into();
        Self {
            proposed_by: body(&exception.proposed_by),
            proposed_at: DateTime(exception.proposed_at),
            reason: exception.reason.clone(),
            legal_basis: exception.legal_basis.clone(),
            void_at: DateTime(exception.void_at),
            is_open: exception.approved_by.is_none() && exception.fence == claim.fence,
            approved_by: exception.approved_by.as_ref().map(body),
            approved_at: exception.approved_at.map(DateTime),
        }
    }
}

/// REQUESTED, HELD, CLEARED, QUARANTINED, CONFIRMED and PAID occupy their slot; the others do not. No state that follows a CLEAR
/// frees a slot by time alone unless the award could not have become binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ClaimState {
    Requested,
    Held,
    Cleared,
    Denied,
    Confirmed,
    Paid,
    Reversed,
    Released,
    Expired,
    Quarantined,
}

/// One transition of a claim, as the audit chain holds it.
#[derive(SimpleObject)]
pub struct ClaimEvent {
    at: DateTime,
    /// Its place in the chain, which all claims and cases share.
    sequence: i32,
    state: ClaimState,
    /// Who commanded it; where the rules or the ledger's clock acted, whose claim it is.
    by: OrganisationNode,
    reason: Option<String>,
    /// The verdict as it was then.
    verdict: FundingVerdict,
    hash: String,
    previous_hash: String,
}

impl ClaimEvent {
    fn new(link: &Link, claim: &Claim, snapshot: &Snapshot) -> Option<Self> {
        let EventKind::Claim(then) = &link.entry.what else {
            return None;
        };
        let by = link.entry.by.as_ref().unwrap_or(&claim.requested_by).organisation;
        Some(Self {
            at: DateTime(link.entry.at),
            sequence: i32::try_from(link.entry.sequence).unwrap_or(i32::MAX),
            state: then.state.into(),
            by: snapshot.view.reference.organisation(by).into(),
            reason: link.entry.reason.clone(),
            verdict: (&then.verdict).into(),
            hash: link.hash.clone(),
            previous_hash: link.previous_hash.clone(),
        })
    }
}

/// A piece of a list of claims.
#[derive(SimpleObject)]
pub struct FundingClaimPage {
    pub items: Vec<FundingClaimNode>,
    /// Asks for the next piece; null at the end.
    pub continuation_token: Option<String>,
}
