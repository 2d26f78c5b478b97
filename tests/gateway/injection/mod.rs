//! Promise: whatever text a source or a register sends, and whatever a caller writes into a claim, stands in pages and files as text: no
//! element, no attribute, no address and no formula comes of it.

mod files;
mod frames;
mod html;
mod wire;
mod world;

use std::collections::{BTreeSet, VecDeque};

use html::Page;
use reqwest::header::COOKIE;
use wire::ATTACK;
use world::Attacked;

/// As many as it takes to see each kind of page, and of each kind those that the attacked records stand on.
const PAGES: usize = 150;
const OF_A_KIND: usize = 12;

/// Whose texts must be seen on pages, and how many of them at least.
const ON_PAGES: [(&str, usize); 9] = [
    ("udir/", 4),
    ("udir/mottaker/navn", 1),
    ("nav/", 1),
    ("helsedir/", 4),
    ("bufdir/", 4),
    ("klass/name", 1),
    ("accounts/", 2),
    ("list/name", 1),
    ("claim", 1),
];

/// Where each attack that is seen whole comes from: what is written behind it.
fn origins(text: &str) -> BTreeSet<String> {
    let behind = text.split(ATTACK).skip(1);
    let name = |rest: &str| {
        rest.chars()
            .take_while(|sign| sign.is_ascii_alphanumeric() || "/_".contains(*sign))
            .collect()
    };
    behind.map(name).collect()
}

/// The screen and, of lists, whether it is asked for more than itself.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let screen = match parts.as_slice() {
        ["kommune", _] => "kommune",
        ["kommune", _, screen, ..] | [screen] => screen,
        [screen, _, ..] => return format!("{screen}/"),
        [] => "/",
    };
    format!("{screen}{}", if query.is_empty() { "" } else { "?" })
}

/// A page, in which nothing may come of a text.
async fn read(attacked: &Attacked, client: &reqwest::Client, path: &str) -> Page {
    let request = client.get(attacked.url(path)).header(COOKIE, "virksomhet=; sprak=nb");
    let answer = request.send().await.expect("an answer");
    assert!(
        answer.status().is_success() || path.contains("alert"),
        "{path}: {}",
        answer.status()
    );
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
        "{path}: {policy}"
    );
    Page::read(path, &answer.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_a_source_is_more_than_text_in_any_page() {
    let attacked = Attacked::heard().await;
    let client = reqwest::Client::new();
    let mut waiting = VecDeque::from(["/".to_owned(), "/sok?q=HYPERLINK".to_owned()]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let (mut kinds, mut told, mut walked) = (std::collections::BTreeMap::<String, usize>::new(), BTreeSet::new(), 0);
    while let Some(path) = waiting.pop_front().filter(|_| walked < PAGES) {
        let page = read(&attacked, &client, &path).await;
        walked += 1;
        *kinds.entry(kind(&path)).or_default() += 1;
        told.extend(origins(&page.text));
        let own = path.split('?').next().unwrap_or_default();
        for link in page.links {
            let link = if link.starts_with('?') {
                format!("{own}{link}")
            } else {
                link
            };
            // A file's address ends in its format; files have a test of their own.
            let is_file = link.split('?').next().unwrap_or_default().contains('.');
            let is_page = link.starts_with('/') && !link.contains('#') && !link.starts_with("/graphiql") && !is_file;
            if !is_page || !seen.insert(link.clone()) {
                continue;
            }
            match kinds.get(&kind(&link)) {
                None => waiting.push_front(link),
                Some(count) if *count < OF_A_KIND => waiting.push_back(link),
                Some(_) => {}
            }
        }
    }
    for path in attacked.pages().await {
        told.extend(origins(&read(&attacked, &client, &path).await.text));
    }
    // That they stand there shows that each came as far as the pages.
    let fields = |source: &str| told.iter().filter(|told| told.starts_with(source)).count();
    let missing: Vec<&(&str, usize)> = ON_PAGES.iter().filter(|(from, least)| fields(from) < *least).collect();
    assert!(missing.is_empty(), "{missing:?} are on no page: {told:#?}");
    assert!(kinds.len() >= 12, "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_the_interface_is_no_page() {
    let attacked = Attacked::heard().await;
    let query = serde_json::json!({ "query": "{ sources { setAsideRecords(limit: 5) { reason } } }" });
    for request in [
        reqwest::Client::new().post(attacked.url("/graphql")).json(&query),
        reqwest::Client::new()
            .get(attacked.url("/graphql?query=%7Bsources%7BsetAsideRecords%28limit%3A5%29%7Breason%7D%7D%7D")),
    ] {
        let answer = request.header("accept", "*/*").send().await.expect("an answer");
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-type").contains("json"), "{}", header("content-type"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
    }
}
