//! The store on SQL: a batch is one transaction, and each of its steps one statement, however many commands it holds.

use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_core::ledger::rules::{Application, SlotScope};
use programgrant_core::ledger::{
    Claim, Command, CommandOutcome, Head, ReceiptSigner, Refusal, Successors, Terms, UnitOfWork, run_out,
};
use programgrant_schema::TargetGroup;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row};

use super::journal::KeptJournal;
use super::load::{self, wanted_json};
use super::rows;
use super::store::{LedgerStore, StoreError};
use super::watch::Watch;
use crate::clock::Clock;
use crate::store::database::{Database, Dialect, layout};

/// What everyone is told of a case that was opened or changed, with its id behind it.
pub const CASE_NEWS: &str = "case:";
/// What is said once an allocation is decided.
pub const ALLOCATION_NEWS: &str = "allocation";
/// Claims that run out in one batch, at most; the next batch goes on.
pub(super) const SWEEP: i64 = 500;

/// Whose time counts. Several gateways must go by one clock: the database's.
#[derive(Debug, Clone)]
pub enum LedgerClock {
    Process(Clock),
    Database,
}

impl LedgerClock {
    /// A clock that was set by hand is kept to everywhere.
    pub fn of(database: &Database, clock: &Clock) -> Self {
        match database.dialect {
            Dialect::Postgres if clock.is_system() => Self::Database,
            Dialect::Postgres | Dialect::Sqlite => Self::Process(clock.clone()),
        }
    }
}

/// Whether batches must follow each other behind the chain's head.
#[derive(Clone, Copy)]
pub(super) enum Lock {
    Taken,
    Left,
}

/// The ledger on SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlStore {
    pub(super) database: Database,
    pub(super) clock: LedgerClock,
    pub(super) terms: Terms,
    pub(super) seal: ReceiptSigner,
    pub(super) watch: Arc<Watch>,
    /// The journal as it was last read.
    pub(super) journal: Arc<ArcSwap<KeptJournal>>,
}

impl SqlStore {
    pub async fn open(database: Database, clock: LedgerClock, terms: Terms) -> Result<Self, StoreError> {
        let seal: String = sqlx::query_scalar("SELECT seal FROM ledger")
            .fetch_one(database.readers())
            .await?;
        Ok(Self {
            database,
            clock,
            terms,
            seal: ReceiptSigner::new(seal),
            watch: Arc::default(),
            journal: Arc::default(),
        })
    }

    /// Where it is kept.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Suspends the ledger within a transaction of the caller's. Nothing runs out by it, so that what was copied stays as it was.
    pub async fn suspend_within(&self, connection: &mut AnyConnection, reason: &str) -> Result<(), StoreError> {
        let mut work = UnitOfWork::new(self.head_as_written(connection, Lock::Taken).await?, self.terms);
        // A suspension is never refused.
        let _ = work.carry_out(&Command::Suspend {
            by: None,
            reason: reason.to_owned(),
        });
        self.save(connection, &work).await
    }

    /// Suspends a ledger that does not hold together, unless it is suspended already. Where its chain is so broken that no entry can
    /// be added, the suspension stands without one: the chain has a flaw as it is.
    pub async fn suspend_flawed(&self, flaw: &impl std::fmt::Display) -> Result<(), StoreError> {
        let reason = self.watch.alarm(flaw);
        let mut transaction = self.database.write().await?;
        if self
            .head_as_written(&mut transaction, Lock::Taken)
            .await?
            .suspended
            .is_some()
        {
            self.watch.alarm_is_written();
            return Ok(());
        }
        let suspended = match self.suspend_within(&mut transaction, &reason).await {
            Ok(()) => transaction.commit().await,
            Err(error) => {
                tracing::error!(%error, "the suspension has no entry in the chain");
                drop(transaction);
                let mark = sqlx::query("UPDATE ledger SET suspended = $1 WHERE suspended IS NULL");
                mark.bind(&reason).execute(self.database.writer()).await.map(|_| ())
            }
        };
        suspended?;
        // The alarm stands until the suspension was seen as it is written: in between, nothing would be told.
        self.now().await?;
        self.watch.alarm_is_written();
        Ok(())
    }

    /// What those who run the gateway must be told.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The ledger's clock.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self
            .head(&mut *self.database.readers().acquire().await?, Lock::Left)
            .await?
            .now)
    }

    /// Signs receipts.
    pub fn signer(&self) -> &ReceiptSigner {
        &self.seal
    }

    /// The chain's head and the ledger's clock; suspended, where it was found that the ledger does not hold together.
    pub(super) async fn head(&self, connection: &mut AnyConnection, lock: Lock) -> Result<Head, StoreError> {
        Ok(self.watched(self.head_as_written(connection, lock).await?))
    }

    /// The same and under whose names slots are kept, by one statement: whoever reads slots needs both.
    pub(super) async fn head_and_successors(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<(Head, Successors), StoreError> {
        let statement = self.head_statement(", recipient, successor", " LEFT JOIN slot_key ON TRUE");
        let rows = query(&statement).fetch_all(connection).await?;
        let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        // Where nobody has another's name, one row holds the head alone.
        let is_empty = first.try_get::<Option<String>, _>("recipient")?.is_none();
        let named = if is_empty { &[] } else { rows.as_slice() };
        Ok((self.watched(self.head_of(first)?), load::successors_of(named)?))
    }

    fn watched(&self, head: Head) -> Head {
        Head {
            suspended: head.suspended.or_else(|| self.watch.flaw()),
            ..head
        }
    }

    /// A newer gateway may have brought the store to a layout that this one would misread.
    fn expect_known(&self, found: i64) -> Result<(), StoreError> {
        let known = layout(self.database.dialect);
        if found > known {
            Err(StoreError::Newer { found, known })
        } else {
            Ok(())
        }
    }

    /// The same for those who look into the ledger without its head.
    pub(super) async fn expect_known_layout(&self) -> Result<(), StoreError> {
        let found = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations");
        self.expect_known(found.fetch_one(self.database.readers()).await?)
    }

    async fn head_as_written(&self, connection: &mut AnyConnection, lock: Lock) -> Result<Head, StoreError> {
        let lock = match (lock, self.database.dialect) {
            (Lock::Taken, Dialect::Postgres) => " FOR UPDATE",
            // SQLite has one writer, whose transactions lock the whole file.
            (Lock::Taken, Dialect::Sqlite) | (Lock::Left, _) => "",
        };
        let row = query(&self.head_statement("", lock)).fetch_one(connection).await?;
        self.head_of(&row)
    }

    /// Reads the head with more columns, and what stands behind the ledger's name.
    fn head_statement(&self, more: &str, behind: &str) -> String {
        let now = match &self.clock {
            LedgerClock::Process(_) => "last_at",
            LedgerClock::Database => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        };
        format!(
            "SELECT sequence, hash, last_at, suspended, {now} AS now, (SELECT max(version) FROM _sqlx_migrations) AS layout{more} FROM ledger{behind}"
        )
    }

    /// The head as it was read, under the ledger's clock, which never runs backwards.
    fn head_of(&self, row: &AnyRow) -> Result<Head, StoreError> {
        self.expect_known(row.try_get("layout")?)?;
        let clock = match &self.clock {
            LedgerClock::Process(clock) => clock.now().as_microsecond(),
            LedgerClock::Database => row.try_get("now")?,
        };
        let instant = |micros| Timestamp::from_microsecond(micros).map_err(|error| corrupt_head(&error));
        let (clock, last, suspended): (_, _, Option<String>) = (
            instant(clock)?,
            instant(row.try_get("last_at")?)?,
            row.try_get("suspended")?,
        );
        self.watch.look(last, clock, suspended.as_deref());
        Ok(Head {
            sequence: row.try_get("sequence")?,
            hash: row.try_get("hash")?,
            suspended,
            now: clock.max(last),
            clock,
        })
    }
}

#[async_trait]
impl LedgerStore for SqlStore {
    async fn apply(&self, commands: &[Command]) -> Result<Vec<Result<CommandOutcome, Refusal>>, StoreError> {
        let mut transaction = self.database.write().await?;
        let mut work = self.load(&mut transaction, commands).await?;
        work.run_out();
        let outcomes = commands.iter().map(|command| work.carry_out(command)).collect();
        if work.links.is_empty() {
            return Ok(outcomes);
        }
        self.save(&mut transaction, &work).await?;
        self.tell_of_participations(&mut transaction, &work).await?;
        if decides_allocation(&work) {
            transaction.notify(ALLOCATION_NEWS).await?;
        }
        for case in &work.changed_cases {
            transaction.notify(&format!("{CASE_NEWS}{}", case.as_str())).await?;
        }
        fail::fail_point!("ledger-before-commit", |_| std::process::abort());
        transaction.commit().await?;
        self.watch
            .look(work.head.now, work.head.clock, work.head.suspended.as_deref());
        fail::fail_point!("ledger-commit-lost", |_| Err(StoreError::Unreachable(
            std::sync::Arc::new(sqlx::Error::WorkerCrashed)
        )));
        fail::fail_point!("ledger-after-commit", |_| std::process::abort());
        Ok(outcomes)
    }

    async fn occupants(&self, application: &Application, reach: &SlotScope) -> Result<(Vec<Claim>, bool), StoreError> {
        let mut transaction = self.database.read().await?;
        let (head, successors) = self.head_and_successors(&mut transaction).await?;
        let rows = query(&self.holders_statement("$1"))
            .bind(wanted_json(&[(application, reach)], &successors))
            .fetch_all(&mut *transaction)
            .await?;
        let mut claims = Vec::with_capacity(rows.len());
        for row in &rows {
            let claim: Claim = rows::body(row, "claim")?;
            // What has run out has run out, whether it has been written down yet or not; a suspended ledger lets none go.
            let run_out = if head.suspended.is_none() {
                run_out(&claim, head.now)
            } else {
                None
            };
            claims.push(run_out.unwrap_or(claim));
        }
        claims.retain(|claim| claim.holds(application, reach, &successors));
        Ok((claims, head.suspended.is_some()))
    }
}

fn decides_allocation(work: &UnitOfWork) -> bool {
    let mut changed = work.changed_records.keys();
    changed.any(|id| {
        let version = work.journal.allocation(id);
        version.is_some_and(|version| version.state.is_decided())
    })
}

/// A statement put together here, from parts that are written here.
pub(super) fn query(statement: &str) -> sqlx::query::Query<'_, Any, sqlx::any::AnyArguments> {
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
}

fn corrupt_head(reason: &impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        table: "ledger",
        key: "1".to_owned(),
        reason: reason.to_string(),
    }
}

/// The first and the last of the application's target groups, as slots count them: groups are one or all.
pub(super) fn target_range(application: &Application) -> (i64, i64) {
    let number = |target: &TargetGroup| match target {
        TargetGroup::ChildrenAndYoung => (1, 1),
        TargetGroup::Adults => (2, 2),
        TargetGroup::Other => (3, 3),
        TargetGroup::All => (1, 3),
    };
    let join = |(from, until): (i64, i64), (first, last)| (from.min(first), until.max(last));
    application.targets().iter().map(number).fold((3, 1), join)
}
