//! Promise: every kind that speaks HTTP goes out with a key, as its settings and the environment say; a token service that is down leaves
//! the source stale and is named; no secret is printed.

use std::sync::Arc;
use std::time::Duration;

use programgrant_bufdir::simulator::BufdirSimulator;
use programgrant_contract::simulation::Simulator;
use programgrant_helsedir::simulator::HelsedirSimulator;
use programgrant_schema::SourceId;
use programgrant_udir::simulator::UdirSimulator;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::commands::{program, write_config};
use crate::door::{Authority, Door, Issued};
use crate::records::{TWELVE, kroner, share};
use crate::token_service::{Clock, KID, TokenFault, TokenService, auth_settings, pem, rsa};
use crate::world::{NOON, World};

const STORE: &str = "[store]\nurl = \"sqlite:register.db\"\n";
const OTHERS: [SourceId; 3] = [
    SourceId::from_static("other_udir"),
    SourceId::from_static("other_helsedir"),
    SourceId::from_static("other_bufdir"),
];

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

/// One system of each kind that speaks HTTP, with one share of the first municipality.
async fn others() -> Vec<(SourceId, Box<dyn Simulator>, String)> {
    let udir = UdirSimulator::start(listener().await);
    let helsedir = HelsedirSimulator::start(listener().await);
    let bufdir = BufdirSimulator::start(listener().await);
    let urls = [udir.base_url(), helsedir.url(), bufdir.url()];
    let all: [Box<dyn Simulator>; 3] = [Box::new(udir), Box::new(helsedir), Box::new(bufdir)];
    let schemes = [0, 3, 4];
    let mut systems = Vec::new();
    for (((id, system), url), scheme) in OTHERS.into_iter().zip(all).zip(urls).zip(schemes) {
        system.publish(&[share(scheme, TWELVE[0], 2021, kroner(100))]);
        systems.push((id, system, url));
    }
    systems
}

/// The origin and the path of an address.
fn parts(url: &str) -> (String, String) {
    let url: reqwest::Url = url.parse().expect("an address");
    (url.origin().ascii_serialization(), url.path().to_owned())
}

fn section(id: SourceId, url: &str) -> String {
    let kind = id.as_str().trim_start_matches("other_");
    let key = if kind == "udir" { "base_url" } else { "url" };
    format!("[sources.{id}]\nkind = {kind:?}\n{key} = {url:?}\nevery = \"200ms\"\ndeadline = \"5s\"\n")
}

/// One of its tables.
fn table(id: SourceId, name: &str, lines: &str) -> String {
    format!("[sources.{id}.{name}]\n{lines}\n")
}

fn at_noon() -> Clock {
    Arc::new(|| NOON.parse().expect("an instant"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a service beside a program that goes by the machine's clock"
)]
fn by_the_machine() -> Clock {
    Arc::new(jiff::Timestamp::now)
}

#[tokio::test]
async fn every_kind_that_speaks_http_is_let_in_with_its_token() {
    let (folder, key) = (tempfile::tempdir().expect("a temporary folder"), rsa());
    let key_file = folder.path().join("key.pem").display().to_string();
    std::fs::write(&key_file, pem(&key)).expect("written");
    let service = TokenService::start(at_noon()).await;
    service.trust(KID, &key);
    let (systems, mut doors, mut settings) = (others().await, Vec::new(), String::new());
    for (id, _, url) in &systems {
        let (origin, path) = parts(url);
        let door = Door::open(Some(&origin), service.judge()).await;
        settings += &section(*id, &door.url(&path));
        settings += &table(
            *id,
            "auth",
            &format!("key_file = {key_file:?}\n{}", auth_settings(&service)),
        );
        doors.push(door);
    }
    let world = World::with_settings(&settings).await;
    for (id, door) in OTHERS.into_iter().zip(&doors) {
        world.poll(id).await.expect("heard");
        assert_eq!(world.source(id).await["state"], "FRESH", "{id}");
        assert!(door.visits().0 > 0 && door.visits().1 == 0, "{id}: {:?}", door.visits());
    }
    assert_eq!(service.asked(), 3, "one token for each source");
    // In mid-life, SOAP too.
    service.revoke_all();
    for (id, door) in OTHERS.into_iter().zip(&doors) {
        world.poll(id).await.expect("heard again");
        assert_eq!(door.visits().1, 1, "{id}");
    }
    service.revoke_all();
    service.set_fault(Some(TokenFault::Down));
    world.poll(OTHERS[1]).await.expect_err("no token");
    let source = world.source(OTHERS[1]).await;
    let error = source["lastError"].as_str().unwrap_or_default();
    assert!(
        error.contains("the token service is at fault, not the system: it is out of reach: status 503"),
        "{source:#}"
    );
    assert!(!error.contains("127.0.0.1"), "{error}");
    world.hand.advance(Duration::from_hours(1));
    assert_eq!(world.source(OTHERS[1]).await["state"], "STALE");
    service.set_fault(None);
}

/// A folder with a configuration, and what `sync` says of it where the environment holds these variables.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    async fn sync(&self, settings: &str, environment: &[(String, &str)]) -> (Option<i32>, String) {
        let config = write_config(self.folder.path(), &format!("{STORE}{settings}"));
        let mut command = program(&["sync", "--config", &config]);
        command.envs(environment.iter().cloned()).env("RUST_LOG", "trace");
        let output = tokio::task::spawn_blocking(move || command.output().expect("runs"));
        let output = output.await.expect("ends");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        (output.status.code(), text)
    }
}

/// A variable of the first source.
fn variable<'a>(key: &str, value: &'a str) -> (String, &'a str) {
    (format!("PROGRAMGRANT__SOURCES__OTHER_UDIR__{key}"), value)
}

/// The first source with these lines in its table `auth`.
fn with_auth(source: &str, lines: &str) -> String {
    format!("{source}{}", table(OTHERS[0], "auth", lines))
}

#[tokio::test]
async fn secrets_come_from_the_environment_by_path_and_are_never_printed() {
    let (office, key) = (Office::new(), rsa());
    let service = TokenService::start(by_the_machine()).await;
    service.trust(KID, &key);
    let systems = others().await;
    let (origin, path) = parts(&systems[0].2);
    let basic = "Basic Z2F0ZXdheTpoaWRkZW4="; // gateway:hidden
    let is_token = service.judge();
    let is_let_in = move |shown: &str| shown == "Bearer hidden" || shown == basic || is_token(shown);
    let door = Door::open(Some(&origin), is_let_in).await;
    let source = section(OTHERS[0], &door.url(&path));
    let key = pem(&key);
    let token = variable("AUTH__TOKEN", "hidden");
    for (settings, environment) in [
        (with_auth(&source, "kind = \"bearer\""), vec![token.clone()]),
        (source.clone(), vec![variable("AUTH__KIND", "bearer"), token]),
        (
            with_auth(&source, "kind = \"basic\"\nusername = \"gateway\""),
            vec![variable("AUTH__PASSWORD", "hidden")],
        ),
        (
            with_auth(&source, &auth_settings(&service)),
            vec![variable("AUTH__KEY", &key)],
        ),
    ] {
        let (_, text) = office.sync(&settings, &environment).await;
        assert!(
            text.contains("other_udir      FRESH      1 records"),
            "{settings}{text}"
        );
        let secrets = ["hidden", key.lines().nth(3).expect("a long key"), "token-"];
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
    }
    assert_eq!(door.visits().1, 0);
    assert_eq!(service.asked(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_key_and_no_secret() {
    let office = Office::new();
    let service = TokenService::start(by_the_machine()).await;
    let source = section(OTHERS[0], "http://127.0.0.1:1");
    let with = |lines| with_auth(&source, lines);
    let kind = variable("AUTH__KIND", "bearer");
    let token = variable("AUTH__TOKEN", "hidden");
    let of_nav = ("PROGRAMGRANT__SOURCES__NAV__AUTH__TOKEN".to_owned(), "hidden");
    for (settings, environment, said) in [
        (
            source.clone(),
            vec![token.clone()],
            "sources.other_udir.auth: AUTH__TOKEN stands in the environment",
        ),
        (
            with("kind = \"bearer\""),
            vec![],
            "sources.other_udir.auth.token_file: is missing",
        ),
        (
            with(&auth_settings(&service)),
            vec![kind, token],
            "sources.other_udir.auth.token_url: unknown key",
        ),
        (
            with("kind = \"bearer\"\ntokn_file = \"x\""),
            vec![],
            "sources.other_udir.auth.tokn_file: unknown key",
        ),
        (
            with("kind = \"maskinporten\""),
            vec![],
            "sources.other_udir.auth: token_url is missing",
        ),
        (
            with("kind = \"bearer\"\ntoken = \"hidden\""),
            vec![],
            "sources.other_udir.auth.token: unknown key",
        ),
        (
            source.clone(),
            vec![variable("AUTH__TOKN", "hidden")],
            "did you mean PROGRAMGRANT__SOURCES__OTHER_UDIR__AUTH__TOKEN?",
        ),
        (
            source.clone(),
            vec![of_nav],
            "PROGRAMGRANT__SOURCES__NAV__AUTH__TOKEN is no key; did you mean",
        ),
    ] {
        let (code, text) = office.sync(&settings, &environment).await;
        assert!(
            code == Some(2) && text.contains(said) && !text.contains("hidden"),
            "{said}: {text}"
        );
    }
}

#[tokio::test]
async fn a_certificate_and_a_users_password_stand_beside_each_other() {
    let (office, authority) = (Office::new(), Authority::new());
    let Issued { certificate, key } = authority.issue();
    office.write("ca.pem", &authority.pem());
    office.write("certificate.pem", &certificate);
    office.write("password", "hidden");
    let systems = others().await;
    let (origin, path) = parts(&systems[1].2);
    let door = Door::guarded(&authority, Some(&origin), |shown| shown == "Bearer hidden").await;
    let source = section(OTHERS[1], &door.url(&path)) + "username = \"gateway\"\npassword_file = \"password\"\n";
    let tls = "[sources.other_helsedir.tls]\nca_file = \"ca.pem\"\ncertificate_file = \"certificate.pem\"\n";
    let auth = "[sources.other_helsedir.auth]\nkind = \"bearer\"\ntoken_file = \"password\"\n";
    let key = (
        "PROGRAMGRANT__SOURCES__OTHER_HELSEDIR__TLS__KEY".to_owned(),
        key.as_str(),
    );
    let (_, text) = office
        .sync(&format!("{source}{tls}{auth}"), std::slice::from_ref(&key))
        .await;
    assert!(text.contains("other_helsedir  FRESH      1 records"), "{text}");
    assert_eq!(door.visits().1, 0);
    let (code, text) = office.sync(&format!("{source}{tls}{auth}"), &[]).await;
    let said = "sources.other_helsedir.tls.key_file: is missing";
    assert!(code == Some(2) && text.contains(said), "{text}");
    let absent = tls.replace("ca.pem", "absent.pem");
    let (code, text) = office.sync(&format!("{source}{absent}{auth}"), &[key]).await;
    assert!(
        code == Some(2) && text.contains("sources.other_helsedir.tls.ca_file: ") && text.contains("absent.pem"),
        "{text}"
    );
}

#[tokio::test]
async fn a_named_authority_is_believed_instead_of_the_machines() {
    let (office, authority) = (Office::new(), Authority::new());
    office.write("machine.pem", &authority.pem());
    office.write("ca.pem", &Authority::new().pem());
    let systems = others().await;
    let (origin, path) = parts(&systems[0].2);
    let door = Door::encrypted(&authority, Some(&origin)).await;
    let source = section(OTHERS[0], &door.url(&path));
    let machine = office.folder.path().join("machine.pem").display().to_string();
    let environment = [("SSL_CERT_FILE".to_owned(), machine.as_str())];
    let (_, text) = office.sync(&source, &environment).await;
    assert!(text.contains("other_udir      FRESH      1 records"), "{text}");
    let visits = door.visits();
    let named = source + &table(OTHERS[0], "tls", "ca_file = \"ca.pem\"");
    let (_, text) = office.sync(&named, &environment).await;
    assert!(text.contains("no connection"), "{text}");
    assert_eq!(door.visits(), visits);
}
