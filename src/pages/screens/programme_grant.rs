//! *Programtilskudd*: the one number, what it is made of, and what of it is missing or old; the years beside each other.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::super::chart::{self, Part};
use super::super::downloads::{FileList, Offers};
use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::municipality::{self, ByYear, Head, MunicipalityKey};
use super::{BodyName, Cell, Origin, PostLabel, SchemeName};

const POT: &str = "pot { total known completeness missing { id name } awarded { state amount } paid { state amount } difference asOf }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    programme_grant: Option<Grant>,
    /// All years, by alias.
    #[serde(flatten)]
    years: ByYear,
}

#[derive(Deserialize)]
struct OfYear {
    pot: Pot,
}

#[derive(Deserialize)]
struct Grant {
    pot: Pot,
    shares: Vec<Share>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pot {
    total: Option<i64>,
    known: i64,
    completeness: String,
    missing: Vec<SchemeName>,
    awarded: AnsweredFigure,
    paid: AnsweredFigure,
    difference: Option<i64>,
    as_of: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Share {
    scheme: OwnedScheme,
    budget_post: Option<PostLabel>,
    amount: AnsweredFigure,
    provenance: Vec<Origin>,
}

#[derive(Deserialize)]
struct OwnedScheme {
    name: String,
    directorate: BodyName,
}

/// The operation, with a field for each year of the programme.
fn document(years: &[i16]) -> String {
    let own = format!(
        "programmeGrant(year: $year) {{
      {POT}
      shares {{
        scheme {{ name directorate {{ name }} }}
        budgetPost {{ label }}
        amount {{ state amount }}
        {}
      }}
    }}
    {}",
        super::ORIGIN,
        municipality::of_years(years, POT)
    );
    municipality::document_with("ProgrammeGrant", ", $year: Int!", "", &own)
}

pub async fn show(visit: Visit, Path((place, year)): Path<(String, i16)>) -> Result<Response, PageError> {
    let document = document(&visit.years());
    let asked = MunicipalityKey::parse(&place)?.and("year", year);
    let found = municipality::ask::<Own>(&visit, &document, &asked).await?;
    let texts = visit.texts;
    let mut years = Vec::new();
    for year in visit.years() {
        let grant = municipality::of_year::<OfYear>(&found.own.years, year)?;
        years.push(YearRow::of(year, grant.map(|grant| grant.pot), texts));
    }
    let head = Head::of(&visit, &place, found.known, "programtilskudd");
    let title = texts.fill(
        "programme-grant-title",
        &[("year", year.to_string()), ("name", head.title())],
    );
    let of_year = [("aar", &*year.to_string())];
    let offers = Offers::of_municipality(FileList::ProgrammeGrant, &visit, &place, &of_year);
    let at = match visit.day {
        Some(day) => format::day(texts, day),
        None => format::instant(texts, visit.now),
    };
    let screen = Screen {
        printed: texts.fill("printed", &[("at", at), ("address", visit.path.clone())]),
        page: visit.page(title).asking(&document, asked.variables()).offering(offers),
        grant: found.own.programme_grant.map(|grant| Shown::of(grant, texts)),
        year,
        years,
        head,
        siden: "",
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "programme_grant.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    /// Stands on paper alone: as of when, and from where.
    printed: String,
    year: i16,
    grant: Option<Shown>,
    years: Vec<YearRow>,
    /// Whoever comes here has chosen no day yet.
    siden: &'static str,
}

/// One year's grant as it is shown.
struct Shown {
    /// The one number; a part is never shown as it.
    total: Cell,
    known: String,
    completeness: String,
    class: String,
    missing: String,
    awarded: Cell,
    paid: Cell,
    /// Awarded less paid, where both are known.
    left: Cell,
    difference: Cell,
    heard: String,
    shares: Vec<ShareRow>,
    picture: Option<String>,
}

struct ShareRow {
    number: usize,
    scheme: String,
    post: String,
    owner: String,
    amount: Cell,
    origins: Vec<String>,
}

impl Shown {
    fn of(grant: Grant, texts: Texts) -> Self {
        let pot = grant.pot;
        let left = pot
            .awarded
            .stated()
            .zip(pot.paid.stated())
            .and_then(|(awarded, paid)| awarded.checked_sub(paid));
        let parts = parts(&grant.shares);
        Self {
            total: Cell::of(AnsweredFigure::known_or_not(pot.total), texts),
            known: format::kroner(pot.known),
            completeness: texts.code("completeness", &pot.completeness),
            class: pot.completeness.to_lowercase(),
            missing: pot
                .missing
                .iter()
                .map(|scheme| scheme.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            awarded: Cell::of(pot.awarded, texts),
            paid: Cell::of(pot.paid, texts),
            left: Cell::of(AnsweredFigure::known_or_not(left), texts),
            difference: Cell::of(AnsweredFigure::known_or_not(pot.difference), texts),
            heard: pot.as_of.map_or_else(
                || texts.say("never-heard"),
                |at| texts.with("last-heard", "at", format::instant(texts, at)),
            ),
            picture: chart::bar(&texts.say("shares-picture"), &parts),
            shares: grant
                .shares
                .into_iter()
                .enumerate()
                .map(|(place, share)| ShareRow::of(place + 1, &share, texts))
                .collect(),
        }
    }

    fn is_whole(&self) -> bool {
        self.class == "complete"
    }
}

fn parts(shares: &[Share]) -> Vec<Part> {
    let sizes = shares.iter().enumerate().map(|(place, share)| Part {
        number: place + 1,
        size: share.amount.stated().unwrap_or(0),
    });
    sizes.collect()
}

impl ShareRow {
    fn of(number: usize, share: &Share, texts: Texts) -> Self {
        Self {
            number,
            scheme: share.scheme.name.clone(),
            post: share
                .budget_post
                .as_ref()
                .map_or_else(|| texts.say("no-post"), |post| post.label.clone()),
            owner: share.scheme.directorate.name.clone(),
            amount: Cell::of(share.amount, texts),
            origins: share.provenance.iter().map(|origin| origin.text(texts)).collect(),
        }
    }
}

/// One year beside the others.
struct YearRow {
    year: i16,
    /// Empty where the municipality took no part.
    cells: Vec<Cell>,
    completeness: String,
}

impl YearRow {
    fn of(year: i16, pot: Option<Pot>, texts: Texts) -> Self {
        let Some(pot) = pot else {
            return Self {
                year,
                cells: Vec::new(),
                completeness: texts.say("no-part-in-programme"),
            };
        };
        let total = AnsweredFigure::known_or_not(pot.total);
        Self {
            year,
            cells: [total, pot.awarded, pot.paid]
                .map(|figure| Cell::of(figure, texts))
                .into(),
            completeness: texts.code("completeness", &pot.completeness),
        }
    }
}
