//! Evaluation: the zero point, and what whoever evaluates finds.

use async_graphql::{Context, ID, InputObject, Object};
use programgrant_core::journal::{BodyFunction, EvaluationRequest, EvaluationSubject, JournalId, JournalRequest};

use super::super::super::scalars::Date;
use super::super::super::{ApiError, Snapshot};
use super::super::command::{check_command, command, command_in, own_municipality, standing_of, unknown};
use super::super::payload::{EvaluationPayload, ZeroPointPayload};
use super::super::reading;
use super::super::report::GoalAchievement;
use super::programme_use::AdministrativeHoursInput;

/// Commands about evaluation.
#[derive(Default)]
pub struct EvaluationMutation;

/// What is found: of one measure, or of the whole programme against one of its goals.
#[derive(Debug, InputObject)]
pub struct EvaluationInput {
    programme: ID,
    /// The measure's id.
    measure: Option<ID>,
    /// The goal's id; just one of the two is given.
    goal: Option<ID>,
    achievement: GoalAchievement,
    text: String,
}

#[Object]
impl EvaluationMutation {
    /// A municipality tells how it worked, and what that took, before it took part. What was told before stays beside it.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn record_zero_point(
        &self,
        context: &Context<'_>,
        programme: ID,
        #[graphql(desc = "The day that it tells of.")] on: Date,
        text: String,
        #[graphql(desc = "A year's hours on applications and reports.")] hours: AdministrativeHoursInput,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<ZeroPointPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        check_command(snapshot, Some(programme.as_str()), "recordZeroPoint")?;
        let programme = snapshot.programme(&programme)?.id.clone();
        let municipality = own_municipality(snapshot, Some(&programme), municipality)?;
        let what = JournalRequest::Evaluation(EvaluationRequest::ZeroPoint {
            standing: standing_of(snapshot, &programme, municipality),
            programme,
            municipality,
            on: on.0,
            text,
            hours: hours.into(),
        });
        Ok(ZeroPointPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A municipality evaluates its own measure; whoever evaluates the programme, any measure and every goal.
    async fn record_evaluation(
        &self,
        context: &Context<'_>,
        input: EvaluationInput,
        idempotency_key: ID,
    ) -> Result<EvaluationPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&input.programme)?;
        check_command(snapshot, Some(&programme.id), "recordEvaluation")?;
        let subject = match (input.measure, input.goal) {
            (Some(measure), None) => EvaluationSubject::Measure(JournalId::new(measure.to_string())),
            (None, Some(goal)) => EvaluationSubject::Goal(goal.to_string()),
            _ => return Err(ApiError::MissingArgument("measure or goal, and not both")),
        };
        let evaluates = reading::evaluates(snapshot, &programme.id) || snapshot.reach().is_office_of(&programme.id);
        let is_stated = match &subject {
            EvaluationSubject::Goal(_) if !evaluates => return Err(snapshot.denied()),
            EvaluationSubject::Goal(id) => programme.goals.iter().any(|goal| goal.id == *id),
            EvaluationSubject::Measure(id) => {
                let journal = reading::journal(snapshot).await?;
                let known = journal.measure(id).filter(|known| known.programme == programme.id);
                let seen = known.filter(|known| evaluates || snapshot.acting() == Some(known.municipality));
                if seen.is_none() {
                    return Ok(EvaluationPayload::refused(&unknown()));
                }
                false
            }
        };
        let function = snapshot.does(BodyFunction::Evaluator, &programme.id);
        let what = JournalRequest::Evaluation(EvaluationRequest::Evaluate {
            programme: programme.id.clone(),
            subject,
            achievement: input.achievement.into(),
            text: input.text,
            is_stated,
        });
        let function = function.then_some(BodyFunction::Evaluator);
        Ok(EvaluationPayload::of(snapshot, command_in(snapshot, &idempotency_key, function, what).await?).await)
    }
}
