//! What each screen must show: for an answer of the interface to a question of this test's own, the rows and terms that the page must have,
//! and all amounts that it may have.

use serde_json::Value;

use super::figures::{amounts_in, day, figure, instant, less, ore, sum};
use crate::site::kroner;

/// The pot's own post has no scheme.
const NO_SCHEME: &str = "Programmets egen post, eller ordning ikke kjent";

/// One screen.
pub struct Screen {
    pub path: String,
    /// What is asked of the interface.
    pub query: String,
    /// What must not be null for the page to be there.
    pub subject: Option<&'static str>,
    /// What is asked for those whom the interface does not answer the whole question, where they see a part of the page.
    pub public_part: Option<String>,
    pub shows: fn(&Value) -> Shown,
}

/// What the page must show.
#[derive(Default)]
pub struct Shown {
    /// A row's heading, where the test writes it, and its figures from the first on.
    pub rows: Vec<(Option<String>, Vec<String>)>,
    pub terms: Vec<(&'static str, String)>,
}

impl Shown {
    fn row(&mut self, heading: impl Into<String>, cells: impl IntoIterator<Item = String>) {
        self.rows.push((Some(heading.into()), cells.into_iter().collect()));
    }

    fn cells(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push((None, cells.into_iter().collect()));
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn scheme(award: &Value) -> String {
    award["scheme"]["name"].as_str().unwrap_or(NO_SCHEME).to_owned()
}

/// The fields of each year with a pot, by alias.
fn of_years(fields: &str) -> String {
    let years: Vec<String> = (2020..=2022)
        .map(|year| format!("y{year}: programmeGrant(year: {year}) {{ {fields} }}"))
        .collect();
    years.join(" ")
}

const POT: &str = "pot { total known awarded { state amount } paid { state amount } difference }";

pub fn programme_grant(organisation: &str, year: i16) -> Screen {
    let years = of_years(POT);
    let shares = "shares { scheme { name } amount { state amount } }";
    Screen {
        path: format!("/kommune/{organisation}/programtilskudd/{year}"),
        query: format!(
            "{{ municipality(organisationNumber: {organisation:?}) {{ grant: programmeGrant(year: {year}) {{ {POT} {shares} }} {years} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let municipality = &data["municipality"];
            let mut shown = Shown::default();
            let grant = &municipality["grant"];
            if !grant.is_null() {
                let pot = &grant["pot"];
                shown.terms = vec![
                    ("number", ore(&pot["total"])),
                    ("Tildelt på programmets egen post", figure(&pot["awarded"])),
                    ("Utbetalt på programmets egen post", figure(&pot["paid"])),
                    ("Gjenstår å utbetale", less(&pot["awarded"], &pot["paid"])),
                    ("Sum av andelene minus tildelt", ore(&pot["difference"])),
                ];
                for share in list(&grant["shares"]) {
                    shown.row(text(&share["scheme"]["name"]), [figure(&share["amount"])]);
                }
                shown.row("Sum av andelene", [ore(&pot["total"])]);
            }
            for year in 2020..=2022 {
                let pot = &municipality[format!("y{year}")]["pot"];
                if !pot.is_null() {
                    let cells = [ore(&pot["total"]), figure(&pot["awarded"]), figure(&pot["paid"])];
                    shown.row(year.to_string(), cells);
                }
            }
            shown
        },
    }
}

const AMOUNTS: &str = "applied { state amount } granted { state amount } paid { state amount }";

fn three(award: &Value) -> [String; 3] {
    ["applied", "granted", "paid"].map(|kind| figure(&award[kind]))
}

pub fn awards(organisation: &str) -> Screen {
    Screen {
        path: format!("/kommune/{organisation}/tilskudd"),
        query: format!(
            "{{ municipality(organisationNumber: {organisation:?}) {{ awards {{ status vanishedAt scheme {{ name }} {AMOUNTS} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let awards = &data["municipality"]["awards"];
            let mut shown = Shown::default();
            assert!(
                list(awards).count() <= 100,
                "the list has a page more than is looked at"
            );
            for award in list(awards) {
                shown.row(scheme(award), three(award));
            }
            // A share is part of the pot, which stands among the awards.
            let counted =
                || list(awards).filter(|award| award["status"] != "IN_PROGRAMME" && award["vanishedAt"].is_null());
            if list(awards).next().is_some() {
                let sums = ["applied", "granted", "paid"].map(|kind| sum(counted().map(|award| &award[kind])));
                shown.row("Sum av det som vises", sums);
            }
            shown
        },
    }
}

pub fn award(id: &str) -> Screen {
    Screen {
        path: format!("/tilskudd/{}", id.replace('/', "%2F")),
        query: format!("{{ award(id: {id:?}) {{ {AMOUNTS} versions {{ receivedAt {AMOUNTS} }} }} }}"),
        subject: Some("award"),
        public_part: None,
        shows: |data| {
            let award = &data["award"];
            let mut shown = Shown::default();
            let kinds = ["Søkt", "Innvilget", "Utbetalt"];
            shown.terms = kinds.into_iter().zip(three(award)).collect();
            for version in list(&award["versions"]) {
                shown.row(instant(&version["receivedAt"]), three(version));
            }
            shown
        },
    }
}

pub fn payments(organisation: &str) -> Screen {
    Screen {
        path: format!("/kommune/{organisation}/utbetalinger"),
        query: format!(
            "{{ municipality(organisationNumber: {organisation:?}) {{ awards {{ vanishedAt disbursements {{ on amount }} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let mut shown = Shown::default();
            let living = list(&data["municipality"]["awards"]).filter(|award| award["vanishedAt"].is_null());
            let paid: Vec<&Value> = living.flat_map(|award| list(&award["disbursements"])).collect();
            for payment in &paid {
                let on = payment["on"].as_str().expect("a day").parse().expect("a day");
                shown.row(day(on), [ore(&payment["amount"])]);
            }
            if !paid.is_empty() {
                let total: i64 = paid.iter().filter_map(|payment| payment["amount"].as_i64()).sum();
                shown.row("Sum av det som vises", [kroner(total)]);
            }
            shown
        },
    }
}

pub fn comparison(organisation: &str) -> Screen {
    let figures = "comparison { before { state amount } withoutProgramme { state amount } withProgramme { state amount } difference }";
    let years = of_years(figures);
    Screen {
        path: format!("/kommune/{organisation}/for-og-na"),
        query: format!("{{ municipality(organisationNumber: {organisation:?}) {{ name {years} }} }}"),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let mut shown = Shown::default();
            for year in 2020..=2022 {
                let comparison = &data["municipality"][format!("y{year}")]["comparison"];
                if !comparison.is_null() {
                    let sides = ["before", "withoutProgramme", "withProgramme"];
                    let mut cells: Vec<String> = sides.map(|side| figure(&comparison[side])).into();
                    cells.push(ore(&comparison["difference"]));
                    shown.row(year.to_string(), cells);
                }
            }
            shown
        },
    }
}

pub fn eligibility(organisation: &str, year: i16) -> Screen {
    Screen {
        path: format!("/kommune/{organisation}/kan-vi-soke/{year}"),
        query: format!(
            "{{ municipality(organisationNumber: {organisation:?}) {{ eligibility(year: {year}) {{ reasons {{ message rule {{ text source }} }} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |_| Shown::default(),
    }
}

pub fn coverage(organisation: &str, year: i16) -> Screen {
    let sums = "total { state amount } heard { state amount } general { state amount }";
    Screen {
        path: format!("/kommune/{organisation}/ser-ikke/{year}"),
        query: format!(
            "{{ coverage(year: {year}) {{ {sums} }} municipality(organisationNumber: {organisation:?}) {{ \
             unheardPosts(year: {year}) {{ budgetPost {{ label }} accounts {{ state amount }} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let sums = &data["coverage"];
            let mut shown = Shown {
                terms: vec![
                    (
                        "Til kommunene ifølge statsregnskapet, hele landet",
                        figure(&sums["total"]),
                    ),
                    ("1. Av dette kjent fra kildene her", figure(&sums["heard"])),
                    ("2. Av dette ikke kjent", less(&sums["total"], &sums["heard"])),
                    ("Generelle tilskudd, utenom", figure(&sums["general"])),
                ],
                ..Shown::default()
            };
            for post in list(&data["municipality"]["unheardPosts"]) {
                shown.row(text(&post["budgetPost"]["label"]), [figure(&post["accounts"])]);
            }
            shown
        },
    }
}

pub fn programme(year: i16) -> Screen {
    let sums = format!("appropriation {{ state amount }} accounts {{ state amount }} difference {POT}");
    let years = [2020, 2021, 2022].map(|year| format!("y{year}: year(year: {year}) {{ {sums} }}"));
    let covered = "total { state amount } heard { state amount }";
    let coverage = [2020, 2021, 2022].map(|year| format!("c{year}: coverage(year: {year}) {{ {covered} }}"));
    let (years, coverage) = (years.join(" "), coverage.join(" "));
    let asked = |grants: &str| {
        format!("{{ programme {{ rules {{ text }} {years} year(year: {year}) {{ {sums} {grants} }} }} {coverage} }}")
    };
    let grants = format!("grants {{ municipality {{ name }} {POT} shares {{ amount {{ state amount }} }} }}");
    Screen {
        path: format!("/programmet/{year}"),
        query: asked(&grants),
        subject: Some("programme"),
        public_part: Some(asked("")),
        shows: |data| {
            let year = &data["programme"]["year"];
            let pot = &year["pot"];
            let mut shown = Shown {
                terms: vec![
                    ("number", ore(&pot["total"])),
                    ("Bevilget", figure(&year["appropriation"])),
                    ("Tildelt på programmets egen post", figure(&pot["awarded"])),
                    ("Utbetalt på programmets egen post", figure(&pot["paid"])),
                    ("Statsregnskapet", figure(&year["accounts"])),
                    ("Sum av andelene minus statsregnskapet", ore(&year["difference"])),
                ],
                ..Shown::default()
            };
            for grant in list(&year["grants"]) {
                let mut cells: Vec<String> = list(&grant["shares"]).map(|share| figure(&share["amount"])).collect();
                cells.extend([ore(&grant["pot"]["total"]), figure(&grant["pot"]["paid"])]);
                shown.row(text(&grant["municipality"]["name"]), cells);
            }
            shown
        },
    }
}

const CASES: &str = "doubleFundingCases(limit: 100) { items { id toHoldBack toPayBack reasons { message rule { text } } \
    awards { scheme { name } granted { state amount } paid { state amount } } } }";

pub fn cases() -> Screen {
    Screen {
        path: "/dobbeltfinansiering".to_owned(),
        query: format!("{{ {CASES} }}"),
        subject: None,
        public_part: None,
        shows: |data| {
            let mut shown = Shown::default();
            for case in list(&data["doubleFundingCases"]["items"]) {
                shown.cells([ore(&case["toHoldBack"]), ore(&case["toPayBack"])]);
            }
            shown
        },
    }
}

/// What the page of one case must show, and may.
pub fn case(case: &Value) -> (String, Shown, Vec<String>) {
    let mut shown = Shown {
        terms: vec![
            ("Å holde tilbake", ore(&case["toHoldBack"])),
            ("Å betale tilbake", ore(&case["toPayBack"])),
        ],
        ..Shown::default()
    };
    for award in list(&case["awards"]) {
        shown.row(scheme(award), [figure(&award["granted"]), figure(&award["paid"])]);
    }
    let path = format!("/dobbeltfinansiering/{}", text(&case["id"]).replace('/', "%2F"));
    (path, shown, amounts_in(case))
}

/// Screens on which no amount stands but in what the interface says in words.
pub fn without_figures() -> [Screen; 3] {
    let none: fn(&Value) -> Shown = |_| Shown::default();
    let screen = |path: &str, query: &str| Screen {
        path: path.to_owned(),
        query: query.to_owned(),
        subject: None,
        public_part: Some("{ __typename }".to_owned()),
        shows: none,
    };
    [
        screen("/", "{ programme { name } sources { name } }"),
        screen(
            "/kilder",
            "{ sources { name lastError warnings setAsideRecords { place reason } } }",
        ),
        screen("/sok?q=sand", "{ programme { name } }"),
    ]
}
