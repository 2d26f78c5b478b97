//! Promise: every statement of an award's sources is a version of it, told when it was learnt, and nothing else is.

use jiff::civil::date;
use programgrant_schema::{AwardStatement, BudgetPost, Disbursement, Figure, Ore, Payment, Record, ReportedRecipient};

use super::*;
use crate::systems;

fn reference() -> Reference {
    Reference {
        sources: systems::profiles(),
        ..Reference::built_in().expect("sound")
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute)
}

fn stated(kroner: i64) -> Figure {
    Figure::Stated(Ore::from_kroner(kroner).expect("in range"))
}

fn recipient() -> ReportedRecipient {
    ReportedRecipient {
        organisation_number: Some("940837685".to_owned()),
        number: None,
        name: None,
    }
}

fn award(status: AwardStatus, applied: Figure, granted: Figure) -> Content {
    Content::Award(AwardStatement {
        award: "7".to_owned(),
        post: BudgetPost::new(621, 63),
        activity: None,
        year: 2021,
        recipient: recipient(),
        status,
        applied,
        granted,
        paid: Figure::NotDelivered,
        decided_on: None,
        use_from: None,
        use_until: None,
        report_due: None,
        target_group: None,
        payer: None,
        disbursements: Vec::new(),
    })
}

/// A version of a record that came at that minute.
fn said(id: &str, version: u64, minute: i64, content: Content) -> Statement {
    let record = Record {
        id: RecordId::new(id),
        reference: format!("{id} v{version}"),
        revision: None,
        changed_at: None,
        item: None,
        content,
    };
    Statement {
        version,
        first_received_at: at(minute),
        stored: StoredRecord {
            source: systems::NAV,
            record,
            received_at: at(minute),
            listed_in: 0,
            touched_in: 0,
            vanished_at: None,
            changed_before: None,
        },
    }
}

/// The versions of the award that these statements come to.
fn told(statements: Vec<Statement>) -> Vec<AwardVersion> {
    let (reference, records) = (
        reference(),
        statements.iter().map(|said| &said.stored).collect::<Vec<_>>(),
    );
    let award = assemble(vec![records[records.len() - 1].clone()], &reference).remove(0);
    versions(award.as_award(), statements, &reference)
}

#[test]
fn a_correction_is_a_version_and_says_when_it_was_learnt() {
    let granted = |kroner| award(AwardStatus::Granted, Figure::NotApplicable, stated(kroner));
    let told = told(vec![said("a", 1, 1, granted(100)), said("a", 2, 5, granted(90))]);
    let figures: Vec<_> = told
        .iter()
        .map(|version| (version.received_at, version.award.as_award().granted()))
        .collect();
    assert_eq!(figures, [(at(1), stated(100)), (at(5), stated(90))]);
    assert_eq!(told[0].provenance.record, "a v1");
}

#[test]
fn what_vanished_and_came_back_is_told_and_a_new_stamp_is_not() {
    let granted = || award(AwardStatus::Granted, Figure::NotApplicable, stated(100));
    let stand = |received: i64, vanished: Option<i64>, changed: Option<i64>| {
        let mut statement = said("a", 1, 1, granted());
        statement.stored.received_at = at(received);
        statement.stored.vanished_at = vanished.map(at);
        statement.stored.record.changed_at = changed.map(at);
        statement
    };
    let told = told(vec![
        stand(1, None, None),
        stand(1, None, Some(2)),
        stand(1, Some(4), Some(2)),
        stand(6, None, Some(2)),
    ]);
    let said: Vec<_> = told
        .iter()
        .map(|version| {
            (
                version.received_at,
                version.award.as_award().vanished_at(),
                version.provenance.changed_at,
            )
        })
        .collect();
    let stamp = Some(at(2));
    assert_eq!(
        said,
        [(at(1), None, stamp), (at(4), Some(at(4)), stamp), (at(6), None, stamp)]
    );
}

#[test]
fn an_award_of_several_records_has_a_version_for_each_statement() {
    let application = award(AwardStatus::Applied, stated(120), Figure::NotDelivered);
    let decision = award(AwardStatus::Granted, Figure::NotDelivered, stated(100));
    let payment = Content::Payment(Payment {
        award: "7".to_owned(),
        post: BudgetPost::new(621, 63),
        year: 2021,
        recipient: recipient(),
        target_group: None,
        disbursement: Disbursement {
            on: date(2021, 4, 1),
            amount: Ore::from_kroner(40).expect("in range"),
            reference: None,
        },
    });
    // By record, as they are read; the application and the decision came at once.
    let told = told(vec![
        said("decision", 1, 1, decision),
        said("payment", 1, 3, payment),
        said("application", 1, 1, application),
    ]);
    let seen: Vec<_> = told
        .iter()
        .map(|version| {
            (
                version.award.as_award().status(),
                version.award.as_award().applied(),
                version.award.as_award().granted(),
                version.award.as_award().paid(),
            )
        })
        .collect();
    let (nothing, applied, granted) = (Figure::NotDelivered, stated(120), stated(100));
    assert_eq!(
        seen,
        [
            (AwardStatus::Applied, applied, nothing, nothing),
            (AwardStatus::Granted, applied, granted, nothing),
            (AwardStatus::Paid, applied, granted, stated(40)),
        ]
    );
}
