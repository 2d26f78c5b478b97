//! Text of cells: the strings that a workbook's cells share, in one buffer, and text that stands in the cell itself. Both with their runs
//! joined, their readings (furigana) left out, and Excel's escapes resolved.

use std::collections::HashSet;

use super::archive::Part;
use super::markup::{Markup, Token};
use super::{Limits, SheetError};

/// The longest way to write one character of a cell, `_x000D_`, escaped once more, in bytes.
const BYTES_A_CHARACTER: usize = 32;

/// The strings by number.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
    /// Those with more characters than a cell may have, which are not kept. Cells of another sheet may use them.
    too_long: HashSet<usize>,
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoText {
    NotThere,
    TooLong,
}

impl Strings {
    pub fn read(part: Part, limits: &Limits) -> Result<Self, SheetError> {
        let mut markup = Markup::new(part);
        let mut strings = Self::default();
        let mut one = String::new();
        loop {
            let depth = markup.depth();
            match markup.next()? {
                Token::Open(element) => match (depth, element.spreadsheet_name()) {
                    (0, "sst") => {}
                    (1, "si") => {
                        one.clear();
                        read_runs(&mut markup, &mut one, limits)?;
                        strings.push(&one, limits)?;
                    }
                    (1, "extLst") => markup.skip()?,
                    _ => return Err(SheetError::refused("it is no list of strings")),
                },
                Token::Close | Token::Text(_) | Token::Remark => {}
                Token::End => break,
            }
        }
        strings.text.shrink_to_fit();
        strings.ends.shrink_to_fit();
        Ok(strings)
    }

    fn push(&mut self, raw: &str, limits: &Limits) -> Result<(), SheetError> {
        match resolved(raw, limits) {
            Some(text) => self.text.push_str(&text),
            None => _ = self.too_long.insert(self.ends.len()),
        }
        let end = u32::try_from(self.text.len()).ok();
        let memory = self.text.len() + self.ends.len() * size_of::<u32>();
        let end = end.filter(|_| memory <= limits.strings);
        self.ends
            .push(end.ok_or_else(|| SheetError::refused("its strings take more memory than a table's may"))?);
        Ok(())
    }

    pub fn get(&self, index: usize) -> Result<&str, NoText> {
        if self.too_long.contains(&index) {
            return Err(NoText::TooLong);
        }
        let end = *self.ends.get(index).ok_or(NoText::NotThere)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Ok(&self.text[start..end])
    }
}

/// Reads what stands within `si` or `is`, the element that was opened last: one text, or runs of it. What is more than any cell may have is
/// passed over; [`resolved`] tells.
pub fn read_runs(markup: &mut Markup, text: &mut String, limits: &Limits) -> Result<(), SheetError> {
    let own = markup.depth();
    while markup.depth() >= own {
        let within = markup.depth() - own;
        let Token::Open(element) = markup.next()? else {
            continue;
        };
        match (within, element.spreadsheet_name()) {
            (0 | 1, "t") => markup.read_text(text, most_bytes(limits))?,
            (0, "r") => {}
            // Readings and looks.
            (0, "rPh" | "phoneticPr") | (1, "rPr") => markup.skip()?,
            _ => return Err(SheetError::refused("a text has parts that are no text")),
        }
    }
    Ok(())
}

/// The most bytes that a text of so many characters can take before its escapes are resolved.
pub const fn most_bytes(limits: &Limits) -> usize {
    limits.characters.saturating_mul(BYTES_A_CHARACTER)
}

/// The text with `_x000D_` and the like resolved; `None` where it has more characters than a cell may.
pub fn resolved(raw: &str, limits: &Limits) -> Option<String> {
    let is_short = raw.len() <= most_bytes(limits);
    let text = is_short.then(|| unescaped(raw))?;
    (text.chars().count() <= limits.characters).then_some(text)
}

/// `_xHHHH_` is one UTF-16 unit (ECMA-376 part 1, 22.9.2.19); what is no such escape stays as it is.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find("_x") {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((character, length)) = escaped(rest) {
            text.push(character);
            rest = &rest[length..];
        } else {
            text.push_str("_x");
            rest = &rest["_x".len()..];
        }
    }
    text.push_str(rest);
    text
}

/// The character at the beginning, with its length: one unit, or the two of a pair.
fn escaped(text: &str) -> Option<(char, usize)> {
    const LENGTH: usize = "_xHHHH_".len();
    let first = unit(text)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, LENGTH));
    }
    let second = unit(text.get(LENGTH..)?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, 2 * LENGTH))
}

fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("_x")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_closed = text.as_bytes().get(6) == Some(&b'_');
    (is_hex && is_closed)
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}
