//! The program dies at each named point of a claim's way; asked again with the same key, it knows what it has said.

use std::os::unix::process::ExitStatusExt;

use programgrant::store::ledger::SqlStore;
use programgrant_core::ledger::{ClaimId, ClaimState, EventKind};
use serde_json::json;

use super::{Office, claim, confirm, fence, on_both_stores, payload, read, request, text, try_ask};
use crate::ledger::books::Kind;

on_both_stores! {
    a_request_that_dies_anywhere_is_answered_once
    a_confirmation_whose_reply_is_lost_stands
    a_confirmation_that_died_before_its_commit_never_was
}

/// Each point while the slots are reserved and, with the first passing let go, while the answer is written down.
const POINTS: [&str; 9] = [
    "guard-after-reserve=return",
    "ledger-mid-batch=return",
    "ledger-mid-batch=1*off->return",
    "ledger-before-commit=return",
    "ledger-before-commit=1*off->return",
    "ledger-after-commit=return",
    "ledger-after-commit=1*off->return",
    // The first batch is the start's own look at what has run out.
    "ledger-before-reply=1*off->return",
    "ledger-before-reply=2*off->return",
];
const LOST: [&str; 2] = ["ledger-commit-lost=1*return", "ledger-commit-lost=1*off->1*return"];
const ABORTED: i32 = 6;
/// Whole-year slots of one claim without a target group.
const SLOTS: i64 = 1;

async fn a_request_that_dies_anywhere_is_answered_once(kind: Kind) {
    let office = Office::open(kind).await;
    let client = reqwest::Client::new();
    let asked = |index: usize| {
        request(
            "0301",
            2017 + i32::try_from(index).expect("few"),
            &format!("key-{index}"),
        )
    };
    for (index, point) in POINTS.iter().enumerate() {
        let program = office.start(point).await;
        assert_eq!(
            try_ask(&client, program.address(), &asked(index)).await,
            None,
            "{point}"
        );
        assert_eq!(program.wait().signal(), Some(ABORTED), "{point}");
    }
    let program = office.start("").await;
    let mut ids = Vec::new();
    for (index, point) in POINTS.iter().enumerate() {
        let answer = program.ask(&asked(index)).await;
        assert_eq!(
            (&claim(&answer)["state"], &claim(&answer)["verdict"]["outcome"]),
            (&json!("CLEARED"), &json!("CLEAR")),
            "{point}"
        );
        let again = program.ask(&asked(index)).await;
        assert_eq!(claim(&again), claim(&answer), "{point}");
        let other = program
            .ask(&request(
                "0301",
                2017 + i32::try_from(index).expect("few"),
                &format!("other-{index}"),
            ))
            .await;
        assert_eq!(claim(&other)["verdict"]["outcome"], "BLOCKED", "{point}");
        ids.push(text(claim(&answer), "id").to_owned());
    }
    program.kill();
    let (store, database) = office.ledger().await;
    store.verify(None).await.expect("readable").expect("sound");
    for (id, point) in ids.iter().zip(POINTS) {
        assert_eq!(times_cleared(&store, id).await, 1, "{point}");
        let slots = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM slot WHERE claim = $1")
            .bind(id)
            .fetch_one(database.readers())
            .await;
        assert_eq!(slots.expect("reads"), SLOTS, "{point}");
    }
    database.close().await;
}

/// How often the chain says that the claim was cleared.
async fn times_cleared(store: &SqlStore, id: &str) -> usize {
    let history = store.history(ClaimId::new(id).as_str()).await.expect("reads");
    let is_clearance = |what: &EventKind| matches!(what, EventKind::Claim(claim) if claim.state == ClaimState::Cleared);
    history.iter().filter(|link| is_clearance(&link.entry.what)).count()
}

async fn a_confirmation_whose_reply_is_lost_stands(kind: Kind) {
    let office = Office::open(kind).await;
    let client = reqwest::Client::new();
    for (year, point) in LOST
        .into_iter()
        .enumerate()
        .map(|(index, point)| (2020 + i32::try_from(index).expect("few"), point))
    {
        // The connection was lost with the commit: the answer says that nobody knows, and the same key knows.
        let program = office.start(point).await;
        let lost = program.ask(&request("0301", year, point)).await;
        assert_eq!(
            payload(&lost)["errors"],
            json!([{ "code": "LEDGER_UNREACHABLE" }]),
            "{point}"
        );
        assert_eq!(
            claim(&program.ask(&request("0301", year, point)).await)["state"],
            "CLEARED",
            "{point}"
        );
        program.kill();
    }
    for (year, point) in [
        (2022, "ledger-commit-lost=2*off->1*return"),
        (2023, "ledger-after-commit=2*off->return"),
    ] {
        let mut program = office.start(point).await;
        let cleared = program.ask(&request("0301", year, point)).await;
        let (id, cleared_at) = (text(claim(&cleared), "id").to_owned(), fence(claim(&cleared)));
        let answer = try_ask(&client, program.address(), &confirm(&id, cleared_at, "24/1-2")).await;
        if let Some(lost) = answer {
            assert_eq!(
                payload(&lost)["errors"],
                json!([{ "code": "LEDGER_UNREACHABLE" }]),
                "{point}"
            );
        } else {
            assert_eq!(program.wait().signal(), Some(ABORTED), "{point}");
            program = office.start("").await;
        }
        let found = program.ask(&read(&id)).await;
        assert_eq!(
            (&payload(&found)["state"], &payload(&found)["awardReference"]),
            (&json!("CONFIRMED"), &json!("24/1-2")),
            "{point}"
        );
        let again = program.ask(&confirm(&id, cleared_at, "24/1-2")).await;
        assert_eq!(claim(&again), payload(&found), "{point}");
        let other = program.ask(&confirm(&id, cleared_at, "24/1-3")).await;
        assert_eq!(
            payload(&other),
            &json!({ "claim": null, "errors": [{ "code": "FENCE_MISMATCH" }] }),
            "{point}"
        );
        program.kill();
    }
    office
        .ledger()
        .await
        .0
        .verify(None)
        .await
        .expect("readable")
        .expect("sound");
}

async fn a_confirmation_that_died_before_its_commit_never_was(kind: Kind) {
    let office = Office::open(kind).await;
    let client = reqwest::Client::new();
    let program = office.start("ledger-before-commit=2*off->return").await;
    let cleared = program.ask(&request("0301", 2022, "a")).await;
    let (id, cleared_at) = (text(claim(&cleared), "id"), fence(claim(&cleared)));
    assert_eq!(
        try_ask(&client, program.address(), &confirm(id, cleared_at, "24/1-2")).await,
        None
    );
    assert_eq!(program.wait().signal(), Some(ABORTED));
    let program = office.start("").await;
    assert_eq!(payload(&program.ask(&read(id)).await), claim(&cleared));
    assert_eq!(
        claim(&program.ask(&confirm(id, cleared_at, "24/1-2")).await)["state"],
        "CONFIRMED"
    );
    program.kill();
    office
        .ledger()
        .await
        .0
        .verify(None)
        .await
        .expect("readable")
        .expect("sound");
}
