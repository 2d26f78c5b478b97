//! Writing what a batch of commands has changed: claims and their slots, cases, exceptions, and the chain.

use jiff::Timestamp;
use programgrant_core::journal::JournalRecord;
use programgrant_core::ledger::rules::SlotScope;
use programgrant_core::ledger::{Case, Claim, ClaimId, Lane, Link, Receipt, UnitOfWork};
use sqlx::AnyConnection;

use super::insert::{ColumnValue, Target};
use super::rows::json;
use super::sql::{SqlStore, query, target_range};
use super::store::StoreError;

impl SqlStore {
    /// Writes what changed: what is given back first, then claims, exceptions, slots, cases, the chain and its head.
    pub(super) async fn save(&self, connection: &mut AnyConnection, work: &UnitOfWork) -> Result<(), StoreError> {
        let (given_back, taken) = work.slots();
        if !given_back.is_empty() {
            self.give_back(connection, &given_back).await?;
        }
        let claims = work
            .changed_claims
            .iter()
            .map(|id| claim_row(&work.claims[id].value, &work.claims[id].receipt, work))
            .collect();
        let slots_of = |claim: &&Claim| slot_rows(claim, &work.successors.keyed(&claim.reach), claim.id.as_str());
        // The database is at work while the other rows are made.
        let made = async {
            let slots: Vec<SlotRow> = taken.iter().flat_map(slots_of).collect();
            (slots, work.links.iter().map(entry_row).collect::<Vec<_>>())
        };
        let (saved, (slots, entries)) = tokio::join!(CLAIM.insert(connection, self.database.dialect, claims), made);
        saved?;
        fail::fail_point!("ledger-mid-batch", |_| std::process::abort());
        self.save_exceptions(connection, &taken).await?;
        self.save_slots(connection, slots).await?;
        if !work.changed_cases.is_empty() {
            let cases = work
                .changed_cases
                .iter()
                .map(|id| case_row(&work.cases[id].value, &work.cases[id].receipt, work))
                .collect();
            CASE.insert(connection, self.database.dialect, cases).await?;
        }
        if !work.changed_records.is_empty() {
            let records = work.changed_records.iter();
            let rows = records.filter_map(|(id, receipt)| Some(record_row(work.journal.get(id)?, receipt, work)));
            RECORD.insert(connection, self.database.dialect, rows.collect()).await?;
        }
        ENTRY.insert(connection, self.database.dialect, entries).await?;
        save_head(connection, work).await
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

    pub(super) async fn save_slots(
        &self,
        connection: &mut AnyConnection,
        slots: Vec<SlotRow>,
    ) -> Result<(), StoreError> {
        Ok(SLOT.insert(connection, self.database.dialect, slots).await?)
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
}

async fn save_head(connection: &mut AnyConnection, work: &UnitOfWork) -> Result<(), StoreError> {
    sqlx::query("UPDATE ledger SET sequence = $1, hash = $2, last_at = $3, suspended = $4")
        .bind(work.head.sequence)
        .bind(&work.head.hash)
        .bind(work.head.now.as_microsecond())
        .bind(&work.head.suspended)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

const CLAIM: Target<13> = Target {
    table: "claim",
    columns: [
        "id",
        "organisation",
        "principal",
        "idempotency_key",
        "state",
        "fence",
        "recipient",
        "subject",
        "year",
        "expires_at",
        "body",
        "sequence",
        "hash",
    ],
    then: "ON CONFLICT (id) DO UPDATE SET state = excluded.state, fence = excluded.fence, expires_at = excluded.expires_at, \
           body = excluded.body, sequence = excluded.sequence, hash = excluded.hash",
};

fn claim_row(claim: &Claim, receipt: &Receipt, work: &UnitOfWork) -> [ColumnValue; 13] {
    [
        claim.id.as_str().into(),
        claim.requested_by.organisation.to_string().into(),
        claim.requested_by.subject.as_str().into(),
        claim.key.as_str().into(),
        claim.state.as_str().into(),
        claim.fence.into(),
        claim.application.recipient.to_string().into(),
        claim.application.subject.to_string().into(),
        i64::from(claim.application.year).into(),
        claim.expires_at.map(Timestamp::as_microsecond).into(),
        body(claim, receipt, work).into(),
        receipt.sequence.into(),
        receipt.hash.as_str().into(),
    ]
}

/// The text of a claim, case or record, to the letter as its last entry has it.
fn body(value: &impl serde::Serialize, receipt: &Receipt, work: &UnitOfWork) -> String {
    let entered = work.link(receipt.sequence).and_then(Link::body);
    entered.map_or_else(|| json(value), str::to_owned)
}

const SLOT: Target<11> = Target {
    table: "slot",
    columns: [
        "claim",
        "recipient",
        "subject",
        "month_from",
        "month_until",
        "target_from",
        "target_until",
        "activity",
        "lane",
        "party",
        "exception",
    ],
    then: "",
};

/// A slot, column by column.
pub(super) type SlotRow = [ColumnValue; 11];

/// A claim's slots within that reach, one row for each place, as one of that party.
pub(super) fn slot_rows(claim: &Claim, reach: &SlotScope, party: &str) -> Vec<SlotRow> {
    let (application, months) = (&claim.application, claim.application.months());
    let (target_from, target_until) = target_range(application);
    let exception = (claim.lane == Lane::Exception).then(|| claim.id.to_string());
    let slot = |(recipient, subject): (&str, &str)| {
        [
            claim.id.as_str().into(),
            recipient.into(),
            subject.into(),
            i64::from(months.start().number()).into(),
            i64::from(months.end().number()).into(),
            target_from.into(),
            target_until.into(),
            application.activity.as_deref().unwrap_or_default().into(),
            i64::from(claim.lane.number()).into(),
            party.into(),
            exception.clone().into(),
        ]
    };
    reach.places().map(slot).collect()
}

const CASE: Target<11> = Target {
    table: "double_funding_case",
    columns: [
        "id",
        "kind",
        "state",
        "programme",
        "municipality",
        "scheme",
        "year",
        "opened_at",
        "body",
        "sequence",
        "hash",
    ],
    then: "ON CONFLICT (id) DO UPDATE SET state = excluded.state, municipality = excluded.municipality, scheme = excluded.scheme, \
           year = excluded.year, body = excluded.body, sequence = excluded.sequence, hash = excluded.hash",
};

fn case_row(case: &Case, receipt: &Receipt, work: &UnitOfWork) -> [ColumnValue; 11] {
    let finding = &case.finding;
    [
        case.id.as_str().into(),
        finding.kind.as_str().into(),
        case.state.as_str().into(),
        finding.programme.clone().into(),
        finding.municipality.map(|municipality| municipality.to_string()).into(),
        finding.scheme.as_ref().map(ToString::to_string).into(),
        i64::from(finding.year).into(),
        case.opened_at.as_microsecond().into(),
        body(case, receipt, work).into(),
        receipt.sequence.into(),
        receipt.hash.as_str().into(),
    ]
}

const RECORD: Target<5> = Target {
    table: "journal",
    columns: ["id", "programme", "body", "sequence", "hash"],
    then: "ON CONFLICT (id) DO UPDATE SET body = excluded.body, sequence = excluded.sequence, hash = excluded.hash",
};

fn record_row(record: &JournalRecord, receipt: &Receipt, work: &UnitOfWork) -> [ColumnValue; 5] {
    [
        record.id().as_str().into(),
        record.programme().into(),
        body(record, receipt, work).into(),
        receipt.sequence.into(),
        receipt.hash.as_str().into(),
    ]
}

const ENTRY: Target<5> = Target {
    table: "audit",
    columns: ["sequence", "subject", "content", "previous_hash", "hash"],
    then: "",
};

fn entry_row(link: &Link) -> [ColumnValue; 5] {
    [
        link.entry.sequence.into(),
        link.entry.what.subject().into(),
        link.content.as_str().into(),
        link.previous_hash.as_str().into(),
        link.hash.as_str().into(),
    ]
}
