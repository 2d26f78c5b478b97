//! Promise: a workbook is read as a spreadsheet shows it, to the øre and the day; what is odd is told, and what is not whole is refused.

mod hostile;
mod parts;
mod values;
mod written;

use std::fs::File;
use std::io::{Cursor, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Cell, Limits, Row, SheetError, Workbook};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEADER: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c><c r="B1" t="inlineStr"><is><t>B</t></is></c><c r="C1" t="inlineStr"><is><t>C</t></is></c></row>"#;

/// A workbook by hand: parts by name, which a test replaces, adds and leaves out.
#[derive(Clone)]
struct Parts(Vec<(String, Vec<u8>)>);

impl Parts {
    /// One sheet, `Vedtak`, with three headed columns and these rows below.
    fn with_rows(rows: &str) -> Self {
        Self::with_sheet(&format!(
            r#"<worksheet xmlns="{MAIN}"><sheetData>{HEADER}{rows}</sheetData></worksheet>"#
        ))
    }

    fn with_sheet(sheet: &str) -> Self {
        let relations = |list: &str| {
            format!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{list}</Relationships>"#
            )
        };
        let relation = |id: &str, kind: &str, target: &str| {
            format!(r#"<Relationship Id="{id}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>"#)
        };
        let styles = format!(
            r#"<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="4"/></cellXfs></styleSheet>"#
        );
        let book = format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets><sheet name="Vedtak" sheetId="1" r:id="rId1"/></sheets></workbook>"#
        );
        Self(Vec::new())
            .with(
                "_rels/.rels",
                &relations(&relation("rId1", "officeDocument", "xl/workbook.xml")),
            )
            .with("xl/workbook.xml", &book)
            .with(
                "xl/_rels/workbook.xml.rels",
                &relations(&format!(
                    "{}{}{}",
                    relation("rId1", "worksheet", "worksheets/sheet1.xml"),
                    relation("rId2", "styles", "styles.xml"),
                    relation("rId3", "sharedStrings", "sharedStrings.xml")
                )),
            )
            .with("xl/styles.xml", &styles)
            .with("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{MAIN}"/>"#))
            .with("xl/worksheets/sheet1.xml", sheet)
    }

    fn with_strings(self, strings: &str) -> Self {
        self.with(
            "xl/sharedStrings.xml",
            &format!(r#"<sst xmlns="{MAIN}">{strings}</sst>"#),
        )
    }

    fn with(self, name: &str, text: &str) -> Self {
        self.with_bytes(name, text.as_bytes())
    }

    fn with_bytes(mut self, name: &str, bytes: &[u8]) -> Self {
        self.0.retain(|(other, _)| other != name);
        self.0.push((name.to_owned(), bytes.to_vec()));
        self
    }

    /// The same with a text replaced wherever it stands.
    fn replacing(self, from: &str, to: &str) -> Self {
        let replaced = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").replace(from, to).into_bytes();
        Self(
            self.0
                .into_iter()
                .map(|(name, bytes)| (name, replaced(bytes)))
                .collect(),
        )
    }

    fn archive(&self) -> Vec<u8> {
        self.archive_packed(CompressionMethod::Deflated)
    }

    fn archive_packed(&self, method: CompressionMethod) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.0 {
            let options = SimpleFileOptions::default().compression_method(method);
            zip.start_file(name.as_str(), options).expect("a part begins");
            zip.write_all(bytes).expect("a part is written");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn read(&self) -> Result<Vec<Row>, SheetError> {
        read(&self.archive())
    }

    /// The reason why it is refused, with its place.
    fn refusal(&self) -> String {
        self.read().expect_err("refused").to_string()
    }
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    file.rewind().expect("from its start");
    file
}

fn open(bytes: &[u8]) -> Result<Workbook, SheetError> {
    Workbook::open(file(bytes), None, 1, Limits::default())
}

fn rows(workbook: &mut Workbook) -> Result<Vec<Row>, SheetError> {
    std::iter::from_fn(|| workbook.next_row().transpose()).collect()
}

fn read(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    rows(&mut open(bytes)?)
}

/// The cells of the only row, which is given as the elements within it.
fn cells(elements: &str) -> Vec<Cell> {
    let parts = Parts::with_rows(&format!(r#"<row r="2">{elements}</row>"#));
    only_row(&parts)
}

fn only_row(parts: &Parts) -> Vec<Cell> {
    let mut rows = parts.read().expect("a whole sheet");
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0).cells
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(text: &str) -> Cell {
    Cell::Number(text.to_owned())
}
