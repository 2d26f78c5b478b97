//! Promise: whoever comes by with a browser is told by a page what is refused, in their language, with the code, the status and all that the
//! refusal says beside its words; every program is told in the interface's own form, as before. Nobody is led back to where a login failed.

use std::sync::Arc;

use axum::Router;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::http::{self, AppState, Service};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::site::{Site, client};
use crate::world::World;

/// What a browser sends where somebody goes to an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn ask(site: &Site, method: Method, path: &str) -> RequestBuilder {
    client().request(method, site.url(path))
}

/// What is refused, with its status, its code and words of its page.
const REFUSED: [(Method, &str, u16, &str, &str); 9] = [
    (Method::GET, "/finnes-ikke", 404, "NOT_FOUND", "Finnes ikke"),
    (Method::GET, "/assets/none.js", 404, "NOT_FOUND", "Finnes ikke"),
    (Method::POST, "/graphiql", 405, "METHOD_NOT_ALLOWED", "Det går ikke her"),
    (Method::POST, "/login", 405, "METHOD_NOT_ALLOWED", "Det går ikke her"),
    (Method::GET, "/logout", 405, "METHOD_NOT_ALLOWED", "Det går ikke her"),
    (
        Method::GET,
        "/login/callback?state=x&code=y",
        400,
        "LOGIN_REFUSED",
        "Ingen innlogging var begynt",
    ),
    (
        Method::GET,
        "/login?to=/&to=/kilder",
        400,
        "BAD_REQUEST",
        "Det kan ikke leses",
    ),
    (Method::POST, "/logout", 403, "FORM_REFUSED", "Ingenting er endret"),
    (
        Method::POST,
        "/graphiql/query",
        403,
        "FORM_REFUSED",
        "Ingenting er endret",
    ),
];

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().expect("text").to_owned())
}

#[tokio::test]
async fn a_browser_is_told_by_a_page_and_a_program_in_the_interfaces_form() {
    let site = Site::with_login(|_| ()).await;
    for (method, path, status, code, words) in REFUSED {
        let page = ask(&site, method.clone(), path).header("accept", BROWSER);
        let page = page.send().await.expect("an answer");
        let program = ask(&site, method, path)
            .header("accept", "*/*")
            .send()
            .await
            .expect("an answer");
        assert_eq!(
            (page.status().as_u16(), program.status().as_u16()),
            (status, status),
            "{path}"
        );
        for name in ["allow", "retry-after", "www-authenticate", "cache-control"] {
            assert_eq!(header(&page, name), header(&program, name), "{path}: {name}");
        }
        assert_eq!(
            page.headers().get_all("set-cookie").iter().count(),
            program.headers().get_all("set-cookie").iter().count(),
            "{path}"
        );
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8", "{path}");
        let reference = header(&page, "x-request-id");
        assert!(header(&page, "vary").starts_with("accept,"), "{path}");
        let policy = header(&page, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        let text = page.text().await.expect("text");
        for part in [words, code, &reference, "<html lang=\"nb\">", "<h1>"] {
            assert!(text.contains(part), "{path}: {part}: {text}");
        }
        assert!(!text.contains("<script") && !text.contains("style="), "{path}");
        let said: Value = program.json().await.expect("JSON");
        assert_eq!(said["errors"][0]["extensions"]["code"], code, "{path}");
    }
}

#[tokio::test]
async fn nobody_is_led_back_to_where_a_login_came_to_nothing() {
    let site = Site::with_login(|_| ()).await;
    let failed = ask(&site, Method::GET, "/login/callback?state=geheim&code=geheim").header("accept", BROWSER);
    let text = failed.send().await.expect("an answer").text().await.expect("text");
    assert!(!text.contains("geheim"), "{text}");
    assert!(
        text.contains("href=\"/login?to=%2F\"") && text.contains("Logg inn på nytt"),
        "{text}"
    );
    assert!(
        text.contains("name=\"til\" value=\"/\""),
        "a language is chosen elsewhere: {text}"
    );
    let lost = ask(&site, Method::GET, "/finnes-ikke").header("accept", BROWSER);
    let text = lost.send().await.expect("an answer").text().await.expect("text");
    assert!(
        text.contains("name=\"til\" value=\"/finnes-ikke\"") && !text.contains("Logg inn på nytt"),
        "{text}"
    );
}

#[tokio::test]
async fn the_public_has_its_pages_where_people_log_in_and_no_others() {
    let site = Site::with_login(|_| ()).await;
    for (path, status) in [("/", 200), ("/om-tallene", 200), ("/dobbeltfinansiering", 403)] {
        let page = ask(&site, Method::GET, path)
            .header("accept", BROWSER)
            .send()
            .await
            .expect("an answer");
        assert_eq!(page.status(), status, "{path}");
    }
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_says_what_went_wrong() {
    let site = Site::with_login(|_| ()).await;
    for (language, words) in [
        ("nn-NO", "Inga innlogging var byrja i denne nettlesaren"),
        ("en", "No login was begun in this browser"),
    ] {
        let asked = ask(&site, Method::GET, "/login/callback?state=x&code=y").header("accept", BROWSER);
        let page = asked
            .header("accept-language", language)
            .send()
            .await
            .expect("an answer");
        let text = page.text().await.expect("text");
        assert!(text.contains(words), "{language}: {text}");
    }
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_a_page_that_says_when_to_come_again() {
    let nobody =
        |config: &mut Config| "http://127.0.0.1:9/".clone_into(&mut config.login.as_mut().expect("one").issuer);
    let site = Site::with_login(nobody).await;
    let page = ask(&site, Method::GET, "/login")
        .header("accept", BROWSER)
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        (page.status().as_u16(), header(&page, "retry-after")),
        (503, "10".to_owned())
    );
    let text = page.text().await.expect("text");
    assert!(
        text.contains("LOGIN_UNAVAILABLE") && text.contains("Prøv igjen"),
        "{text}"
    );
}

#[tokio::test]
async fn an_answer_that_a_program_asks_for_is_never_a_page() {
    let world = World::new().await;
    for accept in [
        "application/json",
        "*/*",
        "text/*",
        "text/html;q=0",
        "application/graphql-response+json",
    ] {
        let asked = client().get(world.url("/finnes-ikke")).header("accept", accept);
        let answer = asked.send().await.expect("an answer");
        assert_eq!(answer.status(), 404, "{accept}");
        assert!(header(&answer, "content-type").contains("json"), "{accept}");
    }
    let graphql = client().get(world.url("/graphql?query={")).header("accept", BROWSER);
    let answer = graphql.send().await.expect("an answer");
    assert!(
        header(&answer, "content-type").contains("json"),
        "/graphql has no pages"
    );
}

#[tokio::test]
async fn a_name_that_is_not_this_machines_learns_nothing_by_a_page() {
    let world = World::new().await;
    for path in ["/", "/finnes-ikke"] {
        let asked = client()
            .get(world.url(path))
            .header("accept", BROWSER)
            .header("host", "evil.example");
        let answer = asked.send().await.expect("an answer");
        assert!(
            [403, 404].contains(&answer.status().as_u16()),
            "{path}: {}",
            answer.status()
        );
        let text = answer.text().await.expect("text");
        assert!(
            text.contains("<h1>") && !text.contains("Utdanningsdirektoratet"),
            "{path}: {text}"
        );
    }
}

#[tokio::test]
async fn without_pages_everybody_is_told_in_the_interfaces_form() {
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
    let (listener, address) = http::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port");
    let serving = tokio::spawn(http::serve(listener, front, Router::new(), std::future::pending()));
    let asked = client()
        .get(format!("http://{address}/finnes-ikke"))
        .header("accept", BROWSER);
    let answer = asked.send().await.expect("an answer");
    serving.abort();
    assert_eq!(answer.status(), 404);
    assert!(header(&answer, "content-type").contains("json"));
}
