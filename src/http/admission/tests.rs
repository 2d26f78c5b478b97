//! Promise: by GET nothing is changed; a trusted document is found by its hash and nothing is ever registered; whoever has used up
//! a budget is told with `Retry-After`, also after the configuration was read anew.

use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;

const TEXT: &str = "{ __typename }";
const HASH: &str = "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";

fn config(more: &str) -> Config {
    Config::parse(more).expect("a sound configuration")
}

fn admission() -> Admission {
    Admission::new(&config(""), None).expect("sound")
}

fn query(text: &str) -> Incoming {
    Incoming {
        query: Some(text.to_owned()),
        ..Incoming::default()
    }
}

fn persisted(hash: &str) -> Incoming {
    let Value::Object(extensions) = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } }) else {
        unreachable!("an object")
    };
    Incoming {
        extensions,
        ..Incoming::default()
    }
}

fn by_id(id: &str) -> Incoming {
    Incoming {
        document_id: Some(id.to_owned()),
        ..Incoming::default()
    }
}

async fn refused(admission: &Admission, incoming: Incoming, transport: Transport) -> Refusal {
    admission
        .admit(incoming, transport, &Caller::public())
        .await
        .expect_err("refused")
}

/// With one trusted document.
fn trusting(folder: &tempfile::TempDir, more: &str) -> Config {
    let manifest: PathBuf = folder.path().join("persisted-documents.json");
    std::fs::write(&manifest, json!({ HASH: TEXT }).to_string()).expect("written");
    config(&format!("[documents]\nmanifest = {manifest:?}\n{more}"))
}

#[tokio::test]
async fn get_changes_nothing() {
    let admission = admission();
    let change = "mutation { releaseFunding(claim: \"1\", fence: 1, reason: \"x\") { errors { code } } }";
    for transport in [Transport::Get, Transport::GetStream] {
        let refusal = refused(&admission, query(change), transport).await;
        assert_eq!(
            (refusal.status, refusal.allow),
            (StatusCode::METHOD_NOT_ALLOWED, Some("POST"))
        );
    }
    assert!(
        admission
            .admit(query(change), Transport::Post, &Caller::public())
            .await
            .is_ok()
    );
    assert!(
        admission
            .admit(query(TEXT), Transport::Get, &Caller::public())
            .await
            .is_ok()
    );
    let follow = "subscription { potChanged { year } }";
    assert_eq!(
        refused(&admission, query(follow), Transport::Get).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let followed = admission
        .admit(query(follow), Transport::GetStream, &Caller::public())
        .await;
    assert_eq!(
        followed.map(|admitted| admitted.kind()).ok(),
        Some(OperationType::Subscription)
    );
}

#[tokio::test]
async fn a_trusted_document_is_found_by_its_hash_and_no_other_is_registered() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let admission = Admission::new(&trusting(&folder, ""), None).expect("sound");
    for incoming in [
        persisted(HASH),
        by_id(HASH),
        by_id(&format!("sha256:{HASH}")),
        Incoming {
            query: Some(TEXT.to_owned()),
            ..persisted(HASH)
        },
    ] {
        let admitted = admission
            .admit(incoming, Transport::Get, &Caller::public())
            .await
            .expect("known");
        assert_eq!(admitted.into_request().query, TEXT);
    }
    let text = "{ sources { id } }";
    let own = format!("{:x}", Sha256::digest(text));
    for _ in 0..2 {
        let refusal = refused(&admission, persisted(&own), Transport::Post).await;
        assert_eq!((refusal.code, refusal.document), ("PERSISTED_QUERY_NOT_FOUND", true));
        let incoming = Incoming {
            query: Some(text.to_owned()),
            ..persisted(&own)
        };
        assert!(
            admission
                .admit(incoming, Transport::Post, &Caller::public())
                .await
                .is_ok(),
            "run, and forgotten"
        );
    }
    let other = Incoming {
        query: Some("{ sources { id } }".to_owned()),
        ..persisted(HASH)
    };
    assert_eq!(refused(&admission, other, Transport::Post).await.code, "BAD_REQUEST");
    assert_eq!(
        refused(
            &admission,
            Incoming {
                document_id: Some(HASH.to_owned()),
                ..persisted(HASH)
            },
            Transport::Post
        )
        .await
        .code,
        "BAD_REQUEST"
    );
}

#[tokio::test]
async fn where_trust_is_required_the_public_runs_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let admission = Admission::new(&trusting(&folder, "require_for_public = true\n"), None).expect("sound");
    let refusal = refused(&admission, query("{ sources { id } }"), Transport::Post).await;
    assert_eq!(
        (refusal.status, refusal.code),
        (StatusCode::FORBIDDEN, "DOCUMENT_NOT_TRUSTED")
    );
    for incoming in [query(TEXT), by_id(HASH)] {
        assert!(
            admission
                .admit(incoming, Transport::Post, &Caller::public())
                .await
                .is_ok()
        );
    }
    let known = Caller {
        role: Role::Municipality,
        ..Caller::public()
    };
    assert!(
        admission
            .admit(query("{ sources { id } }"), Transport::Post, &known)
            .await
            .is_ok()
    );
}

#[test]
fn a_manifest_with_a_wrong_entry_is_refused_with_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = trusting(&folder, "");
    let path = folder.path().join("persisted-documents.json");
    std::fs::write(&path, json!({ HASH: "{ __typename  }" }).to_string()).expect("written");
    let error = Admission::new(&config, None).expect_err("refused").to_string();
    assert!(
        error.starts_with("documents.manifest: ") && error.contains(HASH),
        "{error}"
    );
    let alone = Config::parse("[documents]\nrequire_for_public = true\n")
        .expect_err("refused")
        .to_string();
    assert!(alone.starts_with("documents.require_for_public: "), "{alone}");
}

#[tokio::test]
async fn a_budget_outlives_a_reload_that_leaves_the_limits() {
    let limits = "[limits.budget]\npublic = 50\n";
    let with_budgets =
        |config: &Config, previous: Option<&Admission>| Admission::counting(config, previous, true).expect("sound");
    let first = with_budgets(&config(limits), None);
    assert!(
        first
            .admit(query("{ sources { id name } }"), Transport::Post, &Caller::public())
            .await
            .is_ok()
    );
    for _ in 0..3 {
        let _ = first
            .admit(query("{ sources { id name } }"), Transport::Post, &Caller::public())
            .await;
    }
    let again = with_budgets(&config(limits), Some(&first));
    let refusal = refused(&again, query("{ sources { id name } }"), Transport::Post).await;
    assert_eq!(refusal.code, "RATE_LIMITED");
    assert!(refusal.retry_after.is_some_and(|after| after.as_secs() >= 1));
    let raised = with_budgets(&config("[limits.budget]\npublic = 5000\n"), Some(&first));
    assert!(
        raised
            .admit(query("{ sources { id name } }"), Transport::Post, &Caller::public())
            .await
            .is_ok()
    );
}

fn with(text: &str, variables: Value) -> Incoming {
    Incoming {
        variables: Variables::from_json(variables),
        ..query(text)
    }
}

#[tokio::test]
async fn what_keeps_a_processor_busy_is_weighed_and_honest_questions_pass() {
    let admission = admission();
    let representations =
        json!({ "r": vec![json!({ "__typename": "Municipality", "organisationNumber": "958935420" }); 500] });
    let entities = "_entities(representations: $r) { ... on Municipality { awards { id } } }";
    let inputs = |count: usize| json!({ "i": vec![json!({ "scheme": "621.63", "recipient": {}, "year": 2021, "amount": 1, "caseReference": "1" }); count] });
    let checks = "fundingChecks(inputs: $i) { outcome reasons { code message rule { id text } } evidence { recordId receivedAt changedAt source { id name } } }";
    for costly in [
        with(
            &format!("query ($r: [_Any!]!) {{ a: {entities} b: {entities} c: {entities} d: {entities} }}"),
            representations.clone(),
        ),
        with(
            &format!("query ($i: [FundingInput!]!) {{ a: {checks} b: {checks} }}"),
            inputs(500),
        ),
        with(
            &format!("query ($i: [FundingInput!]!) {{ a: {checks} b: {checks} c: {checks} }}"),
            inputs(300),
        ),
    ] {
        assert_eq!(refused(&admission, costly, Transport::Post).await.code, "TOO_COSTLY");
    }
    let figure = "{ amount state }";
    let grant = format!(
        "{{ municipality {{ id name number }} pot {{ total known asOf completeness difference awarded {figure} paid {figure} missing {{ id name }} }} \
         comparison {{ before {figure} withProgramme {figure} withoutProgramme {figure} difference worseOff }} \
         shares {{ amount {figure} scheme {{ id name }} provenance {{ recordId receivedAt changedAt source {{ id name }} }} }} \
         disbursements {{ amount on }} }}"
    );
    let year =
        |year| format!("y{year}: year(year: {year}) {{ difference accounts {figure} pot {{ total }} grants {grant} }}");
    for honest in [
        with(&format!("query ($r: [_Any!]!) {{ {entities} }}"), representations),
        with(&format!("query ($i: [FundingInput!]!) {{ {checks} }}"), inputs(500)),
        query(&format!(
            "{{ programme {{ id {} {} {} }} }}",
            year(2020),
            year(2021),
            year(2022)
        )),
        query(
            "{ municipalities(limit: 400) { items { id name number programmeGrant(year: 2021) { pot { total } } } } }",
        ),
    ] {
        let admitted = admission.admit(honest, Transport::Post, &Caller::public()).await;
        assert!(admitted.is_ok(), "{admitted:?}");
    }
}

#[tokio::test]
async fn calls_of_the_guard_have_a_lane_of_their_own_and_a_full_house_is_told() {
    let admission = Admission::new(&config("[limits]\nquestions = 1\nwaiting = 1\n"), None).expect("sound");
    let caller = Caller::public();
    let held = admission
        .admit(query("{ sources { id } }"), Transport::Post, &caller)
        .await
        .expect("the only turn");
    let waiting = admission.admit(query("{ sources { id } }"), Transport::Post, &caller);
    tokio::pin!(waiting);
    assert!(futures::poll!(&mut waiting).is_pending());
    let refusal = refused(&admission, query("{ sources { id } }"), Transport::Post).await;
    assert_eq!(
        (refusal.status, refusal.code, refusal.retry_after.is_some()),
        (StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", true)
    );
    let check = "{ fundingCheck(input: { recipient: {}, year: 2021, amount: 1, caseReference: \"1\" }) { outcome } }";
    assert!(admission.admit(query(check), Transport::Post, &caller).await.is_ok());
    assert!(
        admission
            .admit(
                query("subscription { potChanged { year } }"),
                Transport::Stream,
                &caller
            )
            .await
            .is_ok()
    );
    drop(held);
    assert!(waiting.await.is_ok(), "a turn ends with its request");
}
