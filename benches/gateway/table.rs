//! Medians, and tables in Markdown.

use crate::load::Measured;

pub fn median(mut numbers: Vec<f64>) -> f64 {
    assert!(!numbers.is_empty(), "of nothing there is no median");
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

pub fn of(rounds: &[Measured], what: impl Fn(&Measured) -> f64) -> f64 {
    median(rounds.iter().map(what).collect())
}

/// The median of what each round is to its own round of another.
pub fn ratio(rounds: &[Measured], others: &[Measured], what: impl Fn(&Measured) -> f64) -> f64 {
    let ratios = rounds.iter().zip(others).map(|(one, other)| what(one) / what(other));
    median(ratios.collect())
}

pub fn head(columns: &[&str]) {
    println!("\n| {} |", columns.join(" | "));
    println!("|{}", " --- |".repeat(columns.len()));
}

pub fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// Bytes as megabytes.
pub fn megabytes(bytes: f64) -> String {
    format!("{:.0} MB", bytes / 1e6)
}
