//! The screens, one file each: the operation that it asks, and what of the answer its template shows.

mod about;
mod allocation;
mod award;
pub mod awards;
pub mod calendar;
pub mod cases;
mod changes;
mod check;
mod claim;
mod comparison;
mod coverage;
mod data;
pub mod deadlines;
mod eligibility;
mod evaluation;
mod front;
mod measures;
pub mod municipality;
mod narrowed;
mod objections;
mod overview;
mod participation;
mod payments;
mod pieces;
mod pot;
pub mod programme;
mod programme_grant;
mod programme_years;
mod programmes;
mod reports;
mod search;
mod sources;

use axum::Router;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::Deserialize;

use super::text::Texts;
use crate::http::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(front::show))
        .route("/sok", get(search::show))
        .route("/kommune/{place}", get(municipality::show))
        .route("/kommune/{place}/programtilskudd/{year}", get(programme_grant::show))
        .route("/kommune/{place}/programtilskudd/{year}/endringer", get(changes::show))
        .route("/kommune/{place}/tilskudd", get(awards::show))
        .route("/kommune/{place}/utbetalinger", get(payments::show))
        .route("/kommune/{place}/for-og-na", get(comparison::show))
        .route("/kommune/{place}/kan-vi-soke/{year}", get(eligibility::show))
        .route("/kommune/{place}/ser-ikke/{year}", get(coverage::show))
        .route("/tilskudd/{id}", get(award::show))
        .route("/programmer", get(programmes::show))
        .route("/programmet/{year}", get(programme::show))
        .route("/fylkesoversikt", get(overview::show))
        .route("/dobbeltfinansiering", get(cases::list))
        .route("/dobbeltfinansiering/{id}", get(cases::show).post(cases::decide))
        .route("/for-vedtak", get(check::show).post(check::request))
        .route("/for-vedtak/liste", get(check::show_list).post(check::answer_list))
        .route("/krav", get(claim::list))
        .route("/krav/{id}", get(claim::show).post(claim::command))
        .route("/frister", get(deadlines::show))
        .route(calendar::PAGE, get(calendar::show).post(calendar::make))
        .route("/frister/kalender/{id}/tilbakekall", post(calendar::revoke))
        .route("/fordeling", get(allocation::list).post(allocation::draft))
        .route("/fordeling/hva-hvis", get(allocation::what_if))
        .route("/fordeling/{id}", get(allocation::show).post(allocation::command))
        .route("/fordeling/{id}/{place}", get(allocation::explain))
        .route("/innsigelser", get(objections::show).post(objections::command))
        .route("/deltakelse", get(participation::list).post(participation::announce))
        .route(
            "/deltakelse/{id}",
            get(participation::show).post(participation::command),
        )
        .route("/tiltak", get(measures::show).post(measures::send))
        .route("/rapporter", get(reports::show).post(reports::send))
        .route("/evaluering", get(evaluation::show).post(evaluation::send))
        .route("/data", get(data::show))
        .route("/kilder", get(sources::show))
        .route("/om-tallene", get(about::show))
}

/// A scheme as pages name it.
#[derive(Debug, Clone, Deserialize)]
pub struct SchemeName {
    pub id: String,
    pub name: String,
}

/// What leads to a page of its own.
#[derive(Debug, Clone, Deserialize)]
pub struct IdOf {
    pub id: String,
}

/// A body as pages name it.
#[derive(Debug, Clone, Deserialize)]
pub struct BodyName {
    pub name: String,
}

impl BodyName {
    /// Its name, or that it is not known.
    pub fn of(body: Option<&Self>, texts: Texts) -> String {
        body.map_or_else(|| texts.say("recipient-unknown"), |known| known.name.clone())
    }
}

/// A budget post as pages name it.
#[derive(Debug, Clone, Deserialize)]
pub struct PostLabel {
    pub label: String,
}

/// Where a figure comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    source: SourceAge,
    record_id: String,
}

/// A source, and when it was last heard.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourceAge {
    name: String,
    last_heard_at: Option<Timestamp>,
}

/// What the fields of [`Origin`] are asked by.
pub const ORIGIN: &str = "provenance { source { name lastHeardAt } recordId }";

impl Origin {
    /// `Udir, sak 12, sist hørt fra 1. juni 2021 kl. 12.00`.
    pub fn text(&self, texts: Texts) -> String {
        let heard = self.source.last_heard_at.map_or_else(
            || texts.say("never-heard"),
            |at| texts.with("last-heard", "at", super::format::instant(texts, at)),
        );
        format!("{}, {}, {heard}", self.source.name, self.record_id)
    }
}

/// A figure beside its words: what a cell shows.
pub struct Cell {
    pub text: String,
    pub class: &'static str,
}

impl Cell {
    pub fn of(figure: super::format::AnsweredFigure, texts: Texts) -> Self {
        Self {
            text: figure.text(texts),
            class: figure.class(),
        }
    }
}
