//! Promise: of a person who logs in nothing comes into the log, however much is logged, nor into the store; the log says once that cookies
//! on this machine are without Secure, and SIGHUP ends the sessions of an issuer that is asked no longer. A key file that is none is refused.

use std::path::{Path, PathBuf};
use std::process::Command;

use programgrant::clock::Clock;
use programgrant::demo::tokens::Issuers;
use reqwest::Url;

use super::browser::Browser;
use super::place::settings;
use crate::operations::Served;
use crate::world::until;

/// Nobody listens there: the browser knows where the pages are.
const ORIGIN: &str = "http://127.0.0.1:9";
/// What the demonstration's issuer states of a person.
const PERSON: [&str; 2] = ["00000000001", "caseworker"];

fn write(folder: &Path, settings: &str) -> PathBuf {
    let file = folder.join("gateway.toml");
    let store = folder.join("store.db");
    let text = format!(
        "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:{}\"\n{settings}",
        store.display()
    );
    std::fs::write(&file, text).expect("written");
    file
}

/// Logs in at a program that stands behind another address than it says.
async fn log_in(served: &Served) -> Browser {
    let mut browser = Browser::default();
    let begun = browser.open(&format!("{}/login", served.address())).await;
    let there = begun.location();
    let page = browser.open(&there).await;
    let id = page
        .text
        .split("name=\"id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a page");
    let door = there.split('?').next().expect("an address").to_owned();
    let chosen = browser
        .send(
            &door,
            &[("id", id), ("person", "caseworker"), ("choice", "municipality")],
        )
        .await;
    let back = Url::parse(&chosen.location()).expect("an address");
    let back = format!(
        "{}{}?{}",
        served.address(),
        back.path(),
        back.query().expect("parameters")
    );
    assert_eq!(browser.open(&back).await.status, 303);
    browser
}

/// Whether the program takes the cookie: without a form's token it says which of the two is missing.
async fn is_known(served: &Served, browser: &Browser) -> bool {
    let came = browser.ask(served.address(), "", super::VIEWER).await;
    match came.refusal().as_str() {
        "403 FORM_REFUSED" => true,
        "401 SESSION_REQUIRED" | "404 NOT_FOUND" => false,
        other => panic!("{other}: {}", came.text),
    }
}

/// Whether the text stands there by itself: the end of a longer number, such as the chain's first hash of naughts and the next one, is another.
fn stands_in(text: &str, bytes: &[u8]) -> bool {
    let mut places = memchr::memmem::find_iter(bytes, text.as_bytes());
    places.any(|place| {
        !place
            .checked_sub(1)
            .is_some_and(|before| bytes[before].is_ascii_hexdigit())
    })
}

#[test]
fn a_number_is_seen_where_it_stands_by_itself_and_not_as_the_end_of_another() {
    let [number, _] = PERSON;
    assert!(stands_in(number, number.as_bytes()));
    assert!(stands_in(number, format!("0000 {number}").as_bytes()));
    assert!(!stands_in(number, format!("00{number}71d2").as_bytes()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_is_kept_and_a_reload_ends_what_it_no_longer_knows() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuers = Issuers::start(Clock::system()).await.expect("the issuers start");
    let settings = settings(&issuers, ORIGIN, folder.path(), "").await;
    let file = write(folder.path(), &settings);
    let served = Served::start_with(&file, &[("RUST_LOG", "trace")]).await;
    let browser = log_in(&served).await;
    assert!(is_known(&served, &browser).await);
    assert!(served.log().contains("cookies have neither prefix nor Secure"));

    write(folder.path(), settings.split("[login]").next().expect("a part"));
    served.signal("HUP");
    until("nobody logs in any more", async || !is_known(&served, &browser).await).await;
    until("its sessions are ended", async || {
        served.log().contains("all sessions have ended")
    })
    .await;
    write(folder.path(), &settings);
    served.signal("HUP");
    until("people log in again", async || {
        browser.ask(served.address(), "", super::VIEWER).await.refusal() == "401 SESSION_REQUIRED"
    })
    .await;

    let log = served.log();
    assert!(served.stop().await.success());
    let cookie = browser.jar.values().next().expect("one");
    assert!(log.contains("somebody has logged in") && !log.contains(cookie.as_str()));
    let stored = ["store.db", "store.db-wal"].map(|name| std::fs::read(folder.path().join(name)).unwrap_or_default());
    for told in PERSON {
        assert!(!log.contains(told), "{told} is in the log");
        for bytes in &stored {
            assert!(!stands_in(told, bytes), "{told} is in the store");
        }
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_or_cannot_sign_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuers = Issuers::start(Clock::system()).await.expect("the issuers start");
    let settings = settings(&issuers, ORIGIN, folder.path(), "").await;
    let key = folder.path().join("login.pem");
    for (text, reason) in [
        (Some("no key"), "no RSA key of 2048 bits or more"),
        (None, "No such file"),
    ] {
        match text {
            Some(text) => std::fs::write(&key, text).expect("written"),
            None => std::fs::remove_file(&key).expect("removed"),
        }
        let program = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(write(folder.path(), &settings))
            .output()
            .expect("runs");
        let said = String::from_utf8_lossy(&program.stderr).into_owned();
        assert_eq!(program.status.code(), Some(2), "{said}");
        assert!(said.contains("login.key_file: ") && said.contains(reason), "{said}");
    }
}
