//! Writing what a batch of commands has changed: claims and their slots, cases, exceptions, and the chain.

use jiff::Timestamp;
use programgrant_core::ledger::rules::SlotScope;
use programgrant_core::ledger::{Case, Claim, ClaimId, Lane, Link, Receipt, UnitOfWork};
use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::rows::json;
use super::sql::{SqlStore, query, target_range};
use super::store::StoreError;
use crate::store::database::Dialect;

impl SqlStore {
    /// Writes what changed: what is given back first, then claims, exceptions, slots, cases, the chain and its head.
    pub(super) async fn save(&self, connection: &mut AnyConnection, work: &UnitOfWork) -> Result<(), StoreError> {
        let (given_back, taken) = work.slots();
        if !given_back.is_empty() {
            self.give_back(connection, &given_back).await?;
        }
        if !work.changed_claims.is_empty() {
            let claims: Vec<Value> = work
                .changed_claims
                .iter()
                .map(|id| claim_row(&work.claims[id].value, &work.claims[id].receipt))
                .collect();
            query(&save_claims(self.database.dialect))
                .bind(json(&claims))
                .execute(&mut *connection)
                .await?;
        }
        fail::fail_point!("ledger-mid-batch", |_| std::process::abort());
        self.save_exceptions(connection, &taken).await?;
        if !taken.is_empty() {
            let of = |claim: &&Claim| slot_rows(claim, &work.successors.keyed(&claim.reach), claim.id.as_str());
            let slots: Vec<Value> = taken.iter().flat_map(of).collect();
            self.save_slots(connection, &slots).await?;
        }
        if !work.changed_cases.is_empty() {
            let cases: Vec<Value> = work
                .changed_cases
                .iter()
                .map(|id| case_row(&work.cases[id].value, &work.cases[id].receipt))
                .collect();
            query(&save_cases(self.database.dialect))
                .bind(json(&cases))
                .execute(&mut *connection)
                .await?;
        }
        self.save_chain(connection, work).await
    }

    /// Takes claims out of their slots.
    pub(super) async fn give_back(
        &self,
        connection: &mut AnyConnection,
        claims: &[&ClaimId],
    ) -> Result<(), StoreError> {
        let statement = format!("DELETE FROM slot WHERE {}", self.database.dialect.among("claim", "$1"));
        query(&statement).bind(json(&claims)).execute(&mut *connection).await?;
        Ok(())
    }

    pub(super) async fn save_slots(&self, connection: &mut AnyConnection, slots: &[Value]) -> Result<(), StoreError> {
        if !slots.is_empty() {
            let statement = insert(self.database.dialect, "slot", &SLOT);
            query(&statement).bind(json(&slots)).execute(&mut *connection).await?;
        }
        Ok(())
    }

    pub(super) async fn save_exceptions(
        &self,
        connection: &mut AnyConnection,
        taken: &[&Claim],
    ) -> Result<(), StoreError> {
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

    pub(super) async fn save_chain(&self, connection: &mut AnyConnection, work: &UnitOfWork) -> Result<(), StoreError> {
        let links: Vec<Value> = work.links.iter().map(entry_row).collect();
        let statement = insert(self.database.dialect, "audit", &ENTRY);
        query(&statement).bind(json(&links)).execute(&mut *connection).await?;
        sqlx::query("UPDATE ledger SET sequence = $1, hash = $2, last_at = $3, suspended = $4")
            .bind(work.head.sequence)
            .bind(&work.head.hash)
            .bind(work.head.now.as_microsecond())
            .bind(&work.head.suspended)
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}

/// Adds rows, read from the JSON array in the first parameter, each field of which is a column.
fn insert(dialect: Dialect, table: &str, fields: &[(&str, &str)]) -> String {
    let names = fields.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    // `WHERE true`: without it SQLite reads `ON CONFLICT` as a join.
    format!(
        "INSERT INTO {table} ({names}) SELECT {names} FROM {} WHERE true",
        dialect.each_with("$1", fields)
    )
}

const CLAIM: [(&str, &str); 13] = [
    ("id", "TEXT"),
    ("organisation", "TEXT"),
    ("principal", "TEXT"),
    ("idempotency_key", "TEXT"),
    ("state", "TEXT"),
    ("fence", "BIGINT"),
    ("recipient", "TEXT"),
    ("subject", "TEXT"),
    ("year", "BIGINT"),
    ("expires_at", "BIGINT"),
    ("body", "TEXT"),
    ("sequence", "BIGINT"),
    ("hash", "TEXT"),
];

fn claim_row(claim: &Claim, receipt: &Receipt) -> Value {
    json!({
        "id": claim.id, "organisation": claim.requested_by.organisation, "principal": claim.requested_by.subject,
        "idempotency_key": claim.key, "state": claim.state.as_str(), "fence": claim.fence,
        "recipient": claim.application.recipient.to_string(), "subject": claim.application.subject.to_string(),
        "year": claim.application.year, "expires_at": claim.expires_at.map(Timestamp::as_microsecond), "body": json(claim),
        "sequence": receipt.sequence, "hash": receipt.hash,
    })
}

fn save_claims(dialect: Dialect) -> String {
    let insert = insert(dialect, "claim", &CLAIM);
    format!(
        "{insert} ON CONFLICT (id) DO UPDATE SET state = excluded.state, fence = excluded.fence, expires_at = excluded.expires_at, \
         body = excluded.body, sequence = excluded.sequence, hash = excluded.hash"
    )
}

/// A claim's slots within that reach, one row for each place, as one of that party.
pub(super) fn slot_rows(claim: &Claim, reach: &SlotScope, party: &str) -> Vec<Value> {
    let (application, months) = (&claim.application, claim.application.months());
    let (target_from, target_until) = target_range(application);
    let exception = (claim.lane == Lane::Exception).then_some(&claim.id);
    let slots = reach.places().map(|(recipient, subject)| {
        json!({
            "claim": claim.id, "recipient": recipient, "subject": subject, "month_from": months.start().number(),
            "month_until": months.end().number(), "target_from": target_from, "target_until": target_until,
            "activity": application.activity.as_deref().unwrap_or_default(), "lane": claim.lane.number(), "party": party, "exception": exception,
        })
    });
    slots.collect()
}

const SLOT: [(&str, &str); 11] = [
    ("claim", "TEXT"),
    ("recipient", "TEXT"),
    ("subject", "TEXT"),
    ("month_from", "BIGINT"),
    ("month_until", "BIGINT"),
    ("target_from", "BIGINT"),
    ("target_until", "BIGINT"),
    ("activity", "TEXT"),
    ("lane", "BIGINT"),
    ("party", "TEXT"),
    ("exception", "TEXT"),
];

const CASE: [(&str, &str); 11] = [
    ("id", "TEXT"),
    ("kind", "TEXT"),
    ("state", "TEXT"),
    ("programme", "TEXT"),
    ("municipality", "TEXT"),
    ("scheme", "TEXT"),
    ("year", "BIGINT"),
    ("opened_at", "BIGINT"),
    ("body", "TEXT"),
    ("sequence", "BIGINT"),
    ("hash", "TEXT"),
];

fn case_row(case: &Case, receipt: &Receipt) -> Value {
    let finding = &case.finding;
    json!({
        "id": case.id, "kind": finding.kind.as_str(), "state": case.state.as_str(), "programme": finding.programme,
        "municipality": finding.municipality, "scheme": finding.scheme, "year": finding.year, "opened_at": case.opened_at.as_microsecond(),
        "body": json(case), "sequence": receipt.sequence, "hash": receipt.hash,
    })
}

fn save_cases(dialect: Dialect) -> String {
    let insert = insert(dialect, "double_funding_case", &CASE);
    format!(
        "{insert} ON CONFLICT (id) DO UPDATE SET state = excluded.state, municipality = excluded.municipality, scheme = excluded.scheme, \
         year = excluded.year, body = excluded.body, sequence = excluded.sequence, hash = excluded.hash"
    )
}

const ENTRY: [(&str, &str); 5] = [
    ("sequence", "BIGINT"),
    ("subject", "TEXT"),
    ("content", "TEXT"),
    ("previous_hash", "TEXT"),
    ("hash", "TEXT"),
];

fn entry_row(link: &Link) -> Value {
    json!({
        "sequence": link.entry.sequence, "subject": link.entry.what.subject(), "content": link.content,
        "previous_hash": link.previous_hash, "hash": link.hash,
    })
}
