//! Promise, on both stores: a batch is stored whole or not at all, every version is kept, an older version never replaces a later one, and what
//! stands aside is cleared by a later good version only.

use jiff::Timestamp;
use programgrant_contract::{Accounts, Batch, Content, Gap, Position, Record, RecordId, SetAside, SourceId};

use super::*;
use crate::database::testing::{Scratch, on_both_stores};

const SOURCE: SourceId = SourceId::Udir;

on_both_stores! {
    a_later_version_replaces_and_an_earlier_one_does_not,
    without_an_order_the_last_replaces_but_an_old_one_delivered_again_does_not,
    changes_are_those_since_a_generation,
    what_a_heading_no_longer_lists_has_vanished_and_comes_back,
    a_record_set_aside_is_cleared_by_a_later_good_version_only,
    under_a_heading_the_new_listing_replaces_what_stood_aside,
    only_the_end_of_a_walk_means_heard,
    a_batch_pulled_before_somebody_elses_was_stored_is_refused,
    of_two_who_store_at_once_one_does,
}

struct Kept {
    register: Register,
    _scratch: Scratch,
}

async fn kept(scratch: Scratch) -> Kept {
    Kept { register: Register::open(scratch.database.clone()).await.expect("opens"), _scratch: scratch }
}

/// A record whose content tells its versions apart.
fn record(id: &str, revision: Option<i64>, year: i16) -> Record {
    let content = Content::Accounts(Accounts::Year { year, lines: Vec::new() });
    Record { id: RecordId::new(id), reference: id.to_owned(), revision, changed_at: None, content }
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

impl Kept {
    async fn store(&self, batch: &Batch) -> bool {
        let place = self.register.place(SOURCE).await.expect("reads");
        self.register.store(SOURCE, &place, batch, Timestamp::UNIX_EPOCH).await.expect("stores").changed
    }

    async fn all(&self) -> Changes {
        self.register.changes(0).await.expect("reads")
    }

    async fn year(&self, id: &str) -> i16 {
        let changes = self.all().await;
        let found = changes.records.iter().find(|stored| stored.record.id.as_str() == id).expect("in force");
        let Content::Accounts(Accounts::Year { year, .. }) = &found.record.content else { panic!("a year") };
        *year
    }
}

async fn a_later_version_replaces_and_an_earlier_one_does_not(scratch: Scratch) {
    let kept = kept(scratch).await;
    assert!(kept.store(&batch(vec![record("a", Some(2), 2002)], None)).await);
    assert!(!kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await);
    assert_eq!(kept.year("a").await, 2002);
    assert!(!kept.store(&batch(vec![record("a", Some(2), 2002)], None)).await, "the same again is no news");
    assert!(kept.store(&batch(vec![record("a", Some(3), 2003)], None)).await);
    assert_eq!(kept.year("a").await, 2003);
    let versions = kept.register.versions(SOURCE, "a").await.expect("reads");
    assert_eq!(versions.iter().map(|stored| stored.record.revision).collect::<Vec<_>>(), [Some(2), Some(3)]);
}

async fn without_an_order_the_last_replaces_but_an_old_one_delivered_again_does_not(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(vec![record("a", None, 2001)], None)).await;
    kept.store(&batch(vec![record("a", None, 2002)], None)).await;
    assert!(!kept.store(&batch(vec![record("a", None, 2001)], None)).await);
    assert_eq!(kept.year("a").await, 2002);
}

async fn changes_are_those_since_a_generation(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(vec![record("a", Some(1), 2001), record("b", Some(1), 2001)], None)).await;
    let first = kept.all().await;
    assert_eq!((first.generation, first.records.len()), (1, 2));
    kept.store(&batch(vec![record("b", Some(2), 2002)], None)).await;
    let second = kept.register.changes(first.generation).await.expect("reads");
    assert_eq!(second.records.iter().map(|stored| stored.record.id.as_str()).collect::<Vec<_>>(), ["b"]);
}

async fn what_a_heading_no_longer_lists_has_vanished_and_comes_back(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store(&batch(vec![record("a", Some(1), 2001), record("b", Some(1), 2001)], Some("2021"))).await;
    kept.store(&batch(vec![record("c", Some(1), 2001)], Some("2022"))).await;
    let vanished = async || {
        let changes = kept.all().await;
        let gone = changes.records.into_iter().filter(|stored| stored.vanished_at.is_some());
        gone.map(|stored| stored.record.id.to_string()).collect::<Vec<_>>()
    };
    assert!(kept.store(&batch(vec![record("a", Some(1), 2001)], Some("2021"))).await);
    assert_eq!(vanished().await, ["b"]);
    // A batch without a heading, such as "nothing has changed", says nothing about the others.
    assert!(!kept.store(&batch(Vec::new(), None)).await);
    assert!(kept.store(&batch(vec![record("a", Some(1), 2001), record("b", Some(1), 2001)], Some("2021"))).await);
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
    let left = kept.all().await.set_aside;
    assert_eq!(left.iter().map(|stored| stored.set_aside.place.as_str()).collect::<Vec<_>>(), ["place of c"]);
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

async fn only_the_end_of_a_walk_means_heard(scratch: Scratch) {
    let kept = kept(scratch).await;
    let status = async || kept.all().await.statuses.into_iter().find(|(id, _)| *id == SOURCE).expect("listed").1;
    let mut first = batch(vec![record("a", Some(1), 2001)], None);
    first.more = true;
    kept.store(&first).await;
    assert_eq!((status().await.walked, status().await.heard_at), (false, None));
    kept.register.note_failure(SOURCE, "no").await.expect("notes");
    let mut last = batch(Vec::new(), None);
    last.gaps = vec![Gap { place: "file 3".to_owned(), reason: "missing".to_owned() }];
    kept.store(&last).await;
    let heard = status().await;
    assert_eq!((heard.walked, heard.heard_at, heard.last_error), (true, Some(Timestamp::UNIX_EPOCH), None));
    assert_eq!(heard.gaps, last.gaps);
    assert_eq!(kept.register.place(SOURCE).await.expect("reads").position, Some(last.next));
}

async fn a_batch_pulled_before_somebody_elses_was_stored_is_refused(scratch: Scratch) {
    let kept = kept(scratch).await;
    let pulled_from = kept.register.place(SOURCE).await.expect("reads");
    kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await;
    // The position reads the same again, but it is not the place from which this was pulled.
    kept.store(&batch(Vec::new(), None)).await;
    let (before, place) = (kept.all().await, kept.register.place(SOURCE).await.expect("reads"));
    let late = batch(vec![record("a", Some(2), 2002), record("b", Some(1), 2001)], Some("2021"));
    let refused = kept.register.store(SOURCE, &pulled_from, &late, Timestamp::MAX).await;
    assert!(matches!(refused, Err(RegisterError::Superseded(SOURCE))), "{refused:?}");
    assert_eq!(format!("{:?}", kept.all().await), format!("{before:?}"));
    assert_eq!(kept.register.place(SOURCE).await.expect("reads"), place);
    assert_eq!(kept.register.versions(SOURCE, "b").await.expect("reads"), Vec::new());
}

async fn of_two_who_store_at_once_one_does(scratch: Scratch) {
    let kept = kept(scratch).await;
    let place = kept.register.place(SOURCE).await.expect("reads");
    let (one, other) = (batch(vec![record("a", Some(1), 2001)], None), batch(vec![record("b", Some(1), 2001)], None));
    let store = |batch| kept.register.store(SOURCE, &place, batch, Timestamp::UNIX_EPOCH);
    // And one of another source beside them, which waits for its turn.
    let elsewhere = kept.register.place(SourceId::Bufdir).await.expect("reads");
    let (first, second, third) =
        tokio::join!(store(&one), store(&other), kept.register.store(SourceId::Bufdir, &elsewhere, &one, Timestamp::UNIX_EPOCH));
    assert!(first.is_ok() != second.is_ok() && third.is_ok(), "{first:?} {second:?} {third:?}");
    let all = kept.all().await;
    assert_eq!((all.generation, all.records.len()), (2, 2));
}
