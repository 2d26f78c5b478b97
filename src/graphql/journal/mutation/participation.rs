//! Who takes part: announced, applied for, assessed, chosen, begun and ended.

use async_graphql::{Context, ID, InputObject, Object};
use programgrant_core::journal::{
    BodyFunction, JournalId, JournalRefusal, JournalRequest, PoliticalDecision as Decided,
};
use programgrant_schema::Programme;

use super::super::super::query::parse_organisation_number;
use super::super::super::scalars::Date;
use super::super::super::{ApiError, Snapshot};
use super::super::command::{
    check_command, command, command_in, filed, may_choose, organisation_of, own_municipality, region_standing,
    seen_application, selection_terms, standing_of, unknown,
};
use super::super::payload::{
    AnnouncementPayload, ApplicationRankingPayload, AssessmentPayload, ParticipationApplicationPayload,
    ParticipationPayload, SelectionPayload,
};
use super::super::reading;
use super::super::selection::Recommendation;
use crate::guard::JournalError;

/// Commands about who takes part.
#[derive(Default)]
pub struct ParticipationMutation;

/// The municipal council's decision to take part.
#[derive(Debug, InputObject)]
pub struct PoliticalDecisionInput {
    reference: String,
    on: Date,
}

impl From<PoliticalDecisionInput> for Decided {
    fn from(input: PoliticalDecisionInput) -> Self {
        Self {
            reference: input.reference,
            on: input.on.0,
        }
    }
}

/// An application for participation.
#[derive(Debug, InputObject)]
pub struct ParticipationApplicationInput {
    announcement: ID,
    /// Local challenges.
    challenges: String,
    /// How far the work has come.
    progress: String,
    /// Motivation and capacity.
    motivation: String,
    /// May follow later.
    political_decision: Option<PoliticalDecisionInput>,
}

#[Object]
impl ParticipationMutation {
    /// A county governor asks the municipalities of its region to apply, until that day.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn announce_programme(
        &self,
        context: &Context<'_>,
        programme: ID,
        text: String,
        deadline: Date,
        #[graphql(desc = "The year that is signed up for, where municipalities do so anew each year.")] year: Option<
            i32,
        >,
        #[graphql(desc = "The county governor's organisation number; default: the caller.")] region: Option<String>,
        idempotency_key: ID,
    ) -> Result<AnnouncementPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        check_command(snapshot, Some(programme.as_str()), "announceProgramme")?;
        let region = match region {
            Some(text) => parse_organisation_number(&text)?,
            None => snapshot.principal()?.organisation,
        };
        let is_governor = snapshot
            .view
            .reference
            .organisations
            .county_governors()
            .any(|number| number == region);
        if !is_governor || !may_choose(snapshot, &programme, region) {
            return Err(snapshot.denied());
        }
        let programme = snapshot.programme(&programme)?;
        if programme.has_unknown_rules() {
            return Ok(AnnouncementPayload::refused(&JournalError::Refused(
                JournalRefusal::RulesNotPublished,
            )));
        }
        let year = year.map(i16::try_from).transpose();
        let Ok(year) = year else {
            return Ok(AnnouncementPayload::refused(&JournalError::Refused(
                JournalRefusal::YearOutsideProgramme,
            )));
        };
        let what = JournalRequest::Announce {
            programme: programme.id.clone(),
            region,
            year,
            text,
            deadline: deadline.0,
            terms: selection_terms(programme),
        };
        Ok(AnnouncementPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A municipality applies to take part.
    async fn apply_for_participation(
        &self,
        context: &Context<'_>,
        input: ParticipationApplicationInput,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<ParticipationApplicationPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let announcement = JournalId::new(input.announcement.to_string());
        let journal = reading::journal(snapshot).await?;
        let programme = journal
            .announcement(&announcement)
            .map(|announcement| announcement.programme.clone());
        check_command(snapshot, programme.as_deref(), "applyForParticipation")?;
        let municipality = own_municipality(snapshot, programme.as_deref(), municipality)?;
        let what = JournalRequest::Apply {
            announcement,
            municipality,
            region: reading::region_of(snapshot, municipality),
            standing: programme.and_then(|programme| standing_of(snapshot, &programme, municipality)),
            challenges: input.challenges,
            progress: input.progress,
            motivation: input.motivation,
            political_decision: input.political_decision.map(Decided::from),
        };
        Ok(ParticipationApplicationPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// The municipal council has decided; a conditional choice becomes whole by it.
    async fn add_political_decision(
        &self,
        context: &Context<'_>,
        application: ID,
        decision: PoliticalDecisionInput,
        idempotency_key: ID,
    ) -> Result<ParticipationApplicationPayload, ApiError> {
        let application = JournalId::new(application.to_string());
        let decision = decision.into();
        let what = JournalRequest::AddPoliticalDecision { application, decision };
        own_application_command(context, "addPoliticalDecision", &idempotency_key, what).await
    }
    async fn withdraw_participation_application(
        &self,
        context: &Context<'_>,
        application: ID,
        reason: String,
        idempotency_key: ID,
    ) -> Result<ParticipationApplicationPayload, ApiError> {
        let application = JournalId::new(application.to_string());
        let what = JournalRequest::WithdrawApplication { application, reason };
        own_application_command(context, "withdrawParticipationApplication", &idempotency_key, what).await
    }
    /// Assesses an application, as the region's resource group or as its county governor.
    async fn assess_participation_application(
        &self,
        context: &Context<'_>,
        application: ID,
        recommendation: Recommendation,
        text: String,
        idempotency_key: ID,
    ) -> Result<AssessmentPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let application = JournalId::new(application.to_string());
        let journal = reading::journal(snapshot).await?;
        let programme = journal.application(&application).map(|known| known.programme.as_str());
        check_command(snapshot, programme, "assessParticipationApplication")?;
        let Some((known, region)) = seen_application(snapshot, &journal, &application) else {
            return Ok(AssessmentPayload::refused(&unknown()));
        };
        let in_function = snapshot.has_function(BodyFunction::ResourceGroup, &known.programme, region);
        if !in_function && !may_choose(snapshot, &known.programme, region) {
            return Err(snapshot.denied());
        }
        let what = JournalRequest::Assess {
            application,
            recommendation: recommendation.into(),
            text,
        };
        let function = in_function.then_some(BodyFunction::ResourceGroup);
        Ok(AssessmentPayload::of(snapshot, command_in(snapshot, &idempotency_key, function, what).await?).await)
    }
    /// Where applicants rank each other's applications: a municipality that has applied ranks all others, the best first, after the deadline and
    /// until the choice is made. A later ranking takes the place of an earlier one.
    async fn rank_participation_applications(
        &self,
        context: &Context<'_>,
        announcement: ID,
        #[graphql(desc = "The ids of all applications of others that stand, each once, the best first.")] order: Vec<
            ID,
        >,
        reason: String,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<ApplicationRankingPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let announcement = JournalId::new(announcement.to_string());
        let journal = reading::journal(snapshot).await?;
        let programme = journal.announcement(&announcement).map(|known| known.programme.clone());
        check_command(snapshot, programme.as_deref(), "rankParticipationApplications")?;
        let what = JournalRequest::Rank {
            municipality: own_municipality(snapshot, programme.as_deref(), municipality)?,
            announcement,
            order: order.into_iter().map(|id| JournalId::new(id.to_string())).collect(),
            reason,
        };
        Ok(ApplicationRankingPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// The county governor chooses among those that applied. Whoever is not named is not chosen.
    async fn select_participants(
        &self,
        context: &Context<'_>,
        announcement: ID,
        chosen: Vec<ID>,
        reason: String,
        reference: String,
        idempotency_key: ID,
    ) -> Result<SelectionPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let announcement = JournalId::new(announcement.to_string());
        let journal = reading::journal(snapshot).await?;
        let known = journal.announcement(&announcement);
        check_command(
            snapshot,
            known.map(|known| known.programme.as_str()),
            "selectParticipants",
        )?;
        let Some(known) = known else {
            return Ok(SelectionPayload::refused(&unknown()));
        };
        if !may_choose(snapshot, &known.programme, known.region) {
            return Err(snapshot.denied());
        }
        let what = JournalRequest::Select {
            standing: region_standing(snapshot, snapshot.programme(&known.programme)?, known),
            announcement,
            chosen: chosen.into_iter().map(|id| JournalId::new(id.to_string())).collect(),
            reason,
            reference,
        };
        Ok(SelectionPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A chosen municipality takes part from that day, in all systems. Where it signed up for one year and took part until that year's eve, its
    /// participation goes on.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn begin_participation(
        &self,
        context: &Context<'_>,
        application: ID,
        from: Date,
        #[graphql(
            desc = "The last day of use; default: the programme's, or the year's where it is signed up for year by year."
        )]
        use_until: Option<Date>,
        reason: String,
        reference: String,
        idempotency_key: ID,
    ) -> Result<ParticipationPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let application = JournalId::new(application.to_string());
        let journal = reading::journal(snapshot).await?;
        let programme = journal.application(&application).map(|known| known.programme.as_str());
        check_command(snapshot, programme, "beginParticipation")?;
        let Some((known, region)) = seen_application(snapshot, &journal, &application) else {
            return Ok(ParticipationPayload::refused(&unknown()));
        };
        if !may_choose(snapshot, &known.programme, region) {
            return Err(snapshot.denied());
        }
        let programme = snapshot.programme(&known.programme)?;
        let Some(within) = days_of(programme) else {
            return Ok(ParticipationPayload::refused(&JournalError::Refused(
                JournalRefusal::RulesNotPublished,
            )));
        };
        let what = JournalRequest::Begin {
            application,
            from: from.0,
            use_until: use_until.map(|day| day.0),
            reason,
            reference,
            within,
            standing: standing_of(snapshot, &known.programme, known.municipality),
            filed: filed(snapshot, &known.programme, known.municipality),
        };
        Ok(ParticipationPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A participation ends with that day, in all systems; without a day it is annulled, as if it had never been. Claims stay what they were.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn end_participation(
        &self,
        context: &Context<'_>,
        programme: ID,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: String,
        #[graphql(desc = "The last day of use; null annuls.")] last_day: Option<Date>,
        reason: String,
        reference: String,
        idempotency_key: ID,
    ) -> Result<ParticipationPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        check_command(snapshot, Some(programme.as_str()), "endParticipation")?;
        let programme = snapshot.programme(&programme)?.id.clone();
        let municipality = organisation_of(snapshot, &municipality)?;
        let region = reading::region_of(snapshot, municipality);
        if !region.is_some_and(|region| may_choose(snapshot, &programme, region)) {
            return Err(snapshot.denied());
        }
        let what = JournalRequest::End {
            last_day: last_day.map(|day| day.0),
            reason,
            reference,
            standing: standing_of(snapshot, &programme, municipality),
            filed: filed(snapshot, &programme, municipality),
            programme,
            municipality,
        };
        Ok(ParticipationPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
}

/// The programme's first day and its last day of use; `None` while its rules are not published.
fn days_of(programme: &Programme) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
    let days = programme.from.zip(programme.use_until);
    days.filter(|_| !programme.has_unknown_rules())
}

/// A command of the municipality whose application it is.
async fn own_application_command(
    context: &Context<'_>,
    name: &str,
    key: &ID,
    what: JournalRequest,
) -> Result<ParticipationApplicationPayload, ApiError> {
    let snapshot = Snapshot::of(context);
    let (JournalRequest::AddPoliticalDecision { application, .. }
    | JournalRequest::WithdrawApplication { application, .. }) = &what
    else {
        return Ok(ParticipationApplicationPayload::refused(&unknown()));
    };
    let journal = reading::journal(snapshot).await?;
    let own = journal.application(application);
    check_command(snapshot, own.map(|known| known.programme.as_str()), name)?;
    let reach = snapshot.reach();
    let own = own.filter(|known| snapshot.acting() == Some(known.municipality) || reach.is_office_of(&known.programme));
    if own.is_none() {
        return Ok(ParticipationApplicationPayload::refused(&unknown()));
    }
    Ok(ParticipationApplicationPayload::of(snapshot, command(snapshot, key, what).await?).await)
}
