//! Which cells are dates: in a workbook nothing but the number format tells.

use std::collections::HashMap;

use super::SheetError;
use super::archive::Part;
use super::markup::{Element, Markup, Token};

/// For each cell style, whether it shows a number as a date.
#[derive(Debug, Default)]
pub struct Styles {
    shows_date: Vec<bool>,
}

impl Styles {
    pub fn read(part: Part) -> Result<Self, SheetError> {
        let mut markup = Markup::new(part);
        let mut formats = HashMap::new();
        let mut styles = Vec::new();
        let mut is_list = false;
        loop {
            let depth = markup.depth();
            match markup.next()? {
                Token::Open(element) => match (depth, element.spreadsheet_name()) {
                    (0, "styleSheet") | (1, "numFmts") => {}
                    (0, _) => return Err(SheetError::refused("it is no list of styles")),
                    // `cellStyleXfs` has the same elements, and no cell points there.
                    (1, "cellXfs") => is_list = true,
                    (2, "numFmt") => formats.extend(custom_format(&element)?),
                    (2, "xf") if is_list => styles.push(format_id(&element)?),
                    _ => markup.skip()?,
                },
                Token::Close if depth == 2 => is_list = false,
                Token::Close | Token::Text(_) | Token::Remark => {}
                Token::End => break,
            }
        }
        let shows_date = |id: u32| formats.get(&id).copied().unwrap_or_else(|| is_built_in_date(id));
        Ok(Self {
            shows_date: styles.into_iter().map(shows_date).collect(),
        })
    }

    /// Whether that style shows a date. `None` for a style that is not there; a workbook without styles has one, the first.
    pub fn shows_date(&self, style: usize) -> Option<bool> {
        let no_styles = (self.shows_date.is_empty() && style == 0).then_some(false);
        self.shows_date.get(style).copied().or(no_styles)
    }
}

fn custom_format(element: &Element<'_>) -> Result<Option<(u32, bool)>, SheetError> {
    let [id, code] = element.attributes(["numFmtId", "formatCode"])?;
    let id = id.and_then(|id| id.trim().parse().ok());
    Ok(id.zip(code.map(|code| is_date_format(&code))))
}

fn format_id(element: &Element<'_>) -> Result<u32, SheetError> {
    let [id] = element.attributes(["numFmtId"])?;
    let read = |id: &str| id.trim().parse().ok();
    id.map_or(Some(0), |id| read(&id))
        .ok_or_else(|| SheetError::refused("a number format's id is no number"))
}

/// ECMA-376 part 1, 18.8.30, with the forms of East Asian locales. Times of day alone (18 to 21, 45 to 47) are no dates.
const fn is_built_in_date(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Whether a format shows a day, a month or a year: `dd.mm.yyyy`, `[$-414]d. mmmm yyyy;@`; not `#,##0.00 "kr"`, `[h]:mm`, `0.00E+00`.
pub fn is_date_format(code: &str) -> bool {
    let shown = placeholders(code);
    let has = |letters: &[char]| shown.contains(letters);
    // `m` is the minute beside hours or seconds. A number's format has none of these letters but in quotes.
    has(&['d', 'y']) || has(&['m']) && !has(&['h', 's'])
}

/// The first section, which positive numbers are shown by, in lower case and without what is shown to the letter or is in brackets.
fn placeholders(code: &str) -> String {
    let mut shown = String::new();
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ';' => break,
            '"' => pass(&mut signs, '"'),
            '[' => pass(&mut signs, ']'),
            // The next is shown as it is, fills the cell, or leaves its width free.
            '\\' | '*' | '_' => _ = signs.next(),
            _ => shown.extend(sign.to_lowercase()),
        }
    }
    shown.replace("am/pm", "").replace("general", "")
}

fn pass(signs: &mut std::str::Chars<'_>, end: char) {
    for sign in signs {
        if sign == end {
            return;
        }
    }
}
