//! Yearly reports, and who is late with one.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_core::journal::{
    AdministrativeHours as Hours, DueReport, GoalAchievement as Achievement, GoalProgress, MeasureUse,
    ReportState as State, YearlyReport,
};
use programgrant_schema::OrganisationNumber;

use super::super::Snapshot;
use super::super::municipality::MunicipalityNode;
use super::super::scalars::{Date, DateTime, Ore};
use super::super::scheme::OrganisationNode;
use super::reading;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ReportState {
    Submitted,
    /// Sent back, with a reason.
    Returned,
    Approved,
    /// Another was submitted in its place.
    Replaced,
}

/// How far a goal is reached, as whoever reports or evaluates sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Achievement")]
pub enum GoalAchievement {
    Reached,
    PartlyReached,
    NotReached,
    /// It cannot be told yet.
    TooEarly,
}

/// The municipality's own working hours.
#[derive(SimpleObject)]
pub struct AdministrativeHours {
    /// On applications for grants.
    applications: u32,
    /// On reports on them.
    reports: u32,
}

impl From<Hours> for AdministrativeHours {
    fn from(hours: Hours) -> Self {
        Self {
            applications: hours.applications,
            reports: hours.reports,
        }
    }
}

/// What a municipality says of one goal of the programme.
#[derive(SimpleObject)]
pub struct ReportedGoal {
    /// The goal's id in the programme's file.
    goal: ID,
    achievement: GoalAchievement,
    text: String,
}

impl ReportedGoal {
    fn of(progress: &GoalProgress) -> Self {
        Self {
            goal: ID::from(&progress.goal),
            achievement: progress.achievement.into(),
            text: progress.text.clone(),
        }
    }
}

/// What one measure has come to in a year.
#[derive(SimpleObject)]
pub struct ReportedMeasure {
    /// The measure's id.
    measure: ID,
    spent: Ore,
    /// Children, young people and parents that it reached; null where nobody has counted.
    people: Option<u32>,
}

impl ReportedMeasure {
    fn of(part: &MeasureUse) -> Self {
        Self {
            measure: ID::from(part.measure.as_str()),
            spent: Ore(part.spent),
            people: part.people,
        }
    }
}

/// Årsrapport.
pub struct YearlyReportNode(pub YearlyReport);

/// A municipality's report on a year to the programme, in place of one for each scheme.
#[Object(name = "YearlyReport")]
impl YearlyReportNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.reported.municipality)
    }

    async fn year(&self) -> i32 {
        self.0.reported.year.into()
    }

    /// 1, 2, … within its municipality and year.
    async fn number(&self) -> i32 {
        self.0.number.into()
    }

    async fn state(&self) -> ReportState {
        self.0.state.into()
    }

    /// Of the pot's own post for the year, by what its payer had reported when the report was submitted; null where that is not known.
    async fn granted(&self) -> Option<Ore> {
        self.0.granted.map(Ore)
    }

    /// Not used the year before; null where that is not known.
    async fn brought_forward(&self) -> Option<Ore> {
        self.0.brought_forward.map(Ore)
    }

    async fn spent(&self) -> Ore {
        Ore(self.0.reported.spent)
    }

    async fn repaid(&self) -> Ore {
        Ore(self.0.reported.repaid)
    }

    /// Neither used nor paid back: granted + broughtForward − spent − repaid. Null where a part is not known.
    async fn carried_over(&self) -> Option<Ore> {
        self.0.carried_over().map(Ore)
    }

    async fn measures(&self) -> Vec<ReportedMeasure> {
        self.0.reported.measures.iter().map(ReportedMeasure::of).collect()
    }

    async fn goals(&self) -> Vec<ReportedGoal> {
        self.0.reported.goals.iter().map(ReportedGoal::of).collect()
    }

    async fn hours(&self) -> AdministrativeHours {
        self.0.reported.hours.into()
    }

    async fn submitted_at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }

    /// Why it was sent back, or what was said when it was approved; null until then.
    async fn reply(&self) -> Option<&str> {
        Some(self.0.reply.as_ref()?.reason.as_str())
    }

    async fn replied_by(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let by = self.0.reply.as_ref()?.by.organisation;
        Some(Snapshot::of(context).view.reference.organisation(by).into())
    }

    async fn replied_at(&self) -> Option<DateTime> {
        Some(DateTime(self.0.reply.as_ref()?.at))
    }
}

/// A report that is due, submitted or not.
pub struct DueReportNode {
    municipality: OrganisationNumber,
    year: i16,
    due: jiff::civil::Date,
    report: Option<YearlyReport>,
}

impl DueReportNode {
    pub fn of(due: DueReport<'_>) -> Self {
        Self {
            municipality: due.municipality,
            year: due.year,
            due: due.due,
            report: due.report.cloned(),
        }
    }
}

/// A year that a municipality reports on.
#[Object(name = "DueReport")]
impl DueReportNode {
    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.municipality)
    }

    async fn year(&self) -> i32 {
        self.year.into()
    }

    /// The last day.
    async fn due(&self) -> Date {
        Date(self.due)
    }

    /// Whether the day has passed without a report that stands.
    async fn is_late(&self, context: &Context<'_>) -> bool {
        self.report.is_none() && self.due < Snapshot::of(context).today()
    }

    /// The one that stands: submitted and not sent back, or approved.
    async fn report(&self) -> Option<YearlyReportNode> {
        self.report.clone().map(YearlyReportNode)
    }
}
