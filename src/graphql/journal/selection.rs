//! Who takes part: announcements, applications, assessments, the choice, and participations by decision.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::journal::{
    Announcement, ApplicationState as State, Assessment, DecidedParticipation, Journal, ParticipationApplication,
    ParticipationChange as Change, Ranking, Recommendation as Advice, Selection,
};

use super::super::access::check_in;
use super::super::municipality::MunicipalityNode;
use super::super::programme::ProgrammeNode;
use super::super::scalars::{Date, DateTime};
use super::super::scheme::OrganisationNode;
use super::super::viewer::BodyFunction;
use super::super::{ApiError, Snapshot};
use super::reading;

/// Kunngjøring.
pub struct AnnouncementNode {
    announcement: Announcement,
    journal: Arc<Journal>,
}

impl AnnouncementNode {
    pub fn new(journal: &Arc<Journal>, announcement: Announcement) -> Self {
        Self {
            announcement,
            journal: Arc::clone(journal),
        }
    }
}

/// A county governor asks the municipalities of its region to apply.
#[Object(name = "Announcement")]
impl AnnouncementNode {
    async fn id(&self) -> ID {
        ID::from(self.announcement.id.as_str())
    }

    async fn programme(&self, context: &Context<'_>) -> Option<ProgrammeNode> {
        ProgrammeNode::find(Snapshot::of(context), &self.announcement.programme)
    }

    /// The county governor, whose region it is.
    async fn region(&self, context: &Context<'_>) -> OrganisationNode {
        Snapshot::of(context)
            .view
            .reference
            .organisation(self.announcement.region)
            .into()
    }

    /// The year that is signed up for; null where municipalities apply for as long as the programme lasts.
    async fn year(&self) -> Option<i32> {
        self.announcement.year.map(i32::from)
    }

    /// Whether those that apply rank each other's applications, after the deadline.
    async fn ranked_by_applicants(&self) -> bool {
        self.announcement.ranked_by_applicants
    }

    /// Those that the caller sees: its own, and whoever assesses or chooses every one.
    async fn rankings(&self, context: &Context<'_>) -> Result<Vec<RankingNode>, ApiError> {
        let snapshot = Snapshot::of(context);
        check_in(snapshot, Some(&self.announcement.programme), "Announcement", "rankings")?;
        let own = |ranking: &&Ranking| {
            ranking.announcement == self.announcement.id && reading::sees_ranking(snapshot, &self.announcement, ranking)
        };
        let mut found: Vec<&Ranking> = self.journal.rankings().filter(own).collect();
        found.sort_by_key(|ranking| ranking.acts.first.at);
        Ok(found.into_iter().cloned().map(RankingNode).collect())
    }

    async fn text(&self) -> &str {
        &self.announcement.text
    }

    /// The last day on which an application is in time.
    async fn deadline(&self) -> Date {
        Date(self.announcement.deadline)
    }

    async fn announced_at(&self) -> DateTime {
        DateTime(self.announcement.acts.first.at)
    }

    /// Those that the caller sees, oldest first.
    async fn applications(&self, context: &Context<'_>) -> Result<Vec<ApplicationNode>, ApiError> {
        let snapshot = Snapshot::of(context);
        check_in(
            snapshot,
            Some(&self.announcement.programme),
            "Announcement",
            "applications",
        )?;
        let own = |application: &&ParticipationApplication| application.announcement == self.announcement.id;
        let mut found: Vec<&ParticipationApplication> = self.journal.applications().filter(own).collect();
        found.sort_by_key(|application| application.acts.first.at);
        let found = found.into_iter();
        Ok(found
            .filter_map(|application| ApplicationNode::new(snapshot, &self.journal, application))
            .collect())
    }

    /// Null until it is made.
    async fn selection(&self) -> Option<SelectionNode> {
        let mut selections = self.journal.selections();
        let own = selections.find(|selection| selection.announcement == self.announcement.id)?;
        Some(SelectionNode(own.clone()))
    }
}

/// Where an application for participation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ApplicationState {
    Submitted,
    Withdrawn,
    Chosen,
    /// Chosen, and the municipal council has not decided yet.
    ConditionallyChosen,
    NotChosen,
}

/// Søknad om deltakelse.
pub struct ApplicationNode {
    application: ParticipationApplication,
    journal: Arc<Journal>,
}

impl ApplicationNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, journal: &Arc<Journal>, application: &ParticipationApplication) -> Option<Self> {
        reading::sees_application(snapshot, journal, application).then(|| Self::commanded(journal, application.clone()))
    }

    /// What a command that the caller was let give has made of it.
    pub fn commanded(journal: &Arc<Journal>, application: ParticipationApplication) -> Self {
        Self {
            application,
            journal: Arc::clone(journal),
        }
    }
}

impl ApplicationNode {
    /// Whether the caller sees it because it ranks it, and for no other reason.
    fn is_seen_by_a_rival(&self, snapshot: &Snapshot) -> bool {
        let region = self.journal.announcement(&self.application.announcement);
        let weighs =
            region.is_some_and(|announcement| reading::weighs(snapshot, &announcement.programme, announcement.region));
        !weighs && snapshot.acting() != Some(self.application.municipality)
    }
}

/// A municipality applies to take part.
#[Object(name = "ParticipationApplication")]
impl ApplicationNode {
    async fn id(&self) -> ID {
        ID::from(self.application.id.as_str())
    }

    async fn announcement(&self) -> ID {
        ID::from(self.application.announcement.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.application.municipality)
    }

    /// What the spread in size is told by: inhabitants as the indicators at hand have them last; null where not known.
    async fn inhabitants(&self, context: &Context<'_>) -> Option<u32> {
        let snapshot = Snapshot::of(context);
        snapshot.inhabitants(self.application.municipality)
    }

    async fn state(&self) -> ApplicationState {
        self.application.state.into()
    }

    /// Local challenges.
    async fn challenges(&self) -> &str {
        &self.application.challenges
    }

    /// How far its work has come.
    async fn progress(&self) -> &str {
        &self.application.progress
    }

    /// Motivation and capacity.
    async fn motivation(&self) -> &str {
        &self.application.motivation
    }

    /// The municipal council's decision; null until it is there.
    async fn political_decision(&self) -> Option<PoliticalDecision> {
        let decision = self.application.political_decision.as_ref()?;
        Some(PoliticalDecision {
            reference: decision.reference.clone(),
            on: Date(decision.on),
        })
    }

    async fn applied_at(&self) -> DateTime {
        DateTime(self.application.acts.first.at)
    }

    async fn changed_at(&self) -> DateTime {
        DateTime(self.application.changed_at)
    }

    /// Those that the caller sees: another applicant that ranks the application sees none.
    async fn assessments(&self, context: &Context<'_>) -> Vec<AssessmentNode> {
        let is_rival = self.is_seen_by_a_rival(Snapshot::of(context));
        let own = self
            .journal
            .assessments()
            .filter(|assessment| !is_rival && assessment.application == self.application.id);
        own.cloned().map(AssessmentNode).collect()
    }

    /// The places that the other applicants have given it, the best first; null where applicants do not rank, and for another applicant.
    async fn placings(&self, context: &Context<'_>) -> Option<Vec<u32>> {
        let announcement = self.journal.announcement(&self.application.announcement)?;
        let is_told = announcement.ranked_by_applicants && !self.is_seen_by_a_rival(Snapshot::of(context));
        let placings = || self.journal.placings(&self.application).into_iter();
        is_told.then(|| placings().filter_map(|place| u32::try_from(place).ok()).collect())
    }
}

/// The municipal council's decision to take part.
#[derive(SimpleObject)]
pub struct PoliticalDecision {
    reference: String,
    on: Date,
}

/// What the resource group advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Advice")]
pub enum Recommendation {
    Recommended,
    RecommendedWithDoubt,
    NotRecommended,
}

/// Vurdering.
pub struct AssessmentNode(pub Assessment);

/// One body's assessment of an application.
#[Object(name = "Assessment")]
impl AssessmentNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn recommendation(&self) -> Recommendation {
        self.0.recommendation.into()
    }

    async fn text(&self) -> &str {
        &self.0.text
    }

    async fn by(&self, context: &Context<'_>) -> OrganisationNode {
        let by = self.0.acts.first.by.organisation;
        Snapshot::of(context).view.reference.organisation(by).into()
    }

    /// The function that it assessed in.
    async fn function(&self) -> Option<BodyFunction> {
        self.0.acts.first.function.map(BodyFunction::from)
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }
}

/// Rangering.
pub struct RankingNode(pub Ranking);

/// How one applicant ranks the others' applications: advice to whoever chooses.
#[Object(name = "ApplicationRanking")]
impl RankingNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    /// Who ranks.
    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.municipality)
    }

    /// The ids of the others' applications, the best first.
    async fn order(&self) -> Vec<ID> {
        self.0.order.iter().map(|id| ID::from(id.as_str())).collect()
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it was told last.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }
}

/// Valget.
pub struct SelectionNode(pub Selection);

/// Who of those that applied takes part.
#[Object(name = "Selection")]
impl SelectionNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    /// The ids of the applications that were chosen.
    async fn chosen(&self) -> Vec<ID> {
        self.0.chosen.iter().map(|id| ID::from(id.as_str())).collect()
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// In the county governor's archive.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }
}

/// What was decided of a participation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Change")]
pub enum ParticipationChange {
    Begun,
    Ended,
    /// It takes no part, and never did.
    Annulled,
}

/// Deltakelse ved vedtak.
pub struct ParticipationNode(pub DecidedParticipation);

/// A participation as it was decided, in the place of what the programme's file says.
#[Object(name = "ParticipationDecision")]
impl ParticipationNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.municipality)
    }

    async fn change(&self) -> ParticipationChange {
        self.0.change.into()
    }

    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// The last day on which the municipality may use the pot.
    async fn use_until(&self) -> Date {
        Date(self.0.use_until)
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    async fn reference(&self) -> &str {
        &self.0.reference
    }

    async fn decided_at(&self) -> DateTime {
        DateTime(self.0.decided_at)
    }
}
