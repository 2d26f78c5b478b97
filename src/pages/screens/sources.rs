//! *Kildestatus*: the sources' ages as a timeline with its table; and each source: its state, how much it lists, what stands aside with place
//! and reason, exclusions in force and failing.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::timeline::{self, Age, MARKS, seconds_before};
use super::super::visit::{Visit, rendered};
use super::SchemeName;

const DOCUMENT: &str = "query Sources {
  sources {
    id name state lastHeardAt lastChangeAt records setAside unresolved vanished warnings
    schemes { id name directorate { organisationNumber } }
  }
}";

/// What is wrong with a source is for those who may look inside it: asked apart, of those sources alone, so that all have their page.
const INSIDE: &str = "query Inside($sources: [ID!]) {
  sources(id: $sources) {
    id lastError
    exclusions {
      wanted standing unknown lastKeptAt lastTriedAt lastError
      foreign { organisationNumber subject from until municipality { name } }
    }
    setAsideRecords(limit: 100) { place reason seenAt year municipality { name } scheme { id name } }
  }
}";

/// Roles that see inside every source.
const SEEING_INSIDE_ALL: [&str; 2] = ["PROGRAMME_OFFICE", "OPERATOR"];

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
    warnings: Vec<String>,
    schemes: Vec<OwnedScheme>,
}

#[derive(Deserialize)]
struct OwnedScheme {
    name: String,
    directorate: Owner,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    organisation_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exclusions {
    wanted: u64,
    standing: u64,
    unknown: u64,
    last_kept_at: Option<Timestamp>,
    last_tried_at: Option<Timestamp>,
    last_error: Option<String>,
    /// Nothing where the system does not say.
    foreign: Option<Vec<Foreign>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Foreign {
    organisation_number: String,
    subject: String,
    from: Date,
    until: Date,
    municipality: Option<super::BodyName>,
}

#[derive(Deserialize)]
struct Inside {
    sources: Vec<OfSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfSource {
    id: String,
    last_error: Option<String>,
    exclusions: Option<Exclusions>,
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
    let inside = inside(&visit, &answer.sources).await?;
    let texts = visit.texts;
    let words = MARKS.map(|(_, key)| texts.say(key));
    let ages: Vec<Age> = answer
        .sources
        .iter()
        .zip(1..)
        .map(|(source, number)| age(source, number))
        .collect();
    let rows = answer.sources.into_iter().zip(1..).map(|(source, number)| {
        let seen = inside.iter().find(|seen| seen.id == source.id);
        Row::of(source, number, seen, visit.now, texts)
    });
    let screen = Screen {
        page: visit.page(texts.say("sources-title")).asking(DOCUMENT, &json!({})),
        timeline: timeline::timeline(&texts.say("timeline-title"), &words, &ages, visit.now),
        now: format::instant(texts, visit.now),
        rows: rows.collect(),
    };
    Ok(rendered(&screen))
}

/// What the caller may see inside the sources, of those whose inside it sees.
async fn inside(visit: &Visit, sources: &[Source]) -> Result<Vec<OfSource>, PageError> {
    let own = sources.iter().filter(|source| source.is_owned_by(visit.body_number()));
    match visit.role() {
        role if SEEING_INSIDE_ALL.contains(&role) => match inside_of(visit, sources.iter()).await {
            // The office of one programme sees inside those alone that are its own as a directorate.
            Err(PageError::Forbidden) => inside_of(visit, own).await,
            told => told,
        },
        "DIRECTORATE" => inside_of(visit, own).await,
        _ => Ok(Vec::new()),
    }
}

async fn inside_of(visit: &Visit, sources: impl Iterator<Item = &Source>) -> Result<Vec<OfSource>, PageError> {
    let seen: Vec<&str> = sources.map(|source| source.id.as_str()).collect();
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let answer: Inside = visit.client.query(INSIDE, &json!({ "sources": seen })).await?;
    Ok(answer.sources)
}

impl Source {
    /// Whether everything that it speaks of is that directorate's.
    fn is_owned_by(&self, body: Option<&str>) -> bool {
        let is_own = |scheme: &OwnedScheme| Some(scheme.directorate.organisation_number.as_str()) == body;
        !self.schemes.is_empty() && self.schemes.iter().all(is_own)
    }
}

fn age(source: &Source, number: usize) -> Age {
    Age {
        number,
        class: source.state.to_lowercase(),
        heard: source.last_heard_at,
        changed: source.last_change_at,
    }
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Screen {
    page: PageFrame,
    timeline: String,
    now: String,
    rows: Vec<Row>,
}

struct Row {
    number: usize,
    id: String,
    name: String,
    state: String,
    class: String,
    heard: String,
    heard_age: String,
    changed: String,
    changed_age: String,
    counts: Vec<(String, String)>,
    warnings: Vec<String>,
    schemes: String,
    /// What stands aside is more than is shown.
    more_aside: u64,
    /// Nothing where the caller does not see inside.
    inside: Option<InsideRow>,
}

impl Row {
    fn of(source: Source, number: usize, inside: Option<&OfSource>, now: Timestamp, texts: Texts) -> Self {
        let never = || texts.say("never");
        let instant = |at: Option<Timestamp>| at.map_or_else(never, |at| format::instant(texts, at));
        let age = |at: Option<Timestamp>| at.map_or_else(never, |at| age_in_words(now, at, texts));
        let counts = [
            ("source-records", source.records),
            ("source-set-aside", source.set_aside),
            ("source-unresolved", source.unresolved),
            ("source-vanished", source.vanished),
        ];
        let shown = inside.map_or(0, |seen| seen.set_aside_records.len());
        Self {
            number,
            state: texts.code("source-state", &source.state),
            class: source.state.to_lowercase(),
            heard: instant(source.last_heard_at),
            heard_age: age(source.last_heard_at),
            changed: instant(source.last_change_at),
            changed_age: age(source.last_change_at),
            counts: counts
                .map(|(key, count)| (texts.say(key), format::grouped(count)))
                .into(),
            schemes: source
                .schemes
                .iter()
                .map(|scheme| scheme.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            more_aside: source
                .set_aside
                .saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX)),
            inside: inside.map(|seen| InsideRow::of(seen, texts)),
            warnings: source.warnings,
            name: source.name,
            id: source.id,
        }
    }
}

/// `for 3 minutter siden`, in the largest unit that there is one of.
fn age_in_words(now: Timestamp, at: Timestamp, texts: Texts) -> String {
    let seconds = seconds_before(now, at);
    let units = [
        ("age-days", 86_400),
        ("age-hours", 3_600),
        ("age-minutes", 60),
        ("age-seconds", 1),
    ];
    let (key, unit) = units
        .into_iter()
        .find(|(_, unit)| seconds >= *unit)
        .unwrap_or(("age-seconds", 1));
    texts.count(key, usize::try_from(seconds / unit).unwrap_or(usize::MAX))
}

/// What only those see who may look inside the source.
struct InsideRow {
    error: Option<String>,
    exclusions: Option<ExclusionRow>,
    aside: Vec<AsideRow>,
}

impl InsideRow {
    fn of(seen: &OfSource, texts: Texts) -> Self {
        Self {
            error: seen.last_error.clone(),
            exclusions: seen
                .exclusions
                .as_ref()
                .map(|exclusions| ExclusionRow::of(exclusions, texts)),
            aside: seen
                .set_aside_records
                .iter()
                .map(|record| AsideRow::of(record, texts))
                .collect(),
        }
    }
}

/// Whom the gateway keeps out there: in force, failing, and since when all stood.
struct ExclusionRow {
    counts: Vec<(String, String)>,
    is_whole: bool,
    error: Option<String>,
    /// What somebody else set; nothing where the system does not say.
    foreign: Option<Vec<String>>,
}

impl ExclusionRow {
    fn of(exclusions: &Exclusions, texts: Texts) -> Self {
        let instant = |at: Option<Timestamp>| at.map_or_else(|| texts.say("never"), |at| format::instant(texts, at));
        let failing = exclusions
            .wanted
            .saturating_sub(exclusions.standing)
            .saturating_sub(exclusions.unknown);
        let count = |key, count| (texts.say(key), format::grouped(count));
        Self {
            counts: vec![
                count("exclusions-wanted", exclusions.wanted),
                count("exclusions-standing", exclusions.standing),
                count("exclusions-failing", failing),
                count("exclusions-unknown", exclusions.unknown),
                (texts.say("exclusions-kept"), instant(exclusions.last_kept_at)),
                (texts.say("exclusions-tried"), instant(exclusions.last_tried_at)),
            ],
            is_whole: exclusions.standing >= exclusions.wanted,
            error: exclusions.last_error.clone(),
            foreign: exclusions
                .foreign
                .as_ref()
                .map(|all| all.iter().map(|one| foreign(one, texts)).collect()),
        }
    }
}

fn foreign(exclusion: &Foreign, texts: Texts) -> String {
    let whom = exclusion
        .municipality
        .as_ref()
        .map_or(exclusion.organisation_number.as_str(), |body| body.name.as_str());
    let values = [
        ("whom", whom.to_owned()),
        ("subject", exclusion.subject.clone()),
        ("from", format::day(texts, exclusion.from)),
        ("until", format::day(texts, exclusion.until)),
    ];
    texts.fill("exclusions-foreign-one", &values)
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
