//! Canonical records as NAV's rows: the inverse of `translate`, and held against it.

use jiff::civil::{Date, date};
use programgrant_schema::{AwardStatement, Content, Correction, Figure, Ore, Payment, Record, TargetGroup};

use crate::cell;
use crate::translate::{self, Place};
use crate::wire::Row;

/// One row, and what a file must know of it.
#[derive(Debug, Clone)]
pub struct Voucher {
    /// In the order of [`crate::wire::COLUMNS`].
    pub cells: [String; 13],
    pub belop: Option<Ore>,
    pub booked: Date,
}

/// Says the record.
///
/// # Panics
///
/// If NAV's columns cannot say it, so that it would come back as another.
pub fn voucher(record: &Record) -> Voucher {
    let voucher = say(record).unwrap_or_else(|| panic!("NAV has no voucher for {record:?}"));
    let row = Row::from(voucher.cells.each_ref().map(String::as_str));
    let back = translate::voucher(
        &row,
        &Ok(voucher.belop),
        Place {
            file: "",
            sequence: 0,
            line: 0,
        },
    );
    let is_said = back.as_ref().is_ok_and(|back| {
        (&back.id, &back.reference, &back.content) == (&record.id, &record.reference, &record.content)
    });
    assert!(is_said, "NAV's columns cannot say {record:?}; they would say {back:?}");
    voucher
}

fn say(record: &Record) -> Option<Voucher> {
    let (voucher_no, voucher_type) = record.id.as_str().rsplit_once('/')?;
    let (post, year, recipient, group) = match &record.content {
        Content::Award(award) => (award.post, award.year, &award.recipient, award.target_group),
        Content::Payment(payment) => (payment.post, payment.year, &payment.recipient, payment.target_group),
        Content::Correction(correction) => (
            correction.post,
            correction.year,
            &correction.recipient,
            correction.target_group,
        ),
        Content::Accounts(_) => return None,
    };
    let (booked, belop, from, until) = match &record.content {
        Content::Award(award) => {
            let (booked, figure) = booking(award, voucher_type);
            (booked, figure.stated(), award.use_from, award.use_until)
        }
        Content::Payment(Payment { disbursement, .. }) | Content::Correction(Correction { disbursement, .. }) => {
            (disbursement.on, Some(disbursement.amount), None, None)
        }
        Content::Accounts(_) => return None,
    };
    let tekst = match &record.content {
        Content::Payment(payment) => format!("Utbetaling vedtak {}", payment.award),
        _ => text(voucher_type, year),
    };
    let day = |day: Option<Date>| day.map_or_else(String::new, cell::say_date);
    let cells = [
        voucher_no.to_owned(),
        voucher_type.to_owned(),
        cell::say_date(booked),
        format!("{:04}", post.chapter),
        format!("{:02}", post.post),
        format!("{year:04}"),
        recipient.organisation_number.clone().unwrap_or_default(),
        recipient.number.clone().unwrap_or_default(),
        tekst,
        say_group(group)?.to_owned(),
        day(from),
        day(until),
        belop.map_or_else(String::new, |amount| cell::say_amount(amount, '-', None)),
    ];
    Some(Voucher { cells, belop, booked })
}

/// The day that an award's row is booked, and the figure that its amount is.
fn booking(award: &AwardStatement, voucher_type: &str) -> (Date, Figure) {
    // An application has no day of decision; it must be booked some day, at the latest when its year begins.
    let booked = award.decided_on.unwrap_or_else(|| date(award.year, 1, 1));
    (
        booked,
        if matches!(voucher_type, "IN" | "PR") {
            award.granted
        } else {
            award.applied
        },
    )
}

/// Free text as case officers write it, with what has to be quoted and what only Windows-1252 holds.
fn text(voucher_type: &str, year: i16) -> String {
    match voucher_type {
        "SO" => format!("Søknad {year}; sosiale tjenester"),
        "IN" => "Sosiale tjenester; \"Los\" – NAV".to_owned(),
        "AV" => "Avslag – ikke målgruppen".to_owned(),
        "TR" => "Trukket av søker".to_owned(),
        "KR" => format!("Tilbakeført – ubrukt {year}"),
        _ => "Andel programtilskudd".to_owned(),
    }
}

/// `None` for a group that NAV has no word for.
fn say_group(group: Option<TargetGroup>) -> Option<&'static str> {
    match group {
        None => Some(""),
        Some(TargetGroup::ChildrenAndYoung) => Some("UNGE"),
        Some(TargetGroup::Adults) => Some("VOKSNE"),
        Some(TargetGroup::All) => Some("ALLE"),
        Some(TargetGroup::Other) => None,
    }
}
