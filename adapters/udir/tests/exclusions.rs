//! Promise: Udir holds exactly the exclusions that are wanted, is told no more than it must be, and what the interface's page
//! does not document is no confirmation.

mod common;

use common::{SECRET_TOKEN, adapter, simulator};
use jiff::civil::date;
use programgrant_contract::simulation::Simulator as _;
use programgrant_contract::suite::exclusions::{self, AT, ExclusionSubject};
use programgrant_contract::{Exclusions as _, SourceError, SyncOutcome, SyncReport};
use programgrant_schema::{BudgetPost, Exclusion, Participant, Prevention, TargetGroup};
use programgrant_udir::Udir;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn exclusion(organisation_number: &str, prevention: Prevention) -> Exclusion {
    let post = if prevention == Prevention::DoNotInvite {
        BudgetPost::new(231, 66)
    } else {
        BudgetPost::new(231, 63)
    };
    let organisation_number = organisation_number.parse().expect("an organisation number");
    Exclusion {
        participant: Participant {
            organisation_number,
            number: "3813".to_owned(),
            name: "Bamble".to_owned(),
        },
        post,
        activity: None,
        from: date(2020, 1, 1),
        until: date(2023, 6, 30),
        programme: "0-24".to_owned(),
        legal_basis: "Kommunene vil ikke kunne dobbeltfinansieres … (pkt. 3.3)".to_owned(),
        prevention,
        target_group: None,
    }
}

fn bamble() -> Exclusion {
    exclusion("940244145", Prevention::LeaveOutOfCalculation)
}

fn sample() -> Vec<Exclusion> {
    let siljan = "864953042";
    vec![
        bamble(),
        exclusion(siljan, Prevention::LeaveOutOfCalculation),
        exclusion("964951284", Prevention::DoNotInvite),
        exclusion(siljan, Prevention::DoNotInvite),
    ]
}

#[tokio::test]
async fn every_promise_of_the_contract_is_kept() {
    exclusions::run(&ExclusionSubject {
        world: Box::new(|| {
            Box::pin(async {
                let common::World { simulator, source } = common::world(None).await;
                let debug = format!("{source:?}");
                exclusions::ExclusionWorld {
                    simulator: Box::new(simulator),
                    exclusions: Box::new(source),
                    debug,
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

/// A server whose list is that, and the adapter that asks it.
async fn listing(list: Value) -> (MockServer, Udir) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/sperrer"))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .mount(&server)
        .await;
    let udir = adapter(&server.uri());
    (server, udir)
}

fn listed(exclusion: &Exclusion) -> Value {
    let number = exclusion.participant.organisation_number.to_string();
    json!({ "kapittel": "231", "post": "63", "orgnr": number, "fraOgMed": exclusion.from, "tilOgMed": exclusion.until })
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
async fn an_exclusion_is_written_to_the_letter() {
    let (server, udir) = listing(json!({ "sperrer": [] })).await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    udir.sync(&[bamble(), exclusion("864953042", Prevention::DoNotInvite)], &[], AT)
        .await
        .expect("stored");
    let requests = server.received_requests().await.expect("recorded");
    let written: Vec<_> = requests[1..]
        .iter()
        .map(|request| (request.url.path(), request.body_json::<Value>().expect("JSON")))
        .collect();
    let body = |effect: &str| {
        let hjemmel = "Kommunene vil ikke kunne dobbeltfinansieres … (pkt. 3.3)";
        json!({ "fraOgMed": "2020-01-01", "tilOgMed": "2023-06-30", "program": "0-24", "virkning": effect, "hjemmel": hjemmel })
    };
    let expected = [
        ("/v1/sperrer/231/63/940244145", body("UTELAT_FRA_BEREGNING")),
        ("/v1/sperrer/231/66/864953042", body("IKKE_INVITER")),
    ];
    assert_eq!(written, expected);
}

#[tokio::test]
async fn what_stands_is_not_written_again_and_what_was_changed_there_is_put_right() {
    let (server, udir) = listing(json!({ "sperrer": [listed(&bamble())] })).await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    let report = udir.sync(&[bamble()], &[bamble()], AT).await.expect("the list came");
    assert_eq!(
        (
            report.outcomes[0].outcome.clone(),
            server.received_requests().await.expect("recorded").len()
        ),
        (SyncOutcome::Stands, 1)
    );
    let longer = Exclusion {
        until: date(2024, 6, 30),
        ..bamble()
    };
    udir.sync(std::slice::from_ref(&longer), std::slice::from_ref(&longer), AT)
        .await
        .expect("the list came");
    assert_eq!(
        server.received_requests().await.expect("recorded").len(),
        3,
        "the list and one PUT"
    );
    // Another legal basis under the same dates cannot be seen in the list, and is written while the old one is remembered.
    let reworded = Exclusion {
        legal_basis: "forskrift".to_owned(),
        ..bamble()
    };
    udir.sync(&[reworded], &[bamble()], AT).await.expect("the list came");
    assert_eq!(server.received_requests().await.expect("recorded").len(), 5);
}

#[tokio::test]
async fn what_stands_with_other_dates_is_not_ours_to_lift() {
    let theirs = Exclusion {
        until: date(2030, 12, 31),
        ..bamble()
    };
    let (server, udir) = listing(json!({ "sperrer": [listed(&theirs)] })).await;
    let report = udir.sync(&[], &[bamble()], AT).await.expect("the list came");
    assert_eq!(report.outcomes[0].outcome, SyncOutcome::Lifted);
    assert_eq!(report.foreign.expect("a list")[0].until, theirs.until);
    // What cannot have been written is not ours either, whatever its dates.
    let unsayable = Exclusion {
        prevention: Prevention::BlockActivity,
        ..theirs
    };
    let report = udir.sync(&[], &[unsayable], AT).await.expect("the list came");
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
        "nothing is lifted"
    );
}

#[tokio::test]
async fn what_udir_has_no_words_for_is_refused_by_name() {
    let (_server, udir) = listing(json!({ "sperrer": [] })).await;
    let whole = "Udir's exclusions are about a whole scheme, not about an activity or a target group";
    for (wrong, reason) in [
        (
            Exclusion {
                prevention: Prevention::BlockActivity,
                ..bamble()
            },
            "Udir has no word for block-activity on 231.63; it knows leave-out-of-calculation there",
        ),
        (
            Exclusion {
                prevention: Prevention::DoNotInvite,
                ..bamble()
            },
            "Udir has no word for do-not-invite on 231.63; it knows leave-out-of-calculation there",
        ),
        (
            Exclusion {
                post: BudgetPost::new(226, 64),
                ..bamble()
            },
            "Udir has no exclusions for 226.64",
        ),
        (
            Exclusion {
                activity: Some("LOS".to_owned()),
                ..bamble()
            },
            whole,
        ),
        (
            Exclusion {
                target_group: Some(TargetGroup::ChildrenAndYoung),
                ..bamble()
            },
            whole,
        ),
        (
            Exclusion {
                until: date(2019, 12, 31),
                ..bamble()
            },
            "the exclusion ends before it begins",
        ),
    ] {
        assert_eq!(
            failure(udir.sync(&[wrong], &[], AT).await),
            SourceError::refused(reason)
        );
    }
}

#[tokio::test]
async fn of_two_for_one_place_the_one_that_ends_last_stands_and_the_other_is_told_so() {
    let simulator = simulator().await;
    let udir = adapter(&simulator.base_url());
    let wanted = [
        bamble(),
        Exclusion {
            programme: "neste".to_owned(),
            from: date(2026, 1, 1),
            until: date(2029, 12, 31),
            ..bamble()
        },
    ];
    for _ in 0..2 {
        let report = udir.sync(&wanted, &wanted, AT).await.expect("the list came");
        assert!(report.failures().map(|(exclusion, _)| exclusion).eq([&wanted[0]]));
        assert_eq!(
            simulator.exclusions().iter().map(|held| held.until).collect::<Vec<_>>(),
            [wanted[1].until]
        );
    }
}

#[tokio::test]
async fn only_the_documented_answer_is_a_confirmation() {
    for (status, is_refused) in [
        (200, false),
        (202, false),
        (304, false),
        (400, true),
        (404, true),
        (409, true),
    ] {
        let (server, udir) = listing(json!({ "sperrer": [] })).await;
        Mock::given(method("PUT"))
            .respond_with(ResponseTemplate::new(status).set_body_string("<html>"))
            .mount(&server)
            .await;
        let error = failure(udir.sync(&[bamble()], &[], AT).await);
        assert_eq!(
            matches!(error, SourceError::Refused { .. }),
            is_refused,
            "{status}: {error:?}"
        );
        assert!(!format!("{error:?}").contains(SECRET_TOKEN));
    }
    // Whatever somebody else has lifted in the meantime is lifted.
    for status in [204, 404, 410] {
        let (server, udir) = listing(json!({ "sperrer": [listed(&bamble())] })).await;
        Mock::given(method("DELETE"))
            .respond_with(ResponseTemplate::new(status))
            .expect(1)
            .mount(&server)
            .await;
        let report = udir.sync(&[], &[bamble()], AT).await.expect("the list came");
        assert_eq!(report.outcomes[0].outcome, SyncOutcome::Lifted, "{status}");
    }
}

#[tokio::test]
async fn without_a_whole_list_nothing_is_written() {
    let garbled = json!({ "sperrer": [{ "kapittel": "231", "post": "63", "orgnr": "940244145", "fraOgMed": "2020", "tilOgMed": "2023-06-30" }] });
    let (server, udir) = listing(garbled).await;
    let error = udir.sync(&[bamble()], &[], AT).await.expect_err("no list");
    assert_eq!(
        error,
        SourceError::malformed("sperrer, entry 1", "fraOgMed: \"2020\" is no date")
    );
    assert_eq!(server.received_requests().await.expect("recorded").len(), 1);
}
