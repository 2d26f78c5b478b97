//! Says a canonical record in Bufdir's language: the inverse of `translate`.

use async_graphql::ID;
use jiff::Timestamp;
use programgrant_schema::{AwardStatement, AwardStatus, Content, Disbursement, Figure, Record};

use super::interface::{Aktivitetstype, Date, DateTime, Ordning, Periode, Soeker, Tilsagn, Tilsagnsstatus, Utbetaling};
use crate::translate::BUFDIR;

/// The record as a `Tilsagn` that changed at `changed_at` where the record does not say when.
///
/// # Panics
///
/// If the language cannot say the record.
pub fn tilsagn(record: &Record, changed_at: Timestamp) -> Tilsagn {
    let Content::Award(award) = &record.content else {
        panic!("record {}: only awards are told here", record.id)
    };
    check(record, award);
    let aktivitetstype = activity(award.activity.as_deref());
    Tilsagn {
        saksnummer: ID::from(record.id.as_str()),
        soeker: Soeker {
            organisasjonsnummer: award.recipient.organisation_number.clone(),
            kommunenummer: award.recipient.number.clone(),
            navn: award.recipient.name.clone().unwrap_or_default(),
        },
        ordning: Ordning {
            kapittel: award.post.chapter.to_string(),
            post: format!("{:02}", award.post.post),
            navn: match aktivitetstype {
                Aktivitetstype::Los => "Støtte til oppfølgings- og losfunksjoner for ungdom",
                _ => "Tilskudd til inkludering av barn og unge",
            }
            .to_owned(),
        },
        aktivitetstype,
        soekt_beloep_oere: amount(award.applied),
        innvilget_beloep_oere: amount(award.granted),
        utbetalt_beloep_oere: amount(award.paid),
        status: status(award.status),
        vedtatt_dato: award.decided_on.map(Date),
        tilskuddsaar: award.year.into(),
        periode: award.use_from.zip(award.use_until).map(|(from, until)| Periode {
            fra: Date(from),
            til: Date(until),
        }),
        rapportfrist: award.report_due.map(Date),
        utbetalinger: award.disbursements.iter().map(payment).collect(),
        endret: DateTime(record.changed_at.unwrap_or(changed_at)),
    }
}

/// What the language has no place for.
fn check(record: &Record, award: &AwardStatement) {
    let id = record.id.as_str();
    assert!(
        record.reference == id && award.award == id,
        "record {id}: one case number is all that a case has"
    );
    assert!(
        award.target_group.is_none(),
        "record {id}: a target group cannot be told"
    );
    assert_eq!(
        award.use_from.is_some(),
        award.use_until.is_some(),
        "record {id}: a period has both ends"
    );
    let payer = award.payer.as_ref().map(|payer| payer.organisation_number.as_str());
    let expected = (award.status != AwardStatus::InProgramme).then_some(BUFDIR);
    assert_eq!(payer, expected, "record {id}: who pays follows from the status");
}

fn amount(figure: Figure) -> Option<String> {
    assert_ne!(figure, Figure::NotApplicable, "every case has a place for this amount");
    figure.stated().map(|amount| amount.get().to_string())
}

fn payment(disbursement: &Disbursement) -> Utbetaling {
    Utbetaling {
        dato: Date(disbursement.on),
        beloep_oere: disbursement.amount.get().to_string(),
        referanse: disbursement.reference.clone(),
    }
}

fn activity(activity: Option<&str>) -> Aktivitetstype {
    match activity {
        Some("LOS") => Aktivitetstype::Los,
        Some("FERIE") => Aktivitetstype::Ferie,
        Some("FRITID") => Aktivitetstype::Fritid,
        Some("ALTERNATIV_SKOLE") => Aktivitetstype::AlternativSkole,
        Some("INKLUDERING") => Aktivitetstype::Inkludering,
        other => panic!("{other:?} is no activity of the list"),
    }
}

/// The activity's word on the wire.
pub const fn activity_word(activity: Aktivitetstype) -> &'static str {
    match activity {
        Aktivitetstype::Los => "LOS",
        Aktivitetstype::Ferie => "FERIE",
        Aktivitetstype::Fritid => "FRITID",
        Aktivitetstype::AlternativSkole => "ALTERNATIV_SKOLE",
        Aktivitetstype::Inkludering => "INKLUDERING",
    }
}

const fn status(status: AwardStatus) -> Tilsagnsstatus {
    match status {
        AwardStatus::Applied => Tilsagnsstatus::Mottatt,
        AwardStatus::Granted => Tilsagnsstatus::Innvilget,
        AwardStatus::Refused => Tilsagnsstatus::Avslag,
        AwardStatus::Dismissed => Tilsagnsstatus::Avvist,
        AwardStatus::Withdrawn => Tilsagnsstatus::Trukket,
        AwardStatus::Paid => Tilsagnsstatus::Utbetalt,
        AwardStatus::Repaid => Tilsagnsstatus::Tilbakebetalt,
        AwardStatus::InProgramme => Tilsagnsstatus::Program,
    }
}
