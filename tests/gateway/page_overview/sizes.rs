//! How large pages are: every one under 100 kB as it is sent, the largest table under 400 kB before it is packed, and five thousand awards in
//! pages.

use std::collections::BTreeSet;

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, Content, Figure};
use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, COOKIE};

use super::largest;
use super::table;
use crate::records::{kroner, record, statement};
use crate::site::{BAMBLE, OFFICE, Site, page};
use crate::world::World;

const MOST_AS_SENT: usize = 100_000;
const MOST_AS_WRITTEN: usize = 400_000;

/// As a browser is sent it.
async fn sent(url: &str) -> usize {
    let client = Client::builder().no_gzip().build().expect("a client");
    let request = client
        .get(url)
        .header(ACCEPT_ENCODING, "gzip")
        .header(COOKIE, format!("virksomhet={OFFICE}"));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{url}");
    assert!(
        response.headers().contains_key("content-encoding"),
        "{url} is not packed"
    );
    response.bytes().await.expect("bytes").len()
}

#[tokio::test]
async fn every_page_is_under_a_hundred_kilobytes_as_sent() {
    let site = Site::open().await;
    let paths = [
        "/".to_owned(),
        "/sok?q=sand".to_owned(),
        format!("/kommune/{BAMBLE}/programtilskudd/2021"),
        format!("/kommune/{BAMBLE}/tilskudd"),
        format!("/kommune/{BAMBLE}/utbetalinger"),
        format!("/kommune/{BAMBLE}/for-og-na"),
        format!("/kommune/{BAMBLE}/kan-vi-soke/2022"),
        format!("/kommune/{BAMBLE}/ser-ikke/2022"),
        "/programmet/2021".to_owned(),
        "/fylkesoversikt".to_owned(),
        "/fylkesoversikt?fylke=alle&utvalg=alle&rader=alle".to_owned(),
        "/dobbeltfinansiering".to_owned(),
        "/for-vedtak".to_owned(),
        "/kilder".to_owned(),
        "/om-tallene".to_owned(),
    ];
    for path in paths {
        let bytes = sent(&site.url(&path)).await;
        assert!(bytes < MOST_AS_SENT, "{path}: {bytes} bytes");
    }
}

#[tokio::test]
async fn the_largest_table_is_whole_and_within_its_size() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("all.toml");
    std::fs::write(&file, largest::programme()).expect("written");
    let world = World::with_settings(&format!("[programme]\nfiles = [{:?}]", file.display())).await;
    let listed = world
        .ask("{ municipalities(limit: 1000) { items { number(on: \"2024-01-01\") organisationNumber } } }")
        .await;
    let organisations: Vec<(String, String)> = listed["municipalities"]["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| {
            Some((
                one["number"].as_str()?.to_owned(),
                one["organisationNumber"].as_str().unwrap_or_default().to_owned(),
            ))
        })
        .collect();
    assert_eq!(organisations.len(), 357);
    world.publish(&largest::records(&organisations));
    world.poll_all().await;
    let text = page(&world.url("/fylkesoversikt?rader=alle"), OFFICE).await;
    let rows = table::rows(&text, "Andel av programtilskuddet");
    let amounts = rows
        .iter()
        .flatten()
        .filter(|cell| cell.text.ends_with("\u{a0}kr"))
        .count();
    // Seven shares, the sum, what is paid; and a row of sums for each year.
    assert_eq!(amounts, 357 * 3 * 9 + 3 * 9);
    assert!(
        !text.contains("class=\"gap\">mangler</td>"),
        "everything has been heard"
    );
    assert!(text.len() <= MOST_AS_WRITTEN, "{} bytes", text.len());
    let size = sent(&world.url("/fylkesoversikt?rader=alle")).await;
    println!("{} bytes, {size} as sent", text.len());
    assert!(size < MOST_AS_SENT, "{size} bytes as sent");
}

#[tokio::test]
async fn five_thousand_awards_are_paged_and_none_is_lost() {
    const AWARDS: usize = 5_000;
    let award = |number: usize| {
        let year = 2017 + i16::try_from(number % 9).expect("small");
        let post = BudgetPost::new(621, 63);
        let mut award = statement(systems::NAV, &format!("{number:07}"), "3813", BAMBLE, post, year);
        award.award = format!("{number:0>8}/IN");
        award.granted = Figure::Stated(kroner(i64::try_from(number).expect("small")));
        (award.applied, award.paid) = (Figure::NotDelivered, Figure::NotDelivered);
        let mut told = record(award);
        // What is granted later stands under the voucher, not under one of its lines.
        if let Content::Award(award) = &mut told.content {
            award.award = told.reference.clone();
        }
        told
    };
    let world = World::heard(&[(systems::NAV, (1..=AWARDS).map(award).collect())]).await;
    let first = format!("/kommune/{BAMBLE}/tilskudd");
    let mut seen = BTreeSet::new();
    let (mut next, mut pages) = (Some(first.clone()), 0);
    while let Some(path) = next.take() {
        let text = page(&world.url(&path), OFFICE).await;
        let awards = text
            .split("href=\"/tilskudd/")
            .skip(1)
            .filter_map(|link| link.split('"').next());
        let before = seen.len();
        seen.extend(awards.map(str::to_owned));
        assert!(
            seen.len() > before && text.len() < MOST_AS_SENT,
            "{path}: {} bytes",
            text.len()
        );
        pages += 1;
        next = text
            .split("rel=\"next\" href=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(|link| format!("{first}{}", link.replace("&amp;", "&").replace("&#38;", "&")));
    }
    assert_eq!((seen.len(), pages), (AWARDS, AWARDS.div_ceil(100)));
}
