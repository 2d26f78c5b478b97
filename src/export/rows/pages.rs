//! Awards, page by page: as many municipalities at a time as one answer may hold, and where one has too many, its years apart.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Ore;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::export::question::{Asker, BodyAnswer, FigureAnswer, IdAnswer, Named, PLACE, PlaceAnswer, Post};
use crate::export::{ExportError, Subset};

/// How many municipalities are asked for at first.
const PAGE: u32 = 32;
/// Every year that the schema knows.
const ALL_YEARS: (i16, i16) = (1900, 2200);

const FIGURE: &str = "state amount";
const AWARD: &str = "id year status decidedOn useFrom useUntil vanishedAt budgetPost { label } \
    scheme { id name directorate { organisationNumber name } } \
    recipientAsReported { organisationNumber number name } payer { organisationNumber name } \
    disbursements { on amount reference } alsoReportedBy { source { id } } \
    provenance { source { id name } recordId changedAt receivedAt }";

/// A municipality with its awards.
#[derive(Debug, Clone, Deserialize)]
pub struct Holder {
    #[serde(flatten)]
    pub place: PlaceAnswer,
    pub awards: Vec<AwardAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwardAnswer {
    pub id: String,
    pub year: i32,
    pub status: String,
    pub decided_on: Option<Date>,
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    pub vanished_at: Option<Timestamp>,
    pub budget_post: Post,
    pub scheme: Option<SchemeAnswer>,
    pub recipient_as_reported: ReportedAnswer,
    pub payer: Option<BodyAnswer>,
    pub applied: FigureAnswer,
    pub granted: FigureAnswer,
    pub paid: FigureAnswer,
    pub disbursements: Vec<PaymentAnswer>,
    pub also_reported_by: Vec<OtherReport>,
    pub provenance: ProvenanceAnswer,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SchemeAnswer {
    pub id: String,
    pub name: String,
    pub directorate: BodyAnswer,
}

impl SchemeAnswer {
    pub fn named(&self) -> Named {
        Named {
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedAnswer {
    pub organisation_number: Option<String>,
    pub number: Option<String>,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PaymentAnswer {
    pub on: Date,
    pub amount: Ore,
    pub reference: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OtherReport {
    pub source: IdAnswer,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvenanceAnswer {
    pub source: Named,
    pub record_id: String,
    pub changed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// The awards of whom the caller sees, from the first to the last.
pub struct AwardPages {
    whose: Whose,
    scheme: Option<String>,
    status: Option<Vec<String>>,
    years: (i16, i16),
    as_of: Option<Timestamp>,
    size: u32,
    token: Option<String>,
    ended: bool,
}

/// Of one municipality, or of all.
enum Whose {
    One(Value),
    All,
}

#[derive(Deserialize)]
struct Answer {
    municipality: Option<Holder>,
    municipalities: Option<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    items: Vec<Holder>,
    continuation_token: Option<String>,
}

impl AwardPages {
    /// `own` is the caller's organisation number where it is a municipality: the others have nothing for it.
    pub fn new(subset: &Subset, years: Option<i16>, own: Option<&str>) -> Self {
        let one = subset.municipality.as_deref().or(own);
        Self {
            whose: one.map_or(Whose::All, |number| Whose::One(numbers(number))),
            scheme: subset.scheme.clone(),
            status: (!subset.status.is_empty()).then(|| subset.status.clone()),
            years: years.map_or(ALL_YEARS, |year| (year, year)),
            as_of: subset.as_of,
            size: PAGE,
            token: None,
            ended: false,
        }
    }

    /// The next page; `None` after the last.
    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<Holder>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        loop {
            match self.ask(asker, self.years).await {
                Ok(page) => return Ok(Some(self.turn(page))),
                Err(error) if error.is_too_much() && self.size > 1 => self.size /= 2,
                Err(error) if error.is_too_much() => return self.by_years(asker).await.map(Some),
                Err(error) => return Err(error),
            }
        }
    }

    /// One municipality whose awards are too many for one answer: half of the years at a time, and half of these.
    async fn by_years(&mut self, asker: &mut Asker) -> Result<Vec<Holder>, ExportError> {
        let (mut spans, mut found, mut last) = (vec![self.years], Vec::<Holder>::new(), None);
        while let Some((from, to)) = spans.pop() {
            match self.ask(asker, (from, to)).await {
                Ok(page) => {
                    for holder in page.items {
                        match found.iter_mut().find(|other| other.place.id == holder.place.id) {
                            Some(other) => other.awards.extend(holder.awards),
                            None => found.push(holder),
                        }
                    }
                    last = page.continuation_token;
                }
                Err(error) if error.is_too_much() && from < to => {
                    let middle = i16::midpoint(from, to);
                    spans.extend([(middle + 1, to), (from, middle)]);
                }
                Err(error) => return Err(error),
            }
        }
        self.size = PAGE;
        Ok(self.turn(Page {
            items: found,
            continuation_token: last,
        }))
    }

    fn turn(&mut self, page: Page) -> Vec<Holder> {
        self.ended = page.continuation_token.is_none();
        self.token = page.continuation_token;
        page.items
    }

    async fn ask(&self, asker: &mut Asker, (from, to): (i16, i16)) -> Result<Page, ExportError> {
        let awards = format!(
            "{PLACE} awards(fromYear: $from, toYear: $to, scheme: $scheme, status: $status) \
             {{ {AWARD} applied {{ {FIGURE} }} granted {{ {FIGURE} }} paid {{ {FIGURE} }} }}"
        );
        let mut variables = json!({ "from": from, "to": to, "scheme": self.scheme, "status": self.status });
        let filters = "$from: Int, $to: Int, $scheme: ID, $status: [AwardStatus!]";
        let document = match &self.whose {
            Whose::One(numbers) => {
                variables["number"] = numbers["number"].clone();
                variables["organisation"] = numbers["organisation"].clone();
                variables["asOf"] = self.as_of.map(|at| at.to_string()).into();
                format!(
                    "query ExportAwards($number: String, $organisation: String, $asOf: DateTime, {filters}) \
                     {{ municipality(number: $number, organisationNumber: $organisation, asOf: $asOf) {{ {awards} }} }}"
                )
            }
            Whose::All => {
                variables["limit"] = self.size.into();
                variables["after"] = self.token.clone().into();
                format!(
                    "query ExportAwards($limit: Int!, $after: String, {filters}) \
                     {{ municipalities(limit: $limit, continuationToken: $after) \
                     {{ items {{ {awards} }} continuationToken }} }}"
                )
            }
        };
        let answer: Answer = asker.ask(&document, &variables).await?;
        Ok(answer.municipalities.unwrap_or_else(|| Page {
            items: answer.municipality.into_iter().collect(),
            continuation_token: None,
        }))
    }
}

/// A municipality number has four digits, an organisation number nine.
pub fn numbers(number: &str) -> Value {
    if number.len() == 4 {
        json!({ "number": number })
    } else {
        json!({ "organisation": number })
    }
}
