//! Promise: the adapter keeps every promise of the contract, and bears everything that the system's page says goes wrong.

mod common;

use std::time::Duration;

use common::{
    SECRET_TOKEN, World, adapter, adapter_at, award, client, ids, item, page, page_of, sample, served, stated,
};
use programgrant_contract::simulation::{Simulator as _, fault};
use programgrant_contract::suite::{self, Subject, YEARS};
use programgrant_contract::{Http, RetryAfter, Source as _, SourceError, Years};
use programgrant_schema::{AwardStatus, Content, Figure, Record, RecordId};
use programgrant_udir::Udir;
use programgrant_udir::simulator::own_fault;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiremock::matchers::{method, path, query_param};
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
