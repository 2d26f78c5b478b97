//! Promise: a row says what NAV's page says that it says, and a bad one is set aside with the column and the value.

use jiff::civil::date;

use super::*;

const PLACE: Place<'_> = Place {
    file: "NAV_TILSK_202103_0007.csv",
    sequence: 7,
    line: 12,
};

/// A grant as the page shows it; cells by their column, to be changed.
fn cells(changes: &[(&str, &'static str)]) -> [&'static str; 13] {
    let mut cells = [
        "70012345",
        "IN",
        "15.03.2021",
        "0621",
        "63",
        "2021",
        "940837685",
        "3427",
        "Sosiale tjenester; NAV Tynset",
        "UNGE",
        "01.04.2021",
        "31.12.2021",
        "750000,00",
    ];
    for (column, value) in changes {
        cells[COLUMNS.iter().position(|name| name == column).expect("a column")] = value;
    }
    cells
}

fn read(changes: &[(&str, &'static str)]) -> Result<Record, Box<SetAside>> {
    let row = Row::from(cells(changes));
    voucher(&row, &amount(row.belop), PLACE)
}

fn award(changes: &[(&str, &'static str)]) -> AwardStatement {
    match read(changes).expect("a record").content {
        Content::Award(award) => award,
        other => panic!("no award: {other:?}"),
    }
}

fn reason(changes: &[(&str, &'static str)]) -> String {
    read(changes).expect_err("set aside").reason
}

fn kroner(kroner: i64) -> Figure {
    Figure::Stated(Ore::from_kroner(kroner).expect("in range"))
}

#[test]
fn a_grant_is_read_to_the_letter() {
    let record = read(&[]).expect("a record");
    assert_eq!(
        (record.id.as_str(), record.reference.as_str(), record.changed_at),
        ("70012345/IN", "70012345", None)
    );
    let expected = AwardStatement {
        award: "70012345".to_owned(),
        post: BudgetPost::new(621, 63),
        activity: None,
        year: 2021,
        recipient: ReportedRecipient {
            organisation_number: Some("940837685".to_owned()),
            number: Some("3427".to_owned()),
            name: None,
        },
        status: AwardStatus::Granted,
        applied: Figure::NotDelivered,
        granted: kroner(750_000),
        paid: Figure::NotDelivered,
        decided_on: Some(date(2021, 3, 15)),
        use_from: Some(date(2021, 4, 1)),
        use_until: Some(date(2021, 12, 31)),
        report_due: None,
        target_group: Some(TargetGroup::ChildrenAndYoung),
        payer: None,
        disbursements: Vec::new(),
    };
    assert_eq!(record.content, Content::Award(expected));
}

#[test]
fn each_stage_states_its_own_figure() {
    use Figure::{NotApplicable, NotDelivered};
    let asked = kroner(750_000);
    let cases = [
        ("SO", AwardStatus::Applied, asked, NotDelivered, NotDelivered),
        ("IN", AwardStatus::Granted, NotDelivered, asked, NotDelivered),
        ("AV", AwardStatus::Refused, asked, NotApplicable, NotDelivered),
        ("TR", AwardStatus::Withdrawn, asked, NotApplicable, NotDelivered),
        ("PR", AwardStatus::InProgramme, NotApplicable, asked, NotApplicable),
    ];
    for (word, status, applied, granted, paid) in cases {
        let stage = award(&[("voucher_type", word)]);
        assert_eq!(
            (stage.status, stage.applied, stage.granted, stage.paid),
            (status, applied, granted, paid),
            "{word}"
        );
        assert_eq!(stage.decided_on, (word != "SO").then_some(date(2021, 3, 15)), "{word}");
        assert_eq!(
            stage.award,
            if word == "PR" { "70012345/PR" } else { "70012345" },
            "{word}"
        );
    }
}

#[test]
fn a_missing_amount_is_not_known_and_a_zero_is_a_decision() {
    assert_eq!(award(&[("belop", "")]).granted, Figure::NotDelivered);
    assert_eq!(award(&[("belop", "0,00")]).granted, kroner(0));
    assert_eq!(
        award(&[("belop", ""), ("voucher_type", "SO")]).applied,
        Figure::NotDelivered
    );
    for word in ["TU", "KR"] {
        let changes = [("belop", ""), ("voucher_type", word), ("tekst", "vedtak 70012345")];
        assert_eq!(reason(&changes), "belop: a payment or correction without an amount");
    }
}

#[test]
fn what_is_not_stated_stays_open() {
    let open = award(&[
        ("malgruppe", ""),
        ("fra", ""),
        ("til", ""),
        ("orgnr", ""),
        ("kommnr", " 0301 "),
    ]);
    assert_eq!((open.target_group, open.use_from, open.use_until), (None, None, None));
    assert_eq!(
        (open.recipient.organisation_number, open.recipient.number.as_deref()),
        (None, Some("0301"))
    );
    assert_eq!(
        award(&[("malgruppe", "VOKSNE")]).target_group,
        Some(TargetGroup::Adults)
    );
    assert_eq!(award(&[("malgruppe", "ALLE")]).target_group, Some(TargetGroup::All));
}

#[test]
fn a_payment_names_its_award() {
    for tekst in [
        "Utbetaling vedtak 70012345",
        "VEDTAK 70012345.",
        "1. termin, Vedtak\u{a0}70012345, delvedtak 2",
        "vedtak av 12.03, vedtak 12.03.2021: vedtak 70012345",
    ] {
        let record = read(&[("voucher_type", "TU"), ("tekst", tekst), ("voucher_no", "70012346")]).expect(tekst);
        let Content::Payment(payment) = record.content else {
            panic!("no payment")
        };
        assert_eq!(payment.award, "70012345", "{tekst}");
        assert_eq!(payment.disbursement.reference.as_deref(), Some("70012346"));
    }
    for tekst in [
        "",
        "Utbetaling",
        "vedtak",
        "vedtak70012345",
        "vedtaket 70012345",
        "vedtak nr 70012345",
        "vedtak 7001x",
        "vedtak 1, vedtak 2",
    ] {
        let set_aside = read(&[("voucher_type", "TU"), ("tekst", tekst)]).expect_err(tekst);
        assert_eq!(set_aside.record, Some(RecordId::new("70012345/TU")));
        assert!(set_aside.reason.starts_with("tekst: "), "{}", set_aside.reason);
    }
}

#[test]
fn a_bad_cell_is_named_and_quoted() {
    let cases = [
        (
            "voucher_type",
            "OM",
            "voucher_type: \"OM\" is none of SO, IN, AV, TR, TU, KR and PR",
        ),
        (
            "voucher_type",
            "in",
            "voucher_type: \"in\" is none of SO, IN, AV, TR, TU, KR and PR",
        ),
        ("voucher_no", "", "voucher_no: \"\" is no voucher number"),
        ("trans_date", "", "trans_date: \"\" is no date (dd.mm.yyyy)"),
        (
            "trans_date",
            "31.02.2021",
            "trans_date: \"31.02.2021\" is no date (dd.mm.yyyy)",
        ),
        ("kap", "", "kap, post: \"\" and \"63\" are no budget post"),
        ("aar", "21", "aar: \"21\" is no year of four digits"),
        (
            "malgruppe",
            "BARN",
            "malgruppe: \"BARN\" is none of UNGE, VOKSNE, ALLE and empty",
        ),
        ("fra", "1.4.2021", "fra: \"1.4.2021\" is no date (dd.mm.yyyy)"),
        ("til", "2021", "til: \"2021\" is no date (dd.mm.yyyy)"),
        (
            "til",
            "31.03.2021",
            "til: \"31.03.2021\" lies before fra, \"01.04.2021\"",
        ),
        ("belop", "750.000,001", "belop: \"750.000,001\" is no amount in kroner"),
    ];
    for (column, value, expected) in cases {
        assert_eq!(reason(&[(column, value)]), expected);
    }
    let long: &'static str = Box::leak("Å".repeat(5_000).into_boxed_str());
    assert!(reason(&[("kap", long), ("post", long)]).chars().count() <= REASON);
}

#[test]
fn what_can_be_read_of_a_bad_row_is_told() {
    let set_aside = read(&[("belop", "x")]).expect_err("set aside");
    assert_eq!(set_aside.place, "NAV_TILSK_202103_0007.csv, line 12");
    assert_eq!(set_aside.record, Some(RecordId::new("70012345/IN")));
    assert_eq!(
        (set_aside.post, set_aside.year),
        (Some(BudgetPost::new(621, 63)), Some(2021))
    );
    assert_eq!(set_aside.recipient.number.as_deref(), Some("3427"));
    assert_eq!(read(&[("voucher_type", "OM")]).expect_err("set aside").record, None);
}

/// A file with these rows below the page's header.
fn whole(rows: &[&str], trailer: &str) -> Result<Delivered, Refusal> {
    let text = format!("{}\r\n{}\r\n{trailer}\r\n", COLUMNS.join(";"), rows.join("\r\n"));
    file(PLACE.file, PLACE.sequence, text.as_bytes())
}

#[test]
fn a_misshapen_row_is_believed_only_where_its_cells_look_right() {
    let short = "70012345;IN;15.03.2021;0621;63;2021;940837685;34";
    let shifted = "70012346;IN;15.03.2021;63;2021;940837685;3427;Tynset;UNGE;;;1,00";
    let long = "70012347;IN;15.03.2021;0621;63;2021;940837685;3427;NAV; Tynset;UNGE;;;1,00";
    let delivered = whole(&[short, shifted, long], "#SLUTT;3;2,00").expect("accepted");
    let told: Vec<_> = delivered
        .set_aside
        .iter()
        .map(|row| (row.post, row.year, row.recipient.clone()))
        .collect();
    let recipient = |organisation: Option<&str>, number: Option<&str>| ReportedRecipient {
        organisation_number: organisation.map(str::to_owned),
        number: number.map(str::to_owned),
        name: None,
    };
    let post = Some(BudgetPost::new(621, 63));
    assert_eq!(told[0], (post, Some(2021), recipient(Some("940837685"), None)));
    assert_eq!(told[1], (None, None, recipient(None, None)));
    assert_eq!(told[2], (post, Some(2021), recipient(Some("940837685"), Some("3427"))));
    let ids: Vec<_> = delivered
        .set_aside
        .iter()
        .filter_map(|row| row.record.clone())
        .collect();
    assert_eq!(ids, ["70012345/IN", "70012346/IN", "70012347/IN"].map(RecordId::new));
}

#[test]
fn count_and_sum_are_held_against_all_rows() {
    let grant = &cells(&[("tekst", "Tynset")]).join(";")[..];
    let unknown = &cells(&[("tekst", ""), ("voucher_type", "OM"), ("belop", "-1 000,50")]).join(";")[..];
    let unreadable = &cells(&[("tekst", ""), ("voucher_no", "1"), ("belop", "x")]).join(";")[..];
    let silent = &cells(&[("tekst", ""), ("voucher_no", "2"), ("belop", "")]).join(";")[..];
    let counts = |delivered: Delivered| (delivered.records.len(), delivered.set_aside.len());
    assert_eq!(
        whole(&[grant, unknown, silent], "#SLUTT;3;748.999,50").map(counts),
        Ok((2, 1))
    );
    assert_eq!(
        whole(&[grant], "#SLUTT;2;750000,00").map(counts),
        Err(Refusal::new("#SLUTT counts 2 rows, the file has 1"))
    );
    let disagrees = Refusal::new("the control sum of #SLUTT does not agree with the rows");
    assert_eq!(
        whole(&[grant], "#SLUTT;1;750000,01").map(counts),
        Err(disagrees.clone())
    );
    assert_eq!(whole(&[grant, silent], "#SLUTT;2;0,00").map(counts), Err(disagrees));
    assert_eq!(whole(&[grant, unreadable], "#SLUTT;2;1,00").map(counts), Ok((1, 1)));
}

#[test]
fn a_row_that_comes_twice_may_be_counted_once_or_twice_and_is_one_record() {
    let (grant, bad) = (
        &cells(&[("tekst", "")]).join(";")[..],
        &cells(&[("tekst", ""), ("aar", "x")]).join(";")[..],
    );
    for trailer in ["#SLUTT;4;3000000,00", "#SLUTT;2;1500000,00"] {
        let delivered = whole(&[grant, bad, bad, grant], trailer).expect("accepted");
        let revisions: Vec<_> = delivered.records.iter().filter_map(|record| record.revision).collect();
        assert_eq!(revisions, [7 * LINES_PER_FILE + 2, 7 * LINES_PER_FILE + 5]);
        assert_eq!(delivered.set_aside.len(), 1);
    }
    assert!(whole(&[grant, bad, bad, grant], "#SLUTT;3;2250000,00").is_err());
}
