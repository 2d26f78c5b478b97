//! Numbers that are names: organisations, municipalities, years, posts. Spreadsheets dress them up and eat their zeros.

use std::borrow::Cow;

use programgrant_schema::{BudgetPost, OrganisationNumber, OrganisationNumberError};

use super::{is_digits, shown, unreadable};
use crate::sheet::Cell;

/// What stands where a municipality number should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MunicipalityCell {
    Number(String),
    /// Three digits: a leading zero was probably eaten, and a number with it was never said.
    ZeroEaten(String),
}

/// A number's text without decimals that are zeros; `None` where others are left.
pub fn whole(number: &str) -> Option<&str> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let is_whole = !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0');
    (is_whole && is_digits(whole)).then_some(whole)
}

/// Takes off what spreadsheets put on: `="0301"`, a leading apostrophe, the `.0` of a number.
fn undressed(text: &str) -> &str {
    let text = text.trim();
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    let text = formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text).trim();
    text.strip_suffix(".0").filter(|whole| is_digits(whole)).unwrap_or(text)
}

/// The digits of a cell that names something; empty where it is blank.
fn digits(cell: &Cell) -> Result<Cow<'_, str>, String> {
    match cell {
        Cell::Blank => Ok(Cow::Borrowed("")),
        Cell::Text(text) => Ok(Cow::Borrowed(undressed(text))),
        Cell::Number(number) => Ok(Cow::Borrowed(whole(number).unwrap_or(number))),
        Cell::Date(_) | Cell::Boolean(_) | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => {
            Err(unreadable(cell))
        }
    }
}

/// Reads an organisation number; `None` where the cell is blank. Blanks may stand after the third and the sixth digit.
pub fn organisation_number(cell: &Cell) -> Result<Option<String>, String> {
    let text = digits(cell)?;
    if text.is_empty() {
        return Ok(None);
    }
    let groups: Vec<&str> = text.split([' ', '\u{a0}', '\u{202f}']).collect();
    let number = match groups.as_slice() {
        [a, b, c] if [a, b, c].iter().all(|group| group.len() == 3) => groups.concat(),
        _ => text.clone().into_owned(),
    };
    match number.parse::<OrganisationNumber>() {
        Ok(_) => Ok(Some(number)),
        Err(OrganisationNumberError::NotNineDigits(_)) => Err(format!("{} is no organisation number", shown(&text))),
        Err(OrganisationNumberError::CheckDigit(_)) => Err(format!("{} fails the check digit", shown(&text))),
    }
}

/// Reads a municipality number; `None` where the cell is blank.
pub fn municipality_number(cell: &Cell) -> Result<Option<MunicipalityCell>, String> {
    let text = digits(cell)?;
    match (text.len(), is_digits(&text)) {
        (0, _) => Ok(None),
        (4, true) => Ok(Some(MunicipalityCell::Number(text.into_owned()))),
        (3, true) => Ok(Some(MunicipalityCell::ZeroEaten(text.into_owned()))),
        _ => Err(format!("{} is no municipality number of four digits", shown(&text))),
    }
}

/// Reads a year of four digits; `None` where the cell is blank.
pub fn year(cell: &Cell) -> Result<Option<i16>, String> {
    match digits(cell)? {
        text if text.is_empty() => Ok(None),
        text => year_of_text(&text).map(Some),
    }
}

/// Reads a year of four digits.
pub fn year_of_text(text: &str) -> Result<i16, String> {
    let is_shaped = text.len() == 4 && is_digits(text) && !text.starts_with('0');
    let year = is_shaped.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| format!("{} is no year of four digits", shown(text)))
}

/// Reads chapter and post from one cell; `None` where it is blank.
pub fn post(cell: &Cell) -> Result<Option<BudgetPost>, String> {
    match cell {
        Cell::Blank => Ok(None),
        Cell::Text(text) => match undressed(text) {
            "" => Ok(None),
            text => post_of_text(text).map(Some),
        },
        Cell::Number(number) => post_of_number(number).map(Some),
        Cell::Date(_) | Cell::Boolean(_) | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => {
            Err(unreadable(cell))
        }
    }
}

/// Reads `291.62`, `291,62`, `0291.62` or `029162`.
pub fn post_of_text(text: &str) -> Result<BudgetPost, String> {
    let text = text.trim();
    let parts = match text.split_once(['.', ',']) {
        Some((chapter, post)) if post.len() == 2 => Some((chapter, post)),
        None if text.len() == 6 && is_digits(text) => Some(text.split_at(4)),
        _ => None,
    };
    let post = parts.and_then(|(chapter, post)| BudgetPost::parse(chapter, post).ok());
    post.ok_or_else(|| no_post(text))
}

/// A number has lost the zero at its end: one decimal is the tens.
fn post_of_number(number: &str) -> Result<BudgetPost, String> {
    match number.split_once('.') {
        Some((chapter, tens)) if tens.len() == 1 && tens != "0" => {
            BudgetPost::parse(chapter, &format!("{tens}0")).map_err(|_| no_post(number))
        }
        _ => post_of_text(whole(number).unwrap_or(number)),
    }
}

/// Chapter and post from two cells; `None` where one is blank.
pub fn post_of_parts(chapter: &Cell, post: &Cell) -> Result<Option<BudgetPost>, String> {
    let (chapter, post) = (digits(chapter)?, digits(post)?);
    if chapter.is_empty() || post.is_empty() {
        return Ok(None);
    }
    let read = BudgetPost::parse(&chapter, &post);
    read.map(Some)
        .map_err(|_| format!("{} and {} are no chapter and post", shown(&chapter), shown(&post)))
}

fn no_post(text: &str) -> String {
    if text.len() == 5 && is_digits(text) {
        return format!(
            "{} is no budget post of six digits; its leading zero was probably eaten",
            shown(text)
        );
    }
    format!("{} is no budget post such as 291.62", shown(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn number(text: &str) -> Cell {
        Cell::Number(text.to_owned())
    }

    #[test]
    fn what_spreadsheets_put_on_numbers_is_taken_off() {
        let oslo = Ok(Some(MunicipalityCell::Number("0301".to_owned())));
        for said in ["0301", "=\"0301\"", "'0301", " 0301 "] {
            assert_eq!(municipality_number(&text(said)), oslo, "{said}");
        }
        assert_eq!(
            municipality_number(&number("4012.0")),
            Ok(Some(MunicipalityCell::Number("4012".to_owned())))
        );
        let bamble = Ok(Some("940244145".to_owned()));
        for cell in [
            text("940244145"),
            text("940 244 145"),
            text("940244145.0"),
            number("940244145.0"),
            number("940244145"),
        ] {
            assert_eq!(organisation_number(&cell), bamble, "{cell:?}");
        }
    }

    #[test]
    fn an_eaten_zero_is_told_and_never_put_back() {
        let eaten = Ok(Some(MunicipalityCell::ZeroEaten("301".to_owned())));
        for cell in [text("301"), number("301"), number("301.0")] {
            assert_eq!(municipality_number(&cell), eaten, "{cell:?}");
        }
        let reason = post_of_text("29162").expect_err("five digits");
        assert!(reason.contains("leading zero"), "{reason}");
    }

    #[test]
    fn what_is_no_number_is_not_guessed_at() {
        for cell in [
            text("31"),
            text("0301 Oslo"),
            text("03015"),
            number("301.5"),
            text("+301"),
            Cell::Boolean(true),
        ] {
            assert!(municipality_number(&cell).is_err(), "{cell:?}");
        }
        for said in ["94024414", "9402 44145", "94 0244145", "NO940244145", "940244146"] {
            assert!(organisation_number(&text(said)).is_err(), "{said}");
        }
        for cell in [
            text("21"),
            text("0201"),
            number("2021.5"),
            text("2021/22"),
            text("20211"),
        ] {
            assert!(year(&cell).is_err(), "{cell:?}");
        }
        assert_eq!((year(&number("2021.0")), year(&text(" "))), (Ok(Some(2021)), Ok(None)));
    }

    #[test]
    fn posts_are_read_in_four_forms_and_a_number_has_lost_its_last_zero() {
        let post_62 = Ok(Some(BudgetPost::new(291, 62)));
        for cell in [
            text("291.62"),
            text("291,62"),
            text("0291.62"),
            text("029162"),
            number("291.62"),
        ] {
            assert_eq!(post(&cell), post_62, "{cell:?}");
        }
        assert_eq!(post(&number("291.6")), Ok(Some(BudgetPost::new(291, 60))));
        for cell in [
            text("291.6"),
            text("291"),
            number("291"),
            number("291.0"),
            text("291.622"),
            text("x.62"),
            text("2 91.62"),
        ] {
            assert!(post(&cell).is_err(), "{cell:?}");
        }
        assert_eq!(post_of_parts(&number("291.0"), &text("62")), post_62);
        assert_eq!(post_of_parts(&text("0291"), &number("62")), post_62);
        assert_eq!(post_of_parts(&text("0291"), &Cell::Blank), Ok(None));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(said in "[-0-9.,ø='\" ]{0,14}") {
            for cell in [text(&said), number(&said)] {
                let _ = (organisation_number(&cell), municipality_number(&cell), year(&cell), post(&cell));
            }
        }
    }
}
