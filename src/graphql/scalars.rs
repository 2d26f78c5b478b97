//! The scalars: exact money, dates and instants, each checked on the way in and canonical on the way out.

use async_graphql::{InputValueError, InputValueResult, Number, Scalar, ScalarType, Value};

const NOT_ORE: &str = "not a whole number of øre within ±(2^53 − 1)";
const NOT_A_DATE: &str = "not a date such as 2021-06-01";
const NOT_AN_INSTANT: &str = "not an instant such as 2021-06-01T12:00:00Z";

/// Why a value is none of a scalar's; whatever is not listed takes any.
pub fn check(scalar: &str, value: &Value) -> Result<(), String> {
    let value = value.clone();
    match scalar {
        "Ore" => Ore::parse(value).map(drop).map_err(|_| NOT_ORE.to_owned()),
        "Date" => Date::parse(value).map(drop).map_err(|_| NOT_A_DATE.to_owned()),
        "DateTime" => DateTime::parse(value).map(drop).map_err(|_| NOT_AN_INSTANT.to_owned()),
        _ => Ok(()),
    }
}

/// Øre, hundredths of a krone: a whole number, exact, written as a JSON number between −(2^53 − 1) and 2^53 − 1. Never a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ore(pub programgrant_schema::Ore);

#[Scalar(name = "Ore", use_type_description = true)]
impl ScalarType for Ore {
    fn parse(value: Value) -> InputValueResult<Self> {
        let whole = match &value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        };
        let amount = whole.and_then(programgrant_schema::Ore::new);
        amount.map(Self).ok_or_else(|| InputValueError::custom(NOT_ORE))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::Number(Number::from(self.0.get()))
    }
}

impl async_graphql::Description for Ore {
    fn description() -> &'static str {
        "Øre, hundredths of a krone: a whole number, exact, written as a JSON number between −(2^53 − 1) and 2^53 − 1. Never a float."
    }
}

/// ISO 8601 calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub jiff::civil::Date);

#[Scalar(name = "Date", use_type_description = true)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let refuse = || InputValueError::custom("not a date such as 2021-06-01");
        let Value::String(text) = value else {
            return Err(refuse());
        };
        let date: jiff::civil::Date = text.parse().map_err(|_| refuse())?;
        // The parser knows more forms than the one that is documented.
        if date.to_string() == text {
            Ok(Self(date))
        } else {
            Err(refuse())
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_string())
    }
}

impl async_graphql::Description for Date {
    fn description() -> &'static str {
        "ISO 8601 calendar date, such as 2021-06-01."
    }
}

/// RFC 3339 instant, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub jiff::Timestamp);

#[Scalar(name = "DateTime", use_type_description = true)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let instant = match &value {
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        instant.map(Self).ok_or_else(|| InputValueError::custom(NOT_AN_INSTANT))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.to_string())
    }
}

impl async_graphql::Description for DateTime {
    fn description() -> &'static str {
        "RFC 3339 instant, in UTC, such as 2021-06-01T12:00:00Z."
    }
}
