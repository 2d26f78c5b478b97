//! From the wire to the contract, without asking anybody: an answer is a whole page, an expired token, or an error.

mod amount;
pub mod sperre;
mod tilsagn;
mod year;

use programgrant_contract::{SourceError, json};
use programgrant_schema::{Record, SetAside};
use serde_json::value::RawValue;

use crate::wire::{self, UGYLDIG_TOKEN};

#[cfg(feature = "simulator")]
pub use tilsagn::BUFDIR;
pub use year::Year;

#[cfg(test)]
mod tests;

/// What an answer that is no error says.
#[derive(Debug)]
pub enum Answer {
    Page(Page),
    /// The payload error `UgyldigToken`: the walk starts over.
    TokenExpired,
}

/// One page, record by record.
#[derive(Debug)]
pub struct Page {
    pub items: Vec<Result<Record, Box<SetAside>>>,
    /// The token of the next page; `None` where this is the last.
    pub next: Option<String>,
}

/// Reads the answer for the year `asked`, of which `place` says the year and the page. It is whole, or it is refused.
pub fn answer(body: &[u8], asked: i16, place: &str) -> Result<Answer, SourceError> {
    let payload: wire::SoekTilsagnPayload = data(body, place)?
        .soek_tilsagn
        .and_then(|payload| json::object(payload.get()))
        .ok_or_else(|| SourceError::malformed(place, "soekTilsagn is not the documented payload"))?;
    if let Some(other) = payload.errors.iter().find(|error| error.typename != UGYLDIG_TOKEN) {
        return Err(SourceError::refused(format!("{place}: {}", type_name(&other.typename))));
    }
    if !payload.errors.is_empty() {
        return Ok(Answer::TokenExpired);
    }
    let items = payload
        .items
        .ok_or_else(|| SourceError::malformed(place, "items is null and no error says why"))?;
    let next = match payload.continuation_token.filter(|token| !token.is_empty()) {
        _ if !payload.has_next_page => None,
        None => {
            return Err(SourceError::malformed(
                place,
                "there is a next page but no token for it",
            ));
        }
        token => token,
    };
    let item_place = |index: usize| format!("{place}, item {}", index + 1);
    let items = items
        .iter()
        .enumerate()
        .map(|(index, item)| tilsagn::tilsagn(item, asked, &item_place(index)))
        .collect();
    Ok(Answer::Page(Page { items, next }))
}

/// The data of an answer without top-level errors: it is whole, or it is refused.
fn data<'a>(body: &'a [u8], place: &str) -> Result<wire::Data<'a>, SourceError> {
    let unreadable = || SourceError::malformed(place, "the body is no GraphQL answer");
    let body = std::str::from_utf8(body).map_err(|_| unreadable())?;
    let answer: wire::Response = json::object(body).ok_or_else(unreadable)?;
    if answer.errors.is_some_and(|errors| !is_empty_list(errors)) {
        return Err(SourceError::outage(format!("the answer for {place} carries errors")));
    }
    answer
        .data
        .and_then(|data| json::object(data.get()))
        .ok_or_else(|| SourceError::malformed(place, "there is no data and no error"))
}

/// GraphQL forbids an empty list of errors; as it names no error, nothing is lost by reading on.
fn is_empty_list(raw: &RawValue) -> bool {
    serde_json::from_str::<Vec<&RawValue>>(raw.get()).is_ok_and(|list| list.is_empty())
}

/// The type of a payload error, which may go to a client only as the bare name that GraphQL lets it be.
fn type_name(typename: &str) -> &str {
    let is_name = typename.len() <= 60
        && typename
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name && !typename.is_empty() {
        typename
    } else {
        "an error without a readable name"
    }
}
