//! What stands aside: a record that cannot be read stands there until its source says something readable of it that is not older.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use programgrant_schema::{Record, RecordId, SetAside};
use sqlx::Row;

use super::items::Arrived;
use super::store::{InForce, Write, json};
use super::{RegisterError, order};

/// A record that stands aside already.
struct Standing {
    scope: Option<String>,
    revision: Option<i64>,
}

impl Write<'_> {
    /// Clears what a good version that is not older or a new listing answers, then adds what stands aside now.
    pub(super) async fn replace_set_aside(
        &mut self,
        arrived: &Arrived<'_>,
        held: &HashMap<RecordId, bool>,
    ) -> Result<bool, RegisterError> {
        let mut standing = self.standing().await?;
        let bad: HashSet<&str> = arrived.set_aside.iter().map(|aside| key(aside)).collect();
        let is_answered = |good: &&&Record| {
            standing
                .get(good.id.as_str())
                .is_some_and(|aside| self.answers(good, aside, held))
        };
        let mut over: Vec<String> = arrived
            .records
            .iter()
            .filter(is_answered)
            .map(|good| good.id.to_string())
            .collect();
        if let here @ Some(_) = self.scope {
            let is_gone =
                |(key, aside): &(&String, &Standing)| aside.scope.as_deref() == here && !bad.contains(key.as_str());
            over.extend(standing.iter().filter(is_gone).map(|(key, _)| key.clone()));
        }
        let mut changed = false;
        for key in over {
            if standing.remove(&key).is_some() {
                changed |= self.remove_set_aside(&key).await?;
            }
        }
        changed |= self.set_aside(arrived, standing).await?;
        Ok(changed)
    }

    /// Sets aside what no good version answers, each in its turn.
    async fn set_aside(
        &mut self,
        arrived: &Arrived<'_>,
        standing: HashMap<String, Standing>,
    ) -> Result<bool, RegisterError> {
        let in_force = self
            .in_force(arrived.set_aside.iter().filter_map(|aside| aside.record.as_ref()))
            .await?;
        let listed: HashSet<&RecordId> = arrived.records.iter().map(|record| &record.id).collect();
        let (mut changed, mut added) = (false, HashMap::new());
        for aside in &arrived.set_aside {
            let (key, revision) = (key(aside), self.revision(aside));
            let good = aside.record.as_ref().and_then(|id| Some((id, in_force.get(id)?)));
            if good.is_some_and(|(id, good)| self.stood_corrected(revision, good, listed.contains(id))) {
                // What the heading said of it before is answered, too.
                let is_over = self.scope.is_some() && standing.contains_key(key) && !added.contains_key(key);
                changed |= is_over && self.remove_set_aside(key).await?;
                continue;
            }
            let known = added.get(key).copied().or_else(|| {
                standing
                    .get(key)
                    .filter(|_| self.scope.is_none())
                    .map(|known| known.revision)
            });
            if !known.is_some_and(|known| order::is_older(revision, known)) {
                changed |= self.add_set_aside(key, aside).await?;
                added.insert(key, revision);
            }
        }
        Ok(changed)
    }

    async fn standing(&mut self) -> Result<HashMap<String, Standing>, RegisterError> {
        let select =
            sqlx::query("SELECT key, scope, revision FROM set_aside WHERE source = $1").bind(self.source.as_str());
        let rows = select.fetch_all(&mut *self.connection).await?;
        Ok(rows
            .iter()
            .map(|row| {
                (
                    row.get("key"),
                    Standing {
                        scope: row.get("scope"),
                        revision: row.get("revision"),
                    },
                )
            })
            .collect())
    }

    fn revision(&self, aside: &SetAside) -> Option<i64> {
        if self.scope.is_some() {
            return aside.revision;
        }
        order::believed(
            aside.revision,
            aside.changed_at.map(Timestamp::as_microsecond),
            self.now,
        )
    }

    /// Whether the good version holds and is later than the one aside; an item of a queue that came now is, unless its stamp says otherwise.
    fn answers(&self, good: &Record, aside: &Standing, held: &HashMap<RecordId, bool>) -> bool {
        let Some(is_news) = held.get(&good.id) else {
            return false;
        };
        let stamp = good.changed_at.map(Timestamp::as_microsecond);
        let revision = if self.scope.is_some() {
            good.revision
        } else {
            order::believed(good.revision, stamp, self.now)
        };
        match (revision, aside.revision) {
            (Some(good_one), Some(bad)) => good_one > bad || good_one == bad && good.item.is_some(),
            _ => self.scope.is_none() && (good.item.is_some() || *is_news),
        }
    }

    /// Whether a good version that is later answers the bad one. Under a heading that was read anew, only what the reading itself
    /// says does, or another heading.
    fn stood_corrected(&self, revision: Option<i64>, good: &InForce, is_listed: bool) -> bool {
        let speaks = match self.scope {
            None => true,
            Some(scope) => is_listed || good.is_listed_elsewhere(scope),
        };
        let later = if self.scope.is_some() {
            good.revision
        } else {
            order::believed(good.revision, good.changed_at, self.now)
        };
        speaks && order::is_older(revision, later)
    }

    async fn remove_set_aside(&mut self, key: &str) -> Result<bool, RegisterError> {
        let removed = sqlx::query("DELETE FROM set_aside WHERE source = $1 AND key = $2")
            .bind(self.source.as_str())
            .bind(key)
            .execute(&mut *self.connection)
            .await?;
        Ok(removed.rows_affected() > 0)
    }

    async fn add_set_aside(&mut self, key: &str, aside: &SetAside) -> Result<bool, RegisterError> {
        let added = sqlx::query(
            "INSERT INTO set_aside (source, key, scope, revision, content, seen_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (source, key) DO UPDATE SET scope = excluded.scope, revision = excluded.revision, content = excluded.content, seen_at = excluded.seen_at \
             WHERE set_aside.content <> excluded.content OR set_aside.scope IS DISTINCT FROM excluded.scope",
        )
        .bind(self.source.as_str())
        .bind(key)
        .bind(self.scope)
        .bind(self.revision(aside))
        .bind(json(aside))
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(added.rows_affected() > 0)
    }
}

/// The record's id where it could be read, its place otherwise.
fn key(record: &SetAside) -> &str {
    record.record.as_ref().map_or(record.place.as_str(), RecordId::as_str)
}
