//! Promise: a mapping proposed from a list is TOML whatever the list says, and reads that list where nothing was left to fill in.

use std::fs::File;
use std::io::{Seek, Write};

use proptest::prelude::*;

use super::propose;
use crate::mapping::{Encoding, Format, Mapping, PostField, Unit};

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    file.rewind().expect("from its start");
    file
}

fn proposed(name: &str, bytes: &[u8]) -> String {
    let text = propose(name, file(bytes)).expect("proposed");
    text.parse::<toml::Table>()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    text
}

fn mapping(text: &str) -> Mapping {
    Mapping::parse("proposed.toml", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const LIST: &str = "\
Tilskudd til kommuner 2024;;;;;;;;;
\r
Org.nr.;Kommunenr;Mottaker;År;Kap;Post;Saksnr;Status;Tildelt beløp (kr);Vedtaksdato;Merknad\r
940244145;4012;Bamble;2024;291;62;24/1;Innvilget;1.234.567,50;2024-03-01;\r
940244146;4010;Skien;2024;291;62;24/2;Avslag;;2024-03-02;\"ja;
nei\"\r
964338531;4601;Bergen;2024;291;62;24/3;Ventende;85.000;2024-03-02;\r
;;Sum;;;;;;1.319.567,50;;\r
";

#[test]
fn a_list_in_windows_1252_is_proposed_whole() {
    let bytes = encoding_rs::WINDOWS_1252.encode(LIST).0;
    let text = proposed("tilskudd_2024.csv", &bytes);
    let mapping = mapping(&text);
    assert_eq!(mapping.file.format, Format::Csv);
    assert_eq!(
        (mapping.file.encoding, mapping.file.separator, mapping.file.header_row),
        (Encoding::Windows1252, b';', 3)
    );
    let named = |name: &str| mapping.columns.names().iter().any(|known| known == name);
    for name in [
        "Org.nr.",
        "Kommunenr",
        "Mottaker",
        "År",
        "Saksnr",
        "Status",
        "Tildelt beløp (kr)",
        "Vedtaksdato",
    ] {
        assert!(named(name), "{name}\n{text}");
    }
    assert!(matches!(mapping.record.post, PostField::Parts { .. }));
    assert_eq!(mapping.record.amounts.thousands, [' ', '\u{a0}', '\u{202f}', '.']);
    let words = mapping.record.status.words.expect("words");
    assert_eq!((words.get("innvilget"), words.get("Ventende")), (Some("GRANTED"), None));
    for line in [
        "# pattern = \"tilskudd_*.csv\"",
        "decided_on = { column = \"Vedtaksdato\", form = \"yyyy-mm-dd\" }",
        "skip = [{ column = \"Mottaker\", is = [\"Sum\"] }]   # rows that add up others",
        "# Columns that no key names: \"Merknad\".",
        "# \"Ventende\" = \"…\"   # 1 row; say what it means",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn what_is_not_there_is_left_to_fill_in() {
    let text = proposed("x.csv", b"Kommune,Sum i 1000 kr\n0301,12.5\n4601,7.25\n");
    let refusal = Mapping::parse("x.toml", &text)
        .expect_err("keys are missing")
        .to_string();
    assert!(refusal.contains("record.key"), "{refusal}");
    for line in [
        "separator = \",\"",
        "municipality_number = \"Kommune\"",
        "granted = { column = \"Sum i 1000 kr\", unit = \"thousand_kroner\" }",
        "decimal = \".\"",
        "# status = { value = \"GRANTED\" }   # required: no column is called a status",
        "# year = { value = \"2024\" }   # required: no column is called a year",
        "# post = { value = \"291.62\" }   # required: the chapter and post that pays",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    let filled = text
        .replace("# status = ", "status = ")
        .replace("# year = ", "year = ")
        .replace("# post = ", "post = ")
        .replace("# key = \"…\"", "key = \"Kommune\"");
    assert_eq!(
        mapping(&filled).record.granted.expect("granted").unit,
        Unit::ThousandKroner
    );
}

#[test]
fn a_workbook_is_proposed_with_its_sheet_and_header() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Vedtak").expect("a name");
    sheet.write_string(0, 0, "Tilskudd").expect("a title");
    for (column, heading) in (0..).zip([
        "Saksnr",
        "Delsak",
        "Orgnr",
        "Årstall",
        "Kap.post",
        "Beløp",
        "Resultat",
        "Målgruppe",
    ]) {
        sheet.write_string(3, column, heading).expect("a heading");
    }
    for row in 4..6 {
        sheet.write_string(row, 0, "24/1").expect("a case");
        sheet.write_number(row, 5, 1000).expect("an amount");
        sheet.write_string(row, 6, "Utbetalt").expect("a status");
        sheet.write_string(row, 7, "Barn og unge").expect("a group");
    }
    let text = proposed("liste.xlsx", &book.save_to_buffer().expect("a workbook"));
    let mapping = mapping(&text);
    assert_eq!(
        (mapping.file.sheet.as_deref(), mapping.file.header_row),
        (Some("Vedtak"), 4)
    );
    assert_eq!(mapping.record.key.len(), 2);
    assert!(text.contains("\"Utbetalt\" = \"PAID\"   # 2 rows; a guess"), "{text}");
    assert!(text.contains("\"Barn og unge\" = \"CHILDREN_AND_YOUNG\""), "{text}");
}

#[test]
fn json_is_proposed_with_the_way_to_its_list() {
    let item = r#"{"id": "1", "mottaker": {"orgnr": "940244145", "navn": "Bamble"}, "år": 2024, "kap/post": "291.62", "status": "avslag", "innvilget": 12.5}"#;
    let text = proposed(
        "x.json",
        format!(r#"{{"meta": {{"n": [1]}}, "data": {{"items": [{item}, {item}]}}}}"#).as_bytes(),
    );
    let mapping = mapping(&text);
    assert_eq!(
        (mapping.file.format, mapping.file.records.join("/")),
        (Format::Json, "data/items".to_owned())
    );
    assert!(text.contains("organisation_number = \"/mottaker/orgnr\""), "{text}");
    assert!(text.contains("# Its values repeat"), "{text}");
    let lines = proposed("x.txt", format!("{item}\n{item}\n").as_bytes());
    assert!(lines.contains("format = \"ndjson\""), "{lines}");
}

#[test]
fn what_is_no_table_is_refused() {
    let refusal = |name, bytes: &[u8]| propose(name, file(bytes)).expect_err("refused").to_string();
    assert_eq!(refusal("x.csv", b" \n"), "it is empty");
    assert_eq!(refusal("x.json", b"[1, 2]"), "no list of objects is found in it");
    assert!(refusal("x.json", b"[{").starts_with("it is no JSON: "));
    assert!(refusal("x.csv", b"\xff\xfea\0").starts_with("it is UTF-16"));
    assert!(refusal("x.xlsx", b"PK\x03\x04").contains("no whole workbook"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_list_says_the_proposal_is_toml(
        name in "\\PC{0,12}",
        list in "([\\PC\"\\\\\n;,\t\u{7f}]{0,12}(Saksnr|Status|;|\n|Sum|Målgruppe|\"){0,3}){0,8}",
    ) {
        if let Ok(text) = propose(&name, file(list.as_bytes())) {
            prop_assert!(text.parse::<toml::Table>().is_ok(), "{}", text);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = propose("x", file(&bytes));
    }
}
