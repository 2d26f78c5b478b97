//! The description that goes with a CSV, as a Frictionless data package: its columns with their types, how it is written, where it
//! comes from, how old it is and what is missing. Of the first edition (v1), which readers of both editions read.

use serde_json::{Value, json};

use super::about::About;
use super::form::{ExportFormat, What};
use super::table::{CellKind, Heading, TableShape};

const HARMLESS: &str = "Tekst som begynner med =, +, -, @, tabulator eller vognretur, også etter mellomrom, har fått en apostrof \
    foran seg, for at regneark ikke skal ta den for en formel. Beløp er tall i kroner med to desimaler, desimalkomma og vanlig \
    bindestrek som minus. Et tomt beløp er aldri 0: kolonnen ved siden av sier hvorfor det mangler.";

/// The descriptor of a table that lies beside it under that name.
pub fn descriptor(what: What, shape: &TableShape, about: &About, path: &str) -> Value {
    let sources: Vec<Value> = about
        .sources
        .iter()
        .map(|source| json!({ "title": source.said(), "id": source.id, "state": source.state, "lastHeardAt": source.last_heard_at }))
        .collect();
    let mut package = json!({
        "profile": "tabular-data-package",
        "name": format!("programgrant-{what}"),
        "title": about.title,
        "description": description(about),
        "created": about.created,
        "asOf": about.as_of,
        "askedBy": about.asked_by,
        "role": about.role,
        "subset": about.subset,
        "notices": about.notices,
        "remarks": about.remarks,
        "missing": about.missing,
        "resources": [{
            "profile": "tabular-data-resource",
            "name": what.to_string(),
            "title": about.title,
            "description": HARMLESS,
            "path": path,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {
                "delimiter": ";", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true,
            },
            "schema": schema(shape),
        }],
    });
    // A package whose figures rest on no source names none: the list may not be empty.
    if !sources.is_empty() {
        package["sources"] = sources.into();
    }
    if let Value::Object(members) = &mut package {
        members.retain(|_, value| !value.is_null());
    }
    package
}

/// The name under which a descriptor looks for its CSV where nobody says another.
pub fn path(what: What) -> String {
    what.file_name(ExportFormat::Csv)
}

fn description(about: &About) -> String {
    let lines = about.lines();
    let said = |(label, text): &(&str, String)| format!("{label}: {text}");
    let texts: Vec<String> = lines.iter().filter(|(label, _)| *label != "Tittel").map(said).collect();
    texts.join("\n")
}

fn schema(shape: &TableShape) -> Value {
    let fields: Vec<Value> = shape.headings.iter().map(field).collect();
    let mut schema = json!({ "fields": fields, "missingValues": [""] });
    if !shape.key.is_empty() {
        schema["primaryKey"] = json!(shape.key);
    }
    schema
}

fn field(heading: &Heading) -> Value {
    let mut field = json!({ "name": heading.name, "title": heading.title });
    let (kind, more) = match heading.kind {
        CellKind::Text => ("string", json!({})),
        CellKind::Word(words) => ("string", json!({ "constraints": { "enum": words } })),
        CellKind::Whole => ("integer", json!({})),
        CellKind::Number => ("number", json!({ "decimalChar": "," })),
        CellKind::Amount => ("number", json!({ "decimalChar": ",", "unit": "NOK" })),
        CellKind::Day => ("date", json!({})),
        CellKind::Instant => ("datetime", json!({ "format": "any" })),
        CellKind::Flag => ("boolean", json!({})),
    };
    field["type"] = kind.into();
    for (name, value) in more.as_object().into_iter().flatten() {
        field[name] = value.clone();
    }
    field
}
