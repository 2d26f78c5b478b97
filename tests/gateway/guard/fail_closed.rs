//! Promise: what is not known is never clear: the scheme's source silent, stale, cut, wrong or with a gap; a record that cannot be
//! read, as far as it reaches and no further; a year that nobody was asked for.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_schema::SourceId;
use serde_json::{Value, json};

use super::clients::{BAMBLE, Caller, OSLO, UDIR, but, heard, input, refused, text, told};
use crate::nav::deliver;
use crate::records::programme_2021;
use crate::world::{FRESH_WITHIN, World};

const MICROSECOND: Duration = Duration::from_micros(1);
const SANDNES: &str = "964965137";
const CLEAR: &str = "CLEAR NOT_A_PARTICIPANT";
const NOT_FRESH: &str = "UNDETERMINED SOURCE_NOT_FRESH";
const INCOMPLETE: &str = "UNDETERMINED SOURCE_INCOMPLETE";

/// One scheme of each directorate, for Oslo.
const SCHEMES: [(SourceId, &str); 4] = [
    (systems::UDIR, "231.63"),
    (systems::NAV, "621.63"),
    (systems::HELSEDIR, "765.60-adults"),
    (systems::BUFDIR, "846-ferie"),
];

/// Told the same by the check, and by a claim that is asked for in earnest.
async fn expect(caller: &Caller, input: &Value, key: &str, expected: &str) {
    assert_eq!(told(&caller.check(input).await), expected, "{input}");
    let claim = caller.claim(input, key).await;
    assert_eq!(told(&claim["verdict"]), expected, "{input}");
    assert_eq!(
        text(&claim["state"]),
        if expected == CLEAR { "CLEARED" } else { "REQUESTED" }
    );
}

#[tokio::test]
async fn a_source_that_was_never_heard() {
    let world = World::new().await;
    world.publish(&programme_2021());
    let caller = Caller::new(&world, UDIR);
    for (source, scheme) in SCHEMES {
        // That others were heard is no help.
        expect(&caller, &input(scheme, OSLO, 2021), source.as_str(), NOT_FRESH).await;
        world.poll(source).await.expect("heard");
        caller.cleared(&input(scheme, OSLO, 2021), source.as_str()).await;
    }
}

#[tokio::test]
async fn a_source_that_was_heard_too_long_ago() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    world.hand.advance(FRESH_WITHIN);
    for (source, scheme) in SCHEMES {
        assert_eq!(told(&caller.check(&input(scheme, OSLO, 2021)).await), CLEAR, "{source}");
    }
    world.hand.advance(MICROSECOND);
    for (source, scheme) in SCHEMES {
        expect(&caller, &input(scheme, OSLO, 2021), source.as_str(), NOT_FRESH).await;
    }
    // One that is heard again helps its own schemes alone.
    world.poll(systems::UDIR).await.expect("heard");
    caller.cleared(&input("231.63", OSLO, 2021), "udir").await;
    assert_eq!(told(&caller.check(&input("621.63", SANDNES, 2021)).await), NOT_FRESH);
    // What a rule forbids is forbidden, fresh or not.
    assert_eq!(
        told(&caller.check(&input("846-los", BAMBLE, 2021)).await),
        "BLOCKED IN_PROGRAMME"
    );
}

#[tokio::test]
async fn a_source_that_answers_wrongly() {
    for (source, scheme, fault) in [
        (systems::UDIR, "231.63", "cut"),
        (systems::UDIR, "231.63", "refused"),
        (systems::HELSEDIR, "765.60-adults", "html"),
        (systems::HELSEDIR, "765.60-adults", "cut"),
        (systems::BUFDIR, "846-ferie", "outage"),
        (systems::NAV, "621.63", "cut"),
    ] {
        let asked = input(scheme, OSLO, 2021);
        // From the start.
        let world = World::new().await;
        world.publish(&programme_2021());
        world.simulator(source).set_fault(Some(fault)).expect("its own fault");
        world.poll_all().await;
        let caller = Caller::new(&world, UDIR);
        let outcome = caller.claim(&asked, "a").await["verdict"]["outcome"].clone();
        assert_eq!(outcome, "UNDETERMINED", "{source}={fault}");
        world.simulator(source).set_fault(None).expect("heals");
        world.poll_all().await;
        if source != systems::NAV {
            caller.cleared(&asked, "a").await;
        }
    }
}

#[tokio::test]
async fn a_source_that_goes_wrong_after_a_good_round() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    for (source, fault) in [
        (systems::UDIR, "cut"),
        (systems::NAV, "outage"),
        (systems::HELSEDIR, "html"),
        (systems::BUFDIR, "outage"),
    ] {
        world.simulator(source).set_fault(Some(fault)).expect("its own fault");
    }
    world.hand.advance(FRESH_WITHIN + MICROSECOND);
    world.poll_all().await;
    for (source, scheme) in SCHEMES {
        expect(&caller, &input(scheme, OSLO, 2021), source.as_str(), NOT_FRESH).await;
    }
}

#[tokio::test]
async fn a_status_that_nobody_knows() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let good = "NA;202104;70012344;SO;15.01.2021;0621;63;2021;964965137;1108;Søknad;UNGE;;;1,00";
    let odd = "NA;202104;70012345;XX;15.01.2021;0621;63;2021;958935420;0301;Ukjent;UNGE;;;1,00";
    deliver(&world, 2, &[good, odd], "2,00");
    world.poll(systems::NAV).await.expect("heard");
    expect(&caller, &input("621.63", OSLO, 2021), "a", INCOMPLETE).await;
    for (key, clear) in [
        ("another", input("621.63", SANDNES, 2021)),
        ("a year", input("621.63", OSLO, 2020)),
        ("a scheme", input("231.63", OSLO, 2021)),
    ] {
        expect(&caller, &clear, key, CLEAR).await;
    }
    // A use that reaches into the year is in doubt, too.
    let long = |from: &str| but(&input("621.63", OSLO, 2022), json!({ "useFrom": from }));
    assert_eq!(told(&caller.check(&long("2022-01-01")).await), CLEAR);
    world.hand.advance(Duration::from_mins(2));
    assert_eq!(told(&caller.check(&long("2021-12-01")).await), INCOMPLETE);
}

#[tokio::test]
async fn a_record_that_may_be_anybodys() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    deliver(
        &world,
        2,
        &["NA;202104;70012345;IN;15.01.2021;0621;63;2021;;;Vedtak;UNGE;;;femti"],
        "0,00",
    );
    world.poll(systems::NAV).await.expect("heard");
    assert_eq!(world.source(systems::NAV).await["setAside"], 1);
    for (key, recipient) in [("oslo", OSLO), ("sandnes", SANDNES)] {
        expect(&caller, &input("621.63", recipient, 2021), key, INCOMPLETE).await;
    }
    expect(&caller, &input("621.63", OSLO, 2020), "another year", CLEAR).await;
    expect(&caller, &input("846-ferie", OSLO, 2021), "another source", CLEAR).await;
}

#[tokio::test]
async fn a_file_that_is_missing() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let row =
        |voucher: u32| format!("NA;202104;{voucher};SO;15.01.2021;0621;63;2021;964965137;1108;Søknad;UNGE;;;1,00");
    deliver(&world, 3, &[&row(70_012_345)], "1,00");
    world.poll(systems::NAV).await.expect("heard");
    for (key, year) in [("a", 2021), ("b", 2025)] {
        expect(&caller, &input("621.63", OSLO, year), key, INCOMPLETE).await;
    }
    deliver(&world, 2, &[&row(70_012_344)], "1,00");
    world.poll(systems::NAV).await.expect("heard");
    caller.cleared(&input("621.63", OSLO, 2021), "a").await;
}

#[tokio::test]
async fn a_year_that_the_source_was_not_asked_for() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    for scheme in ["231.63", "846-ferie"] {
        for year in [2016, 2027, 2100] {
            assert_eq!(
                told(&caller.check(&input(scheme, OSLO, year)).await),
                NOT_FRESH,
                "{scheme} {year}"
            );
        }
        expect(&caller, &input(scheme, OSLO, 2026), scheme, CLEAR).await;
    }
    assert_eq!(
        told(&caller.check(&input("621.63", OSLO, 2027)).await),
        CLEAR,
        "a folder is not asked by year"
    );
    // The use alone reaches into a year to come.
    let long = but(&input("231.63", SANDNES, 2026), json!({ "useUntil": "2027-06-30" }));
    expect(&caller, &long, "long", CLEAR).await;
    // On New Year's Day the new year has not been asked for, however fresh the last answer is.
    world.hand.advance(
        "2026-12-31T22:59:00Z"
            .parse::<jiff::Timestamp>()
            .expect("an instant")
            .duration_since(noon())
            .unsigned_abs(),
    );
    world.poll_all().await;
    world.hand.advance(Duration::from_mins(2));
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2027)).await), NOT_FRESH);
    world.poll_all().await;
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2027)).await), CLEAR);
}

fn noon() -> jiff::Timestamp {
    crate::world::NOON.parse().expect("an instant")
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_leaves_nothing() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let asked = input("231.63", OSLO, 2021);
    for (change, code, path) in [
        (
            json!({ "recipient": {} }),
            "MISSING_ARGUMENT",
            json!(["input", "recipient"]),
        ),
        (
            json!({ "recipient": { "organisationNumber": "958935421" } }),
            "INVALID_ORGANISATION_NUMBER",
            json!(["input", "recipient", "organisationNumber"]),
        ),
        (
            json!({ "recipient": { "municipalityNumber": "03x1" } }),
            "INVALID_MUNICIPALITY_NUMBER",
            json!(["input", "recipient", "municipalityNumber"]),
        ),
        (
            json!({ "scheme": null }),
            "MISSING_ARGUMENT",
            json!(["input", "scheme"]),
        ),
        (json!({ "chapter": 231 }), "MISSING_ARGUMENT", json!(["input", "post"])),
        (json!({ "amount": 0 }), "INVALID_AMOUNT", json!(["input", "amount"])),
        (json!({ "amount": -1 }), "INVALID_AMOUNT", json!(["input", "amount"])),
        (json!({ "year": 99_999 }), "INVALID_YEAR", json!(["input", "year"])),
        (
            json!({ "useFrom": "2021-06-01", "useUntil": "2021-05-31" }),
            "INVALID_PERIOD",
            json!(["input", "useUntil"]),
        ),
        (
            json!({ "useUntil": "2041-05-31" }),
            "INVALID_PERIOD",
            json!(["input", "useUntil"]),
        ),
        (
            json!({ "caseReference": " " }),
            "MISSING_ARGUMENT",
            json!(["input", "caseReference"]),
        ),
    ] {
        let payload = caller.request(&but(&asked, change.clone()), "a").await;
        assert_eq!(
            (refused(&payload), &payload["errors"][0]["path"]),
            (code, &path),
            "{change}"
        );
    }
    for key in ["", "  ", &"k".repeat(2001)] {
        assert_eq!(refused(&caller.request(&asked, key).await), "INVALID_ARGUMENT");
    }
    // The key is as good as new.
    caller.cleared(&asked, "a").await;
}
