//! Promise: from where they are published the archives are asked for one by one, and again only where they have changed; a year that
//! is not published is not there, one that has gone is missed, and half an answer is an error and no figures.

mod common;

use std::time::Duration;

use common::{APPROPRIATIONS, POT, UDIR, YEAR_2021, archive, latin1, line, posts, year};
use programgrant_contract::suite::walk;
use programgrant_contract::{Batch, Http, Position, Source, SourceError, Years};
use programgrant_schema::Gap;
use programgrant_state_accounts::StateAccounts;
use reqwest::Url;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const YEARS: Years = Years { from: 2017, to: 2021 };

fn source(server: &MockServer, base: &str) -> StateAccounts {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client");
    let base: Url = format!("{}{base}", server.uri()).parse().expect("an address");
    StateAccounts::at(Http::new(client, 1 << 20, None), base, posts(), 1 << 20)
}

fn packed(amount: &str) -> Vec<u8> {
    let text = format!(
        "\"År\";\"Periode\";\"Kapittel_id\";\"Post_id\";\"Virksomhet_id\";\"Beløp\"\r\n\"2021\";\"202101\";\"0226\";\"022664\";\"{UDIR}\";\"{amount}\"\r\n"
    );
    archive(&[("statsregnskapet_aar_2021.csv", &latin1(&text))])
}

async fn publish(server: &MockServer, name: &str, answer: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(format!("/data/{name}.zip")))
        .respond_with(answer)
        .mount(server)
        .await;
}

/// One round, from where the last one stopped.
async fn round(source: &StateAccounts, position: &mut Option<Position>) -> Result<Vec<Batch>, SourceError> {
    let mut batches = Vec::new();
    loop {
        let batch = source.pull(position.as_ref(), YEARS).await?;
        *position = Some(batch.next.clone());
        let more = batch.more;
        batches.push(batch);
        if !more {
            return Ok(batches);
        }
    }
}

#[tokio::test]
async fn each_archive_is_asked_for_by_its_name_and_a_year_that_is_not_published_is_not_there() {
    let server = MockServer::start().await;
    publish(
        &server,
        YEAR_2021,
        ResponseTemplate::new(200).set_body_bytes(packed("40500000,00")),
    )
    .await;
    for base in ["/data", "/data/", "/data?x=y"] {
        let batches = round(&source(&server, base), &mut None).await.expect("read");
        let read: Vec<_> = batches.iter().flat_map(|batch| &batch.records).cloned().collect();
        assert_eq!(read, [year(2021, vec![line(POT, UDIR, 4_050_000_000)])]);
        assert!(
            batches
                .iter()
                .all(|batch| batch.gaps.is_empty() && batch.set_aside.is_empty())
        );
        assert_eq!(batches[0].scope.as_deref(), Some(YEAR_2021));
    }
    let asked = server.received_requests().await.expect("recorded");
    let mut names: Vec<&str> = asked.iter().map(|request| request.url.path()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 9, "2014 to 2021 and the appropriations: {names:?}");
    assert!(names.contains(&format!("/data/{APPROPRIATIONS}.zip").as_str()));
}

#[tokio::test]
async fn what_has_not_changed_is_not_read_again() {
    let server = MockServer::start().await;
    let modified = "Sun, 22 Nov 2026 08:49:37 GMT";
    Mock::given(path("/data/statsregnskapet_aar_2021.zip"))
        .and(header("If-None-Match", "\"1\""))
        .and(move |request: &wiremock::Request| {
            let since = request.headers.get("if-modified-since");
            since.is_some_and(|since| since == modified)
        })
        .respond_with(ResponseTemplate::new(304))
        .expect(1)
        .mount(&server)
        .await;
    let answer = ResponseTemplate::new(200)
        .insert_header("ETag", "\"1\"")
        .insert_header("Last-Modified", modified);
    publish(&server, YEAR_2021, answer.set_body_bytes(packed("1,00"))).await;
    let (source, mut position) = (source(&server, "/data"), None);
    assert_eq!(
        round(&source, &mut position)
            .await
            .expect("read")
            .iter()
            .flat_map(|batch| &batch.records)
            .count(),
        1
    );
    let again = round(&source, &mut position).await.expect("read");
    assert_eq!(
        (again.len(), again[0].records.len(), again[0].scope.as_deref()),
        (1, 0, None)
    );
}

#[tokio::test]
async fn half_an_answer_is_an_error_and_the_others_come() {
    let whole = packed("1,00");
    let bad = [
        (
            "cut",
            ResponseTemplate::new(200).set_body_bytes(&whole[..whole.len() / 2]),
        ),
        ("a page", ResponseTemplate::new(200).set_body_string("<html>")),
        ("a part", ResponseTemplate::new(206).set_body_bytes(whole.clone())),
        ("unasked for", ResponseTemplate::new(304)),
        (
            "moved",
            ResponseTemplate::new(302).insert_header("Location", "http://127.0.0.1:1/"),
        ),
        ("down", ResponseTemplate::new(503)),
    ];
    for (name, answer) in bad {
        let server = MockServer::start().await;
        publish(&server, "statsregnskapet_aar_2016", answer).await;
        publish(
            &server,
            YEAR_2021,
            ResponseTemplate::new(200).set_body_bytes(whole.clone()),
        )
        .await;
        let (source, mut position) = (source(&server, "/data"), None);
        let first = source.pull(None, YEARS).await.expect("the other file");
        assert_eq!((first.records.len(), first.more), (1, true), "{name}");
        position.replace(first.next);
        for _ in 0..2 {
            round(&source, &mut position).await.expect_err(name);
        }
    }
}

#[tokio::test]
async fn what_was_unpacked_whole_and_cannot_be_believed_is_refused_until_it_changes() {
    let server = MockServer::start().await;
    let bytes = archive(&[("statsregnskapet_aar_2021.csv", b"\"a\";\"b\"\r\n")]);
    publish(&server, YEAR_2021, ResponseTemplate::new(200).set_body_bytes(bytes)).await;
    let batch = source(&server, "/data").pull(None, YEARS).await.expect("an answer");
    assert_eq!(
        batch.set_aside[0].place,
        "statsregnskapet_aar_2021.zip/statsregnskapet_aar_2021.csv:1"
    );
    assert_eq!((batch.records.len(), batch.scope.as_deref()), (0, Some(YEAR_2021)));
}

#[tokio::test]
async fn one_that_has_gone_is_missed_until_it_is_back() {
    let server = MockServer::start().await;
    let there = || {
        Mock::given(path("/data/statsregnskapet_aar_2021.zip"))
            .respond_with(ResponseTemplate::new(200).set_body_bytes(packed("1,00")))
    };
    let (source, mut position) = (source(&server, "/data"), None);
    let mounted = there().mount_as_scoped(&server).await;
    round(&source, &mut position).await.expect("read");
    drop(mounted);
    let gap = Gap {
        place: "statsregnskapet_aar_2021.zip".to_owned(),
        reason: "was read and has vanished".to_owned(),
    };
    for _ in 0..2 {
        let batches = round(&source, &mut position).await.expect("read");
        assert_eq!(
            (batches.len(), &batches[0].gaps, batches[0].records.len()),
            (1, &vec![gap.clone()], 0)
        );
    }
    there().mount(&server).await;
    let batches = round(&source, &mut position).await.expect("read");
    assert!(batches.last().expect("some").gaps.is_empty());
    assert_eq!(batches[0].records.len(), 1);
}

#[tokio::test]
async fn a_position_of_a_folder_or_of_another_site_means_begin_again() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("ETag", "\"1\"")
        .set_body_bytes(packed("1,00"));
    Mock::given(path("/other/statsregnskapet_aar_2021.zip"))
        .respond_with(answer.clone())
        .mount(&server)
        .await;
    publish(&server, YEAR_2021, answer).await;
    let mut position = None;
    walk(&common::Drop::new().source(), &mut position)
        .await
        .expect("an empty folder");
    for base in ["/data", "/other"] {
        let batches = round(&source(&server, base), &mut position).await.expect("read");
        assert_eq!(batches[0].records.len(), 1, "{base}");
    }
    let conditional = |request: &wiremock::Request| request.headers.contains_key("if-none-match");
    assert!(
        !server
            .received_requests()
            .await
            .expect("recorded")
            .iter()
            .any(conditional)
    );
}

#[tokio::test]
async fn nothing_secret_shows() {
    let server = MockServer::start().await;
    let shown = format!("{:?}", source(&server, "/data?key=hunter2"));
    assert!(!shown.contains("hunter2"), "{shown}");
}
