//! Promise: records become awards without losing one, whatever order they came in.

use jiff::civil::date;
use programgrant_schema::{
    MunicipalityRegister, Organisations, PILOT, Programme, Programmes, Record, RecordId, ReferenceTables,
};

use super::*;
use crate::reference::SubUnits;
use crate::systems;
use crate::view::build::assemble;

fn reference() -> Reference {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
    let pilot = Programme::parse(PILOT.0, PILOT.1, &register).expect("sound");
    let organisations = Organisations::built_in().expect("sound");
    Reference {
        register,
        programmes: Programmes::new(vec![pilot]).expect("sound"),
        organisations,
        sub_units: SubUnits::default(),
        sources: crate::systems::profiles(),
        registered: std::sync::Arc::default(),
    }
}

fn recipient() -> ReportedRecipient {
    ReportedRecipient {
        organisation_number: Some("940837685".to_owned()),
        number: None,
        name: None,
    }
}

fn stored(id: &str, revision: i64, content: Content) -> StoredRecord {
    let record = Record {
        id: RecordId::new(id),
        reference: id.to_owned(),
        revision: Some(revision),
        changed_at: None,
        item: None,
        content,
    };
    StoredRecord {
        source: systems::NAV,
        record,
        received_at: jiff::Timestamp::UNIX_EPOCH,
        listed_in: 0,
        touched_in: 0,
        vanished_at: None,
        changed_before: None,
    }
}

fn kroner(kroner: i64) -> Ore {
    Ore::from_kroner(kroner).expect("in range")
}

fn stage(revision: i64, status: AwardStatus, applied: Figure, granted: Figure) -> StoredRecord {
    let statement = AwardStatement {
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
    };
    stored(&format!("7/{status:?}"), revision, Content::Award(statement))
}

fn moved(id: &str, kroner_moved: i64) -> Disbursement {
    Disbursement {
        on: date(2021, 4, 1),
        amount: kroner(kroner_moved),
        reference: Some(id.to_owned()),
    }
}

pub fn payment(id: &str, of: &str, amount: i64) -> StoredRecord {
    let disbursement = moved(id, amount);
    let payment = Payment {
        award: of.to_owned(),
        post: BudgetPost::new(621, 63),
        year: 2021,
        recipient: recipient(),
        target_group: None,
        disbursement,
    };
    stored(id, 9, Content::Payment(payment))
}

fn correction(id: &str, amount: i64) -> StoredRecord {
    let disbursement = moved(id, amount);
    let correction = Correction {
        post: BudgetPost::new(621, 63),
        year: 2021,
        recipient: recipient(),
        target_group: None,
        disbursement,
    };
    stored(id, 9, Content::Correction(correction))
}

fn assembled(records: &[StoredRecord]) -> Vec<(String, AwardStatus, Figure, Figure, Figure)> {
    let awards = assemble(records.to_vec(), &reference());
    let said = awards.iter().map(|award| {
        let award = award.as_award();
        (
            award.id().to_owned(),
            award.status(),
            award.applied(),
            award.granted(),
            award.paid(),
        )
    });
    said.collect()
}

const UNKNOWN: Figure = Figure::NotDelivered;

#[test]
fn stages_join_and_the_decision_decides_whatever_came_first() {
    let applied = stage(1, AwardStatus::Applied, Figure::Stated(kroner(800)), UNKNOWN);
    let granted = stage(2, AwardStatus::Granted, UNKNOWN, Figure::Stated(kroner(750)));
    let expected = vec![(
        "nav:7".to_owned(),
        AwardStatus::Granted,
        Figure::Stated(kroner(800)),
        Figure::Stated(kroner(750)),
        UNKNOWN,
    )];
    assert_eq!(assembled(&[applied.clone(), granted.clone()]), expected);
    assert_eq!(assembled(&[granted.clone(), applied.clone()]), expected);
    let mut repeated = applied;
    repeated.record.revision = Some(3);
    assert_eq!(assembled(&[granted.clone(), repeated]), expected);
    let withdrawn = stage(
        4,
        AwardStatus::Withdrawn,
        Figure::Stated(kroner(700)),
        Figure::NotApplicable,
    );
    assert_eq!(assembled(&[granted, withdrawn])[0].1, AwardStatus::Withdrawn);
}

#[test]
fn payments_and_a_correction_find_their_award() {
    let granted = stage(2, AwardStatus::Granted, UNKNOWN, Figure::Stated(kroner(750)));
    let paid = assembled(&[payment("8", "7", 300), granted.clone(), payment("9", "7", 200)]);
    assert_eq!(
        paid,
        [(
            "nav:7".to_owned(),
            AwardStatus::Paid,
            UNKNOWN,
            Figure::Stated(kroner(750)),
            Figure::Stated(kroner(500))
        )]
    );
    let repaid = assembled(&[granted, payment("8", "7", 300), correction("k", -50)]);
    assert_eq!(
        (repaid.len(), repaid[0].1, repaid[0].4),
        (1, AwardStatus::Repaid, Figure::Stated(kroner(250)))
    );
}

#[test]
fn what_finds_no_award_stands_alone() {
    let lone = assembled(&[payment("8", "7", 300)]);
    assert_eq!(
        lone,
        [(
            "nav:7".to_owned(),
            AwardStatus::Paid,
            UNKNOWN,
            UNKNOWN,
            Figure::Stated(kroner(300))
        )]
    );
    let mut other = stage(3, AwardStatus::Granted, UNKNOWN, Figure::Stated(kroner(1)));
    let Content::Award(statement) = &mut other.record.content else {
        panic!("an award")
    };
    statement.award = "8".to_owned();
    let granted = stage(2, AwardStatus::Granted, UNKNOWN, Figure::Stated(kroner(750)));
    // Two awards that it may belong to: it belongs to neither.
    let three = assembled(&[granted, other, correction("k", -50)]);
    assert_eq!(three.len(), 3);
    assert_eq!(
        three[2],
        (
            "nav:k".to_owned(),
            AwardStatus::Repaid,
            Figure::NotApplicable,
            Figure::NotApplicable,
            Figure::Stated(kroner(-50))
        )
    );
}

#[test]
fn a_source_that_nobody_here_names_was_never_heard() {
    let (reference, statuses) = (reference(), std::collections::BTreeMap::new());
    let material = crate::view::Material {
        generation: 1,
        records: &[],
        set_aside: &[],
        statuses: &statuses,
    };
    let view = crate::view::View::build(&material, &std::sync::Arc::new(reference));
    let stranger = view.source(programgrant_schema::SourceId::from_static("elsewhere"));
    assert_eq!((stranger.heard_at(), stranger.is_whole()), (None, false));
    assert_eq!(stranger.profile.name, "elsewhere");
}
