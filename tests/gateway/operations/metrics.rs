//! Promise: `/metrics` says in Prometheus' format how old and how whole each source is, how the ledger stands and what was asked,
//! and holds no figure and no name.

use programgrant::demo::systems;

use crate::records::{TWELVE, programme_2021};
use crate::world::World;

async fn metrics(world: &World) -> String {
    let answer = reqwest::get(world.url("/metrics")).await.expect("an answer");
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    answer.text().await.expect("text")
}

fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|found| found == *line), "no {line} in\n{text}");
    }
}

#[tokio::test]
async fn each_source_is_told_with_its_age_and_its_state() {
    let world = World::new().await;
    assert_lines(
        &metrics(&world).await,
        &[
            "programgrant_ready 0",
            "programgrant_source_state{source=\"udir\",state=\"silent\"} 1",
        ],
    );
    world.publish(&programme_2021());
    world.poll_all().await;
    world.hand.advance(std::time::Duration::from_secs(90));
    let well = metrics(&world).await;
    assert_lines(
        &well,
        &[
            "# TYPE programgrant_source_age_seconds gauge",
            "programgrant_ready 1",
            "programgrant_source_age_seconds{source=\"udir\"} 90",
            "programgrant_source_state{source=\"udir\",state=\"fresh\"} 1",
            "programgrant_source_state{source=\"udir\",state=\"silent\"} 0",
            "programgrant_source_records{source=\"helsedir\"} 12",
            "programgrant_source_set_aside_records{source=\"udir\"} 0",
            "programgrant_source_vanished_records{source=\"udir\"} 0",
            "programgrant_source_unresolved_records{source=\"udir\"} 0",
            "programgrant_source_breaker_open{source=\"bufdir\"} 0",
            "programgrant_source_rounds_total{source=\"bufdir\",outcome=\"ok\"} 1",
            "programgrant_ledger_queue_commands 0",
        ],
    );
    world
        .simulator(systems::BUFDIR)
        .set_fault(Some("outage"))
        .expect("a fault of Bufdir's");
    for _ in 0..3 {
        world.poll_all().await;
    }
    assert_lines(
        &metrics(&world).await,
        &[
            "programgrant_source_breaker_open{source=\"bufdir\"} 1",
            "programgrant_source_rounds_total{source=\"bufdir\",outcome=\"failed\"} 3",
        ],
    );
    assert!(!TWELVE.iter().any(|(_, organisation)| well.contains(organisation)));
}

#[tokio::test]
async fn requests_are_counted_by_kind_and_outcome() {
    let world = World::new().await;
    world.ask("query Private { sources { id } }").await;
    world.ask("{ sources { id } }").await;
    world.post("application/json", r#"{"query":"{ nothing }"}"#).await;
    world.post("text/plain", "hello").await;
    world
        .post(
            "application/json",
            r#"{"query":"mutation { releaseFunding(claim: \"c\", fence: 1, reason: \"r\") { errors { code } } }"}"#,
        )
        .await;
    let text = metrics(&world).await;
    assert_lines(
        &text,
        &[
            "# TYPE programgrant_requests_total counter",
            "programgrant_requests_total{kind=\"query\",outcome=\"ok\"} 2",
            "programgrant_requests_total{kind=\"mutation\",outcome=\"ok\"} 1",
            "programgrant_requests_total{kind=\"none\",outcome=\"refused\"} 1",
            "programgrant_requests_total{kind=\"none\",outcome=\"errors\"} 1",
            "programgrant_request_duration_seconds_count{kind=\"query\"} 2",
        ],
    );
    assert!(!text.contains("Private"), "no label is the client's");
    let beside = World::new().await;
    assert!(
        !metrics(&beside).await.contains("programgrant_requests_total{"),
        "each gateway counts its own"
    );
}
