//! *Hva har endret seg?*: what the sources have said of a municipality's grants of a year since a day, with before and after, and the pot on
//! both sides of it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, end_of, rendered};
use super::municipality::{self, Head, MunicipalityKey};
use super::{Cell, Origin, PostLabel, SchemeName};

const POT: &str = "programmeGrant(year: $year) { pot { total } }";
/// What a version is asked by.
pub const VERSIONS: &str = "versions {
      receivedAt changedAt status vanished
      applied { state amount } granted { state amount } paid { state amount }
      provenance { source { name lastHeardAt } recordId }
    }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    programme_grant: Option<Grant>,
    awards: Vec<Award>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    programme_grant: Option<Grant>,
}

#[derive(Deserialize)]
struct Grant {
    pot: Pot,
}

#[derive(Deserialize)]
struct Pot {
    total: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Award {
    id: String,
    scheme: Option<SchemeName>,
    budget_post: PostLabel,
    versions: Vec<AnsweredVersion>,
}

/// One version as it is answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredVersion {
    pub received_at: Timestamp,
    pub changed_at: Option<Timestamp>,
    pub status: String,
    pub vanished: bool,
    pub applied: AnsweredFigure,
    pub granted: AnsweredFigure,
    pub paid: AnsweredFigure,
    pub provenance: Origin,
}

/// What one statement of a source changed.
pub struct FigureChange {
    received_at: Timestamp,
    pub received: String,
    pub changed: String,
    pub origin: String,
    pub parts: Vec<ChangedPart>,
}

/// One figure, or the status, on both sides.
pub struct ChangedPart {
    pub what: String,
    pub before: Cell,
    pub now: Cell,
}

/// What the versions changed after that instant, the newest first.
pub fn since(versions: &[AnsweredVersion], after: Timestamp, texts: Texts) -> Vec<FigureChange> {
    let change = |(place, version): (usize, &AnsweredVersion)| {
        let before = place.checked_sub(1).map(|before| &versions[before]);
        let parts = parts(before, version, texts);
        (version.received_at > after && !parts.is_empty()).then(|| FigureChange {
            received_at: version.received_at,
            received: format::instant(texts, version.received_at),
            changed: version
                .changed_at
                .map_or_else(|| texts.say("not-stated"), |at| format::instant(texts, at)),
            origin: version.provenance.text(texts),
            parts,
        })
    };
    versions.iter().enumerate().filter_map(change).rev().collect()
}

fn parts(before: Option<&AnsweredVersion>, now: &AnsweredVersion, texts: Texts) -> Vec<ChangedPart> {
    let is_share = now.status == "IN_PROGRAMME";
    let word = |version: &AnsweredVersion| {
        if version.vanished {
            texts.say("no-longer-listed")
        } else {
            texts.code("status", &version.status)
        }
    };
    let mut parts = Vec::new();
    if before.is_none_or(|before| (&before.status, before.vanished) != (&now.status, now.vanished)) {
        parts.push(ChangedPart {
            what: texts.say("column-status"),
            before: plain(before.map_or_else(|| texts.say("change-was-not-there"), word)),
            now: plain(word(now)),
        });
    }
    let figures = |version: &AnsweredVersion| [version.applied, version.granted, version.paid];
    let granted = if is_share { "column-share" } else { "kind-granted" };
    for (place, kind) in ["kind-applied", granted, "kind-paid"].into_iter().enumerate() {
        let (was, is) = (before.map(|before| figures(before)[place]), figures(now)[place]);
        let is_news = was.map_or(is.stated().is_some(), |was| was != is);
        // A share is paid by whoever pays the pot: what its own system says of that is none of the reader's business.
        if is_news && !(is_share && was.is_none() && place == 2) {
            parts.push(ChangedPart {
                what: texts.say(kind),
                before: was.map_or_else(|| plain(texts.say("change-was-not-there")), |was| Cell::of(was, texts)),
                now: Cell::of(is, texts),
            });
        }
    }
    parts
}

const fn plain(text: String) -> Cell {
    Cell { text, class: "word" }
}

/// A day in an address; none where the field was left empty.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SinceDay {
    siden: String,
}

impl SinceDay {
    /// The day, and its last instant in Norway.
    pub fn read(&self, visit: &Visit) -> Result<Option<(Date, Timestamp)>, PageError> {
        if self.siden.is_empty() {
            return Ok(None);
        }
        let day: Option<Date> = self.siden.parse().ok();
        let is_past = |day: &Date| *day < visit.today;
        let read = day.filter(is_past).and_then(|day| Some((day, end_of(day)?)));
        let read = read.ok_or_else(|| PageError::BadInput(visit.texts.say("changes-bad-day")))?;
        Ok(Some(read))
    }
}

pub async fn show(
    visit: Visit,
    Path((place, year)): Path<(String, i16)>,
    Query(asked): Query<SinceDay>,
) -> Result<Response, PageError> {
    let texts = visit.texts;
    let since = asked.read(&visit)?;
    let own = format!(
        "{POT}
    awards(fromYear: $year, toYear: $year) {{
      id scheme {{ id name }} budgetPost {{ label }}
      {VERSIONS}
    }}"
    );
    let document = municipality::document_with("Changes", ", $year: Int!", "", &own);
    let key = MunicipalityKey::parse(&place)?.and("year", year);
    let found = municipality::ask::<Own>(&visit, &document, &key).await?;
    let head = Head::of(&visit, &place, found.known, "programtilskudd");
    let title = texts.fill("changes-title", &[("year", year.to_string()), ("name", head.title())]);
    let shown = match since {
        None => None,
        Some((day, end)) => {
            let before = before(&visit, key.variables().clone(), end).await?;
            let now = found.own.programme_grant.map(|grant| grant.pot);
            Some(Shown {
                day: format::day(texts, day),
                pot: now.map(|now| PotChange::of(before.as_ref(), &now, texts)),
                rows: rows(found.own.awards, end, texts),
            })
        }
    };
    let screen = Screen {
        page: visit.page(title).asking(&document, key.variables()),
        year,
        siden: since.map(|(day, _)| day.to_string()).unwrap_or_default(),
        shown,
        head,
    };
    Ok(rendered(&screen))
}

/// The pot as it was known then. An operation has one instant, so this is one of its own.
async fn before(visit: &Visit, mut variables: serde_json::Value, then: Timestamp) -> Result<Option<Pot>, PageError> {
    let document = municipality::document_with("PotBefore", ", $year: Int!", "", POT);
    variables["asOf"] = json!(then.to_string());
    let answer: municipality::MunicipalityAnswer<Before> = visit.client.query(&document, &variables).await?;
    let grant = answer
        .municipality
        .and_then(|municipality| municipality.own.programme_grant);
    Ok(grant.map(|grant| grant.pot))
}

#[derive(Template)]
#[template(path = "changes.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    year: i16,
    /// The day as it stands in the address.
    siden: String,
    shown: Option<Shown>,
}

struct Shown {
    day: String,
    pot: Option<PotChange>,
    rows: Vec<Row>,
}

/// The pot on both sides, and what lies between them where both are known.
struct PotChange {
    before: Cell,
    now: Cell,
    difference: Cell,
}

impl PotChange {
    fn of(before: Option<&Pot>, now: &Pot, texts: Texts) -> Self {
        let before = before.and_then(|before| before.total);
        let difference = before.zip(now.total).and_then(|(before, now)| now.checked_sub(before));
        let cell = |amount| Cell::of(AnsweredFigure::known_or_not(amount), texts);
        Self {
            before: cell(before),
            now: cell(now.total),
            difference: cell(difference),
        }
    }
}

/// A change, and of which grant.
struct Row {
    id: String,
    name: String,
    change: FigureChange,
}

fn rows(awards: Vec<Award>, after: Timestamp, texts: Texts) -> Vec<Row> {
    let of_award = |award: Award| {
        let scheme = award
            .scheme
            .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name);
        let name = format!("{scheme} ({})", award.budget_post.label);
        let row = move |change| Row {
            id: award.id.clone(),
            name: name.clone(),
            change,
        };
        since(&award.versions, after, texts).into_iter().map(row)
    };
    let mut rows: Vec<Row> = awards.into_iter().flat_map(of_award).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.change.received_at));
    rows
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Language;
    use super::*;

    fn version(received: &str, status: &str, granted: Option<i64>) -> AnsweredVersion {
        let origin = json!({ "source": { "name": "Udir", "lastHeardAt": null }, "recordId": "1" });
        let none = AnsweredFigure::NOT_APPLICABLE;
        AnsweredVersion {
            received_at: received.parse().expect("an instant"),
            changed_at: None,
            status: status.to_owned(),
            vanished: false,
            applied: none,
            granted: AnsweredFigure::known_or_not(granted),
            paid: none,
            provenance: serde_json::from_value(origin).expect("an origin"),
        }
    }

    #[test]
    fn what_came_after_the_instant_is_told_with_what_stood_before_it() {
        let texts = Texts(Language::Bokmaal);
        let versions = [
            version("2026-05-01T10:00:00Z", "APPLIED", None),
            version("2026-06-01T10:00:00Z", "GRANTED", Some(100)),
            version("2026-07-01T10:00:00Z", "GRANTED", Some(300)),
            version("2026-08-01T10:00:00Z", "GRANTED", Some(300)),
        ];
        let after = "2026-06-01T10:00:00Z".parse().expect("an instant");
        let found = since(&versions, after, texts);
        let told: Vec<(&str, &str, &str)> = found
            .iter()
            .flat_map(|change| &change.parts)
            .map(|part| (part.what.as_str(), part.before.text.as_str(), part.now.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [("Innvilget", "1\u{a0}kr", "3\u{a0}kr")],
            "what says the same again is no change"
        );
    }

    #[test]
    fn what_was_not_there_before_is_new() {
        let texts = Texts(Language::Bokmaal);
        let versions = [version("2026-07-01T10:00:00Z", "IN_PROGRAMME", Some(500))];
        let found = since(&versions, Timestamp::UNIX_EPOCH, texts);
        let words: Vec<&str> = found[0].parts.iter().map(|part| part.what.as_str()).collect();
        assert_eq!(words, ["Status", "Andel"]);
        assert!(found[0].parts.iter().all(|part| part.before.text == "fantes ikke"));
    }
}
