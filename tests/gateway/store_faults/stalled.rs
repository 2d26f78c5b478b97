//! Promise: a program that stands still without dying leads for no longer than half a minute. Another takes over and says so, and when
//! the first goes on it harms nothing and follows.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::operations::{Office, Served};
use crate::postgres;
use crate::records::{TWELVE, share, share_of};
use crate::world::until;

const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(30);

async fn metric(served: &Served, line: &str) -> bool {
    let answer = reqwest::get(format!("{}/metrics", served.address()))
        .await
        .expect("an answer");
    answer.text().await.expect("text").lines().any(|found| found == line)
}

async fn shows(served: &Served, records: usize) -> bool {
    let query = json!({ "query": "{ sources { id records } }" });
    let answer = reqwest::Client::new()
        .post(format!("{}/graphql", served.address()))
        .json(&query)
        .send()
        .await
        .expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    answer["data"]["sources"]
        .as_array()
        .expect("a list")
        .contains(&json!({ "id": "udir", "records": records }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_program_that_asks_stands_still_the_other_takes_over() {
    const LEADS: &str = "programgrant_leads{task=\"poll:udir\"} 1";
    const FOLLOWS: &str = "programgrant_leads{task=\"poll:udir\"} 0";
    let office = Office::new().await;
    let store = postgres::database().await;
    let publish = |index: usize| office.publish(&[share(0, TWELVE[index], 2021, share_of(index, 0))]);
    publish(0);
    let first = Served::start(&office.configure("first.toml", &store, "")).await;
    let other = Served::start(&office.configure("other.toml", &store, "")).await;
    until("one leads, the other follows", async || {
        metric(&first, LEADS).await && metric(&other, FOLLOWS).await
    })
    .await;
    until("both show it", async || {
        shows(&first, 1).await && shows(&other, 1).await
    })
    .await;
    first.signal("STOP");
    let stopped = Instant::now();
    publish(1);
    until("taken over", async || shows(&other, 2).await).await;
    assert!(stopped.elapsed() < TAKEN_OVER_WITHIN, "{:?}", stopped.elapsed());
    assert!(metric(&other, LEADS).await);
    let says_so = |log: &str| {
        log.lines()
            .any(|line| line.contains("this gateway leads from here on") && line.contains("poll:udir"))
    };
    assert!(says_so(&other.log()), "{}", other.log());
    first.signal("CONT");
    until("it follows", async || metric(&first, FOLLOWS).await).await;
    publish(2);
    until("both show it", async || {
        shows(&first, 3).await && shows(&other, 3).await
    })
    .await;
    assert!(metric(&other, LEADS).await && first.log().contains("this gateway does not lead any more"));
    assert!(first.stop().await.success() && other.stop().await.success());
}
