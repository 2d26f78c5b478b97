//! Promise: NAV keeps the contract that every adapter keeps, and each thing that its page says goes wrong is noticed, named and
//! healed.

mod common;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{Folder, LIMIT, fixture, one_grant};
use jiff::civil::{Date, date};
use programgrant_contract::simulation::{Simulator, fault};
use programgrant_contract::suite::{self, Subject, World};
use programgrant_contract::{HeldExclusion, SourceError};
use programgrant_nav::simulator::{
    NO_OK, NavSimulator, ODD_AMOUNTS, SKIPPED_NUMBER, TOO_FEW_COLUMNS, UTF_8_BOM, WRONG_COUNT, WRONG_HASH, WRONG_SUM,
};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, Ore, Payment, Record, RecordId,
    ReportedRecipient, TargetGroup,
};

const POST: BudgetPost = BudgetPost::new(621, 63);

fn ore(ore: i64) -> Ore {
    Ore::new(ore).expect("in range")
}

fn recipient(organisation_number: &str, number: &str) -> ReportedRecipient {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    ReportedRecipient {
        organisation_number: text(organisation_number),
        number: text(number),
        name: None,
    }
}

fn record(voucher_no: &str, voucher_type: &str, content: Content) -> Record {
    let id = RecordId::new(format!("{voucher_no}/{voucher_type}"));
    Record {
        id,
        reference: voucher_no.to_owned(),
        revision: None,
        changed_at: None,
        item: None,
        content,
    }
}

fn award(voucher_no: &str, voucher_type: &str, figures: [Figure; 3], decided_on: Option<Date>) -> Record {
    let (award, status) = match voucher_type {
        "SO" => (voucher_no.to_owned(), AwardStatus::Applied),
        "IN" => (voucher_no.to_owned(), AwardStatus::Granted),
        "AV" => (voucher_no.to_owned(), AwardStatus::Refused),
        "TR" => (voucher_no.to_owned(), AwardStatus::Withdrawn),
        _ => (format!("{voucher_no}/PR"), AwardStatus::InProgramme),
    };
    let [applied, granted, paid] = figures;
    let content = AwardStatement {
        award,
        post: POST,
        activity: None,
        year: 2021,
        recipient: recipient("940837685", "0301"),
        status,
        applied,
        granted,
        paid,
        decided_on,
        use_from: decided_on.map(|_| date(2021, 4, 1)),
        use_until: decided_on.map(|_| date(2021, 12, 31)),
        report_due: None,
        target_group: decided_on.map(|_| TargetGroup::ChildrenAndYoung),
        payer: None,
        disbursements: Vec::new(),
    };
    record(voucher_no, voucher_type, Content::Award(content))
}

fn disbursement(voucher_no: &str, amount: i64) -> Disbursement {
    Disbursement {
        on: date(2021, 3, 31),
        amount: ore(amount),
        reference: Some(voucher_no.to_owned()),
    }
}

/// Every voucher type, and every amount that the suite asks for.
fn sample() -> Vec<Record> {
    use Figure::{NotApplicable, NotDelivered, Stated};
    let day = Some(date(2021, 3, 15));
    let payment = Payment {
        award: "70000001".to_owned(),
        post: POST,
        year: 2021,
        recipient: recipient("940837685", "0301"),
        target_group: Some(TargetGroup::ChildrenAndYoung),
        disbursement: disbursement("70000007", 12_345_678),
    };
    let correction = Correction {
        post: POST,
        year: 2020,
        recipient: recipient("", "3448"),
        target_group: Some(TargetGroup::Adults),
        disbursement: disbursement("70000008", -8_500_050),
    };
    vec![
        award(
            "70000001",
            "SO",
            [Stated(ore(123_456_789)), NotDelivered, NotDelivered],
            None,
        ),
        award("70000001", "IN", [NotDelivered, Stated(ore(10)), NotDelivered], day),
        award("70000003", "AV", [Stated(ore(0)), NotApplicable, NotDelivered], day),
        award("70000004", "TR", [NotDelivered, NotApplicable, NotDelivered], day),
        award(
            "70000005",
            "PR",
            [NotApplicable, Stated(ore(30_000_000)), NotApplicable],
            day,
        ),
        award("70000006", "IN", [NotDelivered, NotDelivered, NotDelivered], day),
        record("70000007", "TU", Content::Payment(payment)),
        record("70000008", "KR", Content::Correction(correction)),
    ]
}

fn world(limit: Option<usize>) -> World {
    let folder = Folder::with_limit(limit.map_or(LIMIT, |limit| u64::try_from(limit).expect("a size")));
    let (simulator, source) = (folder.simulator(), folder.nav.clone());
    World {
        simulator: Box::new(simulator),
        debug: format!("{source:?}"),
        source: Box::new(source),
        keep: Box::new(folder.into_directory()),
    }
}

#[tokio::test]
async fn nav_keeps_the_contract() {
    suite::run(&Subject {
        world: Box::new(|limit| Box::pin(std::future::ready(world(limit)))),
        sample: sample(),
        cannot: &[
            (fault::THROTTLED, "a folder asks nobody for patience"),
            (
                fault::REFUSED,
                "a folder knows no callers; one that may not be read is out of reach",
            ),
            (fault::NOT_READY, "what is not complete has not come yet"),
        ],
        is_queue: false,
    })
    .await;
}

/// A folder with the sample in it as the fault has it, and the simulator.
fn faulty(fault: &str) -> (Folder, NavSimulator) {
    let folder = Folder::new();
    let simulator = folder.simulator();
    simulator.publish(&sample());
    simulator.set_fault(Some(fault)).expect("a fault of NAV's");
    (folder, simulator)
}

const ALL: [&str; 8] = [
    "70000001/IN",
    "70000001/SO",
    "70000003/AV",
    "70000004/TR",
    "70000005/PR",
    "70000006/IN",
    "70000007/TU",
    "70000008/KR",
];

#[tokio::test]
async fn each_fault_is_noticed_and_healing_brings_the_rest() {
    let refused = [
        (
            fault::CUT,
            "NAV_TILSK_202103_0001.csv: does not end with #SLUTT: it breaks off, or something follows",
        ),
        (
            WRONG_HASH,
            "NAV_TILSK_202103_0001.csv: the hash in its .ok does not agree",
        ),
        (
            WRONG_COUNT,
            "NAV_TILSK_202103_0001.csv: #SLUTT counts 9 rows, the file has 8",
        ),
        (
            WRONG_SUM,
            "NAV_TILSK_202103_0001.csv: the control sum of #SLUTT does not agree with the rows",
        ),
        (SKIPPED_NUMBER, "NAV_TILSK_*_0001: missing: no file bears this number"),
    ];
    for (fault, gap) in refused {
        let (mut folder, simulator) = faulty(fault);
        let walk = folder.walk().await;
        assert_eq!((walk.ids(), walk.gaps()), (Vec::new(), vec![gap.to_owned()]), "{fault}");
        simulator.set_fault(None).expect("heals");
        let walk = folder.walk().await;
        assert_eq!(
            (walk.ids(), walk.gaps()),
            (ALL.map(str::to_owned).to_vec(), Vec::new()),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn oddities_that_the_page_allows_change_nothing() {
    for fault in [UTF_8_BOM, ODD_AMOUNTS, fault::UNKNOWN_FIELDS, fault::TWICE] {
        let (mut folder, _simulator) = faulty(fault);
        let walk = folder.walk().await;
        assert_eq!(
            (walk.ids(), walk.gaps(), walk.set_aside()),
            (ALL.map(str::to_owned).to_vec(), Vec::new(), Vec::new()),
            "{fault}"
        );
        for record in sample() {
            assert_eq!(walk.content(record.id.as_str()), record.content, "{fault}");
        }
    }
}

#[tokio::test]
async fn a_csv_without_ok_has_not_come_yet_and_is_missed_once_the_next_is_there() {
    let (mut folder, simulator) = faulty(NO_OK);
    assert!(folder.walk().await.is_silent());
    simulator.publish(&sample()[..1]);
    let walk = folder.walk().await;
    assert_eq!(walk.ids(), ["70000001/SO"]);
    assert_eq!(
        walk.gaps(),
        ["NAV_TILSK_*_0001: NAV_TILSK_202103_0001.csv lies there without .ok"]
    );
    simulator.set_fault(None).expect("heals");
    let walk = folder.walk().await;
    assert_eq!((walk.ids().len(), walk.gaps().len()), (ALL.len(), 0));
}

#[tokio::test]
async fn an_ok_vouches_for_its_file_alone() {
    let mut folder = Folder::new();
    folder.put("NAV_TILSK_202103_0001.csv", fixture("as-the-page-shows.csv"));
    let sum = "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184";
    for ok in [sum, "x", "OK", "\u{feff}"] {
        folder.put("NAV_TILSK_202103_0001.ok", ok);
        let walk = folder.walk().await;
        assert_eq!(
            (walk.ids().len(), walk.gaps()),
            (
                0,
                vec!["NAV_TILSK_202103_0001.csv: the hash in its .ok does not agree".to_owned()]
            )
        );
    }
    folder.put("NAV_TILSK_202103_0001.ok", " \r\n");
    assert_eq!(folder.walk().await.ids().len(), 4);
}

#[tokio::test]
async fn an_ok_without_csv_announces_a_file_that_is_missing() {
    let mut folder = Folder::new();
    folder.put("NAV_TILSK_202103_0001.ok", "");
    assert_eq!(
        folder.walk().await.gaps(),
        ["NAV_TILSK_*_0001: NAV_TILSK_202103_0001.ok lies there without .csv"]
    );
    folder.put("NAV_TILSK_202103_0001.csv", fixture("as-the-page-shows.csv"));
    assert_eq!(folder.walk().await.gaps(), [""; 0]);
}

#[tokio::test]
async fn later_files_are_read_over_a_skipped_number() {
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", one_grant(1, 1));
    folder.deliver("NAV_TILSK_202103_0003", one_grant(3, 3));
    folder.deliver("NAV_TILSK_202104_0006", one_grant(6, 6));
    let walk = folder.walk().await;
    assert_eq!(walk.ids(), ["1/IN", "3/IN", "6/IN"]);
    let (second, others) = (
        "NAV_TILSK_*_0002: missing: no file bears this number",
        "NAV_TILSK_*_0004 to 0005: missing: no file bears these numbers",
    );
    assert_eq!(walk.gaps(), [second, others]);
    // Nothing new does not close a gap.
    assert_eq!(folder.walk().await.gaps(), [second, others]);
    folder.deliver("NAV_TILSK_202103_0002", one_grant(2, 2));
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids(), walk.gaps()),
        (vec!["2/IN".to_owned()], vec![others.to_owned()])
    );
}

#[tokio::test]
async fn a_file_cut_off_before_slutt_is_refused_whole_and_read_once_it_is_corrected() {
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", fixture("cut-off-before-slutt.csv"));
    folder.deliver("NAV_TILSK_202103_0002", one_grant(2, 2));
    let walk = folder.walk().await;
    assert_eq!(walk.ids(), ["2/IN"]);
    assert_eq!(
        walk.gaps(),
        ["NAV_TILSK_202103_0001.csv: does not end with #SLUTT: it breaks off, or something follows"]
    );
    folder.deliver("NAV_TILSK_202103_0001", fixture("as-the-page-shows.csv"));
    let walk = folder.walk().await;
    assert_eq!((walk.ids().len(), walk.gaps().len()), (4, 0));
}

#[tokio::test]
async fn a_file_whose_count_or_sum_disagrees_is_refused_whole() {
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", fixture("count-disagrees.csv"));
    folder.deliver("NAV_TILSK_202103_0002", fixture("sum-disagrees.csv"));
    let walk = folder.walk().await;
    assert!(walk.ids().is_empty() && walk.set_aside().is_empty());
    let expected = [
        "NAV_TILSK_202103_0001.csv: #SLUTT counts 5 rows, the file has 4",
        "NAV_TILSK_202103_0002.csv: the control sum of #SLUTT does not agree with the rows",
    ];
    assert_eq!(walk.gaps(), expected);
}

#[tokio::test]
async fn a_row_with_too_few_columns_is_set_aside_with_its_whereabouts() {
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", fixture("too-few-columns.csv"));
    let walk = folder.walk().await;
    assert_eq!((walk.ids().len(), walk.gaps().len()), (3, 0));
    let row = &walk.0[0].set_aside[0];
    assert_eq!(row.place, "NAV_TILSK_202103_0001.csv, line 5");
    assert_eq!(row.reason, "the row has another number of columns than the header");
    assert_eq!(
        (&row.record, row.post, row.year),
        (&Some(RecordId::new("70012348/PR")), Some(POST), Some(2021))
    );
    assert_eq!(row.recipient, recipient("964982597", "5014"));
    let (mut folder, _simulator) = faulty(TOO_FEW_COLUMNS);
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids().len(), walk.set_aside().len(), walk.gaps().len()),
        (ALL.len(), 1, 0)
    );
}

#[tokio::test]
async fn a_byte_order_mark_means_utf_8() {
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", fixture("utf-8-bom.csv"));
    let marked = folder.walk().await;
    let mut folder = Folder::new();
    folder.deliver("NAV_TILSK_202103_0001", fixture("as-the-page-shows.csv"));
    let plain = folder.walk().await;
    assert_eq!(plain.ids().len(), 4);
    assert_eq!(marked.0[0].records, plain.0[0].records);
    let mut folder = Folder::new();
    folder.deliver(
        "NAV_TILSK_202103_0001",
        [&b"\xef\xbb\xbf"[..], &fixture("as-the-page-shows.csv")].concat(),
    );
    assert_eq!(
        folder.walk().await.gaps(),
        ["NAV_TILSK_202103_0001.csv: begins with a UTF-8 byte-order mark and is not UTF-8"]
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_out_of_reach_and_an_empty_one_is_silent() {
    let mut folder = Folder::new();
    let walk = folder.walk().await;
    assert!(walk.is_silent());
    fs::remove_dir(&folder.inbox).expect("removed");
    let error = folder.try_walk().await.expect_err("no folder");
    assert_eq!(error, SourceError::outage("the inbox cannot be read"));
    // A file where the folder should be.
    fs::write(&folder.inbox, "").expect("written");
    assert_eq!(folder.try_walk().await.expect_err("no folder"), error);
    let (mut folder, simulator) = faulty(fault::OUTAGE);
    simulator.publish(&[award("1", "SO", [Figure::NotDelivered; 3], None)]);
    assert_eq!(folder.try_walk().await.expect_err("an outage"), error);
    simulator.set_fault(None).expect("heals");
    assert_eq!(
        folder.walk().await.ids().len(),
        ALL.len() + 1,
        "what was delivered in the outage comes after it"
    );
}

#[tokio::test]
async fn the_simulator_reads_the_newest_complete_list_of_exclusions() {
    let folder = Folder::new();
    let simulator = folder.simulator();
    assert_eq!(simulator.exclusions(), []);
    let list = |rows: &str, count: u8| {
        let text = format!("orgnr;kommnr;navn;fra;til;program;malgruppe;hjemmel\r\n{rows}#SLUTT;{count};0,00\r\n");
        text.chars()
            .map(|sign| u8::try_from(u32::from(sign)).expect("Latin"))
            .collect::<Vec<u8>>()
    };
    let write = |instant: &str, bytes: &[u8], ok: Option<&str>| {
        let path = folder.outbox.join(format!("SPERRE_0621_63_{instant}.csv"));
        fs::write(&path, bytes).expect("written");
        if let Some(ok) = ok {
            fs::write(path.with_extension("ok"), ok).expect("written");
        }
    };
    let row = "964982597;5014;Frøya;01.01.2021;30.06.2023;pilot;UNGE;\"vedtak; 2020\"\r\n";
    let sum = "7e2d9b7a36a7f1c4f7b37ff9b9f2d8d9ab33be71cf0f8b1a23f45d4a3bb2aa0c";
    write("20210301120000", &list(row, 1), Some(sum));
    assert_eq!(simulator.exclusions(), [], "the sum does not agree");
    let sums = [&list(row, 1), &list("", 0), &list(row, 2)].map(|bytes| sha256(bytes));
    write("20210301120000", &list(row, 1), Some(&sums[0]));
    let exclusion = HeldExclusion {
        organisation_number: "964982597".to_owned(),
        subject: "0621.63".to_owned(),
        from: date(2021, 1, 1),
        until: date(2023, 6, 30),
    };
    assert_eq!(simulator.exclusions(), std::slice::from_ref(&exclusion));
    write("20210401120000", &list(row, 2), Some(&sums[2]));
    write("20210501120000", &list("", 0), None);
    assert_eq!(
        simulator.exclusions(),
        [exclusion],
        "neither a wrong count nor an incomplete list counts"
    );
    write("20210501120000", &list("", 0), Some(&sums[1]));
    assert_eq!(simulator.exclusions(), [], "an empty list lifts all");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    format!("{:x}", Sha256::digest(bytes))
}

#[tokio::test]
async fn a_simulator_that_starts_again_numbers_on() {
    let mut folder = Folder::new();
    let (first, last) = (&sample()[..1], &sample()[1..]);
    folder.simulator().publish(first);
    folder.simulator().publish(last);
    let walk = folder.walk().await;
    assert_eq!((walk.ids().len(), walk.gaps().len()), (ALL.len(), 0));
}

#[test]
fn the_simulator_says_nothing_that_it_would_not_mean() {
    let mut records = sample();
    if let Content::Award(award) = &mut records[1].content {
        award.activity = Some("LOS".to_owned());
    }
    let folder = Folder::new();
    let simulator = folder.simulator();
    let refused = catch_unwind(AssertUnwindSafe(|| simulator.publish(&records)));
    let why = refused.expect_err("refused").downcast::<String>().expect("a text");
    assert!(why.starts_with("NAV's columns cannot say"), "{why}");
    let laid = fs::read_dir(&folder.inbox).expect("readable").count();
    assert_eq!(laid, 0, "nor what stands beside it");
}
