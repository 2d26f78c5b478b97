//! One look at the bytes, before any parser: nothing here recurses or allocates, and what it counts is never less than what the
//! parser will find. Whether the text is GraphQL or JSON is left to the parser to say.

use async_graphql::Pos;

use super::DocumentFlaw;
use crate::config::DocumentLimits;

/// What a document's bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scan {
    pub tokens: usize,
    /// Brackets within brackets, at the deepest place.
    pub nesting: usize,
    pub directives: usize,
    pub spreads: usize,
}

impl Scan {
    pub(super) fn check(&self, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
        if self.nesting > limits.nesting {
            return Err(DocumentFlaw::TooDeep {
                what: "brackets",
                found: self.nesting,
                most: limits.nesting,
            });
        }
        if self.tokens > limits.tokens {
            return Err(DocumentFlaw::TooLarge {
                unit: "words and signs",
                found: self.tokens,
                most: limits.tokens,
            });
        }
        if self.directives > limits.directives {
            let (found, most) = (self.directives as u64, limits.directives as u64);
            return Err(DocumentFlaw::TooMany {
                code: "TOO_MANY_DIRECTIVES",
                what: "directives",
                found,
                most,
            });
        }
        Ok(())
    }
}

/// Counts. A text that does not end is refused here: a parser might find another reading of it than this one.
pub fn scan(text: &str) -> Result<Scan, DocumentFlaw> {
    let bytes = text.as_bytes();
    let (mut scan, mut depth, mut at) = (Scan::default(), 0_usize, next_token(bytes, 0));
    while let Some(byte) = bytes.get(at) {
        let end = token_end(bytes, at).ok_or_else(|| DocumentFlaw::Syntax {
            at: position(text, at),
            expected: "this text does not end",
        })?;
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                scan.nesting = scan.nesting.max(depth);
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'@' => scan.directives += 1,
            b'.' if bytes[at..].starts_with(b"...") => scan.spreads += 1,
            _ => {}
        }
        scan.tokens += words(&bytes[at..end]);
        at = next_token(bytes, end);
    }
    Ok(scan)
}

/// Where the next word or sign begins.
pub(super) fn next_token(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => at + 1,
            // A byte order mark is space to the parser.
            Some(0xef) if bytes[at..].starts_with(b"\xef\xbb\xbf") => at + 3,
            Some(b'#') => comment_end(bytes, at),
            _ => return at,
        }
    }
}

/// Where a word or sign that begins here has ended; `None` for a text that never does.
pub(super) fn token_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => text_end(bytes, at),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Some(word_end(bytes, at)),
        _ => Some(at + 1),
    }
}

/// How many words the parser may find in one: it takes `nulltrue` for two and `000` for three.
fn words(word: &[u8]) -> usize {
    let splits = word.starts_with(b"0")
        || [b"true".as_slice(), b"false", b"null"]
            .iter()
            .any(|literal| word.starts_with(literal));
    if splits { word.len() } else { 1 }
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    start + bytes[start..].iter().take_while(|byte| is_word(byte)).count()
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    start
        + bytes[start..]
            .iter()
            .take_while(|byte| !matches!(byte, b'\r' | b'\n'))
            .count()
}

/// Where a text that starts here has ended; `None` where it never does.
fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes[start..].starts_with(b"\"\"\"") {
        return block_end(bytes, start + 3);
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\r' | b'\n' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn block_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return Some(at + 3);
        } else {
            at += 1;
        }
    }
    None
}

/// Line and column as the parser counts them.
fn position(text: &str, offset: usize) -> Pos {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit(['\n', '\r'])
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    Pos { line, column }
}

/// The same for a request's JSON, before it is read: depth and number of its values.
pub fn scan_json(bytes: &[u8], limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    // Variables stand within the request's own braces.
    let deepest = limits.variable_depth + 2;
    let (mut values, mut depth, mut at) = (1_usize, 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            // A text that does not end is no JSON.
            b'"' => {
                at = json_text_end(bytes, at);
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > deepest {
            return Err(DocumentFlaw::VariablesTooDeep {
                found: depth.saturating_sub(2),
                most: limits.variable_depth,
            });
        }
        if values > limits.variable_values {
            return Err(DocumentFlaw::VariablesTooLarge {
                found: values,
                most: limits.variable_values,
            });
        }
        at += 1;
    }
    Ok(())
}

fn json_text_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}
