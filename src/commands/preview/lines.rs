//! Rows and sums as JSON, one object a line. Amounts are øre and whole numbers, as everywhere in the interface.

use std::io::{self, Write};

use programgrant_schema::{AwardStatement, Figure, Municipality, SchemeId};
use serde::Serialize;
use serde_json::{Value, json};

use super::row::{Counts, Finding, Row};
use super::{Show, finish};
use crate::adapters::registry::table::{Sum, Totals};

pub struct Lines<W: Write>(pub W);

impl<W: Write> Show for Lines<W> {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let (outcome, mut line) = match &row.finding {
            Finding::Award {
                key,
                reference,
                award,
                recipient,
                scheme,
            } => ("AWARD", award_line(key, reference, award, *recipient, *scheme)),
            Finding::SetAside(aside) => ("SET_ASIDE", json!({ "reason": aside.reason })),
            Finding::Skipped => ("SKIPPED", json!({})),
            Finding::Repeated => ("REPEATED", json!({})),
        };
        line["place"] = row.place.into();
        line["hidden"] = row.hidden.into();
        line["outcome"] = outcome.into();
        writeln!(self.0, "{line}")
    }

    fn end(&mut self, totals: &Totals, counts: &Counts) -> io::Result<()> {
        let line = json!({
            "rows": totals.rows,
            "awards": totals.records,
            "setAside": totals.set_aside,
            "skipped": totals.skipped,
            "repeated": totals.repeated,
            "hidden": totals.hidden,
            "unresolved": counts.unresolved,
            "withoutScheme": counts.without_scheme,
            "sums": {
                "applied": sum(&totals.applied),
                "granted": sum(&totals.granted),
                "paid": sum(&totals.paid),
            },
        });
        writeln!(self.0, "{line}")?;
        finish(&mut self.0)
    }
}

fn award_line(
    key: &str,
    reference: &str,
    award: &AwardStatement,
    recipient: Option<&Municipality>,
    scheme: Option<&SchemeId>,
) -> Value {
    let reported = &award.recipient;
    let municipality = recipient.map(|municipality| {
        json!({
            "number": municipality.last_number().to_string(),
            "name": municipality.name(),
        })
    });
    json!({
        "key": key,
        "reference": reference,
        "year": award.year,
        "budgetPost": award.post.to_string(),
        "activity": award.activity,
        "scheme": scheme.map(SchemeId::as_str),
        "status": word(award.status),
        "reportedRecipient": {
            "organisationNumber": reported.organisation_number,
            "municipalityNumber": reported.number,
            "name": reported.name,
        },
        "municipality": municipality,
        "applied": figure(award.applied),
        "granted": figure(award.granted),
        "paid": figure(award.paid),
        "decidedOn": award.decided_on,
        "useFrom": award.use_from,
        "useUntil": award.use_until,
        "targetGroup": award.target_group,
        "payer": award.payer.as_ref().map(|payer| &payer.organisation_number),
    })
}

fn figure(figure: Figure) -> Value {
    let state = match figure {
        Figure::Stated(_) => "STATED",
        Figure::NotApplicable => "NOT_APPLICABLE",
        Figure::NotDelivered => "NOT_DELIVERED",
    };
    json!({ "state": state, "amount": figure.stated().map(i64::from) })
}

fn sum(sum: &Sum) -> Value {
    json!({
        "amount": sum.stated.map(i64::from),
        "awards": sum.records,
        "notDelivered": sum.not_delivered,
    })
}

/// The word of the interface.
pub fn word(value: impl Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}
