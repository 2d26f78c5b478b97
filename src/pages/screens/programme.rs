//! *Programmet*: every participant of a year, share by share, against what was voted and what the state accounts say; sorted by what stands in
//! the address, and as a schematic map of what is paid.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::super::chart::{self, Tile};
use super::super::downloads::{FileList, Offers, said};
use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::Cell;
use crate::export::{RowOrder, Subset};

const DOCUMENT: &str = "query Programme($id: ID!, $year: Int!, $asOf: DateTime) {
  programme(id: $id, asOf: $asOf) {
    name from until useUntil
    schemes { id name }
    rules { text source }
    year(year: $year) {
      appropriation { state amount } accounts { state amount } difference
      pot { total known completeness missing { id name } awarded { state amount } paid { state amount } }
      grants {
        municipality { name number organisationNumber countyGovernor { name } }
        pot { total known completeness awarded { state amount } paid { state amount } }
        shares { scheme { id } amount { state amount } }
      }
    }
  }
}";

#[derive(Deserialize)]
struct Answer {
    programme: Option<Programme>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Programme {
    name: String,
    from: jiff::civil::Date,
    until: jiff::civil::Date,
    use_until: jiff::civil::Date,
    schemes: Vec<super::SchemeName>,
    rules: Vec<super::eligibility::Quoted>,
    year: Option<Year>,
}

#[derive(Deserialize)]
struct Year {
    appropriation: AnsweredFigure,
    accounts: AnsweredFigure,
    difference: Option<i64>,
    pot: Pot,
    grants: Vec<Grant>,
}

#[derive(Deserialize)]
struct Pot {
    total: Option<i64>,
    known: i64,
    completeness: String,
    #[serde(default)]
    missing: Vec<super::SchemeName>,
    awarded: AnsweredFigure,
    paid: AnsweredFigure,
}

#[derive(Deserialize)]
struct Grant {
    municipality: Participant,
    pot: Pot,
    shares: Vec<Share>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    name: String,
    number: Option<String>,
    organisation_number: Option<String>,
    county_governor: Option<super::BodyName>,
}

#[derive(Deserialize)]
struct Share {
    amount: AnsweredFigure,
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
    let variables = json!({ "id": visit.programme(), "year": year });
    let answer: Answer = visit.ask(DOCUMENT, variables.clone()).await?;
    let programme = answer.programme.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let title = texts.fill(
        "programme-title",
        &[("name", programme.name.clone()), ("year", year.to_string())],
    );
    let day = |date| format::day(texts, date);
    let period = [
        ("from", day(programme.from)),
        ("until", day(programme.until)),
        ("use", day(programme.use_until)),
    ];
    let year_of_file = year.to_string();
    let pairs = [
        ("aar", year_of_file.as_str()),
        ("tekst", &order.tekst),
        ("sorter", &order.sorter),
    ];
    let offers = Offers::of(FileList::Programme, &visit, &pairs);
    let screen = Screen {
        page: visit.page(title).asking(DOCUMENT, &variables).offering(offers),
        period: texts.fill("programme-period", &period),
        schemes: programme.schemes.into_iter().map(|scheme| scheme.name).collect(),
        rules: programme.rules,
        shown: programme.year.map(|year| Shown::of(year, &order, texts)),
        years: visit.years(),
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
    period: String,
    schemes: Vec<String>,
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
    map: String,
}

impl Shown {
    fn of(year: Year, order: &Order, texts: Texts) -> Self {
        let mut grants: Vec<Grant> = year.grants.into_iter().filter(|grant| order.admits(grant)).collect();
        order.sort(&mut grants);
        let tiles: Vec<Tile> = grants.iter().map(tile).collect();
        let missing: Vec<String> = year.pot.missing.into_iter().map(|scheme| scheme.name).collect();
        Self {
            total: Cell::of(AnsweredFigure::known_or_not(year.pot.total), texts),
            known: format::kroner(year.pot.known),
            is_whole: year.pot.completeness == "COMPLETE",
            completeness: texts.code("completeness", &year.pot.completeness),
            missing: missing.join(", "),
            awarded: Cell::of(year.pot.awarded, texts),
            paid: Cell::of(year.pot.paid, texts),
            appropriation: Cell::of(year.appropriation, texts),
            accounts: Cell::of(year.accounts, texts),
            difference: Cell::of(AnsweredFigure::known_or_not(year.difference), texts),
            map: chart::tiles(&texts.say("map-title"), &tiles),
            rows: grants.iter().map(|grant| Row::of(grant, texts)).collect(),
        }
    }
}

/// What of the pot is paid; not known while either is not.
fn paid_share(grant: &Grant) -> Option<u32> {
    let (paid, total) = (grant.pot.paid.stated()?, grant.pot.total?);
    let share = paid.checked_mul(100)?.checked_div(total)?;
    u32::try_from(share).ok()
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
        share: paid_share(grant),
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
    fn of(grant: &Grant, texts: Texts) -> Self {
        let participant = &grant.municipality;
        Self {
            paid_share: paid_share(grant).map_or_else(|| texts.say("not-delivered"), |share| format!("{share}\u{a0}%")),
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
            shares: grant.shares.iter().map(|share| Cell::of(share.amount, texts)).collect(),
            total: Cell::of(AnsweredFigure::known_or_not(grant.pot.total), texts),
            paid: Cell::of(grant.pot.paid, texts),
            completeness: texts.code("completeness", &grant.pot.completeness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(paid: Option<i64>, total: Option<i64>) -> Grant {
        Grant {
            municipality: Participant {
                name: "Bamble".to_owned(),
                number: None,
                organisation_number: None,
                county_governor: None,
            },
            pot: Pot {
                total,
                known: 0,
                completeness: "COMPLETE".to_owned(),
                missing: Vec::new(),
                awarded: AnsweredFigure::known_or_not(total),
                paid: AnsweredFigure::known_or_not(paid),
            },
            shares: Vec::new(),
        }
    }

    #[test]
    fn a_share_of_what_is_not_known_is_not_known() {
        assert_eq!(paid_share(&grant(Some(50), Some(100))), Some(50));
        assert_eq!(paid_share(&grant(None, Some(100))), None);
        assert_eq!(paid_share(&grant(Some(50), None)), None);
        assert_eq!(paid_share(&grant(Some(0), Some(0))), None);
        assert_eq!(paid_share(&grant(Some(-5), Some(100))), None);
    }
}
