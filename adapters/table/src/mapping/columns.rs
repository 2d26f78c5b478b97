//! The columns that a mapping names, and how names and words are compared.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The form in which headings and words are compared: trimmed, in NFC, without regard to case.
pub fn fold(text: &str) -> String {
    let trimmed = text.trim();
    let composed = if is_nfc(trimmed) {
        Cow::Borrowed(trimmed)
    } else {
        Cow::Owned(trimmed.nfc().collect())
    };
    // A capital may fall apart into letter and mark when it is made small.
    let small = composed.to_lowercase();
    if is_nfc(&small) { small } else { small.nfc().collect() }
}

/// Every column that a mapping names, each once, in the order in which it was first named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    /// Whether a name that begins with `/` is a pointer, which is compared to the letter.
    pub are_pointers: bool,
}

impl Columns {
    /// The column's place among all that are named.
    pub fn add(&mut self, name: &str) -> usize {
        if let Some(place) = self.names.iter().position(|known| self.is_same(known, name)) {
            return place;
        }
        self.names.push(name.trim().to_owned());
        self.names.len() - 1
    }

    fn is_same(&self, known: &str, name: &str) -> bool {
        if self.are_pointers && name.starts_with('/') {
            known == name
        } else {
            fold(known) == fold(name)
        }
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }
}
