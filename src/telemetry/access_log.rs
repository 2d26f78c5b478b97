//! The access log: one line for each operation, under the target `access`, so that it can be sent where it belongs. Which body
//! asked, through whom, what and with which outcome; never who within the body, never what was asked about.

use std::borrow::Cow;

use programgrant_core::access::Caller;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Directive, filter_fn};
use tracing_subscriber::registry::LookupSpan;

/// The target of every line.
pub const TARGET: &str = "access";
/// The most characters of an operation's name: it is the client's own text.
const LONGEST_NAME: usize = 100;

/// One operation, or one that was refused before it became one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry<'a> {
    /// `None` where it was not established.
    pub caller: Option<&'a Caller>,
    /// The operation's name, as the client calls it.
    pub operation: Option<&'a str>,
    /// `query`, `mutation` or `subscription`; empty where it could not be told.
    pub kind: &'static str,
    /// The codes of its errors; none where all was answered.
    pub codes: &'a [String],
    /// The HTTP status of a refusal.
    pub status: Option<u16>,
}

tokio::task_local! {
    /// What the client was given to ask after the request that this task is about.
    static REFERENCE: String;
}

/// Does something in the name of a request.
pub async fn under<T>(reference: &str, doing: impl Future<Output = T>) -> T {
    REFERENCE.scope(reference.to_owned(), doing).await
}

/// Writes the line.
pub fn log(entry: &Entry<'_>) {
    let caller = entry.caller;
    let outcome = match (entry.status, entry.codes) {
        (Some(_), _) => "refused",
        (None, []) => "ok",
        (None, _) => "errors",
    };
    let operation = entry.operation.map(|name| clean(name, LONGEST_NAME));
    let token = caller
        .and_then(|caller| caller.token.as_deref())
        .map(|id| clean(id, LONGEST_NAME));
    let codes = entry.codes.join(" ");
    tracing::info!(
        target: TARGET,
        acting = caller.and_then(|caller| caller.acting).map(tracing::field::display),
        through = caller.and_then(|caller| caller.through).map(tracing::field::display),
        role = caller.map(|caller| caller.role.as_str()),
        operation = operation.as_deref(),
        kind = entry.kind,
        outcome,
        codes = &*clean(&codes, LONGEST_NAME),
        status = entry.status,
        token = token.as_deref(),
        "operation"
    );
}

/// What did not become an operation: a token that is not believed, a document that is not let in.
pub fn refused(caller: Option<&Caller>, status: u16, code: &str) {
    log(&Entry {
        caller,
        codes: &[code.to_owned()],
        status: Some(status),
        ..Entry::default()
    });
}

/// What the client of this task's request was given to ask after it; nothing where there is none.
pub fn reference() -> Option<String> {
    let read = REFERENCE.try_with(|reference| clean(reference, LONGEST_NAME).into_owned());
    read.ok()
}

/// Writes the lines to standard error, in the log's own form, however little else is logged: an access log that can be turned off by
/// mistake is none.
pub fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    super::standard_error().with_filter(filter_fn(|metadata| metadata.target() == TARGET))
}

/// Keeps the lines out of any other log.
pub fn elsewhere() -> Directive {
    let off: Directive = LevelFilter::OFF.into();
    format!("{TARGET}=off").parse().unwrap_or(off)
}

/// Foreign text, cut, in one line and without a run of eleven digits, which might be a person.
fn clean(text: &str, most: usize) -> Cow<'_, str> {
    let is_plain = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if is_plain && runs(text).next().is_none() {
        return Cow::Borrowed(text);
    }
    let mut clean: String = text
        .chars()
        .take(most)
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let found: Vec<String> = runs(&clean).map(str::to_owned).collect();
    for run in found {
        clean = clean.replace(&run, "…");
    }
    Cow::Owned(clean)
}

/// Digits that might be a person's.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_digit())
        .filter(|run| run.len() >= 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cut_stays_on_its_line_and_names_nobody() {
        assert_eq!(clean("Pot", 10), "Pot");
        assert_eq!(clean("a\nb\u{1b}[31mc\r", 20), "a b [31mc ");
        assert_eq!(clean(&"x".repeat(300), 100).len(), 100);
        assert_eq!(clean("borger01017012345x", 100), "borger…x");
        assert_eq!(clean("970018131", 100), "970018131");
    }
}
