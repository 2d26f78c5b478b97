//! Promise: a list of applicants is answered line by line in its own order, however an office's spreadsheet exports it; a line
//! that cannot be read is named, with its column, and the others are answered all the same.

use std::path::Path;

use encoding_rs::WINDOWS_1252;

use crate::commands::{Running, output, write_config};

/// Bamble by its number of 2019, Bergen that has an award, an amount that is none, Siljan by organisation number, nobody.
const LIST: &str = "\
Søker;Kommunenr;Org.nr;Ordning;År;Beløp (kr);Målgruppe;Saksnr\r
Bamble;=\"0814\";;621.63;2021;750 000,50;Barn og unge;21/1\r
Bergen;4601;964338531;621.63;2021;1.234.567,89;Barn og unge;21/2\r
\r
Horten;3801;;621.63;2021;mye;Barn og unge;21/3\r
\"Siljan;
kommune\";;864953042;621.63;2021;85000;Voksne;=21/4\r
Tynset;;940837686;621.63;2021;1;;21/5\r
;;;;;;;\r
";

struct Office {
    folder: tempfile::TempDir,
    config: String,
    _systems: Running,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let drop_folder = folder.path().join("drop").display().to_string();
        let mut systems = Running::start(&["simulate", "--listen", "127.0.0.1:0", "--folder", &drop_folder]);
        let config = write_config(folder.path(), &systems.read_until("The lines above"));
        Self {
            folder,
            config,
            _systems: systems,
        }
    }

    fn file(&self) -> &Path {
        self.folder.path()
    }

    /// The exit code, the table without its header, and what was said beside it.
    fn check(&self, list: &[u8], more: &[&str]) -> (Option<i32>, Vec<Vec<String>>, String) {
        let path = self.file().join("list.csv");
        std::fs::write(&path, list).expect("written");
        let path = path.display().to_string();
        let output = output(&[&["check", "--config", &self.config, &path], more].concat());
        let mut reader = csv_reader(&output.stdout);
        let rows = reader
            .records()
            .map(|record| record.expect("a table").iter().map(str::to_owned).collect());
        (
            output.status.code(),
            rows.collect(),
            String::from_utf8(output.stderr).expect("UTF-8"),
        )
    }
}

fn csv_reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes)
}

/// Line, municipality, scheme, outcome and the deciding code of each row.
fn brief(rows: &[Vec<String>]) -> Vec<[&str; 5]> {
    rows.iter()
        .map(|row| {
            [
                &row[0],
                &row[2],
                &row[3],
                &row[4],
                row[5].split(' ').next().unwrap_or(""),
            ]
            .map(|field| -> &str { field })
        })
        .collect()
}

fn utf_16(text: &str) -> Vec<u8> {
    [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[test]
fn every_line_is_answered_in_order_and_a_bad_one_is_named_whatever_the_export() {
    let office = Office::open();
    let expected = [
        ["2", "4012 Bamble", "621.63", "BLOCKED", "IN_PROGRAMME"],
        ["3", "4601 Bergen", "621.63", "BLOCKED", "ALREADY_FUNDED"],
        ["5", "", "621.63", "BAD_LINE", "INVALID_AMOUNT"],
        ["6", "4010 Siljan", "621.63", "CLEAR", "OUTSIDE_SCOPE"],
        ["8", "", "621.63", "BAD_LINE", "INVALID_ORGANISATION_NUMBER"],
    ];
    let with_bom = [b"\xef\xbb\xbf", LIST.as_bytes()].concat();
    let commas = "Organisasjonsnummer,Kommunenummer,Scheme,Year,Amount\n,0814,621.63,2021,\"750 000,50\"\n";
    let (code, rows, said) = office.check(LIST.as_bytes(), &[]);
    assert_eq!((code, brief(&rows)), (Some(1), expected.to_vec()), "{said}{rows:#?}");
    assert_eq!(
        rows[2][6],
        "Linje 5, kolonne «Beløp (kr)»: «mye» er ikke et entydig beløp i kroner."
    );
    assert!(
        rows[0][6].contains("Bamble") && rows[4][6].starts_with("Linje 8, kolonne «orgnr»: "),
        "{rows:#?}"
    );
    assert_eq!((rows[0][1].as_str(), rows[1][1].as_str()), ("0814", "964338531/4601"));
    for (what, list) in [
        ("Windows-1252", WINDOWS_1252.encode(LIST).0.into_owned()),
        ("UTF-8 with a mark", with_bom),
        (
            "UTF-16, tabs",
            utf_16(&LIST.replace(';', "\t").replace("Siljan\t", "Siljan;")),
        ),
    ] {
        let (code, rows, said) = office.check(&list, &["--no-sync"]);
        assert_eq!(
            (code, brief(&rows)),
            (Some(1), expected.to_vec()),
            "{what}: {said}{rows:#?}"
        );
    }
    let (code, rows, _) = office.check(commas.as_bytes(), &["--no-sync"]);
    assert_eq!(
        (code, brief(&rows)),
        (
            Some(0),
            vec![["2", "4012 Bamble", "621.63", "NEEDS_CASE_OFFICER", "SCOPE_UNCLEAR"]]
        )
    );
    let separated = format!("sep=;\r\n{LIST}");
    let (_, rows, _) = office.check(separated.as_bytes(), &["--no-sync"]);
    assert_eq!(
        brief(&rows)[0],
        ["3", "4012 Bamble", "621.63", "BLOCKED", "IN_PROGRAMME"]
    );
}

#[test]
fn defaults_fill_what_lines_leave_out_and_posts_periods_and_activities_are_read() {
    let office = Office::open();
    let list = "kommnr;kapittel;post;aktivitet;beløp;fra;til;år\n\
        3813;;;;1000;;;\n\
        3813;0846;61;LOS;1000;01.01.2022;31.12.2022;2022\n\
        3813;846;61;FERIE;1000;2022-01-01;2022-12-31;2022\n\
        3813;;;;1000;31.12.2021;1.1.2021;\n\
        3813;;;;1000;32.12.2021;;\n\
        ;;;;1000;;;\n\
        3813;;;;85.000;;;\n\
        3813;;;;1000;;;;ett for mye\n";
    let (code, rows, said) = office.check(list.as_bytes(), &["--year", "2021", "--scheme", "231.63"]);
    let expected = [
        ["2", "4012 Bamble", "231.63", "BLOCKED", "IN_PROGRAMME"],
        ["3", "4012 Bamble", "846-los", "BLOCKED", "IN_PROGRAMME"],
        ["4", "4012 Bamble", "846-ferie", "CLEAR", "OUTSIDE_SCOPE"],
        ["5", "", "231.63", "BAD_LINE", "INVALID_PERIOD"],
        ["6", "", "231.63", "BAD_LINE", "INVALID_PERIOD"],
        ["7", "", "231.63", "BAD_LINE", "MISSING_ARGUMENT"],
        ["8", "", "231.63", "BAD_LINE", "INVALID_AMOUNT"],
        ["9", "", "231.63", "BAD_LINE", "INVALID_ARGUMENT"],
    ];
    assert_eq!((code, brief(&rows)), (Some(1), expected.to_vec()), "{said}{rows:#?}");
}

#[test]
fn cells_are_read_as_spreadsheets_write_them() {
    let office = Office::open();
    let list = "Org.nr;Kommunenr;Kap./post;A\u{30a}r;Beløp;Ma\u{30a}lgruppe;Fra\n\
        ;=\"0814\";621,63;2021.0;=\"750 000,50\";Barn og unge;2021-01-01 00:00:00\n\
        ;'0814;062163;=\"2021\";1000.0;'Barn og unge;\n\
        ;814;621.63;2021;1000;Barn og unge;\n\
        940244145.0;814;0621.63;2021;1000;Barn og unge;\n\
        940837686;814;621.63;2021;1000;Barn og unge;\n\
        ;3813;621.6;2021;1000;Barn og unge;\n\
        ;3813;62163;2021;1000;Barn og unge;\n\
        ;3813;621.63;2021;\u{2212}1 000;Barn og unge;\n";
    let (code, rows, said) = office.check(list.as_bytes(), &[]);
    let expected = [
        ["2", "4012 Bamble", "621.63", "BLOCKED", "IN_PROGRAMME"],
        ["3", "4012 Bamble", "621.63", "BLOCKED", "IN_PROGRAMME"],
        ["4", "", "621.63", "BAD_LINE", "INVALID_MUNICIPALITY_NUMBER"],
        ["5", "4012 Bamble", "621.63", "BLOCKED", "IN_PROGRAMME"],
        ["6", "", "621.63", "BAD_LINE", "INVALID_MUNICIPALITY_NUMBER"],
        ["7", "", "621.6", "BAD_LINE", "INVALID_ARGUMENT"],
        ["8", "", "62163", "BAD_LINE", "INVALID_ARGUMENT"],
        ["9", "", "621.63", "BAD_LINE", "INVALID_AMOUNT"],
    ];
    assert_eq!((code, brief(&rows)), (Some(1), expected.to_vec()), "{said}{rows:#?}");
    assert_eq!(
        rows[2][6],
        "Linje 4, kolonne «Kommunenr»: «814» har mistet nullen foran, eller er feil; 0814 skrives som tekst."
    );
    assert!(rows[7][6].ends_with("beløpet er ikke over null."), "{rows:#?}");
    let (code, rows, _) = office.check(
        "kommnr;beløp;år\n0814;1;2021\n".as_bytes(),
        &["--no-sync", "--scheme", "0621,63"],
    );
    assert_eq!((code, brief(&rows)[0][2]), (Some(0), "621.63"));
}

#[test]
fn a_list_that_would_lose_lines_or_letters_is_refused_as_a_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(folder.path(), "[store]\nurl = \"sqlite:register.db\"\n");
    let list = "kommnr;ordning;år;beløp\n3813;621.63;2021;1\n\n3801;\"621.63;2021;1\n3803;621.63;2021;1\n";
    let without_mark = utf_16(list)[2..].to_vec();
    let broken = [b"\xef\xbb\xbf".as_slice(), list.as_bytes(), b"\xff".as_slice()].concat();
    for (bytes, named) in [
        (list.as_bytes().to_vec(), "line 4: a quote is opened"),
        (without_mark, "the encoding is"),
        (broken, "the encoding is"),
    ] {
        let path = folder.path().join("list.csv");
        std::fs::write(&path, bytes).expect("written");
        let output = output(&["check", "--config", &config, &path.display().to_string()]);
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(
            (output.status.code(), error.contains(named)),
            (Some(2), true),
            "{named}: {error}"
        );
    }
}

#[test]
fn nothing_in_the_answers_is_a_formula() {
    let office = Office::open();
    let list = "kommnr;ordning;beløp\n=HYPERLINK(\"x\");@SUM(1);1000\n3813;+1;-2\n";
    let (code, rows, _) = office.check(list.as_bytes(), &["--no-sync", "--year", "2021"]);
    assert_eq!((code, rows.len()), (Some(1), 2));
    let fields: Vec<&str> = rows.iter().flatten().map(String::as_str).collect();
    assert!(
        fields.iter().all(|field| !field.starts_with(['=', '+', '-', '@'])),
        "{fields:?}"
    );
    assert_eq!(
        (rows[0][1].as_str(), rows[0][3].as_str()),
        ("'=HYPERLINK(\"x\")", "'@SUM(1)")
    );
}

#[test]
fn what_is_not_known_is_never_clear() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(
        folder.path(),
        "[store]\nurl = \"sqlite:register.db\"\n[sources.nav]\ninbox = \"absent\"\n[sources.udir]\nbase_url = \"http://127.0.0.1:9\"\n",
    );
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "kommnr;ordning;beløp;år\n0301;621.63;1000;2021\n").expect("written");
    let output = output(&["check", "--config", &config, &list.display().to_string()]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        output.status.success() && text.contains(";UNDETERMINED;SOURCE_NOT_FRESH"),
        "{text}"
    );
    assert!(String::from_utf8(output.stderr).expect("UTF-8").contains("udir: "));
}

#[test]
fn a_bad_header_is_named_before_anybody_is_asked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(folder.path(), "[store]\nurl = \"sqlite:register.db\"\n");
    for (header, named) in [
        ("", "the file is empty"),
        (
            "kommnr;Beløp;belop;år;ordning\n",
            "two columns for the same: \"Beløp\" and \"belop\"",
        ),
        ("navn;beløp;år;ordning\n", "no column for the recipient"),
        ("kommnr;år;ordning\n", "no column for the amount"),
        ("kommnr;beløp;ordning\n", "no column for the grant year"),
        ("kommnr;beløp;år\n", "no column for the scheme"),
        (
            "kommnr;beløp;år;kapittel\n",
            "no column for both halves of the budget post",
        ),
    ] {
        let list = folder.path().join("list.csv");
        std::fs::write(&list, header).expect("written");
        let output = output(&["check", "--config", &config, &list.display().to_string()]);
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(
            (output.status.code(), output.stdout.as_slice()),
            (Some(2), b"".as_slice()),
            "{header}: {error}"
        );
        assert!(
            error.contains(named) && error.trim_end().lines().count() == 1,
            "{header}: {error}"
        );
    }
    assert!(!folder.path().join("register.db").exists());
}
