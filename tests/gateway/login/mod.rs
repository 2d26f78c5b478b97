//! Promise: only who comes back from the configured issuer, in the browser that was sent there, is logged in; for one body at most, in
//! the role that the register gives it; until the session ends, here or there, for all gateways. No page elsewhere can use it.

mod backchannel;
pub mod browser;
mod cookies;
mod flow;
mod forged;
mod forms;
mod pages;
pub mod place;
mod program;
mod provider;
mod reloads;
mod sessions;

use browser::{Browser, Came};
use place::{Gate, Place};
use serde_json::{Value, json};

pub const VIEWER: &str = "{ viewer { role organisation { organisationNumber } } }";

/// Who the pages take this browser for: role and body; or the status and the code.
pub async fn who(gate: &Gate, browser: &Browser) -> String {
    let token = gate.form_token(browser).await.unwrap_or_default();
    said(&browser.ask(&gate.url(""), &token, VIEWER).await)
}

pub fn said(asked: &Came) -> String {
    let body: Value = serde_json::from_str(&asked.text).unwrap_or_else(|_| panic!("no JSON: {}", asked.text));
    let viewer = &body["data"]["viewer"];
    let number = viewer["organisation"]["organisationNumber"].as_str().unwrap_or("-");
    viewer["role"]
        .as_str()
        .map_or_else(|| asked.refusal(), |role| format!("{role} {number}"))
}

/// What a program that sends this browser's cookies to `/graphql` is.
pub async fn who_by_graphql(gate: &Gate, browser: &Browser) -> String {
    let request = browser.post(&gate.url("/graphql")).json(&json!({ "query": VIEWER }));
    said(&Came::to(request).await)
}
