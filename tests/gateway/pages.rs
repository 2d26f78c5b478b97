//! Promise: every page is whole without script and loads nothing from elsewhere; what cannot be shown is a page as well. That its figures are the
//! interface's, and no more, is promised by `page_figures`.

use std::collections::{BTreeSet, VecDeque};

use programgrant::demo::systems::UDIR;
use programgrant_schema::Content;
use reqwest::Response;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN, SET_COOKIE};

use crate::records;
use crate::site::{BAMBLE, Site, client};
use crate::world::World;

/// Which pages are walked; more would be the same screens again.
const PAGES: usize = 120;

/// Addresses of this site that a page leads to.
fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    // GraphiQL and what npm builds have tests of their own.
    all.filter(|link| {
        (link.starts_with('/') || link.starts_with('?'))
            && !link.starts_with("/graphiql")
            && !link.starts_with("/assets")
            && !link.starts_with("/sider.css")
            && !is_file(link)
    })
    .map(|link| link.replace("&amp;", "&").replace("&#38;", "&"))
    .collect()
}

/// Files that pages offer have tests of their own.
fn is_file(link: &str) -> bool {
    let path = link.split('?').next().unwrap_or_default();
    path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

fn check_form(path: &str, response: &Response) {
    let header = |name| {
        response
            .headers()
            .get(&name)
            .map(|value| value.to_str().expect("text").to_owned())
    };
    let policy = header(CONTENT_SECURITY_POLICY).expect("a policy");
    assert!(
        policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
        "{path}: {policy}"
    );
    assert_eq!(
        header(CONTENT_TYPE).as_deref(),
        Some("text/html; charset=utf-8"),
        "{path}"
    );
}

fn check_text(path: &str, page: &str) {
    assert!(
        page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"),
        "{path}: not whole"
    );
    assert_eq!(page.matches("<h1>").count(), 1, "{path}: one heading");
    assert!(page.contains("<html lang=\"nb\">"), "{path}");
    for foreign in ["style=", "<script", "http://", "onclick", "{{", "&lt;span"] {
        // The query behind the page is text of the interface; a namespace is no address that is asked.
        let text = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains(foreign), "{path}: {foreign}");
    }
    for table in page.split("<table").skip(1) {
        assert!(
            table.contains("<caption>") && table.contains("scope=\"col\""),
            "{path}: a table without caption or scope"
        );
    }
}

#[tokio::test]
async fn every_page_that_is_linked_to_is_there_whole_and_loads_nothing_from_elsewhere() {
    let site = Site::open().await;
    let mut waiting = VecDeque::from(["/".to_owned(), "/sok?q=".to_owned(), "/sok?q=sand".to_owned()]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut kinds = BTreeSet::new();
    let mut walked = 0;
    while let Some(path) = waiting.pop_front().filter(|_| walked < PAGES) {
        let response = site.get(&path, "").send().await.expect("an answer");
        if response.status().is_redirection() {
            waiting.push_back(response.headers()[LOCATION].to_str().expect("text").to_owned());
            continue;
        }
        assert_eq!(response.status(), 200, "{path}");
        walked += 1;
        check_form(&path, &response);
        let page = response.text().await.expect("text");
        check_text(&path, &page);
        kinds.insert(kind_of(&path));
        let own = path.split('?').next().unwrap_or_default();
        for link in links(&page) {
            let link = if link.starts_with('?') {
                format!("{own}{link}")
            } else {
                link
            };
            if seen.insert(link.clone()) {
                // Screens that no page before had come first, so that each kind is seen.
                if kinds.contains(&kind_of(&link)) {
                    waiting.push_back(link);
                } else {
                    waiting.push_front(link);
                }
            }
        }
    }
    let screens = [
        "/",
        "data",
        "dobbeltfinansiering",
        "for-og-na",
        "for-vedtak",
        "frister",
        "kan-vi-soke",
        "kilder",
        "om-tallene",
        "programmet",
        "programtilskudd",
        "ser-ikke",
        "sok",
        "tilskudd",
        "utbetalinger",
    ];
    for screen in screens {
        assert!(kinds.contains(screen), "{screen} is led to by no page: {kinds:?}");
    }
}

/// Which screen an address is of.
fn kind_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => "/".to_owned(),
        ["kommune", _, screen, ..] | [screen, ..] => (*screen).to_owned(),
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_a_page_with_that_status() {
    let site = Site::open().await;
    for (path, status) in [
        ("/kommune/9999/tilskudd", 404),
        ("/kommune/bamble/tilskudd", 404),
        ("/tilskudd/finnes-ikke", 404),
        ("/programmet/i-fjor", 400),
        (&format!("/kommune/{BAMBLE}/tilskudd?side=-1"), 400),
        (&format!("/kommune/{BAMBLE}/kan-vi-soke/-32768"), 400),
        ("/dobbeltfinansiering/finnes-ikke", 404),
        (&format!("/kommune/{BAMBLE}/tilskudd?per=i-gaar"), 400),
        (&format!("/kommune/{BAMBLE}/tilskudd?per=2999-01-01"), 400),
    ] {
        let response = site.get(path, "").send().await.expect("an answer");
        assert_eq!(response.status(), status, "{path}");
        check_form(path, &response);
        check_text(path, &response.text().await.expect("text"));
    }
    // A body without a role is the public: its pages are the public's, and cases are not among them.
    let nobody = "310240052";
    assert_eq!(site.status("/dobbeltfinansiering", nobody).await, 403);
    assert_eq!(site.status("/", nobody).await, 200);
}

#[tokio::test]
async fn a_municipality_is_found_by_any_number_or_name_it_ever_had() {
    let site = Site::open().await;
    for text in ["Bamble", "4012", "3813", "0814", "940 244 145"] {
        let path = format!("/sok?q={}", text.replace(' ', "%20"));
        let response = site.get(&path, "").send().await.expect("an answer");
        let leads = response
            .headers()
            .get(LOCATION)
            .map(|to| to.to_str().expect("text").to_owned());
        let found =
            leads == Some(format!("/kommune/{BAMBLE}")) || response.text().await.expect("text").contains(BAMBLE);
        assert!(found, "{text}");
    }
}

#[tokio::test]
async fn what_a_case_officer_is_told_is_the_guards_answer_and_nothing_is_written() {
    let site = Site::open().await;
    let path =
        format!("/for-vedtak?mottaker={BAMBLE}&ordning=231.63&aar=2021&belop=1+000&sak=21%2F1&malgruppe=&fra=&til=");
    let page = site.page(&path, "970018131").await;
    assert!(page.contains("Stanset"), "{page}");
    let bad = site
        .page(&path.replace("belop=1+000", "belop=tusen"), "970018131")
        .await;
    assert!(
        bad.contains("role=\"alert\"") && bad.contains("value=\"tusen\""),
        "what was typed stays"
    );
    let claims = site
        .ask("{ fundingClaims { items { caseReference } } }", "970018131")
        .await;
    assert!(claims["fundingClaims"]["items"].is_array(), "{claims}");
    assert!(!claims.to_string().contains("21/1"), "{claims}");
}

#[tokio::test]
async fn a_choice_is_kept_and_leads_back_and_a_foreign_form_chooses_nothing() {
    let site = Site::open().await;
    let client = client();
    let choose = |to: &str, site_of_sender: &str| {
        let form = format!("sprak=nn&til={}", to.replace('/', "%2F"));
        let request = client.post(format!("http://{}/valg/sprak", site.address));
        request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site_of_sender)
            .body(form)
    };
    let response = choose("/kilder", "same-origin").send().await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), &response.headers()[LOCATION]),
        (303, &"/kilder".parse().expect("a value"))
    );
    let kept = response.headers()[SET_COOKIE].to_str().expect("text");
    assert!(
        kept.starts_with("sprak=nn;") && kept.contains("HttpOnly") && kept.contains("SameSite=Lax"),
        "{kept}"
    );
    let away = choose("//evil.example/", "same-origin")
        .send()
        .await
        .expect("an answer");
    assert_eq!(away.headers()[LOCATION], "/");
    let foreign = choose("/", "cross-site")
        .header(HOST, site.address.to_string())
        .header(ORIGIN, "https://evil.example");
    let foreign = foreign.send().await.expect("an answer");
    assert_eq!(foreign.status(), 403);
    assert!(!foreign.headers().contains_key(SET_COOKIE));
    let nynorsk = client
        .get(format!("http://{}/", site.address))
        .header(ACCEPT_LANGUAGE, "nn-NO");
    assert!(
        nynorsk
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text")
            .contains("<html lang=\"nn\">")
    );
}

#[tokio::test]
async fn what_a_source_or_an_address_says_stands_in_a_page_as_text() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'";
    let mut pot = records::pot(("3813", BAMBLE), 2021, records::kroner(1_000));
    let Content::Award(award) = &mut pot.content else {
        panic!("a pot is an award");
    };
    award.recipient.name = Some(HOSTILE.to_owned());
    award.disbursements[0].reference = Some(HOSTILE.to_owned());
    let world = World::heard(&[(UDIR, vec![pot])]).await;
    let asked = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let mut pages = vec![
        format!("/kommune/{BAMBLE}/utbetalinger"),
        format!("/kommune/{BAMBLE}/tilskudd?tekst={asked}"),
        format!("/sok?q={asked}"),
        format!("/for-vedtak?mottaker={asked}&ordning={asked}&aar={asked}&belop={asked}&sak={asked}"),
    ];
    let award = world
        .ask(&format!(
            "{{ municipality(organisationNumber: {BAMBLE:?}) {{ awards {{ id }} }} }}"
        ))
        .await;
    let id = award["municipality"]["awards"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    pages.push(format!("/tilskudd/{}", id.replace('/', "%2F")));
    for path in pages {
        let page = reqwest::get(world.url(&path))
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        assert!(page.contains("alert(1)"), "{path}: not shown\n{page}");
        assert!(!page.contains("<script"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_for_everybody_where_the_public_runs_known_documents_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = folder.path().join("documents.json");
    std::fs::write(&manifest, "{}").expect("written");
    let site = Site::with_login(|config| {
        config.documents.manifest = Some(manifest);
        config.documents.require_for_public = true;
    })
    .await;
    for path in ["/", "/om-tallene", "/programmet/2021", "/frister", "/kilder"] {
        let page = client().get(site.url(path)).send().await.expect("an answer");
        assert_eq!(page.status(), 200, "{path}");
    }
    let asked = client().post(site.url("/graphql"));
    let asked = asked.json(&serde_json::json!({ "query": "{ sources { id } }" }));
    let refused = asked.send().await.expect("an answer");
    assert_eq!(refused.status(), 403);
    let refused = refused.text().await.expect("text");
    assert!(refused.contains("DOCUMENT_NOT_TRUSTED"), "{refused}");
}
