//! What the overview asks of the interface: municipalities and all their grants in one operation, so that they are of one picture; the
//! accounts' coverage and the open cases apart.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::super::super::failure::PageError;
use super::super::super::format::AnsweredFigure;
use super::super::super::visit::Visit;
use super::super::SchemeName;
use super::super::pot::{GRANT, ParticipantGrant};

/// Roles that see no municipality's grant; what is public is left to them.
const WITHOUT_GRANTS: [&str; 2] = ["PUBLIC", "OPERATOR"];
/// Roles that see every municipality's: what they are not told of a year, there is not.
const SEEING_ALL: [&str; 3] = ["DIRECTORATE", "PROGRAMME_OFFICE", "EVALUATOR"];

const MUNICIPALITY: &str = "id name number organisationNumber countyGovernor { name organisationNumber }";

const CASES: &str = "query OpenCases($after: String) {
  doubleFundingCases(state: [OPEN], limit: 1000, continuationToken: $after) {
    continuationToken
    items { municipality { id } }
  }
}";

/// Everything that the overview is made of.
pub struct OverviewAnswers {
    /// The main operation, as it is shown.
    pub document: String,
    pub variables: serde_json::Value,
    pub programme: OverviewProgramme,
    pub municipalities: Vec<OverviewPlace>,
    pub coverage: HashMap<String, CoverageSums>,
    /// Open cases by municipality; none where the caller may not see cases, or asks as of a day, on which there were others.
    pub cases: Option<HashMap<String, usize>>,
    pub sees_grants: bool,
    pub sees_all: bool,
}

#[derive(Deserialize)]
struct Answer {
    programme: Option<OverviewProgramme>,
    municipalities: Piece<OverviewPlace>,
}

#[derive(Deserialize)]
struct FurtherAnswer {
    municipalities: Piece<OverviewPlace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece<T> {
    continuation_token: Option<String>,
    items: Vec<T>,
}

#[derive(Deserialize)]
pub struct OverviewProgramme {
    pub name: String,
    pub schemes: Vec<SchemeName>,
    /// Null where it is not published who takes part.
    #[serde(deserialize_with = "none_known")]
    pub municipalities: Vec<ParticipantId>,
    /// By alias: `y2021`.
    #[serde(flatten)]
    pub years: HashMap<String, Option<OverviewYear>>,
}

/// A municipality, by its id alone.
#[derive(Deserialize, Debug, Clone)]
pub struct ParticipantId {
    pub id: String,
}

#[derive(Deserialize)]
pub struct OverviewYear {
    pub pot: WholePot,
    #[serde(default)]
    pub grants: Vec<ParticipantGrant<ParticipantId>>,
}

/// The whole programme's pot: it is public.
#[derive(Deserialize)]
pub struct WholePot {
    pub total: Option<i64>,
    pub paid: AnsweredFigure,
}

/// What of the accounts the sources here report, in the whole country.
#[derive(Deserialize)]
pub struct CoverageSums {
    pub total: AnsweredFigure,
    pub heard: AnsweredFigure,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverviewPlace {
    pub id: String,
    pub name: String,
    pub number: Option<String>,
    pub organisation_number: Option<String>,
    pub county_governor: Option<Governor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Governor {
    pub name: String,
    pub organisation_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenCases {
    double_funding_cases: Piece<OpenCase>,
}

#[derive(Deserialize)]
struct OpenCase {
    municipality: Option<ParticipantId>,
}

/// The operation, with a field for each year.
fn document(years: &[i16], sees_grants: bool) -> String {
    let grants = if sees_grants {
        format!("grants {{ municipality {{ id }} {GRANT} }}")
    } else {
        String::new()
    };
    let year =
        |year: &i16| format!("y{year}: year(year: {year}) {{ pot {{ total paid {{ state amount }} }} {grants} }}");
    let years: Vec<String> = years.iter().map(year).collect();
    format!(
        "query Overview($programme: ID!, $asOf: DateTime) {{
  programme(id: $programme, asOf: $asOf) {{
    name
    schemes {{ id name }}
    municipalities {{ id }}
    {}
  }}
  municipalities(limit: 1000) {{ continuationToken items {{ {MUNICIPALITY} }} }}
}}",
        years.join("\n    ")
    )
}

pub async fn ask(visit: &Visit) -> Result<OverviewAnswers, PageError> {
    let sees_grants = !WITHOUT_GRANTS.contains(&visit.role());
    let years = visit.years();
    let document = document(&years, sees_grants);
    let variables = json!({ "programme": visit.programme() });
    let answer: Answer = visit.ask(&document, variables.clone()).await?;
    Ok(OverviewAnswers {
        programme: answer.programme.ok_or(PageError::NotFound)?,
        municipalities: all(visit, answer.municipalities).await?,
        coverage: coverage(visit, &years).await?,
        cases: open_cases(visit).await?,
        sees_grants,
        sees_all: SEEING_ALL.contains(&visit.role()),
        document,
        variables,
    })
}

/// Nobody, where it is not published who takes part.
fn none_known<'de, D: Deserializer<'de>>(answered: D) -> Result<Vec<ParticipantId>, D::Error> {
    Option::deserialize(answered).map(Option::unwrap_or_default)
}

/// Every piece of the list: a row that is not asked for would be lost.
async fn all(visit: &Visit, first: Piece<OverviewPlace>) -> Result<Vec<OverviewPlace>, PageError> {
    let (mut places, mut next) = (first.items, first.continuation_token);
    let document = format!(
        "query FurtherMunicipalities($after: String) {{
  municipalities(limit: 1000, continuationToken: $after) {{ continuationToken items {{ {MUNICIPALITY} }} }}
}}"
    );
    while let Some(after) = next {
        let further: FurtherAnswer = visit.client.query(&document, &json!({ "after": after })).await?;
        places.extend(further.municipalities.items);
        next = further.municipalities.continuation_token;
    }
    Ok(places)
}

/// The accounts against the sources, year by year.
pub async fn coverage(visit: &Visit, years: &[i16]) -> Result<HashMap<String, CoverageSums>, PageError> {
    let year = |year: &i16| {
        format!("y{year}: coverage(year: {year}, asOf: $asOf) {{ total {{ state amount }} heard {{ state amount }} }}")
    };
    let fields: Vec<String> = years.iter().map(year).collect();
    if fields.is_empty() {
        return Ok(HashMap::new());
    }
    let document = format!("query Coverage($asOf: DateTime) {{\n  {}\n}}", fields.join("\n  "));
    Ok(visit.ask(&document, json!({})).await?)
}

/// How many open cases each municipality has.
pub async fn open_cases(visit: &Visit) -> Result<Option<HashMap<String, usize>>, PageError> {
    if visit.day.is_some() {
        return Ok(None);
    }
    let mut counted = HashMap::new();
    let mut after = None;
    loop {
        let answer: OpenCases = match visit.client.query(CASES, &json!({ "after": after })).await {
            Ok(answer) => answer,
            Err(error) => {
                return match PageError::from(error) {
                    PageError::Forbidden | PageError::NotFound => Ok(None),
                    error => Err(error),
                };
            }
        };
        for case in answer.double_funding_cases.items {
            // One whose recipient cannot be told is nobody's, and counts all the same.
            let whose = case
                .municipality
                .map_or_else(String::new, |municipality| municipality.id);
            *counted.entry(whose).or_default() += 1;
        }
        after = answer.double_funding_cases.continuation_token;
        if after.is_none() {
            return Ok(Some(counted));
        }
    }
}
