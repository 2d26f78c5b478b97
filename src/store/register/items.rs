//! The items of a queue: each is told apart by the system's own name for it, and one that was stored already is a repeat, whatever was
//! said since.

use std::collections::HashSet;

use programgrant_contract::Batch;
use programgrant_schema::{Record, RecordId, SetAside};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::RegisterError;
use super::store::{Write, json};

/// What of a batch came for the first time.
pub(super) struct Arrived<'b> {
    pub records: Vec<&'b Record>,
    pub set_aside: Vec<&'b SetAside>,
}

/// How an item is told from others. One that could not be read is no repeat of itself once it can be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
struct Item {
    reference: String,
    /// Empty where not even its id could be read.
    record: String,
    readable: bool,
}

impl Write<'_> {
    /// Leaves out what was stored already, and notes the rest as stored.
    pub(super) async fn first_time<'b>(&mut self, batch: &'b Batch) -> Result<Arrived<'b>, RegisterError> {
        let items: Vec<Item> = batch
            .records
            .iter()
            .filter_map(good)
            .chain(batch.set_aside.iter().filter_map(bad))
            .collect();
        if items.is_empty() {
            return Ok(Arrived {
                records: batch.records.iter().collect(),
                set_aside: batch.set_aside.iter().collect(),
            });
        }
        let mut stored = self.stored_items(&items).await?;
        let records = batch
            .records
            .iter()
            .filter(|record| good(record).is_none_or(|item| stored.insert(item)))
            .collect();
        let mut is_first = |aside: &&SetAside| {
            let Some(item) = bad(aside) else { return true };
            !stored.contains(&Item {
                readable: true,
                ..item.clone()
            }) && stored.insert(item)
        };
        let set_aside = batch.set_aside.iter().filter(&mut is_first).collect();
        self.note_items(&items).await?;
        Ok(Arrived { records, set_aside })
    }

    async fn stored_items(&mut self, items: &[Item]) -> Result<HashSet<Item>, RegisterError> {
        let select = format!(
            "SELECT reference, record, readable FROM queue_item WHERE source = $1 AND reference IN (SELECT each.value ->> 'reference' FROM {})",
            self.dialect.each("$2")
        );
        let select = sqlx::query(AssertSqlSafe(select))
            .bind(self.source.as_str())
            .bind(json(&items));
        let rows = select.fetch_all(&mut *self.connection).await?;
        let item = |row: &AnyRow| Item {
            reference: row.get("reference"),
            record: row.get("record"),
            readable: row.get::<i64, _>("readable") != 0,
        };
        Ok(rows.iter().map(item).collect())
    }

    async fn note_items(&mut self, items: &[Item]) -> Result<(), RegisterError> {
        for readable in [true, false] {
            let insert = format!(
                "INSERT INTO queue_item (source, reference, record, readable) SELECT $1, each.value ->> 'reference', each.value ->> 'record', $3 \
                 FROM {} WHERE true ON CONFLICT DO NOTHING",
                self.dialect.each("$2")
            );
            let of_kind: Vec<&Item> = items.iter().filter(|item| item.readable == readable).collect();
            let insert = sqlx::query(AssertSqlSafe(insert))
                .bind(self.source.as_str())
                .bind(json(&of_kind))
                .bind(i64::from(readable));
            insert.execute(&mut *self.connection).await?;
        }
        Ok(())
    }
}

fn good(record: &Record) -> Option<Item> {
    record.item.clone().map(|reference| Item {
        reference,
        record: record.id.to_string(),
        readable: true,
    })
}

fn bad(aside: &SetAside) -> Option<Item> {
    let record = aside.record.as_ref().map(RecordId::to_string).unwrap_or_default();
    aside.item.clone().map(|reference| Item {
        reference,
        record,
        readable: false,
    })
}
