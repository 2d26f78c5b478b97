//! Allocations: put up, shown, commented on, decided, taken back.

use async_graphql::{Context, ID, InputObject, Object};
use programgrant_core::journal::{Journal, JournalId, JournalRefusal, JournalRequest};

use super::super::super::scalars::Date;
use super::super::super::{ApiError, Snapshot};
use super::super::command::{check_command, command, organisation_of, unknown};
use super::super::payload::{AllocationCommentPayload, AllocationPayload};
use super::super::reading;
use crate::allocations::{AllocationRequest, FigureCorrection, PlanChanges};
use crate::guard::JournalError;

/// Commands about allocations.
#[derive(Default)]
pub struct AllocationMutation;

/// A version of an allocation to be put up.
#[derive(Debug, InputObject)]
pub struct AllocationDraftInput {
    programme: ID,
    year: i32,
    /// The plan's file; the one at hand where left out.
    plan: Option<String>,
    /// Figures that hold in place of those that the sources have.
    corrections: Option<Vec<FigureCorrectionInput>>,
    reason: String,
    /// The decided version that it is to correct.
    corrects: Option<ID>,
}

/// A figure that holds in place of the one that the source has.
#[derive(Debug, InputObject)]
pub struct FigureCorrectionInput {
    indicator: ID,
    /// Its id, a municipality number or an organisation number.
    municipality: String,
    /// A number, or a sign for why there is none (`.`, `..`, `...`, `:`).
    value: String,
    /// Where it comes from.
    source: String,
}

impl FigureCorrectionInput {
    pub fn read(self, snapshot: &Snapshot) -> Result<FigureCorrection, ApiError> {
        let indicator = self.indicator.parse();
        Ok(FigureCorrection {
            indicator: indicator.map_err(|error| ApiError::Allocation(format!("indicator: {error}")))?,
            municipality: organisation_of(snapshot, &self.municipality)?,
            value: self.value,
            source: self.source,
        })
    }
}

#[Object]
impl AllocationMutation {
    /// Puts up a version of a programme year's allocation.
    async fn draft_allocation(
        &self,
        context: &Context<'_>,
        input: AllocationDraftInput,
        idempotency_key: ID,
    ) -> Result<AllocationPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        check_command(snapshot, Some(input.programme.as_str()), "draftAllocation")?;
        let journal = reading::journal(snapshot).await?;
        let what = match draft(snapshot, &journal, input)? {
            Ok(what) => what,
            Err(refusal) => return Ok(AllocationPayload::refused(&JournalError::Refused(refusal))),
        };
        Ok(AllocationPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Shows a draft to those concerned.
    async fn propose_allocation(
        &self,
        context: &Context<'_>,
        allocation: ID,
        idempotency_key: ID,
    ) -> Result<AllocationPayload, ApiError> {
        let allocation = JournalId::new(allocation.to_string());
        let what = JournalRequest::Propose {
            allocation: allocation.clone(),
        };
        allocation_command(context, ("proposeAllocation", &allocation), &idempotency_key, what).await
    }
    /// Asks those concerned for comments, until that day.
    async fn consult_on_allocation(
        &self,
        context: &Context<'_>,
        allocation: ID,
        until: Date,
        idempotency_key: ID,
    ) -> Result<AllocationPayload, ApiError> {
        let allocation = JournalId::new(allocation.to_string());
        let until = until.0;
        let what = JournalRequest::Consult {
            allocation: allocation.clone(),
            until,
        };
        allocation_command(context, ("consultOnAllocation", &allocation), &idempotency_key, what).await
    }
    /// A comment of somebody concerned, while the consultation lasts.
    async fn comment_on_allocation(
        &self,
        context: &Context<'_>,
        allocation: ID,
        text: String,
        idempotency_key: ID,
    ) -> Result<AllocationCommentPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let allocation = JournalId::new(allocation.to_string());
        let journal = reading::journal(snapshot).await?;
        let seen = journal.allocation(&allocation).filter(|version| {
            reading::sees_allocation(snapshot, &journal, version) && reading::is_concerned(snapshot, &journal, version)
        });
        if seen.is_none() {
            return Ok(AllocationCommentPayload::refused(&unknown()));
        }
        let what = JournalRequest::Comment { allocation, text };
        Ok(AllocationCommentPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Answers a comment. An allocation with a comment that has no answer is not decided.
    async fn answer_allocation_comment(
        &self,
        context: &Context<'_>,
        comment: ID,
        text: String,
        idempotency_key: ID,
    ) -> Result<AllocationCommentPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let comment = JournalId::new(comment.to_string());
        let journal = reading::journal(snapshot).await?;
        let programme = journal.comment(&comment).map(|known| known.programme.as_str());
        check_command(snapshot, programme, "answerAllocationComment")?;
        let what = JournalRequest::AnswerComment { comment, text };
        Ok(AllocationCommentPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Decides a proposal; one that it corrects stays beside it, labelled.
    async fn decide_allocation(
        &self,
        context: &Context<'_>,
        allocation: ID,
        #[graphql(desc = "The decision's reference in the archive.")] reference: String,
        idempotency_key: ID,
    ) -> Result<AllocationPayload, ApiError> {
        let allocation = JournalId::new(allocation.to_string());
        let what = JournalRequest::DecideAllocation {
            allocation: allocation.clone(),
            reference,
        };
        allocation_command(context, ("decideAllocation", &allocation), &idempotency_key, what).await
    }
    /// Takes back what is not decided.
    async fn withdraw_allocation(
        &self,
        context: &Context<'_>,
        allocation: ID,
        reason: String,
        idempotency_key: ID,
    ) -> Result<AllocationPayload, ApiError> {
        let allocation = JournalId::new(allocation.to_string());
        let what = JournalRequest::WithdrawAllocation {
            allocation: allocation.clone(),
            reason,
        };
        allocation_command(context, ("withdrawAllocation", &allocation), &idempotency_key, what).await
    }
}

/// A command of that name on that allocation.
async fn allocation_command(
    context: &Context<'_>,
    (name, allocation): (&str, &JournalId),
    key: &ID,
    what: JournalRequest,
) -> Result<AllocationPayload, ApiError> {
    let snapshot = Snapshot::of(context);
    let journal = reading::journal(snapshot).await?;
    let programme = journal.allocation(allocation).map(|known| known.programme.as_str());
    check_command(snapshot, programme, name)?;
    Ok(AllocationPayload::of(snapshot, command(snapshot, key, what).await?).await)
}

/// A version worked out from the plan and the figures at hand.
fn draft(
    snapshot: &Snapshot,
    journal: &Journal,
    input: AllocationDraftInput,
) -> Result<Result<JournalRequest, JournalRefusal>, ApiError> {
    let programme = snapshot.programme(&input.programme)?;
    let year = i16::try_from(input.year).map_err(|_| ApiError::InvalidYear(input.year))?;
    if programme.has_unknown_rules() {
        return Ok(Err(JournalRefusal::RulesNotPublished));
    }
    if !programme.has_budget_year(year) {
        return Ok(Err(JournalRefusal::YearOutsideProgramme));
    }
    let corrections = input.corrections.unwrap_or_default();
    let corrections = corrections.into_iter().map(|figure| figure.read(snapshot));
    let corrections = corrections.collect::<Result<Vec<_>, ApiError>>()?;
    // A correction keeps what the corrected version was corrected in itself.
    let corrects = input.corrects.map(|id| JournalId::new(id.to_string()));
    let corrected = corrects.as_ref().and_then(|id| journal.allocation(id));
    let held = corrected.and_then(|version| journal.basis(&version.basis));
    let held = held.map(|kept| FigureCorrection::held(&kept.basis)).unwrap_or_default();
    let corrections = FigureCorrection::over(held, corrections);
    let asked = AllocationRequest {
        programme,
        reference: &snapshot.view.reference,
        year,
        plan: input.plan.as_deref(),
        corrections: &corrections,
        changes: &PlanChanges::default(),
    };
    let worked_out = snapshot.desk.work_out(asked)?;
    Ok(Ok(JournalRequest::Draft {
        programme: programme.id.clone(),
        year,
        basis: Box::new(worked_out.basis),
        reason: input.reason,
        corrects,
    }))
}
