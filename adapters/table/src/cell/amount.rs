//! Amounts: exact, from their text, never through a float.

use programgrant_schema::{Ore, OreError};

use super::{is_digits, shown, unreadable};
use crate::mapping::{AmountStyle, Unit};
use crate::sheet::Cell;

/// Hyphen, minus sign and en dash.
const MINUS_SIGNS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// Reads an amount; `None` where the cell is blank.
pub fn amount(cell: &Cell, style: &AmountStyle, unit: Unit) -> Result<Option<Ore>, String> {
    let text = match cell {
        Cell::Blank => return Ok(None),
        Cell::Text(text) if text.trim().is_empty() => return Ok(None),
        Cell::Text(text) => {
            let text = text.trim();
            return scaled(&plain(text, style)?, text, unit).map(Some);
        }
        Cell::Number(number) => number,
        Cell::Date(_) | Cell::Boolean(_) | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => {
            return Err(unreadable(cell));
        }
    };
    scaled(text, text, unit).map(Some)
}

/// Text as decimal text with a point: the sign in front, whole groups of three, and nothing that is not a number.
fn plain(text: &str, style: &AmountStyle) -> Result<String, String> {
    let no_amount = || format!("{} is no amount", shown(text));
    let (sign, unsigned) = match text.strip_prefix(MINUS_SIGNS) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = match unsigned.split_once(style.decimal) {
        Some((whole, decimals)) if is_digits(decimals) => (whole, decimals),
        Some(_) => return Err(no_amount()),
        None => (unsigned, "0"),
    };
    let whole = ungrouped(whole, &style.thousands).ok_or_else(no_amount)?;
    Ok(format!("{sign}{whole}.{decimals}"))
}

/// The digits without the marks between their groups; `None` where the groups are not such. One kind of mark in an amount.
fn ungrouped(whole: &str, marks: &[char]) -> Option<String> {
    let Some(mark) = whole.chars().find(|sign| marks.contains(sign)) else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let (first, rest) = whole.split_once(mark)?;
    // `0.123` is somebody's decimal point, not a group of nought thousands.
    let leads = first.len() <= 3 && is_digits(first) && !first.starts_with('0');
    let follow = rest.split(mark).all(|group| group.len() == 3 && is_digits(group));
    (leads && follow).then(|| whole.replace(mark, ""))
}

/// Decimal text in a unit. Two decimals of that unit count at most; in øre none.
fn scaled(decimal: &str, shown_as: &str, unit: Unit) -> Result<Ore, String> {
    let amount = match unit {
        Unit::Ore => Ore::parse_ore(decimal),
        Unit::Kroner => Ore::parse_kroner(decimal),
        Unit::ThousandKroner => Ore::parse_kroner(decimal).and_then(|kroner| {
            let ore = kroner.get().checked_mul(1000).and_then(Ore::new);
            ore.ok_or_else(|| OreError::OutOfRange(decimal.to_owned()))
        }),
    };
    amount.map_err(|error| match error {
        OreError::NotANumber(_) => format!("{} is no amount", shown(shown_as)),
        OreError::Fraction(_) if unit == Unit::Ore => format!("{} has a part smaller than one øre", shown(shown_as)),
        OreError::Fraction(_) => format!("{} has more than two decimals", shown(shown_as)),
        OreError::OutOfRange(_) => format!("{} is larger than any amount", shown(shown_as)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn style(decimal: char, thousands: &[char]) -> AmountStyle {
        AmountStyle {
            decimal,
            thousands: thousands.to_vec(),
        }
    }

    fn norwegian() -> AmountStyle {
        style(',', &[' ', '\u{a0}', '\u{202f}'])
    }

    fn read(text: &str, style: &AmountStyle, unit: Unit) -> Result<i64, String> {
        amount(&Cell::Text(text.to_owned()), style, unit).map(|ore| ore.expect("not blank").get())
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let cases = [
            ("750000,00", 75_000_000),
            ("-120 000,50", -12_000_050),
            ("\u{2212}120\u{a0}000,5", -12_000_050),
            ("\u{2013}120\u{202f}000", -12_000_000),
            (" 0,10 ", 10),
            ("-0,00", 0),
            ("1 234 567,8900", 123_456_789),
            ("007", 700),
            ("90071992547409,91", Ore::MAX),
        ];
        for (text, ore) in cases {
            assert_eq!(read(text, &norwegian(), Unit::Kroner), Ok(ore), "{text}");
        }
        let points = style(',', &['.']);
        assert_eq!(read("-85.000,00", &points, Unit::Kroner), Ok(-8_500_000));
        let english = style('.', &[',']);
        assert_eq!(read("1,234,567.89", &english, Unit::Kroner), Ok(123_456_789));
        assert_eq!(read("1,5", &norwegian(), Unit::ThousandKroner), Ok(150_000));
        assert_eq!(read("150", &norwegian(), Unit::Ore), Ok(150));
    }

    #[test]
    fn what_is_no_amount_is_not_guessed_at() {
        let texts = [
            "-",
            ",",
            ",50",
            "5,",
            "750000.00",
            "750,000,00",
            "1 23,00",
            "1 2345,00",
            "0 123",
            "1 234\u{a0}567",
            "1  234",
            "--1",
            "- 1",
            "+1",
            "1-",
            "(1)",
            "kr 1",
            "1 kr",
            "1e3",
            "1.000",
            "1'000",
            "١",
            "1,0x",
            "=1",
        ];
        for text in texts {
            let reason = format!("{} is no amount", shown(text));
            assert_eq!(read(text, &norwegian(), Unit::Kroner), Err(reason), "{text}");
        }
        for (text, unit, reason) in [
            ("1,234", Unit::Kroner, "has more than two decimals"),
            ("0,5", Unit::Ore, "has a part smaller than one øre"),
            ("90071992547409,92", Unit::Kroner, "is larger than any amount"),
            ("90071992547,42", Unit::ThousandKroner, "is larger than any amount"),
        ] {
            assert_eq!(read(text, &norwegian(), unit), Err(format!("{text:?} {reason}")));
        }
        let blank = amount(&Cell::Text(" \u{a0}".to_owned()), &norwegian(), Unit::Kroner);
        assert_eq!(blank, Ok(None), "blank is not zero");
    }

    #[test]
    fn a_number_is_read_from_its_text_with_a_point_whatever_the_list_writes() {
        let number = |text: &str| amount(&Cell::Number(text.to_owned()), &norwegian(), Unit::Kroner);
        assert_eq!(number("1234567.89"), Ok(Ore::new(123_456_789)));
        assert_eq!(number("0.1"), Ok(Ore::new(10)));
        assert_eq!(number("-4.12e5"), Ok(Ore::new(-41_200_000)));
        assert_eq!(number("0.125"), Err("\"0.125\" has more than two decimals".to_owned()));
        assert!(amount(&Cell::Error("#DIV/0!".to_owned()), &norwegian(), Unit::Kroner).is_err());
        assert!(amount(&Cell::NotComputed, &norwegian(), Unit::Kroner).is_err());
    }

    proptest! {
        #[test]
        fn amounts_come_back_exact(ore in -Ore::MAX..=Ore::MAX, mark in prop::sample::select(vec![None, Some(' '), Some('\u{a0}'), Some('\u{202f}')])) {
            let digits = (ore.unsigned_abs() / 100).to_string();
            let mut whole = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    whole.extend(mark);
                }
                whole.push(digit);
            }
            let said = format!("{}{whole},{:02}", if ore < 0 { "-" } else { "" }, ore.unsigned_abs() % 100);
            prop_assert_eq!(read(&said, &norwegian(), Unit::Kroner), Ok(ore));
        }

        #[test]
        fn no_text_makes_a_reader_panic(text in "[-−–0-9., \u{a0}ø=\"']{0,24}") {
            let _ = read_any(&text);
        }
    }

    fn read_any(text: &str) -> Result<Option<Ore>, String> {
        amount(&Cell::Text(text.to_owned()), &norwegian(), Unit::ThousandKroner)
    }
}
