//! How each amount came about, in the five parts that an official explanation has: what was counted, the rule, the calculation with the
//! municipality's own numbers, the table for everybody, and what changed since the year before. In bokmål, as whoever receives it reads it.

use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use programgrant_core::allocation::{
    self, AllocationError, AllocationUnit, Cause, Change, Explanation, ExplanationStep, Floor, FloorPayer, FloorScope,
    KeptIndicator, KeyReading, Method, Rate, Reached, SchemeExplanation, ThresholdReading,
};
use programgrant_core::reference::Reference;
use programgrant_schema::{IndicatorId, MissingFigure, Observation, Ore, OrganisationNumber, SchemeId};

use super::desk::WorkedOut;
use crate::output::money::{figure, grouped, kroner};

/// An allocation as it is told: what it was worked out from, what it came to, and whose names are whose.
#[derive(Clone, Copy)]
pub struct ToldAllocation<'a> {
    pub worked_out: &'a WorkedOut,
    pub reference: &'a Reference,
}

/// One municipality's explanation, in five parts.
pub struct ToldExplanation {
    pub explanation: Explanation,
    /// What was counted: line by line.
    pub inputs: Vec<String>,
    /// The rule of each scheme.
    pub rules: Vec<(SchemeId, String)>,
    /// The calculation with this municipality's numbers; without a scheme, the floor of the sum.
    pub steps: Vec<(Option<SchemeId>, String)>,
    /// The same once more, in words.
    pub paragraph: String,
}

impl ToldAllocation<'_> {
    /// The municipality's name, or its number where the registers have none.
    pub fn name(&self, receiver: OrganisationNumber) -> String {
        self.reference.organisation(receiver).name
    }

    /// The scheme's name as the programme file has it; its id where no file has it.
    fn scheme<'b>(&'b self, scheme: &'b SchemeId) -> &'b str {
        let known = self.reference.programmes.scheme(scheme);
        known.map_or(scheme.as_str(), |known| &known.name)
    }

    /// What holds for all: frame, rounding, floor.
    pub fn head(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.worked_out.file.notice.iter().cloned().collect();
        lines.push(format!(
            "Rammen er {}. Alle beløp er i hele {}; delene summerer seg til rammen.",
            amount(Some(self.worked_out.plan.frame)),
            unit(self.worked_out.plan.unit)
        ));
        lines.push(
            "Avrunding: største rest; ved lik rest går enheten til laveste organisasjonsnummer. Regnet eksakt, avrundet én gang."
                .to_owned(),
        );
        if let Some(floor) = &self.worked_out.plan.floor {
            lines.push(of_floor(floor));
            lines.extend(
                self.worked_out
                    .allocation
                    .floor_cost()
                    .map(|cost| format!("Gulvet koster {}.", fraction(&cost))),
            );
        }
        if self.worked_out.allocation.added != Ore::ZERO {
            lines.push(format!(
                "Rammen er økt med {}.",
                amount(Some(self.worked_out.allocation.added))
            ));
        }
        lines
    }

    /// How one municipality's amount came about; `None` where it receives nothing.
    pub fn explained(&self, receiver: OrganisationNumber) -> Result<Option<ToldExplanation>, AllocationError> {
        let explanation = allocation::explain(&self.worked_out.plan, &self.worked_out.allocation, receiver)?;
        Ok(explanation.map(|explanation| self.told(explanation)))
    }

    fn told(&self, explanation: Explanation) -> ToldExplanation {
        let rules = explanation.schemes.iter();
        let rules = rules.map(|scheme| (scheme.scheme.clone(), rule(self, &scheme.method)));
        let of_schemes = explanation.schemes.iter().flat_map(|scheme| {
            let steps = scheme.steps.iter();
            steps.map(|one| (Some(scheme.scheme.clone()), step(self, one)))
        });
        let of_the_sum = explanation.of_the_sum.iter().map(|one| (None, step(self, one)));
        ToldExplanation {
            inputs: self.inputs(explanation.receiver),
            rules: rules.collect(),
            steps: of_schemes.chain(of_the_sum).collect(),
            paragraph: paragraph(self, &explanation),
            explanation,
        }
    }

    /// What was counted, when and by whom, for every indicator of the plan.
    fn inputs(&self, receiver: OrganisationNumber) -> Vec<String> {
        let stated = self.worked_out.file.years.get(&self.worked_out.plan.year);
        let counted_by = |kept: &&KeptIndicator| stated.is_some_and(|stated| stated.counted.contains_key(&kept.id));
        let kept = self.worked_out.basis.indicators.iter().filter(counted_by);
        kept.map(|kept| self.input(kept, receiver)).collect()
    }

    fn input(&self, kept: &KeptIndicator, receiver: OrganisationNumber) -> String {
        let day = kept.counted_on.map(|day| day.strftime("%d.%m.%Y").to_string());
        let observed = self.worked_out.plan.indicators.get(&kept.id, receiver);
        let made_up = if kept.made_up { ", OPPDIKTET" } else { "" };
        let corrected = kept
            .corrected
            .iter()
            .find(|corrected| corrected.organisation == receiver);
        let source = corrected.map_or(kept.source.as_str(), |corrected| corrected.source.as_str());
        let before = corrected.map(|corrected| format!("; rettet, kilden {} har {}", kept.source, corrected.before));
        format!(
            "{} {}: {} ({source}{made_up}{})",
            kept.name_nb,
            day.unwrap_or_default(),
            counted(observed, &kept.unit),
            before.unwrap_or_default()
        )
    }
}

/// The whole explanation of all, as a text: what holds for all, each municipality, and the table.
pub fn explained(title: &str, told: ToldAllocation<'_>, before: Option<&WorkedOut>) -> anyhow::Result<String> {
    let mut text = format!("Fordeling {}: {title}\n", told.worked_out.plan.year);
    for line in told.head() {
        writeln!(text, "{line}")?;
    }
    let changes = match before {
        Some(before) => allocation::changes(&before.plan, &told.worked_out.plan)?,
        None => Vec::new(),
    };
    for receiver in &told.worked_out.allocation.receivers {
        let Some(explained) = told.explained(*receiver)? else {
            continue;
        };
        municipality(&mut text, &told, &explained)?;
        let change = changes.iter().find(|change| change.receiver == *receiver);
        for line in changed(change) {
            writeln!(text, "    {line}")?;
        }
    }
    table(&mut text, &told)?;
    Ok(text)
}

fn municipality(text: &mut String, told: &ToldAllocation<'_>, explained: &ToldExplanation) -> anyhow::Result<()> {
    let explanation = &explained.explanation;
    let name = told.name(explanation.receiver);
    writeln!(
        text,
        "\n{name} ({}): {}",
        explanation.receiver,
        amount(explanation.total.amount)
    )?;
    writeln!(text, "  1. Tallene")?;
    for line in &explained.inputs {
        writeln!(text, "    {line}")?;
    }
    writeln!(text, "  2. Regelen")?;
    for (scheme, rule) in &explained.rules {
        writeln!(text, "    {scheme}: {rule}")?;
    }
    writeln!(text, "  3. Utregningen")?;
    for scheme in &explanation.schemes {
        writeln!(text, "    {}: {}", scheme.scheme, amount(scheme.part.amount))?;
        let steps = explained
            .steps
            .iter()
            .filter(|(of, _)| of.as_ref() == Some(&scheme.scheme));
        for (_, step) in steps {
            writeln!(text, "      {step}")?;
        }
    }
    for (_, step) in explained.steps.iter().filter(|(of, _)| of.is_none()) {
        writeln!(text, "    {step}")?;
    }
    writeln!(text, "    Med ord: {}", explained.paragraph)?;
    writeln!(text, "  4. Tabellen for alle står til slutt.")?;
    writeln!(text, "  5. Endret fra {}", told.worked_out.plan.year - 1)?;
    Ok(())
}

fn of_floor(floor: &Floor) -> String {
    let compares = match floor.compares {
        FloorScope::SchemeByScheme => "ordning for ordning",
        FloorScope::Sum => "summen av ordningene",
    };
    let payer = match floor.payer {
        FloorPayer::EqualPerInhabitant => "alle betaler like mye per innbygger",
        FloorPayer::Proportional => "de som ligger over, avkortes forholdsmessig",
        FloorPayer::MoreMoney => "rammen økes med det som mangler",
    };
    let (year, leaves_out) = (floor.year, &floor.leaves_out);
    format!("Gulvet sammenligner {compares} med {year}; {payer}. Ikke med: {leaves_out}")
}

fn rule(told: &ToldAllocation<'_>, method: &Method) -> String {
    match method {
        Method::Rule(rate) => of_rate(told, rate, "Regel"),
        Method::Invitation(rate) => of_rate(told, rate, "Invitasjon"),
        Method::Key(key) => {
            let weights = key
                .weights
                .iter()
                .map(|(indicator, weight)| format!("{} × {}", percent(weight), name(told, indicator)));
            let weights: Vec<String> = weights.collect();
            format!(
                "Fordelingsnøkkel: {} av det som er igjen etter regler og invitasjoner, fordelt etter {}",
                percent(&key.part),
                weights.join(" + ")
            )
        }
    }
}

fn of_rate(told: &ToldAllocation<'_>, rate: &Rate, what: &str) -> String {
    let thresholds = rate.thresholds.iter().map(|threshold| match &threshold.among {
        None => format!("minst {}", number(&threshold.at_least)),
        Some(among) => format!("minst {} av {}", percent(&threshold.at_least), name(told, among)),
    });
    let thresholds: Vec<String> = thresholds.collect();
    let each = amount(Some(rate.each));
    format!(
        "{what}: {each} for hver ({}), når det er {}",
        name(told, &rate.counted),
        thresholds.join(" og ")
    )
}

fn step(told: &ToldAllocation<'_>, step: &ExplanationStep) -> String {
    match step {
        ExplanationStep::Threshold(reading) => threshold(told, reading),
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
        ExplanationStep::Share { reading, share } => shares(told, reading, share.as_ref()),
        ExplanationStep::OfWhole { whole, amount: result } => match result {
            Some(result) => format!("andelen av {} {}", amount(*whole), comes_to(&fraction(result))),
            None => "noe som beløpet bygger på, er ukjent".to_owned(),
        },
        ExplanationStep::Floor(given) => format!("gulvet: {}", signed(given)),
        ExplanationStep::Rounding(given) => format!("avrunding: {}", signed(given)),
    }
}

fn threshold(told: &ToldAllocation<'_>, reading: &ThresholdReading) -> String {
    let show = |value: &BigRational| {
        if reading.threshold.among.is_some() {
            percent(value)
        } else {
            number(value)
        }
    };
    let what = name(told, &reading.threshold.counted);
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

fn shares(told: &ToldAllocation<'_>, reading: &KeyReading, share: Option<&BigRational>) -> String {
    let terms = reading.terms.iter().map(|term| {
        let sum = term.sum.as_ref().map_or("ukjent".to_owned(), number);
        format!(
            "{} × {} / {sum} {}",
            percent(&term.weight),
            counted(term.counted, ""),
            name(told, &term.indicator)
        )
    });
    let terms: Vec<String> = terms.collect();
    let share = share.map_or("ukjent".to_owned(), percent);
    format!("{} {}", terms.join(" + "), comes_to(&share))
}

/// The calculation once more, in words.
fn paragraph(told: &ToldAllocation<'_>, explanation: &Explanation) -> String {
    let name = told.name(explanation.receiver);
    let Some(total) = explanation.total.amount else {
        return format!(
            "Beløpet til {name} er ukjent, fordi minst ett tall som det bygger på, mangler. Det er ikke null."
        );
    };
    let (none, some): (Vec<_>, Vec<_>) = explanation
        .schemes
        .iter()
        .partition(|scheme| scheme.part.amount == Some(Ore::ZERO));
    let parts: Vec<String> = some.into_iter().map(|scheme| in_words(told, scheme)).collect();
    let none = none
        .into_iter()
        .map(|scheme| format!("«{}»", told.scheme(&scheme.scheme)));
    let none: Vec<String> = none.collect();
    let without = if none.is_empty() {
        String::new()
    } else {
        format!(" {} gir ingenting.", none.join(" og "))
    };
    format!("{name} får {}: {}.{without}", amount(Some(total)), parts.join(", "))
}

fn in_words(told: &ToldAllocation<'_>, scheme: &SchemeExplanation) -> String {
    let how = match &scheme.method {
        Method::Rule(_) => "etter regelen",
        Method::Invitation(_) => "som den ville blitt invitert til",
        Method::Key(_) => "etter fordelingsnøkkelen",
    };
    let name = told.scheme(&scheme.scheme);
    format!("{} fra «{name}» {how}", amount(scheme.part.amount))
}

fn table(text: &mut String, told: &ToldAllocation<'_>) -> anyhow::Result<()> {
    let allocation = &told.worked_out.allocation;
    writeln!(text, "\nTabellen for alle")?;
    for (place, receiver) in allocation.receivers.iter().enumerate() {
        writeln!(
            text,
            "  {}: {}",
            told.name(*receiver),
            amount(allocation.totals[place].amount)
        )?;
        for scheme in &allocation.schemes {
            writeln!(text, "    {}: {}", scheme.scheme, amount(scheme.parts[place].amount))?;
        }
    }
    writeln!(text, "  Sum: {}", amount(allocation.total()))?;
    Ok(())
}

/// What changed since the version before, by cause.
pub fn changed(change: Option<&Change>) -> Vec<String> {
    let Some(change) = change else {
        return vec!["Planen har ikke året før.".to_owned()];
    };
    let mut lines = vec![format!("Fra {} til {}", amount(change.before), amount(change.after))];
    match &change.causes {
        None => lines.push("Hva endringen kommer av, er ukjent.".to_owned()),
        Some(causes) => {
            let told = causes
                .iter()
                .map(|(cause, part)| format!("{}: {}", of_cause(*cause), signed(part)));
            lines.extend(told);
        }
    }
    lines
}

const fn of_cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Input => "tallene",
        Cause::Rule => "rammen og reglene",
        Cause::Floor => "gulvet",
        Cause::Rounding => "avrunding",
    }
}

fn name<'a>(told: &'a ToldAllocation<'_>, indicator: &'a IndicatorId) -> &'a str {
    let mut kept = told.worked_out.basis.indicators.iter();
    let kept = kept.find(|kept| kept.id == *indicator);
    kept.map_or(indicator.as_str(), |kept| &kept.name_nb)
}

fn amount(amount: Option<Ore>) -> String {
    amount.map_or("ukjent".to_owned(), |amount| kroner(amount.get()))
}

fn counted(observed: Observation, unit: &str) -> String {
    match observed {
        Observation::Value(value) => format!("{} {unit}", figure(&value.normalize().to_string()))
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

/// Stands before what was rounded to be shown.
const NEARLY: &str = "≈ ";

/// An exact amount in øre, to the nearest øre; `≈` where that is not all of it.
fn fraction(ore: &BigRational) -> String {
    let rounded = ore.round().to_integer();
    let is_exact = BigRational::from_integer(rounded.clone()) == *ore;
    let shown = rounded.to_i64().map_or("ukjent".to_owned(), kroner);
    if is_exact { shown } else { format!("{NEARLY}{shown}") }
}

/// With its sign, to the hundredth of an øre where it is smaller than one.
fn signed(ore: &BigRational) -> String {
    let plus = if ore.is_positive() { "+" } else { "" };
    if ore.abs() < BigRational::from_integer(1.into()) && !ore.is_integer() {
        return format!("{plus}{} øre", decimals(ore, 4));
    }
    let shown = fraction(ore);
    match shown.strip_prefix(NEARLY) {
        Some(rounded) => format!("{NEARLY}{plus}{rounded}"),
        None => format!("{plus}{shown}"),
    }
}

/// What stands behind a calculation: `=` where it is all of it.
fn comes_to(shown: &str) -> String {
    if shown.starts_with(NEARLY) {
        shown.to_owned()
    } else {
        format!("= {shown}")
    }
}

/// To four decimals; `≈` where that is not all of it.
fn percent(share: &BigRational) -> String {
    let hundredfold = share * BigRational::from_integer(100.into());
    let is_exact = (&hundredfold * BigRational::from_integer(10_000.into())).is_integer();
    let nearly = if is_exact { "" } else { NEARLY };
    format!("{nearly}{} %", decimals(&hundredfold, 4))
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
