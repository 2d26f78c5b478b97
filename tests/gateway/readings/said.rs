//! Promise: what a source says now is what is answered, and what it no longer says is told apart, counted apart, and no ground for
//! anything new.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_graphql::Request;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::demo::systems;
use programgrant::graphql::{self, Snapshot};
use programgrant::http;
use programgrant_core::access::Caller;
use programgrant_schema::{
    Accounts, AccountsLine, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    SourceId,
};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use crate::nav::deliver;
use crate::records::{TWELVE, kroner, pot_of, programme_2021, record, share, share_of, statement};
use crate::world::{NOON, World};

const BAMBLE: (&str, &str) = TWELVE[0];

impl World {
    /// The source's list changes from one record to another.
    async fn replace(&self, source: SourceId, old: &RecordId, new: Option<Record>) {
        self.simulator(source).withdraw(old);
        self.publish(&[(source, new.into_iter().collect())]);
        self.poll(source).await.expect("heard");
    }

    async fn open_cases(&self) -> Vec<Value> {
        self.gateway()
            .reconciler
            .round(self.gateway().dependencies.clock.now())
            .await
            .expect("reconciles");
        let fields = "state toPayBack awards { id vanishedAt } reasons { code }";
        let answer = self
            .ask(&format!(
                "{{ doubleFundingCases(state: [OPEN]) {{ items {{ {fields} }} }} }}"
            ))
            .await;
        answer["doubleFundingCases"]["items"]
            .as_array()
            .expect("a list")
            .clone()
    }

    async fn awards_of_bamble(&self, scheme: &str) -> Vec<Value> {
        let fields = "id vanishedAt provenance { changedAt }";
        let answer = self
            .ask(&format!(
                "{{ municipality(number: \"3813\") {{ awards(scheme: \"{scheme}\") {{ {fields} }} }} }}"
            ))
            .await;
        answer["municipality"]["awards"].as_array().expect("a list").clone()
    }
}

fn stamped(record: Record, changed_at: &str) -> Record {
    Record {
        changed_at: Some(changed_at.parse().expect("an instant")),
        ..record
    }
}

/// Bamble's share of that scheme, of that amount, changed then.
fn share_then(scheme: usize, amount: Ore, changed_at: &str) -> Record {
    stamped(share(scheme, BAMBLE, 2021, amount), changed_at)
}

#[tokio::test]
async fn a_system_whose_clock_was_wrong_is_believed_in_what_it_says_now() {
    for (source, scheme, id) in [(systems::UDIR, 0, "231.63"), (systems::BUFDIR, 4, "846-los")] {
        let mut world = World::heard(&programme_2021()).await;
        let now = share_then(scheme, share_of(0, scheme), "2021-03-05T08:00:00Z");
        world
            .replace(
                source,
                &now.id,
                Some(share_then(scheme, kroner(10), "2121-03-04T08:00:00Z")),
            )
            .await;
        let warnings = world.source(source).await["warnings"].clone();
        assert_eq!(warnings.as_array().map(Vec::len), Some(1), "{warnings}");
        assert!(
            warnings[0]
                .as_str()
                .is_some_and(|said| said.contains("2121-03-04T08:00:00Z") && said.contains(NOON)),
            "{warnings}"
        );
        world.replace(source, &now.id, Some(now.clone())).await;
        for _ in 0..2 {
            let (pot, told) = (world.pot("3813", 2021).await, world.source(source).await);
            assert_eq!(
                (&pot["total"], &pot["completeness"]),
                (&json!(pot_of(0).get()), &json!("COMPLETE")),
                "{source}"
            );
            assert_eq!(
                (&told["state"], &told["setAside"], &told["vanished"]),
                (&json!("FRESH"), &json!(0), &json!(0))
            );
            let said = told["warnings"][0].as_str().unwrap_or_default();
            let parts = [now.reference.as_str(), "2021-03-05T08:00:00Z", "2121-03-04T08:00:00Z"];
            assert!(parts.iter().all(|part| said.contains(part)), "{said}");
            assert_eq!(
                world.awards_of_bamble(id).await[0]["provenance"]["changedAt"],
                "2021-03-05T08:00:00Z"
            );
            world.restart().await;
        }
        // Time runs forwards again, and it is said no more.
        world
            .replace(
                source,
                &now.id,
                Some(share_then(scheme, share_of(0, scheme), "2021-03-06T08:00:00Z")),
            )
            .await;
        assert_eq!(world.source(source).await["warnings"], json!([]));
    }
}

#[tokio::test]
async fn an_odd_time_is_said_to_everybody_and_the_record_named_to_those_who_see_inside() {
    let world = World::new().await;
    let odd = share_then(0, kroner(10), "2121-03-04T08:00:00Z");
    world.publish(&[(systems::UDIR, vec![odd.clone()])]);
    world.poll_all().await;
    let warnings = async |caller: Caller| {
        let ask = Request::new("{ sources { id warnings vanished } }");
        let answer = graphql::execute(&graphql::schema(), ask, Snapshot::take(world.gateway(), caller))
            .await
            .data
            .into_json()
            .expect("JSON");
        let udir = answer["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|source| source["id"] == "udir")
            .expect("listed")
            .clone();
        assert_eq!(udir["vanished"], 0);
        udir["warnings"][0].as_str().expect("a warning").to_owned()
    };
    let (public, office) = (warnings(Caller::public()).await, warnings(http::caller::office()).await);
    assert!(
        public.contains("2121-03-04T08:00:00Z") && !public.contains(&odd.reference),
        "{public}"
    );
    assert!(
        office.contains("2121-03-04T08:00:00Z") && office.contains(&odd.reference),
        "{office}"
    );
}

#[tokio::test]
async fn a_record_that_comes_back_with_an_earlier_stamp_is_in_force_again() {
    for (source, scheme) in [(systems::UDIR, 0), (systems::BUFDIR, 4)] {
        let world = World::heard(&programme_2021()).await;
        let gone = share_then(scheme, kroner(10), "2021-05-01T08:00:00Z");
        world.replace(source, &gone.id, Some(gone.clone())).await;
        world.replace(source, &gone.id, None).await;
        assert_eq!(
            (
                &world.pot("3813", 2021).await["total"],
                &world.source(source).await["vanished"]
            ),
            (&json!(null), &json!(1))
        );
        world
            .replace(
                source,
                &gone.id,
                Some(share_then(scheme, share_of(0, scheme), "2021-04-01T08:00:00Z")),
            )
            .await;
        let pot = world.pot("3813", 2021).await;
        assert_eq!(
            (&pot["total"], &pot["completeness"]),
            (&json!(pot_of(0).get()), &json!("COMPLETE")),
            "{source}"
        );
        assert_eq!(world.source(source).await["vanished"], 0);
    }
}

#[tokio::test]
async fn a_record_that_moves_to_another_years_list_is_there() {
    let world = World::heard(&programme_2021()).await;
    let of_year = |year, stamp| {
        let mut record = share_then(0, kroner(7), stamp);
        let Content::Award(award) = &mut record.content else {
            panic!("an award")
        };
        (award.year, award.award) = (year, "flytter".to_owned());
        Record {
            id: RecordId::new("flytter"),
            reference: "flytter".to_owned(),
            ..record
        }
    };
    let id = RecordId::new("flytter");
    world
        .replace(systems::UDIR, &id, Some(of_year(2022, "2021-05-01T08:00:00Z")))
        .await;
    for (year, stamp) in [(2020, "2021-04-01T08:00:00Z"), (2022, "2021-03-01T08:00:00Z")] {
        world.replace(systems::UDIR, &id, Some(of_year(year, stamp))).await;
        let udir = world.source(systems::UDIR).await;
        assert_eq!(
            (&udir["vanished"], &world.pot("3813", year).await["known"]),
            (&json!(0), &json!(700)),
            "{year}"
        );
    }
}

/// A paid award of 100 000 kr to a participant, under that id.
fn award(source: SourceId, key: &str) -> Record {
    let (post, activity) = if source == systems::UDIR {
        (BudgetPost::new(231, 63), None)
    } else {
        (BudgetPost::new(846, 62), Some("LOS"))
    };
    let mut award = statement(source, key, BAMBLE.0, BAMBLE.1, post, 2021);
    award.status = AwardStatus::Paid;
    let payer = if source == systems::UDIR {
        "970018131"
    } else {
        "986128433"
    };
    award.payer = Some(Payer {
        organisation_number: payer.to_owned(),
    });
    award.activity = activity.map(str::to_owned);
    (award.granted, award.paid) = (Figure::Stated(kroner(100_000)), Figure::Stated(kroner(100_000)));
    award.disbursements = vec![Disbursement {
        on: jiff::civil::date(2021, 3, 20),
        amount: kroner(100_000),
        reference: Some("1".to_owned()),
    }];
    record(award)
}

#[tokio::test]
async fn the_same_award_under_new_ids_is_one_award_and_one_case() {
    for (source, scheme) in [(systems::UDIR, "231.63"), (systems::BUFDIR, "846-los")] {
        let world = World::new().await;
        let ids = ["u-1", "u-2", "u-3"].map(|key| award(source, key));
        world.publish(&[(source, vec![ids[0].clone()])]);
        world.poll_all().await;
        for (old, new) in ids.iter().zip(&ids[1..]) {
            let opened = world.open_cases().await;
            assert_eq!(
                opened.iter().filter(|case| case["toPayBack"] == 10_000_000).count(),
                1,
                "{opened:#?}"
            );
            world.replace(source, &old.id, Some(new.clone())).await;
        }
        let told = world.source(source).await;
        assert_eq!(
            (&told["records"], &told["vanished"], &told["setAside"], &told["state"]),
            (&json!(1), &json!(2), &json!(0), &json!("FRESH"))
        );
        let awards = world.awards_of_bamble(scheme).await;
        let living: Vec<&Value> = awards
            .iter()
            .filter(|award| award["vanishedAt"].is_null())
            .map(|award| &award["id"])
            .collect();
        assert_eq!((awards.len(), living), (3, vec![&json!(format!("{source}:2021-u-3"))]));
        assert!(
            awards.iter().filter(|award| award["vanishedAt"] == NOON).count() == 2,
            "{awards:#?}"
        );
        let open = world.open_cases().await;
        let (with_money, ended): (Vec<&Value>, Vec<&Value>) = open.iter().partition(|case| case["toPayBack"] != 0);
        assert_eq!(with_money.len(), 1, "{open:#?}");
        assert_eq!(
            (&with_money[0]["toPayBack"], &with_money[0]["awards"][0]["id"]),
            (&json!(10_000_000), &json!(format!("{source}:2021-u-3")))
        );
        assert!(
            ended.len() == 2 && ended.iter().all(|case| case["reasons"][0]["code"] == "FINDING_ENDED"),
            "{open:#?}"
        );
        // It merely vanishes: the case stands and says so, no new one is opened, and nobody is cleared.
        world.replace(source, &ids[2].id, None).await;
        let open = world.open_cases().await;
        let stands: Vec<&Value> = open.iter().filter(|case| case["toPayBack"] == 10_000_000).collect();
        assert_eq!((open.len(), stands.len()), (3, 1), "{open:#?}");
        assert_eq!(
            stands[0]["reasons"].as_array().and_then(|reasons| reasons.last()),
            Some(&json!({ "code": "NO_LONGER_LISTED" }))
        );
        assert_eq!(
            (
                &world.source(source).await["records"],
                &world.source(source).await["vanished"]
            ),
            (&json!(0), &json!(3))
        );
    }
}

#[tokio::test]
async fn a_paid_pot_under_a_new_id_is_counted_once() {
    let world = World::heard(&programme_2021()).await;
    let old = crate::records::pot(BAMBLE, 2021, pot_of(0));
    let mut new = old.clone();
    let Content::Award(award) = &mut new.content else {
        panic!("an award")
    };
    award.award = "2021-ny".to_owned();
    (new.id, new.reference) = (RecordId::new("2021-ny"), "2021-ny".to_owned());
    world.replace(systems::UDIR, &old.id, Some(new)).await;
    let pot = world.pot("3813", 2021).await;
    assert_eq!(
        (&pot["awarded"]["amount"], &pot["paid"]["amount"], &pot["difference"]),
        (&json!(pot_of(0).get()), &json!(pot_of(0).get()), &json!(0))
    );
    assert_eq!(world.open_cases().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_file_of_the_state_accounts_holds_as_it_lies_there_now() {
    let world = World::new().await;
    let pot = BudgetPost::new(226, 64);
    for booked in [5, 6, 5] {
        let lines = vec![AccountsLine {
            post: pot,
            body: "970018131".to_owned(),
            amount: kroner(booked),
        }];
        let (year, municipal) = (2021, None);
        let content = Content::Accounts(Accounts::Year { year, lines, municipal });
        let id = RecordId::new("statsregnskapet_aar_2021");
        let file = Record {
            reference: format!("{id}.csv"),
            id,
            revision: None,
            changed_at: None,
            item: None,
            content,
        };
        world.publish(&[(systems::STATE_ACCOUNTS, vec![file])]);
        world.poll(systems::STATE_ACCOUNTS).await.expect("heard");
        let answer = world
            .ask("{ programme { year(year: 2021) { accounts { amount } } } }")
            .await;
        assert_eq!(answer["programme"]["year"]["accounts"]["amount"], booked * 100);
    }
}

#[tokio::test]
async fn a_file_that_fills_a_gap_late_undoes_nothing_that_a_later_one_says() {
    let world = World::new().await;
    let share = |voucher: &str, amount: &str| {
        format!(
            "NA;202103;{voucher};PR;31.03.2021;0621;63;2021;{};3813;Andel;UNGE;;;{amount}",
            BAMBLE.1
        )
    };
    let row = |voucher: &str, amount: &str| share(voucher, amount);
    deliver(&world, 1, &[&row("1", "100,00")], "100,00");
    deliver(&world, 3, &[&row("1", "300,00"), &row("2", "5,00")], "305,00");
    world.poll(systems::NAV).await.expect("heard");
    deliver(&world, 2, &[&row("1", "200,00"), &row("2", "fem")], "200,00");
    world.poll(systems::NAV).await.expect("heard");
    let nav = world.source(systems::NAV).await;
    assert_eq!(
        (&nav["state"], &nav["setAside"], &nav["records"]),
        (&json!("FRESH"), &json!(0), &json!(2)),
        "{nav}"
    );
    assert_eq!(world.pot("3813", 2021).await["known"], 30_500);
}

/// A queue that hands out what is put into it once, and removes whatever it is told to.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<VecDeque<String>>>);

impl Respond for Queue {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body);
        let inner = if body.contains("SlettFraKoe") {
            "<SlettFraKoeResponse xmlns=\"urn:sim:hdir:tilskudd:v2\"><AntallSlettet>1</AntallSlettet></SlettFraKoeResponse>".to_owned()
        } else {
            let items = self
                .0
                .lock()
                .expect("no test panics here")
                .pop_front()
                .unwrap_or_default();
            format!(
                "<HentTilsagnKoeResponse xmlns=\"urn:sim:hdir:tilskudd:v2\"><TilsagnListe>{items}</TilsagnListe></HentTilsagnKoeResponse>"
            )
        };
        let envelope = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{inner}</s:Body></s:Envelope>"
        );
        ResponseTemplate::new(200).set_body_raw(envelope, "text/xml; charset=utf-8")
    }
}

fn item(reference: &str, changed: &str, granted: &str) -> String {
    format!(
        "<Tilsagn><ArchiveReference>{reference}</ArchiveReference><SaksNr>21/4711</SaksNr>{changed}<Kapittel>0765</Kapittel><Post>60</Post>\
         <Ordning>BARN_UNGE</Ordning><Budsjettaar>2021</Budsjettaar><MottakerOrgNr>{}</MottakerOrgNr>\
         <InnvilgetBeloep>{granted}</InnvilgetBeloep><Vedtak>PROGRAM</Vedtak></Tilsagn>",
        BAMBLE.1
    )
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn of_a_queue_the_later_change_holds_and_a_repeat_or_an_impossible_time_does_not() {
    let (system, queue, folder) = (
        MockServer::start().await,
        Queue::default(),
        tempfile::tempdir().expect("a temporary folder"),
    );
    Mock::given(method("POST"))
        .respond_with(queue.clone())
        .mount(&system)
        .await;
    let store = folder.path().join("register.db");
    let source = format!(
        "[sources.helsedir]\nurl = \"{}/soap\"\nevery = \"1s\"\nfresh_within = \"10m\"\ndeadline = \"5s\"",
        system.uri()
    );
    let config = Config::parse(&format!("[store]\nurl = \"sqlite:{}\"\n{source}", store.display())).expect("sound");
    let at = |day: &str| format!("<Endret>{day}T08:00:00</Endret>");
    let steps = [
        (item("AR1", &at("2121-03-04"), "10.00"), 1_000),
        (item("AR2", &at("2021-03-05"), "4120.00"), 412_000),
        (item("AR1", &at("2121-03-04"), "10.00"), 412_000),
        (item("AR3", &at("2021-03-04"), "1.00"), 412_000),
        (item("AR4", &at("2021-03-05"), "2.00"), 200),
        (item("AR2", &at("2021-03-05"), "4120.00"), 200),
        (item("AR5", "", "3.00"), 300),
        (item("AR4", &at("2021-03-05"), "2.00"), 300),
        // Sixty years ago it was changed, and yet it came after the one that says no time at all.
        (item("AR6", &at("1961-03-05"), "4.00"), 400),
        (item("AR7", &at("2026-11-23"), "5.00"), 500),
        (item("AR8", &at("2026-11-21"), "6.00"), 500),
    ];
    for (number, (said, expected)) in steps.into_iter().enumerate() {
        queue.0.lock().expect("no test panics here").push_back(said);
        let (clock, _hand) = Clock::manual(NOON.parse().expect("an instant"));
        // A gateway of its own for every step: what is known outlives it.
        let gateway = Gateway::open(&config, clock).await.expect("the gateway starts");
        gateway
            .poll(systems::HELSEDIR)
            .await
            .expect("configured")
            .expect("heard");
        let ask = Request::new(
            "{ municipality(number: \"3813\") { awards { granted { amount } } } sources { id state warnings } }",
        );
        let answer = graphql::execute(
            &graphql::schema(),
            ask,
            Snapshot::take(&gateway, http::caller::office()),
        )
        .await
        .data
        .into_json()
        .expect("JSON");
        assert_eq!(
            answer["municipality"]["awards"],
            json!([{ "granted": { "amount": expected } }]),
            "step {number}"
        );
        let told = answer["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|source| source["id"] == "helsedir")
            .expect("listed")
            .clone();
        assert_eq!(told["state"], "FRESH");
        let is_odd = !told["warnings"].as_array().expect("a list").is_empty();
        assert_eq!(
            is_odd,
            [0, 1, 2, 3, 4, 5, 9, 10].contains(&number),
            "step {number}: {told}"
        );
        gateway.database.close().await;
    }
}
