//! Deadlines as a calendar (RFC 5545, 7986). An event has the same UID at every fetch, lasts the day, and keeps nobody busy.

use icalendar::{Calendar, Component, Event, Parameter, Property};
use jiff::civil::Date;

use super::ExportError;
use super::about::About;
use super::question::Asker;
use super::rows::deadlines::{DeadlineAnswer, Deadlines};

const PRODUCT: &str = "-//programgrant//programgrant//NO";
/// What stands behind the id in a UID.
const DOMAIN: &str = "programgrant";
const LONGEST_LINE: usize = 75;

/// The calendar; what was learnt is in it, too.
pub async fn write(mut deadlines: Deadlines, asker: &mut Asker, about: &mut About) -> Result<Vec<u8>, ExportError> {
    about.learn(Deadlines::learnt());
    let mut calendar = head(about);
    // When an event was last told otherwise is not known. Rounded to the day, a feed that has not changed is the same all day.
    let stamp = about.created.strftime("%Y%m%dT000000Z").to_string();
    while let Some(page) = deadlines.next(asker).await? {
        for deadline in &page {
            calendar.push(event(deadline, &stamp));
        }
    }
    Ok(folded(&calendar.to_string()).into_bytes())
}

/// No line longer than 75 octets, its end aside. The library leaves the last part of a folded line one octet too long at times.
fn folded(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for line in text.split_inclusive("\r\n") {
        let (mut rest, mut room) = (line, LONGEST_LINE);
        while rest.trim_end_matches("\r\n").len() > room {
            let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
            all.extend([head, "\r\n "]);
            // The space counts.
            (rest, room) = (tail, LONGEST_LINE - 1);
        }
        all.push_str(rest);
    }
    all
}

fn head(about: &About) -> Calendar {
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(key, value));
    }
    // When it was made would make another feed of it each time.
    let said: Vec<String> = about
        .lines()
        .into_iter()
        .filter(|(label, _)| !matches!(*label, "Tittel" | "Laget"))
        .map(|(label, text)| format!("{label}: {text}"))
        .collect();
    calendar.name(&about.title).description(&said.join("\n"));
    let every_day = Property::new("REFRESH-INTERVAL", "P1D")
        .append_parameter(Parameter::new("VALUE", "DURATION"))
        .done();
    calendar.append_property(every_day);
    calendar.append_property(Property::new("X-PUBLISHED-TTL", "P1D"));
    calendar
}

fn event(deadline: &DeadlineAnswer, stamp: &str) -> Event {
    let programme = deadline
        .programme
        .iter()
        .map(|programme| format!("{}\n", programme.name));
    let description = format!("{}Sagt av: {}", programme.collect::<String>(), deadline.source);
    let mut event = Event::new();
    event
        .uid(&format!("{}@{DOMAIN}", deadline.id))
        .summary(&deadline.text)
        .description(&description)
        .sequence(0)
        .add_property("DTSTAMP", stamp)
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(day("DTSTART", deadline.on));
    // It is exclusive; without it the event lasts its day as well.
    if let Ok(next) = deadline.on.tomorrow() {
        event.append_property(day("DTEND", next));
    }
    event.done()
}

fn day(key: &str, day: Date) -> Property {
    Property::new(key, day.strftime("%Y%m%d").to_string())
        .append_parameter(Parameter::new("VALUE", "DATE"))
        .done()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::export::question::Named;

    fn printed(text: &str) -> String {
        let deadline = DeadlineAnswer {
            id: "p-bruk-2023".to_owned(),
            kind: "USE_UNTIL".to_owned(),
            on: date(2023, 12, 31),
            text: text.to_owned(),
            source: "et brev; datert, og \\ signert".to_owned(),
            scheme: None,
            programme: Some(Named {
                id: "p".to_owned(),
                name: "Et program".to_owned(),
            }),
            municipality: None,
        };
        let mut calendar = Calendar::empty();
        calendar.push(event(&deadline, "20260101T000000Z"));
        folded(&calendar.to_string())
    }

    #[test]
    fn lines_end_as_they_must_and_none_is_longer_than_75_octets() {
        for length in 1..200 {
            let text = printed(&"æ ø,".repeat(length));
            assert!(
                text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']),
                "{text}"
            );
            for line in text.split("\r\n") {
                assert!(line.len() <= 75, "{line}");
            }
            let unfolded = text.replace("\r\n ", "");
            assert!(
                unfolded.contains(&format!("SUMMARY:{}\r\n", "æ ø\\,".repeat(length))),
                "{unfolded}"
            );
        }
    }

    #[test]
    fn an_event_is_the_day_and_what_is_in_its_texts_is_escaped() {
        let text = printed("Frist").replace("\r\n ", "");
        for line in [
            "UID:p-bruk-2023@programgrant",
            "DTSTART;VALUE=DATE:20231231",
            "DTEND;VALUE=DATE:20240101",
            "TRANSP:TRANSPARENT",
            "DTSTAMP:20260101T000000Z",
            "DESCRIPTION:Et program\\nSagt av: et brev\\; datert\\, og \\\\ signert",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
    }
}
