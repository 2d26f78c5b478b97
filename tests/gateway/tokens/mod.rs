//! Promise: only a token that a configured issuer has signed, for this service and for now, says who asks; and it says it in one
//! way. Who brings none is the public.

pub mod issuer;
mod keys;
mod others;
mod refused;
mod secrets;
mod shapes;

use issuer::Issuer;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::world::World;

pub const BAMBLE: &str = "940244145";
pub const NAV: &str = "889640782";
pub const BUFDIR: &str = "986128433";
/// Made up: nobody's.
pub const VENDOR: &str = "310240028";
pub const RESOURCE: &str = "urn:altinn:resource:programgrant";

thread_local! {
    /// A test has a thread, and asks hundreds of times: a client for each would take longer than the answers.
    static CLIENT: reqwest::Client = reqwest::Client::builder().no_proxy().build().expect("a client");
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or("-")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("-")
    }

    /// Role, acting organisation, through whom; or the status and the code.
    pub fn who(&self) -> String {
        let viewer = &self.body["data"]["viewer"];
        let number = |body: &Value| body["organisationNumber"].as_str().unwrap_or("-").to_owned();
        match viewer["role"].as_str() {
            Some(role) => format!(
                "{role} {} {}",
                number(&viewer["organisation"]),
                number(&viewer["actingThrough"])
            ),
            None => format!("{} {}", self.status, self.code()),
        }
    }
}

pub const VIEWER: &str = "{ viewer { role organisation { organisationNumber } actingThrough { organisationNumber } } }";

/// A gateway that believes this issuer, with more lines for it.
pub async fn believing(issuer: &Issuer, settings: &str) -> World {
    World::with_settings(&format!("[auth]\nmode = \"jwt\"\n{}\n{settings}\n", issuer.settings())).await
}

/// The usual one: every scope that begins with `udir:`, and one entitlement of Altinn's.
pub async fn world(issuer: &Issuer) -> World {
    believing(
        issuer,
        &format!("scope_prefix = \"udir\"\nresources = [{RESOURCE:?}, \"ansattporten:orgno\"]"),
    )
    .await
}

pub async fn ask_with(world: &World, headers: &[(&str, &str)], query: &str) -> Answer {
    let mut request = CLIENT
        .with(Clone::clone)
        .post(world.url("/graphql"))
        .json(&json!({ "query": query }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.json().await.expect("JSON"),
    }
}

pub async fn ask(world: &World, token: &str, query: &str) -> Answer {
    ask_with(world, &[("authorization", &format!("Bearer {token}"))], query).await
}

/// Who the gateway takes the bearer for.
pub async fn who(world: &World, token: &str) -> String {
    ask(world, token, VIEWER).await.who()
}
