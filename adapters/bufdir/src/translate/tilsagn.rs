//! One `Tilsagn`: a record, or set aside with all of its whereabouts that can be read.

use jiff::Timestamp;
use programgrant_contract::json::{self, Field, Flaw, Raw, shortened};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Payer, Record, RecordId, ReportedRecipient,
    SetAside,
};
use serde_json::value::RawValue;

use super::amount;
use crate::wire;

/// Bufdir pays its grants itself.
pub const BUFDIR: &str = "986128433";

/// Reads what stands at `place` of the answer for the year that was asked for.
pub fn tilsagn(item: &RawValue, asked: i16, place: &str) -> Result<Record, Box<SetAside>> {
    let Some(wire) = json::object::<wire::Tilsagn>(item.get()) else {
        let reason = format!("{} is no tilsagn", shortened(item.get()));
        return Err(Box::new(SetAside {
            year: Some(asked),
            ..SetAside::at(place, reason)
        }));
    };
    record(&wire, asked).map_err(|flaw| Box::new(set_aside(&wire, asked, place, flaw)))
}

fn record(wire: &wire::Tilsagn, asked: i16) -> Result<Record, Flaw> {
    let id = saksnummer(wire)?;
    let status = Field::new("status", wire.status).parse_required("known status", status)?;
    let year = year(wire)?;
    if year != asked {
        return Err(Flaw(format!(
            "tilskuddsaar: {year} is not {asked}, the year that was asked for"
        )));
    }
    let (use_from, use_until) = period(wire)?.unzip();
    let changed_at = changed_at(wire)?;
    let content = Content::Award(AwardStatement {
        award: id.clone(),
        post: post(wire)?,
        activity: Some(activity(wire)?),
        year,
        recipient: recipient(wire)?,
        status,
        applied: amount::ore(&Field::new("soektBeloepOere", wire.soekt_beloep_oere))?.into(),
        granted: amount::ore(&Field::new("innvilgetBeloepOere", wire.innvilget_beloep_oere))?.into(),
        paid: amount::ore(&Field::new("utbetaltBeloepOere", wire.utbetalt_beloep_oere))?.into(),
        decided_on: Field::new("vedtattDato", wire.vedtatt_dato).date()?,
        use_from,
        use_until,
        report_due: Field::new("rapportfrist", wire.rapportfrist).date()?,
        target_group: None,
        // A share of the pot is paid by whoever pays the pot.
        payer: (status != AwardStatus::InProgramme).then(|| Payer {
            organisation_number: BUFDIR.to_owned(),
        }),
        disbursements: disbursements(wire)?,
    });
    Ok(Record {
        id: RecordId::new(&*id),
        reference: id,
        revision: Some(changed_at.as_microsecond()),
        changed_at: Some(changed_at),
        item: None,
        content,
    })
}

fn set_aside(wire: &wire::Tilsagn, asked: i16, place: &str, Flaw(reason): Flaw) -> SetAside {
    let id = saksnummer(wire).ok();
    let place = id
        .as_deref()
        .map_or_else(|| place.to_owned(), |id| format!("{place} ({})", shortened(id)));
    let changed_at = changed_at(wire).ok();
    SetAside {
        record: id.map(RecordId::new),
        revision: changed_at.map(Timestamp::as_microsecond),
        changed_at,
        item: None,
        place,
        reason,
        recipient: readable_recipient(wire),
        post: post(wire).ok(),
        activity: activity(wire).ok(),
        // A record that does not say its year stands in the answer for this one.
        year: Some(year(wire).unwrap_or(asked)),
    }
}

fn saksnummer(wire: &wire::Tilsagn) -> Result<String, Flaw> {
    Field::new("saksnummer", wire.saksnummer)
        .parse_required("case number", |text| (!text.trim().is_empty()).then(|| text.to_owned()))
}

fn year(wire: &wire::Tilsagn) -> Result<i16, Flaw> {
    Field::new("tilskuddsaar", wire.tilskuddsaar).required(Field::year)
}

fn changed_at(wire: &wire::Tilsagn) -> Result<Timestamp, Flaw> {
    Field::new("endret", wire.endret).required(Field::instant)
}

fn post(wire: &wire::Tilsagn) -> Result<BudgetPost, Flaw> {
    let ordning: wire::Ordning = Field::new("ordning", wire.ordning).required(Field::object)?;
    let kapittel =
        Field::new("ordning.kapittel", ordning.kapittel).parse_required("chapter", |text| Some(text.to_owned()))?;
    Field::new("ordning.post", ordning.post)
        .parse_required("post of a chapter", |post| BudgetPost::parse(&kapittel, post).ok())
}

fn activity(wire: &wire::Tilsagn) -> Result<String, Flaw> {
    Field::new("aktivitetstype", wire.aktivitetstype).parse_required("known activity", |text| {
        matches!(text, "LOS" | "FERIE" | "FRITID" | "ALTERNATIV_SKOLE" | "INKLUDERING").then(|| text.to_owned())
    })
}

fn status(text: &str) -> Option<AwardStatus> {
    Some(match text {
        "MOTTATT" => AwardStatus::Applied,
        "INNVILGET" => AwardStatus::Granted,
        "AVSLAG" => AwardStatus::Refused,
        "AVVIST" => AwardStatus::Dismissed,
        "TRUKKET" => AwardStatus::Withdrawn,
        "UTBETALT" => AwardStatus::Paid,
        "TILBAKEBETALT" => AwardStatus::Repaid,
        "PROGRAM" => AwardStatus::InProgramme,
        _ => return None,
    })
}

fn recipient(wire: &wire::Tilsagn) -> Result<ReportedRecipient, Flaw> {
    let soeker: wire::Soeker = Field::new("soeker", wire.soeker).required(Field::object)?;
    Ok(ReportedRecipient {
        organisation_number: Field::new("soeker.organisasjonsnummer", soeker.organisasjonsnummer).label()?,
        number: Field::new("soeker.kommunenummer", soeker.kommunenummer).label()?,
        // Never null, and yet perhaps blank.
        name: Field::new("soeker.navn", soeker.navn)
            .required(Field::text)
            .map(|name| json::label(&name))?,
    })
}

/// As much of the recipient as can be read.
fn readable_recipient(wire: &wire::Tilsagn) -> ReportedRecipient {
    let Ok(soeker) = Field::new("soeker", wire.soeker).required(Field::object::<wire::Soeker>) else {
        return ReportedRecipient::default();
    };
    let readable = |raw| Field::new("soeker", raw).label().ok().flatten();
    ReportedRecipient {
        organisation_number: readable(soeker.organisasjonsnummer),
        number: readable(soeker.kommunenummer),
        name: readable(soeker.navn),
    }
}

/// A period that ends before it begins covers no month, so that nothing would ever collide with it: bad, not odd.
fn period(wire: &wire::Tilsagn) -> Result<Option<(jiff::civil::Date, jiff::civil::Date)>, Flaw> {
    let Some(periode) = Field::new("periode", wire.periode).object::<wire::Periode>()? else {
        return Ok(None);
    };
    let from = Field::new("periode.fra", periode.fra).required(Field::date)?;
    let until = Field::new("periode.til", periode.til).required(Field::date)?;
    if until < from {
        return Err(Flaw(format!("periode.til: {until} lies before periode.fra, {from}")));
    }
    Ok(Some((from, until)))
}

fn disbursements(wire: &wire::Tilsagn) -> Result<Vec<Disbursement>, Flaw> {
    let payments = Field::new("utbetalinger", wire.utbetalinger).required(Field::list::<Raw>)?;
    payments
        .iter()
        .map(|payment| {
            let utbetaling: wire::Utbetaling = payment.required(Field::object)?;
            Ok(Disbursement {
                on: payment.within("dato", utbetaling.dato).required(Field::date)?,
                amount: payment
                    .within("beloepOere", utbetaling.beloep_oere)
                    .required(amount::ore)?,
                reference: payment.within("referanse", utbetaling.referanse).label()?,
            })
        })
        .collect()
}
