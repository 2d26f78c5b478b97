//! Sessions that were ended before their time, and the key that cookies are sealed with: the same for all gateways over one store.
//! Who is logged in stands nowhere but in the cookies.

use jiff::Timestamp;
use sqlx::Row;

use crate::store::database::{Database, Writing};

/// The length of the key, in bytes.
pub const KEY: usize = 32;
/// Names every session of an issuer.
pub const ALL: &str = "*";

/// The store of them.
#[derive(Debug, Clone)]
pub struct SessionStore {
    database: Database,
}

/// Ended, under one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSession {
    pub session: String,
    pub at: Timestamp,
}

impl SessionStore {
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// The key; `fresh` becomes it where there is none yet.
    pub async fn key(&self, fresh: [u8; KEY]) -> Result<[u8; KEY], sqlx::Error> {
        let insert = sqlx::query("INSERT INTO _login_key (id, content) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
        insert.bind(fresh.to_vec()).execute(self.database.writer()).await?;
        let select = sqlx::query_scalar("SELECT content FROM _login_key WHERE id = 1");
        // By the writer: another transaction may not show yet what this one has found there.
        let content: Vec<u8> = select.fetch_one(self.database.writer()).await?;
        content
            .try_into()
            .map_err(|_| sqlx::Error::Decode("the key is of another length".into()))
    }

    /// What is known to have ended among these names of one issuer.
    pub async fn ended(&self, issuer: &str, names: [&str; 2]) -> Result<Vec<EndedSession>, sqlx::Error> {
        let select =
            sqlx::query("SELECT session, ended_at FROM _ended_session WHERE issuer = $1 AND session IN ($2, $3, $4)");
        let select = select.bind(issuer).bind(names[0]).bind(names[1]).bind(ALL);
        let rows = select.fetch_all(self.database.readers()).await?;
        rows.iter()
            .map(|row| {
                let at = Timestamp::from_microsecond(row.try_get("ended_at")?);
                Ok(EndedSession {
                    session: row.try_get("session")?,
                    at: at.map_err(|error| sqlx::Error::Decode(error.into()))?,
                })
            })
            .collect()
    }

    /// Ends sessions of an issuer by their names. What nobody could bring any more is forgotten on the way.
    pub async fn end(
        &self,
        issuer: &str,
        names: &[String],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut writing = self.database.write().await?;
        forget(&mut writing, now).await?;
        for name in names {
            insert(&mut writing, (issuer, name), now, until).await?;
        }
        writing.commit().await
    }

    /// The same by the word of a token, which counts once; false where it has been seen before.
    pub async fn end_once(
        &self,
        issuer: &str,
        (name, token): (&str, &str),
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let mut writing = self.database.write().await?;
        forget(&mut writing, now).await?;
        let first = sqlx::query(
            "INSERT INTO _ended_session (issuer, session, ended_at, until) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (issuer, session) DO NOTHING",
        );
        let first = first
            .bind(issuer)
            .bind(token)
            .bind(now.as_microsecond())
            .bind(until.as_microsecond());
        if first.execute(&mut *writing).await?.rows_affected() == 0 {
            return Ok(false);
        }
        insert(&mut writing, (issuer, name), now, until).await?;
        writing.commit().await?;
        Ok(true)
    }
}

async fn insert(
    writing: &mut Writing,
    (issuer, session): (&str, &str),
    now: Timestamp,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    let insert = sqlx::query(
        "INSERT INTO _ended_session (issuer, session, ended_at, until) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (issuer, session) DO UPDATE SET ended_at = excluded.ended_at, until = excluded.until \
         WHERE excluded.ended_at >= _ended_session.ended_at",
    );
    let insert = insert
        .bind(issuer)
        .bind(session)
        .bind(now.as_microsecond())
        .bind(until.as_microsecond());
    insert.execute(&mut **writing).await?;
    Ok(())
}

async fn forget(writing: &mut Writing, now: Timestamp) -> Result<(), sqlx::Error> {
    let forget = sqlx::query("DELETE FROM _ended_session WHERE until < $1");
    forget.bind(now.as_microsecond()).execute(&mut **writing).await?;
    Ok(())
}
