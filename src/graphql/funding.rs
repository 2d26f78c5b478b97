//! The guard's question, its answer and the claim that holds it.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use programgrant_core::ledger::rules::{FundingRequest, Outcome as Said, Recipient, Subject, Verdict};
use programgrant_core::ledger::{Claim, ClaimState as State, Link, Receipt, Settled, What};
use programgrant_schema::TargetGroup as Group;

use super::award::ProvenanceNode;
use super::case::ReasonNode;
use super::municipality::MunicipalityNode;
use super::scalars::{Date, DateTime, Ore};
use super::scheme::{OrganisationNode, SchemeNode};
use super::{ApiError, Snapshot};
use crate::store::ledger::KeptClaim;

/// What is to be awarded, to whom and under what.
#[derive(Debug, Clone, InputObject)]
#[graphql(name = "FundingInput")]
pub struct FundingInput {
    /// Scheme id; or chapter, post and, where the post holds more, the activity.
    #[graphql(name = "scheme")]
    scheme: Option<ID>,
    #[graphql(name = "chapter")]
    chapter: Option<i32>,
    #[graphql(name = "post")]
    post: Option<i32>,
    /// The part of a post that is a scheme; within a discretionary scheme, the project.
    #[graphql(name = "activity")]
    activity: Option<String>,
    #[graphql(name = "recipient")]
    recipient: RecipientInput,
    /// The grant year (tilskuddsår).
    #[graphql(name = "year")]
    year: i32,
    #[graphql(name = "amount")]
    amount: Ore,
    /// Not stated: every target group.
    #[graphql(name = "targetGroup")]
    target_group: Option<TargetGroup>,
    /// Period of use; not stated: the whole grant year.
    #[graphql(name = "useFrom")]
    use_from: Option<Date>,
    #[graphql(name = "useUntil")]
    use_until: Option<Date>,
    /// The directorate's own case number.
    #[graphql(name = "caseReference")]
    case_reference: String,
}

/// Whom the money is for: either number, or both where they mean the same.
#[derive(Debug, Clone, InputObject)]
#[graphql(name = "RecipientInput")]
pub struct RecipientInput {
    #[graphql(name = "organisationNumber")]
    organisation_number: Option<String>,
    #[graphql(name = "municipalityNumber")]
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
#[graphql(name = "TargetGroup", remote = "Group")]
pub enum TargetGroup {
    /// From 0 to 24 years.
    #[graphql(name = "CHILDREN_AND_YOUNG")]
    ChildrenAndYoung,
    #[graphql(name = "ADULTS")]
    Adults,
    #[graphql(name = "ALL")]
    All,
    #[graphql(name = "OTHER")]
    Other,
}

/// CLEAR alone permits an award; it is said only when everything that it rests on is known and fresh. BLOCKED: a rule forbids
/// it. NEEDS_CASE_OFFICER: the rules cannot decide. UNDETERMINED: not known now, ask again with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "Outcome", remote = "Said")]
pub enum Outcome {
    #[graphql(name = "CLEAR")]
    Clear,
    #[graphql(name = "BLOCKED")]
    Blocked,
    #[graphql(name = "NEEDS_CASE_OFFICER")]
    NeedsCaseOfficer,
    #[graphql(name = "UNDETERMINED")]
    Undetermined,
}

/// The guard's answer, with its grounds.
#[derive(SimpleObject)]
#[graphql(name = "FundingVerdict")]
pub struct FundingVerdict {
    #[graphql(name = "outcome")]
    outcome: Outcome,
    /// The deciding one first.
    #[graphql(name = "reasons")]
    reasons: Vec<ReasonNode>,
    /// The records that it rests on.
    #[graphql(name = "evidence")]
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
    pub fn commanded(settled: Settled) -> Self {
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
    #[graphql(name = "id")]
    async fn id(&self) -> ID {
        ID::from(self.claim.id.as_str())
    }

    #[graphql(name = "state")]
    async fn state(&self) -> ClaimState {
        self.claim.state.into()
    }

    /// Grows with every transition; every later command names it.
    #[graphql(name = "fence")]
    async fn fence(&self) -> i32 {
        i32::try_from(self.claim.fence).unwrap_or(i32::MAX)
    }

    /// What holds now: a clearance that has ended says CLEAR no longer; the history has it.
    #[graphql(name = "verdict")]
    async fn verdict(&self) -> FundingVerdict {
        (&self.claim.verdict).into()
    }

    /// Null where the scheme cannot be told.
    #[graphql(name = "scheme")]
    async fn scheme(&self, context: &Context<'_>) -> Option<SchemeNode> {
        let Subject::Scheme(id) = &self.claim.application.subject else {
            return None;
        };
        Snapshot::of(context)
            .reference
            .programmes
            .scheme(id)
            .map(SchemeNode::new)
    }

    /// Null where the recipient cannot be told.
    #[graphql(name = "recipient")]
    async fn recipient(&self) -> Option<MunicipalityNode> {
        match self.claim.application.recipient {
            Recipient::Municipality(id) => Some(MunicipalityNode(id)),
            Recipient::Unresolved(_) => None,
        }
    }

    #[graphql(name = "year")]
    async fn year(&self) -> i32 {
        self.claim.application.year.into()
    }

    #[graphql(name = "amount")]
    async fn amount(&self) -> Ore {
        Ore(self.claim.amount())
    }

    #[graphql(name = "caseReference")]
    async fn case_reference(&self) -> &str {
        &self.claim.application.case_reference
    }

    #[graphql(name = "requestedBy")]
    async fn requested_by(&self, context: &Context<'_>) -> OrganisationNode {
        Snapshot::of(context)
            .reference
            .organisation(self.claim.requested_by.organisation)
            .into()
    }

    #[graphql(name = "requestedAt")]
    async fn requested_at(&self) -> DateTime {
        DateTime(self.claim.requested_at)
    }

    /// When the ledger's clock ends the present state; null where time does not.
    #[graphql(name = "expiresAt")]
    async fn expires_at(&self) -> Option<DateTime> {
        self.claim.expires_at.map(DateTime)
    }

    #[graphql(name = "awardReference")]
    async fn award_reference(&self) -> Option<&str> {
        self.claim.award_reference.as_deref()
    }

    /// The audit chain's head after this claim's last transition, signed. Bring it back as `lastReceipt`.
    #[graphql(name = "receipt")]
    async fn receipt(&self, context: &Context<'_>) -> String {
        Snapshot::of(context).guard.sign(&self.receipt)
    }

    /// Every transition, oldest first.
    #[graphql(name = "history")]
    async fn history(&self, context: &Context<'_>) -> Result<Vec<ClaimEvent>, ApiError> {
        let snapshot = Snapshot::of(context);
        let links = snapshot.guard.history(self.claim.id.as_str()).await?;
        Ok(links
            .iter()
            .filter_map(|link| ClaimEvent::new(link, &self.claim, snapshot))
            .collect())
    }
}

/// REQUESTED, HELD, CLEARED, QUARANTINED, CONFIRMED and PAID occupy their slot; the others do not. No state that follows a CLEAR
/// frees a slot by time alone unless the award could not have become binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "ClaimState", remote = "State")]
pub enum ClaimState {
    #[graphql(name = "REQUESTED")]
    Requested,
    #[graphql(name = "HELD")]
    Held,
    #[graphql(name = "CLEARED")]
    Cleared,
    #[graphql(name = "DENIED")]
    Denied,
    #[graphql(name = "CONFIRMED")]
    Confirmed,
    #[graphql(name = "PAID")]
    Paid,
    #[graphql(name = "REVERSED")]
    Reversed,
    #[graphql(name = "RELEASED")]
    Released,
    #[graphql(name = "EXPIRED")]
    Expired,
    #[graphql(name = "QUARANTINED")]
    Quarantined,
}

/// One transition of a claim, as the audit chain holds it.
#[derive(SimpleObject)]
#[graphql(name = "ClaimEvent")]
pub struct ClaimEvent {
    #[graphql(name = "at")]
    at: DateTime,
    /// Its place in the chain, which all claims and cases share.
    #[graphql(name = "sequence")]
    sequence: i32,
    #[graphql(name = "state")]
    state: ClaimState,
    /// Who commanded it; where the rules or the ledger's clock acted, whose claim it is.
    #[graphql(name = "by")]
    by: OrganisationNode,
    #[graphql(name = "reason")]
    reason: Option<String>,
    /// The verdict as it was then.
    #[graphql(name = "verdict")]
    verdict: FundingVerdict,
    #[graphql(name = "hash")]
    hash: String,
    #[graphql(name = "previousHash")]
    previous_hash: String,
}

impl ClaimEvent {
    fn new(link: &Link, claim: &Claim, snapshot: &Snapshot) -> Option<Self> {
        let What::Claim(then) = &link.entry.what else {
            return None;
        };
        let by = link.entry.by.as_ref().unwrap_or(&claim.requested_by).organisation;
        Some(Self {
            at: DateTime(link.entry.at),
            sequence: i32::try_from(link.entry.sequence).unwrap_or(i32::MAX),
            state: then.state.into(),
            by: snapshot.reference.organisation(by).into(),
            reason: link.entry.reason.clone(),
            verdict: (&then.verdict).into(),
            hash: link.hash.clone(),
            previous_hash: link.previous_hash.clone(),
        })
    }
}

/// A piece of a list of claims.
#[derive(SimpleObject)]
#[graphql(name = "FundingClaimPage")]
pub struct FundingClaimPage {
    #[graphql(name = "items")]
    pub items: Vec<FundingClaimNode>,
    /// Asks for the next piece; null at the end.
    #[graphql(name = "continuationToken")]
    pub continuation_token: Option<String>,
}
