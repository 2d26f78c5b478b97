//! Promise: the sheet is found as the standard has it, in either edition, and its rows come in their order with their numbers.

use super::{Cell, Limits, MAIN, Parts, Workbook, file, number, only_row, open, rows, text};

fn open_sheet(parts: &Parts, sheet: Option<&str>) -> Result<Workbook, String> {
    Workbook::open(file(&parts.archive()), sheet, 1, Limits::default()).map_err(|error| error.to_string())
}

/// Sheets `Vedtak`, a hidden `Gamle` and a chart.
fn several_sheets() -> Parts {
    let sheet = |cell: &str| {
        format!(
            r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>{cell}</v></c></row></sheetData></worksheet>"#
        )
    };
    Parts::with_sheet(&sheet("2024"))
        .with("xl/other/old.xml", &sheet("2016"))
        .replacing(
            "</sheets>",
            r#"<sheet name="Gamle Vedtak" sheetId="2" state="veryHidden" r:id="rId8"/><sheet name="Figur" sheetId="3" r:id="rId9"/></sheets>"#,
        )
        .replacing(
            r#"Target="styles.xml"/>"#,
            r#"Target="styles.xml"/><Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/other/../other/./OLD.xml"/><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet" Target="chart.xml"/>"#,
        )
}

#[test]
fn a_sheet_is_found_by_its_name_or_as_the_first() {
    let parts = several_sheets();
    let first = open_sheet(&parts, None).expect("the first");
    assert_eq!(
        (first.sheet(), first.header()),
        ("Vedtak", ["2024".to_owned()].as_slice())
    );
    let old = open_sheet(&parts, Some(" gamle vedtak ")).expect("hidden, and read as any");
    assert_eq!(
        (old.sheet(), old.header()),
        ("Gamle Vedtak", ["2016".to_owned()].as_slice())
    );
    let refusal = |sheet| open_sheet(&parts, Some(sheet)).err().expect("refused");
    assert_eq!(
        refusal("Avslag"),
        r#"it has no sheet "Avslag"; it has "Vedtak", "Gamle Vedtak", "Figur""#
    );
    assert_eq!(
        refusal("Figur"),
        r#"the sheet "Figur" has no cells: it is a chart or a macro"#
    );
}

#[test]
fn the_strict_edition_and_prefixes_are_read_alike() {
    let strict = several_sheets()
        .replacing(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replacing(
            super::RELATIONSHIPS,
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        );
    assert_eq!(open_sheet(&strict, None).expect("strict").header(), ["2024"]);
    let prefixed = Parts::with_sheet(&format!(
        r#"<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>2024</x:v></x:c></x:row></x:sheetData></x:worksheet>"#
    ));
    assert_eq!(open_sheet(&prefixed, None).expect("prefixed").header(), ["2024"]);
}

#[test]
fn the_header_spans_from_column_a_to_the_last_heading() {
    let sheet = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetPr/><dimension ref="A1:F9"/><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>Tilskudd 2024</t></is></c></row>
        <row r="3"><c r="B3" t="inlineStr"><is><t>Saksnr</t></is></c><c r="D3"><v>2024</v></c><c r="E3" t="inlineStr"><is><t> </t></is></c></row>
        <row r="4"><c r="B4"><v>1</v></c></row>
        <row r="5"><c r="A5" s="1"/><c r="C5" t="inlineStr"><is><t> </t></is></c></row>
        <row r="6"/>
        <row r="7" hidden="1"><c r="B7"><v>2</v></c><c r="D7"><v>3</v></c><c r="F7"><v>4</v></c></row>
        <row r="9" hidden="1"><c r="F9"><v>5</v></c></row>
        </sheetData><pageMargins left="0.7"/></worksheet>"#
    );
    let parts = Parts::with_sheet(&sheet);
    let mut workbook = Workbook::open(file(&parts.archive()), None, 3, Limits::default()).expect("opens");
    assert_eq!(workbook.header(), ["", "Saksnr", "", "2024"]);
    assert_eq!(
        (workbook.column_name(1), workbook.column_name(3)),
        ("B".to_owned(), "D".to_owned())
    );
    let rows = rows(&mut workbook).expect("whole");
    let numbers: Vec<(u64, bool, usize)> = rows
        .iter()
        .map(|row| (row.number, row.hidden, row.cells.len()))
        .collect();
    // A note beside the table makes a row that stands aside, rather than one that is lost.
    assert_eq!(numbers, [(4, false, 2), (7, true, 4), (9, true, 0)]);
    assert_eq!(rows[1].cells, [Cell::Blank, number("2"), Cell::Blank, number("3")]);
    assert_eq!(workbook.hidden_rows(), 2);
}

#[test]
fn places_that_are_left_out_follow_the_ones_before() {
    let parts = Parts::with_rows(r#"<row><c><v>1</v></c><c r="C2"><v>2</v></c></row>"#);
    assert_eq!(only_row(&parts), [number("1"), Cell::Blank, number("2")]);
}

#[test]
fn columns_have_their_letters() {
    let workbook = open(&Parts::with_rows("").archive()).expect("opens");
    for (index, name) in [
        (0, "A"),
        (25, "Z"),
        (26, "AA"),
        (701, "ZZ"),
        (702, "AAA"),
        (16_383, "XFD"),
    ] {
        assert_eq!(workbook.column_name(index), name);
        assert_eq!(super::super::cells::reference(&format!("{name}17")), Some((index, 17)));
    }
    for place in [
        "",
        "A",
        "17",
        "A0",
        "A01",
        "a1",
        "XFE1",
        "AAAA1",
        "A1048577",
        "A-1",
        "Å1",
        "A99999999999999999999",
    ] {
        assert_eq!(super::super::cells::reference(place), None, "{place}");
    }
}

#[test]
fn a_workbook_without_styles_or_strings_is_read() {
    let mut parts = Parts::with_rows(
        r#"<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2" s="0"><v>1</v></c></row>"#,
    )
    .replacing("/styles\"", "/theme\"")
    .replacing("/sharedStrings\"", "/calcChain\"");
    parts
        .0
        .retain(|(name, _)| name != "xl/styles.xml" && name != "xl/sharedStrings.xml");
    assert_eq!(only_row(&parts), [text("x"), number("1")]);
}
