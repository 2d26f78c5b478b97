//! One `Tilsagn`: a record, or set aside with all of its whereabouts that can be read.

use jiff::Timestamp;
use programgrant_contract::{AwardStatement, Content, Payer, Record, RecordId, SetAside};
use programgrant_schema::{AwardStatus, BudgetPost, Disbursement, ReportedRecipient};
use serde_json::value::RawValue;

use super::field::{Fault, field, instant, short};
use crate::wire;

/// Bufdir pays its grants itself.
pub const BUFDIR: &str = "986128433";

/// Reads what stands at `place` of the answer for the year that was asked for.
pub fn tilsagn(item: &RawValue, asked: i16, place: &str) -> Result<Record, Box<SetAside>> {
    let Some(wire) = wire::object::<wire::Tilsagn>(item) else {
        let reason = format!("{} is no tilsagn", short(item.get()));
        return Err(Box::new(SetAside { year: Some(asked), ..SetAside::at(place, reason) }));
    };
    record(&wire, asked).map_err(|fault| Box::new(set_aside(&wire, asked, place, fault)))
}

fn record(wire: &wire::Tilsagn, asked: i16) -> Result<Record, Fault> {
    let id = saksnummer(wire)?;
    let status = field("status", wire.status).must("known status", status)?;
    let year = year(wire)?;
    if year != asked {
        return Err(Fault(format!("tilskuddsaar: {year} is not {asked}, the year that was asked for")));
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
        applied: field("soektBeloepOere", wire.soekt_beloep_oere).figure()?,
        granted: field("innvilgetBeloepOere", wire.innvilget_beloep_oere).figure()?,
        paid: field("utbetaltBeloepOere", wire.utbetalt_beloep_oere).figure()?,
        decided_on: field("vedtattDato", wire.vedtatt_dato).may_date()?,
        use_from,
        use_until,
        target_group: None,
        // A share of the pot is paid by whoever pays the pot.
        payer: (status != AwardStatus::InProgramme).then(|| Payer { organisation_number: BUFDIR.to_owned() }),
        disbursements: disbursements(wire)?,
    });
    Ok(Record { id: RecordId::new(&*id), reference: id, revision: Some(changed_at.as_microsecond()), changed_at: Some(changed_at), content })
}

fn set_aside(wire: &wire::Tilsagn, asked: i16, place: &str, Fault(reason): Fault) -> SetAside {
    let id = saksnummer(wire).ok();
    let place = id.as_deref().map_or_else(|| place.to_owned(), |id| format!("{place} ({})", short(id)));
    SetAside {
        record: id.map(RecordId::new),
        revision: changed_at(wire).ok().map(Timestamp::as_microsecond),
        place,
        reason,
        recipient: readable_recipient(wire),
        post: post(wire).ok(),
        activity: activity(wire).ok(),
        // A record that does not say its year stands in the answer for this one.
        year: Some(year(wire).unwrap_or(asked)),
    }
}

fn saksnummer(wire: &wire::Tilsagn) -> Result<String, Fault> {
    field("saksnummer", wire.saksnummer).must("case number", |text| (!text.trim().is_empty()).then(|| text.to_owned()))
}

fn year(wire: &wire::Tilsagn) -> Result<i16, Fault> {
    field("tilskuddsaar", wire.tilskuddsaar).must_year()
}

fn changed_at(wire: &wire::Tilsagn) -> Result<Timestamp, Fault> {
    field("endret", wire.endret).must("instant with an offset", instant)
}

fn post(wire: &wire::Tilsagn) -> Result<BudgetPost, Fault> {
    let ordning: wire::Ordning = field("ordning", wire.ordning).must_object()?;
    let kapittel = field("ordning.kapittel", ordning.kapittel).must("chapter", |text| Some(text.to_owned()))?;
    field("ordning.post", ordning.post).must("post of a chapter", |post| BudgetPost::parse(&kapittel, post).ok())
}

fn activity(wire: &wire::Tilsagn) -> Result<String, Fault> {
    field("aktivitetstype", wire.aktivitetstype)
        .must("known activity", |text| matches!(text, "LOS" | "FERIE" | "FRITID" | "ALTERNATIV_SKOLE" | "INKLUDERING").then(|| text.to_owned()))
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

fn recipient(wire: &wire::Tilsagn) -> Result<ReportedRecipient, Fault> {
    let soeker: wire::Soeker = field("soeker", wire.soeker).must_object()?;
    Ok(ReportedRecipient {
        organisation_number: field("soeker.organisasjonsnummer", soeker.organisasjonsnummer).may_say()?,
        number: field("soeker.kommunenummer", soeker.kommunenummer).may_say()?,
        name: field("soeker.navn", soeker.navn).must_say()?,
    })
}

/// As much of the recipient as can be read.
fn readable_recipient(wire: &wire::Tilsagn) -> ReportedRecipient {
    let Ok(soeker) = field("soeker", wire.soeker).must_object::<wire::Soeker>() else { return ReportedRecipient::default() };
    let readable = |raw| field("soeker", raw).may_say().ok().flatten();
    ReportedRecipient {
        organisation_number: readable(soeker.organisasjonsnummer),
        number: readable(soeker.kommunenummer),
        name: readable(soeker.navn),
    }
}

/// A period that ends before it begins covers no month, so that nothing would ever collide with it: bad, not odd.
fn period(wire: &wire::Tilsagn) -> Result<Option<(jiff::civil::Date, jiff::civil::Date)>, Fault> {
    let Some(periode) = field("periode", wire.periode).may_object::<wire::Periode>()? else { return Ok(None) };
    let from = field("periode.fra", periode.fra).must_date()?;
    let until = field("periode.til", periode.til).must_date()?;
    if until < from {
        return Err(Fault(format!("periode.til: {until} lies before periode.fra, {from}")));
    }
    Ok(Some((from, until)))
}

fn disbursements(wire: &wire::Tilsagn) -> Result<Vec<Disbursement>, Fault> {
    let payments = field("utbetalinger", wire.utbetalinger).must_list()?;
    payments
        .iter()
        .map(|payment| {
            let utbetaling: wire::Utbetaling = payment.must_object()?;
            Ok(Disbursement {
                on: payment.within("dato", utbetaling.dato).must_date()?,
                amount: payment.within("beloepOere", utbetaling.beloep_oere).must_ore()?,
                reference: payment.within("referanse", utbetaling.referanse).may_say()?,
            })
        })
        .collect()
}
