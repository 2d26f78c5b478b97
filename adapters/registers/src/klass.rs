//! KLASS, classification 131: every number of a municipality with its days, and every change of one. It has no organisation numbers.

use jiff::civil::{Date, date};
use programgrant_contract::json::{self, Field, Flaw, Raw};
use programgrant_contract::{Http, SourceError};
use programgrant_schema::{MunicipalityNumber, NumberChange, NumberPeriod, Numbers};
use reqwest::Url;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::below;

/// The first day that is asked about: the tables that the gateway brings along begin with that year.
pub const SINCE: Date = date(2017, 1, 1);
/// How many years ahead changes are asked for.
const AHEAD: i16 = 10;
/// What Statistics Norway calls a municipality that is not stated.
const NOT_STATED: &str = "9999";

/// Where KLASS answers.
#[derive(Debug, Clone)]
pub struct Klass {
    http: Http,
    base: Url,
}

impl Klass {
    /// `base` is that of the whole interface, such as `https://data.ssb.no/api/klass/v1`.
    pub const fn new(http: Http, base: Url) -> Self {
        Self { http, base }
    }

    /// Every number that was valid since [`SINCE`] or is going to be, and every change.
    pub async fn numbers(&self, today: Date) -> Result<Numbers, SourceError> {
        let codes = self.get("codes", &[]).await?;
        let until = date(today.year().saturating_add(AHEAD).min(9999), 1, 1).to_string();
        let changes = self.get("changes", &[("to", &until)]).await?;
        Ok(Numbers {
            since: SINCE,
            periods: periods(&codes)?,
            changes: read_changes(&changes)?,
        })
    }

    async fn get(&self, what: &str, more: &[(&str, &str)]) -> Result<Vec<u8>, SourceError> {
        let url = below(&self.base, &["classifications", "131", what])?;
        let since = SINCE.to_string();
        let build = |client: &reqwest::Client| {
            let request = client.get(url.clone()).query(&[("from", since.as_str())]).query(more);
            request
                .query(&[("includeFuture", "true")])
                .header(ACCEPT, "application/json")
        };
        let reply = self.http.send(build).await?;
        if !reply.status.is_success() {
            return Err(reply.failure());
        }
        Ok(reply.body.to_vec())
    }
}

#[derive(Deserialize)]
struct Codes<'a> {
    #[serde(borrow)]
    codes: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the register's own names")]
struct Code<'a> {
    #[serde(borrow)]
    code: Raw<'a>,
    name: Raw<'a>,
    valid_from: Raw<'a>,
    valid_to: Raw<'a>,
    valid_from_in_requested_range: Raw<'a>,
    valid_to_in_requested_range: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changes<'a> {
    #[serde(borrow)]
    code_changes: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the register's own names")]
struct Change<'a> {
    #[serde(borrow)]
    old_code: Raw<'a>,
    new_code: Raw<'a>,
    change_occurred: Raw<'a>,
}

/// Reads an answer of `codes`. One that cannot be read spoils the whole: a municipality less is no small matter.
pub fn periods(body: &[u8]) -> Result<Vec<NumberPeriod>, SourceError> {
    let codes: Codes<'_> = whole(body, "codes")?;
    let codes = codes
        .codes
        .ok_or_else(|| SourceError::malformed("codes", "is missing"))?;
    let mut periods: Vec<NumberPeriod> = Vec::new();
    for (index, raw) in codes.iter().enumerate() {
        let period = period(raw, index).map_err(|flaw| SourceError::malformed(format!("codes[{index}]"), flaw.0))?;
        if period.number.as_str() != NOT_STATED {
            periods.push(period);
        }
    }
    if periods.is_empty() {
        return Err(SourceError::malformed("codes", "no municipality at all"));
    }
    periods.sort_by_key(|period| (period.number, period.from));
    joined(periods)
}

fn period(raw: &RawValue, index: usize) -> Result<NumberPeriod, Flaw> {
    let field = Field::new(format!("codes[{index}]"), Some(raw));
    let code: Code<'_> = field.required(Field::object)?;
    let day = |whole: (&'static str, Raw<'_>), in_range: (&'static str, Raw<'_>)| {
        let stated = Field::new(whole.0, whole.1).date()?;
        stated.map_or_else(|| Field::new(in_range.0, in_range.1).date(), |day| Ok(Some(day)))
    };
    let from = day(
        ("validFrom", code.valid_from),
        ("validFromInRequestedRange", code.valid_from_in_requested_range),
    )?;
    let until = day(
        ("validTo", code.valid_to),
        ("validToInRequestedRange", code.valid_to_in_requested_range),
    )?;
    let period = NumberPeriod {
        number: number("code", code.code)?.ok_or_else(|| Field::new("code", None).flaw("is missing"))?,
        name: Field::new("name", code.name).required(Field::label)?,
        from: from.ok_or_else(|| Field::new("validFromInRequestedRange", None).flaw("is missing"))?,
        until,
    };
    if period.until.is_some_and(|until| until <= period.from) {
        return Err(Flaw(format!("{} ends before it begins", period.number)));
    }
    Ok(period)
}

/// One period for each number: a change of its name makes two of one, which follow each other. The name is the last one's.
fn joined(periods: Vec<NumberPeriod>) -> Result<Vec<NumberPeriod>, SourceError> {
    let mut joined: Vec<NumberPeriod> = Vec::with_capacity(periods.len());
    for period in periods {
        match joined.last_mut().filter(|last| last.number == period.number) {
            Some(last) if last.until.is_some_and(|until| until < period.from) => {
                let reason = format!(
                    "{} ends and begins anew, as another municipality's number might",
                    period.number
                );
                return Err(SourceError::malformed("codes", reason));
            }
            Some(last) => {
                last.name = period.name;
                last.until = last.until.and_then(|until| Some(until.max(period.until?)));
            }
            None => joined.push(period),
        }
    }
    Ok(joined)
}

/// Reads an answer of `changes`. What has no old or no new number, and a change of a name alone, changes nobody's number.
pub fn read_changes(body: &[u8]) -> Result<Vec<NumberChange>, SourceError> {
    let changes: Changes<'_> = whole(body, "codeChanges")?;
    let changes = changes
        .code_changes
        .ok_or_else(|| SourceError::malformed("codeChanges", "is missing"))?;
    let mut read = Vec::new();
    for (index, raw) in changes.iter().enumerate() {
        let change = change(raw).map_err(|flaw| SourceError::malformed(format!("codeChanges[{index}]"), flaw.0))?;
        read.extend(change);
    }
    read.sort_unstable();
    read.dedup();
    Ok(read)
}

fn change(raw: &RawValue) -> Result<Option<NumberChange>, Flaw> {
    let change: Change<'_> = Field::new("change", Some(raw)).required(Field::object)?;
    let on = Field::new("changeOccurred", change.change_occurred).required(Field::date)?;
    let (old, new) = (number("oldCode", change.old_code)?, number("newCode", change.new_code)?);
    Ok(match (old, new) {
        (Some(old), Some(new)) if old != new => Some(NumberChange { on, old, new }),
        _ => None,
    })
}

fn number(name: &'static str, raw: Raw<'_>) -> Result<Option<MunicipalityNumber>, Flaw> {
    Field::new(name, raw).parse("municipality number", |text| text.parse().ok())
}

fn whole<'a, T: Deserialize<'a>>(body: &'a [u8], place: &str) -> Result<T, SourceError> {
    let text = std::str::from_utf8(body).map_err(|_| SourceError::malformed(place, "is no UTF-8"))?;
    json::object(text).ok_or_else(|| SourceError::malformed(place, "is no JSON object of its form, or breaks off"))
}
