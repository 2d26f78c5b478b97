//! *Utbetalinger*: when, how much, by whom, with which reference, newest first. What comes next is stated by no source here, and said so.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use super::super::downloads::{FileList, Offers};
use super::super::failure::PageError;
use super::super::format;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::municipality::{Head, MunicipalityKey};
use super::pieces::{self, PiecedAward};
use super::{BodyName, Origin, PostLabel, SchemeName};

/// How many rows a page has.
const ROWS: usize = 100;

/// The fields of each award.
const OWN: &str = "
      id year vanishedAt scheme { id name } budgetPost { label } payer { name }
      disbursements { on amount reference }
      provenance { source { name lastHeardAt } recordId }
    ";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Award {
    id: String,
    year: i16,
    vanished_at: Option<String>,
    scheme: Option<SchemeName>,
    budget_post: PostLabel,
    payer: Option<BodyName>,
    disbursements: Vec<Payment>,
    provenance: Origin,
}

#[derive(Deserialize, Clone)]
struct Payment {
    on: Date,
    amount: i64,
    reference: Option<String>,
}

impl PiecedAward for Award {
    fn id(&self) -> &str {
        &self.id
    }
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Piece {
    side: usize,
}

pub async fn show(
    visit: Visit,
    Path(place): Path<String>,
    Query(Piece { side }): Query<Piece>,
) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?;
    let document = pieces::document("Payments", OWN);
    let found = pieces::ask::<Award>(&visit, &document, &asked).await?;
    let texts = visit.texts;
    let head = Head::of(&visit, &place, found.known, "utbetalinger");
    let living = || found.own.awards.iter().filter(|award| award.vanished_at.is_none());
    let mut payments: Vec<(&Award, &Payment)> = living()
        .flat_map(|award| award.disbursements.iter().map(move |payment| (award, payment)))
        .collect();
    payments.sort_by_key(|(award, payment)| (std::cmp::Reverse(payment.on), award.id.clone()));
    let total = payments
        .iter()
        .try_fold(0_i64, |sum, (_, payment)| sum.checked_add(payment.amount));
    let day = visit.day.map(|day| format!("&per={day}")).unwrap_or_default();
    let page = |side: usize| format!("?side={side}{day}");
    let screen = Screen {
        page: visit
            .page(texts.with("payments-title", "name", head.title()))
            .asking(&document, asked.variables())
            .offering(Offers::of_municipality(FileList::Payments, &visit, &place, &[])),
        total: total.map_or_else(|| texts.say("not-delivered"), format::kroner),
        previous: side.checked_sub(1).map(page),
        next: (side.saturating_add(1).saturating_mul(ROWS) < payments.len()).then(|| page(side + 1)),
        rows: payments
            .iter()
            .skip(side.saturating_mul(ROWS))
            .take(ROWS)
            .map(|(award, payment)| Row::of(award, payment, texts))
            .collect(),
        head,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "payments.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
    total: String,
}

struct Row {
    award: String,
    on: String,
    amount: String,
    scheme: String,
    post: String,
    year: i16,
    payer: String,
    reference: String,
    origin: String,
}

impl Row {
    fn of(award: &Award, payment: &Payment, texts: Texts) -> Self {
        let not_stated = || texts.say("not-stated");
        Self {
            award: award.id.clone(),
            on: format::day(texts, payment.on),
            amount: format::kroner(payment.amount),
            scheme: award
                .scheme
                .as_ref()
                .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name.clone()),
            post: award.budget_post.label.clone(),
            year: award.year,
            payer: award.payer.as_ref().map_or_else(not_stated, |payer| payer.name.clone()),
            reference: payment.reference.clone().unwrap_or_else(not_stated),
            origin: award.provenance.text(texts),
        }
    }
}
