//! Promise: no page and no answer can be shown within a page elsewhere, the forms, GraphiQL and what is refused included.

use crate::world::World;

#[tokio::test]
async fn nothing_of_ours_can_be_framed() {
    let world = World::new().await;
    let client = reqwest::Client::new();
    for path in [
        "/",
        "/kilder",
        "/om-tallene",
        "/for-vedtak",
        "/dobbeltfinansiering",
        "/sok?q=bamble",
        "/programmet",
        "/finnes-ikke",
        "/kommune/9999/tilskudd",
        "/graphiql",
        "/sider.css",
        "/graphql",
        "/graphql?query=%7B__typename%7D",
        "/health/live",
    ] {
        let answer = client.get(world.url(path)).send().await.expect("an answer");
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().expect("text").to_owned())
        };
        let policy = header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(header("x-frame-options").as_deref(), Some("DENY"), "{path}");
    }
    let refused = client
        .post(world.url("/valg/sprak"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("sprak=nn&til=%2F")
        .send()
        .await
        .expect("an answer");
    assert!(!refused.status().is_success());
    assert_eq!(refused.headers()["x-frame-options"], "DENY");
}
