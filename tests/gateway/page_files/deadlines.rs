//! Promise: the deadlines of the pages and their files are the interface's, coming and passed told apart in words; and the links that a public body
//! must have stand on every page.

use jiff::civil::Date;

use super::{Sheet, between};
use crate::site::{NOBODY, OFFICE, Site};

/// What the interface says: day and text, by day.
async fn told(site: &Site, arguments: &str, body: &str) -> Vec<(Date, String)> {
    let answer = site
        .ask(&format!("{{ deadlines{arguments} {{ on text }} }}"), body)
        .await;
    let all = answer["deadlines"].as_array().expect("a list").iter();
    all.map(|deadline| {
        let on = deadline["on"].as_str().expect("a day").parse().expect("a day");
        (on, deadline["text"].as_str().expect("a text").to_owned())
    })
    .collect()
}

/// The texts of the table below a heading.
fn below<'a>(page: &'a str, heading: &str) -> Vec<String> {
    let part: &'a str = page.split(&format!("<h2>{heading}</h2>")).nth(1).expect("the heading");
    let part = part.split("<h2").next().unwrap_or_default();
    let rows = part.split("<tr class=").skip(1);
    rows.filter_map(|row| between(row, "<td lang=\"nb\">", "</td>").into_iter().next())
        .collect()
}

fn today() -> Date {
    programgrant_core::calendar::norwegian_date(programgrant::clock::Clock::system().now())
}

#[tokio::test]
async fn the_page_has_the_deadlines_of_the_interface_the_coming_apart_from_the_passed() {
    let site = Site::open().await;
    let all = told(&site, "", NOBODY).await;
    let page = site.page("/frister", NOBODY).await;
    let texts = |all: Vec<&(Date, String)>| all.into_iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    let today = today();
    let coming: Vec<_> = all.iter().filter(|(on, _)| *on >= today).collect();
    let passed: Vec<_> = all.iter().filter(|(on, _)| *on < today).collect();
    assert!(!coming.is_empty() && !passed.is_empty());
    assert_eq!(below(&page, "Kommende frister"), texts(coming));
    let (mut shown, mut wanted) = (below(&page, "Frister som har passert"), texts(passed));
    shown.sort();
    wanted.sort();
    assert_eq!(shown, wanted);
    assert!(
        page.contains("<td>passert</td>") && page.contains("<td>om "),
        "in words"
    );
    for source in ["Søknadsfrist", "Sagt av"] {
        assert!(page.contains(source), "{source}");
    }
}

#[tokio::test]
async fn the_file_and_the_calendar_have_the_rows_of_the_page() {
    let site = Site::open().await;
    for (query, arguments) in [("", ""), ("?aar=2023", "(year: 2023)"), ("?aar=2019", "(year: 2019)")] {
        let told = told(&site, arguments, NOBODY).await;
        let texts: Vec<String> = told.iter().map(|(_, text)| text.clone()).collect();
        assert_eq!(
            Sheet::at(&site, &format!("/frister.csv{query}"), NOBODY)
                .await
                .column("text"),
            texts
        );
        let calendar = site.page(&format!("/frister.ics{query}"), NOBODY).await;
        assert_eq!(calendar.matches("BEGIN:VEVENT").count(), texts.len(), "{query}");
    }
    let of_kind = Sheet::at(&site, "/frister.csv?slag=USE_UNTIL", NOBODY).await;
    let page = site.page("/frister?slag=USE_UNTIL", NOBODY).await;
    assert_eq!(page.matches("<tr class=").count(), of_kind.rows.len());
    assert!(of_kind.column("kind").iter().all(|kind| kind == "USE_UNTIL"));
}

#[tokio::test]
async fn the_front_page_has_the_next_ones_alone_and_few() {
    let site = Site::open().await;
    let today = today();
    for body in [OFFICE, NOBODY] {
        let coming = told(&site, "", body).await.into_iter().filter(|(on, _)| *on >= today);
        let next: Vec<String> = coming.map(|(_, text)| text).take(5).collect();
        let page = site.page("/", body).await;
        let section = page.split("aria-labelledby=\"frister\"").nth(1).expect("the deadlines");
        let section = section.split("</section>").next().unwrap_or_default();
        assert_eq!(between(section, "<span lang=\"nb\">", "</span>"), next, "{body}");
    }
}

#[tokio::test]
async fn the_accessibility_statement_is_at_the_foot_of_every_page_where_it_is_configured() {
    const STATEMENT: &str = "https://uustatus.no/nb/erklaringer/publisert/eksempel";
    let site = Site::with(|config| config.pages.accessibility_statement = Some(STATEMENT.to_owned())).await;
    for path in ["/", "/frister", "/data", "/om-tallene", "/kilder"] {
        let page = site.page(path, OFFICE).await;
        let foot = page.split("<footer>").nth(1).expect("a foot");
        assert!(
            foot.contains(&format!("href=\"{STATEMENT}\">Tilgjengelighetserklæring</a>")),
            "{path}"
        );
    }
    let without = Site::open().await;
    assert!(
        !without
            .page("/", OFFICE)
            .await
            .split("<footer>")
            .nth(1)
            .expect("a foot")
            .contains("uustatus")
    );
    assert!(without.page("/om-tallene", OFFICE).await.contains("ikke oppgitt noen"));
}

#[tokio::test]
async fn the_page_of_data_names_what_there_is_and_the_schema_is_the_commands() {
    let site = Site::open().await;
    let page = site.page("/data", NOBODY).await;
    for part in [
        "href=\"/data/tilskudd.csv\"",
        "href=\"/data/programtilskudd.json-stat.json\"",
        "href=\"/frister.ics\"",
        "/graphiql",
        "programgrant export",
        "Hvem som ser hva",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Nobody has said in whose name a catalogue would speak.
    assert!(!page.contains("/katalog.jsonld"));
    let schema = site.page("/data/skjema.graphql", NOBODY).await;
    assert_eq!(schema, programgrant::graphql::sdl());
}
