//! Promise: what is another's stays another's: a token opens no more than its own body's claims and keys, and a token that was
//! taken from elsewhere, or is over, opens nothing. (Who holds a valid token is taken for its bearer; that is what it is.)

use std::time::Duration;

use serde_json::{Value, json};

use super::issuer::{Issuer, Signer, party};
use super::{BUFDIR, NAV, VENDOR, ask, believing, who, world};
use crate::world::World;

const INPUT: &str =
    "recipient: { municipalityNumber: \"0301\" }, year: 2022, amount: 60000000, caseReference: \"22/1\"";
const PAYLOAD: &str = "claim { id fence requestedBy { organisationNumber } } errors { code }";

/// Under a scheme of the body's own, always with the same key.
async fn request(world: &World, token: &str, scheme: &str) -> Value {
    let command = format!(
        "mutation {{ requestFunding(input: {{ scheme: {scheme:?}, {INPUT} }}, idempotencyKey: \"one\") {{ {PAYLOAD} }} }}"
    );
    let answer = ask(world, token, &command).await;
    assert!(answer.body["data"]["requestFunding"].is_object(), "{answer:?}");
    answer.body["data"]["requestFunding"].clone()
}

#[tokio::test]
async fn a_key_and_a_claim_are_their_bodys_whoever_brings_them() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let token = |more: Value| signer.token(&issuer.claims(&more));
    let nav = token(json!({ "consumer": party(NAV) }));
    let supplier = token(json!({ "consumer": party(NAV), "supplier": party(VENDOR), "jti": "another" }));
    let bufdir = token(json!({ "consumer": party(BUFDIR) }));
    let first = request(&world, &nav, "621.63").await["claim"].clone();
    assert_eq!(first["requestedBy"]["organisationNumber"], NAV);
    let again = request(&world, &supplier, "621.63").await["claim"].clone();
    assert_eq!(again["id"], first["id"], "a body's machines are one, whoever runs them");
    let other = request(&world, &bufdir, "846-los").await["claim"].clone();
    assert_eq!(other["requestedBy"]["organisationNumber"], BUFDIR);
    assert_ne!(other["id"], first["id"], "its key is another key");
    let release = |claim: &Value| {
        format!(
            "mutation {{ releaseFunding(claim: {}, fence: {}, reason: \"x\") {{ claim {{ state }} errors {{ code }} }} }}",
            claim["id"], claim["fence"]
        )
    };
    let refused = ask(&world, &bufdir, &release(&again)).await;
    assert_eq!(
        refused.body["data"]["releaseFunding"]["errors"][0]["code"], "UNKNOWN_CLAIM",
        "{refused:?}"
    );
    let released = ask(&world, &nav, &release(&again)).await;
    assert_eq!(
        released.body["data"]["releaseFunding"]["claim"]["state"], "RELEASED",
        "{released:?}"
    );
}

#[tokio::test]
async fn a_token_from_elsewhere_or_of_yesterday_opens_nothing() {
    let signer = Signer::p256("e");
    let (issuer, elsewhere) = (Issuer::with(&[&signer]).await, Issuer::with(&[&signer]).await);
    let world = world(&issuer).await;
    // The same key, the same id: it is the issuer that decides.
    assert_eq!(
        who(&world, &signer.token(&elsewhere.claims(&json!({})))).await,
        "401 INVALID_TOKEN"
    );
    let sent_to_another =
        issuer.claims(&json!({ "scope": "skatteetaten:innrapportering", "aud": "https://api.example/" }));
    assert_eq!(
        who(&world, &signer.token(&sent_to_another)).await,
        "403 INSUFFICIENT_SCOPE"
    );
    let bound = believing(
        &issuer,
        "scope_prefix = \"udir\"\naudience = \"https://programgrant.example/\"",
    )
    .await;
    assert_eq!(
        who(
            &bound,
            &signer.token(&issuer.claims(&json!({ "aud": "https://api.example/" })))
        )
        .await,
        "401 INVALID_TOKEN"
    );
    let token = signer.token(&issuer.claims(&json!({})));
    assert!(who(&world, &token).await.starts_with("MUNICIPALITY"));
    world.hand.advance(Duration::from_hours(24));
    assert_eq!(who(&world, &token).await, "401 INVALID_TOKEN");
}
