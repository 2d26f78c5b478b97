//! Use: measures, agreements, support, gatherings, reports.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, Object};
use programgrant_core::journal::{
    AdministrativeHours, AgreementTerms, BodyFunction, GoalProgress, JournalId, JournalRequest, MeasureRequest,
    MeasureTerms, MeasureUse, ReportRequest, ReportedYear, Sector as Part, SupportCommand, SupportQuestion,
};
use programgrant_core::programme::Grant;
use programgrant_schema::{Ore as Amount, OrganisationNumber, Programme};

use super::super::super::query::parse_organisation_number;
use super::super::super::scalars::{Date, Ore};
use super::super::super::{ApiError, Snapshot};
use super::super::command::{
    check_command, command, command_in, may_choose, organisation_of, own_municipality, standing_of, unknown,
};
use super::super::measure::Sector;
use super::super::payload::{
    AgreementPayload, GatheringPayload, MeasurePayload, SupportRequestPayload, YearlyReportPayload,
};
use super::super::reading;
use super::super::report::GoalAchievement;

/// Commands about how a pot is used.
#[derive(Default)]
pub struct UseMutation;

/// What a measure is to be.
#[derive(Debug, InputObject)]
pub struct MeasureInput {
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

impl From<MeasureInput> for MeasureTerms {
    fn from(input: MeasureInput) -> Self {
        Self {
            title: input.title,
            change: input.change,
            target_group: input.target_group,
            services: input.services,
            sectors: input.sectors.into_iter().map(Part::from).collect(),
            from: input.from.0,
            until: input.until.0,
            from_pot: input.from_pot.0,
        }
    }
}

/// The municipality's own working hours.
#[derive(Debug, InputObject)]
pub struct AdministrativeHoursInput {
    /// On applications for grants.
    applications: u32,
    /// On reports on them.
    reports: u32,
}

impl From<AdministrativeHoursInput> for AdministrativeHours {
    fn from(input: AdministrativeHoursInput) -> Self {
        Self {
            applications: input.applications,
            reports: input.reports,
        }
    }
}

/// What one measure has come to in a year.
#[derive(Debug, InputObject)]
pub struct ReportedMeasureInput {
    /// The measure's id.
    measure: ID,
    spent: Ore,
    /// Children, young people and parents that it reached; left out where nobody has counted.
    people: Option<u32>,
}

/// What is said of one goal of the programme.
#[derive(Debug, InputObject)]
pub struct ReportedGoalInput {
    goal: ID,
    achievement: GoalAchievement,
    text: String,
}

/// A municipality's report on a year.
#[derive(Debug, InputObject)]
pub struct YearlyReportInput {
    programme: ID,
    year: i32,
    /// Of the pot, that year.
    spent: Ore,
    repaid: Ore,
    measures: Vec<ReportedMeasureInput>,
    /// Every goal of the programme once.
    goals: Vec<ReportedGoalInput>,
    hours: AdministrativeHoursInput,
}

impl YearlyReportInput {
    fn read(self, municipality: OrganisationNumber) -> Result<ReportedYear, ApiError> {
        let measures = self.measures.into_iter().map(|part| MeasureUse {
            measure: JournalId::new(part.measure.to_string()),
            spent: part.spent.0,
            people: part.people,
        });
        let goals = self.goals.into_iter().map(|goal| GoalProgress {
            goal: goal.goal.to_string(),
            achievement: goal.achievement.into(),
            text: goal.text,
        });
        Ok(ReportedYear {
            programme: self.programme.to_string(),
            municipality,
            year: i16::try_from(self.year).map_err(|_| ApiError::InvalidYear(self.year))?,
            spent: self.spent.0,
            repaid: self.repaid.0,
            measures: measures.collect(),
            goals: goals.collect(),
            hours: self.hours.into(),
        })
    }
}

#[Object]
impl UseMutation {
    /// A municipality that takes part registers what it does with its pot.
    async fn register_measure(
        &self,
        context: &Context<'_>,
        programme: ID,
        input: MeasureInput,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<MeasurePayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&programme)?.id.clone();
        check_command(snapshot, Some(&programme), "registerMeasure")?;
        let municipality = own_municipality(snapshot, Some(&programme), municipality)?;
        let what = JournalRequest::Measure(MeasureRequest::Register {
            standing: standing_of(snapshot, &programme, municipality),
            programme,
            municipality,
            terms: input.into(),
        });
        Ok(MeasurePayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Changes a measure. What it was stays beside it.
    async fn change_measure(
        &self,
        context: &Context<'_>,
        measure: ID,
        input: MeasureInput,
        reason: String,
        idempotency_key: ID,
    ) -> Result<MeasurePayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let measure = JournalId::new(measure.to_string());
        let journal = reading::journal(snapshot).await?;
        let known = journal.measure(&measure);
        let Some(known) = known.filter(|known| is_own(snapshot, &known.programme, known.municipality)) else {
            return Ok(MeasurePayload::refused(&unknown()));
        };
        let what = JournalRequest::Measure(MeasureRequest::Change {
            standing: standing_of(snapshot, &known.programme, known.municipality),
            measure,
            terms: input.into(),
            reason,
        });
        Ok(MeasurePayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A municipality tells of its agreement with a university or competence environment.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn register_agreement(
        &self,
        context: &Context<'_>,
        programme: ID,
        #[graphql(desc = "The other party's organisation number.")] with: String,
        about: String,
        from: Date,
        #[graphql(desc = "Its last day.")] until: Date,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<AgreementPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&programme)?.id.clone();
        check_command(snapshot, Some(&programme), "registerAgreement")?;
        let municipality = own_municipality(snapshot, Some(&programme), municipality)?;
        let what = JournalRequest::Support(SupportCommand::Agree {
            standing: standing_of(snapshot, &programme, municipality),
            terms: AgreementTerms {
                programme,
                municipality,
                with: parse_organisation_number(&with)?,
                about,
                from: from.0,
                until: until.0,
            },
        });
        Ok(AgreementPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A municipality asks a competence environment for support.
    async fn request_support(
        &self,
        context: &Context<'_>,
        programme: ID,
        #[graphql(desc = "Its organisation number.")] environment: String,
        text: String,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<SupportRequestPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&programme)?.id.clone();
        check_command(snapshot, Some(&programme), "requestSupport")?;
        let municipality = own_municipality(snapshot, Some(&programme), municipality)?;
        let environment = parse_organisation_number(&environment)?;
        let gives_support = reading::region_of(snapshot, municipality).is_some_and(|region| {
            let function = BodyFunction::CompetenceEnvironment;
            let place = (programme.as_str(), region);
            snapshot.functions.has(environment, function, place, snapshot.today())
        });
        let what = JournalRequest::Support(SupportCommand::Ask(SupportQuestion {
            standing: standing_of(snapshot, &programme, municipality),
            programme,
            municipality,
            environment,
            text,
            gives_support,
        }));
        Ok(SupportRequestPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// The competence environment that was asked tells what it gave.
    async fn give_support(
        &self,
        context: &Context<'_>,
        request: ID,
        on: Date,
        text: String,
        #[graphql(desc = "Hours of the competence environment.")] hours: u32,
        idempotency_key: ID,
    ) -> Result<SupportRequestPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let request = JournalId::new(request.to_string());
        let journal = reading::journal(snapshot).await?;
        let known = journal.support_request(&request);
        let Some(known) = known.filter(|known| is_own(snapshot, &known.programme, known.environment)) else {
            return Ok(SupportRequestPayload::refused(&unknown()));
        };
        let in_function = snapshot.does(BodyFunction::CompetenceEnvironment, &known.programme);
        let function = in_function.then_some(BodyFunction::CompetenceEnvironment);
        let what = JournalRequest::Support(SupportCommand::Give {
            request,
            on: on.0,
            text,
            hours,
        });
        Ok(SupportRequestPayload::of(snapshot, command_in(snapshot, &idempotency_key, function, what).await?).await)
    }
    /// Municipalities that take part are asked to meet: by the programme's office, by a county governor for its region, or by a project group or KS.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn announce_gathering(
        &self,
        context: &Context<'_>,
        programme: ID,
        title: String,
        place: String,
        on: Date,
        #[graphql(desc = "The county governor's organisation number; default: every region.")] region: Option<String>,
        idempotency_key: ID,
    ) -> Result<GatheringPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&programme)?.id.clone();
        let region = region.map(|text| parse_organisation_number(&text)).transpose()?;
        let functions = [BodyFunction::ProjectGroup, BodyFunction::Ks];
        let function = functions.into_iter().find(|one| snapshot.does(*one, &programme));
        let may = match region {
            Some(region) => may_choose(snapshot, &programme, region),
            None => snapshot.reach().is_office_of(&programme),
        };
        if !may && function.is_none() {
            return Err(snapshot.denied());
        }
        let what = JournalRequest::Support(SupportCommand::Gather {
            programme,
            region,
            title,
            place,
            on: on.0,
        });
        let function = function.filter(|_| !may);
        Ok(GatheringPayload::of(snapshot, command_in(snapshot, &idempotency_key, function, what).await?).await)
    }
    /// Whoever arranged a gathering records who came.
    async fn record_attendance(
        &self,
        context: &Context<'_>,
        gathering: ID,
        #[graphql(desc = "Ids, municipality numbers or organisation numbers.")] municipalities: Vec<String>,
        idempotency_key: ID,
    ) -> Result<GatheringPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let gathering = JournalId::new(gathering.to_string());
        let journal = reading::journal(snapshot).await?;
        let known = journal.gathering(&gathering);
        let arranged = known.filter(|known| is_own(snapshot, &known.programme, known.acts.first.by.organisation));
        let Some(known) = arranged else {
            return Ok(GatheringPayload::refused(&unknown()));
        };
        let named = municipalities.iter().map(|text| organisation_of(snapshot, text));
        let programme = snapshot.programme(&known.programme)?;
        let participants = programme.participations.iter();
        let taking_part = participants.filter_map(|own| reading::organisation_number(snapshot, own.municipality));
        let what = JournalRequest::Support(SupportCommand::Attend {
            gathering,
            municipalities: named.collect::<Result<BTreeSet<_>, ApiError>>()?,
            taking_part: taking_part.collect(),
        });
        Ok(GatheringPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// A municipality reports on a year to the programme, in place of one report for each scheme.
    async fn submit_yearly_report(
        &self,
        context: &Context<'_>,
        input: YearlyReportInput,
        #[graphql(desc = "Its id, a municipality number or an organisation number; default: the caller.")]
        municipality: Option<String>,
        idempotency_key: ID,
    ) -> Result<YearlyReportPayload, ApiError> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.programme(&input.programme)?;
        check_command(snapshot, Some(&programme.id), "submitYearlyReport")?;
        let municipality = own_municipality(snapshot, Some(&programme.id), municipality)?;
        let reported = input.read(municipality)?;
        let what = JournalRequest::Report(ReportRequest::Submit {
            standing: standing_of(snapshot, &programme.id, municipality),
            granted: granted(snapshot, programme, municipality, reported.year),
            goals: programme.goals.iter().map(|goal| goal.id.clone()).collect(),
            reported,
        });
        Ok(YearlyReportPayload::of(snapshot, command(snapshot, &idempotency_key, what).await?).await)
    }
    /// Sends a report back, with the reason.
    async fn return_yearly_report(
        &self,
        context: &Context<'_>,
        report: ID,
        reason: String,
        idempotency_key: ID,
    ) -> Result<YearlyReportPayload, ApiError> {
        let report = JournalId::new(report.to_string());
        reply(context, &idempotency_key, ReportRequest::Return { report, reason }).await
    }
    /// Approves a report. Its amounts are known, and the year before is approved.
    async fn approve_yearly_report(
        &self,
        context: &Context<'_>,
        report: ID,
        #[graphql(desc = "What is said to the municipality.")] reason: String,
        idempotency_key: ID,
    ) -> Result<YearlyReportPayload, ApiError> {
        let report = JournalId::new(report.to_string());
        reply(context, &idempotency_key, ReportRequest::Approve { report, reason }).await
    }
}

/// A report is answered by the programme's office alone.
async fn reply(context: &Context<'_>, key: &ID, what: ReportRequest) -> Result<YearlyReportPayload, ApiError> {
    let snapshot = Snapshot::of(context);
    let journal = reading::journal(snapshot).await?;
    let (ReportRequest::Return { report, .. } | ReportRequest::Approve { report, .. }) = &what else {
        return Ok(YearlyReportPayload::refused(&unknown()));
    };
    let seen = journal.report(report).map(|known| &known.reported);
    let seen = seen.filter(|known| reading::sees_use(snapshot, &known.programme, known.municipality));
    let Some(known) = seen else {
        return Ok(YearlyReportPayload::refused(&unknown()));
    };
    if !snapshot.reach().is_office_of(&known.programme) {
        return Err(snapshot.denied());
    }
    let what = JournalRequest::Report(what);
    Ok(YearlyReportPayload::of(snapshot, command(snapshot, key, what).await?).await)
}

/// Whether the caller acts for that body: itself, or the programme's office.
fn is_own(snapshot: &Snapshot, programme: &str, body: OrganisationNumber) -> bool {
    snapshot.acting() == Some(body) || snapshot.reach().is_office_of(programme)
}

/// What the pot's payer says that it granted for the year; nothing after the last budget year, and `None` where it is not known.
fn granted(snapshot: &Snapshot, programme: &Programme, municipality: OrganisationNumber, year: i16) -> Option<Amount> {
    let id = snapshot.view.reference.by_organisation(municipality)?;
    if programme.budget_years().is_some_and(|years| *years.end() < year) {
        return Some(Amount::ZERO);
    }
    let grant = Grant::find(snapshot.inputs(), programme, id, year)?;
    grant.pot().awarded.stated()
}
