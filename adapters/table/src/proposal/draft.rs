//! The proposal as TOML: what was guessed as keys, what a person must fill in as remarks.

use std::fmt::Write;

use super::facts::Column;
use super::guess::{self, Fields};
use super::look::{Form, Look};

/// Columns that no key names are listed up to this number.
const MAX_LISTED: usize = 40;

pub fn write(name: &str, look: &Look, fields: &Fields) -> String {
    let mut draft = Draft {
        text: String::new(),
        look,
        fields,
    };
    let rows = look.rows;
    draft.line(&format!(
        "# Proposed from {} ({rows} rows) by what its columns are called. Check every line; what",
        remark(name)
    ));
    draft.line(
        "# begins with # is left for you. `programgrant preview --mapping THIS FILE` then shows how each row is read.",
    );
    draft.line("");
    draft.file(name);
    draft.line("");
    draft.record();
    draft.text
}

struct Draft<'l> {
    text: String,
    look: &'l Look,
    fields: &'l Fields,
}

impl Draft<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn file(&mut self, name: &str) {
        self.line("[file]");
        match &self.look.form {
            Form::Csv {
                encoding,
                separator,
                header_row,
            } => {
                self.line("format = \"csv\"");
                self.line(&format!("encoding = {}", quoted(encoding)));
                self.line(&format!("separator = {}", quoted(&separator.to_string())));
                self.line(&format!("header_row = {header_row}"));
            }
            Form::Xlsx { sheet, header_row } => {
                self.line("format = \"xlsx\"");
                self.line(&format!("sheet = {}", quoted(sheet)));
                self.line(&format!("header_row = {header_row}"));
            }
            Form::Json { records } => {
                self.line("format = \"json\"");
                if !records.is_empty() {
                    self.line(&format!("records = {}", quoted(records)));
                }
            }
            Form::Ndjson => self.line("format = \"ndjson\""),
        }
        self.line("# For files in a folder:");
        self.line(&format!("# pattern = {}", quoted(&pattern(name))));
        self.line("# complete = \"ok-file\"   # or \"trailer\", or \"quiet\": how you know that a file is whole");
    }

    fn record(&mut self) {
        self.line("[record]");
        self.key();
        self.required(
            "year",
            "year = { value = \"2024\" }   # required: no column is called a year",
        );
        self.post();
        let is_unnamed = ["organisation_number", "municipality_number"]
            .iter()
            .all(|key| self.fields.get(key).is_none());
        if is_unnamed {
            self.line("# organisation_number = \"…\"   # required: this, or municipality_number, or both");
        }
        for key in ["organisation_number", "municipality_number", "name"] {
            self.plain(key);
        }
        for key in ["applied", "granted", "paid"] {
            self.amount(key);
        }
        for key in ["decided_on", "use_from", "use_until", "changed_at"] {
            self.date(key);
        }
        self.plain("activity");
        self.plain("payer");
        self.amount_style();
        self.skip();
        if self.fields.get("status").is_none() {
            self.line("# status = { value = \"GRANTED\" }   # required: no column is called a status");
        }
        self.left_over();
        self.words("status", guess::status);
        self.words("target_group", guess::target_group);
    }

    fn column(&self, key: &str) -> Option<&Column> {
        self.fields.get(key).map(|index| &self.look.columns[index])
    }

    /// The column's name in quotes.
    fn name(&self, key: &str) -> Option<String> {
        self.column(key).map(|column| quoted(&column.name))
    }

    fn plain(&mut self, key: &str) {
        if let Some(name) = self.name(key) {
            self.line(&format!("{key} = {name}"));
        }
    }

    fn required(&mut self, key: &str, otherwise: &str) {
        match self.name(key) {
            Some(name) => self.line(&format!("{key} = {name}")),
            None => self.line(&format!("# {otherwise}")),
        }
    }

    fn key(&mut self) {
        let Some(reference) = self.name("reference") else {
            return self.line(
                "# key = \"…\"   # required: the column, or the list of columns, that tells one record from another",
            );
        };
        match self.name("part") {
            Some(part) => {
                self.line(&format!("key = [{reference}, {part}]"));
                self.line(&format!("reference = {reference}"));
            }
            None if self.column("reference").is_some_and(|column| column.repeats) => {
                self.line("# Its values repeat: add the columns that tell such rows apart, key = [\"…\", \"…\"].");
                self.line(&format!("key = {reference}"));
            }
            None => self.line(&format!("key = {reference}")),
        }
    }

    fn post(&mut self) {
        match (self.name("whole_post"), self.name("chapter"), self.name("post")) {
            (Some(post), _, _) => self.line(&format!("post = {post}")),
            (None, Some(chapter), Some(post)) => {
                self.line(&format!("post = {{ chapter = {chapter}, post = {post} }}"));
            }
            _ => self.line("# post = { value = \"291.62\" }   # required: the chapter and post that pays"),
        }
    }

    fn amount(&mut self, key: &str) {
        let Some(column) = self.column(key) else { return };
        let name = quoted(&column.name);
        match guess::unit(&column.heading) {
            Some(unit) => self.line(&format!("{key} = {{ column = {name}, unit = {} }}", quoted(unit))),
            None => self.line(&format!("{key} = {name}")),
        }
    }

    fn date(&mut self, key: &str) {
        let Some(column) = self.column(key) else { return };
        let name = quoted(&column.name);
        // A time of change has no form: it is RFC 3339 or local time.
        if key != "changed_at" && column.is_mostly(column.shapes.iso_date) {
            self.line(&format!("{key} = {{ column = {name}, form = \"yyyy-mm-dd\" }}"));
        } else {
            self.line(&format!("{key} = {name}"));
        }
    }

    /// How amounts are written as text, where it is not the usual way.
    fn amount_style(&mut self) {
        if matches!(self.look.form, Form::Json { .. } | Form::Ndjson) {
            return;
        }
        let columns: Vec<&Column> = ["applied", "granted", "paid"]
            .iter()
            .filter_map(|key| self.column(key))
            .collect();
        let sum = |count: fn(&Column) -> u64| columns.iter().map(|column| count(column)).sum::<u64>();
        let commas = sum(|column| column.shapes.decimal_comma);
        let points = sum(|column| column.shapes.decimal_point);
        if points > 0 && commas == 0 {
            self.line("decimal = \".\"");
        } else if sum(|column| column.shapes.thousands_point) > 0 {
            self.line(r#"thousands = [" ", "\u00a0", "\u202f", "."]"#);
        }
        if points > 0 && commas > 0 {
            self.line(
                "# Some amounts have a decimal comma and some a decimal point; those of one kind will stand aside.",
            );
        }
    }

    fn skip(&mut self) {
        let columns = self.look.columns.iter().filter(|column| !column.totals.is_empty());
        let skips: Vec<String> = columns
            .map(|column| {
                let totals: Vec<String> = column.totals.iter().map(|total| quoted(total)).collect();
                format!("{{ column = {}, is = [{}] }}", quoted(&column.name), totals.join(", "))
            })
            .collect();
        if !skips.is_empty() {
            self.line(&format!("skip = [{}]   # rows that add up others", skips.join(", ")));
        }
    }

    fn left_over(&mut self) {
        let is_left = |(index, column): &(usize, &Column)| !self.fields.has_column(*index) && !column.name.is_empty();
        let left: Vec<String> = self
            .look
            .columns
            .iter()
            .enumerate()
            .filter(is_left)
            .map(|(_, column)| quoted(&column.name))
            .collect();
        if left.is_empty() {
            return;
        }
        let listed = left.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>().join(", ");
        let more = left.len().saturating_sub(MAX_LISTED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        self.line(&format!("# Columns that no key names: {listed}{more}."));
    }

    /// The column's words as a table of their own, one a line.
    fn words(&mut self, key: &str, guess: fn(&str) -> Option<&'static str>) {
        let Some(column) = self.fields.get(key).map(|index| &self.look.columns[index]) else {
            return;
        };
        let mut lines = format!("\n[record.{key}]\ncolumn = {}\n\n", quoted(&column.name));
        let _ = writeln!(
            lines,
            "# Every word that the file has, with its rows. A row whose word is not listed stands aside."
        );
        let _ = writeln!(lines, "[record.{key}.words]");
        for (word, rows) in &column.words {
            let rows = if *rows == 1 {
                "1 row".to_owned()
            } else {
                format!("{rows} rows")
            };
            let _ = match guess(word) {
                Some(meaning) => writeln!(lines, "{} = {}   # {rows}; a guess", quoted(word), quoted(meaning)),
                None => writeln!(lines, "# {} = \"…\"   # {rows}; say what it means", quoted(word)),
            };
        }
        if column.has_more_words {
            let _ = writeln!(
                lines,
                "# … and more words than a list of words has: is this the right column?"
            );
        }
        self.text.push_str(&lines);
    }
}

/// A string of TOML, whatever is in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            sign if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

/// Text that may stand in a remark: on one line.
fn remark(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).collect()
}

/// The file's name with its digits as `*`: next year's file has others.
fn pattern(name: &str) -> String {
    let mut pattern = String::new();
    for sign in name.chars() {
        match sign {
            '0'..='9' if pattern.ends_with('*') => {}
            '0'..='9' => pattern.push('*'),
            sign => pattern.push(sign),
        }
    }
    pattern
}
