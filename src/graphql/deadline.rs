//! Days by which something must be done: those that the programme files state, and those of awards.

use std::ops::RangeInclusive;

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_core::calendar::norwegian_date;
use programgrant_core::programme::{Deadline, DeadlineKind as Kind, deadlines};
use programgrant_core::view::Award;
use programgrant_macros::Written;
use programgrant_schema::{MunicipalityId, Programme};

use super::award::AwardNode;
use super::municipality::MunicipalityNode;
use super::programme::ProgrammeNode;
use super::scalars::Date;
use super::scheme::SchemeNode;
use super::{ApiError, Snapshot, page};

/// Frist: a day by which something must be done.
#[derive(SimpleObject, Written)]
#[graphql(name = "Deadline")]
pub struct DeadlineNode<'a> {
    /// The same whenever it is asked for.
    id: ID,
    kind: DeadlineKind,
    /// The programme whose file states it; null where it is an award's.
    programme: Option<ProgrammeNode>,
    /// The scheme that is applied for, or that the award is of; null where it is the pot that must have been used, and where the award's
    /// cannot be told.
    scheme: Option<SchemeNode>,
    /// Whose last day it is; null where it is everybody's, and where an award's recipient cannot be told.
    municipality: Option<MunicipalityNode>,
    /// The award on which a report is due; null otherwise.
    award: Option<AwardNode<'a>>,
    /// The last day.
    on: Date,
    /// What is due, in Bokmål.
    text: String,
    /// Who says so, in Bokmål.
    source: String,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
pub enum DeadlineKind {
    /// Applications to a scheme.
    Application,
    /// The pot must have been used.
    UseUntil,
    /// The recipient's report on an award.
    Report,
    /// The municipalities' reports to a programme on the year before.
    YearlyReport,
}

impl From<Kind> for DeadlineKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Application => Self::Application,
            Kind::UseUntil => Self::UseUntil,
            Kind::YearlyReport => Self::YearlyReport,
        }
    }
}

/// Which deadlines are asked for.
pub struct Wanted {
    pub year: Option<i32>,
    pub programme: Option<ID>,
    pub municipality: Option<String>,
    pub kind: Option<Vec<DeadlineKind>>,
    pub from: Option<Date>,
}

/// One that is found, before anything of it is told.
enum Found<'a> {
    Stated(Deadline<'a>),
    /// As a source states it, and as it is shown.
    Report {
        stated: Award<'a>,
        shown: AwardNode<'a>,
    },
}

impl Wanted {
    /// Those that the caller may see, by day.
    pub fn find<'a>(
        self,
        snapshot: &'a Snapshot,
        limit: Option<i32>,
        after: Option<&ID>,
    ) -> Result<Vec<DeadlineNode<'a>>, ApiError> {
        let limit = limit.map(page::limit).transpose()?.unwrap_or(usize::MAX);
        let only = self.programme.as_deref().map(|id| snapshot.programme(id)).transpose()?;
        let municipality = self.municipality.as_deref();
        let municipality = municipality.map(|text| snapshot.municipality(text)).transpose()?;
        let years = self.years(snapshot, only)?;
        let reference = &snapshot.view.reference;
        let programmes = reference.programmes.iter().filter(|one| is_of(only, one));
        let mut found: Vec<Found<'_>> = deadlines(reference, programmes, &years)
            .into_iter()
            .map(Found::Stated)
            .collect();
        if only.is_none() {
            found.extend(reports(snapshot, years));
        }
        found.retain(|one| self.admits(one, municipality));
        // Each by itself is in this order already.
        found.sort_by_cached_key(|one| (one.on(), one.id()));
        let first = match after {
            None => 0,
            Some(after) => {
                let last = found.iter().position(|one| one.id() == after.as_str());
                last.ok_or(ApiError::InvalidContinuationToken)? + 1
            }
        };
        let piece = found.into_iter().skip(first).take(limit);
        Ok(piece.map(|one| DeadlineNode::new(snapshot, one)).collect())
    }

    /// That year; all from the first programme's first until the end of the next one, where none is asked for.
    fn years(&self, snapshot: &Snapshot, only: Option<&Programme>) -> Result<RangeInclusive<i16>, ApiError> {
        if let Some(year) = self.year {
            let checked = i16::try_from(year).ok().filter(|year| (1900..=2200).contains(year));
            let year = checked.ok_or(ApiError::InvalidYear(year))?;
            return Ok(year..=year);
        }
        let next = norwegian_date(snapshot.now).year() + 1;
        let programmes = snapshot.view.reference.programmes.iter();
        let first = programmes
            .filter(|one| is_of(only, one))
            .filter_map(|one| Some(one.from?.year()))
            .min();
        Ok(first.unwrap_or(next)..=next)
    }

    fn admits(&self, found: &Found<'_>, municipality: Option<MunicipalityId>) -> bool {
        let is_theirs = match found {
            Found::Stated(deadline) => deadline
                .municipality
                .is_none_or(|own| municipality.is_none_or(|wanted| own == wanted)),
            Found::Report { shown, .. } => municipality.is_none_or(|wanted| shown.award().recipient() == Some(wanted)),
        };
        is_theirs
            && self.from.as_ref().is_none_or(|Date(from)| found.on() >= *from)
            && self.kind.as_ref().is_none_or(|kinds| kinds.contains(&found.kind()))
    }
}

fn is_of(only: Option<&Programme>, programme: &Programme) -> bool {
    only.is_none_or(|only| only.id == programme.id)
}

/// Those of awards that the caller sees.
fn reports(snapshot: &Snapshot, years: RangeInclusive<i16>) -> impl Iterator<Item = Found<'_>> {
    snapshot.view.reports_due(years).filter_map(|stated| {
        let shown = AwardNode::find(snapshot, stated.id())?;
        Some(Found::Report { stated, shown })
    })
}

impl Found<'_> {
    fn kind(&self) -> DeadlineKind {
        match self {
            Self::Stated(deadline) => deadline.kind.into(),
            Self::Report { .. } => DeadlineKind::Report,
        }
    }

    fn id(&self) -> String {
        match self {
            Self::Stated(deadline) => deadline.id(),
            Self::Report { stated, .. } => format!("rapport-{}", stated.id()),
        }
    }

    fn on(&self) -> jiff::civil::Date {
        match self {
            Self::Stated(deadline) => deadline.on,
            Self::Report { stated, .. } => stated.report_due().unwrap_or_default(),
        }
    }
}

impl<'a> DeadlineNode<'a> {
    fn new(snapshot: &'a Snapshot, found: Found<'a>) -> Self {
        let (id, kind, on) = (found.id().into(), found.kind(), Date(found.on()));
        match found {
            Found::Stated(deadline) => Self {
                id,
                kind,
                programme: Some(ProgrammeNode::new(deadline.programme)),
                scheme: deadline.scheme.map(SchemeNode::new),
                municipality: deadline.municipality.map(MunicipalityNode),
                award: None,
                on,
                text: text(snapshot, &deadline),
                source: deadline.source.to_owned(),
            },
            Found::Report { stated, shown } => {
                let programmes = &snapshot.view.reference.programmes;
                let award = shown.award();
                let source = snapshot.view.source(stated.source());
                Self {
                    id,
                    kind,
                    programme: None,
                    scheme: award.scheme().and_then(|id| programmes.scheme(id)).map(SchemeNode::new),
                    municipality: award.recipient().map(MunicipalityNode),
                    award: Some(shown),
                    on,
                    text: report_text(snapshot, award),
                    source: format!("{}, sak {}", source.profile.name, stated.reference()),
                }
            }
        }
    }
}

fn report_text(snapshot: &Snapshot, award: Award<'_>) -> String {
    let reference = &snapshot.view.reference;
    let scheme = award.scheme().and_then(|id| reference.programmes.scheme(id));
    let what = match scheme {
        Some(scheme) => format!("{} ({})", scheme.name, award.post()),
        None => award.post().to_string(),
    };
    let recipient = award.recipient().and_then(|id| reference.register.get(id));
    let whose = recipient.map(|municipality| format!(" til {}", municipality.name()));
    format!(
        "Rapportfrist: {what}, tilskudd for {}{}",
        award.year(),
        whose.unwrap_or_default()
    )
}

fn text(snapshot: &Snapshot, deadline: &Deadline<'_>) -> String {
    let register = &snapshot.view.reference.register;
    let municipality = deadline.municipality.and_then(|id| register.get(id));
    let programme = &deadline.programme.name;
    if deadline.kind == Kind::YearlyReport {
        return format!("Rapport for {} på tilskuddet fra {programme}", deadline.on.year() - 1);
    }
    match (deadline.scheme, municipality) {
        (Some(scheme), _) => {
            let year = deadline.on.year();
            let post = scheme
                .post_in(year)
                .map(|post| format!(" ({post})"))
                .unwrap_or_default();
            format!("Søknadsfrist {year}: {}{post}", scheme.name)
        }
        (None, Some(municipality)) => {
            format!(
                "Siste dag for {} til å bruke tilskuddet fra {programme}",
                municipality.name()
            )
        }
        (None, None) => format!("Siste dag for å bruke tilskuddet fra {programme}"),
    }
}
