//! Promise: the gateway behaves as the table says. Every field is asked for by every role, near and far; what is denied comes as
//! an error at its place and leaves no trace, and commands that are denied write nothing.

use std::time::Duration;

use async_graphql::parser::types::{BaseType, TypeKind, TypeSystemDefinition};
use async_graphql::{Executor, Request};
use futures::StreamExt;
use programgrant::workers::events::Event;
use programgrant_core::access::{Caller, FieldPermission, Role, fields};
use programgrant_core::ledger::CaseId;
use programgrant_schema::MunicipalityId;
use serde_json::Value;

use super::asking::{BAMBLE, Place, TRONDHEIM, codes, is_denied, of_role};
use super::matrix::schema_fields;
use super::ways::{INPUT, arguments, ways};

/// Whether the field's type has fields of its own.
fn is_object(parent: &str, field: &str) -> bool {
    let document = async_graphql::parser::parse_schema(programgrant::graphql::sdl()).expect("our own SDL parses");
    let objects: Vec<_> = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => match &definition.node.kind {
                TypeKind::Object(object) => Some((definition.node.name.node.to_string(), object)),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let (_, object) = objects.iter().find(|(name, _)| name == parent).expect("a type");
    let of_field = object
        .fields
        .iter()
        .find(|found| found.node.name.node == field)
        .expect("a field");
    let mut base = &of_field.node.ty.node.base;
    while let BaseType::List(inner) = base {
        base = &inner.base;
    }
    matches!(base, BaseType::Named(name) if objects.iter().any(|(object, _)| *object == name.as_str()))
}

/// A value of the field, wherever it stands: anything but nothing.
fn holds(answer: &Value, field: &str) -> bool {
    match answer {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| (name == "it" && field == "it" && !value.is_null()) || holds(value, field)),
        Value::Array(items) => items.iter().any(|item| holds(item, field)),
        _ => false,
    }
}

#[tokio::test]
async fn every_field_answers_every_role_as_the_table_says() {
    let place = Place::new().await;
    let mut wrong = Vec::new();
    for (parent, field) in schema_fields()
        .into_iter()
        .filter(|(parent, _)| parent != "Subscription")
    {
        let inner = match parent.as_str() {
            "Mutation" => " { errors { code } }",
            _ if is_object(&parent, &field) => " { __typename }",
            _ => "",
        };
        let (near, far) = arguments(&place, &parent, &field);
        for role in Role::ALL {
            let (way, far_way) = ways(&place, &parent, role).unwrap_or_else(|| panic!("no way to {parent}"));
            let caller = of_role(role);
            let before = place.entries().await;
            let answer = place
                .ask(&caller, &way.replace('§', &format!("it: {field}{near}{inner}")))
                .await;
            let sight = fields::sight(&parent, &field, role);
            let code = if role == Role::Public {
                "UNAUTHENTICATED"
            } else {
                "FORBIDDEN"
            };
            let is_right = match sight {
                FieldPermission::No => {
                    codes(&answer).contains(&code) && !holds(&answer["data"], "it") && place.entries().await == before
                }
                FieldPermission::Yes | FieldPermission::Own => !is_denied(&answer) && codes(&answer).is_empty(),
            };
            if !is_right {
                wrong.push(format!("{parent}.{field} {} is {sight:?}: {answer}", role.as_str()));
            }
            if sight == FieldPermission::Own && has_far(&parent, &field, role) {
                let before = place.entries().await;
                let answer = place
                    .ask(&caller, &far_way.replace('§', &format!("it: {field}{far}{inner}")))
                    .await;
                if place.entries().await != before || !is_out_of_reach(&parent, &answer) {
                    wrong.push(format!("{parent}.{field} {} far: {answer}", role.as_str()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lists narrow themselves to what is near, and a page is a page; of shares, a directorate has one in every pot.
fn has_far(parent: &str, field: &str, role: Role) -> bool {
    let is_own_list = matches!(
        (parent, field),
        ("FundingClaimPage" | "DoubleFundingCasePage" | "Share", _)
            | ("ProgrammeYear", "grants")
            | ("ProgrammeGrant", "shares")
    );
    let narrows = role == Role::Directorate || role == Role::Evaluator;
    let is_list_of_municipality = matches!(
        (parent, field),
        ("Municipality", _) | ("Query", "fundingClaims" | "doubleFundingCases")
    );
    let is_payload = parent == "UserError" || parent == "ParticipationDecision" || parent.ends_with("Payload");
    !(is_own_list && (narrows || parent != "Share" && parent != "ProgrammeGrant"))
        && !(is_list_of_municipality && narrows)
        && !is_payload
}

/// Denied, not found, or refused as if it were not there.
fn is_out_of_reach(parent: &str, answer: &Value) -> bool {
    let text = answer.to_string();
    let is_unknown = text.contains("UNKNOWN_");
    is_denied(answer) || !holds(&answer["data"], "it") || (parent == "Mutation" && is_unknown)
}

#[tokio::test]
async fn a_denied_command_and_a_command_about_what_is_hidden_write_nothing() {
    let place = Place::new().await;
    let fields = "claim { id } errors { code message path }";
    let before = place.entries().await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::ProgrammeOffice) {
        let caller = of_role(role);
        let input = INPUT
            .replace("SCHEME", "765.60-children")
            .replace("RECIPIENT", "958935420")
            .replace("2021", "2022");
        let answer = place
            .ask(
                &caller,
                &format!("mutation {{ requestFunding(input: {input}, idempotencyKey: \"k\") {{ {fields} }} }}"),
            )
            .await;
        assert!(is_denied(&answer), "{role:?}: {answer:#}");
        for command in [
            "decideFunding(decision: REFUSE, reason: \"r\"",
            "releaseFunding(reason: \"r\"",
            "approveOverride(reason: \"r\"",
            "proposeOverride(reason: \"r\", legalBasis: \"l\"",
        ] {
            let ask = async |id: &str| {
                let answer = place
                    .ask(
                        &caller,
                        &format!("mutation {{ {command}, claim: \"{id}\", fence: 1) {{ {fields} }} }}"),
                    )
                    .await;
                answer.to_string().replace(id, "§")
            };
            let (hidden, missing) = (ask(&place.far.claim).await, ask("krav-0").await);
            assert_eq!(hidden, missing, "{role:?} {command}");
        }
        let decide = async |id: &str| {
            let answer = place.ask(&caller, &format!("mutation {{ decideCase(case: \"{id}\", decision: CONFIRM, reason: \"r\") {{ case {{ id }} errors {{ code message path }} }} }}")).await;
            answer.to_string().replace(id, "§")
        };
        assert_eq!(decide(&place.far.case).await, decide("sak-0").await, "{role:?}");
    }
    assert_eq!(place.entries().await, before);
}

#[tokio::test]
async fn what_is_followed_is_what_may_be_seen() {
    let place = Place::new().await;
    let id = |number: &str| -> MunicipalityId {
        let organisation = number.parse().expect("a number");
        place
            .world
            .gateway()
            .dependencies
            .reference()
            .by_organisation(organisation)
            .expect("known")
    };
    let pot = |number: &str| Event::Pot {
        programme: "0-24-pilot".to_owned(),
        municipality: id(number),
        year: 2021,
    };
    let case = |id: &str| Event::Case(CaseId::new(id));
    for (field, selection, near, far, near_id) in [
        (
            "potChanged",
            "municipality { organisationNumber }",
            pot(BAMBLE.1),
            pot(TRONDHEIM.1),
            BAMBLE.1.to_owned(),
        ),
        (
            "doubleFundingCaseChanged",
            "id",
            case(&place.near.case),
            case(&place.far.case),
            place.near.case.clone(),
        ),
    ] {
        for role in Role::ALL {
            let sight = fields::sight("Subscription", field, role);
            let caller: Caller = of_role(role);
            let mut followed = place.live(&caller).execute_stream(
                Request::new(format!("subscription {{ {field} {{ {selection} }} }}")),
                None,
            );
            let events = &place.world.gateway().events;
            let is_for_all = sight == FieldPermission::Yes;
            let _ = (!is_for_all).then(|| events.send(far.clone()));
            let _ = events.send(near.clone());
            let first = tokio::time::timeout(Duration::from_secs(30), followed.next())
                .await
                .expect("in time")
                .expect("an answer");
            let first = serde_json::to_value(&first).expect("JSON");
            match sight {
                FieldPermission::No => assert!(is_denied(&first), "{role:?} {field}: {first:#}"),
                FieldPermission::Yes | FieldPermission::Own => assert!(
                    !is_denied(&first) && first.to_string().contains(&near_id),
                    "{role:?} {field}: {first:#}"
                ),
            }
        }
    }
    let far = format!(
        "subscription {{ potChanged(municipality: \"{}\") {{ year }} }}",
        TRONDHEIM.1
    );
    let mut followed = place
        .live(&of_role(Role::Municipality))
        .execute_stream(Request::new(far), None);
    let first = tokio::time::timeout(Duration::from_secs(30), followed.next())
        .await
        .expect("in time")
        .expect("an answer");
    assert_eq!(codes(&serde_json::to_value(&first).expect("JSON")), ["FORBIDDEN"]);
}

#[tokio::test]
async fn introspection_is_for_everybody_and_one_denied_field_leaves_the_others() {
    let place = Place::new().await;
    let schema = place
        .data(
            &Caller::public(),
            "{ __typename __schema { types { name fields { name } } } __type(name: \"Award\") { fields { name } } }",
        )
        .await;
    assert_eq!(schema["__typename"], "Query");
    let answer = place
        .ask(
            &Caller::public(),
            "{ viewer { role } m: municipality(number: \"3813\") { name g: programmeGrant(year: 2021) { year } } award(id: \"x\") { id } }",
        )
        .await;
    assert_eq!(
        answer["data"],
        serde_json::json!({ "viewer": { "role": "PUBLIC" }, "m": { "name": "Bamble", "g": null }, "award": null })
    );
    let mut paths: Vec<String> = answer["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["path"].to_string())
        .collect();
    paths.sort_unstable();
    assert_eq!(paths, ["[\"award\"]", "[\"m\",\"g\"]"]);
    assert_eq!(codes(&answer), ["UNAUTHENTICATED", "UNAUTHENTICATED"]);
    let unknown = programgrant_core::access::Caller {
        acting: Some("987654325".parse().expect("a number")),
        ..Caller::public()
    };
    assert_eq!(
        codes(&place.ask(&unknown, "{ award(id: \"x\") { id } }").await),
        ["FORBIDDEN"]
    );
}
