//! Promise: an award tells who said what when; each version is seen by whoever would see it if it were the present one; and of no more
//! than a hundred awards at a time.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Payer, Record};
use serde_json::{Value, json};

use crate::records::{kroner, record, statement};
use crate::tokens::ask_with;
use crate::world::{NOON, World};

const BAMBLE: (&str, &str) = ("3813", "940244145");
const NAV: &str = "889640782";
const BUFDIR: &str = "986128433";

/// An application to Bufdir, or what was decided on it.
fn award(key: &str, status: AwardStatus, granted: Option<i64>) -> Record {
    let mut award = statement(systems::BUFDIR, key, BAMBLE.0, BAMBLE.1, BudgetPost::new(846, 62), 2021);
    award.status = status;
    award.applied = Figure::Stated(kroner(100));
    award.granted = granted.map_or(Figure::NotDelivered, |granted| Figure::Stated(kroner(granted)));
    award.activity = Some("LOS".to_owned());
    award.payer = Some(Payer {
        organisation_number: BUFDIR.to_owned(),
    });
    if granted.is_none() {
        award.decided_on = None;
    }
    record(award)
}

async fn say(world: &World, record: Record) {
    world.hand.advance(Duration::from_mins(1));
    world.publish(&[(systems::BUFDIR, vec![record])]);
    world.poll(systems::BUFDIR).await.expect("heard");
}

async fn versions(world: &World, body: &str, as_of: &str) -> Value {
    let fields = "receivedAt status applied { amount } granted { amount } vanished provenance { source { id } recordId receivedAt }";
    let query = format!("{{ award(id: \"bufdir:2021-1\" {as_of}) {{ status versions {{ {fields} }} }} }}");
    let answer = ask_with(world, &[("programgrant-caller", body)], &query).await;
    assert!(answer.body.get("errors").is_none(), "{}", answer.body);
    answer.body["data"]["award"].clone()
}

/// Status, granted amount and whether it had vanished, of each.
fn outline(award: &Value) -> Vec<(String, Value, bool)> {
    let versions = award["versions"].as_array().expect("a list");
    let one = |version: &Value| {
        let status = version["status"].as_str().expect("text").to_owned();
        (
            status,
            version["granted"]["amount"].clone(),
            version["vanished"] == true,
        )
    };
    versions.iter().map(one).collect()
}

async fn lived() -> World {
    let world = World::new().await;
    say(&world, award("1", AwardStatus::Applied, None)).await;
    say(&world, award("1", AwardStatus::Granted, Some(90))).await;
    say(&world, award("1", AwardStatus::Granted, Some(80))).await;
    world.hand.advance(Duration::from_mins(1));
    world
        .simulator(systems::BUFDIR)
        .withdraw(&award("1", AwardStatus::Granted, Some(80)).id);
    world.poll(systems::BUFDIR).await.expect("heard");
    world
}

#[tokio::test]
async fn who_said_what_when_is_told_oldest_first() {
    let world = lived().await;
    let told = versions(&world, BUFDIR, "").await;
    let all = [
        ("APPLIED".to_owned(), json!(null), false),
        ("GRANTED".to_owned(), json!(9_000), false),
        ("GRANTED".to_owned(), json!(8_000), false),
        ("GRANTED".to_owned(), json!(8_000), true),
    ];
    assert_eq!(outline(&told), all);
    let instants: Vec<&str> = told["versions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|version| version["receivedAt"].as_str())
        .collect();
    assert_eq!(
        instants,
        [
            "2026-11-22T12:01:00Z",
            "2026-11-22T12:02:00Z",
            "2026-11-22T12:03:00Z",
            "2026-11-22T12:04:00Z"
        ]
    );
    assert_eq!(told["versions"][0]["provenance"]["source"]["id"], "bufdir");
    // As of an instant, only those until then.
    for (instant, count) in [
        ("2026-11-22T12:01:59Z", 1),
        ("2026-11-22T12:02:00Z", 2),
        ("2026-11-22T12:03:59Z", 3),
    ] {
        let then = versions(&world, BUFDIR, &format!("asOf: {instant:?}")).await;
        assert_eq!(outline(&then), all[..count], "{instant}");
    }
    assert_eq!(versions(&world, BUFDIR, &format!("asOf: {NOON:?}")).await, json!(null));
}

#[tokio::test]
async fn an_undecided_past_is_not_shown_to_whom_it_was_not() {
    let world = lived().await;
    // Another directorate sees what is granted alone, now as then.
    let told = versions(&world, NAV, "").await;
    let statuses: Vec<String> = outline(&told).into_iter().map(|(status, ..)| status).collect();
    assert_eq!(statuses, ["GRANTED", "GRANTED", "GRANTED"]);
    assert_eq!(
        versions(&world, NAV, "asOf: \"2026-11-22T12:01:00Z\"").await,
        json!(null)
    );
}

#[tokio::test]
async fn the_versions_of_a_hundred_awards_are_told_at_a_time() {
    let world = World::new().await;
    let awards = (0..101).map(|key| award(&key.to_string(), AwardStatus::Granted, Some(1)));
    world.publish(&[(systems::BUFDIR, awards.collect())]);
    world.poll(systems::BUFDIR).await.expect("heard");
    let all = world
        .ask_raw("{ municipality(number: \"3813\") { awards { versions { receivedAt } } } }")
        .await;
    assert_eq!(all["errors"][0]["extensions"]["code"], "TOO_MANY", "{all}");
    assert_eq!(all["data"]["municipality"], json!(null));
    world.hand.advance(Duration::from_mins(1));
    world
        .simulator(systems::BUFDIR)
        .withdraw(&award("100", AwardStatus::Granted, Some(1)).id);
    let one = "a: award(id: \"bufdir:2021-7\") { versions { vanished } } b: award(id: \"bufdir:2021-7\") { versions { vanished } }";
    let told = world.ask(&format!("{{ {one} }}")).await;
    let listed = json!({ "versions": [{ "vanished": false }] });
    assert_eq!((&told["a"], &told["b"]), (&listed, &listed));
}
