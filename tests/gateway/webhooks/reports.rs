//! Promise: a municipality is reminded once of a report that is due, and once when its day has passed; so is the programme's office, and nobody else.

use super::*;
use crate::access::asking::{BAMBLE, TRONDHEIM};

/// 2027-03-20 is within two weeks of 1 April.
const UNTIL_MARCH: u32 = 118;

#[tokio::test]
async fn a_report_is_reminded_of_before_its_last_day_and_when_that_has_passed() {
    let pilot = std::fs::read_to_string(crate::world::repository().join("schema/data/pilot.toml")).expect("the pilot");
    // A year more of use: the report on 2026 is due in 2027.
    let longer = pilot.replace("use_until = 2023-06-30", "use_until = 2026-12-31");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pilot.toml");
    std::fs::write(&file, longer).expect("written");
    let programme = format!("[programme]\nfiles = [{:?}]\n", file.display().to_string());
    let told = Told::with(&[BAMBLE.1, TRONDHEIM.1, BUFDIR, OFFICE], &programme).await;
    told.answer(200).await;
    let of = async |body: &str| -> Vec<(String, String)> {
        let came = told.came_for(body).await;
        let reports = came.iter().filter(|message| {
            message["type"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("no.programgrant.report."))
        });
        let told = reports.map(|message| {
            let data = &message["data"];
            assert_eq!((&data["year"], &data["due"]), (&json!(2026), &json!("2027-04-01")));
            let kind = message["type"].as_str().expect("a kind").to_owned();
            (kind, data["municipality"].as_str().expect("a number").to_owned())
        });
        told.collect()
    };
    told.round().await;
    assert_eq!(of(BAMBLE.1).await, [], "it is months away");
    told.world.hand.advance(UNTIL_MARCH * DAY);
    told.round().await;
    told.round().await;
    let due = |body: &str| ("no.programgrant.report.due".to_owned(), body.to_owned());
    assert_eq!(of(BAMBLE.1).await, [due(BAMBLE.1)], "once, and its own alone");
    told.world.hand.advance(14 * DAY);
    told.round().await;
    told.round().await;
    let late = |body: &str| ("no.programgrant.report.late".to_owned(), body.to_owned());
    assert_eq!(of(BAMBLE.1).await, [due(BAMBLE.1), late(BAMBLE.1)]);
    assert_eq!(of(TRONDHEIM.1).await, [due(TRONDHEIM.1), late(TRONDHEIM.1)]);
    assert_eq!(of(OFFICE).await.len(), 24, "of all twelve, twice");
    assert_eq!(of(BUFDIR).await, []);
}
