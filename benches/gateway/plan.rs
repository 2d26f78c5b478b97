//! What is measured, of which programs, how often and how long.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use crate::programs::{Program, programs};

const ROUNDS: &str = "PROGRAMGRANT_BENCH_ROUNDS";
/// Of one measurement, warming up left out.
const SECONDS: &str = "PROGRAMGRANT_BENCH_SECONDS";
/// How many awards the growth is measured at, separated by commas.
const AWARDS: &str = "PROGRAMGRANT_BENCH_AWARDS";

/// How many askers are connected at once.
pub const CONNECTIONS: usize = 50;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Answers,
    Growth,
    Interference,
    Pages,
}

impl Part {
    const ALL: [Self; 4] = [Self::Answers, Self::Growth, Self::Interference, Self::Pages];

    fn of(name: &str) -> Self {
        match name {
            "answers" => Self::Answers,
            "growth" => Self::Growth,
            "interference" => Self::Interference,
            "pages" => Self::Pages,
            other => panic!("{other:?}: the parts are answers, growth, interference and pages"),
        }
    }
}

pub struct Plan {
    pub parts: Vec<Part>,
    pub programs: Vec<Program>,
    pub rounds: usize,
    pub window: Duration,
    pub awards: Vec<usize>,
}

impl Plan {
    /// The parts that are named; all where none is.
    pub fn read(parts: &[&str]) -> Self {
        let parts: Vec<Part> = parts.iter().map(|part| Part::of(part)).collect();
        let awards = variable(AWARDS, "10000,100000,1000000".to_owned());
        Self {
            parts: if parts.is_empty() { Part::ALL.to_vec() } else { parts },
            programs: programs(),
            rounds: variable(ROUNDS, 3),
            window: Duration::from_secs(variable(SECONDS, 2)),
            awards: awards.split(',').map(|number| read(AWARDS, number)).collect(),
        }
    }

    pub fn says(&self) -> String {
        let programs: Vec<_> = self.programs.iter().map(|program| program.path.display()).collect();
        format!(
            "{programs:?}, {} rounds of {} s, {CONNECTIONS} connections, {} processors",
            self.rounds,
            self.window.as_secs(),
            std::thread::available_parallelism().map_or(0, usize::from)
        )
    }
}

fn variable<T: FromStr<Err: Display>>(name: &str, default: T) -> T {
    std::env::var(name).map_or(default, |text| read(name, &text))
}

fn read<T: FromStr<Err: Display>>(name: &str, text: &str) -> T {
    text.trim()
        .parse()
        .unwrap_or_else(|error| panic!("{name}: {text:?}: {error}"))
}
