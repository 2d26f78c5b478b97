//! Promise: an answer's tag stays while the answer does, names nothing else, and is another after a reload; who brings it is answered 304.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use crate::records::programme_2021;
use crate::world::World;

const SOURCES: &str = "{ sources { id state records } }";

/// Status, tag, and how many bytes came.
async fn get(world: &World, query: &str, known: Option<&str>) -> (StatusCode, String, usize) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut request = client.get(world.url("/graphql")).query(&[("query", query)]);
    if let Some(known) = known {
        request = request.header("if-none-match", known);
    }
    let response = request.send().await.expect("an answer");
    let tag = response
        .headers()
        .get("etag")
        .map(|tag| tag.to_str().expect("text").to_owned());
    let status = response.status();
    let length = response.bytes().await.expect("whole").len();
    (status, tag.unwrap_or_default(), length)
}

#[tokio::test]
async fn who_has_an_answer_is_told_so_until_it_is_another() {
    let world = World::heard(&programme_2021()).await;
    let (status, tag, _) = get(&world, SOURCES, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        get(&world, SOURCES, Some(&tag)).await,
        (StatusCode::NOT_MODIFIED, tag.clone(), 0)
    );
    let (status, other, _) = get(&world, "{ sources { id } }", Some(&tag)).await;
    assert_eq!(status, StatusCode::OK, "another question");
    assert_ne!(other, tag);
    world.hand.advance(Duration::from_mins(20));
    let (status, stale, _) = get(&world, SOURCES, Some(&tag)).await;
    assert_eq!(status, StatusCode::OK, "the sources have grown old");
    assert_ne!(stale, tag);
    world.poll_all().await;
    assert_eq!(
        get(&world, SOURCES, Some(&stale)).await.0,
        StatusCode::OK,
        "they were heard again"
    );
}

#[tokio::test]
async fn a_reload_forgets_every_answer() {
    let world = World::heard(&programme_2021()).await;
    // Without the cache a tag names what is said, which a reload does not change.
    if world.config().caches.answers == 0 {
        return;
    }
    let (_, tag, _) = get(&world, SOURCES, None).await;
    let gateway = Arc::clone(world.shared_gateway());
    let renewed = world
        .front()
        .service()
        .renewed(&world.config(), gateway)
        .expect("sound");
    drop(world.front().replace(renewed));
    let (status, other, _) = get(&world, SOURCES, Some(&tag)).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(other, tag);
}

#[tokio::test]
async fn an_answer_with_errors_has_no_tag_and_is_made_each_time() {
    let world = World::new().await;
    let failing = "{ municipality(number: \"9\") { name } }";
    for _ in 0..2 {
        assert_eq!(get(&world, failing, Some("*")).await.1, "");
    }
}
