//! Double funding that was found where nobody asked.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::ledger::rules::Reason;
use programgrant_core::ledger::{Case, CaseDecision as Decided, CaseKind as Kind, CaseState as State, EventKind, Link};
use programgrant_macros::Written;

use super::award::AwardNode;
use super::municipality::MunicipalityNode;
use super::programme::RuleNode;
use super::scalars::{DateTime, Ore};
use super::scheme::{OrganisationNode, SchemeNode};
use super::{ApiError, Snapshot};

/// Why an answer is as it is.
#[derive(SimpleObject, Written)]
#[graphql(name = "Reason")]
pub struct ReasonNode {
    /// Stable, upper snake case.
    code: String,
    rule: Option<RuleNode>,
    /// Bokmål.
    message: String,
}

impl From<&Reason> for ReasonNode {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code.as_str().to_owned(),
            rule: reason.rule.as_ref().map(RuleNode::from),
            message: reason.message.clone(),
        }
    }
}

/// Sak.
#[derive(Debug, Clone)]
pub struct DoubleFundingCaseNode(Case);

impl DoubleFundingCaseNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, case: Case) -> Option<Self> {
        snapshot.reach().sees_case(&case).then_some(Self(case))
    }

    /// What a command that the caller was let give has made of the case.
    pub fn commanded(case: Case) -> Self {
        Self(case)
    }

    pub fn case(&self) -> &Case {
        &self.0
    }
}

/// Found by comparing what the systems report with the programme, the claims and the allocations: prevention missed it, or was not asked.
#[Object(name = "DoubleFundingCase")]
impl DoubleFundingCaseNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn state(&self) -> CaseState {
        self.0.state.into()
    }

    async fn kind(&self) -> CaseKind {
        self.0.finding.kind.into()
    }

    /// Null where the recipient cannot be told.
    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        MunicipalityNode::current(self.0.finding.municipality?, context)
    }

    async fn scheme(&self, context: &Context<'_>) -> Option<SchemeNode> {
        let id = self.0.finding.scheme.as_ref()?;
        Snapshot::of(context)
            .view
            .reference
            .programmes
            .scheme(id)
            .map(SchemeNode::new)
    }

    /// The grant year.
    async fn year(&self) -> i32 {
        self.0.finding.year.into()
    }

    /// What stands to be held back: granted and not yet paid.
    async fn to_hold_back(&self) -> Ore {
        Ore(self.0.finding.to_hold_back)
    }

    /// What stands to be paid back: paid.
    async fn to_pay_back(&self) -> Ore {
        Ore(self.0.finding.to_pay_back)
    }

    async fn awards<'a>(&self, context: &Context<'a>) -> Vec<AwardNode<'a>> {
        self.0
            .finding
            .awards
            .iter()
            .filter_map(|id| AwardNode::find(Snapshot::of(context), id))
            .collect()
    }

    async fn reasons(&self) -> Vec<ReasonNode> {
        self.0.finding.reasons.iter().map(ReasonNode::from).collect()
    }

    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When its facts or its state last changed.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }

    async fn decided_by(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let by = self.0.decided_by.as_ref()?;
        Some(
            Snapshot::of(context)
                .view
                .reference
                .organisation(by.organisation)
                .into(),
        )
    }

    async fn decision(&self) -> Option<CaseDecision> {
        self.0.decision.map(CaseDecision::from)
    }

    /// Every change, oldest first.
    async fn history(&self, context: &Context<'_>) -> Result<Vec<CaseEvent>, ApiError> {
        let snapshot = Snapshot::of(context);
        let links = snapshot.guard.history(self.0.id.as_str()).await?;
        Ok(links.iter().filter_map(|link| CaseEvent::new(link, snapshot)).collect())
    }
}

/// One change of a case, as the audit chain holds it.
#[derive(SimpleObject)]
pub struct CaseEvent {
    at: DateTime,
    /// Its place in the chain, which all claims and cases share.
    sequence: i32,
    state: CaseState,
    /// The decision that holds since.
    decision: Option<CaseDecision>,
    /// Who decided; null where the comparison of what the systems report opened or changed the case.
    by: Option<OrganisationNode>,
    reason: Option<String>,
    hash: String,
    previous_hash: String,
}

impl CaseEvent {
    fn new(link: &Link, snapshot: &Snapshot) -> Option<Self> {
        let EventKind::Case(then) = &link.entry.what else {
            return None;
        };
        let by = link.entry.by.as_ref().map(|by| by.organisation);
        Some(Self {
            at: DateTime(link.entry.at),
            sequence: i32::try_from(link.entry.sequence).unwrap_or(i32::MAX),
            state: then.state.into(),
            decision: then.decision.map(CaseDecision::from),
            by: by.map(|body| snapshot.view.reference.organisation(body).into()),
            reason: link.entry.reason.clone(),
            hash: link.hash.clone(),
            previous_hash: link.previous_hash.clone(),
        })
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum CaseKind {
    AwardToParticipant,
    ApplicationFromParticipant,
    AwardWithoutClaim,
    OverlappingPeriod,
    UnresolvedRecipient,
    PotDifference,
    /// Two sources state the figures of one award differently; in sums they are not delivered.
    SourcesDisagree,
    /// The share that a scheme's system reports is not what the allocation in force gives the municipality, to the øre.
    AllocationDifference,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum CaseState {
    Open,
    /// It is double funding; what follows from it is not done yet.
    Confirmed,
    Dismissed,
    Settled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Decided")]
pub enum CaseDecision {
    Confirm,
    Dismiss,
    Settle,
}

/// A piece of a list of cases.
#[derive(SimpleObject)]
pub struct DoubleFundingCasePage {
    pub items: Vec<DoubleFundingCaseNode>,
    /// Asks for the next piece; null at the end.
    pub continuation_token: Option<String>,
}
