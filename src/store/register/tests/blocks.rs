//! Promise, on both stores: everything read at once, however it comes off the database, is what each record is by itself.

use super::*;

pub(super) async fn what_is_read_in_blocks_is_what_is_read_row_by_row(scratch: Scratch) {
    let kept = kept(scratch).await;
    // All but this one have come since the first generation.
    kept.store(&batch(vec![record("first", None, 2000)], None)).await;
    let odd = ["a\tb", "c\nd", "\"e\" \\f", "\u{1f}g", "bø", "h", "i", ""];
    let listed = |stamp: i64| {
        odd.into_iter().map(move |id| Record {
            reference: format!("ref\t{id}\n"),
            changed_at: Some(Timestamp::from_microsecond(stamp).expect("an instant")),
            ..record(id, Some(stamp), 2001)
        })
    };
    kept.store(&batch(listed(7).collect(), Some("2021"))).await;
    kept.store(&batch(listed(-5).skip(2).collect(), Some("2021"))).await;

    let sorted = |mut records: Vec<StoredRecord>| {
        records.sort_by(|a, b| a.record.id.cmp(&b.record.id));
        records
    };
    let changed = sorted(kept.since(1).await.records);
    let mut all = sorted(kept.all().await.records);
    all.retain(|stored| stored.record.id.as_str() != "first");
    assert_eq!(all, changed);
    assert_eq!(all.len(), odd.len());
    assert_eq!(all.iter().filter(|stored| stored.vanished_at.is_some()).count(), 2);
    assert_eq!(all.iter().filter(|stored| stored.changed_before.is_some()).count(), 6);
}
