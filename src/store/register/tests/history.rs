//! What was known at an instant.

use jiff::SignedDuration;

use programgrant_core::view::Statement;

use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

impl Kept {
    async fn store_at(&self, batch: &Batch, minute: i64) {
        let place = self.register.place(SOURCE).await.expect("reads");
        self.register
            .store(SOURCE, &place, batch, at(minute))
            .await
            .expect("stores");
    }

    async fn status(&self) -> SourceStatus {
        let found = self
            .all()
            .await
            .changes
            .statuses
            .into_iter()
            .find(|(id, _)| *id == SOURCE);
        found.expect("listed").1
    }

    async fn status_at(&self, minute: i64) -> SourceStatus {
        let known = self.register.known_at(at(minute)).await.expect("reads").expect("begun");
        known.statuses.get(&SOURCE).cloned().unwrap_or_default()
    }

    async fn rows(&self, table: &str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(count)
            .fetch_one(self.register.database.readers())
            .await
            .expect("reads")
    }
}

/// What is said from minute to minute; `None` is a round that fails.
fn told() -> Vec<Option<Batch>> {
    let stamped = |id: &str, year| Record {
        changed_at: Some(at(-5)),
        ..record(id, Some(3), year)
    };
    let with_gap = Batch {
        gaps: vec![Gap {
            place: "page 2".to_owned(),
            reason: "missing".to_owned(),
        }],
        ..batch(vec![stamped("a", 2003)], Some("x"))
    };
    let with_aside = Batch {
        set_aside: vec![aside("b", Some(9))],
        ..batch(vec![stamped("a", 2003)], Some("x"))
    };
    vec![
        Some(batch(
            vec![record("a", Some(1), 2001), record("b", Some(1), 2001)],
            Some("x"),
        )),
        // A correction, and another heading.
        Some(batch(
            vec![record("a", Some(2), 2002), record("b", Some(1), 2001)],
            Some("x"),
        )),
        Some(batch(vec![record("c", Some(1), 2001)], Some("y"))),
        None,
        // b vanishes, a is restated under another stamp; a gap, then none.
        Some(batch(vec![record("a", Some(3), 2002)], Some("x"))),
        Some(with_gap),
        Some(batch(vec![stamped("a", 2003)], Some("x"))),
        // b comes back and cannot be read; then it can.
        Some(with_aside),
        Some(batch(vec![stamped("a", 2003), record("b", Some(9), 2001)], Some("x"))),
        Some(batch(vec![stamped("a", 2003), record("b", Some(9), 2001)], Some("x"))),
    ]
}

pub async fn what_was_known_at_an_instant_is_read_back_as_it_was(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.register.begin_history(at(0)).await.expect("begins");
    let mut then = vec![(0, kept.all().await)];
    for (minute, said) in (1..).zip(told()) {
        match said {
            Some(batch) => kept.store_at(&batch, minute).await,
            None => kept
                .register
                .note_failure(SOURCE, "no", at(minute))
                .await
                .expect("notes"),
        }
        then.push((minute, kept.all().await));
    }
    for (minute, was) in then {
        let known = kept.register.known_at(at(minute)).await.expect("reads").expect("begun");
        assert_eq!(known.generation, was.generation, "minute {minute}");
        let picture = kept.register.picture(known.generation).await.expect("reads");
        assert_eq!(picture.records, was.records, "minute {minute}");
        assert_eq!(picture.set_aside, was.set_aside, "minute {minute}");
        let status = was
            .changes
            .statuses
            .into_iter()
            .find(|(id, _)| *id == SOURCE)
            .expect("listed")
            .1;
        let told = known.statuses[&SOURCE].clone();
        assert_eq!(told, status, "minute {minute}");
    }
}

pub async fn a_round_that_changes_nothing_adds_no_row(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.register.begin_history(at(0)).await.expect("begins");
    let said = batch(vec![record("a", Some(1), 2001)], Some("x"));
    kept.store_at(&said, 1).await;
    let tables = ["picture", "record_span", "set_aside_span", "source_span"];
    let count = async || {
        let mut rows = Vec::new();
        for table in tables {
            rows.push(kept.rows(table).await);
        }
        rows
    };
    let before = count().await;
    for minute in 2..9 {
        kept.store_at(&said, minute).await;
    }
    assert_eq!(count().await, before);
    assert_eq!(kept.status_at(8).await, kept.status().await);
    assert_eq!(kept.status_at(4).await.heard_at, Some(at(4)));
    for minute in 9..200 {
        kept.store_at(&said, minute).await;
    }
    // Long ago, a minute apart: at most so long before, and never later than it was.
    assert_eq!(kept.status_at(40).await.heard_at, Some(at(39)));
    assert_eq!(
        (count().await, kept.status_at(150).await.heard_at),
        (before, Some(at(150)))
    );
}

pub async fn who_was_not_heard_for_longer_than_its_limit_was_not_heard_meanwhile(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.register.begin_history(at(0)).await.expect("begins");
    let said = batch(vec![record("a", Some(1), 2001)], Some("x"));
    for minute in [1, 2, 3, 100, 101] {
        kept.store_at(&said, minute).await;
    }
    assert_eq!(kept.status_at(99).await.heard_at, Some(at(3)));
    assert_eq!(kept.status_at(100).await.heard_at, Some(at(100)));
}

pub async fn the_history_begins_with_what_is_known_then(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.store_at(&batch(vec![record("a", Some(1), 2001)], None), 1).await;
    // As a store from before the history has it.
    for table in ["picture", "record_span", "set_aside_span", "source_span"] {
        let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
        let writer = kept.register.database.writer();
        sqlx::query(delete).execute(writer).await.expect("deletes");
    }
    assert_eq!(kept.register.history_begins().await.expect("reads"), None);
    kept.register.begin_history(at(5)).await.expect("begins");
    kept.register.begin_history(at(6)).await.expect("has begun");
    assert_eq!(kept.register.history_begins().await.expect("reads"), Some(at(5)));
    assert!(kept.register.known_at(at(4)).await.expect("reads").is_none());
    let known = kept.register.known_at(at(5)).await.expect("reads").expect("begun");
    let picture = kept.register.picture(known.generation).await.expect("reads");
    assert_eq!(picture.records, kept.all().await.records);
    assert_eq!(kept.status_at(5).await, kept.status().await);
}

pub async fn time_in_the_history_never_runs_backwards(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.register.begin_history(at(10)).await.expect("begins");
    kept.store_at(&batch(vec![record("a", Some(1), 2001)], Some("x")), 20)
        .await;
    // By a clock that is behind.
    kept.store_at(&batch(vec![record("a", Some(2), 2002)], Some("x")), 15)
        .await;
    let known = kept.register.known_at(at(20)).await.expect("reads").expect("begun");
    let picture = kept.register.picture(known.generation).await.expect("reads");
    assert_eq!(picture.records, kept.all().await.records);
    let known = kept.register.known_at(at(16)).await.expect("reads").expect("begun");
    assert_eq!(
        kept.register.picture(known.generation).await.expect("reads").records,
        Vec::new()
    );
}

pub async fn statements_are_those_up_to_a_generation(scratch: Scratch) {
    let kept = kept(scratch).await;
    kept.register.begin_history(at(0)).await.expect("begins");
    let mut generations = vec![kept.all().await.generation];
    for (minute, said) in (1..).zip(told()) {
        if let Some(batch) = said {
            kept.store_at(&batch, minute).await;
        }
        generations.push(kept.all().await.generation);
    }
    let wanted = [(SOURCE, RecordId::new("a")), (SOURCE, RecordId::new("b"))];
    let said = async |generation: u64| {
        let said = kept.register.statements(generation, &wanted).await.expect("reads");
        let one = |statement: &Statement| {
            let id = statement.stored.record.id.to_string();
            (id, statement.version, statement.stored.vanished_at.is_some())
        };
        said.iter().map(one).collect::<Vec<_>>()
    };
    let (a, b) = ("a".to_owned(), "b".to_owned());
    assert_eq!(said(generations[0]).await, []);
    assert_eq!(
        said(generations[1]).await,
        [(a.clone(), 1, false), (b.clone(), 1, false)]
    );
    let all = said(*generations.last().expect("some")).await;
    let versions_of_a: Vec<u64> = all
        .iter()
        .filter(|(id, ..)| *id == a)
        .map(|(_, version, _)| *version)
        .collect();
    // The second was stated again under another stamp.
    assert_eq!(versions_of_a, [1, 2, 2, 3]);
    assert!(
        all.contains(&(b.clone(), 1, true)) && all.last() == Some(&(b, 1, false)),
        "{all:?}"
    );
}
