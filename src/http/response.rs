//! An answer over HTTP: its form, its status, and what may be kept of it.

use async_graphql::{Response as Outcome, ServerError, Value};
use axum::body::{Body, Bytes};
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

/// An answer as it is sent: its text, written once, whoever wrote it.
#[derive(Debug, Clone)]
pub struct Answer {
    pub body: Bytes,
    /// Whether it has no errors.
    pub is_whole: bool,
    /// Whether nothing was executed.
    was_refused: bool,
}

impl Answer {
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            body: text(outcome).into(),
            is_whole: outcome.errors.is_empty(),
            was_refused: was_refused(outcome),
        }
    }

    /// One without errors.
    pub const fn whole(body: Bytes) -> Self {
        Self {
            body,
            is_whole: true,
            was_refused: false,
        }
    }

    fn write(&self, media: Media) -> Response {
        let status = if self.was_refused {
            invalid_document(media)
        } else {
            StatusCode::OK
        };
        (
            status,
            [(header::CONTENT_TYPE, media.content_type())],
            self.body.clone(),
        )
            .into_response()
    }
}

/// The answer to POST, of which nothing is kept by the client.
pub fn to_post(answer: &Answer, media: Media) -> Response {
    let mut response = answer.write(media);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to GET, which may be kept by the caller itself and must be asked for anew each time: what is fresh grows old by
/// itself. With a token nothing is kept, since the next at the same browser may have another. Without a tag of its own it is named
/// by what it says.
pub fn to_get(answer: &Answer, tag: Option<HeaderValue>, media: Media, headers: &HeaderMap) -> Response {
    if !answer.is_whole {
        return kept_as(answer.write(media), "no-store");
    }
    let tag = tag.unwrap_or_else(|| sum(media, &answer.body));
    if names(headers, &tag) || names_any(headers) {
        return not_modified(&tag, headers);
    }
    tagged(answer.write(media), &tag, headers)
}

/// To a client that has the answer of this tag.
pub fn not_modified(tag: &HeaderValue, headers: &HeaderMap) -> Response {
    tagged(StatusCode::NOT_MODIFIED.into_response(), tag, headers)
}

fn tagged(response: Response, tag: &HeaderValue, headers: &HeaderMap) -> Response {
    let keep = if headers.contains_key(header::AUTHORIZATION) {
        "no-store"
    } else {
        "private, no-cache"
    };
    let mut response = kept_as(response, keep);
    response.headers_mut().insert(header::ETAG, tag.clone());
    response
}

fn kept_as(mut response: Response, keep: &'static str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    response
}

/// A refusal in its final form, with the reference that the log has. Whoever asked for the head alone is told how long the text would be.
pub fn refused(
    refusal: &Refusal,
    media: Media,
    reference: &RequestId,
    is_for_head: bool,
    response: Response,
) -> Response {
    let text = text(&reference.stamp(refusal.outcome()));
    let (mut parts, _) = response.into_parts();
    // The router has said how long the answer is that this one takes the place of.
    parts.headers.insert(header::CONTENT_LENGTH, text.len().into());
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let body = if is_for_head { Body::empty() } else { Body::from(text) };
    Response::from_parts(parts, body)
}

/// Weak: it names what is said, whichever way it is compressed.
fn sum(media: Media, text: &[u8]) -> HeaderValue {
    let sum = Sha256::new()
        .chain_update(media.content_type())
        .chain_update([0])
        .chain_update(text)
        .finalize();
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&sum[..16]));
    HeaderValue::from_str(&tag).expect("letters, digits and signs that a tag may hold")
}

/// Whether the client names this tag as one that it has.
pub fn names(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    fn opaque(tag: &str) -> &str {
        tag.trim_start_matches("W/")
    }
    let own = tag.to_str().map(opaque).unwrap_or_default();
    named(headers).any(|known| opaque(known) == own)
}

/// Whether it has one, whichever that is.
fn names_any(headers: &HeaderMap) -> bool {
    named(headers).any(|known| known == "*")
}

fn named(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
}
