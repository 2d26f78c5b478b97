//! Promise: what DFØ's files say comes to the øre and whole; a post whose year cannot be told has no figure at all, and a file
//! that is not to be believed says so until it changes.

mod common;

use std::collections::HashSet;
use std::fs;

use common::{
    APPROPRIATIONS, Drop, LANGUAGE, POT, UDIR, YEAR_2021, line, lines, ore, posts, record, sample, whereabouts, year,
};
use programgrant_contract::simulation::{Simulator, fault};
use programgrant_contract::suite::{self, Subject, World, YEARS, walk};
use programgrant_contract::{Batch, Position, Source, SourceError};
use programgrant_schema::{Accounts, Appropriation, Content, Delivery, Gap, RecordId, SetAside};
use programgrant_state_accounts::simulator::{BAD_AMOUNT, BAD_POST, MISSING_COLUMN, VANISHED};
use programgrant_state_accounts::{ADAPTER, StateAccounts};

fn world(limit: Option<usize>) -> World {
    let drop = Drop::new();
    let limit = limit.map_or(1 << 20, |limit| u64::try_from(limit).expect("small"));
    let source = StateAccounts::new(drop.folder(), posts(), limit);
    World {
        simulator: Box::new(drop.simulator()),
        debug: format!("{source:?}"),
        source: Box::new(source),
        keep: Box::new(drop.place),
    }
}

#[tokio::test]
async fn every_promise_of_the_contract() {
    let subject = Subject {
        world: Box::new(|limit| Box::pin(async move { world(limit) })),
        sample: sample(),
        cannot: &[
            (fault::TWICE, "a row that stands there twice is booked twice"),
            (fault::THROTTLED, "a folder asks for no patience"),
            (fault::REFUSED, "a folder that may not be read is out of reach"),
            (
                fault::NOT_READY,
                "a file is there whole or not; one that changes while it is read is tested in src/folder.rs",
            ),
        ],
        is_queue: false,
    };
    suite::run(&subject).await;
}

#[test]
fn the_profile() {
    assert_eq!((ADAPTER.kind, ADAPTER.delivery), ("state_accounts", Delivery::Leaves));
}

#[tokio::test]
async fn a_year_is_the_sum_of_its_rows_rounded_once() {
    let batch = Drop::read_fixture("year.csv", YEAR_2021).await;
    // 20 000 000,125 + 20 500 000,004 − 0,124: rounded one by one, the øre would be gone.
    assert_eq!(
        batch.records,
        [year(
            2021,
            vec![line(POT, UDIR, 4_050_000_001), line(LANGUAGE, UDIR, 14_430_000_000)]
        )]
    );
    assert_eq!(
        (batch.scope.as_deref(), batch.set_aside.len(), batch.more, batch.receipt),
        (Some(YEAR_2021), 0, false, None)
    );
}

#[tokio::test]
async fn columns_are_found_by_their_names() {
    let batch = Drop::read_fixture("columns_in_another_order.csv", YEAR_2021).await;
    assert_eq!(lines(&batch), [line(POT, UDIR, 1250)]);
    assert!(batch.set_aside.is_empty());
}

#[tokio::test]
async fn bodies_without_a_number_are_told_apart_by_name() {
    let batch = Drop::read_fixture("bodies_without_a_number.csv", YEAR_2021).await;
    assert_eq!(
        lines(&batch),
        [
            line(POT, UDIR, 1),
            line(POT, "Øvrige (6 virksomheter)", 101),
            line(POT, "Øvrige (7 virksomheter)", 200)
        ]
    );
}

#[tokio::test]
async fn a_year_without_a_wanted_row_is_a_year_without_lines() {
    assert_eq!(lines(&Drop::read_fixture("header_only.csv", YEAR_2021).await), []);
}

#[tokio::test]
async fn the_vote_the_revisions_and_what_was_carried_over_are_told_apart() {
    let batch = Drop::read_fixture("appropriations.csv", APPROPRIATIONS).await;
    let appropriation = |year, post, voted, revisions| Appropriation {
        year,
        post,
        voted: ore(voted),
        revisions: ore(revisions),
    };
    let lines = vec![
        appropriation(2020, LANGUAGE, 0, 0),
        appropriation(2021, POT, 4_000_000_000, 50_000_000),
        appropriation(2022, POT, 4_160_000_000, 0),
    ];
    assert_eq!(
        batch.records,
        [record(APPROPRIATIONS, Accounts::Appropriations { lines })]
    );
    assert_eq!(
        (batch.scope.as_deref(), batch.set_aside.len()),
        (Some(APPROPRIATIONS), 0)
    );
}

#[tokio::test]
async fn a_bad_row_leaves_its_post_without_a_figure() {
    let cases = [
        ("another_year.csv", "År \"2020\" is not the file's year", POT),
        (
            "another_months_year.csv",
            "Periode \"202012\" is no month of the file's year",
            POT,
        ),
        (
            "month_thirteen.csv",
            "Periode \"202113\" is no month of the file's year",
            POT,
        ),
        (
            "chapter_disagrees.csv",
            "Kapittel_id \"0226\" disagrees with Post_id \"023163\"",
            LANGUAGE,
        ),
        (
            "chapter_of_a_wanted_post.csv",
            "Kapittel_id \"0226\" disagrees with Post_id \"099964\"",
            POT,
        ),
    ];
    for (fixture, reason, post) in cases {
        let batch = Drop::read_fixture(fixture, YEAR_2021).await;
        assert_eq!(
            whereabouts(&batch.set_aside),
            [("statsregnskapet_aar_2021.csv:6", reason, Some(post), Some(2021))],
            "{fixture}"
        );
        assert_eq!(batch.set_aside[0].record, None, "{fixture}");
        let (pot, language) = (line(POT, UDIR, 4_050_000_001), line(LANGUAGE, UDIR, 14_430_000_000));
        assert_eq!(lines(&batch), [if post == POT { language } else { pot }], "{fixture}");
    }
}

#[tokio::test]
async fn every_bad_row_is_set_aside_and_named() {
    let batch = Drop::read_fixture("bad_amounts.csv", YEAR_2021).await;
    let expected = [
        (
            "statsregnskapet_aar_2021.csv:6",
            "Beløp \"1 000,00\" is not an amount",
            Some(POT),
            Some(2021),
        ),
        (
            "statsregnskapet_aar_2021.csv:7",
            "Beløp \"\" is not an amount",
            Some(POT),
            Some(2021),
        ),
    ];
    assert_eq!(whereabouts(&batch.set_aside), expected);
    assert_eq!(lines(&batch), [line(LANGUAGE, UDIR, 14_430_000_000)]);
}

#[tokio::test]
async fn a_row_that_may_be_one_of_two_posts_clouds_both() {
    let batch = Drop::read_fixture("two_posts_possible.csv", YEAR_2021).await;
    // 0846 with 63, or 231.63: both are asked for.
    let reason = "Kapittel_id \"0846\" disagrees with Post_id \"023163\"";
    assert_eq!(
        whereabouts(&batch.set_aside),
        [("statsregnskapet_aar_2021.csv:6", reason, None, Some(2021))]
    );
    assert_eq!(lines(&batch), [line(POT, UDIR, 4_050_000_001)]);
}

#[tokio::test]
async fn a_row_of_a_post_that_nobody_asks_for_may_be_as_it_likes() {
    let batch = Drop::read_fixture("chapter_of_nobodys_post.csv", YEAR_2021).await;
    assert_eq!((lines(&batch).len(), batch.set_aside.len()), (2, 0));
}

#[tokio::test]
async fn a_sum_beyond_what_an_amount_can_be_is_no_figure() {
    let batch = Drop::read_fixture("beyond_an_amount.csv", YEAR_2021).await;
    let reason = "the sum of one body is beyond what an amount can be";
    assert_eq!(
        whereabouts(&batch.set_aside),
        [(
            "statsregnskapet_aar_2021.csv, 226.64 in 2021",
            reason,
            Some(POT),
            Some(2021)
        )]
    );
    assert_eq!(lines(&batch), [line(LANGUAGE, UDIR, 14_430_000_000)]);
}

#[tokio::test]
async fn a_bad_appropriation_clouds_its_year_or_where_that_is_unreadable_every_year_of_the_post() {
    let of = |batch: &Batch| match &batch.records[0].content {
        Content::Accounts(Accounts::Appropriations { lines }) => {
            lines.iter().map(|line| (line.year, line.post)).collect::<Vec<_>>()
        }
        other => panic!("no appropriations: {other:#?}"),
    };
    let batch = Drop::read_fixture("appropriations_bad_amount.csv", APPROPRIATIONS).await;
    let reason = "Bevilgning_beløp \"ukjent\" is not an amount";
    assert_eq!(
        whereabouts(&batch.set_aside),
        [("bevilgninger_full_historikk.csv:9", reason, Some(POT), Some(2021))]
    );
    assert_eq!(of(&batch), [(2020, LANGUAGE), (2022, POT)]);

    let batch = Drop::read_fixture("appropriations_bad_year.csv", APPROPRIATIONS).await;
    let reason = "År \"21\" is not a year";
    assert_eq!(
        whereabouts(&batch.set_aside),
        [("bevilgninger_full_historikk.csv:9", reason, Some(POT), None)]
    );
    assert_eq!(of(&batch), [(2020, LANGUAGE)]);
}

#[tokio::test]
async fn a_file_that_is_not_to_be_believed_is_refused_whole() {
    let cases = [
        ("unreadable_post.csv", ":6", "Post_id \"22664\" is not six digits"),
        ("short_row.csv", ":6", "a row of 3 columns where the header has 8"),
        ("cut_in_a_field.csv", ":5", "the file breaks off in this row"),
        ("missing_column.csv", ":1", "column Beløp is missing"),
        ("utf8.csv", ":1", "column År is missing"),
    ];
    for (fixture, at, reason) in cases {
        let batch = Drop::read_fixture(fixture, YEAR_2021).await;
        let place = format!("statsregnskapet_aar_2021.csv{at}");
        assert_eq!(
            whereabouts(&batch.set_aside),
            [(place.as_str(), reason, None, Some(2021))],
            "{fixture}"
        );
        assert_eq!(batch.set_aside[0].record, Some(RecordId::new(YEAR_2021)), "{fixture}");
        assert_eq!(
            (batch.records.len(), batch.scope.as_deref()),
            (0, Some(YEAR_2021)),
            "{fixture}"
        );
    }
}

#[tokio::test]
async fn a_refused_file_is_read_again_only_when_it_changes() {
    let drop = Drop::new();
    let (source, mut position) = (drop.source(), None);
    drop.put("short_row.csv", YEAR_2021);
    assert_eq!(walk(&source, &mut position).await.expect("read")[0].set_aside.len(), 1);
    let again = walk(&source, &mut position).await.expect("read");
    // Not a word under the file's heading, so what was set aside stands.
    assert_eq!(again, [Batch::empty(position.clone().expect("a position"))]);
    drop.put("year.csv", YEAR_2021);
    let healed = walk(&source, &mut position).await.expect("read");
    assert_eq!(
        (
            healed[0].scope.as_deref(),
            healed[0].set_aside.len(),
            lines(&healed[0]).len()
        ),
        (Some(YEAR_2021), 0, 2)
    );
}

#[tokio::test]
async fn a_cut_exactly_between_two_rows_cannot_be_seen() {
    let batch = Drop::read_fixture("cut_at_a_row.csv", YEAR_2021).await;
    assert_eq!(
        (lines(&batch), batch.set_aside.len()),
        ([line(POT, UDIR, 4_050_000_013)].as_slice(), 0)
    );
}

#[tokio::test]
async fn one_pull_reads_one_file_and_other_files_are_left_alone() {
    let drop = Drop::new();
    drop.simulator().publish(&sample());
    for name in [
        "statsregnskapet_aar_21.csv",
        "statsregnskapet_aar_2019.csv.part",
        "notes.txt",
    ] {
        fs::write(drop.folder().join(name), "no such thing").expect("written");
    }
    fs::create_dir(drop.folder().join("statsregnskapet_aar_2018.csv")).expect("made");
    let batches = drop.read().await;
    let headings: Vec<_> = batches
        .iter()
        .map(|batch| (batch.scope.as_deref(), batch.records.len(), batch.more))
        .collect();
    let expected = [
        (Some("statsregnskapet_aar_2020"), 1, true),
        (Some(YEAR_2021), 1, true),
        (Some(APPROPRIATIONS), 1, false),
    ];
    assert_eq!(headings, expected);
}

#[tokio::test]
async fn a_new_version_of_the_same_size_is_noticed() {
    let drop = Drop::new();
    let (source, simulator, mut position) = (drop.source(), drop.simulator(), None);
    for amount in [111, 222, 333] {
        let version = year(2021, vec![line(POT, UDIR, amount)]);
        simulator.publish(std::slice::from_ref(&version));
        assert_eq!(walk(&source, &mut position).await.expect("read")[0].records, [version]);
    }
}

#[tokio::test]
async fn other_posts_or_another_limit_are_a_reason_to_read_again() {
    let drop = Drop::new();
    drop.put("year.csv", YEAR_2021);
    let mut position = None;
    let narrow = StateAccounts::new(drop.folder(), HashSet::from([POT]), 64);
    let refused = walk(&narrow, &mut position).await.expect("read");
    let size = fs::metadata(drop.folder().join("statsregnskapet_aar_2021.csv"))
        .expect("there")
        .len();
    assert_eq!(
        refused[0].set_aside[0].reason,
        format!("the file has {size} bytes; the limit is 64")
    );
    let raised = StateAccounts::new(drop.folder(), HashSet::from([POT]), size);
    assert_eq!(lines(&walk(&raised, &mut position).await.expect("read")[0]).len(), 1);
    let wider = StateAccounts::new(drop.folder(), posts(), size);
    assert_eq!(lines(&walk(&wider, &mut position).await.expect("read")[0]).len(), 2);
    assert!(walk(&wider, &mut position).await.expect("read")[0].records.is_empty());
}

#[tokio::test]
async fn a_vanished_file_is_a_gap_until_it_is_back() {
    let drop = Drop::new();
    let (source, simulator, mut position) = (drop.source(), drop.simulator(), None);
    simulator.publish(&sample());
    walk(&source, &mut position).await.expect("read");
    simulator.set_fault(Some(VANISHED)).expect("a fault of its own");
    let gap = Gap {
        place: "statsregnskapet_aar_2020.csv".to_owned(),
        reason: "was read and has vanished".to_owned(),
    };
    for _ in 0..2 {
        let batches = walk(&source, &mut position).await.expect("read");
        // No heading: what was read of the file stays.
        assert_eq!(
            (batches.len(), batches[0].scope.as_deref(), &batches[0].gaps),
            (1, None, &vec![gap.clone()])
        );
    }
    // Another measure does not make it forgotten.
    let other = StateAccounts::new(drop.folder(), HashSet::from([POT]), 1 << 20);
    assert!(
        walk(&other, &mut position.clone())
            .await
            .expect("read")
            .iter()
            .all(|batch| batch.gaps == [gap.clone()])
    );
    simulator.set_fault(None).expect("heals");
    let batches = walk(&source, &mut position).await.expect("read");
    assert_eq!(
        (batches.len(), batches[0].records.len(), batches[0].gaps.len()),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_an_outage_and_an_empty_one_is_not() {
    let drop = Drop::new();
    assert_eq!(drop.read_one().await.records, []);
    fs::remove_dir(drop.folder()).expect("removed");
    let error = drop.source().pull(None, YEARS).await.expect_err("gone");
    assert_eq!(error, SourceError::outage("the folder cannot be read"));
    assert!(
        !error.to_string().contains("dfo"),
        "the folder's place is nobody's business"
    );
}

#[tokio::test]
async fn the_simulators_own_faults_are_what_they_say() {
    for (name, whole, record, post) in [
        (BAD_AMOUNT, true, None, Some(POT)),
        (BAD_POST, false, Some(YEAR_2021), None),
        (MISSING_COLUMN, false, Some(YEAR_2021), None),
    ] {
        let drop = Drop::new();
        let simulator = drop.simulator();
        simulator.publish(&sample());
        simulator.set_fault(Some(name)).expect("a fault of its own");
        let batches = drop.read().await;
        let aside: Vec<&SetAside> = batches.iter().flat_map(|batch| &batch.set_aside).collect();
        assert_eq!(aside.len(), 1, "{name}");
        assert_eq!(
            (
                aside[0].record.as_ref().map(RecordId::as_str),
                aside[0].post,
                aside[0].year
            ),
            (record, post, Some(2021)),
            "{name}"
        );
        assert_eq!(
            batches.iter().flat_map(|batch| &batch.records).count(),
            if whole { 3 } else { 2 },
            "{name}"
        );
    }
    assert!(Drop::new().simulator().set_fault(Some("no-such")).is_err());
}

#[tokio::test]
async fn what_is_withdrawn_is_gone_and_nobody_is_excluded() {
    let drop = Drop::new();
    let simulator = drop.simulator();
    simulator.publish(&sample());
    simulator.withdraw(&RecordId::new(YEAR_2021));
    assert_eq!(drop.read().await.len(), 2);
    assert!(simulator.exclusions().is_empty());
}

#[tokio::test]
async fn a_position_of_another_version_means_begin_again() {
    let drop = Drop::new();
    drop.put("year.csv", YEAR_2021);
    for text in ["", "{}", "[1]", "{\"files\":{\"statsregnskapet_aar_2021.csv\":7}}"] {
        let batch = drop
            .source()
            .pull(Some(&Position::from_text(text.to_owned())), YEARS)
            .await
            .expect("read");
        assert_eq!(batch.records.len(), 1, "{text}");
    }
}
