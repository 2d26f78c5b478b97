//! Indicators in semicolons, one row for each year and municipality number.

use ::csv::{ByteRecord, ReaderBuilder};
use programgrant_schema::{MissingFigure, MunicipalityNumber, Observation};
use rust_decimal::Decimal;

use super::described::{IndicatorDescription, IndicatorFile};
use super::{BadRow, IndicatorError, IndicatorReading};

/// Where the wanted columns stand.
struct Columns<'a> {
    year: usize,
    number: usize,
    indicators: Vec<(usize, &'a IndicatorDescription)>,
}

/// Reads UTF-8 with one header line; columns that nobody described are passed over. Numbers have a point before their decimals, and no
/// separator of thousands.
pub fn read_csv(file: &IndicatorFile, text: &[u8]) -> Result<IndicatorReading, IndicatorError> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text);
    let not_a_table = |error: ::csv::Error| IndicatorError::NotATable(error.to_string());
    let header = reader.byte_headers().map_err(not_a_table)?.clone();
    let columns = columns(file, &header)?;
    let mut reading = IndicatorReading::default();
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(not_a_table)? {
        let line = line_of(&row, text);
        if row.len() != header.len() {
            bad(
                &mut reading,
                line,
                format!("{} cells instead of {}", row.len(), header.len()),
            );
            continue;
        }
        if let Err(reason) = take(&row, &columns, line, &mut reading) {
            bad(&mut reading, line, reason);
        }
    }
    Ok(reading)
}

/// The line that the row begins on, as an editor counts. The reader passes blank lines over together with the row after them.
fn line_of(row: &ByteRecord, text: &[u8]) -> u64 {
    let Some(position) = row.position() else {
        return 0;
    };
    let begun = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..));
    let blank = begun
        .into_iter()
        .flatten()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

fn columns<'a>(file: &'a IndicatorFile, header: &ByteRecord) -> Result<Columns<'a>, IndicatorError> {
    let place = |name: &str| {
        let mut places = header.iter().enumerate().filter(|(_, cell)| *cell == name.as_bytes());
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(place),
            (Some(_), Some(_)) => Err(IndicatorError::ColumnTwice(name.to_owned())),
            (None, _) => Err(IndicatorError::NoColumn(name.to_owned())),
        }
    };
    let indicators = file.indicators.iter();
    Ok(Columns {
        year: place("year")?,
        number: place("number")?,
        indicators: indicators
            .map(|indicator| Ok((place(indicator.column())?, indicator)))
            .collect::<Result<_, _>>()?,
    })
}

fn bad(reading: &mut IndicatorReading, place: u64, reason: String) {
    reading.bad_rows.push(BadRow { place, reason });
}

/// Takes a row's cells; a cell that cannot be read spoils no other.
fn take(row: &ByteRecord, columns: &Columns<'_>, line: u64, reading: &mut IndicatorReading) -> Result<(), String> {
    let cell = |place: usize| std::str::from_utf8(&row[place]).map_err(|_| "it is not UTF-8".to_owned());
    let year = cell(columns.year)?;
    let year: i16 = year.parse().map_err(|_| format!("{year:?} is no year"))?;
    let number: MunicipalityNumber = cell(columns.number)?.parse().map_err(|error| format!("{error}"))?;
    for (place, indicator) in &columns.indicators {
        let observed = cell(*place).and_then(observation);
        let taken = observed.and_then(|observed| reading.table.put(&indicator.id, year, number, observed));
        if let Err(reason) = taken {
            bad(reading, line, format!("{}: {reason}", indicator.column()));
        }
    }
    Ok(())
}

fn observation(cell: &str) -> Result<Observation, String> {
    if let Some(missing) = MissingFigure::of_sign(cell) {
        return Ok(Observation::Missing(missing));
    }
    match Decimal::from_str_exact(cell) {
        Ok(value) if is_plain(cell) => Ok(Observation::Value(value)),
        _ => Err(format!("{cell:?} is no number with a point before its decimals")),
    }
}

/// Digits with at most one point between them, and a sign.
fn is_plain(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let parts: Vec<&str> = digits.split('.').collect();
    let are_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() <= 2 && parts.iter().all(are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> IndicatorFile {
        let indicator = |id: &str| IndicatorDescription {
            id: id.parse().expect("a key"),
            name_nb: id.to_owned(),
            unit: "personer".to_owned(),
            can_be_added: true,
            counted_on: "01-01".to_owned(),
            column: None,
            part_of: None,
            share_of: None,
            made_up: false,
        };
        IndicatorFile {
            path: "x.csv".to_owned(),
            format: super::super::IndicatorFormat::Csv,
            source: "Statistisk sentralbyrå".to_owned(),
            licence: "CC BY 4.0".to_owned(),
            read_on: jiff::civil::date(2026, 8, 22),
            region: None,
            select: std::collections::BTreeMap::new(),
            indicators: vec![indicator("young"), indicator("old")],
        }
    }

    #[test]
    fn a_bad_cell_is_named_with_its_line_and_spoils_no_other() {
        let text = "year;number;name;young;old\n2020;3813;Bamble;12;1 000\n\n20x0;3812;Siljan;1;2\n2020;3812;Siljan;:;\n\
                    2020;381;Kort;1;2\n2020;3812;Siljan;5;7.5\n2020;3801;Horten;1\n";
        let reading = read_csv(&file(), text.as_bytes()).expect("a table");
        let places: Vec<u64> = reading.bad_rows.iter().map(|bad| bad.place).collect();
        // Line 7 says Siljan's figures once more.
        assert_eq!(places, [2, 4, 6, 7, 7, 8], "{:?}", reading.bad_rows);
        let young = "young".parse().expect("a key");
        let get = |number: &str| reading.table.get(&young, 2020, number.parse().expect("a number"));
        assert_eq!(get("3813"), Some(Observation::Value(Decimal::from(12))));
        assert_eq!(get("3812"), Some(Observation::Missing(MissingFigure::Confidential)));
        assert_eq!(get("3801"), None);
    }

    #[test]
    fn no_cell_is_a_number_by_chance() {
        for wrong in ["1e3", "+5", "1,5", "1 000", "0x10", ".5", "5.", "NaN", "-"] {
            assert!(observation(wrong).is_err(), "{wrong}");
        }
        assert_eq!(observation("-0.50"), Ok(Observation::Value(Decimal::new(-50, 2))));
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let error = read_csv(&file(), b"year;number;young\n").expect_err("refused");
        assert_eq!(error, IndicatorError::NoColumn("old".to_owned()));
    }
}
