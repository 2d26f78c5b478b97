//! What stands above every screen of a municipality: which one it is, by whatever number it is named, and where its screens are.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::visit::Visit;

/// The fields of [`Municipality`].
pub const FIELDS: &str =
    "id name number organisationNumber countyGovernor { name } formerNumbers { number name until }";

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

/// How an address names a municipality: by four digits, or by nine.
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
