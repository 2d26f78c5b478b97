//! Promise: a mapping that cannot be meant is refused with file, line, key and what was expected.

mod common;

use common::{RECORD, mapping, refused_mapping};
use programgrant_table::mapping::Way;

fn with_file(file: &str) -> String {
    refused_mapping(&format!("[file]\n{file}\n{RECORD}"))
}

/// A sound mapping in which one text stands for another.
fn changed(from: &str, to: &str) -> String {
    let text = format!("[file]\nformat = \"csv\"\n{RECORD}");
    assert!(text.contains(from), "{from}");
    refused_mapping(&text.replacen(from, to, 1))
}

/// Whether a refusal says what it should, and where.
fn check(refusal: &str, expected: &str) {
    assert!(refusal.contains(expected), "{refusal}\nlacks: {expected}");
    assert!(refusal.starts_with("liste.toml, line "), "{refusal}");
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    for (refusal, expected) in [
        (
            refused_mapping(""),
            "liste.toml, line 1: file: missing; expected a table [file]",
        ),
        (
            with_file(""),
            "liste.toml, line 1: file.format: missing; expected \"csv\", \"xlsx\", \"json\" or \"ndjson\"",
        ),
        (
            with_file("format = \"ods\""),
            "liste.toml, line 2: file.format: \"ods\"; expected \"csv\", \"xlsx\", \"json\" or \"ndjson\"",
        ),
        (
            with_file("format = \"csv\"\nsep = \";\""),
            "liste.toml, line 3: file.sep: unknown key; expected one of format, pattern",
        ),
        (
            with_file("format = \"csv\"\nsheet = \"A\""),
            "liste.toml, line 3: file.sheet: is a key of the format xlsx, and not of this one",
        ),
        (
            with_file("format = \"json\"\nseparator = \";\""),
            "file.separator: is a key of the format csv",
        ),
        (
            with_file("format = \"ndjson\"\nrecords = \"/a\""),
            "file.records: is a key of the format json",
        ),
        (
            with_file("format = \"json\"\nrecords = \"a\""),
            "file.records: \"a\"; expected a pointer",
        ),
        (
            with_file("format = \"csv\"\nheader_row = 0"),
            "file.header_row: 0; expected a row, from 1",
        ),
        (
            with_file("format = \"csv\"\nquiet = \"soon\""),
            "file.quiet: \"soon\"; expected a span",
        ),
        (
            with_file("format = \"csv\"\ncomplete = \"trailer\""),
            "trailer: missing; expected a table [trailer]",
        ),
    ] {
        check(&refusal, expected);
    }
}

#[test]
fn what_makes_no_record_is_named() {
    for (refusal, expected) in [
        (
            changed("key = \"Saksnr\"\n", ""),
            "record.key: missing; expected a column",
        ),
        (
            changed("key = \"Saksnr\"", "key = []"),
            "record.key: an empty list; expected a column",
        ),
        (
            changed("year = \"År\"", "year = 2021"),
            "record.year: 2021; expected \"Column\"",
        ),
        (
            changed("\"291.62\"", "\"291.6\""),
            "record.post.value: \"291.6\" is no budget post such as 291.62",
        ),
        (
            changed("\"GRANTED\"", "\"INNVILGET\""),
            "record.status.words.\"Innvilget\": \"INNVILGET\" is none of APPLIED",
        ),
        (
            changed("\"Avslag\" =", "\"innvilget \" ="),
            "the word stands here twice",
        ),
    ] {
        check(&refusal, expected);
    }
}

#[test]
fn what_makes_no_amount_and_no_recipient_is_named() {
    for (refusal, expected) in [
        (
            changed("applied = \"Søkt\"", "applied = { column = \"Søkt\", unit = \"NOK\" }"),
            "record.applied.unit: \"NOK\"; expected \"øre\"",
        ),
        (
            changed("applied = \"Søkt\"", "applied = { column = \"Søkt\", blank = \"0\" }"),
            "record.applied.blank: \"0\"; expected \"not_delivered\"",
        ),
        (
            changed("applied = \"Søkt\"", "applied = { column = \"Søkt\", value = \"1\" }"),
            "stands beside column",
        ),
        (
            changed("applied = \"Søkt\"", "decimal = \".\"\nthousands = [\".\"]"),
            "record.thousands[0]: \".\"; expected",
        ),
        (
            changed("applied = \"Søkt\"", "soekt = \"Søkt\""),
            "record.soekt: unknown key",
        ),
        (
            changed(
                "organisation_number = \"Orgnr\"\nmunicipality_number = \"Kommunenr\"\n",
                "",
            ),
            "expected the column of at least one",
        ),
        (changed("[record]", "[record"), "liste.toml, line 4: "),
    ] {
        check(&refusal, expected);
    }
}

#[test]
fn the_way_on_which_files_come_has_keys_of_its_own() {
    let refusal = |file: &str, way| {
        let checked = mapping(&format!("[file]\n{file}\n{RECORD}")).check_way("liste.toml", way);
        checked.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let csv = "format = \"csv\"";
    for (file, way, expected) in [
        (csv.to_owned(), Way::Folder, "liste.toml: file.pattern: missing"),
        (
            format!("{csv}\npattern = \"*\""),
            Way::Folder,
            "liste.toml: file.complete: missing",
        ),
        (
            format!("{csv}\npattern = \"*\"\ncomplete = \"length\""),
            Way::Folder,
            "file.complete: \"length\" goes with url",
        ),
        (
            format!("{csv}\npattern = \"*\""),
            Way::Url,
            "file.pattern: goes with folder",
        ),
        (
            format!("{csv}\ndelivery = \"parts\""),
            Way::Url,
            "file.delivery: goes with folder",
        ),
        (
            format!("{csv}\ncomplete = \"quiet\""),
            Way::Url,
            "file.complete: goes with folder",
        ),
    ] {
        let refusal = refusal(&file, way);
        assert!(refusal.contains(expected), "{refusal}\nlacks: {expected}");
    }
    assert_eq!(refusal(csv, Way::Url), "");
}

#[test]
fn a_scheme_is_stated_as_in_a_programme_file() {
    let scheme = "[[scheme]]\nid = \"imdi-kum\"\nname_nb = \"Kommunale innvandrertiltak\"\nministry = \"AID\"\ndirectorate = \"987879696\"\n\
                  budget = [[2016, 2017, 496, 62], [2018, 2021, 291, 62], [2022, 0, 671, 62]]\ndetermined = \"discretionary\"";
    let text = |scheme: &str| format!("[file]\nformat = \"csv\"\n{RECORD}\n{scheme}");
    let schemes = mapping(&text(scheme)).schemes;
    let posts = [2017, 2021, 2030].map(|year| schemes[0].post_in(year).map(|post| post.to_string()));
    assert_eq!(posts, ["496.62", "291.62", "671.62"].map(|post| Some(post.to_owned())));
    for (from, to, expected) in [
        (
            "987879696",
            "987879697",
            "fails the modulus-11 check digit; expected an organisation number",
        ),
        ("[2018, 2021,", "[2017, 2021,", "two posts in 2017"),
        ("[2018, 2021,", "[2021, 2018,", "run backwards"),
        ("291, 62]", "291]", "expected a list of [from, to, chapter, post]"),
        (
            "\"discretionary\"",
            "\"skjønn\"",
            "expected \"rule\", \"invitation\" or \"discretionary\"",
        ),
        ("ministry = \"AID\"\n", "", "ministry: missing"),
    ] {
        let refusal = refused_mapping(&text(&scheme.replacen(from, to, 1)));
        assert!(refusal.contains(expected), "{refusal}\nlacks: {expected}");
    }
    let twice = refused_mapping(&text(&format!("{scheme}\n{scheme}")));
    assert!(twice.contains("stands here twice"), "{twice}");
}

#[test]
fn a_pattern_has_two_signs() {
    use programgrant_table::mapping::Pattern;
    for (pattern, name, matches) in [
        ("tilskudd_*.csv", "tilskudd_2021.csv", true),
        ("tilskudd_*.csv", "tilskudd_.csv", true),
        ("tilskudd_*.csv", "tilskudd_2021.csv.tmp", false),
        ("tilskudd_*.csv", "Tilskudd_2021.csv", false),
        ("?.csv", "å.csv", true),
        ("?.csv", ".csv", false),
        ("*a*b*", "xaxaxbx", true),
        ("*a*b", "xaxaxbx", false),
        ("**", "", true),
    ] {
        assert_eq!(Pattern::new(pattern).matches(name), matches, "{pattern} {name}");
    }
}
