//! Walks and those who store beside each other.

use super::*;

pub async fn only_the_end_of_a_walk_means_heard(scratch: Scratch) {
    let kept = kept(scratch).await;
    let status = async || {
        kept.all()
            .await
            .changes
            .statuses
            .into_iter()
            .find(|(id, _)| *id == SOURCE)
            .expect("listed")
            .1
    };
    let mut first = batch(vec![record("a", Some(1), 2001)], None);
    first.more = true;
    kept.store(&first).await;
    assert_eq!((status().await.walked, status().await.heard_at), (false, None));
    kept.register
        .note_failure(SOURCE, "no", Timestamp::UNIX_EPOCH)
        .await
        .expect("notes");
    let mut last = batch(Vec::new(), None);
    last.gaps = vec![Gap {
        place: "file 3".to_owned(),
        reason: "missing".to_owned(),
    }];
    kept.store(&last).await;
    let heard = status().await;
    assert_eq!(
        (heard.walked, heard.heard_at, heard.last_error),
        (true, Some(Timestamp::UNIX_EPOCH), None)
    );
    assert_eq!(heard.gaps, last.gaps);
    assert_eq!(
        kept.register.place(SOURCE).await.expect("reads").position,
        Some(last.next)
    );
}

pub async fn a_batch_pulled_before_somebody_elses_was_stored_is_refused(scratch: Scratch) {
    let kept = kept(scratch).await;
    let pulled_from = kept.register.place(SOURCE).await.expect("reads");
    kept.store(&batch(vec![record("a", Some(1), 2001)], None)).await;
    // The position reads the same again, but it is not the place from which this was pulled.
    kept.store(&batch(Vec::new(), None)).await;
    let (before, place) = (kept.all().await, kept.register.place(SOURCE).await.expect("reads"));
    let late = batch(
        vec![record("a", Some(2), 2002), record("b", Some(1), 2001)],
        Some("2021"),
    );
    let refused = kept.register.store(SOURCE, &pulled_from, &late, Timestamp::MAX).await;
    assert!(matches!(refused, Err(RegisterError::Superseded(SOURCE))), "{refused:?}");
    assert_eq!(format!("{:?}", kept.all().await), format!("{before:?}"));
    assert_eq!(kept.register.place(SOURCE).await.expect("reads"), place);
    assert_eq!(kept.register.versions(SOURCE, "b").await.expect("reads"), Vec::new());
}

pub async fn of_two_who_store_at_once_one_does(scratch: Scratch) {
    let kept = kept(scratch).await;
    let place = kept.register.place(SOURCE).await.expect("reads");
    let (one, other) = (
        batch(vec![record("a", Some(1), 2001)], None),
        batch(vec![record("b", Some(1), 2001)], None),
    );
    let store = |batch| kept.register.store(SOURCE, &place, batch, Timestamp::UNIX_EPOCH);
    // And one of another source beside them, which waits for its turn.
    let elsewhere = kept.register.place(systems::BUFDIR).await.expect("reads");
    let (first, second, third) = tokio::join!(
        store(&one),
        store(&other),
        kept.register
            .store(systems::BUFDIR, &elsewhere, &one, Timestamp::UNIX_EPOCH)
    );
    assert!(
        first.is_ok() != second.is_ok() && third.is_ok(),
        "{first:?} {second:?} {third:?}"
    );
    let all = kept.all().await;
    assert_eq!((all.generation, all.records.len()), (2, 2));
}
