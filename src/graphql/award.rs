//! Awards, figures and where they come from.

use async_graphql::{Context, Enum, ID, SimpleObject};
use programgrant_core::ledger::rules::EvidenceRecord;
use programgrant_core::view::{Award, Provenance};
use programgrant_macros::{Written, object};
use programgrant_schema::{AwardStatus as Status, BudgetPost, Figure};

use super::journal::{self, ObjectionNode};
use super::municipality::MunicipalityNode;
use super::scalars::{Date, DateTime, Ore};
use super::scheme::{OrganisationNode, SchemeNode};
use super::source::SourceNode;
use super::versions::AwardVersionNode;
use super::{ApiError, Snapshot};

/// Tildeling, as the picture has it that answers the request.
#[derive(Debug, Clone, Copy)]
pub struct AwardNode<'a>(Award<'a>);

impl<'a> AwardNode<'a> {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, award: Award<'a>) -> Option<Self> {
        snapshot.reach().sees_award(award).then_some(Self(award))
    }

    pub const fn award(self) -> Award<'a> {
        self.0
    }

    /// The award of that id, if there is one that the caller sees.
    pub fn find(snapshot: &'a Snapshot, id: &str) -> Option<Self> {
        snapshot.view.award(id).and_then(|award| Self::new(snapshot, award))
    }
}

/// An application or award (søknad, tildeling) as its source reports it.
#[object(name = "Award")]
impl AwardNode<'_> {
    fn id(&self) -> ID {
        ID::from(self.0.id())
    }

    /// Null where post, year and activity do not tell the scheme, as for the pot's own post.
    fn scheme(&self, snapshot: &Snapshot) -> Option<SchemeNode> {
        let id = self.0.scheme()?;
        snapshot.view.reference.programmes.scheme(id).map(SchemeNode::new)
    }

    fn budget_post(&self) -> BudgetPostNode {
        self.0.post().into()
    }

    /// Null where the recipient cannot be told.
    fn recipient(&self) -> Option<MunicipalityNode> {
        self.0.recipient().map(MunicipalityNode)
    }

    fn recipient_as_reported(&self) -> ReportedRecipientNode<'_> {
        let reported = self.0.reported();
        ReportedRecipientNode {
            organisation_number: reported.organisation_number.as_deref(),
            number: reported.number.as_deref(),
            name: reported.name.as_deref(),
        }
    }

    /// The grant year (tilskuddsår).
    fn year(&self) -> i32 {
        self.0.year().into()
    }

    fn status(&self) -> AwardStatus {
        self.0.status().into()
    }

    /// What was asked for.
    fn applied(&self) -> FigureNode {
        self.0.applied().into()
    }

    /// What was granted; for a share of the pot, the share.
    fn granted(&self) -> FigureNode {
        self.0.granted().into()
    }

    /// What has been paid, repayments and corrections deducted where the source reports them one by one.
    fn paid(&self) -> FigureNode {
        self.0.paid().into()
    }

    fn decided_on(&self) -> Option<Date> {
        self.0.decided_on().map(Date)
    }

    fn use_from(&self) -> Option<Date> {
        self.0.use_from().map(Date)
    }

    fn use_until(&self) -> Option<Date> {
        self.0.use_until().map(Date)
    }

    /// The last day for the recipient's report (rapportfrist), where the source states one.
    fn report_due(&self) -> Option<Date> {
        self.0.report_due().map(Date)
    }

    /// Who pays, where it is known.
    fn payer(&self, snapshot: &Snapshot) -> Option<OrganisationNode> {
        self.0
            .payer()
            .map(|number| snapshot.view.reference.organisation(number).into())
    }

    fn disbursements(&self) -> Vec<DisbursementNode<'_>> {
        self.0.disbursements().iter().map(DisbursementNode::from).collect()
    }

    /// Since when its source no longer lists it; null while it does. It counts in no sum.
    fn vanished_at(&self) -> Option<DateTime> {
        self.0.vanished_at().map(DateTime)
    }

    /// The source that states the figures: of several, the first that the scheme names.
    fn provenance(&self) -> ProvenanceNode {
        (&self.0.provenance()).into()
    }

    /// Other sources that report the same award: the same recipient, post, activity, year and reference.
    fn also_reported_by(&self) -> Vec<ProvenanceNode> {
        self.0.others().map(|other| (&other.provenance()).into()).collect()
    }

    /// Who said what when, oldest first: a version for each statement of its source, as the award stood once it had come. Each is seen by
    /// whoever would see it if it were the present one. At most 100 awards' versions a request.
    async fn versions(&self, context: &Context<'_>) -> Result<Vec<AwardVersionNode>, ApiError> {
        AwardVersionNode::all(Snapshot::of(context), self.0).await
    }

    /// What was objected to its figures, oldest first.
    async fn objections(&self, context: &Context<'_>) -> Result<Vec<ObjectionNode>, ApiError> {
        journal::objected_to(Snapshot::of(context), self.0.id()).await
    }
}

/// Chapter and post of the state budget.
#[derive(Debug, Clone, SimpleObject, Written)]
#[graphql(name = "BudgetPost")]
pub struct BudgetPostNode {
    chapter: i32,
    post: i32,
    /// Such as 231.63.
    label: String,
}

impl From<BudgetPost> for BudgetPostNode {
    fn from(post: BudgetPost) -> Self {
        Self {
            chapter: post.chapter.into(),
            post: post.post.into(),
            label: post.to_string(),
        }
    }
}

/// The recipient to the letter as the source holds it: any part may be missing, outdated or a sub-unit's.
#[derive(Debug, Clone, SimpleObject, Written)]
#[graphql(name = "ReportedRecipient")]
pub struct ReportedRecipientNode<'a> {
    organisation_number: Option<&'a str>,
    number: Option<&'a str>,
    name: Option<&'a str>,
}

/// An amount that may be missing, and why. STATED: an amount, which may be 0. NOT_APPLICABLE: the source is whole and has
/// nothing. NOT_DELIVERED: not known.
#[derive(Debug, Clone, Copy, SimpleObject, Written)]
#[graphql(name = "Figure")]
pub struct FigureNode {
    state: FigureState,
    /// Null unless STATED.
    amount: Option<Ore>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
pub enum FigureState {
    /// An amount, which may be 0.
    Stated,
    /// The source is whole and has nothing.
    NotApplicable,
    /// Not known.
    NotDelivered,
}

impl From<Figure> for FigureNode {
    fn from(figure: Figure) -> Self {
        let state = match figure {
            Figure::Stated(_) => FigureState::Stated,
            Figure::NotApplicable => FigureState::NotApplicable,
            Figure::NotDelivered => FigureState::NotDelivered,
        };
        Self {
            state,
            amount: figure.stated().map(Ore),
        }
    }
}

/// Where a figure comes from, and when the gateway learnt it.
#[derive(SimpleObject, Written)]
#[graphql(name = "Provenance")]
pub struct ProvenanceNode {
    source: SourceNode,
    /// What the source calls the record.
    record_id: String,
    /// When the source says that it changed.
    changed_at: Option<DateTime>,
    /// When the gateway first heard this version.
    received_at: DateTime,
}

impl From<&Provenance> for ProvenanceNode {
    fn from(provenance: &Provenance) -> Self {
        Self {
            source: SourceNode(provenance.source),
            record_id: provenance.record.clone(),
            changed_at: provenance.changed_at.map(DateTime),
            received_at: DateTime(provenance.received_at),
        }
    }
}

impl From<&EvidenceRecord> for ProvenanceNode {
    fn from(evidence: &EvidenceRecord) -> Self {
        Self {
            source: SourceNode(evidence.source),
            record_id: evidence.record.clone(),
            changed_at: evidence.changed_at.map(DateTime),
            received_at: DateTime(evidence.received_at),
        }
    }
}

/// Where an application or award stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "Status")]
pub enum AwardStatus {
    /// Received, not decided.
    Applied,
    /// Decided, money promised.
    Granted,
    /// Decided against.
    Refused,
    /// Rejected on form.
    Dismissed,
    /// Taken back by the applicant.
    Withdrawn,
    /// At least partly paid.
    Paid,
    /// Paid back, wholly or in part.
    Repaid,
    /// A share of the pot, not paid by this source.
    InProgramme,
}

/// A payment (utbetaling); negative when money went back.
#[derive(Debug, Clone, SimpleObject, Written)]
#[graphql(name = "Disbursement")]
pub struct DisbursementNode<'a> {
    on: Date,
    amount: Ore,
    reference: Option<&'a str>,
}

impl<'a> From<&'a programgrant_schema::Disbursement> for DisbursementNode<'a> {
    fn from(disbursement: &'a programgrant_schema::Disbursement) -> Self {
        Self {
            on: Date(disbursement.on),
            amount: Ore(disbursement.amount),
            reference: disbursement.reference.as_deref(),
        }
    }
}
