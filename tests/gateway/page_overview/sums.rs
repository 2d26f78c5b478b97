//! What the overview says of all its rows together, against the interface's answer to the same caller: sums, how far apart shares of the pots lie,
//! how many are missing, coverage; and the order of the rows by each of these.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::table::{self, Cell};
use super::worlds;
use crate::page_figures::figures::{figure, ore, sum, word};
use crate::site::{DIRECTORATE, GOVERNOR, OFFICE, Site, page};

const EVERYTHING: &str = "/fylkesoversikt?fylke=alle&utvalg=alle&rader=alle";
const OF_2021: &str = "/fylkesoversikt?fylke=alle&utvalg=deltakere&aar=2021&rader=alle";
const YEARS: [&str; 3] = ["2020", "2021", "2022"];
const ANSWERED: &str = "{ programme { schemes { id } y2020: year(year: 2020) { ...Y } y2021: year(year: 2021) { ...Y } y2022: year(year: 2022) { ...Y } }
    c2020: coverage(year: 2020) { ...C } c2021: coverage(year: 2021) { ...C } c2022: coverage(year: 2022) { ...C } }
    fragment C on Coverage { total { state amount } heard { state amount } }
    fragment Y on ProgrammeYear { pot { total paid { state amount } }
        grants { pot { total paid { state amount } } shares { scheme { id } amount { state amount } } } }";

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

/// The grants of a year.
fn grants<'a>(answer: &'a Value, year: &str) -> Vec<&'a Value> {
    list(&answer["programme"][format!("y{year}")]["grants"])
}

/// The schemes with a share in any year that the caller sees, in their order.
fn schemes(answer: &Value) -> Vec<&Value> {
    let shares = |year| {
        grants(answer, year)
            .into_iter()
            .flat_map(|grant| list(&grant["shares"]))
    };
    let seen: Vec<&Value> = YEARS
        .into_iter()
        .flat_map(shares)
        .map(|share| &share["scheme"]["id"])
        .collect();
    let all = list(&answer["programme"]["schemes"])
        .into_iter()
        .map(|scheme| &scheme["id"]);
    all.filter(|id| seen.contains(id)).collect()
}

/// A sum of a field of these.
fn sum_of(grants: &[&Value], field: fn(&Value) -> Value) -> String {
    let figures: Vec<Value> = grants.iter().map(|grant| field(grant)).collect();
    sum(figures.iter())
}

fn total(grant: &Value) -> Value {
    match grant["pot"]["total"].as_i64() {
        Some(total) => json!({ "state": "STATED", "amount": total }),
        None => json!({ "state": "NOT_DELIVERED", "amount": null }),
    }
}

fn paid(grant: &Value) -> Value {
    grant["pot"]["paid"].clone()
}

/// One whole amount in per cent of another, where both are known.
fn percent(part: &Value, whole: &Value) -> Option<i64> {
    let (part, whole) = (part["amount"].as_i64()?, whole["amount"].as_i64()?);
    (part * 100).checked_div(whole)
}

fn filled(key: &str, values: &[(&str, String)]) -> String {
    let fill = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{ ${name} }}"), value);
    values.iter().fold(word(key), fill)
}

fn spread(grants: &[&Value]) -> String {
    let mut shares: Vec<i64> = grants
        .iter()
        .filter_map(|grant| percent(&paid(grant), &total(grant)))
        .collect();
    shares.sort_unstable();
    let (Some(lowest), Some(highest)) = (shares.first(), shares.last()) else {
        return word("overview-no-spread");
    };
    let values = [
        ("lowest", lowest.to_string()),
        ("median", shares[(shares.len() - 1) / 2].to_string()),
        ("highest", highest.to_string()),
        ("known", shares.len().to_string()),
        ("all", grants.len().to_string()),
    ];
    filled("overview-spread", &values)
}

fn coverage(answer: &Value, year: &str) -> String {
    let sums = &answer[format!("c{year}")];
    let Some(share) = percent(&sums["heard"], &sums["total"]) else {
        return word("not-delivered");
    };
    let values = [
        ("share", share.to_string()),
        ("heard", figure(&sums["heard"])),
        ("total", figure(&sums["total"])),
    ];
    filled("overview-coverage", &values)
}

fn texts(cells: &[Cell]) -> Vec<String> {
    cells
        .iter()
        .filter(|cell| !cell.is_heading)
        .map(|cell| cell.text.clone())
        .collect()
}

fn of_scheme(shares: &[&Value], scheme: &Value) -> String {
    let own = shares.iter().filter(|share| share["scheme"]["id"] == *scheme);
    sum(own.map(|share| &share["amount"]))
}

/// The sums below the rows of a year, and its row among the years.
fn expected(answer: &Value, year: &str) -> [Vec<String>; 2] {
    let grants = grants(answer, year);
    let (totals, payments) = (sum_of(&grants, total), sum_of(&grants, paid));
    let shares: Vec<&Value> = grants.iter().flat_map(|grant| list(&grant["shares"])).collect();
    let missing = shares
        .iter()
        .filter(|share| share["amount"]["state"] == "NOT_DELIVERED");
    let pot = &answer["programme"][format!("y{year}")]["pot"];
    let of_year = vec![
        grants.len().to_string(),
        totals.clone(),
        payments.clone(),
        spread(&grants),
        missing.count().to_string(),
        ore(&pot["total"]),
        figure(&pot["paid"]),
        coverage(answer, year),
    ];
    let schemes = schemes(answer).into_iter();
    let mut sums: Vec<String> = schemes.map(|scheme| of_scheme(&shares, scheme)).collect();
    sums.extend([totals, payments, String::new()]);
    [sums, of_year]
}

fn compare(answer: &Value, page: &str, years: &[&str], at: &str) {
    let rows = table::rows(page, "Andel av programtilskuddet");
    let sums = rows.iter().position(|row| row[0].text == word("overview-sums"));
    let sums = &rows[sums.expect("sums")..];
    let beside = table::rows(page, "Summer for kommunene som er valgt");
    for (place, year) in years.iter().enumerate() {
        let row = beside
            .iter()
            .find(|row| row[0].text == *year)
            .expect("a row of the year");
        assert_eq!([texts(&sums[place]), texts(row)], expected(answer, year), "{at} {year}");
    }
}

#[tokio::test]
async fn what_is_said_of_all_rows_together_is_what_the_interface_answers() {
    let site = Site::open().await;
    for body in [OFFICE, GOVERNOR, DIRECTORATE] {
        let answer = site.ask(ANSWERED, body).await;
        compare(&answer, &site.page(EVERYTHING, body).await, &YEARS, body);
    }
    // In the demonstration what is paid is what was shared out.
    let world = worlds::apart().await;
    let page = page(&world.url(OF_2021), OFFICE).await;
    compare(&world.ask(ANSWERED).await, &page, &["2021"], "apart");
}

/// A row of one year: its heading, and its cells.
struct OfYear {
    name: String,
    cells: Vec<String>,
}

impl OfYear {
    /// The number in the n-th cell from the end; of what is not known there is none.
    fn of_the_end(&self, place: usize) -> Option<i64> {
        let cell = &self.cells[self.cells.len() - 1 - place];
        let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// How many of its shares are missing.
    fn gaps(&self) -> usize {
        let shares = &self.cells[..self.cells.len() - 3];
        shares.iter().filter(|share| *share == "mangler").count()
    }

    fn number(&self) -> &str {
        self.name.split(['(', ')']).nth(1).expect("a number")
    }

    fn cases(&self) -> i64 {
        let said = self.name.rsplit_once(')').map_or("", |(_, said)| said);
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(i64::from(said.contains("én ")))
    }
}

async fn sorted(url: String) -> Vec<OfYear> {
    let page = page(&url, OFFICE).await;
    let rows = table::rows(&page, "Andel av programtilskuddet");
    let has_place = rows.into_iter().filter(|row| row[0].text.contains('('));
    let of_year = |row: Vec<Cell>| OfYear {
        name: row[0].text.clone(),
        cells: texts(&row),
    };
    has_place.map(of_year).collect()
}

/// The twelve stand in that order, which is not the one by name.
fn check(order: &str, rows: &[OfYear], is_sorted: bool) {
    let names: Vec<&String> = rows.iter().map(|row| &row.name).collect();
    assert_eq!(rows.len(), 12, "{order}");
    assert!(is_sorted && !names.is_sorted(), "{order}: {names:?}");
}

#[tokio::test]
async fn rows_stand_in_the_order_of_what_they_are_sorted_by() {
    let world = worlds::apart().await;
    let by = async |order: &str| sorted(world.url(&format!("{OF_2021}&sorter={order}"))).await;
    for (order, place) in [("andel", 0), ("utbetalt", 1), ("sum", 2)] {
        let rows = by(order).await;
        let all_stated = rows.iter().all(|row| row.of_the_end(place).is_some());
        assert!(all_stated, "{order}: something is not known");
        check(
            order,
            &rows,
            rows.is_sorted_by_key(|row| Reverse(row.of_the_end(place))),
        );
    }
    let rows = by("nummer").await;
    check("nummer", &rows, rows.is_sorted_by_key(|row| row.number().to_owned()));
    let world = worlds::with_gaps().await;
    let rows = sorted(world.url(&format!("{OF_2021}&sorter=hull"))).await;
    check("hull", &rows, rows.is_sorted_by_key(|row| Reverse(row.gaps())));
    let site = Site::open().await;
    let rows = sorted(site.url(&format!("{OF_2021}&sorter=saker"))).await;
    assert!(rows.is_sorted_by_key(|row| Reverse(row.cases())) && rows[0].cases() > 0);
}
