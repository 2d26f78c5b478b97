//! Promise: the demonstration tells a past since the last 1 June, made up and said to be so: what it knew on a day is told as of that day, who
//! said what when stands in the versions, and what it ends in is the demonstration without a past.

use std::net::SocketAddr;

use async_graphql::Request;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::demo::Demo;
use programgrant::graphql::{self, AsOf, Snapshot};
use programgrant::http;
use serde_json::{Value, json};

use crate::commands::Running;
use crate::world::NOON;

/// A demonstration heard by a clock that stands.
struct Heard {
    gateway: Gateway,
    _demo: Demo,
}

async fn heard(now: &str, has_past: bool) -> Heard {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let (clock, _) = Clock::manual(now.parse().expect("an instant"));
    let demo = if has_past {
        Demo::start_with_past(any_port, clock).await.expect("the demonstration")
    } else {
        Demo::start(any_port).await.expect("the demonstration")
    };
    let config = demo.config().expect("sound");
    demo.replay(&config).await.expect("replayed");
    let gateway = demo.gateway(&config).await.expect("the gateway");
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }
    Heard { gateway, _demo: demo }
}

impl Heard {
    async fn ask(&self, query: &str) -> Value {
        self.told(query, Request::new(query)).await
    }

    /// Asks as of an instant, which stands in the query as well.
    async fn ask_as_of(&self, query: &str, then: &str) -> Value {
        let then = AsOf(then.parse().expect("an instant"));
        self.told(query, Request::new(query).data(then)).await
    }

    async fn told(&self, query: &str, request: Request) -> Value {
        let snapshot = Snapshot::take(&self.gateway, http::caller::office());
        let response = graphql::execute(&graphql::schema(), request, snapshot).await;
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        response.data.into_json().expect("JSON")
    }
}

const FIGURES: &str = "status applied { state amount } granted { state amount } paid { state amount }";

/// Every pot, award and programme year, and how whole and fresh the sources are.
async fn figures(demo: &Heard) -> Value {
    let pot =
        "pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference }";
    let mut told = Vec::new();
    for year in 2020..=2022 {
        let shares = "shares { scheme { id } amount { state amount } }";
        let query = format!(
            "{{ programme {{ year(year: {year}) {{ {pot} grants {{ municipality {{ id }} {pot} {shares} }} }} }} }}"
        );
        told.push(demo.ask(&query).await);
    }
    for number in ["3813", "1108", "5403", "3812"] {
        let awards = format!("awards {{ id {FIGURES} vanishedAt decidedOn disbursements {{ on amount reference }} }}");
        told.push(
            demo.ask(&format!("{{ municipality(number: {number:?}) {{ {awards} }} }}"))
                .await,
        );
    }
    let sources = "sources { id state records vanished setAside unresolved lastError }";
    told.push(demo.ask(&format!("{{ {sources} }}")).await);
    json!(told)
}

#[tokio::test]
async fn what_it_ends_in_is_the_demonstration_without_a_past() {
    let (with, without) = (heard(NOON, true).await, heard(NOON, false).await);
    assert_eq!(figures(&with).await, figures(&without).await);
}

#[tokio::test]
async fn bambles_pot_of_2021_was_another_on_the_first_of_june_and_the_versions_say_why() {
    let demo = heard(NOON, true).await;
    let pot =
        "programmeGrant(year: 2021) { pot { total completeness } shares { scheme { id } amount { state amount } } }";
    let now = demo
        .ask(&format!("{{ municipality(number: \"3813\") {{ {pot} }} }}"))
        .await;
    // The last second of that day in Norway.
    let then = "2026-06-01T21:59:59Z";
    let before = demo
        .ask_as_of(
            &format!("{{ municipality(number: \"3813\", asOf: {then:?}) {{ {pot} }} }}"),
            then,
        )
        .await;
    let (now, before) = (
        &now["municipality"]["programmeGrant"],
        &before["municipality"]["programmeGrant"],
    );
    assert_eq!(before["pot"]["completeness"], "COMPLETE", "all were heard that evening");
    let total = |grant: &Value| grant["pot"]["total"].as_i64().expect("a total");
    assert!(total(before) < total(now), "{before} {now}");
    let los = |grant: &Value| grant["shares"][4]["amount"].clone();
    assert_eq!(los(before), json!({ "state": "NOT_APPLICABLE", "amount": null }));
    assert_eq!(los(now)["state"], "STATED");

    let versions = format!("versions {{ receivedAt changedAt {FIGURES} }}");
    let query = format!(
        "{{ municipality(number: \"3813\") {{ awards(fromYear: 2021, toYear: 2021) {{ scheme {{ id }} {versions} }} }} }}"
    );
    let awards = demo.ask(&query).await["municipality"]["awards"].clone();
    let of_scheme = |id: &str| {
        let awards = awards.as_array().expect("a list");
        let award = awards
            .iter()
            .find(|award| award["scheme"]["id"] == id)
            .expect("a share");
        award["versions"].as_array().expect("a list").clone()
    };
    let raised = of_scheme("231.63");
    assert_eq!(raised.len(), 2, "{raised:?}");
    let received = |version: &Value| version["receivedAt"].as_str().expect("an instant").to_owned();
    assert!(received(&raised[0]).as_str() < then && received(&raised[1]).as_str() > then);
    assert!(
        raised[1]["changedAt"].as_str() < Some(&received(&raised[1])),
        "it was said before it was heard"
    );
    assert!(raised[0]["granted"]["amount"].as_i64() < raised[1]["granted"]["amount"].as_i64());
    assert_eq!(of_scheme("846-los").len(), 1, "it came late");
}

#[tokio::test]
async fn each_kind_of_change_is_told_since_that_day() {
    let demo = heard(NOON, true).await;
    for (number, year, post, was, is) in [
        ("5403", 2021, "231.66", "APPLIED", "WITHDRAWN"),
        ("1108", 2021, "621.63", "APPLIED", "WITHDRAWN"),
        ("3813", 2022, "226.64", "PAID", "PAID"),
        ("3813", 2023, "765.60", "PAID", "PAID"),
    ] {
        let query = format!(
            "{{ municipality(number: {number:?}) {{ awards(fromYear: {year}, toYear: {year}) {{ budgetPost {{ label }} versions {{ {FIGURES} }} }} }} }}"
        );
        let answer = demo.ask(&query).await;
        let awards = answer["municipality"]["awards"].as_array().expect("a list");
        let changed = awards.iter().any(|award| {
            let versions = award["versions"].as_array().expect("a list");
            award["budgetPost"]["label"] == post
                && versions.len() == 2
                && (&versions[0]["status"], &versions[1]["status"]) == (&json!(was), &json!(is))
                && versions[0] != versions[1]
        });
        assert!(changed, "{post} in {year}: {answer:#}");
    }
}

#[tokio::test]
async fn what_was_decided_is_what_the_systems_report_but_for_the_share_that_the_story_tells_of() {
    let demo = heard(NOON, true).await;
    let now = demo.gateway.dependencies.clock.now();
    demo.gateway.reconciler.round(now).await.expect("reconciles");
    let parts = "receivers { municipality { name } parts { scheme reported { state } difference } }";
    let query = format!("{{ allocations(programme: \"0-24-pilot\") {{ year state table {{ {parts} }} }} }}");
    let versions = demo.ask(&query).await["allocations"]
        .as_array()
        .expect("a list")
        .clone();
    let mut differences = Vec::new();
    let in_force = versions.iter().filter(|version| version["state"] == "DECIDED");
    let mut years = Vec::new();
    for version in in_force {
        years.push(version["year"].as_i64().expect("a year"));
        for receiver in version["table"]["receivers"].as_array().expect("a list") {
            for part in receiver["parts"].as_array().expect("a list") {
                let difference = part["difference"].as_i64().expect("known on both sides");
                if difference != 0 {
                    differences.push(format!(
                        "{} {} {} {difference}",
                        receiver["municipality"]["name"], part["scheme"], version["year"]
                    ));
                }
            }
        }
    }
    assert_eq!(years, [2020, 2021, 2022]);
    differences.sort();
    assert_eq!(
        differences,
        [
            "\"Horten\" \"621.63\" 2022 -4000000",
            "\"Larvik\" \"621.63\" 2022 4000000"
        ]
    );
    let cases = "{ doubleFundingCases(kind: [ALLOCATION_DIFFERENCE]) { items { year municipality { name } scheme { id } awards { objections { reason } } } } }";
    let cases = demo.ask(cases).await["doubleFundingCases"]["items"]
        .as_array()
        .expect("a list")
        .clone();
    let mut named: Vec<_> = cases
        .iter()
        .map(|case| case["municipality"]["name"].as_str().expect("a name"))
        .collect();
    named.sort_unstable();
    assert_eq!(named, ["Horten", "Larvik"]);
    let objected = cases.iter().filter(|case| {
        case["awards"][0]["objections"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("Oppdiktet"))
    });
    assert_eq!(objected.count(), 1, "Horten has objected");
}

#[tokio::test]
async fn the_last_first_of_june_is_that_of_the_clock_and_the_notice_says_which() {
    for (now, year) in [("2031-02-14T09:00:00Z", 2030), ("2031-06-03T09:00:00Z", 2031)] {
        let demo = heard(now, true).await;
        let notice = demo.ask("{ programme { notice } }").await["programme"]["notice"].to_string();
        assert!(
            notice.contains(&format!("siden 1. juni {year} er oppdiktet"))
                && notice.contains("per kommune er oppdiktet"),
            "{notice}"
        );
        let then = format!("{year}-06-01T21:59:59Z");
        let query = format!("{{ programme(asOf: {then:?}) {{ year(year: 2021) {{ pot {{ total }} }} }} }}");
        let told = demo.ask_as_of(&query, &then).await;
        assert!(told["programme"]["year"]["pot"]["total"].is_i64(), "{told}");
    }
}

#[test]
fn the_command_says_that_it_has_replayed_a_past() {
    let said = Running::start(&["demo", "--listen", "127.0.0.1:0"]).read_until("GraphQL: ");
    assert!(
        said.contains("A made-up history since ") && said.contains("-06-01 was replayed"),
        "{said}"
    );
}
