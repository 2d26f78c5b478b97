//! What there was before the programme, what whoever evaluates finds, and what was saved.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::journal::{
    AdministrativeHours as Hours, Evaluation, EvaluationSubject, Journal, ZeroPoint, ZeroPointFinding,
};
use programgrant_schema::{Goal, GoalKind as Kind, MunicipalityId, OrganisationNumber};

use super::super::award::AwardNode;
use super::super::municipality::MunicipalityNode;
use super::super::scalars::{Date, DateTime};
use super::super::scheme::OrganisationNode;
use super::super::{ApiError, Snapshot};
use super::reading;
use super::report::{AdministrativeHours, GoalAchievement};

/// Whether a goal is about what the programme does, or about what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum GoalKind {
    /// Effektmål: what it leads to for those that it is for.
    Effect,
    /// Resultatmål: what it is to have done.
    Result,
}

/// What a programme is to come to.
#[derive(SimpleObject)]
#[graphql(name = "Goal")]
pub struct GoalNode {
    id: ID,
    kind: GoalKind,
    /// Bokmål.
    text: String,
    source: String,
}

impl GoalNode {
    pub fn of(goal: &Goal) -> Self {
        Self {
            id: ID::from(&goal.id),
            kind: goal.kind.into(),
            text: goal.text.clone(),
            source: goal.source.clone(),
        }
    }
}

/// Nullpunktsanalyse.
pub struct ZeroPointNode(pub ZeroPoint);

/// How a municipality worked, and what it took, before it took part.
#[Object(name = "ZeroPoint")]
impl ZeroPointNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn finding(&self) -> ZeroPointFindingNode {
        ZeroPointFindingNode::of(&self.0.finding)
    }

    /// What was said before, oldest first.
    async fn earlier(&self) -> Vec<ZeroPointFindingNode> {
        self.0.earlier.iter().map(ZeroPointFindingNode::of).collect()
    }
}

/// What was found.
#[derive(SimpleObject)]
#[graphql(name = "ZeroPointFinding")]
pub struct ZeroPointFindingNode {
    /// The day that it tells of.
    on: Date,
    text: String,
    /// A year's hours on applications and reports, scheme by scheme as it was.
    hours: AdministrativeHours,
    said_at: DateTime,
}

impl ZeroPointFindingNode {
    fn of(finding: &ZeroPointFinding) -> Self {
        Self {
            on: Date(finding.on),
            text: finding.text.clone(),
            hours: finding.hours.into(),
            said_at: DateTime(finding.said_at),
        }
    }
}

/// Evaluering.
pub struct EvaluationNode(pub Evaluation);

/// What whoever evaluates found of a measure, or of the whole programme against one of its goals.
#[Object(name = "Evaluation")]
impl EvaluationNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    /// The measure's id; null where the whole programme is evaluated.
    async fn measure(&self) -> Option<ID> {
        match &self.0.subject {
            EvaluationSubject::Measure(id) => Some(ID::from(id.as_str())),
            EvaluationSubject::Goal(_) => None,
        }
    }

    /// The goal's id; null where a measure is evaluated.
    async fn goal(&self) -> Option<ID> {
        match &self.0.subject {
            EvaluationSubject::Goal(id) => Some(ID::from(id)),
            EvaluationSubject::Measure(_) => None,
        }
    }

    async fn achievement(&self) -> GoalAchievement {
        self.0.achievement.into()
    }

    async fn text(&self) -> &str {
        &self.0.text
    }

    async fn by(&self, context: &Context<'_>) -> OrganisationNode {
        let by = self.0.acts.first.by.organisation;
        Snapshot::of(context).view.reference.organisation(by).into()
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }
}

/// An indicator of a municipality over the years, as the indicators at hand have it.
#[derive(SimpleObject)]
pub struct IndicatorSeries {
    indicator: ID,
    /// Bokmål.
    name: String,
    unit: String,
    source: String,
    licence: String,
    made_up: bool,
    /// From the first year at hand.
    figures: Vec<IndicatorFigure>,
}

/// An indicator in one year.
#[derive(SimpleObject)]
pub struct IndicatorFigure {
    year: i32,
    /// The day on which it was counted.
    counted_on: Date,
    /// Whether that is before the municipality took part.
    at_zero_point: bool,
    /// An exact number; null where there is none.
    value: Option<String>,
    /// Why there is none, as a code.
    missing: Option<String>,
}

/// A year's hours on applications and reports against those before the programme.
#[derive(SimpleObject)]
pub struct SavedHours {
    year: i32,
    before: i32,
    hours: i32,
    /// before − hours; negative where it took more.
    saved: i32,
}

/// A municipality's part of the evaluation.
pub struct MunicipalityEvaluationNode {
    pub programme: String,
    pub municipality: MunicipalityId,
    pub organisation: OrganisationNumber,
    pub journal: Arc<Journal>,
}

impl MunicipalityEvaluationNode {
    fn found(&self) -> Option<&ZeroPoint> {
        let mut all = self.journal.zero_points();
        all.find(|found| found.programme == self.programme && found.municipality == self.organisation)
    }
}

/// What there was before a municipality took part, and later.
#[Object(name = "MunicipalityEvaluation")]
impl MunicipalityEvaluationNode {
    async fn municipality(&self) -> MunicipalityNode {
        MunicipalityNode(self.municipality)
    }

    /// Null until it is told.
    async fn zero_point(&self) -> Option<ZeroPointNode> {
        self.found().cloned().map(ZeroPointNode)
    }

    /// At the zero point and later.
    async fn indicators(&self, context: &Context<'_>) -> Result<Vec<IndicatorSeries>, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&self.programme)?;
        let from = programme.participation(self.municipality).map(|own| own.from);
        let series = snapshot.desk.series(self.municipality, &snapshot.view.reference);
        let told = series.into_iter().map(|series| IndicatorSeries {
            indicator: ID::from(series.described.id.as_str()),
            name: series.described.name_nb.clone(),
            unit: series.described.unit.clone(),
            source: series.file.source.clone(),
            licence: series.file.licence.clone(),
            made_up: series.described.made_up,
            figures: series
                .figures
                .into_iter()
                .map(|(counted_on, observed)| IndicatorFigure {
                    year: counted_on.year().into(),
                    counted_on: Date(counted_on),
                    at_zero_point: from.is_none_or(|from| counted_on < from),
                    value: observed.value().map(|value| value.normalize().to_string()),
                    missing: reading::missing(observed),
                })
                .collect(),
        });
        Ok(told.collect())
    }

    /// State grants under the programme's schemes, of all years, as the systems report them.
    async fn grants<'a>(&self, context: &Context<'a>) -> Result<Vec<AwardNode<'a>>, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&self.programme)?;
        let awards = snapshot.view.awards_of(self.municipality);
        let of_programme = awards.filter(|award| award.scheme().is_some_and(|id| programme.scheme(id).is_some()));
        Ok(of_programme
            .filter_map(|award| AwardNode::new(snapshot, award))
            .collect())
    }

    /// By year, from reports that stand; empty while the zero point is not told.
    async fn saved_hours(&self) -> Vec<SavedHours> {
        let Some(found) = self.found() else {
            return Vec::new();
        };
        let before = found.finding.hours;
        let own = self.journal.reports().filter(|report| {
            let reported = &report.reported;
            report.state.stands() && reported.programme == self.programme && reported.municipality == self.organisation
        });
        let mut saved: Vec<SavedHours> = own
            .map(|report| saved_hours(report.reported.year, before, report.reported.hours))
            .collect();
        saved.sort_by_key(|saved| saved.year);
        saved
    }
}

fn saved_hours(year: i16, before: Hours, hours: Hours) -> SavedHours {
    let whole = |hours: Hours| i32::try_from(hours.total()).unwrap_or(i32::MAX);
    let (before, hours) = (whole(before), whole(hours));
    SavedHours {
        year: year.into(),
        before,
        hours,
        saved: before.saturating_sub(hours),
    }
}
