//! Promise: a year is walked whole and of one version, and one that has not changed is an empty batch.

mod common;

use common::{adapter, count, ids, page, sample, served};
use programgrant_contract::simulation::{Simulator as _, fault};
use programgrant_contract::{Batch, Source as _, SourceError, Years, suite};
use programgrant_udir::simulator::own_fault;
use wiremock::matchers::{header, method, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const IN_2021: Years = Years { from: 2021, to: 2021 };

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

fn scopes(batches: &[Batch]) -> Vec<Option<&str>> {
    batches.iter().map(|batch| batch.scope.as_deref()).collect()
}
