//! Reading the reference tables and the programme files.

use std::path::Path;

use programgrant_core::reference::{Reference, SubUnits};
use programgrant_schema::{MunicipalityRegister, Organisation, PILOT, Programme, ReferenceTables};

use super::StartError;
use crate::config::{Config, ConfigError, ReferenceFiles};

/// Reads the reference tables and the programme files; what is left out is built in.
pub fn reference(config: &Config) -> Result<Reference, StartError> {
    let register = municipalities(&config.reference)?;
    let programmes = match &config.programme.files {
        None => vec![Programme::parse(PILOT.0, PILOT.1, &register)?],
        Some(files) if files.is_empty() => return Err(ConfigError::key("programme.files", "names no file").into()),
        Some(files) => files
            .iter()
            .map(|path| Ok(Programme::parse(&name(path), &read(path)?, &register)?))
            .collect::<Result<Vec<_>, StartError>>()?,
    };
    let sub_units = match &config.reference.sub_units {
        None => SubUnits::default(),
        Some(path) => SubUnits::parse(&name(path), &read(path)?)?,
    };
    let mut reference = Reference::new(register, programmes, sub_units)?;
    let configured = config.auth.organisations.iter();
    let named = configured.filter_map(|body| {
        Some(Organisation {
            number: body.number,
            name: body.name.clone()?,
        })
    });
    reference.organisations.extend(named);
    Ok(reference)
}

fn municipalities(files: &ReferenceFiles) -> Result<MunicipalityRegister, StartError> {
    let text = |path: &Option<std::path::PathBuf>| {
        path.as_ref()
            .map(|path| Ok::<_, StartError>((name(path), read(path)?)))
            .transpose()
    };
    let (municipalities, codes, changes) = (text(&files.municipalities)?, text(&files.codes)?, text(&files.changes)?);
    let mut tables = ReferenceTables::built_in();
    if let Some((place, text)) = &municipalities {
        tables.municipalities = (place, text);
    }
    if let Some((place, text)) = &codes {
        tables.codes = (place, text);
    }
    if let Some((place, text)) = &changes {
        tables.changes = (place, text);
    }
    Ok(MunicipalityRegister::parse(&tables)?)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn read(path: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(path).map_err(|error| StartError::File {
        path: name(path),
        error,
    })
}
