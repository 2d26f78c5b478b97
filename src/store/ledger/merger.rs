//! A merger of municipalities: slots are keyed to the successor in one transaction, before anybody is shown the merged picture. Claims and
//! the chain stay what they were, nothing is freed, and where two claims overlap by it, a person is told.

use std::collections::{BTreeMap, BTreeSet};

use programgrant_core::ledger::{Claim, ClaimId, Command, Successors, UnitOfWork};
use programgrant_schema::MunicipalityId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::load::{load_claims, successors};
use super::rows::json;
use super::save::slot_rows;
use super::sql::{CASE_NEWS, SqlStore, query};
use super::store::StoreError;

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
        self.move_slots(&mut transaction, &work, &concerned).await?;
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

    /// The claims that hold slots of any of these recipients, with those that earlier mergers made one party with them, and the party of
    /// each.
    async fn holders_of(
        &self,
        connection: &mut AnyConnection,
        recipients: &BTreeSet<String>,
        work: &mut UnitOfWork,
    ) -> Result<BTreeMap<ClaimId, String>, StoreError> {
        let dialect = self.database.dialect;
        let parties = format!(
            "SELECT DISTINCT claim, party FROM slot WHERE party IN (SELECT party FROM slot WHERE {})",
            dialect.among("recipient", "$1")
        );
        let rows = query(&parties)
            .bind(json(recipients))
            .fetch_all(&mut *connection)
            .await?;
        let party = |row: &AnyRow| {
            let claim: String = row.try_get("claim")?;
            Ok((ClaimId::new(claim), row.try_get("party")?))
        };
        let parties: BTreeMap<ClaimId, String> = rows.iter().map(party).collect::<Result<_, StoreError>>()?;
        let claims = format!(
            "SELECT id, body, sequence, hash FROM claim WHERE {}",
            dialect.among("id", "$1")
        );
        let ids: Vec<&ClaimId> = parties.keys().collect();
        load_claims(
            work,
            &query(&claims).bind(json(&ids)).fetch_all(&mut *connection).await?,
        )?;
        Ok(parties)
    }

    /// Everything is given back, and taken again where it lies from now on; who overlaps by it is of one party.
    async fn move_slots(
        &self,
        connection: &mut AnyConnection,
        work: &UnitOfWork,
        before: &BTreeMap<ClaimId, String>,
    ) -> Result<(), StoreError> {
        let parties = work.successors.parties(&claims(work, before), before);
        self.give_back(connection, &before.keys().collect::<Vec<_>>()).await?;
        let of = |(id, party): (&ClaimId, &String)| {
            let claim = &work.claims[id].value;
            slot_rows(claim, &work.successors.keyed(&claim.reach), party)
        };
        self.save_slots(connection, parties.iter().flat_map(of).collect()).await
    }
}

fn claims<'a>(work: &'a UnitOfWork, parties: &BTreeMap<ClaimId, String>) -> Vec<&'a Claim> {
    parties
        .keys()
        .filter_map(|id| work.claims.get(id))
        .map(|kept| &kept.value)
        .collect()
}

/// What a person is told of.
fn reports(work: &UnitOfWork, before: &Successors, parties: &BTreeMap<ClaimId, String>) -> Vec<Command> {
    let displaced = work.successors.displaced(before, &claims(work, parties));
    let report = |displaced: &programgrant_core::ledger::Displaced<'_>| {
        let reach = work.successors.keyed(&displaced.younger.reach);
        let mut municipalities = reach.recipients.iter().filter_map(|recipient| recipient.parse().ok());
        let only = municipalities.next().filter(|_| municipalities.next().is_none());
        Command::Report(Box::new(displaced.finding(only)))
    };
    displaced.iter().map(report).collect()
}
