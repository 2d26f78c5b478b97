//! Promise: with a certificate and its key the gateway speaks TLS and nothing else, a new certificate is shown without a
//! connection lost, and files that do not belong together are refused by name.

use std::process::{Command, Stdio};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::{Office, Served};
use crate::world::until;

const TLS: &str = "[tls]\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n";

/// A certificate for this machine, and a client that trusts it alone.
fn issue(office: &Office) -> reqwest::Client {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    office.write("certificate.pem", &cert.pem());
    office.write("key.pem", &signing_key.serialize_pem());
    let trusted = reqwest::Certificate::from_pem(cert.pem().as_bytes()).expect("PEM");
    reqwest::Client::builder()
        .tls_certs_only([trusted])
        .build()
        .expect("a client")
}

async fn is_live(client: &reqwest::Client, address: &str) -> bool {
    client
        .get(format!("{address}/health/live"))
        .send()
        .await
        .is_ok_and(|answer| answer.status().is_success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_certificate_is_shown_without_a_connection_lost() {
    let office = Office::new().await;
    let config = office.configure("gateway.toml", &office.sqlite(), TLS);
    let old = issue(&office);
    let served = Served::launch(&config);
    assert!(served.address().starts_with("https://"));
    until("live", async || is_live(&old, served.address()).await).await;
    let answer = old
        .get(format!("{}/health/live", served.address()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert!(
        !is_live(&reqwest::Client::new(), &served.address().replace("https:", "http:")).await,
        "never in the clear"
    );
    // A key that is not the certificate's changes nothing.
    let sound = std::fs::read_to_string(office.path("key.pem")).expect("written");
    office.write("key.pem", "no key");
    served.signal("HUP");
    until("the log names the key", async || served.log().contains("tls.key: ")).await;
    assert!(is_live(&old, served.address()).await);
    office.write("key.pem", &sound);
    let new = issue(&office);
    served.signal("HUP");
    until("the new certificate is shown", async || {
        is_live(&new, served.address()).await
    })
    .await;
    assert!(
        is_live(&old, served.address()).await,
        "the connection that stands stays"
    );
    assert!(served.stop().await.success());
}

#[tokio::test]
async fn files_that_do_not_belong_together_are_refused_by_name() {
    let office = Office::new().await;
    let config = office.configure("gateway.toml", &office.sqlite(), TLS);
    let refusal = || {
        let program = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .output();
        let program = program.expect("runs");
        assert_eq!(program.status.code(), Some(2));
        String::from_utf8(program.stderr).expect("text")
    };
    assert!(refusal().contains("tls.certificate: "), "{}", refusal());
    issue(&office);
    let key = std::fs::read_to_string(office.path("key.pem")).expect("written");
    issue(&office);
    office.write("key.pem", &key);
    assert!(
        refusal().contains("tls.key: ") && refusal().contains("key.pem"),
        "{}",
        refusal()
    );
}
