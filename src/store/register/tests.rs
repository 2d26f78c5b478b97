//! Promise, on both stores: a batch is stored whole or not at all, every version is kept, what a heading says now holds, elsewhere an
//! older version never replaces a later one, and what stands aside is cleared by what is said after it only.

use jiff::Timestamp;
use programgrant_contract::{Batch, Position};
use programgrant_schema::{Accounts, Content, Gap, Record, RecordId, SetAside, SourceId};

use super::*;
use crate::store::database::testing::{Scratch, on_both_stores};
use crate::systems;

mod blocks;
mod bulk;
mod history;
mod walks;

use blocks::*;
use bulk::*;
use history::*;
use walks::*;

const SOURCE: SourceId = systems::UDIR;

on_both_stores! {
    a_later_version_replaces_and_an_earlier_one_does_not,
    an_item_that_comes_again_is_a_repeat_whatever_came_since,
    a_time_far_ahead_never_beats_a_later_arrival,
    a_bad_item_stands_aside_until_something_later_is_said,
    under_a_heading_what_it_says_now_holds_and_clears,
    a_record_that_two_headings_list_is_in_force_under_the_later_statement,
    a_record_that_moves_to_another_heading_does_not_vanish,
    a_stamp_alone_is_news,
    a_reference_alone_is_a_new_version,
    a_store_from_before_answers_alike,
    changes_are_those_since_a_generation,
    what_a_heading_no_longer_lists_has_vanished_and_comes_back,
    a_record_set_aside_is_cleared_by_a_later_good_version_only,
    under_a_heading_the_new_listing_replaces_what_stood_aside,
    only_the_end_of_a_walk_means_heard,
    a_batch_pulled_before_somebody_elses_was_stored_is_refused,
    of_two_who_store_at_once_one_does,
    what_was_known_at_an_instant_is_read_back_as_it_was,
    a_round_that_changes_nothing_adds_no_row,
    who_was_not_heard_for_longer_than_its_limit_was_not_heard_meanwhile,
    the_history_begins_with_what_is_known_then,
    time_in_the_history_never_runs_backwards,
    statements_are_those_up_to_a_generation,
    a_batch_is_stored_as_if_its_records_came_one_by_one,
    a_batch_of_many_statements_is_stored_whole,
    what_is_read_in_blocks_is_what_is_read_row_by_row,
}

struct Kept {
    register: Register,
    _scratch: Scratch,
}

async fn kept(scratch: Scratch) -> Kept {
    Kept {
        register: Register::open(scratch.database.clone(), systems::ALL.into_iter())
            .await
            .expect("opens"),
        _scratch: scratch,
    }
}

/// A record whose content tells its versions apart.
fn record(id: &str, revision: Option<i64>, year: i16) -> Record {
    let content = Content::Accounts(Accounts::Year {
        year,
        lines: Vec::new(),
        municipal: None,
    });
    Record {
        id: RecordId::new(id),
        reference: id.to_owned(),
        revision,
        changed_at: None,
        item: None,
        content,
    }
}

fn batch(records: Vec<Record>, scope: Option<&str>) -> Batch {
    let mut batch = Batch::empty(Position::from_text("\"here\"".to_owned()));
    batch.records = records;
    batch.scope = scope.map(str::to_owned);
    batch
}

fn aside(id: &str, revision: Option<i64>) -> SetAside {
    let mut aside = SetAside::at(format!("place of {id}"), "bad");
    aside.record = Some(RecordId::new(id));
    aside.revision = revision;
    aside
}

/// Everything of one reading.
#[derive(Debug)]
struct Heard {
    records: Vec<StoredRecord>,
    changes: Changes,
}

impl std::ops::Deref for Heard {
    type Target = Changes;

    fn deref(&self) -> &Changes {
        &self.changes
    }
}

impl Kept {
    async fn store(&self, batch: &Batch) -> bool {
        let place = self.register.place(SOURCE).await.expect("reads");
        self.register
            .store(SOURCE, &place, batch, Timestamp::UNIX_EPOCH)
            .await
            .expect("stores")
            .changed
    }

    async fn all(&self) -> Heard {
        self.since(0).await
    }

    async fn since(&self, generation: u64) -> Heard {
        let mut records = Vec::new();
        let mut take = |block: Block| records.append(&mut block.records().expect("readable"));
        let changes = self.register.changes(generation, &mut take).await.expect("reads");
        Heard { records, changes }
    }

    async fn year(&self, id: &str) -> i16 {
        let changes = self.all().await;
        let found = changes
            .records
            .iter()
            .find(|stored| stored.record.id.as_str() == id)
            .expect("in force");
        let Content::Accounts(Accounts::Year { year, .. }) = &found.record.content else {
            panic!("a year")
        };
        *year
    }
}

async fn a_later_version_replaces_and_an_earlier_one_does_not(scratch: Scratch) {
    let kept = kept(scratch).await;
    assert!(kept.store(&batch(vec![record("a", Some(2), 2002)], None)).await);
    assert!(!kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await);
    assert_eq!(kept.year("a").await, 2002);
    assert!(
        !kept.store(&batch(vec![record("a", Some(2), 2002)], None)).await,
        "the same again is no news"
    );
    assert!(kept.store(&batch(vec![record("a", Some(3), 2003)], None)).await);
    assert_eq!(kept.year("a").await, 2003);
    let versions = kept.register.versions(SOURCE, "a").await.expect("reads");
    assert_eq!(
        versions.iter().map(|stored| stored.record.revision).collect::<Vec<_>>(),
        [Some(2), Some(3)]
    );
}

fn item(id: &str, item: &str, revision: Option<i64>, year: i16) -> Record {
    let changed_at = revision.map(|revision| Timestamp::from_microsecond(revision).expect("in range"));
    Record {
        item: Some(item.to_owned()),
        changed_at,
        ..record(id, revision, year)
    }
}

async fn an_item_that_comes_again_is_a_repeat_whatever_came_since(scratch: Scratch) {
    let kept = kept(scratch).await;
    let first = || item("a", "AR1", None, 2001);
    kept.store(&batch(vec![first(), first()], None)).await;
    kept.store(&batch(vec![item("a", "AR2", None, 2002)], None)).await;
    assert!(!kept.store(&batch(vec![first()], None)).await);
    assert_eq!(kept.year("a").await, 2002);
    // Another item that says the same as the first is no repeat, and neither is another record under the same name.
    assert!(
        kept.store(&batch(
            vec![item("a", "AR3", None, 2001), item("b", "AR1", None, 2003)],
            None
        ))
        .await
    );
    assert_eq!((kept.year("a").await, kept.year("b").await), (2001, 2003));
    assert_eq!(kept.register.versions(SOURCE, "a").await.expect("reads").len(), 3);
}

async fn a_time_far_ahead_never_beats_a_later_arrival(scratch: Scratch) {
    let kept = kept(scratch).await;
    let day = 24 * 3_600_000_000;
    kept.store(&batch(vec![item("a", "AR1", Some(day + 1), 2001)], None))
        .await;
    assert!(
        kept.store(&batch(vec![item("a", "AR2", Some(5), 2002)], None)).await,
        "ahead by more than a day"
    );
    assert_eq!(kept.year("a").await, 2002);
    assert!(
        !kept
            .store(&batch(
                vec![item("a", "AR3", Some(4), 2003), item("a", "AR1", Some(day + 1), 2001)],
                None
            ))
            .await
    );
    assert_eq!(kept.year("a").await, 2002, "the earlier, and a repeat");
    assert!(kept.store(&batch(vec![item("a", "AR4", Some(day), 2004)], None)).await);
    assert!(
        !kept.store(&batch(vec![item("a", "AR5", Some(6), 2005)], None)).await,
        "ahead by a day, which may be"
    );
    assert!(
        kept.store(&batch(vec![item("a", "AR6", Some(day), 2006)], None)).await,
        "of equal ones the later arrival"
    );
    assert_eq!(kept.year("a").await, 2006);
}

async fn a_bad_item_stands_aside_until_something_later_is_said(scratch: Scratch) {
    let kept = kept(scratch).await;
    let standing = async || kept.all().await.set_aside.len();
    let mut bad = batch(vec![item("a", "AR1", Some(4), 2001)], None);
    bad.set_aside = vec![SetAside {
        item: Some("AR2".to_owned()),
        ..aside("a", Some(5))
    }];
    kept.store(&bad).await;
    assert_eq!(standing().await, 1);
    kept.store(&batch(vec![item("a", "AR3", Some(6), 2002)], None)).await;
    assert_eq!(standing().await, 0);
    assert!(!kept.store(&bad).await, "both are repeats");
    bad.set_aside[0].item = Some("AR4".to_owned());
    bad.records.clear();
    kept.store(&bad).await;
    assert_eq!(standing().await, 0, "what came late is older than what is in force");
    bad.set_aside[0] = SetAside {
        item: Some("AR5".to_owned()),
        ..aside("b", None)
    };
    kept.store(&bad).await;
    assert!(
        kept.store(&batch(vec![item("b", "AR5", None, 2001)], None)).await,
        "the same item, readable"
    );
    assert_eq!(standing().await, 0);
}

async fn under_a_heading_what_it_says_now_holds_and_clears(scratch: Scratch) {
    let kept = kept(scratch).await;
    let stamped = |revision, year| item("a", "", Some(revision), year);
    let listed = |record: Record| batch(vec![Record { item: None, ..record }], Some("2021"));
    let before = async || {
        kept.all().await.records[0]
            .changed_before
            .map(Timestamp::as_microsecond)
    };
    let mut bad = listed(stamped(9, 2009));
    bad.set_aside = vec![aside("a", Some(10))];
    kept.store(&bad).await;
    assert_eq!(kept.all().await.set_aside.len(), 1, "the bad one is the later");
    assert!(kept.store(&listed(stamped(3, 2003))).await);
    assert_eq!(
        (kept.year("a").await, kept.all().await.set_aside.len(), before().await),
        (2003, 0, Some(9))
    );
    kept.store(&listed(stamped(3, 2004))).await;
    assert_eq!(
        (kept.year("a").await, before().await),
        (2004, Some(9)),
        "the same stamp is still the earlier"
    );
    kept.store(&listed(stamped(4, 2004))).await;
    assert_eq!(before().await, None, "it runs forwards");
    kept.store(&batch(Vec::new(), Some("2021"))).await;
    assert!(kept.all().await.records[0].vanished_at.is_some());
    kept.store(&listed(stamped(1, 2001))).await;
    assert_eq!(
        (
            kept.year("a").await,
            kept.all().await.records[0].vanished_at,
            before().await
        ),
        (2001, None, Some(4))
    );
}

async fn a_record_that_two_headings_list_is_in_force_under_the_later_statement(scratch: Scratch) {
    let kept = kept(scratch).await;
    let list = async |scope: &str, records: Vec<Record>| kept.store(&batch(records, Some(scope))).await;
    list("2021", vec![record("a", Some(5), 2021)]).await;
    assert!(!list("2022", vec![record("a", Some(4), 2022)]).await);
    assert_eq!(kept.year("a").await, 2021);
    // Each heading may change what it says alone, and the later statement holds.
    assert!(list("2021", vec![record("a", Some(3), 2031)]).await);
    assert_eq!(kept.year("a").await, 2022);
    assert!(list("2022", vec![record("a", Some(2), 2032)]).await);
    assert_eq!(kept.year("a").await, 2031);
    assert!(list("2021", Vec::new()).await);
    assert_eq!(kept.year("a").await, 2032, "the other one still lists it");
    assert!(list("2022", Vec::new()).await);
    assert!(kept.all().await.records[0].vanished_at.is_some());
}

async fn a_record_that_moves_to_another_heading_does_not_vanish(scratch: Scratch) {
    let kept = kept(scratch).await;
    let list = async |scope: &str, records: Vec<Record>| kept.store(&batch(records, Some(scope))).await;
    let is_listed = async || kept.all().await.records[0].vanished_at.is_none();
    list("2022", vec![record("a", Some(5), 2022)]).await;
    // To the heading that is read first, under an earlier stamp.
    list("2021", vec![record("a", Some(4), 2021)]).await;
    list("2022", Vec::new()).await;
    assert_eq!((kept.year("a").await, is_listed().await), (2021, true));
    list("2021", Vec::new()).await;
    list("2022", vec![record("a", Some(3), 2023)]).await;
    assert_eq!((kept.year("a").await, is_listed().await), (2023, true));
}

async fn a_stamp_alone_is_news(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await;
    let generation = kept.all().await.generation;
    assert!(
        kept.store(&batch(vec![record("a", Some(2), 2001)], None)).await,
        "it may stand elsewhere among its stages"
    );
    assert_eq!(kept.since(generation).await.records[0].record.revision, Some(2));
    assert_eq!(kept.register.versions(SOURCE, "a").await.expect("reads").len(), 1);
}

async fn a_reference_alone_is_a_new_version(scratch: Scratch) {
    let kept = kept(scratch).await;
    let known_as = |reference: &str| Record {
        reference: reference.to_owned(),
        ..record("a", None, 2001)
    };
    for reference in ["R9", "R9", "R8", "R9"] {
        kept.store(&batch(vec![known_as(reference)], Some("2021"))).await;
    }
    assert_eq!(kept.all().await.records[0].record.reference, "R9");
    let versions = kept.register.versions(SOURCE, "a").await.expect("reads");
    let references: Vec<&str> = versions
        .iter()
        .map(|version| version.record.reference.as_str())
        .collect();
    assert_eq!(references, ["R9", "R8", "R9"]);
}

/// What a store looked like before readings were told apart.
async fn a_store_from_before_answers_alike(scratch: Scratch) {
    let kept = kept(scratch).await;
    let store = async |records: Vec<Record>, second: i64| {
        let place = kept.register.place(SOURCE).await.expect("reads");
        let now = Timestamp::constant(second, 0);
        kept.register
            .store(SOURCE, &place, &batch(records, Some("2021")), now)
            .await
            .expect("stores");
    };
    store(vec![record("a", None, 2001), record("b", None, 2001)], 1).await;
    store(vec![record("b", None, 2001), record("c", None, 2001)], 2).await;
    store(
        vec![
            record("b", None, 2001),
            record("c", None, 2001),
            record("d", None, 2001),
        ],
        3,
    )
    .await;
    let script = include_str!("../../../schema/migrations/sqlite/0006_readings.sql");
    let fill = script
        .split(';')
        .find(|statement| statement.contains("UPDATE record SET listed_in"))
        .expect("there");
    sqlx::query("UPDATE record SET listed_in = 0")
        .execute(kept.register.database.writer())
        .await
        .expect("forgets");
    sqlx::query(sqlx::AssertSqlSafe(fill.to_owned()))
        .execute(kept.register.database.writer())
        .await
        .expect("fills");
    let all = kept.all().await.records;
    let of = |id: &str| {
        all.iter()
            .find(|stored| stored.record.id.as_str() == id)
            .expect("there")
    };
    let left = of("a").touched_in;
    assert_eq!(
        ["b", "c", "d"].map(|id| of(id).listed_in >= left),
        [false, true, true],
        "what came as it went, or after"
    );
    assert_eq!(all.iter().filter(|stored| stored.vanished_at.is_some()).count(), 1);
}

async fn changes_are_those_since_a_generation(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(
        vec![record("a", Some(1), 2001), record("b", Some(1), 2001)],
        None,
    ))
    .await;
    let first = kept.all().await;
    assert_eq!((first.generation, first.records.len()), (1, 2));
    kept.store(&batch(vec![record("b", Some(2), 2002)], None)).await;
    let second = kept.since(first.generation).await;
    assert_eq!(
        second
            .records
            .iter()
            .map(|stored| stored.record.id.as_str())
            .collect::<Vec<_>>(),
        ["b"]
    );
}

async fn what_a_heading_no_longer_lists_has_vanished_and_comes_back(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(
        vec![record("a", Some(1), 2001), record("b", Some(1), 2001)],
        Some("2021"),
    ))
    .await;
    kept.store(&batch(vec![record("c", Some(1), 2001)], Some("2022"))).await;
    let vanished = async || {
        let changes = kept.all().await;
        let gone = changes
            .records
            .into_iter()
            .filter(|stored| stored.vanished_at.is_some());
        gone.map(|stored| stored.record.id.to_string()).collect::<Vec<_>>()
    };
    assert!(kept.store(&batch(vec![record("a", Some(1), 2001)], Some("2021"))).await);
    assert_eq!(vanished().await, ["b"]);
    // A batch without a heading, such as "nothing has changed", says nothing about the others.
    assert!(!kept.store(&batch(Vec::new(), None)).await);
    assert!(
        kept.store(&batch(
            vec![record("a", Some(1), 2001), record("b", Some(1), 2001)],
            Some("2021")
        ))
        .await
    );
    assert_eq!(vanished().await, Vec::<String>::new());
}

async fn a_record_set_aside_is_cleared_by_a_later_good_version_only(scratch: Scratch) {
    let kept = kept(scratch).await;
    let standing = async || kept.all().await.set_aside.len();
    kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await;
    let mut bad = batch(Vec::new(), None);
    bad.set_aside = vec![aside("a", Some(5))];
    assert!(kept.store(&bad).await);
    kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await;
    assert_eq!(standing().await, 1, "an old version that comes again does not clear it");
    kept.store(&batch(vec![record("a", Some(4), 2004)], None)).await;
    assert_eq!(standing().await, 1, "an older version does not clear it");
    assert!(kept.store(&batch(vec![record("a", Some(6), 2006)], None)).await);
    assert_eq!(standing().await, 0);
    let mut both = batch(vec![record("b", Some(9), 2009)], None);
    both.set_aside = vec![aside("b", Some(8)), aside("c", None)];
    kept.store(&both).await;
    let left = kept.all().await.changes.set_aside;
    assert_eq!(
        left.iter()
            .map(|stored| stored.set_aside.place.as_str())
            .collect::<Vec<_>>(),
        ["place of c"]
    );
    kept.store(&batch(vec![record("c", None, 2001)], None)).await;
    assert_eq!(standing().await, 0, "without an order, a new version clears it");
}

async fn under_a_heading_the_new_listing_replaces_what_stood_aside(scratch: Scratch) {
    let kept = kept(scratch).await;
    let mut bad = batch(Vec::new(), Some("2021"));
    bad.set_aside = vec![SetAside::at("2021, item 3", "bad")];
    assert!(kept.store(&bad).await);
    assert!(!kept.store(&bad).await, "the same again is no news");
    assert!(!kept.store(&batch(Vec::new(), Some("2022"))).await);
    assert!(kept.store(&batch(Vec::new(), Some("2021"))).await);
    assert_eq!(kept.all().await.set_aside, Vec::new());
}
