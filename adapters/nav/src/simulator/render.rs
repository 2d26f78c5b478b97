//! A file's bytes, and those of its `.ok`, as a fault will have them.

use encoding_rs::WINDOWS_1252;
use programgrant_contract::simulation::fault;
use programgrant_schema::Ore;
use sha2::{Digest, Sha256};

use crate::cell;
use crate::simulator::say::Voucher;
use crate::simulator::{
    File, NO_OK, ODD_AMOUNTS, SKIPPED_NUMBER, TOO_FEW_COLUMNS, UTF_8_BOM, WRONG_COUNT, WRONG_HASH, WRONG_SUM,
};
use crate::wire::COLUMNS;

/// What lies, or does not lie, under one name.
pub struct Copy {
    pub stem: String,
    pub csv: Option<Vec<u8>>,
    pub ok: Option<Vec<u8>>,
}

/// Everything that may lie in the folder of one file: under its own name, and under that of the month after. `is_first`
/// where it is the first file that the fault acts on.
pub fn copies(file: &File, fault: Option<&str>, is_first: bool) -> [Copy; 2] {
    let bytes = csv(file, fault, is_first);
    let ok = match fault {
        // A broken file whose hash told of it would leave `#SLUTT` untried.
        Some(fault::CUT) => Vec::new(),
        Some(WRONG_HASH) => sha256(b"another file"),
        // NAV does either.
        _ if file.sequence.is_multiple_of(2) => Vec::new(),
        _ => sha256(&bytes),
    };
    let is_withheld = |name| is_first && fault == Some(name);
    let csv = Some(bytes).filter(|_| !is_withheld(SKIPPED_NUMBER));
    let ok = Some(ok).filter(|_| !is_withheld(SKIPPED_NUMBER) && !is_withheld(NO_OK));
    let is_twice = fault == Some(fault::TWICE);
    let again = Copy {
        stem: stem(file, 1),
        csv: csv.clone().filter(|_| is_twice),
        ok: ok.clone().filter(|_| is_twice),
    };
    [
        Copy {
            stem: stem(file, 0),
            csv,
            ok,
        },
        again,
    ]
}

/// `NAV_TILSK_{YYYYMM}_{NNNN}`, so many months after the last booking.
fn stem(file: &File, months_later: i32) -> String {
    let last = file
        .vouchers
        .iter()
        .map(|voucher| voucher.booked)
        .max()
        .unwrap_or(jiff::civil::date(2021, 1, 1));
    let month = last
        .first_of_month()
        .saturating_add(jiff::Span::new().months(months_later));
    format!("NAV_TILSK_{:04}{:02}_{:04}", month.year(), month.month(), file.sequence)
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    format!("{:x}", Sha256::digest(bytes)).into_bytes()
}

fn csv(file: &File, fault: Option<&str>, is_first: bool) -> Vec<u8> {
    let mut rows = rows(file, fault);
    let mut sum =
        Ore::checked_sum(file.vouchers.iter().filter_map(|voucher| voucher.belop)).expect("a file's sum is an amount");
    if fault == Some(fault::TWICE) {
        rows = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect();
        sum = sum.checked_add(sum).expect("a file's sum is an amount");
    }
    if is_first && fault == Some(fault::BAD_RECORD) {
        rows.push(stray_row(file, "OM"));
    }
    if is_first && fault == Some(TOO_FEW_COLUMNS) {
        let mut row = stray_row(file, "TU");
        row.truncate(10);
        rows.push(row);
    }
    let mut header: Vec<String> = ["client", "period"]
        .into_iter()
        .chain(COLUMNS)
        .map(str::to_owned)
        .collect();
    if fault == Some(fault::UNKNOWN_FIELDS) {
        for (row, unknown) in std::iter::once(&mut header)
            .chain(&mut rows)
            .zip(std::iter::once("prosjekt").chain(std::iter::repeat("P-42")))
        {
            row.reverse();
            row.insert(3, unknown.to_owned());
        }
    }
    let count = rows.len() + usize::from(fault == Some(WRONG_COUNT));
    if fault == Some(WRONG_SUM) {
        sum = Ore::new(1)
            .and_then(|ore| sum.checked_add(ore))
            .expect("a file's sum is an amount");
    }
    let table = table(&header, &rows);
    if fault == Some(fault::CUT) {
        // In the middle of the last row, or of the header where there is none.
        return encode(&table[..table.floor_char_boundary(table.len() - 12)], fault);
    }
    encode(
        &format!("{table}#SLUTT;{count};{}\r\n", cell::say_amount(sum, '-', None)),
        fault,
    )
}

fn rows(file: &File, fault: Option<&str>) -> Vec<Vec<String>> {
    const SIGNS: [char; 2] = ['-', '\u{2013}'];
    const MARKS: [Option<char>; 4] = [Some(' '), Some('\u{a0}'), Some('.'), None];
    let row = |(index, voucher): (usize, &Voucher)| {
        let mut cells = voucher.cells.clone();
        if let Some(amount) = voucher.belop.filter(|_| fault == Some(ODD_AMOUNTS)) {
            cells[12] = cell::say_amount(amount, SIGNS[index % 2], MARKS[index % 4]);
        }
        let before = [
            "NA".to_owned(),
            format!("{:04}{:02}", voucher.booked.year(), voucher.booked.month()),
        ];
        before.into_iter().chain(cells).collect()
    };
    file.vouchers.iter().enumerate().map(row).collect()
}

/// One more row of that type, for the recipient of the first.
fn stray_row(file: &File, voucher_type: &str) -> Vec<String> {
    let mut row = [
        "NA",
        "202101",
        "99999999",
        voucher_type,
        "31.01.2021",
        "0621",
        "63",
        "2021",
        "",
        "0301",
        "Uten navn",
        "",
        "",
        "",
        "0,00",
    ]
    .map(str::to_owned);
    if let Some(voucher) = file.vouchers.first() {
        row[5..10].clone_from_slice(&voucher.cells[3..8]);
    }
    row.to_vec()
}

fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        writer.write_record(row).expect("memory can be written");
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("text stays text")
}

/// # Panics
///
/// If the text holds what Windows-1252 does not.
fn encode(text: &str, fault: Option<&str>) -> Vec<u8> {
    if fault == Some(UTF_8_BOM) {
        return format!("\u{feff}{text}").into_bytes();
    }
    let (bytes, _, has_errors) = WINDOWS_1252.encode(text);
    assert!(!has_errors, "Windows-1252 cannot say {text:?}");
    bytes.into_owned()
}
