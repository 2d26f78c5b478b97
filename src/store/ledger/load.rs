//! Reading what a batch of commands is about: the claims and cases that it names, and whoever holds the slots that it wants.

use std::collections::BTreeSet;

use programgrant_core::ledger::rules::{Application, SlotScope};
use programgrant_core::ledger::{ClaimId, Command, Head, Receipt, Successors, UnitOfWork};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::rows::{self, json};
use super::sql::{Lock, SWEEP, SqlStore, query};
use super::store::StoreError;
use crate::store::database::Dialect;

impl SqlStore {
    /// Reads everything that the commands concern.
    pub(super) async fn load(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
    ) -> Result<UnitOfWork, StoreError> {
        let (head, successors) = self.begun(connection).await?;
        let mut work = UnitOfWork::new(head, self.terms);
        work.successors = successors;
        let named: BTreeSet<String> = commands.iter().filter_map(named).map(|id| id.to_string()).collect();
        let asked: Vec<(&Application, &SlotScope)> = commands.iter().filter_map(asked).collect();
        let concerned = self.concerned_statement();
        let concerned = query(&concerned)
            .bind(work.head.now.as_microsecond())
            .bind(json(&named))
            .bind(wanted_json(&asked, &work.successors))
            .fetch_all(&mut *connection)
            .await?;
        load_claims(&mut work, &concerned)?;
        let wanted: Vec<(&Application, &SlotScope)> =
            commands.iter().filter_map(|command| wanted(command, &work)).collect();
        if !wanted.is_empty() {
            let holders = query(&self.holders_statement("$1"))
                .bind(wanted_json(&wanted, &work.successors))
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
        if commands.iter().any(|command| matches!(command, Command::Journal(_))) {
            work.journal = self.journal_within(connection).await?;
        }
        Ok(work)
    }

    /// The chain's head, to be moved on, and under whose names slots are kept. PostgreSQL reads names once the head is locked: a statement
    /// that waits for a lock has looked at other tables before.
    async fn begun(&self, connection: &mut AnyConnection) -> Result<(Head, Successors), StoreError> {
        match self.database.dialect {
            Dialect::Sqlite => self.head_and_successors(connection).await,
            Dialect::Postgres => Ok((self.head(connection, Lock::Taken).await?, successors(connection).await?)),
        }
    }

    /// All that a batch meets at once: the first claims whose time is up, the claims that are named, and who holds what is asked for.
    /// How many is no parameter: SQLite plans a statement anew whenever one is bound that says so.
    fn concerned_statement(&self) -> String {
        format!(
            "SELECT id, body, sequence, hash FROM (SELECT id, body, sequence, hash FROM claim WHERE expires_at <= $1 ORDER BY expires_at LIMIT {SWEEP}) AS due \
             UNION ALL SELECT id, body, sequence, hash FROM claim WHERE {} UNION ALL {}",
            self.database.dialect.among("id", "$2"),
            self.holders_statement("$3")
        )
    }

    /// Claims that hold a slot of what is wanted, in either lane; which of them collide is for the state machine to say. Each place
    /// is looked up by itself, however many are asked for and however small the table was.
    pub(super) fn holders_statement(&self, parameter: &str) -> String {
        let wanted = [
            ("recipient", "TEXT"),
            ("subject", "TEXT"),
            ("first", "BIGINT"),
            ("last", "BIGINT"),
        ];
        let wanted = self.database.dialect.each_with(parameter, &wanted);
        let is_held = "slot.recipient = each.recipient AND slot.subject = each.subject AND slot.month_until >= each.first AND slot.month_from <= each.last";
        let holders = match self.database.dialect {
            Dialect::Sqlite => format!("IN (SELECT slot.claim FROM {wanted} CROSS JOIN slot WHERE {is_held})"),
            Dialect::Postgres => format!(
                "= ANY (ARRAY(SELECT held.claim FROM {wanted} CROSS JOIN LATERAL (SELECT claim FROM slot WHERE {is_held} OFFSET 0) AS held))"
            ),
        };
        format!("SELECT id, body, sequence, hash FROM claim WHERE id {holders}")
    }

    pub(super) async fn load_cases(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
        work: &mut UnitOfWork,
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
            "SELECT id, body, sequence, hash FROM double_funding_case WHERE {}",
            self.database.dialect.among("id", "$1")
        );
        for row in query(&statement).bind(json(&cases)).fetch_all(&mut *connection).await? {
            work.load_case(rows::body(&row, "double_funding_case")?, receipt(&row)?);
        }
        Ok(())
    }

    pub(super) async fn load_receipts(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
        work: &mut UnitOfWork,
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
        | Command::Journal(_)
        | Command::Sweep
        | Command::Suspend { .. }
        | Command::Resume { .. } => None,
    }
}

/// What a request takes slots for.
fn asked(command: &Command) -> Option<(&Application, &SlotScope)> {
    match command {
        Command::Request(request) => Some((&request.application, &request.reach)),
        _ => None,
    }
}

/// What a command about a claim may take slots for.
fn wanted<'a>(command: &'a Command, work: &'a UnitOfWork) -> Option<(&'a Application, &'a SlotScope)> {
    match command {
        // Nothing comes into the way of a reserved slot but a merger.
        Command::Approve { claim, .. } | Command::Decide { claim, .. } => work
            .claims
            .get(claim)
            .map(|kept| (&kept.value.application, &kept.value.reach))
            .filter(|(_, reach)| matches!(command, Command::Approve { .. }) || work.successors.concern(reach)),
        _ => None,
    }
}

pub(super) fn wanted_json(wanted: &[(&Application, &SlotScope)], successors: &Successors) -> String {
    let mut slots: Vec<Value> = Vec::new();
    for (application, reach) in wanted {
        let (months, reach) = (application.months(), successors.keyed(reach));
        let slot = |(recipient, subject)| json!({ "recipient": recipient, "subject": subject, "first": months.start().number(), "last": months.end().number() });
        slots.extend(reach.places().map(slot));
    }
    json(&slots)
}

/// Under whose names slots are kept.
pub(super) async fn successors(connection: &mut AnyConnection) -> Result<Successors, StoreError> {
    let rows = sqlx::query("SELECT recipient, successor FROM slot_key")
        .fetch_all(connection)
        .await?;
    successors_of(&rows)
}

pub(super) fn successors_of(rows: &[AnyRow]) -> Result<Successors, StoreError> {
    let pair = |row: &AnyRow| Ok((row.try_get("recipient")?, row.try_get("successor")?));
    Ok(Successors::new(
        rows.iter().map(pair).collect::<Result<Vec<_>, StoreError>>()?,
    ))
}

pub(super) fn load_claims(work: &mut UnitOfWork, rows: &[AnyRow]) -> Result<(), StoreError> {
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

#[cfg(test)]
mod tests {
    //! Promise: PostgreSQL finds who holds a place by the index of places, also while it has not counted the table.

    use jiff::SignedDuration;
    use programgrant_core::ledger::Terms;

    use super::*;
    use crate::store::database::testing::Scratch;
    use crate::store::ledger::LedgerClock;

    #[tokio::test]
    async fn a_place_is_found_by_the_index_of_places() {
        let Scratch { database, .. } = Scratch::open(Dialect::Postgres).await;
        for insert in [
            "INSERT INTO claim (id, organisation, principal, idempotency_key, state, fence, recipient, subject, year, body, sequence, hash) \
             SELECT 'krav-' || n, '', '', CAST(n AS TEXT), 'REQUESTED', 1, '', '', 2025, '', n, '' FROM generate_series(1, 2000) AS n",
            "INSERT INTO slot (claim, recipient, subject, month_from, month_until, target_from, target_until, activity, lane, party) \
             SELECT 'krav-' || n, CAST(n AS TEXT), 'scheme', 1, 12, 1, 3, '', 0, 'krav-' || n FROM generate_series(1, 2000) AS n",
        ] {
            sqlx::query(insert).execute(database.writer()).await.expect("inserts");
        }
        let clearance = SignedDuration::from_hours(1);
        let store = SqlStore::open(database.clone(), LedgerClock::Database, Terms { clearance })
            .await
            .expect("opens");
        let wanted = r#"'[{"recipient":"7","subject":"scheme","first":1,"last":12}]'"#;
        let plan = format!("EXPLAIN {}", store.holders_statement(wanted));
        let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(plan))
            .fetch_all(database.readers())
            .await
            .expect("explains");
        let plan = plan.join("\n");
        assert!(
            plan.contains("slot_by_place") && !plan.contains("slot_has_one_holder"),
            "{plan}"
        );
    }
}
