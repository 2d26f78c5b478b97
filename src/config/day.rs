//! Days in the configuration.

use jiff::civil::Date;
use serde::Deserialize;

/// A day, as a TOML date or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DayForm")]
pub struct Day(pub Date);

#[derive(Deserialize)]
#[serde(untagged)]
enum DayForm {
    Toml(toml::value::Datetime),
    Text(String),
}

impl TryFrom<DayForm> for Day {
    type Error = String;

    fn try_from(form: DayForm) -> Result<Self, Self::Error> {
        let text = match form {
            DayForm::Toml(date) => date.to_string(),
            DayForm::Text(text) => text,
        };
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        day.map(Self)
            .ok_or_else(|| format!("{text:?} is no day such as 2027-01-01"))
    }
}
