//! Promise, on both stores: a total is the truth or null. Who has not been heard, what is old and what cannot be read is said, about exactly
//! those whom it concerns.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore};
use serde_json::json;

use crate::records::{SCHEMES, TWELVE, kroner, pot, pot_of, programme_2021, record, share, share_of, statement};
use crate::world::{FRESH_WITHIN, World};

#[tokio::test]
pub async fn when_everybody_was_heard_the_pot_is_complete_to_the_ore() {
    let world = World::heard(&programme_2021()).await;
    for (index, (number, _)) in TWELVE.into_iter().enumerate() {
        let pot = world.pot(number, 2021).await;
        let total = pot_of(index).get();
        assert_eq!(
            pot,
            json!({
                "total": total, "known": total, "completeness": "COMPLETE", "missing": [], "difference": 0, "asOf": "2026-11-22T12:00:00Z",
                "awarded": { "state": "STATED", "amount": total }, "paid": { "state": "STATED", "amount": total },
            }),
            "{number}"
        );
    }
}

#[tokio::test]
pub async fn a_source_that_was_never_heard_leaves_its_scheme_missing() {
    let world = World::new().await;
    world.publish(&programme_2021());
    world
        .simulator(systems::NAV)
        .set_fault(Some("outage"))
        .expect("a fault of NAV's");
    assert_eq!(
        (world.status("/health/live").await, world.status("/health/ready").await),
        (200, 503)
    );
    world.poll_all().await;
    assert_eq!(
        world.status("/health/ready").await,
        200,
        "a source that is down does not make the gateway unready"
    );
    let pot = world.pot("3813", 2021).await;
    let known = pot_of(0).checked_sub(share_of(0, 2)).expect("in range").get();
    assert_eq!(
        (&pot["total"], &pot["known"], &pot["completeness"]),
        (&json!(null), &json!(known), &json!("INCOMPLETE"))
    );
    assert_eq!(
        (&pot["missing"], &pot["asOf"]),
        (&json!([{ "id": "621.63" }]), &json!(null))
    );
    let nav = world.source(systems::NAV).await;
    assert_eq!((&nav["state"], &nav["lastHeardAt"]), (&json!("SILENT"), &json!(null)));
    assert!(nav["lastError"].is_string());
}

#[tokio::test]
pub async fn a_queue_or_folder_from_which_nothing_ever_came_is_silent() {
    let world = World::new().await;
    world.poll_all().await;
    for (source, state) in [
        (systems::UDIR, "FRESH"),
        (systems::NAV, "SILENT"),
        (systems::HELSEDIR, "SILENT"),
        (systems::BUFDIR, "FRESH"),
        (systems::STATE_ACCOUNTS, "SILENT"),
    ] {
        assert_eq!(world.source(source).await["state"], state, "{source}");
    }
    // Heard, but nothing was ever delivered: still not known.
    let pot = world.pot("3813", 2021).await;
    assert_eq!((&pot["total"], &pot["known"]), (&json!(null), &json!(0)));
    assert_eq!(pot["missing"].as_array().expect("a list").len(), 5);
}

#[tokio::test]
pub async fn a_source_that_falls_silent_is_stale_after_its_limit_and_after_a_restart() {
    let mut world = World::heard(&programme_2021()).await;
    world
        .simulator(systems::BUFDIR)
        .set_fault(Some("outage"))
        .expect("a fault of Bufdir's");
    world.hand.advance(FRESH_WITHIN);
    world.poll_all().await;
    assert_eq!(
        world.pot("3813", 2021).await["completeness"],
        "COMPLETE",
        "just within the limit"
    );
    world.hand.advance(Duration::from_micros(1));
    for _ in 0..2 {
        let pot = world.pot("3813", 2021).await;
        assert_eq!(
            (&pot["total"], &pot["completeness"]),
            (&json!(pot_of(0).get()), &json!("STALE"))
        );
        assert_eq!(pot["asOf"], "2026-11-22T12:00:00Z");
        assert_eq!(world.source(systems::BUFDIR).await["state"], "STALE");
        world.restart().await;
    }
    world.simulator(systems::BUFDIR).set_fault(None).expect("heals");
    world.poll_all().await;
    assert_eq!(world.pot("3813", 2021).await["completeness"], "COMPLETE");
}

#[tokio::test]
pub async fn no_share_is_not_applicable_only_where_the_scheme_has_delivered() {
    let mut records = programme_2021();
    for (source, records) in &mut records {
        // Bamble has no share in 231.66.
        records.retain(|record| *source != systems::UDIR || record.id.as_str() != "2021-13813");
    }
    let world = World::heard(&records).await;
    let shares = world.ask("{ municipality(number: \"3813\") { programmeGrant(year: 2021) { pot { total } shares { scheme { id } amount { state amount } provenance { recordId } } } } }").await;
    let grant = &shares["municipality"]["programmeGrant"];
    assert_eq!(
        grant["pot"]["total"],
        pot_of(0).checked_sub(share_of(0, 1)).expect("in range").get()
    );
    assert_eq!(
        grant["shares"][1],
        json!({ "scheme": { "id": "231.66" }, "amount": { "state": "NOT_APPLICABLE", "amount": null }, "provenance": [] })
    );
    let order: Vec<&str> = grant["shares"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|share| share["scheme"]["id"].as_str())
        .collect();
    assert_eq!(order, SCHEMES.map(|scheme| scheme.0));
    // 2020 has a pot, too, and nobody has said anything of it.
    let pot = world.pot("3813", 2020).await;
    assert_eq!(
        (&pot["total"], pot["missing"].as_array().map(Vec::len)),
        (&json!(null), Some(5))
    );
}

#[tokio::test]
pub async fn zero_is_a_decision_and_absent_is_not_zero() {
    let mut zero = share(0, TWELVE[0], 2021, Ore::ZERO);
    let world = World::heard(&programme_2021()).await;
    world.publish(&[(systems::UDIR, vec![zero.clone()])]);
    world.poll_all().await;
    let rest = pot_of(0).checked_sub(share_of(0, 0)).expect("in range").get();
    assert_eq!(world.pot("3813", 2021).await["total"], rest);
    let programgrant_schema::Content::Award(award) = &mut zero.content else {
        panic!("an award")
    };
    award.granted = Figure::NotDelivered;
    world.publish(&[(systems::UDIR, vec![zero])]);
    world.poll_all().await;
    let pot = world.pot("3813", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["known"], &pot["missing"]),
        (&json!(null), &json!(rest), &json!([{ "id": "231.63" }]))
    );
}

#[tokio::test]
pub async fn a_record_that_is_no_longer_reported_frees_nothing() {
    let world = World::heard(&programme_2021()).await;
    let gone = share(4, TWELVE[8], 2021, share_of(8, 4));
    world.simulator(systems::BUFDIR).withdraw(&gone.id);
    world.poll_all().await;
    let pot = world.pot("5014", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["missing"]),
        (&json!(null), &json!([{ "id": "846-los" }]))
    );
    assert_eq!(world.pot("5007", 2021).await["completeness"], "COMPLETE");
    let bufdir = world.source(systems::BUFDIR).await;
    assert_eq!(
        (
            &bufdir["state"],
            &bufdir["setAside"],
            &bufdir["vanished"],
            &bufdir["records"]
        ),
        (&json!("FRESH"), &json!(0), &json!(1), &json!(11))
    );
    // The same share under another id is the share; the one that went counts no more.
    let mut anew = gone.clone();
    let programgrant_schema::Content::Award(award) = &mut anew.content else {
        panic!("an award")
    };
    award.award = "2021-anew".to_owned();
    (anew.id, anew.reference) = (programgrant_schema::RecordId::new("2021-anew"), "2021-anew".to_owned());
    world.publish(&[(systems::BUFDIR, vec![anew.clone()])]);
    world.poll_all().await;
    let pot = world.pot("5014", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["completeness"]),
        (&json!(pot_of(8).get()), &json!("COMPLETE"))
    );
    let bufdir = world.source(systems::BUFDIR).await;
    assert_eq!((&bufdir["vanished"], &bufdir["records"]), (&json!(1), &json!(12)));
    // And the other way round.
    world.hand.advance(Duration::from_secs(1));
    world.simulator(systems::BUFDIR).withdraw(&anew.id);
    world.publish(&[(systems::BUFDIR, vec![gone])]);
    world.poll_all().await;
    assert_eq!(world.pot("5014", 2021).await["total"], pot_of(8).get());
}

#[tokio::test]
pub async fn a_share_that_nobody_can_be_told_for_makes_every_pot_of_the_year_doubtful() {
    let world = World::heard(&programme_2021()).await;
    world.publish(&[(systems::UDIR, vec![share(0, ("9999", "987654325"), 2021, kroner(1))])]);
    world.poll_all().await;
    let pot = world.pot("3813", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["completeness"]),
        (&json!(pot_of(0).get()), &json!("STALE"))
    );
    let udir = world.source(systems::UDIR).await;
    assert_eq!((&udir["unresolved"], &udir["setAside"]), (&json!(1), &json!(0)));
}

#[tokio::test]
pub async fn a_grant_outside_the_programme_is_null() {
    let world = World::heard(&programme_2021()).await;
    for (number, year) in [("0301", 2021), ("3813", 2019), ("3813", 2023), ("3813", 99999)] {
        let answer = world
            .ask(&format!(
                "{{ municipality(number: \"{number}\") {{ programmeGrant(year: {year}) {{ year }} }} }}"
            ))
            .await;
        assert_eq!(answer["municipality"]["programmeGrant"], json!(null), "{number} {year}");
    }
}

#[tokio::test]
pub async fn the_year_before_is_not_known_where_it_was_never_asked_for_or_not_heard_whole() {
    let before = async |world: &World| {
        let query = "{ municipality(number: \"3813\") { programmeGrant(year: 2021) { comparison { before { state amount } } } } }";
        world.ask(query).await["municipality"]["programmeGrant"]["comparison"]["before"].clone()
    };
    let mut earlier = statement(
        systems::UDIR,
        "earlier",
        "0814",
        "940244145",
        BudgetPost::new(231, 63),
        2019,
    );
    (earlier.granted, earlier.paid) = (Figure::Stated(kroner(7)), Figure::Stated(kroner(7)));
    let mut records = programme_2021();
    records.push((systems::UDIR, vec![record(earlier)]));
    let world = World::heard(&records).await;
    assert_eq!(before(&world).await, json!({ "state": "STATED", "amount": 700 }));
    let late = World::with_source_settings(systems::UDIR, "years_from = 2020").await;
    late.publish(&records);
    late.poll_all().await;
    assert_eq!(late.pot("3813", 2021).await["completeness"], "COMPLETE");
    assert_eq!(before(&late).await, json!({ "state": "NOT_DELIVERED", "amount": null }));
    let gap = World::new().await;
    gap.publish(&records);
    gap.simulator(systems::NAV)
        .set_fault(Some("skipped-number"))
        .expect("a fault of NAV's");
    gap.publish(&[(systems::NAV, vec![share(2, TWELVE[0], 2022, kroner(1))])]);
    gap.poll_all().await;
    assert_eq!(gap.source(systems::NAV).await["state"], "INCOMPLETE");
    assert_eq!(before(&gap).await, json!({ "state": "NOT_DELIVERED", "amount": null }));
}

#[tokio::test]
pub async fn a_pot_that_was_refused_was_not_awarded() {
    let mut refused = pot(TWELVE[0], 2021, kroner(1));
    let programgrant_schema::Content::Award(award) = &mut refused.content else {
        panic!("an award")
    };
    award.status = AwardStatus::Refused;
    award.disbursements.clear();
    let mut records = programme_2021();
    records.push((systems::UDIR, vec![refused]));
    let world = World::heard(&records).await;
    let pot = world.pot("3813", 2021).await;
    assert_eq!(
        (&pot["awarded"]["state"], &pot["difference"]),
        (&json!("NOT_APPLICABLE"), &json!(null))
    );
}
