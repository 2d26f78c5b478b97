//! Promise: the file of a page has its rows in its order, with the filters of its address, and the sums of the page.

use std::time::Duration;

use programgrant::demo::systems::UDIR;
use programgrant::export::ExportFormat;

use super::{Sheet, between, files, table};
use crate::records;
use crate::site::{BAMBLE, OFFICE, Site};
use crate::world::World;

/// Where the table's file is, with what stands in the page's address.
fn file_of(path: &str, extension: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}.{extension}?{query}"),
        None => format!("{path}.{extension}"),
    }
}

#[tokio::test]
async fn awards_are_the_pages_whatever_is_filtered_and_however_sorted() {
    let site = Site::open().await;
    let mut rows = 0;
    for query in [
        "",
        "?aar=2021",
        "?ordning=846-los",
        "?status=PAID",
        "?tekst=udir",
        "?tekst=Bufdir&sorter=ordning",
        "?sorter=innvilget",
        "?aar=2022&sorter=utbetalt",
        "?tekst=finnes%20ikke",
    ] {
        for body in [OFFICE, BAMBLE] {
            let path = format!("/kommune/{BAMBLE}/tilskudd{query}");
            let shown = between(table(&site.page(&path, body).await), "<a href=\"/tilskudd/", "\"");
            let shown: Vec<String> = shown
                .into_iter()
                .map(|id| id.split('?').next().unwrap_or_default().to_owned())
                .collect();
            let file = Sheet::at(&site, &file_of(&path, "csv"), body).await;
            assert_eq!(file.column("award_id"), shown, "{path} as {body}");
            rows += shown.len();
        }
    }
    assert!(rows > 100, "only {rows} rows were compared");
}

#[tokio::test]
async fn as_of_a_day_the_file_has_the_rows_of_that_day() {
    let pot = |year| records::pot(("3813", BAMBLE), year, records::kroner(1_000));
    let world = World::heard(&[(UDIR, vec![pot(2021)])]).await;
    world.hand.advance(Duration::from_hours(48));
    world.publish(&[(UDIR, vec![pot(2021), pot(2022)])]);
    world.poll_all().await;
    let read = async |path: &str| {
        let response = reqwest::get(world.url(path)).await.expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    };
    for (query, rows) in [("?per=2026-11-22", 1), ("", 2)] {
        for list in ["tilskudd", "utbetalinger"] {
            let path = format!("/kommune/{BAMBLE}/{list}{query}");
            let page = read(&path).await;
            let file = Sheet::read(&read(&file_of(&path, "csv")).await);
            assert_eq!(
                (file.rows.len(), table(&page).matches("<tr").count()),
                (rows, rows),
                "{path}"
            );
        }
    }
    let said = read(&format!("/kommune/{BAMBLE}/tilskudd.datapackage.json?per=2026-11-22")).await;
    assert!(said.contains("slik det var kjent 2026-11-22T22:59:59"), "{said}");
    // Cases have no past: their file takes no day, as their page takes none.
    let cases = read("/dobbeltfinansiering.csv?per=2026-11-22").await;
    assert!(cases.contains("case_id"));
}

#[tokio::test]
async fn the_sum_of_a_column_is_the_sum_that_the_page_says() {
    let site = Site::open().await;
    let path = format!("/kommune/{BAMBLE}/tilskudd?aar=2021");
    let page = site.page(&path, OFFICE).await;
    let foot = page.split("<tfoot>").nth(1).expect("sums");
    let sums = between(foot, "<td class=\"amount\">", "</td>");
    let file = Sheet::at(&site, &file_of(&path, "csv"), OFFICE).await;
    for (said, column) in sums.iter().zip(["applied_kr", "granted_kr", "paid_kr"]) {
        let kroner = said.split("kr").next().unwrap_or_default();
        let digits: String = kroner.chars().filter(char::is_ascii_digit).collect();
        let has_part = kroner.contains(',');
        let ore = digits.parse::<i64>().unwrap_or(0) * if has_part { 1 } else { 100 };
        assert_eq!(file.sum(column), ore, "{column}: {said}");
    }
}

#[tokio::test]
async fn payments_are_the_pages_the_newest_first() {
    let site = Site::open().await;
    let path = format!("/kommune/{BAMBLE}/utbetalinger");
    let page = site.page(&path, OFFICE).await;
    let shown = between(table(&page), "<a href=\"/tilskudd/", "\"");
    let file = Sheet::at(&site, &file_of(&path, "csv"), OFFICE).await;
    assert!(!shown.is_empty());
    assert_eq!(file.column("award_id"), shown);
    let days = file.column("paid_on");
    assert!(days.is_sorted_by(|one, other| one >= other), "{days:?}");
}

#[tokio::test]
async fn participants_are_the_pages_with_its_text_and_order() {
    let site = Site::open().await;
    for query in [
        "",
        "tekst=vestfold",
        "sorter=sum",
        "sorter=utbetalt",
        "sorter=fylke",
        "tekst=3813&sorter=fylke",
    ] {
        let page = site.page(&format!("/programmet/2021?{query}"), OFFICE).await;
        let shown = between(table(&page), "<a href=\"/kommune/", "/");
        let file = Sheet::at(&site, &format!("/programmet.csv?aar=2021&{query}"), OFFICE).await;
        assert_eq!(file.column("organisation_number"), shown, "{query}");
    }
}

#[tokio::test]
async fn a_programme_grant_is_the_pages_whatever_number_names_the_municipality() {
    let site = Site::open().await;
    for place in [BAMBLE, "3813", "4012", "0814"] {
        let file = Sheet::at(&site, &format!("/kommune/{place}/programtilskudd.csv?aar=2021"), OFFICE).await;
        assert_eq!(file.column("organisation_number"), [BAMBLE], "{place}");
    }
    let of_all_years = Sheet::at(&site, &format!("/kommune/{BAMBLE}/programtilskudd.csv"), OFFICE).await;
    assert_eq!(of_all_years.column("year"), ["2020", "2021", "2022"]);
}

#[tokio::test]
async fn unheard_posts_and_cases_are_the_pages() {
    let site = Site::open().await;
    for year in [2021, 2022] {
        let page = site.page(&format!("/kommune/{BAMBLE}/ser-ikke/{year}"), OFFICE).await;
        let shown = between(table(&page), "<th scope=\"row\">", "</th>");
        let file = Sheet::at(&site, &format!("/kommune/{BAMBLE}/ser-ikke.csv?aar={year}"), OFFICE).await;
        assert_eq!(file.column("budget_post"), shown, "{year}");
        assert!(!shown.is_empty(), "{year}");
    }
    for query in ["", "?status=OPEN", "?status=SETTLED"] {
        let page = site.page(&format!("/dobbeltfinansiering{query}"), OFFICE).await;
        let shown = between(table(&page), "<a href=\"/dobbeltfinansiering/", "\"");
        let file = Sheet::at(&site, &format!("/dobbeltfinansiering.csv{query}"), OFFICE).await;
        assert_eq!(file.column("case_id"), shown, "{query}");
    }
}

#[tokio::test]
async fn each_page_offers_its_files_and_each_of_them_is_there_in_its_format() {
    let site = Site::open().await;
    let pages = [
        format!("/kommune/{BAMBLE}/tilskudd?aar=2021&tekst=a%26b"),
        format!("/kommune/{BAMBLE}/utbetalinger"),
        format!("/kommune/{BAMBLE}/programtilskudd/2021"),
        format!("/kommune/{BAMBLE}/ser-ikke/2022"),
        "/programmet/2021?sorter=sum".to_owned(),
        "/dobbeltfinansiering?status=OPEN".to_owned(),
        "/frister?slag=APPLICATION".to_owned(),
    ];
    for path in pages {
        let offered = files(&site.page(&path, OFFICE).await);
        assert!(offered.len() >= 4, "{path}: {offered:?}");
        for address in offered {
            let ending = address.split('?').next().and_then(|path| path.rsplit('/').next());
            let (name, extension) = ending.and_then(|file| file.split_once('.')).expect("an ending");
            let format = ExportFormat::of_extension(extension).unwrap_or_else(|| panic!("{address}"));
            let response = site.get(&address, OFFICE).send().await.expect("an answer");
            assert_eq!(response.status(), 200, "{address}");
            assert_eq!(
                super::header(&response, super::CONTENT_TYPE),
                format.media_type(),
                "{address}"
            );
            let called = super::header(&response, super::CONTENT_DISPOSITION);
            assert!(
                called.starts_with(&format!("attachment; filename=\"{name}"))
                    && called.ends_with(&format!(".{extension}\"")),
                "{address}: {called}"
            );
            assert!(!response.bytes().await.expect("whole").is_empty(), "{address}");
        }
    }
}

#[tokio::test]
async fn a_data_package_describes_the_file_that_lies_beside_it_and_says_what_was_chosen() {
    let site = Site::open().await;
    let path = format!("/kommune/{BAMBLE}/tilskudd.datapackage.json?aar=2021&tekst=los");
    let package: serde_json::Value = serde_json::from_str(&site.page(&path, OFFICE).await).expect("JSON");
    assert_eq!(package["resources"][0]["path"], format!("tilskudd-{BAMBLE}-2021.csv"));
    let chosen = package["subset"].as_str().expect("said");
    for part in ["år 2021", BAMBLE, "tekst «los»"] {
        assert!(chosen.contains(part), "{chosen}");
    }
    assert!(!package["sources"].as_array().expect("sources").is_empty());
    assert!(package["missing"].is_array() && package["created"].is_string());
}

#[tokio::test]
async fn what_cannot_be_read_in_an_address_is_a_page_that_says_so() {
    let site = Site::open().await;
    for (path, status) in [
        ("/kommune/9999/tilskudd.csv", 404),
        ("/kommune/bamble/tilskudd.csv", 404),
        ("/frister.csv?aar=i-fjor", 400),
        ("/dobbeltfinansiering.csv?status=ALT", 400),
        ("/kommune/940244145/tilskudd.csv?status=ALT", 400),
        ("/kommune/940244145/tilskudd.csv?per=i-gaar", 400),
        ("/frister.360giving.json", 404),
        ("/frister.pdf", 404),
        ("/katalog.jsonld", 404),
    ] {
        assert_eq!(site.status(path, OFFICE).await, status, "{path}");
    }
}
