//! Versions of a programme year's allocation, and who receives what by each.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::allocation::{AllocationBasis, AllocationUnit as Unit, Change, KeptAmount, changes};
use programgrant_core::journal::{AllocationComment, AllocationState as State, AllocationVersion, Journal};
use programgrant_core::programme::Grant;
use programgrant_schema::{Figure, OrganisationNumber, SchemeId};

use super::super::award::FigureNode;
use super::super::municipality::MunicipalityNode;
use super::super::programme::ProgrammeNode;
use super::super::scalars::{Date, DateTime, Ore};
use super::super::scheme::{OrganisationNode, SchemeNode};
use super::super::{ApiError, Snapshot};
use super::explanation::AllocationExplanation;
use super::objection::ObjectionNode;
use super::reading;
use crate::allocations::WorkedOut;

/// Where a version of an allocation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum AllocationState {
    /// Only the programme's office sees it.
    Draft,
    /// Shown to those concerned.
    Proposed,
    /// Those concerned may comment.
    Consultation,
    /// In force.
    Decided,
    /// Was decided, and a later decision corrects it.
    Corrected,
    /// Was taken back before it was decided.
    Withdrawn,
}

/// What a frame is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Unit")]
pub enum AllocationUnit {
    Ore,
    Krone,
    Thousand,
}

/// An allocation that can be looked into: what it was worked out from, and what came before it.
#[derive(Clone)]
pub struct AllocationFigures {
    pub basis: Arc<AllocationBasis>,
    pub before: Option<Arc<AllocationBasis>>,
    /// The programme in which it is in force.
    in_force: Option<String>,
    again: Arc<OnceLock<Option<WorkedOut>>>,
    changes: Arc<OnceLock<Vec<Change>>>,
}

impl AllocationFigures {
    pub fn new(basis: AllocationBasis, before: Option<AllocationBasis>) -> Self {
        Self {
            basis: Arc::new(basis),
            before: before.map(Arc::new),
            in_force: None,
            again: Arc::default(),
            changes: Arc::default(),
        }
    }

    /// The same, of the version in force where it is one.
    fn of_version(self, version: &AllocationVersion) -> Self {
        let in_force = (version.state == State::Decided).then(|| version.programme.clone());
        Self { in_force, ..self }
    }

    /// One that was worked out for this request.
    pub fn worked(worked_out: WorkedOut, before: Option<AllocationBasis>) -> Self {
        let table = Self::new(worked_out.basis.clone(), before);
        let _ = table.again.set(Some(worked_out));
        table
    }

    /// Worked out again, once for a request; `None` where that comes to other amounts than those that stand.
    pub fn worked_out(&self) -> Option<&WorkedOut> {
        let again = || match WorkedOut::again(AllocationBasis::clone(&self.basis)) {
            Ok(again) => Some(again),
            Err(error) => {
                tracing::error!(%error, "an allocation cannot be explained");
                None
            }
        };
        self.again.get_or_init(again).as_ref()
    }

    /// What changed since the one before, by receiver; empty where there is none.
    pub fn changes(&self) -> &[Change] {
        self.changes.get_or_init(|| {
            let before = self.before.as_ref().and_then(|before| before.plan().ok());
            let both = before.zip(self.worked_out());
            both.and_then(|(before, now)| changes(&before, &now.plan).ok())
                .unwrap_or_default()
        })
    }
}

/// Fordeling: one version of a programme year's allocation.
pub struct AllocationNode {
    pub version: AllocationVersion,
    journal: Arc<Journal>,
    table: Option<AllocationFigures>,
}

impl AllocationNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, journal: &Arc<Journal>, version: &AllocationVersion) -> Option<Self> {
        reading::sees_allocation(snapshot, journal, version).then(|| Self::commanded(journal, version.clone()))
    }

    /// What a command that the caller was let give has made of it.
    pub fn commanded(journal: &Arc<Journal>, version: AllocationVersion) -> Self {
        let basis = |version: &AllocationVersion| journal.basis(&version.basis).map(|kept| kept.basis.clone());
        let before = reading::before(journal, &version).and_then(basis);
        Self {
            table: basis(&version).map(|basis| AllocationFigures::new(basis, before).of_version(&version)),
            journal: Arc::clone(journal),
            version,
        }
    }
}

/// One version of a programme year's allocation.
#[Object(name = "Allocation")]
impl AllocationNode {
    async fn id(&self) -> ID {
        ID::from(self.version.id.as_str())
    }

    async fn programme(&self, context: &Context<'_>) -> Option<ProgrammeNode> {
        ProgrammeNode::find(Snapshot::of(context), &self.version.programme)
    }

    async fn year(&self) -> i32 {
        self.version.year.into()
    }

    /// Among the versions of that programme year, from 1.
    async fn number(&self) -> u32 {
        self.version.number
    }

    async fn state(&self) -> AllocationState {
        self.version.state.into()
    }

    /// Why this version was made.
    async fn reason(&self) -> &str {
        &self.version.reason
    }

    /// The decided version that it corrects, or is to correct.
    async fn corrects(&self, context: &Context<'_>) -> Option<Self> {
        let corrected = self.journal.allocation(self.version.corrects.as_ref()?)?;
        Self::new(Snapshot::of(context), &self.journal, corrected)
    }

    /// The version that has corrected it.
    async fn corrected_by(&self, context: &Context<'_>) -> Option<Self> {
        let mut versions = self.journal.allocations();
        let by =
            versions.find(|other| other.corrects.as_ref() == Some(&self.version.id) && other.state.is_decided())?;
        Self::new(Snapshot::of(context), &self.journal, by)
    }

    /// The last day of its consultation.
    async fn consultation_until(&self) -> Option<Date> {
        self.version.consultation_until.map(Date)
    }

    /// When it was decided; null while it is not.
    async fn decided_at(&self) -> Option<DateTime> {
        self.version.decision.as_ref().map(|decision| DateTime(decision.at))
    }

    async fn decided_by(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let by = self.version.decision.as_ref()?.by.organisation;
        Some(Snapshot::of(context).view.reference.organisation(by).into())
    }

    /// The decision's reference in the archive of whoever decided.
    async fn reference(&self) -> Option<&str> {
        Some(self.version.decision.as_ref()?.reference.as_str())
    }

    /// When its state last changed.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.version.changed_at)
    }

    /// Who receives what.
    async fn table(&self) -> Option<AllocationTable> {
        self.table.clone().map(AllocationTable)
    }

    /// What was said in its consultation, oldest first.
    async fn comments(&self) -> Vec<AllocationCommentNode> {
        let own = self
            .journal
            .comments()
            .filter(|comment| comment.allocation == self.version.id);
        let mut own: Vec<&AllocationComment> = own.collect();
        own.sort_by_key(|comment| comment.acts.first.at);
        own.into_iter().cloned().map(AllocationCommentNode).collect()
    }

    /// What was objected to it, oldest first.
    async fn objections(&self, context: &Context<'_>) -> Vec<ObjectionNode> {
        reading::objections_to(Snapshot::of(context), &self.journal, self.version.id.as_str())
    }

    /// The plan's file, to the letter.
    async fn plan(&self) -> Option<&str> {
        Some(self.table.as_ref()?.basis.plan.as_str())
    }
}

/// Who receives what, in all and of each scheme.
#[derive(Clone)]
pub struct AllocationTable(pub AllocationFigures);

/// Who receives what, in all and of each scheme. Parts add up to frame and what was added.
#[Object]
impl AllocationTable {
    async fn frame(&self) -> Option<Ore> {
        Some(Ore(self.0.worked_out()?.plan.frame))
    }

    /// What more money for the floor has added to the frame.
    async fn added(&self) -> Option<Ore> {
        Some(Ore(self.0.worked_out()?.allocation.added))
    }

    /// What frame and parts are multiples of.
    async fn unit(&self) -> Option<AllocationUnit> {
        Some(self.0.worked_out()?.plan.unit.into())
    }

    /// What all receive together; null where a part is not known.
    async fn total(&self) -> Option<Ore> {
        self.0.basis.total().map(Ore)
    }

    /// What a reader must know, such as that keys or counts are made up.
    async fn notice(&self) -> Option<String> {
        self.0.basis.file().ok()?.notice
    }

    /// Frame, rounding, ties and floor, in Bokmål.
    async fn method(&self, context: &Context<'_>) -> Vec<String> {
        let snapshot = Snapshot::of(context);
        let told = self.0.worked_out().map(|worked_out| snapshot.told(worked_out));
        told.map(|told| told.head()).unwrap_or_default()
    }

    async fn schemes(&self, context: &Context<'_>) -> Vec<AllocatedScheme> {
        let snapshot = Snapshot::of(context);
        let basis = &self.0.basis;
        let whole = |scheme: &SchemeId| {
            let of = basis.amounts.iter().filter(|kept| kept.scheme.as_ref() == Some(scheme));
            let amounts: Option<Vec<_>> = of.map(|kept| kept.amount).collect();
            programgrant_schema::Ore::checked_sum(amounts?)
        };
        let scheme = |id: &SchemeId| AllocatedScheme {
            scheme: SchemeNode::find(snapshot, id),
            id: id.as_str().into(),
            whole: whole(id).map(Ore),
        };
        basis.schemes().into_iter().map(scheme).collect()
    }

    /// By organisation number.
    async fn receivers(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: all.")]
        municipality: Option<String>,
    ) -> Result<Vec<AllocatedGrant>, ApiError> {
        let snapshot = Snapshot::of(context);
        let reference = &snapshot.view.reference;
        let only = municipality.map(|text| snapshot.municipality(&text)).transpose()?;
        let mut receivers: Vec<OrganisationNumber> = self
            .0
            .basis
            .receivers
            .iter()
            .map(|receiver| receiver.organisation)
            .collect();
        receivers.sort_unstable();
        receivers.retain(|receiver| only.is_none() || reference.by_organisation(*receiver) == only);
        let grant = |receiver| AllocatedGrant {
            table: self.0.clone(),
            receiver,
        };
        Ok(receivers.into_iter().map(grant).collect())
    }
}

/// What all receive of one scheme.
#[derive(SimpleObject)]
pub struct AllocatedScheme {
    /// The scheme's id in the plan.
    id: ID,
    /// Null where no programme speaks of it.
    scheme: Option<SchemeNode>,
    /// Null where a part is not known.
    whole: Option<Ore>,
}

/// What one municipality receives.
pub struct AllocatedGrant {
    table: AllocationFigures,
    receiver: OrganisationNumber,
}

/// What one municipality receives by an allocation.
#[Object]
impl AllocatedGrant {
    async fn organisation_number(&self) -> String {
        self.receiver.to_string()
    }

    /// Null where no register knows it any more.
    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.receiver)
    }

    /// Null where a part is not known.
    async fn total(&self) -> Option<Ore> {
        self.table.basis.total_of(self.receiver).map(Ore)
    }

    /// In the plan's order.
    async fn parts(&self) -> Vec<AllocatedAmount> {
        let own = self
            .table
            .basis
            .amounts
            .iter()
            .filter(|kept| kept.organisation == self.receiver);
        own.map(|kept| AllocatedAmount {
            in_force: self.table.in_force.clone(),
            year: self.table.basis.year,
            kept: kept.clone(),
        })
        .collect()
    }

    /// How it came about; null where it cannot be worked out again to the øre.
    async fn explanation(&self, context: &Context<'_>) -> Option<AllocationExplanation> {
        AllocationExplanation::of(Snapshot::of(context), &self.table, self.receiver)
    }
}

/// A part of what a municipality receives.
pub struct AllocatedAmount {
    /// The programme in which the allocation is in force.
    in_force: Option<String>,
    year: i16,
    kept: KeptAmount,
}

impl AllocatedAmount {
    /// What the scheme's system reports; nothing where the caller does not see that share, and of any but the version in force.
    fn share(&self, snapshot: &Snapshot) -> Option<Figure> {
        let (reference, reach) = (&snapshot.view.reference, snapshot.reach());
        let programme = reference.programmes.get(self.in_force.as_deref()?)?;
        let scheme = self.kept.scheme.as_ref();
        let scheme = scheme.filter(|scheme| reach.sees_share_of(&programme.id, scheme))?;
        let municipality = reference.by_organisation(self.kept.organisation)?;
        if !reach.sees_grant_of(&programme.id, municipality, self.year) {
            return None;
        }
        let grant = Grant::find(snapshot.inputs(), programme, municipality, self.year)?;
        Some(grant.share_of(scheme)?.amount)
    }
}

/// A part of what a municipality receives.
#[Object]
impl AllocatedAmount {
    /// The scheme's id; null for what the floor of the sum gives or takes.
    async fn scheme(&self) -> Option<ID> {
        self.kept.scheme.as_ref().map(|scheme| scheme.as_str().into())
    }

    /// Null where not known, which is not 0.
    async fn amount(&self) -> Option<Ore> {
        self.kept.amount.map(Ore)
    }

    /// The share that the scheme's system reports now. Null for any version but the one in force, and of shares that the caller does not see.
    async fn reported(&self, context: &Context<'_>) -> Option<FigureNode> {
        self.share(Snapshot::of(context)).map(FigureNode::from)
    }

    /// reported − amount, to the øre; what a whole system does not report is 0. Null while either is not known.
    async fn difference(&self, context: &Context<'_>) -> Option<Ore> {
        let reported = self.share(Snapshot::of(context))?.known()?;
        reported.checked_sub(self.kept.amount?).map(Ore)
    }
}

/// Merknad: what somebody concerned says in a consultation.
pub struct AllocationCommentNode(pub AllocationComment);

/// What somebody concerned says in a consultation, and what is answered.
#[Object(name = "AllocationComment")]
impl AllocationCommentNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn by(&self, context: &Context<'_>) -> OrganisationNode {
        let by = self.0.acts.first.by.organisation;
        Snapshot::of(context).view.reference.organisation(by).into()
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }

    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Null while there is none.
    async fn answer(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.text.as_str())
    }

    async fn answered_at(&self) -> Option<DateTime> {
        Some(DateTime(self.0.answer.as_ref()?.at))
    }
}
