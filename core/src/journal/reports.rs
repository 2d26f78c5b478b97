//! Årsrapport: one report a year against the programme's goals, in place of one for each scheme. What was not used goes over to the next year,
//! and is paid back when the last has passed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use programgrant_schema::{Ore, OrganisationNumber};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::items::{At, Judged, said};
use super::measures::Period;
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use crate::calendar::norwegian_date;
use crate::principal::Principal;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportState {
    Submitted,
    /// Sent back, with a reason.
    Returned,
    Approved,
    /// Another was submitted in its place.
    Replaced,
}

impl ReportState {
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether its figures count.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Submitted | Self::Approved)
    }
}

/// How far a goal is reached, as whoever reports or evaluates sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum GoalAchievement {
    Reached,
    PartlyReached,
    NotReached,
    /// It cannot be told yet.
    TooEarly,
}

impl GoalAchievement {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What a municipality says of one goal of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalProgress {
    /// The goal's id in the programme's file.
    pub goal: String,
    pub achievement: GoalAchievement,
    pub text: String,
}

/// What one measure has come to that year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureUse {
    pub measure: JournalId,
    pub spent: Ore,
    /// Children, young people and parents that it reached; `None` where nobody has counted.
    pub people: Option<u32>,
}

/// The municipality's own working hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministrativeHours {
    /// On applications for grants.
    pub applications: u32,
    /// On reports on them.
    pub reports: u32,
}

impl AdministrativeHours {
    pub fn total(self) -> u64 {
        u64::from(self.applications) + u64::from(self.reports)
    }
}

/// What was answered to a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportReply {
    pub by: Principal,
    pub at: Timestamp,
    pub reason: String,
}

/// What a municipality reports of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedYear {
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub year: i16,
    /// Of the pot, that year.
    pub spent: Ore,
    pub repaid: Ore,
    pub measures: Vec<MeasureUse>,
    pub goals: Vec<GoalProgress>,
    pub hours: AdministrativeHours,
}

/// One version of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearlyReport {
    pub id: JournalId,
    /// 1, 2, … within its programme, municipality and year.
    pub number: u16,
    pub state: ReportState,
    pub reported: ReportedYear,
    /// What the pot granted for the year by what was heard from its payer when it was submitted; `None` where that is not known.
    pub granted: Option<Ore>,
    /// Not used the year before; `None` where that is not known.
    pub brought_forward: Option<Ore>,
    pub reply: Option<ReportReply>,
    pub acts: Acts,
}

impl YearlyReport {
    /// What there was to use; `None` where it is not known.
    pub fn available(&self) -> Option<Ore> {
        self.granted?.checked_add(self.brought_forward?)
    }

    /// What was neither used nor paid back: carried over to the next year.
    pub fn carried_over(&self) -> Option<Ore> {
        let gone = self.reported.spent.checked_add(self.reported.repaid)?;
        self.available()?.checked_sub(gone)
    }
}

/// What can be commanded of reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportRequest {
    Submit {
        reported: ReportedYear,
        #[serde(skip)]
        standing: Option<Period>,
        #[serde(skip)]
        granted: Option<Ore>,
        /// The goals that the programme's file states.
        #[serde(skip)]
        goals: BTreeSet<String>,
    },
    Return {
        report: JournalId,
        reason: String,
    },
    Approve {
        report: JournalId,
        reason: String,
    },
}

impl ReportRequest {
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Submit { .. } => None,
            Self::Return { reason, .. } | Self::Approve { reason, .. } => Some(reason),
        }
    }
}

pub(super) fn judge(at: &At<'_>, what: &ReportRequest) -> Judged {
    match what {
        ReportRequest::Submit {
            reported,
            standing,
            granted,
            goals,
        } => {
            let period = standing.ok_or(JournalRefusal::TakesNoPart)?;
            let reported = checked(at, reported, goals)?;
            submit(at, reported, period, *granted)
        }
        ReportRequest::Return { report, reason } => {
            let report = standing_report(at, report)?;
            expect_no_later(at, &report.reported)?;
            reply(at, report, ReportState::Returned, reason)
        }
        ReportRequest::Approve { report, reason } => {
            let report = standing_report(at, report)?;
            expect_approvable(at, &report)?;
            reply(at, report, ReportState::Approved, reason)
        }
    }
}

/// The versions of a municipality's report on a year.
fn versions<'a>(at: &'a At<'_>, of: &ReportedYear, year: i16) -> impl Iterator<Item = &'a YearlyReport> {
    let (programme, municipality) = (of.programme.clone(), of.municipality);
    at.journal.reports().filter(move |report| {
        let known = &report.reported;
        known.programme == programme && known.municipality == municipality && known.year == year
    })
}

fn submit(at: &At<'_>, reported: ReportedYear, (first, last): Period, granted: Option<Ore>) -> Judged {
    let year = reported.year;
    if year < first.year() || last.year() < year {
        return Err(JournalRefusal::YearOutsideProgramme);
    }
    let until = last_day_of_use(year, last);
    if norwegian_date(at.act.at) <= until {
        return Err(JournalRefusal::YearNotOver { until });
    }
    expect_no_later(at, &reported)?;
    let before: Vec<&YearlyReport> = versions(at, &reported, year).collect();
    if before.iter().any(|report| report.state == ReportState::Approved) {
        return Err(JournalRefusal::AlreadyDecided);
    }
    let report = YearlyReport {
        id: JournalId::of(JournalKind::Rapport, &at.act.by, at.key),
        number: u16::try_from(before.len()).unwrap_or(u16::MAX).saturating_add(1),
        state: ReportState::Submitted,
        brought_forward: brought_forward(at, &reported, first)?,
        reported,
        granted,
        reply: None,
        acts: Acts::begun(at.act.clone()),
    };
    expect_covered(&report, last)?;
    let replaced = before
        .into_iter()
        .filter(|report| report.state != ReportState::Replaced);
    let replaced = replaced.map(|report| {
        JournalRecord::Report(Box::new(YearlyReport {
            state: ReportState::Replaced,
            ..report.clone()
        }))
    });
    let written = std::iter::once(JournalRecord::Report(Box::new(report.clone())));
    Ok(written.chain(replaced).collect())
}

/// The last day of that year on which the pot may be used.
fn last_day_of_use(year: i16, last: Date) -> Date {
    last.min(date(year, 12, 31))
}

/// What the year before left, which has to be reported first.
fn brought_forward(at: &At<'_>, reported: &ReportedYear, first: Date) -> Result<Option<Ore>, JournalRefusal> {
    let year = reported.year - 1;
    if year < first.year() {
        return Ok(Some(Ore::ZERO));
    }
    let mut before = versions(at, reported, year);
    let before = before.find(|report| report.state.stands());
    before
        .map(YearlyReport::carried_over)
        .ok_or(JournalRefusal::EarlierYearMissing { year })
}

/// No more is used than there was, and after the last year nothing is left.
fn expect_covered(report: &YearlyReport, last: Date) -> Result<(), JournalRefusal> {
    let Some(left) = report.carried_over() else {
        return Ok(());
    };
    if left.is_negative() {
        let available = report.available().unwrap_or_default();
        return Err(JournalRefusal::MoreThanAvailable { available });
    }
    if report.reported.year == last.year() && left > Ore::ZERO {
        return Err(JournalRefusal::UnspentNotRepaid { left });
    }
    Ok(())
}

/// A later year rests on this one's figures.
fn expect_no_later(at: &At<'_>, reported: &ReportedYear) -> Result<(), JournalRefusal> {
    let year = reported.year + 1;
    if versions(at, reported, year).any(|report| report.state.stands()) {
        return Err(JournalRefusal::LaterYearReported { year });
    }
    Ok(())
}

fn standing_report(at: &At<'_>, id: &JournalId) -> Result<YearlyReport, JournalRefusal> {
    let report = at.journal.report(id).ok_or(JournalRefusal::UnknownRecord)?;
    let state = report.state;
    if !state.stands() {
        return Err(JournalRefusal::ReportState { state });
    }
    Ok(report.clone())
}

/// Every amount is known, and the year before is approved.
fn expect_approvable(at: &At<'_>, report: &YearlyReport) -> Result<(), JournalRefusal> {
    let state = report.state;
    if state != ReportState::Submitted {
        return Err(JournalRefusal::ReportState { state });
    }
    if report.carried_over().is_none() {
        return Err(JournalRefusal::FigureMissing);
    }
    let year = report.reported.year - 1;
    let mut before = versions(at, &report.reported, year).filter(|before| before.state.stands());
    if before.any(|before| before.state != ReportState::Approved) {
        return Err(JournalRefusal::EarlierYearMissing { year });
    }
    Ok(())
}

fn reply(at: &At<'_>, report: YearlyReport, state: ReportState, reason: &str) -> Judged {
    let answered = ReportReply {
        by: at.act.by.clone(),
        at: at.act.at,
        reason: said(reason, "reason")?,
    };
    Ok(vec![JournalRecord::Report(Box::new(YearlyReport {
        state,
        reply: Some(answered),
        acts: report.acts.and(&at.act),
        ..report
    }))])
}

/// Every goal of the programme is answered once, measures are the municipality's own, and their parts are no more than the whole.
fn checked(at: &At<'_>, reported: &ReportedYear, goals: &BTreeSet<String>) -> Result<ReportedYear, JournalRefusal> {
    let amounts = [(reported.spent, "input.spent"), (reported.repaid, "input.repaid")];
    if let Some((_, argument)) = amounts.into_iter().find(|(amount, _)| amount.is_negative()) {
        return Err(JournalRefusal::NegativeAmount { argument });
    }
    let answered: BTreeSet<String> = reported.goals.iter().map(|goal| goal.goal.clone()).collect();
    if answered != *goals || answered.len() != reported.goals.len() {
        let mut differing = answered.symmetric_difference(goals);
        let goal = differing.next().or_else(|| goals.first()).cloned().unwrap_or_default();
        return Err(JournalRefusal::GoalsNotAnswered { goal });
    }
    expect_own_measures(at, reported)?;
    let goals = reported.goals.iter().map(|goal| {
        let text = said(&goal.text, "input.goals.text")?;
        Ok(GoalProgress { text, ..goal.clone() })
    });
    Ok(ReportedYear {
        goals: goals.collect::<Result<_, JournalRefusal>>()?,
        ..reported.clone()
    })
}

fn expect_own_measures(at: &At<'_>, reported: &ReportedYear) -> Result<(), JournalRefusal> {
    let mut seen = BTreeSet::new();
    for part in &reported.measures {
        let measure = at.journal.measure(&part.measure).ok_or(JournalRefusal::UnknownRecord)?;
        let is_own = measure.municipality == reported.municipality && measure.programme == reported.programme;
        if !is_own || !seen.insert(&part.measure) {
            return Err(JournalRefusal::UnknownRecord);
        }
        if part.spent.is_negative() {
            let argument = "input.measures.spent";
            return Err(JournalRefusal::NegativeAmount { argument });
        }
    }
    let parts = Ore::checked_sum(reported.measures.iter().map(|part| part.spent));
    if parts.is_none_or(|parts| parts > reported.spent) {
        return Err(JournalRefusal::PartsExceedWhole);
    }
    Ok(())
}
