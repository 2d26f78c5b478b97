//! The program dies at each named point of a command to the journal; asked again with the same key, it has carried the command out once, and
//! what it acknowledged is there: a participation that was decided is in the picture, too.

use std::os::unix::process::ExitStatusExt;

use serde_json::json;

use super::{Office, on_both_stores, payload, try_ask};
use crate::ledger::books::Kind;

on_both_stores! {
    a_command_to_the_journal_that_dies_anywhere_is_carried_out_once
    a_participation_that_was_acknowledged_survives
}

/// The first batch is the start's own look at what has run out.
const POINTS: [&str; 4] = [
    "ledger-mid-batch=return",
    "ledger-before-commit=return",
    "ledger-after-commit=return",
    "ledger-before-reply=1*off->return",
];
const ABORTED: i32 = 6;

fn draft(key: &str) -> String {
    format!(
        r#"mutation {{ done: draftAllocation(input: {{ programme: "0-24-pilot", year: 2021, reason: "r" }}, idempotencyKey: "{key}") {{ allocation {{ id number state }} errors {{ code }} }} }}"#
    )
}

async fn a_command_to_the_journal_that_dies_anywhere_is_carried_out_once(kind: Kind) {
    let office = Office::open(kind).await;
    let client = reqwest::Client::new();
    for point in POINTS {
        let program = office.start(point).await;
        assert_eq!(
            try_ask(&client, program.address(), &draft(point)).await,
            None,
            "{point}"
        );
        assert_eq!(program.wait().signal(), Some(ABORTED), "{point}");
    }
    let program = office.start("").await;
    for point in POINTS {
        let answer = program.ask(&draft(point)).await;
        assert_eq!(payload(&answer)["errors"], json!([]), "{point}");
        assert_eq!(program.ask(&draft(point)).await, answer, "{point}");
    }
    let all = program
        .ask(r#"{ allocations(programme: "0-24-pilot") { number } }"#)
        .await;
    let numbers = payload(&all).as_array().expect("a list").len();
    assert_eq!(numbers, POINTS.len(), "{all}");
    program.kill();
    let (store, database) = office.ledger().await;
    store.verify(None).await.expect("readable").expect("sound");
    database.close().await;
}

async fn a_participation_that_was_acknowledged_survives(kind: Kind) {
    let office = Office::open(kind).await;
    let program = office.start("").await;
    let leave = r#"mutation { endParticipation(programme: "0-24-pilot", municipality: "3813", lastDay: "2021-09-30", reason: "r", reference: "1", idempotencyKey: "k") { participation { useUntil } errors { code } } }"#;
    let answer = program.ask(leave).await;
    assert_eq!(payload(&answer)["participation"], json!({ "useUntil": "2021-09-30" }));
    program.kill();
    let program = office.start("").await;
    assert_eq!(program.ask(leave).await, answer, "the same key gives the same answer");
    let check = r#"{ fundingCheck(input: { scheme: "231.63", recipient: { municipalityNumber: "3813" }, year: 2022, amount: 100, caseReference: "1" }) { reasons { code } } }"#;
    let reasons = payload(&program.ask(check).await)["reasons"].clone();
    assert_ne!(reasons[0]["code"], "IN_PROGRAMME", "it has left: {reasons}");
    program.kill();
}
