//! Two or more builds of this bench, each a process of its own, run in turn. What each prints is read, and the medians are told
//! beside the first one's.

use std::path::PathBuf;
use std::process::Command;

/// Paths of programs, separated by colons; left out: this one measures itself.
const PROGRAMS: &str = "PROGRAMGRANT_GUARD_BENCHES";
const ROUNDS: &str = "PROGRAMGRANT_BENCH_ROUNDS";

/// What is told of each store: claims a second, and the check's median and 99th percentile in microseconds.
const STORES: [&str; 2] = ["sqlite", "postgres"];
const FIGURES: [&str; 3] = [" claims a second", "check median ", "99th percentile "];

/// The builds that are to be compared.
pub fn programs() -> Option<Vec<PathBuf>> {
    let paths = std::env::var_os(PROGRAMS)?;
    Some(std::env::split_paths(&paths).collect())
}

pub fn in_turn(programs: &[PathBuf]) {
    let rounds = std::env::var(ROUNDS).map_or(3, |rounds| rounds.parse().expect("a whole number of rounds"));
    let mut runs: Vec<Vec<String>> = vec![Vec::new(); programs.len()];
    for round in 1..=rounds {
        for (program, runs) in programs.iter().zip(&mut runs) {
            let output = Command::new(program).env_remove(PROGRAMS).output();
            let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
            assert!(output.status.success(), "{}: {output:?}", program.display());
            let said = String::from_utf8(output.stdout).expect("text");
            println!("round {round}, {}\n{said}", program.display());
            runs.push(said);
        }
    }
    for (store, figure) in STORES
        .into_iter()
        .flat_map(|store| FIGURES.map(|figure| (store, figure)))
    {
        let medians: Vec<f64> = runs.iter().map(|runs| median(runs, store, figure)).collect();
        let told = medians
            .iter()
            .map(|median| format!("{median:.0} ({:.2})", median / medians[0]));
        println!("{store}, {}: {}", figure.trim(), told.collect::<Vec<_>>().join(", "));
    }
}

fn median(runs: &[String], store: &str, figure: &str) -> f64 {
    let mut figures: Vec<f64> = runs.iter().map(|said| read(said, store, figure)).collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The figure in the store's line that names it, before the name where that begins with a space and behind it otherwise.
fn read(said: &str, store: &str, figure: &str) -> f64 {
    let of_store = |line: &&str| line.starts_with(store) && line.contains(figure);
    let line = said
        .lines()
        .find(of_store)
        .unwrap_or_else(|| panic!("no {figure} of {store}: {said}"));
    let (before, behind) = line.split_once(figure).expect("found just now");
    let text = if figure.starts_with(' ') {
        before.rsplit(' ').next()
    } else {
        behind.split(',').next()
    };
    microseconds(text.unwrap_or_default())
}

/// A number as it stands, or a duration as it is written out.
fn microseconds(text: &str) -> f64 {
    let units = [("ns", 1e-3), ("µs", 1.0), ("ms", 1e3), ("s", 1e6), ("", 1.0)];
    let read = |(unit, factor): (&str, f64)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor);
    units
        .into_iter()
        .find_map(read)
        .unwrap_or_else(|| panic!("{text:?} is no figure"))
}
