//! Promise: an organisation that wants to be told is told, of what it may see and of nothing else, signed, in order, and at least
//! once, whatever happens to it or to the gateway in between.

mod clearances;
mod reports;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use jiff::SignedDuration;
use programgrant::demo::systems;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore};
use programgrant_core::ledger::rules::{Outcome, ReasonCode, Verdict};
use programgrant_core::ledger::{ClaimId, Command, CommandOutcome, Principal, Terms};
use programgrant_schema::{Figure, Payer, Record};
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::guard::clients::{Caller, NAV, OSLO, input};
use crate::records::{SCHEMES, TWELVE, kroner, programme_2021, record, statement};
use crate::world::{FRESH_WITHIN, OFFICE_OF_ALL, World, until};

pub use clearances::a_short_clearance_is_told_when_half_of_it_has_gone_and_once;

const SECRET: &str = "et hemmelig ord på mange bokstaver";
const OFFICE: &str = "970018131";
const NAV_ITSELF: &str = "889640782";
const BUFDIR: &str = "986128433";
const DAY: Duration = Duration::from_hours(24);
/// Longer than any pause between attempts.
const LONG: Duration = Duration::from_hours(3);

/// A gateway and whoever listens to it.
struct Told {
    world: World,
    listener: MockServer,
    _folder: TempDir,
}

impl Told {
    /// Each of these organisations listens at an address that ends in its number, and takes what it gets.
    async fn listening(organisations: &[&str]) -> Self {
        let told = Self::with(organisations, "").await;
        told.answer(200).await;
        told
    }

    /// The same, and nobody answers yet; with more lines for the last of them.
    async fn with(organisations: &[&str], more: &str) -> Self {
        let (listener, folder) = (MockServer::start().await, tempfile::tempdir().expect("a folder"));
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).expect("written");
        let webhook = |organisation: &&str| {
            format!(
                "[[webhooks]]\norganisation = \"{organisation}\"\nurl = \"{}/{organisation}\"\nsecret_file = {:?}\n",
                listener.uri(),
                secret.to_string_lossy()
            )
        };
        let settings = organisations.iter().map(webhook).collect::<String>() + more + OFFICE_OF_ALL;
        let world = World::with_settings(&settings).await;
        world.publish(&programme_2021());
        world.poll_all().await;
        let told = Self {
            world,
            listener,
            _folder: folder,
        };
        told.round().await;
        told
    }

    /// What everybody answers from now on.
    async fn answer(&self, status: u16) {
        self.listener.reset().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&self.listener)
            .await;
    }

    async fn round(&self) {
        self.world.gateway().webhooks.round().await.expect("looks and tells");
    }

    /// Bufdir grants beside the pot, and reconciliation sees it.
    async fn opens_case(&self) {
        self.world.publish(&[(systems::BUFDIR, vec![award()])]);
        self.world.poll_all().await;
        self.world
            .gateway()
            .reconciler
            .round(self.world.gateway().dependencies.clock.now())
            .await
            .expect("reconciles");
    }

    /// Everything that came since it was last said what to answer.
    async fn came(&self) -> Vec<Request> {
        self.listener.received_requests().await.expect("recorded")
    }

    /// What came for one organisation.
    async fn came_for(&self, organisation: &str) -> Vec<Value> {
        let for_it = |request: &Request| request.url.path() == format!("/{organisation}");
        self.came()
            .await
            .iter()
            .filter(|request| for_it(request))
            .map(|request| request.body_json().expect("JSON"))
            .collect()
    }
}

/// LOS for Bamble, granted beside the pot.
fn award() -> Record {
    let (number, organisation) = TWELVE[0];
    let mut awarded = statement(systems::BUFDIR, "900", number, organisation, SCHEMES[4].2, 2021);
    awarded.activity = Some("LOS".to_owned());
    awarded.payer = Some(Payer {
        organisation_number: BUFDIR.to_owned(),
    });
    awarded.granted = Figure::Stated(kroner(250_000));
    record(awarded)
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request
        .headers
        .get(name)
        .unwrap_or_else(|| panic!("no {name}"))
        .to_str()
        .expect("text")
}

fn kinds(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message["type"].as_str().expect("text"))
        .collect()
}

#[tokio::test]
async fn a_message_is_a_signed_cloud_event_without_amounts_or_persons() {
    let told = Told::listening(&[OFFICE]).await;
    told.opens_case().await;
    told.round().await;
    let came = told.came().await;
    let [request] = came.as_slice() else {
        panic!("{} messages", came.len())
    };
    assert_eq!(
        header(request, "content-type"),
        "application/cloudevents+json; charset=utf-8"
    );
    let event: Value = request.body_json().expect("JSON");
    assert_eq!(
        (&event["specversion"], &event["type"]),
        (&json!("1.0"), &json!("no.programgrant.case.opened"))
    );
    assert_eq!(
        (header(request, "webhook-id"), &event["subject"]),
        (event["id"].as_str().expect("text"), &event["data"]["case"])
    );
    let data = event["data"].as_object().expect("an object");
    assert_eq!(
        data.keys().collect::<Vec<_>>(),
        ["case", "kind", "municipality", "programme", "scheme", "state", "year"]
    );
    assert_eq!(
        (&data["kind"], &data["state"], &data["scheme"]),
        (&json!("AWARD_TO_PARTICIPANT"), &json!("OPEN"), &json!("846-los"))
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    let signed = format!(
        "{}.{}.{}",
        header(request, "webhook-id"),
        header(request, "webhook-timestamp"),
        String::from_utf8_lossy(&request.body)
    );
    mac.update(signed.as_bytes());
    assert_eq!(
        header(request, "webhook-signature"),
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    );
    let sent_at: i64 = header(request, "webhook-timestamp").parse().expect("seconds");
    assert_eq!(sent_at, told.world.gateway().dependencies.clock.now().as_second());
    told.round().await;
    assert_eq!(told.came().await.len(), 1, "told once");
}

#[tokio::test]
pub async fn a_message_is_brought_again_under_its_id_until_it_is_taken_and_nowhere_else() {
    let told = Told::with(&[OFFICE], "").await;
    Mock::given(path("/elsewhere"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&told.listener)
        .await;
    let elsewhere = ResponseTemplate::new(307).insert_header("location", format!("{}/elsewhere", told.listener.uri()));
    Mock::given(path(format!("/{OFFICE}")))
        .respond_with(elsewhere)
        .up_to_n_times(1)
        .mount(&told.listener)
        .await;
    Mock::given(path(format!("/{OFFICE}")))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&told.listener)
        .await;
    Mock::given(path(format!("/{OFFICE}")))
        .respond_with(ResponseTemplate::new(204))
        .mount(&told.listener)
        .await;
    told.opens_case().await;
    let case =
        told.world.ask("{ doubleFundingCases { items { id } } }").await["doubleFundingCases"]["items"][0]["id"].clone();
    let decide = format!(
        "mutation {{ decideCase(case: {case}, decision: CONFIRM, reason: \"Dobbelt.\") {{ errors {{ code }} }} }}"
    );
    assert_eq!(told.world.ask(&decide).await["decideCase"]["errors"], json!([]));
    for _ in 0..5 {
        told.round().await;
        told.round().await;
        told.world.hand.advance(LONG);
        told.world.poll_all().await;
    }
    let cases: Vec<Request> = told
        .came()
        .await
        .into_iter()
        .filter(|request| header(request, "webhook-id").starts_with("case-"))
        .collect();
    assert!(
        cases.iter().all(|request| request.url.path() == format!("/{OFFICE}")),
        "a redirect was followed"
    );
    let ids: Vec<&str> = cases.iter().map(|request| header(request, "webhook-id")).collect();
    assert_eq!(
        ids,
        [ids[0], ids[0], ids[0], ids[3]],
        "the first until it was taken, and only then the second"
    );
    let types: Vec<Value> = cases
        .iter()
        .map(|request| request.body_json::<Value>().expect("JSON")["type"].clone())
        .collect();
    assert_eq!(
        (&types[2], &types[3]),
        (
            &json!("no.programgrant.case.opened"),
            &json!("no.programgrant.case.changed")
        )
    );
    let stamps: Vec<&str> = cases
        .iter()
        .map(|request| header(request, "webhook-timestamp"))
        .collect();
    assert!(
        stamps[0] < stamps[1] && stamps[1] < stamps[2],
        "each attempt is signed with its own instant"
    );
}

#[tokio::test]
pub async fn what_was_written_down_or_happened_unseen_is_told_after_a_restart() {
    let mut told = Told::listening(&[OFFICE]).await;
    told.opens_case().await;
    told.world.gateway().webhooks.gather().await.expect("written down");
    told.world.restart().await;
    assert_eq!(told.came().await.len(), 0);
    told.round().await;
    assert_eq!(
        kinds(&told.came_for(OFFICE).await),
        ["no.programgrant.case.opened"],
        "written down and not sent"
    );
    let case = told.came_for(OFFICE).await[0]["data"]["case"].clone();
    let decide =
        format!("mutation {{ decideCase(case: {case}, decision: DISMISS, reason: \"Nei.\") {{ errors {{ code }} }} }}");
    told.world.ask(&decide).await;
    told.world.restart().await;
    told.round().await;
    assert_eq!(
        kinds(&told.came_for(OFFICE).await),
        ["no.programgrant.case.opened", "no.programgrant.case.changed"],
        "not even written down"
    );
}

#[tokio::test]
async fn each_hears_of_what_it_may_see_and_wants_to() {
    let (bamble, siljan) = (TWELVE[0].1, TWELVE[1].1);
    let (vestfold_telemark, innlandet, nobody) = ("974762501", "974761645", "987654325");
    let all = [
        OFFICE,
        NAV_ITSELF,
        siljan,
        vestfold_telemark,
        innlandet,
        nobody,
        bamble,
        BUFDIR,
    ];
    let told = Told::with(&all, "events = [\"no.programgrant.case.opened\"]\n").await;
    told.answer(200).await;
    told.opens_case().await;
    told.round().await;
    let case = told.came_for(OFFICE).await[0]["data"]["case"].clone();
    told.world
        .ask(&format!(
            "mutation {{ decideCase(case: {case}, decision: CONFIRM, reason: \"Ja.\") {{ errors {{ code }} }} }}"
        ))
        .await;
    told.round().await;
    for (organisation, messages) in [
        (OFFICE, 2),
        (bamble, 2),
        (vestfold_telemark, 2),
        (BUFDIR, 1),
        (NAV_ITSELF, 0),
        (siljan, 0),
        (innlandet, 0),
        (nobody, 0),
    ] {
        assert_eq!(told.came_for(organisation).await.len(), messages, "{organisation}");
    }
}

#[tokio::test]
pub async fn a_source_that_falls_silent_and_comes_back_is_told_each_time() {
    let told = Told::listening(&[OFFICE]).await;
    let of_udir = async || {
        let messages = told.came_for(OFFICE).await;
        messages
            .into_iter()
            .filter(|message| message["subject"] == "udir")
            .collect::<Vec<_>>()
    };
    told.world.hand.advance(FRESH_WITHIN);
    told.round().await;
    assert_eq!(of_udir().await, Vec::<Value>::new(), "old, and not too old");
    for _ in 0..2 {
        told.world.hand.advance(FRESH_WITHIN + Duration::from_secs(1));
        told.round().await;
        told.round().await;
        told.world.poll_all().await;
        told.round().await;
    }
    let messages = of_udir().await;
    let (silent, returned) = ("no.programgrant.source.silent", "no.programgrant.source.returned");
    assert_eq!(kinds(&messages), [silent, returned, silent, returned]);
    assert_eq!(
        (&messages[0]["data"]["state"], &messages[1]["data"]["state"]),
        (&json!("STALE"), &json!("FRESH"))
    );
    let ids: std::collections::BTreeSet<&str> = messages
        .iter()
        .map(|message| message["id"].as_str().expect("text"))
        .collect();
    assert_eq!(ids.len(), 4, "each is an event of its own");
}

#[tokio::test]
async fn who_is_deaf_for_days_holds_nobody_up_and_hears_again_what_comes_later() {
    let told = Told::with(
        &[OFFICE, BUFDIR],
        "events = [\"no.programgrant.case.opened\", \"no.programgrant.case.changed\"]\n",
    )
    .await;
    let refuse = Mock::given(path(format!("/{BUFDIR}"))).respond_with(ResponseTemplate::new(500));
    let refusing = refuse.mount_as_scoped(&told.listener).await;
    Mock::given(path(format!("/{OFFICE}")))
        .respond_with(ResponseTemplate::new(200))
        .mount(&told.listener)
        .await;
    told.opens_case().await;
    told.round().await;
    assert_eq!(
        kinds(&told.came_for(OFFICE).await),
        ["no.programgrant.case.opened"],
        "the other has been told"
    );
    told.world.hand.advance(3 * DAY);
    told.round().await;
    told.world.hand.advance(DAY);
    told.round().await;
    assert_eq!(told.came_for(BUFDIR).await.len(), 2, "set aside after three days");
    drop(refusing);
    Mock::given(path(format!("/{BUFDIR}")))
        .respond_with(ResponseTemplate::new(200))
        .mount(&told.listener)
        .await;
    let case =
        told.world.ask("{ doubleFundingCases { items { id } } }").await["doubleFundingCases"]["items"][0]["id"].clone();
    told.world
        .ask(&format!(
            "mutation {{ decideCase(case: {case}, decision: CONFIRM, reason: \"Ja.\") {{ errors {{ code }} }} }}"
        ))
        .await;
    told.round().await;
    assert_eq!(
        kinds(&told.came_for(BUFDIR).await).last(),
        Some(&"no.programgrant.case.changed")
    );
}
