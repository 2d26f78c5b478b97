//! What stands above every screen of a municipality: which one it is, by whatever number it is named, and where its screens are.

use std::collections::HashMap;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::visit::Visit;
use crate::http::QueryError;

/// The fields of [`NamedMunicipality`].
const FIELDS: &str = "id name number organisationNumber countyGovernor { name } formerNumbers { number name until }";

/// A municipality as pages know it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedMunicipality {
    pub name: String,
    pub number: Option<String>,
    pub organisation_number: Option<String>,
    pub county_governor: Option<super::BodyName>,
    pub former_numbers: Vec<Former>,
}

/// A number that it once had.
#[derive(Debug, Clone, Deserialize)]
pub struct Former {
    pub number: String,
    pub name: String,
    pub until: Option<Date>,
}

/// The operation of that name: what every screen asks of a municipality, and the screen's own fields.
pub fn document(name: &str, own: &str) -> String {
    document_with(name, "", "", own)
}

/// The same with more variables, and with a field beside the municipality.
pub fn document_with(name: &str, variables: &str, beside: &str, own: &str) -> String {
    format!(
        "query {name}($number: String, $organisation: String{variables}, $asOf: DateTime) {{
{beside}  municipality(number: $number, organisationNumber: $organisation, asOf: $asOf) {{
    {FIELDS}
    {}
  }}
}}",
        own.trim()
    )
}

/// A municipality as it is answered, and the screen's own fields of it.
#[derive(Deserialize)]
pub struct AnsweredMunicipality<T> {
    #[serde(flatten)]
    pub known: NamedMunicipality,
    #[serde(flatten)]
    pub own: T,
}

/// The answer to such an operation.
#[derive(Deserialize)]
pub struct MunicipalityAnswer<T> {
    pub municipality: Option<AnsweredMunicipality<T>>,
}

/// The municipality that an address names, with the screen's own fields; it may be unknown.
pub async fn ask<T: DeserializeOwned>(
    visit: &Visit,
    document: &str,
    key: &MunicipalityKey,
) -> Result<AnsweredMunicipality<T>, PageError> {
    let answer: MunicipalityAnswer<T> = visit.ask(document, key.variables().clone()).await?;
    answer.municipality.ok_or(PageError::NotFound)
}

/// Fields that are asked of each year, by alias: `y2021`.
pub type ByYear = HashMap<String, Value>;

/// The operation's field for each of the years.
pub fn of_years(years: &[i16], own: &str) -> String {
    let of_year = |year: &i16| format!("y{year}: programmeGrant(year: {year}) {{ {own} }}");
    years.iter().map(of_year).collect::<Vec<_>>().join("\n    ")
}

/// What is answered of one of them; none where the municipality took no part.
pub fn of_year<T: DeserializeOwned>(years: &ByYear, year: i16) -> Result<Option<T>, PageError> {
    let answered = years.get(&format!("y{year}")).cloned().unwrap_or_default();
    serde_json::from_value(answered).map_err(|error| QueryError::Unreadable(error).into())
}

/// How an address names a municipality: by four digits, or by nine.
#[derive(Clone)]
pub struct MunicipalityKey(Value);

impl MunicipalityKey {
    pub fn parse(text: &str) -> Result<Self, PageError> {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.len() {
            4 if is_digits => Ok(Self(json!({ "number": text, "organisation": null }))),
            9 if is_digits => Ok(Self(json!({ "number": null, "organisation": text }))),
            _ => Err(PageError::NotFound),
        }
    }

    /// With the variables that the operation has besides.
    pub fn and(self, name: &str, value: impl Into<Value>) -> Self {
        let Self(mut variables) = self;
        variables[name] = value.into();
        Self(variables)
    }

    pub fn variables(&self) -> &Value {
        &self.0
    }
}

/// What stands above the screen.
pub struct Head {
    /// The key in the addresses of its screens.
    pub key: String,
    pub known: NamedMunicipality,
    pub former: String,
    pub year: i16,
    /// Which of the screens this is.
    pub screen: &'static str,
    /// What keeps the day in addresses.
    pub per: String,
}

impl Head {
    pub fn of(visit: &Visit, place: &str, known: NamedMunicipality, screen: &'static str) -> Self {
        let texts = visit.texts;
        let former: Vec<String> = known
            .former_numbers
            .iter()
            .map(|former| {
                let until = former.until.map(|until| until.yesterday().unwrap_or(until));
                let number = format!("{} {}", former.number, former.name);
                match until {
                    Some(until) => texts.fill(
                        "number-until",
                        &[("number", number), ("until", super::super::format::day(texts, until))],
                    ),
                    None => number,
                }
            })
            .collect();
        Self {
            key: place.to_owned(),
            former: former.join(", "),
            known,
            year: visit.years().last().copied().unwrap_or_else(|| visit.today.year()),
            screen,
            per: visit.day.map(|day| format!("?per={day}")).unwrap_or_default(),
        }
    }

    pub fn is_at(&self, screen: &str) -> bool {
        self.screen == screen
    }

    /// `Bamble (4012)`.
    pub fn title(&self) -> String {
        match &self.known.number {
            Some(number) => format!("{} ({number})", self.known.name),
            None => self.known.name.clone(),
        }
    }
}

/// The first of its screens.
pub async fn show(visit: Visit, Path(place): Path<String>) -> Result<Response, PageError> {
    MunicipalityKey::parse(&place)?;
    let year = visit.years().last().copied().unwrap_or_else(|| visit.today.year());
    Ok(Redirect::to(&format!("/kommune/{place}/programtilskudd/{year}")).into_response())
}
