//! Promise: Bufdir holds exactly the exclusions that are wanted, by activity, and an answer that carries errors of either kind
//! confirms nothing.

mod helpers;

use std::sync::Arc;

use helpers::{LIMIT, Tokens, bufdir, bufdir_with, simulator};
use jiff::civil::date;
use programgrant_contract::simulation::{Simulator, fault};
use programgrant_contract::suite::SECRET;
use programgrant_contract::suite::exclusions::{self, AT, ExclusionSubject, ExclusionWorld};
use programgrant_contract::{Exclusions, SourceError, SyncOutcome, SyncReport, TokenSource};
use programgrant_schema::{BudgetPost, Exclusion, Participant, Prevention, TargetGroup};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, body_string_contains, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn exclusion(organisation_number: &str) -> Exclusion {
    let organisation_number = organisation_number.parse().expect("an organisation number");
    Exclusion {
        participant: Participant {
            organisation_number,
            number: "3801".to_owned(),
            name: "Horten".to_owned(),
        },
        post: BudgetPost::new(846, 62),
        activity: Some("LOS".to_owned()),
        from: date(2020, 1, 1),
        until: date(2023, 6, 30),
        programme: "0-24-pilot".to_owned(),
        legal_basis: "prosjektplan, pkt. 3.3".to_owned(),
        prevention: Prevention::BlockActivity,
        target_group: None,
    }
}

fn sample() -> Vec<Exclusion> {
    ["964951284", "940244145", "864953042"].map(exclusion).to_vec()
}

#[tokio::test]
async fn every_promise_of_the_contract_is_kept() {
    exclusions::run(&ExclusionSubject {
        world: Box::new(|| {
            Box::pin(async {
                let simulator = simulator().await;
                simulator.require_tokens(&[SECRET]);
                let tokens: Arc<dyn TokenSource> = Tokens::new(&[SECRET]);
                let adapter = bufdir_with(&format!("{}?key={SECRET}", simulator.url()), LIMIT, Some(tokens));
                ExclusionWorld {
                    debug: format!("{adapter:?}"),
                    simulator: Box::new(simulator),
                    exclusions: Box::new(adapter),
                    keep: Box::new(()),
                }
            })
        }),
        sample: sample(),
        can_list: true,
        cannot: &[],
    })
    .await;
}

/// A server that lists that, and says that to every mutation.
async fn server(listed: Value, mutated: Value) -> MockServer {
    let server = MockServer::start().await;
    let list = ResponseTemplate::new(200).set_body_json(json!({ "data": { "sperrer": listed } }));
    Mock::given(method("POST"))
        .and(body_string_contains("query Sperrer"))
        .respond_with(list)
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(mutated))
        .mount(&server)
        .await;
    server
}

fn listed(id: &str, exclusion: &Exclusion) -> Value {
    let number = exclusion.participant.organisation_number.to_string();
    json!({ "id": id, "organisasjonsnummer": number, "aktivitetstype": exclusion.activity, "fra": exclusion.from, "til": exclusion.until })
}

fn failure(report: Result<SyncReport, SourceError>) -> SourceError {
    report
        .expect("the list came")
        .failures()
        .next()
        .expect("a failure")
        .1
        .clone()
}

#[tokio::test]
async fn an_exclusion_is_set_and_lifted_to_the_letter() {
    let (old, new) = (
        exclusion("964951284"),
        Exclusion {
            until: date(2021, 12, 31),
            ..exclusion("964951284")
        },
    );
    let server = server(
        json!([listed("sperre-7", &old)]),
        json!({ "data": { "settSperre": { "sperre": listed("sperre-8", &new), "errors": [] } } }),
    )
    .await;
    let lifted = json!({ "data": { "opphevSperre": { "sperre": null, "errors": [] } } });
    let lift = Mock::given(body_partial_json(json!({ "variables": { "id": "sperre-7" } })))
        .and(body_string_contains("opphevSperre(id: $id)"));
    lift.respond_with(ResponseTemplate::new(200).set_body_json(lifted))
        .with_priority(1)
        .expect(1)
        .mount(&server)
        .await;
    let report = bufdir(&server.uri())
        .sync(std::slice::from_ref(&new), &[old], AT)
        .await
        .expect("the list came");
    assert_eq!(report.failures().count(), 0, "{report:?}");
    let requests = server.received_requests().await.expect("recorded");
    let set: Value = requests.last().expect("three requests").body_json().expect("JSON");
    let input = json!({ "organisasjonsnummer": "964951284", "aktivitetstype": "LOS", "fra": "2020-01-01", "til": "2021-12-31",
        "program": "0-24-pilot", "hjemmel": "prosjektplan, pkt. 3.3" });
    assert_eq!((requests.len(), &set["variables"]), (3, &json!({ "input": input })));
}

#[tokio::test]
async fn errors_of_either_kind_confirm_nothing() {
    let horten = exclusion("964951284");
    let payload =
        |sperre: Value, errors: Value| json!({ "data": { "settSperre": { "sperre": sperre, "errors": errors } } });
    let good = listed("sperre-1", &horten);
    let other = listed("sperre-1", &exclusion("940244145"));
    for (answer, is_told) in [
        (
            json!({ "data": null, "errors": [{ "message": "db-17" }] }),
            SourceError::outage("the answer for settSperre carries errors"),
        ),
        (
            payload(Value::Null, json!([{ "__typename": "Sperret", "message": "db-17" }])),
            SourceError::refused("settSperre: Sperret"),
        ),
        (
            payload(good.clone(), json!([{ "__typename": "Sperret", "message": "db-17" }])),
            SourceError::refused("settSperre: Sperret"),
        ),
        (
            payload(Value::Null, json!([])),
            SourceError::malformed("settSperre", "sperre is null and no error says why"),
        ),
        (
            payload(other, json!([])),
            SourceError::malformed("settSperre", "another exclusion stands than the one that was set"),
        ),
        (
            json!({ "data": { "settSperre": null } }),
            SourceError::malformed("settSperre", "the payload is not the documented one"),
        ),
        (
            json!({ "data": {} }),
            SourceError::malformed("settSperre", "the payload is not the documented one"),
        ),
    ] {
        let server = server(json!([]), answer).await;
        assert_eq!(
            failure(bufdir(&server.uri()).sync(std::slice::from_ref(&horten), &[], AT).await),
            is_told
        );
    }
    for fault in ["errors-200", "partial", fault::NOT_SET] {
        let simulator = simulator().await;
        simulator.set_fault(Some(fault)).expect("a fault");
        let report = bufdir(&simulator.url())
            .sync(std::slice::from_ref(&horten), &[], AT)
            .await;
        let error = report.map_or_else(|error| error, |report| failure(Ok(report)));
        assert!(matches!(error, SourceError::Outage { .. }), "{fault}: {error:?}");
    }
    let simulator = simulator().await;
    simulator.set_fault(Some("payload-error")).expect("a fault");
    let error = failure(bufdir(&simulator.url()).sync(&[horten], &[], AT).await);
    assert_eq!(error, SourceError::refused("settSperre: RegisterIkkeTilgjengelig"));
}

#[tokio::test]
async fn without_a_whole_list_nothing_is_set() {
    let entry = listed("sperre-1", &exclusion("964951284"));
    let mut garbled = entry.clone();
    garbled["til"] = json!("30.06.2023");
    for (list, reason) in [
        (json!([entry, garbled]), "sperrer[1].til: \"30.06.2023\" is no date"),
        (json!([null]), "sperrer[0]: null is no object"),
        (Value::Null, "sperrer is missing"),
    ] {
        let server = server(list, Value::Null).await;
        let error = bufdir(&server.uri())
            .sync(&sample(), &[], AT)
            .await
            .expect_err("no list");
        assert_eq!(error, SourceError::malformed("sperrer", reason));
        assert_eq!(server.received_requests().await.expect("recorded").len(), 1);
    }
}

#[tokio::test]
async fn a_second_one_like_ours_is_somebody_elses_and_stays() {
    let horten = exclusion("964951284");
    let lifted = json!({ "data": { "opphevSperre": { "sperre": null, "errors": [] } } });
    let server = server(
        json!([listed("sperre-1", &horten), listed("sperre-2", &horten)]),
        lifted,
    )
    .await;
    let report = bufdir(&server.uri())
        .sync(&[], &[horten], AT)
        .await
        .expect("the list came");
    assert_eq!(
        (
            report.outcomes[0].outcome.clone(),
            report.foreign.map(|foreign| foreign.len())
        ),
        (SyncOutcome::Lifted, Some(1))
    );
    assert_eq!(
        server.received_requests().await.expect("recorded").len(),
        2,
        "one is lifted"
    );
}

#[tokio::test]
async fn what_bufdir_has_no_words_for_is_refused_by_name_and_another_activity_is_another_subject() {
    let simulator = simulator().await;
    let adapter = bufdir(&simulator.url());
    let good = || exclusion("964951284");
    let activities = "an exclusion names its activity: LOS, FERIE, FRITID, ALTERNATIV_SKOLE, INKLUDERING";
    for (wrong, reason) in [
        (
            Exclusion {
                prevention: Prevention::RefuseApplication,
                ..good()
            },
            "Bufdir has no word for refuse-application; it knows block-activity",
        ),
        (
            Exclusion {
                activity: None,
                ..good()
            },
            activities,
        ),
        (
            Exclusion {
                activity: Some("KULTUR".to_owned()),
                ..good()
            },
            activities,
        ),
        (
            Exclusion {
                target_group: Some(TargetGroup::All),
                ..good()
            },
            "Bufdir's exclusions are about an activity, not about a target group",
        ),
    ] {
        assert_eq!(
            failure(adapter.sync(&[wrong], &[], AT).await),
            SourceError::refused(reason)
        );
    }
    let holiday = Exclusion {
        activity: Some("FERIE".to_owned()),
        ..good()
    };
    adapter
        .sync(&[good(), holiday.clone()], &[], AT)
        .await
        .expect("the list came");
    // The post says nothing here: the same words on another post are the same exclusion.
    let moved = Exclusion {
        post: BudgetPost::new(846, 61),
        ..good()
    };
    adapter
        .sync(std::slice::from_ref(&moved), &[good(), holiday, moved.clone()], AT)
        .await
        .expect("the list came");
    assert_eq!(
        simulator
            .exclusions()
            .iter()
            .map(|held| held.subject.as_str())
            .collect::<Vec<_>>(),
        ["LOS"]
    );
}
