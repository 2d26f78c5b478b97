//! Promise: NAV's outbox holds the whole list of what is wanted, in one new file for each change and in none without, named and
//! written as the page says, and no name is ever altered to fit.

mod common;

use std::fs;

use common::Folder;
use jiff::Timestamp;
use jiff::civil::date;
use programgrant_contract::simulation::{Simulator, fault};
use programgrant_contract::suite::exclusions::{self, AT, ExclusionSubject, ExclusionWorld};
use programgrant_contract::{Exclusions, HeldExclusion, SourceError, SyncOutcome};
use programgrant_nav::NavOutbox;
use programgrant_schema::{BudgetPost, Exclusion, Participant, Prevention, TargetGroup};
use sha2::{Digest, Sha256};

fn exclusion(organisation_number: &str, number: &str, name: &str) -> Exclusion {
    let organisation_number = organisation_number.parse().expect("an organisation number");
    Exclusion {
        participant: Participant {
            organisation_number,
            number: number.to_owned(),
            name: name.to_owned(),
        },
        post: BudgetPost::new(621, 63),
        activity: None,
        from: date(2020, 1, 1),
        until: date(2023, 6, 30),
        programme: "0-24-pilot".to_owned(),
        legal_basis: "pkt. 3.3; \"samme målgruppe\" – 0–24 år".to_owned(),
        prevention: Prevention::RefuseApplication,
        target_group: Some(TargetGroup::ChildrenAndYoung),
    }
}

fn froeya() -> Exclusion {
    exclusion("964982597", "5014", "Frøya")
}

fn sample() -> Vec<Exclusion> {
    vec![
        froeya(),
        exclusion("940244145", "3813", "Bamble"),
        exclusion("942110464", "5001", "Trondheim – Tråante"),
    ]
}

fn outbox(folder: &Folder) -> NavOutbox {
    NavOutbox::new(folder.outbox.clone())
}

/// The names in the outbox, in their order.
fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(&folder.outbox).expect("the outbox");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

fn at(instant: &str) -> Timestamp {
    instant.parse().expect("an instant")
}

#[tokio::test]
async fn every_promise_of_the_contract_is_kept() {
    exclusions::run(&ExclusionSubject {
        world: Box::new(|| {
            let folder = Folder::new();
            let (simulator, outbox) = (folder.simulator(), outbox(&folder));
            let debug = format!("{outbox:?}");
            let keep = Box::new(folder.into_directory());
            Box::pin(std::future::ready(ExclusionWorld {
                simulator: Box::new(simulator),
                exclusions: Box::new(outbox),
                debug,
                keep,
            }))
        }),
        sample: sample(),
        can_list: true,
        cannot: &[
            (fault::THROTTLED, "a folder asks nobody for patience"),
            (
                fault::REFUSED,
                "a folder knows no callers; one that may not be written is out of reach",
            ),
            (
                fault::CUT,
                "the outbox holds the gateway's own files: one that breaks off is not complete",
            ),
            (fault::NOT_SET, "a list is there whole or not at all"),
            (
                fault::ANSWER_LOST,
                "a folder gives no answers: what lies there was written",
            ),
        ],
    })
    .await;
}

#[tokio::test]
async fn a_list_is_written_to_the_letter() {
    let folder = Folder::new();
    let whole = Exclusion {
        target_group: None,
        ..exclusion("940244145", "3813", "Bamble")
    };
    outbox(&folder)
        .sync(&[froeya(), whole], &[], at("2021-03-01T11:00:00Z"))
        .await
        .expect("written");
    assert_eq!(
        names(&folder),
        ["SPERRE_0621_63_20210301120000.csv", "SPERRE_0621_63_20210301120000.ok"]
    );
    let bytes = fs::read(folder.outbox.join("SPERRE_0621_63_20210301120000.csv")).expect("the list");
    let expected: &[u8] = b"orgnr;kommnr;navn;fra;til;program;malgruppe;hjemmel\r\n\
        940244145;3813;Bamble;01.01.2020;30.06.2023;0-24-pilot;ALLE;\"pkt. 3.3; \"\"samme m\xe5lgruppe\"\" \x96 0\x9624 \xe5r\"\r\n\
        964982597;5014;Fr\xf8ya;01.01.2020;30.06.2023;0-24-pilot;UNGE;\"pkt. 3.3; \"\"samme m\xe5lgruppe\"\" \x96 0\x9624 \xe5r\"\r\n\
        #SLUTT;2;0,00\r\n";
    assert_eq!(bytes, expected);
    let ok = fs::read_to_string(folder.outbox.join("SPERRE_0621_63_20210301120000.ok")).expect("the sum");
    assert_eq!(ok, format!("{:x}", Sha256::digest(&bytes)));
}

#[tokio::test]
async fn a_file_is_written_for_each_change_and_none_without() {
    let folder = Folder::new();
    let outbox = outbox(&folder);
    outbox.sync(&[], &[], AT).await.expect("nothing to write");
    assert_eq!(names(&folder), [""; 0], "no list is the same as an empty one");
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let wanted = order.map(|index| sample()[index].clone());
        outbox.sync(&wanted, &[], AT).await.expect("written");
        assert_eq!(names(&folder).len(), 2, "the same list in another order");
    }
    outbox.sync(&sample()[..2], &sample(), AT).await.expect("written");
    outbox.sync(&sample()[..2], &sample()[..2], AT).await.expect("written");
    assert_eq!(names(&folder).len(), 4);
    outbox.sync(&[], &sample()[..2], AT).await.expect("written");
    assert_eq!(
        (names(&folder).len(), folder.simulator().exclusions()),
        (6, Vec::new()),
        "an empty list lifts all"
    );
}

#[tokio::test]
async fn each_list_is_named_later_than_every_other_also_in_the_hour_that_comes_twice() {
    let folder = Folder::new();
    let outbox = outbox(&folder);
    // 02:30 summer time, 02:30:00 again, and 02:10 winter time, which is later.
    let instants = [
        "2021-10-31T00:30:00Z",
        "2021-10-31T00:30:00Z",
        "2021-10-31T01:10:00Z",
        "2021-10-31T02:10:00Z",
    ];
    for (index, instant) in instants.into_iter().enumerate() {
        outbox
            .sync(&sample()[..=index % 2], &sample(), at(instant))
            .await
            .expect("written");
    }
    let lists: Vec<_> = names(&folder)
        .into_iter()
        .filter_map(|name| name.strip_suffix(".csv").map(str::to_owned))
        .collect();
    assert_eq!(
        lists,
        ["20211031023000", "20211031023001", "20211031023002", "20211031031000"]
            .map(|instant| format!("SPERRE_0621_63_{instant}"))
    );
    assert_eq!(
        folder.simulator().exclusions().len(),
        2,
        "the newest is the last that was written"
    );
}

#[tokio::test]
async fn a_list_that_is_not_complete_does_not_count_and_one_that_broke_off_is_completed() {
    let folder = Folder::new();
    let outbox = outbox(&folder);
    outbox.sync(&sample(), &[], AT).await.expect("written");
    let [csv, ok] = names(&folder).try_into().expect("two files");
    fs::remove_file(folder.outbox.join(&ok)).expect("removed");
    outbox.sync(&sample(), &sample(), AT).await.expect("completed");
    assert_eq!(names(&folder), [csv.clone(), ok.clone()], "no second file");
    assert_eq!(folder.simulator().exclusions().len(), 3);
    // Another list lies there unfinished, or with a sum that does not agree: a new one is written.
    fs::write(folder.outbox.join(&ok), "0".repeat(64)).expect("written");
    outbox.sync(&sample(), &sample(), AT).await.expect("written");
    assert_eq!((names(&folder).len(), folder.simulator().exclusions().len()), (4, 3));
    fs::remove_file(folder.outbox.join(&names(&folder)[3])).expect("removed");
    outbox.sync(&sample()[..1], &sample(), AT).await.expect("written");
    assert_eq!((names(&folder).len(), folder.simulator().exclusions().len()), (5, 1));
    assert!(names(&folder).iter().all(|name| !name.contains("tmp")));
}

#[tokio::test]
async fn what_a_call_left_that_broke_off_while_it_wrote_is_cleared_away() {
    let folder = Folder::new();
    for name in [
        "SPERRE_0621_63_20201231235959.csv.tmp",
        "SPERRE_0621_63_20201231235959.ok.tmp",
        "others.csv.tmp",
    ] {
        fs::write(folder.outbox.join(name), "").expect("written");
    }
    outbox(&folder).sync(&sample(), &[], AT).await.expect("written");
    let left: Vec<String> = names(&folder).into_iter().filter(|name| name.contains("tmp")).collect();
    assert_eq!(left, ["others.csv.tmp"], "what is not ours stays");
}

#[tokio::test]
async fn a_name_that_cannot_be_written_is_an_error_and_never_another_name() {
    let folder = Folder::new();
    let outbox = outbox(&folder);
    let good = || exclusion("940244145", "3813", "Bamble");
    for (name, legal_basis, column) in [
        ("Porsáŋgu", "x", "navn"),
        ("Deatnu đ", "x", "navn"),
        ("Bamble\n", "x", "navn"),
        ("Bamble", "a\r\nb", "hjemmel"),
        ("Bamble", "→ 3.3", "hjemmel"),
    ] {
        let participant = Participant {
            name: name.to_owned(),
            ..good().participant
        };
        let wrong = Exclusion {
            participant,
            legal_basis: legal_basis.to_owned(),
            ..good()
        };
        let report = outbox
            .sync(&[froeya(), wrong.clone()], &[], AT)
            .await
            .expect("the folder is there");
        let failures: Vec<_> = report.failures().collect();
        let reason = format!("{column} holds a character that NAV's file (Windows-1252) cannot hold");
        assert_eq!(failures, [(&wrong, &SourceError::refused(reason))]);
        assert_eq!(folder.simulator().exclusions().len(), 1, "the other one is kept");
    }
    // One that stands under a name that can be written stays until its successor can be.
    outbox
        .sync(&[froeya(), good()], &[froeya()], AT)
        .await
        .expect("written");
    let participant = Participant {
        name: "Porsáŋgu".to_owned(),
        ..good().participant
    };
    let renamed = Exclusion {
        participant,
        until: date(2022, 12, 31),
        ..good()
    };
    let report = outbox
        .sync(&[froeya(), renamed.clone()], &[froeya(), good(), renamed], AT)
        .await
        .expect("written");
    assert_eq!(
        (report.failures().count(), folder.simulator().exclusions().len()),
        (2, 2)
    );
}

#[tokio::test]
async fn what_navs_list_has_no_place_for_is_refused_by_name() {
    let folder = Folder::new();
    for (wrong, reason) in [
        (
            Exclusion {
                post: BudgetPost::new(765, 60),
                ..froeya()
            },
            "NAV's list is about 621.63, not about 765.60",
        ),
        (
            Exclusion {
                prevention: Prevention::BlockActivity,
                ..froeya()
            },
            "NAV has no word for block-activity; it knows refuse-application",
        ),
        (
            Exclusion {
                activity: Some("LOS".to_owned()),
                ..froeya()
            },
            "NAV's list is about a target group, not about an activity",
        ),
        (
            Exclusion {
                target_group: Some(TargetGroup::Other),
                ..froeya()
            },
            "NAV has no word for another target group than UNGE, VOKSNE and ALLE",
        ),
        (
            Exclusion {
                until: date(2019, 1, 1),
                ..froeya()
            },
            "the exclusion ends before it begins",
        ),
    ] {
        let report = outbox(&folder)
            .sync(&[wrong], &[], AT)
            .await
            .expect("the folder is there");
        assert_eq!(
            report.outcomes[0].outcome,
            SyncOutcome::Failed(SourceError::refused(reason))
        );
    }
    assert_eq!(names(&folder), [""; 0]);
}

#[tokio::test]
async fn rows_that_somebody_else_wrote_go_along_to_the_letter() {
    let folder = Folder::new();
    let row = "864953042;;\"Siljan; «omegn»\";01.01.2019;31.12.2030;annet;VOKSNE;hjemmel";
    let text = format!("orgnr;kommnr;navn;fra;til;program;malgruppe;hjemmel\r\n{row}\r\n#SLUTT;1;0,00\r\n");
    let bytes: Vec<u8> = text
        .chars()
        .map(|sign| u8::try_from(u32::from(sign)).expect("Latin"))
        .collect();
    fs::write(folder.outbox.join("SPERRE_0621_63_20200101000000.csv"), &bytes).expect("written");
    fs::write(
        folder.outbox.join("SPERRE_0621_63_20200101000000.ok"),
        format!("{:x}", Sha256::digest(&bytes)),
    )
    .expect("written");
    let report = outbox(&folder).sync(&[froeya()], &[], AT).await.expect("written");
    let theirs = HeldExclusion {
        organisation_number: "864953042".to_owned(),
        subject: "0621.63".to_owned(),
        from: date(2019, 1, 1),
        until: date(2030, 12, 31),
    };
    assert_eq!(report.foreign, Some(vec![theirs]));
    let newest = fs::read(folder.outbox.join(&names(&folder)[2])).expect("the list");
    let row: Vec<u8> = row
        .chars()
        .map(|sign| u8::try_from(u32::from(sign)).expect("Latin"))
        .collect();
    assert!(newest.windows(row.len()).any(|window| window == row));
}

#[tokio::test]
async fn an_outbox_that_is_not_there_is_out_of_reach() {
    let folder = Folder::new();
    fs::remove_dir(&folder.outbox).expect("removed");
    let error = outbox(&folder).sync(&sample(), &[], AT).await.expect_err("no folder");
    assert_eq!(error, SourceError::outage("the outbox cannot be read"));
}
