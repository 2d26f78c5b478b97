//! *Fylkesoversikt*: municipalities, schemes and years in one table, with what is missing in it, open cases and coverage; as a schematic map of
//! what is paid. Which rows are shown and in which order stands in the address.

mod asked;
mod choice;
mod rows;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;

use super::super::chart::Tile;
use super::super::failure::PageError;
use super::super::format::{AnsweredFigure, Knowledge, Sum};
use super::super::frame::PageFrame;
use super::super::mosaic;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::Cell;
use super::pot::{Spread, paid_share};
use asked::OverviewAnswers;
pub use asked::{CoverageSums, coverage, open_cases};
use choice::Choice;
use rows::{Grant, OfYear, PlaceEntry, ShownSums};

pub async fn show(visit: Visit, Query(choice): Query<Choice>) -> Result<Response, PageError> {
    let own_county = visit.body_number().filter(|_| visit.role() == "COUNTY_GOVERNOR");
    let choice = choice.completed(own_county);
    let asked = asked::ask(&visit).await?;
    Ok(rendered(&Screen::of(&visit, choice, asked)))
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Screen {
    page: PageFrame,
    choice: Choice,
    choices: Choices,
    programme: String,
    sees_grants: bool,
    /// Whether open cases are told of.
    cases: Option<usize>,
    is_past: bool,
    count: usize,
    schemes: Vec<String>,
    /// How many columns a row has behind its year.
    columns: usize,
    rows: Vec<Row>,
    sums: Vec<SumRow>,
    years: Vec<YearRow>,
    map: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    whole: Option<String>,
    per: String,
    words: Words,
}

impl Screen {
    fn of(visit: &Visit, choice: Choice, mut asked: OverviewAnswers) -> Self {
        let texts = visit.texts;
        let seen = rows::seen_schemes(&asked);
        let choices = Choices::of(&asked, &visit.years(), &seen);
        let shown: Vec<(String, String)> = seen.into_iter().filter(|(id, _)| choice.has_scheme(id)).collect();
        let ids: Vec<String> = shown.iter().map(|(id, _)| id.clone()).collect();
        let years: Vec<i16> = visit
            .years()
            .into_iter()
            .filter(|year| choice.has_year(*year))
            .collect();
        let sees_cases = asked.cases.is_some();
        let mut entries = rows::entries(&mut asked, &years, &ids);
        entries.retain(|entry| choice.admits(entry));
        choice.sort(&mut entries);
        let sums = rows::sums(&entries, &years, &ids, &choice);
        let (count, per) = (entries.len(), visit.day.map(|day| day.to_string()));
        let range = choice.page(count);
        let page = |page: usize| choice.address(page, per.as_deref());
        let words = Words::of(texts);
        Self {
            page: visit
                .page(texts.say("overview-title"))
                .asking(&asked.document, &asked.variables),
            choices,
            cases: sees_cases.then(|| entries.iter().map(|entry| entry.cases).sum()),
            is_past: visit.day.is_some(),
            sees_grants: asked.sees_grants,
            columns: ids.len() + 3,
            years: sums.iter().map(|sums| YearRow::of(sums, &asked, texts)).collect(),
            sums: sums.iter().map(|sums| SumRow::of(sums, texts)).collect(),
            map: map(&entries[range.clone()], texts),
            rows: entries[range.clone()]
                .iter()
                .map(|entry| Row::of(entry, &ids, &words, texts))
                .collect(),
            previous: Choice::previous(range.start).map(page),
            next: (range.end < count && !range.is_empty()).then(|| page(choice.side + 1)),
            whole: (range.len() < count).then(|| choice.whole(per.as_deref())),
            programme: asked.programme.name,
            schemes: shown.into_iter().map(|(_, name)| name).collect(),
            per: visit.per(),
            words,
            count,
            choice,
        }
    }
}

/// What there is to choose from.
struct Choices {
    counties: Vec<(String, String)>,
    years: Vec<String>,
    schemes: Vec<(String, String)>,
}

impl Choices {
    fn of(asked: &OverviewAnswers, years: &[i16], schemes: &[(String, String)]) -> Self {
        let governors = asked
            .municipalities
            .iter()
            .filter_map(|place| place.county_governor.as_ref());
        let counties: std::collections::BTreeMap<&str, &str> = governors
            .map(|governor| (governor.organisation_number.as_str(), governor.name.as_str()))
            .collect();
        let mut counties: Vec<(String, String)> = counties
            .into_iter()
            .map(|(number, name)| (number.to_owned(), name.to_owned()))
            .collect();
        counties.sort_by(|one, other| one.1.cmp(&other.1));
        Self {
            counties,
            years: years.iter().map(ToString::to_string).collect(),
            schemes: schemes.to_vec(),
        }
    }
}

/// Words that stand in thousands of cells.
struct Words {
    gap: String,
    not_applicable: String,
    no_part: String,
    unseen: String,
    unseen_share: String,
}

impl Words {
    fn of(texts: Texts) -> Self {
        Self {
            gap: texts.say("overview-gap"),
            not_applicable: texts.say("not-applicable"),
            no_part: texts.say("overview-no-part"),
            unseen: texts.say("overview-unseen"),
            unseen_share: texts.say("overview-unseen-share"),
        }
    }

    fn cell(&self, figure: AnsweredFigure, texts: Texts) -> Compact {
        match figure.state {
            Knowledge::Stated => Compact {
                text: figure.text(texts),
                class: "",
            },
            Knowledge::NotApplicable => Compact {
                text: self.not_applicable.clone(),
                class: "na",
            },
            Knowledge::NotDelivered => Compact {
                text: self.gap.clone(),
                class: "gap",
            },
        }
    }
}

/// A cell among thousands: no class where an amount stands.
struct Compact {
    text: String,
    class: &'static str,
}

/// One municipality.
struct Row {
    key: String,
    name: String,
    /// The year that its name leads to.
    year: i16,
    cases: usize,
    years: Vec<OfYearRow>,
    /// Said once, where it is so in all shown years.
    instead: Option<(String, &'static str)>,
}

struct OfYearRow {
    year: i16,
    cells: Vec<Compact>,
    /// What stands instead of cells.
    instead: Option<(String, &'static str)>,
}

impl Row {
    fn of(entry: &PlaceEntry, schemes: &[String], words: &Words, texts: Texts) -> Self {
        let place = &entry.place;
        let years: Vec<OfYearRow> = entry
            .years
            .iter()
            .map(|(year, state)| OfYearRow::of(*year, state, schemes, words, texts))
            .collect();
        let first = years.first().and_then(|year| year.instead.clone());
        Self {
            key: place
                .organisation_number
                .clone()
                .or_else(|| place.number.clone())
                .unwrap_or_default(),
            name: match &place.number {
                Some(number) => format!("{} ({number})", place.name),
                None => place.name.clone(),
            },
            year: entry.years.last().map_or(0, |(year, _)| *year),
            cases: entry.cases,
            instead: first.filter(|first| years.iter().all(|year| year.instead.as_ref() == Some(first))),
            years,
        }
    }
}

impl OfYearRow {
    fn of(year: i16, state: &OfYear, schemes: &[String], words: &Words, texts: Texts) -> Self {
        let (cells, instead) = match state {
            OfYear::Granted(grant) => (cells(grant, schemes, words, texts), None),
            OfYear::NoPart => (Vec::new(), Some((words.no_part.clone(), "na"))),
            OfYear::Unseen => (Vec::new(), Some((words.unseen.clone(), "unseen"))),
        };
        Self { year, cells, instead }
    }
}

fn cells(grant: &Grant, schemes: &[String], words: &Words, texts: Texts) -> Vec<Compact> {
    let unseen = || Compact {
        text: words.unseen_share.clone(),
        class: "unseen",
    };
    let share = |scheme: &String| {
        grant
            .share_of(scheme)
            .map_or_else(unseen, |share| words.cell(share, texts))
    };
    let mut cells: Vec<Compact> = schemes.iter().map(share).collect();
    let mut total = words.cell(grant.total(), texts);
    if grant.pot.completeness == "STALE" {
        total = Compact {
            text: texts.with("overview-stale", "sum", total.text),
            class: "old",
        };
    }
    cells.push(total);
    cells.push(words.cell(grant.pot.paid, texts));
    cells.push(percent(grant.paid_share(), words));
    cells
}

fn percent(share: Option<u32>, words: &Words) -> Compact {
    let unknown = || Compact {
        text: words.gap.clone(),
        class: "gap",
    };
    share.map_or_else(unknown, |share| Compact {
        text: format!("{share}\u{a0}%"),
        class: "",
    })
}

/// Sums of all that is shown, on this page and the others.
struct SumRow {
    year: i16,
    cells: Vec<String>,
}

impl SumRow {
    fn of(sums: &ShownSums, texts: Texts) -> Self {
        let all = sums.schemes.iter().chain([&sums.total, &sums.paid]);
        Self {
            year: sums.year,
            cells: all.map(|sum| sum.text(texts)).collect(),
        }
    }
}

/// One year beside the others.
struct YearRow {
    year: i16,
    grants: usize,
    total: String,
    paid: String,
    spread: String,
    gaps: usize,
    whole: Cell,
    whole_paid: Cell,
    coverage: String,
}

impl YearRow {
    fn of(sums: &ShownSums, asked: &OverviewAnswers, texts: Texts) -> Self {
        let alias = format!("y{}", sums.year);
        let whole = asked.programme.years.get(&alias).and_then(Option::as_ref);
        let pot = whole.map(|year| &year.pot);
        let whole = AnsweredFigure::known_or_not(pot.and_then(|pot| pot.total));
        let paid = pot.map_or(AnsweredFigure::known_or_not(None), |pot| pot.paid);
        let sum = |sum: Sum| {
            if sums.grants == 0 {
                texts.say("overview-nothing")
            } else {
                sum.text(texts)
            }
        };
        Self {
            year: sums.year,
            grants: sums.grants,
            total: sum(sums.total),
            paid: sum(sums.paid),
            spread: spread(sums, texts),
            gaps: sums.gaps,
            whole: Cell::of(whole, texts),
            whole_paid: Cell::of(paid, texts),
            coverage: covered(asked.coverage.get(&alias), texts),
        }
    }
}

/// `20 – 87 – 100 %`, and of how many it is not known.
fn spread(sums: &ShownSums, texts: Texts) -> String {
    let Some(spread) = Spread::of(sums.shares.iter().copied()) else {
        return texts.say("overview-no-spread");
    };
    let values = [
        ("lowest", spread.lowest.to_string()),
        ("median", spread.median.to_string()),
        ("highest", spread.highest.to_string()),
        ("known", sums.shares.len().to_string()),
        ("all", sums.grants.to_string()),
    ];
    texts.fill("overview-spread", &values)
}

/// What of the accounts the sources here report.
pub fn covered(coverage: Option<&CoverageSums>, texts: Texts) -> String {
    let share = coverage.and_then(|sums| paid_share(sums.heard.stated(), sums.total.stated()));
    let Some((sums, share)) = coverage.zip(share) else {
        return texts.say("not-delivered");
    };
    let values = [
        ("share", share.to_string()),
        ("heard", sums.heard.text(texts)),
        ("total", sums.total.text(texts)),
    ];
    texts.fill("overview-coverage", &values)
}

/// The rows of this page that have a grant, as tiles.
fn map(entries: &[PlaceEntry], texts: Texts) -> Option<String> {
    let has_grant = |entry: &&PlaceEntry| entry.years.iter().any(|(_, state)| state.grant().is_some());
    let tile = |entry: &PlaceEntry| {
        let name = entry.place.name.split(" - ").next().unwrap_or_default().to_owned();
        let tile = Tile {
            label: name,
            share: entry.paid_share,
        };
        (tile, entry.place.number.clone())
    };
    let tiles: Vec<(Tile, Option<String>)> = entries.iter().filter(has_grant).map(tile).collect();
    (!tiles.is_empty()).then(|| mosaic::map(&texts.say("map-title"), tiles))
}
