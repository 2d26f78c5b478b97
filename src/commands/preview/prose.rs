//! Rows and sums for people: one line a row, nothing in it that a terminal would obey.

use std::io::{self, Write};

use programgrant_schema::{AwardStatement, Figure, Municipality, ReportedRecipient};

use super::row::{Counts, Finding, Row};
use super::{Show, finish};
use crate::adapters::registry::table::{Sum, Totals};

pub struct Prose<W: Write>(pub W);

impl<W: Write> Show for Prose<W> {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let says = match &row.finding {
            Finding::Award {
                key,
                award,
                recipient,
                scheme,
                ..
            } => {
                let scheme = scheme.map_or("no scheme known here", |scheme| scheme.as_str());
                format!(
                    "award {key}, {}, {}, {scheme}, {}",
                    recipient_text(&award.recipient, *recipient),
                    post(award),
                    figures(award)
                )
            }
            Finding::SetAside(aside) => format!("SET ASIDE: {}", aside.reason),
            Finding::Skipped => "skipped, as the mapping says".to_owned(),
            Finding::Repeated => "says the same as an earlier row".to_owned(),
        };
        let hidden = if row.hidden { " (hidden)" } else { "" };
        let line = format!("{}{hidden}: {says}", row.place);
        writeln!(self.0, "{}", harmless(&line))
    }

    fn end(&mut self, totals: &Totals, counts: &Counts) -> io::Result<()> {
        let hidden_from_page = counts.rows - counts.shown;
        if hidden_from_page > 0 {
            writeln!(self.0, "… and {hidden_from_page} more rows")?;
        }
        writeln!(
            self.0,
            "\n{} rows: {} awards, {} set aside, {} skipped, {} repeated; {} of all hidden",
            totals.rows, totals.records, totals.set_aside, totals.skipped, totals.repeated, totals.hidden
        )?;
        writeln!(
            self.0,
            "of the awards: {} with a recipient that nobody here knows, {} of no scheme known here",
            counts.unresolved, counts.without_scheme
        )?;
        for (name, sum) in [
            ("applied", &totals.applied),
            ("granted", &totals.granted),
            ("paid", &totals.paid),
        ] {
            writeln!(self.0, "{name:<8}{}", sum_text(sum))?;
        }
        finish(&mut self.0)
    }
}

fn recipient_text(reported: &ReportedRecipient, found: Option<&Municipality>) -> String {
    if let Some(municipality) = found {
        return format!("{} {}", municipality.last_number(), municipality.name());
    }
    let said = [&reported.organisation_number, &reported.number, &reported.name];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    format!("UNKNOWN RECIPIENT ({})", said.join(", "))
}

fn post(award: &AwardStatement) -> String {
    let activity = award.activity.as_deref().map(|activity| format!(" {activity}"));
    format!("{} on {}{}", award.year, award.post, activity.unwrap_or_default())
}

fn figures(award: &AwardStatement) -> String {
    let status = super::lines::word(award.status);
    let figure = |name: &str, figure: Figure| match figure {
        Figure::Stated(amount) => Some(format!("{name} {amount}")),
        Figure::NotDelivered => Some(format!("{name} not delivered")),
        Figure::NotApplicable => None,
    };
    let figures = [
        figure("applied", award.applied),
        figure("granted", award.granted),
        figure("paid", award.paid),
    ];
    let said: Vec<String> = std::iter::once(status).chain(figures.into_iter().flatten()).collect();
    said.join(", ")
}

fn sum_text(sum: &Sum) -> String {
    let stated = sum.stated.map_or_else(
        || "more than any amount can be".to_owned(),
        |amount| format!("{amount} kroner"),
    );
    format!(
        "{stated} in {} awards; not delivered in {}",
        sum.records, sum.not_delivered
    )
}

/// On one line, and without control characters.
fn harmless(line: &str) -> String {
    line.chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect()
}
