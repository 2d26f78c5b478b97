//! Measures, and what supports them: agreements, support, gatherings.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::journal::{
    Agreement, EarlierTerms, Gathering, Measure, MeasureTerms, Sector as Part, SupportGiven, SupportRequest,
};

use super::super::Snapshot;
use super::super::municipality::MunicipalityNode;
use super::super::scalars::{Date, DateTime, Ore};
use super::super::scheme::OrganisationNode;
use super::reading;

/// Who takes part in a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Part")]
pub enum Sector {
    /// Kindergarten and school.
    Education,
    Health,
    ChildWelfare,
    /// Nav and the municipality's social services.
    LabourAndWelfare,
    Integration,
    CultureAndLeisure,
    Justice,
    Voluntary,
}

/// Tiltak.
pub struct MeasureNode(pub Measure);

/// What a municipality does with its pot.
#[Object(name = "Measure")]
impl MeasureNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.municipality)
    }

    async fn terms(&self) -> MeasureTermsNode {
        MeasureTermsNode::of(&self.0.terms)
    }

    /// What it was before it was changed, oldest first.
    async fn earlier(&self) -> Vec<EarlierMeasure> {
        self.0.earlier.iter().map(EarlierMeasure::of).collect()
    }

    async fn registered_at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }
}

/// What a measure is.
#[derive(SimpleObject)]
#[graphql(name = "MeasureTerms")]
pub struct MeasureTermsNode {
    title: String,
    /// What changes in the way of working.
    change: String,
    target_group: String,
    /// Services of the municipality that take part, by its own names.
    services: Vec<String>,
    sectors: Vec<Sector>,
    from: Date,
    /// Its last day.
    until: Date,
    /// What of the pot is meant for it, in all its years.
    from_pot: Ore,
}

impl MeasureTermsNode {
    fn of(terms: &MeasureTerms) -> Self {
        Self {
            title: terms.title.clone(),
            change: terms.change.clone(),
            target_group: terms.target_group.clone(),
            services: terms.services.clone(),
            sectors: terms.sectors.iter().map(|sector| Sector::from(*sector)).collect(),
            from: Date(terms.from),
            until: Date(terms.until),
            from_pot: Ore(terms.from_pot),
        }
    }
}

/// What a measure was before it was changed.
#[derive(SimpleObject)]
pub struct EarlierMeasure {
    terms: MeasureTermsNode,
    changed_at: DateTime,
    /// Why it was changed.
    reason: String,
}

impl EarlierMeasure {
    fn of(earlier: &EarlierTerms) -> Self {
        Self {
            terms: MeasureTermsNode::of(&earlier.terms),
            changed_at: DateTime(earlier.changed_at),
            reason: earlier.reason.clone(),
        }
    }
}

/// Samarbeidsavtale.
pub struct AgreementNode(pub Agreement);

/// Between a municipality that takes part and a university or competence environment.
#[Object(name = "Agreement")]
impl AgreementNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.terms.municipality)
    }

    /// The other party.
    async fn with(&self, context: &Context<'_>) -> OrganisationNode {
        let with = self.0.terms.with;
        Snapshot::of(context).view.reference.organisation(with).into()
    }

    /// What is agreed on.
    async fn about(&self) -> &str {
        &self.0.terms.about
    }

    async fn from(&self) -> Date {
        Date(self.0.terms.from)
    }

    /// Its last day.
    async fn until(&self) -> Date {
        Date(self.0.terms.until)
    }
}

/// Veiledning.
pub struct SupportRequestNode(pub SupportRequest);

/// Support that a municipality asks a competence environment for.
#[Object(name = "SupportRequest")]
impl SupportRequestNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.municipality)
    }

    /// Who is asked.
    async fn environment(&self, context: &Context<'_>) -> OrganisationNode {
        let environment = self.0.environment;
        Snapshot::of(context).view.reference.organisation(environment).into()
    }

    async fn text(&self) -> &str {
        &self.0.text
    }

    async fn asked_at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }

    /// What was given, oldest first.
    async fn given(&self) -> Vec<GivenSupport> {
        self.0.given.iter().map(GivenSupport::of).collect()
    }
}

/// Support that was given.
#[derive(SimpleObject)]
pub struct GivenSupport {
    on: Date,
    text: String,
    /// Hours of the competence environment.
    hours: u32,
}

impl GivenSupport {
    fn of(given: &SupportGiven) -> Self {
        Self {
            on: Date(given.on),
            text: given.text.clone(),
            hours: given.hours,
        }
    }
}

/// Samling.
pub struct GatheringNode(pub Gathering);

/// Municipalities that take part meet.
#[Object(name = "Gathering")]
impl GatheringNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    /// The county governor of the region that it is for; null for every region.
    async fn region(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let region = self.0.region?;
        Some(Snapshot::of(context).view.reference.organisation(region).into())
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn place(&self) -> &str {
        &self.0.place
    }

    async fn on(&self) -> Date {
        Date(self.0.on)
    }

    /// Who arranges it.
    async fn arranged_by(&self, context: &Context<'_>) -> OrganisationNode {
        let by = self.0.acts.first.by.organisation;
        Snapshot::of(context).view.reference.organisation(by).into()
    }

    /// Municipalities that came; null until it is recorded.
    async fn attended(&self, context: &Context<'_>) -> Option<Vec<MunicipalityNode>> {
        let attended = self.0.attended.as_ref()?.iter();
        Some(
            attended
                .filter_map(|number| reading::municipality(context, *number))
                .collect(),
        )
    }
}
