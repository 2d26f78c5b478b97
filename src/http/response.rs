//! An answer over HTTP: its form, its status, and what may be kept of it.

use async_graphql::{Response as Outcome, ServerError, Value};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::negotiation::Media;
use super::reference::RequestId;
use super::refusal::Refusal;
use crate::graphql::executor;

/// What an answer to GET depends on, besides its address.
const VARY: &str = "accept, accept-encoding, authorization, programgrant-caller";

/// An outcome as GraphQL writes it: whoever was not executed has no `data` at all.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: &'a std::collections::BTreeMap<String, Value>,
}

/// The JSON text of an outcome.
///
/// # Panics
///
/// Never: an outcome has text keys and no fractions that are none.
pub fn text(outcome: &Outcome) -> Vec<u8> {
    if let Some(data) = executor::text(&outcome.data).filter(|_| outcome.extensions.is_empty()) {
        return [b"{\"data\":", data.as_bytes(), b"}"].concat();
    }
    let data = (!was_refused(outcome)).then_some(&outcome.data);
    serde_json::to_vec(&Written {
        errors: &outcome.errors,
        data,
        extensions: &outcome.extensions,
    })
    .expect("an outcome is JSON")
}

/// Whether nothing was executed: the document, its variables or the operation's name are at fault, and no field is.
fn was_refused(outcome: &Outcome) -> bool {
    !outcome.errors.is_empty()
        && outcome.data == Value::Null
        && outcome.errors.iter().all(|error| error.path.is_empty())
}

/// The status of a document that is none: only the newer form lets a client tell it from an answer of somebody in between.
pub const fn invalid_document(media: Media) -> StatusCode {
    match media {
        Media::Json => StatusCode::OK,
        Media::GraphqlResponse => StatusCode::BAD_REQUEST,
    }
}

/// The answer to POST, of which nothing is kept.
pub fn to_post(outcome: &Outcome, media: Media) -> Response {
    let mut response = write(outcome, media, text(outcome));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to GET, which may be kept by the caller itself and must be asked for anew each time: what is fresh grows old by
/// itself. With a token nothing is kept, since the next at the same browser may have another.
pub fn to_get(outcome: &Outcome, media: Media, headers: &HeaderMap) -> Response {
    let text = text(outcome);
    let is_whole = outcome.errors.is_empty();
    let tag = tag(media, &text);
    let is_known = is_whole && knows(headers, &tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        write(outcome, media, text)
    };
    let keep = if is_whole && !headers.contains_key(header::AUTHORIZATION) {
        "private, no-cache"
    } else {
        "no-store"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    if is_whole {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn write(outcome: &Outcome, media: Media, text: Vec<u8>) -> Response {
    let status = if was_refused(outcome) {
        invalid_document(media)
    } else {
        StatusCode::OK
    };
    (status, [(header::CONTENT_TYPE, media.content_type())], text).into_response()
}

/// A refusal in its final form, with the reference that the log has.
pub fn refused(refusal: &Refusal, media: Media, reference: &RequestId, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(text(&reference.stamp(refusal.outcome()))))
}

/// Weak: it names what is said, whichever way it is compressed.
fn tag(media: Media, text: &[u8]) -> HeaderValue {
    let sum = Sha256::new()
        .chain_update(media.content_type())
        .chain_update([0])
        .chain_update(text)
        .finalize();
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&sum[..16]));
    HeaderValue::from_str(&tag).expect("letters, digits and signs that a tag may hold")
}

/// Whether the client names this tag as one that it has.
fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = tag.to_str().map(opaque).unwrap_or_default();
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    known
        .flat_map(|list| list.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == own)
}
