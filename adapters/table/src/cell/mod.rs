//! What a cell says, asked as text, amount, date, number, year or post. Pure; each reads exactly the forms that are written down, and
//! everything else is a reason to set the row aside.

mod amount;
mod date;
mod number;

use std::borrow::Cow;

use programgrant_schema::{AwardStatus, TargetGroup};

use crate::mapping::fold;
use crate::sheet::Cell;

pub use amount::amount;
pub use date::{date, instant};
pub use number::{
    MunicipalityCell, municipality_number, organisation_number, post, post_of_parts, post_of_text, year, year_of_text,
};

/// The most characters of a cell that a reason repeats.
const SHOWN: usize = 40;

/// The cell as text, without surrounding blanks; a blank one is empty.
pub fn text(cell: &Cell) -> Result<Cow<'_, str>, String> {
    match cell {
        Cell::Blank => Ok(Cow::Borrowed("")),
        Cell::Text(text) => Ok(Cow::Borrowed(text.trim())),
        Cell::Number(number) => Ok(Cow::Borrowed(number::whole(number).unwrap_or(number))),
        Cell::Date(instant) => Ok(Cow::Owned(instant.date().to_string())),
        Cell::Boolean(value) => Ok(Cow::Borrowed(if *value { "true" } else { "false" })),
        Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => Err(unreadable(cell)),
    }
}

/// Why nothing at all can be read in that cell.
fn unreadable(cell: &Cell) -> String {
    match cell {
        Cell::Error(error) => format!("holds the error {}", shown(error)),
        Cell::NotComputed => "holds a formula without a stored value".to_owned(),
        Cell::Structure(json) => format!("{} is no single value", shown(json)),
        Cell::Boolean(value) => format!("holds {value}"),
        Cell::Date(instant) => format!("holds the date {}", instant.date()),
        Cell::Number(number) => format!("holds the number {}", shown(number)),
        Cell::Text(text) => format!("holds {}", shown(text)),
        Cell::Blank => "is blank".to_owned(),
    }
}

/// One of the canonical words of a status.
pub fn status(word: &str) -> Result<AwardStatus, String> {
    Ok(match fold(word).as_str() {
        "applied" => AwardStatus::Applied,
        "granted" => AwardStatus::Granted,
        "refused" => AwardStatus::Refused,
        "dismissed" => AwardStatus::Dismissed,
        "withdrawn" => AwardStatus::Withdrawn,
        "paid" => AwardStatus::Paid,
        "repaid" => AwardStatus::Repaid,
        "in_programme" => AwardStatus::InProgramme,
        _ => {
            return Err(format!(
                "{} is none of APPLIED, GRANTED, REFUSED, DISMISSED, WITHDRAWN, PAID, REPAID and IN_PROGRAMME",
                shown(word)
            ));
        }
    })
}

/// One of the canonical words of a target group.
pub fn target_group(word: &str) -> Result<TargetGroup, String> {
    Ok(match fold(word).as_str() {
        "children_and_young" => TargetGroup::ChildrenAndYoung,
        "adults" => TargetGroup::Adults,
        "all" => TargetGroup::All,
        "other" => TargetGroup::Other,
        _ => {
            return Err(format!(
                "{} is none of CHILDREN_AND_YOUNG, ADULTS, ALL and OTHER",
                shown(word)
            ));
        }
    })
}

/// One or more ASCII digits and nothing else.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The cell as a reason quotes it, bounded and on one line.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
