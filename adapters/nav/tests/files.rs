//! Promise: what lies in the folder is read once, in the order of its numbers and to the letter, and nothing that is changed,
//! doubled or gone passes unnoticed.

mod common;

use std::fs::File;
use std::time::{Duration, SystemTime};

use common::{Folder, fixture, one_grant};
use programgrant_contract::Position;
use programgrant_schema::{AwardStatus, Content, Figure};

const FIRST: &str = "NAV_TILSK_202103_0001";

fn granted(content: &Content) -> i64 {
    match content {
        Content::Award(award) => award.granted.stated().expect("stated").get(),
        other => panic!("no award: {other:?}"),
    }
}

#[tokio::test]
async fn the_pages_example_is_read_to_the_letter() {
    for name in [
        "as-the-page-shows.csv",
        "unix-line-ends.csv",
        "shuffled-and-unknown-columns.csv",
    ] {
        let mut folder = Folder::new();
        folder.deliver(FIRST, fixture(name));
        let walk = folder.walk().await;
        assert_eq!(
            walk.ids(),
            ["70012345/IN", "70012346/TU", "70012347/KR", "70012348/PR"],
            "{name}"
        );
        assert_eq!((walk.gaps().len(), walk.set_aside().len()), (0, 0), "{name}");
        let Content::Award(grant) = walk.content("70012345/IN") else {
            panic!("no award")
        };
        assert_eq!((grant.award.as_str(), grant.status), ("70012345", AwardStatus::Granted));
        assert_eq!(granted(&walk.content("70012345/IN")), 75_000_000);
        let Content::Payment(payment) = walk.content("70012346/TU") else {
            panic!("no payment")
        };
        assert_eq!(
            (payment.award.as_str(), payment.disbursement.amount.get()),
            ("70012345", 37_500_000)
        );
        let Content::Correction(correction) = walk.content("70012347/KR") else {
            panic!("no correction")
        };
        assert_eq!(
            (correction.year, correction.disbursement.amount.get()),
            (2020, -8_500_000)
        );
        let Content::Award(share) = walk.content("70012348/PR") else {
            panic!("no award")
        };
        assert_eq!(
            (share.award.as_str(), share.status),
            ("70012348/PR", AwardStatus::InProgramme)
        );
        assert_eq!(
            (share.applied, share.granted.stated().map(programgrant_schema::Ore::get)),
            (Figure::NotApplicable, Some(30_000_000))
        );
    }
}

#[tokio::test]
async fn ugly_amounts_are_read_to_the_ore() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, fixture("ugly-amounts.csv"));
    let walk = folder.walk().await;
    let amounts: Vec<i64> = walk.0[0]
        .records
        .iter()
        .map(|record| match &record.content {
            Content::Correction(correction) => correction.disbursement.amount.get(),
            other => panic!("no correction: {other:?}"),
        })
        .collect();
    assert_eq!(amounts, [-12_000_050, -12_000_050, -8_500_000, 123_456_789, 10, 0]);
    assert_eq!(walk.gaps(), [""; 0]);
}

#[tokio::test]
async fn bad_rows_stand_aside_and_the_good_one_comes() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, fixture("bad-rows.csv"));
    let walk = folder.walk().await;
    let expected = [
        "NAV_TILSK_202103_0001.csv, line 2: voucher_type: \"OM\" is none of SO, IN, AV, TR, TU, KR and PR",
        "NAV_TILSK_202103_0001.csv, line 3: belop: \"1,234.00\" is no amount in kroner",
        "NAV_TILSK_202103_0001.csv, line 4: tekst: \"Utbetaling uten vedtak\" names no granting voucher (vedtak and a number)",
        "NAV_TILSK_202103_0001.csv, line 5: trans_date: \"31.02.2021\" is no date (dd.mm.yyyy)",
    ];
    assert_eq!(
        (walk.set_aside(), walk.ids()),
        (expected.map(str::to_owned).to_vec(), vec!["70030005/SO".to_owned()])
    );
    assert_eq!(walk.gaps(), [""; 0]);
}

#[tokio::test]
async fn what_has_been_read_is_not_read_again() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, fixture("bad-rows.csv"));
    assert_eq!(folder.walk().await.set_aside().len(), 4);
    assert!(folder.walk().await.is_silent());
    // A position of another version, or none, means: begin again.
    folder.position = Some(Position::from_text("{\"files\":[]}".to_owned()));
    assert_eq!(folder.walk().await.set_aside().len(), 4);
}

#[tokio::test]
async fn a_later_row_replaces_the_earlier_within_a_file_and_across_files() {
    let mut folder = Folder::new();
    let both =
        one_grant(1, 10).replace("#SLUTT;1;10,00\r\n", "") + one_grant(1, 20).split_once("\r\n").expect("a header").1;
    folder.deliver(
        "NAV_TILSK_202103_0002",
        both.replace("#SLUTT;1;20,00", "#SLUTT;2;30,00"),
    );
    assert_eq!(granted(&folder.walk().await.content("1/IN")), 2_000);
    let second = folder.pull(None).await.records.pop().expect("a record");
    // A file that comes late is still the earlier one.
    folder.deliver(FIRST, one_grant(1, 30));
    let first = folder.walk().await.record("1/IN");
    assert!(first.revision < second.revision);
    folder.deliver("NAV_TILSK_202201_0003", one_grant(1, 40));
    folder.position = None;
    assert_eq!(granted(&folder.walk().await.content("1/IN")), 4_000);
}

#[tokio::test]
async fn a_bad_row_that_a_later_good_one_replaces_does_not_stand_aside() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, one_grant(1, 10).replace(";10,00\r\n#", ";x\r\n#"));
    folder.deliver("NAV_TILSK_202103_0002", one_grant(1, 10));
    let walk = folder.walk().await;
    assert_eq!((walk.ids().len(), walk.set_aside().len()), (1, 0));
    folder.deliver(
        "NAV_TILSK_202103_0003",
        one_grant(1, 10).replace(";10,00\r\n#", ";x\r\n#"),
    );
    folder.position = None;
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids(), walk.set_aside()),
        (
            vec!["1/IN".to_owned()],
            vec!["NAV_TILSK_202103_0003.csv, line 2: belop: \"x\" is no amount in kroner".to_owned()]
        )
    );
}

#[tokio::test]
async fn a_file_that_is_delivered_twice_changes_nothing() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, one_grant(1, 10));
    assert_eq!(folder.walk().await.ids(), ["1/IN"]);
    touch(&folder, FIRST, 60);
    assert!(folder.walk().await.is_silent());
    folder.deliver("NAV_TILSK_202104_0001", one_grant(1, 10));
    assert!(folder.walk().await.is_silent());
    // As long as one copy lies there, the number is delivered.
    folder.remove(&format!("{FIRST}.csv"));
    assert!(folder.walk().await.is_silent());
    let mut folder = Folder::new();
    folder.deliver(FIRST, one_grant(1, 10));
    folder.deliver("NAV_TILSK_202104_0001", one_grant(1, 10));
    assert_eq!(folder.pull(None).await.records.len(), 1);
    assert_eq!(folder.walk().await.gaps(), [""; 0]);
}

#[tokio::test]
async fn two_different_files_of_one_number_are_a_gap_and_the_first_stands() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, one_grant(1, 10));
    folder.deliver("NAV_TILSK_202104_0001", one_grant(2, 20));
    let gap = ["NAV_TILSK_202104_0001.csv: two different files bear the number 0001; this one is not read"];
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids(), walk.gaps()),
        (vec!["1/IN".to_owned()], gap.map(str::to_owned).to_vec())
    );
    assert_eq!(folder.walk().await.gaps(), gap);
    // Of another length, so that it need not be read to be told apart.
    folder.deliver("NAV_TILSK_202104_0001", one_grant(2, 200_000));
    assert_eq!(folder.walk().await.gaps(), gap);
    folder.remove("NAV_TILSK_202104_0001.csv");
    assert_eq!(folder.walk().await.gaps(), [""; 0]);
}

#[tokio::test]
async fn a_file_that_is_changed_after_it_was_read_is_a_gap_until_it_is_restored() {
    let gap = ["NAV_TILSK_202103_0001.csv: was changed after it was read; what was read stands"];
    for changed in [one_grant(1, 11), one_grant(1, 1_000)] {
        let mut folder = Folder::new();
        folder.deliver(FIRST, one_grant(1, 10));
        folder.walk().await;
        folder.deliver(FIRST, &changed);
        touch(&folder, FIRST, 60);
        let walk = folder.walk().await;
        assert_eq!((walk.ids().len(), walk.gaps()), (0, gap.map(str::to_owned).to_vec()));
        assert_eq!(folder.walk().await.gaps(), gap);
        folder.deliver(FIRST, one_grant(1, 10));
        touch(&folder, FIRST, 120);
        assert!(folder.walk().await.is_silent());
    }
}

#[tokio::test]
async fn a_file_that_was_read_and_has_vanished_is_a_gap_until_it_is_back() {
    let mut folder = Folder::new();
    folder.deliver(FIRST, one_grant(1, 10));
    folder.walk().await;
    folder.remove(&format!("{FIRST}.ok"));
    assert!(folder.walk().await.is_silent());
    folder.remove(&format!("{FIRST}.csv"));
    assert_eq!(
        folder.walk().await.gaps(),
        ["NAV_TILSK_202103_0001.csv: was read and has vanished; what was read stands"]
    );
    folder.deliver(FIRST, one_grant(1, 10));
    assert!(folder.walk().await.is_silent());
}

#[tokio::test]
async fn other_names_in_the_folder_are_nobodys_business() {
    let mut folder = Folder::new();
    for name in [
        "NAV_TILSK_202103_0001.csv.tmp",
        "NAV_TILSK_202103_00001.csv",
        "NAV_TILSK_202103_0001.CSV",
        "README.txt",
        "NAV_TILSK_202103_0002.md5",
    ] {
        folder.put(name, fixture("cut-off-before-slutt.csv"));
    }
    assert!(folder.walk().await.is_silent());
}

#[tokio::test]
async fn a_pull_reads_some_files_and_the_walk_reads_them_all() {
    let mut folder = Folder::new();
    for number in 1..=120 {
        let bytes = if number % 2 == 0 {
            one_grant(number, number)
        } else {
            one_grant(number, number).replace("#SLUTT;1", "#SLUTT;2")
        };
        folder.deliver(&format!("NAV_TILSK_202103_{number:04}"), bytes);
    }
    let walk = folder.walk().await;
    let sizes: Vec<usize> = walk.0.iter().map(|batch| batch.records.len()).collect();
    assert_eq!(sizes, [25, 25, 10]);
    assert_eq!(
        walk.0.iter().map(|batch| batch.gaps.len()).collect::<Vec<_>>(),
        [25, 50, 60]
    );
    // The refused ones are tried again, all of them, and a corrected one comes.
    folder.deliver("NAV_TILSK_202103_0119", one_grant(119, 119));
    let walk = folder.walk().await;
    assert_eq!((walk.ids(), walk.gaps().len()), (vec!["119/IN".to_owned()], 59));
}

#[tokio::test]
async fn a_pull_holds_little_more_than_one_file_of_the_limit() {
    let size = u64::try_from(one_grant(1, 1).len()).expect("a size");
    let mut folder = Folder::with_limit(size * 2);
    for number in 1..=5 {
        folder.deliver(&format!("NAV_TILSK_202103_{number:04}"), one_grant(number, 1));
    }
    assert_eq!(
        folder
            .walk()
            .await
            .0
            .iter()
            .map(|batch| batch.records.len())
            .collect::<Vec<_>>(),
        [2, 2, 1]
    );
    let mut folder = Folder::with_limit(size - 1);
    folder.deliver(FIRST, one_grant(1, 1));
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids().len(), walk.gaps()),
        (0, vec![format!("{FIRST}.csv: is larger than {} bytes", size - 1)])
    );
}

/// Sets the `.csv` file's time of change, which two writes in one moment may share.
fn touch(folder: &Folder, stem: &str, seconds: u64) {
    let file = File::options()
        .write(true)
        .open(folder.inbox.join(format!("{stem}.csv")))
        .expect("the file");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + seconds))
        .expect("set");
}
