//! A page read as a reader reads it: rows with their amounts, terms with what stands beside them, and every amount that stands anywhere.

use scraper::{ElementRef, Html, Selector};

/// What stands on a page.
pub struct ReadPage {
    /// Rows of all tables that have a heading.
    pub rows: Vec<ReadRow>,
    /// `dt` and `dd`.
    pub terms: Vec<(String, String)>,
    /// Every amount in kroner, wherever it stands but in the operation behind the page.
    pub amounts: Vec<String>,
}

/// A row, its cells in the order in which they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    pub heading: String,
    /// Cells that hold a figure or say why there is none.
    pub figures: Vec<String>,
    /// All others, but those that say that the caller does not see what stands there.
    pub words: Vec<String>,
}

impl ReadPage {
    pub fn parse(html: &str) -> Self {
        let document = Html::parse_document(html);
        let main = document.select(&selector("body")).next().expect("a body");
        let rows = main.select(&selector("tr")).filter_map(row).collect();
        let pair = selector("dl > div");
        let pairs = main.select(&pair).filter_map(|pair| {
            let (term, said) = (
                pair.select(&selector("dt")).next()?,
                pair.select(&selector("dd")).next()?,
            );
            Some((text(term), text(said)))
        });
        let mut terms: Vec<(String, String)> = pairs.collect();
        let number = main.select(&selector(".number strong")).next();
        terms.extend(number.map(|number| ("number".to_owned(), text(number))));
        Self {
            rows,
            terms,
            amounts: amounts(&text(main)),
        }
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}

fn row(row: ElementRef<'_>) -> Option<ReadRow> {
    let heading = row.select(&selector("th[scope=row]")).next()?;
    let is = |cell: &ElementRef<'_>, which: &[&str]| cell.value().classes().any(|class| which.contains(&class));
    let is_figure = |cell: &ElementRef<'_>| is(cell, &["amount", "not-applicable", "not-delivered"]);
    let cells = selector("td");
    let seen = row.select(&cells).filter(|cell| !is(cell, &["unseen"]));
    let (figures, words): (Vec<_>, Vec<_>) = seen.partition(is_figure);
    let texts = |cells: Vec<ElementRef<'_>>| cells.into_iter().map(text).collect();
    Some(ReadRow {
        heading: text(heading),
        figures: texts(figures),
        words: texts(words),
    })
}

/// Text in the order in which it stands, blanks other than no-break spaces taken together; without what is no part of the page's own figures.
fn text(element: ElementRef<'_>) -> String {
    let mut words = String::new();
    collect(element, &mut words);
    let words = words.replace('\u{a0}', "\u{1}");
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").replace('\u{1}', "\u{a0}")
}

fn collect(element: ElementRef<'_>, words: &mut String) {
    let is_left_out = ["behind", "changed", "hidden"].iter().any(|class| {
        element
            .value()
            .has_class(class, scraper::CaseSensitivity::CaseSensitive)
    });
    if is_left_out {
        return;
    }
    for child in element.children() {
        if let Some(child) = ElementRef::wrap(child) {
            collect(child, words);
            // Cells and terms do not run into each other.
            words.push(' ');
        } else if let Some(said) = child.value().as_text() {
            words.push_str(said);
        }
    }
}

/// Every `1 234,50 kr` in a text: a sign, groups of three apart by no-break spaces, øre where there are any.
pub fn amounts(text: &str) -> Vec<String> {
    const UNIT: &str = "\u{a0}kr";
    let is_part = |sign: &char| sign.is_ascii_digit() || matches!(sign, '\u{a0}' | ',' | '\u{2212}' | '-');
    let ends = text.match_indices(UNIT).map(|(end, _)| end);
    let number = |end: usize| {
        let number: Vec<char> = text[..end].chars().rev().take_while(is_part).collect();
        let number: String = number.into_iter().rev().collect();
        let number = number.trim_start_matches(['\u{a0}', ',']).to_owned();
        format!("{number}{UNIT}")
    };
    ends.map(number).collect()
}
