//! The allocation in force held against what the systems report: what differs is a case once it is decided, without anything new being heard, and
//! what is not known is said to be so.

use std::sync::Arc;

use programgrant::demo::systems;
use programgrant::store::database::{FeedSubscription, Notification};
use programgrant::store::ledger::CASE_NEWS;
use programgrant_core::access::Role;
use serde_json::{Value, json};

use super::{Scene, bamble, group, office};
use crate::access::asking::{BAMBLE, of_role};
use crate::page_commands::browser::Office;
use crate::records::{TWELVE, share};

const CASES: &str = "{ doubleFundingCases(kind: [ALLOCATION_DIFFERENCE], limit: 1000) { items { \
    state kind year scheme { id } municipality { organisationNumber } toHoldBack toPayBack awards { id } reasons { code message } } } }";

/// What the plan gives of each scheme, by organisation number.
async fn parts(scene: &Scene, caller: &programgrant_core::access::Caller, asked: &str) -> Vec<(String, Value)> {
    let asked = format!(
        "{{ allocations(programme: \"0-24-pilot\") {{ state table {{ receivers {{ organisationNumber parts {{ {asked} }} }} }} }} }}"
    );
    let told = scene.read(caller, &asked).await;
    let versions = told["allocations"].as_array().expect("a list");
    let version = versions.last().expect("a version");
    let receivers = version["table"]["receivers"].as_array().expect("a list");
    let of = |receiver: &Value| {
        let number = receiver["organisationNumber"].as_str().expect("a number").to_owned();
        let parts = receiver["parts"].as_array().expect("a list").clone();
        parts.into_iter().map(move |part| (number.clone(), part))
    };
    receivers.iter().flat_map(of).collect()
}

async fn step(scene: &Scene, field: &str, arguments: &str) -> String {
    scene.done(&office(), field, arguments, "allocation").await
}

async fn next_case(news: &mut FeedSubscription) {
    let heard = async {
        loop {
            if matches!(news.next().await, Notification::Said(what) if what.starts_with(CASE_NEWS)) {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), heard)
        .await
        .expect("a case");
}

/// Has the systems report what was proposed, but for an øre of Bamble's share of 621.63; Bufdir says nothing.
async fn report(scene: &Scene, proposed: &[(String, Value)]) {
    let schemes = ["231.63", "231.66", "621.63", "765.60-children"];
    for (number, part) in proposed {
        assert_eq!(part["reported"], Value::Null, "a draft is held against nothing");
        let Some(scheme) = schemes.iter().position(|id| part["scheme"] == *id) else {
            continue;
        };
        let amount = part["amount"].as_i64().expect("known");
        if amount == 0 {
            continue;
        }
        let less = i64::from(number == BAMBLE.1 && part["scheme"] == "621.63");
        let twelve = TWELVE.iter().find(|(_, organisation)| organisation == number);
        let source = [systems::UDIR, systems::UDIR, systems::NAV, systems::HELSEDIR][scheme];
        let amount = programgrant_schema::Ore::new(amount - less).expect("in range");
        let record = share(scheme, *twelve.expect("one of the twelve"), 2021, amount);
        scene.world.publish(&[(source, vec![record])]);
    }
    for source in [systems::UDIR, systems::NAV, systems::HELSEDIR] {
        scene.world.poll(source).await.expect("heard");
    }
}

/// The systems report what is proposed, but for Bamble's share of 621.63, and Bufdir has said nothing.
#[tokio::test]
async fn what_differs_is_a_case_once_it_is_decided_and_what_is_not_heard_is_unknown() {
    let scene = Scene::new().await;
    let input = "input: {programme: \"0-24-pilot\", year: 2021, reason: \"forslag\"}";
    let id = step(&scene, "draftAllocation", input).await;
    let proposed = parts(&scene, &office(), "scheme amount reported { state } difference").await;
    report(&scene, &proposed).await;
    let gateway = Arc::clone(scene.world.shared_gateway());
    let mut news = gateway.database.subscribe();
    let running = tokio::spawn(async move {
        let clock = gateway.dependencies.clock.clone();
        let leads = || std::future::ready(true);
        gateway.reconciler.run(leads, move || clock.now()).await;
    });
    step(&scene, "proposeAllocation", &format!("allocation: \"{id}\"")).await;
    let decide = format!("allocation: \"{id}\", reference: \"21/77\"");
    step(&scene, "decideAllocation", &decide).await;
    // Pots that are not paid are no cases: what was awarded is not known.
    next_case(&mut news).await;
    let cases = scene.read(&office(), CASES).await["doubleFundingCases"]["items"].clone();
    assert_eq!(cases.as_array().map(Vec::len), Some(1), "{cases:#}");
    let case = &cases[0];
    assert_eq!(
        (
            &case["state"],
            &case["scheme"]["id"],
            &case["municipality"]["organisationNumber"],
            &case["reasons"][0]["code"]
        ),
        (
            &json!("OPEN"),
            &json!("621.63"),
            &json!(BAMBLE.1),
            &json!("ALLOCATION_DIFFERS")
        )
    );
    let message = case["reasons"][0]["message"].as_str().expect("text");
    assert!(
        message.contains("(21/77)") && message.ends_with(": 0,01\u{a0}kr for lite."),
        "{message}"
    );

    for (number, part) in parts(&scene, &office(), "scheme reported { state } difference").await {
        let expected = match part["scheme"].as_str() {
            Some("846-los") => Value::Null,
            Some("621.63") if number == BAMBLE.1 => json!(-1),
            _ => json!(0),
        };
        assert_eq!(part["difference"], expected, "{number} {part}");
        assert_eq!(
            part["reported"]["state"] == "NOT_DELIVERED",
            part["scheme"] == "846-los",
            "{part}"
        );
    }
    running.abort();
    each_sees_its_own(&scene).await;
    the_page_shows_it(&scene, &id).await;
}

/// Bamble sees its own shares, NAV its scheme's, an evaluator none.
async fn each_sees_its_own(scene: &Scene) {
    for (number, part) in parts(scene, &bamble(), "scheme reported { state }").await {
        assert_eq!(part["reported"].is_null(), number != BAMBLE.1, "{number} {part}");
    }
    for (_, part) in parts(scene, &group(), "scheme reported { state }").await {
        assert_eq!(part["reported"].is_null(), part["scheme"] != "621.63", "{part}");
    }
    let asked = "{ allocations(programme: \"0-24-pilot\") { table { receivers { parts { difference } } } } }";
    let denied = scene.ask(&of_role(Role::Evaluator), asked, json!({})).await;
    assert!(crate::access::asking::is_denied(&denied), "{denied}");
}

async fn the_page_shows_it(scene: &Scene, id: &str) {
    let page = Office::at(&scene.world, BAMBLE.1)
        .page(&format!("/fordeling/{id}"))
        .await;
    let held = page.section("holdt-mot").expect("there");
    assert!(
        held.contains("3 andeler er meldt slik") && held.contains("\u{2212}0,01\u{a0}kr"),
        "{held}"
    );
    assert!(
        held.contains("Støtte til oppfølgings- og losfunksjoner"),
        "what is not known is said: {held}"
    );
}
