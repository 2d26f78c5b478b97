//! Pots as a JSON-stat 2 cube: programme × municipality × scheme × year × measure. A cell has an amount or a symbol that says why it has
//! none; no symbol is 0.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::ExportError;
use super::about::About;
use super::kroner::kroner;
use super::question::{Asker, Facts, FigureAnswer, Named, PlaceAnswer};
use super::rows::pots::{GrantAnswer, PotPage, PotPages, schemes};

/// The scheme dimension's category for all of them together.
const POT: &str = "pot";
const MEASURES: [(&str, &str); 3] = [("share", "Andel"), ("awarded", "Tildelt"), ("paid", "Utbetalt")];
/// There is none, and there can be none.
const NOT_POSSIBLE: &str = ".";
/// There may be one; it is not known here.
const NOT_THERE: &str = "..";
/// There may be one; whoever asks is not shown it.
const CONFIDENTIAL: &str = ":";

#[derive(Serialize)]
struct Dataset<'a> {
    version: &'static str,
    class: &'static str,
    label: &'a str,
    source: String,
    updated: String,
    id: [&'static str; 5],
    size: [usize; 5],
    role: Value,
    dimension: Value,
    value: BTreeMap<usize, Box<RawValue>>,
    status: BTreeMap<usize, &'static str>,
    note: Vec<&'a str>,
    extension: Value,
}

/// The categories of each dimension, in their order.
struct Axes {
    programmes: Vec<(String, String)>,
    places: Vec<PlaceAnswer>,
    schemes: Vec<Named>,
    years: Vec<i16>,
}

/// A programme and a municipality, by their ids.
type Participant<'a> = (&'a str, &'a str);

/// The grants by whose and which year's they are.
struct Found<'a> {
    grants: HashMap<(Participant<'a>, i16), (&'a PotPage, &'a GrantAnswer)>,
    takes_part: HashSet<Participant<'a>>,
}

impl<'a> Found<'a> {
    fn of(pages: &'a [PotPage]) -> Self {
        let all = pages
            .iter()
            .flat_map(|page| page.grants.iter().map(move |grant| (page, grant)));
        let key = |page: &'a PotPage, grant: &'a GrantAnswer| {
            let participant = (page.programme.id.as_str(), grant.municipality.id.as_str());
            (participant, page.year)
        };
        let grants: HashMap<_, _> = all.map(|(page, grant)| (key(page, grant), (page, grant))).collect();
        Self {
            takes_part: grants.keys().map(|(participant, _)| *participant).collect(),
            grants,
        }
    }
}

/// The cube; what was learnt is in it, too.
pub async fn write(
    mut pages: PotPages,
    asker: &mut Asker,
    facts: &Facts,
    about: &mut About,
) -> Result<Vec<u8>, ExportError> {
    let mut all = Vec::new();
    while let Some(page) = pages.next(asker).await? {
        all.push(page);
    }
    about.learn(pages.learnt());
    let axes = Axes::of(&all, facts);
    let (value, status) = axes.cells(&all);
    let dataset = Dataset {
        version: "2.0",
        class: "dataset",
        label: &about.title,
        source: about
            .sources
            .iter()
            .map(super::about::SourceAge::said)
            .collect::<Vec<_>>()
            .join("; "),
        updated: about.created.to_string(),
        id: ["programme", "municipality", "scheme", "year", "measure"],
        size: axes.size(),
        role: json!({ "time": ["year"], "geo": ["municipality"], "metric": ["measure"] }),
        dimension: axes.dimension(),
        value,
        status,
        note: [&about.notices, &about.remarks, &about.missing]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        extension: json!({ "px": { "decimals": 2 }, "about": &about }),
    };
    let mut text = serde_json::to_vec(&dataset)?;
    text.push(b'\n');
    Ok(text)
}

impl Axes {
    fn of(pages: &[PotPage], facts: &Facts) -> Self {
        let mut places: Vec<PlaceAnswer> = Vec::new();
        for grant in pages.iter().flat_map(|page| &page.grants) {
            if !places.iter().any(|place| place.id == grant.municipality.id) {
                places.push(grant.municipality.place.clone());
            }
        }
        let years: BTreeSet<i16> = pages.iter().map(|page| page.year).collect();
        let mut programmes: Vec<(String, String)> = Vec::new();
        for page in pages {
            let programme = (page.programme.id.clone(), page.programme.name.clone());
            if !programmes.contains(&programme) {
                programmes.push(programme);
            }
        }
        Self {
            programmes,
            places,
            schemes: schemes(facts).into_iter().cloned().collect(),
            years: years.into_iter().collect(),
        }
    }

    fn size(&self) -> [usize; 5] {
        [
            self.programmes.len(),
            self.places.len(),
            self.schemes.len() + 1,
            self.years.len(),
            MEASURES.len(),
        ]
    }

    /// The categories of a cell's dimensions; cells are counted row by row, the last dimension the fastest.
    fn at(&self, cell: usize) -> [usize; 5] {
        let mut rest = cell;
        let mut at = [0; 5];
        for (place, size) in at.iter_mut().zip(self.size()).rev() {
            (*place, rest) = (rest % size, rest / size);
        }
        at
    }

    fn cells(&self, pages: &[PotPage]) -> (BTreeMap<usize, Box<RawValue>>, BTreeMap<usize, &'static str>) {
        let found = Found::of(pages);
        let (mut values, mut symbols) = (BTreeMap::new(), BTreeMap::new());
        for cell in 0..self.size().into_iter().product() {
            let [programme, place, scheme, year, measure] = self.at(cell);
            let of = (self.programmes[programme].0.as_str(), self.places[place].id.as_str());
            let scheme = self.schemes.get(scheme).map_or(POT, |scheme| &scheme.id);
            let grant = found.grants.get(&(of, self.years[year]));
            let figure = grant.map(|(page, grant)| figure(page, grant, scheme, MEASURES[measure].0));
            if let Some(number) = figure.as_ref().and_then(number) {
                values.insert(cell, number);
            } else {
                // Who takes part in no year has nothing; who does in another may have more than is shown.
                let absent = if found.takes_part.contains(&of) {
                    NOT_THERE
                } else {
                    NOT_POSSIBLE
                };
                symbols.insert(cell, figure.as_ref().map_or(absent, symbol));
            }
        }
        (values, symbols)
    }

    fn dimension(&self) -> Value {
        let category = |entries: &mut dyn Iterator<Item = (String, String)>| {
            let entries: Vec<(String, String)> = entries.collect();
            let labels: serde_json::Map<String, Value> = entries
                .iter()
                .map(|(code, label)| (code.clone(), Value::from(label.as_str())))
                .collect();
            let index: Vec<&str> = entries.iter().map(|(code, _)| code.as_str()).collect();
            json!({ "index": index, "label": labels })
        };
        let mut schemes = category(
            &mut self
                .schemes
                .iter()
                .map(|scheme| (scheme.id.clone(), scheme.name.clone()))
                .chain([(POT.to_owned(), "Potten: alle ordningene".to_owned())]),
        );
        let parts: Vec<&str> = self.schemes.iter().map(|scheme| scheme.id.as_str()).collect();
        schemes["child"] = json!({ POT: parts });
        let mut measures = category(
            &mut MEASURES
                .iter()
                .map(|(code, label)| ((*code).to_owned(), (*label).to_owned())),
        );
        let unit = json!({ "base": "kroner", "decimals": 2 });
        measures["unit"] = MEASURES
            .iter()
            .map(|(code, _)| ((*code).to_owned(), unit.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        json!({
            "programme": { "label": "Program", "category": category(&mut self.programmes.iter().cloned()) },
            "municipality": { "label": "Kommune", "category": category(&mut self.places.iter().map(code_and_name)) },
            "scheme": { "label": "Ordning", "category": schemes },
            "year": { "label": "År", "category": category(&mut self.years.iter().map(|year| (year.to_string(), year.to_string()))) },
            "measure": { "label": "Beløp", "category": measures },
        })
    }
}

/// The municipality number of today; of one that has none, its id.
fn code_and_name(place: &PlaceAnswer) -> (String, String) {
    (
        place.number.clone().unwrap_or_else(|| place.id.clone()),
        place.name.clone(),
    )
}

fn figure(page: &PotPage, grant: &GrantAnswer, scheme: &str, measure: &str) -> FigureAnswer {
    match (scheme, measure) {
        (POT, "share") => FigureAnswer::of(grant.pot.total),
        (POT, "awarded") => grant.pot.awarded.clone(),
        (POT, _) => grant.pot.paid.clone(),
        (scheme, "share") => page.share(grant, scheme),
        // What is decided and paid is decided and paid for the pot as a whole.
        _ => FigureAnswer::not_applicable(),
    }
}

fn number(figure: &FigureAnswer) -> Option<Box<RawValue>> {
    RawValue::from_string(kroner(figure.amount?, '.')).ok()
}

fn symbol(figure: &FigureAnswer) -> &'static str {
    match figure.state.as_str() {
        "NOT_APPLICABLE" => NOT_POSSIBLE,
        super::table::NOT_IN_REACH => CONFIDENTIAL,
        _ => NOT_THERE,
    }
}
