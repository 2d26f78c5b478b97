//! Promise: whoever held a slot before municipalities merged holds it afterwards, under the successor's key, whatever else was held; no
//! newcomer gets past any of them, the ledger holds together, and doing it again does nothing.

use std::collections::BTreeSet;

use jiff::civil::date;
use programgrant_core::ledger::rules::{Application, Outcome, ReasonCode, Recipient};
use programgrant_core::ledger::{ClaimResult, Command};
use programgrant_schema::{MunicipalityId, TargetGroup};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::Row;

use crate::ledger::books::{Books, Kind, UDIR, application, clear, request};

/// Of whom, from which month, for how many, for which project, for which group.
type Wish = (usize, i8, i8, Option<&'static str>, Option<TargetGroup>);

const MUNICIPALITIES: [&str; 4] = ["kommune-4001", "kommune-4002", "kommune-4003", "kommune-4004"];

fn wish() -> impl Strategy<Value = Wish> {
    let activity = prop_oneof![Just(None), Just(Some("a")), Just(Some("b"))];
    let group = prop_oneof![
        Just(None),
        Just(Some(TargetGroup::Adults)),
        Just(Some(TargetGroup::ChildrenAndYoung))
    ];
    (0..MUNICIPALITIES.len(), 1_i8..9, 0_i8..4, activity, group)
}

fn id(municipality: usize) -> MunicipalityId {
    MUNICIPALITIES[municipality].parse().expect("an id")
}

fn asked((municipality, from, months, activity, target_group): Wish) -> Application {
    Application {
        recipient: Recipient::Municipality(id(municipality)),
        activity: activity.map(str::to_owned),
        target_group,
        use_from: Some(date(2021, from, 1)),
        use_until: Some(date(2021, from + months, 1)),
        ..application()
    }
}

/// A slot without its recipient: months, groups, project and claim.
type Slot = ([i64; 4], String, String);

async fn held(books: &Books) -> Vec<(String, Slot)> {
    let rows = sqlx::query("SELECT * FROM slot ORDER BY recipient, month_from, target_from, activity, claim");
    let rows = rows.fetch_all(books.database.readers()).await.expect("reads");
    let slot = |row: &sqlx::any::AnyRow| {
        let ranges = ["month_from", "month_until", "target_from", "target_until"].map(|column| row.get(column));
        let slot = (ranges, row.get("activity"), row.get("claim"));
        (row.get("recipient"), slot)
    };
    rows.iter().map(slot).collect()
}

async fn nothing_is_freed(kind: Kind, wishes: Vec<Wish>) {
    let books = Books::open(kind).await;
    for (index, wish) in wishes.iter().enumerate() {
        books.hand.advance(std::time::Duration::from_secs(1));
        let asked = Box::new(request(UDIR, &index.to_string(), asked(*wish)));
        let reserved = books.settled(Command::Request(asked)).await;
        if reserved.taken.is_empty() {
            let (claim, reservation) = (reserved.claim.id, reserved.claim.reservation);
            let decide = Command::Decide {
                claim,
                reservation,
                verdict: clear(),
            };
            books.settled(decide).await;
        }
    }
    let before: BTreeSet<Slot> = held(&books).await.into_iter().map(|(_, slot)| slot).collect();
    // Two become one, and later a third goes up in it; the fourth stays alone.
    books.store.key_slots(&[(id(0), id(1))]).await.expect("keyed");
    books
        .store
        .key_slots(&[(id(0), id(2)), (id(1), id(2))])
        .await
        .expect("keyed");
    let after = held(&books).await;
    let slots: BTreeSet<Slot> = after.iter().map(|(_, slot)| slot.clone()).collect();
    assert_eq!(slots, before);
    assert!(
        after
            .iter()
            .all(|(recipient, _)| [MUNICIPALITIES[2], MUNICIPALITIES[3]].contains(&recipient.as_str()))
    );
    books.assert_sound().await;
    books
        .store
        .key_slots(&[(id(0), id(1)), (id(0), id(2)), (id(1), id(2))])
        .await
        .expect("again");
    assert_eq!(held(&books).await, after);
    for (index, wish) in wishes.iter().enumerate() {
        let newcomer = request(
            UDIR,
            &format!("newcomer {index}"),
            asked((2, wish.1, wish.2, wish.3, wish.4)),
        );
        if wish.0 != 3 {
            let reserved = books.settled(Command::Request(Box::new(newcomer))).await;
            assert!(!reserved.taken.is_empty(), "{wish:?}");
        }
    }
}

fn hold(kind: Kind, cases: u32) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let run = |wishes: Vec<Wish>| {
        runtime.block_on(nothing_is_freed(kind, wishes));
        Ok(())
    };
    TestRunner::new(config)
        .run(&prop::collection::vec(wish(), 1..10), run)
        .expect("nothing is freed");
}

#[test]
fn nothing_is_freed_on_sqlite() {
    hold(Kind::Sqlite, 16);
}

#[test]
fn nothing_is_freed_on_postgres() {
    hold(Kind::Postgres, 3);
}

/// Two municipalities merge while one of them waits for an answer that was found before.
async fn a_merger_comes_between(kind: Kind) {
    let books = Books::open(kind).await;
    let ask = |municipality: usize, key: &str| {
        let application = Application {
            recipient: Recipient::Municipality(id(municipality)),
            ..application()
        };
        Command::Request(Box::new(request(UDIR, key, application)))
    };
    let decide = |reserved: &ClaimResult| Command::Decide {
        claim: reserved.claim.id.clone(),
        reservation: reserved.claim.reservation,
        verdict: clear(),
    };
    let older = books.settled(ask(0, "older")).await;
    books.hand.advance(std::time::Duration::from_secs(1));
    let younger = books.settled(ask(1, "younger")).await;
    books.hand.advance(std::time::Duration::from_secs(1));
    let third = books.settled(ask(2, "third")).await;
    assert!(older.taken.is_empty() && younger.taken.is_empty() && third.taken.is_empty());
    books
        .store
        .key_slots(&[(id(0), id(2)), (id(1), id(2))])
        .await
        .expect("keyed");
    let told = |result: ClaimResult| (result.claim.verdict.outcome, result.claim.verdict.reasons[0].code);
    let contended = (Outcome::Undetermined, ReasonCode::SlotContended);
    assert_eq!(told(books.settled(decide(&younger)).await), contended);
    assert_eq!(told(books.settled(decide(&older)).await).0, Outcome::Clear);
    let blocked = (Outcome::Blocked, ReasonCode::AlreadyFunded);
    assert_eq!(
        told(books.settled(decide(&third)).await),
        blocked,
        "whose own number it is"
    );
    assert_eq!(told(books.settled(ask(1, "younger")).await).0, Outcome::Undetermined);
    books.assert_sound().await;
}

#[tokio::test]
async fn an_answer_that_a_merger_has_overtaken_clears_nothing() {
    a_merger_comes_between(Kind::Sqlite).await;
    a_merger_comes_between(Kind::Postgres).await;
}
