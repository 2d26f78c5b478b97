//! The store on SQL: a batch is one transaction, and each of its steps one statement, however many commands it holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_core::ledger::rules::{Application, Reach};
use programgrant_core::ledger::{Claim, ClaimId, Command, Done, Head, Receipt, Refusal, Seal, Terms, Work, run_out};
use programgrant_schema::TargetGroup;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row};

use super::rows::{self, json};
use super::store::{Store, StoreError};
use super::watch::Watch;
use crate::clock::Clock;
use crate::store::database::{Database, Dialect};

/// What everyone is told of a case that was opened or changed, with its id behind it.
pub const CASE_NEWS: &str = "case:";
/// Claims that run out in one batch, at most; the next batch goes on.
const SWEEP: i64 = 500;

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
enum Lock {
    Taken,
    Left,
}

/// The ledger on SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlStore {
    pub(super) database: Database,
    clock: LedgerClock,
    terms: Terms,
    seal: Seal,
    pub(super) watch: Arc<Watch>,
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
            seal: Seal::new(seal),
            watch: Arc::default(),
        })
    }

    /// Where it is kept.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Suspends the ledger within a transaction of the caller's. Nothing runs out by it, so that what was copied stays as it was.
    pub async fn suspend_within(&self, connection: &mut AnyConnection, reason: &str) -> Result<(), StoreError> {
        let mut work = Work::new(self.head_as_written(connection, Lock::Taken).await?, self.terms);
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
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The chain's head and the ledger's clock; suspended, where it was found that the ledger does not hold together.
    async fn head(&self, connection: &mut AnyConnection, lock: Lock) -> Result<Head, StoreError> {
        let head = self.head_as_written(connection, lock).await?;
        Ok(if head.suspended.is_some() {
            head
        } else {
            Head {
                suspended: self.watch.flaw(),
                ..head
            }
        })
    }

    /// Reads the chain's head and the ledger's clock, which never runs backwards.
    async fn head_as_written(&self, connection: &mut AnyConnection, lock: Lock) -> Result<Head, StoreError> {
        let now = match &self.clock {
            LedgerClock::Process(_) => "at",
            LedgerClock::Database => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        };
        let lock = match (lock, self.database.dialect) {
            (Lock::Taken, Dialect::Postgres) => " FOR UPDATE",
            // SQLite has one writer, whose transactions lock the whole file.
            (Lock::Taken, Dialect::Sqlite) | (Lock::Left, _) => "",
        };
        let statement = format!("SELECT sequence, hash, at, suspended, {now} AS now FROM ledger{lock}");
        let row = query(&statement).fetch_one(&mut *connection).await?;
        let clock = match &self.clock {
            LedgerClock::Process(clock) => clock.now().as_microsecond(),
            LedgerClock::Database => row.try_get("now")?,
        };
        let instant = |micros| Timestamp::from_microsecond(micros).map_err(|error| corrupt_head(&error));
        let (clock, last, suspended): (_, _, Option<String>) =
            (instant(clock)?, instant(row.try_get("at")?)?, row.try_get("suspended")?);
        self.watch.look(last, clock, suspended.as_deref());
        Ok(Head {
            sequence: row.try_get("sequence")?,
            hash: row.try_get("hash")?,
            suspended,
            now: clock.max(last),
            clock,
        })
    }

    /// Reads everything that the commands concern.
    async fn load(&self, connection: &mut AnyConnection, commands: &[Command]) -> Result<Work, StoreError> {
        let mut work = Work::new(self.head(connection, Lock::Taken).await?, self.terms);
        let due = sqlx::query(
            "SELECT id, body, sequence, hash FROM claim WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
        );
        let due = due
            .bind(work.head.now.as_microsecond())
            .bind(SWEEP)
            .fetch_all(&mut *connection)
            .await?;
        load_claims(&mut work, &due)?;
        let named: BTreeSet<String> = commands.iter().filter_map(named).map(|id| id.to_string()).collect();
        if !named.is_empty() {
            let claims = format!(
                "SELECT id, body, sequence, hash FROM claim WHERE id IN (SELECT each.value FROM {})",
                self.each_text()
            );
            load_claims(
                &mut work,
                &query(&claims).bind(json(&named)).fetch_all(&mut *connection).await?,
            )?;
        }
        let wanted: Vec<(&Application, &Reach)> =
            commands.iter().filter_map(|command| wanted(command, &work)).collect();
        if !wanted.is_empty() {
            let holders = query(&self.holders_statement())
                .bind(wanted_json(&wanted))
                .fetch_all(&mut *connection)
                .await?;
            load_claims(&mut work, &holders)?;
        }
        if commands
            .iter()
            .any(|command| matches!(command, Command::Resume { forgot: true, .. }))
        {
            let cleared = "SELECT id, body, sequence, hash FROM claim WHERE state = 'CLEARED'";
            load_claims(&mut work, &sqlx::query(cleared).fetch_all(&mut *connection).await?)?;
        }
        self.load_cases(connection, commands, &mut work).await?;
        self.load_receipts(connection, commands, &mut work).await?;
        self.load_past(connection, commands, &mut work).await?;
        Ok(work)
    }

    fn each_text(&self) -> String {
        self.database.dialect.each_text("$1")
    }

    /// Claims that hold a slot of what is wanted, in either lane; which of them collide is for the state machine to say.
    fn holders_statement(&self) -> String {
        format!(
            "SELECT id, body, sequence, hash FROM claim WHERE id IN (SELECT slot.claim FROM {} JOIN slot ON slot.recipient = each.value ->> 'r' \
             AND slot.subject = each.value ->> 's' AND slot.month BETWEEN CAST(each.value ->> 'f' AS BIGINT) AND CAST(each.value ->> 'u' AS BIGINT))",
            self.database.dialect.each("$1")
        )
    }

    async fn load_cases(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
        work: &mut Work,
    ) -> Result<(), StoreError> {
        let cases: BTreeSet<String> = commands
            .iter()
            .filter_map(|command| match command {
                Command::Report(finding) => Some(finding.case().as_str().to_owned()),
                Command::DecideCase { case, .. } => Some(case.as_str().to_owned()),
                _ => None,
            })
            .collect();
        if cases.is_empty() {
            return Ok(());
        }
        let statement = format!(
            "SELECT id, body, sequence, hash FROM double_funding_case WHERE id IN (SELECT each.value FROM {})",
            self.each_text()
        );
        for row in query(&statement).bind(json(&cases)).fetch_all(&mut *connection).await? {
            work.load_case(rows::body(&row, "double_funding_case")?, receipt(&row)?);
        }
        Ok(())
    }

    async fn load_receipts(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
        work: &mut Work,
    ) -> Result<(), StoreError> {
        let presented = |command: &Command| match command {
            Command::Request(request) => request.receipt.as_ref().map(|receipt| receipt.sequence),
            _ => None,
        };
        for sequence in commands.iter().filter_map(presented).collect::<BTreeSet<i64>>() {
            let hash: Option<String> = sqlx::query_scalar("SELECT hash FROM audit WHERE sequence = $1")
                .bind(sequence)
                .fetch_optional(&mut *connection)
                .await?;
            work.known_hashes.insert(sequence, hash.unwrap_or_default());
        }
        Ok(())
    }

    /// Writes what changed: what is given back first, then claims, exceptions, slots, cases, the chain and its head.
    async fn save(&self, connection: &mut AnyConnection, work: &Work) -> Result<(), StoreError> {
        let (given_back, taken) = work.slots();
        let each = self.database.dialect.each("$1");
        if !given_back.is_empty() {
            let statement = format!(
                "DELETE FROM slot WHERE claim IN (SELECT each.value FROM {})",
                self.each_text()
            );
            query(&statement)
                .bind(json(&given_back))
                .execute(&mut *connection)
                .await?;
        }
        if !work.changed_claims.is_empty() {
            let claims: Vec<Value> = work
                .changed_claims
                .iter()
                .map(|id| claim_row(&work.claims[id].value, &work.claims[id].receipt))
                .collect();
            query(&save_claims(&each))
                .bind(json(&claims))
                .execute(&mut *connection)
                .await?;
        }
        fail::fail_point!("ledger-mid-batch", |_| std::process::abort());
        self.save_exceptions(connection, &taken).await?;
        if !taken.is_empty() {
            let slots: Vec<Value> = taken.iter().flat_map(|claim| slot_rows(claim)).collect();
            query(&save_slots(&each))
                .bind(json(&slots))
                .execute(&mut *connection)
                .await?;
        }
        if !work.changed_cases.is_empty() {
            let cases: Vec<Value> = work
                .changed_cases
                .iter()
                .map(|id| case_row(&work.cases[id].value, &work.cases[id].receipt))
                .collect();
            query(&save_cases(&each))
                .bind(json(&cases))
                .execute(&mut *connection)
                .await?;
        }
        self.save_chain(connection, work).await
    }

    async fn save_exceptions(&self, connection: &mut AnyConnection, taken: &[&Claim]) -> Result<(), StoreError> {
        let approved = |claim: &&&Claim| {
            claim
                .exception
                .as_ref()
                .is_some_and(|exception| exception.approved_by.is_some())
        };
        for claim in taken.iter().filter(approved) {
            let (Some(exception), asked_by) = (&claim.exception, claim.requested_by.organisation.to_string()) else {
                continue;
            };
            let (Some(approved_by), Some(approved_at)) = (&exception.approved_by, exception.approved_at) else {
                continue;
            };
            sqlx::query(
                "INSERT INTO exception (claim, asked_by, proposed_by, approved_by, reason, legal_basis, proposed_at, approved_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(claim.id.as_str())
            .bind(asked_by)
            .bind(exception.proposed_by.organisation.to_string())
            .bind(approved_by.organisation.to_string())
            .bind(&exception.reason)
            .bind(&exception.legal_basis)
            .bind(exception.proposed_at.as_microsecond())
            .bind(approved_at.as_microsecond())
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    async fn save_chain(&self, connection: &mut AnyConnection, work: &Work) -> Result<(), StoreError> {
        let entry = |link: &programgrant_core::ledger::Link| json!({ "n": link.entry.sequence, "s": link.entry.what.subject(), "c": link.content, "p": link.previous_hash, "h": link.hash });
        let links: Vec<Value> = work.links.iter().map(entry).collect();
        let statement = format!(
            "INSERT INTO audit (sequence, subject, content, previous_hash, hash) \
             SELECT CAST(each.value ->> 'n' AS BIGINT), each.value ->> 's', each.value ->> 'c', each.value ->> 'p', each.value ->> 'h' FROM {}",
            self.database.dialect.each("$1")
        );
        query(&statement).bind(json(&links)).execute(&mut *connection).await?;
        sqlx::query("UPDATE ledger SET sequence = $1, hash = $2, at = $3, suspended = $4")
            .bind(work.head.sequence)
            .bind(&work.head.hash)
            .bind(work.head.now.as_microsecond())
            .bind(&work.head.suspended)
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn apply(&self, commands: &[Command]) -> Result<Vec<Result<Done, Refusal>>, StoreError> {
        let mut transaction = self.database.write().await?;
        let mut work = self.load(&mut transaction, commands).await?;
        work.run_out();
        let outcomes = commands.iter().map(|command| work.carry_out(command)).collect();
        if work.links.is_empty() {
            return Ok(outcomes);
        }
        self.save(&mut transaction, &work).await?;
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

    async fn occupants(&self, application: &Application, reach: &Reach) -> Result<(Vec<Claim>, bool), StoreError> {
        let mut transaction = self.database.read().await?;
        let head = self.head(&mut transaction, Lock::Left).await?;
        let rows = query(&self.holders_statement())
            .bind(wanted_json(&[(application, reach)]))
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
        claims.retain(|claim| claim.holds(application, reach));
        Ok((claims, head.suspended.is_some()))
    }
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

/// The claim that a command is about.
fn named(command: &Command) -> Option<ClaimId> {
    match command {
        Command::Request(request) => Some(ClaimId::of(&request.by, &request.key)),
        Command::Decide { claim, .. }
        | Command::Release { claim, .. }
        | Command::Rule { claim, .. }
        | Command::Propose { claim, .. }
        | Command::Approve { claim, .. }
        | Command::NotePaid { claim } => Some(claim.clone()),
        Command::Confirm(confirmation) => Some(confirmation.claim.clone()),
        Command::Report(_)
        | Command::DecideCase { .. }
        | Command::Sweep
        | Command::Suspend { .. }
        | Command::Resume { .. } => None,
    }
}

/// What a command may take slots for.
fn wanted<'a>(command: &'a Command, work: &'a Work) -> Option<(&'a Application, &'a Reach)> {
    match command {
        Command::Request(request) => Some((&request.application, &request.reach)),
        Command::Approve { claim, .. } => work
            .claims
            .get(claim)
            .map(|kept| (&kept.value.application, &kept.value.reach)),
        _ => None,
    }
}

fn wanted_json(wanted: &[(&Application, &Reach)]) -> String {
    let slots = wanted.iter().flat_map(|(application, reach)| {
        let months = application.months();
        let slot = move |(recipient, subject)| json!({ "r": recipient, "s": subject, "f": months.start().number(), "u": months.end().number() });
        reach.places().map(slot)
    });
    json(&slots.collect::<Vec<Value>>())
}

fn load_claims(work: &mut Work, rows: &[AnyRow]) -> Result<(), StoreError> {
    for row in rows {
        work.load_claim(rows::body(row, "claim")?, receipt(row)?);
    }
    Ok(())
}

fn receipt(row: &AnyRow) -> Result<Receipt, StoreError> {
    Ok(Receipt {
        sequence: row.try_get("sequence")?,
        hash: row.try_get("hash")?,
    })
}

fn claim_row(claim: &Claim, receipt: &Receipt) -> Value {
    json!({
        "id": claim.id, "o": claim.requested_by.organisation, "p": claim.requested_by.subject, "k": claim.key, "st": claim.state.as_str(),
        "f": claim.fence, "r": claim.application.recipient.to_string(), "s": claim.application.subject.to_string(), "y": claim.application.year,
        "x": claim.expires_at.map(Timestamp::as_microsecond), "b": json(claim), "n": receipt.sequence, "h": receipt.hash,
    })
}

/// `WHERE true`: without it SQLite reads `ON CONFLICT` as a join.
fn save_claims(each: &str) -> String {
    format!(
        "INSERT INTO claim (id, organisation, principal, idempotency_key, state, fence, recipient, subject, year, expires_at, body, sequence, hash) \
         SELECT each.value ->> 'id', each.value ->> 'o', each.value ->> 'p', each.value ->> 'k', each.value ->> 'st', \
         CAST(each.value ->> 'f' AS BIGINT), each.value ->> 'r', each.value ->> 's', CAST(each.value ->> 'y' AS BIGINT), \
         CAST(each.value ->> 'x' AS BIGINT), each.value ->> 'b', CAST(each.value ->> 'n' AS BIGINT), each.value ->> 'h' FROM {each} WHERE true \
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, fence = excluded.fence, expires_at = excluded.expires_at, body = excluded.body, \
         sequence = excluded.sequence, hash = excluded.hash"
    )
}

fn slot_rows(claim: &Claim) -> impl Iterator<Item = Value> {
    let (application, months) = (&claim.application, claim.application.months());
    claim.reach.places().map(move |(recipient, subject)| {
        json!({
            "r": recipient, "s": subject, "f": months.start().number(), "u": months.end().number(),
            "t": target_bits(application), "l": claim.lane.number(), "a": application.activity.as_deref().unwrap_or_default(), "c": claim.id,
        })
    })
}

/// As the table of target groups counts them.
pub(super) fn target_bits(application: &Application) -> i64 {
    let bit = |target: &TargetGroup| match target {
        TargetGroup::ChildrenAndYoung => 1,
        TargetGroup::Adults => 2,
        TargetGroup::Other => 4,
        TargetGroup::All => 7,
    };
    application.targets().iter().map(bit).fold(0, std::ops::BitOr::bitor)
}

/// One row for each month and target group. What is wanted is read from its JSON once, not once for every row.
fn save_slots(each: &str) -> String {
    format!(
        "WITH wanted AS MATERIALIZED (\
         SELECT each.value ->> 'r' AS recipient, each.value ->> 's' AS subject, CAST(each.value ->> 'f' AS BIGINT) AS first_month, \
         CAST(each.value ->> 'u' AS BIGINT) AS last_month, CAST(each.value ->> 't' AS BIGINT) AS targets, \
         CAST(each.value ->> 'l' AS BIGINT) AS lane, each.value ->> 'a' AS activity, each.value ->> 'c' AS claim FROM {each}) \
         INSERT INTO slot (recipient, subject, month, target, lane, activity, claim, exception) \
         SELECT wanted.recipient, wanted.subject, month.number, target_group.bit, wanted.lane, wanted.activity, wanted.claim, \
         CASE WHEN wanted.lane = 0 THEN NULL ELSE wanted.claim END \
         FROM wanted JOIN month ON month.number BETWEEN wanted.first_month AND wanted.last_month \
         JOIN target_group ON (target_group.bit & wanted.targets) <> 0"
    )
}

fn case_row(case: &programgrant_core::ledger::Case, receipt: &Receipt) -> Value {
    let finding = &case.finding;
    json!({
        "id": case.id, "k": finding.kind.as_str(), "st": case.state.as_str(), "p": finding.programme, "m": finding.municipality, "s": finding.scheme,
        "y": finding.year, "o": case.opened_at.as_microsecond(), "b": json(case), "n": receipt.sequence, "h": receipt.hash,
    })
}

fn save_cases(each: &str) -> String {
    format!(
        "INSERT INTO double_funding_case (id, kind, state, programme, municipality, scheme, year, opened_at, body, sequence, hash) \
         SELECT each.value ->> 'id', each.value ->> 'k', each.value ->> 'st', each.value ->> 'p', each.value ->> 'm', each.value ->> 's', \
         CAST(each.value ->> 'y' AS BIGINT), CAST(each.value ->> 'o' AS BIGINT), each.value ->> 'b', CAST(each.value ->> 'n' AS BIGINT), \
         each.value ->> 'h' FROM {each} WHERE true \
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, municipality = excluded.municipality, scheme = excluded.scheme, \
         year = excluded.year, body = excluded.body, sequence = excluded.sequence, hash = excluded.hash"
    )
}
