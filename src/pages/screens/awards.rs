//! *Alle tilskudd*: every award of the municipality from every source, filtered and sorted by what stands in the address.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use programgrant_schema::Ore;
use serde::Deserialize;

use super::super::downloads::{FileList, Offers, said, year_in};
use super::super::failure::PageError;
use super::super::format::{AnsweredFigure, Sum};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::municipality::{Head, MunicipalityKey};
use super::pieces::{self, PiecedAward};
use super::{Cell, Origin, PostLabel, SchemeName};
use crate::export::{AwardKey, RowOrder, Subset, is_found, sort_awards};

/// How many rows a page has.
const ROWS: usize = 100;
/// A share of the pot: the pot itself stands among the awards, and would be counted twice.
const SHARE: &str = "IN_PROGRAMME";

/// The fields of each award.
const OWN: &str = "
      id year status vanishedAt
      scheme { id name } budgetPost { label }
      recipientAsReported { name number organisationNumber }
      applied { state amount } granted { state amount } paid { state amount }
      provenance { source { name lastHeardAt } recordId }
    ";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Award {
    id: String,
    year: i16,
    status: String,
    vanished_at: Option<String>,
    scheme: Option<SchemeName>,
    budget_post: PostLabel,
    recipient_as_reported: Reported,
    applied: AnsweredFigure,
    granted: AnsweredFigure,
    paid: AnsweredFigure,
    provenance: Origin,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    name: Option<String>,
    number: Option<String>,
    organisation_number: Option<String>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AwardFilter {
    aar: String,
    ordning: String,
    status: String,
    tekst: String,
    sorter: String,
    side: usize,
}

impl AwardFilter {
    fn admits(&self, award: &Award) -> bool {
        let is = |wanted: &str, has: &str| wanted.is_empty() || wanted == has;
        let scheme = award.scheme.as_ref().map_or("", |scheme| scheme.id.as_str());
        is(&self.aar, &award.year.to_string())
            && is(&self.ordning, scheme)
            && is(&self.status, &award.status)
            && is_found(&self.tekst, &names(award))
    }

    fn order(&self) -> RowOrder {
        match self.sorter.as_str() {
            "ordning" => RowOrder::Scheme,
            "innvilget" => RowOrder::Granted,
            "utbetalt" => RowOrder::Paid,
            _ => RowOrder::Newest,
        }
    }

    /// The same, as it is said of a file of the same rows.
    pub fn subset(&self, texts: Texts) -> Result<Subset, PageError> {
        Ok(Subset {
            year: year_in(&self.aar, texts)?,
            scheme: said(&self.ordning),
            status: said(&self.status).into_iter().collect(),
            text: said(&self.tekst),
            order: Some(self.order()),
            with_vanished: true,
            ..Subset::default()
        })
    }

    /// What stands in the address of the same list.
    fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("aar", &self.aar),
            ("ordning", &self.ordning),
            ("status", &self.status),
            ("tekst", &self.tekst),
            ("sorter", &self.sorter),
        ]
    }

    /// The address of the same list as of the same day, of another page of it.
    fn page(&self, page: usize, day: Option<Date>) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        query.extend_pairs(self.pairs().iter().filter(|(_, value)| !value.is_empty()));
        if let Some(day) = day {
            query.append_pair("per", &day.to_string());
        }
        query.append_pair("side", &page.to_string()).finish()
    }
}

/// Everything of an award that somebody may look for.
fn names(award: &Award) -> [Option<&str>; 7] {
    let (reported, provenance) = (&award.recipient_as_reported, &award.provenance);
    [
        award.scheme.as_ref().map(|scheme| scheme.name.as_str()),
        Some(&award.budget_post.label),
        reported.name.as_deref(),
        reported.number.as_deref(),
        reported.organisation_number.as_deref(),
        Some(&provenance.source.name),
        Some(&provenance.record_id),
    ]
}

fn key(award: &Award) -> AwardKey<'_> {
    let ore = |figure: AnsweredFigure| figure.stated().and_then(Ore::new);
    AwardKey {
        year: award.year.into(),
        scheme: award.scheme.as_ref().map(|scheme| scheme.name.as_str()),
        granted: ore(award.granted),
        paid: ore(award.paid),
    }
}

pub async fn show(
    visit: Visit,
    Path(place): Path<String>,
    Query(filter): Query<AwardFilter>,
) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?;
    let document = pieces::document("Awards", OWN);
    let found = pieces::ask::<Award>(&visit, &document, &asked).await?;
    let texts = visit.texts;
    let head = Head::of(&visit, &place, found.known, "tilskudd");
    let choices = Choices::of(&found.own.awards, texts);
    let mut shown: Vec<Award> = found
        .own
        .awards
        .into_iter()
        .filter(|award| filter.admits(award))
        .collect();
    sort_awards(&mut shown, filter.order(), key);
    let title = texts.with("awards-title", "name", head.title());
    let screen = Screen {
        page: visit
            .page(title)
            .asking(&document, asked.variables())
            .offering(Offers::of_municipality(
                FileList::Awards,
                &visit,
                &place,
                &filter.pairs(),
            )),
        sums: Sums::of(&shown, texts),
        count: shown.len(),
        previous: (filter.side > 0).then(|| filter.page(filter.side - 1, visit.day)),
        next: ((filter.side.saturating_add(1)).saturating_mul(ROWS) < shown.len())
            .then(|| filter.page(filter.side + 1, visit.day)),
        rows: shown
            .iter()
            .skip(filter.side.saturating_mul(ROWS))
            .take(ROWS)
            .map(|award| Row::of(award, texts))
            .collect(),
        choices,
        filter,
        head,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "awards.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    filter: AwardFilter,
    choices: Choices,
    count: usize,
    sums: Sums,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

/// What there is to choose from: what stands among the municipality's awards.
struct Choices {
    years: Vec<String>,
    schemes: Vec<(String, String)>,
    states: Vec<(String, String)>,
}

impl Choices {
    fn of(awards: &[Award], texts: Texts) -> Self {
        fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
            all.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
        }
        let schemes = awards.iter().filter_map(|award| award.scheme.as_ref());
        Self {
            years: distinct(awards.iter().map(|award| award.year))
                .iter()
                .rev()
                .map(ToString::to_string)
                .collect(),
            schemes: distinct(schemes.map(|scheme| (scheme.id.clone(), scheme.name.clone()))),
            states: distinct(
                awards
                    .iter()
                    .map(|award| (award.status.clone(), texts.code("status", &award.status))),
            ),
        }
    }
}

/// Sums of what is shown, one for each kind of amount.
struct Sums {
    applied: String,
    granted: String,
    paid: String,
    /// Rows that are in none of them.
    left_out: usize,
}

impl Sums {
    fn of(awards: &[Award], texts: Texts) -> Self {
        let counted: Vec<&Award> = awards.iter().filter(|award| award.is_counted()).collect();
        let sum = |figure: fn(&Award) -> AnsweredFigure| Sum::of(counted.iter().map(|award| figure(award))).text(texts);
        Self {
            applied: sum(|award| award.applied),
            granted: sum(|award| award.granted),
            paid: sum(|award| award.paid),
            left_out: awards.len() - counted.len(),
        }
    }
}

impl PiecedAward for Award {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Award {
    fn is_counted(&self) -> bool {
        self.status != SHARE && self.vanished_at.is_none()
    }
}

struct Row {
    id: String,
    year: i16,
    scheme: String,
    post: String,
    status: String,
    class: &'static str,
    applied: Cell,
    granted: Cell,
    paid: Cell,
    origin: String,
}

impl Row {
    fn of(award: &Award, texts: Texts) -> Self {
        let status = texts.code("status", &award.status);
        let has_vanished = award.vanished_at.is_some();
        Self {
            id: award.id.clone(),
            year: award.year,
            scheme: award
                .scheme
                .as_ref()
                .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name.clone()),
            post: award.budget_post.label.clone(),
            status: if has_vanished {
                texts.with("status-vanished", "status", status)
            } else {
                status
            },
            class: if award.is_counted() { "counted" } else { "not-counted" },
            applied: Cell::of(award.applied, texts),
            granted: Cell::of(award.granted, texts),
            paid: Cell::of(award.paid, texts),
            origin: award.provenance.text(texts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::format::Knowledge;
    use super::super::super::text::Language;
    use super::*;

    fn award(status: &str, granted: Option<i64>) -> Award {
        let figure = |amount: Option<i64>| AnsweredFigure::known_or_not(amount);
        serde_json::from_value(serde_json::json!({
            "id": "1", "year": 2021, "status": status, "vanishedAt": null, "scheme": { "id": "231.63", "name": "Minoritetsspråklige" },
            "budgetPost": { "label": "231.63" }, "recipientAsReported": { "name": "Bamble kommune" },
            "applied": { "state": "NOT_APPLICABLE", "amount": null },
            "granted": { "state": if figure(granted).state == Knowledge::Stated { "STATED" } else { "NOT_DELIVERED" }, "amount": granted },
            "paid": { "state": "STATED", "amount": 0 },
            "provenance": { "source": { "name": "Udir", "lastHeardAt": null }, "recordId": "sak 1" },
        }))
        .expect("an award")
    }

    #[test]
    fn a_share_of_the_pot_is_in_no_sum_and_an_unknown_amount_makes_none_a_total() {
        let texts = Texts(Language::Bokmaal);
        let sums = Sums::of(
            &[
                award("GRANTED", Some(500)),
                award(SHARE, Some(700)),
                award("GRANTED", None),
            ],
            texts,
        );
        assert_eq!(sums.granted, "minst 5\u{a0}kr (1 mangler)");
        assert_eq!(sums.left_out, 1);
    }

    #[test]
    fn another_page_keeps_every_filter_and_the_day() {
        let filter = AwardFilter {
            aar: "2021".into(),
            ordning: "846.62/61-los".into(),
            status: "PAID".into(),
            tekst: "bø & sånt".into(),
            sorter: "utbetalt".into(),
            side: 0,
        };
        let kept = "?aar=2021&ordning=846.62%2F61-los&status=PAID&tekst=b%C3%B8+%26+s%C3%A5nt&sorter=utbetalt";
        assert_eq!(filter.page(1, None), format!("{kept}&side=1"));
        let day = jiff::civil::date(2021, 6, 1);
        assert_eq!(filter.page(2, Some(day)), format!("{kept}&per=2021-06-01&side=2"));
    }

    #[test]
    fn a_filter_finds_by_year_state_and_any_text() {
        let by = |filter: AwardFilter| filter.admits(&award("PAID", Some(1)));
        assert!(by(AwardFilter {
            tekst: "bamble".into(),
            ..AwardFilter::default()
        }));
        assert!(by(AwardFilter {
            tekst: "SAK 1".into(),
            aar: "2021".into(),
            ..AwardFilter::default()
        }));
        assert!(!by(AwardFilter {
            tekst: "oslo".into(),
            ..AwardFilter::default()
        }));
        assert!(!by(AwardFilter {
            status: "GRANTED".into(),
            ..AwardFilter::default()
        }));
        assert!(!by(AwardFilter {
            ordning: "621.63".into(),
            ..AwardFilter::default()
        }));
    }
}
