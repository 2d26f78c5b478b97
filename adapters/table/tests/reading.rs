//! Promise: every row of a list becomes an award or stands aside with place and reason, and counts and sums agree; a list that is not whole,
//! or not the list that the mapping describes, is refused whole.

mod common;

use common::{HEADER, RECORD, list, mapping, mapping_of, read, row, told};
use jiff::civil::date;
use programgrant_schema::{AwardStatus, BudgetPost, Content, Figure, Ore, TargetGroup};
use programgrant_table::{Mapping, Outcome};

const CSV: &str = "format = \"csv\"";

fn refusal(mapping: &Mapping, bytes: impl AsRef<[u8]>) -> String {
    read(mapping, "", bytes.as_ref()).expect_err("refused").to_string()
}

fn kroner(text: &str) -> Figure {
    Figure::Stated(text.parse().expect("an amount"))
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "the mapping, the row and what it says, all in sight"
)]
fn every_field_is_read_as_the_mapping_says() {
    let text = r#"
        [file]
        format = "csv"
        encoding = "windows-1252"
        separator = ","
        header_row = 3
        [record]
        key = ["Saksnr", "Delsak"]
        reference = "saksnr"
        year = "ÅR "
        post = { chapter = "Kap", post = "Post" }
        activity = { column = "Tiltak", words = { "Utviklingsmidler" = "KUM" } }
        organisation_number = "Orgnr"
        municipality_number = "Kommunenr"
        name = "Mottaker"
        status = { column = "Status", words = { "I program" = "IN_PROGRAMME" } }
        applied = { column = "Søkt", unit = "thousand_kroner" }
        granted = { column = "Tildelt", blank = "not_applicable" }
        decided_on = { column = "Vedtak", form = "yyyy-mm-dd" }
        use_from = "Fra"
        use_until = "Til"
        changed_at = "Endret"
        target_group = { column = "Gruppe", words = { "Barn og unge" = "CHILDREN_AND_YOUNG", "" = "ALL" } }
        payer = { value = "987879696" }
        thousands = [" ", "."]
    "#;
    let mapping = mapping(text);
    let csv = "Tilskudd\n\nSaksnr,Delsak,År,Kap,Post,Tiltak,Orgnr,Kommunenr,Mottaker,Status,Søkt,Tildelt,Vedtak,Fra,Til,Endret,Gruppe\n\
               2021/17,1,2021,0291,62, UTVIKLINGSMIDLER,940 244 145,=\"0301\",\"Bø, i \"\"Telemark\"\"\",i PROGRAM,\"1.234,5\",,2021-03-04,1.4.2021,31.12.2021,04.03.2021 09:12, \n";
    let bytes: Vec<u8> = csv
        .chars()
        .map(|sign| u8::try_from(u32::from(sign)).expect("Latin"))
        .collect();
    let (rows, totals) = read(&mapping, "liste.csv", &bytes).expect("a list");
    let [row] = rows.as_slice() else {
        panic!("one row: {rows:?}")
    };
    let Outcome::Record(record) = &row.outcome else {
        panic!("{row:?}")
    };
    assert_eq!(
        (record.id.as_str(), record.reference.as_str()),
        ("2021/17/1", "2021/17")
    );
    assert_eq!(
        record.changed_at,
        Some("2021-03-04T08:12:00Z".parse().expect("an instant"))
    );
    let Content::Award(award) = &record.content else {
        panic!("{record:?}")
    };
    assert_eq!(
        (award.year, award.post, award.activity.as_deref()),
        (2021, BudgetPost::new(291, 62), Some("KUM"))
    );
    assert_eq!(award.recipient.organisation_number.as_deref(), Some("940244145"));
    assert_eq!(award.recipient.number.as_deref(), Some("0301"));
    assert_eq!(award.recipient.name.as_deref(), Some("Bø, i \"Telemark\""));
    assert_eq!(
        (award.status, award.target_group),
        (AwardStatus::InProgramme, Some(TargetGroup::All))
    );
    assert_eq!(
        (award.applied, award.granted, award.paid),
        (kroner("1234500"), Figure::NotApplicable, Figure::NotApplicable)
    );
    assert_eq!(
        [award.decided_on, award.use_from, award.use_until],
        [date(2021, 3, 4), date(2021, 4, 1), date(2021, 12, 31)].map(Some)
    );
    assert_eq!(
        award.payer.as_ref().map(|payer| payer.organisation_number.as_str()),
        Some("987879696")
    );
    assert_eq!(
        (totals.rows, totals.records, totals.applied.stated),
        (1, 1, "1234500".parse::<Ore>().ok())
    );
}

#[test]
fn what_cannot_be_read_stands_aside_with_place_and_reason_and_the_rest_comes() {
    let rows = [
        row("a", "1 000,50"),
        row("b", "kr 1"),
        "c;2021;;0301;Oslo;Innvilget;;".to_owned(),
        "d;2021;;301;Oslo;Innvilget;1;1".to_owned(),
        "e;2021;940244145;301;Bamble;Innvilget;1;1".to_owned(),
        "f;2021;;;Bamble;Innvilget;1;1".to_owned(),
        "g;21;940244145;;Bamble;Innvilget;1;1".to_owned(),
        "h;2021;940244145;;Bamble;Anket;1;1".to_owned(),
        ";2021;940244145;;Bamble;Innvilget;1;1".to_owned(),
        "\"i\n1\";2021;940244145;;Bamble;Innvilget;1".to_owned(),
        ";;;;;;;".to_owned(),
        "SUM;;;;;;;1001,50".to_owned(),
        row("a", "1 000,50"),
        "j;2021;940244145;;Bamble;;1;1".to_owned(),
    ];
    let (rows, totals) = read(&mapping_of(CSV), "liste.csv", list(&rows).as_bytes()).expect("a list");
    assert_eq!(
        told(&rows),
        [
            "liste.csv, line 2: a",
            "liste.csv, line 3: aside: Søkt: \"kr 1\" is no amount",
            "liste.csv, line 4: c",
            "liste.csv, line 5: aside: Kommunenr: \"301\" has three digits: its leading zero was eaten",
            "liste.csv, line 6: e",
            "liste.csv, line 7: aside: Orgnr: neither organisation number nor municipality number stands there",
            "liste.csv, line 8: aside: År: \"21\" is no year of four digits",
            "liste.csv, line 9: aside: Status: \"Anket\" is none of the words that the mapping lists",
            "liste.csv, line 10: aside: Saksnr: is blank",
            "liste.csv, line 11: aside: the row has 7 cells, and the header 8",
            "liste.csv, line 14: skipped",
            "liste.csv, line 15: repeated",
            "liste.csv, line 16: aside: Status: is blank",
        ]
    );
    let counts = (
        totals.rows,
        totals.records,
        totals.set_aside,
        totals.skipped,
        totals.repeated,
    );
    assert_eq!(counts, (13, 3, 8, 1, 1));
    assert_eq!(totals.granted.stated, "1001.50".parse::<Ore>().ok());
    assert_eq!(
        (totals.granted.records, totals.granted.not_delivered),
        (2, 1),
        "a blank amount is not zero"
    );
}

#[test]
fn an_eaten_zero_is_no_number_even_where_a_known_organisation_decides() {
    let rows = [
        "a;2021;940244145;301;Bamble;Innvilget;1;1".to_owned(),
        "b;2021;987654325;301;Oslo;Innvilget;1;1".to_owned(),
    ];
    let (rows, _) = read(&mapping_of(CSV), "", list(&rows).as_bytes()).expect("a list");
    let Outcome::Record(record) = &rows[0].outcome else {
        panic!("{rows:?}")
    };
    let Content::Award(award) = &record.content else {
        panic!("{record:?}")
    };
    assert_eq!(award.recipient.number, None);
    assert!(
        matches!(rows[1].outcome, Outcome::SetAside(_)),
        "an unknown organisation decides nothing"
    );
}

#[test]
fn rows_of_one_key_that_disagree_stand_aside_all_of_them() {
    let bad = "a;2021;940244145;4012;Bamble;Innvilget;x;1".to_owned();
    for second in [row("a", "2,00"), bad] {
        for rows in [[row("a", "1,00"), second.clone()], [second.clone(), row("a", "1,00")]] {
            let (rows, totals) = read(&mapping_of(CSV), "", list(&rows).as_bytes()).expect("a list");
            assert_eq!((totals.records, totals.set_aside), (0, 2), "{:?}", told(&rows));
            let Outcome::SetAside(aside) = &rows[0].outcome else {
                panic!("{rows:?}")
            };
            assert_eq!((aside.year, aside.post), (Some(2021), Some(BudgetPost::new(291, 62))));
        }
    }
}

#[test]
fn a_column_that_is_not_there_or_twice_refuses_the_list() {
    let csv = mapping_of(CSV);
    assert_eq!(refusal(&csv, ""), "has no header in row 1");
    assert_eq!(
        refusal(&csv, list(&[]).replace("Tildelt", "Tilsagn")),
        "has no column \"Tildelt\""
    );
    assert_eq!(
        refusal(&csv, list(&[]).replace("Mottaker", "Mottaker; status")),
        "has the column \"Status\" twice"
    );
    assert_eq!(
        refusal(&csv, format!("{HEADER}\n\"a;2021\n")),
        "line 2: a quotation mark is not closed: the file breaks off"
    );
    let decomposed = list(&[row("a", "1")])
        .replace("Søkt", "SØKT")
        .replace("År", "A\u{30a}R");
    assert!(
        read(&csv, "", decomposed.as_bytes()).is_ok(),
        "case and composition say nothing"
    );
}

#[test]
fn a_trailer_counts_and_sums_or_the_list_is_refused() {
    let form = "format = \"csv\"\ncomplete = \"trailer\"\npattern = \"*\"";
    let trailer =
        "[trailer]\ncolumn = \"Saksnr\"\nmarks = \"Slutt\"\nrows = \"År\"\nsum = \"Tildelt\"\nof = \"granted\"";
    let mapping = mapping(&format!("[file]\n{form}\n{RECORD}\n{trailer}"));
    let rows = |last: &str| {
        list(&[
            row("a", "1 000,50"),
            "Sum;;;;;;;5".to_owned(),
            row("b", "x"),
            last.to_owned(),
        ])
    };
    let whole = rows("slutt;2;;;;;;9 999,00");
    let (read_rows, totals) =
        read(&mapping, "", whole.as_bytes()).expect("an amount that cannot be read leaves the count");
    assert_eq!((read_rows.len(), totals.rows, totals.set_aside), (3, 3, 1));
    assert_eq!(
        refusal(&mapping, rows("slutt;3;;;;;;9")),
        "line 5: the trailer counts 3 rows, the file has 2"
    );
    assert!(refusal(&mapping, rows("slutt;;;;;;;9")).contains("the trailer's År: is blank"));
    assert!(refusal(&mapping, rows(&row("c", "1"))).contains("it breaks off"));
    assert!(refusal(&mapping, list(&[])).contains("it breaks off"));
    let sums = |sum: &str| {
        list(&[
            row("a", "1 000,50"),
            row("b", "-0,50"),
            format!("Slutt;2;;;;;;{sum}"),
            ";;;".to_owned(),
        ])
    };
    assert!(read(&mapping, "", sums("1 000,00").as_bytes()).is_ok());
    assert_eq!(
        refusal(&mapping, sums("1 000,01")),
        "line 4: the trailer's sum does not agree with the rows"
    );
    let twice = format!("{}Slutt;3;;;;;;0\n", sums("1 000,00"));
    assert_eq!(refusal(&mapping, twice), "line 4: rows follow the trailer");
}

const ITEM: &str = r#"{"Saksnr":"a","År":2021,"Orgnr":940244145,"Kommunenr":null,"Mottaker":"Bø","STATUS":"Innvilget","Søkt":0.10,"Tildelt":90071992547409.91}"#;

#[test]
fn json_is_read_from_its_text_and_its_places_are_pointers() {
    let json = mapping_of("format = \"json\"\nrecords = \"/data/items\"");
    let other = ITEM.replace("\"a\"", "\"b\"").replace("0.10", "{\"x\":1}");
    let page = format!("{{\"meta\":{{\"n\":1.5}},\"data\":{{\"x\":[],\"items\":[{ITEM},{other},17]}}}}");
    let (rows, totals) = read(&json, "liste.json", page.as_bytes()).expect("a list");
    assert_eq!(
        told(&rows),
        [
            "liste.json, /data/items/0: a",
            "liste.json, /data/items/1/Søkt: aside: Søkt: \"{\\\"x\\\":1}\" is no single value",
            "liste.json, /data/items/2: aside: the item is no object",
        ]
    );
    assert_eq!(
        (totals.granted.stated, totals.applied.stated),
        (Ore::new(Ore::MAX), Ore::new(10))
    );
    let (rows, _) = read(
        &mapping_of("format = \"ndjson\""),
        "",
        format!("{ITEM}\n\n{other}").as_bytes(),
    )
    .expect("a list");
    assert_eq!(
        told(&rows)[1],
        "line 3, /Søkt: aside: Søkt: \"{\\\"x\\\":1}\" is no single value"
    );
}

#[test]
fn half_of_json_is_refused_and_so_is_another_shape() {
    let json = mapping_of("format = \"json\"\nrecords = \"/data/items\"");
    let page = format!("{{\"data\":{{\"items\":[{ITEM}]}}}}");
    for cut in (1..page.len()).filter(|cut| page.is_char_boundary(*cut)) {
        assert!(read(&json, "", &page.as_bytes()[..cut]).is_err(), "{}", &page[..cut]);
    }
    for (text, reason) in [
        (format!("{page}x"), "no JSON"),
        ("{\"data\":{}}".to_owned(), "has no list at /data/items"),
        ("{\"data\":{\"items\":{}}}".to_owned(), "has no list at /data/items"),
        (
            format!("{{\"data\":{{\"items\":[{ITEM}],\"items\":[]}}}}"),
            "has the list twice",
        ),
        (page.replace("\"Tildelt\"", "\"Tilsagn\""), "has no column \"Tildelt\""),
        (
            page.replace("\"Mottaker\"", "\"status\""),
            "has the member \"STATUS\" twice in one item",
        ),
    ] {
        assert!(
            refusal(&json, &text).contains(reason),
            "{text}: {}",
            refusal(&json, &text)
        );
    }
    assert!(refusal(&mapping_of("format = \"ndjson\""), format!("{ITEM}\n{{\"Saks")).starts_with("line 2: breaks off"));
}

#[test]
fn a_pointer_reaches_into_the_item() {
    let text = r#"
        [file]
        format = "json"
        [record]
        key = "/sak/nr"
        year = "/år/0"
        post = "post"
        municipality_number = "/mottaker/kommune~1nr"
        status = "status"
    "#;
    let json = r#"[{"sak":{"nr":17},"år":[2021],"post":291.6,"mottaker":{"kommune/nr":"0301"},"status":"granted"}]"#;
    let (rows, _) = read(&mapping(text), "", json.as_bytes()).expect("a list");
    assert_eq!(told(&rows), ["/0: 17"]);
    let Outcome::Record(record) = &rows[0].outcome else {
        panic!("{rows:?}")
    };
    let Content::Award(award) = &record.content else {
        panic!("{record:?}")
    };
    assert_eq!(award.post, BudgetPost::new(291, 60), "a number has lost its last zero");
}
