//! What the parser's library does not read as the grammar has it: descriptions of operations, fragments and variables (GraphQL, September
//! 2025, § 2.3, 2.8, 2.10), which it knows nothing of, and a name without a value among arguments or the fields of an input object,
//! which it leaves out without a word. A look at the words of a text that is known to end.

use std::ops::Range;

use super::scan::{next_token, token_end};

/// A bracket that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Variables,
    Arguments,
    List,
    Object,
    Selection,
}

/// A text as the parser can read it, every part in its place: descriptions, which mean nothing to whoever executes, are blank. Or
/// where a name stands that has no value.
pub fn readable(text: &str) -> Result<String, usize> {
    let tokens = tokens(text.as_bytes());
    let word = |index: Option<usize>| {
        index
            .and_then(|index| tokens.get(index))
            .map_or("", |token| &text[token.clone()])
    };
    let (mut open, mut blank) = (Vec::new(), Vec::new());
    for (index, token) in tokens.iter().enumerate() {
        let (before, next) = (word(index.checked_sub(1)), word(Some(index + 1)));
        match &text[token.clone()] {
            "(" => open.push(if open.is_empty() && word(index.checked_sub(2)) != "@" {
                Within::Variables
            } else {
                Within::Arguments
            }),
            "[" => open.push(Within::List),
            "{" => open.push(if open.iter().all(|within| *within == Within::Selection) {
                Within::Selection
            } else {
                Within::Object
            }),
            ")" | "]" | "}" => drop(open.pop()),
            this if this.starts_with('"') && is_description(open.last().copied(), before, next) => {
                blank.push(token.clone());
            }
            this if is_name(this) && names(open.last().copied(), before) && next != ":" => return Err(token.start),
            _ => {}
        }
    }
    Ok(blanked(text, &blank))
}

/// No sign that several bytes make is cut: such signs stand in texts and comments alone, or are nothing that the grammar knows.
fn tokens(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = next_token(bytes, 0);
    while let Some(end) = token_end(bytes, at) {
        if bytes[at].is_ascii() {
            tokens.push(at..end);
        }
        at = next_token(bytes, end);
    }
    tokens
}

fn is_description(within: Option<Within>, before: &str, next: &str) -> bool {
    match within {
        None => matches!(next, "query" | "mutation" | "subscription" | "fragment"),
        Some(Within::Variables) => before != "=" && next == "$",
        _ => false,
    }
}

/// Whether a name that stands here says of which argument or field a value is.
fn names(within: Option<Within>, before: &str) -> bool {
    matches!(within, Some(Within::Arguments | Within::Object)) && !matches!(before, ":" | "$")
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// Lines stay lines.
fn blanked(text: &str, blank: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in blank {
        bytes[range.clone()]
            .iter_mut()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).expect("whole texts are replaced by blanks")
}
