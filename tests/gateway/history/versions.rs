//! Promise: an award tells who said what when; each version is seen by whoever would see it if it were the present one; and of no more
//! than a hundred awards at a time.

use std::time::Duration;

use async_graphql::Request;
use programgrant::demo::systems;
use programgrant::graphql::{self, AsOf, Snapshot};
use programgrant_core::access::{Caller, Office, Role};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Payer, Record};
use serde_json::{Value, json};

use crate::records::{kroner, record, statement};
use crate::world::{NOON, World};

const BAMBLE: (&str, &str) = ("3813", "940244145");
const BUFDIR: &str = "986128433";
/// Whose scheme it is, and another directorate.
const OWNER: (Role, &str) = (Role::Directorate, BUFDIR);
const OTHER: (Role, &str) = (Role::Directorate, "889640782");

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

/// The award as somebody of that body in that role sees it, now or as of an instant.
async fn versions(world: &World, (role, body): (Role, &str), as_of: Option<&str>) -> Value {
    let caller = Caller {
        acting: Some(body.parse().expect("a number")),
        role,
        office: Office::All,
        ..Caller::public()
    };
    let fields = "receivedAt status applied { amount } granted { amount } vanished provenance { source { id } recordId receivedAt }";
    let argument = as_of.map(|instant| format!("asOf: {instant:?}")).unwrap_or_default();
    let query = format!("{{ award(id: \"bufdir:2021-1\" {argument}) {{ status versions {{ {fields} }} }} }}");
    let mut request = Request::new(query);
    if let Some(instant) = as_of {
        request = request.data(AsOf(instant.parse().expect("an instant")));
    }
    let snapshot = Snapshot::take(world.gateway(), caller);
    let answer = graphql::execute(&graphql::schema(), request, snapshot).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    answer.data.into_json().expect("JSON")["award"].clone()
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
    let told = versions(&world, OWNER, None).await;
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
        let then = versions(&world, OWNER, Some(instant)).await;
        assert_eq!(outline(&then), all[..count], "{instant}");
    }
    assert_eq!(versions(&world, OWNER, Some(NOON)).await, json!(null));
}

#[tokio::test]
async fn an_undecided_past_is_not_shown_to_whom_it_was_not() {
    let world = lived().await;
    // Another directorate sees what is granted alone, now as then.
    let told = versions(&world, OTHER, None).await;
    let statuses: Vec<String> = outline(&told).into_iter().map(|(status, ..)| status).collect();
    assert_eq!(statuses, ["GRANTED", "GRANTED", "GRANTED"]);
    assert_eq!(outline(&versions(&world, OWNER, None).await).len(), 4);
    assert_eq!(versions(&world, OTHER, Some("2026-11-22T12:01:00Z")).await, json!(null));
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
