//! Days, and instants that may be local time in Europe/Oslo.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use programgrant_contract::json;

use super::{is_digits, shown, unreadable};
use crate::mapping::DateForm;
use crate::sheet::Cell;

static OSLO: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Oslo").expect("the zone data travel with the binary"));

/// Reads a day; `None` where the cell is blank. A date cell of a workbook has its form, text has the mapping's.
pub fn date(cell: &Cell, form: DateForm) -> Result<Option<Date>, String> {
    match cell {
        Cell::Blank => Ok(None),
        Cell::Date(instant) => Ok(Some(instant.date())),
        Cell::Text(text) => match text.trim() {
            "" => Ok(None),
            text => of_form(text, form).map(Some).ok_or_else(|| {
                let form = match form {
                    DateForm::Norwegian => "dd.mm.yyyy",
                    DateForm::Iso => "yyyy-mm-dd",
                };
                format!("{} is no date ({form})", shown(text))
            }),
        },
        Cell::Number(_) | Cell::Boolean(_) | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => {
            Err(format!("{}, no date", unreadable(cell)))
        }
    }
}

/// Reads an instant: RFC 3339, or local time in Europe/Oslo, a day alone being its beginning.
pub fn instant(cell: &Cell) -> Result<Option<Timestamp>, String> {
    let local = match cell {
        Cell::Blank => return Ok(None),
        Cell::Date(instant) => *instant,
        Cell::Text(text) => match text.trim() {
            "" => return Ok(None),
            text => {
                if let Some(instant) = json::instant(text) {
                    return Ok(Some(instant));
                }
                let no_instant = || format!("{} is no instant (RFC 3339, or local time)", shown(text));
                local(text).ok_or_else(no_instant)?
            }
        },
        Cell::Number(_) | Cell::Boolean(_) | Cell::Error(_) | Cell::NotComputed | Cell::Structure(_) => {
            return Err(format!("{}, no instant", unreadable(cell)));
        }
    };
    // An hour that comes twice is the first of both; one that is left out is the hour after.
    let zoned = local
        .to_zoned(OSLO.clone())
        .map_err(|_| format!("{local} is out of range"))?;
    Ok(Some(zoned.timestamp()))
}

fn of_form(text: &str, form: DateForm) -> Option<Date> {
    match form {
        DateForm::Iso => json::date(text),
        DateForm::Norwegian => {
            let (day, rest) = text.split_once('.')?;
            let (month, year) = rest.split_once('.')?;
            let is_short = |part: &str| part.len() <= 2 && is_digits(part);
            let is_shaped = is_short(day) && is_short(month) && year.len() == 4 && is_digits(year);
            is_shaped.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?
        }
    }
}

/// A day in either form and, after a blank or `T`, a time of day with or without seconds.
fn local(text: &str) -> Option<DateTime> {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, time_of_day(time.trim())?),
        None => (text, Time::midnight()),
    };
    let day = of_form(day, DateForm::Iso).or_else(|| of_form(day, DateForm::Norwegian))?;
    Some(day.to_datetime(time))
}

fn time_of_day(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = whole.split(':').collect();
    let is_shaped = matches!(parts.len(), 2 | 3) && parts.iter().all(|part| part.len() == 2 && is_digits(part));
    if !is_shaped || !is_digits(fraction) || fraction.len() > 9 || (parts.len() == 2 && text.contains('.')) {
        return None;
    }
    let part = |index: usize| parts.get(index).map_or(Some(0), |part| part.parse::<i8>().ok());
    let nanoseconds = format!("{fraction:0<9}").parse().ok()?;
    Time::new(part(0)?, part(1)?, part(2)?, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn days_are_read_in_the_mappings_form_alone() {
        let day = Some(jiff::civil::date(2021, 3, 4));
        for said in ["04.03.2021", "4.3.2021", " 4.03.2021 "] {
            assert_eq!(date(&text(said), DateForm::Norwegian), Ok(day), "{said}");
        }
        assert_eq!(date(&text("2021-03-04"), DateForm::Iso), Ok(day));
        assert_eq!(
            date(
                &Cell::Date(jiff::civil::datetime(2021, 3, 4, 9, 0, 0, 0)),
                DateForm::Iso
            ),
            Ok(day)
        );
        for said in [
            "2021-03-04",
            "04.03.21",
            "29.02.2021",
            "004.03.2021",
            "4/3/2021",
            "4.3.2021.",
            "4.3",
        ] {
            assert!(date(&text(said), DateForm::Norwegian).is_err(), "{said}");
        }
        assert!(date(&text("04.03.2021"), DateForm::Iso).is_err());
        assert!(date(&Cell::Number("44259".to_owned()), DateForm::Norwegian).is_err());
        assert_eq!(date(&text(" "), DateForm::Iso), Ok(None));
    }

    #[test]
    fn instants_have_an_offset_or_are_local() {
        let read = |said: &str| instant(&text(said)).map(|instant| instant.expect("not blank").to_string());
        for (said, expected) in [
            ("2021-03-04T09:12:44+01:00", "2021-03-04T08:12:44Z"),
            ("2021-03-04T09:12:44", "2021-03-04T08:12:44Z"),
            ("2021-07-04 09:12", "2021-07-04T07:12:00Z"),
            ("04.07.2021 09:12:44.5", "2021-07-04T07:12:44.5Z"),
            ("4.7.2021", "2021-07-03T22:00:00Z"),
            ("2021-10-31T02:30", "2021-10-31T00:30:00Z"),
        ] {
            assert_eq!(read(said).as_deref(), Ok(expected), "{said}");
        }
        for said in [
            "2021-03-04T25:00",
            "2021-03-04T9:00",
            "i går",
            "2021-03-04T09:12:44+0100",
            "09:12",
        ] {
            assert!(read(said).is_err(), "{said}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(said in "[-0-9.T: ø]{0,24}") {
            let _ = (instant(&text(&said)), date(&text(&said), DateForm::Norwegian), date(&text(&said), DateForm::Iso));
        }
    }
}
