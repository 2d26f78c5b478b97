//! A request as it comes: the body of a POST, the parameters of a GET. What cannot be read is refused with the place.

use async_graphql::{Value, Variables};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use futures::TryStreamExt;

use super::admission::Incoming;
use super::json::{self, Members};
use super::refusal::{Refusal, Taken};

/// The largest request that is read, in bytes.
pub const LIMIT: usize = 1 << 20;
/// How much is read of one that is too large, so that its sender comes to listen.
const MOST_THROWN_AWAY: usize = 8 * LIMIT;
/// Addresses whose pages tell themselves what is wrong with a body: the one that takes files.
const TOLD_BY_THEIR_PAGE: [&str; 1] = ["/for-vedtak/liste"];
const WANTED_TYPE: &str = "Content-Type must be application/json, in UTF-8.";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Stands at a request whose body was not read, and says why; what is left of it is empty.
#[derive(Debug, Clone)]
pub struct UnreadBody(pub Refusal);

/// Whether a page tells what is wrong with the body.
pub fn is_told_by_its_page(path: &str) -> bool {
    TOLD_BY_THEIR_PAGE.contains(&path)
}

/// Refuses whatever is not JSON. A page elsewhere cannot send JSON without asking first, so this keeps other people's pages out.
pub fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported = |message, takes| Refusal {
        takes: Some(takes),
        ..Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
    };
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let only = types
        .next()
        .filter(|_| types.next().is_none())
        .and_then(|value| value.to_str().ok());
    if !only.is_some_and(is_json) {
        return Err(unsupported(WANTED_TYPE, Taken::Json));
    }
    let is_plain = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain) {
        return Ok(());
    }
    Err(unsupported("The body must not be compressed.", Taken::Uncompressed))
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf_8 = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    essence.eq_ignore_ascii_case("application/json") && parts.all(is_utf_8)
}

/// All of a body. One that is too large is taken off the line and thrown away, as far as that goes: whoever is still sending
/// would not hear the refusal.
pub async fn whole(body: Body) -> Result<Bytes, Refusal> {
    let broken = |_| Refusal::bad_request("The request broke off.");
    let mut pieces = body.into_data_stream();
    let first = pieces.try_next().await.map_err(broken)?.unwrap_or_default();
    let Some(second) = pieces.try_next().await.map_err(broken)? else {
        return if first.len() <= LIMIT {
            Ok(first)
        } else {
            Err(too_large())
        };
    };
    let (mut taken, mut size, mut next) = (first.to_vec(), first.len(), Some(second));
    while let Some(piece) = next {
        size += piece.len();
        if size <= LIMIT {
            taken.extend_from_slice(&piece);
        } else if size <= MOST_THROWN_AWAY {
            taken = Vec::new();
        } else {
            break;
        }
        next = pieces.try_next().await.map_err(broken)?;
    }
    if size <= LIMIT {
        Ok(taken.into())
    } else {
        Err(too_large())
    }
}

pub fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "REQUEST_TOO_LARGE",
        "The request is larger than 1 MiB.",
    )
}

/// The request that a body holds.
pub fn read(body: &[u8]) -> Result<Incoming, Refusal> {
    if body.starts_with(BYTE_ORDER_MARK) {
        return Err(Refusal::bad_request(
            "The body begins with a byte order mark; JSON has none.",
        ));
    }
    match body.trim_ascii_start().first() {
        None => {
            return Err(Refusal::bad_request(
                "The body is empty; it must be a JSON object with a `query`.",
            ));
        }
        Some(b'[') => return Err(batch()),
        Some(b'{') => {}
        Some(_) => return Err(Refusal::bad_request("The body must be a JSON object with a `query`.")),
    }
    if let Err(error) = std::str::from_utf8(body) {
        return Err(Refusal::bad_request(format!(
            "The body is not UTF-8 from byte {} on.",
            error.valid_up_to() + 1
        )));
    }
    let members =
        json::members(body).map_err(|flaw| Refusal::bad_request(format!("The body is no JSON request: {flaw}.")))?;
    incoming(members)
}

/// The request that the parameters of an address hold.
pub fn read_parameters(parameters: Vec<(String, String)>) -> Result<Incoming, Refusal> {
    let [
        mut query,
        mut document_id,
        mut operation_name,
        mut variables,
        mut extensions,
    ] = [const { None::<String> }; 5];
    for (name, value) in parameters {
        let place = match name.as_str() {
            "query" => &mut query,
            "documentId" => &mut document_id,
            "operationName" => &mut operation_name,
            "variables" => &mut variables,
            "extensions" => &mut extensions,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err(Refusal::bad_request(format!("The parameter `{name}` stands twice.")));
        }
    }
    let text = |parameter: Option<String>| {
        parameter
            .filter(|text| !text.is_empty())
            .map_or(Value::Null, Value::from)
    };
    let parsed = |name: &str, parameter: Option<String>| {
        let value = parameter
            .filter(|text| !text.is_empty())
            .map_or(Ok(Value::Null), |text| json::value(&text));
        value.map_err(|flaw| Refusal::bad_request(format!("The parameter `{name}` is no JSON: {flaw}.")))
    };
    let extensions = parsed("extensions", extensions)?.into_json().unwrap_or_default();
    incoming(Members {
        query: text(query),
        document_id: text(document_id),
        operation_name: text(operation_name),
        variables: parsed("variables", variables)?,
        extensions,
    })
}

fn incoming(members: Members) -> Result<Incoming, Refusal> {
    let variables = match members.variables {
        Value::Null => Variables::default(),
        object @ Value::Object(_) => Variables::from_value(object),
        other => return Err(wrong("variables", kind(&other), "an object")),
    };
    let extensions = match members.extensions {
        serde_json::Value::Null => serde_json::Map::new(),
        serde_json::Value::Object(object) => object,
        other => return Err(wrong("extensions", json_kind(&other), "an object")),
    };
    Ok(Incoming {
        query: text("query", members.query)?,
        document_id: text("documentId", members.document_id)?,
        operation_name: text("operationName", members.operation_name)?.filter(|name| !name.is_empty()),
        variables,
        extensions,
        ..Incoming::default()
    })
}

fn text(name: &str, value: Value) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        other => Err(wrong(name, kind(&other), "a string")),
    }
}

fn wrong(name: &str, found: &str, wanted: &str) -> Refusal {
    Refusal::bad_request(format!("`{name}` is {found}; it must be {wanted}."))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Number(_) => "a number",
        Value::String(_) | Value::Enum(_) | Value::Binary(_) => "a string",
        Value::Boolean(_) => "true or false",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

const fn json_kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Bool(_) => "true or false",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "an object",
    }
}

fn batch() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "BATCHES_REFUSED",
        "The body is a list; requests are sent one by one.",
    )
}
