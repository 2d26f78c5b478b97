//! Copies every table from one database into another, whichever the two are, and proves it before it is committed: what was
//! read on one side is read again on the other. Rows flow through; none but a handful is held in memory.

use std::collections::BTreeMap;
use std::fmt;

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use super::Dialect;
use super::catalogue::{self, CatalogueError, Kind, Table};
use crate::telemetry::progress;

/// Tables that are not empty in a new database: what they hold then gives way to what the source has.
const FILLED_FROM_THE_START: [&str; 3] = ["generation", "ledger", "source"];
/// Values in one statement, at most.
const VALUES: usize = 2000;

/// Why nothing was copied. The target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("the target is not empty: it holds {0}. A copy goes into an empty database only")]
    NotEmpty(Contents),
    #[error("table {0}: source and target have another layout")]
    Layout(String),
    #[error("table {0} did not arrive as it left")]
    Altered(String),
}

/// Tables that hold something, with the number of their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents(Vec<(String, i64)>);

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (table, rows)) in self.0.iter().enumerate() {
            let joint = if place == 0 { "" } else { ", " };
            write!(f, "{joint}{rows} in {table}")?;
        }
        Ok(())
    }
}

/// One end of a copy.
pub struct End<'a> {
    pub connection: &'a mut AnyConnection,
    pub dialect: Dialect,
}

/// How many rows a table has, and a sum over them that does not depend on their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    rows: u64,
    sum: [u64; 4],
}

/// What every table holds, summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums(BTreeMap<String, Tally>);

/// A line for each table: name, rows, sum.
impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(table, Tally { rows, sum })| {
            write!(f, "{table} {rows} ")?;
            sum.iter().try_for_each(|part| write!(f, "{part:016x}"))?;
            writeln!(f)
        })
    }
}

/// Sums up what a database holds.
pub async fn sums(end: &mut End<'_>) -> Result<Sums, CopyError> {
    let mut sums = BTreeMap::new();
    for table in catalogue::tables(end.connection, end.dialect).await? {
        let tally = tally(end, &table).await?;
        sums.insert(table.name, tally);
    }
    Ok(Sums(sums))
}

/// Says so when the database holds anything that a new one does not.
pub async fn expect_empty(end: &mut End<'_>) -> Result<(), CopyError> {
    let mut found = Vec::new();
    for table in catalogue::tables(end.connection, end.dialect).await? {
        if !FILLED_FROM_THE_START.contains(&table.name.as_str()) {
            let rows = number(end, &format!("SELECT count(*) FROM {}", quoted(&table.name))).await?;
            found.push((table.name, rows));
        }
    }
    found.push((
        "generation".to_owned(),
        number(end, "SELECT number FROM generation").await?,
    ));
    found.push(("ledger".to_owned(), number(end, "SELECT sequence FROM ledger").await?));
    found.retain(|(_, rows)| *rows > 0);
    if found.is_empty() {
        Ok(())
    } else {
        Err(CopyError::NotEmpty(Contents(found)))
    }
}

/// Copies everything into an empty database. Both ends are transactions of the caller's; who commits without an error has an
/// exact copy, and who does not has nothing.
pub async fn everything(source: &mut End<'_>, target: &mut End<'_>) -> Result<Sums, CopyError> {
    be_patient(source).await?;
    be_patient(target).await?;
    let tables = catalogue::tables(source.connection, source.dialect).await?;
    let there = catalogue::tables(target.connection, target.dialect).await?;
    check_layout(&tables, &there)?;
    guards(target, &there, "DISABLE").await?;
    expect_empty(target).await?;
    let (mut sums, of) = (BTreeMap::new(), tables.len() as u64);
    for table in tables {
        progress::reached(sums.len() as u64, of);
        let tally = copy(source, target, &table).await?;
        sums.insert(table.name, tally);
    }
    guards(target, &there, "ENABLE").await?;
    Ok(Sums(sums))
}

/// One end waits while the other one works, and may not be taken for gone.
async fn be_patient(end: &mut End<'_>) -> Result<(), sqlx::Error> {
    if end.dialect == Dialect::Postgres {
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0")
            .execute(&mut *end.connection)
            .await?;
    }
    Ok(())
}

fn check_layout(tables: &[Table], there: &[Table]) -> Result<(), CopyError> {
    let columns = |table: &Table| {
        let mut columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("{} {:?}", column.name, column.kind))
            .collect();
        columns.sort();
        columns
    };
    let has = |tables: &[Table], table: &Table| {
        tables
            .iter()
            .any(|other| other.name == table.name && columns(other) == columns(table))
    };
    let odd = tables
        .iter()
        .find(|table| !has(there, table))
        .or_else(|| there.iter().find(|table| !has(tables, table)));
    odd.map_or(Ok(()), |table| Err(CopyError::Layout(table.name.clone())))
}

/// On PostgreSQL, what guards the tables against their daily users stands aside for this transaction. No other transaction sees it: the
/// tables stay locked until the end. Keys, exclusions and conditions stay on.
async fn guards(target: &mut End<'_>, tables: &[Table], change: &str) -> Result<(), CopyError> {
    if target.dialect == Dialect::Sqlite {
        return Ok(());
    }
    if change == "DISABLE" {
        sqlx::query("SET LOCAL ROLE NONE")
            .execute(&mut *target.connection)
            .await?;
    }
    for table in tables {
        query(&format!("ALTER TABLE {} {change} TRIGGER USER", quoted(&table.name)))
            .execute(&mut *target.connection)
            .await?;
    }
    Ok(())
}

async fn copy(source: &mut End<'_>, target: &mut End<'_>, table: &Table) -> Result<Tally, CopyError> {
    let there = tally(target, table).await?;
    if there.rows > 0 {
        if there == tally(source, table).await? {
            return Ok(there);
        }
        query(&format!("DELETE FROM {}", quoted(&table.name)))
            .execute(&mut *target.connection)
            .await?;
    }
    let left = transfer(source, target, table).await?;
    if left == tally(target, table).await? {
        Ok(left)
    } else {
        Err(CopyError::Altered(table.name.clone()))
    }
}

async fn transfer(source: &mut End<'_>, target: &mut End<'_>, table: &Table) -> Result<Tally, CopyError> {
    let at_once = (VALUES / table.columns.len()).max(1);
    let select = select(table);
    let mut rows = query(&select).fetch(&mut *source.connection);
    let mut left = Tally::default();
    progress::doing(format_args!("{}", table.name));
    let mut waiting = Vec::with_capacity(at_once);
    while let Some(row) = rows.try_next().await? {
        left.add(&row, table)?;
        waiting.push(row);
        if waiting.len() == at_once {
            insert(target, table, &waiting).await?;
            waiting.clear();
            progress::doing(format_args!("{}: {} rows", table.name, left.rows));
        }
    }
    if !waiting.is_empty() {
        insert(target, table, &waiting).await?;
    }
    Ok(left)
}

async fn insert(target: &mut End<'_>, table: &Table, rows: &[AnyRow]) -> Result<(), CopyError> {
    let values = target.dialect.rows(rows.len(), table.columns.len());
    let statement = format!(
        "INSERT INTO {} ({}) VALUES {values}",
        quoted(&table.name),
        columns(table)
    );
    let mut insert = query(&statement);
    for row in rows {
        for (place, column) in table.columns.iter().enumerate() {
            insert = match column.kind {
                Kind::Integer => insert.bind(row.try_get::<Option<i64>, _>(place)?),
                Kind::Text => insert.bind(row.try_get::<Option<String>, _>(place)?),
                Kind::Bytes => insert.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
            };
        }
    }
    insert.execute(&mut *target.connection).await?;
    Ok(())
}

async fn tally(end: &mut End<'_>, table: &Table) -> Result<Tally, CopyError> {
    let select = select(table);
    let mut rows = query(&select).fetch(&mut *end.connection);
    let mut tally = Tally::default();
    while let Some(row) = rows.try_next().await? {
        tally.add(&row, table)?;
    }
    Ok(tally)
}

impl Tally {
    fn add(&mut self, row: &AnyRow, table: &Table) -> Result<(), sqlx::Error> {
        let mut hash = Sha256::new();
        for (place, column) in table.columns.iter().enumerate() {
            let value = match column.kind {
                Kind::Integer => row
                    .try_get::<Option<i64>, _>(place)?
                    .map(|number| number.to_be_bytes().to_vec()),
                Kind::Text => row.try_get::<Option<String>, _>(place)?.map(String::into_bytes),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?,
            };
            // The length tells a null from an empty value, and one value's end from the next one's beginning.
            let length = value.as_ref().map_or(u64::MAX, |value| value.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(value.unwrap_or_default());
        }
        let hash = hash.finalize();
        for (sum, part) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            *sum = sum.wrapping_add(part.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)));
        }
        self.rows += 1;
        Ok(())
    }
}

fn select(table: &Table) -> String {
    format!("SELECT {} FROM {}", columns(table), quoted(&table.name))
}

fn columns(table: &Table) -> String {
    table
        .columns
        .iter()
        .map(|column| quoted(&column.name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn number(end: &mut End<'_>, statement: &str) -> Result<i64, sqlx::Error> {
    query(statement).fetch_one(&mut *end.connection).await?.try_get(0)
}

/// A statement put together here, from parts that are written here or come from the catalogue.
fn query(statement: &str) -> Query<'_, Any, AnyArguments> {
    sqlx::query(AssertSqlSafe(statement.to_owned()))
}
