//! Promise: from the checked-in SDL a front-end team gets a typed client that compiles under strict rules, every scalar named, and
//! reads a pot with it; its documents can be sent by their hashes.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Served, clients, node};

#[tokio::test]
async fn a_generated_client_compiles_and_reads_a_pot() {
    let built = node("typed/build.mjs", &[]).await;
    assert!(built.well, "{built:#?}");
    let served = Served::start().await;
    let read = node("typed/build/src/pot.js", &[&served.url(), "3813", "2021"])
        .await
        .json();
    assert_eq!(
        (&read["name"], &read["total"]),
        (&Value::from("Bamble"), &read["sum"]),
        "{read:#}"
    );
    assert!(
        read["total"].as_i64().is_some_and(|total| total > 100_000_000),
        "{read:#}"
    );

    let manifest =
        std::fs::read_to_string(clients().join("typed/generated/persisted-documents.json")).expect("a manifest");
    let manifest: serde_json::Map<String, Value> = serde_json::from_str(&manifest).expect("JSON");
    assert!(!manifest.is_empty());
    for (key, document) in manifest {
        assert_eq!(
            key,
            format!("sha256:{:x}", Sha256::digest(document.as_str().expect("text")))
        );
    }
}
