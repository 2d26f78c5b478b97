//! What no store can hold: the sign NUL in a text, which PostgreSQL refuses. Such a record is set aside rather than stopping its
//! whole source for good; where only people read the text, the sign is replaced. Records' contents are stored as JSON, which
//! escapes it.

use programgrant_contract::Batch;
use programgrant_schema::{Record, SetAside};

/// The batch as a store can hold it.
pub fn sanitize(mut batch: Batch) -> Batch {
    let (bad, good) = batch
        .records
        .into_iter()
        .partition(|record: &Record| record.id.as_str().contains('\0') || record.reference.contains('\0'));
    batch.records = good;
    for record in &mut batch.records {
        record.item = record.item.take().map(|item| visible(&item));
    }
    for aside in &mut batch.set_aside {
        aside.place = visible(&aside.place);
        aside.record.take_if(|id| id.as_str().contains('\0'));
        aside.item = aside.item.take().map(|item| visible(&item));
    }
    let nameless = |record: Record| SetAside::at(visible(record.id.as_str()), "its id or reference holds the sign NUL");
    batch.set_aside.extend(bad.into_iter().map(nameless));
    batch
}

/// The text with a sign that can be stored, and seen, instead of NUL.
pub fn visible(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use programgrant_contract::Position;
    use programgrant_schema::{Accounts, Content, RecordId};

    use super::*;
    use crate::store::database::testing::{Scratch, on_both_stores};
    use crate::store::register::{Block, Register};
    use crate::systems;

    on_both_stores! {
        a_record_that_cannot_be_named_stands_aside_and_the_rest_comes,
    }

    async fn a_record_that_cannot_be_named_stands_aside_and_the_rest_comes(scratch: Scratch) {
        let record = |id: &str, reference: &str| {
            let content = Content::Accounts(Accounts::Year {
                year: 2021,
                lines: Vec::new(),
                municipal: None,
            });
            Record {
                id: RecordId::new(id),
                reference: reference.to_owned(),
                revision: None,
                changed_at: None,
                item: None,
                content,
            }
        };
        let mut batch = Batch::empty(Position::from_text("\"here\"".to_owned()));
        batch.records = vec![
            record("good", "good"),
            record("b\0d", "good"),
            record("also bad", "b\0d"),
        ];
        batch.set_aside = vec![SetAside {
            record: Some(RecordId::new("w\0rse")),
            ..SetAside::at("pl\0ce", "r\0ason")
        }];
        let register = Register::open(scratch.database.clone(), systems::ALL.into_iter())
            .await
            .expect("opens");
        let place = register.place(systems::UDIR).await.expect("reads");
        register
            .store(systems::UDIR, &place, &sanitize(batch), Timestamp::UNIX_EPOCH)
            .await
            .expect("stores");
        let mut records = Vec::new();
        let mut take = |block: Block| records.append(&mut block.records().expect("readable"));
        let all = register.changes(0, &mut take).await.expect("reads");
        assert_eq!(
            records
                .iter()
                .map(|stored| stored.record.id.as_str())
                .collect::<Vec<_>>(),
            ["good"]
        );
        let mut aside: Vec<&str> = all
            .set_aside
            .iter()
            .map(|stored| stored.set_aside.place.as_str())
            .collect();
        aside.sort_unstable();
        assert_eq!(aside, ["also bad", "b\u{fffd}d", "pl\u{fffd}ce"]);
        register
            .note_failure(systems::UDIR, &visible("n\0"), Timestamp::UNIX_EPOCH)
            .await
            .expect("notes");
    }
}
