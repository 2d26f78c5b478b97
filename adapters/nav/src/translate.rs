//! Rows to records, one for one. Pure: a file's bytes in, what they say out.

use std::collections::{BTreeSet, HashSet};

use programgrant_contract::{AwardStatement, Content, Correction, Payment, Record, RecordId, SetAside};
use programgrant_schema::{AwardStatus, BudgetPost, Disbursement, Figure, Ore, ReportedRecipient, TargetGroup};

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
    if belop.is_empty() { Ok(None) } else { cell::amount(belop).map(Some) }
}

/// Reads a whole file, or refuses it whole.
pub fn file(name: &str, sequence: u16, bytes: &[u8]) -> Result<Delivered, Refusal> {
    let text = wire::decode(bytes)?;
    let mut sheet = Sheet::open(&text, &COLUMNS)?;
    let mut delivered = Delivered::default();
    let (mut rows, mut rows_once, mut seen) = (Tally::default(), Tally::default(), HashSet::new());
    while let Some(line) = sheet.next_line()? {
        let (row, place) = (Row::from(line.cells), Place { file: name, sequence, line: line.number });
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
    rows.check(sheet.trailer).or_else(|refusal| rows_once.check(sheet.trailer).map_err(|_| refusal))?;
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
        self.sum = self.sum.zip(amount.as_ref().ok()).map(|(sum, amount)| sum + i128::from(amount.unwrap_or_default().get()));
    }

    fn check(&self, trailer: Trailer) -> Result<(), Refusal> {
        if self.rows != trailer.rows {
            return Err(Refusal(format!("#SLUTT counts {} rows, the file has {}", trailer.rows, self.rows)));
        }
        match self.sum {
            Some(sum) if sum != i128::from(trailer.sum.get()) => Err(Refusal::new("the control sum of #SLUTT does not agree with the rows")),
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
        let kind = VoucherType::parse(row.voucher_type)
            .ok_or_else(|| format!("voucher_type: {} is none of SO, IN, AV, TR, TU, KR and PR", shown(row.voucher_type)))?;
        if !is_voucher_no(row.voucher_no) {
            return Err(format!("voucher_no: {} is no voucher number", shown(row.voucher_no)));
        }
        let amount = amount.clone().map_err(|reason| format!("belop: {reason}"))?;
        Ok(Record {
            id: record_id(row),
            reference: row.voucher_no.to_owned(),
            revision: Some(place.revision()),
            changed_at: None,
            content: content(kind, row, amount)?,
        })
    };
    read().map_err(|reason| Box::new(set_aside(row, recipient(row), post(row).ok(), place, &reason)))
}

fn content(kind: VoucherType, row: &Row<'_>, amount: Option<Ore>) -> Result<Content, String> {
    let (post, year) = (post(row)?, cell::year(row.aar).map_err(|reason| format!("aar: {reason}"))?);
    let (recipient, target_group) = (recipient(row), target_group(row.malgruppe)?);
    let booked = cell::date(row.trans_date).map_err(|reason| format!("trans_date: {reason}"))?;
    let (use_from, use_until) = (optional_date("fra", row.fra)?, optional_date("til", row.til)?);
    let voucher_no = row.voucher_no.to_owned();
    let disbursement = || {
        let amount = amount.ok_or("belop: a payment or correction without an amount")?;
        Ok::<_, String>(Disbursement { on: booked, amount, reference: Some(voucher_no.clone()) })
    };
    let (status, applied, granted, paid) = match kind {
        VoucherType::Payment => {
            let award = granting_voucher(row.tekst)?;
            return Ok(Content::Payment(Payment { award, post, year, recipient, target_group, disbursement: disbursement()? }));
        }
        VoucherType::Correction => {
            return Ok(Content::Correction(Correction { post, year, recipient, target_group, disbursement: disbursement()? }));
        }
        VoucherType::Application => (AwardStatus::Applied, amount.into(), Figure::NotDelivered, Figure::NotDelivered),
        VoucherType::Grant => (AwardStatus::Granted, Figure::NotDelivered, amount.into(), Figure::NotDelivered),
        VoucherType::Refusal => (AwardStatus::Refused, amount.into(), Figure::NotApplicable, Figure::NotDelivered),
        VoucherType::Withdrawal => (AwardStatus::Withdrawn, amount.into(), Figure::NotApplicable, Figure::NotDelivered),
        VoucherType::Share => (AwardStatus::InProgramme, Figure::NotApplicable, amount.into(), Figure::NotApplicable),
    };
    Ok(Content::Award(AwardStatement {
        // A share is not a stage of the award whose number it may happen to bear.
        award: if kind == VoucherType::Share { format!("{voucher_no}/PR") } else { voucher_no },
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
        target_group,
        payer: None,
        disbursements: Vec::new(),
    }))
}

fn is_voucher_no(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control() || sign == '/')
}

fn post(row: &Row<'_>) -> Result<BudgetPost, String> {
    let no_post = |_| format!("kap, post: {} and {} are no budget post", shown(row.kap), shown(row.post));
    BudgetPost::parse(row.kap, row.post).map_err(no_post)
}

fn recipient(row: &Row<'_>) -> ReportedRecipient {
    let text = |cell: &str| Some(cell.trim()).filter(|cell| !cell.is_empty()).map(str::to_owned);
    ReportedRecipient { organisation_number: text(row.orgnr), number: text(row.kommnr), name: None }
}

fn target_group(malgruppe: &str) -> Result<Option<TargetGroup>, String> {
    match malgruppe {
        "" => Ok(None),
        "UNGE" => Ok(Some(TargetGroup::ChildrenAndYoung)),
        "VOKSNE" => Ok(Some(TargetGroup::Adults)),
        "ALLE" => Ok(Some(TargetGroup::All)),
        other => Err(format!("malgruppe: {} is none of UNGE, VOKSNE, ALLE and empty", shown(other))),
    }
}

fn optional_date(column: &str, text: &str) -> Result<Option<jiff::civil::Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    cell::date(text).map(Some).map_err(|reason| format!("{column}: {reason}"))
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
        let is_date = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        let goes_on = is_date || rest.starts_with(char::is_alphanumeric);
        if is_word && !number.is_empty() && !goes_on {
            named.insert(number);
        }
    }
    match (named.pop_first(), named.pop_first()) {
        (Some(number), None) => Ok(number.to_owned()),
        (None, _) => Err(format!("tekst: {} names no granting voucher (vedtak and a number)", shown(tekst))),
        (Some(_), Some(_)) => Err(format!("tekst: {} names several granting vouchers", shown(tekst))),
    }
}

/// A row of another length: a cell may be missing in front, so a value counts only where it looks like what its column holds.
fn misshapen(row: &Row<'_>, place: Place<'_>) -> SetAside {
    let of_length = |cell: &str, digits: usize| Some(cell).filter(|cell| cell.len() == digits && cell::is_digits(cell)).map(str::to_owned);
    let recipient = ReportedRecipient { organisation_number: of_length(row.orgnr, 9), number: of_length(row.kommnr, 4), name: None };
    let post = of_length(row.kap, 4).zip(of_length(row.post, 2)).and_then(|(kap, post)| BudgetPost::parse(&kap, &post).ok());
    set_aside(row, recipient, post, place, OTHER_LENGTH)
}

fn set_aside(row: &Row<'_>, recipient: ReportedRecipient, post: Option<BudgetPost>, place: Place<'_>, reason: &str) -> SetAside {
    let is_known = is_voucher_no(row.voucher_no) && VoucherType::parse(row.voucher_type).is_some();
    SetAside {
        record: is_known.then(|| record_id(row)),
        revision: Some(place.revision()),
        recipient,
        post,
        year: cell::year(row.aar).ok(),
        ..SetAside::at(format!("{}, line {}", place.file, place.line), reason.chars().take(REASON).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const PLACE: Place<'_> = Place { file: "NAV_TILSK_202103_0007.csv", sequence: 7, line: 12 };

    /// A grant as the page shows it; cells by their column, to be changed.
    fn cells(changes: &[(&str, &'static str)]) -> [&'static str; 13] {
        let mut cells = [
            "70012345",
            "IN",
            "15.03.2021",
            "0621",
            "63",
            "2021",
            "940837685",
            "3427",
            "Sosiale tjenester; NAV Tynset",
            "UNGE",
            "01.04.2021",
            "31.12.2021",
            "750000,00",
        ];
        for (column, value) in changes {
            cells[COLUMNS.iter().position(|name| name == column).expect("a column")] = value;
        }
        cells
    }

    fn read(changes: &[(&str, &'static str)]) -> Result<Record, Box<SetAside>> {
        let row = Row::from(cells(changes));
        voucher(&row, &amount(row.belop), PLACE)
    }

    fn award(changes: &[(&str, &'static str)]) -> AwardStatement {
        match read(changes).expect("a record").content {
            Content::Award(award) => award,
            other => panic!("no award: {other:?}"),
        }
    }

    fn reason(changes: &[(&str, &'static str)]) -> String {
        read(changes).expect_err("set aside").reason
    }

    fn kroner(kroner: i64) -> Figure {
        Figure::Stated(Ore::from_kroner(kroner).expect("in range"))
    }

    #[test]
    fn a_grant_is_read_to_the_letter() {
        let record = read(&[]).expect("a record");
        assert_eq!((record.id.as_str(), record.reference.as_str(), record.changed_at), ("70012345/IN", "70012345", None));
        let expected = AwardStatement {
            award: "70012345".to_owned(),
            post: BudgetPost::new(621, 63),
            activity: None,
            year: 2021,
            recipient: ReportedRecipient { organisation_number: Some("940837685".to_owned()), number: Some("3427".to_owned()), name: None },
            status: AwardStatus::Granted,
            applied: Figure::NotDelivered,
            granted: kroner(750_000),
            paid: Figure::NotDelivered,
            decided_on: Some(date(2021, 3, 15)),
            use_from: Some(date(2021, 4, 1)),
            use_until: Some(date(2021, 12, 31)),
            target_group: Some(TargetGroup::ChildrenAndYoung),
            payer: None,
            disbursements: Vec::new(),
        };
        assert_eq!(record.content, Content::Award(expected));
    }

    #[test]
    fn each_stage_states_its_own_figure() {
        use Figure::{NotApplicable, NotDelivered};
        let asked = kroner(750_000);
        let cases = [
            ("SO", AwardStatus::Applied, asked, NotDelivered, NotDelivered),
            ("IN", AwardStatus::Granted, NotDelivered, asked, NotDelivered),
            ("AV", AwardStatus::Refused, asked, NotApplicable, NotDelivered),
            ("TR", AwardStatus::Withdrawn, asked, NotApplicable, NotDelivered),
            ("PR", AwardStatus::InProgramme, NotApplicable, asked, NotApplicable),
        ];
        for (word, status, applied, granted, paid) in cases {
            let stage = award(&[("voucher_type", word)]);
            assert_eq!((stage.status, stage.applied, stage.granted, stage.paid), (status, applied, granted, paid), "{word}");
            assert_eq!(stage.decided_on, (word != "SO").then_some(date(2021, 3, 15)), "{word}");
            assert_eq!(stage.award, if word == "PR" { "70012345/PR" } else { "70012345" }, "{word}");
        }
    }

    #[test]
    fn a_missing_amount_is_not_known_and_a_zero_is_a_decision() {
        assert_eq!(award(&[("belop", "")]).granted, Figure::NotDelivered);
        assert_eq!(award(&[("belop", "0,00")]).granted, kroner(0));
        assert_eq!(award(&[("belop", ""), ("voucher_type", "SO")]).applied, Figure::NotDelivered);
        for word in ["TU", "KR"] {
            let changes = [("belop", ""), ("voucher_type", word), ("tekst", "vedtak 70012345")];
            assert_eq!(reason(&changes), "belop: a payment or correction without an amount");
        }
    }

    #[test]
    fn what_is_not_stated_stays_open() {
        let open = award(&[("malgruppe", ""), ("fra", ""), ("til", ""), ("orgnr", ""), ("kommnr", " 0301 ")]);
        assert_eq!((open.target_group, open.use_from, open.use_until), (None, None, None));
        assert_eq!((open.recipient.organisation_number, open.recipient.number.as_deref()), (None, Some("0301")));
        assert_eq!(award(&[("malgruppe", "VOKSNE")]).target_group, Some(TargetGroup::Adults));
        assert_eq!(award(&[("malgruppe", "ALLE")]).target_group, Some(TargetGroup::All));
    }

    #[test]
    fn a_payment_names_its_award() {
        for tekst in [
            "Utbetaling vedtak 70012345",
            "VEDTAK 70012345.",
            "1. termin, Vedtak\u{a0}70012345, delvedtak 2",
            "vedtak av 12.03, vedtak 12.03.2021: vedtak 70012345",
        ] {
            let record = read(&[("voucher_type", "TU"), ("tekst", tekst), ("voucher_no", "70012346")]).expect(tekst);
            let Content::Payment(payment) = record.content else { panic!("no payment") };
            assert_eq!(payment.award, "70012345", "{tekst}");
            assert_eq!(payment.disbursement.reference.as_deref(), Some("70012346"));
        }
        for tekst in ["", "Utbetaling", "vedtak", "vedtak70012345", "vedtaket 70012345", "vedtak nr 70012345", "vedtak 7001x", "vedtak 1, vedtak 2"] {
            let set_aside = read(&[("voucher_type", "TU"), ("tekst", tekst)]).expect_err(tekst);
            assert_eq!(set_aside.record, Some(RecordId::new("70012345/TU")));
            assert!(set_aside.reason.starts_with("tekst: "), "{}", set_aside.reason);
        }
    }

    #[test]
    fn a_bad_cell_is_named_and_quoted() {
        let cases = [
            ("voucher_type", "OM", "voucher_type: \"OM\" is none of SO, IN, AV, TR, TU, KR and PR"),
            ("voucher_type", "in", "voucher_type: \"in\" is none of SO, IN, AV, TR, TU, KR and PR"),
            ("voucher_no", "", "voucher_no: \"\" is no voucher number"),
            ("trans_date", "", "trans_date: \"\" is no date (dd.mm.yyyy)"),
            ("trans_date", "31.02.2021", "trans_date: \"31.02.2021\" is no date (dd.mm.yyyy)"),
            ("kap", "", "kap, post: \"\" and \"63\" are no budget post"),
            ("aar", "21", "aar: \"21\" is no year of four digits"),
            ("malgruppe", "BARN", "malgruppe: \"BARN\" is none of UNGE, VOKSNE, ALLE and empty"),
            ("fra", "1.4.2021", "fra: \"1.4.2021\" is no date (dd.mm.yyyy)"),
            ("til", "2021", "til: \"2021\" is no date (dd.mm.yyyy)"),
            ("belop", "750.000,001", "belop: \"750.000,001\" is no amount in kroner"),
        ];
        for (column, value, expected) in cases {
            assert_eq!(reason(&[(column, value)]), expected);
        }
        let long: &'static str = Box::leak("Å".repeat(5_000).into_boxed_str());
        assert!(reason(&[("kap", long), ("post", long)]).chars().count() <= REASON);
    }

    #[test]
    fn what_can_be_read_of_a_bad_row_is_told() {
        let set_aside = read(&[("belop", "x")]).expect_err("set aside");
        assert_eq!(set_aside.place, "NAV_TILSK_202103_0007.csv, line 12");
        assert_eq!(set_aside.record, Some(RecordId::new("70012345/IN")));
        assert_eq!((set_aside.post, set_aside.year), (Some(BudgetPost::new(621, 63)), Some(2021)));
        assert_eq!(set_aside.recipient.number.as_deref(), Some("3427"));
        assert_eq!(read(&[("voucher_type", "OM")]).expect_err("set aside").record, None);
    }

    /// A file with these rows below the page's header.
    fn whole(rows: &[&str], trailer: &str) -> Result<Delivered, Refusal> {
        let text = format!("{}\r\n{}\r\n{trailer}\r\n", COLUMNS.join(";"), rows.join("\r\n"));
        file(PLACE.file, PLACE.sequence, text.as_bytes())
    }

    #[test]
    fn a_misshapen_row_is_believed_only_where_its_cells_look_right() {
        let short = "70012345;IN;15.03.2021;0621;63;2021;940837685;34";
        let shifted = "70012346;IN;15.03.2021;63;2021;940837685;3427;Tynset;UNGE;;;1,00";
        let long = "70012347;IN;15.03.2021;0621;63;2021;940837685;3427;NAV; Tynset;UNGE;;;1,00";
        let delivered = whole(&[short, shifted, long], "#SLUTT;3;2,00").expect("accepted");
        let told: Vec<_> = delivered.set_aside.iter().map(|row| (row.post, row.year, row.recipient.clone())).collect();
        let recipient = |organisation: Option<&str>, number: Option<&str>| ReportedRecipient {
            organisation_number: organisation.map(str::to_owned),
            number: number.map(str::to_owned),
            name: None,
        };
        let post = Some(BudgetPost::new(621, 63));
        assert_eq!(told[0], (post, Some(2021), recipient(Some("940837685"), None)));
        assert_eq!(told[1], (None, None, recipient(None, None)));
        assert_eq!(told[2], (post, Some(2021), recipient(Some("940837685"), Some("3427"))));
        let ids: Vec<_> = delivered.set_aside.iter().filter_map(|row| row.record.clone()).collect();
        assert_eq!(ids, ["70012345/IN", "70012346/IN", "70012347/IN"].map(RecordId::new));
    }

    #[test]
    fn count_and_sum_are_held_against_all_rows() {
        let grant = &cells(&[("tekst", "Tynset")]).join(";")[..];
        let unknown = &cells(&[("tekst", ""), ("voucher_type", "OM"), ("belop", "-1 000,50")]).join(";")[..];
        let unreadable = &cells(&[("tekst", ""), ("voucher_no", "1"), ("belop", "x")]).join(";")[..];
        let silent = &cells(&[("tekst", ""), ("voucher_no", "2"), ("belop", "")]).join(";")[..];
        let counts = |delivered: Delivered| (delivered.records.len(), delivered.set_aside.len());
        assert_eq!(whole(&[grant, unknown, silent], "#SLUTT;3;748.999,50").map(counts), Ok((2, 1)));
        assert_eq!(whole(&[grant], "#SLUTT;2;750000,00").map(counts), Err(Refusal::new("#SLUTT counts 2 rows, the file has 1")));
        let disagrees = Refusal::new("the control sum of #SLUTT does not agree with the rows");
        assert_eq!(whole(&[grant], "#SLUTT;1;750000,01").map(counts), Err(disagrees.clone()));
        assert_eq!(whole(&[grant, silent], "#SLUTT;2;0,00").map(counts), Err(disagrees));
        assert_eq!(whole(&[grant, unreadable], "#SLUTT;2;1,00").map(counts), Ok((1, 1)));
    }

    #[test]
    fn a_row_that_comes_twice_may_be_counted_once_or_twice_and_is_one_record() {
        let (grant, bad) = (&cells(&[("tekst", "")]).join(";")[..], &cells(&[("tekst", ""), ("aar", "x")]).join(";")[..]);
        for trailer in ["#SLUTT;4;3000000,00", "#SLUTT;2;1500000,00"] {
            let delivered = whole(&[grant, bad, bad, grant], trailer).expect("accepted");
            let revisions: Vec<_> = delivered.records.iter().filter_map(|record| record.revision).collect();
            assert_eq!(revisions, [7 * LINES_PER_FILE + 2, 7 * LINES_PER_FILE + 5]);
            assert_eq!(delivered.set_aside.len(), 1);
        }
        assert!(whole(&[grant, bad, bad, grant], "#SLUTT;3;2250000,00").is_err());
    }
}
