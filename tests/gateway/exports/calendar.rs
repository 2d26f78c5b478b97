//! Promise: deadlines are what the programme files state, the same by the API and in a calendar that other people's programs read; an
//! event is the same at every fetch.

use std::collections::BTreeMap;

use icalendar::parser::{read_calendar, unfold};
use programgrant::export::{ExportFormat, What};
use serde_json::json;

use super::{OFFICE, exported, sheet};
use crate::world::World;

/// The events of a calendar: by UID, their properties.
fn events(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).expect("a calendar");
    let properties = |component: &icalendar::parser::Component<'_>| {
        let all = component.properties.iter();
        all.map(|property| (property.name.to_string(), property.val.to_string()))
            .collect::<BTreeMap<_, _>>()
    };
    let all = calendar.components.iter().map(|component| {
        assert_eq!(component.name, "VEVENT");
        let properties = properties(component);
        (properties["UID"].clone(), properties)
    });
    all.collect()
}

#[tokio::test]
async fn the_api_tells_the_deadlines_of_a_year() {
    let world = World::new().await;
    let of = async |arguments: &str| {
        let fields = "id kind on source scheme { id } programme { id } municipality { name }";
        let answer = world.ask(&format!("{{ deadlines{arguments} {{ {fields} }} }}")).await;
        answer["deadlines"].as_array().expect("a list").clone()
    };
    let of_2020: Vec<_> = of("(year: 2020)").await;
    let told: Vec<_> = of_2020
        .iter()
        .map(|deadline| (&deadline["on"], &deadline["scheme"]["id"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("2020-02-01"), &json!("621.63")),
            (&json!("2020-03-01"), &json!("765.60-children"))
        ]
    );
    let use_until = of("(year: 2023)").await.pop().expect("the pot's");
    assert_eq!(
        (
            &use_until["on"],
            &use_until["kind"],
            &use_until["scheme"],
            &use_until["municipality"]
        ),
        (&json!("2023-06-30"), &json!("USE_UNTIL"), &json!(null), &json!(null))
    );
    // From the programme's first year until the end of the next one.
    let all = of("").await;
    assert_eq!(
        (all.len(), &all[0]["on"], &all[all.len() - 1]["on"]),
        (21, &json!("2020-02-01"), &json!("2027-03-01"))
    );
    assert!(
        all.iter()
            .all(|deadline| deadline["source"].as_str().is_some_and(|text| !text.is_empty()))
    );
    let refused = world.ask_raw("{ deadlines(year: 99) { id } }").await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "INVALID_YEAR");
    let refused = world.ask_raw("{ deadlines(programme: \"none\") { id } }").await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNKNOWN_PROGRAMME");
}

#[tokio::test]
async fn a_calendar_has_each_deadline_as_a_day_that_keeps_nobody_busy() {
    let world = World::new().await;
    let table = sheet(&world, OFFICE, What::Deadlines).await;
    let (_, bytes) = exported(&world, OFFICE, What::Deadlines, ExportFormat::Ics).await;
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains(['\r', '\n']))
    );
    let events = events(&text);
    assert_eq!(events.len(), table.rows.len());
    for row in &table.rows {
        let event = &events[&format!("{}@programgrant", table.cell(row, "deadline_id"))];
        assert_eq!(event["DTSTART"], table.cell(row, "on").replace('-', ""));
        assert_eq!(
            (event["TRANSP"].as_str(), event["SUMMARY"].as_str()),
            ("TRANSPARENT", table.cell(row, "text"))
        );
        assert!(event["DTEND"] > event["DTSTART"] && event["DTSTAMP"] == "20261122T000000Z");
    }
    for line in [
        "X-WR-CALNAME:Frister",
        "NAME:Frister",
        "VERSION:2.0",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}");
    }
    assert!(unfold(&text).contains("X-WR-CALDESC:") && !text.contains("METHOD"));
}
