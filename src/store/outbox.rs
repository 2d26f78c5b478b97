//! What is still to be told, and to whom: written down before anything is sent, and settled after. A message that is in here
//! survives whatever happens to the gateway.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use programgrant_core::webhook::Event;
use programgrant_schema::OrganisationNumber;
use sqlx::Row;
use sqlx::any::AnyRow;
use strum::IntoStaticStr;

use crate::store::database::{Database, Writing};

/// How long a message that was delivered is kept, so that nobody is told twice of what happened once.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub body: String,
    pub made_at: Timestamp,
    /// Failed attempts at this address since the last that succeeded.
    pub failures: usize,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryOutcome {
    Delivered,
    /// Kept, and not tried again.
    SetAside,
}

impl DeliveryOutcome {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A source, as those who listen were last told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastTold {
    pub is_heard: bool,
    /// How often that has changed.
    pub changes: i64,
}

/// The store of it.
#[derive(Debug, Clone)]
pub struct Outbox {
    database: Database,
}

impl Outbox {
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Makes room for an organisation. It is told of what happens from now on.
    pub async fn register(&self, organisation: OrganisationNumber) -> Result<(), sqlx::Error> {
        let insert = sqlx::query(
            "INSERT INTO webhook_endpoint (endpoint, position, failures) SELECT $1, sequence, 0 FROM ledger WHERE true \
             ON CONFLICT (endpoint) DO NOTHING",
        );
        insert
            .bind(organisation.to_string())
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// The place in the audit chain up to which it was looked what the organisation is to be told.
    pub async fn position(&self, organisation: OrganisationNumber) -> Result<i64, sqlx::Error> {
        let select = sqlx::query_scalar("SELECT position FROM webhook_endpoint WHERE endpoint = $1");
        select
            .bind(organisation.to_string())
            .fetch_one(self.database.readers())
            .await
    }

    /// Puts in what is to be told, together with how far was looked; false where somebody else has looked meanwhile.
    pub async fn advance(
        &self,
        organisation: OrganisationNumber,
        (from, to): (i64, i64),
        events: &[&Event],
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let mut writing = self.database.write().await?;
        let update = sqlx::query("UPDATE webhook_endpoint SET position = $3 WHERE endpoint = $1 AND position = $2");
        let moved = update
            .bind(organisation.to_string())
            .bind(from)
            .bind(to)
            .execute(&mut *writing)
            .await?
            .rows_affected();
        if moved == 0 {
            return Ok(false);
        }
        insert(&mut writing, organisation, events, now).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// Puts in what is to be told; what is in already stays as it is.
    pub async fn put(
        &self,
        organisation: OrganisationNumber,
        events: &[&Event],
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut writing = self.database.write().await?;
        lock(&mut writing, organisation).await?;
        insert(&mut writing, organisation, events, now).await?;
        writing.commit().await
    }

    /// What was last told of each source.
    pub async fn sources(&self) -> Result<BTreeMap<String, LastTold>, sqlx::Error> {
        let rows = sqlx::query("SELECT source, is_heard, changes FROM webhook_source")
            .fetch_all(self.database.readers())
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("source")?, told(row)?)))
            .collect()
    }

    /// Remembers a source that was heard for the first time; nobody is told.
    pub async fn insert(&self, source: &str) -> Result<(), sqlx::Error> {
        let insert = sqlx::query(
            "INSERT INTO webhook_source (source, is_heard, changes) VALUES ($1, 1, 0) ON CONFLICT (source) DO NOTHING",
        );
        insert.bind(source).execute(self.database.writer()).await?;
        Ok(())
    }

    /// Puts in that a source has changed, for all at once; nothing where somebody else has done so.
    pub async fn transition(
        &self,
        source: &str,
        before: LastTold,
        event: &Event,
        to: &[OrganisationNumber],
    ) -> Result<(), sqlx::Error> {
        let mut writing = self.database.write().await?;
        let update = sqlx::query(
            "UPDATE webhook_source SET is_heard = $3, changes = changes + 1 WHERE source = $1 AND changes = $2",
        );
        let update = update
            .bind(source)
            .bind(before.changes)
            .bind(i64::from(!before.is_heard));
        if update.execute(&mut *writing).await?.rows_affected() == 0 {
            return Ok(());
        }
        for organisation in to {
            lock(&mut writing, *organisation).await?;
            insert(&mut writing, *organisation, &[event], event.at).await?;
        }
        writing.commit().await
    }

    /// The oldest message that waits, unless its address is being left alone for now.
    pub async fn next(&self, organisation: OrganisationNumber, now: Timestamp) -> Result<Option<Message>, sqlx::Error> {
        let select = sqlx::query(
            "SELECT id, body, made_at, failures FROM webhook_message JOIN webhook_endpoint USING (endpoint) \
             WHERE endpoint = $1 AND settled_at IS NULL AND (next_at IS NULL OR next_at <= $2) ORDER BY number LIMIT 1",
        );
        let row = select
            .bind(organisation.to_string())
            .bind(now.as_microsecond())
            .fetch_optional(self.database.readers())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let made_at = Timestamp::from_microsecond(row.try_get("made_at")?).unwrap_or(now);
        let failures = usize::try_from(row.try_get::<i64, _>("failures")?).unwrap_or_default();
        Ok(Some(Message {
            id: row.try_get("id")?,
            body: row.try_get("body")?,
            made_at,
            failures,
        }))
    }

    /// Notes what became of a message.
    pub async fn settle(
        &self,
        organisation: OrganisationNumber,
        id: &str,
        outcome: DeliveryOutcome,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut writing = self.database.write().await?;
        let update = sqlx::query(
            "UPDATE webhook_message SET settled_at = $3, outcome = $4 WHERE endpoint = $1 AND id = $2 AND settled_at IS NULL",
        );
        let update = update
            .bind(organisation.to_string())
            .bind(id)
            .bind(now.as_microsecond())
            .bind(outcome.as_str());
        update.execute(&mut *writing).await?;
        if outcome == DeliveryOutcome::Delivered {
            let answers = sqlx::query("UPDATE webhook_endpoint SET failures = 0, next_at = NULL WHERE endpoint = $1");
            answers.bind(organisation.to_string()).execute(&mut *writing).await?;
            let oldest = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
            let forget = sqlx::query(
                "DELETE FROM webhook_message WHERE endpoint = $1 AND outcome = 'DELIVERED' AND settled_at < $2",
            );
            forget
                .bind(organisation.to_string())
                .bind(oldest.as_microsecond())
                .execute(&mut *writing)
                .await?;
        }
        writing.commit().await
    }

    /// Notes that an attempt failed and when the next is to be made.
    pub async fn postpone(&self, organisation: OrganisationNumber, until: Timestamp) -> Result<(), sqlx::Error> {
        let update =
            sqlx::query("UPDATE webhook_endpoint SET failures = failures + 1, next_at = $2 WHERE endpoint = $1");
        update
            .bind(organisation.to_string())
            .bind(until.as_microsecond())
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// How many messages wait.
    pub async fn waiting(&self, organisation: OrganisationNumber) -> Result<i64, sqlx::Error> {
        let select =
            sqlx::query_scalar("SELECT count(*) FROM webhook_message WHERE endpoint = $1 AND settled_at IS NULL");
        select
            .bind(organisation.to_string())
            .fetch_one(self.database.readers())
            .await
    }
}

fn told(row: &AnyRow) -> Result<LastTold, sqlx::Error> {
    Ok(LastTold {
        is_heard: row.try_get::<i64, _>("is_heard")? == 1,
        changes: row.try_get("changes")?,
    })
}

/// Lets nobody else number this organisation's messages meanwhile.
async fn lock(writing: &mut Writing, organisation: OrganisationNumber) -> Result<(), sqlx::Error> {
    let touch = sqlx::query("UPDATE webhook_endpoint SET position = position WHERE endpoint = $1");
    touch.bind(organisation.to_string()).execute(&mut **writing).await?;
    Ok(())
}

async fn insert(
    writing: &mut Writing,
    organisation: OrganisationNumber,
    events: &[&Event],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let endpoint = organisation.to_string();
    let last = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM webhook_message WHERE endpoint = $1");
    let last: i64 = last.bind(&endpoint).fetch_one(&mut **writing).await?;
    for (number, event) in (last + 1..).zip(events) {
        let insert = sqlx::query(
            "INSERT INTO webhook_message (endpoint, id, number, body, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (endpoint, id) DO NOTHING",
        );
        let insert = insert
            .bind(&endpoint)
            .bind(&event.id)
            .bind(number)
            .bind(event.body())
            .bind(now.as_microsecond());
        insert.execute(&mut **writing).await?;
    }
    Ok(())
}
