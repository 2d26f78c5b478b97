//! The program is killed again and again while many clients ask, confirm and release, each trying again until it is answered.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use programgrant::store::ledger::{ClaimFilter, KeptClaim, SqlStore};
use programgrant_core::ledger::Claim;
use serde_json::Value;
use sqlx::Row;
use tokio::sync::watch;

use super::{Office, confirm, fence, on_both_stores, payload, release, request_for, text, try_ask};
use crate::ledger::books::Kind;
use crate::world::until;

on_both_stores! { killed_at_any_moment_it_loses_and_doubles_nothing }

const CLIENTS: u64 = 16;
const KILLS: usize = 6;
/// Not participants, so that the rules clear them.
const MUNICIPALITIES: [&str; 4] = ["0301", "1103", "4601", "5001"];
/// How often a question that stays open is asked again.
const ASKED_AGAIN: usize = 3;

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Something that the program has said of a claim.
struct Told {
    id: String,
    state: String,
    fence: i64,
    receipt: String,
}

impl Told {
    fn of(claim: &Value) -> Self {
        let [id, state, receipt] = ["id", "state", "receipt"].map(|name| text(claim, name).to_owned());
        Self {
            id,
            state,
            receipt,
            fence: fence(claim),
        }
    }
}

/// What the clients share.
struct Street {
    address: watch::Receiver<String>,
    is_closing: AtomicBool,
    answered: AtomicUsize,
    interrupted: AtomicUsize,
}

async fn killed_at_any_moment_it_loses_and_doubles_nothing(kind: Kind) {
    let office = Office::open(kind).await;
    let mut program = office.start("").await;
    let (announce, address) = watch::channel(program.address().to_owned());
    let street = Arc::new(Street {
        address,
        is_closing: AtomicBool::new(false),
        answered: AtomicUsize::new(0),
        interrupted: AtomicUsize::new(0),
    });
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(Client::new(number, Arc::clone(&street)).go_on()))
        .collect();
    let mut dice = Dice(7);
    for _ in 0..KILLS {
        let moment = street.answered.load(Ordering::Relaxed) + 20 + usize::try_from(dice.roll(40)).expect("small");
        until("so many more answers", async || {
            street.answered.load(Ordering::Relaxed) >= moment
        })
        .await;
        program.kill();
        program = office.start("").await;
        announce.send_replace(program.address().to_owned());
    }
    street.is_closing.store(true, Ordering::Relaxed);
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await.expect("no panic"));
    }
    program.kill();
    let (store, database) = office.ledger().await;
    assert_is_kept(&store, &told).await;
    assert_receipts_are_in_the_chain(&store, &database, &told).await;
    store.verify(None).await.expect("readable").expect("sound");
    database.close().await;
    let interrupted = street.interrupted.load(Ordering::Relaxed);
    assert!(
        told.len() > 100 && interrupted >= KILLS,
        "{} answers, {interrupted} interrupted",
        told.len()
    );
}

/// One of the directorate's case workers.
struct Client {
    number: u64,
    dice: Dice,
    street: Arc<Street>,
    http: reqwest::Client,
    told: Vec<Told>,
}

impl Client {
    fn new(number: u64, street: Arc<Street>) -> Self {
        Self {
            number,
            dice: Dice(number + 1),
            street,
            http: reqwest::Client::new(),
            told: Vec::new(),
        }
    }

    async fn go_on(mut self) -> Vec<Told> {
        let mut asked = 0;
        while !self.street.is_closing.load(Ordering::Relaxed) {
            asked += 1;
            self.one_claim(asked).await;
        }
        self.told
    }

    async fn one_claim(&mut self, asked: usize) {
        let key = format!("{}-{asked}", self.number);
        let municipality = MUNICIPALITIES[usize::try_from(self.dice.roll(4)).expect("small")];
        let (year, month) = (
            2018 + i32::try_from(self.dice.roll(7)).expect("small"),
            1 + self.dice.roll(12),
        );
        let period = format!(r#"useFrom: "{year}-{month:02}-01", useUntil: "{year}-{month:02}-28""#);
        let query = request_for(municipality, year, &period, &key);
        for _ in 0..ASKED_AGAIN {
            let answer = self.ask(&query).await;
            let claim = &payload(&answer)["claim"];
            match claim["state"].as_str() {
                Some("CLEARED") => {
                    self.told.push(Told::of(claim));
                    return self.finish(claim).await;
                }
                Some("DENIED") => return self.told.push(Told::of(claim)),
                Some(_) => self.told.push(Told::of(claim)),
                None => assert_eq!(
                    payload(&answer)["errors"][0]["code"],
                    "LEDGER_UNREACHABLE",
                    "{answer:#}"
                ),
            }
        }
    }

    /// Confirms or gives back what was cleared, or leaves it.
    async fn finish(&mut self, claim: &Value) {
        let (id, cleared_at) = (text(claim, "id"), fence(claim));
        let (command, after) = match self.dice.roll(3) {
            0 => (confirm(id, cleared_at, id), "CONFIRMED"),
            1 => (release(id, cleared_at), "RELEASED"),
            _ => return,
        };
        // An earlier try may have been carried out and its answer lost: the same command is answered all the same.
        let answer = self.ask(&command).await;
        assert_eq!(payload(&answer)["claim"]["state"], after, "{answer:#}");
        self.told.push(Told::of(&payload(&answer)["claim"]));
    }

    /// Asks until an answer comes.
    async fn ask(&self, query: &str) -> Value {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            let address = self.street.address.borrow().clone();
            match try_ask(&self.http, &address, query).await {
                Some(answer) => {
                    self.street.answered.fetch_add(1, Ordering::Relaxed);
                    return answer;
                }
                None => self.street.interrupted.fetch_add(1, Ordering::Relaxed),
            };
        }
    }
}

/// Every claim stands as it was told of or later, and no two hold the same month.
async fn assert_is_kept(store: &SqlStore, told: &[Told]) {
    let filter = ClaimFilter {
        limit: 1_000_000,
        ..ClaimFilter::default()
    };
    let kept: BTreeMap<String, KeptClaim> = store
        .claims(&filter)
        .await
        .expect("reads")
        .into_iter()
        .map(|kept| (kept.claim.id.to_string(), kept))
        .collect();
    for told in told {
        let kept = kept.get(&told.id).unwrap_or_else(|| panic!("{} is lost", told.id));
        assert!(kept.claim.fence >= told.fence, "{} fell back", told.id);
        if kept.claim.fence == told.fence {
            assert_eq!(
                (kept.claim.state.as_str(), store.signer().sign(&kept.receipt)),
                (told.state.as_str(), told.receipt.clone()),
                "{}",
                told.id
            );
        }
    }
    let mut held = BTreeSet::new();
    let slot = |claim: &Claim| {
        (
            claim.application.recipient.to_string(),
            claim.application.months().start().number(),
        )
    };
    for claim in kept
        .values()
        .map(|kept| &kept.claim)
        .filter(|claim| claim.state.occupies())
    {
        assert!(held.insert(slot(claim)), "{} holds what another holds", claim.id);
    }
}

async fn assert_receipts_are_in_the_chain(
    store: &SqlStore,
    database: &programgrant::store::database::Database,
    told: &[Told],
) {
    let rows = sqlx::query("SELECT sequence, hash FROM audit")
        .fetch_all(database.readers())
        .await
        .expect("reads");
    let chain: HashMap<i64, String> = rows.iter().map(|row| (row.get("sequence"), row.get("hash"))).collect();
    for told in told {
        let receipt = store.signer().verify(&told.receipt).expect("signed by this ledger");
        assert_eq!(chain.get(&receipt.sequence), Some(&receipt.hash), "{}", told.id);
    }
}
