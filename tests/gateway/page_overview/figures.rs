//! Every figure of the overview, the programme and the sources against the interface's answer to the same caller.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::table::{self, Cell};
use super::worlds;
use crate::site::{BAMBLE, DIRECTORATE, GOVERNOR, NOBODY, OFFICE, Site, kroner, page};
use crate::world::{OFFICE_OF_ALL, World};

const EVERYTHING: &str = "/fylkesoversikt?fylke=alle&utvalg=alle&rader=alle";
const CAPTION: &str = "Andel av programtilskuddet";
const GRANTS: &str = "{ programme { schemes { id } y2020: year(year: 2020) { ...Y } y2021: year(year: 2021) { ...Y } y2022: year(year: 2022) { ...Y } } }
    fragment Y on ProgrammeYear { grants { municipality { name number }
        pot { total completeness paid { state amount } } shares { scheme { id } amount { state amount } } } }";

/// Rows by municipality and year, without the headings.
type Rows = BTreeMap<(String, String), Vec<String>>;

fn read(page: &str) -> Rows {
    let mut rows = Rows::new();
    let mut place = String::new();
    for row in table::rows(page, CAPTION) {
        // Sums follow all rows.
        if row.first().is_some_and(|cell| cell.text.starts_with("Sum av")) {
            break;
        }
        let (headings, cells): (Vec<Cell>, Vec<Cell>) = row.into_iter().partition(|cell| cell.is_heading);
        let year = match headings.as_slice() {
            [name, year] if !cells.is_empty() => {
                place.clone_from(&name.text);
                year.text.clone()
            }
            [year] if cells.len() > 1 => year.text.clone(),
            _ => continue,
        };
        rows.insert((place.clone(), year), cells.into_iter().map(|cell| cell.text).collect());
    }
    rows
}

fn figure(figure: &Value) -> String {
    match figure["state"].as_str() {
        Some("STATED") => kroner(figure["amount"].as_i64().expect("an amount")),
        Some("NOT_APPLICABLE") => "ikke aktuelt".to_owned(),
        _ => "mangler".to_owned(),
    }
}

/// A grant as a row should show it, of these schemes.
fn expected(grant: &Value, schemes: &[&str]) -> Vec<String> {
    let pot = &grant["pot"];
    let shares = grant["shares"].as_array().expect("shares");
    let share = |id: &&str| {
        let share = shares
            .iter()
            .find(|share| share["scheme"]["id"] == **id)
            .expect("a share");
        figure(&share["amount"])
    };
    let mut cells: Vec<String> = schemes.iter().map(share).collect();
    let total = pot["total"].as_i64();
    let sum = total.map_or_else(|| "mangler".to_owned(), kroner);
    cells.push(if pot["completeness"] == "STALE" {
        format!("{sum} (gammel)")
    } else {
        sum
    });
    cells.push(figure(&pot["paid"]));
    let paid = pot["paid"]["amount"].as_i64();
    cells.push(match paid.zip(total) {
        Some((paid, total)) if total != 0 => format!("{}\u{a0}%", paid * 100 / total),
        _ => "mangler".to_owned(),
    });
    cells
}

#[tokio::test]
async fn every_figure_of_the_overview_is_the_interfaces_for_each_role() {
    let site = Site::open().await;
    let mut compared = BTreeMap::new();
    for body in [OFFICE, GOVERNOR, DIRECTORATE, BAMBLE] {
        let answer = site.ask(GRANTS, body).await;
        let programme = &answer["programme"];
        let shown = read(&site.page(EVERYTHING, body).await);
        let all = programme["schemes"].as_array().expect("schemes");
        let mut grants = 0;
        for year in ["2020", "2021", "2022"] {
            for grant in programme[format!("y{year}")]["grants"].as_array().expect("grants") {
                let schemes: Vec<&str> = all
                    .iter()
                    .filter_map(|scheme| scheme["id"].as_str())
                    .filter(|id| {
                        let shares = grant["shares"].as_array().expect("shares");
                        shares.iter().any(|share| share["scheme"]["id"] == *id)
                    })
                    .collect();
                let place = &grant["municipality"];
                let name = format!(
                    "{} ({})",
                    place["name"].as_str().expect("a name"),
                    place["number"].as_str().expect("a number")
                );
                let row = shown
                    .iter()
                    .find(|((shown, of), _)| shown.starts_with(&name) && of == year)
                    .unwrap_or_else(|| panic!("{body}: no row of {name} {year}"));
                assert_eq!(row.1, &expected(grant, &schemes), "{body}: {name} {year}");
                grants += 1;
            }
        }
        let with_figures = shown.values().filter(|cells| cells.len() > 1).count();
        assert_eq!(
            with_figures, grants,
            "{body} is shown what the interface does not answer"
        );
        compared.insert(body, grants);
    }
    assert_eq!(compared[OFFICE], 36);
    assert_eq!(compared[BAMBLE], 3, "a municipality sees its own");
    assert!(
        compared[GOVERNOR] >= 4 && compared[GOVERNOR] < 36,
        "a governor its county's"
    );
}

#[tokio::test]
async fn the_public_is_shown_the_public_sums_and_no_municipalitys() {
    let site = Site::open().await;
    let query = "{ programme { year(year: 2021) { appropriation { amount } accounts { amount } pot { total known paid { amount } } } } }";
    let answer = site.ask(query, NOBODY).await;
    let year = &answer["programme"]["year"];
    for path in ["/fylkesoversikt", "/programmet/2021"] {
        let page = site.page(path, NOBODY).await;
        let paid = year["pot"]["paid"]["amount"].as_i64().expect("an amount");
        assert!(page.contains(&kroner(paid)), "{path}: {paid}");
        if let Some(total) = year["pot"]["total"].as_i64() {
            assert!(page.contains(&kroner(total)), "{path}: {total}");
        }
        assert!(page.contains("Her står det som er offentlig"), "{path}");
        let office = site.ask(GRANTS, OFFICE).await;
        for grant in office["programme"]["y2021"]["grants"].as_array().expect("grants") {
            let own = grant["pot"]["paid"]["amount"].as_i64().map(kroner);
            assert!(own.is_none_or(|own| !page.contains(&own)), "{path}: {grant}");
        }
    }
}

const PROGRAMME_YEARS: &str = "{ programme { y2020: year(year: 2020) { ...Y } y2021: year(year: 2021) { ...Y } y2022: year(year: 2022) { ...Y } } }
        fragment Y on ProgrammeYear { appropriation { state amount } accounts { state amount } difference
            pot { total awarded { state amount } paid { state amount } } }";

/// A year beside the others, as it should stand there.
fn programme_year(sums: &Value) -> [String; 6] {
    let known = |amount: &Value| {
        amount
            .as_i64()
            .map_or_else(|| "mangler data fra kilden".to_owned(), kroner)
    };
    let long = |value: &Value| figure(value).replace("mangler", "mangler data fra kilden");
    [
        long(&sums["appropriation"]),
        known(&sums["pot"]["total"]),
        long(&sums["pot"]["awarded"]),
        long(&sums["pot"]["paid"]),
        long(&sums["accounts"]),
        known(&sums["difference"]),
    ]
}

fn compare_years(answer: &Value, page: &str) {
    let rows = table::rows(page, "Hele programmet");
    for year in ["2020", "2021", "2022"] {
        let expected = programme_year(&answer["programme"][format!("y{year}")]);
        let row = rows.iter().find(|row| row[0].text == year).expect("a row of the year");
        let shown: Vec<&str> = row[1..7].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(shown, expected, "{year}");
    }
}

#[tokio::test]
async fn the_years_of_the_programme_are_the_interfaces() {
    let site = Site::open().await;
    let answer = site.ask(PROGRAMME_YEARS, OFFICE).await;
    compare_years(&answer, &site.page("/programmet/2021", OFFICE).await);
    // In the demonstration the accounts have what was voted.
    let world = worlds::apart().await;
    let answer = world.ask(PROGRAMME_YEARS).await;
    let of_2021: BTreeSet<String> = programme_year(&answer["programme"]["y2021"]).into();
    assert_eq!(of_2021.len(), 6, "{of_2021:?}");
    compare_years(&answer, &page(&world.url("/programmet/2021"), OFFICE).await);
}

#[tokio::test]
async fn open_cases_are_counted_for_those_who_may_see_them() {
    let site = Site::open().await;
    let query = "{ doubleFundingCases(state: [OPEN], limit: 1000) { items { municipality { name } } } }";
    for body in [OFFICE, GOVERNOR, BAMBLE] {
        let answer = site.ask(query, body).await;
        let cases = answer["doubleFundingCases"]["items"].as_array().expect("cases");
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        for case in cases {
            if let Some(name) = case["municipality"]["name"].as_str() {
                *by_name.entry(name).or_default() += 1;
            }
        }
        let page = site.page(EVERYTHING, body).await;
        let marked = page.matches("<span class=\"cases\">").count();
        assert_eq!(marked, by_name.len(), "{body}: {by_name:?}");
        for (name, count) in by_name {
            let words = if count == 1 {
                "én åpen sak".to_owned()
            } else {
                format!("{count} åpne saker")
            };
            let row = table::rows(&page, CAPTION)
                .into_iter()
                .find(|row| row[0].text.starts_with(&format!("{name} (")));
            let heading = row.map(|row| row[0].text.clone()).unwrap_or_default();
            assert!(heading.ends_with(&words), "{body}: {heading}: {words}");
        }
    }
    let public = site.page(EVERYTHING, NOBODY).await;
    assert!(public.contains("vises ikke for deg") && !public.contains("class=\"cases\""));
}

#[tokio::test]
async fn sources_show_what_the_interface_says_of_them_and_their_inside_to_whom_it_says_it() {
    let site = Site::open().await;
    let query = "{ sources { id name state records setAside unresolved vanished } }";
    for body in [OFFICE, DIRECTORATE, GOVERNOR, NOBODY] {
        let answer = site.ask(query, body).await;
        let page = site.page("/kilder", body).await;
        let sources = answer["sources"].as_array().expect("sources");
        assert_eq!(table::rows(&page, "Kildene etter nummer").len(), sources.len() + 1);
        for source in sources {
            let id = source["id"].as_str().expect("an id");
            let section = page
                .split(&format!("<h2 id=\"kilde-{id}\">"))
                .nth(1)
                .expect("a section");
            let section = section.split("</section>").next().unwrap_or_default();
            for count in ["records", "setAside", "unresolved", "vanished"] {
                let number = kroner(source[count].as_i64().expect("a count") * 100).replace("\u{a0}kr", "");
                let cell = format!("<dd class=\"count\">{number}</dd>");
                assert!(section.contains(&cell), "{body}: {id} {count}");
            }
        }
    }
    let seen_inside = |page: &str| {
        page.split("class=\"source ")
            .skip(1)
            .map(|section| !section.contains("vises for direktoratet"))
            .collect::<Vec<bool>>()
    };
    assert!(
        seen_inside(&site.page("/kilder", OFFICE).await)
            .iter()
            .all(|seen| *seen)
    );
    assert!(
        seen_inside(&site.page("/kilder", NOBODY).await)
            .iter()
            .all(|seen| !*seen)
    );
    let of_directorate = seen_inside(&site.page("/kilder", DIRECTORATE).await);
    assert_eq!(
        of_directorate.iter().filter(|seen| **seen).count(),
        2,
        "its own system's, and the county governor's list of its own scheme"
    );
}

#[tokio::test]
async fn what_stands_aside_and_which_exclusions_stand_is_the_interfaces() {
    let world = World::with_settings(OFFICE_OF_ALL).await;
    // A voucher that names no year stands aside.
    let lines = [
        "client;period;voucher_no;voucher_type;trans_date;kap;post;aar;orgnr;kommnr;tekst;malgruppe;fra;til;belop",
        "NA;202103;70012345;IN;31.03.2021;0621;63;i fjor;940837685;3427;Vedtak;UNGE;;;375000,00",
        "#SLUTT;1;375000,00",
        "",
    ];
    let file = world.inbox().join("NAV_TILSK_202103_0001");
    std::fs::write(file.with_extension("csv"), lines.join("\r\n")).expect("written");
    std::fs::write(file.with_extension("ok"), "").expect("written");
    world.poll_all().await;
    let query = "{ sources { id setAside setAsideRecords(limit: 100) { place reason } exclusions { wanted standing unknown } } }";
    let answer = world.ask(query).await;
    let page = page(&world.url("/kilder"), OFFICE).await;
    let mut aside = 0;
    for source in answer["sources"].as_array().expect("sources") {
        let id = source["id"].as_str().expect("an id");
        let section = page
            .split(&format!("<h2 id=\"kilde-{id}\">"))
            .nth(1)
            .expect("a section");
        let section = section.split("</section>").next().unwrap_or_default();
        let records = source["setAsideRecords"].as_array().expect("records");
        let rows = table::rows(section, "Hvor de står");
        assert_eq!(rows.len().saturating_sub(1), records.len(), "{id}");
        for (record, row) in records.iter().zip(rows.iter().skip(1)) {
            assert_eq!(row[0].text, record["place"].as_str().expect("a place"), "{id}");
            aside += 1;
        }
        if !source["exclusions"].is_null() {
            for (word, count) in [
                ("Skal stå", "wanted"),
                ("Står", "standing"),
                ("Uvisst om står", "unknown"),
            ] {
                let shown = format!(
                    "<dt>{word}</dt><dd class=\"count\">{}</dd>",
                    source["exclusions"][count]
                );
                assert!(section.contains(&shown), "{id}: {shown}");
            }
        }
    }
    assert!(aside > 0, "nothing stands aside: {answer}");
}
