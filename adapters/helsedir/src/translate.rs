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
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "an element that is there")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// An item with what it must have and nothing more.
    fn bare() -> Tilsagn {
        Tilsagn {
            archive_reference: some("AR1"),
            saks_nr: some("21/1"),
            budsjettaar: some("2021"),
            vedtak: some("HEL"),
            ..Tilsagn::default()
        }
    }

    fn read(change: impl FnOnce(&mut Tilsagn)) -> Result<Record, String> {
        let mut item = bare();
        change(&mut item);
        record(&item)
    }

    fn award_of(change: impl FnOnce(&mut Tilsagn)) -> AwardStatement {
        match read(change).expect("a good item").content {
            Content::Award(award) => award,
            other => panic!("no award: {other:?}"),
        }
    }

    #[test]
    fn an_item_needs_four_elements_and_no_more() {
        let award = award_of(|_| {});
        assert_eq!(
            (award.post, award.activity, award.target_group),
            (BudgetPost::new(765, 60), None, None)
        );
        assert_eq!(
            (award.applied, award.granted, award.paid),
            (Figure::NotDelivered, Figure::NotDelivered, Figure::NotDelivered)
        );
        assert_eq!(
            (award.payer, award.decided_on, award.use_from, award.use_until),
            (None, None, None, None)
        );
        for (change, reason) in [
            (
                (|item| item.archive_reference = None) as fn(&mut Tilsagn),
                "ArchiveReference is missing",
            ),
            (|item| item.saks_nr = None, "SaksNr is missing"),
            (|item| item.budsjettaar = None, "Budsjettaar is missing"),
            (|item| item.vedtak = None, "Vedtak is missing"),
            (|item| item.repeated = some("Vedtak"), "Vedtak stands twice"),
        ] {
            assert_eq!(read(change), Err(reason.to_owned()));
        }
    }

    #[test]
    fn every_word_has_its_one_meaning() {
        use AwardStatus::{Applied, Dismissed, Granted, InProgramme, Paid, Refused, Repaid, Withdrawn};
        let statuses = [
            "MOTTATT",
            "HEL",
            "DELVIS",
            "AVSLAG",
            "AVVIST",
            "TRUKKET",
            "UTBETALT",
            "TILBAKEBETALT",
            "PROGRAM",
        ];
        let statuses = statuses.map(|word| award_of(|item| item.vedtak = some(word)).status);
        assert_eq!(
            statuses,
            [
                Applied,
                Granted,
                Granted,
                Refused,
                Dismissed,
                Withdrawn,
                Paid,
                Repaid,
                InProgramme
            ]
        );
        let groups =
            ["BARN_UNGE", "VOKSNE", "FELLES"].map(|word| award_of(|item| item.ordning = some(word)).target_group);
        assert_eq!(
            groups,
            [TargetGroup::ChildrenAndYoung, TargetGroup::Adults, TargetGroup::All].map(Some)
        );
        for word in ["hel", "INNVILGET", "HEL DELVIS", "?"] {
            assert_eq!(
                read(|item| item.vedtak = some(word)),
                Err(format!("Vedtak \"{word}\" is none that is known"))
            );
            assert_eq!(
                read(|item| item.ordning = some(word)),
                Err(format!("Ordning \"{word}\" is none that is known"))
            );
        }
    }

    #[test]
    fn a_missing_half_of_the_post_is_not_guessed() {
        let post = |chapter: Option<&str>, post: Option<&str>| {
            read(|item| {
                item.kapittel = chapter.map(str::to_owned);
                item.post = post.map(str::to_owned);
            })
            .map(|record| match record.content {
                Content::Award(award) => award.post.to_string(),
                other => panic!("no award: {other:?}"),
            })
        };
        for (chapter, half) in [
            (None, None),
            (Some("765"), None),
            (None, Some("60")),
            (Some("0765"), Some("60")),
        ] {
            assert_eq!(post(chapter, half), Ok("765.60".to_owned()));
        }
        assert_eq!(post(Some("0231"), Some("63")), Ok("231.63".to_owned()));
        assert_eq!(post(Some("0231"), None), Err("Post is missing".to_owned()));
        assert_eq!(post(None, Some("62")), Err("Kapittel is missing".to_owned()));
        assert_eq!(
            post(Some("kap. 765"), Some("60")),
            Err("Kapittel \"kap. 765\" and Post \"60\" are no budget post".to_owned())
        );
    }

    #[test]
    fn amounts_are_exact_or_refused() {
        let granted = |text: &str| {
            read(|item| item.innvilget_beloep = some(text)).map(|record| match record.content {
                Content::Award(award) => award.granted.stated().map(Ore::get),
                other => panic!("no award: {other:?}"),
            })
        };
        for (text, ore) in [
            ("0.1", 10),
            ("1234567.89", 123_456_789),
            ("0", 0),
            ("0.00", 0),
            ("-5.5", -550),
            ("1250000.0000", 125_000_000),
        ] {
            assert_eq!(granted(text), Ok(Some(ore)), "{text}");
        }
        for (text, what) in [
            ("1250000,00", "is no amount in kroner"),
            ("1 250 000", "is no amount in kroner"),
            ("1.25E6", "is no amount in kroner"),
            ("1e3", "is no amount in kroner"),
            ("NaN", "is no amount in kroner"),
            ("0.005", "has a part smaller than one øre"),
            ("90071992547409.92", "is out of range"),
        ] {
            assert_eq!(granted(text), Err(format!("InnvilgetBeloep \"{text}\" {what}")));
        }
        let most = || Utbetaling {
            beloep: some("90071992547409.91"),
            ..Utbetaling::default()
        };
        assert_eq!(
            read(|item| item.utbetalinger = Some(vec![most(), most()])),
            Err("the sum of Utbetalinger is out of range".to_owned())
        );
    }

    #[test]
    fn dates_and_times_are_read_to_the_letter() {
        for text in [
            "2021-04-29T13:05:00Z",
            "2021-04-29T13:05:00+02:00",
            "2021-04-29",
            "2021-04-29T13:05",
            "2021-04-29 13:05:00",
            "2021-02-29T00:00:00",
        ] {
            assert_eq!(
                read(|item| item.endret = some(text)),
                Err(format!("Endret \"{text}\" is no local date and time"))
            );
            assert_eq!(
                read(|item| item.vedtaks_dato = some(text)),
                Err(format!("VedtaksDato \"{text}\" is no local date and time"))
            );
        }
        for text in [
            "2021-05-01T00:00:00",
            "2021-05-01Z",
            "20210501",
            "01.05.2021",
            "2021-13-01",
            "2021-5-1",
            "+021-05-01",
        ] {
            assert_eq!(
                read(|item| item.bruk_til = some(text)),
                Err(format!("BrukTil \"{text}\" is no date"))
            );
        }
        let backwards = read(|item| (item.bruk_fra, item.bruk_til) = (some("2021-05-02"), some("2021-05-01")));
        assert_eq!(
            backwards,
            Err("BrukTil: 2021-05-01 lies before BrukFra, 2021-05-02".to_owned())
        );
        for text in ["21", "20210", "0021", "2021/22", "+021", "-021"] {
            assert_eq!(
                read(|item| item.budsjettaar = some(text)),
                Err(format!("Budsjettaar \"{text}\" is no year"))
            );
        }
        assert_eq!(
            award_of(|item| item.vedtaks_dato = some("2021-12-31T23:59:59.999")).decided_on,
            Some(jiff::civil::date(2021, 12, 31))
        );
    }

    #[test]
    fn a_later_local_time_is_a_greater_revision_and_the_instant_is_norwegian() {
        let changed = |text: &str| {
            read(|item| item.endret = some(text))
                .map(|record| (record.revision, record.changed_at.map(|at| at.to_string())))
        };
        let instant = |text: &str| changed(text).expect("a time").1.expect("an instant");
        assert_eq!(instant("2021-01-29T13:05:00"), "2021-01-29T12:05:00Z");
        assert_eq!(instant("2021-04-29T13:05:00.25"), "2021-04-29T11:05:00.25Z");
        // The autumn hour that comes twice, and the spring hour that is skipped.
        assert_eq!(instant("2021-10-31T02:30:00"), "2021-10-31T00:30:00Z");
        assert_eq!(instant("2021-03-28T02:30:00"), "2021-03-28T01:30:00Z");
        let revisions = [
            "2021-10-31T02:59:59",
            "2021-10-31T02:59:59.000001",
            "2021-10-31T03:00:00",
        ]
        .map(|text| changed(text).expect("a time").0);
        assert!(revisions.is_sorted() && revisions[0] < revisions[1] && revisions[1] < revisions[2]);
        assert_eq!(
            read(|_| {}).map(|record| (record.revision, record.changed_at)),
            Ok((None, None))
        );
    }

    #[test]
    fn a_bad_item_tells_what_can_be_read_from_it_and_no_more_than_fits() {
        let item = Tilsagn {
            endret: some("2021-04-29T13:05:00"),
            kapittel: some("x"),
            ordning: some("VOKSNE"),
            mottaker_kommune_nr: some("0301"),
            soekt_beloep: some(&"æ".repeat(10_000)),
            ..bare()
        };
        let aside = set_aside(&item, record(&item).expect_err("bad"));
        assert_eq!(aside.record, Some(RecordId::new("21/1")));
        assert_eq!(
            aside.revision,
            record(&Tilsagn {
                endret: item.endret.clone(),
                ..bare()
            })
            .expect("good")
            .revision
        );
        assert_eq!(
            (aside.place.as_str(), aside.post, aside.activity.as_deref(), aside.year),
            ("archive reference AR1", None, Some("VOKSNE"), Some(2021))
        );
        assert_eq!(aside.recipient.number.as_deref(), Some("0301"));
        assert!(aside.reason.chars().count() <= 200, "{}", aside.reason);
        let long = Tilsagn {
            soekt_beloep: item.soekt_beloep,
            ..bare()
        };
        assert_eq!(
            record(&long),
            Err(format!(
                "SoektBeloep \"{}…\" is no amount in kroner",
                "æ".repeat(MOST_QUOTED)
            ))
        );
    }
}
