//! What the reference registers said: kept when it changes, with the instant since when it is in force, so that the reference data of
//! any instant can be told again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use programgrant_core::reference::{BRREG, JOURNAL, KLASS, ParticipationDecision, Registered, Saying};
use programgrant_schema::{OrganisationNumber, SourceId};
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::store::{Stored, json};
use super::{NEWS, Place, Register, RegisterError, rows, spans};
use crate::store::database::Dialect;

/// What came since a generation, each subject's latest version last.
pub(super) const SELECT_SAID: &str = "SELECT register, subject, version, since, content FROM reference_version WHERE generation > $1 \
    UNION ALL SELECT 'journal', subject, version, since, content FROM participation_version WHERE generation > $1 ORDER BY 1, 2, 3";
const SELECT_SAID_BY: &str = "SELECT register, subject, version, since, content FROM reference_version WHERE since <= $1 \
    UNION ALL SELECT 'journal', subject, version, since, content FROM participation_version WHERE since <= $1 ORDER BY 1, 2, 3";

/// A saying, and since when it is in force.
pub type DatedSaying = (Saying, Timestamp);

impl Register {
    /// Stores what a reference register said, all or nothing; nothing where anybody has stored something of it since the place was read
    /// before it was asked. With `is_heard` the register has answered whole.
    pub async fn store_said(
        &self,
        register: SourceId,
        asked_from: &Place,
        said: &[Saying],
        is_heard: bool,
        now: Timestamp,
    ) -> Result<Stored, RegisterError> {
        let mut writing = self.database.write().await?;
        let counted = sqlx::query("UPDATE source SET batches = batches + 1 WHERE id = $1 AND batches = $2")
            .bind(register.as_str())
            .bind(asked_from.batches)
            .execute(&mut *writing)
            .await?;
        if counted.rows_affected() == 0 {
            return Err(RegisterError::Superseded(register));
        }
        let mut news = Vec::new();
        for saying in said {
            let (subject, content) = written(saying);
            if let Saying::Unit(..) = saying {
                note_check(&mut writing, &subject, now).await?;
            }
            if let Some(version) = next_version(&mut writing, register, &subject, &content).await? {
                news.push((subject, version, content));
            }
        }
        if !news.is_empty() {
            let generation = self.move_on(&mut writing, now).await?;
            for (subject, version, content) in &news {
                add_version(&mut writing, register, (subject, *version, content), generation, now).await?;
            }
        }
        note_heard(&mut writing, register, is_heard, !news.is_empty(), now).await?;
        spans::remember_source(
            &mut writing,
            register.as_str(),
            now.as_microsecond(),
            self.limit(register),
        )
        .await?;
        writing.notify(NEWS).await?;
        writing.commit().await?;
        Ok(Stored {
            changed: !news.is_empty(),
        })
    }

    /// A day has begun on which municipalities are otherwise than before: once for all gateways, a new generation begins with it.
    pub async fn turn(&self, day: Date, now: Timestamp) -> Result<(), RegisterError> {
        let mut writing = self.database.write().await?;
        let days = i64::from(day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days()));
        let insert =
            sqlx::query("INSERT INTO reference_turn (day) VALUES ($1) ON CONFLICT (day) DO NOTHING").bind(days);
        if insert.execute(&mut *writing).await?.rows_affected() == 0 {
            return Ok(());
        }
        self.move_on(&mut writing, now).await?;
        writing.notify(NEWS).await?;
        Ok(writing.commit().await?)
    }

    /// Everything that the reference registers had said by then.
    pub async fn registered_at(&self, at: Timestamp) -> Result<Registered, RegisterError> {
        let said = sqlx::query(SELECT_SAID_BY)
            .bind(at.as_microsecond())
            .fetch_all(self.database.readers())
            .await?;
        let mut registered = Registered::default();
        for row in &said {
            let (saying, since) = told(row)?;
            registered.take(saying, since);
        }
        Ok(registered)
    }

    /// When each unit was last asked about.
    pub async fn checks(&self) -> Result<BTreeMap<OrganisationNumber, Timestamp>, RegisterError> {
        let checks = sqlx::query("SELECT unit, checked_at FROM reference_check")
            .fetch_all(self.database.readers())
            .await?;
        let check = |row: &AnyRow| {
            Ok((
                unit(row.get("unit"))?,
                rows::instant_of(row.get("checked_at"), "reference_check")?,
            ))
        };
        checks.iter().map(check).collect()
    }

    async fn move_on(&self, connection: &mut AnyConnection, now: Timestamp) -> Result<i64, RegisterError> {
        move_on(connection, self.database.dialect, now).await
    }
}

/// Takes up participations as they were decided, within a transaction of the ledger's: a new picture begins with them.
pub async fn decide_within(
    connection: &mut AnyConnection,
    dialect: Dialect,
    decided: &[ParticipationDecision],
    now: Timestamp,
) -> Result<(), RegisterError> {
    let generation = move_on(connection, dialect, now).await?;
    for decision in decided {
        let subject = format!("{} {}", decision.municipality, decision.programme);
        let insert = sqlx::query(
            "INSERT INTO participation_version (subject, version, since, generation, content) \
             SELECT $1, count(*) + 1, $2, $3, $4 FROM participation_version WHERE subject = $1",
        );
        insert
            .bind(subject)
            .bind(now.as_microsecond())
            .bind(generation)
            .bind(json(decision))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Moves the generation on. One at a time: a reader of generation n must have been able to see all of those before it.
async fn move_on(connection: &mut AnyConnection, dialect: Dialect, now: Timestamp) -> Result<i64, RegisterError> {
    let select = format!("SELECT number FROM generation{}", dialect.for_update());
    let number: i64 = sqlx::query_scalar(AssertSqlSafe(select))
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query("UPDATE generation SET number = $1")
        .bind(number + 1)
        .execute(&mut *connection)
        .await?;
    spans::remember_picture(connection, number + 1, now.as_microsecond()).await?;
    Ok(number + 1)
}

/// The number of the version that the content is, where it is another than the last.
async fn next_version(
    connection: &mut AnyConnection,
    register: SourceId,
    subject: &str,
    content: &str,
) -> Result<Option<i64>, RegisterError> {
    let last = sqlx::query(
        "SELECT version, content FROM reference_version WHERE register = $1 AND subject = $2 ORDER BY version DESC LIMIT 1",
    );
    let last = last
        .bind(register.as_str())
        .bind(subject)
        .fetch_optional(&mut *connection)
        .await?;
    Ok(match last {
        None => Some(1),
        Some(row) if row.get::<&str, _>("content") == content => None,
        Some(row) => Some(row.get::<i64, _>("version") + 1),
    })
}

async fn add_version(
    connection: &mut AnyConnection,
    register: SourceId,
    (subject, version, content): (&str, i64, &str),
    generation: i64,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let insert = sqlx::query(
        "INSERT INTO reference_version (register, subject, version, since, generation, content) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    insert
        .bind(register.as_str())
        .bind(subject)
        .bind(version)
        .bind(now.as_microsecond())
        .bind(generation)
        .bind(content)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn note_check(connection: &mut AnyConnection, unit: &str, now: Timestamp) -> Result<(), RegisterError> {
    let insert = sqlx::query(
        "INSERT INTO reference_check (unit, checked_at) VALUES ($1, $2) ON CONFLICT (unit) DO UPDATE SET checked_at = excluded.checked_at",
    );
    insert
        .bind(unit)
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn note_heard(
    connection: &mut AnyConnection,
    register: SourceId,
    is_heard: bool,
    changed: bool,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let update = sqlx::query(
        "UPDATE source SET walked = CASE WHEN $2 THEN 1 ELSE walked END, heard_at = CASE WHEN $2 THEN $3 ELSE heard_at END, \
         changed_at = CASE WHEN $4 THEN $3 ELSE changed_at END, last_error = CASE WHEN $2 THEN NULL ELSE last_error END WHERE id = $1",
    );
    update
        .bind(register.as_str())
        .bind(is_heard)
        .bind(now.as_microsecond())
        .bind(changed)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Its subject and its content.
fn written(saying: &Saying) -> (String, String) {
    match saying {
        Saying::Numbers(numbers) => (String::new(), json(numbers)),
        Saying::Municipalities(listed) => (String::new(), json(listed)),
        Saying::Unit(unit, found) => (unit.to_string(), json(found)),
        // Told by the ledger, in its own transaction.
        Saying::Participation(decision) => (decision.municipality.to_string(), json(decision)),
    }
}

pub(super) fn told(row: &AnyRow) -> Result<DatedSaying, RegisterError> {
    let (register, subject, content): (String, String, String) =
        (row.get("register"), row.get("subject"), row.get("content"));
    let saying = match (register.parse(), subject.as_str()) {
        (Ok(KLASS), "") => Saying::Numbers(read(&content, &register)?),
        (Ok(BRREG), "") => Saying::Municipalities(read(&content, &register)?),
        (Ok(JOURNAL), _) => Saying::Participation(read(&content, &subject)?),
        (Ok(BRREG), number) => Saying::Unit(unit(number)?, read(&content, number)?),
        _ => return Err(corrupt(&register, "it is no reference register's")),
    };
    Ok((saying, rows::instant_of(row.get("since"), "reference_version")?))
}

fn unit(number: &str) -> Result<OrganisationNumber, RegisterError> {
    number.parse().map_err(|error| corrupt(number, error))
}

fn read<T: DeserializeOwned>(content: &str, key: &str) -> Result<T, RegisterError> {
    serde_json::from_str(content).map_err(|error| corrupt(key, error))
}

fn corrupt(key: &str, reason: impl std::fmt::Display) -> RegisterError {
    RegisterError::Corrupt {
        table: "reference_version",
        key: key.to_owned(),
        reason: reason.to_string(),
    }
}
