//! Eight case workers who ask without a pause, half of them for leave to award, and forgive nothing: every answer that is not
//! whole and every connection that breaks counts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use programgrant::store::ledger::{ClaimFilter, SqlStore};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::world::until;

const CLIENTS: usize = 8;
/// Not participants, so that the rules clear them.
const MUNICIPALITIES: [&str; 4] = ["1103", "1108", "4204", "5401"];
const LISTED: &str = "{ programmes { id municipalities { name } } sources { id state } }";

#[derive(Default)]
struct Shared {
    is_closing: AtomicBool,
    answered: AtomicUsize,
}

/// What one client was told: claims by the key that it used, and what failed.
#[derive(Default)]
struct Told {
    claims: BTreeMap<String, (String, String)>,
    failed: Vec<String>,
}

/// The clients at work.
pub struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<Told>>,
}

impl Load {
    /// Starts to ask at that address.
    pub fn start(address: &str) -> Self {
        let shared = Arc::new(Shared::default());
        let clients = (0..CLIENTS)
            .map(|number| tokio::spawn(work(number, address.to_owned(), Arc::clone(&shared))))
            .collect();
        Self { shared, clients }
    }

    /// Waits until so many more were answered.
    pub async fn goes_on(&self, answers: usize) {
        let before = self.shared.answered.load(Ordering::Relaxed);
        until("answers", async || {
            self.shared.answered.load(Ordering::Relaxed) >= before + answers
        })
        .await;
    }

    /// Ends the work; nothing failed, and the ledger holds every claim that was told of, once.
    pub async fn ends_well(self, ledger: &SqlStore) {
        self.shared.is_closing.store(true, Ordering::Relaxed);
        let mut claims = BTreeMap::new();
        for client in self.clients {
            let told = client.await.expect("no panic");
            assert_eq!(told.failed, Vec::<String>::new());
            claims.extend(told.claims);
        }
        assert!(
            claims.len() > 20,
            "{} claims, of {} answers",
            claims.len(),
            self.shared.answered.load(Ordering::Relaxed)
        );
        let kept = all_claims(ledger).await;
        for (key, (id, state)) in &claims {
            assert_eq!(kept.get(id), Some(state), "{key}");
        }
        assert_eq!(kept.len(), claims.len(), "no claim that nobody asked for");
        ledger.verify(None).await.expect("readable").expect("sound");
    }
}

async fn work(number: usize, address: String, shared: Arc<Shared>) -> Told {
    let http = reqwest::Client::new();
    let mut told = Told::default();
    let mut round = 0_usize;
    while !shared.is_closing.load(Ordering::Relaxed) {
        round += 1;
        let key = format!("{number}-{round}");
        let query = if round.is_multiple_of(2) {
            LISTED.to_owned()
        } else {
            request(number, round, &key)
        };
        match ask(&http, &address, &query).await {
            Ok(answer) => note(&mut told, key, &answer["data"]["requestFunding"]),
            Err(failure) => told.failed.push(format!("{key}: {failure}")),
        }
        shared.answered.fetch_add(1, Ordering::Relaxed);
    }
    told
}

fn note(told: &mut Told, key: String, payload: &Value) {
    if payload.is_null() {
        return;
    }
    match (payload["claim"]["id"].as_str(), payload["claim"]["state"].as_str()) {
        (Some(id), Some(state)) => {
            told.claims.insert(key, (id.to_owned(), state.to_owned()));
        }
        _ => told.failed.push(format!("{key}: {payload}")),
    }
}

/// Each client asks for a municipality and days of its own, so that nobody stands in another's way.
fn request(number: usize, round: usize, key: &str) -> String {
    let (municipality, year) = (MUNICIPALITIES[number % 4], 2018 + (round / 24) % 8);
    let (month, half) = (1 + (round / 2) % 12, number / 4);
    let (from, until) = (1 + 14 * half, 14 + 14 * half);
    let period = format!(r#"useFrom: "{year}-{month:02}-{from:02}", useUntil: "{year}-{month:02}-{until:02}""#);
    let input = format!(
        r#"scheme: "231.63", recipient: {{ municipalityNumber: "{municipality}" }}, year: {year}, amount: 41200000, caseReference: "24/{number}", {period}"#
    );
    format!(
        r#"mutation Ask {{ requestFunding(input: {{ {input} }}, idempotencyKey: "{key}") {{ claim {{ id state }} errors {{ code }} }} }}"#
    )
}

async fn ask(http: &reqwest::Client, address: &str, query: &str) -> Result<Value, String> {
    let answer = http
        .post(format!("{address}/graphql"))
        .json(&json!({ "query": query }))
        .send()
        .await
        .map_err(|error| format!("{error:?}"))?;
    let status = answer.status();
    let body = answer.text().await.map_err(|error| format!("{error:?}"))?;
    let value: Value = serde_json::from_str(&body).map_err(|_| format!("{status}: {body}"))?;
    if status == 200 && value.get("errors").is_none() {
        Ok(value)
    } else {
        Err(format!("{status}: {body}"))
    }
}

async fn all_claims(ledger: &SqlStore) -> BTreeMap<String, String> {
    let mut filter = ClaimFilter {
        limit: 500,
        ..ClaimFilter::default()
    };
    let mut all = BTreeMap::new();
    loop {
        let page = ledger.claims(&filter).await.expect("readable");
        let Some(last) = page.last() else { return all };
        filter.after = Some(last.claim.id.as_str().to_owned());
        all.extend(
            page.iter()
                .map(|kept| (kept.claim.id.to_string(), kept.claim.state.as_str().to_owned())),
        );
    }
}
