//! What judging takes, without transport or execution: a document is read, judged, and its variables put in. Of the hostile classes,
//! those that get past the limits before it.

use std::time::{Duration, Instant};

use async_graphql::Variables;
use programgrant::config::DocumentLimits;
use programgrant::demo::SAMPLE_QUERY;
use programgrant::graphql;
use programgrant::graphql::document::{self, DocumentFlaw, Judge, Measured, SchemaCosts};
use serde_json::Value;

use super::hostile;

const ROUNDS: usize = 50;

pub fn report() {
    let sdl = graphql::schema().sdl();
    let (judge, limits) = (Judge::of(&sdl, graphql::check_scalar), DocumentLimits::default());
    let costs = graphql::WEIGHTS.iter().fold(SchemaCosts::of(&sdl), |costs, weight| {
        costs.weighing(weight.parent, weight.field, weight.expected, weight.takes)
    });
    println!("judging alone, {ROUNDS} times each: median, worst");
    let bodies = hostile::all().into_iter().map(|case| (case.class, case.body));
    let asked = bodies.filter_map(|(class, body)| Some((class, Asked::read(&body)?)));
    let lawful = [
        ("a normal document", SAMPLE_QUERY.to_owned()),
        ("a large lawful one", large()),
    ];
    let lawful = lawful.into_iter().map(|(class, text)| {
        (
            class,
            Asked {
                text,
                ..Asked::default()
            },
        )
    });
    for (class, asked) in lawful.chain(asked) {
        let reaches = document::read(&asked.text, &limits)
            .and_then(|document| Measured::of(&document, asked.name(), &asked.variables, &costs, &limits));
        if reaches.is_ok() {
            measure(class, &asked, &judge, &limits);
        }
    }
}

fn measure(class: &str, asked: &Asked, judge: &Judge, limits: &DocumentLimits) {
    let mut outcome = Ok(());
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        outcome = asked.judged(judge, limits);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let said = outcome.err().map_or("let in", |flaw| flaw.code());
    println!(
        "{:>12.2?} {:>12.2?}  {class:<60} {:>8} bytes  {said}",
        times[ROUNDS / 2],
        times[ROUNDS - 1],
        asked.text.len()
    );
}

/// Half a thousand fields with arguments, within fragments that are spread in several places.
fn large() -> String {
    let grant = |year: usize| {
        format!(
            "y{year}: programmeGrant(year: {year}) {{ year pot {{ total }} shares {{ provenance {{ source }} }} ...Who }}"
        )
    };
    let years: String = (2017..2023).map(grant).collect();
    let town = |index: usize| {
        format!(
            "m{index}: municipality(number: \"{:04}\") {{ name {years} }} ",
            301 + index
        )
    };
    let towns: String = (0..10).map(town).collect();
    format!("{{ {towns} }} fragment Who on ProgrammeGrant {{ municipality {{ id name }} }}")
}

/// What one request holds.
#[derive(Default)]
struct Asked {
    text: String,
    operation: Option<String>,
    variables: Variables,
}

impl Asked {
    /// Nothing where the body is none that has a document.
    fn read(body: &str) -> Option<Self> {
        let mut body: Value = serde_json::from_str(body).ok()?;
        let text = body["query"].as_str()?.to_owned();
        let operation = body["operationName"].as_str().map(ToOwned::to_owned);
        Some(Self {
            text,
            operation,
            variables: Variables::from_json(body["variables"].take()),
        })
    }

    fn name(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    fn judged(&self, judge: &Judge, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
        let judged = judge.judge(document::read(&self.text, limits)?)?;
        judge.plan(&judged, self.name(), &self.variables).map(drop)
    }
}
