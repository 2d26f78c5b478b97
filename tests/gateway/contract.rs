//! Promise: the public names are the checked-in ones, every error code is listed, and requests that are none are told so.

use serde_json::json;

use crate::records::programme_2021;
use crate::world::{World, repository};

#[test]
fn the_sdl_is_the_checked_in_one() {
    let checked_in =
        std::fs::read_to_string(repository().join("schema/programgrant.graphql")).expect("schema/programgrant.graphql");
    assert!(
        programgrant::graphql::sdl() == checked_in,
        "run `programgrant schema > schema/programgrant.graphql`, and look at the difference"
    );
}

#[test]
fn every_error_code_is_listed() {
    let listed = std::fs::read_to_string(repository().join("schema/errors.md")).expect("schema/errors.md");
    let mut listed: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let (input, reasons) = (
        programgrant_core::ledger::rules::InputError::CODES,
        programgrant_core::ledger::rules::REASON_CODES,
    );
    let refused = programgrant::graphql::REFUSAL_CODES
        .into_iter()
        .flatten()
        .chain(programgrant::http::CODES)
        .chain(programgrant::identity::CODES)
        .chain(programgrant::login::CODES)
        .chain(programgrant::graphql::document::CODES);
    let mut known: Vec<&str> = programgrant::graphql::CODES
        .into_iter()
        .flatten()
        .chain(input)
        .chain(refused)
        .chain(reasons)
        .copied()
        .collect();
    listed.sort_unstable();
    known.sort_unstable();
    // Some are codes of errors and of input alike.
    known.dedup();
    assert_eq!(listed, known);
}

#[test]
fn every_code_says_what_to_do() {
    let listed = std::fs::read_to_string(repository().join("schema/errors.md")).expect("schema/errors.md");
    let heads: Vec<&str> = listed.lines().filter(|line| line.starts_with("| Code |")).collect();
    assert!(
        heads.len() == 4 && heads.iter().all(|head| head.ends_with("| What to do |")),
        "{heads:#?}"
    );
    for row in listed.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 3 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_a_code() {
    let world = World::new().await;
    for (content_type, body, status, code) in [
        (
            "text/plain",
            "{\"query\":\"{ __typename }\"}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        ("application/json", "{ __typename }", 400, "BAD_REQUEST"),
        (
            "application/json",
            "[{\"query\":\"{ __typename }\"}]",
            400,
            "BATCHES_REFUSED",
        ),
    ] {
        let (answered, answer) = world.post(content_type, body).await;
        assert_eq!(
            (answered, &answer["errors"][0]["extensions"]["code"]),
            (status, &json!(code)),
            "{content_type} {body}"
        );
    }
    let (status, answer) = world.post("application/json", &" ".repeat(2 << 20)).await;
    assert_eq!(
        (status, &answer["errors"][0]["extensions"]["code"]),
        (413, &json!("REQUEST_TOO_LARGE"))
    );
    let (status, answer) = world
        .post(
            "application/json; charset=utf-8",
            "{\"query\":\"{ viewer { role organisation { organisationNumber name } actingThrough { name } } }\"}",
        )
        .await;
    let viewer = json!({ "role": "PROGRAMME_OFFICE", "organisation": { "organisationNumber": "970018131", "name": "Utdanningsdirektoratet" }, "actingThrough": null });
    assert_eq!((status, &answer["data"]["viewer"]), (200, &viewer));
}

#[tokio::test]
async fn a_field_that_failed_takes_the_nearest_nullable_place_along() {
    let world = World::new().await;
    for (query, data) in [
        // Everything from the failed field up to the root is promised not to be null.
        ("{ sources { id setAsideRecords(limit: 0) { place } } }", json!(null)),
        (
            "{ municipalities(limit: 0) { items { id } } viewer { role } }",
            json!(null),
        ),
        // The list may be null, as where it is not known who takes part, and what stands beside it stays.
        (
            "{ viewer { role } p: programme { id municipalities { ...who } } } fragment who on Municipality { awards(scheme: \"x\") { id } }",
            json!({ "viewer": { "role": "PROGRAMME_OFFICE" }, "p": { "id": "0-24-pilot", "municipalities": null } }),
        ),
        (
            "{ municipality(number: \"3813\") { name programmeGrant(year: 2021, programme: \"x\") { year } } }",
            json!({ "municipality": { "name": "Bamble", "programmeGrant": null } }),
        ),
        (
            "query A { viewer { role } } query B { municipality(number: \"1507\") { name } }",
            json!(null),
        ),
    ] {
        let answer = world.ask_raw(query).await;
        assert_eq!(answer["data"], data, "{query}: {answer:#}");
        assert!(
            answer["errors"]
                .as_array()
                .is_some_and(|errors| errors.iter().all(|error| error["extensions"]["code"].is_string())),
            "{answer:#}"
        );
    }
}

#[tokio::test]
async fn an_error_of_the_language_has_a_code_and_does_not_repeat_the_caller_at_length() {
    let world = World::new().await;
    let long = "x".repeat(10_000);
    for query in [
        "{",
        "{ nothing }",
        "{ municipality(number: \"3813\", on: \"2021-13-01\") { name } }",
        "{ municipality(number: 5) { name } }",
        &format!("{{ {long} }}"),
    ] {
        let error = world.ask_raw(query).await["errors"][0].clone();
        assert_eq!(error["extensions"]["code"], "INVALID_DOCUMENT", "{query}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|message| message.chars().count() <= 301),
            "{query}"
        );
    }
    let answer = world
        .ask_raw(&format!("{{ municipality(number: \"{long}\") {{ name }} }}"))
        .await;
    assert!(answer.to_string().len() < 1_000);
    let (status, answer) = world.post("application/json", "{}").await;
    assert_eq!(
        (status, &answer["errors"][0]["extensions"]["code"]),
        (400, &json!("BAD_REQUEST"))
    );
}

#[tokio::test]
async fn a_document_is_judged_as_the_specification_does() {
    let world = World::heard(&programme_2021()).await;
    let grant =
        |year: i32, set: &str| format!("municipality(number: \"3813\") {{ programmeGrant(year: {year}) {{ {set} }} }}");
    let two_years = format!(
        "{{ {} ...F }} fragment F on Query {{ {} }}",
        grant(2021, "pot { total }"),
        grant(2022, "pot { total } year")
    );
    let twice = "mutation { requestFunding(idempotencyKey: \"a\", input: { scheme: \"231.63\", recipient: { municipalityNumber: \"0301\" }, \
        year: 2021, amount: 5, amount: 500000, caseReference: \"1\" }) { claim { id } } }";
    for document in [
        two_years.as_str(),
        "{ m: municipality(number: \"3813\") { n: name } m: municipality(number: \"3813\") { n: id } }",
        twice,
        "query ($p: String!) { programme(id: $p) { id } }",
        "query ($y: Int) { municipality(number: \"3813\") { programmeGrant(year: $y) { year } } }",
        "{ municipality(number: \"3813\") { awards(status: [\"PAID\"]) { id } } }",
        "query ($s: [AwardStatus!] = [\"PAID\"]) { municipality(number: \"3813\") { awards(status: $s) { id } } }",
        "{ municipality(number: \"\\uD83D\") { name } }",
    ] {
        let (_, answer) = world
            .post(
                "application/json",
                &json!({ "query": document, "variables": { "p": "x", "y": 2021 } }).to_string(),
            )
            .await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "INVALID_DOCUMENT",
            "{document}: {answer:#}"
        );
        assert!(
            answer.get("data").is_none() && answer["errors"][0]["locations"].is_array(),
            "{document}: {answer:#}"
        );
    }
    let bamble = json!({ "municipality": { "name": "Bamble" } });
    assert_eq!(
        world.ask("{ municipality(number: \"\\u{33}813\") { name } }").await,
        bamble
    );
    let limit = "query ($l: Int) { municipalities(limit: $l) { items { id } } }";
    assert_eq!(
        world.ask(limit).await["municipalities"]["items"]
            .as_array()
            .map(Vec::len),
        Some(100)
    );
}

#[tokio::test]
async fn a_field_whose_argument_comes_out_null_fails_alone() {
    let world = World::new().await;
    for (document, data, path) in [
        (
            "query ($n: ID = \"x\") { viewer { role } programme(id: $n) { id } }",
            json!({ "viewer": { "role": "PROGRAMME_OFFICE" }, "programme": null }),
            json!(["programme"]),
        ),
        (
            "query ($n: Int = 1) { viewer { role } municipalities(limit: $n) { items { id } } }",
            json!(null),
            json!(["municipalities"]),
        ),
        (
            "query ($n: String = \"x\") { viewer { role } __type(name: $n) { name } }",
            json!({ "viewer": { "role": "PROGRAMME_OFFICE" }, "__type": null }),
            json!(["__type"]),
        ),
    ] {
        let (status, answer) = world
            .post(
                "application/json",
                &json!({ "query": document, "variables": { "n": null } }).to_string(),
            )
            .await;
        let error = &answer["errors"][0];
        assert_eq!(
            (status, &answer["data"], &error["path"]),
            (200, &data, &path),
            "{document}: {answer:#}"
        );
        assert_eq!(error["extensions"]["code"], "INVALID_DOCUMENT", "{answer:#}");
    }
}

#[tokio::test]
async fn an_object_of_which_nothing_is_left_is_an_object() {
    let world = World::heard(&programme_2021()).await;
    for (document, data) in [
        ("{ viewer { role @skip(if: true) } }", json!({ "viewer": {} })),
        ("{ viewer @skip(if: true) { role } }", json!({})),
        (
            "{ viewer { role @skip(if: true) } viewer { role } }",
            json!({ "viewer": { "role": "PROGRAMME_OFFICE" } }),
        ),
        (
            "{ municipality(number: \"3813\") { programmeGrant(year: 2021) { pot @include(if: false) { total } } } }",
            json!({ "municipality": { "programmeGrant": {} } }),
        ),
        (
            "{ municipalities(limit: 2) { items { name @skip(if: true) } } }",
            json!({ "municipalities": { "items": [{}, {}] } }),
        ),
        (
            "{ _entities(representations: [{ __typename: \"Programme\", id: \"0-24-pilot\" }, { __typename: \"Award\", id: \"none\" }]) { ... on Award { id } } }",
            json!({ "_entities": [{}, null] }),
        ),
        (
            "mutation { releaseFunding(claim: \"1\", fence: 1, reason: \"x\") { claim { id } errors { code @skip(if: true) } } }",
            json!({ "releaseFunding": { "claim": null, "errors": [{}] } }),
        ),
    ] {
        assert_eq!(world.ask(document).await, data, "{document}");
    }
    // Where every field has failed, each is null, and the object is not.
    let answer = world
        .ask_raw("{ m: municipality(number: \"3813\") { programmeGrant(year: 2021, programme: \"none\") { year } } }")
        .await;
    assert_eq!(
        (&answer["data"], answer["errors"].as_array().map(Vec::len)),
        (&json!({ "m": { "programmeGrant": null } }), Some(1)),
        "{answer:#}"
    );
}
