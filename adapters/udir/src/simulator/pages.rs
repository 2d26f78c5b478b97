//! `GET /v1/tildelinger`: a year's awards by the page, all under one `ETag`.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use jiff::SignedDuration;
use programgrant_contract::simulation::fault;
use programgrant_schema::{AwardStatus, Content, Figure, Record};
use serde::Serialize;
use serde_json::value::RawValue;

use super::say::{self, Extras, Unknown};
use super::system::System;
use super::{Shared, lock, own_fault};

type Parameters = BTreeMap<String, String>;

/// What the query asks for.
struct Asked {
    aar: i16,
    side: usize,
    antall: usize,
}

impl Asked {
    fn read(parameters: &Parameters) -> Result<Self, &'static str> {
        let number =
            |name: &str, otherwise: usize| parameters.get(name).map_or(Some(otherwise), |text| text.parse().ok());
        let aar = parameters
            .get("aar")
            .filter(|text| text.len() == 4)
            .and_then(|text| text.parse().ok());
        Ok(Self {
            aar: aar.ok_or("aar is required and is a year of four digits")?,
            side: number("side", 1).filter(|side| *side > 0).ok_or("side starts at 1")?,
            antall: number("antall", 100)
                .filter(|antall| (1..=200).contains(antall))
                .ok_or("antall is 1 to 200")?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    side: usize,
    antall_per_side: usize,
    totalt_antall: usize,
    tildelinger: &'a [Box<RawValue>],
    #[serde(skip_serializing_if = "Option::is_none")]
    nytt_felt: Option<Unknown>,
}

pub async fn list(
    State(shared): State<Shared>,
    query: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = query
        .map_err(|_| "the query cannot be read")
        .and_then(|Query(parameters)| Asked::read(&parameters));
    let mut system = lock(&shared);
    match asked {
        Ok(asked) => system.page(&asked, &headers),
        Err(title) => system.problem(StatusCode::BAD_REQUEST, "UGYLDIG_FORESPORSEL", title),
    }
}

/// A year as it is told just now.
struct Year {
    items: Vec<Box<RawValue>>,
    total: usize,
    etag: String,
}

impl System {
    fn page(&mut self, asked: &Asked, headers: &HeaderMap) -> Response {
        let year = self.year(asked.aar);
        self.answers += 1;
        if asked.side == 1 && self.fault != Some(fault::CUT) && is_known(headers, &year.etag) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, year.etag)]).into_response();
        }
        let is_split = self.needs_two_pages() && !year.items.is_empty();
        let per_page = if is_split {
            asked.antall.min(year.items.len().div_ceil(2))
        } else {
            asked.antall
        };
        let pages = year.items.len().div_ceil(per_page).max(if is_split { 2 } else { 1 });
        let first = (asked.side - 1).saturating_mul(per_page).min(year.items.len());
        let last = first.saturating_add(per_page).min(year.items.len());
        let grown = self.fault == Some(own_fault::PAGE_COUNT_CHANGES) && asked.side > 1;
        let page = Page {
            side: asked.side,
            antall_per_side: per_page,
            totalt_antall: year.total + usize::from(grown),
            tildelinger: &year.items[first..last],
            nytt_felt: self.extras().field(),
        };
        let mut body = serde_json::to_string(&page)
            .expect("texts and numbers are JSON")
            .into_bytes();
        if self.fault == Some(fault::CUT) {
            body.truncate(body.len() / 2);
        }
        let next = format!(
            "</v1/tildelinger?aar={}&side={}&antall={}>; rel=\"next\"",
            asked.aar,
            asked.side + 1,
            asked.antall
        );
        let link = AppendHeaders((asked.side < pages).then_some((LINK, next)));
        (
            [
                (CONTENT_TYPE, "application/json".to_owned()),
                (ETAG, self.version(&year, asked.side)),
            ],
            link,
            body,
        )
            .into_response()
    }

    fn year(&self, aar: i16) -> Year {
        let records: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| say::content(record).year == aar)
            .collect();
        let mut items: Vec<Box<RawValue>> = records.iter().map(|record| say::award(record, self.extras())).collect();
        match self.fault {
            Some(fault::TWICE) => items.extend(items.clone()),
            Some(fault::BAD_RECORD) if self.records.iter().all(|record| say::content(record).year <= aar) => {
                items.extend(records.first().map(|record| say::bad_award(record)));
            }
            _ => {}
        }
        let total = items.len();
        if self.fault == Some(own_fault::SAME_ID_TWICE) {
            items.extend(records.first().map(|record| say::award(&older(record), Extras::None)));
        }
        let etag = etag(self.fault, &items);
        Year { items, total, etag }
    }

    fn extras(&self) -> Extras {
        if self.fault == Some(fault::UNKNOWN_FIELDS) {
            Extras::UnknownFields
        } else {
            Extras::None
        }
    }

    /// Whether the fault shows only where a year takes more than one page.
    fn needs_two_pages(&self) -> bool {
        let between_pages = [
            fault::NOT_READY,
            fault::TWICE,
            own_fault::PAGE_COUNT_CHANGES,
            own_fault::ETAG_CHANGES,
            own_fault::SAME_ID_TWICE,
        ];
        self.fault.is_some_and(|fault| between_pages.contains(&fault))
    }

    /// The `ETag` that goes with a page.
    fn version(&mut self, year: &Year, side: usize) -> String {
        match self.fault {
            Some(fault::NOT_READY) => format!("\"{}\"", self.answers),
            Some(own_fault::ETAG_CHANGES) if side > 1 && !self.fault_is_spent => {
                self.fault_is_spent = true;
                format!("\"{}\"", self.answers)
            }
            _ => year.etag.clone(),
        }
    }
}

/// The record before it was decided.
fn older(record: &Record) -> Record {
    let mut older = record.clone();
    older.changed_at = record.changed_at.map(|instant| instant - SignedDuration::from_hours(1));
    if let Content::Award(award) = &mut older.content {
        award.status = AwardStatus::Applied;
        award.granted = Figure::NotDelivered;
        award.paid = Figure::NotDelivered;
        award.disbursements.clear();
    }
    older
}

/// From all that the year says, so that another run with the same records gives the same, and a fault gives another.
fn etag(fault: Option<&str>, items: &[Box<RawValue>]) -> String {
    let mut hasher = DefaultHasher::new();
    fault.hash(&mut hasher);
    for item in items {
        item.get().hash(&mut hasher);
    }
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag, or any (RFC 9110 § 13.1.2: weak comparison).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
