//! `IMDi`'s list of *Kommunale innvandrertiltak*: a workbook as somebody keeps it, with a title over several columns, a sum in the last row,
//! a municipality number whose leading zero was eaten and dates that are text.

use std::collections::BTreeMap;
use std::io;

use jiff::civil::Date;
use programgrant_schema::{BudgetPost, MunicipalityRegister, Ore};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{IMDI, List};
use crate::demo::data::bodies::{self, Body};
use crate::demo::data::{accounts, drawn};

const NAME: &str = "Integrerings- og mangfoldsdirektoratet (IMDi)";
const TITLE: &str = "Kommunale innvandrertiltak – beløpene per kommune er oppdiktet";
const SHEET: &str = "Vedtak";
const HEADER: [&str; 14] = [
    "Saksnr",
    "År",
    "Kap",
    "Post",
    "Orgnr",
    "Kommunenr",
    "Kommune",
    "Status",
    "Søkt",
    "Tildelt",
    "Utbetalt",
    "Vedtaksdato",
    "Merknad",
    "Antall",
];
/// The row of the header, from 0.
const HEADER_ROW: u32 = 2;
/// Its municipality number begins with the zero that a number cell cannot have.
const OSLO: &str = "0301";

/// A row of the list.
struct Row {
    year: i16,
    post: BudgetPost,
    number: usize,
    body: Body,
    applied: Ore,
    granted: Ore,
}

pub fn list(register: &MunicipalityRegister) -> io::Result<List> {
    let rows: Vec<Row> = years()
        .into_iter()
        .flat_map(|(year, on_post)| of_year(register, year, on_post))
        .collect();
    let bytes = workbook(&rows).map_err(io::Error::other)?;
    Ok(List {
        source: IMDI,
        name: NAME,
        mapping: include_str!("imdi.toml"),
        files: vec![("kommunale_innvandrertiltak_2025.xlsx".to_owned(), bytes)],
    })
}

/// The scheme's post of each year, and what reached municipalities on it.
fn years() -> BTreeMap<i16, (BudgetPost, Ore)> {
    let post = |year| match year {
        ..=2017 => BudgetPost::new(496, 62),
        2018..=2021 => BudgetPost::new(291, 62),
        _ => BudgetPost::new(671, 62),
    };
    let paid = |year| Some((year, (post(year), accounts::to_municipalities(post(year), year)?)));
    (2016..=2025).filter_map(paid).collect()
}

/// About every ninth municipality gets something, and a few apply in vain.
fn of_year(register: &MunicipalityRegister, year: i16, (post, paid): (BudgetPost, Ore)) -> Vec<Row> {
    let lot = |body: &Body, what: &str| drawn(&["imdi", &body.lot, &year.to_string(), what]);
    let everybody = bodies::in_year(register, year);
    let is_in = |body: &&Body| body.number.as_str() == OSLO || lot(body, "turn").is_multiple_of(9);
    let (granted, others): (Vec<&Body>, Vec<&Body>) = everybody.iter().partition(is_in);
    let refused: Vec<&Body> = others
        .into_iter()
        .filter(|body| lot(body, "refused").is_multiple_of(40))
        .collect();
    let weights: Vec<u64> = granted.iter().map(|body| 20 + lot(body, "weight") % 80).collect();
    let amounts = whole_kroner(paid, &weights)
        .into_iter()
        .chain(refused.iter().map(|_| Ore::ZERO));
    let bodies = granted.iter().chain(&refused);
    let row = |(place, (body, granted)): (usize, (&&Body, Ore))| Row {
        year,
        post,
        number: place + 1,
        body: (*body).clone(),
        applied: applied(granted, lot(body, "applied")),
        granted,
    };
    bodies.zip(amounts).enumerate().map(row).collect()
}

/// The amount, a number of whole kroner, in parts of whole kroner.
fn whole_kroner(amount: Ore, weights: &[u64]) -> Vec<Ore> {
    let kroner = Ore::new(amount.get() / 100).and_then(|kroner| kroner.split(weights));
    let parts = kroner.unwrap_or_default().into_iter();
    parts.filter_map(|part| Ore::from_kroner(part.get())).collect()
}

fn applied(granted: Ore, lot: u64) -> Ore {
    let more = i64::try_from(lot % 9)
        .ok()
        .and_then(|more| Ore::from_kroner(50_000 * (1 + more)));
    more.filter(|_| granted == Ore::ZERO || lot.is_multiple_of(3))
        .and_then(|more| granted.checked_add(more))
        .unwrap_or(granted)
}

fn workbook(rows: &[Row]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(SHEET)?;
    sheet.merge_range(0, 0, 0, 6, TITLE, &Format::new().set_bold())?;
    sheet.write_row(HEADER_ROW, 0, HEADER)?;
    let mut line = HEADER_ROW + 1;
    for row in rows {
        write(sheet, line, row)?;
        line += 1;
    }
    sheet.write(line, 0, "Sum")?;
    sheet.write(line, 10, kroner(rows.iter().map(|row| row.granted)))?;
    sheet.write(line, 13, u32::try_from(rows.len()).unwrap_or(u32::MAX))?;
    workbook.save_to_buffer()
}

fn write(sheet: &mut Worksheet, line: u32, row: &Row) -> Result<(), XlsxError> {
    let Row { body, post, .. } = row;
    sheet.write(line, 0, format!("{:02}/{:04}", row.year % 100, row.number))?;
    sheet.write(line, 1, row.year)?;
    sheet.write(line, 2, post.chapter)?;
    sheet.write(line, 3, post.post)?;
    sheet.write(
        line,
        4,
        body.organisation_number
            .map(|number| number.to_string())
            .unwrap_or_default(),
    )?;
    match body.number.as_str() {
        OSLO => sheet.write(line, 5, 301)?,
        number => sheet.write(line, 5, number)?,
    };
    sheet.write(line, 6, &body.name)?;
    sheet.write(line, 7, if row.granted == Ore::ZERO { "Avslag" } else { "Utbetalt" })?;
    sheet.write(line, 8, kroner([row.applied]))?;
    sheet.write(line, 9, kroner([row.granted]))?;
    sheet.write(line, 10, kroner([row.granted]))?;
    write_day(sheet, line, row)
}

/// Most days are dates; every ninth somebody typed.
fn write_day(sheet: &mut Worksheet, line: u32, row: &Row) -> Result<(), XlsxError> {
    let day = Date::constant(row.year, 5, 1 + i8::try_from(row.number % 28).unwrap_or_default());
    if row.number.is_multiple_of(9) {
        sheet.write(line, 11, format!("{}.{}.{}", day.day(), day.month(), day.year()))?;
        return Ok(());
    }
    let (year, month, day) = (
        day.year().unsigned_abs(),
        day.month().unsigned_abs(),
        day.day().unsigned_abs(),
    );
    let day = ExcelDateTime::from_ymd(year, month, day)?;
    sheet.write_with_format(line, 11, &day, &Format::new().set_num_format("dd.mm.yyyy"))?;
    Ok(())
}

/// As a spreadsheet's number: whole kroner of this size are exact in it.
fn kroner(amounts: impl IntoIterator<Item = Ore>) -> u32 {
    let sum = Ore::checked_sum(amounts).map_or(0, Ore::get);
    u32::try_from(sum / 100).expect("a year's kroner, and all years' together, are below 2^32")
}
