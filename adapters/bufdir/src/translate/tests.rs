//! Promise: an answer is read to the letter or refused whole, and one bad record takes no other with it.

use jiff::civil::{Date, date};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    ReportedRecipient,
};

use super::*;

const PLACE: &str = "2021, page 1";

fn page(body: &[u8]) -> Page {
    match answer(body, 2021, PLACE) {
        Ok(Answer::Page(page)) => page,
        other => panic!("no page: {other:?}"),
    }
}

fn error(body: &[u8]) -> SourceError {
    answer(body, 2021, PLACE).expect_err("an error")
}

fn stated(ore: i64) -> Figure {
    Figure::from(Ore::new(ore))
}

fn disbursement(on: Date, ore: i64, reference: Option<&str>) -> Disbursement {
    Disbursement {
        on,
        amount: Ore::new(ore).expect("in range"),
        reference: reference.map(str::to_owned),
    }
}

#[test]
fn a_page_is_read_field_by_field() {
    let page = page(include_bytes!("../../fixtures/page.json"));
    assert_eq!(page.next.as_deref(), Some("bmVzdGU="));
    let records: Vec<Record> = page
        .items
        .into_iter()
        .map(|item| item.expect("a good record"))
        .collect();
    let changed_at = "2021-09-15T10:00:00.000001Z".parse().expect("an instant");
    let paid = Record {
        id: RecordId::new("21/00417"),
        reference: "21/00417".to_owned(),
        revision: Some(1_631_700_000_000_001),
        changed_at: Some(changed_at),
        item: None,
        content: Content::Award(AwardStatement {
            award: "21/00417".to_owned(),
            post: BudgetPost::new(846, 62),
            activity: Some("LOS".to_owned()),
            year: 2021,
            recipient: ReportedRecipient {
                organisation_number: Some("940244145".to_owned()),
                number: Some("3813".to_owned()),
                name: Some("Bamble kommune".to_owned()),
            },
            status: AwardStatus::Paid,
            applied: stated(123_456_789),
            granted: stated(4_160_000_000),
            paid: stated(10),
            decided_on: Some(date(2021, 3, 1)),
            use_from: Some(date(2021, 1, 1)),
            use_until: Some(date(2021, 12, 31)),
            report_due: Some(date(2022, 4, 1)),
            target_group: None,
            payer: Some(Payer {
                organisation_number: "986128433".to_owned(),
            }),
            disbursements: vec![
                disbursement(date(2021, 3, 15), 30, Some("B-1")),
                disbursement(date(2021, 9, 15), -20, None),
            ],
        }),
    };
    assert_eq!(records[0], paid);
    let Content::Award(share) = &records[1].content else {
        panic!("an award")
    };
    assert_eq!(
        (share.status, &share.payer),
        (AwardStatus::InProgramme, &None),
        "whoever pays the pot pays a share of it"
    );
    assert_eq!(
        (share.applied, share.granted, share.paid),
        (stated(0), Figure::NotDelivered, Figure::NotDelivered),
        "absent is not zero"
    );
    assert_eq!(
        share.recipient,
        ReportedRecipient {
            organisation_number: None,
            number: Some("0301".to_owned()),
            name: None
        }
    );
    assert_eq!(
        (share.post, share.activity.as_deref()),
        (BudgetPost::new(846, 61), Some("ALTERNATIV_SKOLE"))
    );
    assert_eq!((share.decided_on, share.use_from, share.use_until), (None, None, None));
    assert_eq!(share.report_due, None, "no day is no deadline");
}

#[test]
fn every_status_and_activity_word_has_its_meaning() {
    let template = include_str!("../../fixtures/page.json");
    let statuses = [
        ("MOTTATT", AwardStatus::Applied),
        ("INNVILGET", AwardStatus::Granted),
        ("AVSLAG", AwardStatus::Refused),
        ("AVVIST", AwardStatus::Dismissed),
        ("TRUKKET", AwardStatus::Withdrawn),
        ("UTBETALT", AwardStatus::Paid),
        ("TILBAKEBETALT", AwardStatus::Repaid),
        ("PROGRAM", AwardStatus::InProgramme),
    ];
    for (word, status) in statuses {
        let page = page(template.replace("UTBETALT", word).as_bytes());
        let Ok(Record {
            content: Content::Award(award),
            ..
        }) = &page.items[0]
        else {
            panic!("{word} is good")
        };
        assert_eq!(
            (award.status, award.payer.is_some()),
            (status, word != "PROGRAM"),
            "{word}"
        );
    }
    for activity in ["LOS", "FERIE", "FRITID", "ALTERNATIV_SKOLE", "INKLUDERING"] {
        let page = page(template.replace("ALTERNATIV_SKOLE", activity).as_bytes());
        let Ok(Record {
            content: Content::Award(award),
            ..
        }) = &page.items[1]
        else {
            panic!("{activity} is good")
        };
        assert_eq!(award.activity.as_deref(), Some(activity));
    }
    for word in ["utbetalt", "UTBETALT ", "", "SOKT"] {
        assert!(
            page(template.replace("UTBETALT", word).as_bytes()).items[0].is_err(),
            "{word:?} is not in the list"
        );
    }
}

#[test]
fn a_bad_record_says_what_is_wrong_and_takes_no_other_with_it() {
    let items = page(include_bytes!("../../fixtures/ugly-items.json")).items;
    let (good, bad): (Vec<_>, Vec<_>) = items.into_iter().partition(Result::is_ok);
    let good: Vec<String> = good
        .into_iter()
        .filter_map(Result::ok)
        .map(|record| record.reference)
        .collect();
    assert_eq!(
        good,
        ["21/0001", "21/0023"],
        "an organisation number that does not exist is no bad record"
    );
    let told: Vec<String> = bad
        .into_iter()
        .filter_map(Result::err)
        .map(|bad| format!("{}: {}", bad.place, bad.reason))
        .collect();
    let expected = [
        r#"2021, page 1, item 2 (21/0002): aktivitetstype: "KULTUR" is no known activity"#,
        r#"2021, page 1, item 3 (21/0003): status: "UNDER_BEHANDLING" is no known status"#,
        "2021, page 1, item 4 (21/0004): innvilgetBeloepOere: 4160000000 is no amount in øre as a decimal string",
        r#"2021, page 1, item 5 (21/0005): soektBeloepOere: "12.50" is no amount in øre as a decimal string"#,
        r#"2021, page 1, item 6 (21/0006): utbetaltBeloepOere: "1e3" is no amount in øre as a decimal string"#,
        r#"2021, page 1, item 7 (21/0007): vedtattDato: "01.03.2021" is no date"#,
        "2021, page 1, item 8 (21/0008): periode.til is missing",
        "2021, page 1, item 9 (21/0009): periode.til: 2021-01-01 lies before periode.fra, 2021-12-31",
        "2021, page 1, item 10 (21/0010): utbetalinger is missing",
        "2021, page 1, item 11 (21/0011): utbetalinger[1].beloepOere is missing",
        "2021, page 1, item 12 (21/0012): utbetalinger[0] is missing",
        r#"2021, page 1, item 13 (21/0013): endret: "2021-03-01T12:00:00" is no instant with an offset"#,
        "2021, page 1, item 14 (21/0014): tilskuddsaar: 2020 is not 2021, the year that was asked for",
        r#"2021, page 1, item 15 (21/0015): tilskuddsaar: "2021" is no year"#,
        "2021, page 1, item 16 (21/0016): soeker is missing",
        "2021, page 1, item 17 (21/0017): soeker.navn is missing",
        r#"2021, page 1, item 18 (21/0018): ordning.post: "6X" is no post of a chapter"#,
        r#"2021, page 1, item 19 (21/0019): soektBeloepOere: "9007199254740992" is no amount in øre as a decimal string"#,
        "2021, page 1, item 20: saksnummer is missing",
        "2021, page 1, item 21: null is no tilsagn",
        r#"2021, page 1, item 22: ["21/0022"] is no tilsagn"#,
        r#"2021, page 1, item 24 (21/0024): rapportfrist: "2022-02-30" is no date"#,
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_bad_record_tells_all_of_its_whereabouts_that_can_be_read() {
    let items = page(include_bytes!("../../fixtures/ugly-items.json")).items;
    let bad = |item: usize| items[item - 1].as_ref().expect_err("set aside");
    let horten = ReportedRecipient {
        organisation_number: Some("964951284".to_owned()),
        number: Some("3801".to_owned()),
        name: Some("Horten kommune".to_owned()),
    };

    let status = bad(3);
    assert_eq!(status.record, Some(RecordId::new("21/0003")));
    assert_eq!(status.revision, Some(1_614_596_400_000_000));
    assert_eq!(
        (&status.recipient, status.post, status.activity.as_deref()),
        (&horten, Some(BudgetPost::new(846, 62)), Some("LOS"))
    );
    assert_eq!(status.year, Some(2021));

    let activity = bad(2);
    assert_eq!(
        (&activity.recipient, activity.post, &activity.activity),
        (&horten, Some(BudgetPost::new(846, 62)), &None),
        "an unknown word names no activity"
    );
    assert_eq!(bad(13).revision, None);
    assert_eq!(bad(14).year, Some(2020));
    assert_eq!(bad(15).year, Some(2021), "it stands in the answer for 2021");
    assert_eq!(
        bad(17).recipient,
        ReportedRecipient {
            name: None,
            ..horten.clone()
        }
    );
    assert_eq!(bad(18).post, None);
    assert_eq!((&bad(20).record, &bad(20).recipient), (&None, &horten));
    assert_eq!(
        (&bad(21).recipient, bad(21).year),
        (&ReportedRecipient::default(), Some(2021))
    );
}

#[test]
fn an_answer_with_errors_is_refused_whole() {
    for body in [
        &include_bytes!("../../fixtures/data-null.json")[..],
        include_bytes!("../../fixtures/partial.json"),
        br#"{"data":null,"errors":"x"}"#,
    ] {
        assert_eq!(
            error(body),
            SourceError::outage("the answer for 2021, page 1 carries errors")
        );
    }
    // No error is named.
    let empty = String::from_utf8_lossy(include_bytes!("../../fixtures/empty.json"))
        .replace("{ \"data\"", "{ \"errors\": [], \"data\"");
    assert!(page(empty.as_bytes()).items.is_empty());
}

#[test]
fn a_payload_error_is_told_by_its_type_alone() {
    let body = include_str!("../../fixtures/payload-error.json");
    assert_eq!(
        error(body.as_bytes()),
        SourceError::refused("2021, page 1: RegisterIkkeTilgjengelig")
    );
    let odd = body.replace("RegisterIkkeTilgjengelig", "http://db-17/ hunter2");
    assert_eq!(
        error(odd.as_bytes()),
        SourceError::refused("2021, page 1: an error without a readable name")
    );
    assert!(matches!(
        answer(include_bytes!("../../fixtures/ugyldig-token.json"), 2021, PLACE),
        Ok(Answer::TokenExpired)
    ));
}

#[test]
fn what_is_not_the_documented_answer_is_malformed() {
    let malformed = |reason: &str| SourceError::malformed(PLACE, reason);
    assert_eq!(
        error(include_bytes!("../../fixtures/items-null.json")),
        malformed("items is null and no error says why")
    );
    assert_eq!(
        error(include_bytes!("../../fixtures/next-page-without-token.json")),
        malformed("there is a next page but no token for it")
    );
    for body in [
        "",
        "<html>",
        "null",
        "[]",
        r#"[{"soekTilsagn":null},null]"#,
        "{\"data\": {",
        "{}{}",
        "\u{feff}{}",
    ] {
        assert!(
            matches!(error(body.as_bytes()), SourceError::Malformed { .. }),
            "{body}"
        );
    }
    assert_eq!(error(br#"{"data":null}"#), malformed("there is no data and no error"));
    let no_payload = malformed("soekTilsagn is not the documented payload");
    for payload in [
        "null",
        "[]",
        r#"{"items":[],"continuationToken":null,"errors":[]}"#,
        r#"{"items":[],"hasNextPage":false,"continuationToken":null}"#,
        r#"{"items":[],"hasNextPage":false,"continuationToken":null,"errors":null}"#,
        r#"{"items":[],"hasNextPage":false,"continuationToken":7,"errors":[]}"#,
        r#"{"items":{},"hasNextPage":false,"continuationToken":null,"errors":[]}"#,
        r#"{"items":null,"hasNextPage":false,"continuationToken":null,"errors":[{"message":"x"}]}"#,
    ] {
        assert_eq!(
            error(format!("{{\"data\":{{\"soekTilsagn\":{payload}}}}}").as_bytes()),
            no_payload,
            "{payload}"
        );
    }
    let good = include_bytes!("../../fixtures/page.json");
    for cut in 0..good.trim_ascii_end().len() {
        assert!(
            matches!(error(&good[..cut]), SourceError::Malformed { .. }),
            "cut after {cut} bytes"
        );
    }
}

#[test]
fn of_one_case_on_two_pages_the_later_counts() {
    let mut year = Year::default();
    for body in [
        &include_bytes!("../../fixtures/two-pages-1.json")[..],
        include_bytes!("../../fixtures/two-pages-2.json"),
    ] {
        page(body).items.into_iter().for_each(|item| year.add(item));
    }
    let (records, set_aside) = year.finish();
    let granted: Vec<(String, Figure)> = records
        .into_iter()
        .map(|record| match record.content {
            Content::Award(award) => (award.award, award.granted),
            other => panic!("no award: {other:?}"),
        })
        .collect();
    let expected = [("21/0001", 11), ("21/0002", 2), ("21/0003", 33), ("21/0004", 4)]
        .map(|(id, ore)| (id.to_owned(), stated(ore)));
    assert_eq!(granted, expected);
    let bad: Vec<&str> = set_aside.iter().map(|bad| bad.reason.as_str()).collect();
    let amount = |text: &str| format!("innvilgetBeloepOere: {text:?} is no amount in øre as a decimal string");
    assert_eq!(
        bad,
        [amount("x"), amount("y")],
        "a bad version yields to a later one only"
    );
    assert_eq!(set_aside[0].record, Some(RecordId::new("21/0004")));
}
