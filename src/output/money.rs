//! Amounts as a Norwegian reader writes them.

const NO_BREAK: char = '\u{a0}';
const MINUS: char = '\u{2212}';

/// `1 234 567 kr`, with øre where there are any: groups by no-break spaces, and a true minus.
pub fn kroner(ore: i64) -> String {
    let (whole, part) = (ore.unsigned_abs() / 100, ore.unsigned_abs() % 100);
    let sign = if ore < 0 { MINUS.to_string() } else { String::new() };
    let part = if part == 0 {
        String::new()
    } else {
        format!(",{part:02}")
    };
    format!("{sign}{}{part}{NO_BREAK}kr", grouped(whole))
}

/// A decimal number that is not negative as files and interfaces have it (`14089.5`): in groups of three, with a comma.
pub fn figure(text: &str) -> String {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    if rest.is_empty() {
        whole
    } else {
        format!("{whole},{rest}")
    }
}

/// A number in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(NO_BREAK);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_written_in_groups_and_keeps_every_digit() {
        let written = ["0", "647", "14089", "1234567.50", "11.4374", "\u{2212}1"].map(figure);
        let expected = [
            "0",
            "647",
            "14\u{a0}089",
            "1\u{a0}234\u{a0}567,50",
            "11,4374",
            "\u{2212}1",
        ];
        assert_eq!(written, expected);
    }
}
