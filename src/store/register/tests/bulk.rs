//! Promise, on both stores: however many records a batch has and however often it names one, what is stored is what storing them one
//! by one would have left: each version that differs from the one before it, the last in force, and what is not listed vanished.

use std::collections::BTreeMap;

use super::*;

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What a record is by the simplest account: its versions, and whether the last batch listed it.
#[derive(Debug, Default, PartialEq)]
struct Told {
    years: Vec<i16>,
    is_listed: bool,
}

async fn stored(kept: &Kept) -> BTreeMap<String, Told> {
    let mut all = BTreeMap::new();
    for stored in kept.all().await.records {
        let id = stored.record.id.to_string();
        let versions = kept.register.versions(SOURCE, &id).await.expect("reads");
        let years: Vec<i16> = versions.iter().map(|version| year(&version.record)).collect();
        assert_eq!(
            years.last(),
            Some(&year(&stored.record)),
            "{id}: the last version is in force"
        );
        let is_listed = stored.vanished_at.is_none();
        all.insert(id, Told { years, is_listed });
    }
    all
}

fn year(record: &Record) -> i16 {
    let Content::Accounts(Accounts::Year { year, .. }) = &record.content else {
        panic!("a year")
    };
    *year
}

pub(super) async fn a_batch_is_stored_as_if_its_records_came_one_by_one(scratch: Scratch) {
    let kept = kept(scratch).await;
    let (mut numbers, mut model) = (Numbers(7), BTreeMap::<String, Told>::new());
    for _ in 0..25 {
        let records: Vec<Record> = (0..numbers.below(12))
            .map(|_| {
                let year = 2000 + i16::try_from(numbers.below(3)).expect("small");
                record(&format!("id {}", numbers.below(6)), None, year)
            })
            .collect();
        for told in model.values_mut() {
            told.is_listed = false;
        }
        for record in &records {
            let told = model.entry(record.id.to_string()).or_default();
            told.is_listed = true;
            if told.years.last() != Some(&year(record)) {
                told.years.push(year(record));
            }
        }
        kept.store(&batch(records, Some("heading"))).await;
        assert_eq!(stored(&kept).await, model);
    }
}

pub(super) async fn a_batch_of_many_statements_is_stored_whole(scratch: Scratch) {
    let kept = kept(scratch).await;
    let list = |year| {
        (0..2_500)
            .map(|at| record(&format!("\"æ\\{at}\""), Some(1), year))
            .collect()
    };
    assert!(kept.store(&batch(list(2001), None)).await);
    assert!(!kept.store(&batch(list(2001), None)).await, "the same again is no news");
    assert!(kept.store(&batch(list(2002), None)).await);
    let all = kept.all().await.records;
    assert_eq!(all.len(), 2_500);
    assert!(all.iter().all(|stored| year(&stored.record) == 2002));
    let versions = kept.register.versions(SOURCE, "\"æ\\2499\"").await.expect("reads");
    assert_eq!(
        versions.iter().map(|version| year(&version.record)).collect::<Vec<_>>(),
        [2001, 2002]
    );
}
