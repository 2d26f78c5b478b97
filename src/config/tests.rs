//! Promise: every key of the documented configuration is read, and what is wrong is refused with its key.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::civil::date;
use programgrant_schema::SourceId;

use super::*;

const UDIR: SourceId = SourceId::from_static("udir");
const NAV: SourceId = SourceId::from_static("nav");

const WHOLE: &str = r#"
listen = "127.0.0.1:4001"
[store]
url = "sqlite:other.db"
[programme]
files = ["pilot.toml"]
[reference]
municipalities = "m.csv"
codes = "c.csv"
changes = "h.csv"
sub_units = "u.csv"
[auth]
mode = "open"
[server]
connections = 100
header_timeout = "1s"
body_timeout = "2s"
idle_timeout = "3s"
headers = 50
header_bytes = 16384
streams = 10
metrics_listen = "127.0.0.1:9464"
drain_delay = "4s"
grace = "5s"
[tls]
certificate = "certificate.pem"
key = "/etc/ssl/key.pem"
[telemetry]
otlp_endpoint = "http://127.0.0.1:4318"
[sources.udir]
base_url = "http://127.0.0.1:4901"
token_file = "token"
every = "30s"
fresh_within = "10m"
deadline = "5s"
protocol = "award_on_clear"
claims_required_from = "2027-01-01"
years_from = 2018
[sources.nav]
inbox = "drop/nav/in"
outbox = "drop/nav/out"
every = "10s"
[sources.helsedir]
url = "http://127.0.0.1:4903/soap"
username = "gateway"
password_file = "secret"
[sources.bufdir]
url = "http://127.0.0.1:4904/graphql"
[sources.state_accounts]
folder = "/srv/dfo"
"#;

fn refused(text: &str) -> String {
    Config::parse(text).expect_err("refused").to_string()
}

#[test]
fn every_documented_key_is_read() {
    let mut config = Config::parse(WHOLE).expect("sound");
    assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 4001)));
    let udir = config.sources.get(UDIR).expect("configured");
    assert_eq!(
        udir.schedule,
        Schedule {
            every: Span::from_secs(30),
            fresh_within: Span::from_secs(600),
            deadline: Span::from_secs(5)
        }
    );
    let directorate = Directorate {
        protocol: Protocol::AwardOnClear,
        claims_required_from: Some(date(2027, 1, 1)),
        years_from: 2018,
    };
    assert_eq!(udir.directorate, Some(directorate));
    assert_eq!(
        config.sources.get(NAV).map(|nav| nav.schedule.every.get()),
        Some(Duration::from_secs(10))
    );
    config.resolve_paths(Path::new("/etc/programgrant"));
    let server = (
        config.server.connections,
        config.server.drain_delay,
        config.server.grace,
    );
    assert_eq!(server, (100, Some(Span::from_secs(4)), Span::from_secs(5)));
    let tls = Tls {
        certificate: "/etc/programgrant/certificate.pem".into(),
        key: "/etc/ssl/key.pem".into(),
    };
    assert_eq!(config.tls, Some(tls));
    assert_eq!(config.store.url, "sqlite:/etc/programgrant/other.db");
    assert_eq!(
        config.programme.files,
        Some(vec![PathBuf::from("/etc/programgrant/pilot.toml")])
    );
}

#[test]
fn a_day_is_a_toml_date_or_text() {
    let day = |text: &str| {
        let config = Config::parse(&format!("[sources.nav]\ninbox = \"in\"\nclaims_required_from = {text}"))?;
        let nav = config.sources.get(NAV).and_then(|nav| nav.directorate);
        Ok::<_, ConfigError>(nav.and_then(|nav| nav.claims_required_from))
    };
    assert_eq!(
        (day("2027-01-01"), day("\"2027-01-01\"")),
        (Ok(Some(date(2027, 1, 1))), Ok(Some(date(2027, 1, 1))))
    );
    for text in ["\"2027-13-01\"", "\"soon\"", "2027-01-01T12:00:00", "7"] {
        assert!(
            day(text).is_err_and(|error| error.to_string().contains("sources.nav.claims_required_from")),
            "{text}"
        );
    }
}

#[test]
fn an_empty_configuration_is_one() {
    let config = Config::parse("").expect("sound");
    assert_eq!(
        (
            config.listen.port(),
            config.store.url.as_str(),
            config.sources.get(UDIR).is_none()
        ),
        (4000, "sqlite:programgrant.db", true)
    );
}

#[test]
fn an_unknown_key_is_named() {
    assert!(
        refused("lisen = 1").starts_with("configuration: lisen: unknown key; known here: listen, "),
        "{}",
        refused("lisen = 1")
    );
    let nested = refused("[sources.udir]\nbase_url = \"http://x\"\nevry = \"1s\"");
    assert!(
        nested.starts_with("configuration: sources.udir.evry: unknown key; known here: base_url, "),
        "{nested}"
    );
    assert!(
        refused("[sources.udi]").ends_with(
            "sources.udi: there is no kind \"udi\"; the kinds are udir, nav, helsedir, bufdir, state_accounts, \
             table"
        ),
        "{}",
        refused("[sources.udi]")
    );
    assert!(
        refused("[sources.helsedir]\nurl = \"http://x\"\npassword = \"p\"")
            .contains("sources.helsedir.password: unknown key")
    );
}

#[test]
fn a_wrong_value_is_named_with_its_key() {
    for (text, key) in [
        ("listen = \"here\"", "listen"),
        ("[sources.nav]\ninbox = \"in\"\nevery = \"0s\"", "sources.nav.every"),
        ("[sources.nav]\ninbox = \"in\"\ndeadline = 5", "sources.nav.deadline"),
        ("[sources.udir]\nbase_url = \"ftp://x\"", "sources.udir.base_url"),
        (
            "[sources.udir]\nbase_url = \"http://x\"\nyears_from = 1",
            "sources.udir.years_from",
        ),
        ("[sources.udir]", "base_url"),
        ("[auth]\nmode = \"saml\"", "auth.mode"),
        ("[store]\nurl = 7", "store.url"),
        ("[server]\nconnections = 0", "server.connections"),
        ("[server]\nheader_bytes = 100", "server.header_bytes"),
        ("[server]\ndrain_delay = 5", "server.drain_delay"),
        ("[tls]\ncertificate = \"c.pem\"", "tls"),
        ("[telemetry]\notlp_endpoint = \"collector\"", "telemetry.otlp_endpoint"),
    ] {
        assert!(refused(text).contains(key), "{text}: {}", refused(text));
    }
    assert!(refused("listen = ").contains("configuration"));
}

#[test]
fn open_mode_is_for_loopback_alone() {
    for listen in ["0.0.0.0:4000", "[::]:4000", "192.0.2.1:4000"] {
        let error = refused(&format!("listen = \"{listen}\"\n[auth]\nmode = \"open\""));
        assert!(error.starts_with("auth.mode: ") && error.contains(listen), "{error}");
    }
    assert!(Config::parse("listen = \"[::1]:0\"").is_ok());
}

fn issuer(lines: &str) -> String {
    format!(
        "[auth]\nmode = \"jwt\"\n[[auth.issuers]]\nissuer = \"https://maskinporten.no/\"\njwks_url = \"https://maskinporten.no/jwk\"\n{lines}"
    )
}

#[test]
fn tokens_are_believed_on_any_address_and_only_for_this_service() {
    let config = Config::parse(&format!(
        "listen = \"0.0.0.0:4000\"\n{}",
        issuer("scope_prefix = \"udir\"")
    ))
    .expect("sound");
    assert_eq!((config.auth.mode, config.auth.issuers.len()), (AuthMode::Jwt, 1));
    assert_eq!(config.auth.issuers[0].scope_prefix.as_deref(), Some("udir"));
    assert!(
        Config::parse(&issuer(
            "audience = \"https://x.example\"\nresources = [\"urn:altinn:resource:x\"]"
        ))
        .is_ok()
    );
    for (lines, key) in [
        ("", "auth.issuers[0].scope_prefix: "),
        ("scope_prefix = \"\"", "auth.issuers[0].scope_prefix: "),
        ("scope_prefix = \"udir:\"", "auth.issuers[0].scope_prefix: "),
        ("scope_prefix = \"udir\"\naudience = \"\"", "auth.issuers[0].audience: "),
        (
            "scope_prefix = \"udir\"\nresources = [\"\"]",
            "auth.issuers[0].resources: ",
        ),
        (
            "scope_prefix = \"udir\"\nkeys = 1",
            "configuration: auth.issuers.0.keys: unknown key",
        ),
    ] {
        assert!(
            refused(&issuer(lines)).starts_with(key),
            "{lines}: {}",
            refused(&issuer(lines))
        );
    }
    let twice = issuer(
        "scope_prefix = \"udir\"\n[[auth.issuers]]\nissuer = \"https://maskinporten.no/\"\njwks_url = \"https://x.example\"\naudience = \"x\"",
    );
    assert!(
        refused(&twice).starts_with("auth.issuers[1].issuer: "),
        "{}",
        refused(&twice)
    );
    assert!(refused("[auth]\nmode = \"jwt\"").starts_with("auth.issuers: "));
}

#[test]
fn keys_come_by_https_or_from_this_machine() {
    let from =
        |url: &str| Config::parse(&issuer("scope_prefix = \"udir\"").replace("https://maskinporten.no/jwk", url));
    for url in [
        "https://x.example/jwk",
        "http://127.0.0.1:4905/jwk",
        "http://127.9.9.9/",
        "http://[::1]:1/",
        "http://localhost:1/",
    ] {
        assert!(from(url).is_ok(), "{url}");
    }
    for url in [
        "http://x.example/jwk",
        "http://127.0.0.1.x.example/",
        "http://10.0.0.1/",
        "http://localhost.x.example/",
        "http://[::2]/",
    ] {
        let error = from(url).expect_err("refused").to_string();
        assert!(error.starts_with("auth.issuers[0].jwks_url: "), "{url}: {error}");
    }
}

#[test]
fn a_password_comes_from_the_environment_or_a_file_and_is_never_shown() {
    for url in [
        "postgres://gateway:hidden@db/programgrant",
        "postgres://db/programgrant?user=gateway&password=hidden",
    ] {
        let error = refused(&format!("[store]\nurl = \"{url}\""));
        assert!(error.starts_with("store.url: ") && !error.contains("hidden"), "{error}");
        let environment = Figment::new().merge(("store.url", url));
        let config = Config::read("[store]\nurl = \"sqlite:x.db\"", "configuration", environment).expect("sound");
        assert_eq!(config.store.address().as_deref(), Ok(url));
        assert!(!format!("{config:?}").contains("hidden"));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("password"), "h%41:i@/d?den\n").expect("written");
    let text = "[store]\nurl = \"postgresql://gateway@db/programgrant\"\npassword_file = \"password\"";
    let mut config = Config::parse(text).expect("sound");
    config.resolve_paths(folder.path());
    let address = config.store.address().expect("read");
    assert_eq!(address, "postgresql://gateway:h%2541%3Ai%40%2Fd%3Fden@db/programgrant");
    config.store.password_file = Some(folder.path().join("absent"));
    assert!(
        config
            .store
            .address()
            .expect_err("refused")
            .to_string()
            .starts_with("store.password_file: ")
    );
    for url in ["sqlite:x.db", "postgres:///programgrant"] {
        let config = Config::parse(&format!("[store]\nurl = \"{url}\"\npassword_file = \"/dev/null\""));
        let error = config.and_then(|config| config.store.address()).expect_err("refused");
        assert!(error.to_string().starts_with("store."), "{error}");
    }
}

#[test]
fn a_body_that_is_no_number_or_has_no_role_is_named_with_its_key() {
    for (number, role, key) in [("987654321", "OPERATOR", "number"), ("987654325", "KING", "role")] {
        let text = format!("[[auth.organisations]]\nnumber = \"{number}\"\nrole = \"{role}\"\n");
        let error = Config::parse(&text).expect_err("refused").to_string();
        assert!(error.contains(&format!("auth.organisations.0.{key}")), "{error}");
    }
}

#[test]
fn a_catalogue_says_under_which_address_and_whom_readers_may_ask() {
    let sound = "[catalogue]\naddress = \"https://a.example\"\npublisher = \"970018131\"\npublisher_name = \"Udir\"\n\
                 contact_name = \"Data\"\ncontact_email = \"data@a.example\"\nlicence = \"https://l.example/1\"";
    let config = Config::parse(sound).expect("sound");
    assert_eq!(
        config.catalogue.map(|catalogue| catalogue.address),
        Some("https://a.example".to_owned())
    );
    for (from, to, key) in [
        ("https://a.example", "ftp://a.example", "catalogue.address"),
        ("https://a.example", "https://a:b@a.example", "catalogue.address"),
        ("https://l.example/1", "CC BY", "catalogue.licence"),
        ("data@a.example", "data", "catalogue.contact_email"),
        ("\"Udir\"", "\" \"", "catalogue.publisher_name"),
        ("970018131", "970018132", "catalogue.publisher"),
    ] {
        let error = Config::parse(&sound.replace(from, to)).expect_err(to).to_string();
        assert!(error.contains(key), "{error}");
    }
}
