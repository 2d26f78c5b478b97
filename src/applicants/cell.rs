//! How a spreadsheet's cell says an amount, a date, a year, a number, a scheme or a target group. What can mean two things is refused.

use std::borrow::Cow;

use jiff::civil::Date;
use programgrant_core::text;
use programgrant_schema::{Ore, TargetGroup};

/// Blanks as spreadsheets set them between groups of three digits.
const BLANKS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2007}'];
/// What may stand around an amount; it says nothing more.
const CURRENCY: [&str; 3] = ["kr.", "kr", "nok"];

/// Midnight as it stands behind a day that was kept as an instant.
const MIDNIGHTS: [&str; 4] = ["00:00", "00:00:00", "00:00:00.000", "0:00:00"];

/// What a cell says: `="0301"` and `'0301` are how spreadsheets keep a text that looks like a number.
pub fn said(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    if let Some(quoted) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        let text = quoted.replace("\"\"", "");
        // Anything else is a formula that only begins and ends like one text.
        return if text.contains('"') {
            Cow::Borrowed(cell)
        } else {
            Cow::Owned(quoted.replace("\"\"", "\"").trim().to_owned())
        };
    }
    Cow::Borrowed(cell.strip_prefix('\'').map_or(cell, str::trim))
}

/// A whole number as a number cell writes it, without its `.0`.
fn whole(text: &str) -> &str {
    let number = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0"));
    number.filter(|number| is_digits(number)).unwrap_or(text)
}

/// Reads kroner: `750 000`, `750000,50`, `750000.5`, `1.234.567,89`, `kr 750 000,-`. `85.000` may be 85 or 85 000 and is refused. One
/// below zero is read, too, so that it can be called that.
pub fn amount(text: &str) -> Option<Ore> {
    let text = bare(text);
    match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        Some(text) => kroner(text.trim_start_matches(|letter| BLANKS.contains(&letter)))
            .and_then(|amount| Ore::ZERO.checked_sub(amount)),
        None => kroner(text),
    }
}

fn kroner(text: &str) -> Option<Ore> {
    let (whole, decimals) = match text.split_once(',') {
        Some((whole, decimals)) => (ungrouped(whole, '.')?, decimals),
        None => match text.rsplit_once('.') {
            Some((whole, _)) if whole.contains('.') => (ungrouped(text, '.')?, "0"),
            Some((whole, decimals)) => (ungrouped(whole, ' ')?, decimals),
            None => (ungrouped(text, ' ')?, "0"),
        },
    };
    let is_sound = (1..=2).contains(&decimals.len()) && is_digits(decimals);
    is_sound
        .then(|| Ore::parse_kroner(&format!("{whole}.{decimals}")).ok())
        .flatten()
}

/// The amount without currency and the dash that stands for no øre.
fn bare(text: &str) -> &str {
    let is_blank = |letter: char| BLANKS.contains(&letter);
    let mut text = text.trim_matches(is_blank);
    let strip = |text: &str, word: &str| {
        let head = text
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word));
        let tail = text
            .len()
            .checked_sub(word.len())
            .and_then(|at| text.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(word));
        (head, tail)
    };
    for word in CURRENCY {
        match strip(text, word) {
            (true, _) => text = text[word.len()..].trim_matches(is_blank),
            (_, true) => text = text[..text.len() - word.len()].trim_matches(is_blank),
            _ => {}
        }
    }
    text.strip_suffix(",-")
        .or_else(|| text.strip_suffix(",–"))
        .unwrap_or(text)
}

/// The digits without their marks between groups of three: blanks, or `mark`; `None` where the groups are not such.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let marks: Vec<char> = whole.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let Some(first) = marks.first().copied() else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let is_mark = (BLANKS.contains(&first) || first == mark) && marks.iter().all(|other| *other == first);
    let mut groups = whole.split(first);
    let leads = groups
        .next()
        .is_some_and(|group| group.len() <= 3 && is_digits(group) && !group.starts_with('0'));
    (is_mark && leads && groups.all(|group| group.len() == 3 && is_digits(group))).then(|| whole.replace(first, ""))
}

/// Reads `15.03.2021`, `1.3.2021` and `2021-03-15`, and the same at midnight.
pub fn date(text: &str) -> Option<Date> {
    let text = text
        .split_once([' ', 'T'])
        .filter(|(_, time)| MIDNIGHTS.contains(time))
        .map_or(text, |(day, _)| day);
    let parts: Vec<&str> = text.split(['.', '-']).collect();
    let [a, b, c] = parts[..] else { return None };
    let is_shaped = |day: &str, month: &str, year: &str| {
        year.len() == 4
            && [day, month].iter().all(|part| (1..=2).contains(&part.len()))
            && [day, month, year].iter().all(|part| is_digits(part))
    };
    let (day, month, year) = if text.contains('-') { (c, b, a) } else { (a, b, c) };
    let is_of_one_kind = !(text.contains('.') && text.contains('-'));
    let date = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    (is_of_one_kind && is_shaped(day, month, year)).then(date).flatten()
}

/// Reads a year of four digits.
pub fn year(text: &str) -> Option<i32> {
    let text = whole(text);
    (text.len() == 4 && is_digits(text))
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads a chapter or a post.
pub fn part_of_post(text: &str) -> Option<i32> {
    let text = whole(text);
    (text.len() <= 4 && is_digits(text))
        .then(|| text.parse().ok())
        .flatten()
}

/// A scheme's id. Where it is a budget post, that is `291.62` in all of its forms (`291,62`, `0291.62`, `029162`); nothing for a
/// number that can be two posts.
pub fn scheme(text: &str) -> Option<String> {
    let post = |chapter: &str, post: &str| format!("{}.{post}", chapter.trim_start_matches('0'));
    match text.split_once(['.', ',']) {
        Some((chapter, rest)) if is_digits(chapter) && is_digits(rest) => match (chapter.len(), rest.len()) {
            (1..=4, 2) => Some(post(chapter, rest)),
            _ => None,
        },
        None if is_digits(text) && text.len() == 6 => Some(post(&text[..4], &text[4..])),
        None if is_digits(text) => None,
        _ => Some(text.to_owned()),
    }
}

/// An organisation number.
pub fn organisation_number(text: &str) -> String {
    whole(text).to_owned()
}

/// A municipality number, and whether a spreadsheet ate its leading zero, as it seems.
pub fn municipality_number(text: &str) -> (String, bool) {
    let text = whole(text);
    if text.len() == 3 && is_digits(text) {
        (format!("0{text}"), true)
    } else {
        (text.to_owned(), false)
    }
}

/// Reads a target group in the words of these offices or of the API.
pub fn target_group(text: &str) -> Option<TargetGroup> {
    Some(match word(text).as_str() {
        "barnogunge" | "barnunge" | "barnogungdom" | "barn" | "unge" | "ungdom" | "childrenandyoung" => {
            TargetGroup::ChildrenAndYoung
        }
        "voksne" | "voksen" | "adults" => TargetGroup::Adults,
        "alle" | "all" => TargetGroup::All,
        "andre" | "annen" | "annet" | "other" => TargetGroup::Other,
        _ => return None,
    })
}

/// Letters without their marks and digits, in lower case.
pub fn word(text: &str) -> String {
    text::unmarked(text)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_offices_write_them() {
        for (text, ore) in [
            ("750000", 75_000_000),
            ("750 000", 75_000_000),
            ("1\u{a0}234\u{a0}567,89", 123_456_789),
            ("1\u{202f}234", 123_400),
            ("750000,5", 75_000_050),
            ("750000.50", 75_000_050),
            ("750 000.50", 75_000_050),
            ("1.234.567,89", 123_456_789),
            ("1.234.567", 123_456_700),
            ("kr 750 000,-", 75_000_000),
            ("750 000 kr", 75_000_000),
            ("NOK 1,00", 100),
            ("0,10", 10),
            ("750000.0", 75_000_000),
            ("-5", -500),
            ("−750\u{a0}000,50", -75_000_050),
            ("kr – 5", -500),
        ] {
            assert_eq!(amount(text).map(Ore::get), Some(ore), "{text}");
        }
        for text in [
            "",
            "-",
            "85.000",
            "1,234",
            "750,000.00",
            "1 23",
            "12 3456",
            "1.234 567,00",
            "5,",
            ",5",
            "1e3",
            "--5",
            "5-",
            "0 123",
            "kr",
            "1,0x",
            "øre",
        ] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn dates_years_and_numbers_are_read_in_either_form() {
        let march = Some(jiff::civil::date(2021, 3, 1));
        assert_eq!([date("01.03.2021"), date("1.3.2021"), date("2021-03-01")], [march; 3]);
        for text in [
            "",
            "31.02.2021",
            "1.3.21",
            "2021.03.01",
            "01-03-2021",
            "1.3-2021",
            "01.03.2021 12:00",
            "44256",
            "03/01/2021",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(
            [
                date("01.03.2021 00:00"),
                date("2021-03-01 00:00:00"),
                date("2021-03-01T00:00:00")
            ],
            [march; 3]
        );
        assert_eq!(
            [year("2021"), year("2021.0"), year("2021,0"), year("21"), year("2021.5")],
            [Some(2021), Some(2021), Some(2021), None, None]
        );
        assert_eq!(
            [part_of_post("0846"), part_of_post("61.0"), part_of_post("6.1")],
            [Some(846), Some(61), None]
        );
        let read = |text| municipality_number(text);
        assert_eq!(
            (read("0814"), read("3813.0"), read("14")),
            (("0814".into(), false), ("3813".into(), false), ("14".into(), false))
        );
        assert_eq!(
            (read("814"), read("814.0")),
            (("0814".into(), true), ("0814".into(), true))
        );
        assert_eq!(
            (organisation_number("964338531.0"), organisation_number("964 338 531")),
            ("964338531".into(), "964 338 531".into())
        );
        assert_eq!(target_group("Barn og unge"), target_group("CHILDREN_AND_YOUNG"));
        assert_eq!(
            (target_group("Alle"), target_group("eldre")),
            (Some(TargetGroup::All), None)
        );
    }

    #[test]
    fn a_text_that_looks_like_a_number_is_kept_as_spreadsheets_keep_it() {
        for (cell, text) in [
            ("=\"0301\"", "0301"),
            (" '0301 ", "0301"),
            ("=\"21/4711 \"\"a\"\"\"", "21/4711 \"a\""),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=1+1", "=1+1"),
            ("0301", "0301"),
            ("=\"", "=\""),
            ("'", ""),
        ] {
            assert_eq!(said(cell), text, "{cell}");
        }
    }

    #[test]
    fn a_post_has_many_forms_and_one_that_is_two_is_refused() {
        for text in ["291.62", "291,62", "0291.62", "0291,62", "029162"] {
            assert_eq!(scheme(text).as_deref(), Some("291.62"), "{text}");
        }
        assert_eq!(
            (scheme("1632.61").as_deref(), scheme("846-los").as_deref()),
            (Some("1632.61"), Some("846-los"))
        );
        for text in ["291.6", "291,6", "29162", "291", "291.620", "02916200", "291.0"] {
            assert_eq!(scheme(text), None, "{text}");
        }
    }

    #[test]
    fn a_heading_is_one_word_in_any_form() {
        for heading in [
            "Målgruppe",
            "MALGRUPPE",
            "ma\u{30a}lgruppe",
            "mål\u{ad}gruppe",
            "Mål-gruppe",
        ] {
            assert_eq!(word(heading), "malgruppe", "{heading:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC{0,20}|[-kr0-9., \u{a0}ø–]{0,16}") {
            let _ = (amount(&text), date(&text), year(&text), part_of_post(&text), target_group(&text), municipality_number(&text), scheme(&text), said(&text));
        }
    }
}
