//! Promise: deadlines and cases can be had for one municipality, by any of its numbers in the address; the page says so and how to leave it, its files
//! are narrowed alike, and nobody sees more by it. What waits on the front page leads to where it is.

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, Figure};
use serde_json::Value;

use crate::guard::clients::{Caller, hear, heard, input, say};
use crate::records::{kroner, record, statement};
use crate::site::{BAMBLE, GOVERNOR, NOBODY, OFFICE, Site, get, page};
use crate::world::{OFFICE_OF_ALL, World};

const HORTEN: &str = "964951284";

/// The texts of the links of a page that lead to an award, and of the other cells that say what is due.
fn due(page: &str) -> Vec<String> {
    let rows = page.split("<tr class=").skip(1);
    let said = |row: &str| {
        let cell = row.split("<td lang=\"nb\">").nth(1)?.split("</td>").next()?;
        let text = cell
            .split_once("\">")
            .map_or(cell, |(_, text)| text.trim_end_matches("</a>"));
        Some(text.to_owned())
    };
    rows.filter_map(said).collect()
}

async fn told(site: &Site, arguments: &str, body: &str) -> Vec<String> {
    let answer = site.ask(&format!("{{ deadlines{arguments} {{ text }} }}"), body).await;
    let all = answer["deadlines"].as_array().expect("a list").iter();
    let mut texts: Vec<String> = all
        .map(|one| one["text"].as_str().expect("a text").to_owned())
        .collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn deadlines_of_one_municipality_are_the_interfaces_by_any_of_its_numbers() {
    let site = Site::open().await;
    for body in [OFFICE, BAMBLE, NOBODY] {
        let wanted = told(&site, &format!("(municipality: \"{BAMBLE}\")"), body).await;
        for number in ["3813", "0814", BAMBLE] {
            let text = site.page(&format!("/frister?kommune={number}"), body).await;
            let mut shown = due(&text);
            shown.sort();
            assert_eq!(shown, wanted, "{number} as {body}");
            assert!(
                text.contains("Bare det som gjelder Bamble (4012)."),
                "{number} as {body}"
            );
            assert!(text.contains("href=\"/frister\">Vis for alle kommuner</a>"));
            assert!(text.contains(&format!(
                "name=\"kommune\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"9\" value=\"{number}\""
            )));
        }
        let sheet = site.page(&format!("/frister.csv?kommune={BAMBLE}"), body).await;
        assert_eq!(sheet.lines().count(), wanted.len() + 1, "{body}");
    }
    let (all, own) = (
        told(&site, "", OFFICE).await,
        told(&site, "(municipality: \"3813\")", OFFICE).await,
    );
    assert!(own.len() < all.len(), "others' own days are left out");
    assert!(
        told(&site, &format!("(municipality: \"{HORTEN}\")"), BAMBLE)
            .await
            .iter()
            .all(|text| !text.starts_with("Rapportfrist"))
    );
}

#[tokio::test]
async fn other_filters_stay_and_what_is_no_number_is_refused() {
    let site = Site::open().await;
    let text = site.page("/frister?aar=2022&slag=REPORT&kommune=3813", OFFICE).await;
    assert!(
        text.contains("href=\"/frister?aar=2022&#38;slag=REPORT\"")
            || text.contains("href=\"/frister?aar=2022&amp;slag=REPORT\""),
        "{text}"
    );
    assert!(!due(&text).is_empty());
    for address in ["/frister?aar=99", "/frister.csv?aar=99", "/frister?aar=i-fjor"] {
        assert_eq!(site.status(address, OFFICE).await, 400, "{address}");
    }
    for list in ["/frister", "/dobbeltfinansiering"] {
        for (number, status) in [("38", 400), ("bamble", 400), ("9999", 400), ("", 200), ("+3813+", 200)] {
            assert_eq!(
                site.status(&format!("{list}?kommune={number}"), OFFICE).await,
                status,
                "{list} {number}"
            );
            let file = format!("{list}.csv?kommune={number}");
            if number != "9999" {
                assert_eq!(site.status(&file, OFFICE).await, status, "{file}");
            }
        }
    }
}

#[tokio::test]
async fn every_page_of_a_municipality_leads_to_its_deadlines() {
    let site = Site::open().await;
    for screen in ["programtilskudd/2021", "tilskudd", "kan-vi-soke/2022"] {
        let text = site.page(&format!("/kommune/{BAMBLE}/{screen}"), OFFICE).await;
        assert!(
            text.contains(&format!("<a href=\"/frister?kommune={BAMBLE}\">Frister</a>")),
            "{screen}"
        );
    }
}

#[tokio::test]
async fn cases_of_one_municipality_are_the_interfaces_and_their_files() {
    let site = Site::open().await;
    for body in [OFFICE, GOVERNOR, BAMBLE] {
        for number in ["3813", BAMBLE, HORTEN] {
            if body == BAMBLE && number == HORTEN {
                // Of others a municipality is not told whether there are any.
                let path = format!("/dobbeltfinansiering?kommune={HORTEN}");
                assert_eq!(site.status(&path, body).await, 403);
                continue;
            }
            let query =
                format!("{{ doubleFundingCases(municipality: \"{number}\", limit: 100) {{ items {{ id }} }} }}");
            let answer = site.ask(&query, body).await;
            let ids = answer["doubleFundingCases"]["items"].as_array().expect("a list").iter();
            let ids: Vec<&str> = ids.map(|case| case["id"].as_str().expect("an id")).collect();
            let text = site.page(&format!("/dobbeltfinansiering?kommune={number}"), body).await;
            let links = text.split("<th scope=\"row\"><a href=\"/dobbeltfinansiering/").skip(1);
            let shown: Vec<String> = links
                .map(|rest| rest.split('"').next().unwrap_or_default().replace("%2D", "-"))
                .collect();
            assert_eq!(shown, ids, "{number} as {body}");
            assert!(
                text.contains("Bare det som gjelder")
                    && text.contains("href=\"/dobbeltfinansiering\">Vis for alle kommuner")
            );
            let file = site
                .page(&format!("/dobbeltfinansiering.csv?kommune={number}"), body)
                .await;
            assert!(ids.iter().all(|id| file.contains(id)), "{number} as {body}");
        }
    }
    let all = site.page("/dobbeltfinansiering", OFFICE).await;
    let own = site.page("/dobbeltfinansiering?kommune=3813&status=OPEN", OFFICE).await;
    assert!(!all.contains("Bare det som gjelder"));
    assert!(own.matches("<th scope=\"row\">").count() < all.matches("<th scope=\"row\">").count());
    assert!(
        own.contains("href=\"/dobbeltfinansiering?status=OPEN\">Vis for alle kommuner"),
        "{own}"
    );
}

#[tokio::test]
async fn an_old_number_finds_the_cases_of_today() {
    let world = heard().await;
    let mut awarded = statement(systems::UDIR, "900", "3813", BAMBLE, BudgetPost::new(231, 63), 2021);
    awarded.granted = Figure::Stated(kroner(250_000));
    say(&world, systems::UDIR, record(awarded)).await;
    let now = world.gateway().dependencies.clock.now();
    world.gateway().reconciler.round(now).await.expect("reconciles");
    for (number, count) in [("0814", 1), ("3813", 1), (HORTEN, 0)] {
        let text = page(&world.url(&format!("/dobbeltfinansiering?kommune={number}")), OFFICE).await;
        assert_eq!(text.matches("<th scope=\"row\">").count(), count, "{number}");
    }
}

/// The way that a line of the front page leads.
fn way<'a>(page: &'a str, line: &str) -> &'a str {
    let before = page.split(line).next().expect("the line");
    let way = before
        .rsplit("<a href=\"")
        .next()
        .and_then(|rest| rest.split('"').next());
    way.expect("a link")
}

#[tokio::test]
async fn a_clearance_near_its_end_leads_to_its_claim() {
    let world: World = hear(World::with_settings(OFFICE_OF_ALL).await).await;
    let nav = Caller::new(&world, "889640782");
    let claim: Value = nav.cleared(&input("621.63", "958935420", 2021), "a").await;
    let front = page(&world.url("/"), OFFICE).await;
    let way = way(&front, "26/4711: ");
    assert_eq!(
        way.replace("%2D", "-"),
        format!("/krav/{}", claim["id"].as_str().expect("an id"))
    );
    let there = get(&world.url(way), OFFICE).send().await.expect("an answer");
    assert_eq!(there.status(), 200);
    assert!(there.text().await.expect("text").contains("26/4711"));
}
