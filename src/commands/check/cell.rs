//! How a spreadsheet's cell says an amount, a date, a year, a number or a target group. What can mean two things is refused.

use jiff::civil::Date;
use programgrant_schema::{Ore, TargetGroup};

/// Blanks as spreadsheets set them between groups of three digits.
const BLANKS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\u{2007}'];
/// What may stand around an amount; it says nothing more.
const CURRENCY: [&str; 3] = ["kr.", "kr", "nok"];

/// Reads kroner: `750 000`, `750000,50`, `750000.5`, `1.234.567,89`, `kr 750 000,-`. `85.000` may be 85 or 85 000 and is refused.
pub fn amount(text: &str) -> Option<Ore> {
    let text = bare(text);
    let (whole, decimals) = match text.split_once(',') {
        Some((whole, decimals)) => (ungrouped(whole, '.')?, decimals),
        None => match text.rsplit_once('.') {
            Some((whole, _)) if whole.contains('.') => (ungrouped(text, '.')?, "0"),
            Some((whole, decimals)) => (ungrouped(whole, ' ')?, decimals),
            None => (ungrouped(text, ' ')?, "0"),
        },
    };
    let is_sound = (1..=2).contains(&decimals.len()) && is_digits(decimals);
    is_sound.then(|| Ore::parse_kroner(&format!("{whole}.{decimals}")).ok()).flatten()
}

/// The amount without currency and the dash that stands for no øre.
fn bare(text: &str) -> &str {
    let is_blank = |letter: char| BLANKS.contains(&letter);
    let mut text = text.trim_matches(is_blank);
    let strip = |text: &str, word: &str| {
        let head = text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        let tail = text.len().checked_sub(word.len()).and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(word));
        (head, tail)
    };
    for word in CURRENCY {
        match strip(text, word) {
            (true, _) => text = text[word.len()..].trim_matches(is_blank),
            (_, true) => text = text[..text.len() - word.len()].trim_matches(is_blank),
            _ => {}
        }
    }
    text.strip_suffix(",-").or_else(|| text.strip_suffix(",–")).unwrap_or(text)
}

/// The digits without their marks between groups of three: blanks, or `mark`; `None` where the groups are not such.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let marks: Vec<char> = whole.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let Some(first) = marks.first().copied() else { return is_digits(whole).then(|| whole.to_owned()) };
    let is_mark = (BLANKS.contains(&first) || first == mark) && marks.iter().all(|other| *other == first);
    let mut groups = whole.split(first);
    let leads = groups.next().is_some_and(|group| group.len() <= 3 && is_digits(group) && !group.starts_with('0'));
    (is_mark && leads && groups.all(|group| group.len() == 3 && is_digits(group))).then(|| whole.replace(first, ""))
}

/// Reads `15.03.2021`, `1.3.2021` and `2021-03-15`.
pub fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['.', '-']).collect();
    let [a, b, c] = parts[..] else { return None };
    let is_shaped = |day: &str, month: &str, year: &str| {
        year.len() == 4 && [day, month].iter().all(|part| (1..=2).contains(&part.len())) && [day, month, year].iter().all(|part| is_digits(part))
    };
    let (day, month, year) = if text.contains('-') { (c, b, a) } else { (a, b, c) };
    let is_of_one_kind = !(text.contains('.') && text.contains('-'));
    let date = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    (is_of_one_kind && is_shaped(day, month, year)).then(date).flatten()
}

/// Reads a year of four digits.
pub fn year(text: &str) -> Option<i32> {
    (text.len() == 4 && is_digits(text)).then(|| text.parse().ok()).flatten()
}

/// Reads a chapter or a post.
pub fn part_of_post(text: &str) -> Option<i32> {
    (text.len() <= 4 && is_digits(text)).then(|| text.parse().ok()).flatten()
}

/// A municipality number, with the leading zero that a spreadsheet ate.
pub fn municipality_number(text: &str) -> String {
    if text.len() == 3 && is_digits(text) { format!("0{text}") } else { text.to_owned() }
}

/// Reads a target group in the words of these offices or of the API.
pub fn target_group(text: &str) -> Option<TargetGroup> {
    Some(match word(text).as_str() {
        "barnogunge" | "barnunge" | "barnogungdom" | "barn" | "unge" | "ungdom" | "childrenandyoung" => TargetGroup::ChildrenAndYoung,
        "voksne" | "voksen" | "adults" => TargetGroup::Adults,
        "alle" | "all" => TargetGroup::All,
        "andre" | "annen" | "annet" | "other" => TargetGroup::Other,
        _ => return None,
    })
}

/// Letters and digits alone, in lower case.
pub fn word(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
        ] {
            assert_eq!(amount(text).map(Ore::get), Some(ore), "{text}");
        }
        for text in
            ["", "-", "85.000", "1,234", "750,000.00", "1 23", "12 3456", "1.234 567,00", "5,", ",5", "1e3", "-5", "0 123", "kr", "1,0x", "øre"]
        {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn dates_years_and_numbers_are_read_in_either_form() {
        let march = Some(jiff::civil::date(2021, 3, 1));
        assert_eq!([date("01.03.2021"), date("1.3.2021"), date("2021-03-01")], [march; 3]);
        for text in ["", "31.02.2021", "1.3.21", "2021.03.01", "01-03-2021", "1.3-2021", "01.03.2021 00:00"] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!((year("2021"), year("21"), year("2021,0")), (Some(2021), None, None));
        assert_eq!(["814", "0814", "3813", "14"].map(municipality_number), ["0814", "0814", "3813", "14"]);
        assert_eq!(target_group("Barn og unge"), target_group("CHILDREN_AND_YOUNG"));
        assert_eq!((target_group("Alle"), target_group("eldre")), (Some(TargetGroup::All), None));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC{0,20}|[-kr0-9., \u{a0}ø–]{0,16}") {
            let _ = (amount(&text), date(&text), year(&text), part_of_post(&text), target_group(&text), municipality_number(&text));
        }
    }
}
