//! How a cell says an amount, a date or a year; each reads exactly the forms that NAV's page shows.

use jiff::civil::Date;
use programgrant_schema::Ore;

/// What may stand between groups of three digits.
const THOUSANDS_MARKS: [char; 3] = [' ', '\u{a0}', '.'];
/// Hyphen; en dash, as Windows-1252 files have it; the minus sign, which only a UTF-8 file can hold.
const MINUS_SIGNS: [char; 3] = ['-', '\u{2013}', '\u{2212}'];
/// The most characters of a cell that a reason repeats.
const SHOWN: usize = 40;

/// Reads kroner: `750000,00`, `-120 000,50`, `–85.000,00`. One kind of thousands mark, in whole groups of three, at most two
/// decimals.
pub fn amount(text: &str) -> Result<Ore, String> {
    let no_amount = || format!("{} is no amount in kroner", shown(text));
    let (sign, unsigned) = match text.strip_prefix(MINUS_SIGNS) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = unsigned.split_once(',').unwrap_or((unsigned, "00"));
    let whole = ungrouped(whole).ok_or_else(no_amount)?;
    if decimals.len() > 2 || !is_digits(decimals) {
        return Err(no_amount());
    }
    Ore::parse_kroner(&format!("{sign}{whole}.{decimals}"))
        .map_err(|_| format!("{} is larger than any amount", shown(text)))
}

/// The digits without their thousands marks; `None` where the groups are not such.
fn ungrouped(whole: &str) -> Option<String> {
    let Some(mark) = whole.chars().find(|sign| THOUSANDS_MARKS.contains(sign)) else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let (first, rest) = whole.split_once(mark)?;
    // `0.123` is somebody's decimal point, not a group of nought thousands.
    let leads = first.len() <= 3 && is_digits(first) && !first.starts_with('0');
    let follow = rest.split(mark).all(|group| group.len() == 3 && is_digits(group));
    (leads && follow).then(|| whole.replace(mark, ""))
}

/// Reads `dd.mm.yyyy`.
pub fn date(text: &str) -> Result<Date, String> {
    let parts = || {
        let (day, rest) = text.split_once('.')?;
        let (month, year) = rest.split_once('.')?;
        let is_shaped = [(day, 2), (month, 2), (year, 4)]
            .iter()
            .all(|(part, length)| part.len() == *length && is_digits(part));
        let date = is_shaped.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok());
        date.flatten()
    };
    parts().ok_or_else(|| format!("{} is no date (dd.mm.yyyy)", shown(text)))
}

/// Reads a year of four digits.
pub fn year(text: &str) -> Result<i16, String> {
    let is_shaped = text.len() == 4 && is_digits(text) && !text.starts_with('0');
    let year = is_shaped.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| format!("{} is no year of four digits", shown(text)))
}

/// One or more ASCII digits and nothing else.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The cell as a reason quotes it, bounded.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// Says an amount as [`amount`] reads it, with that minus sign and, where one is given, that thousands mark.
#[cfg(any(test, feature = "simulator"))]
pub fn say_amount(amount: Ore, minus: char, mark: Option<char>) -> String {
    let ore = amount.get().unsigned_abs();
    let digits = (ore / 100).to_string();
    let mut said = String::new();
    if amount.is_negative() {
        said.push(minus);
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            said.extend(mark);
        }
        said.push(digit);
    }
    format!("{said},{:02}", ore % 100)
}

/// Says a date as [`date`] reads it.
pub fn say_date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_the_page_shows_them() {
        let cases = [
            ("750000,00", 75_000_000),
            ("-120 000,50", -12_000_050),
            ("-120\u{a0}000,50", -12_000_050),
            ("-85.000,00", -8_500_000),
            ("\u{2013}85.000,00", -8_500_000),
            ("\u{2212}85.000,00", -8_500_000),
            ("0,10", 10),
            ("0,00", 0),
            ("-0,00", 0),
            ("1.234.567,89", 123_456_789),
            ("1 234 567,8", 123_456_780),
            ("750000", 75_000_000),
            ("85.000", 8_500_000),
            ("90071992547409,91", Ore::MAX),
        ];
        for (text, ore) in cases {
            assert_eq!(amount(text).map(Ore::get), Ok(ore), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_guessed_at() {
        let texts = [
            "",
            "-",
            ",",
            ",50",
            "5,",
            "750000.00",
            "750,000,00",
            "1,234",
            "0,001",
            "1.23,00",
            "1.2345,00",
            "0.123",
            "1.234 567,00",
            "1 234.567,00",
            "1\u{a0}234 567,00",
            "1..234,00",
            ".234,00",
            "1.,00",
            "1234.567,00",
            "--1,00",
            "- 1,00",
            "+1,00",
            "1,00-",
            " 1,00",
            "1,00 ",
            "1e3",
            "kr 1,00",
            "1\u{202f}000,00",
            "1'000,00",
            "١,00",
            "1,0x",
        ];
        for text in texts {
            assert_eq!(
                amount(text),
                Err(format!("{} is no amount in kroner", shown(text))),
                "{text}"
            );
        }
        assert_eq!(
            amount("90071992547409,92"),
            Err("\"90071992547409,92\" is larger than any amount".to_owned())
        );
    }

    #[test]
    fn dates_have_two_two_and_four_digits() {
        assert_eq!(date("15.03.2021"), Ok(jiff::civil::date(2021, 3, 15)));
        assert_eq!(date("29.02.2020"), Ok(jiff::civil::date(2020, 2, 29)));
        for text in [
            "",
            "29.02.2021",
            "31.04.2021",
            "1.3.2021",
            "15.03.21",
            "2021-03-15",
            "15/03/2021",
            "15.03.2021 ",
            "00.01.2021",
            "15.03.20211",
            "+5.03.2021",
        ] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!(year("2020"), Ok(2020));
        for text in ["", "20", "0020", "+202", "20201", "2020,0"] {
            assert!(year(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reason_quotes_a_bounded_part() {
        assert_eq!(shown("ø"), "\"ø\"");
        assert_eq!(shown(&"ø".repeat(1_000)), format!("\"{}\"…", "ø".repeat(SHOWN)));
    }

    proptest! {
        #[test]
        fn say_and_read_are_inverse(
            ore in prop_oneof![-Ore::MAX..=Ore::MAX, -1_000_000i64..1_000_000],
            minus in prop::sample::select(MINUS_SIGNS.to_vec()),
            mark in prop::option::of(prop::sample::select(THOUSANDS_MARKS.to_vec())),
        ) {
            let ore = Ore::new(ore).expect("in range");
            prop_assert_eq!(amount(&say_amount(ore, minus, mark)), Ok(ore));
        }

        #[test]
        fn no_text_makes_a_reader_panic(text in "[-–0-9., \u{a0}ø]{0,24}") {
            let _ = (amount(&text), date(&text), year(&text));
        }

        #[test]
        fn dates_come_back(day in 0i32..200_000) {
            let day = jiff::civil::date(1900, 1, 1).checked_add(jiff::Span::new().days(day)).expect("a date");
            prop_assert_eq!(date(&say_date(day)), Ok(day));
        }
    }
}
