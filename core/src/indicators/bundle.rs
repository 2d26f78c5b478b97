//! Several files of indicators as one: what each indicator is, where it comes from, and all figures.

use std::collections::BTreeMap;

use programgrant_schema::{INDICATOR_FILES, INDICATORS_DESCRIBED, IndicatorId};
use serde::Deserialize;

use super::described::{IndicatorDescription, IndicatorFile, IndicatorFormat};
use super::{BadRow, IndicatorError, IndicatorTable, read_csv, read_json_stat};

/// What is counted, from all files.
#[derive(Debug, Clone, Default)]
pub struct Indicators {
    /// Each indicator and the file that it comes from.
    pub described: BTreeMap<IndicatorId, (IndicatorDescription, IndicatorFile)>,
    pub table: IndicatorTable,
    /// What could not be read, by file.
    pub bad_rows: Vec<(String, BadRow)>,
}

/// Why files of indicators are refused; names the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorsError {
    #[error("{place}: {reason}")]
    Description { place: String, reason: String },
    #[error("{place}: {error}")]
    File { place: String, error: IndicatorError },
    #[error("indicator {0} is described twice")]
    Twice(IndicatorId),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    #[serde(rename = "file")]
    files: Vec<IndicatorFile>,
}

impl Indicators {
    /// What comes with the gateway.
    pub fn built_in() -> Result<Self, IndicatorsError> {
        let mut indicators = Self::default();
        for file in Self::describe(INDICATORS_DESCRIBED.0, INDICATORS_DESCRIBED.1)? {
            let held = INDICATOR_FILES.iter().find(|(path, _)| *path == file.path);
            let bytes = held
                .map(|(_, text)| text.as_bytes())
                .ok_or_else(|| IndicatorsError::Description {
                    place: file.path.clone(),
                    reason: "it is not there".to_owned(),
                })?;
            indicators.read(&file, bytes)?;
        }
        Ok(indicators)
    }

    /// What the description of files says of them; `place` is its name.
    pub fn describe(place: &str, text: &str) -> Result<Vec<IndicatorFile>, IndicatorsError> {
        let root: Root = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            IndicatorsError::Description {
                place: format!("{place}, line {line}"),
                reason: error.message().to_owned(),
            }
        })?;
        let days = root.files.iter().flat_map(|file| &file.indicators);
        if let Some(wrong) = days.clone().find(|indicator| indicator.day_in(2020).is_none()) {
            return Err(IndicatorsError::Description {
                place: place.to_owned(),
                reason: format!("indicator {}: counted_on is no day such as 12-31", wrong.id),
            });
        }
        Ok(root.files)
    }

    /// Takes in one file that was described.
    pub fn read(&mut self, file: &IndicatorFile, bytes: &[u8]) -> Result<(), IndicatorsError> {
        let read = match file.format {
            IndicatorFormat::Csv => read_csv(file, bytes),
            IndicatorFormat::JsonStat2 => read_json_stat(file, bytes),
        };
        let reading = read.map_err(|error| IndicatorsError::File {
            place: file.path.clone(),
            error,
        })?;
        for indicator in &file.indicators {
            let described = (indicator.clone(), file.clone());
            if self.described.insert(indicator.id.clone(), described).is_some() {
                return Err(IndicatorsError::Twice(indicator.id.clone()));
            }
        }
        self.table.extend(reading.table);
        let bad_rows = reading.bad_rows.into_iter();
        self.bad_rows.extend(bad_rows.map(|bad| (file.path.clone(), bad)));
        Ok(())
    }
}
