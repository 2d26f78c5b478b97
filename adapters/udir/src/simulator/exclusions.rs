//! `/v1/sperrer`: who is kept out of which scheme, from when until when.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use programgrant_contract::HeldExclusion;
use programgrant_contract::simulation::fault;
use programgrant_schema::{BudgetPost, OrganisationNumber};
use serde::Deserialize;

use super::system::System;
use super::{Shared, lock};

/// The schemes that know exclusions, and what an exclusion does in each.
const EFFECTS: [(BudgetPost, &str); 2] = [
    (BudgetPost::new(231, 63), "UTELAT_FRA_BEREGNING"),
    (BudgetPost::new(231, 66), "IKKE_INVITER"),
];

/// Sperre, as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sperre {
    fra_og_med: Date,
    til_og_med: Date,
    program: String,
    virkning: String,
    hjemmel: String,
}

/// Sperre, as it is kept.
pub struct Held {
    post: BudgetPost,
    organisation_number: OrganisationNumber,
    from: Date,
    until: Date,
}

impl Held {
    pub fn to_exclusion(&self) -> HeldExclusion {
        HeldExclusion {
            organisation_number: self.organisation_number.to_string(),
            subject: self.post.to_string(),
            from: self.from,
            until: self.until,
        }
    }
}

pub async fn list(State(shared): State<Shared>) -> Response {
    let system = lock(&shared);
    let listed: Vec<_> = system
        .exclusions
        .values()
        .map(|held| {
            serde_json::json!({
                "kapittel": held.post.chapter.to_string(),
                "post": format!("{:02}", held.post.post),
                "orgnr": held.organisation_number.to_string(),
                "fraOgMed": held.from,
                "tilOgMed": held.until,
            })
        })
        .collect();
    let mut body = serde_json::json!({ "sperrer": listed }).to_string();
    if system.fault == Some(fault::CUT) {
        body.truncate(body.len() / 2);
    }
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Stores the exclusion, or stores it anew with other dates.
pub async fn store(State(shared): State<Shared>, Path(path): Path<(String, String, String)>, body: Bytes) -> Response {
    let mut system = lock(&shared);
    match key(&path).and_then(|(post, number)| read(post, number, &body)) {
        Ok(_) if system.fault == Some(fault::NOT_SET) => system.unavailable(),
        Ok(held) => {
            system.exclusions.insert((held.post, held.organisation_number), held);
            system.done()
        }
        Err(title) => system.problem(StatusCode::BAD_REQUEST, "UGYLDIG_SPERRE", title),
    }
}

/// Lifts the exclusion; one that does not stand is lifted already.
pub async fn lift(State(shared): State<Shared>, Path(path): Path<(String, String, String)>) -> Response {
    let mut system = lock(&shared);
    match key(&path) {
        Ok(key) => {
            system.exclusions.remove(&key);
            system.done()
        }
        Err(title) => system.problem(StatusCode::BAD_REQUEST, "UGYLDIG_SPERRE", title),
    }
}

impl System {
    /// What was asked for is done, and the caller is told so if the fault lets it.
    fn done(&mut self) -> Response {
        if self.fault == Some(fault::ANSWER_LOST) {
            self.unavailable()
        } else {
            StatusCode::NO_CONTENT.into_response()
        }
    }

    fn unavailable(&mut self) -> Response {
        self.problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "UTILGJENGELIG",
            "The service is not available",
        )
    }
}

fn key((chapter, post, number): &(String, String, String)) -> Result<(BudgetPost, OrganisationNumber), &'static str> {
    let post = BudgetPost::parse(chapter, post).map_err(|_| "kapittel and post are no budget post")?;
    let number = number.parse().map_err(|_| "orgnr is no organisation number")?;
    Ok((post, number))
}

fn read(post: BudgetPost, organisation_number: OrganisationNumber, body: &[u8]) -> Result<Held, &'static str> {
    let sperre: Sperre = serde_json::from_slice(body).map_err(|_| "the body is not as documented")?;
    let (_, effect) = EFFECTS
        .iter()
        .find(|(known, _)| *known == post)
        .ok_or("the scheme knows no exclusions")?;
    if sperre.virkning != *effect {
        return Err("virkning does not fit the scheme");
    }
    if sperre.til_og_med < sperre.fra_og_med {
        return Err("tilOgMed lies before fraOgMed");
    }
    if sperre.program.trim().is_empty() || sperre.hjemmel.trim().is_empty() {
        return Err("program and hjemmel are required");
    }
    Ok(Held {
        post,
        organisation_number,
        from: sperre.fra_og_med,
        until: sperre.til_og_med,
    })
}
