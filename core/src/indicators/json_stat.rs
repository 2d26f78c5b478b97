//! JSON-stat 2, as Statistics Norway and the Institute of Public Health serve it: a cube of values, whose missing cells have a sign.

use std::collections::{BTreeMap, HashMap};

use programgrant_schema::{MissingFigure, MunicipalityNumber, Observation};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::described::{IndicatorDescription, IndicatorFile};
use super::{BadRow, IndicatorError, IndicatorReading};

#[derive(Deserialize)]
struct Dataset<'a> {
    class: String,
    id: Vec<String>,
    size: Vec<usize>,
    dimension: HashMap<String, Dimension>,
    /// Read as text, so that no number becomes a float on the way.
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    role: Role,
}

#[derive(Deserialize)]
struct Dimension {
    category: Category,
}

#[derive(Deserialize)]
struct Category {
    index: Option<Index>,
    #[serde(default)]
    label: BTreeMap<String, String>,
}

/// Codes with their places, in no order, or codes in their order.
#[derive(Deserialize)]
#[serde(untagged)]
enum Index {
    Places(HashMap<String, usize>),
    Codes(Vec<String>),
}

/// All of them in their order, or those that are there, by their place.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cells<T> {
    All(Vec<T>),
    Some(HashMap<String, T>),
}

impl<'a> Cells<&'a RawValue> {
    fn read(raw: &'a RawValue) -> serde_json::Result<Self> {
        if raw.get().starts_with('[') {
            serde_json::from_str(raw.get()).map(Self::All)
        } else {
            serde_json::from_str(raw.get()).map(Self::Some)
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    ForAll(String),
    Each(Cells<Option<String>>),
}

#[derive(Deserialize, Default)]
struct Role {
    #[serde(default)]
    time: Vec<String>,
    #[serde(default)]
    geo: Vec<String>,
    #[serde(default)]
    metric: Vec<String>,
}

/// One dimension in use: its codes in the order of their places, and how far apart these lie.
struct Axis {
    name: String,
    codes: Vec<String>,
    stride: usize,
}

/// Reads one data set. Its dimensions are region, time and contents; of any other with several categories the file's description selects one.
pub fn read_json_stat(file: &IndicatorFile, text: &[u8]) -> Result<IndicatorReading, IndicatorError> {
    let refused = |reason: String| IndicatorError::NotJsonStat(reason);
    let dataset: Dataset = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
    if dataset.class != "dataset" {
        return Err(refused(format!("its class is {:?}", dataset.class)));
    }
    let values = Cells::read(dataset.value).map_err(|error| refused(error.to_string()))?;
    let axes = axes(&dataset, &values)?;
    let region = axis(&axes, file.region.as_ref().or(dataset.role.geo.first()), "region")?;
    let time = axis(&axes, dataset.role.time.first(), "time")?;
    let contents = dataset
        .role
        .metric
        .first()
        .map(|name| axis(&axes, Some(name), "contents"))
        .transpose()?;
    let base = base(&axes, file, &[Some(region), Some(time), contents])?;
    let mut reading = IndicatorReading::default();
    for indicator in &file.indicators {
        let offset = base + content(contents, indicator)?;
        for (year_place, year) in time.codes.iter().enumerate() {
            for (place, code) in region.codes.iter().enumerate() {
                let at = offset + year_place * time.stride + place * region.stride;
                take(
                    &values,
                    dataset.status.as_ref(),
                    indicator,
                    (year, code),
                    at,
                    &mut reading,
                );
            }
        }
    }
    Ok(reading)
}

fn axes(dataset: &Dataset<'_>, values: &Cells<&RawValue>) -> Result<Vec<Axis>, IndicatorError> {
    let refused = |reason: &str| IndicatorError::NotJsonStat(reason.to_owned());
    if dataset.id.len() != dataset.size.len() {
        return Err(refused("id and size are of different lengths"));
    }
    let cells = dataset
        .size
        .iter()
        .try_fold(1_usize, |cells, size| cells.checked_mul(*size));
    let cells = cells.ok_or_else(|| refused("it has more cells than can be counted"))?;
    if let Cells::All(values) = values
        && values.len() != cells
    {
        return Err(refused(&format!("{} values for {cells} cells", values.len())));
    }
    let mut stride = cells;
    let axis = |(name, size): (&String, &usize)| {
        let dimension = dataset
            .dimension
            .get(name)
            .ok_or_else(|| refused(&format!("{name} is not described")))?;
        let codes = codes(&dimension.category, *size).ok_or_else(|| {
            refused(&format!(
                "the categories of {name} are not one for each of {size} places"
            ))
        })?;
        stride /= (*size).max(1);
        Ok(Axis {
            name: name.clone(),
            codes,
            stride,
        })
    };
    dataset.id.iter().zip(&dataset.size).map(axis).collect()
}

/// The codes by place; `None` where a place has none or two.
fn codes(category: &Category, size: usize) -> Option<Vec<String>> {
    let codes = match &category.index {
        None => category.label.keys().cloned().collect(),
        Some(Index::Codes(codes)) => codes.clone(),
        Some(Index::Places(places)) => {
            let mut sorted: Vec<(&usize, &String)> = places.iter().map(|(code, place)| (place, code)).collect();
            sorted.sort();
            let are_all = sorted.iter().enumerate().all(|(place, (stated, _))| place == **stated);
            are_all.then(|| sorted.into_iter().map(|(_, code)| code.clone()).collect())?
        }
    };
    (codes.len() == size).then_some(codes)
}

fn axis<'a>(axes: &'a [Axis], name: Option<&String>, what: &str) -> Result<&'a Axis, IndicatorError> {
    let found = name.and_then(|name| axes.iter().find(|axis| axis.name == *name));
    found.ok_or_else(|| IndicatorError::NotJsonStat(format!("no dimension is its {what}")))
}

/// Where the cells lie that are selected of every further dimension.
fn base(axes: &[Axis], file: &IndicatorFile, used: &[Option<&Axis>]) -> Result<usize, IndicatorError> {
    let is_used = |axis: &Axis| used.iter().flatten().any(|other| other.name == axis.name);
    let mut base = 0;
    for axis in axes.iter().filter(|axis| !is_used(axis)) {
        let place = match file.select.get(&axis.name) {
            Some(code) => axis.codes.iter().position(|other| other == code),
            None => (axis.codes.len() == 1).then_some(0),
        };
        let place = place.ok_or_else(|| {
            IndicatorError::NotJsonStat(format!("which category of {} is meant is not selected", axis.name))
        })?;
        base += place * axis.stride;
    }
    Ok(base)
}

fn content(contents: Option<&Axis>, indicator: &IndicatorDescription) -> Result<usize, IndicatorError> {
    let Some(contents) = contents else {
        return Ok(0);
    };
    let place = contents.codes.iter().position(|code| code == indicator.column());
    let place = place.or((contents.codes.len() == 1 && indicator.column.is_none()).then_some(0));
    place
        .map(|place| place * contents.stride)
        .ok_or_else(|| IndicatorError::NoColumn(indicator.column().to_owned()))
}

/// Takes one cell. Codes of regions that are no municipality numbers, as the country's and the counties', are passed over.
fn take(
    values: &Cells<&RawValue>,
    signs: Option<&Status>,
    indicator: &IndicatorDescription,
    (year, code): (&str, &str),
    at: usize,
    reading: &mut IndicatorReading,
) {
    // `K-3813` and `K_3813` are how aggregations write it.
    let code = code.strip_prefix("K-").or(code.strip_prefix("K_")).unwrap_or(code);
    let Ok(number) = code.parse::<MunicipalityNumber>() else {
        return;
    };
    let taken = year_of(year)
        .ok_or_else(|| format!("{year:?} is no year"))
        .and_then(|year| Ok((year, observation(values, signs, at)?)))
        .and_then(|(year, observed)| reading.table.put(&indicator.id, year, number, observed));
    if let Err(reason) = taken {
        reading.bad_rows.push(BadRow {
            place: at as u64,
            reason: format!("{}: {reason}", indicator.column()),
        });
    }
}

/// `2021`, or `2021_2021` for a range of one year. A longer range is no year.
fn year_of(code: &str) -> Option<i16> {
    let (from, to) = code.split_once('_').unwrap_or((code, code));
    (from == to && from.len() == 4).then(|| from.parse().ok()).flatten()
}

fn observation(values: &Cells<&RawValue>, signs: Option<&Status>, at: usize) -> Result<Observation, String> {
    let value = match values {
        Cells::All(values) => values.get(at).copied(),
        Cells::Some(values) => values.get(&at.to_string()).copied(),
    };
    let status = status(signs, at);
    // A sign outranks a number that a program put in its place; `-` is a stated zero, `*` a figure that may change.
    if let Some(missing) = status.and_then(missing) {
        return Ok(Observation::Missing(missing));
    }
    match value.map(RawValue::get) {
        None | Some("null") if status == Some("-") => Ok(Observation::Value(Decimal::ZERO)),
        None | Some("null") => Ok(Observation::Missing(MissingFigure::Absent)),
        Some(text) => exact(text)
            .map(Observation::Value)
            .ok_or_else(|| format!("{text} is no number")),
    }
}

fn exact(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text)
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok())
}

fn missing(sign: &str) -> Option<MissingFigure> {
    (!sign.is_empty()).then(|| MissingFigure::of_sign(sign)).flatten()
}

fn status(status: Option<&Status>, at: usize) -> Option<&str> {
    match status? {
        Status::ForAll(sign) => Some(sign),
        Status::Each(Cells::All(signs)) => signs.get(at)?.as_deref(),
        Status::Each(Cells::Some(signs)) => signs.get(&at.to_string())?.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(select: &[(&str, &str)]) -> IndicatorFile {
        let indicator = |id: &str, column: &str| IndicatorDescription {
            id: id.parse().expect("a key"),
            name_nb: id.to_owned(),
            unit: "prosent".to_owned(),
            can_be_added: false,
            counted_on: "12-31".to_owned(),
            column: Some(column.to_owned()),
            part_of: None,
            share_of: None,
            made_up: false,
        };
        IndicatorFile {
            path: "12272.json".to_owned(),
            format: super::super::IndicatorFormat::JsonStat2,
            source: "Statistisk sentralbyrå, tabell 12272".to_owned(),
            licence: "CC BY 4.0".to_owned(),
            read_on: jiff::civil::date(2026, 8, 22),
            region: Some("KOKkommuneregion0000".to_owned()),
            select: select.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            indicators: vec![indicator("share", "KOSandel"), indicator("count", "KOSantall")],
        }
    }

    /// Two regions of which one is the country, two contents, two years, two ages; categories in no order.
    fn dataset(value: &str, status: &str) -> String {
        format!(
            r#"{{"version":"2.0","class":"dataset","label":"x","source":"SSB","updated":"2026-06-15T06:00:00Z",
            "id":["KOKkommuneregion0000","ContentsCode","Tid","Alder"],"size":[3,2,2,2],
            "role":{{"time":["Tid"],"metric":["ContentsCode"]}},
            "dimension":{{
              "KOKkommuneregion0000":{{"label":"region","category":{{"index":{{"EAK":2,"3813":0,"3812":1}},"label":{{"EAK":"Landet"}}}}}},
              "ContentsCode":{{"category":{{"index":["KOSantall","KOSandel"]}}}},
              "Tid":{{"category":{{"index":{{"2020":1,"2019":0}}}}}},
              "Alder":{{"category":{{"index":["a","b"]}}}}}},
            "value":{value}{status}}}"#
        )
    }

    fn all() -> String {
        let values: Vec<String> = (0..24).map(|place| format!("{place}.10")).collect();
        format!("[{}]", values.join(","))
    }

    fn get(reading: &IndicatorReading, id: &str, year: i16, number: &str) -> Option<Observation> {
        reading
            .table
            .get(&id.parse().expect("a key"), year, number.parse().expect("a number"))
    }

    #[test]
    fn a_cell_lies_where_its_places_say_and_is_exact() {
        let reading = read_json_stat(&file(&[("Alder", "b")]), dataset(&all(), "").as_bytes()).expect("read");
        let value = |whole: i64| Some(Observation::Value(Decimal::new(whole * 100 + 10, 2)));
        // 3812 is the second region, the share the second content, 2020 the second year, b the second age: 8 + 4 + 2 + 1.
        assert_eq!(get(&reading, "share", 2020, "3812"), value(15));
        assert_eq!(get(&reading, "count", 2019, "3813"), value(1));
        assert_eq!(reading.table.count(), 8, "the country is no municipality");
        assert!(reading.bad_rows.is_empty());
    }

    #[test]
    fn a_sign_is_never_zero_and_outranks_a_number() {
        let status = r#","status":{"1":":","3":"..","9":"-"}"#;
        let text = dataset(r#"{"1":0,"5":1.5,"15":null}"#, status);
        let reading = read_json_stat(&file(&[("Alder", "b")]), text.as_bytes()).expect("read");
        let missing = |why| Some(Observation::Missing(why));
        assert_eq!(
            get(&reading, "count", 2019, "3813"),
            missing(MissingFigure::Confidential)
        );
        assert_eq!(
            get(&reading, "count", 2020, "3813"),
            missing(MissingFigure::NotAvailable)
        );
        assert_eq!(get(&reading, "share", 2020, "3812"), missing(MissingFigure::Absent));
        assert_eq!(
            get(&reading, "count", 2019, "3812"),
            Some(Observation::Value(Decimal::ZERO))
        );
        assert_eq!(
            get(&reading, "share", 2019, "3813"),
            Some(Observation::Value(Decimal::new(15, 1)))
        );
    }

    #[test]
    fn what_is_meant_must_be_said() {
        let error =
            |file: &IndicatorFile, text: &str| read_json_stat(file, text.as_bytes()).expect_err("refused").to_string();
        assert!(error(&file(&[]), &dataset(&all(), "")).contains("Alder"));
        assert!(error(&file(&[("Alder", "b")]), &dataset("[1,2]", "")).contains("2 values for 24 cells"));
        let mut other = file(&[("Alder", "b")]);
        other.indicators[0].column = Some("KOSannet".to_owned());
        assert!(error(&other, &dataset(&all(), "")).contains("KOSannet"));
    }
}
