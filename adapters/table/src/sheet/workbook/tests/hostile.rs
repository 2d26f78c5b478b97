//! Promise: what is damaged, out of order, too large or no workbook at all is refused with its place and reason, and never read in part.

use zip::CompressionMethod;

use super::{Limits, MAIN, Parts, SheetError, Workbook, file, open, read, rows};

fn three_rows() -> Parts {
    let row = |number: u32| format!(r#"<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>"#);
    Parts::with_rows(&(2..=4).map(row).collect::<String>())
}

#[test]
fn rows_and_cells_out_of_order_or_twice_are_refused() {
    for (rows, refusal) in [
        (
            r#"<row r="3"/><row r="2"/>"#,
            "xl/worksheets/sheet1.xml: row 2 stands after row 3: rows are out of order, or one stands twice",
        ),
        (
            r#"<row r="2"/><row r="2"/>"#,
            "xl/worksheets/sheet1.xml: row 2 stands after row 2: rows are out of order, or one stands twice",
        ),
        (
            r#"<row r="1048577"/>"#,
            "xl/worksheets/sheet1.xml: row 1048577 is beyond the last row of a sheet",
        ),
        (r#"<row r="x"/>"#, r#"xl/worksheets/sheet1.xml: "x" is no row's number"#),
        (
            r#"<row r="2"><c r="B2"/><c r="A2"/></row>"#,
            "Vedtak!2: the cell A2 stands out of order, or twice",
        ),
        (
            r#"<row r="2"><c r="B2"/><c r="B2"/></row>"#,
            "Vedtak!2: the cell B2 stands out of order, or twice",
        ),
        (
            r#"<row r="2"><c r="A3"/></row>"#,
            "Vedtak!2: the cell A3 stands out of order, or twice",
        ),
        (
            r#"<row r="2"><c r="a2"/></row>"#,
            r#"Vedtak!2: "a2" is no cell's place"#,
        ),
        (
            r#"<row r="2"><c r="XFD2"/><c/></row>"#,
            "Vedtak!2: a row has more cells than a sheet has columns",
        ),
        (
            r#"<row r="2"><c r="B2" t="x"/></row>"#,
            r#"Vedtak!2: "x" is no type of a cell"#,
        ),
    ] {
        assert_eq!(Parts::with_rows(rows).refusal(), refusal, "{rows}");
    }
}

#[test]
fn what_no_cell_or_row_may_have_is_refused() {
    for (rows, refusal) in [
        (
            r#"<row r="2"><c r="B2"><v>1</v><v>2</v></c></row>"#,
            "Vedtak!B2: a cell has something else than one value",
        ),
        (
            r#"<row r="2"><c r="B2"><v>1<v>2</v></v></c></row>"#,
            "Vedtak!B2: an element stands within a text",
        ),
        (
            r#"<row r="2"><c r="B2" s="9"><v>1</v></c></row>"#,
            "Vedtak!B2: the workbook has no style 9",
        ),
        (
            r#"<row r="2"><c r="B2" t="s"><v>9</v></c></row>"#,
            "Vedtak!B2: its text is not among the workbook's strings",
        ),
        (
            r#"<row r="2"><c r="B2" t="b"><v>2</v></c></row>"#,
            "Vedtak!B2: a truth value is neither 0 nor 1",
        ),
        (
            r#"<row r="2"><d/></row>"#,
            "Vedtak!2: something that is no cell stands in a row",
        ),
        (r#"<row r="2">x</row>"#, "Vedtak!2: text stands outside of the cells"),
        (
            "<rows/>",
            "xl/worksheets/sheet1.xml: something that is no row stands among the rows",
        ),
        (
            r#"</sheetData><sheetData><row r="2"/>"#,
            "xl/worksheets/sheet1.xml: rows or cells stand where the standard has none",
        ),
    ] {
        assert_eq!(Parts::with_rows(rows).refusal(), refusal, "{rows}");
    }
}

#[test]
fn a_document_that_is_not_whole_is_refused() {
    let name = "xl/worksheets/sheet1.xml";
    let sheet = three_rows().0.pop().expect("the sheet last").1;
    let sheet = String::from_utf8(sheet).expect("text");
    let refusal = |text: &str| three_rows().with(name, text).refusal();
    for length in (0..sheet.len()).step_by(7) {
        let refusal = refusal(&sheet[..length]);
        assert!(
            refusal.contains("it breaks off") || refusal.contains("well-formed"),
            "{length}: {refusal}"
        );
    }
    assert!(refusal(&format!("<!DOCTYPE worksheet>{sheet}")).contains("a document type, which is refused"));
    let entity = sheet.replace("<v>2</v>", "<v>&e;</v>");
    assert_eq!(
        refusal(&entity),
        "Vedtak!A2: it refers to an entity that XML does not define"
    );
    assert!(refusal(&format!(r#"<?xml version="1.0" encoding="ISO-8859-1"?>{sheet}"#)).contains("not UTF-8"));
    assert!(refusal(&format!("{sheet}<worksheet/>")).contains("not well-formed"));
    let mut bytes = sheet.clone().into_bytes();
    bytes.splice(0..0, *b"<!--\xe6-->");
    assert!(three_rows().with_bytes(name, &bytes).refusal().contains("not UTF-8"));
    assert!(refusal(&sheet.replace("<v>2</v>", &"<f>".repeat(1000))).contains("not well-formed"));
    assert!(refusal("<chartsheet/>").contains("it is no sheet with cells"));
    assert!(refusal(&format!(r#"<worksheet xmlns="{MAIN}"/>"#)).contains("the sheet has no list of rows"));
}

#[test]
fn a_damaged_archive_is_refused_however_it_is_packed() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let whole = three_rows().archive_packed(method);
        assert_eq!(read(&whole).expect("whole").len(), 3);
        for length in (0..whole.len()).step_by(11) {
            assert!(
                matches!(read(&whole[..length]), Err(SheetError::Refused { .. })),
                "{length}"
            );
        }
    }
    // A digit of the third row turned over: the XML is well-formed, and the sum is another.
    let mut damaged = three_rows().archive_packed(CompressionMethod::Stored);
    let at = damaged
        .windows(8)
        .position(|bytes| bytes == b"<v>3</v>")
        .expect("the row");
    damaged[at + 3] = b'8';
    let mut workbook = open(&damaged).expect("the header is read");
    let refusal = rows(&mut workbook).expect_err("refused at the end").to_string();
    assert_eq!(
        refusal,
        "xl/worksheets/sheet1.xml: its checksum in the archive is another: the file is damaged"
    );
    assert_eq!(workbook.next_row().expect_err("and again").to_string(), refusal);
}

#[test]
fn other_files_are_refused_with_what_they_are() {
    let refusal = |bytes: &[u8]| read(bytes).expect_err("refused").to_string();
    assert_eq!(refusal(b""), "it is empty");
    assert_eq!(
        refusal(b"Saksnr;Tildelt\n"),
        "it is no workbook (.xlsx), which is a ZIP archive"
    );
    let old = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 1000]].concat();
    assert!(refusal(&old).starts_with("it is encrypted, or a workbook of before 2007 (.xls)"));
    let other = Parts(Vec::new()).with("content.xml", "<a/>");
    assert_eq!(
        other.refusal(),
        "it is no workbook (.xlsx): the archive has no _rels/.rels"
    );
    let binary = three_rows().replacing("xl/workbook.xml", "xl/workbook.bin");
    assert_eq!(binary.refusal(), "it is a binary workbook (.xlsb): save it as .xlsx");
    let mut lacking = three_rows();
    lacking.0.retain(|(name, _)| name != "xl/worksheets/sheet1.xml");
    assert_eq!(
        lacking.refusal(),
        "the archive has no part xl/worksheets/sheet1.xml, so it is no whole workbook"
    );
}

#[test]
fn links_out_of_the_archive_are_not_followed() {
    let linked = three_rows().replacing(
        r#"Target="worksheets/sheet1.xml""#,
        r#"Target="file:///etc/passwd" TargetMode="External""#,
    );
    assert_eq!(linked.refusal(), r#"the sheet "Vedtak" has no part in the archive"#);
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let blanks = " ".repeat(3_000_000);
    let bomb = three_rows().with("xl/media/image1.png", &blanks);
    assert_eq!(
        bomb.refusal(),
        "it unpacks to more than 100 times its size, as an archive bomb does"
    );
    let small = Limits {
        unpacked: 1_000,
        ..Limits::default()
    };
    let refused = Workbook::open(file(&three_rows().archive()), None, 1, small)
        .err()
        .expect("refused");
    assert_eq!(refused.to_string(), "it unpacks to more than 1000 bytes");
}

#[test]
fn an_archive_that_states_a_smaller_size_is_refused() {
    let parts = three_rows();
    let sheet = parts.0.last().expect("the sheet").1.len();
    let mut archive = parts.archive_packed(CompressionMethod::Deflated);
    let stated = u32::try_from(sheet).expect("small").to_le_bytes();
    let at = archive
        .windows(4)
        .rposition(|bytes| bytes == stated)
        .expect("in the directory");
    archive[at..at + 4].copy_from_slice(&300_u32.to_le_bytes());
    let refusal = read(&archive).expect_err("refused").to_string();
    assert!(
        refusal.contains("it unpacks to more than the archive says"),
        "{refusal}"
    );
}

#[test]
fn rows_characters_and_tags_are_bounded() {
    let limits = Limits {
        rows: 2,
        characters: 3,
        strings: 24,
        ..Limits::default()
    };
    let refusal = |parts: &Parts| {
        let workbook = Workbook::open(file(&parts.archive_packed(CompressionMethod::Stored)), None, 1, limits);
        workbook
            .and_then(|mut workbook| rows(&mut workbook))
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(
        refusal(&three_rows()).as_deref(),
        Some("Vedtak: it has more than 2 rows")
    );
    let long = |cell: &str| {
        Parts::with_rows(&format!(r#"<row r="2">{cell}</row>"#)).with_strings("<si><t>abcd</t></si><si><t>æøå</t></si>")
    };
    let too_long = Some("Vedtak!B2: a cell has over 3 characters");
    assert_eq!(refusal(&long(r#"<c r="B2" t="s"><v>0</v></c>"#)).as_deref(), too_long);
    assert_eq!(
        refusal(&long(r#"<c r="B2" t="inlineStr"><is><t>abcd</t></is></c>"#)).as_deref(),
        too_long
    );
    assert_eq!(refusal(&long(r#"<c r="B2"><v>1234</v></c>"#)).as_deref(), too_long);
    // A text that is too long for a cell is nobody's fault while no cell of the sheet has it.
    assert_eq!(
        refusal(&long(
            r#"<c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><t>_x000D_ø_x000D_</t></is></c>"#
        )),
        None
    );
    assert_eq!(
        refusal(&three_rows().with_strings(&"<si><t>abc</t></si>".repeat(6))).as_deref(),
        Some("xl/sharedStrings.xml: its strings take more memory than a table's may")
    );
    let endless = Parts::with_rows(&format!("<!--{}-->", "x".repeat(2_000_000)));
    assert_eq!(
        refusal(&endless).as_deref(),
        Some("xl/worksheets/sheet1.xml: a tag or a text in it is larger than any of a workbook")
    );
}
