//! What the simulated system holds, and what all its answers share.

use std::collections::BTreeMap;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use programgrant_schema::{BudgetPost, OrganisationNumber, Record};

use super::{exclusions, say};
use crate::translate::{self, Place};

/// When the system's own clock begins; it moves a second with every record that is published.
const BEGINNING: Timestamp = Timestamp::constant(1_609_459_200, 0);

#[derive(Default)]
pub struct System {
    /// In the order in which they were first published, each with its `sistEndret`.
    pub records: Vec<Record>,
    pub exclusions: BTreeMap<(BudgetPost, OrganisationNumber), exclusions::Held>,
    pub fault: Option<&'static str>,
    /// Whether a fault that happens once has happened.
    pub fault_is_spent: bool,
    /// How many pages were answered.
    pub answers: u64,
    pub token: Option<String>,
    published: i64,
    problems: u64,
}

impl System {
    pub fn publish(&mut self, records: &[Record]) {
        for record in records {
            self.published += 1;
            let held = self.records.iter().position(|held| held.id == record.id);
            let now = BEGINNING + SignedDuration::from_secs(self.published);
            let mut changed_at = record.changed_at.unwrap_or(now);
            if let Some(before) = held.and_then(|index| self.records[index].changed_at) {
                changed_at = changed_at.max(before + SignedDuration::from_secs(1));
            }
            let record = Record {
                changed_at: Some(changed_at),
                ..record.clone()
            };
            check(&record);
            match held {
                Some(index) => self.records[index] = record,
                None => self.records.push(record),
            }
        }
    }

    /// An error as Udir says it.
    pub fn problem(&mut self, status: StatusCode, code: &str, title: &str) -> Response {
        self.problems += 1;
        let trace = format!("sim-{:06}", self.problems);
        let body = serde_json::json!({ "title": title, "status": status.as_u16(), "code": code, "traceId": trace });
        (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }

    /// The `401` for a caller without the token, where one is required.
    pub fn refusal(&mut self, headers: &HeaderMap) -> Option<Response> {
        let token = self.token.as_ref()?;
        let brought = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if brought == Some(token) {
            return None;
        }
        let mut response = self.problem(
            StatusCode::UNAUTHORIZED,
            "UGYLDIG_TOKEN",
            "The token is missing or not valid",
        );
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        Some(response)
    }
}

/// Panics unless what the system will say of the record means the record.
fn check(record: &Record) {
    let said = say::award(record, say::Extras::None);
    let understood = translate::translate(
        &said,
        Place {
            year: say::content(record).year,
            page: 1,
            item: 1,
        },
    );
    let understood =
        understood.unwrap_or_else(|aside| panic!("Udir's language cannot say {}: {}", record.id, aside.reason));
    let expected = (&record.reference, &record.content);
    assert_eq!(
        (&understood.reference, &understood.content),
        expected,
        "Udir's language cannot say {}",
        record.id
    );
}
