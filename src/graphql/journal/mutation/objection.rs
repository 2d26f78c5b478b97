//! Objections: made and answered.

use async_graphql::{Context, ID, Object};
use programgrant_core::journal::{JournalId, JournalRequest};

use super::super::super::{ApiError, Snapshot};
use super::super::command::{check_command, command, objected, own_municipality, unknown};
use super::super::objection::{ObjectionKind, ObjectionOutcome};
use super::super::payload::ObjectionPayload;
use super::super::reading;

/// Commands about objections.
#[derive(Default)]
pub struct ObjectionMutation;

#[Object]
impl ObjectionMutation {
    /// A municipality objects to a figure, to its part of an allocation, or to a verdict on a claim of its own.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn object(
        &self,
        context: &Context<'_>,
        programme: ID,
        kind: ObjectionKind,
        #[graphql(desc = "The id of what is objected to.")] subject: ID,
        reason: String,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<ObjectionPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        check_command(snapshot, Some(programme.as_str()), "object")?;
        let municipality = own_municipality(snapshot, Some(programme.as_str()), municipality)?;
        let programme = snapshot.programme(&programme)?;
        let Some((about, addressee)) = objected(snapshot, programme, kind, &subject).await? else {
            return Ok(ObjectionPayload::refused(&unknown()));
        };
        let what = JournalRequest::Object {
            programme: programme.id.clone(),
            municipality,
            about,
            reason,
            addressee: Some(addressee),
        };
        Ok(ObjectionPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Whoever answers for what is objected to answers, with a reason.
    async fn answer_objection(
        &self,
        context: &Context<'_>,
        objection: ID,
        outcome: ObjectionOutcome,
        reason: String,
        idempotency_key: ID,
    ) -> Result<ObjectionPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let objection = JournalId::new(objection.to_string());
        let journal = reading::journal(snapshot).await?;
        let seen = journal
            .objection(&objection)
            .filter(|known| reading::sees_objection(snapshot, known));
        let Some(known) = seen else {
            return Ok(ObjectionPayload::refused(&unknown()));
        };
        if !snapshot.reach().is_office_of(&known.programme) && snapshot.acting() != Some(known.addressee) {
            return Err(snapshot.denied());
        }
        let what = JournalRequest::AnswerObjection {
            objection,
            outcome: outcome.into(),
            reason,
        };
        Ok(ObjectionPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
}
