//! Promise: whoever asked is told once, in good time, that its clearance nears its end.

use programgrant::workers::Worker;

use super::*;

#[tokio::test]
async fn who_asked_is_told_three_days_before_its_clearance_ends_and_once() {
    let told = Told::listening(&[NAV_ITSELF, BUFDIR, OFFICE]).await;
    let caller = Caller::new(&told.world, NAV);
    let claim = caller.cleared(&input("231.63", OSLO, 2021), "a").await;
    let confirmed = caller.cleared(&input("231.66", OSLO, 2021), "b").await;
    assert_eq!(caller.confirm(&confirmed).await["errors"], json!([]));
    let expiring = async || {
        let messages = told.came_for(NAV_ITSELF).await;
        messages
            .into_iter()
            .filter(|message| message["type"] == "no.programgrant.clearance.expiring")
            .collect::<Vec<_>>()
    };
    told.world.hand.advance(26 * DAY + Duration::from_hours(23));
    told.round().await;
    assert_eq!(expiring().await.len(), 0);
    told.world.hand.advance(Duration::from_hours(1));
    told.round().await;
    let message = expiring().await.pop().expect("told");
    assert_eq!(
        (
            &message["subject"],
            &message["data"]["fence"],
            &message["data"]["expiresAt"]
        ),
        (&claim["id"], &claim["fence"], &claim["expiresAt"])
    );
    told.world.hand.advance(DAY);
    told.round().await;
    assert_eq!(expiring().await.len(), 1);
    assert!(kinds(&told.came_for(OFFICE).await).contains(&"no.programgrant.clearance.expiring"));
    assert!(
        !kinds(&told.came_for(BUFDIR).await).contains(&"no.programgrant.clearance.expiring"),
        "it did not ask"
    );
}

/// The notices of clearances that came for NAV.
async fn notices(told: &Told) -> usize {
    kinds(&told.came_for(NAV_ITSELF).await)
        .iter()
        .filter(|kind| **kind == "no.programgrant.clearance.expiring")
        .count()
}

#[tokio::test]
pub async fn a_short_clearance_is_told_when_half_of_it_has_gone_and_once() {
    let mut told = Told::with(&[NAV_ITSELF], "[guard]\nclearance = \"16s\"\n").await;
    told.answer(200).await;
    let caller = Caller::new(&told.world, NAV);
    caller.cleared(&input("231.63", OSLO, 2021), "a").await;
    let confirmed = caller.cleared(&input("231.66", OSLO, 2021), "b").await;
    caller.confirm(&confirmed).await;
    told.world.hand.advance(Duration::from_millis(7_999));
    told.round().await;
    assert_eq!(notices(&told).await, 0);
    told.world.hand.advance(Duration::from_millis(1));
    told.round().await;
    assert_eq!(notices(&told).await, 1, "and none for what was confirmed");
    let beside = told.world.beside().await;
    beside.gateway().webhooks.round().await.expect("looks and tells");
    told.world.restart().await;
    told.round().await;
    assert_eq!(notices(&told).await, 1, "whoever looks next tells nobody again");
}

/// How long a clearance lasts is its own: what was asked for under other terms is told in time, too.
#[tokio::test]
async fn a_clearance_that_was_given_shorter_is_told_in_its_own_time() {
    let told = Told::listening(&[NAV_ITSELF]).await;
    let caller = Caller::new(&told.world, NAV);
    let shorter = Terms {
        clearance: SignedDuration::from_secs(16),
    };
    let database = told.world.gateway().database.clone();
    let store = SqlStore::open(
        database,
        LedgerClock::Process(told.world.gateway().dependencies.clock.clone()),
        shorter,
    )
    .await
    .expect("opens");
    let claim = caller.cleared(&input("231.63", OSLO, 2021), "a").await;
    assert_eq!(caller.release(&claim).await["errors"], json!([]));
    let principal = || Principal {
        organisation: NAV_ITSELF.parse().expect("a number"),
        subject: "robot".to_owned(),
    };
    let kept = told
        .world
        .gateway()
        .guard
        .claim(&ClaimId::new(claim["id"].as_str().expect("text")))
        .await
        .expect("reads")
        .expect("there")
        .claim;
    let (application, reach) = (kept.application, kept.reach);
    let request = programgrant_core::ledger::Request {
        by: principal(),
        key: "b".to_owned(),
        hash: "b".to_owned(),
        application,
        reach,
        binding: kept.binding,
        receipt: None,
    };
    let asked = store
        .apply(&[Command::Request(Box::new(request))])
        .await
        .expect("works")
        .remove(0);
    let Ok(CommandOutcome::Claim(asked)) = asked else {
        panic!("{asked:?}")
    };
    let verdict = Verdict::of(Outcome::Clear, ReasonCode::NotAParticipant, "Ja.");
    let decide = Command::Decide {
        claim: asked.claim.id,
        reservation: asked.claim.reservation,
        verdict,
    };
    store.apply(&[decide]).await.expect("works").remove(0).expect("cleared");
    told.round().await;
    assert_eq!(notices(&told).await, 0);
    told.world.hand.advance(Duration::from_secs(8));
    told.round().await;
    assert_eq!(notices(&told).await, 1);
}

#[tokio::test]
async fn a_running_gateway_looks_as_often_as_its_clearances_are_short() {
    let told = Told::with(&[NAV_ITSELF], "[guard]\nclearance = \"2s\"\n").await;
    told.answer(200).await;
    let webhooks = std::sync::Arc::clone(&told.world.gateway().webhooks);
    let running = tokio::spawn(async move { webhooks.run().await });
    for key in ["a", "b", "c"] {
        let caller = Caller::new(&told.world, NAV);
        let before = notices(&told).await;
        caller.cleared(&input("231.63", OSLO, 2021), key).await;
        told.world.hand.advance(Duration::from_secs(1));
        until("told", async || notices(&told).await == before + 1).await;
        told.world.hand.advance(Duration::from_secs(1));
    }
    running.abort();
}
