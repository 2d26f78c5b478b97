//! Promise: GraphiQL asks as whoever is at it: by the session's own token where somebody is logged in, as the body that was chosen in open mode,
//! and otherwise as the public. It has an example for every screen, each valid by the schema.

use std::collections::BTreeSet;
use std::path::PathBuf;

use apollo_compiler::{ExecutableDocument, Schema};
use programgrant::graphql;
use serde_json::{Value, json};

use crate::login::browser::{Browser, Came};
use crate::login::said;
use crate::site::Site;
use crate::world::{World, repository};

/// An attribute of the page's one element, or the token of its forms.
fn stated<'a>(page: &'a str, before: &str) -> Option<&'a str> {
    page.split(before).nth(1)?.split('"').next()
}

#[tokio::test]
async fn in_a_session_the_page_has_what_its_questions_carry_and_they_are_answered_as_its_body() {
    let site = Site::with_login(|_| ()).await;
    let (origin, mut browser) = (site.url(""), Browser::default());
    let page = browser.open(&format!("{origin}/graphiql")).await;
    assert_eq!(stated(&page.text, "data-mode=\""), Some("public"));
    assert!(!page.text.contains("form-token"), "{}", page.text);

    log_in(&mut browser, &origin).await;
    let page = browser.open(&format!("{origin}/graphiql")).await;
    assert_eq!(stated(&page.text, "data-mode=\""), Some("session"));
    assert_eq!(stated(&page.text, "data-role=\""), Some("municipality"));
    let number = stated(&page.text, "data-number=\"").expect("a body").to_owned();
    let token = stated(&page.text, "name=\"form-token\" content=\"").expect("a token");
    let endpoint = stated(&page.text, "data-session-endpoint=\"").expect("an address");
    assert_eq!(endpoint, "/graphiql/query");
    let asked = browser.ask(&origin, token, crate::login::VIEWER).await;
    assert_eq!(said(&asked), format!("MUNICIPALITY {number}"));
    let kept = page.headers["cache-control"].to_str().expect("text");
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(kept == "no-store" && !policy.contains("script-src") && policy.starts_with("default-src 'self'"));
    assert!(page.headers["vary"].to_str().expect("text").contains("cookie"));

    let other = browser.open(&format!("{origin}/graphiql")).await;
    assert_ne!(
        stated(&other.text, "name=\"form-token\" content=\""),
        Some(token),
        "under another mask each time"
    );
}

/// As the body of a municipality, by the issuer's page.
async fn log_in(browser: &mut Browser, origin: &str) {
    let there = browser.open(&format!("{origin}/login")).await.location();
    let page = browser.open(&there).await;
    let id = stated(&page.text, "name=\"id\" value=\"").expect("a page to choose on");
    let door = there.split('?').next().expect("an address");
    let fields = [("id", id), ("person", "caseworker"), ("choice", "municipality")];
    let back = browser.send(door, &fields).await.location();
    assert_eq!(browser.open(&back).await.status, 303);
}

#[tokio::test]
async fn in_open_mode_it_asks_as_the_body_that_was_chosen() {
    let world = World::new().await;
    for (cookie, number) in [("", "970018131"), ("virksomhet=940244145", "940244145")] {
        let asked = reqwest::Client::new()
            .get(world.url("/graphiql"))
            .header("cookie", cookie);
        let page = Came::to(asked).await;
        assert_eq!(stated(&page.text, "data-mode=\""), Some("open"));
        assert_eq!(stated(&page.text, "data-number=\""), Some(number));
        assert!(!page.text.contains("form-token"));
        // What the page sends: the header is taken.
        let asked = reqwest::Client::new()
            .post(world.url("/graphql"))
            .header("programgrant-caller", number)
            .json(&json!({ "query": crate::login::VIEWER }));
        let answer: Value = asked.send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["data"]["viewer"]["organisation"]["organisationNumber"], number);
    }
}

/// The operations of a folder's files.
fn operations(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(repository().join(folder)).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    let mut found: Vec<(PathBuf, String)> = paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| (path.clone(), std::fs::read_to_string(path).expect("UTF-8")))
        .collect();
    found.sort();
    found
}

#[test]
fn every_example_is_valid_by_the_schema() {
    let schema = Schema::parse_and_validate(graphql::sdl(), "programgrant.graphql").expect("a schema");
    let examples = operations("web/src/graphiql/examples", "graphql");
    assert!(examples.len() >= 20, "{}", examples.len());
    for (path, text) in examples {
        let read = ExecutableDocument::parse_and_validate(&schema, &text, path.display().to_string());
        assert!(
            read.is_ok(),
            "{}",
            read.err().map(|flaw| flaw.to_string()).unwrap_or_default()
        );
    }
}

/// Every screen, and what stands on several; the first line of an example is its title.
const SCREENS: [&str; 30] = [
    "Forside",
    "Programtilskudd",
    "Alle tilskudd",
    "Ett tilskudd",
    "Utbetalinger",
    "Før og nå",
    "Kan vi søke?",
    "Frister",
    "Hva vi ikke ser",
    "Hvorfor endret tallet seg?",
    "Slik det var",
    "Før vedtak",
    "Klareringer og krav",
    "Et krav over tid",
    "Dobbeltfinansiering",
    "Fylkesoversikt",
    "Programmet",
    "Kildestatus",
    "Satt til side",
    "Utelukkelser i systemene",
    "Søk etter kommune",
    "Fordelingen av programmet",
    "Fordelingen forklart",
    "Hva hvis?",
    "Deltakelse i programmet",
    "Tiltak",
    "Årsrapporter",
    "Evaluering",
    "Innsigelser",
    "Programmer",
];

#[test]
fn every_screen_has_an_example() {
    let examples = operations("web/src/graphiql/examples", "graphql");
    let titles: BTreeSet<&str> = examples
        .iter()
        .filter_map(|(_, text)| text.lines().next()?.strip_prefix("# "))
        .collect();
    let missing: Vec<&str> = SCREENS.into_iter().filter(|screen| !titles.contains(screen)).collect();
    assert!(missing.is_empty(), "{missing:?} of {titles:?}");
    assert_eq!(titles.len(), examples.len(), "no title twice");
}
