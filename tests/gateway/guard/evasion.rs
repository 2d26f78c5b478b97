//! Promise: however a grant that may not be given is dressed up, it is blocked or goes to a case officer, and never clear because
//! nothing matched; what is lawful is clear, with the reason.

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, RecordId, ReportedRecipient};
use serde_json::{Value, json};

use super::clients::{BAMBLE, BUFDIR, Caller, HELSEDIR, NAV, OSLO, UDIR, but, hear, heard, input, say, text, to, told};
use crate::records::{record, statement};
use crate::world::World;

/// A NAV office of Bamble's.
const OFFICE: &str = "310000019";
const COUNTY_GOVERNOR: &str = "974762501";
const BLOCKED: &str = "BLOCKED IN_PROGRAMME";
const FUNDED: &str = "BLOCKED ALREADY_FUNDED";
const NOBODY: &str = "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT";
const NO_SCHEME: &str = "NEEDS_CASE_OFFICER UNRESOLVED_SCHEME";
const UNCLEAR: &str = "NEEDS_CASE_OFFICER SCOPE_UNCLEAR";

/// A world that knows Bamble's NAV office.
async fn with_office() -> World {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let units = folder.path().join("units.csv");
    std::fs::write(&units, format!("underenhet;enhet\n{OFFICE};{BAMBLE}\n")).expect("written");
    hear(World::with_settings(&format!("[reference]\nsub_units = \"{}\"", units.display())).await).await
}

/// Each row is told as expected, and whoever asks for it in earnest is never told that it is clear.
async fn never_clear(world: &World, rows: &[(Value, &str)]) {
    let caller = Caller::new(world, UDIR);
    let inputs: Vec<Value> = rows.iter().map(|(input, _)| input.clone()).collect();
    for (verdict, (input, expected)) in caller.checks(&inputs).await.iter().zip(rows) {
        assert_eq!(told(verdict), *expected, "{input}");
    }
    for (index, input) in inputs.iter().enumerate() {
        let outcome = caller.claim(input, &format!("key-{index}")).await["verdict"]["outcome"].clone();
        assert!(
            outcome == "BLOCKED" || outcome == "NEEDS_CASE_OFFICER",
            "{input}: {outcome}"
        );
    }
}

fn bamble() -> Value {
    input("231.63", BAMBLE, 2021)
}

fn on_post(chapter: i32, post: i32, activity: Option<&str>, year: i32) -> Value {
    but(
        &bamble(),
        json!({ "scheme": null, "chapter": chapter, "post": post, "activity": activity, "year": year }),
    )
}

#[tokio::test]
async fn by_another_name() {
    let world = with_office().await;
    let named = |number: &str| but(&bamble(), json!({ "recipient": to(number) }));
    let both = |organisation: &str, number: &str| {
        but(
            &bamble(),
            json!({ "recipient": { "organisationNumber": organisation, "municipalityNumber": number } }),
        )
    };
    // Today's and former numbers; those of the two that became Nærøysund, under two counties; Namsos's.
    let aliases = [
        "3813", "0814", "4012", "5050", "5051", "1750", "1751", "5005", "1703", OFFICE,
    ];
    let forms = [
        " 940 244 145 ",
        "940\u{a0}244\u{202f}145",
        "９４０２４４１４５",
        "940\u{200b}244145\u{feff}",
        "３８１３",
        "08\u{2060}14",
        "\t3813\n",
    ];
    let mut rows: Vec<(Value, &str)> = aliases
        .into_iter()
        .chain(forms)
        .map(|number| (named(number), BLOCKED))
        .collect();
    rows.extend([
        (named(COUNTY_GOVERNOR), NOBODY),
        (named("9999"), NOBODY),
        (both(BAMBLE, "0301"), NOBODY),
        (both(COUNTY_GOVERNOR, "3813"), BLOCKED),
        (both(OFFICE, "0814"), BLOCKED),
    ]);
    never_clear(&world, &rows).await;
}

#[tokio::test]
async fn by_another_word_or_post() {
    let world = heard().await;
    let mut rows = Vec::new();
    for year in 2020..=2022 {
        rows.extend(
            [(854, 61), (846, 62), (846, 61)]
                .map(|(chapter, post)| (on_post(chapter, post, Some("LOS"), year), BLOCKED)),
        );
    }
    let named = |scheme: &str| but(&bamble(), json!({ "scheme": scheme, "year": 2022 }));
    rows.extend(
        [
            "846-los",
            "846-LOS",
            " 846 – Los ",
            "846\u{2011}los",
            "８４６－ｌｏｓ",
            "846-lo\u{17f}",
        ]
        .map(|scheme| (named(scheme), BLOCKED)),
    );
    rows.extend(["los", " L o s ", "ＬＯＳ", "L\u{200d}OS"].map(|word| (on_post(846, 61, Some(word), 2022), BLOCKED)));
    rows.extend([
        // A Cyrillic О.
        (on_post(846, 61, Some("LОS"), 2022), NO_SCHEME),
        (on_post(846, 61, None, 2022), NO_SCHEME),
        (on_post(846, 61, Some("  "), 2022), NO_SCHEME),
        (on_post(846, 61, Some("svømming"), 2022), NO_SCHEME),
        (on_post(765, 60, None, 2021), NO_SCHEME),
        (on_post(226, 64, None, 2021), NO_SCHEME),
        (on_post(999, 1, None, 2021), NO_SCHEME),
        (
            but(
                &bamble(),
                json!({ "scheme": "846-ferie", "activity": "LOS", "year": 2022 }),
            ),
            NO_SCHEME,
        ),
        (
            but(
                &bamble(),
                json!({ "scheme": "846-ferie", "chapter": 231, "post": 63, "year": 2022 }),
            ),
            NO_SCHEME,
        ),
        (but(&bamble(), json!({ "scheme": "846.61", "year": 2022 })), NO_SCHEME),
        (but(&bamble(), json!({ "scheme": "231.99" })), NO_SCHEME),
    ]);
    never_clear(&world, &rows).await;
}

#[tokio::test]
async fn by_leaving_out_or_splitting() {
    let world = heard().await;
    let social = |group: Value| but(&input("621.63", BAMBLE, 2021), json!({ "targetGroup": group }));
    let used = |year: i32, from: Value, until: Value| {
        but(&bamble(), json!({ "year": year, "useFrom": from, "useUntil": until }))
    };
    let rows = [
        (social(json!(null)), UNCLEAR),
        (social(json!("ALL")), UNCLEAR),
        (social(json!("CHILDREN_AND_YOUNG")), BLOCKED),
        (used(2021, json!("2021-03-01"), json!("2021-06-30")), BLOCKED),
        (used(2021, json!("2021-12-31"), json!(null)), BLOCKED),
        (used(2021, json!(null), json!("2021-01-01")), BLOCKED),
        (used(2022, json!("2022-08-01"), json!("2023-07-31")), BLOCKED),
        (used(2019, json!("2020-02-01"), json!("2020-12-31")), BLOCKED),
        (
            used(2019, json!("2019-08-01"), json!("2020-01-31")),
            "NEEDS_CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            used(2021, json!("2024-01-01"), json!("2024-12-31")),
            "NEEDS_CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            used(2023, json!(null), json!(null)),
            "NEEDS_CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            used(2023, json!("2023-06-30"), json!("2023-12-31")),
            "NEEDS_CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (but(&bamble(), json!({ "targetGroup": "ADULTS" })), BLOCKED),
        (but(&bamble(), json!({ "activity": "sommerleir" })), BLOCKED),
        (but(&bamble(), json!({ "amount": 1 })), BLOCKED),
    ];
    never_clear(&world, &rows).await;
}

#[tokio::test]
async fn a_claim_split_in_two_is_one_too_many() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let half = but(
        &input("231.63", OSLO, 2021),
        json!({ "amount": 5_000_000, "caseReference": "26/1" }),
    );
    caller.cleared(&half, "first half").await;
    for (key, change) in [
        ("second half", json!({ "caseReference": "26/2" })),
        ("another amount", json!({ "amount": 1, "caseReference": "26/3" })),
        ("spring", json!({ "useUntil": "2021-06-30", "caseReference": "26/4" })),
        ("autumn", json!({ "useFrom": "2021-07-01", "caseReference": "26/5" })),
        ("one day", json!({ "useFrom": "2021-07-01", "useUntil": "2021-07-01" })),
        (
            "the year before, too",
            json!({ "year": 2020, "useFrom": "2020-01-01", "useUntil": "2021-01-31" }),
        ),
        ("one group", json!({ "targetGroup": "OTHER" })),
        ("a project", json!({ "activity": "sommerleir" })),
        ("by post", json!({ "scheme": null, "chapter": 231, "post": 63 })),
        ("by number", json!({ "recipient": to("0301") })),
    ] {
        assert_eq!(
            told(&caller.other(NAV).claim(&but(&half, change), key).await["verdict"]),
            FUNDED,
            "{key}"
        );
    }
    // Halves first: then the whole is one too many, and so is a month that both sides touch.
    let year = |from: &str, until: &str| but(&half, json!({ "year": 2022, "useFrom": from, "useUntil": until }));
    caller.cleared(&year("2022-01-01", "2022-06-15"), "spring 2022").await;
    caller.cleared(&year("2022-07-01", "2022-12-31"), "autumn 2022").await;
    for (key, split) in [
        ("whole", but(&half, json!({ "year": 2022 }))),
        ("June", year("2022-06-16", "2022-06-30")),
    ] {
        assert_eq!(told(&caller.claim(&split, key).await["verdict"]), FUNDED, "{key}");
    }
}

#[tokio::test]
async fn an_award_that_a_source_has_reported_is_seen_under_every_number() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let sandnes = input("231.63", "1108", 2021);
    assert_eq!(told(&caller.check(&sandnes).await), "CLEAR NOT_A_PARTICIPANT");
    // Reported under the number of Forsand, which became part of Sandnes.
    let mut award = statement(systems::UDIR, "7", "1129", "964965137", BudgetPost::new(231, 63), 2021);
    award.recipient = ReportedRecipient {
        organisation_number: None,
        number: Some("1129".to_owned()),
        name: Some("Forsand".to_owned()),
    };
    say(&world, systems::UDIR, record(award)).await;
    for number in ["1108", "1129", "1102", "964965137"] {
        let verdict = caller.check(&but(&sandnes, json!({ "recipient": to(number) }))).await;
        assert_eq!(
            (told(&verdict).as_str(), verdict["evidence"].as_array().map(Vec::len)),
            (FUNDED, Some(1)),
            "{number}: {verdict}"
        );
    }
    // It vanishes, and that frees nothing.
    world.simulator(systems::UDIR).withdraw(&RecordId::new("2021-7"));
    world.poll_all().await;
    let gone = caller.claim(&sandnes, "a").await;
    assert_eq!(told(&gone["verdict"]), FUNDED);
    assert!(
        text(&gone["verdict"]["reasons"][0]["message"]).contains("ikke lenger"),
        "{gone}"
    );
}

#[tokio::test]
async fn what_is_lawful_is_clear_with_the_reason() {
    let world = heard().await;
    let social = |group: &str| but(&input("621.63", BAMBLE, 2021), json!({ "targetGroup": group }));
    for (who, input, expected, words) in [
        (
            UDIR,
            input("231.63", "0301", 2021),
            "CLEAR NOT_A_PARTICIPANT",
            vec!["Oslo", "deltar ikke"],
        ),
        (
            HELSEDIR,
            input("765.60-adults", BAMBLE, 2021),
            "CLEAR OUTSIDE_SCOPE",
            vec!["Bamble", "inngår ikke", "voksne"],
        ),
        (
            BUFDIR,
            on_post(846, 61, Some("FERIE"), 2022),
            "CLEAR OUTSIDE_SCOPE",
            vec!["Bamble", "ferie"],
        ),
        (
            NAV,
            social("ADULTS"),
            "CLEAR OUTSIDE_SCOPE",
            vec!["Bamble", "målgruppe"],
        ),
    ] {
        let caller = Caller::new(&world, who);
        assert_eq!(told(&caller.check(&input).await), expected, "{input}");
        let claim = caller.cleared(&input, "a").await;
        assert_eq!(told(&claim["verdict"]), expected);
        let message = text(&claim["verdict"]["reasons"][0]["message"]);
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
    // What stands beside it.
    let caller = Caller::new(&world, BUFDIR);
    let los = caller.check(&on_post(846, 61, Some("LOS"), 2022)).await;
    assert_eq!(
        (told(&los).as_str(), &los["reasons"][0]["rule"]["id"]),
        (BLOCKED, &json!("no-double-funding"))
    );
    assert_eq!(told(&caller.check(&input("621.63", BAMBLE, 2022)).await), UNCLEAR);
    assert_eq!(
        told(&caller.check(&input("231.63", BAMBLE, 2023)).await),
        "NEEDS_CASE_OFFICER PERIOD_OVERLAPS"
    );
}

#[tokio::test]
async fn two_projects_of_a_discretionary_scheme_are_lawful_and_one_that_says_nothing_is_not() {
    let world = heard().await;
    let caller = Caller::new(&world, NAV);
    let project = |name: Option<&str>| but(&input("621.63", OSLO, 2021), json!({ "activity": name }));
    caller.cleared(&project(Some("Kor")), "a").await;
    caller.cleared(&project(Some("leir")), "b").await;
    for (key, name) in [
        ("c", None),
        ("d", Some(" KOR ")),
        ("e", Some("ＫＯＲ")),
        ("f", Some("l\u{ad}eir")),
    ] {
        assert_eq!(
            told(&caller.claim(&project(name), key).await["verdict"]),
            FUNDED,
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn what_a_case_officer_allowed_unresolved_keeps_out_whatever_it_may_have_meant() {
    let world = heard().await;
    let caller = Caller::new(&world, BUFDIR);
    let unclear = but(&on_post(846, 61, None, 2022), json!({ "recipient": to(OSLO) }));
    let held = caller.claim(&unclear, "a").await;
    assert_eq!(
        (told(&held["verdict"]).as_str(), &held["scheme"]),
        (NO_SCHEME, &Value::Null)
    );
    let allowed = caller
        .other(UDIR)
        .command("decideFunding", &held, "decision: ALLOW, reason: \"Ferie.\"")
        .await["claim"]
        .clone();
    assert_eq!(allowed["state"], "CLEARED");
    assert_eq!(caller.confirm(&allowed).await["claim"]["state"], "CONFIRMED");
    for scheme in ["846-los", "846-ferie", "846-fritid"] {
        assert_eq!(
            told(&caller.claim(&input(scheme, OSLO, 2022), scheme).await["verdict"]),
            FUNDED
        );
    }
    // Two numbers that mean two: neither is cleared while nobody knows which.
    let both = but(
        &input("231.63", OSLO, 2022),
        json!({ "recipient": { "organisationNumber": OSLO, "municipalityNumber": "1108" } }),
    );
    assert_eq!(told(&caller.other(UDIR).claim(&both, "both").await["verdict"]), NOBODY);
    for recipient in ["0301", "1108"] {
        assert_eq!(
            told(&caller.claim(&input("231.63", recipient, 2022), recipient).await["verdict"]),
            FUNDED
        );
    }
}
