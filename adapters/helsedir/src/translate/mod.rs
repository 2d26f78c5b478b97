//! From the system's words to the gateway's: one item of the queue becomes a record, or is set aside with its reason.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use programgrant_contract::{Batch, Position, Receipt};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Gap, Ore, OreError, Payer, Record,
    RecordId, ReportedRecipient, SetAside, TargetGroup,
};
use serde::Serialize;

use crate::wire::{Tilsagn, Utbetaling};

/// Kapittel 765 post 60, which all of this system's grants lie on.
pub const POST: BudgetPost = BudgetPost::new(765, 60);

/// The system's clocks.
pub static OSLO: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Oslo").expect("the zone data travel with the binary"));

/// How much of a foreign text a reason or a place repeats.
const MOST_QUOTED: usize = 60;

/// The queue itself remembers where it stands: what has been removed is past.
#[derive(Serialize)]
struct TheQueueRemembers {}

/// One answer of the queue.
pub fn batch(items: &[Tilsagn]) -> Batch {
    let mut batch = Batch {
        more: !items.is_empty(),
        ..Batch::empty(Position::encode(&TheQueueRemembers {}))
    };
    let (mut references, mut named) = (Vec::new(), HashSet::new());
    for item in items {
        match record(item) {
            Ok(record) => batch.records.push(record),
            Err(reason) => batch.set_aside.push(set_aside(item, reason)),
        }
        references.extend(
            item.archive_reference
                .clone()
                .filter(|reference| named.insert(reference.clone())),
        );
    }
    if !references.is_empty() {
        batch.receipt = Some(Receipt(references));
    } else if batch.more {
        // Nothing here can be removed, so the next answer would be this one again.
        batch.more = false;
        batch.gaps.push(Gap {
            place: "the queue".to_owned(),
            reason:
                "the oldest items have no ArchiveReference and cannot be removed; newer items may be hidden behind them"
                    .to_owned(),
        });
    }
    batch
}

fn record(item: &Tilsagn) -> Result<Record, String> {
    if let Some(name) = &item.repeated {
        return Err(format!("{} stands twice", bounded(name)));
    }
    let reference = required("ArchiveReference", item.archive_reference.as_ref())?;
    let case = required("SaksNr", item.saks_nr.as_ref())?;
    let changed = item
        .endret
        .as_deref()
        .map(|text| date_time("Endret", text))
        .transpose()?;
    Ok(Record {
        id: RecordId::new(case),
        reference: case.to_owned(),
        revision: changed.map(revision).transpose()?,
        changed_at: changed.map(instant).transpose()?,
        item: Some(reference.to_owned()),
        content: Content::Award(award(item, case)?),
    })
}

fn award(item: &Tilsagn, case: &str) -> Result<AwardStatement, String> {
    let (activity, target_group) = item.ordning.as_deref().map(scheme).transpose()?.unzip();
    let payments = item.utbetalinger.as_deref().map(payments).transpose()?;
    let paid = match (&item.utbetalt_beloep, &payments) {
        (Some(text), _) => Figure::Stated(amount("UtbetaltBeloep", text)?),
        (None, Some(payments)) => payments.sum,
        (None, None) => Figure::NotDelivered,
    };
    let (use_from, use_until) = period(item)?;
    Ok(AwardStatement {
        award: case.to_owned(),
        post: post(item)?,
        activity: activity.map(str::to_owned),
        year: year(required("Budsjettaar", item.budsjettaar.as_ref())?)?,
        recipient: recipient(item),
        status: status(required("Vedtak", item.vedtak.as_ref())?)?,
        applied: figure("SoektBeloep", item.soekt_beloep.as_deref())?,
        granted: figure("InnvilgetBeloep", item.innvilget_beloep.as_deref())?,
        paid,
        decided_on: item
            .vedtaks_dato
            .as_deref()
            .map(|text| date_time("VedtaksDato", text))
            .transpose()?
            .map(DateTime::date),
        use_from,
        use_until,
        report_due: None,
        target_group,
        payer: item
            .forvalter_org_nr
            .clone()
            .map(|organisation_number| Payer { organisation_number }),
        disbursements: payments.map(|payments| payments.listed).unwrap_or_default(),
    })
}

/// A period that ends before it begins covers no month, so that nothing would ever collide with it: bad, not odd.
fn period(item: &Tilsagn) -> Result<(Option<Date>, Option<Date>), String> {
    let date = |name, value: &Option<String>| value.as_deref().map(|text| plain_date(name, text)).transpose();
    let (from, until) = (date("BrukFra", &item.bruk_fra)?, date("BrukTil", &item.bruk_til)?);
    match (from, until) {
        (Some(from), Some(until)) if until < from => Err(format!("BrukTil: {until} lies before BrukFra, {from}")),
        _ => Ok((from, until)),
    }
}

fn set_aside(item: &Tilsagn, reason: String) -> SetAside {
    let place = match (&item.archive_reference, &item.saks_nr) {
        (Some(reference), _) => format!("archive reference {}", bounded(reference)),
        (None, Some(case)) => format!("case {}, which has no archive reference", bounded(case)),
        (None, None) => "an item without archive reference and case number".to_owned(),
    };
    let changed = item.endret.as_deref().and_then(read_date_time);
    SetAside {
        record: item.saks_nr.as_deref().map(RecordId::new),
        revision: changed.and_then(|changed| revision(changed).ok()),
        changed_at: changed.and_then(|changed| instant(changed).ok()),
        item: item.archive_reference.clone(),
        place,
        reason,
        recipient: recipient(item),
        post: post(item).ok(),
        activity: item
            .ordning
            .as_deref()
            .and_then(|word| scheme(word).ok())
            .map(|(activity, _)| activity.to_owned()),
        year: item.budsjettaar.as_deref().and_then(|text| year(text).ok()),
    }
}

fn recipient(item: &Tilsagn) -> ReportedRecipient {
    ReportedRecipient {
        organisation_number: item.mottaker_org_nr.clone(),
        number: item.mottaker_kommune_nr.clone(),
        name: item.mottaker_navn.clone(),
    }
}

/// The system has one post. A half that is missing is that one's, unless the other half speaks of another post.
fn post(item: &Tilsagn) -> Result<BudgetPost, String> {
    let (chapter, post) = (item.kapittel.as_deref(), item.post.as_deref());
    let read = BudgetPost::parse(chapter.unwrap_or("0765"), post.unwrap_or("60")).map_err(|_| {
        format!(
            "Kapittel {} and Post {} are no budget post",
            quoted(chapter.unwrap_or_default()),
            quoted(post.unwrap_or_default())
        )
    })?;
    match (chapter, post) {
        (Some(_), Some(_)) => Ok(read),
        _ if read == POST => Ok(read),
        (None, _) => Err("Kapittel is missing".to_owned()),
        (_, None) => Err("Post is missing".to_owned()),
    }
}

fn scheme(word: &str) -> Result<(&str, TargetGroup), String> {
    match word {
        "BARN_UNGE" => Ok((word, TargetGroup::ChildrenAndYoung)),
        "VOKSNE" => Ok((word, TargetGroup::Adults)),
        "FELLES" => Ok((word, TargetGroup::All)),
        _ => Err(format!("Ordning {} is none that is known", quoted(word))),
    }
}

fn status(word: &str) -> Result<AwardStatus, String> {
    match word {
        "MOTTATT" => Ok(AwardStatus::Applied),
        "HEL" | "DELVIS" => Ok(AwardStatus::Granted),
        "AVSLAG" => Ok(AwardStatus::Refused),
        "AVVIST" => Ok(AwardStatus::Dismissed),
        "TRUKKET" => Ok(AwardStatus::Withdrawn),
        "UTBETALT" => Ok(AwardStatus::Paid),
        "TILBAKEBETALT" => Ok(AwardStatus::Repaid),
        "PROGRAM" => Ok(AwardStatus::InProgramme),
        _ => Err(format!("Vedtak {} is none that is known", quoted(word))),
    }
}

struct Payments {
    /// Unknown as soon as one payment does not say its amount.
    sum: Figure,
    /// Those that say both day and amount.
    listed: Vec<Disbursement>,
}

fn payments(payments: &[Utbetaling]) -> Result<Payments, String> {
    let (mut sum, mut listed) = (Some(Ore::ZERO), Vec::new());
    for payment in payments {
        let on = payment
            .dato
            .as_deref()
            .map(|text| plain_date("Dato", text))
            .transpose()?;
        let amount = payment
            .beloep
            .as_deref()
            .map(|text| amount("Beloep", text))
            .transpose()?;
        sum = match (sum, amount) {
            (Some(sum), Some(amount)) => Some(
                sum.checked_add(amount)
                    .ok_or("the sum of Utbetalinger is out of range")?,
            ),
            _ => None,
        };
        listed.extend(on.zip(amount).map(|(on, amount)| Disbursement {
            on,
            amount,
            reference: payment.referanse.clone(),
        }));
    }
    Ok(Payments {
        sum: sum.into(),
        listed,
    })
}

fn figure(name: &str, text: Option<&str>) -> Result<Figure, String> {
    text.map(|text| amount(name, text)).transpose().map(Figure::from)
}

/// Kroner with a point; a decimal in XML has no exponent.
fn amount(name: &str, text: &str) -> Result<Ore, String> {
    let read = if text.contains(['e', 'E']) {
        Err(OreError::NotANumber(String::new()))
    } else {
        Ore::parse_kroner(text)
    };
    read.map_err(|error| {
        let what = match error {
            OreError::NotANumber(_) => "is no amount in kroner",
            OreError::Fraction(_) => "has a part smaller than one øre",
            OreError::OutOfRange(_) => "is out of range",
        };
        format!("{name} {} {what}", quoted(text))
    })
}

fn year(text: &str) -> Result<i16, String> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let year = is_year.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| format!("Budsjettaar {} is no year", quoted(text)))
}

fn plain_date(name: &str, text: &str) -> Result<Date, String> {
    date(text).ok_or_else(|| format!("{name} {} is no date", quoted(text)))
}

fn date_time(name: &str, text: &str) -> Result<DateTime, String> {
    read_date_time(text).ok_or_else(|| format!("{name} {} is no local date and time", quoted(text)))
}

/// `YYYY-MM-DD` and nothing else.
fn date(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `YYYY-MM-DDThh:mm:ss`, perhaps with a fraction of up to nine digits, and never an offset.
fn read_date_time(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once('T')?;
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let nanosecond = match fraction {
        None => 0,
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        Some(_) => return None,
    };
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let [hour, minute, second] = [
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
    ];
    Some(date(day)?.to_datetime(jiff::civil::Time::new(hour, minute, second, nanosecond).ok()?))
}

/// Three numbers of exactly so many digits.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[i16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Microseconds of the local clock as it is written: a later `Endret` is a greater revision also in the hour that an autumn
/// night has twice.
fn revision(changed: DateTime) -> Result<i64, String> {
    TimeZone::UTC
        .to_timestamp(changed)
        .map(jiff::Timestamp::as_microsecond)
        .map_err(|_| "Endret is out of range".to_owned())
}

/// In the hour that comes twice the earlier, in the hour that is skipped the later instant.
fn instant(changed: DateTime) -> Result<jiff::Timestamp, String> {
    OSLO.to_timestamp(changed)
        .map_err(|_| "Endret is out of range".to_owned())
}

fn required<'i>(name: &str, value: Option<&'i String>) -> Result<&'i str, String> {
    value.map(String::as_str).ok_or_else(|| format!("{name} is missing"))
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", bounded(text))
}

#[cfg(test)]
mod tests;
