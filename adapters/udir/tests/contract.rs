//! Promise: the adapter keeps every promise of the contract, and bears everything that the system's page says goes wrong.

mod common;

use std::time::Duration;

use common::{
    SECRET_TOKEN, World, adapter, adapter_at, award, client, count, ids, item, page, page_of, sample, served, stated,
};
use programgrant_contract::simulation::{Simulator as _, fault};
use programgrant_contract::suite::{self, Subject, YEARS};
use programgrant_contract::{Batch, Http, RetryAfter, Source as _, SourceError, Years};
use programgrant_schema::{AwardStatus, Content, Figure, Record, RecordId};
use programgrant_udir::Udir;
use programgrant_udir::simulator::own_fault;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const IN_2021: Years = Years { from: 2021, to: 2021 };

#[tokio::test]
async fn the_adapter_keeps_every_promise_of_the_contract() {
    suite::run(&Subject {
        world: Box::new(|limit| {
            Box::pin(async move {
                let World { simulator, source } = common::world(limit).await;
                let debug = format!("{source:?}");
                suite::World {
                    simulator: Box::new(simulator),
                    source: Box::new(source),
                    debug,
                    keep: Box::new(()),
                }
            })
        }),
        sample: sample(),
        cannot: &[],
        is_queue: false,
    })
    .await;
}

#[tokio::test]
async fn a_304_is_an_empty_batch_in_which_nothing_vanishes() {
    let world = common::world(None).await;
    world.simulator.publish(&sample());
    let mut position = None;
    let first = suite::walk(&world.source, &mut position)
        .await
        .expect("the sample comes");
    assert_eq!(scopes(&first), [Some("2019"), Some("2020"), Some("2021"), Some("2022")]);
    let again = suite::walk(&world.source, &mut position)
        .await
        .expect("nothing new is an answer");
    assert_eq!(scopes(&again), [None; 4]);
    assert!(
        again
            .iter()
            .all(|batch| batch.records.is_empty() && batch.set_aside.is_empty())
    );

    // A change in one year brings that year whole, and leaves the others alone.
    world.simulator.withdraw(&sample()[1].id);
    let changed = suite::walk(&world.source, &mut position)
        .await
        .expect("one year is new");
    assert_eq!(scopes(&changed), [None, None, Some("2021"), None]);
    assert_eq!(ids(&changed), [sample()[2].id.as_str()]);
}

#[tokio::test]
async fn only_page_1_is_asked_for_conditionally() {
    let server = MockServer::start().await;
    let conditional = Mock::given(query_param("side", "1")).and(header("if-none-match", "\"v1\""));
    conditional
        .respond_with(ResponseTemplate::new(304))
        .with_priority(1)
        .mount(&server)
        .await;
    served(&server, 1, &page(1, 2, &["a"]), "\"v1\"", true).await;
    served(&server, 2, &page(2, 2, &["b"]), "\"v1\"", false).await;
    let source = adapter(&server.uri());
    let batch = source.pull(None, IN_2021).await.expect("two pages");
    assert_eq!(ids(std::slice::from_ref(&batch)), ["a", "b"]);
    let unchanged = source.pull(Some(&batch.next), IN_2021).await.expect("unchanged");
    assert_eq!((unchanged.scope, unchanged.records.len()), (None, 0));
    // A year that has changed is walked whole, and its later pages are new as well.
    server.reset().await;
    served(&server, 1, &page(1, 2, &["a"]), "\"v2\"", true).await;
    served(&server, 2, &page(2, 2, &["b"]), "\"v2\"", false).await;
    let changed = source.pull(Some(&batch.next), IN_2021).await.expect("changed");
    assert_eq!(ids(&[changed]), ["a", "b"]);
    let requests = server.received_requests().await.expect("recorded");
    let known = |request: &wiremock::Request| {
        request
            .headers
            .get("if-none-match")
            .map(|etag| etag.to_str().expect("text").to_owned())
    };
    let told: Vec<_> = requests
        .iter()
        .map(|request| (request.url.query().unwrap_or_default(), known(request)))
        .collect();
    assert_eq!(
        told,
        [
            ("aar=2021&side=1&antall=200", Some("\"v1\"".to_owned())),
            ("aar=2021&side=2&antall=200", None)
        ]
    );
}

#[tokio::test]
async fn another_system_is_not_asked_by_the_first_ones_etags() {
    let [first, second] = [MockServer::start().await, MockServer::start().await];
    served(&first, 1, &page(1, 1, &["a"]), "\"1\"", false).await;
    served(&second, 1, &page(1, 1, &["b"]), "\"1\"", false).await;
    let conditional = Mock::given(wiremock::matchers::header_exists("if-none-match"));
    conditional
        .respond_with(ResponseTemplate::new(304))
        .with_priority(1)
        .mount(&second)
        .await;
    let batch = adapter(&first.uri()).pull(None, IN_2021).await.expect("a page");
    let other = adapter(&second.uri())
        .pull(Some(&batch.next), IN_2021)
        .await
        .expect("a page");
    assert_eq!(ids(&[other]), ["b"]);
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_no_answer() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    let error = adapter(&server.uri()).pull(None, IN_2021).await.expect_err("refused");
    assert_eq!(
        error,
        SourceError::malformed("2021, page 1", "status 304 where a page was asked for")
    );
}

#[tokio::test]
async fn a_page_count_that_changes_in_mid_walk_starts_the_walk_over() {
    let server = MockServer::start().await;
    for (total, etag) in [(2, "\"v1\""), (3, "\"v1\"")] {
        common::served_once(&server, 1, &page(1, total, &["a", "b"]), etag, true).await;
    }
    served(&server, 2, &page(2, 3, &["c"]), "\"v1\"", false).await;
    let batch = adapter(&server.uri())
        .pull(None, IN_2021)
        .await
        .expect("the second walk comes through");
    assert_eq!(ids(&[batch]), ["a", "b", "c"]);
    assert_eq!(count(&server).await, 4);
}

#[tokio::test]
async fn a_page_that_is_gone_in_mid_walk_starts_the_walk_over() {
    for gone in [400, 404, 410] {
        let server = MockServer::start().await;
        common::served_once(&server, 1, &page(1, 2, &["a"]), "\"v1\"", true).await;
        served(&server, 1, &page(1, 1, &["a"]), "\"v2\"", false).await;
        Mock::given(query_param("side", "2"))
            .respond_with(ResponseTemplate::new(gone))
            .mount(&server)
            .await;
        let batch = adapter(&server.uri())
            .pull(None, IN_2021)
            .await
            .expect("the second walk comes through");
        assert_eq!(ids(&[batch]), ["a"]);
    }
}

#[tokio::test]
async fn a_year_that_changes_every_time_is_not_ready_and_the_walk_ends() {
    for fault in [own_fault::PAGE_COUNT_CHANGES, fault::NOT_READY] {
        let world = common::world(None).await;
        world.simulator.publish(&sample());
        world.simulator.set_fault(Some(fault)).expect("known");
        let error = suite::walk(&world.source, &mut None).await.expect_err(fault);
        assert_eq!(
            error,
            SourceError::not_ready("grant year 2020 changed each time while it was read"),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn two_versions_in_one_walk_are_never_mixed() {
    let world = common::world(None).await;
    world.simulator.publish(&sample());
    world.simulator.set_fault(Some(own_fault::ETAG_CHANGES)).expect("known");
    let batches = suite::walk(&world.source, &mut None)
        .await
        .expect("the second walk comes through");
    assert_eq!(ids(&batches).len(), sample().len());

    let server = MockServer::start().await;
    common::served_once(&server, 1, &page(1, 2, &["old-a"]), "\"v1\"", true).await;
    served(&server, 1, &page(1, 2, &["new-a"]), "\"v2\"", true).await;
    served(&server, 2, &page(2, 2, &["new-b"]), "\"v2\"", false).await;
    let batch = adapter(&server.uri())
        .pull(None, IN_2021)
        .await
        .expect("the second walk comes through");
    assert!(batch.next.as_str().contains("v2"), "{:?}", batch.next);
    assert_eq!(ids(&[batch]), ["new-a", "new-b"]);
}

#[tokio::test]
async fn an_etag_on_some_pages_only_is_a_mixed_walk_and_on_none_is_no_condition() {
    let server = MockServer::start().await;
    served(&server, 1, &page(1, 2, &["a"]), "\"v1\"", true).await;
    served(&server, 2, &page(2, 2, &["b"]), "", false).await;
    let error = adapter(&server.uri()).pull(None, IN_2021).await.expect_err("mixed");
    assert!(matches!(error, SourceError::NotReady { .. }), "{error:?}");

    let server = MockServer::start().await;
    served(&server, 1, &page(1, 1, &["a"]), "", false).await;
    let source = adapter(&server.uri());
    let batch = source.pull(None, IN_2021).await.expect("a page");
    source.pull(Some(&batch.next), IN_2021).await.expect("the page again");
    let requests = server.received_requests().await.expect("recorded");
    assert!(
        requests
            .iter()
            .all(|request| !request.headers.contains_key("if-none-match"))
    );
}

#[tokio::test]
async fn retry_after_is_read_in_both_forms() {
    let date = RetryAfter::At("2026-11-22T08:49:37Z".parse().expect("an instant"));
    let seconds = |seconds| RetryAfter::In(Duration::from_secs(seconds));
    for (fault, is_throttled, wait) in [
        (fault::THROTTLED, true, seconds(1)),
        (fault::OUTAGE, false, seconds(1)),
        (own_fault::RETRY_AFTER_SECONDS, false, seconds(3)),
        (own_fault::RETRY_AFTER_DATE, true, date),
    ] {
        let world = common::world(None).await;
        world.simulator.set_fault(Some(fault)).expect("known");
        let error = world.source.pull(None, YEARS).await.expect_err(fault);
        assert_eq!(error.retry_after(), Some(wait), "{fault}");
        assert_eq!(
            matches!(error, SourceError::Throttled { .. }),
            is_throttled,
            "{fault}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_failure_in_mid_walk_is_that_failure_and_no_short_batch() {
    for (status, retryable) in [(429, true), (503, true), (500, true), (403, false), (401, false)] {
        let server = MockServer::start().await;
        served(&server, 1, &page(1, 2, &["a"]), "\"v1\"", true).await;
        Mock::given(query_param("side", "2"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&server)
            .await;
        let error = adapter(&server.uri())
            .pull(None, IN_2021)
            .await
            .expect_err("half a year");
        assert_eq!(error.is_retryable(), retryable, "{status}: {error:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_malformed() {
    let whole = page(1, 1, &["a"]);
    for (announced, sent) in [
        (whole.len(), whole.len() / 2),
        (whole.len() / 2, whole.len() / 2),
        (whole.len(), 0),
        (0, 0),
    ] {
        let reply = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {announced}\r\nconnection: close\r\n\r\n{}",
            &whole[..sent]
        );
        let error = adapter(&answers_once(reply).await)
            .pull(None, IN_2021)
            .await
            .expect_err("cut");
        assert!(
            matches!(error, SourceError::Malformed { .. }),
            "{announced} announced, {sent} sent: {error:?}"
        );
    }
    // Without a length, an end at the right place looks like any other: the count tells.
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}",
        page(1, 3, &["a", "b"])
    );
    let error = adapter(&answers_once(reply).await)
        .pull(None, IN_2021)
        .await
        .expect_err("cut");
    assert_eq!(
        error,
        SourceError::malformed("grant year 2021", "2 records came of 3 that were announced")
    );
}

#[tokio::test]
async fn a_year_with_another_count_than_announced_is_an_error() {
    for (total, first, second) in [
        (3, ["a", "b"], ["c", "d"]),
        (5, ["a", "b"], ["c", "d"]),
        (3, ["a", "b"], ["a", "b"]),
    ] {
        let server = MockServer::start().await;
        served(&server, 1, &page(1, total, &first), "\"v1\"", true).await;
        served(&server, 2, &page(2, total, &second), "\"v1\"", false).await;
        let error = adapter(&server.uri())
            .pull(None, IN_2021)
            .await
            .expect_err("another count");
        assert_eq!(
            error,
            SourceError::malformed(
                "grant year 2021",
                format!("4 records came of {total} that were announced")
            )
        );
    }
}

#[tokio::test]
async fn a_page_slower_than_the_deadline_is_an_outage() {
    let world = common::world(None).await;
    world.simulator.set_fault(Some(own_fault::SLOW)).expect("known");
    let impatient = reqwest::Client::builder()
        .timeout(Duration::from_millis(50))
        .build()
        .expect("a client");
    let source = Udir::new(
        Http::new(impatient, 1_000, Some(common::token())),
        world.simulator.base_url().parse().expect("an address"),
    );
    let error = source.pull(None, YEARS).await.expect_err("no answer");
    assert_eq!(error, SourceError::outage("no whole answer within the deadline"));
}

#[tokio::test]
async fn of_one_id_on_two_pages_the_later_sist_endret_stays() {
    let world = common::world(None).await;
    world.simulator.publish(&sample());
    world
        .simulator
        .set_fault(Some(own_fault::SAME_ID_TWICE))
        .expect("known");
    let batches = suite::walk(&world.source, &mut None).await.expect("twice is no error");
    let came: Vec<Content> = batches
        .into_iter()
        .flat_map(|batch| batch.records)
        .map(|record| record.content)
        .collect();
    assert_eq!(came.len(), sample().len());
    assert!(
        sample().into_iter().all(|record| came.contains(&record.content)),
        "an older version stayed: {came:#?}"
    );

    // The later one on the later page, counted twice; the instant decides, not its text.
    let server = MockServer::start().await;
    let version = |amount: &str, changed: &str| {
        item("a")
            .replace("412000.00", amount)
            .replace("2021-03-04T09:12:44+01:00", changed)
    };
    served(
        &server,
        1,
        &page_of(1, 2, &[version("1", "2021-03-04T09:00:00+01:00")]),
        "\"v1\"",
        true,
    )
    .await;
    served(
        &server,
        2,
        &page_of(2, 2, &[version("2", "2021-03-04T08:30:00Z")]),
        "\"v1\"",
        false,
    )
    .await;
    let batch = adapter(&server.uri())
        .pull(None, IN_2021)
        .await
        .expect("twice is no error");
    assert_eq!(
        batch
            .records
            .iter()
            .map(|record| award(record).granted)
            .collect::<Vec<_>>(),
        [stated(200)]
    );
}

#[tokio::test]
async fn numbers_that_a_float_would_bend_come_to_the_ore() {
    let server = MockServer::start().await;
    let amounts = [
        "0.1",
        "1234567.89",
        "0",
        "90071992547409.91",
        "0.29",
        "1.15",
        "-0.01",
        "70368744177664.01",
    ];
    let items: Vec<String> = amounts
        .iter()
        .map(|amount| item(amount).replace("412000.00", amount))
        .collect();
    served(&server, 1, &page_of(1, amounts.len(), &items), "\"v1\"", false).await;
    let batch = adapter(&server.uri()).pull(None, IN_2021).await.expect("a page");
    let came = |amount: &&str| {
        award(
            batch
                .records
                .iter()
                .find(|record| record.id.as_str() == *amount)
                .expect("came"),
        )
        .granted
    };
    let ore = [
        10,
        123_456_789,
        0,
        9_007_199_254_740_991,
        29,
        115,
        -1,
        7_036_874_417_766_401,
    ];
    assert_eq!(amounts.iter().map(came).collect::<Vec<_>>(), ore.map(stated));
}

#[tokio::test]
async fn a_bad_record_is_named_by_year_page_item_and_id() {
    let server = MockServer::start().await;
    served(&server, 1, &page(1, 3, &["a"]), "\"v1\"", true).await;
    let bad = [item("b").replace("INNGAR_I_PROGRAM", "HENLAGT"), item("c")];
    served(&server, 2, &page_of(2, 3, &bad), "\"v1\"", false).await;
    let batch = adapter(&server.uri())
        .pull(None, IN_2021)
        .await
        .expect("the rest comes");
    assert_eq!(ids(std::slice::from_ref(&batch)), ["a", "c"]);
    let [aside] = batch.set_aside.as_slice() else {
        panic!("{:?}", batch.set_aside)
    };
    assert_eq!(
        (aside.place.as_str(), aside.reason.as_str()),
        ("2021, page 2, item 1 (id b)", "status: \"HENLAGT\" is no status")
    );
    assert_eq!(
        (aside.record.as_ref().map(RecordId::as_str), aside.year),
        (Some("b"), Some(2021))
    );
    assert_eq!(aside.recipient.organisation_number.as_deref(), Some("940244145"));
    assert_eq!(batch.scope.as_deref(), Some("2021"));
}

#[tokio::test]
async fn a_reply_that_is_no_page_is_malformed() {
    let json = "application/json";
    for (body, kind) in [
        (page(1, 1, &["a"]), "text/html"),
        ("<html></html>".to_owned(), json),
        ("{\"totaltAntall\":0,\"tildelinger\":[]}".to_owned(), json),
        ("{\"side\":1,\"tildelinger\":[]}".to_owned(), json),
        ("{\"side\":1,\"totaltAntall\":0}".to_owned(), json),
        ("{\"side\":1,\"totaltAntall\":0,\"tildelinger\":null}".to_owned(), json),
        ("{\"side\":2,\"totaltAntall\":0,\"tildelinger\":[]}".to_owned(), json),
        ("[1,0,[]]".to_owned(), json),
        ("{\"side\":1,\"totaltAntall\":0,\"tildelinger\":[]}{}".to_owned(), json),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(200).set_body_raw(body.clone(), kind))
            .mount(&server)
            .await;
        let error = adapter(&server.uri()).pull(None, IN_2021).await.expect_err("no page");
        assert!(
            matches!(error, SourceError::Malformed { .. }),
            "{kind} {body}: {error:?}"
        );
    }
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(206).set_body_raw(page(1, 1, &["a"]), json))
        .mount(&server)
        .await;
    let error = adapter(&server.uri())
        .pull(None, IN_2021)
        .await
        .expect_err("a part of a page");
    assert_eq!(
        error,
        SourceError::malformed("2021, page 1", "status 206 where a page was asked for")
    );
}

#[tokio::test]
async fn links_that_lead_back_or_out_end_the_walk_and_keep_the_token() {
    let elsewhere = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&elsewhere)
        .await;
    let out = format!(
        "<{}/v1/tildelinger?aar=2021&side=2&antall=200>; rel=next",
        elsewhere.uri()
    );
    for (link, reason) in [
        (out.as_str(), "the link to the next page leads out of the system"),
        (
            "</v1/tildelinger?aar=2021&side=1&antall=200>; rel=next",
            "the link to the next page leads back to an earlier one",
        ),
        ("</v1/tildelinger?aar=2021; rel=next", "the Link header cannot be read"),
    ] {
        let server = MockServer::start().await;
        let reply = ResponseTemplate::new(200)
            .set_body_raw(page(1, 2, &["a"]), "application/json")
            .insert_header("link", link);
        Mock::given(method("GET")).respond_with(reply).mount(&server).await;
        let error = adapter(&server.uri()).pull(None, IN_2021).await.expect_err("refused");
        let SourceError::Malformed { reason: told, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(told, reason);
    }
    elsewhere.verify().await;
}

#[tokio::test]
async fn empty_pages_without_end_end_the_walk() {
    let server = MockServer::start().await;
    served(&server, 1, &page(1, 0, &[]), "\"v1\"", true).await;
    let error = adapter(&server.uri()).pull(None, IN_2021).await.expect_err("refused");
    assert_eq!(
        error,
        SourceError::malformed("2021, page 1", "the page is empty and yet not the last")
    );
}

#[tokio::test]
async fn a_base_url_may_have_a_path_and_a_slash() {
    let server = MockServer::start().await;
    for base in ["/udir", "/udir/"] {
        server.reset().await;
        let link = "</udir/v1/tildelinger?aar=2021&side=2&antall=200>; rel=\"next\"";
        let reply = |body| ResponseTemplate::new(200).set_body_raw(body, "application/json");
        let at = |side| Mock::given(path("/udir/v1/tildelinger")).and(query_param("side", side));
        at("1")
            .respond_with(reply(page(1, 2, &["a"])).insert_header("link", link))
            .mount(&server)
            .await;
        at("2").respond_with(reply(page(2, 2, &["b"]))).mount(&server).await;
        let batch = adapter(&format!("{}{base}", server.uri()))
            .pull(None, IN_2021)
            .await
            .expect("two pages");
        assert_eq!(ids(&[batch]), ["a", "b"]);
    }
}

#[tokio::test]
async fn the_token_goes_with_every_call_and_a_caller_without_it_is_refused() {
    let server = MockServer::start().await;
    served(&server, 1, &page(1, 2, &["a"]), "\"v1\"", true).await;
    served(&server, 2, &page(2, 2, &["b"]), "\"v1\"", false).await;
    let url = server.uri();
    adapter_at(&url, Http::new(client(), 10_000, Some(common::token())))
        .pull(None, IN_2021)
        .await
        .expect("two pages");
    let requests = server.received_requests().await.expect("recorded");
    let bearer = format!("Bearer {SECRET_TOKEN}");
    assert!(requests.iter().all(|request| {
        request
            .headers
            .get("authorization")
            .is_some_and(|value| *value == *bearer)
    }));

    let world = common::world(None).await;
    let error = adapter(&world.simulator.base_url())
        .pull(None, YEARS)
        .await
        .expect_err("no token");
    assert_eq!(error, SourceError::refused("status 401"));
}

#[tokio::test]
async fn many_pages_come_whole_and_a_round_covers_every_year_once() {
    let world = common::world(None).await;
    let template = sample()[0].clone();
    let many: Vec<Record> = (0..450)
        .map(|index| common::renamed(&template, &format!("tildeling-{index:03}")))
        .collect();
    world.simulator.publish(&many);
    let mut position = None;
    let batches = suite::walk(&world.source, &mut position).await.expect("three pages");
    assert_eq!(ids(&batches).len(), 450);
    assert_eq!(
        batches.iter().map(|batch| batch.more).collect::<Vec<_>>(),
        [true, true, true, false]
    );
    // A range that has become smaller in mid-round begins again within itself.
    let batch = world
        .source
        .pull(batches.first().map(|batch| &batch.next), Years { from: 2022, to: 2022 })
        .await
        .expect("2022");
    assert_eq!((batch.scope.as_deref(), batch.more), (Some("2022"), false));
    let none = world
        .source
        .pull(position.as_ref(), Years { from: 2022, to: 2021 })
        .await
        .expect("no years, no answer");
    assert!(none.records.is_empty() && none.scope.is_none() && !none.more);
}

#[test]
fn the_sample_shows_what_a_share_is() {
    let share = &sample()[0];
    assert_eq!(
        (award(share).status, award(share).applied),
        (AwardStatus::InProgramme, Figure::NotApplicable)
    );
    assert_eq!(award(share).payer, None);
}

fn scopes(batches: &[Batch]) -> Vec<Option<&str>> {
    batches.iter().map(|batch| batch.scope.as_deref()).collect()
}

/// Serves one connection with those bytes, then closes it.
async fn answers_once(reply: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.expect("a request"));
        }
        stream.write_all(reply.as_bytes()).await.expect("sent");
        stream.shutdown().await.expect("closed");
    });
    url
}
