//! Number cells, read from their text: to 15 significant digits as plain decimals, and as the date that such a number is the day of.
//! No float has a part in it.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};

/// What a spreadsheet keeps of a number; the rest is its binary fraction's noise (`0.30000000000000004`).
const DIGITS: usize = 15;
/// No double has a larger or smaller power of ten.
const MAX_EXPONENT: i64 = 400;
const DAY: u128 = 86_400_000;

/// The epoch that a workbook counts its days from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    /// Day 1 is 1 January 1900, and 29 February 1900 counts as a day that never was.
    #[default]
    Y1900,
    /// Day 0 is 1 January 1904.
    Y1904,
}

/// An `xsd:double` as plain decimal text such as `-1234.5`; `None` where it is none, or is no finite number.
pub fn plain(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let (is_negative, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    if whole.len() + decimals.len() == 0 || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let all = format!("{whole}{decimals}");
    let significant = all.trim_start_matches('0');
    // Where the point stands among the significant digits, counted from the first.
    let point = i64::try_from(whole.len()).ok()? - i64::try_from(all.len() - significant.len()).ok()? + exponent;
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    let (digits, point) = rounded(significant, point);
    (point.abs() <= MAX_EXPONENT).then(|| written(is_negative, &digits, point))
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The digits rounded to 15, half away from zero, without zeros at their end.
fn rounded(significant: &str, point: i64) -> (String, i64) {
    let (kept, rest) = significant.split_at(significant.len().min(DIGITS));
    let mut digits = kept.to_owned();
    let mut point = point;
    if rest.as_bytes().first().is_some_and(|digit| *digit >= b'5') {
        let nines = digits.len() - digits.trim_end_matches('9').len();
        digits.truncate(digits.len() - nines);
        if let Some(last) = digits.pop() {
            // Below 9, since the nines are gone.
            digits.push(char::from(last as u8 + 1));
        } else {
            digits.push('1');
            point += 1;
        }
    }
    digits.truncate(digits.trim_end_matches('0').len());
    (digits, point)
}

fn written(is_negative: bool, digits: &str, point: i64) -> String {
    let sign = if is_negative { "-" } else { "" };
    let places = usize::try_from(point.unsigned_abs()).unwrap_or_default();
    if point <= 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(places));
    }
    match digits.split_at_checked(places) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, decimals)) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{digits}{}", "0".repeat(places - digits.len())),
    }
}

/// The moment that a plain number is the day and time of, to the millisecond; `None` before the epoch, after the year 9999, and on the day
/// that never was.
pub fn moment(plain: &str, epoch: Epoch) -> Option<DateTime> {
    let (days, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let days: i32 = days.parse().ok().filter(|_| !days.starts_with('-'))?;
    let milliseconds = milliseconds(fraction)?;
    let start = first_day(days, epoch)?.to_datetime(jiff::civil::Time::midnight());
    let moment = start.checked_add(milliseconds.milliseconds()).ok()?;
    (moment.year() <= 9999).then_some(moment)
}

fn first_day(days: i32, epoch: Epoch) -> Option<Date> {
    let zero = match epoch {
        Epoch::Y1904 => date(1904, 1, 1),
        Epoch::Y1900 if days >= 61 => date(1899, 12, 30),
        Epoch::Y1900 if (1..60).contains(&days) => date(1899, 12, 31),
        Epoch::Y1900 => return None,
    };
    zero.checked_add(days.days()).ok()
}

/// The part of a day, rounded to the millisecond.
fn milliseconds(fraction: &str) -> Option<i64> {
    let kept = &fraction[..fraction.len().min(18)];
    if kept.is_empty() {
        return Some(0);
    }
    let unit = 10_u128.pow(u32::try_from(kept.len()).ok()?);
    let scaled = kept.parse::<u128>().ok()? * DAY;
    i64::try_from((scaled + unit / 2) / unit).ok()
}

/// `2024-01-15` or `2024-01-15T12:00:00`, as a cell of the type `d` has it.
pub fn iso(text: &str) -> Option<DateTime> {
    let text = text.trim();
    // A time of day alone is no date, and an offset would make it another's.
    (text.len() >= 10).then(|| text.parse().ok()).flatten()
}
