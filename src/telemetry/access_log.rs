//! The access log: one line for each operation, under the target `access`, so that it can be sent where it belongs. Which body
//! asked, through whom, what and with which outcome; never who within the body, never what was asked about.

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
    let body = |number: Option<programgrant_schema::OrganisationNumber>| number.map(|number| number.to_string());
    let outcome = match (entry.status, entry.codes) {
        (Some(_), _) => "refused",
        (None, []) => "ok",
        (None, _) => "errors",
    };
    let operation = entry.operation.map(|name| clean(name, LONGEST_NAME));
    let token = caller
        .and_then(|caller| caller.token.as_deref())
        .map(|id| clean(id, LONGEST_NAME));
    let codes = clean(&entry.codes.join(" "), LONGEST_NAME);
    let reference = REFERENCE.try_with(|reference| clean(reference, LONGEST_NAME)).ok();
    tracing::info!(
        target: TARGET,
        acting = body(caller.and_then(|caller| caller.acting)),
        through = body(caller.and_then(|caller| caller.through)),
        role = caller.map(|caller| caller.role.as_str()),
        operation,
        kind = entry.kind,
        outcome,
        codes,
        status = entry.status,
        token,
        reference,
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

/// Writes the lines to standard error as JSON, however little else is logged: an access log that can be turned off by mistake
/// is none.
pub fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let json = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false);
    // A line that cannot be written must not end the thread that says so.
    json.with_writer(std::io::stderr)
        .log_internal_errors(false)
        .with_filter(filter_fn(|metadata| metadata.target() == TARGET))
}

/// Keeps the lines out of any other log.
pub fn elsewhere() -> Directive {
    let off: Directive = LevelFilter::OFF.into();
    format!("{TARGET}=off").parse().unwrap_or(off)
}

/// Foreign text, cut, in one line and without a run of eleven digits, which might be a person.
fn clean(text: &str, most: usize) -> String {
    let mut clean: String = text
        .chars()
        .take(most)
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    let runs: Vec<String> = clean
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|run| run.len() >= 11)
        .map(str::to_owned)
        .collect();
    for run in runs {
        clean = clean.replace(&run, "…");
    }
    clean
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
