//! Promise: the adapter keeps every promise of the contract, and meets each thing that goes wrong in this system as its page
//! says.

mod helpers;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use helpers::{LIMIT, Tokens, bufdir, bufdir_with, client, los, record, sample, simulator, stated};
use programgrant_bufdir::{ADAPTER, Bufdir};
use programgrant_contract::simulation::Simulator;
use programgrant_contract::suite::{self, SECRET, Subject, World, YEARS, latest, walk};
use programgrant_contract::{Batch, Http, Position, Source, SourceError, TokenSource, Years};
use programgrant_schema::{AwardStatement, BudgetPost, Content, Delivery, Figure, RecordId};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const ONLY_2021: Years = Years { from: 2021, to: 2021 };

#[tokio::test]
async fn every_promise_of_the_contract_is_kept() {
    let subject = Subject {
        world: Box::new(|limit| {
            Box::pin(async move {
                let simulator = simulator().await;
                simulator.require_tokens(&[SECRET]);
                let tokens: Arc<dyn TokenSource> = Tokens::new(&[SECRET]);
                let url = format!("{}?key={SECRET}", simulator.url());
                let source = bufdir_with(&url, limit.unwrap_or(LIMIT), Some(tokens));
                World {
                    debug: format!("{source:?}"),
                    source: Box::new(source),
                    simulator: Box::new(simulator),
                    keep: Box::new(()),
                }
            })
        }),
        sample: sample(),
        cannot: &[],
        is_queue: false,
    };
    suite::run(&subject).await;
}

/// A server that gives this reply to every question.
async fn always(reply: ResponseTemplate) -> (MockServer, Bufdir) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/graphql"))
        .respond_with(reply)
        .mount(&server)
        .await;
    let source = bufdir(&format!("{}/graphql", server.uri()));
    (server, source)
}

fn json_reply(body: &'static str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/json")
}

async fn pull(source: &Bufdir) -> Result<Batch, SourceError> {
    source.pull(None, ONLY_2021).await
}

/// What one pull of 2021 ends in, with the sample published and the fault set.
async fn with_fault(fault: &str) -> Result<Batch, SourceError> {
    let simulator = simulator().await;
    simulator.publish(&sample());
    simulator.set_fault(Some(fault)).expect("a fault of this system");
    pull(&bufdir(&simulator.url())).await
}

fn ids(batch: &Batch) -> Vec<&str> {
    batch.records.iter().map(|record| record.id.as_str()).collect()
}

fn granted(batch: &Batch) -> Vec<Figure> {
    let award = |content: &Content| match content {
        Content::Award(award) => award.granted,
        other => panic!("no award: {other:?}"),
    };
    batch.records.iter().map(|record| award(&record.content)).collect()
}

/// The questions that the server was asked, in order.
async fn asked(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.expect("recorded");
    requests
        .iter()
        .map(|request| serde_json::from_slice::<Value>(&request.body).expect("JSON")["variables"].clone())
        .collect()
}

#[tokio::test]
async fn top_level_errors_with_data_null_are_an_outage() {
    let outage = SourceError::outage("the answer for 2021, page 1 carries errors");
    assert_eq!(with_fault("errors-200").await, Err(outage.clone()));
    let (_server, source) = always(json_reply(include_str!("../fixtures/data-null.json"))).await;
    assert_eq!(pull(&source).await, Err(outage));
}

#[tokio::test]
async fn partial_data_with_errors_are_refused_whole() {
    let outage = SourceError::outage("the answer for 2021, page 1 carries errors");
    assert_eq!(with_fault("partial").await, Err(outage.clone()));
    let (_server, source) = always(json_reply(include_str!("../fixtures/partial.json"))).await;
    assert_eq!(pull(&source).await, Err(outage));
}

#[tokio::test]
async fn errors_on_the_second_page_leave_nothing_of_the_first() {
    let server = MockServer::start().await;
    let later_page = body_partial_json(json!({ "variables": { "input": { "continuationToken": "side-2" } } }));
    Mock::given(later_page)
        .respond_with(json_reply(include_str!("../fixtures/data-null.json")))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(json_reply(include_str!("../fixtures/two-pages-1.json")))
        .mount(&server)
        .await;
    assert_eq!(
        pull(&bufdir(&server.uri())).await,
        Err(SourceError::outage("the answer for 2021, page 2 carries errors"))
    );
}

#[tokio::test]
async fn payload_errors_with_items_null_are_told_by_their_type() {
    let error = with_fault("payload-error").await.expect_err("a payload error");
    assert_eq!(error, SourceError::refused("2021, page 1: RegisterIkkeTilgjengelig"));
    assert!(!error.is_retryable());
    let malformed = SourceError::malformed("2021, page 1", "items is null and no error says why");
    assert_eq!(with_fault("items-null").await, Err(malformed));
}

#[tokio::test]
async fn an_enum_value_outside_the_list_rejects_that_record_alone() {
    let simulator = simulator().await;
    simulator.publish(&sample());
    simulator.set_fault(Some("unknown-enum")).expect("a fault");
    let batches = walk(&bufdir(&simulator.url()), &mut None)
        .await
        .expect("the others stand");
    let bad: Vec<_> = batches.iter().flat_map(|batch| &batch.set_aside).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].place, "2022, page 1, item 2 (99/9002)");
    assert_eq!(bad[0].reason, r#"aktivitetstype: "KULTUR" is no known activity"#);
    assert_eq!(
        (&bad[0].record, bad[0].post, bad[0].year),
        (
            &Some(RecordId::new("99/9002")),
            Some(BudgetPost::new(846, 61)),
            Some(2022)
        )
    );
    assert_eq!(latest(&batches).len(), sample().len());

    let (_server, source) = always(json_reply(include_str!("../fixtures/ugly-items.json"))).await;
    let batch = pull(&source).await.expect("the others stand");
    assert_eq!((ids(&batch), batch.set_aside.len()), (vec!["21/0001", "21/0023"], 22));
}

#[tokio::test]
async fn a_token_that_expires_in_mid_walk_starts_the_year_over() {
    let simulator = simulator().await;
    simulator.publish(&sample());
    simulator.set_fault(Some("token-expires")).expect("a fault");
    let batch = pull(&bufdir(&simulator.url())).await.expect("the second walk is whole");
    assert_eq!(ids(&batch), ["21/0001", "21/0002"]);

    // The walk that starts over forgets what it heard before: only the second walk's records count.
    let server = MockServer::start().await;
    let later_page = || body_partial_json(json!({ "variables": { "input": { "continuationToken": "side-2" } } }));
    let (first, expired, empty) = (
        include_str!("../fixtures/two-pages-1.json"),
        include_str!("../fixtures/ugyldig-token.json"),
        include_str!("../fixtures/empty.json"),
    );
    Mock::given(later_page())
        .respond_with(json_reply(expired))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(json_reply(first))
        .up_to_n_times(1)
        .with_priority(2)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(json_reply(empty))
        .with_priority(3)
        .mount(&server)
        .await;
    let batch = pull(&bufdir(&server.uri())).await.expect("the second walk is whole");
    assert!(
        batch.records.is_empty() && batch.set_aside.is_empty(),
        "the broken walk left something: {batch:?}"
    );
    let first_page = json!({ "input": { "aar": 2021, "limit": 1000 } });
    let second_page = json!({ "input": { "aar": 2021, "limit": 1000, "continuationToken": "side-2" } });
    assert_eq!(asked(&server).await, [first_page.clone(), second_page, first_page]);
}

#[tokio::test]
async fn tokens_that_keep_expiring_end_the_walk_as_not_ready() {
    let server = MockServer::start().await;
    let later_page = body_partial_json(json!({ "variables": { "input": { "continuationToken": "side-2" } } }));
    Mock::given(later_page)
        .respond_with(json_reply(include_str!("../fixtures/ugyldig-token.json")))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(json_reply(include_str!("../fixtures/two-pages-1.json")))
        .mount(&server)
        .await;
    let error = pull(&bufdir(&server.uri())).await.expect_err("no walk is whole");
    assert_eq!(
        error,
        SourceError::not_ready("the continuation tokens for 2021 expire before the walk is done")
    );
    assert_eq!(asked(&server).await.len(), 8, "four walks of two questions");
    assert_eq!(with_fault("not-ready").await, Err(error));
}

#[tokio::test]
async fn an_invalid_token_that_nobody_sent_is_malformed() {
    let (_server, source) = always(json_reply(include_str!("../fixtures/ugyldig-token.json"))).await;
    assert_eq!(
        pull(&source).await,
        Err(SourceError::malformed(
            "2021, page 1",
            "no token was sent, and it is called invalid"
        ))
    );
}

#[tokio::test]
async fn of_the_same_case_on_two_pages_the_later_counts() {
    let batch = with_fault("twice").await.expect("twice is no error");
    assert_eq!(
        (ids(&batch), granted(&batch)),
        (vec!["21/0001", "21/0002"], vec![stated(100), stated(0)])
    );

    let server = MockServer::start().await;
    let later_page = body_partial_json(json!({ "variables": { "input": { "continuationToken": "side-2" } } }));
    Mock::given(later_page)
        .respond_with(json_reply(include_str!("../fixtures/two-pages-2.json")))
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(json_reply(include_str!("../fixtures/two-pages-1.json")))
        .mount(&server)
        .await;
    let batch = pull(&bufdir(&server.uri())).await.expect("two pages");
    assert_eq!(granted(&batch), [stated(11), stated(2), stated(33), stated(4)]);
    assert_eq!(batch.set_aside.len(), 2);
}

#[tokio::test]
async fn a_token_that_has_run_out_is_renewed_once_and_then_refused() {
    let simulator = simulator().await;
    simulator.publish(&sample());
    simulator.require_tokens(&["new"]);
    let tokens = Tokens::new(&["old", "new"]);
    let batch = pull(&bufdir_with(&simulator.url(), LIMIT, Some(tokens.clone())))
        .await
        .expect("the new token is let in");
    assert_eq!((batch.records.len(), tokens.renewals.load(Ordering::Relaxed)), (2, 1));

    let tokens = Tokens::new(&["old", "older"]);
    let error = pull(&bufdir_with(&simulator.url(), LIMIT, Some(tokens.clone())))
        .await
        .expect_err("no token is let in");
    assert_eq!(
        (error, tokens.renewals.load(Ordering::Relaxed)),
        (SourceError::refused("status 401"), 1)
    );
    assert_eq!(
        pull(&bufdir(&simulator.url())).await,
        Err(SourceError::refused("status 401")),
        "no token source, nothing to renew"
    );
    assert_eq!(
        with_fault("unauthorised").await,
        Err(SourceError::refused("status 401"))
    );
}

#[tokio::test]
async fn a_next_page_that_cannot_be_asked_for_is_malformed() {
    let (_server, source) = always(json_reply(include_str!("../fixtures/next-page-without-token.json"))).await;
    assert_eq!(
        pull(&source).await,
        Err(SourceError::malformed(
            "2021, page 1",
            "there is a next page but no token for it"
        ))
    );
    let (server, source) = always(json_reply(include_str!("../fixtures/next-page-again.json"))).await;
    assert_eq!(
        pull(&source).await,
        Err(SourceError::malformed(
            "2021, page 2",
            "the token of the next page has been here before"
        ))
    );
    assert_eq!(asked(&server).await.len(), 2);
}

#[tokio::test]
async fn a_reply_that_is_no_answer_is_malformed() {
    for body in [
        "<html>Vedlikehold</html>",
        "",
        "{\"data\": {\"soekTilsagn\": {\"items\": [",
    ] {
        let (_server, source) = always(json_reply(body)).await;
        assert!(
            matches!(pull(&source).await, Err(SourceError::Malformed { .. })),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_slow_answer_is_an_outage() {
    let simulator = simulator().await;
    simulator.set_fault(Some("slow")).expect("a fault");
    let http = Http::new(client(Duration::from_millis(100)), LIMIT, None);
    let source = Bufdir::new(http, simulator.url().parse().expect("an address"));
    assert_eq!(
        pull(&source).await,
        Err(SourceError::outage("no whole answer within the deadline"))
    );
}

#[tokio::test]
async fn a_year_comes_whole_over_as_many_pages_as_the_system_makes() {
    let simulator = simulator().await;
    let records: Vec<_> = (1..=7)
        .map(|number| {
            record(AwardStatement {
                granted: stated(number),
                ..los(&format!("21/{number:04}"), 2021)
            })
        })
        .collect();
    simulator.publish(&records);
    simulator.page_size(2);
    let batch = pull(&bufdir(&simulator.url())).await.expect("four pages");
    assert_eq!(granted(&batch), (1..=7).map(stated).collect::<Vec<_>>());
    simulator.withdraw(&RecordId::new("21/0003"));
    let batch = pull(&bufdir(&simulator.url())).await.expect("three pages");
    assert_eq!(
        (batch.records.len(), batch.scope.as_deref()),
        (6, Some("2021")),
        "what is withdrawn is no longer in its year"
    );
}

#[tokio::test]
async fn one_pull_is_one_year_and_the_round_begins_again() {
    let simulator = simulator().await;
    simulator.publish(&sample());
    let source = bufdir(&simulator.url());
    let mut position: Option<Position> = None;
    for round in 0..2 {
        let batches = walk(&source, &mut position).await.expect("a round");
        let scopes: Vec<_> = batches.iter().filter_map(|batch| batch.scope.as_deref()).collect();
        assert_eq!(scopes, ["2019", "2020", "2021", "2022"], "round {round}");
        assert_eq!(
            batches.iter().map(|batch| batch.records.len()).collect::<Vec<_>>(),
            [2, 0, 2, 1]
        );
        assert_eq!(
            batches.iter().map(|batch| batch.more).collect::<Vec<_>>(),
            [true, true, true, false]
        );
    }
    // A position outside the range that is asked for now begins a new round.
    let batch = source.pull(None, YEARS).await.expect("2019");
    let batch = source
        .pull(Some(&batch.next), Years { from: 2021, to: 2022 })
        .await
        .expect("a year");
    assert_eq!(batch.scope.as_deref(), Some("2021"));
    for unknown in ["{}", "", "7", r#"{"next_year":"2020"}"#] {
        let batch = source
            .pull(Some(&Position::from_text(unknown.to_owned())), YEARS)
            .await
            .expect("begins again");
        assert_eq!(batch.scope.as_deref(), Some("2019"), "{unknown}");
    }
    let nothing = source
        .pull(None, Years { from: 2022, to: 2021 })
        .await
        .expect("no year, no question");
    assert_eq!((nothing.records.len(), nothing.scope, nothing.more), (0, None, false));
}

#[tokio::test]
async fn los_comes_on_each_of_its_posts_beside_every_other_activity() {
    let simulator = simulator().await;
    let on = |id: &str, year, post, activity: &str| {
        record(AwardStatement {
            post,
            activity: Some(activity.to_owned()),
            ..los(id, year)
        })
    };
    simulator.publish(&[
        on("15/1", 2015, BudgetPost::new(854, 61), "LOS"),
        on("21/1", 2021, BudgetPost::new(846, 62), "LOS"),
        on("22/1", 2022, BudgetPost::new(846, 61), "LOS"),
        on("22/2", 2022, BudgetPost::new(846, 61), "FRITID"),
        on("22/3", 2022, BudgetPost::new(846, 61), "INKLUDERING"),
    ]);
    let source = bufdir(&simulator.url());
    let mut told = Vec::new();
    for year in [2015, 2021, 2022] {
        let batch = source.pull(None, Years { from: year, to: year }).await.expect("a year");
        told.extend(batch.records.into_iter().map(|record| match record.content {
            Content::Award(award) => format!("{} {}", award.post, award.activity.unwrap_or_default()),
            other => panic!("no award: {other:?}"),
        }));
    }
    assert_eq!(
        told,
        [
            "854.61 LOS",
            "846.62 LOS",
            "846.61 LOS",
            "846.61 FRITID",
            "846.61 INKLUDERING"
        ]
    );
}

#[tokio::test]
async fn the_question_is_a_documented_one() {
    let server = MockServer::start().await;
    let reply = json_reply(include_str!("../fixtures/empty.json"));
    let is_json = (
        header("content-type", "application/json"),
        header("accept", "application/json"),
    );
    Mock::given(method("POST"))
        .and(is_json.0)
        .and(is_json.1)
        .respond_with(reply)
        .expect(1)
        .mount(&server)
        .await;
    pull(&bufdir(&server.uri())).await.expect("an empty year");
    let requests = server.received_requests().await.expect("recorded");
    let body: Value = serde_json::from_slice(&requests[0].body).expect("JSON");
    assert_eq!(
        body["variables"],
        json!({ "input": { "aar": 2021, "limit": 1000 } }),
        "every activity, the first page"
    );
    let keys: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["query", "variables"]);
}

#[tokio::test]
async fn the_profile_is_known_without_asking() {
    let source = bufdir("http://127.0.0.1:1/graphql");
    assert_eq!((ADAPTER.kind, ADAPTER.delivery), ("bufdir", Delivery::Answers));
    assert_eq!(pull(&source).await, Err(SourceError::outage("no connection")));
}

#[tokio::test]
async fn a_system_that_is_gone_is_an_outage() {
    let simulator = simulator().await;
    let source = bufdir(&simulator.url());
    pull(&source).await.expect("an empty year");
    drop(simulator);
    let mut last = pull(&source).await;
    for _ in 0..100 {
        if last.is_err() {
            break;
        }
        last = pull(&source).await;
    }
    assert!(matches!(last, Err(SourceError::Outage { .. })), "{last:?}");
}
