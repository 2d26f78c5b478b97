//! Promise: what is given up, too large or broken around the pages reaches a browser as a page, with the status, the headers, the code and the reference
//! that a program is told in the interface's own form; addresses of programs have no pages, and such a page asks nothing.

use std::sync::Arc;

use axum::routing::get;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::http::{self, AppState, Service};
use programgrant::pages;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use crate::site::{BAMBLE, client};
use crate::world::World;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().expect("text").to_owned())
}

/// Asks the same as a browser and as a program: what each is told, after looking at what both must be.
async fn both(asked: impl Fn() -> RequestBuilder, status: u16, code: &str) -> String {
    let ask = async |accept: &str| asked().header("accept", accept).send().await.expect("an answer");
    let (page, program) = (ask(BROWSER).await, ask("application/json").await);
    assert_eq!(
        (page.status().as_u16(), program.status().as_u16()),
        (status, status),
        "{code}"
    );
    for name in ["allow", "retry-after", "cache-control", "connection", "x-frame-options"] {
        assert_eq!(header(&page, name), header(&program, name), "{code}: {name}");
    }
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8", "{code}");
    assert!(header(&page, "vary").starts_with("accept,"), "{code}");
    let policy = header(&page, "content-security-policy");
    assert!(
        policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let reference = header(&page, "x-request-id");
    let text = page.text().await.expect("text");
    for part in [code, &reference, "<html lang=\"nb\">", "<h1>", "href=\"/\""] {
        assert!(text.contains(part), "{code}: {part}: {text}");
    }
    let said: Value = program.json().await.expect("JSON");
    assert_eq!(said["errors"][0]["extensions"]["code"], code);
    text
}

#[tokio::test]
async fn what_takes_too_long_is_a_page_that_says_what_is_not_known() {
    let world = World::with_settings("[http]\ndeadline = \"200ms\"").await;
    // Making an address waits for whoever is writing.
    let writing = world.gateway().database.write().await.expect("begins");
    let made = || {
        client()
            .post(world.url("/frister/kalender"))
            .header("cookie", format!("virksomhet={BAMBLE}"))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("form_token=")
    };
    let text = both(made, 503, "DEADLINE_EXCEEDED").await;
    drop(writing);
    assert!(text.contains("Om noe ble utført, er ikke kjent"), "{text}");
    assert!(
        text.contains("name=\"til\" value=\"/\""),
        "nobody is led back to a form: {text}"
    );
}

#[tokio::test]
async fn what_is_too_large_is_a_page() {
    let world = World::new().await;
    let sent = || {
        client()
            .post(world.url("/valg/sprak"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("x".repeat((1 << 20) + 1))
    };
    let text = both(sent, 413, "REQUEST_TOO_LARGE").await;
    assert!(
        text.contains("Det er for stort") && text.contains("Ingenting er lest"),
        "{text}"
    );
}

#[tokio::test]
async fn what_programs_alone_ask_is_never_told_by_a_page() {
    let world = World::new().await;
    let sent = client()
        .post(world.url("/graphql"))
        .header("accept", BROWSER)
        .header("content-type", "application/json")
        .body("x".repeat((1 << 20) + 1));
    let answer = sent.send().await.expect("an answer");
    assert_eq!(answer.status(), 413);
    assert!(
        header(&answer, "content-type").contains("json"),
        "{}",
        header(&answer, "content-type")
    );
}

#[tokio::test]
async fn what_breaks_is_a_page_that_says_nothing_of_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store.db").display().to_string();
    let config = Config::parse(&format!(
        "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:{store}\"\n[auth]\nmode = \"open\"\n"
    ));
    let config = config.expect("sound");
    let gateway = Gateway::open(&config, Clock::system())
        .await
        .expect("the gateway starts");
    let front = AppState::new(Service::new(&config, Arc::new(gateway)).expect("a front door"));
    let mut further = pages::router(front.clone());
    further.routes = further
        .routes
        .route("/brister", get(async || -> &'static str { panic!("an inner text") }));
    let (listener, address) = http::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port");
    let serving = tokio::spawn(http::serve(listener, front, further, std::future::pending()));
    let asked = || client().get(format!("http://{address}/brister"));
    let text = both(asked, 500, "INTERNAL").await;
    serving.abort();
    assert!(text.contains("Feilen er vår") && !text.contains("inner"), "{text}");
    // Who asks is not looked up for it.
    assert!(text.contains("publikum") && !text.contains("href=\"/login"), "{text}");
}
