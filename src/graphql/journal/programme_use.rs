//! How a programme's pots are used: measures, support, reports, and who is late.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use programgrant_core::journal::{Journal, YearlyReport};
use programgrant_schema::{OrganisationNumber, Programme};

use super::super::{ApiError, Snapshot};
use super::evaluation::{EvaluationNode, GoalNode, MunicipalityEvaluationNode};
use super::measure::{AgreementNode, GatheringNode, MeasureNode, SupportRequestNode};
use super::reading;
use super::report::{DueReportNode, YearlyReportNode};

/// What municipalities do with their pots in one programme.
pub struct ProgrammeUseNode {
    programme: String,
    journal: Arc<Journal>,
}

pub async fn programme_use(snapshot: &Snapshot, programme: &str) -> Result<ProgrammeUseNode, ApiError> {
    Ok(ProgrammeUseNode {
        programme: snapshot.programme(programme)?.id.clone(),
        journal: reading::journal(snapshot).await?,
    })
}

impl ProgrammeUseNode {
    fn get<'a>(&self, context: &Context<'a>) -> Result<(&'a Snapshot, &'a Programme), ApiError> {
        let snapshot = Snapshot::of(context);
        Ok((snapshot, snapshot.programme(&self.programme)?))
    }

    /// Whether a record is this programme's, and of a municipality whose use the caller sees.
    fn sees(&self, snapshot: &Snapshot, programme: &str, municipality: OrganisationNumber) -> bool {
        programme == self.programme && reading::sees_use(snapshot, programme, municipality)
    }
}

/// How a programme's pots are used. Everything is of those municipalities that the caller sees.
#[Object(name = "ProgrammeUse")]
impl ProgrammeUseNode {
    /// What the programme is to come to.
    async fn goals(&self, context: &Context<'_>) -> Result<Vec<GoalNode>, ApiError> {
        let (_, programme) = self.get(context)?;
        Ok(programme.goals.iter().map(GoalNode::of).collect())
    }

    /// Oldest first.
    async fn measures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: Option<String>,
    ) -> Result<Vec<MeasureNode>, ApiError> {
        let (snapshot, _) = self.get(context)?;
        let only = reading::named(snapshot, municipality)?;
        let seen = self.journal.measures().filter(|measure| {
            only.is_none_or(|only| only == measure.municipality)
                && self.sees(snapshot, &measure.programme, measure.municipality)
        });
        Ok(by_time(seen.cloned(), |measure| measure.acts.first.at)
            .map(MeasureNode)
            .collect())
    }

    /// Oldest first.
    async fn agreements(&self, context: &Context<'_>) -> Result<Vec<AgreementNode>, ApiError> {
        let (snapshot, _) = self.get(context)?;
        let seen = self.journal.agreements().filter(|agreement| {
            let terms = &agreement.terms;
            let is_party = snapshot.acting() == Some(terms.with) && terms.programme == self.programme;
            is_party || self.sees(snapshot, &terms.programme, terms.municipality)
        });
        Ok(by_time(seen.cloned(), |agreement| agreement.acts.first.at)
            .map(AgreementNode)
            .collect())
    }

    /// Oldest first.
    async fn support_requests(&self, context: &Context<'_>) -> Result<Vec<SupportRequestNode>, ApiError> {
        let (snapshot, _) = self.get(context)?;
        let seen = self.journal.support_requests().filter(|request| {
            let is_asked = snapshot.acting() == Some(request.environment) && request.programme == self.programme;
            is_asked || self.sees(snapshot, &request.programme, request.municipality)
        });
        Ok(by_time(seen.cloned(), |request| request.acts.first.at)
            .map(SupportRequestNode)
            .collect())
    }

    /// By day. They are for everybody with a token.
    async fn gatherings(&self, context: &Context<'_>) -> Result<Vec<GatheringNode>, ApiError> {
        let (_, programme) = self.get(context)?;
        let own = self
            .journal
            .gatherings()
            .filter(|gathering| gathering.programme == programme.id);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by_key(|gathering| (gathering.on, gathering.id.clone()));
        Ok(own.into_iter().map(GatheringNode).collect())
    }

    /// Every version of every report, by year, municipality and number.
    async fn reports(&self, context: &Context<'_>, year: Option<i32>) -> Result<Vec<YearlyReportNode>, ApiError> {
        let (snapshot, _) = self.get(context)?;
        let seen = self.journal.reports().filter(|report| {
            let known = &report.reported;
            year.is_none_or(|year| year == i32::from(known.year))
                && self.sees(snapshot, &known.programme, known.municipality)
        });
        let mut seen: Vec<YearlyReport> = seen.cloned().collect();
        seen.sort_by_key(|report| (report.reported.year, report.reported.municipality, report.number));
        Ok(seen.into_iter().map(YearlyReportNode).collect())
    }

    /// What is due from whom, with the report where there is one: each year in which the pot may be used, by day. Empty where the programme's file states no deadline.
    async fn due_reports(&self, context: &Context<'_>) -> Result<Vec<DueReportNode>, ApiError> {
        let (snapshot, programme) = self.get(context)?;
        let due = self.journal.due_reports(programme, &snapshot.view.reference.register);
        let seen = due
            .into_iter()
            .filter(|due| self.sees(snapshot, &programme.id, due.municipality));
        Ok(seen.map(DueReportNode::of).collect())
    }

    /// What whoever evaluates found, oldest first.
    async fn evaluations(&self, context: &Context<'_>) -> Result<Vec<EvaluationNode>, ApiError> {
        let (snapshot, _) = self.get(context)?;
        let seen = self.journal.evaluations().filter(|evaluation| {
            evaluation.programme == self.programme
                && evaluation
                    .municipality
                    .is_none_or(|municipality| self.sees(snapshot, &evaluation.programme, municipality))
        });
        Ok(by_time(seen.cloned(), |evaluation| evaluation.acts.first.at)
            .map(EvaluationNode)
            .collect())
    }

    /// What there was before each municipality took part, and later.
    async fn municipalities(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: Option<ID>,
    ) -> Result<Vec<MunicipalityEvaluationNode>, ApiError> {
        let (snapshot, programme) = self.get(context)?;
        let only = reading::named(snapshot, municipality.map(|id| id.to_string()))?;
        let all = programme.participations.iter().filter_map(|own| {
            let organisation = reading::organisation_number(snapshot, own.municipality)?;
            let is_wanted = only.is_none_or(|only| only == organisation);
            (is_wanted && self.sees(snapshot, &programme.id, organisation)).then(|| MunicipalityEvaluationNode {
                programme: self.programme.clone(),
                municipality: own.municipality,
                organisation,
                journal: Arc::clone(&self.journal),
            })
        });
        Ok(all.collect())
    }
}

/// Oldest first.
fn by_time<T>(records: impl Iterator<Item = T>, at: impl Fn(&T) -> jiff::Timestamp) -> impl Iterator<Item = T> {
    let mut records: Vec<T> = records.collect();
    records.sort_by_key(at);
    records.into_iter()
}
