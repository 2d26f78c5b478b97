//! Writing what a batch of commands has changed: claims and their slots, cases, exceptions, and the chain.

use jiff::Timestamp;
use programgrant_core::ledger::rules::SlotScope;
use programgrant_core::ledger::{Claim, Lane, Receipt, UnitOfWork};
use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::rows::json;
use super::sql::{SqlStore, query, target_bits};
use super::store::StoreError;

impl SqlStore {
    /// Writes what changed: what is given back first, then claims, exceptions, slots, cases, the chain and its head.
    pub(super) async fn save(&self, connection: &mut AnyConnection, work: &UnitOfWork) -> Result<(), StoreError> {
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
            let in_own_lane = |claim: &&Claim| {
                let reach = work.successors.keyed(&claim.reach);
                slot_rows(claim, &reach, i64::from(claim.lane.number()))
            };
            let slots: Vec<Value> = taken.iter().flat_map(in_own_lane).collect();
            self.save_slots(connection, &slots).await?;
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

    pub(super) async fn save_slots(&self, connection: &mut AnyConnection, slots: &[Value]) -> Result<(), StoreError> {
        if !slots.is_empty() {
            let statement = save_slots(&self.database.dialect.each("$1"));
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

/// The slots of a claim within that reach and in that lane.
pub(super) fn slot_rows(claim: &Claim, reach: &SlotScope, lane: i64) -> Vec<Value> {
    let (application, months) = (&claim.application, claim.application.months());
    let slots = reach.places().map(|(recipient, subject)| {
        json!({
            "r": recipient, "s": subject, "f": months.start().number(), "u": months.end().number(), "t": target_bits(application),
            "l": lane, "e": i64::from(claim.lane == Lane::Exception), "a": application.activity.as_deref().unwrap_or_default(),
            "c": claim.id,
        })
    });
    slots.collect()
}

/// One row for each month and target group. What is wanted is read from its JSON once, not once for every row.
fn save_slots(each: &str) -> String {
    format!(
        "WITH wanted AS MATERIALIZED (\
         SELECT each.value ->> 'r' AS recipient, each.value ->> 's' AS subject, CAST(each.value ->> 'f' AS BIGINT) AS first_month, \
         CAST(each.value ->> 'u' AS BIGINT) AS last_month, CAST(each.value ->> 't' AS BIGINT) AS targets, \
         CAST(each.value ->> 'l' AS BIGINT) AS lane, CAST(each.value ->> 'e' AS BIGINT) AS is_exception, each.value ->> 'a' AS activity, each.value ->> 'c' AS claim FROM {each}) \
         INSERT INTO slot (recipient, subject, month, target, lane, activity, claim, exception) \
         SELECT wanted.recipient, wanted.subject, month.number, target_group.bit, wanted.lane, wanted.activity, wanted.claim, \
         CASE WHEN wanted.is_exception = 0 THEN NULL ELSE wanted.claim END \
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
