//! A table as JSON: its columns, its rows as objects, and what is said of it. Amounts are numbers, written from whole øre.

use std::io::Write;

use serde_json::{Value, json};

use super::ExportError;
use super::about::About;
use super::kroner::kroner;
use super::table::{CellKind, CellValue, TableShape};
use super::writer::TableWriter;

/// The table while it is written.
pub struct JsonTable {
    names: Vec<String>,
    text: Vec<u8>,
    any: bool,
}

impl JsonTable {
    pub fn begin(shape: &TableShape) -> Result<Self, ExportError> {
        let mut text = b"{\"columns\":".to_vec();
        serde_json::to_writer(&mut text, &columns(shape))?;
        text.extend_from_slice(b",\n\"rows\":[");
        Ok(Self {
            names: shape.headings.iter().map(|heading| heading.name.clone()).collect(),
            text,
            any: false,
        })
    }
}

/// The columns, as this format describes them.
fn columns(shape: &TableShape) -> Value {
    let column = |heading: &super::table::Heading| {
        let mut column = json!({ "name": heading.name, "title": heading.title, "type": kind(heading.kind) });
        if heading.kind == CellKind::Amount {
            column["unit"] = "NOK".into();
        }
        column
    };
    shape.headings.iter().map(column).collect()
}

const fn kind(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Text | CellKind::Word(_) => "string",
        CellKind::Whole => "integer",
        CellKind::Number | CellKind::Amount => "number",
        CellKind::Day => "date",
        CellKind::Instant => "datetime",
        CellKind::Flag => "boolean",
    }
}

impl TableWriter for JsonTable {
    fn row(&mut self, row: &[CellValue]) -> Result<(), ExportError> {
        self.text.extend_from_slice(if self.any { b",\n{" } else { b"\n{" });
        self.any = true;
        for (place, (name, value)) in self.names.iter().zip(row).enumerate() {
            if place > 0 {
                self.text.push(b',');
            }
            serde_json::to_writer(&mut self.text, name)?;
            self.text.push(b':');
            write_value(&mut self.text, value)?;
        }
        self.text.push(b'}');
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, ExportError> {
        Ok(std::mem::take(&mut self.text))
    }

    fn end(&mut self, about: &About) -> Result<Vec<u8>, ExportError> {
        self.text.extend_from_slice(b"\n],\n\"about\":");
        serde_json::to_writer(&mut self.text, about)?;
        self.text.extend_from_slice(b"}\n");
        self.take()
    }
}

fn write_value(text: &mut Vec<u8>, value: &CellValue) -> Result<(), ExportError> {
    match value {
        CellValue::Empty => text.extend_from_slice(b"null"),
        CellValue::Text(string) => serde_json::to_writer(text, string)?,
        CellValue::Whole(number) => write!(text, "{number}")?,
        CellValue::Number(number) => write!(text, "{number}")?,
        CellValue::Amount(amount) => text.extend_from_slice(kroner(*amount, '.').as_bytes()),
        CellValue::Day(day) => write!(text, "\"{day}\"")?,
        CellValue::Instant(instant) => write!(text, "\"{instant}\"")?,
        CellValue::Flag(flag) => write!(text, "{flag}")?,
    }
    Ok(())
}
