//! A merger of municipalities: slots are keyed to the successor in one transaction, before anybody is shown the merged picture. Claims and
//! the chain stay what they were, nothing is freed, and where two claims overlap by it, a person is told.

use std::collections::{BTreeMap, BTreeSet};

use programgrant_core::ledger::{Claim, ClaimId, Command, Successors, UnitOfWork};
use programgrant_schema::MunicipalityId;
use serde_json::Value;
use sqlx::{AnyConnection, Row};

use super::load::{load_claims, successors};
use super::rows::json;
use super::save::slot_rows;
use super::sql::{CASE_NEWS, SqlStore, query};
use super::store::StoreError;

/// The lanes below are everybody's.
const FIRST_OWN_LANE: i64 = 2;

impl SqlStore {
    /// Keys the slots of each of these municipalities to the one that it went up in. What is keyed so already stays; to be repeated
    /// without harm.
    pub async fn key_slots(&self, successions: &[(MunicipalityId, MunicipalityId)]) -> Result<(), StoreError> {
        let known = successors(&mut *self.database.readers().acquire().await?).await?;
        let is_new = |(recipient, heir): &&(MunicipalityId, MunicipalityId)| {
            !known.has(&recipient.to_string(), &heir.to_string())
        };
        if !successions.iter().any(|pair| is_new(&pair)) {
            return Ok(());
        }
        let mut transaction = self.database.write().await?;
        // Batches of commands wait for the chain's head, and so does this.
        let mut work = self.load(&mut transaction, &[]).await?;
        let before = work.successors.clone();
        let mut touched = BTreeSet::new();
        for (recipient, heir) in successions {
            let (recipient, heir) = (recipient.to_string(), heir.to_string());
            if before.has(&recipient, &heir) {
                continue;
            }
            let insert = sqlx::query("INSERT INTO slot_key (recipient, successor) VALUES ($1, $2)");
            insert.bind(&recipient).bind(&heir).execute(&mut *transaction).await?;
            touched.insert(recipient.clone());
            work.successors.add(recipient, heir);
        }
        let touched: BTreeSet<String> = touched
            .iter()
            .flat_map(|name| before.keys(name).into_iter().chain(work.successors.keys(name)))
            .collect();
        let concerned = self.holders_of(&mut transaction, &touched, &mut work).await?;
        self.move_slots(&mut transaction, &work, (&before, &touched, &concerned))
            .await?;
        let reports = reports(&work, &before, &concerned);
        self.load_cases(&mut transaction, &reports, &mut work).await?;
        for report in &reports {
            // A finding is never refused.
            let _ = work.carry_out(report);
        }
        if !work.links.is_empty() {
            self.save(&mut transaction, &work).await?;
        }
        for case in &work.changed_cases {
            transaction.notify(&format!("{CASE_NEWS}{}", case.as_str())).await?;
        }
        fail::fail_point!("ledger-before-merger", |_| std::process::abort());
        transaction.commit().await?;
        tracing::info!(
            claims = concerned.len(),
            overlapping = reports.len(),
            "slots are kept under the names of merged municipalities"
        );
        Ok(())
    }

    /// The claims that hold slots of any of these recipients, and the lane of each.
    async fn holders_of(
        &self,
        connection: &mut AnyConnection,
        recipients: &BTreeSet<String>,
        work: &mut UnitOfWork,
    ) -> Result<BTreeMap<ClaimId, i64>, StoreError> {
        let each = self.each_text();
        let lanes = format!(
            "SELECT claim, max(lane) AS lane FROM slot WHERE recipient IN (SELECT each.value FROM {each}) GROUP BY claim"
        );
        let rows = query(&lanes).bind(json(recipients)).fetch_all(&mut *connection).await?;
        let lane = |row: &sqlx::any::AnyRow| {
            let claim: String = row.try_get("claim")?;
            Ok((ClaimId::new(claim), row.try_get("lane")?))
        };
        let lanes: BTreeMap<ClaimId, i64> = rows.iter().map(lane).collect::<Result<_, StoreError>>()?;
        let claims = format!("SELECT id, body, sequence, hash FROM claim WHERE id IN (SELECT each.value FROM {each})");
        let ids: Vec<&ClaimId> = lanes.keys().collect();
        load_claims(
            work,
            &query(&claims).bind(json(&ids)).fetch_all(&mut *connection).await?,
        )?;
        Ok(lanes)
    }

    /// First everything is given back that lies elsewhere from now on, then the lanes of all are filled, and then those of single claims,
    /// which nobody may be in the way of.
    async fn move_slots(
        &self,
        connection: &mut AnyConnection,
        work: &UnitOfWork,
        (before, touched, lanes): (&Successors, &BTreeSet<String>, &BTreeMap<ClaimId, i64>),
    ) -> Result<(), StoreError> {
        let claims = claims(work, lanes);
        let mut next: i64 = sqlx::query_scalar("SELECT COALESCE(max(lane), 0) FROM slot")
            .fetch_one(&mut *connection)
            .await?;
        next = next.max(FIRST_OWN_LANE - 1);
        let mut own: BTreeMap<&ClaimId, i64> = lanes
            .iter()
            .filter(|(_, lane)| **lane >= FIRST_OWN_LANE)
            .map(|(id, lane)| (id, *lane))
            .collect();
        for displaced in work.successors.displaced(before, &claims) {
            own.entry(&displaced.younger.id).or_insert_with(|| {
                next += 1;
                next
            });
        }
        let (apart, ordinary): (Vec<&Claim>, Vec<&Claim>) =
            claims.iter().partition(|claim| own.contains_key(&claim.id));
        self.give_back(connection, &apart, None).await?;
        self.give_back(connection, &ordinary, Some(touched)).await?;
        let moved = |claim: &&Claim| {
            let mut reach = work.successors.keyed(&claim.reach);
            reach.recipients.retain(|recipient| touched.contains(recipient));
            slot_rows(claim, &reach, i64::from(claim.lane.number()))
        };
        self.save_slots(connection, &ordinary.iter().flat_map(moved).collect::<Vec<Value>>())
            .await?;
        let apart = apart
            .iter()
            .flat_map(|claim| slot_rows(claim, &work.successors.keyed(&claim.reach), own[&claim.id]));
        self.save_slots(connection, &apart.collect::<Vec<Value>>()).await
    }

    /// Takes claims out of their slots: all, or those of these recipients.
    async fn give_back(
        &self,
        connection: &mut AnyConnection,
        claims: &[&Claim],
        of: Option<&BTreeSet<String>>,
    ) -> Result<(), StoreError> {
        let ids: Vec<&ClaimId> = claims.iter().map(|claim| &claim.id).collect();
        let (claims, recipients) = (
            self.database.dialect.each_text("$1"),
            self.database.dialect.each_text("$2"),
        );
        let statement = format!(
            "DELETE FROM slot WHERE claim IN (SELECT each.value FROM {claims}) \
             AND ($2 = '[]' OR recipient IN (SELECT each.value FROM {recipients}))"
        );
        let recipients = of.map_or_else(|| "[]".to_owned(), json);
        query(&statement)
            .bind(json(&ids))
            .bind(recipients)
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}

fn claims<'a>(work: &'a UnitOfWork, lanes: &BTreeMap<ClaimId, i64>) -> Vec<&'a Claim> {
    lanes
        .keys()
        .filter_map(|id| work.claims.get(id))
        .map(|kept| &kept.value)
        .collect()
}

/// What a person is told of.
fn reports(work: &UnitOfWork, before: &Successors, lanes: &BTreeMap<ClaimId, i64>) -> Vec<Command> {
    let displaced = work.successors.displaced(before, &claims(work, lanes));
    let report = |displaced: &programgrant_core::ledger::Displaced<'_>| {
        let reach = work.successors.keyed(&displaced.younger.reach);
        let mut municipalities = reach.recipients.iter().filter_map(|recipient| recipient.parse().ok());
        let only = municipalities.next().filter(|_| municipalities.next().is_none());
        Command::Report(Box::new(displaced.finding(only)))
    };
    displaced.iter().map(report).collect()
}
