//! Figures as this test writes them: worked out here, from the interface's answer alone.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::site::kroner;

/// What the pages call things in bokmål; which of them stands beside a figure is worked out here.
const TEXTS: &str = include_str!("../../../web/texts/nb.ftl");

pub const NOT_KNOWN: &str = "mangler data fra kilden";
const NOT_APPLICABLE: &str = "ikke aktuelt";

/// A `Figure` of the interface.
pub fn figure(figure: &Value) -> String {
    match (figure["state"].as_str(), figure["amount"].as_i64()) {
        (Some("STATED"), Some(ore)) => kroner(ore),
        (Some("NOT_APPLICABLE"), None) => NOT_APPLICABLE.to_owned(),
        (Some("NOT_DELIVERED"), None) => NOT_KNOWN.to_owned(),
        _ => panic!("no figure: {figure}"),
    }
}

/// An amount that may be null: then it is not known.
pub fn ore(amount: &Value) -> String {
    amount.as_i64().map_or_else(|| NOT_KNOWN.to_owned(), kroner)
}

/// What is stated of two figures, the second taken from the first.
pub fn less(one: &Value, other: &Value) -> String {
    let stated = |figure: &Value| figure["amount"].as_i64();
    match (stated(one), stated(other)) {
        (Some(one), Some(other)) => kroner(one - other),
        _ => NOT_KNOWN.to_owned(),
    }
}

/// A sum that says what it lacks.
pub fn sum<'a>(figures: impl Iterator<Item = &'a Value>) -> String {
    let (mut known, mut missing) = (0, 0);
    for figure in figures {
        known += figure["amount"].as_i64().unwrap_or(0);
        missing += usize::from(figure["state"] == "NOT_DELIVERED");
    }
    if missing == 0 {
        kroner(known)
    } else {
        format!("minst {} ({missing} mangler)", kroner(known))
    }
}

/// What of the pot is paid, in whole per cent.
pub fn percent(paid: &Value, total: &Value) -> String {
    match (paid["amount"].as_i64(), total.as_i64()) {
        (Some(paid), Some(total)) if total != 0 => format!("{}\u{a0}%", paid * 100 / total),
        _ => NOT_KNOWN.to_owned(),
    }
}

/// What the pages call that.
pub fn word(key: &str) -> String {
    let mut lines = TEXTS.lines().filter_map(|line| line.split_once(" = "));
    let line = lines.find(|(name, _)| *name == key);
    line.unwrap_or_else(|| panic!("no text {key}")).1.to_owned()
}

/// The same of a code.
pub fn code(family: &str, code: &Value) -> String {
    word(&format!("{family}-{}", code.as_str().expect("a code")))
}

const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

/// `1. juni 2021`.
pub fn day(day: Date) -> String {
    let month = usize::try_from(day.month()).expect("a month");
    format!("{}. {} {}", day.day(), MONTHS[month - 1], day.year())
}

/// `1. juni 2021 kl. 12.00`, in Norway.
pub fn instant(text: &Value) -> String {
    let instant: Timestamp = text.as_str().expect("an instant").parse().expect("an instant");
    let there = instant.to_zoned(TimeZone::get("Europe/Oslo").expect("a time zone"));
    format!("{} kl. {:02}.{:02}", day(there.date()), there.hour(), there.minute())
}

/// Every amount that an answer may stand for: its whole numbers, and what stands in its texts.
pub fn amounts_in(answer: &Value) -> Vec<String> {
    match answer {
        Value::Number(number) => number.as_i64().map(kroner).into_iter().collect(),
        Value::String(text) => super::page::amounts(text),
        Value::Array(all) => all.iter().flat_map(amounts_in).collect(),
        Value::Object(all) => all.values().flat_map(amounts_in).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}
