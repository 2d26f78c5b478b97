//! Promise: the days by which reports on awards are due are told to whoever sees the award, and to nobody else, by the interface, the page, its files and
//! a calendar's address; each leads to its award, and says who says so.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, date};
use programgrant::demo::systems;
use programgrant_schema::{AwardStatement, AwardStatus, BudgetPost, Figure, Payer};
use serde_json::{Value, json};

use crate::guard::clients::{heard, say};
use crate::records::{kroner, record, statement};
use crate::site::{BAMBLE, DIRECTORATE, GOVERNOR, NOBODY, OFFICE, Site, client, get, page};
use crate::world::World;

const FIELDS: &str =
    "id kind on text source programme { id } scheme { id } municipality { organisationNumber } award { id reportDue }";

/// What the interface tells that body of reports.
async fn reports(site: &Site, body: &str) -> Vec<Value> {
    let query = format!("{{ deadlines(kind: [REPORT]) {{ {FIELDS} }} }}");
    site.ask(&query, body).await["deadlines"]
        .as_array()
        .expect("a list")
        .clone()
}

fn owners(reports: &[Value]) -> BTreeSet<String> {
    let owner = |report: &Value| report["municipality"]["organisationNumber"].as_str().map(str::to_owned);
    reports.iter().filter_map(owner).collect()
}

#[tokio::test]
async fn reports_are_told_to_whoever_sees_the_award() {
    let site = Site::open().await;
    let (office, own) = (reports(&site, OFFICE).await, reports(&site, BAMBLE).await);
    assert!(
        !own.is_empty() && own.len() < office.len(),
        "{} {}",
        own.len(),
        office.len()
    );
    assert_eq!(owners(&own), BTreeSet::from([BAMBLE.to_owned()]));
    let of_bamble = office
        .iter()
        .filter(|one| one["municipality"]["organisationNumber"] == BAMBLE);
    assert_eq!(own, of_bamble.cloned().collect::<Vec<_>>());
    for report in &office {
        assert_eq!(report["on"], report["award"]["reportDue"], "{report}");
        assert_eq!(report["programme"], Value::Null);
        let said = |field: &str, start: &str| report[field].as_str().is_some_and(|text| text.starts_with(start));
        assert!(
            said("source", "Barne-, ungdoms- og familiedirektoratet (Bufdir), sak BUF-")
                && said("text", "Rapportfrist: "),
            "{report}"
        );
        assert_eq!(
            report["id"].as_str().expect("an id"),
            format!("rapport-{}", report["award"]["id"].as_str().expect("an id"))
        );
    }
    let days: Vec<&str> = office.iter().filter_map(|one| one["on"].as_str()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let governed = reports(&site, GOVERNOR).await;
    assert!(
        governed.len() > own.len() && governed.len() < office.len(),
        "{}",
        governed.len()
    );
    assert_eq!(
        reports(&site, DIRECTORATE).await.len(),
        office.len(),
        "what is granted, each directorate sees"
    );
}

#[tokio::test]
async fn the_public_is_told_of_none_by_any_way() {
    let site = Site::open().await;
    let everything = site.ask("{ deadlines { kind text } }", NOBODY).await;
    let stated = site
        .ask(
            "{ deadlines(kind: [APPLICATION, USE_UNTIL, YEARLY_REPORT]) { kind text } }",
            OFFICE,
        )
        .await;
    assert_eq!(everything, stated);
    let secret = {
        let made = client()
            .post(site.url("/frister/kalender"))
            .header("cookie", format!("virksomhet={BAMBLE}"))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("form_token=");
        let text = made.send().await.expect("an answer").text().await.expect("text");
        let address = text
            .split("<p class=\"secret\"><code>")
            .nth(1)
            .and_then(|rest| rest.split("</code>").next());
        let address = address.expect("an address").replace("&#x2F;", "/");
        address.rsplit('/').next().expect("a secret").to_owned()
    };
    for (path, body) in [
        ("/frister", NOBODY),
        ("/frister?slag=REPORT", NOBODY),
        ("/frister?kommune=3813", NOBODY),
        ("/frister.csv", NOBODY),
        ("/frister.ics", NOBODY),
        ("/frister.json", NOBODY),
        // Whoever brings it, an address of a calendar shows what is public.
        (&format!("/kalender/{secret}"), BAMBLE),
        ("/", NOBODY),
    ] {
        let text = page(&site.url(path), body).await.replace("\r\n ", "");
        assert!(!text.contains("Rapportfrist: ") && !text.contains("BUF-"), "{path}");
    }
    let refused = get(&site.url("/tilskudd/bufdir%3ABUF-2021-00001"), NOBODY);
    assert_eq!(refused.send().await.expect("an answer").status(), 403);
}

#[tokio::test]
async fn the_page_leads_to_each_award_and_its_files_have_the_same() {
    let site = Site::open().await;
    let own = reports(&site, BAMBLE).await;
    let text = site.page("/frister?slag=REPORT", BAMBLE).await;
    for report in &own {
        let id = report["award"]["id"].as_str().expect("an id");
        let link = format!("href=\"/tilskudd/{}\"", id.replace(':', "%3A"));
        assert!(text.contains(&link), "{link}");
        assert!(text.contains(report["source"].as_str().expect("a text")), "{report}");
    }
    assert_eq!(text.matches("<tr class=").count(), own.len());
    let sheet = site.page("/frister.csv?slag=REPORT", BAMBLE).await;
    let ids = own.iter().map(|report| report["id"].as_str().expect("an id"));
    assert!(ids.into_iter().all(|id| sheet.contains(id)));
    assert_eq!(sheet.lines().count(), own.len() + 1);
    let calendar = site.page("/frister.ics?slag=REPORT", BAMBLE).await;
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), own.len());
    let award = own[0]["award"]["id"].as_str().expect("an id").replace(':', "%3A");
    let text = site.page(&format!("/tilskudd/{award}"), BAMBLE).await;
    assert!(text.contains("<dt>Rapportfrist</dt><dd>1. april 20"), "{text}");
}

/// What Bufdir grants Bamble, and when it wants a report on it.
fn granted(key: &str, due: Option<Date>) -> AwardStatement {
    let mut award = statement(systems::BUFDIR, key, "3813", BAMBLE, BudgetPost::new(846, 62), 2021);
    award.activity = Some("LOS".to_owned());
    award.applied = Figure::Stated(kroner(100));
    award.payer = Some(Payer {
        organisation_number: "986128433".to_owned(),
    });
    award.report_due = due;
    award
}

async fn due(world: &World) -> Vec<Value> {
    let answer = world
        .ask("{ deadlines(kind: [REPORT]) { on award { reportDue } } }")
        .await;
    answer["deadlines"].as_array().expect("a list").clone()
}

/// A minute later than whatever was said before.
async fn tell(world: &World, told: AwardStatement) {
    world.hand.advance(Duration::from_mins(1));
    say(world, systems::BUFDIR, record(told)).await;
}

#[tokio::test]
async fn a_day_that_moves_moves_here_and_one_that_is_no_more_is_gone() {
    let world = heard().await;
    let told = |day: &str| vec![json!({ "on": day, "award": { "reportDue": day } })];
    assert_eq!(due(&world).await, Vec::<Value>::new());
    tell(&world, granted("1", Some(date(2022, 4, 1)))).await;
    assert_eq!(due(&world).await, told("2022-04-01"));
    tell(&world, granted("1", Some(date(2022, 9, 1)))).await;
    assert_eq!(due(&world).await, told("2022-09-01"));
    let mut refused = granted("1", Some(date(2022, 9, 1)));
    refused.status = AwardStatus::Refused;
    tell(&world, refused).await;
    assert_eq!(
        due(&world).await,
        Vec::<Value>::new(),
        "on what is refused no report is due"
    );
    tell(&world, granted("1", None)).await;
    assert_eq!(due(&world).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_list_comes_in_pieces_and_whole() {
    let site = Site::open().await;
    let all = site.ask("{ deadlines { id on } }", OFFICE).await["deadlines"].clone();
    let all = all.as_array().expect("a list");
    let mut pieces: Vec<Value> = Vec::new();
    loop {
        let after = pieces
            .last()
            .map(|last| format!(", after: {}", last["id"]))
            .unwrap_or_default();
        let query = format!("{{ deadlines(limit: 7{after}) {{ id on }} }}");
        let piece = site.ask(&query, OFFICE).await["deadlines"]
            .as_array()
            .expect("a list")
            .clone();
        assert!(piece.len() <= 7);
        if piece.is_empty() {
            break;
        }
        pieces.extend(piece);
    }
    assert_eq!(&pieces, all);
    let ids: BTreeSet<String> = all.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), all.len(), "each has an id of its own");
    let later = site.ask("{ deadlines(from: \"2022-04-01\") { id on } }", OFFICE).await["deadlines"].clone();
    let wanted = all.iter().filter(|one| one["on"].as_str() >= Some("2022-04-01"));
    assert_eq!(later.as_array().expect("a list"), &wanted.cloned().collect::<Vec<_>>());
    let world = heard().await;
    for (bad, code) in [
        ("after: \"none\"", "INVALID_CONTINUATION_TOKEN"),
        ("limit: 0", "INVALID_LIMIT"),
        ("municipality: \"9999\"", "UNKNOWN_MUNICIPALITY"),
    ] {
        let answer = world.ask_raw(&format!("{{ deadlines({bad}) {{ id }} }}")).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{bad}");
    }
}

#[tokio::test]
async fn a_long_list_is_paged_and_keeps_its_filters() {
    let site = Site::open().await;
    let count = reports(&site, OFFICE).await.len();
    assert!(count > 100, "{count}");
    let (mut path, mut rows) = ("/frister?slag=REPORT".to_owned(), 0);
    loop {
        let text = site.page(&path, OFFICE).await;
        let here = text.matches("<tr class=").count();
        assert!(here > 0 && here <= 100, "{path}: {here}");
        rows += here;
        let next = text
            .split("rel=\"next\" href=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let Some(next) = next else { break };
        path = next.replace("&#38;", "&").replace("&amp;", "&");
        assert!(path.contains("slag=REPORT"), "{path}");
    }
    assert_eq!(rows, count);
}
