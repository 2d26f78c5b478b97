//! Promise: what a source shows is what is configured and nothing else; a credential that is stated twice, half, or for nobody is refused
//! with its key, before anybody is asked.

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::door::{Authority, Door};
use common::token_service::{self, KID, TokenService};
use common::{KEY, Office, ask, with_tokens};
use programgrant_contract::SourceError;

/// What `Authorization` says where these settings, files and secrets are given; a token file is read again each time.
async fn shown(office: &Office, expected: &str, settings: &str) -> u16 {
    let expected = expected.to_owned();
    let door = Door::open(None, move |authorization| authorization == expected).await;
    let http = office
        .open(&format!("url = {:?}\n{settings}", door.url("/")))
        .expect("sound");
    ask(&http, &door.url("/")).await.expect("an answer")
}

#[tokio::test]
async fn a_token_or_a_password_is_shown_from_its_file_or_from_the_environment() {
    let mut office = Office::new();
    office.write("token", " first \n");
    office.write("password", "h: ø?\n");
    let basic = format!("Basic {}", STANDARD.encode("gateway:h: ø?"));
    let stated = "[auth]\nkind = \"basic\"\nusername = \"gateway\"\npassword_file = \"password\"";
    assert_eq!(shown(&office, &basic, stated).await, 200);
    assert_eq!(shown(&office, "Bearer first", "token_file = \"token\"").await, 200);
    let stated = "[auth]\nkind = \"bearer\"\ntoken_file = \"token\"";
    assert_eq!(shown(&office, "Bearer first", stated).await, 200);
    assert_eq!(shown(&office, "", "").await, 200);
    office.secrets.insert("AUTH__TOKEN", "second".to_owned());
    assert_eq!(shown(&office, "Bearer second", "[auth]\nkind = \"bearer\"").await, 200);
    assert_eq!(shown(&office, "Bearer third", "[auth]\nkind = \"bearer\"").await, 401);
    office.secrets = [("AUTH__PASSWORD", "h: ø?".to_owned())].into();
    let stated = "[auth]\nkind = \"basic\"\nusername = \"gateway\"";
    assert_eq!(shown(&office, &basic, stated).await, 200);
    office.secrets = [("TOKEN", "third".to_owned())].into();
    assert_eq!(shown(&office, "Bearer third", "").await, 200);
}

#[tokio::test]
async fn a_token_file_is_read_again_and_may_be_missing_meanwhile() {
    let office = Office::new();
    let door = Door::open(None, |authorization| authorization == "Bearer renewed").await;
    let settings = format!(
        "url = {:?}\n[auth]\nkind = \"bearer\"\ntoken_file = \"token\"",
        door.url("/")
    );
    let http = office.open(&settings).expect("sound");
    let missing = SourceError::refused("the token file cannot be read");
    assert_eq!(ask(&http, &door.url("/")).await, Err(missing));
    office.write("token", "renewed");
    assert_eq!(ask(&http, &door.url("/")).await, Ok(200));
}

#[tokio::test]
async fn the_certificate_says_which_key_signed() {
    let office = Office::new();
    let service = TokenService::start(office.now()).await;
    let pair = rcgen::KeyPair::from_pem(&token_service::pem(&KEY)).expect("an RSA key");
    let certificate = Authority::new().issue_for(&pair).certificate;
    let der: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
    service.trust(&der, &KEY);
    office.write("key.pem", &token_service::pem(&KEY));
    office.write("certificate.pem", &certificate);
    let door = Door::open(None, service.judge()).await;
    let kid = format!("kid = \"{KID}\"");
    let settings = with_tokens(&door.url("/"), &service).replace(&kid, "certificate_file = \"certificate.pem\"");
    let http = office.open(&settings).expect("sound");
    assert_eq!(ask(&http, &door.url("/")).await, Ok(200));
    assert_eq!(service.heard()[0].0["kid"], serde_json::Value::Null);
    // That of another key names nobody.
    office.write("certificate.pem", &Authority::new().issue().certificate);
    let refused = office.refused(&settings);
    assert!(
        refused.starts_with("auth.certificate_file: ") && refused.contains("certificate.pem: does not go with the key"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_private_key_may_stand_in_the_environment() {
    let (mut office, service) = Office::with_key().await;
    let door = Door::open(None, service.judge()).await;
    let settings = with_tokens(&door.url("/"), &service).replace("key_file = \"key.pem\"\n", "");
    assert!(office.refused(&settings).starts_with("auth.key_file: is missing"));
    office.secrets.insert("AUTH__KEY", token_service::pem(&KEY));
    let http = office.open(&settings).expect("sound");
    assert_eq!(ask(&http, &door.url("/")).await, Ok(200));
    let twice = office.refused(&with_tokens(&door.url("/"), &service));
    assert!(twice.starts_with("auth.key_file: the same credential"), "{twice}");
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_key() {
    let (office, service) = Office::with_key().await;
    let whole = with_tokens("http://127.0.0.1:1/", &service);
    let without = |key: &str| -> String {
        let kept = whole.lines().filter(|line| !line.starts_with(&format!("{key} =")));
        kept.collect::<Vec<_>>().join("\n")
    };
    for key in ["token_url", "audience", "client_id", "scope", "kid", "key_file"] {
        let refused = office.refused(&without(key));
        assert!(
            refused.contains(key) && refused.contains("is missing"),
            "{key}: {refused}"
        );
    }
    assert!(office.refused(&without("kind")).contains("missing field `kind`"));
    office.write("empty", "\n");
    office.write("curve.pem", &Authority::new().issue().key);
    let basic = "[auth]\nkind = \"basic\"\nusername = \"gateway\"";
    for (settings, said) in [
        (format!("{whole}username = \"x\""), "unknown field: found `username`"),
        (
            format!("{whole}algorithm = \"RS512\""),
            "unknown field: found `algorithm`",
        ),
        (
            format!("{whole}certificate_file = \"c.pem\""),
            "kid and certificate_file both",
        ),
        (whole.replace("maskinporten", "oauth"), "unknown variant: found `oauth`"),
        (
            whole.replace(&service.url(), "http://tokens.example/token"),
            "token_url: assertions",
        ),
        (whole.replace("grants:read", " "), "a text that is not blank"),
        (whole.replace("\"grants:read\"", "12"), "digits stand in quotes"),
        (whole.replace("key.pem", "absent.pem"), "auth.key_file: "),
        (whole.replace("key.pem", "empty"), "holds no RSA key"),
        (whole.replace("key.pem", "curve.pem"), "curve.pem: holds no RSA key"),
        (
            whole.replace("127.0.0.1:1/\"\n", "grants.example/\"\n"),
            "auth: the source's address is neither https",
        ),
        (
            format!("token_file = \"t\"\n{whole}"),
            "auth: token_file, or TOKEN in the environment, states",
        ),
        (
            format!("url = \"http://127.0.0.1:1/\"\n{basic}"),
            "auth.password_file: is missing",
        ),
        (
            format!("url = \"http://127.0.0.1:1/\"\n{basic}\npassword_file = \"empty\""),
            "auth.password_file: is missing",
        ),
        (
            format!("url = \"http://127.0.0.1:1/\"\n{}", basic.replace("gateway", "a:b")),
            "username: a colon",
        ),
        (
            "url = \"http://127.0.0.1:1/\"\n[auth]\nkind = \"bearer\"".to_owned(),
            "auth.token_file: is missing",
        ),
    ] {
        let refused = office.refused(&settings);
        assert!(refused.contains(said), "{said}: {refused}");
    }
}

#[tokio::test]
async fn a_secret_that_nobody_would_use_is_refused() {
    let (mut office, service) = Office::with_key().await;
    let tokens = with_tokens("http://127.0.0.1:1/", &service);
    let bearer = "url = \"http://127.0.0.1:1/\"\n[auth]\nkind = \"bearer\"\ntoken_file = \"t\"".to_owned();
    for (name, settings) in [
        ("AUTH__TOKEN", &tokens),
        ("AUTH__PASSWORD", &tokens),
        ("AUTH__KEY", &bearer),
        ("TLS__KEY", &tokens),
        ("TOKEN", &tokens),
        ("TOKEN", &bearer),
        ("AUTH__TOKEN", &bearer),
        ("AUTH__TOKEN", &"url = \"http://127.0.0.1:1/\"".to_owned()),
    ] {
        office.secrets = [(name, "hunter2".to_owned())].into();
        let refused = office.refused(settings);
        assert!(
            (refused.starts_with("auth") || refused.starts_with("tls")) && !refused.contains("hunter2"),
            "{name}: {refused}"
        );
    }
    office.secrets = [("AUTH__TOKEN", "two words".to_owned())].into();
    let refused = office.refused("url = \"http://127.0.0.1:1/\"\n[auth]\nkind = \"bearer\"");
    assert!(
        refused.starts_with("auth.token_file: what stands") && !refused.contains("two words"),
        "{refused}"
    );
}

#[test]
fn a_folder_takes_nothing_of_http() {
    let mut office = Office::new();
    let with = |lines: &str| format!("url = \"https://127.0.0.1:1/\"\n{lines}");
    assert_eq!(office.in_folder(&with("")), Ok(()));
    for (lines, key) in [
        ("token_file = \"t\"", "token_file"),
        ("[auth]\nkind = \"bearer\"", "auth"),
        ("[tls]\nca_file = \"ca.pem\"", "tls"),
    ] {
        let error = office.in_folder(&with(lines)).expect_err(lines);
        assert_eq!(error.key, key);
    }
    for (name, key) in [("TOKEN", "token_file"), ("AUTH__TOKEN", "auth"), ("TLS__KEY", "tls")] {
        office.secrets = [(name, "hunter2".to_owned())].into();
        assert_eq!(office.in_folder(&with("")).expect_err(name).key, key);
    }
}
