//! `/v1/sperrer`: who is kept out of which scheme, from when until when.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use programgrant_contract::simulation::Exclusion;
use programgrant_schema::{BudgetPost, OrganisationNumber};
use serde::Deserialize;

use super::{Shared, lock};

/// The schemes that know exclusions, and what an exclusion does in each.
const EFFECTS: [(BudgetPost, &str); 2] = [(BudgetPost::new(231, 63), "UTELAT_FRA_BEREGNING"), (BudgetPost::new(231, 66), "IKKE_INVITER")];

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
    pub fn to_exclusion(&self) -> Exclusion {
        Exclusion { organisation_number: self.organisation_number.to_string(), subject: self.post.to_string(), from: self.from, until: self.until }
    }
}

pub async fn list(State(shared): State<Shared>) -> Response {
    let listed: Vec<_> = lock(&shared)
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
    Json(serde_json::json!({ "sperrer": listed })).into_response()
}

/// Stores the exclusion, or stores it anew with other dates.
pub async fn store(State(shared): State<Shared>, Path(path): Path<(String, String, String)>, body: Bytes) -> Response {
    let mut system = lock(&shared);
    match key(&path).and_then(|(post, number)| read(post, number, &body)) {
        Ok(held) => {
            system.exclusions.insert((held.post, held.organisation_number), held);
            StatusCode::NO_CONTENT.into_response()
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
            StatusCode::NO_CONTENT.into_response()
        }
        Err(title) => system.problem(StatusCode::BAD_REQUEST, "UGYLDIG_SPERRE", title),
    }
}

fn key((chapter, post, number): &(String, String, String)) -> Result<(BudgetPost, OrganisationNumber), &'static str> {
    let post = BudgetPost::parse(chapter, post).map_err(|_| "kapittel and post are no budget post")?;
    let number = number.parse().map_err(|_| "orgnr is no organisation number")?;
    Ok((post, number))
}

fn read(post: BudgetPost, organisation_number: OrganisationNumber, body: &[u8]) -> Result<Held, &'static str> {
    let sperre: Sperre = serde_json::from_slice(body).map_err(|_| "the body is not as documented")?;
    let (_, effect) = EFFECTS.iter().find(|(known, _)| *known == post).ok_or("the scheme knows no exclusions")?;
    if sperre.virkning != *effect {
        return Err("virkning does not fit the scheme");
    }
    if sperre.til_og_med < sperre.fra_og_med {
        return Err("tilOgMed lies before fraOgMed");
    }
    if sperre.program.trim().is_empty() || sperre.hjemmel.trim().is_empty() {
        return Err("program and hjemmel are required");
    }
    Ok(Held { post, organisation_number, from: sperre.fra_og_med, until: sperre.til_og_med })
}
