//! Promise: our graph composes with other people's under Apollo's composition, and as a part of a supergraph behind Hive Gateway
//! it answers as it does alone: by both keys of a municipality, in one request for many, every amount intact.

use programgrant_core::access::Role;
use serde_json::{Value, json};

use super::{Served, node};
use crate::world::{World, repository};

#[tokio::test]
async fn pots_and_populations_are_one_graph() {
    let served = Served::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sdl = folder.path().join("grants.graphql");
    std::fs::write(&sdl, programgrant::graphql::subgraph_sdl()).expect("written");
    let paths = [&sdl, folder.path()].map(|path: &std::path::Path| path.to_str().expect("UTF-8").to_owned());
    let answers = node("federation/supergraph.mjs", &[&served.url(), &paths[0], &paths[1]])
        .await
        .json();

    // 40.5 million kroner are more than 2^31 øre.
    let year = &answers["joined"]["data"]["programme"]["year"];
    assert_eq!(year["pot"]["total"], json!(4_050_000_000_i64), "{answers:#}");
    let grants = year["grants"].as_array().expect("a list");
    let pots: i64 = grants.iter().filter_map(|grant| grant["pot"]["total"].as_i64()).sum();
    assert_eq!((grants.len(), pots), (12, 4_050_000_000));
    for grant in grants {
        let municipality = &grant["municipality"];
        let number: i64 = municipality["id"]
            .as_str()
            .and_then(|id| id.strip_prefix("kommune-")?.parse().ok())
            .expect("an id");
        assert_eq!(municipality["population"], json!(number + 2100), "{municipality}");
    }

    let councils = answers["reversed"]["data"]["councils"]
        .as_array()
        .expect("a list")
        .clone();
    let council = |number: &str| {
        councils
            .iter()
            .find(|council| council["organisationNumber"] == number)
            .expect("listed")
            .clone()
    };
    let pot = |name: &str| {
        grants
            .iter()
            .find(|grant| grant["municipality"]["name"] == name)
            .expect("listed")["pot"]
            .clone()
    };
    for (number, name, seats) in [("940244145", "Bamble", 35), ("918082956", "Larvik", 41)] {
        let council = council(number);
        assert_eq!(
            (
                &council["name"],
                &council["councilSeats"],
                &council["programmeGrant"]["pot"]
            ),
            (&json!(name), &json!(seats), &pot(name))
        );
        assert!(council["population"].is_i64(), "{council}");
    }
    assert_eq!(answers["failing"]["errors"][0]["extensions"]["code"], "UNKNOWN_SCHEME");
    assert_eq!(answers["batches"][0], json!([12, 2]), "many are asked for at once");
}

#[test]
fn the_subgraphs_sdl_is_the_checked_in_one() {
    let checked_in = std::fs::read_to_string(repository().join("schema/programgrant.subgraph.graphql"))
        .expect("schema/programgrant.subgraph.graphql");
    assert!(
        programgrant::graphql::subgraph_sdl() == checked_in,
        "run `programgrant schema --subgraph > schema/programgrant.subgraph.graphql`"
    );
}

async fn entities(world: &World, representations: &Value, selection: &str) -> Value {
    let query = format!("query($all: [_Any!]!) {{ _entities(representations: $all) {{ __typename {selection} }} }}");
    let body = json!({ "query": query, "variables": { "all": representations } });
    world.post("application/json", &body.to_string()).await.1
}

#[tokio::test]
async fn the_subgraph_says_its_sdl_and_knows_by_every_key() {
    let world = World::new().await;
    let service = world.ask("{ _service { sdl } }").await;
    assert_eq!(service["_service"]["sdl"], programgrant::graphql::subgraph_sdl());
    let representations = json!([
        { "__typename": "Municipality", "id": "kommune-0814" },
        { "__typename": "Municipality", "organisationNumber": "940244145" },
        { "__typename": "Municipality", "organisationNumber": "940244145", "id": "kommune-0814", "population": 5 },
        { "__typename": "GrantScheme", "id": "846-los" },
        { "__typename": "Programme", "id": "0-24-pilot" },
    ]);
    let selection = "... on Municipality { name } ... on GrantScheme { id } ... on Programme { until }";
    let bamble = json!({ "__typename": "Municipality", "name": "Bamble" });
    let found = json!([
        bamble,
        bamble,
        bamble,
        { "__typename": "GrantScheme", "id": "846-los" },
        { "__typename": "Programme", "until": "2022-12-31" },
    ]);
    assert_eq!(
        entities(&world, &representations, selection).await,
        json!({ "data": { "_entities": found } })
    );
}

#[tokio::test]
async fn one_bad_representation_takes_no_other_along() {
    let world = World::new().await;
    let bamble = json!({ "__typename": "Municipality", "id": "kommune-0814" });
    let bad = [
        (
            json!({ "__typename": "Municipality", "organisationNumber": "940244146" }),
            "INVALID_ORGANISATION_NUMBER",
        ),
        (
            json!({ "__typename": "Municipality", "organisationNumber": "940244145\u{0}" }),
            "INVALID_ORGANISATION_NUMBER",
        ),
        (
            json!({ "__typename": "Municipality", "id": "kommune-0814", "organisationNumber": "918082956" }),
            "CONFLICTING_ARGUMENTS",
        ),
        (
            json!({ "__typename": "Municipality", "id": "kommune-9999", "organisationNumber": "940244145" }),
            "CONFLICTING_ARGUMENTS",
        ),
        (json!({ "__typename": "Municipality" }), "MISSING_ARGUMENT"),
        (json!({ "__typename": "Award", "id": null }), "MISSING_ARGUMENT"),
        (json!({ "__typename": "Award", "id": ["x"] }), "INVALID_REPRESENTATION"),
        (
            json!({ "__typename": "FundingClaim", "id": "x" }),
            "INVALID_REPRESENTATION",
        ),
        (json!({ "id": "kommune-0814" }), "INVALID_REPRESENTATION"),
        (json!("kommune-0814"), "INVALID_REPRESENTATION"),
    ];
    let unknown = [
        json!({ "__typename": "Municipality", "id": "kommune-9999" }),
        json!({ "__typename": "Municipality", "id": "Bamble" }),
        json!({ "__typename": "Municipality", "organisationNumber": "974760673" }),
        json!({ "__typename": "Award", "id": "none" }),
        json!({ "__typename": "Award", "id": "\u{0}\u{10ffff}'; --" }),
        json!({ "__typename": "GrantScheme", "id": 5 }),
        json!({ "__typename": "Programme", "id": "" }),
    ];
    let between = |representation: &Value| [representation.clone(), bamble.clone()];
    let representations: Vec<Value> = bad
        .iter()
        .map(|(representation, _)| representation)
        .chain(&unknown)
        .flat_map(between)
        .collect();
    let answer = entities(&world, &json!(representations), "... on Municipality { name }").await;
    let found = answer["data"]["_entities"].as_array().expect("a list");
    assert_eq!(found.len(), representations.len());
    assert!(found.iter().step_by(2).all(Value::is_null), "{answer:#}");
    assert!(
        found.iter().skip(1).step_by(2).all(|entity| entity["name"] == "Bamble"),
        "{answer:#}"
    );
    let mut errors: Vec<(u64, &str)> = answer["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| {
            (
                error["path"][1].as_u64().expect("a place"),
                error["extensions"]["code"].as_str().expect("a code"),
            )
        })
        .collect();
    errors.sort_unstable();
    let expected: Vec<(u64, &str)> = (0..).step_by(2).zip(bad.iter().map(|(_, code)| *code)).collect();
    assert_eq!(errors, expected);
}

#[tokio::test]
async fn a_field_that_fails_takes_its_own_entity_along_and_no_other() {
    let world = World::new().await;
    let representations = json!([
        { "__typename": "Municipality", "id": "kommune-0814" },
        { "__typename": "Programme", "id": "0-24-pilot" },
        { "__typename": "Municipality", "id": "kommune-0712" },
    ]);
    let selection = "... on Municipality { id awards(scheme: \"x\") { id } } ... on Programme { id }";
    let answer = entities(&world, &representations, selection).await;
    let programme = json!({ "__typename": "Programme", "id": "0-24-pilot" });
    assert_eq!(
        answer["data"],
        json!({ "_entities": [null, programme, null] }),
        "{answer:#}"
    );
}

#[tokio::test]
async fn a_list_of_many_is_answered_in_order_and_one_of_too_many_is_refused() {
    let world = World::new().await;
    let numbers = ["940244145", "918082956", "942110464"];
    let many = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|place| json!({ "__typename": "Municipality", "organisationNumber": numbers[place % numbers.len()] }))
            .collect()
    };
    let answer = entities(&world, &json!(many(1000)), "... on Municipality { organisationNumber }").await;
    let found = answer["data"]["_entities"].as_array().expect("a list");
    let in_order = found
        .iter()
        .enumerate()
        .all(|(place, entity)| entity["organisationNumber"] == numbers[place % numbers.len()]);
    assert!(found.len() == 1000 && in_order, "{answer:#}");
    let answer = entities(&world, &json!(many(1001)), "... on Municipality { name }").await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["extensions"]["code"]),
        (&json!(null), &json!("TOO_MANY"))
    );
}

#[tokio::test]
async fn an_award_beyond_the_callers_reach_is_as_one_that_is_not() {
    let served = Served::start().await;
    let awards = "awards { id status }";
    let query = format!(
        "{{ own: municipality(number: \"3813\") {{ {awards} }} other: municipality(organisationNumber: \"918082956\") {{ {awards} }} }}"
    );
    let all = served.ask(Role::ProgrammeOffice, &query, Value::Null).await;
    let first = |whose: &str| all["data"][whose]["awards"][0]["id"].clone();
    let represented =
        [first("own"), first("other"), json!("none")].map(|id| json!({ "__typename": "Award", "id": id }));
    let query = "query($all: [_Any!]!) { _entities(representations: $all) { __typename ... on Award { id } } }";
    for (role, seen) in [
        (Role::ProgrammeOffice, [true, true, false]),
        (Role::Municipality, [true, false, false]),
        (Role::Public, [false, false, false]),
        (Role::Operator, [false, false, false]),
    ] {
        let answer = served.ask(role, query, json!({ "all": represented })).await;
        let found = answer["data"]["_entities"]
            .as_array()
            .unwrap_or_else(|| panic!("{role:?}: {answer:#}"));
        assert_eq!(
            found.iter().map(|entity| !entity.is_null()).collect::<Vec<_>>(),
            seen,
            "{role:?}: {answer:#}"
        );
        assert!(answer.get("errors").is_none(), "{role:?}: {answer:#}");
    }
}
