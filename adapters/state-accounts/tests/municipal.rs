//! Promise: what reached municipalities is known of every post, whoever asks for it, to the øre; where a row of it cannot be read, or
//! the file does not tell accounts apart, it is not known and never 0.

mod common;

use std::fs;

use common::{Drop, LANGUAGE, NOBODYS, POT, UDIR, YEAR_2021, grants, line, lines, municipal, told, whereabouts};
use programgrant_contract::simulation::Simulator;
use programgrant_contract::suite::walk;
use programgrant_contract::{Batch, Position, Source};
use programgrant_schema::{Figure, MunicipalGrants};

const HEADER: &str = "\"År\";\"Periode\";\"Fagdepartement\";\"Kapittel_id\";\"Post_id\";\"Post\";\"Virksomhet_id\";\"Artskonto_id\";\"Beløp\"";

fn row(chapter: &str, post: &str, account: &str, amount: &str) -> String {
    format!(
        "\"2021\";\"202103\";\"Departementet\";\"{chapter}\";\"{post}\";\"Navn på posten\";\"970018131\";\"{account}\";\"{amount}\""
    )
}

async fn read(rows: &[String]) -> Batch {
    let drop = Drop::new();
    let text = [HEADER.to_owned()]
        .iter()
        .chain(rows)
        .cloned()
        .collect::<Vec<_>>()
        .join("\r\n");
    let bytes: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(letter).expect("in ISO-8859-1"))
        .collect();
    fs::write(drop.folder().join(format!("{YEAR_2021}.csv")), bytes).expect("written");
    drop.read_one().await
}

fn named(post: programgrant_schema::BudgetPost, amount: i64) -> MunicipalGrants {
    grants(post, amount, Some("Navn på posten"), Some("Departementet"))
}

fn unknown(batch: &Batch) -> Vec<programgrant_schema::BudgetPost> {
    let grants = municipal(batch).expect("accounts are told apart").iter();
    grants
        .filter(|grants| grants.amount == Figure::NotDelivered)
        .map(|grants| grants.post)
        .collect()
}

#[tokio::test]
async fn rows_of_account_870_are_summed_on_every_post_and_rounded_once() {
    let batch = read(&[
        row("0226", "022664", "870", "40500000,004"),
        row("0226", "022664", "870", "0,004"),
        row("0226", "022664", "830", "7,00"),
        row("0571", "057160", "870", "-0,010"),
        row("0999", "099901", "830", "this row is nobody's"),
    ])
    .await;
    assert_eq!(
        municipal(&batch),
        Some([named(POT, 4_050_000_001), named(NOBODYS, -1)].as_slice())
    );
    assert_eq!(
        (lines(&batch), batch.set_aside.len()),
        ([line(POT, UDIR, 4_050_000_701)].as_slice(), 0)
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_leaves_its_post_unknown_and_no_other() {
    let good = [
        row("0226", "022664", "870", "1,00"),
        row("0571", "057160", "870", "2,00"),
    ];
    let cases = [
        (row("0571", "057160", "870", "2.5x"), "Beløp \"2.5x\" is not an amount"),
        (
            row("0571", "057160", "87", "2,5"),
            "Artskonto_id \"87\" is not three digits",
        ),
        (
            row("0571", "057160", "", "2,5"),
            "Artskonto_id \"\" is not three digits",
        ),
    ];
    for (bad, reason) in cases {
        let batch = read(&[good.as_slice(), &[bad]].concat()).await;
        assert_eq!(
            whereabouts(&batch.set_aside),
            [("statsregnskapet_aar_2021.csv:4", reason, Some(NOBODYS), Some(2021))]
        );
        assert_eq!((unknown(&batch), lines(&batch).len()), (vec![NOBODYS], 1));
    }
}

#[tokio::test]
async fn a_row_that_may_be_one_of_two_posts_leaves_both_unknown() {
    let batch = read(&[
        row("0571", "057260", "870", "2,00"),
        row("0226", "022664", "870", "1,00"),
    ])
    .await;
    let other = programgrant_schema::BudgetPost::new(572, 60);
    assert_eq!(unknown(&batch), [NOBODYS, other]);
    assert_eq!(batch.set_aside[0].post, Some(other), "the post that it names");
    assert_eq!(lines(&batch).len(), 1);
}

#[tokio::test]
async fn a_bad_row_of_another_account_does_not_touch_what_reached_municipalities() {
    let batch = read(&[row("0226", "022664", "870", "1,00"), row("0226", "022664", "830", "?")]).await;
    assert_eq!(
        (municipal(&batch), lines(&batch).len()),
        (Some([named(POT, 100)].as_slice()), 0)
    );
}

#[tokio::test]
async fn a_file_that_does_not_tell_accounts_apart_says_nothing_of_municipalities() {
    let batch = Drop::read_fixture("year.csv", YEAR_2021).await;
    assert_eq!(municipal(&batch), None);
}

#[tokio::test]
async fn what_the_simulator_publishes_comes_back_negative_rest_and_all() {
    let drop = Drop::new();
    let record = told(
        2021,
        vec![line(POT, UDIR, 5), line(LANGUAGE, UDIR, 1_000_003)],
        vec![
            named(POT, 9),
            named(LANGUAGE, 1_000_003),
            grants(NOBODYS, -7, None, None),
        ],
    );
    drop.simulator().publish(std::slice::from_ref(&record));
    assert_eq!(drop.read_one().await.records, [record]);
}

#[tokio::test]
async fn what_an_earlier_version_has_read_is_read_again() {
    let drop = Drop::new();
    drop.put("year.csv", YEAR_2021);
    let mut position = None;
    walk(&drop.source(), &mut position).await.expect("read");
    let of_now = position.expect("a position");
    let mut before: serde_json::Value = serde_json::from_str(of_now.as_str()).expect("JSON");
    before["measure"].as_object_mut().expect("an object").remove("reading");
    let before = Position::from_text(before.to_string());
    let batch = drop
        .source()
        .pull(Some(&before), programgrant_contract::suite::YEARS)
        .await
        .expect("read");
    assert_eq!(batch.records.len(), 1);
    let nothing = drop
        .source()
        .pull(Some(&of_now), programgrant_contract::suite::YEARS)
        .await
        .expect("read");
    assert_eq!(nothing.records, []);
}
