//! Promise: every figure on every page is what the interface answers to the same caller, in each role, and stands beside what it is a figure
//! of: post, year, state, payer; no amount stands on a page that the
//! interface did not give to that caller; and what the interface refuses or does not find, the page refuses and does not find.

pub mod figures;
mod page;
mod screens;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::demo::tokens::Shape;
use programgrant::demo::{Demo, systems};
use programgrant::http;
use programgrant_core::access::Role;
use reqwest::Client;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use self::figures::amounts_in;
use self::page::ReadPage;
use self::screens::{Screen, Shown};
use crate::page_overview::worlds;
use crate::records;
use crate::site::{self, BAMBLE, OFFICE, Site, client, kroner};
use crate::world::{NOON, World};

const FROYA: &str = "964982597";
/// Takes no part in the programme.
const OSLO: &str = "958935420";

/// The demonstration with its past, by a clock that stands, and whoever asks there.
struct Asked {
    site: Site,
    client: Client,
}

impl Asked {
    async fn open() -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
        let demo = Demo::start_with_past(anywhere, clock).await.expect("the demonstration");
        let (listener, address) = http::bind(anywhere).await.expect("a free port");
        // Who asks is told by a token, on the pages as at the interface; in open mode the interface asks nobody for a role.
        let mut config = demo.config_with_login(address).await.expect("sound");
        without_budget(&mut config);
        demo.replay(&config).await.expect("replayed");
        let site = Site::serving(demo, listener, &config).await;
        site.hear().await;
        Self { site, client: client() }
    }

    fn token(&self, role: Role) -> String {
        self.site.demo.issuers().token(role, Shape::Plain).expect("a token")
    }

    async fn ask(&self, query: &str, role: Role) -> Value {
        let request = self.client.post(self.site.url("/graphql"));
        let request = request.bearer_auth(self.token(role)).json(&json!({ "query": query }));
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn page(&self, path: &str, role: Role) -> (u16, String) {
        let request = self.client.get(self.site.url(path));
        let request = request.bearer_auth(self.token(role)).header(COOKIE, "sprak=nb");
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("text"))
    }

    /// Compares one screen for one caller; the answer is how many figures were compared.
    async fn compare(&self, screen: &Screen, role: Role) -> usize {
        let answer = self.ask(&screen.query, role).await;
        let (status, html) = self.page(&screen.path, role).await;
        let at = format!("{} for {role:?}", screen.path);
        let expected = status_of(&answer, screen.subject);
        if let (Some(public), (200, 403)) = (&screen.public_part, (status, expected)) {
            let answer = self.ask(public, role).await;
            return check(
                &html,
                &(screen.shows)(&answer["data"]),
                amounts_in(&answer["data"]),
                &at,
            );
        }
        assert_eq!(status, expected, "{at}: {answer:#}");
        if status != 200 {
            assert_eq!(
                page::amounts(&html),
                Vec::<String>::new(),
                "{at}: refused, and figures all the same"
            );
            return 0;
        }
        let shown = (screen.shows)(&answer["data"]);
        check(&html, &shown, amounts_in(&answer["data"]), &at)
    }
}

/// What is compared is more than a caller may ask in a minute.
fn without_budget(config: &mut Config) {
    let budget = &mut config.limits.budget;
    for of_role in [
        &mut budget.public,
        &mut budget.municipality,
        &mut budget.county_governor,
        &mut budget.directorate,
        &mut budget.programme_office,
        &mut budget.evaluator,
        &mut budget.operator,
    ] {
        *of_role = NonZeroU32::MAX;
    }
}

/// The status that the page must have by what the interface answers.
fn status_of(answer: &Value, subject: Option<&str>) -> u16 {
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("FORBIDDEN") => 403,
        Some("NOT_FOUND") => 404,
        Some(other) => panic!("{other}: {answer}"),
        None if subject.is_some_and(|subject| answer["data"][subject].is_null()) => 404,
        None => 200,
    }
}

/// All that must stand on the page does, each row as often as it must, and nothing else that is an amount.
fn check(html: &str, shown: &Shown, allowed: Vec<String>, at: &str) -> usize {
    let page = ReadPage::parse(html);
    let mut rows = page.rows.clone();
    for row in &shown.rows {
        let place = rows.iter().position(|stands| row.is(stands));
        let place = place.unwrap_or_else(|| panic!("{at}: no {row:?} among {:#?}", page.rows));
        rows.swap_remove(place);
    }
    rows.retain(|row| shown.is_all && !row.figures.is_empty());
    assert!(rows.is_empty(), "{at}: the interface gave no {rows:#?}");
    for (term, said) in &shown.terms {
        let stands = page.terms.iter().any(|(stands, with)| stands == term && with == said);
        assert!(stands, "{at}: {term} is not {said} among {:#?}", page.terms);
    }
    let derived = shown.rows.iter().flat_map(|row| &row.figures);
    let derived = derived.chain(shown.terms.iter().map(|(_, said)| said));
    let derived = derived.flat_map(|text| page::amounts(text));
    let allowed: BTreeSet<String> = allowed.into_iter().chain(derived).collect();
    let stray: Vec<&String> = page
        .amounts
        .iter()
        .filter(|amount| !allowed.contains(*amount))
        .collect();
    assert!(stray.is_empty(), "{at}: the interface gave no {stray:?}");
    let cells: usize = shown.rows.iter().map(|row| row.figures.len()).sum();
    cells + shown.terms.len()
}

#[tokio::test]
async fn every_figure_on_every_page_is_what_the_interface_answers_to_the_same_caller() {
    let asked = Asked::open().await;
    let mut all = vec![
        screens::programme_grant(BAMBLE, 2021),
        screens::programme_grant(BAMBLE, 2019),
        screens::programme_grant(FROYA, 2022),
        screens::programme_grant(OSLO, 2021),
        screens::awards(BAMBLE),
        screens::awards(OSLO),
        screens::payments(BAMBLE),
        screens::payments(FROYA),
        screens::comparison(BAMBLE),
        screens::comparison(FROYA),
        screens::eligibility(BAMBLE, 2022),
        screens::coverage(BAMBLE, 2022),
        screens::coverage(BAMBLE, 2016),
        screens::programme(2021),
        screens::programme(2022),
        screens::cases(),
    ];
    all.extend(screens::without_figures());
    let of_bamble = format!("{{ municipality(organisationNumber: {BAMBLE:?}) {{ awards {{ id }} }} }}");
    let of_bamble = asked.ask(&of_bamble, Role::ProgrammeOffice).await;
    let ids = of_bamble["data"]["municipality"]["awards"].as_array().expect("a list");
    all.extend(
        ids.iter()
            .map(|award| screens::award(award["id"].as_str().expect("an id"))),
    );
    let mut compared = 0;
    for screen in &all {
        for role in Role::ALL {
            compared += asked.compare(screen, role).await;
        }
    }
    assert!(compared > 2_000, "only {compared} figures were compared");
}

#[tokio::test]
async fn no_kind_of_figure_stands_in_the_place_of_another() {
    // In the demonstration some kinds are equal, year by year.
    let world = worlds::apart().await;
    let all = [
        screens::programme_grant(BAMBLE, 2021),
        screens::awards(BAMBLE),
        screens::payments(BAMBLE),
        screens::comparison(BAMBLE),
        screens::coverage(BAMBLE, 2021),
        screens::programme(2021),
    ];
    for screen in &all {
        let compared = compare_in(&world, screen).await;
        assert!(compared >= 2, "{}", screen.path);
    }
    // What is listed no longer says so, and is in no sum.
    let pot = records::pot(records::TWELVE[0], 2021, records::kroner(1));
    world.simulator(systems::UDIR).withdraw(&pot.id);
    world.poll_all().await;
    for screen in &all {
        compare_in(&world, screen).await;
    }
}

/// The same as [`Asked::compare`], in open mode and for the programme office.
async fn compare_in(world: &World, screen: &Screen) -> usize {
    let answer = world.ask(&screen.query).await;
    let html = site::page(&world.url(&screen.path), OFFICE).await;
    check(&html, &(screen.shows)(&answer), amounts_in(&answer), &screen.path)
}

#[tokio::test]
async fn the_page_of_a_case_says_what_the_interface_says_of_it_to_whoever_sees_it() {
    let asked = Asked::open().await;
    let office = asked.ask(&screens::cases().query, Role::ProgrammeOffice).await;
    let cases = office["data"]["doubleFundingCases"]["items"]
        .as_array()
        .expect("a list");
    let (mut compared, mut unseen) = (0, 0);
    for role in Role::ALL {
        let answer = asked.ask(&screens::cases().query, role).await;
        let own = answer["data"]["doubleFundingCases"]["items"].as_array();
        for case in cases {
            let seen = own.and_then(|own| own.iter().find(|seen| seen["id"] == case["id"]));
            let (path, shown, allowed) = screens::case(seen.unwrap_or(case));
            let (status, html) = asked.page(&path, role).await;
            let at = format!("{path} for {role:?}");
            if seen.is_some() {
                assert_eq!(status, 200, "{at}");
                compared += check(&html, &shown, allowed, &at);
            } else {
                assert_eq!(status, if own.is_some() { 404 } else { 403 }, "{at}");
                unseen += 1;
            }
        }
    }
    assert!(compared > 60 && unseen > 10, "{compared} compared, {unseen} unseen");
}

#[tokio::test]
async fn what_changed_since_a_day_is_what_the_versions_and_the_pots_of_then_and_now_say() {
    let asked = Asked::open().await;
    let path = format!("/kommune/{BAMBLE}/programtilskudd/2021/endringer?siden=2026-06-01");
    let pot = "programmeGrant(year: 2021) { pot { total } }";
    let figures = "applied { state amount } granted { state amount } paid { state amount }";
    let now = format!(
        "{{ municipality(organisationNumber: {BAMBLE:?}) {{ {pot} awards(fromYear: 2021, toYear: 2021) {{ versions {{ receivedAt {figures} }} }} }} }}"
    );
    // The last microsecond of that day in Norway.
    let then = "2026-06-01T21:59:59.999999Z";
    let then = format!("{{ municipality(organisationNumber: {BAMBLE:?}, asOf: {then:?}) {{ {pot} }} }}");
    let mut changes = 0;
    for role in Role::ALL {
        let (now, then) = (asked.ask(&now, role).await, asked.ask(&then, role).await);
        let (status, html) = asked.page(&path, role).await;
        let at = format!("{path} for {role:?}");
        let status_of_both = status_of(&now, Some("municipality")).max(status_of(&then, Some("municipality")));
        assert_eq!(status, status_of_both, "{at}");
        if status != 200 {
            continue;
        }
        let page = ReadPage::parse(&html);
        let (now, then) = (&now["data"]["municipality"], &then["data"]["municipality"]);
        let total = |of: &Value| of["programmeGrant"]["pot"]["total"].as_i64();
        if !now["programmeGrant"].is_null() {
            let known = |amount: Option<i64>| amount.map_or_else(|| figures::NOT_KNOWN.to_owned(), kroner);
            let difference = total(now).zip(total(then)).map(|(now, then)| now - then);
            for (term, amount) in [
                ("Sum av andelene 1. juni 2026", total(then)),
                ("Sum av andelene nå", total(now)),
                ("Endring i summen", difference),
            ] {
                let said = (term.to_owned(), known(amount));
                assert!(page.terms.contains(&said), "{at}: {said:?} not among {:#?}", page.terms);
            }
        }
        for award in now["awards"].as_array().expect("a list") {
            let versions = award["versions"].as_array().expect("a list");
            for pair in versions.windows(2) {
                if pair[1]["receivedAt"].as_str() < Some("2026-06-01T22") {
                    continue;
                }
                for kind in ["applied", "granted", "paid"] {
                    if pair[0][kind] != pair[1][kind] {
                        let said = format!(
                            "{} → {}",
                            figures::figure(&pair[0][kind]),
                            figures::figure(&pair[1][kind])
                        );
                        assert!(
                            page.terms.iter().any(|(_, with)| *with == said),
                            "{at}: {said}: {:#?}",
                            page.terms
                        );
                        changes += 1;
                    }
                }
            }
        }
        let mut allowed: BTreeSet<String> = amounts_in(now).into_iter().chain(amounts_in(then)).collect();
        allowed.extend(total(now).zip(total(then)).map(|(now, then)| kroner(now - then)));
        let stray: Vec<&String> = page
            .amounts
            .iter()
            .filter(|amount| !allowed.contains(*amount))
            .collect();
        assert!(stray.is_empty(), "{at}: the interface gave no {stray:?}");
    }
    assert!(changes >= 4, "only {changes} changes");
}
