//! Promise: the public names are the checked-in ones, every error code is listed, and requests that are none are told so.

use serde_json::json;

use crate::world::{World, repository};

#[test]
fn the_sdl_is_the_checked_in_one() {
    let checked_in = std::fs::read_to_string(repository().join("schema/programgrant.graphql")).expect("schema/programgrant.graphql");
    assert!(programgrant::api::sdl() == checked_in, "run `programgrant schema > schema/programgrant.graphql`, and look at the difference");
}

#[test]
fn every_error_code_is_listed() {
    let listed = std::fs::read_to_string(repository().join("schema/errors.md")).expect("schema/errors.md");
    let mut listed: Vec<&str> = listed.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let mut known: Vec<&str> = programgrant::api::CODES.iter().chain(programgrant::programme::REASON_CODES).copied().collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_a_code() {
    let world = World::new().await;
    for (content_type, body, status, code) in [
        ("text/plain", "{\"query\":\"{ __typename }\"}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", "{ __typename }", 400, "BAD_REQUEST"),
        ("application/json", "[{\"query\":\"{ __typename }\"}]", 400, "BAD_REQUEST"),
    ] {
        let (answered, answer) = world.post(content_type, body).await;
        assert_eq!((answered, &answer["errors"][0]["extensions"]["code"]), (status, &json!(code)), "{content_type} {body}");
    }
    let (status, answer) = world.post("application/json", &" ".repeat(2 << 20)).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (413, &json!("REQUEST_TOO_LARGE")));
    let (status, answer) = world
        .post(
            "application/json; charset=utf-8",
            "{\"query\":\"{ viewer { role organisation { organisationNumber name } actingThrough { name } } }\"}",
        )
        .await;
    let viewer = json!({ "role": "PROGRAMME_OFFICE", "organisation": { "organisationNumber": "970018131", "name": "Utdanningsdirektoratet" }, "actingThrough": null });
    assert_eq!((status, &answer["data"]["viewer"]), (200, &viewer));
}
