//! The state accounts, from the data files: real figures, rounded to 100 000 kr by their source.

use std::collections::BTreeMap;

use programgrant_schema::{
    Accounts, AccountsLine, Appropriation, BudgetPost, Content, Figure, MunicipalGrants, Ore, Record, RecordId,
};

const STATE_ACCOUNTS: &str = include_str!("../../../schema/data/state_accounts.csv");
const GRANTS_TO_MUNICIPALITIES: &str = include_str!("../../../schema/data/grants_to_municipalities.csv");
const APPROPRIATIONS: &str = include_str!("../../../schema/data/appropriations.csv");

/// What was booked and what was granted.
pub struct Booked {
    years: BTreeMap<i16, Vec<AccountsLine>>,
    /// What of it reached municipalities, and what reached them on all other posts.
    municipal: BTreeMap<i16, Vec<MunicipalGrants>>,
    appropriations: Vec<Appropriation>,
}

/// What reached municipalities on the post by the real figures; `None` where they have nothing.
pub fn to_municipalities(post: BudgetPost, year: i16) -> Option<Ore> {
    let rows = municipal().remove(&year)?;
    rows.into_iter()
        .find(|row| row.post == post)
        .and_then(|row| row.amount.stated())
}

impl Booked {
    /// Reads the built-in files, which hold no quoted cell.
    pub fn built_in() -> Self {
        let mut years: BTreeMap<i16, Vec<AccountsLine>> = BTreeMap::new();
        for [year, chapter, post, _, number, name, amount] in STATE_ACCOUNTS.lines().skip(1).map(cells) {
            // Øvrige: the bodies that the source has put together have no number.
            let body = if number.is_empty() { name } else { number };
            let line = AccountsLine {
                post: budget_post(chapter, post),
                body: body.to_owned(),
                amount: kroner(amount),
            };
            years.entry(budget_year(year)).or_default().push(line);
        }
        let appropriation = |[year, chapter, post, voted, revised, _]: [&str; 6]| {
            let (voted, revised) = (kroner(voted), kroner(revised));
            let revisions = revised.checked_sub(voted).expect("the state budget is within range");
            Appropriation {
                year: budget_year(year),
                post: budget_post(chapter, post),
                voted,
                revisions,
            }
        };
        let mut booked = Self {
            years,
            municipal: municipal(),
            appropriations: APPROPRIATIONS.lines().skip(1).map(cells).map(appropriation).collect(),
        };
        booked
            .years
            .values_mut()
            .for_each(|lines| lines.sort_by(|a, b| (a.post, &a.body).cmp(&(b.post, &b.body))));
        booked.appropriations.sort_by_key(|line| (line.year, line.post));
        booked
    }

    /// What all bodies booked on the post; `None` where there is nothing.
    pub fn on(&self, post: BudgetPost, year: i16) -> Option<Ore> {
        let lines: Vec<Ore> = self
            .years
            .get(&year)?
            .iter()
            .filter(|line| line.post == post)
            .map(|line| line.amount)
            .collect();
        if lines.is_empty() {
            None
        } else {
            Ore::checked_sum(lines)
        }
    }

    /// One record for each of DFØ's files. What no body is named for has no line: it reached municipalities, and that is all that is
    /// known.
    pub fn records(mut self) -> Vec<Record> {
        let years = self.municipal.into_iter().map(|(year, municipal)| {
            let accounts = Accounts::Year {
                year,
                lines: self.years.remove(&year).unwrap_or_default(),
                municipal: Some(municipal),
            };
            record(format!("statsregnskapet_aar_{year}"), accounts)
        });
        let appropriations = Accounts::Appropriations {
            lines: self.appropriations,
        };
        years
            .chain([record("bevilgninger_full_historikk".to_owned(), appropriations)])
            .collect()
    }
}

fn municipal() -> BTreeMap<i16, Vec<MunicipalGrants>> {
    let mut years: BTreeMap<i16, Vec<MunicipalGrants>> = BTreeMap::new();
    for [year, chapter, post, name, ministry, _, _, amount] in GRANTS_TO_MUNICIPALITIES.lines().skip(1).map(cells) {
        let grants = MunicipalGrants {
            post: budget_post(chapter, post),
            amount: Figure::Stated(kroner(amount)),
            name: Some(name.to_owned()),
            ministry: Some(ministry.to_owned()),
        };
        years.entry(budget_year(year)).or_default().push(grants);
    }
    for grants in years.values_mut() {
        grants.sort_by_key(|grants| grants.post);
    }
    years
}

fn record(name: String, accounts: Accounts) -> Record {
    Record {
        reference: format!("{name}.csv"),
        id: RecordId::new(name),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(accounts),
    }
}

fn cells<const N: usize>(line: &str) -> [&str; N] {
    let mut cells = line.split(';');
    [(); N].map(|()| cells.next().unwrap_or_default())
}

fn budget_year(text: &str) -> i16 {
    text.parse().expect("the built-in figures name their year")
}

fn budget_post(chapter: &str, post: &str) -> BudgetPost {
    BudgetPost::parse(chapter, post).expect("the built-in figures name their post")
}

fn kroner(text: &str) -> Ore {
    Ore::parse_kroner(text).expect("the built-in figures are amounts")
}
