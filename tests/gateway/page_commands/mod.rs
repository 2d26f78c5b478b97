//! Promise: what a case officer commands on the pages is what the interface then says, once however often it is sent, and only where one of
//! this session's pages sent it.

pub mod browser;
mod cases;
mod exceptions;
mod journal;
mod list;
mod programme_use;
mod sent;
mod walk;
mod yearly;

use programgrant_core::ledger::Link;
use serde_json::Value;

use crate::guard::clients::heard;
use crate::world::World;
use browser::Office;

const NAV: &str = "889640782";
const HELSEDIR: &str = "983544622";
const BUFDIR: &str = "986128433";
const OFFICE: &str = "970018131";
const BAMBLE: &str = "940244145";
const OSLO: &str = "958935420";

/// A question that is clear.
fn asked(reference: &str) -> Vec<(&'static str, String)> {
    question("621.63", OSLO, reference)
}

fn question(scheme: &str, recipient: &str, reference: &str) -> Vec<(&'static str, String)> {
    [
        ("mottaker", recipient),
        ("ordning", scheme),
        ("aar", "2021"),
        ("belop", "100 000"),
        ("malgruppe", ""),
        ("fra", ""),
        ("til", ""),
        ("sak", reference),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// The address of the page that answers it.
fn address(question: &[(&str, String)]) -> String {
    let mut url = reqwest::Url::parse("http://x/for-vedtak").expect("an address");
    url.query_pairs_mut().extend_pairs(question);
    format!("/for-vedtak?{}", url.query().unwrap_or_default())
}

/// Every claim as the interface says it to the programme office.
async fn claims(world: &World) -> Vec<Value> {
    let fields = "id state fence amount year caseReference awardReference receipt requestedBy { organisationNumber } \
        verdict { outcome reasons { code } } exception { reason legalBasis isOpen approvedBy { organisationNumber } } history { state reason }";
    let answer = world
        .ask(&format!("{{ fundingClaims {{ items {{ {fields} }} }} }}"))
        .await;
    answer["fundingClaims"]["items"].as_array().expect("a list").clone()
}

/// How much the audit chain holds: whatever is changed adds to it.
async fn entries(world: &World) -> usize {
    let mut count = 0;
    for claim in claims(world).await {
        count += claim["history"].as_array().map_or(0, Vec::len);
    }
    let ledger: Vec<Link> = world.gateway().guard.history("ledger").await.expect("reads");
    count + ledger.len()
}

/// A world that has heard everything, and one body at its pages.
async fn office(body: &str) -> (World, Office) {
    let world = heard().await;
    let office = Office::at(&world, body);
    (world, office)
}

/// The page of a claim that this body has asked for by the forms.
async fn requested(office: &Office, question: &[(&'static str, String)]) -> String {
    let page = office.page(&address(question)).await;
    let form = page.form("krav").and("lest", "ja");
    office.send("/for-vedtak", &form).await.location()
}
