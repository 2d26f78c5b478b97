//! Rows on their way into a table: many to a statement, each value bound by itself. Written as JSON and read again by the database, a row
//! took twice as long.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection};

use super::sql::query;
use crate::store::database::Dialect;

/// What stands in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnValue {
    Text(Option<String>),
    Number(Option<i64>),
}

impl ColumnValue {
    fn bind_to(self, query: Query<'_, Any, AnyArguments>) -> Query<'_, Any, AnyArguments> {
        match self {
            Self::Text(text) => query.bind(text),
            Self::Number(number) => query.bind(number),
        }
    }

    /// Nothing of that kind: PostgreSQL wants to know of what there is none.
    const fn nothing(&self) -> Self {
        match self {
            Self::Text(_) => Self::Text(None),
            Self::Number(_) => Self::Number(None),
        }
    }
}

impl From<&str> for ColumnValue {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for ColumnValue {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for ColumnValue {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for ColumnValue {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for ColumnValue {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// Where rows of so many columns go.
pub struct Target<const COLUMNS: usize> {
    pub table: &'static str,
    /// The first of them is null in no row.
    pub columns: [&'static str; COLUMNS],
    /// What follows the rows, such as `ON CONFLICT`.
    pub then: &'static str,
}

/// Rows of one statement, at most. It has room for a power of two, so that there are few statements to be prepared; what is left over is
/// nulls, and no row.
const MOST: usize = 64;

impl<const COLUMNS: usize> Target<COLUMNS> {
    /// Adds rows.
    pub async fn insert(
        &self,
        connection: &mut AnyConnection,
        dialect: Dialect,
        rows: Vec<[ColumnValue; COLUMNS]>,
    ) -> Result<(), sqlx::Error> {
        let mut rows = rows.into_iter().peekable();
        while let Some(first) = rows.peek() {
            let nothing = first.each_ref().map(ColumnValue::nothing);
            let room = rows.len().min(MOST).next_power_of_two();
            let statement = self.statement(dialect, room);
            let mut query = query(&statement);
            for _ in 0..room {
                for value in rows.next().unwrap_or_else(|| nothing.clone()) {
                    query = value.bind_to(query);
                }
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }

    fn statement(&self, dialect: Dialect, rows: usize) -> String {
        let Self { table, columns, then } = self;
        let (columns, rows) = (columns.join(", "), dialect.rows(rows, COLUMNS));
        format!(
            "INSERT INTO {table} ({columns}) SELECT * FROM (VALUES {rows}) AS each WHERE column1 IS NOT NULL {then}"
        )
    }
}

#[cfg(test)]
mod tests {
    //! Promise: as many rows arrive as are sent, as they were sent, and the last one wins where they meet.

    use sqlx::Row;

    use super::*;
    use crate::store::database::testing::{Scratch, on_both_stores};

    on_both_stores! {
        rows_arrive_as_they_were_sent,
        a_row_that_is_there_is_changed,
        no_rows_are_no_statement,
    }

    const PLACE: Target<3> = Target {
        table: "place",
        columns: ["name", "number", "note"],
        then: "ON CONFLICT (name) DO UPDATE SET number = excluded.number, note = excluded.note",
    };

    async fn connection(scratch: &Scratch) -> sqlx::pool::PoolConnection<Any> {
        let mut connection = scratch.database.writer().acquire().await.expect("a connection");
        sqlx::query("CREATE TEMPORARY TABLE place (name TEXT PRIMARY KEY, number BIGINT, note TEXT)")
            .execute(&mut *connection)
            .await
            .expect("makes a table");
        connection
    }

    fn row(number: i64, note: &str) -> [ColumnValue; 3] {
        let is_odd = number % 2 == 1;
        [
            format!("place {number:04}").into(),
            is_odd.then_some(number).into(),
            (!is_odd).then(|| note.to_owned()).into(),
        ]
    }

    async fn stands(connection: &mut AnyConnection) -> Vec<[ColumnValue; 3]> {
        let rows = sqlx::query("SELECT name, number, note FROM place ORDER BY name");
        let rows = rows.fetch_all(connection).await.expect("reads");
        let read = |row: &sqlx::any::AnyRow| {
            [
                ColumnValue::Text(row.get(0)),
                ColumnValue::Number(row.get(1)),
                ColumnValue::Text(row.get(2)),
            ]
        };
        rows.iter().map(read).collect()
    }

    async fn rows_arrive_as_they_were_sent(scratch: Scratch) {
        let mut connection = connection(&scratch).await;
        // One; no power of two; exactly as many as a statement takes; and one more than twice that.
        for count in [1, 3, 64, 129] {
            sqlx::query("DELETE FROM place")
                .execute(&mut *connection)
                .await
                .expect("empties");
            let sent: Vec<_> = (0..count).map(|number| row(number, "\"å\" 'b' \\c\n")).collect();
            let inserted = PLACE
                .insert(&mut connection, scratch.database.dialect, sent.clone())
                .await;
            inserted.expect("inserts");
            assert_eq!(stands(&mut connection).await, sent, "{count} rows");
        }
    }

    async fn a_row_that_is_there_is_changed(scratch: Scratch) {
        let mut connection = connection(&scratch).await;
        for note in ["before", "after"] {
            let rows = (0..5).map(|number| row(number, note)).collect();
            let inserted = PLACE.insert(&mut connection, scratch.database.dialect, rows).await;
            inserted.expect("inserts");
        }
        let after: Vec<_> = (0..5).map(|number| row(number, "after")).collect();
        assert_eq!(stands(&mut connection).await, after);
    }

    async fn no_rows_are_no_statement(scratch: Scratch) {
        let mut connection = connection(&scratch).await;
        let inserted = PLACE
            .insert(&mut connection, scratch.database.dialect, Vec::new())
            .await;
        inserted.expect("nothing to do");
        assert_eq!(stands(&mut connection).await, Vec::<[ColumnValue; 3]>::new());
    }
}
