//! What can be seen of a column without knowing what it means: its words, its shapes of numbers and dates, whether its values repeat.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::mapping::fold;
use crate::sheet::Cell;

/// More words than this are no list of words.
const MAX_WORDS: usize = 40;
/// Whether values repeat is looked at so far; it is a remark, and need not take the memory of a large list.
const MAX_DISTINCT: usize = 200_000;
/// What rows that add up others are called.
const TOTALS: [&str; 8] = [
    "sum",
    "sum:",
    "totalt",
    "totalt:",
    "total",
    "i alt",
    "sum totalt",
    "totalsum",
];

/// A column, by what a mapping calls it.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    /// The heading, or the last member of a pointer.
    pub heading: String,
    pub filled: u64,
    /// Each word with its rows, in the order in which they came.
    pub words: Vec<(String, u64)>,
    /// Whether there are more than are listed.
    pub has_more_words: bool,
    pub shapes: Shapes,
    /// What adds up other rows, to the letter.
    pub totals: Vec<String>,
    /// Whether a value came twice.
    pub repeats: bool,
    seen: HashSet<u64>,
}

/// How its values are written: how many of them so.
#[derive(Debug, Default)]
pub struct Shapes {
    /// `1234,50`
    pub decimal_comma: u64,
    /// `1234.50`, as text
    pub decimal_point: u64,
    /// `1.234.567`, or `1.234,50`
    pub thousands_point: u64,
    /// `2024-01-15`
    pub iso_date: u64,
    /// `0301`: a number of four digits, or three where the zero was eaten
    pub municipality: u64,
    /// `291.62`, in one of its forms
    pub post: u64,
}

impl Column {
    pub fn new(name: &str, heading: &str) -> Self {
        Self {
            name: name.to_owned(),
            heading: heading.to_owned(),
            filled: 0,
            words: Vec::new(),
            has_more_words: false,
            shapes: Shapes::default(),
            totals: Vec::new(),
            repeats: false,
            seen: HashSet::new(),
        }
    }

    pub fn see(&mut self, cell: &Cell) {
        let (text, is_text) = match cell {
            Cell::Text(text) => (text.trim(), true),
            Cell::Number(text) => (text.as_str(), false),
            Cell::Date(_) | Cell::Boolean(_) => return self.filled += 1,
            Cell::Blank | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => return,
        };
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        self.see_repeat(text);
        self.see_word(text);
        self.shapes.see(text, is_text);
    }

    /// Whether most of what stands there is written so.
    pub const fn is_mostly(&self, count: u64) -> bool {
        count > 0 && count * 2 > self.filled
    }

    fn see_repeat(&mut self, text: &str) {
        if self.repeats || self.seen.len() >= MAX_DISTINCT {
            return;
        }
        let mut hasher = DefaultHasher::new();
        fold(text).hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            self.repeats = true;
            self.seen = HashSet::new();
        }
    }

    fn see_word(&mut self, text: &str) {
        let folded = fold(text);
        if TOTALS.contains(&folded.as_str()) && !self.totals.iter().any(|total| fold(total) == folded) {
            self.totals.push(text.to_owned());
        }
        if let Some((_, rows)) = self.words.iter_mut().find(|(word, _)| fold(word) == folded) {
            *rows += 1;
        } else if self.words.len() < MAX_WORDS {
            self.words.push((text.to_owned(), 1));
        } else {
            self.has_more_words = true;
        }
    }
}

impl Shapes {
    fn see(&mut self, text: &str, is_text: bool) {
        let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
        };
        let (whole, decimals) = text.rsplit_once(',').unwrap_or((text, ""));
        let whole = whole.trim_start_matches(['-', '\u{2212}', '\u{2013}']);
        self.decimal_comma += u64::from(digits(decimals, 1..=2) && whole.ends_with(|sign: char| sign.is_ascii_digit()));
        let groups: Vec<&str> = whole.split('.').collect();
        let is_grouped =
            groups.len() > 1 && digits(groups[0], 1..=3) && groups[1..].iter().all(|group| digits(group, 3..=3));
        self.thousands_point += u64::from(is_text && is_grouped);
        let has_point = text.rsplit_once('.').is_some_and(|(before, after)| {
            digits(after, 1..=2) && before.ends_with(|sign: char| sign.is_ascii_digit()) && !before.contains('.')
        });
        self.decimal_point += u64::from(is_text && has_point);
        let is_date = text.len() >= 10 && text.is_ascii() && {
            let parts: Vec<&str> = text[..10].split('-').collect();
            matches!(parts[..], [year, month, day] if digits(year, 4..=4) && digits(month, 2..=2) && digits(day, 2..=2))
        };
        self.iso_date += u64::from(is_date);
        let number = text.trim_start_matches(['=', '"', '\'']).trim_end_matches('"');
        self.municipality += u64::from(digits(number, 3..=4));
        let parts = text.split_once(['.', ',']);
        let is_post = parts.is_some_and(|(chapter, post)| digits(chapter, 1..=4) && digits(post, 1..=2));
        self.post += u64::from(is_post || digits(text, 5..=6));
    }
}
