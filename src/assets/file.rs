//! A file of the build, as it is sent: compressed when it was built, named by its content, and kept for good.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::EmbeddedFile;

use super::bundle::Dist;
use crate::http::{self, Refusal};

/// A file's name says what is in it: there is never anything else at its address.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The icon has no hash in its name.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const ICON: &str = include_str!("icon.svg");
/// How files were compressed, the best first; each stands in a folder of that name.
const CODINGS: [&str; 2] = ["br", "gzip"];

/// The address is compared as it was sent, and with names of files alone: there is no way out of the folder.
pub async fn serve(address: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let name = address.path().trim_start_matches('/');
    let Some(file) = Dist::get(name) else {
        return Err(http::nothing_here().await);
    };
    let tag = tag(&file);
    let mut response = if http::names(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        send(name, file, &headers)
    };
    let about = response.headers_mut();
    about.insert(header::ETAG, tag);
    about.insert(header::CACHE_CONTROL, FOR_GOOD);
    about.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

pub async fn icon() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
            (header::CACHE_CONTROL, FOR_A_DAY),
        ],
        ICON,
    )
}

fn send(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let media = media_type(&file);
    let compressed = CODINGS
        .into_iter()
        .filter(|coding| takes(headers, coding))
        .find_map(|coding| Some((coding, Dist::get(&format!("{coding}/{name}"))?)));
    let (coding, file) = compressed.map_or((None, file), |(coding, file)| (Some(coding), file));
    let content = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = ([(header::CONTENT_TYPE, media)], content).into_response();
    if let Some(coding) = coding {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn media_type(file: &EmbeddedFile) -> String {
    let media = file.metadata.mimetype();
    if media.starts_with("text/") {
        format!("{media}; charset=utf-8")
    } else {
        media.to_owned()
    }
}

/// Weak: the same for each way of compressing it.
fn tag(file: &EmbeddedFile) -> HeaderValue {
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..16]));
    HeaderValue::from_str(&tag).expect("letters, digits and signs that a tag may hold")
}

/// Whether the client takes this coding: it names it, and not with the weight of nothing.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut accepted = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','));
    accepted.any(|stated| {
        let (name, weight) = stated.split_once(';').unwrap_or((stated, ""));
        name.trim().eq_ignore_ascii_case(coding) && !is_nothing(weight)
    })
}

fn is_nothing(weight: &str) -> bool {
    let weight = weight.trim();
    let value = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="));
    value.is_some_and(|value| value.starts_with('0') && value.chars().all(|sign| matches!(sign, '0' | '.')))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::takes;

    fn takes_brotli(stated: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, stated.parse().expect("a header"));
        takes(&headers, "br")
    }

    #[test]
    fn a_coding_is_taken_where_it_is_named_with_any_weight_but_none() {
        for stated in ["br", "gzip, deflate, br, zstd", "gzip;q=1.0,BR ; q=0.001", "br;q=1"] {
            assert!(takes_brotli(stated), "{stated}");
        }
        for stated in ["", "gzip", "brotli", "*", "br;q=0", "gzip, br; q=0.000", "identity"] {
            assert!(!takes_brotli(stated), "{stated}");
        }
        assert!(!takes(&HeaderMap::new(), "br"));
    }
}
