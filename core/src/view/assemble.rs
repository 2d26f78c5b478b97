//! Records to awards: the stages of an award are joined, payments find their award, corrections find theirs or stand alone.
//! Pure; nothing is dropped.

use std::collections::BTreeMap;

use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, MunicipalityId, Ore, Payment,
    ReportedRecipient,
};

use super::{Award, Disputed, Provenance};
use crate::reference::Reference;
use crate::view::StoredRecord;

/// Joins the records of one source into awards.
pub fn assemble(records: &[&StoredRecord], reference: &Reference) -> Vec<Award> {
    let mut stages: BTreeMap<&str, Vec<(&StoredRecord, &AwardStatement)>> = BTreeMap::new();
    let mut payments: Vec<(&StoredRecord, &Payment)> = Vec::new();
    let mut corrections: Vec<(&StoredRecord, &Correction)> = Vec::new();
    for stored in records {
        match &stored.record.content {
            Content::Award(statement) => stages.entry(&statement.award).or_default().push((stored, statement)),
            Content::Payment(payment) => payments.push((stored, payment)),
            Content::Correction(correction) => corrections.push((stored, correction)),
            Content::Accounts(_) => {}
        }
    }
    let mut drafts: Drafts = stages
        .into_iter()
        .map(|(key, stages)| (key.to_owned(), join(stages, reference)))
        .collect();
    for (stored, payment) in payments {
        let draft = drafts
            .entry(payment.award.clone())
            .or_insert_with(|| lone_payment(stored, payment, reference));
        draft.payments.push(payment.disbursement.clone());
        draft.add(stored);
    }
    let targets: Vec<Option<String>> = corrections
        .iter()
        .map(|(_, correction)| target(&drafts, correction, reference))
        .collect();
    for ((stored, correction), target) in corrections.into_iter().zip(targets) {
        let key = target.unwrap_or_else(|| stored.record.id.to_string());
        let draft = drafts
            .entry(key)
            .or_insert_with(|| lone_correction(stored, correction, reference));
        draft.corrections.push(correction.disbursement.clone());
        draft.add(stored);
    }
    drafts.into_values().map(Draft::settle).collect()
}

/// Awards in the making, by their key within the system.
type Drafts = BTreeMap<String, Draft>;

/// An award and the money that was found to have moved on it.
struct Draft {
    award: Award,
    payments: Vec<Disbursement>,
    corrections: Vec<Disbursement>,
}

impl Draft {
    /// What else the award is put together from.
    fn add(&mut self, stored: &StoredRecord) {
        if !self.award.records.contains(&stored.record.id) {
            self.award.records.push(stored.record.id.clone());
        }
    }

    /// Adds up what moved. An award on which there are payments is paid; one that was corrected downwards is repaid.
    fn settle(self) -> Award {
        let mut award = self.award;
        let corrected = Ore::checked_sum(self.corrections.iter().map(|correction| correction.amount));
        if corrected.is_some_and(Ore::is_negative) {
            award.status = AwardStatus::Repaid;
        } else if !(self.payments.is_empty() && self.corrections.is_empty()) {
            award.status = AwardStatus::Paid;
        }
        let moved: Vec<Disbursement> = self.payments.into_iter().chain(self.corrections).collect();
        if !moved.is_empty() {
            award.paid = Ore::checked_sum(moved.iter().map(|disbursement| disbursement.amount)).into();
            award.disbursements.extend(moved);
        }
        award
            .disbursements
            .sort_by(|a, b| (a.on, &a.reference).cmp(&(b.on, &b.reference)));
        award
    }
}

/// The stages of one award: the latest decision decides, and what it leaves open stands as stated before. An application
/// that is repeated after its decision does not undo it.
fn join(mut stages: Vec<(&StoredRecord, &AwardStatement)>, reference: &Reference) -> Draft {
    stages.sort_by_key(|(stored, statement)| {
        (
            statement.status != AwardStatus::Applied,
            stored.record.revision,
            stored.received_at,
            stored.record.id.clone(),
        )
    });
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
    let mut draft = blank(deciding, &latest.award, at, reference);
    let award = &mut draft.award;
    award.status = latest.status;
    award.applied = figure(|statement| statement.applied);
    award.granted = figure(|statement| statement.granted);
    award.paid = figure(|statement| statement.paid);
    award.decided_on = latest.decided_on;
    award.use_from = stages.iter().rev().find_map(|(_, statement)| statement.use_from);
    award.use_until = stages.iter().rev().find_map(|(_, statement)| statement.use_until);
    award.target_group = stages.iter().rev().find_map(|(_, statement)| statement.target_group);
    award.payer = latest
        .payer
        .as_ref()
        .and_then(|payer| payer.organisation_number.parse().ok());
    award.disbursements.clone_from(&latest.disbursements);
    for (stored, _) in &stages {
        draft.add(stored);
    }
    draft
}

/// A payment whose award has not come: money was paid, and that is all that is known.
fn lone_payment(stored: &StoredRecord, payment: &Payment, reference: &Reference) -> Draft {
    let at = Whereabouts {
        post: payment.post,
        activity: None,
        year: payment.year,
        reported: &payment.recipient,
    };
    let mut draft = blank(stored, &payment.award, at, reference);
    draft.award.target_group = payment.target_group;
    draft
}

/// A correction that belongs to no one award is an award of its own.
fn lone_correction(stored: &StoredRecord, correction: &Correction, reference: &Reference) -> Draft {
    let at = Whereabouts {
        post: correction.post,
        activity: None,
        year: correction.year,
        reported: &correction.recipient,
    };
    let mut draft = blank(stored, stored.record.id.as_str(), at, reference);
    draft.award.target_group = correction.target_group;
    draft.award.applied = Figure::NotApplicable;
    draft.award.granted = Figure::NotApplicable;
    draft
}

/// What every kind of record says about its award.
#[derive(Clone, Copy)]
struct Whereabouts<'a> {
    post: BudgetPost,
    activity: Option<&'a str>,
    year: i16,
    reported: &'a ReportedRecipient,
}

/// An award of which nothing but its whereabouts is said yet.
fn blank(stored: &StoredRecord, key: &str, at: Whereabouts<'_>, reference: &Reference) -> Draft {
    let scheme = reference.programmes.classify(at.year, at.post, at.activity);
    let award = Award {
        id: format!("{}:{key}", stored.source),
        source: stored.source,
        scheme: scheme.map(|scheme| scheme.id.clone()),
        post: at.post,
        activity: at.activity.map(str::to_owned),
        recipient: reference.resolve(at.reported, at.year),
        reported: at.reported.clone(),
        year: at.year,
        status: AwardStatus::Paid,
        applied: Figure::NotDelivered,
        granted: Figure::NotDelivered,
        paid: Figure::NotDelivered,
        decided_on: None,
        use_from: None,
        use_until: None,
        target_group: None,
        payer: None,
        disbursements: Vec::new(),
        listed_in: stored.listed_in,
        vanished_at: stored.vanished_at,
        left_in: stored.touched_in,
        records: vec![stored.record.id.clone()],
        provenance: Provenance {
            source: stored.source,
            record: stored.record.reference.clone(),
            changed_at: stored.record.changed_at,
            received_at: stored.received_at,
        },
        others: Vec::new(),
        disputed: Disputed::default(),
    };
    Draft {
        award,
        payments: Vec::new(),
        corrections: Vec::new(),
    }
}

/// The one granted award that a correction can belong to.
fn target(drafts: &Drafts, correction: &Correction, reference: &Reference) -> Option<String> {
    let recipient = reference.resolve(&correction.recipient, correction.year);
    let mut candidates = drafts.iter().filter(|(_, draft)| {
        let award = &draft.award;
        award.status.is_granted()
            && award.post == correction.post
            && award.year == correction.year
            && same_recipient(award, recipient, &correction.recipient)
            && (award.target_group.is_none()
                || correction.target_group.is_none()
                || award.target_group == correction.target_group)
    });
    match (candidates.next(), candidates.next()) {
        (Some((key, _)), None) => Some(key.clone()),
        _ => None,
    }
}

/// Resolved recipients are compared as municipalities, others to the letter.
fn same_recipient(award: &Award, recipient: Option<MunicipalityId>, reported: &ReportedRecipient) -> bool {
    match (award.recipient, recipient) {
        (Some(a), Some(b)) => a == b,
        (None, None) => {
            reported.organisation_number.is_some()
                && award.reported.organisation_number == reported.organisation_number
                && award.reported.number == reported.number
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
