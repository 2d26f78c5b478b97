//! The records of one award to its row: stages are joined, payments and corrections added up. Pure; nothing is dropped.

use std::sync::Arc;

use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, Ore, Payment, ReportedRecipient,
};

use super::interner::Interner;
use super::row::{Draft, Row};
use crate::reference::Reference;
use crate::view::StoredRecord;

/// What rows are told by.
pub struct Teller<'a> {
    pub reference: &'a Reference,
    pub interner: &'a mut Interner,
}

/// What every kind of record says about its award.
#[derive(Clone, Copy)]
struct Whereabouts<'a> {
    post: BudgetPost,
    activity: Option<&'a str>,
    year: i16,
    reported: &'a ReportedRecipient,
}

impl Teller<'_> {
    /// The row of an award that one statement makes.
    pub fn single(&mut self, stored: &StoredRecord, statement: &AwardStatement) -> Row {
        let mut draft = self.join(vec![(stored, statement)]);
        settle(&mut draft, Vec::new(), &[]);
        Row::new(draft, Vec::new())
    }

    /// The row of the award of that key, of all its records in the order of their ids; `None` where there are none.
    pub fn row(&mut self, key: &str, records: &[Arc<StoredRecord>]) -> Option<Row> {
        let (mut stages, mut payments, mut corrections) = (Vec::new(), Vec::new(), Vec::new());
        for stored in records {
            match &stored.record.content {
                Content::Award(statement) => stages.push((&**stored, statement)),
                Content::Payment(payment) => payments.push((&**stored, payment)),
                Content::Correction(correction) => corrections.push((&**stored, correction)),
                Content::Accounts(_) => {}
            }
        }
        let is_plain = records.len() == 1 && !stages.is_empty();
        let mut draft = if !stages.is_empty() {
            self.join(stages)
        } else if let Some((stored, payment)) = payments.first() {
            self.lone_payment(key, stored, payment)
        } else {
            let (stored, correction) = corrections.first()?;
            self.lone_correction(key, stored, correction)
        };
        let corrected: Vec<&Disbursement> = corrections
            .iter()
            .map(|(_, correction)| &correction.disbursement)
            .collect();
        let paid = payments.iter().map(|(_, payment)| payment.disbursement.clone());
        settle(&mut draft, paid.collect(), &corrected);
        let parts = if is_plain { Vec::new() } else { records.to_vec() };
        Some(Row::new(draft, parts))
    }

    /// The stages of one award: the latest decision decides, and what it leaves open stands as stated before. An application
    /// that is repeated after its decision does not undo it.
    fn join<'a>(&mut self, mut stages: Vec<(&'a StoredRecord, &'a AwardStatement)>) -> Draft<'a> {
        if stages.len() > 1 {
            stages.sort_by_key(|(stored, statement)| {
                (
                    statement.status != AwardStatus::Applied,
                    stored.record.revision,
                    stored.received_at,
                    stored.record.id.clone(),
                )
            });
        }
        let (deciding, latest) = stages[stages.len() - 1];
        let figure = |pick: fn(&AwardStatement) -> Figure| {
            let stated = stages
                .iter()
                .rev()
                .map(|(_, statement)| pick(statement))
                .find(|figure| figure.stated().is_some());
            stated.unwrap_or_else(|| pick(latest))
        };
        let at = Whereabouts {
            post: latest.post,
            activity: latest.activity.as_deref(),
            year: latest.year,
            reported: &latest.recipient,
        };
        let mut draft = self.blank(deciding, &latest.award, at);
        draft.status = latest.status;
        draft.drafted = Some(latest.status);
        draft.applied = figure(|statement| statement.applied);
        draft.granted = figure(|statement| statement.granted);
        draft.paid = figure(|statement| statement.paid);
        draft.decided_on = latest.decided_on;
        draft.use_from = stages.iter().rev().find_map(|(_, statement)| statement.use_from);
        draft.use_until = stages.iter().rev().find_map(|(_, statement)| statement.use_until);
        draft.report_due = stages.iter().rev().find_map(|(_, statement)| statement.report_due);
        draft.target_group = stages.iter().rev().find_map(|(_, statement)| statement.target_group);
        let payer = latest.payer.as_ref();
        draft.payer = payer.and_then(|payer| payer.organisation_number.parse().ok());
        draft.disbursements.clone_from(&latest.disbursements);
        draft
    }

    /// A payment whose award has not come: money was paid, and that is all that is known.
    fn lone_payment<'a>(&mut self, key: &'a str, stored: &'a StoredRecord, payment: &'a Payment) -> Draft<'a> {
        let at = Whereabouts {
            post: payment.post,
            activity: None,
            year: payment.year,
            reported: &payment.recipient,
        };
        let mut draft = self.blank(stored, key, at);
        draft.drafted = Some(AwardStatus::Paid);
        draft.target_group = payment.target_group;
        draft
    }

    /// A correction that belongs to no one award is an award of its own.
    fn lone_correction<'a>(&mut self, key: &'a str, stored: &'a StoredRecord, correction: &'a Correction) -> Draft<'a> {
        let at = Whereabouts {
            post: correction.post,
            activity: None,
            year: correction.year,
            reported: &correction.recipient,
        };
        let mut draft = self.blank(stored, key, at);
        draft.target_group = correction.target_group;
        draft.applied = Figure::NotApplicable;
        draft.granted = Figure::NotApplicable;
        draft
    }

    /// One of which nothing but its whereabouts is said yet.
    fn blank<'a>(&mut self, deciding: &'a StoredRecord, key: &'a str, at: Whereabouts<'a>) -> Draft<'a> {
        let whereabouts = (at.year, at.post, at.activity);
        let heading = self.interner.heading(deciding.source, whereabouts, self.reference);
        let (reported, recipient) = self.interner.recipient(at.reported, at.year, self.reference);
        Draft::blank(key, heading, reported, recipient, at.year, deciding)
    }
}

/// Adds up what moved. An award on which there are payments is paid; one that was corrected downwards is repaid.
fn settle(draft: &mut Draft<'_>, payments: Vec<Disbursement>, corrections: &[&Disbursement]) {
    let corrected = Ore::checked_sum(corrections.iter().map(|correction| correction.amount));
    if corrected.is_some_and(Ore::is_negative) {
        draft.status = AwardStatus::Repaid;
    } else if !(payments.is_empty() && corrections.is_empty()) {
        draft.status = AwardStatus::Paid;
    }
    let moved: Vec<Disbursement> = payments
        .into_iter()
        .chain(corrections.iter().copied().cloned())
        .collect();
    if !moved.is_empty() {
        draft.paid = Ore::checked_sum(moved.iter().map(|disbursement| disbursement.amount)).into();
        draft.disbursements.extend(moved);
    }
    draft
        .disbursements
        .sort_by(|a, b| (a.on, &a.reference).cmp(&(b.on, &b.reference)));
}

#[cfg(test)]
pub(super) mod tests;
