//! Searching, sorting and paging lose no row, and links keep the chosen day.

use std::collections::BTreeSet;
use std::time::Duration;

use super::table;
use crate::records;
use crate::site::{BAMBLE, GOVERNOR, OFFICE, Site, page};
use crate::world::World;

const CAPTION: &str = "Andel av programtilskuddet";

/// The municipalities of a page, as they stand.
fn names(page: &str) -> Vec<String> {
    table::rows(page, CAPTION)
        .into_iter()
        .filter(|row| {
            row.first()
                .is_some_and(|cell| cell.is_heading && cell.text.contains('('))
        })
        // What follows the number are its cases.
        .filter_map(|row| row[0].text.rsplit_once(')').map(|(name, _)| format!("{name})")))
        .collect()
}

#[tokio::test]
async fn the_pages_together_are_the_whole_list_in_every_order() {
    let site = Site::open().await;
    let all = "/fylkesoversikt?fylke=alle&utvalg=alle";
    let whole = names(&site.page(&format!("{all}&rader=alle"), OFFICE).await);
    let answer = site
        .ask("{ municipalities(limit: 1000) { items { name number } } }", OFFICE)
        .await;
    let expected: BTreeSet<String> = answer["municipalities"]["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| Some(format!("{} ({})", one["name"].as_str()?, one["number"].as_str()?)))
        .collect();
    assert_eq!(whole.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(whole.len(), expected.len(), "each municipality once");
    for order in ["", "nummer", "sum", "utbetalt", "andel", "hull", "saker"] {
        let mut seen = Vec::new();
        let mut next = Some(format!("{all}&sorter={order}"));
        while let Some(path) = next.take() {
            let page = site.page(&path, OFFICE).await;
            seen.extend(names(&page));
            assert!(seen.len() <= expected.len(), "{order}: a page leads in a circle");
            next = page
                .split("rel=\"next\" href=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .map(|link| format!("/fylkesoversikt{}", link.replace("&amp;", "&").replace("&#38;", "&")));
        }
        assert_eq!(seen.len(), expected.len(), "{order}");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected, "{order}");
    }
}

#[tokio::test]
async fn a_search_finds_by_name_and_number_and_a_governor_begins_with_its_county() {
    let site = Site::open().await;
    for text in ["bamble", "4012", BAMBLE] {
        let page = site
            .page(&format!("/fylkesoversikt?fylke=alle&tekst={text}"), OFFICE)
            .await;
        assert_eq!(names(&page), ["Bamble (4012)"], "{text}");
    }
    let query =
        format!("{{ municipalities(limit: 1000, countyGovernor: \"{GOVERNOR}\") {{ items {{ name number }} }} }}");
    let answer = site.ask(&query, GOVERNOR).await;
    let county: BTreeSet<String> = answer["municipalities"]["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| Some(format!("{} ({})", one["name"].as_str()?, one["number"].as_str()?)))
        .collect();
    let shown = names(&site.page("/fylkesoversikt", GOVERNOR).await);
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), county);
    let none = site.page("/fylkesoversikt?tekst=finnes-ikke", OFFICE).await;
    assert!(none.contains("Ingen kommuner passer"));
}

#[tokio::test]
async fn zero_not_applicable_and_missing_are_told_apart_in_words_and_in_form() {
    // Of 2021 all is said, of the other years nothing.
    let world = World::heard(&records::programme_2021()).await;
    let page = page(&world.url("/fylkesoversikt?fylke=alle"), OFFICE).await;
    let cells: Vec<table::Cell> = table::rows(&page, CAPTION).into_iter().flatten().collect();
    let classes = |text: &str| {
        let cells = cells.iter().filter(|cell| !cell.is_heading && cell.text == text);
        cells.map(|cell| cell.class.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(classes("mangler"), BTreeSet::from(["gap".to_owned()]));
    assert!(classes("ikke aktuelt").iter().all(|class| class == "na"));
    assert!(classes("0\u{a0}kr").iter().all(String::is_empty));
}

#[tokio::test]
async fn a_chosen_day_stays_chosen() {
    let world = World::heard(&records::programme_2021()).await;
    // A day later, so that there is a day to look back to.
    world.hand.advance(Duration::from_hours(24));
    for path in ["/programmet/2021", "/fylkesoversikt"] {
        let page = page(&world.url(&format!("{path}?per=2026-11-22")), OFFICE).await;
        let main = page.split("<main").nth(1).expect("a main part");
        assert!(page.contains("banner as-of"), "{path}");
        let links: Vec<&str> = main
            .split("href=\"/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|link| {
                ["programmet/", "kommune/", "fylkesoversikt"]
                    .iter()
                    .any(|screen| link.starts_with(screen))
            })
            .collect();
        assert!(links.len() > 12, "{path}: {links:?}");
        for link in links {
            assert!(link.ends_with("per=2026-11-22"), "{path}: {link}");
        }
        assert!(
            main.contains("name=\"per\" value=\"2026-11-22\""),
            "{path}: the form forgets the day"
        );
    }
}
