//! Says canonical records in Udir's words: the inverse of `translate`, written from the documented page.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use programgrant_schema::{AwardStatement, AwardStatus, Content, Ore, Record};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::translate::STATUS_WORDS;

/// What comes along with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extras {
    None,
    /// Fields that nobody knows, on every level.
    UnknownFields,
}

/// A field that nobody knows.
#[derive(Serialize)]
pub struct Unknown {
    versjon: [u8; 2],
}

impl Extras {
    pub fn field(self) -> Option<Unknown> {
        (self == Self::UnknownFields).then_some(Unknown { versjon: [2, 0] })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tildeling<'a> {
    id: &'a str,
    ordning: Ordning,
    tilskuddsaar: i16,
    mottaker: Mottaker<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beregnet_belop: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    utbetalt_belop: Option<Box<RawValue>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vedtaksdato: Option<Date>,
    utbetalinger: Vec<Utbetaling<'a>>,
    sist_endret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nytt_felt: Option<Unknown>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ordning {
    kapittel: String,
    post: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nytt_felt: Option<Unknown>,
}

/// What is not known of the recipient is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mottaker<'a> {
    orgnr: Option<&'a str>,
    kommunenummer: Option<&'a str>,
    navn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nytt_felt: Option<Unknown>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Utbetaling<'a> {
    dato: Date,
    belop: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referanse: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nytt_felt: Option<Unknown>,
}

/// The award that the record states.
///
/// # Panics
///
/// If it states anything else, for which Udir has no words.
pub fn content(record: &Record) -> &AwardStatement {
    match &record.content {
        Content::Award(award) => award,
        other => panic!("Udir's language cannot say {}: {other:?}", record.id),
    }
}

pub fn award(record: &Record, extras: Extras) -> Box<RawValue> {
    to_raw(&tildeling(record, extras))
}

/// The record under an id of its own, with a status word that nobody knows.
pub fn bad_award(record: &Record) -> Box<RawValue> {
    to_raw(&Tildeling {
        id: "kan-ikke-leses",
        status: "HENLAGT",
        ..tildeling(record, Extras::None)
    })
}

fn to_raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("texts, dates and numbers are JSON")
}

fn tildeling(record: &Record, extras: Extras) -> Tildeling<'_> {
    let award = content(record);
    let recipient = &award.recipient;
    Tildeling {
        id: record.id.as_str(),
        ordning: Ordning {
            kapittel: award.post.chapter.to_string(),
            post: format!("{:02}", award.post.post),
            nytt_felt: extras.field(),
        },
        tilskuddsaar: award.year,
        mottaker: Mottaker {
            orgnr: recipient.organisation_number.as_deref(),
            kommunenummer: recipient.number.as_deref(),
            navn: recipient.name.as_deref(),
            nytt_felt: extras.field(),
        },
        beregnet_belop: award.granted.stated().map(number),
        utbetalt_belop: award.paid.stated().map(number),
        status: word(award.status),
        vedtaksdato: award.decided_on,
        utbetalinger: award
            .disbursements
            .iter()
            .map(|payment| Utbetaling {
                dato: payment.on,
                belop: number(payment.amount),
                referanse: payment.reference.as_deref(),
                nytt_felt: extras.field(),
            })
            .collect(),
        sist_endret: record.changed_at.map(|instant| {
            let here = instant.to_zoned(TimeZone::get("Europe/Oslo").expect("the zone data are built in"));
            here.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
        }),
        nytt_felt: extras.field(),
    }
}

fn word(status: AwardStatus) -> &'static str {
    match STATUS_WORDS.iter().find(|(_, known)| *known == status) {
        Some((word, _)) => word,
        None => panic!("Udir's language cannot say {status:?}"),
    }
}

/// Kroner as the digits of a JSON number.
fn number(amount: Ore) -> Box<RawValue> {
    RawValue::from_string(amount.to_string()).expect("an amount's digits are a JSON number")
}
