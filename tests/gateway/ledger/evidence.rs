//! The chain: the database refuses to change it, and what is changed behind the database's back is found and named.

use programgrant::store::ledger::ClaimFilter;
use programgrant_core::ledger::rules::Outcome;
use programgrant_core::ledger::{ClaimState, Command, Receipt};

use super::books::{Books, Kind, NAV, application, promises, request};

promises! {
    the_database_refuses_to_change_or_remove_an_entry
    without_triggers_a_role_still_refuses
    a_flipped_byte_is_named
    a_removed_entry_is_named
    a_cut_tail_is_named_by_a_receipt
    a_claim_changed_behind_the_chain_is_named
    a_suspension_lifted_behind_the_chain_is_named
    a_receipt_newer_than_the_chain_suspends_the_ledger
    a_ledger_that_forgot_lets_no_clearance_go_by_time
}

/// A few claims, and the last receipt.
async fn written(books: &Books) -> Receipt {
    let first = books.cleared("a").await;
    books.settled(super::books::confirm(&first)).await;
    let other = books
        .ask(request(NAV, "b", application()), super::books::blocked())
        .await;
    books.assert_sound().await;
    other.receipt
}

/// As the gateway's own connections would.
async fn execute(books: &Books, statement: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(statement)
        .execute(books.database.writer())
        .await
        .map(|_| ())
}

async fn flaw(books: &Books, receipt: Option<&Receipt>) -> String {
    books
        .store
        .verify(receipt)
        .await
        .expect("readable")
        .expect_err("a flaw")
        .to_string()
}

async fn the_database_refuses_to_change_or_remove_an_entry(books: Books) {
    written(&books).await;
    for statement in [
        "UPDATE audit SET content = '{}' WHERE sequence = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE sequence = 5",
    ] {
        execute(&books, statement).await.expect_err(statement);
    }
    execute(&books, "UPDATE slot SET claim = claim")
        .await
        .expect_err("slots are not handed on");
    if books.kind == Kind::Sqlite {
        let replace = "INSERT OR REPLACE INTO audit SELECT sequence, subject, '{}', previous_hash, hash FROM audit WHERE sequence = 4";
        execute(&books, replace).await.expect_err("an entry is not replaced");
        for claim in ["max", "min"] {
            let replace = format!(
                "INSERT OR REPLACE INTO slot SELECT (SELECT {claim}(id) FROM claim), recipient, subject, month_from, month_until, target_from, \
                 target_until, activity, lane, (SELECT {claim}(id) FROM claim), NULL FROM slot"
            );
            books
                .behind(&replace)
                .await
                .expect_err("a slot is not taken over, nor is one's own replaced");
        }
    }
    books.assert_sound().await;
}

/// On SQLite whoever has the file has everything; on PostgreSQL the gateway's role stands between.
async fn without_triggers_a_role_still_refuses(books: Books) {
    written(&books).await;
    books.without_triggers().await;
    let refused = execute(&books, "DELETE FROM audit WHERE sequence = 2").await;
    assert_eq!(refused.is_err(), books.kind == Kind::Postgres, "{refused:?}");
}

async fn a_flipped_byte_is_named(books: Books) {
    written(&books).await;
    books.without_triggers().await;
    books
        .behind("UPDATE audit SET content = replace(content, '41200000', '41200001') WHERE sequence = 3")
        .await
        .expect("behind its back");
    assert_eq!(flaw(&books, None).await, "entry 3: its content is not what was hashed");
}

async fn a_removed_entry_is_named(books: Books) {
    written(&books).await;
    books.without_triggers().await;
    books
        .behind("DELETE FROM audit WHERE sequence = 2")
        .await
        .expect("behind its back");
    assert_eq!(flaw(&books, None).await, "entry 2: it is missing");
}

async fn a_cut_tail_is_named_by_a_receipt(books: Books) {
    let receipt = written(&books).await;
    books.without_triggers().await;
    books
        .behind("DELETE FROM audit WHERE sequence >= 5")
        .await
        .expect("behind its back");
    assert_eq!(
        flaw(&books, None).await,
        "entry 5: the ledger's head is entry 5, the chain ends with 4"
    );
    assert_eq!(
        flaw(&books, Some(&receipt)).await,
        "entry 5: it is missing, and a receipt for it was handed out"
    );
}

async fn a_claim_changed_behind_the_chain_is_named(books: Books) {
    written(&books).await;
    books
        .behind("UPDATE claim SET body = replace(body, 'CONFIRMED', 'RELEASED') WHERE state = 'CONFIRMED'")
        .await
        .expect("behind its back");
    assert!(flaw(&books, None).await.contains("was changed after its last entry"));
    let other = Books::open(books.kind).await;
    written(&other).await;
    other.behind("DELETE FROM slot").await.expect("behind its back");
    assert!(flaw(&other, None).await.contains("are not those that its state holds"));
}

async fn a_suspension_lifted_behind_the_chain_is_named(books: Books) {
    written(&books).await;
    for reason in ["first", "second", "second"] {
        books
            .carry_out(Command::Suspend {
                by: None,
                reason: reason.to_owned(),
            })
            .await
            .expect("suspends");
    }
    assert_eq!(
        books.store.history("ledger").await.expect("reads").len(),
        2,
        "another reason is an entry, the same one is not"
    );
    books.assert_sound().await;
    execute(&books, "UPDATE ledger SET suspended = NULL")
        .await
        .expect("behind its back");
    assert!(
        flaw(&books, None)
            .await
            .ends_with("the ledger was suspended or resumed behind the chain's back")
    );
}

async fn a_ledger_that_forgot_lets_no_clearance_go_by_time(books: Books) {
    let cleared = books.cleared("a").await;
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "Gjenopprettet.".to_owned(),
        })
        .await
        .expect("suspends");
    books.hand.advance(super::books::CLEARANCE * 2);
    books.carry_out(Command::Sweep).await.expect("sweeps");
    let state = async || {
        books
            .store
            .claim(&cleared.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim
            .state
    };
    assert_eq!(state().await, ClaimState::Cleared);
    books
        .carry_out(Command::Resume {
            by: None,
            reason: "Avstemt.".to_owned(),
            forgot: true,
        })
        .await
        .expect("resumes");
    books.carry_out(Command::Sweep).await.expect("sweeps");
    assert_eq!(state().await, ClaimState::Quarantined);
    books.assert_sound().await;
}

async fn a_receipt_newer_than_the_chain_suspends_the_ledger(books: Books) {
    let receipt = written(&books).await;
    let ask = async |key: &str, receipt: Receipt| {
        let mut asked = request(NAV, key, super::books::application());
        asked.application.year = 2019;
        asked.application.case_reference = key.to_owned();
        asked.receipt = Some(receipt);
        books.ask(asked, super::books::clear()).await
    };
    let known = ask("known", receipt.clone()).await;
    assert!(!known.suspended);
    books
        .settled(super::books::release(&known.claim.id, known.claim.fence, NAV))
        .await;
    let newer = Receipt {
        sequence: receipt.sequence + 1000,
        hash: receipt.hash.clone(),
    };
    let answered = ask("newer", newer).await;
    assert!(answered.suspended);
    assert_eq!(answered.claim.verdict.outcome, Outcome::Undetermined);
    // What was cleared before is told as not known; the ledger itself, and whoever reconciles it, read what is written.
    let kept = books
        .store
        .claims(&ClaimFilter {
            states: vec![ClaimState::Confirmed],
            limit: 1,
            ..ClaimFilter::default()
        })
        .await
        .expect("reads");
    assert_eq!(kept[0].claim.verdict.outcome, Outcome::Clear);
    assert_eq!(kept[0].clone().as_told().claim.verdict.outcome, Outcome::Undetermined);
    assert_eq!(
        books.carry_out(super::books::confirm(&answered)).await,
        Err(programgrant_core::ledger::Refusal::Suspended)
    );
    books
        .carry_out(Command::Resume {
            by: None,
            reason: "Avstemt.".to_owned(),
            forgot: true,
        })
        .await
        .expect("resumes");
    assert!(!ask("newer still", receipt.clone()).await.suspended);
    // The same number under another hash is another chain.
    let forked = Receipt {
        hash: "0".repeat(64),
        ..receipt
    };
    assert!(ask("forked", forked).await.suspended);
    books.assert_sound().await;
}
