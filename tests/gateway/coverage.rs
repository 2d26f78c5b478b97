//! Promise: what reached municipalities stands beside what the sources here report of it, post by post and to the øre; what is not known
//! is never 0, and what nobody here reports is named.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use async_graphql::Request;
use jiff::civil::date;
use programgrant::demo::{Demo, systems};
use programgrant::graphql::{self, Snapshot};
use programgrant::http;
use programgrant_schema::{
    Accounts, AccountsLine, AwardStatus, BudgetPost, Content, Disbursement, Figure, MunicipalGrants, Ore, Record,
    RecordId, SourceId,
};
use serde_json::{Value, json};

use crate::records::{TWELVE, kroner, pot, pot_of, record, statement};
use crate::world::World;

const FIELDS: &str = "year total { state amount } heard { state amount } general { state amount } \
                      posts { budgetPost { label } name ministry general accounts { state amount } \
                      reported { state amount } sources { id } }";
const POT: BudgetPost = BudgetPost::new(226, 64);
const LANGUAGE: BudgetPost = BudgetPost::new(231, 63);
/// A post that no scheme of these worlds lies on.
const NOBODYS: BudgetPost = BudgetPost::new(1420, 61);

fn stated(ore: i64) -> Value {
    json!({ "state": "STATED", "amount": ore })
}

fn none(state: &str) -> Value {
    json!({ "state": state, "amount": null })
}

fn grants(post: BudgetPost, amount: Ore) -> MunicipalGrants {
    MunicipalGrants {
        post,
        amount: Figure::Stated(amount),
        name: None,
        ministry: None,
    }
}

/// The accounts of 2021, with a line for every post, so that the file holds no more than the record.
fn accounts(municipal: Option<Vec<MunicipalGrants>>) -> (SourceId, Vec<Record>) {
    let line = |grants: &MunicipalGrants| AccountsLine {
        post: grants.post,
        body: "970018131".to_owned(),
        amount: grants.amount.stated().unwrap_or_default(),
    };
    let lines = municipal.iter().flatten().map(line).collect();
    let id = RecordId::new("statsregnskapet_aar_2021");
    let file = Record {
        reference: format!("{id}.csv"),
        id,
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(Accounts::Year {
            year: 2021,
            lines,
            municipal,
        }),
    };
    (systems::STATE_ACCOUNTS, vec![file])
}

/// Udir's pots of 2021 for the first two of the twelve.
fn pots() -> Vec<Record> {
    (0..2).map(|index| pot(TWELVE[index], 2021, pot_of(index))).collect()
}

/// Says something, so that the source is no silent one.
fn others() -> Vec<(SourceId, Vec<Record>)> {
    crate::records::programme_2021()
        .into_iter()
        .filter(|(source, _)| *source != systems::UDIR)
        .collect()
}

async fn world(udir: Vec<Record>, municipal: Option<Vec<MunicipalGrants>>) -> World {
    let mut all = others();
    all.extend([(systems::UDIR, udir), accounts(municipal)]);
    World::heard(&all).await
}

impl World {
    async fn coverage(&self, year: i16) -> Value {
        self.ask(&format!("{{ coverage(year: {year}) {{ {FIELDS} }} }}")).await["coverage"].clone()
    }
}

fn post(coverage: &Value, label: &str) -> Value {
    let posts = coverage["posts"].as_array().expect("a list");
    let found = posts.iter().find(|post| post["budgetPost"]["label"] == label);
    found.unwrap_or_else(|| panic!("no {label}: {coverage:#}")).clone()
}

/// The published figures of one year in øre, by post.
fn published(year: &str) -> BTreeMap<String, (i64, String, String)> {
    let text = include_str!("../../schema/data/grants_to_municipalities.csv");
    let rows = text.lines().skip(1).map(|line| line.split(';').collect::<Vec<_>>());
    rows.filter(|cells| cells[0] == year)
        .map(|cells| {
            let post = BudgetPost::parse(cells[1], cells[2]).expect("a post");
            let amount: i64 = cells[7].parse().expect("kroner");
            (
                post.to_string(),
                (amount * 100, cells[3].to_owned(), cells[4].to_owned()),
            )
        })
        .collect()
}

fn is_general(label: &str) -> bool {
    ["571.", "572.", "575.", "1632."]
        .iter()
        .any(|chapter| label.starts_with(chapter))
}

#[tokio::test]
async fn the_demonstration_holds_every_published_figure_and_covers_the_pot_whole() {
    let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("it starts");
    let gateway = demo.gateway(&demo.config().expect("sound")).await.expect("it starts");
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }
    let ask = async |query: String| {
        let snapshot = Snapshot::take(&gateway, http::caller::office());
        let response = graphql::execute(&graphql::schema(), Request::new(query), snapshot).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        response.data.into_json().expect("JSON")
    };
    for year in 2014..=2025 {
        let expected = published(&year.to_string());
        let coverage = &ask(format!("{{ coverage(year: {year}) {{ {FIELDS} }} }}")).await["coverage"];
        let posts = coverage["posts"].as_array().expect("a list");
        for (label, (amount, name, ministry)) in &expected {
            let found = post(coverage, label);
            assert_eq!(found["accounts"], stated(*amount), "{label} in {year}");
            assert_eq!((&found["name"], &found["ministry"]), (&json!(name), &json!(ministry)));
            assert_eq!(found["general"], is_general(label));
        }
        assert_eq!(posts.len(), expected.len(), "{year}");
        let sum = |general| -> i64 {
            let wanted = expected.iter().filter(|(label, _)| is_general(label) == general);
            wanted.map(|(_, (amount, ..))| amount).sum()
        };
        assert_eq!(
            (&coverage["total"], &coverage["general"]),
            (&stated(sum(false)), &stated(sum(true)))
        );
        let amounts: Vec<i64> = posts
            .iter()
            .filter_map(|post| post["accounts"]["amount"].as_i64())
            .collect();
        assert!(amounts.is_sorted_by(|a, b| a >= b), "largest first");
    }
    let answer = ask(format!(
        "{{ coverage(year: 2021) {{ {FIELDS} }} municipality(number: \"3812\") {{ unheardPosts(year: 2021) {{ budgetPost {{ label }} general reported {{ state }} }} }} }}"
    ))
    .await;
    let whole = post(&answer["coverage"], "226.64");
    assert_eq!(
        (&whole["accounts"], &whole["reported"], &whole["sources"]),
        (
            &stated(4_050_000_000),
            &stated(4_050_000_000),
            &json!([{ "id": "udir" }])
        )
    );
    unheard_is_what_nobody_reports(&answer);
    heard_is_the_sum_of_the_smaller_ones(&answer["coverage"]);
}

fn unheard_is_what_nobody_reports(answer: &Value) {
    let unheard: Vec<&str> = answer["municipality"]["unheardPosts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|post| post["budgetPost"]["label"].as_str().expect("a label"))
        .collect();
    let silent: Vec<&str> = answer["coverage"]["posts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|post| post["reported"]["state"] == "NOT_APPLICABLE")
        .map(|post| post["budgetPost"]["label"].as_str().expect("a label"))
        .collect();
    assert_eq!(unheard, silent);
    assert!(unheard.contains(&"571.60"));
    assert!(!unheard.contains(&"226.64"));
}

fn heard_is_the_sum_of_the_smaller_ones(coverage: &Value) {
    let heard = coverage["heard"]["amount"].as_i64().expect("all sources are whole");
    let smaller = coverage["posts"].as_array().expect("a list").iter().filter_map(|post| {
        let amount = |figure: &str| post[figure]["amount"].as_i64();
        Some(amount("accounts")?.min(amount("reported")?))
    });
    assert_eq!(heard, smaller.sum::<i64>());
    assert!(heard > 4_050_000_000);
}

#[tokio::test]
async fn heard_is_for_each_post_the_smaller_of_accounts_and_reported() {
    let paid = Ore::checked_sum([pot_of(0), pot_of(1)]).expect("in range");
    for booked in [paid.get() - 1, paid.get() + 1] {
        let pot_booked = Ore::new(booked).expect("in range");
        let municipal = vec![
            grants(POT, pot_booked),
            grants(BudgetPost::new(571, 60), kroner(9_000_000)),
            grants(NOBODYS, kroner(500)),
        ];
        let world = world(pots(), Some(municipal)).await;
        let coverage = world.coverage(2021).await;
        assert_eq!(coverage["total"], stated(booked + 50_000));
        assert_eq!(coverage["heard"], stated(booked.min(paid.get())));
        assert_eq!(coverage["general"], stated(900_000_000));
        let labels: Vec<&Value> = coverage["posts"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|post| &post["budgetPost"]["label"])
            .collect();
        assert_eq!(labels, ["571.60", "226.64", "1420.61"]);
        assert_eq!(post(&coverage, "226.64")["reported"], stated(paid.get()));
        let nobodys = post(&coverage, "1420.61");
        assert_eq!(
            (&nobodys["reported"], &nobodys["sources"]),
            (&none("NOT_APPLICABLE"), &json!([]))
        );
        let unheard = world
            .ask("{ municipality(number: \"3813\") { unheardPosts(year: 2021) { general budgetPost { label } } } }")
            .await;
        assert_eq!(
            unheard["municipality"]["unheardPosts"],
            json!([
                { "general": true, "budgetPost": { "label": "571.60" } },
                { "general": false, "budgetPost": { "label": "1420.61" } },
            ])
        );
    }
}

#[tokio::test]
async fn a_payment_counts_in_the_year_of_its_date_and_an_undated_one_in_the_grant_year() {
    let (number, organisation) = TWELVE[0];
    let award = |key: &str, amount: i64, dates: &[(i16, i64)]| {
        let mut award = statement(systems::UDIR, key, number, organisation, LANGUAGE, 2021);
        award.status = AwardStatus::Paid;
        award.granted = Figure::Stated(kroner(amount));
        award.paid = award.granted;
        let disbursement = |(year, amount): &(i16, i64)| Disbursement {
            on: date(*year, 2, 10),
            amount: kroner(*amount),
            reference: Some(format!("UD-{key}-{year}")),
        };
        award.disbursements = dates.iter().map(disbursement).collect();
        record(award)
    };
    let udir = vec![award("1", 30, &[(2021, 10), (2022, 20)]), award("2", 7, &[])];
    let world = world(udir, Some(vec![grants(LANGUAGE, kroner(1_000))])).await;
    let coverage = world.coverage(2021).await;
    assert_eq!(post(&coverage, "231.63")["reported"], stated(1_700));
    let later = world.coverage(2022).await;
    let only = post(&later, "231.63");
    assert_eq!(
        (&only["reported"], &only["accounts"]),
        (&stated(2_000), &none("NOT_DELIVERED"))
    );
    assert_eq!(
        (&later["total"], &later["heard"]),
        (&none("NOT_DELIVERED"), &none("NOT_DELIVERED"))
    );
}

#[tokio::test]
async fn a_share_a_record_that_vanished_and_an_application_are_no_payments() {
    let (number, organisation) = TWELVE[0];
    let mut applied = statement(systems::UDIR, "7", number, organisation, LANGUAGE, 2021);
    applied.status = AwardStatus::Applied;
    applied.decided_on = None;
    let share = crate::records::share(0, TWELVE[1], 2021, kroner(50));
    let udir = [pots(), vec![share, record(applied)]].concat();
    let world = world(
        udir,
        Some(vec![grants(LANGUAGE, kroner(1_000)), grants(POT, kroner(1))]),
    )
    .await;
    let coverage = world.coverage(2021).await;
    let language = post(&coverage, "231.63");
    assert_eq!(
        (&language["reported"], &language["sources"]),
        (&none("NOT_APPLICABLE"), &json!([{ "id": "udir" }]))
    );
    world.simulator(systems::UDIR).withdraw(&pots()[1].id);
    world.poll_all().await;
    assert_eq!(
        post(&world.coverage(2021).await, "226.64")["reported"],
        stated(pot_of(0).get())
    );
}

#[tokio::test]
async fn what_is_granted_is_not_paid_yet_and_what_is_paid_without_an_amount_is_not_known() {
    let (number, organisation) = TWELVE[0];
    let mut granted = statement(systems::UDIR, "7", number, organisation, LANGUAGE, 2021);
    granted.granted = Figure::Stated(kroner(5));
    let municipal = Some(vec![grants(LANGUAGE, kroner(1_000))]);
    let unpaid = world(vec![record(granted.clone())], municipal).await;
    let coverage = unpaid.coverage(2021).await;
    assert_eq!(post(&coverage, "231.63")["reported"], stated(0));
    assert_eq!(coverage["heard"], stated(0));
    granted.status = AwardStatus::Paid;
    let world = world(vec![record(granted)], Some(vec![grants(LANGUAGE, kroner(1_000))])).await;
    let coverage = world.coverage(2021).await;
    assert_eq!(post(&coverage, "231.63")["reported"], none("NOT_DELIVERED"));
    assert_eq!(
        (&coverage["heard"], &coverage["total"]),
        (&none("NOT_DELIVERED"), &stated(100_000))
    );
}

#[tokio::test]
async fn a_source_that_is_silent_stale_or_in_doubt_leaves_its_posts_unknown_and_the_accounts_stand() {
    let municipal = || Some(vec![grants(POT, kroner(1_000)), grants(NOBODYS, kroner(5))]);
    let silent = World::heard(&[accounts(municipal())]).await;
    silent
        .simulator(systems::UDIR)
        .set_fault(Some("outage"))
        .expect("a fault");
    let never = World::new().await;
    never.publish(&[(systems::UDIR, pots()), accounts(municipal())]);
    never.poll(systems::STATE_ACCOUNTS).await.expect("heard");
    let stale = world(pots(), municipal()).await;
    stale.hand.advance(Duration::from_mins(11));
    stale.poll(systems::STATE_ACCOUNTS).await.expect("heard");
    let in_doubt = world(pots(), municipal()).await;
    in_doubt
        .simulator(systems::UDIR)
        .set_fault(Some("bad-record"))
        .expect("a fault");
    in_doubt.poll_all().await;
    for (name, world) in [("never", &never), ("stale", &stale), ("in doubt", &in_doubt)] {
        let coverage = world.coverage(2021).await;
        let pot = post(&coverage, "226.64");
        assert_eq!(
            (&pot["reported"], &pot["accounts"]),
            (&none("NOT_DELIVERED"), &stated(100_000)),
            "{name}"
        );
        assert_eq!(
            (&coverage["heard"], &coverage["total"]),
            (&none("NOT_DELIVERED"), &stated(100_500)),
            "{name}"
        );
        assert_eq!(post(&coverage, "1420.61")["reported"], none("NOT_APPLICABLE"), "{name}");
    }
}

#[tokio::test]
async fn accounts_that_do_not_tell_municipalities_apart_are_not_delivered_and_never_0() {
    let world = world(pots(), None).await;
    let coverage = world.coverage(2021).await;
    for figure in ["total", "heard", "general"] {
        assert_eq!(coverage[figure], none("NOT_DELIVERED"), "{figure}");
    }
    let pot = post(&coverage, "226.64");
    assert_eq!(pot["accounts"], none("NOT_DELIVERED"));
    assert_eq!(
        (&pot["name"], &pot["ministry"]),
        (
            &json!("Programfinansiering av 0-24-samarbeidet"),
            &json!("Kunnskapsdepartementet")
        )
    );
    assert_eq!(world.coverage(2019).await["posts"], json!([]));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_makes_the_sum_unknown_and_no_other_post() {
    let bad = MunicipalGrants {
        amount: Figure::NotDelivered,
        ..grants(NOBODYS, Ore::ZERO)
    };
    let world = World::new().await;
    world.publish(&[accounts(Some(vec![grants(POT, kroner(10)), bad]))]);
    world.poll_all().await;
    let coverage = world.coverage(2021).await;
    assert_eq!(coverage["total"], none("NOT_DELIVERED"));
    assert_eq!(post(&coverage, "1420.61")["accounts"], none("NOT_DELIVERED"));
    assert_eq!(post(&coverage, "226.64")["accounts"], stated(1_000));
}

#[tokio::test]
async fn a_year_that_is_none_is_an_input_error() {
    let world = World::new().await;
    for query in [
        "{ coverage(year: 12) { year } }",
        "{ municipality(number: \"3813\") { unheardPosts(year: 99999) { name } } }",
    ] {
        let answer = world.ask_raw(query).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_YEAR", "{answer:#}");
    }
}
