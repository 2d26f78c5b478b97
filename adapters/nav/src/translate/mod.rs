//! Rows to records, one for one. Pure: a file's bytes in, what they say out.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Correction, Disbursement, Figure, Ore, Payment, Record, RecordId,
    ReportedRecipient, SetAside, TargetGroup,
};

use crate::cell::{self, shown};
use crate::wire::{self, COLUMNS, Refusal, Row, Sheet, Trailer};

/// Room for the lines of one file between the revisions of two.
const LINES_PER_FILE: i64 = 10_000_000_000;
/// The most characters of a reason.
const REASON: usize = 200;
const OTHER_LENGTH: &str = "the row has another number of columns than the header";

/// What a file that is accepted says, in its own order.
#[derive(Debug, Default, PartialEq)]
pub struct Delivered {
    pub records: Vec<Record>,
    pub set_aside: Vec<SetAside>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub file: &'a str,
    pub sequence: u16,
    pub line: i64,
}

impl Place<'_> {
    /// Grows from row to row and from file to file: the later row replaces the earlier.
    fn revision(&self) -> i64 {
        i64::from(self.sequence) * LINES_PER_FILE + self.line
    }
}

/// A cell's amount: `None` where it is empty, a reason where it cannot be read.
type Amount = Result<Option<Ore>, String>;

fn amount(belop: &str) -> Amount {
    if belop.is_empty() {
        Ok(None)
    } else {
        cell::amount(belop).map(Some)
    }
}

/// Reads a whole file, or refuses it whole.
pub fn file(name: &str, sequence: u16, bytes: &[u8]) -> Result<Delivered, Refusal> {
    let text = wire::decode(bytes)?;
    let mut sheet = Sheet::open(&text, &COLUMNS)?;
    let mut delivered = Delivered::default();
    let (mut rows, mut rows_once, mut seen) = (Tally::default(), Tally::default(), HashSet::new());
    while let Some(line) = sheet.next_line()? {
        let (row, place) = (
            Row::from(line.cells),
            Place {
                file: name,
                sequence,
                line: line.number,
            },
        );
        let is_new = seen.insert(line.raw);
        let (amount, read) = if line.is_whole {
            let amount = amount(row.belop);
            let read = voucher(&row, &amount, place);
            (amount, read)
        } else {
            (Err(OTHER_LENGTH.to_owned()), Err(Box::new(misshapen(&row, place))))
        };
        rows.add(&amount);
        if is_new {
            rows_once.add(&amount);
        }
        match read {
            Ok(record) => delivered.records.push(record),
            Err(set_aside) if is_new => delivered.set_aside.push(*set_aside),
            Err(_) => {}
        }
    }
    // A row that came twice counts once: NAV does not say whether in the trailer too, and either way every row is here.
    rows.check(sheet.trailer)
        .or_else(|refusal| rows_once.check(sheet.trailer).map_err(|_| refusal))?;
    Ok(delivered)
}

/// What the trailer is held against.
#[derive(Debug)]
struct Tally {
    rows: u64,
    /// In øre; `None` once an amount could not be read. Wide enough never to overflow.
    sum: Option<i128>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { rows: 0, sum: Some(0) }
    }
}

impl Tally {
    fn add(&mut self, amount: &Amount) {
        self.rows += 1;
        self.sum = self
            .sum
            .zip(amount.as_ref().ok())
            .map(|(sum, amount)| sum + i128::from(amount.unwrap_or_default().get()));
    }

    fn check(&self, trailer: Trailer) -> Result<(), Refusal> {
        if self.rows != trailer.rows {
            return Err(Refusal(format!(
                "#SLUTT counts {} rows, the file has {}",
                trailer.rows, self.rows
            )));
        }
        match self.sum {
            Some(sum) if sum != i128::from(trailer.sum.get()) => {
                Err(Refusal::new("the control sum of #SLUTT does not agree with the rows"))
            }
            _ => Ok(()),
        }
    }
}

/// Bilagsart: what a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherType {
    Application,
    Grant,
    Refusal,
    Withdrawal,
    Payment,
    Correction,
    Share,
}

impl VoucherType {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "SO" => Some(Self::Application),
            "IN" => Some(Self::Grant),
            "AV" => Some(Self::Refusal),
            "TR" => Some(Self::Withdrawal),
            "TU" => Some(Self::Payment),
            "KR" => Some(Self::Correction),
            "PR" => Some(Self::Share),
            _ => None,
        }
    }
}

fn record_id(row: &Row<'_>) -> RecordId {
    RecordId::new(format!("{}/{}", row.voucher_no, row.voucher_type))
}

/// One row of full length, as a record or set aside.
pub fn voucher(row: &Row<'_>, amount: &Amount, place: Place<'_>) -> Result<Record, Box<SetAside>> {
    let read = || {
        let kind = VoucherType::parse(row.voucher_type).ok_or_else(|| {
            format!(
                "voucher_type: {} is none of SO, IN, AV, TR, TU, KR and PR",
                shown(row.voucher_type)
            )
        })?;
        if !is_voucher_no(row.voucher_no) {
            return Err(format!("voucher_no: {} is no voucher number", shown(row.voucher_no)));
        }
        let amount = amount.clone().map_err(|reason| format!("belop: {reason}"))?;
        Ok(Record {
            id: record_id(row),
            reference: row.voucher_no.to_owned(),
            revision: Some(place.revision()),
            changed_at: None,
            item: None,
            content: content(kind, row, amount)?,
        })
    };
    read().map_err(|reason| Box::new(set_aside(row, recipient(row), post(row).ok(), place, &reason)))
}

fn content(kind: VoucherType, row: &Row<'_>, amount: Option<Ore>) -> Result<Content, String> {
    let (post, year) = (
        post(row)?,
        cell::year(row.aar).map_err(|reason| format!("aar: {reason}"))?,
    );
    let (recipient, target_group) = (recipient(row), target_group(row.malgruppe)?);
    let booked = cell::date(row.trans_date).map_err(|reason| format!("trans_date: {reason}"))?;
    let (use_from, use_until) = period(row)?;
    let voucher_no = row.voucher_no.to_owned();
    let disbursement = || {
        let amount = amount.ok_or("belop: a payment or correction without an amount")?;
        Ok::<_, String>(Disbursement {
            on: booked,
            amount,
            reference: Some(voucher_no.clone()),
        })
    };
    let (status, applied, granted, paid) = match stage(kind, amount.into()) {
        Some(stage) => stage,
        None if kind == VoucherType::Payment => {
            let award = granting_voucher(row.tekst)?;
            return Ok(Content::Payment(Payment {
                award,
                post,
                year,
                recipient,
                target_group,
                disbursement: disbursement()?,
            }));
        }
        None => {
            return Ok(Content::Correction(Correction {
                post,
                year,
                recipient,
                target_group,
                disbursement: disbursement()?,
            }));
        }
    };
    Ok(Content::Award(AwardStatement {
        // A share is not a stage of the award whose number it may happen to bear.
        award: if kind == VoucherType::Share {
            format!("{voucher_no}/PR")
        } else {
            voucher_no
        },
        post,
        activity: None,
        year,
        recipient,
        status,
        applied,
        granted,
        paid,
        decided_on: (kind != VoucherType::Application).then_some(booked),
        use_from,
        use_until,
        report_due: None,
        target_group,
        payer: None,
        disbursements: Vec::new(),
    }))
}

/// What is applied for, granted and paid in that stage of an award; `None` where the voucher states none.
fn stage(kind: VoucherType, amount: Figure) -> Option<(AwardStatus, Figure, Figure, Figure)> {
    use Figure::{NotApplicable, NotDelivered};
    match kind {
        VoucherType::Application => Some((AwardStatus::Applied, amount, NotDelivered, NotDelivered)),
        VoucherType::Grant => Some((AwardStatus::Granted, NotDelivered, amount, NotDelivered)),
        VoucherType::Refusal => Some((AwardStatus::Refused, amount, NotApplicable, NotDelivered)),
        VoucherType::Withdrawal => Some((AwardStatus::Withdrawn, amount, NotApplicable, NotDelivered)),
        VoucherType::Share => Some((AwardStatus::InProgramme, NotApplicable, amount, NotApplicable)),
        VoucherType::Payment | VoucherType::Correction => None,
    }
}

fn is_voucher_no(text: &str) -> bool {
    !text.is_empty()
        && !text
            .chars()
            .any(|sign| sign.is_whitespace() || sign.is_control() || sign == '/')
}

fn post(row: &Row<'_>) -> Result<BudgetPost, String> {
    let no_post = |_| {
        format!(
            "kap, post: {} and {} are no budget post",
            shown(row.kap),
            shown(row.post)
        )
    };
    BudgetPost::parse(row.kap, row.post).map_err(no_post)
}

fn recipient(row: &Row<'_>) -> ReportedRecipient {
    let text = |cell: &str| Some(cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_owned);
    ReportedRecipient {
        organisation_number: text(row.orgnr),
        number: text(row.kommnr),
        name: None,
    }
}

fn target_group(malgruppe: &str) -> Result<Option<TargetGroup>, String> {
    match malgruppe {
        "" => Ok(None),
        "UNGE" => Ok(Some(TargetGroup::ChildrenAndYoung)),
        "VOKSNE" => Ok(Some(TargetGroup::Adults)),
        "ALLE" => Ok(Some(TargetGroup::All)),
        other => Err(format!(
            "malgruppe: {} is none of UNGE, VOKSNE, ALLE and empty",
            shown(other)
        )),
    }
}

/// A period that ends before it begins covers no month, so that nothing would ever collide with it: bad, not odd.
fn period(row: &Row<'_>) -> Result<(Option<Date>, Option<Date>), String> {
    let (from, until) = (optional_date("fra", row.fra)?, optional_date("til", row.til)?);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(format!("til: {} lies before fra, {}", shown(row.til), shown(row.fra)));
    }
    Ok((from, until))
}

fn optional_date(column: &str, text: &str) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    cell::date(text)
        .map(Some)
        .map_err(|reason| format!("{column}: {reason}"))
}

/// The one voucher that the text names as `vedtak {voucher_no}`, in capitals or not.
fn granting_voucher(tekst: &str) -> Result<String, String> {
    const WORD: &str = "vedtak";
    let text = tekst.to_lowercase();
    let mut named = BTreeSet::new();
    for (start, _) in text.match_indices(WORD) {
        let (before, after) = (&text[..start], &text[start + WORD.len()..]);
        let is_word = !before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_whitespace);
        let after = after.trim_start();
        let (number, rest) = after.split_at(after.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(after.len()));
        // `vedtak 12.03.2021` names a day.
        let is_date = rest
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        let goes_on = is_date || rest.starts_with(char::is_alphanumeric);
        if is_word && !number.is_empty() && !goes_on {
            named.insert(number);
        }
    }
    match (named.pop_first(), named.pop_first()) {
        (Some(number), None) => Ok(number.to_owned()),
        (None, _) => Err(format!(
            "tekst: {} names no granting voucher (vedtak and a number)",
            shown(tekst)
        )),
        (Some(_), Some(_)) => Err(format!("tekst: {} names several granting vouchers", shown(tekst))),
    }
}

/// A row of another length: a cell may be missing in front, so a value counts only where it looks like what its column holds.
fn misshapen(row: &Row<'_>, place: Place<'_>) -> SetAside {
    let of_length = |cell: &str, digits: usize| {
        Some(cell)
            .filter(|cell| cell.len() == digits && cell::is_digits(cell))
            .map(str::to_owned)
    };
    let recipient = ReportedRecipient {
        organisation_number: of_length(row.orgnr, 9),
        number: of_length(row.kommnr, 4),
        name: None,
    };
    let post = of_length(row.kap, 4)
        .zip(of_length(row.post, 2))
        .and_then(|(kap, post)| BudgetPost::parse(&kap, &post).ok());
    set_aside(row, recipient, post, place, OTHER_LENGTH)
}

fn set_aside(
    row: &Row<'_>,
    recipient: ReportedRecipient,
    post: Option<BudgetPost>,
    place: Place<'_>,
    reason: &str,
) -> SetAside {
    let is_known = is_voucher_no(row.voucher_no) && VoucherType::parse(row.voucher_type).is_some();
    SetAside {
        record: is_known.then(|| record_id(row)),
        revision: Some(place.revision()),
        recipient,
        post,
        year: cell::year(row.aar).ok(),
        ..SetAside::at(
            format!("{}, line {}", place.file, place.line),
            reason.chars().take(REASON).collect::<String>(),
        )
    }
}

#[cfg(test)]
mod tests;
