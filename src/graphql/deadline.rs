//! Days by which something must be done.

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_core::calendar::norwegian_date;
use programgrant_core::programme::{Deadline, DeadlineKind as Kind, deadlines};
use programgrant_macros::Written;

use super::municipality::MunicipalityNode;
use super::programme::ProgrammeNode;
use super::scalars::Date;
use super::scheme::SchemeNode;
use super::{ApiError, Snapshot};

/// Frist: a day by which something must be done.
#[derive(SimpleObject, Written)]
#[graphql(name = "Deadline")]
pub struct DeadlineNode {
    /// The same whenever it is asked for.
    id: ID,
    kind: DeadlineKind,
    /// The programme whose file states it.
    programme: ProgrammeNode,
    /// The scheme that is applied for; null where it is the pot that must have been used.
    scheme: Option<SchemeNode>,
    /// The participant whose last day it is; null where it is everybody's.
    municipality: Option<MunicipalityNode>,
    /// The last day.
    on: Date,
    /// What is due, in Bokmål.
    text: String,
    /// Who says so, in Bokmål.
    source: String,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "Kind")]
pub enum DeadlineKind {
    /// Applications to a scheme.
    Application,
    /// The pot must have been used.
    UseUntil,
}

impl DeadlineNode {
    /// Those of one year; of all years from the first programme's first until the end of the next one, where none is asked for.
    pub fn all(snapshot: &Snapshot, year: Option<i32>, programme: Option<&ID>) -> Result<Vec<Self>, ApiError> {
        let reference = &snapshot.view.reference;
        let only = programme.map(|id| snapshot.programme(id)).transpose()?;
        let programmes = || {
            reference
                .programmes
                .iter()
                .filter(move |one| only.is_none_or(|only| only.id == one.id))
        };
        let years = if let Some(year) = year {
            let checked = i16::try_from(year).ok().filter(|year| (1900..=2200).contains(year));
            let year = checked.ok_or(ApiError::InvalidYear(year))?;
            year..=year
        } else {
            let next = norwegian_date(snapshot.now).year() + 1;
            let first = programmes().map(|programme| programme.from.year()).min();
            first.unwrap_or(next)..=next
        };
        let found = deadlines(reference, programmes(), &years);
        Ok(found.iter().map(|deadline| Self::new(snapshot, deadline)).collect())
    }

    fn new(snapshot: &Snapshot, deadline: &Deadline<'_>) -> Self {
        Self {
            id: deadline.id().into(),
            kind: deadline.kind.into(),
            programme: ProgrammeNode::new(deadline.programme),
            scheme: deadline.scheme.map(SchemeNode::new),
            municipality: deadline.municipality.map(MunicipalityNode),
            on: Date(deadline.on),
            text: text(snapshot, deadline),
            source: deadline.source.to_owned(),
        }
    }
}

fn text(snapshot: &Snapshot, deadline: &Deadline<'_>) -> String {
    let register = &snapshot.view.reference.register;
    let municipality = deadline.municipality.and_then(|id| register.get(id));
    let programme = &deadline.programme.name;
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
