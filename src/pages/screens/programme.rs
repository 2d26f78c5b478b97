//! *Programmet*: every participant of a year, share by share, against what was voted and what the state accounts say; sorted by what stands in
//! the address, and as a schematic map of what is paid.

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::chart::{self, Tile};
use super::super::downloads::{FileList, Offers, said};
use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::Cell;
use super::overview;
use super::pot::{GRANT, ParticipantGrant};
use super::programme_years::{YEAR, YearRow, YearSums};
use crate::export::{RowOrder, Subset};

/// Roles that see no municipality's grant; what is public is left to them.
const WITHOUT_GRANTS: [&str; 2] = ["PUBLIC", "OPERATOR"];

/// The operation, with the public sums of each year; and with each grant of the year where the caller sees any.
fn document(years: &[i16], sees_grants: bool) -> String {
    let grants = if sees_grants {
        format!(
            "grants {{
        municipality {{ name number organisationNumber countyGovernor {{ name }} }}
        {GRANT}
      }}"
        )
    } else {
        String::new()
    };
    let of_years: Vec<String> = years
        .iter()
        .map(|year| format!("y{year}: year(year: {year}) {{ {YEAR} }}"))
        .collect();
    format!(
        "query Programme($id: ID!, $year: Int!, $asOf: DateTime) {{
  programme(id: $id, asOf: $asOf) {{
    name ruleState from until useUntil
    schemes {{ id name }}
    rules {{ text source }}
    year(year: $year) {{
      {YEAR}
      {grants}
    }}
    {}
  }}
}}",
        of_years.join("\n    ")
    )
}

#[derive(Deserialize)]
struct Answer {
    programme: Option<Programme>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Programme {
    name: String,
    rule_state: String,
    from: Option<Date>,
    until: Option<Date>,
    use_until: Option<Date>,
    schemes: Vec<super::SchemeName>,
    rules: Vec<super::eligibility::Quoted>,
    year: Option<Year>,
    /// All years, by alias.
    #[serde(flatten)]
    years: HashMap<String, Option<YearSums>>,
}

#[derive(Deserialize)]
struct Year {
    #[serde(flatten)]
    sums: YearSums,
    #[serde(default)]
    grants: Vec<Grant>,
}

type Grant = ParticipantGrant<Participant>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    name: String,
    number: Option<String>,
    organisation_number: Option<String>,
    county_governor: Option<super::BodyName>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Order {
    sorter: String,
    tekst: String,
}

impl Order {
    fn admits(&self, grant: &Grant) -> bool {
        let wanted = self.tekst.trim().to_lowercase();
        let governor = grant
            .municipality
            .county_governor
            .as_ref()
            .map_or("", |governor| governor.name.as_str());
        let name = format!(
            "{} {} {governor}",
            grant.municipality.name,
            grant.municipality.number.as_deref().unwrap_or_default()
        );
        wanted.is_empty() || name.to_lowercase().contains(&wanted)
    }

    /// The same, as it is said of a file of the same rows.
    pub fn subset(&self) -> Subset {
        let order = match self.sorter.as_str() {
            "sum" => RowOrder::Granted,
            "utbetalt" => RowOrder::Paid,
            "fylke" => RowOrder::Governor,
            _ => RowOrder::Name,
        };
        Subset {
            text: said(&self.tekst),
            order: Some(order),
            ..Subset::default()
        }
    }

    fn sort(&self, grants: &mut [Grant]) {
        let governor = |grant: &Grant| {
            grant
                .municipality
                .county_governor
                .as_ref()
                .map(|governor| governor.name.clone())
        };
        match self.sorter.as_str() {
            "sum" => grants.sort_by_key(|grant| Reverse(grant.pot.total)),
            "utbetalt" => grants.sort_by_key(|grant| Reverse(grant.pot.paid.stated())),
            "fylke" => grants.sort_by_key(|grant| (governor(grant), grant.municipality.name.clone())),
            _ => grants.sort_by_key(|grant| grant.municipality.name.clone()),
        }
    }
}

pub async fn show(visit: Visit, Path(year): Path<i16>, Query(order): Query<Order>) -> Result<Response, PageError> {
    let sees_grants = !WITHOUT_GRANTS.contains(&visit.role());
    let document = document(&visit.years(), sees_grants);
    let variables = json!({ "id": visit.programme(), "year": year });
    let answer: Answer = visit.ask(&document, variables.clone()).await?;
    let programme = answer.programme.ok_or(PageError::NotFound)?;
    let coverage = overview::coverage(&visit, &visit.years()).await?;
    let cases = overview::open_cases(&visit).await?;
    let texts = visit.texts;
    let title = texts.fill(
        "programme-title",
        &[("name", programme.name.clone()), ("year", year.to_string())],
    );
    let day = |date| format::day_or_not(texts, date);
    let period = [
        ("from", day(programme.from)),
        ("until", day(programme.until)),
        ("use", day(programme.use_until)),
    ];
    let of_years = visit.years().into_iter().map(|year| {
        let alias = format!("y{year}");
        let sums = programme.years.get(&alias).and_then(Option::as_ref);
        YearRow::of(year, sums, coverage.get(&alias), texts)
    });
    let year_of_file = year.to_string();
    let pairs = [
        ("aar", year_of_file.as_str()),
        ("tekst", &order.tekst),
        ("sorter", &order.sorter),
    ];
    let offers = Offers::of(FileList::Programme, &visit, &pairs);
    let screen = Screen {
        page: visit.page(title).asking(&document, &variables).offering(offers),
        period: texts.fill("programme-period", &period),
        has_unknown_rules: programme.rule_state == super::programmes::UNKNOWN,
        of_years: of_years.collect(),
        cases: cases.map(|cases| cases.values().sum()),
        shown: programme
            .year
            .map(|year| Shown::of(year, &programme.schemes, &order, texts)),
        schemes: programme.schemes.into_iter().map(|scheme| scheme.name).collect(),
        rules: programme.rules,
        years: visit.years(),
        per: visit.per(),
        is_past: visit.day.is_some(),
        sees_grants,
        year,
        order,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "programme.html")]
struct Screen {
    page: PageFrame,
    year: i16,
    years: Vec<i16>,
    of_years: Vec<YearRow>,
    period: String,
    has_unknown_rules: bool,
    schemes: Vec<String>,
    /// Open cases, where they are told of.
    cases: Option<usize>,
    is_past: bool,
    sees_grants: bool,
    per: String,
    rules: Vec<super::eligibility::Quoted>,
    order: Order,
    shown: Option<Shown>,
}

struct Shown {
    total: Cell,
    known: String,
    is_whole: bool,
    completeness: String,
    missing: String,
    awarded: Cell,
    paid: Cell,
    appropriation: Cell,
    accounts: Cell,
    difference: Cell,
    rows: Vec<Row>,
    /// Schemes with shares that are not known, and whose.
    gaps: Vec<(String, String)>,
    map: String,
}

impl Shown {
    fn of(year: Year, schemes: &[super::SchemeName], order: &Order, texts: Texts) -> Self {
        let sums = year.sums;
        let mut grants: Vec<Grant> = year.grants.into_iter().filter(|grant| order.admits(grant)).collect();
        order.sort(&mut grants);
        let tiles: Vec<Tile> = grants.iter().map(tile).collect();
        let missing: Vec<String> = sums.pot.missing.into_iter().map(|scheme| scheme.name).collect();
        Self {
            total: Cell::of(AnsweredFigure::known_or_not(sums.pot.total), texts),
            known: format::kroner(sums.pot.known),
            is_whole: sums.pot.completeness == "COMPLETE",
            completeness: texts.code("completeness", &sums.pot.completeness),
            missing: missing.join(", "),
            awarded: Cell::of(sums.pot.awarded, texts),
            paid: Cell::of(sums.pot.paid, texts),
            appropriation: Cell::of(sums.appropriation, texts),
            accounts: Cell::of(sums.accounts, texts),
            difference: Cell::of(AnsweredFigure::known_or_not(sums.difference), texts),
            map: chart::tiles(&texts.say("map-title"), &tiles),
            gaps: gaps(&grants, schemes),
            rows: grants.iter().map(|grant| Row::of(grant, schemes, texts)).collect(),
        }
    }
}

/// Each scheme that lacks shares, with the municipalities whose they are.
fn gaps(grants: &[Grant], schemes: &[super::SchemeName]) -> Vec<(String, String)> {
    let lacking = |scheme: &super::SchemeName| {
        let whose: Vec<&str> = grants
            .iter()
            .filter(|grant| grant.lacks(&scheme.id))
            .map(|grant| grant.municipality.name.as_str())
            .collect();
        (!whose.is_empty()).then(|| (scheme.name.clone(), whose.join(", ")))
    };
    schemes.iter().filter_map(lacking).collect()
}

fn tile(grant: &Grant) -> Tile {
    Tile {
        // The first of several names: a tile is small, and the table has them all.
        label: grant
            .municipality
            .name
            .split(" - ")
            .next()
            .unwrap_or_default()
            .to_owned(),
        share: grant.paid_share(),
    }
}

struct Row {
    key: String,
    name: String,
    governor: String,
    shares: Vec<Cell>,
    total: Cell,
    paid: Cell,
    paid_share: String,
    completeness: String,
}

impl Row {
    fn of(grant: &Grant, schemes: &[super::SchemeName], texts: Texts) -> Self {
        let participant = &grant.municipality;
        Self {
            paid_share: grant
                .paid_share()
                .map_or_else(|| texts.say("not-delivered"), |share| format!("{share}\u{a0}%")),
            key: participant
                .organisation_number
                .clone()
                .or_else(|| participant.number.clone())
                .unwrap_or_default(),
            name: participant.name.clone(),
            governor: participant
                .county_governor
                .as_ref()
                .map_or_else(|| texts.say("not-stated"), |governor| governor.name.clone()),
            shares: schemes
                .iter()
                .map(|scheme| match grant.share_of(&scheme.id) {
                    Some(share) => Cell::of(share, texts),
                    None => Cell {
                        text: texts.say("overview-unseen-share"),
                        class: "unseen",
                    },
                })
                .collect(),
            total: Cell::of(grant.total(), texts),
            paid: Cell::of(grant.pot.paid, texts),
            completeness: texts.code("completeness", &grant.pot.completeness),
        }
    }
}
