//! Promise: every figure of the demonstration is told as of an instant as it was told then, after a correction, a vanished record and a
//! restart.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::demo::Demo;
use programgrant::demo::decided::DecidedAllocations;
use programgrant::http::{self, AppState, Service};
use programgrant_schema::{Content, Figure, Ore, Record, SourceId};
use serde_json::{Value, json};

/// A gateway over the demonstration's systems.
struct Open {
    gateway: std::sync::Arc<Gateway>,
    address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

async fn open(demo: &Demo, clock: &Clock) -> Open {
    let config = demo.config().expect("sound");
    let gateway = Gateway::open(&config, clock.clone()).await.expect("the gateway starts");
    let gateway = std::sync::Arc::new(gateway);
    let (listener, address) = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a free port");
    let front = AppState::new(Service::new(&config, std::sync::Arc::clone(&gateway)).expect("a front door"));
    let serving = tokio::spawn(async move {
        http::serve(listener, front, Router::new(), std::future::pending())
            .await
            .expect("serves");
    });
    Open {
        gateway,
        address,
        serving,
    }
}

impl Open {
    async fn ask(&self, query: &str) -> Value {
        let request = reqwest::Client::new().post(format!("http://{}/graphql", self.address));
        let answer = request
            .json(&json!({ "query": query }))
            .send()
            .await
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        answer["data"].clone()
    }

    /// Every pot, award and programme year, now or as of an instant.
    async fn told(&self, as_of: Option<&str>) -> Vec<Value> {
        let as_of = as_of.map(|instant| format!("asOf: {instant:?}")).unwrap_or_default();
        let pot = "pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference asOf }";
        let shares = "shares { scheme { id } amount { state amount } provenance { recordId receivedAt } }";
        let years: String = (2020..=2022)
            .map(|year| {
                format!(
                    "y{year}: year(year: {year}) {{ difference accounts {{ amount }} appropriation {{ amount }} {pot} \
                     grants {{ municipality {{ id number name }} {pot} {shares} comparison {{ difference worseOff }} }} }} "
                )
            })
            .collect::<Vec<String>>().concat();
        let sources = "sources { id state lastHeardAt records vanished setAside unresolved }";
        let mut told = vec![
            self.ask(&format!(
                "{{ programme(id: \"0-24-pilot\" {as_of}) {{ {years} }} {sources} }}"
            ))
            .await,
        ];
        let awards = "awards { id status applied { amount } granted { state amount } paid { state amount } vanishedAt provenance { receivedAt } }";
        for year in 2016..=2023 {
            let awards = awards.replace("awards {", &format!("awards(fromYear: {year}, toYear: {year}) {{"));
            told.push(
                self.ask(&format!(
                    "{{ programme(id: \"0-24-pilot\" {as_of}) {{ municipalities {{ id {awards} }} }} }}"
                ))
                .await,
            );
        }
        told
    }

    async fn hear(&self) {
        for (source, outcome) in self.gateway.poll_all().await {
            outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
        }
    }
}

/// The first record of a source that grants something, and the same with a krone more.
fn correction(records: &BTreeMap<SourceId, Vec<Record>>, source: &str) -> (SourceId, Record, Record) {
    let (id, records) = records
        .iter()
        .find(|(id, _)| id.as_str() == source)
        .expect("a source of the demonstration");
    let granted =
        |record: &&Record| matches!(&record.content, Content::Award(award) if award.granted.stated().is_some());
    let old = records.iter().find(granted).expect("an award").clone();
    let mut new = old.clone();
    if let Content::Award(award) = &mut new.content {
        let more = award
            .granted
            .stated()
            .and_then(|granted| granted.checked_add(Ore::from_kroner(1)?));
        award.granted = Figure::Stated(more.expect("in range"));
    }
    (*id, old, new)
}

#[tokio::test]
async fn every_figure_is_told_as_it_was_after_a_correction_a_vanished_record_and_a_restart() {
    let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("the demonstration starts");
    let (clock, hand) = Clock::manual("2026-11-22T12:00:00Z".parse().expect("an instant"));
    let gateway = open(&demo, &clock).await;
    gateway.hear().await;
    let reference = gateway.gateway.dependencies.reference();
    let allocations = DecidedAllocations::work_out(&reference).expect("worked out");
    let records = programgrant::demo::data::records(&reference, &allocations);
    let mut diary = vec![(clock.now().to_string(), gateway.told(None).await)];
    let (bufdir, _, corrected) = correction(&records, "bufdir");
    let (udir, gone, _) = correction(&records, "udir");
    hand.advance(Duration::from_mins(1));
    demo.simulators().get(bufdir).publish(&[corrected]);
    gateway.hear().await;
    diary.push((clock.now().to_string(), gateway.told(None).await));
    hand.advance(Duration::from_mins(1));
    demo.simulators().get(udir).withdraw(&gone.id);
    gateway.hear().await;
    diary.push((clock.now().to_string(), gateway.told(None).await));
    gateway.serving.abort();
    gateway.gateway.database.close().await;
    hand.advance(Duration::from_mins(1));
    let gateway = open(&demo, &clock).await;
    gateway.hear().await;
    for (instant, was) in &diary {
        assert_eq!(&gateway.told(Some(instant)).await, was, "as of {instant}");
    }
    assert!(
        diary[0].1 != diary[1].1 && diary[1].1 != diary[2].1,
        "nothing was corrected"
    );
    gateway.serving.abort();
}
