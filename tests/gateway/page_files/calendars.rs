//! Promise: a calendar's address is made and revoked by forms of the pages alone, by whoever acts for a body; it is shown once, guessed by nobody, works
//! without a login, shows what is public and no more, and is gone for good once it is revoked.

use std::path::Path;

use programgrant::http;
use programgrant::pages;
use reqwest::Response;
use reqwest::header::{AUTHORIZATION, COOKIE, ETAG, IF_NONE_MATCH, ORIGIN};

use super::{between, header};
use crate::login::place::Place;
use crate::site::{BAMBLE, NOBODY, OFFICE, Site, client};
use crate::world::World;

const PAGE: &str = "/frister/kalender";
/// A participant, and none of those whose addresses are made here.
const HORTEN: &str = "964951284";

/// A form of the page, sent by a browser that says where it is.
async fn send(origin: &str, path: &str, cookie: &str, body: &str, headers: &[(&str, &str)]) -> Response {
    let request = client()
        .post(format!("{origin}{path}"))
        .header(COOKIE, cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_owned());
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

fn ours(origin: &str) -> Vec<(&'static str, &str)> {
    vec![("sec-fetch-site", "same-origin"), ("origin", origin)]
}

/// Makes an address as that body, and reads it from the page.
async fn make(origin: &str, body: &str) -> String {
    let cookie = format!("virksomhet={body}");
    let response = send(origin, PAGE, &cookie, "", &ours(origin)).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, reqwest::header::CACHE_CONTROL), "no-store");
    let page = response.text().await.expect("text");
    let mut shown = between(&page, "<p class=\"secret\"><code>", "</code>");
    shown.pop().expect("the new address")
}

async fn status(url: &str) -> u16 {
    client().get(url).send().await.expect("an answer").status().as_u16()
}

/// The ids that the page lists to a body.
async fn listed(site: &Site, body: &str) -> Vec<String> {
    let page = site.page(PAGE, body).await;
    between(&page, "action=\"/frister/kalender/", "/tilbakekall")
}

#[tokio::test]
async fn an_address_works_for_whoever_has_it_until_it_is_revoked() {
    let site = Site::open().await;
    let origin = site.url("");
    let (first, second) = (make(&origin, BAMBLE).await, make(&origin, BAMBLE).await);
    assert!(
        first.starts_with(&format!("{origin}/kalender/"))
            && Path::new(&first).extension().is_some_and(|ending| ending == "ics"),
        "{first}"
    );
    assert_ne!(first, second);
    let secret = first.rsplit('/').next().expect("a secret").trim_end_matches(".ics");
    assert!(secret.len() >= 43, "256 bits: {secret}");
    // Nobody can read it on the page again.
    assert!(!site.page(PAGE, BAMBLE).await.contains(secret));
    let response = client().get(&first).send().await.expect("an answer");
    assert_eq!(
        (
            response.status().as_u16(),
            header(&response, reqwest::header::CONTENT_TYPE)
        ),
        (200, "text/calendar; charset=utf-8".to_owned())
    );
    let text = response.text().await.expect("text");
    assert!(text.starts_with("BEGIN:VCALENDAR") && text.contains("BEGIN:VEVENT"));

    let ids = listed(&site, BAMBLE).await;
    assert_eq!(ids.len(), 2);
    let path = format!("{PAGE}/{}/tilbakekall", ids[0]);
    // Nobody else can revoke it, nor see it.
    assert!(listed(&site, HORTEN).await.is_empty());
    let other = send(&origin, &path, &format!("virksomhet={HORTEN}"), "", &ours(&origin)).await;
    assert_eq!(other.status(), 404);
    assert_eq!((status(&first).await, status(&second).await), (200, 200));
    let own = send(&origin, &path, &format!("virksomhet={BAMBLE}"), "", &ours(&origin)).await;
    assert_eq!(own.status(), 303);
    let mut after = [status(&first).await, status(&second).await];
    after.sort_unstable();
    assert_eq!(after, [200, 410], "one of the two is gone");
    assert_eq!(listed(&site, BAMBLE).await, ids[1..]);
    // For good: not twice, and not to be had back.
    let again = send(&origin, &path, &format!("virksomhet={BAMBLE}"), "", &ours(&origin)).await;
    assert_eq!(again.status(), 404);
}

#[tokio::test]
async fn what_was_never_made_is_not_there() {
    let site = Site::open().await;
    for path in [
        "/kalender/x.ics",
        "/kalender/.ics",
        "/kalender/x",
        "/kalender/%27%20OR%201=1.ics",
        "/kalender/",
    ] {
        assert_eq!(site.status(path, OFFICE).await, 404, "{path}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_makes_none_and_revokes_none() {
    let site = Site::open().await;
    let origin = site.url("");
    let kept = make(&origin, BAMBLE).await;
    let revoke = format!("{PAGE}/{}/tilbakekall", listed(&site, BAMBLE).await[0]);
    for path in [PAGE, &revoke] {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            &[],
        ] {
            let response = send(&origin, path, &format!("virksomhet={BAMBLE}"), "", headers).await;
            assert_eq!(response.status(), 403, "{path} {headers:?}");
        }
        // Looking at it changes nothing.
        let looked = site.status(path, BAMBLE).await;
        assert!(looked == 200 || looked == 405, "{path}: {looked}");
    }
    assert_eq!((listed(&site, BAMBLE).await.len(), status(&kept).await), (1, 200));
}

#[tokio::test]
async fn what_an_address_shows_is_what_the_public_may_read_whoever_asks_there() {
    let site = Site::open().await;
    let url = make(&site.url(""), OFFICE).await;
    let read = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("text")
    };
    let alone = read(client().get(&url)).await;
    // Nothing that comes along says who asks: not even a token that nobody believes.
    let with = client()
        .get(&url)
        .header(COOKIE, format!("virksomhet={BAMBLE}"))
        .header(AUTHORIZATION, "Bearer x.y.z");
    assert_eq!(read(with).await, alone);
    let public = site.page("/frister.ics", NOBODY).await;
    let events = |text: &str| between(text, "BEGIN:VEVENT", "END:VEVENT");
    assert_eq!(events(&alone), events(&public));
    assert!(alone.replace("\r\n ", "").contains("(PUBLIC)") || !alone.contains("PROGRAMME_OFFICE"));
}

#[tokio::test]
async fn a_program_that_has_it_already_is_told_so() {
    let site = Site::open().await;
    let url = make(&site.url(""), BAMBLE).await;
    let first = client().get(&url).send().await.expect("an answer");
    let tag = header(&first, ETAG);
    let again = client()
        .get(&url)
        .header(IF_NONE_MATCH, &tag)
        .send()
        .await
        .expect("an answer");
    assert_eq!(again.status(), 304);
    let other = client()
        .get(&url)
        .header(IF_NONE_MATCH, "\"other\"")
        .send()
        .await
        .expect("an answer");
    assert_eq!((other.status().as_u16(), header(&other, ETAG)), (200, tag));
}

#[tokio::test]
async fn a_body_has_so_many_at_most_and_may_make_one_more_when_one_is_gone() {
    let site = Site::open().await;
    let origin = site.url("");
    for _ in 0..20 {
        make(&origin, BAMBLE).await;
    }
    let cookie = format!("virksomhet={BAMBLE}");
    assert_eq!(send(&origin, PAGE, &cookie, "", &ours(&origin)).await.status(), 400);
    let ids = listed(&site, BAMBLE).await;
    assert_eq!(ids.len(), 20);
    let path = format!("{PAGE}/{}/tilbakekall", ids[0]);
    assert_eq!(send(&origin, &path, &cookie, "", &ours(&origin)).await.status(), 303);
    make(&origin, BAMBLE).await;
}

#[tokio::test]
async fn on_postgres_it_is_the_same_and_the_secret_is_in_no_store() {
    let world = World::over_postgres().await;
    let origin = world.url("");
    let url = make(&origin, BAMBLE).await;
    assert_eq!(status(&url).await, 200);
    let rows: Vec<String> = sqlx::query_scalar("SELECT id FROM _calendar")
        .fetch_all(world.gateway().database.readers())
        .await
        .expect("reads");
    assert_eq!(rows.len(), 1);
    assert!(!url.contains(&rows[0]));
    let path = format!("{PAGE}/{}/tilbakekall", rows[0]);
    let revoked = send(&origin, &path, &format!("virksomhet={BAMBLE}"), "", &ours(&origin)).await;
    assert_eq!((revoked.status().as_u16(), status(&url).await), (303, 410));
}

#[tokio::test]
async fn where_people_log_in_only_they_make_one_with_the_token_of_their_page() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let cookie = browser.cookie(&place.url(""));
    let front = place.gate.front.clone();
    let (listener, address) = http::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port");
    let further = pages::router(front.clone());
    let serving = tokio::spawn(async move { http::serve(listener, front, further, std::future::pending()).await });
    let at = format!("http://{address}");
    let ours = ours(&place.origin);
    let public = send(&at, PAGE, "", "", &ours).await;
    assert_eq!(public.status(), 403, "the public makes none");
    for token in ["", "form_token=x"] {
        assert_eq!(send(&at, PAGE, &cookie, token, &ours).await.status(), 403, "{token}");
    }
    let page = client()
        .get(format!("{at}{PAGE}"))
        .header(COOKIE, &cookie)
        .send()
        .await
        .expect("an answer");
    let page = page.text().await.expect("text");
    let token = between(&page, "name=\"form_token\" value=\"", "\"")
        .pop()
        .expect("a token");
    let form = format!("form_token={token}");
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        (ORIGIN.as_str(), "https://evil.example"),
    ];
    assert_eq!(send(&at, PAGE, &cookie, &form, &foreign).await.status(), 403);
    let made = send(&at, PAGE, &cookie, &form, &ours).await;
    assert_eq!(made.status(), 200);
    let page = made.text().await.expect("text");
    let url = between(&page, "<p class=\"secret\"><code>", "</code>")
        .pop()
        .expect("the address");
    // The address is that of the pages, not what a browser says of itself.
    let secret = url.strip_prefix(&place.origin).unwrap_or_else(|| panic!("{url}"));
    assert_eq!(status(&format!("{at}{secret}")).await, 200, "without a login");
    serving.abort();
}
