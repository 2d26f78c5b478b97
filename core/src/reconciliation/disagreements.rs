//! Sources that state the figures of one award differently.

use programgrant_schema::{Figure, Ore};

use super::amounts::in_kroner;
use crate::ledger::rules::{Reason, ReasonCode};
use crate::ledger::{CaseKind, Finding};
use crate::programme::Inputs;
use crate::view::Award;

/// Where the sources of an award disagree. Which of them is right, a person finds out; nothing stands to be held back by it.
pub fn of(facts: Inputs<'_>, award: Award<'_>) -> Option<Finding> {
    award.disputed().any().then(|| finding(facts, award))
}

fn finding(facts: Inputs<'_>, award: Award<'_>) -> Finding {
    let mut programmes = facts.reference.programmes.iter();
    let programme = programmes.find(|programme| {
        let has_scheme = |id: &programgrant_schema::SchemeId| programme.scheme(id).is_some();
        programme.pot == Some(award.post()) || award.scheme().is_some_and(has_scheme)
    });
    Finding {
        kind: CaseKind::SourcesDisagree,
        subject: award.id().to_owned(),
        programme: programme.map(|programme| programme.id.clone()),
        municipality: award.recipient(),
        scheme: award.scheme().cloned(),
        year: award.year(),
        to_hold_back: Ore::ZERO,
        to_pay_back: Ore::ZERO,
        awards: vec![award.id().to_owned()],
        claim: None,
        reasons: reasons(facts, award),
    }
}

/// What people call a figure, whether it is disputed, and the figure of a statement.
type Disputable = (&'static str, bool, fn(Award<'_>) -> Figure);

/// One for each disputed figure: who states what.
fn reasons(facts: Inputs<'_>, award: Award<'_>) -> Vec<Reason> {
    let figures: [Disputable; 3] = [
        ("søkt beløp", award.disputed().applied, |award| award.applied()),
        ("tildelt beløp", award.disputed().granted, |award| award.granted()),
        ("utbetalt beløp", award.disputed().paid, |award| award.paid()),
    ];
    let reason = |(what, _, pick): Disputable| {
        let said = award.statements().filter_map(|statement| {
            let amount = pick(statement).stated()?;
            let name = facts.reference.sources.get(statement.source()).name;
            Some(format!("{name} oppgir {}", in_kroner(amount)))
        });
        Reason {
            code: ReasonCode::SourcesDisagree,
            rule: None,
            message: format!(
                "Kildene er ikke enige om {what} for {}: {}. Beløpet regnes som ukjent i summer.",
                award.reference(),
                said.collect::<Vec<_>>().join("; ")
            ),
        }
    };
    figures
        .into_iter()
        .filter(|(_, differs, _)| *differs)
        .map(reason)
        .collect()
}
