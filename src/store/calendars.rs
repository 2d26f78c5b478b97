//! Calendar addresses: whose they are, and since when they are revoked. What stands in an address is kept as a hash alone: whoever reads the
//! store can subscribe to none.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::store::database::Database;

/// An address that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCalendar {
    /// Names it where it is revoked; it leads to nothing.
    pub id: String,
    /// The organisation number of the body that made it.
    pub owner: String,
    pub made_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// The store of them.
#[derive(Debug, Clone)]
pub struct CalendarStore {
    database: Database,
}

const FIELDS: &str = "id, owner, made_at, revoked_at";

impl CalendarStore {
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Keeps a new one, where its owner has fewer than `most` that stand; false where it has not. Those that were revoked before `forgotten` are
    /// forgotten on the way.
    pub async fn add(
        &self,
        calendar: &KeptCalendar,
        hash: &[u8],
        most: i64,
        forgotten: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let mut writing = self.database.write().await?;
        let forget = sqlx::query("DELETE FROM _calendar WHERE revoked_at < $1");
        forget.bind(forgotten.as_microsecond()).execute(&mut *writing).await?;
        let standing = sqlx::query_scalar("SELECT COUNT(*) FROM _calendar WHERE owner = $1 AND revoked_at IS NULL");
        let standing: i64 = standing.bind(&calendar.owner).fetch_one(&mut *writing).await?;
        if standing >= most {
            return Ok(false);
        }
        let insert = sqlx::query("INSERT INTO _calendar (id, hash, owner, made_at) VALUES ($1, $2, $3, $4)");
        let insert = insert
            .bind(&calendar.id)
            .bind(hash.to_vec())
            .bind(&calendar.owner)
            .bind(calendar.made_at.as_microsecond());
        insert.execute(&mut *writing).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// Those of one body that stand, the newest first.
    pub async fn standing(&self, owner: &str) -> Result<Vec<KeptCalendar>, sqlx::Error> {
        let text =
            format!("SELECT {FIELDS} FROM _calendar WHERE owner = $1 AND revoked_at IS NULL ORDER BY made_at DESC, id");
        let select = sqlx::query(sqlx::AssertSqlSafe(text)).bind(owner);
        let rows = select.fetch_all(self.database.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// The one of that hash.
    pub async fn find(&self, hash: &[u8]) -> Result<Option<KeptCalendar>, sqlx::Error> {
        let text = format!("SELECT {FIELDS} FROM _calendar WHERE hash = $1");
        let select = sqlx::query(sqlx::AssertSqlSafe(text)).bind(hash.to_vec());
        let row = select.fetch_optional(self.database.readers()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Revokes one of that body's for good; false where it has none of that id that stands.
    pub async fn revoke(&self, owner: &str, id: &str, now: Timestamp) -> Result<bool, sqlx::Error> {
        let update =
            sqlx::query("UPDATE _calendar SET revoked_at = $1 WHERE id = $2 AND owner = $3 AND revoked_at IS NULL");
        let update = update.bind(now.as_microsecond()).bind(id).bind(owner);
        let changed = update.execute(self.database.writer()).await?;
        Ok(changed.rows_affected() > 0)
    }
}

fn read(row: &AnyRow) -> Result<KeptCalendar, sqlx::Error> {
    let instant = |at: i64| Timestamp::from_microsecond(at).map_err(|error| sqlx::Error::Decode(error.into()));
    let revoked: Option<i64> = row.try_get("revoked_at")?;
    Ok(KeptCalendar {
        id: row.try_get("id")?,
        owner: row.try_get("owner")?,
        made_at: instant(row.try_get("made_at")?)?,
        revoked_at: revoked.map(instant).transpose()?,
    })
}
