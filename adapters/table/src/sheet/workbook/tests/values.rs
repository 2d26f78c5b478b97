//! Promise: each kind of cell comes to the value that a spreadsheet shows, and nothing passes through a float.

use jiff::civil::{DateTime, date};

use super::super::number::{Epoch, moment, plain};
use super::super::styles::is_date_format;
use super::{Cell, Parts, cells, number, only_row, text};

fn day(year: i16, month: i8, day: i8) -> DateTime {
    date(year, month, day).at(0, 0, 0, 0)
}

#[test]
fn a_number_is_read_from_its_text_to_fifteen_digits() {
    for (stored, read) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.00", "0"),
        ("750000", "750000"),
        ("-1234.50", "-1234.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007.10", "7.1"),
        ("0.30000000000000004", "0.3"),
        ("291.62000000000001", "291.62"),
        ("1234567890123.45", "1234567890123.45"),
        ("1234567890123.455", "1234567890123.46"),
        ("-0.1234567890123456", "-0.123456789012346"),
        ("999999999999999.9", "1000000000000000"),
        ("9.9999999999999999", "10"),
        ("0.99999999999999999", "1"),
        ("1.5E+3", "1500"),
        ("1.5e-3", "0.0015"),
        ("12345678E2", "1234567800"),
        ("1E15", "1000000000000000"),
        (" 12\n", "12"),
    ] {
        assert_eq!(plain(stored).as_deref(), Some(read), "{stored}");
    }
    for stored in [
        "",
        "-",
        ".",
        "1,5",
        "1 000",
        "0x10",
        "NaN",
        "INF",
        "1E",
        "1E999",
        "1E-999",
        "1E9999999999",
        "--1",
        "1.2.3",
        "١",
    ] {
        assert_eq!(plain(stored), None, "{stored}");
    }
}

#[test]
fn days_are_counted_as_the_book_says() {
    let of_1900 = |text: &str| moment(text, Epoch::Y1900);
    assert_eq!(of_1900("1"), Some(day(1900, 1, 1)));
    assert_eq!(of_1900("59"), Some(day(1900, 2, 28)));
    // 29 February 1900 never was, and a day before the first is a time of day alone.
    assert_eq!((of_1900("60"), of_1900("0.5"), of_1900("-1")), (None, None, None));
    assert_eq!(of_1900("61"), Some(day(1900, 3, 1)));
    assert_eq!(of_1900("45292"), Some(day(2024, 1, 1)));
    assert_eq!(of_1900("45292.5"), Some(date(2024, 1, 1).at(12, 0, 0, 0)));
    assert_eq!(of_1900("45292.4166666667"), Some(date(2024, 1, 1).at(10, 0, 0, 0)));
    assert_eq!(of_1900("45292.9999999999"), Some(day(2024, 1, 2)));
    assert_eq!(of_1900("2958465"), Some(day(9999, 12, 31)));
    assert_eq!((of_1900("2958466"), of_1900("99999999999")), (None, None));
    assert_eq!(moment("0", Epoch::Y1904), Some(day(1904, 1, 1)));
    assert_eq!(moment("43830", Epoch::Y1904), Some(day(2024, 1, 1)));
}

#[test]
fn a_format_of_days_months_or_years_is_a_dates() {
    for code in [
        "dd.mm.yyyy",
        "DD.MM.YYYY",
        r"dd\.mm\.yyyy",
        "[$-414]d. mmmm yyyy;@",
        "yyyy-mm-dd hh:mm:ss.000",
        "mmm",
        "mm/yy",
        "d",
        r#"[Red]d.m.yy "kl." h:mm"#,
    ] {
        assert!(is_date_format(code), "{code}");
    }
    for code in [
        "General",
        "0",
        "#,##0.00",
        r#"#,##0.00\ "kr";[Red]-#,##0.00 "dykk""#,
        "[h]:mm:ss",
        "h:mm AM/PM",
        "mm:ss.0",
        "0.00E+00",
        "@",
        r#""år" 0"#,
        "_-* #,##0_-;d",
        "[$kr-414] #,##0",
        r"0\d",
        "",
        "\"dd",
    ] {
        assert!(!is_date_format(code), "{code}");
    }
}

#[test]
fn a_cell_with_a_dates_format_is_a_date() {
    let dates =
        cells(r#"<c r="A2" s="1"><v>45292</v></c><c r="B2" s="2"><v>45292.75</v></c><c r="C2" s="3"><v>45292</v></c>"#);
    let evening = Cell::Date(date(2024, 1, 1).at(18, 0, 0, 0));
    assert_eq!(dates, [Cell::Date(day(2024, 1, 1)), evening, number("45292")]);
    let odd = cells(r#"<c r="A2" s="1"><v>60</v></c><c r="B2" s="1"><v>-5</v></c><c r="C2" s="1"><v/></c>"#);
    assert_eq!(
        odd,
        [Cell::Error("60".to_owned()), Cell::Error("-5".to_owned()), Cell::Blank]
    );
}

#[test]
fn a_book_of_1904_counts_from_there() {
    let parts = Parts::with_rows(r#"<row r="2"><c r="A2" s="1"><v>43830</v></c></row>"#)
        .replacing("<sheets>", r#"<workbookPr date1904="true"/><sheets>"#);
    assert_eq!(only_row(&parts), [Cell::Date(day(2024, 1, 1))]);
}

#[test]
fn iso_dates_are_read_as_they_stand() {
    let dates = cells(
        r#"<c r="A2" t="d"><v>2024-01-15</v></c><c r="B2" t="d"><v>2024-01-15T12:30:00</v></c><c r="C2" t="d"><v>T12:30:00</v></c>"#,
    );
    let noon = Cell::Date(date(2024, 1, 15).at(12, 30, 0, 0));
    assert_eq!(
        dates,
        [Cell::Date(day(2024, 1, 15)), noon, Cell::Error("T12:30:00".to_owned())]
    );
}

#[test]
fn formulas_count_by_what_is_stored() {
    assert_eq!(
        cells(
            r#"<c r="A2"><f>SUM(1,2)</f><v>3</v></c><c r="B2" t="str"><f>"0"&amp;301</f><v>0301</v></c><c r="C2" t="str"><f>""</f><v></v></c>"#
        ),
        [number("3"), text("0301"), text("")]
    );
    assert_eq!(
        cells(r#"<c r="A2"><f>SUM(1,2)</f></c><c r="B2"><f>1</f><v/></c><c r="C2" t="str"><f t="shared" si="0"/></c>"#),
        [Cell::NotComputed, Cell::NotComputed, Cell::NotComputed]
    );
    assert_eq!(
        cells(
            r#"<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="b"><v>0</v></c>"#
        ),
        [
            Cell::Error("#DIV/0!".to_owned()),
            Cell::Boolean(true),
            Cell::Boolean(false)
        ]
    );
    assert_eq!(cells(r#"<c r="A2"><v>NaN</v></c>"#), [Cell::Error("NaN".to_owned())]);
}

#[test]
fn shared_text_is_joined_from_its_runs_without_readings() {
    let parts = Parts::with_rows(
        r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>2</v></c><c r="C2" t="s"><v>1</v></c></row>"#,
    )
    .with_strings(
        r#"<si><r><rPr><b/></rPr><t>Bar</t></r><r><t xml:space="preserve">du &amp; co</t></r></si><si><t/></si><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>"#,
    );
    assert_eq!(only_row(&parts), [text("Bardu & co"), text("東京"), text("")]);
}

#[test]
fn blanks_line_ends_and_escapes_in_text_are_kept() {
    assert_eq!(
        cells(
            r#"<c r="A2" t="inlineStr"><is><t xml:space="preserve"> to
linjer </t></is></c><c r="B2" t="inlineStr"><is><t>en_x000D_to_x005F_x000D__xD83D__xDE00_</t></is></c><c r="C2" t="inlineStr"><is><t>_xd_ _x00 <![CDATA[<&]]>&#248;_xD83D_</t></is></c>"#
        ),
        [
            text(" to\nlinjer "),
            text("en\rto_x000D_😀"),
            text("_xd_ _x00 <&ø_xD83D_")
        ]
    );
}

#[test]
fn a_merged_cell_has_its_value_in_the_first_alone() {
    let rows = r#"<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="0"/><c r="C2"><v>2</v></c></row>"#;
    let parts = Parts::with_rows(rows).replacing(
        "</sheetData>",
        r#"</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>"#,
    );
    assert_eq!(only_row(&parts), [number("1"), Cell::Blank, number("2")]);
}
