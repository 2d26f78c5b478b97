//! The answers as a table: one line for each of the list's, in its order, and nothing that a spreadsheet would take for a formula.

use std::io::{self, Write};

use programgrant_core::ledger::rules::{Application, Outcome, Recipient, Subject, Verdict};

use crate::app::Gateway;
use crate::applicants::{Line, RowFlaw};

const HEADER: [&str; 7] = [
    "linje", "mottaker", "kommune", "ordning", "utfall", "grunner", "melding",
];
/// What stands in the place of an outcome where a line could not be read.
const BAD_LINE: &str = "BAD_LINE";

type Row = [String; 7];

/// The table while it is written.
pub struct Answers<W: Write>(csv::Writer<W>);

impl<W: Write> Answers<W> {
    pub fn begin(out: W) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(out);
        writer.write_record(HEADER)?;
        Ok(Self(writer))
    }

    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        Ok(self.0.write_record(row.iter().map(|field| harmless(field)))?)
    }

    pub fn end(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The field, marked as text where a spreadsheet would run it; and on one line.
fn harmless(field: &str) -> String {
    let field: String = field
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if field.trim_start().starts_with(['=', '+', '-', '@']) {
        format!("'{field}")
    } else {
        field
    }
}

/// The row of a line that was answered.
pub fn answer(gateway: &Gateway, line: &Line, application: &Application, verdict: &Verdict) -> Row {
    let municipality = match &application.recipient {
        Recipient::Municipality(id) => gateway
            .dependencies
            .reference()
            .register
            .get(*id)
            .map(|found| format!("{} {}", found.last_number(), found.name())),
        Recipient::Unresolved(_) => None,
    };
    let scheme = match &application.subject {
        Subject::Scheme(id) => id.to_string(),
        Subject::Unresolved(_) => line.scheme.clone(),
    };
    let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
    let messages: Vec<&str> = verdict.reasons.iter().map(|reason| reason.message.as_str()).collect();
    let outcome = word(verdict.outcome).to_owned();
    [
        line.number.to_string(),
        line.recipient.clone(),
        municipality.unwrap_or_default(),
        scheme,
        outcome,
        codes.join(" "),
        messages.join(" "),
    ]
}

/// The row of a line that could not be read.
pub fn refusal(line: &Line, flaw: &RowFlaw) -> Row {
    let column = flaw
        .column
        .as_ref()
        .map(|column| format!(", kolonne «{column}»"))
        .unwrap_or_default();
    let message = format!("Linje {}{column}: {}.", line.number, flaw.reason);
    let (recipient, scheme) = (line.recipient.clone(), line.scheme.clone());
    [
        line.number.to_string(),
        recipient,
        String::new(),
        scheme,
        BAD_LINE.to_owned(),
        flaw.code.to_owned(),
        message,
    ]
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clear => "CLEAR",
        Outcome::Blocked => "BLOCKED",
        Outcome::NeedsCaseOfficer => "NEEDS_CASE_OFFICER",
        Outcome::Undetermined => "UNDETERMINED",
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_field_is_a_formula() {
        for (field, written) in [
            ("=1+1", "'=1+1"),
            ("+47", "'+47"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            (" =1", "' =1"),
            ("\t=1\r\n", "' =1  "),
            ("Frøya", "Frøya"),
        ] {
            assert_eq!(harmless(field), written);
        }
    }
}
