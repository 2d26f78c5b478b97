//! How each amount came about, in the five parts that an official explanation has: what was counted, the rule, the calculation with the
//! municipality's own numbers, the table for everybody, and what changed since the year before. In bokmål, as whoever receives it reads it.

use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use programgrant_core::allocation::{
    self, AllocationUnit, Cause, Change, Explanation, ExplanationStep, FloorPayer, FloorScope, KeyReading, Method,
    Rate, Reached, SchemeExplanation, ThresholdReading,
};
use programgrant_schema::{IndicatorId, MissingFigure, Observation, Ore, OrganisationNumber};

use super::{Desk, WorkedOut};
use crate::pages::{grouped, kroner};

/// The whole explanation: what holds for all, each municipality, and the table.
pub fn explained(desk: &Desk, worked_out: &WorkedOut) -> anyhow::Result<String> {
    let mut text = head(desk, worked_out)?;
    let before = desk.work_out(worked_out.plan.year - 1).ok();
    let changes = match &before {
        Some(before) => allocation::changes(&before.plan, &worked_out.plan)?,
        None => Vec::new(),
    };
    for receiver in &worked_out.allocation.receivers {
        let explanation = allocation::explain(&worked_out.plan, &worked_out.allocation, *receiver)?;
        let Some(explanation) = explanation else { continue };
        let change = changes.iter().find(|change| change.receiver == *receiver);
        municipality(&mut text, desk, worked_out, &explanation, change)?;
    }
    table(&mut text, desk, worked_out)?;
    Ok(text)
}

fn head(desk: &Desk, WorkedOut { plan, allocation }: &WorkedOut) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(text, "Fordeling {}: {}", plan.year, desk.programme()?.name)?;
    if let Some(notice) = &desk.file.notice {
        writeln!(text, "{notice}")?;
    }
    let unit = unit(plan.unit);
    writeln!(
        text,
        "Rammen er {}. Alle beløp er i hele {unit}; delene summerer seg til rammen.",
        amount(Some(plan.frame))
    )?;
    writeln!(
        text,
        "Avrunding: største rest; ved lik rest går enheten til laveste organisasjonsnummer. Regnet eksakt, avrundet én gang."
    )?;
    if let Some(floor) = &plan.floor {
        let compares = match floor.compares {
            FloorScope::SchemeByScheme => "ordning for ordning",
            FloorScope::Sum => "summen av ordningene",
        };
        let payer = match floor.payer {
            FloorPayer::EqualPerInhabitant => "alle betaler like mye per innbygger",
            FloorPayer::Proportional => "de som ligger over, avkortes forholdsmessig",
            FloorPayer::MoreMoney => "rammen økes med det som mangler",
        };
        writeln!(
            text,
            "Gulvet sammenligner {compares} med {}; {payer}. Ikke med: {}",
            floor.year, floor.leaves_out
        )?;
        if let Some(cost) = allocation.floor_cost() {
            writeln!(text, "Gulvet koster {}.", fraction(&cost))?;
        }
    }
    if allocation.added != Ore::ZERO {
        writeln!(text, "Rammen er økt med {}.", amount(Some(allocation.added)))?;
    }
    Ok(text)
}

fn municipality(
    text: &mut String,
    desk: &Desk,
    worked_out: &WorkedOut,
    explanation: &Explanation,
    change: Option<&Change>,
) -> anyhow::Result<()> {
    let name = desk.name(explanation.receiver);
    writeln!(
        text,
        "\n{name} ({}): {}",
        explanation.receiver,
        amount(explanation.total.amount)
    )?;
    writeln!(text, "  1. Tallene")?;
    inputs(text, desk, worked_out, explanation.receiver)?;
    writeln!(text, "  2. Regelen")?;
    for scheme in &explanation.schemes {
        writeln!(text, "    {}: {}", scheme.scheme, rule(desk, &scheme.method))?;
    }
    writeln!(text, "  3. Utregningen")?;
    for scheme in &explanation.schemes {
        writeln!(text, "    {}: {}", scheme.scheme, amount(scheme.part.amount))?;
        scheme
            .steps
            .iter()
            .try_for_each(|one| writeln!(text, "      {}", step(desk, one)))?;
    }
    for one in &explanation.of_the_sum {
        writeln!(text, "    {}", step(desk, one))?;
    }
    writeln!(text, "    Med ord: {}", paragraph(&name, explanation))?;
    writeln!(text, "  4. Tabellen for alle står til slutt.")?;
    writeln!(text, "  5. Endret fra {}", worked_out.plan.year - 1)?;
    changed(text, change)
}

/// What was counted, when and by whom, for every indicator of the plan.
fn inputs(text: &mut String, desk: &Desk, worked_out: &WorkedOut, receiver: OrganisationNumber) -> anyhow::Result<()> {
    let stated = desk.file.years.get(&worked_out.plan.year);
    for (indicator, year) in stated.into_iter().flat_map(|stated| &stated.counted) {
        let Some((described, file)) = desk.indicators.described.get(indicator) else {
            continue;
        };
        let day = described
            .day_in(*year)
            .map(|day| day.strftime("%d.%m.%Y").to_string())
            .unwrap_or_default();
        let observed = worked_out.plan.indicators.get(indicator, receiver);
        let made_up = if described.made_up { ", OPPDIKTET" } else { "" };
        writeln!(
            text,
            "    {} {day}: {} ({}{made_up})",
            described.name_nb,
            counted(observed, &described.unit),
            file.source
        )?;
    }
    Ok(())
}

fn rule(desk: &Desk, method: &Method) -> String {
    match method {
        Method::Rule(rate) => of_rate(desk, rate, "Regel"),
        Method::Invitation(rate) => of_rate(desk, rate, "Invitasjon"),
        Method::Key(key) => {
            let weights = key
                .weights
                .iter()
                .map(|(indicator, weight)| format!("{} × {}", percent(weight), name(desk, indicator)));
            let weights: Vec<String> = weights.collect();
            format!(
                "Fordelingsnøkkel: {} av det som er igjen etter regler og invitasjoner, fordelt etter {}",
                percent(&key.part),
                weights.join(" + ")
            )
        }
    }
}

fn of_rate(desk: &Desk, rate: &Rate, what: &str) -> String {
    let thresholds = rate.thresholds.iter().map(|threshold| match &threshold.among {
        None => format!("minst {}", number(&threshold.at_least)),
        Some(among) => format!("minst {} av {}", percent(&threshold.at_least), name(desk, among)),
    });
    let thresholds: Vec<String> = thresholds.collect();
    let each = amount(Some(rate.each));
    format!(
        "{what}: {each} for hver ({}), når det er {}",
        name(desk, &rate.counted),
        thresholds.join(" og ")
    )
}

fn step(desk: &Desk, step: &ExplanationStep) -> String {
    match step {
        ExplanationStep::Threshold(reading) => threshold(desk, reading),
        ExplanationStep::Rate {
            each,
            count,
            reached,
            amount: result,
        } => match reached {
            Reached::Yes => format!(
                "{} × {} = {}",
                counted(*count, ""),
                amount(Some(*each)),
                amount(*result)
            ),
            Reached::No => "en terskel er ikke nådd: 0 kr".to_owned(),
            Reached::Unknown => "et tall mangler, så beløpet er ukjent".to_owned(),
        },
        ExplanationStep::Share { reading, share } => shares(desk, reading, share.as_ref()),
        ExplanationStep::OfWhole { whole, amount: result } => match result {
            Some(result) => format!("andelen av {} = {}", amount(*whole), fraction(result)),
            None => "noe som beløpet bygger på, er ukjent".to_owned(),
        },
        ExplanationStep::Floor(given) => format!("gulvet: {}", signed(given)),
        ExplanationStep::Rounding(given) => format!("avrunding: {}", signed(given)),
    }
}

fn threshold(desk: &Desk, reading: &ThresholdReading) -> String {
    let show = |value: &BigRational| {
        if reading.threshold.among.is_some() {
            percent(value)
        } else {
            number(value)
        }
    };
    let what = name(desk, &reading.threshold.counted);
    let least = show(&reading.threshold.at_least);
    let margin = reading.margin.map_or(String::new(), |margin| match margin {
        spare if spare > 0 => format!("; {spare} færre, og den er ikke nådd"),
        lacking => format!("; {} flere, og den er nådd", -lacking),
    });
    match (&reading.value, reading.reached) {
        (Some(value), Reached::Yes) => format!("{what}: {} er minst {least}{margin}", show(value)),
        (Some(value), _) => format!("{what}: {} er under {least}{margin}", show(value)),
        (None, _) => format!("{what}: ukjent om det er minst {least}"),
    }
}

fn shares(desk: &Desk, reading: &KeyReading, share: Option<&BigRational>) -> String {
    let terms = reading.terms.iter().map(|term| {
        let sum = term.sum.as_ref().map_or("ukjent".to_owned(), number);
        format!(
            "{} × {} / {sum} {}",
            percent(&term.weight),
            counted(term.counted, ""),
            name(desk, &term.indicator)
        )
    });
    let terms: Vec<String> = terms.collect();
    let share = share.map_or("ukjent".to_owned(), percent);
    format!("{} = {share}", terms.join(" + "))
}

/// The calculation once more, in words.
fn paragraph(name: &str, explanation: &Explanation) -> String {
    let Some(total) = explanation.total.amount else {
        return format!(
            "Beløpet til {name} er ukjent, fordi minst ett tall som det bygger på, mangler. Det er ikke null."
        );
    };
    let parts = explanation
        .schemes
        .iter()
        .filter(|scheme| scheme.part.amount.is_some_and(|part| part != Ore::ZERO));
    let parts: Vec<String> = parts.map(in_words).collect();
    let none = explanation
        .schemes
        .iter()
        .filter(|scheme| scheme.part.amount == Some(Ore::ZERO));
    let none: Vec<String> = none.map(|scheme| scheme.scheme.to_string()).collect();
    let without = if none.is_empty() {
        String::new()
    } else {
        format!(" {} gir ingenting.", none.join(" og "))
    };
    format!("{name} får {}: {}.{without}", amount(Some(total)), parts.join(", "))
}

fn in_words(scheme: &SchemeExplanation) -> String {
    let how = match &scheme.method {
        Method::Rule(_) => "etter regelen",
        Method::Invitation(_) => "som den ville blitt invitert til",
        Method::Key(_) => "etter fordelingsnøkkelen",
    };
    format!("{} fra {} {how}", amount(scheme.part.amount), scheme.scheme)
}

fn table(text: &mut String, desk: &Desk, WorkedOut { allocation, .. }: &WorkedOut) -> anyhow::Result<()> {
    writeln!(text, "\nTabellen for alle")?;
    for (place, receiver) in allocation.receivers.iter().enumerate() {
        writeln!(
            text,
            "  {}: {}",
            desk.name(*receiver),
            amount(allocation.totals[place].amount)
        )?;
        for scheme in &allocation.schemes {
            writeln!(text, "    {}: {}", scheme.scheme, amount(scheme.parts[place].amount))?;
        }
    }
    writeln!(text, "  Sum: {}", amount(allocation.total()))?;
    Ok(())
}

fn changed(text: &mut String, change: Option<&Change>) -> anyhow::Result<()> {
    let Some(change) = change else {
        writeln!(text, "    Planen har ikke året før.")?;
        return Ok(());
    };
    writeln!(text, "    Fra {} til {}", amount(change.before), amount(change.after))?;
    let Some(causes) = &change.causes else {
        writeln!(text, "    Hva endringen kommer av, er ukjent.")?;
        return Ok(());
    };
    for (cause, part) in causes {
        let cause = match cause {
            Cause::Input => "tallene",
            Cause::Rule => "rammen og reglene",
            Cause::Floor => "gulvet",
            Cause::Rounding => "avrunding",
        };
        writeln!(text, "    {cause}: {}", signed(part))?;
    }
    Ok(())
}

fn name<'a>(desk: &'a Desk, indicator: &'a IndicatorId) -> &'a str {
    let described = desk.indicators.described.get(indicator);
    described.map_or(indicator.as_str(), |(described, _)| &described.name_nb)
}

fn amount(amount: Option<Ore>) -> String {
    amount.map_or("ukjent".to_owned(), |amount| kroner(amount.get()))
}

fn counted(observed: Observation, unit: &str) -> String {
    match observed {
        Observation::Value(value) => format!("{} {unit}", value.normalize().to_string().replace('.', ","))
            .trim_end()
            .to_owned(),
        Observation::Missing(why) => format!("mangler ({})", missing(why)),
    }
}

const fn missing(why: MissingFigure) -> &'static str {
    match why {
        MissingFigure::NotPossible => "kan ikke finnes",
        MissingFigure::NotAvailable => "finnes ikke",
        MissingFigure::NotYet => "er ikke kommet ennå",
        MissingFigure::Confidential => "vises ikke av hensyn til personvernet",
        MissingFigure::Absent => "står ikke i kilden",
        MissingFigure::NotComparable => "gjelder andre grenser",
    }
}

/// An exact amount in øre, to the nearest øre; `≈` where that is not all of it.
fn fraction(ore: &BigRational) -> String {
    let rounded = ore.round().to_integer();
    let is_exact = BigRational::from_integer(rounded.clone()) == *ore;
    let shown = rounded.to_i64().map_or("ukjent".to_owned(), kroner);
    if is_exact { shown } else { format!("≈ {shown}") }
}

/// With its sign, to the hundredth of an øre where it is smaller than one.
fn signed(ore: &BigRational) -> String {
    let plus = if ore.is_positive() { "+" } else { "" };
    if ore.abs() < BigRational::from_integer(1.into()) && !ore.is_integer() {
        return format!("{plus}{} øre", decimals(ore, 4));
    }
    format!("{plus}{}", fraction(ore))
}

fn percent(share: &BigRational) -> String {
    format!("{} %", decimals(&(share * BigRational::from_integer(100.into())), 4))
}

fn number(value: &BigRational) -> String {
    match value.is_integer().then(|| value.to_integer().to_u64()).flatten() {
        Some(whole) => grouped(whole),
        None => decimals(value, 4),
    }
}

/// So many decimals at most, with a comma.
fn decimals(value: &BigRational, places: u32) -> String {
    let scale = BigInt::from(10).pow(places);
    let scaled = (value.abs() * BigRational::from_integer(scale.clone()))
        .round()
        .to_integer();
    let (whole, rest) = (&scaled / &scale, &scaled % &scale);
    let rest = format!("{rest:0>width$}", width = places as usize);
    let rest = rest.trim_end_matches('0');
    let sign = if value.is_negative() { "\u{2212}" } else { "" };
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole},{rest}")
    }
}

const fn unit(unit: AllocationUnit) -> &'static str {
    match unit {
        AllocationUnit::Ore => "øre",
        AllocationUnit::Krone => "kroner",
        AllocationUnit::Thousand => "tusen kroner",
    }
}
