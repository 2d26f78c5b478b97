//! *Kildestatus*: each source: its state and age, how much it lists, what stands aside with place and reason, exclusions.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format;
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::SchemeName;

const DOCUMENT: &str = "query Sources {
  sources {
    id name state lastHeardAt lastChangeAt records setAside unresolved vanished lastError warnings
    schemes { id name }
    exclusions { wanted standing unknown lastKeptAt lastError }
  }
}";

/// What stands aside is for those who may see it: asked apart, so that all others have their page.
const SET_ASIDE: &str = "query SetAside {
  sources { id setAsideRecords(limit: 100) { place reason seenAt year municipality { name } scheme { id name } } }
}";

#[derive(Deserialize)]
struct Answer {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    id: String,
    name: String,
    state: String,
    last_heard_at: Option<Timestamp>,
    last_change_at: Option<Timestamp>,
    records: u64,
    set_aside: u64,
    unresolved: u64,
    vanished: u64,
    last_error: Option<String>,
    warnings: Vec<String>,
    schemes: Vec<SchemeName>,
    exclusions: Option<Exclusions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exclusions {
    wanted: u64,
    standing: u64,
    unknown: u64,
    last_kept_at: Option<Timestamp>,
    last_error: Option<String>,
}

#[derive(Deserialize)]
struct Aside {
    sources: Vec<OfSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfSource {
    id: String,
    set_aside_records: Vec<SetAside>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetAside {
    place: String,
    reason: String,
    seen_at: Timestamp,
    year: Option<i16>,
    municipality: Option<super::BodyName>,
    scheme: Option<SchemeName>,
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    let answer: Answer = visit.client.query(DOCUMENT, &json!({})).await?;
    let aside = match visit.client.query::<Aside>(SET_ASIDE, &json!({})).await {
        Ok(aside) => aside.sources,
        Err(error) => match PageError::from(error) {
            PageError::Forbidden | PageError::NotFound => Vec::new(),
            error => return Err(error),
        },
    };
    let texts = visit.texts;
    let mut rows: Vec<Row> = answer
        .sources
        .into_iter()
        .map(|source| Row::of(source, texts))
        .collect();
    for of_source in aside {
        if let Some(row) = rows.iter_mut().find(|row| row.id == of_source.id) {
            row.aside = of_source
                .set_aside_records
                .iter()
                .map(|record| AsideRow::of(record, texts))
                .collect();
        }
    }
    let screen = Screen {
        page: visit.page(texts.say("sources-title")).asking(DOCUMENT, &json!({})),
        rows,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Screen {
    page: PageFrame,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    state: String,
    class: String,
    heard: String,
    changed: String,
    counts: Vec<(String, String)>,
    error: Option<String>,
    warnings: Vec<String>,
    schemes: String,
    exclusions: Option<String>,
    exclusions_error: Option<String>,
    aside: Vec<AsideRow>,
}

impl Row {
    fn of(source: Source, texts: Texts) -> Self {
        let never = || texts.say("never");
        let instant = |at: Option<Timestamp>| at.map_or_else(never, |at| format::instant(texts, at));
        let counts = [
            ("source-records", source.records),
            ("source-set-aside", source.set_aside),
            ("source-unresolved", source.unresolved),
            ("source-vanished", source.vanished),
        ];
        Self {
            state: texts.code("source-state", &source.state),
            class: source.state.to_lowercase(),
            heard: instant(source.last_heard_at),
            changed: instant(source.last_change_at),
            counts: counts
                .map(|(key, count)| (texts.say(key), format::grouped(count)))
                .into(),
            schemes: source
                .schemes
                .iter()
                .map(|scheme| scheme.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            exclusions: source.exclusions.as_ref().map(|exclusions| told(exclusions, texts)),
            exclusions_error: source.exclusions.and_then(|exclusions| exclusions.last_error),
            error: source.last_error,
            warnings: source.warnings,
            name: source.name,
            id: source.id,
            aside: Vec::new(),
        }
    }
}

fn told(exclusions: &Exclusions, texts: Texts) -> String {
    let kept = exclusions
        .last_kept_at
        .map_or_else(|| texts.say("never"), |at| format::instant(texts, at));
    texts.fill(
        "source-exclusions",
        &[
            ("wanted", exclusions.wanted.to_string()),
            ("standing", exclusions.standing.to_string()),
            ("unknown", exclusions.unknown.to_string()),
            ("kept", kept),
        ],
    )
}

struct AsideRow {
    place: String,
    reason: String,
    about: String,
    seen: String,
}

impl AsideRow {
    fn of(record: &SetAside, texts: Texts) -> Self {
        let parts = [
            record
                .municipality
                .as_ref()
                .map(|municipality| municipality.name.clone()),
            record.scheme.as_ref().map(|scheme| scheme.name.clone()),
            record.year.map(|year| year.to_string()),
        ];
        let about: Vec<String> = parts.into_iter().flatten().collect();
        Self {
            place: record.place.clone(),
            reason: record.reason.clone(),
            about: if about.is_empty() {
                texts.say("not-stated")
            } else {
                about.join(", ")
            },
            seen: format::instant(texts, record.seen_at),
        }
    }
}
