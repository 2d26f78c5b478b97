//! What organisations are told, in the form of a `CloudEvent`. It holds ids and codes; whoever wants to know more asks the gateway.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{OrganisationNumber, Programme, SourceId};
use serde_json::{Value, json};

use crate::journal::Journal;
use crate::ledger::{CaseEntry, Claim};
use crate::reference::Reference;
use crate::view::SourceState;

/// Who tells it.
const SOURCE: &str = "urn:programgrant";

/// Every kind of event.
pub const EVENTS: [&str; 7] = [
    "no.programgrant.case.opened",
    "no.programgrant.case.changed",
    "no.programgrant.clearance.expiring",
    "no.programgrant.report.due",
    "no.programgrant.report.late",
    "no.programgrant.source.silent",
    "no.programgrant.source.returned",
];

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The same for everybody who is told, and whenever it is told.
    pub id: String,
    pub at: Timestamp,
    pub what: EventData,
}

#[derive(Debug, Clone, PartialEq)]
pub enum EventData {
    Case(Box<CaseEntry>),
    /// A clearance that is not confirmed is about to end.
    Expiring(Box<Claim>),
    /// A municipality's yearly report is due soon, or its day has passed.
    Report(ReportReminder),
    Source {
        source: SourceId,
        state: SourceState,
        heard_at: Option<Timestamp>,
    },
}

/// Of which report somebody is reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportReminder {
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub year: i16,
    /// The last day.
    pub due: Date,
    pub is_late: bool,
}

/// How many days before its last day a report is reminded of, and how many after it.
const REMINDED: i32 = 14;

impl ReportReminder {
    /// Those that somebody is to be told of on that day.
    pub fn on(today: Date, programme: &Programme, reference: &Reference, journal: &Journal) -> Vec<Self> {
        let due = journal.due_reports(programme, &reference.register).into_iter();
        let near = due.filter(|due| {
            due.report.is_none() && today.since(due.due).is_ok_and(|away| away.get_days().abs() <= REMINDED)
        });
        near.map(|due| Self {
            programme: programme.id.clone(),
            municipality: due.municipality,
            year: due.year,
            due: due.due,
            is_late: due.is_late(today),
        })
        .collect()
    }
}

impl Event {
    pub fn of_report(reminder: ReportReminder, now: Timestamp) -> Self {
        let ReportReminder {
            programme,
            municipality,
            year,
            is_late,
            ..
        } = &reminder;
        let when = if *is_late { "late" } else { "due" };
        Self {
            id: format!("report-{when}-{programme}-{municipality}-{year}"),
            at: now,
            what: EventData::Report(reminder),
        }
    }

    pub fn of_case(entry: CaseEntry) -> Self {
        // The hash tells two entries apart that had one number before and after a restored backup.
        let id = format!("case-{}-{}", entry.sequence, entry.hash.get(..16).unwrap_or_default());
        Self {
            id,
            at: entry.at,
            what: EventData::Case(Box::new(entry)),
        }
    }

    pub fn of_clearance(claim: Claim, now: Timestamp) -> Self {
        Self {
            id: format!("expiring-{}-{}", claim.id, claim.fence),
            at: now,
            what: EventData::Expiring(Box::new(claim)),
        }
    }

    /// `number` counts the changes of that source.
    pub fn of_source(
        source: SourceId,
        number: i64,
        state: SourceState,
        heard_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: format!("source-{source}-{number}"),
            at: now,
            what: EventData::Source {
                source,
                state,
                heard_at,
            },
        }
    }

    /// One of [`EVENTS`].
    pub fn kind(&self) -> &'static str {
        match &self.what {
            EventData::Case(entry) if entry.is_first => "no.programgrant.case.opened",
            EventData::Case(_) => "no.programgrant.case.changed",
            EventData::Expiring(_) => "no.programgrant.clearance.expiring",
            EventData::Report(reminder) if reminder.is_late => "no.programgrant.report.late",
            EventData::Report(_) => "no.programgrant.report.due",
            EventData::Source { state, .. } if is_heard(*state) => "no.programgrant.source.returned",
            EventData::Source { .. } => "no.programgrant.source.silent",
        }
    }

    /// The whole message.
    pub fn body(&self) -> String {
        let (subject, data) = match &self.what {
            EventData::Case(entry) => (entry.case.id.as_str().to_owned(), case(entry)),
            EventData::Expiring(claim) => (claim.id.to_string(), clearance(claim)),
            EventData::Report(reminder) => (reminder.municipality.to_string(), report(reminder)),
            EventData::Source {
                source,
                state,
                heard_at,
            } => {
                let data = json!({ "source": source.as_str(), "state": <&str>::from(*state), "lastHeardAt": heard_at.map(|at| at.to_string()) });
                (source.to_string(), data)
            }
        };
        json!({
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": self.kind(),
            "subject": subject,
            "time": self.at.to_string(),
            "datacontenttype": "application/json",
            "data": data,
        })
        .to_string()
    }
}

fn case(entry: &CaseEntry) -> Value {
    let (case, finding) = (&entry.case, &entry.case.finding);
    json!({
        "case": case.id.as_str(),
        "kind": finding.kind.as_str(),
        "state": case.state.as_str(),
        "programme": finding.programme,
        "municipality": finding.municipality.map(|id| id.to_string()),
        "scheme": finding.scheme.as_ref().map(ToString::to_string),
        "year": finding.year,
    })
}

fn report(reminder: &ReportReminder) -> Value {
    json!({
        "programme": reminder.programme,
        "municipality": reminder.municipality.to_string(),
        "year": reminder.year,
        "due": reminder.due.to_string(),
    })
}

fn clearance(claim: &Claim) -> Value {
    json!({
        "claim": claim.id.as_str(),
        "fence": claim.fence,
        "year": claim.application.year,
        "expiresAt": claim.expires_at.map(|at| at.to_string()),
    })
}

/// Whether what the source said last is not too old.
pub const fn is_heard(state: SourceState) -> bool {
    match state {
        SourceState::Fresh | SourceState::Incomplete => true,
        SourceState::Stale | SourceState::Silent => false,
    }
}
