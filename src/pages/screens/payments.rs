//! *Utbetalinger*: when, how much, by whom, with which reference, newest first. What comes next is stated by no source here, and said so.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use super::super::downloads::{FileList, Offers};
use super::super::failure::PageError;
use super::super::format;
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::municipality::{self, Head, MunicipalityKey};
use super::{BodyName, Origin, PostLabel, SchemeName};

/// The screen's own fields.
const OWN: &str = "
    awards {
      id year vanishedAt scheme { id name } budgetPost { label } payer { name }
      disbursements { on amount reference }
      provenance { source { name lastHeardAt } recordId }
    }";

#[derive(Deserialize)]
struct Own {
    awards: Vec<Award>,
}

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

pub async fn show(visit: Visit, Path(place): Path<String>) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?;
    let document = municipality::document("Payments", OWN);
    let found = municipality::ask::<Own>(&visit, &document, &asked).await?;
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
    let screen = Screen {
        page: visit
            .page(texts.with("payments-title", "name", head.title()))
            .asking(&document, asked.variables())
            .offering(Offers::of_municipality(FileList::Payments, &visit, &place, &[])),
        total: total.map_or_else(|| texts.say("not-delivered"), format::kroner),
        rows: payments
            .iter()
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
