//! Promise: a source is believed by the configured authorities alone and is shown the configured certificate; files that are none, or do
//! not belong together, are refused by key and name.

mod common;

use common::door::{Authority, Door, Issued};
use common::token_service::{self, KID, TokenService};
use common::{KEY, Office, ask, with_tokens};
use programgrant_contract::SourceError;

const TLS: &str = "[tls]\nca_file = \"ca.pem\"\ncertificate_file = \"certificate.pem\"\nkey_file = \"key.pem\"\n";

/// An office with a certificate of that authority.
fn office(authority: &Authority) -> Office {
    let office = Office::new();
    let Issued { certificate, key } = authority.issue();
    office.write("ca.pem", &authority.pem());
    office.write("certificate.pem", &certificate);
    office.write("key.pem", &key);
    office
}

#[tokio::test]
async fn a_door_that_demands_a_certificate_lets_ours_in() {
    let authority = Authority::new();
    let mut office = office(&authority);
    let door = Door::guarded(&authority, None, |_| true).await;
    let url = door.url("/");
    let with = |tls: &str| format!("url = {url:?}\n{tls}");
    let http = office.open(&with(TLS)).expect("sound");
    assert_eq!(ask(&http, &url).await, Ok(200));
    // The key from the environment.
    let key = std::fs::read_to_string(office.folder.path().join("key.pem")).expect("written");
    office.secrets.insert("TLS__KEY", key);
    let refused = office.refused(&with(TLS));
    assert!(refused.starts_with("tls.key_file: the same credential"), "{refused}");
    let http = office
        .open(&with(&TLS.replace("key_file = \"key.pem\"\n", "")))
        .expect("sound");
    assert_eq!(ask(&http, &url).await, Ok(200));
    office.secrets.clear();
    // Without a certificate, with one of somebody else's, and without trust in the server, nobody comes in.
    let stranger = Authority::new().issue();
    office.write("other.pem", &stranger.certificate);
    office.write("other.key", &stranger.key);
    let others = TLS
        .replace("certificate.pem", "other.pem")
        .replace("key.pem", "other.key");
    for tls in ["[tls]\nca_file = \"ca.pem\"\n", &others, ""] {
        let http = office.open(&with(tls)).expect("sound");
        let answer = ask(&http, &url).await;
        assert!(
            answer.as_ref().is_err_and(SourceError::is_retryable),
            "{tls}: {answer:?}"
        );
    }
    assert_eq!(door.visits(), (2, 0));
}

#[tokio::test]
async fn no_other_authority_is_believed_beside_the_configured_one() {
    let authority = Authority::new();
    let office = office(&authority);
    let door = Door::guarded(&authority, None, |_| true).await;
    office.write("ca.pem", &Authority::new().pem());
    let http = office
        .open(&format!("url = {:?}\n{TLS}", door.url("/")))
        .expect("sound");
    assert!(ask(&http, &door.url("/")).await.is_err());
    assert_eq!(door.visits(), (0, 0));
}

#[tokio::test]
async fn a_token_service_is_believed_by_that_authority_and_not_shown_our_certificate() {
    let authority = Authority::new();
    let office = office(&authority);
    office.write("signing.pem", &token_service::pem(&KEY));
    let service = TokenService::start(office.now()).await;
    service.trust(KID, &KEY);
    let door = Door::guarded(&authority, None, service.judge()).await;
    let origin = service.url().replace("/token", "");
    let open = Door::encrypted(&authority, Some(&origin)).await;
    let closed = Door::guarded(&authority, Some(&origin), |_| true).await;
    for (of_service, answer) in [(&open, true), (&closed, false)] {
        let settings = with_tokens(&door.url("/"), &service)
            .replace(&service.url(), &of_service.url("/token"))
            .replace("\"key.pem\"", "\"signing.pem\"");
        let http = office.open(&format!("{settings}{TLS}")).expect("sound");
        let answered = ask(&http, &door.url("/")).await;
        assert_eq!(answered == Ok(200), answer, "{answered:?}");
    }
    assert_eq!((open.visits(), closed.visits()), ((1, 0), (0, 0)));
}

#[tokio::test]
async fn files_that_do_not_do_are_refused_by_key_and_name() {
    let office = office(&Authority::new());
    office.write("empty.pem", "\n");
    office.write(
        "torn.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    office.write("other.key", &Authority::new().issue().key);
    let only = |line: &str| format!("[tls]\n{line}\n");
    for (tls, said) in [
        (TLS.replace("ca.pem", "absent.pem"), "tls.ca_file: "),
        (
            TLS.replace("ca.pem", "empty.pem"),
            "empty.pem: holds no certificate in PEM",
        ),
        (TLS.replace("ca.pem", "torn.pem"), "torn.pem: "),
        (TLS.replace("certificate.pem", "key.pem"), "tls.certificate_file: "),
        (TLS.replace("certificate.pem", "torn.pem"), "tls.certificate_file: "),
        (TLS.replace("key.pem", "absent.key"), "absent.key: "),
        (
            TLS.replace("key.pem", "certificate.pem"),
            "tls.key_file: there is no key in PEM",
        ),
        (
            TLS.replace("key.pem", "other.key"),
            "certificate.pem: does not go with the key",
        ),
        (
            only("certificate_file = \"certificate.pem\""),
            "tls.key_file: is missing",
        ),
        (only("key_file = \"key.pem\""), "tls.certificate_file: is missing"),
        (
            only("certificate = \"certificate.pem\""),
            "unknown field: found `certificate`",
        ),
    ] {
        let refused = office.refused(&format!("url = \"https://127.0.0.1:1/\"\n{tls}"));
        assert!(refused.contains(said), "{said}: {refused}");
    }
    let refused = office.refused(&format!("url = \"http://127.0.0.1:1/\"\n{TLS}"));
    assert_eq!(refused, "tls: the source's address is no https address");
}
