//! Promise: whatever comes to nothing at the demonstration's own issuer is told a person by a page of its own look, with the status, and nothing in it
//! is from whoever asks; the gateway, a program, is told in JSON.

use super::browser::{Browser, Came, client};
use super::place::Place;

fn is_its_page(came: &Came, status: u16, words: &str) {
    assert_eq!(came.status.as_u16(), status, "{}", came.text);
    let header = |name: &str| came.headers.get(name).map_or("", |value| value.to_str().expect("text"));
    assert_eq!(header("content-type"), "text/html; charset=utf-8", "{words}");
    assert!(
        header("content-security-policy").starts_with("default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
        "{words}"
    );
    for part in [
        "<html lang=\"nb\">",
        "<title>",
        "– demonstrasjon</title>",
        "<main><h1>",
        words,
    ] {
        assert!(came.text.contains(part), "{part}: {}", came.text);
    }
    for bad in ["<script", "style=", "geheim"] {
        assert!(!came.text.contains(bad), "{bad}: {}", came.text);
    }
}

#[tokio::test]
async fn a_login_that_comes_to_nothing_there_is_a_page() {
    let place = Place::new().await;
    let mut browser = Browser::default();
    let begun = browser.open(&place.url("/login")).await;
    let there = begun.location();
    let door = there.split('?').next().expect("an address").to_owned();
    for (bad, words) in [
        (door.clone(), "Det mangler noe i adressen."),
        (format!("{door}?client_id=geheim"), "Det mangler noe i adressen."),
        (
            there.replace("client_id=programgrant-demo", "client_id=geheim"),
            "Den som sendte deg hit, er ikke kjent her.",
        ),
        (
            there.replace("response_type=code", "response_type=geheim"),
            "Her brukes bare kodeflyten",
        ),
        (
            there.replace("redirect_uri=http", "redirect_uri=geheim"),
            "Adressen tilbake er en annen",
        ),
    ] {
        assert_ne!(bad, there);
        is_its_page(&browser.open(&bad).await, 400, words);
    }
    for form in [vec![("id", "geheim"), ("choice", "oneself")], vec![("id", "geheim")]] {
        let words = if form.len() == 2 {
            "Siden er brukt alt"
        } else {
            "Skjemaet kan ikke leses"
        };
        is_its_page(&browser.send(&door, &form).await, 400, words);
    }
    let chosen = browser.open(&there).await;
    let id = chosen
        .text
        .split("name=\"id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let id = id.expect("a form").to_owned();
    is_its_page(
        &browser.send(&door, &[("id", &*id), ("choice", "geheim")]).await,
        400,
        "Valget finnes ikke.",
    );
    let left = browser.open(&door.replace("authorize", "endsession")).await;
    is_its_page(&left, 200, "Du er logget ut");
    let twice = format!(
        "{}?client_id=geheim&client_id=geheim",
        door.replace("authorize", "endsession")
    );
    is_its_page(&browser.open(&twice).await, 400, "Adressen kan ikke leses.");
}

#[tokio::test]
async fn the_gateway_is_told_in_json() {
    let place = Place::new().await;
    let mut browser = Browser::default();
    let there = browser.open(&place.url("/login")).await.location();
    let door = there
        .split('?')
        .next()
        .expect("an address")
        .replace("authorize", "token");
    let asked = client()
        .post(&door)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=authorization_code");
    let came = Came::to(asked).await;
    assert_eq!(
        (came.status.as_u16(), came.text.as_str()),
        (400, "{\"error\":\"invalid_request\"}")
    );
}
