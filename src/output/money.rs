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
