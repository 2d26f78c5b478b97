//! What a client wants its answer to be: `Accept`, with its weights. Our own, because `headers` has no `Accept` and `mime` neither
//! weights nor an order of how closely a range fits.

use axum::http::{HeaderMap, StatusCode, header};

use super::refusal::Refusal;

/// What an answer can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// The older form: what is wrong with a document is told with status 200.
    Json,
    GraphqlResponse,
}

impl Media {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// What a client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// For one answer; `None` where it takes neither form.
    pub answer: Option<Media>,
    /// Whether it asks for an event stream, by that name.
    pub stream: bool,
}

/// Weights are written with three digits at most.
const FULL: u16 = 1000;

impl Accepted {
    /// Who says nothing, or takes anything, is given `application/json`.
    pub fn of(headers: &HeaderMap) -> Self {
        let texts = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let ranges: Vec<Range<'_>> = texts.flat_map(|text| text.split(',')).filter_map(Range::read).collect();
        if ranges.is_empty() && !headers.contains_key(header::ACCEPT) {
            return Self {
                answer: Some(Media::Json),
                stream: false,
            };
        }
        let best = |subtype| best(&ranges, "application", subtype).filter(|(weight, _)| *weight > 0);
        let answer = match (best("json"), best("graphql-response+json")) {
            // Of two that are named alike the newer one is meant, of two that merely fit the older one.
            (Some(json), Some(newer)) if newer > json || (newer == json && json.1 == Fit::Named) => {
                Some(Media::GraphqlResponse)
            }
            (Some(_), _) => Some(Media::Json),
            (None, newer) => newer.map(|_| Media::GraphqlResponse),
        };
        let stream =
            self::best(&ranges, "text", "event-stream").is_some_and(|(weight, fit)| weight > 0 && fit == Fit::Named);
        Self { answer, stream }
    }

    /// Refuses who takes nothing that we have.
    pub fn check(self) -> Result<Self, Refusal> {
        const HAVE: &str = "Answers are application/graphql-response+json, application/json or text/event-stream.";
        if self.answer.is_some() || self.stream {
            Ok(self)
        } else {
            Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", HAVE))
        }
    }
}

/// Whether the client asks for a page by its name, as browsers do where somebody goes to an address or sends a form.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let texts = headers.get_all(header::ACCEPT).iter();
    let texts = texts.filter_map(|value| value.to_str().ok());
    let ranges: Vec<Range<'_>> = texts.flat_map(|text| text.split(',')).filter_map(Range::read).collect();
    best(&ranges, "text", "html").is_some_and(|(weight, fit)| weight > 0 && fit == Fit::Named)
}

/// How closely a range fits, from the loosest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    Kind,
    Named,
}

/// One range of an `Accept`, such as `application/*;q=0.5`.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    /// `None` where it is none: what cannot be read asks for nothing.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(Self {
            kind,
            subtype,
            weight: weight.map_or(Some(FULL), thousandths)?,
        })
    }

    fn fit(&self, kind: &str, subtype: &str) -> Option<Fit> {
        if (self.kind, self.subtype) == ("*", "*") {
            return Some(Fit::Anything);
        }
        if !self.kind.eq_ignore_ascii_case(kind) {
            return None;
        }
        if self.subtype == "*" {
            Some(Fit::Kind)
        } else {
            self.subtype.eq_ignore_ascii_case(subtype).then_some(Fit::Named)
        }
    }
}

/// The weight of the range that fits most closely; of equals the first.
fn best(ranges: &[Range<'_>], kind: &str, subtype: &str) -> Option<(u16, Fit)> {
    let fitting = ranges
        .iter()
        .filter_map(|range| Some((range.weight, range.fit(kind, subtype)?)));
    fitting.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// `0.25` is 250.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_sound =
        matches!(whole, "0" | "1") && fraction.len() <= 3 && fraction.bytes().all(|digit| digit.is_ascii_digit());
    let weight = is_sound
        .then(|| format!("{whole}{fraction:0<3}").parse().ok())
        .flatten()?;
    (weight <= FULL).then_some(weight)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Accepted, Media};

    fn accepted(accept: &'static str) -> (Option<Media>, bool) {
        let headers: HeaderMap = [(header::ACCEPT, HeaderValue::from_static(accept))]
            .into_iter()
            .collect();
        let accepted = Accepted::of(&headers);
        (accepted.answer, accepted.stream)
    }

    #[test]
    fn the_form_is_what_the_client_wants_most() {
        let (json, newer) = (Some(Media::Json), Some(Media::GraphqlResponse));
        for (accept, answer) in [
            ("application/json", json),
            ("Application/JSON; charset=utf-8", json),
            ("application/graphql-response+json", newer),
            ("*/*", json),
            ("application/*", json),
            ("application/graphql-response+json, application/json", newer),
            ("application/json, application/graphql-response+json", newer),
            ("application/graphql-response+json;q=0.5, application/json;q=0.9", json),
            (
                "application/json;q=0.5, application/graphql-response+json;q=0.501",
                newer,
            ),
            ("application/graphql-response+json, */*;q=0.1", newer),
            ("application/json;q=0, */*", newer),
            ("application/json;q=0", None),
            ("text/html, image/*", None),
            ("text/html, */*;q=0.8", json),
            ("nonsense", None),
            ("application/json;q=7", None),
            ("application/json;q=1.0000", None),
            ("text/event-stream", None),
        ] {
            assert_eq!(accepted(accept).0, answer, "{accept}");
        }
        assert_eq!(
            Accepted::of(&HeaderMap::new()),
            Accepted {
                answer: json,
                stream: false
            }
        );
    }

    #[test]
    fn a_stream_is_given_to_who_names_it() {
        assert!(accepted("application/json, text/event-stream").1);
        for accept in ["*/*", "text/*", "text/event-stream;q=0", "application/json"] {
            assert!(!accepted(accept).1, "{accept}");
        }
    }
}
