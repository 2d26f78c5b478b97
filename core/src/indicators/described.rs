//! What a file of indicators holds and where it comes from, as data beside it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use programgrant_schema::IndicatorId;
use serde::Deserialize;

/// One file of indicators: where it comes from, and what its columns or contents are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorFile {
    pub path: String,
    pub format: IndicatorFormat,
    /// Who counted, and the table.
    pub source: String,
    pub licence: String,
    /// When it was read.
    pub read_on: Date,
    /// JSON-stat: the dimension whose codes are municipality numbers, where its role is not stated.
    pub region: Option<String>,
    /// JSON-stat: the category that is meant of each further dimension with several.
    #[serde(default)]
    pub select: BTreeMap<String, String>,
    #[serde(rename = "indicator")]
    pub indicators: Vec<IndicatorDescription>,
}

/// How a file of indicators is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum IndicatorFormat {
    /// Semicolons, `year;number;name` and a column for each indicator.
    Csv,
    /// As Statistics Norway serves it (`class` "dataset", `version` "2.0").
    JsonStat2,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorDescription {
    pub id: IndicatorId,
    /// Bokmål.
    pub name_nb: String,
    pub unit: String,
    /// Whether those of two municipalities can be added. A share of something cannot.
    pub can_be_added: bool,
    /// On which day of its year it is counted, as `01-01`; for what is counted through a year, its last.
    pub counted_on: String,
    /// Its column, or its code among the contents; its own key where left out.
    pub column: Option<String>,
    /// The indicator that it counts some of: what is left of that is not to be told where it is few.
    pub part_of: Option<IndicatorId>,
    /// The indicator that it is a share of something of.
    pub share_of: Option<IndicatorId>,
    /// Whether the figures are made up, which everybody who sees them is told.
    #[serde(default)]
    pub made_up: bool,
}

impl IndicatorDescription {
    pub fn column(&self) -> &str {
        self.column.as_deref().unwrap_or(self.id.as_str())
    }

    /// The day in that year on which it is counted; `None` where the description names no day.
    pub fn day_in(&self, year: i16) -> Option<Date> {
        let (month, day) = self.counted_on.split_once('-')?;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    }
}
