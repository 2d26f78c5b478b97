//! What each screen must show: for an answer of the interface to a question of this test's own, the rows and terms that the page must have,
//! and all amounts that it may have.

use serde_json::Value;

use super::figures::{amounts_in, code, day, figure, instant, less, ore, percent, sum, word};
use super::page::ReadRow;
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
    pub rows: Vec<ShownRow>,
    /// No other row has a figure.
    pub is_all: bool,
    pub terms: Vec<(&'static str, String)>,
}

/// A row that must stand there.
#[derive(Debug)]
pub struct ShownRow {
    heading: String,
    /// From the first on; there may be more.
    pub figures: Vec<String>,
    /// What stands beside them, from the first on.
    words: Vec<String>,
}

impl ShownRow {
    pub fn is(&self, row: &ReadRow) -> bool {
        self.heading == row.heading && row.figures.starts_with(&self.figures) && row.words.starts_with(&self.words)
    }
}

impl Shown {
    /// Of a page that has one list, and no other row.
    fn list() -> Self {
        Self {
            is_all: true,
            ..Self::default()
        }
    }

    fn row(&mut self, heading: impl Into<String>, figures: impl IntoIterator<Item = String>) {
        self.row_of(heading, [], figures);
    }

    fn row_of(
        &mut self,
        heading: impl Into<String>,
        words: impl IntoIterator<Item = String>,
        figures: impl IntoIterator<Item = String>,
    ) {
        self.rows.push(ShownRow {
            heading: heading.into(),
            figures: figures.into_iter().collect(),
            words: words.into_iter().collect(),
        });
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A text, or that there is none.
fn text_or(value: &Value, nothing: &str) -> String {
    value.as_str().map_or_else(|| word(nothing), str::to_owned)
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

const POT: &str = "pot { total known completeness awarded { state amount } paid { state amount } difference }";

pub fn programme_grant(organisation: &str, year: i16) -> Screen {
    let years = of_years(POT);
    let shares = "shares { scheme { name directorate { name } } budgetPost { label } amount { state amount } }";
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
                for (place, share) in list(&grant["shares"]).enumerate() {
                    let (scheme, label) = (&share["scheme"], &share["budgetPost"]["label"]);
                    let words = [
                        (place + 1).to_string(),
                        text_or(label, "no-post"),
                        text(&scheme["directorate"]["name"]),
                    ];
                    shown.row_of(text(&scheme["name"]), words, [figure(&share["amount"])]);
                }
                shown.row("Sum av andelene", [ore(&pot["total"])]);
            }
            for year in 2020..=2022 {
                let pot = &municipality[format!("y{year}")]["pot"];
                if !pot.is_null() {
                    let cells = [ore(&pot["total"]), figure(&pot["awarded"]), figure(&pot["paid"])];
                    shown.row_of(year.to_string(), [code("completeness", &pot["completeness"])], cells);
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

fn post(award: &Value) -> String {
    text(&award["budgetPost"]["label"])
}

fn status(award: &Value) -> String {
    let status = code("status", &award["status"]);
    if award["vanishedAt"].is_null() {
        status
    } else {
        word("status-vanished").replace("{ $status }", &status)
    }
}

pub fn awards(organisation: &str) -> Screen {
    Screen {
        path: format!("/kommune/{organisation}/tilskudd"),
        query: format!(
            "{{ municipality(organisationNumber: {organisation:?}) {{ awards {{ year status vanishedAt scheme {{ name }} budgetPost {{ label }} {AMOUNTS} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let awards = &data["municipality"]["awards"];
            let mut shown = Shown::list();
            assert!(
                list(awards).count() <= 100,
                "the list has a page more than is looked at"
            );
            for award in list(awards) {
                shown.row_of(
                    scheme(award),
                    [award["year"].to_string(), post(award), status(award)],
                    three(award),
                );
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
        query: format!(
            "{{ award(id: {id:?}) {{ year status budgetPost {{ label }} payer {{ name }} {AMOUNTS} versions {{ receivedAt {AMOUNTS} }} }} }}"
        ),
        subject: Some("award"),
        public_part: None,
        shows: |data| {
            let award = &data["award"];
            let mut shown = Shown::default();
            let kinds = ["Søkt", "Innvilget", "Utbetalt"];
            shown.terms = kinds.into_iter().zip(three(award)).collect();
            shown.terms.extend([
                ("Status", code("status", &award["status"])),
                ("Kapittel og post", post(award)),
                ("Utbetaler", text_or(&award["payer"]["name"], "not-stated")),
            ]);
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
            "{{ municipality(organisationNumber: {organisation:?}) {{ awards {{ \
             year vanishedAt scheme {{ name }} budgetPost {{ label }} payer {{ name }} disbursements {{ on amount reference }} }} }} }}"
        ),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let mut shown = Shown::list();
            let living = list(&data["municipality"]["awards"]).filter(|award| award["vanishedAt"].is_null());
            let mut total = None;
            for award in living {
                for payment in list(&award["disbursements"]) {
                    let on = payment["on"].as_str().expect("a day").parse().expect("a day");
                    let words = [
                        scheme(award),
                        post(award),
                        award["year"].to_string(),
                        text_or(&award["payer"]["name"], "not-stated"),
                        text_or(&payment["reference"], "not-stated"),
                    ];
                    shown.row_of(day(on), words, [ore(&payment["amount"])]);
                    *total.get_or_insert(0) += payment["amount"].as_i64().expect("an amount");
                }
            }
            if let Some(total) = total {
                shown.row("Sum av det som vises", [kroner(total)]);
            }
            shown
        },
    }
}

pub fn comparison(organisation: &str) -> Screen {
    let figures = "comparison { before { state amount } withoutProgramme { state amount } withProgramme { state amount } difference worseOff }";
    let years = of_years(figures);
    Screen {
        path: format!("/kommune/{organisation}/for-og-na"),
        query: format!("{{ municipality(organisationNumber: {organisation:?}) {{ name {years} }} }}"),
        subject: Some("municipality"),
        public_part: None,
        shows: |data| {
            let mut shown = Shown::list();
            for year in 2020..=2022 {
                let comparison = &data["municipality"][format!("y{year}")]["comparison"];
                if !comparison.is_null() {
                    let sides = ["before", "withoutProgramme", "withProgramme"];
                    let mut cells: Vec<String> = sides.map(|side| figure(&comparison[side])).into();
                    cells.push(ore(&comparison["difference"]));
                    let verdict = match comparison["worseOff"].as_bool() {
                        Some(true) => "worse-off",
                        Some(false) => "not-worse-off",
                        None => "worse-off-unknown",
                    };
                    shown.row_of(year.to_string(), [word(verdict)], cells);
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
             unheardPosts(year: {year}) {{ name general ministry budgetPost {{ label }} accounts {{ state amount }} }} }} }}"
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
                ..Shown::list()
            };
            for post in list(&data["municipality"]["unheardPosts"]) {
                let mut name = text(&post["name"]);
                if post["general"] == true {
                    name = format!("{name} ({})", word("general-grant"));
                }
                let words = [name, text_or(&post["ministry"], "not-stated")];
                shown.row_of(text(&post["budgetPost"]["label"]), words, [figure(&post["accounts"])]);
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
    let grants = format!(
        "grants {{ municipality {{ name countyGovernor {{ name }} }} {POT} shares {{ amount {{ state amount }} }} }}"
    );
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
                let (municipality, pot) = (&grant["municipality"], &grant["pot"]);
                cells.extend([
                    ore(&pot["total"]),
                    figure(&pot["paid"]),
                    percent(&pot["paid"], &pot["total"]),
                ]);
                let words = [
                    text_or(&municipality["countyGovernor"]["name"], "not-stated"),
                    code("completeness", &pot["completeness"]),
                ];
                shown.row_of(text(&municipality["name"]), words, cells);
            }
            shown
        },
    }
}

const CASES: &str = "doubleFundingCases(limit: 100) { items { \
    id kind state year toHoldBack toPayBack municipality { name } scheme { name } reasons { message rule { text } } \
    awards { year status scheme { name } budgetPost { label } granted { state amount } paid { state amount } } } }";

pub fn cases() -> Screen {
    Screen {
        path: "/dobbeltfinansiering".to_owned(),
        query: format!("{{ {CASES} }}"),
        subject: None,
        public_part: None,
        shows: |data| {
            let mut shown = Shown::list();
            for case in list(&data["doubleFundingCases"]["items"]) {
                let words = [
                    text_or(&case["municipality"]["name"], "recipient-unknown"),
                    scheme(case),
                    case["year"].to_string(),
                    code("case-state", &case["state"]),
                ];
                let amounts = [ore(&case["toHoldBack"]), ore(&case["toPayBack"])];
                shown.row_of(code("case-kind", &case["kind"]), words, amounts);
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
        let words = [post(award), award["year"].to_string(), code("status", &award["status"])];
        let amounts = [figure(&award["granted"]), figure(&award["paid"])];
        shown.row_of(scheme(award), words, amounts);
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
