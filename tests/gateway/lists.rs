//! Promise: the demonstration hears two grant managers that have nothing but a list. What the first one says was paid adds up to what
//! reached municipalities on its post; the second one reports what NAV reports, and each award counts once.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use async_graphql::Request;
use programgrant::app::Gateway;
use programgrant::demo::Demo;
use programgrant::graphql::{self, Snapshot};
use programgrant::http;
use serde_json::{Value, json};

struct Heard {
    gateway: Gateway,
    _demo: Demo,
}

async fn heard() -> Heard {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let demo = Demo::start(any_port).await.expect("the demonstration starts");
    let config = demo.config().expect("sound");
    let gateway = demo.gateway(&config).await.expect("the gateway starts");
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }
    Heard { gateway, _demo: demo }
}

impl Heard {
    async fn ask(&self, query: &str) -> Value {
        let snapshot = Snapshot::take(&self.gateway, http::caller::office());
        let response = graphql::execute(&graphql::schema(), Request::new(query), snapshot).await;
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        response.data.into_json().expect("JSON")
    }

    async fn post(&self, year: i16, label: &str) -> Value {
        let fields = "budgetPost { label } accounts { amount } reported { state amount } sources { id }";
        let answer = self
            .ask(&format!("{{ coverage(year: {year}) {{ posts {{ {fields} }} }} }}"))
            .await;
        let mut posts = answer["coverage"]["posts"].as_array().expect("a list").iter();
        let found = posts.find(|covered| covered["budgetPost"]["label"] == label);
        found.expect("it paid municipalities").clone()
    }
}

#[tokio::test]
async fn what_the_list_says_was_paid_is_what_reached_municipalities() {
    let demo = heard().await;
    for (year, label, ore) in [
        (2016, "496.62", 18_690_000_000_i64),
        (2017, "496.62", 13_810_000_000),
        (2018, "291.62", 15_870_000_000),
        (2021, "291.62", 21_800_000_000),
        (2022, "671.62", 22_720_000_000),
        (2025, "671.62", 30_770_000_000),
    ] {
        let covered = demo.post(year, label).await;
        assert_eq!(covered["accounts"]["amount"], ore, "{year}");
        assert_eq!(
            covered["reported"],
            json!({ "state": "STATED", "amount": ore }),
            "{year}"
        );
        assert_eq!(covered["sources"], json!([{ "id": "imdi" }]), "{year}");
    }
}

#[tokio::test]
async fn every_row_of_both_lists_is_read() {
    let demo = heard().await;
    let answer = demo
        .ask("{ sources { id name state records setAside unresolved schemes { id } } }")
        .await;
    let source = |id: &str| {
        let mut sources = answer["sources"].as_array().expect("a list").iter();
        sources.find(|source| source["id"] == id).expect("configured").clone()
    };
    for (id, scheme) in [("imdi", "imdi-kommunale-innvandrertiltak"), ("sfvt", "621.63")] {
        let source = source(id);
        let told = (
            &source["state"],
            &source["setAside"],
            &source["unresolved"],
            &source["schemes"],
        );
        assert_eq!(
            told,
            (&json!("FRESH"), &json!(0), &json!(0), &json!([{ "id": scheme }])),
            "{id}"
        );
        assert!(source["records"].as_i64() > Some(40), "{id}");
    }
    // The number cell that has lost its zero is Oslo's, by the organisation number beside it.
    let oslo = "municipality(number: \"0301\") { awards(scheme: \"imdi-kommunale-innvandrertiltak\") { year decidedOn recipientAsReported { number } } }";
    let awards = demo.ask(&format!("{{ {oslo} }}")).await;
    assert_eq!(awards["municipality"]["awards"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn one_scheme_is_heard_from_two_and_each_award_counts_once() {
    let demo = heard().await;
    let skien = demo
        .ask("{ municipality(number: \"3811\") { awards(scheme: \"621.63\") { id alsoReportedBy { source { id } recordId } provenance { recordId } } } }")
        .await;
    let ids: BTreeSet<&str> = awards(&skien).iter().filter_map(|award| award["id"].as_str()).collect();
    assert!(ids.contains("sfvt:SF2022-01"), "NAV does not have it: {ids:?}");
    let of_county = demo
        .ask("{ programme { municipalities { number } } m: municipality(number: \"3805\") { awards(scheme: \"621.63\") { id status alsoReportedBy { source { id } recordId } provenance { source { id } recordId } } } }")
        .await;
    let both: Vec<&Value> = of_county["m"]["awards"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|award| award["alsoReportedBy"] != json!([]))
        .collect();
    assert!(!both.is_empty(), "{of_county}");
    for award in both {
        assert_eq!(award["provenance"]["source"]["id"], "nav");
        assert_eq!(award["alsoReportedBy"][0]["source"]["id"], "sfvt");
        assert_eq!(award["alsoReportedBy"][0]["recordId"], award["provenance"]["recordId"]);
        assert_eq!(award["alsoReportedBy"].as_array().map(Vec::len), Some(1));
    }
}

fn awards(answer: &Value) -> &[Value] {
    answer["municipality"]["awards"].as_array().expect("a list")
}

#[tokio::test]
async fn the_two_contradict_each_other_once_and_the_sum_says_so() {
    let demo = heard().await;
    demo.gateway
        .reconciler
        .round(demo.gateway.dependencies.clock.now())
        .await
        .expect("compared");
    let cases = "doubleFundingCases(kind: [SOURCES_DISAGREE]) { items { year toPayBack awards { id granted { amount } } reasons { code message } } }";
    let answer = demo.ask(&format!("{{ {cases} }}")).await;
    let items = answer["doubleFundingCases"]["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "{answer}");
    assert_eq!((&items[0]["year"], &items[0]["toPayBack"]), (&json!(2022), &json!(0)));
    assert_eq!(items[0]["reasons"][0]["code"], "SOURCES_DISAGREE");
    let message = items[0]["reasons"][0]["message"].as_str().expect("a message");
    assert!(
        message.contains("NAV") && message.contains("Statsforvalteren"),
        "{message}"
    );
}
