//! Questions to the public schema, and the answers that several exports share.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Ore;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ExportError;
use super::about::SourceAge;
use super::table::{CellValue, NO_LONGER_LISTED, NOT_IN_REACH};
use crate::http::{LocalClient, QueryError};

/// Asks in the name of one caller. Where its budget is used up it waits, as long as it was given patience.
pub struct Asker {
    pub client: LocalClient,
    pub patience: Duration,
}

impl Asker {
    pub async fn ask<T: DeserializeOwned>(&mut self, document: &str, variables: &Value) -> Result<T, ExportError> {
        loop {
            match self.client.query(document, variables).await {
                Err(QueryError::Refused(refusal)) if refusal.retry_after.is_some_and(|wait| wait <= self.patience) => {
                    let wait = refusal.retry_after.unwrap_or_default();
                    self.patience -= wait;
                    tokio::time::sleep(wait).await;
                }
                answer => return answer.map_err(ExportError::from),
            }
        }
    }
}

const FACTS: &str = "query ExportFacts { \
    viewer { role organisation { organisationNumber name } } \
    sources { id name state lastHeardAt setAside unresolved schemes { id } } \
    programmes { id name from until notice schemes { id name } } }";

/// What every export begins with.
#[derive(Debug, Clone, Deserialize)]
pub struct Facts {
    pub viewer: ViewerFacts,
    pub sources: Vec<SourceFacts>,
    pub programmes: Vec<ProgrammeFacts>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ViewerFacts {
    pub role: String,
    pub organisation: Option<BodyAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceFacts {
    pub id: String,
    pub name: String,
    pub state: String,
    pub last_heard_at: Option<Timestamp>,
    pub set_aside: u64,
    pub unresolved: u64,
    pub schemes: Vec<IdAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ProgrammeFacts {
    pub id: String,
    pub name: String,
    /// Null where it is not published; so is the next.
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub notice: Option<String>,
    pub schemes: Vec<Named>,
}

impl Facts {
    pub async fn ask(asker: &mut Asker) -> Result<Self, ExportError> {
        asker.ask(FACTS, &json!({})).await
    }

    /// What the programmes say a reader must know, each once.
    pub fn notices(&self) -> Vec<String> {
        let mut notices: Vec<String> = Vec::new();
        for programme in &self.programmes {
            if let Some(notice) = &programme.notice
                && !notices.contains(notice)
            {
                notices.push(notice.clone());
            }
        }
        notices
    }

    /// The organisation number of a municipality that asks for itself.
    pub fn own_municipality(&self) -> Option<&str> {
        let body = self.viewer.organisation.as_ref()?;
        (self.viewer.role == "MUNICIPALITY").then_some(body.organisation_number.as_str())
    }
}

impl SourceFacts {
    pub fn age(&self) -> SourceAge {
        SourceAge {
            id: self.id.clone(),
            name: self.name.clone(),
            state: self.state.clone(),
            last_heard_at: self.last_heard_at,
        }
    }
}

/// A body with an organisation number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BodyAnswer {
    pub organisation_number: String,
    pub name: String,
}

/// An id with its name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// A name alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NameAnswer {
    pub name: String,
}

/// An id alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IdAnswer {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Post {
    pub label: String,
}

/// The fields of [`PlaceAnswer`].
pub const PLACE: &str = "id organisationNumber number name";

/// A municipality as the tables name it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceAnswer {
    pub id: String,
    pub organisation_number: Option<String>,
    pub number: Option<String>,
    pub name: String,
}

impl PlaceAnswer {
    /// Its four cells; all empty where there is none.
    pub fn cells(place: Option<&Self>) -> [CellValue; 4] {
        [
            place.map(|place| &place.id).into(),
            place.and_then(|place| place.organisation_number.as_ref()).into(),
            place.and_then(|place| place.number.as_ref()).into(),
            place.map(|place| &place.name).into(),
        ]
    }
}

/// A figure as the schema answers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FigureAnswer {
    pub state: String,
    pub amount: Option<Ore>,
}

impl FigureAnswer {
    /// One that whoever asks is not shown.
    pub fn hidden() -> Self {
        Self {
            state: NOT_IN_REACH.to_owned(),
            amount: None,
        }
    }

    /// One that its source no longer lists.
    pub fn no_longer_listed() -> Self {
        Self {
            state: NO_LONGER_LISTED.to_owned(),
            amount: None,
        }
    }

    pub fn not_applicable() -> Self {
        Self {
            state: "NOT_APPLICABLE".to_owned(),
            amount: None,
        }
    }

    /// An amount that the schema gives without a state: null is not known.
    pub fn of(amount: Option<Ore>) -> Self {
        let state = if amount.is_some() { "STATED" } else { "NOT_DELIVERED" };
        Self {
            state: state.to_owned(),
            amount,
        }
    }

    pub fn cells(&self) -> [CellValue; 2] {
        [self.amount.into(), (&self.state).into()]
    }
}

/// Number and name of a body, as two cells.
pub fn body_cells(body: Option<&BodyAnswer>) -> [CellValue; 2] {
    [
        body.map(|body| &body.organisation_number).into(),
        body.map(|body| &body.name).into(),
    ]
}

/// Id and name, as two cells.
pub fn named_cells(named: Option<&Named>) -> [CellValue; 2] {
    [
        named.map(|named| &named.id).into(),
        named.map(|named| &named.name).into(),
    ]
}
