//! A caller of the guard over HTTP: says who it is, asks in the contract's words, reads the answers.

use std::time::Duration;

use programgrant_schema::{Record, SourceId};
use serde_json::{Value, json};

use crate::records::programme_2021;
use crate::world::World;

pub const UDIR: &str = "970018131/robot";
pub const NAV: &str = "889640782/robot";
pub const HELSEDIR: &str = "983544622/robot";
pub const BUFDIR: &str = "986128433/robot";

pub const BAMBLE: &str = "940244145";
pub const OSLO: &str = "958935420";

const CLAIM: &str = "id state fence verdict { outcome reasons { code message rule { id } } evidence { recordId } } \
    scheme { id } recipient { name } year amount caseReference requestedBy { organisationNumber } requestedAt expiresAt awardReference receipt";
const VERDICT: &str = "outcome reasons { code message rule { id } } evidence { recordId }";

/// A world in which every source was heard to its end, and said nothing but 2021's shares of the pot.
pub async fn heard() -> World {
    World::heard(&programme_2021()).await
}

/// The same over a store that is there already.
pub async fn heard_over(store: &str) -> World {
    hear(World::over(store.to_owned()).await).await
}

/// The same for a world that was made otherwise.
pub async fn hear(world: World) -> World {
    world.publish(&programme_2021());
    world.poll_all().await;
    world
}

/// One more thing that a source says, heard.
pub async fn say(world: &World, source: SourceId, record: Record) {
    world.publish(&[(source, vec![record])]);
    world.poll_all().await;
}

/// Time goes on, and the sources are heard again.
pub async fn later(world: &World, by: Duration) {
    world.hand.advance(by);
    world.poll_all().await;
}

/// 100 000 kr of the scheme; nine digits are an organisation number, anything else a municipality number.
pub fn input(scheme: &str, recipient: &str, year: i32) -> Value {
    json!({ "scheme": scheme, "recipient": to(recipient), "year": year, "amount": 10_000_000, "caseReference": "26/4711" })
}

pub fn to(number: &str) -> Value {
    let is_organisation = number.chars().filter(|letter| letter.is_numeric()).count() == 9;
    json!({ if is_organisation { "organisationNumber" } else { "municipalityNumber" }: number })
}

/// The same input with other fields; null takes one away.
pub fn but(input: &Value, changes: Value) -> Value {
    let mut input = input.clone();
    let Value::Object(changes) = changes else {
        panic!("fields: {changes}")
    };
    input.as_object_mut().expect("an input").extend(changes);
    input
}

/// Outcome and deciding code: `BLOCKED IN_PROGRAMME`.
pub fn told(verdict: &Value) -> String {
    format!("{} {}", text(&verdict["outcome"]), text(&verdict["reasons"][0]["code"]))
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// The code of a payload that refuses: no claim, one error.
pub fn refused(payload: &Value) -> &str {
    assert_eq!(
        (&payload["claim"], payload["errors"].as_array().map(Vec::len)),
        (&Value::Null, Some(1)),
        "{payload:#}"
    );
    text(&payload["errors"][0]["code"])
}

/// The claim of a payload without errors.
pub fn granted(payload: &Value) -> Value {
    assert_eq!(
        (&payload["errors"], payload["claim"].is_object()),
        (&json!([]), true),
        "{payload:#}"
    );
    payload["claim"].clone()
}

#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    url: String,
    who: String,
}

impl Caller {
    pub fn new(world: &World, who: &str) -> Self {
        Self {
            client: reqwest::Client::new(),
            url: world.url("/graphql"),
            who: who.to_owned(),
        }
    }

    /// Somebody else at the same gateway.
    pub fn other(&self, who: &str) -> Self {
        Self {
            who: who.to_owned(),
            ..self.clone()
        }
    }

    /// The whole answer to a document.
    pub async fn send(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("programgrant-caller", &self.who)
            .body(body);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        response.json().await.expect("JSON")
    }

    /// The data of an answer without errors.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let answer = self.send(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        answer["data"].clone()
    }

    /// What the guard would answer now.
    pub async fn check(&self, input: &Value) -> Value {
        let query = format!("query ($input: FundingInput!) {{ fundingCheck(input: $input) {{ {VERDICT} }} }}");
        self.data(&query, json!({ "input": input })).await["fundingCheck"].clone()
    }

    pub async fn checks(&self, inputs: &[Value]) -> Vec<Value> {
        let query = format!("query ($inputs: [FundingInput!]!) {{ fundingChecks(inputs: $inputs) {{ {VERDICT} }} }}");
        let answer = self.data(&query, json!({ "inputs": inputs })).await;
        answer["fundingChecks"].as_array().expect("a list").clone()
    }

    /// The payload of a request for leave to award.
    pub async fn request(&self, input: &Value, key: &str) -> Value {
        self.request_after(input, key, None).await
    }

    /// The same with the last receipt.
    pub async fn request_after(&self, input: &Value, key: &str, receipt: Option<&str>) -> Value {
        let query = format!(
            "mutation ($input: FundingInput!, $key: ID!, $receipt: String) {{ \
             requestFunding(input: $input, idempotencyKey: $key, lastReceipt: $receipt) {{ claim {{ {CLAIM} }} errors {{ code message path }} }} }}"
        );
        self.data(&query, json!({ "input": input, "key": key, "receipt": receipt }))
            .await["requestFunding"]
            .clone()
    }

    /// The claim that is made.
    pub async fn claim(&self, input: &Value, key: &str) -> Value {
        granted(&self.request(input, key).await)
    }

    /// The same, asked again with the same key as long as it is not known.
    pub async fn decided(&self, input: &Value, key: &str) -> Value {
        for _ in 0..200 {
            let claim = self.claim(input, key).await;
            if claim["verdict"]["outcome"] != "UNDETERMINED" {
                return claim;
            }
        }
        panic!("{key} is never decided");
    }

    /// The claim, which is CLEAR.
    pub async fn cleared(&self, input: &Value, key: &str) -> Value {
        let claim = self.claim(input, key).await;
        assert_eq!(
            (text(&claim["state"]), text(&claim["verdict"]["outcome"])),
            ("CLEARED", "CLEAR"),
            "{claim:#}"
        );
        claim
    }

    /// The payload of any other command about a claim under its present fence.
    pub async fn command(&self, name: &str, claim: &Value, arguments: &str) -> Value {
        self.command_at(name, claim, claim["fence"].as_i64().expect("a fence"), arguments)
            .await
    }

    /// The same under another fence.
    pub async fn command_at(&self, name: &str, claim: &Value, fence: i64, arguments: &str) -> Value {
        let id = text(&claim["id"]);
        let query = format!(
            "mutation {{ {name}(claim: \"{id}\", fence: {fence}, {arguments}) {{ claim {{ {CLAIM} }} errors {{ code message path }} }} }}"
        );
        self.data(&query, json!({})).await[name].clone()
    }

    /// Confirms what was cleared.
    pub async fn confirm(&self, claim: &Value) -> Value {
        let amount = &claim["amount"];
        self.command(
            "confirmFunding",
            claim,
            &format!("awardReference: \"26/4711-2\", awarded: {amount}"),
        )
        .await
    }

    pub async fn release(&self, claim: &Value) -> Value {
        self.command("releaseFunding", claim, "reason: \"Søknaden er trukket.\"")
            .await
    }

    pub async fn propose(&self, claim: &Value) -> Value {
        self.command(
            "proposeOverride",
            claim,
            "reason: \"Flom.\", legalBasis: \"bevilgningsreglementet § 11\"",
        )
        .await
    }

    pub async fn approve(&self, claim: &Value) -> Value {
        self.command("approveOverride", claim, "reason: \"Enig.\"").await
    }

    /// A claim as it stands, or null.
    pub async fn read(&self, claim: &Value) -> Value {
        self.data(
            &format!("query ($id: ID!) {{ fundingClaim(id: $id) {{ {CLAIM} }} }}"),
            json!({ "id": claim["id"] }),
        )
        .await["fundingClaim"]
            .clone()
    }

    /// Its transitions, oldest first.
    pub async fn history(&self, claim: &Value) -> Vec<Value> {
        let event =
            "at sequence state by { organisationNumber } reason hash previousHash verdict { outcome reasons { code } }";
        let query = format!("query ($id: ID!) {{ fundingClaim(id: $id) {{ history {{ {event} }} }} }}");
        let answer = self.data(&query, json!({ "id": claim["id"] })).await;
        answer["fundingClaim"]["history"].as_array().expect("a list").clone()
    }
}
