//! What the configuration says of sources: from which year they are asked, and how old an answer may be.

use programgrant_core::programme::{Asked, Freshness};
use programgrant_core::reconciliation::Settings;
use programgrant_schema::{Delivery, SourceProfile, SourceProfiles};

use crate::clock::Clock;
use crate::config::{self, Config, ConfigError};

/// The first grant year to ask a source for.
pub fn years_from(source: &config::Source, clock: &Clock) -> Result<i16, ConfigError> {
    let this_year = clock.today().year();
    let from = source
        .directorate
        .map_or(this_year, |directorate| directorate.years_from);
    if from > this_year {
        return Err(ConfigError::key(
            format!("sources.{}.years_from", source.id),
            format!("{from} is yet to come; nothing would be asked"),
        ));
    }
    Ok(from)
}

/// From which day on an award needs a claim, by source.
pub fn reconciliation(config: &Config) -> Settings {
    let required = |source: &config::Source| Some((source.id, source.directorate?.claims_required_from?));
    Settings {
        claims_required_from: config.sources.iter().filter_map(required).collect(),
    }
}

/// How old an answer of each source may be.
pub fn freshness(config: &Config, sources: &SourceProfiles) -> Freshness {
    let asked = |source: &config::Source| {
        let is_asked_by_year = sources.get(source.id).delivery == Delivery::Answers;
        let years_from = source.directorate.filter(|_| is_asked_by_year);
        let asked = Asked {
            fresh_within: source.schedule.fresh_within.signed(),
            years_from: years_from.map_or(i16::MIN, |directorate| directorate.years_from),
        };
        (source.id, asked)
    };
    let register = |register: SourceProfile| {
        let asked = Asked {
            fresh_within: config.reference.fresh_within.signed(),
            years_from: i16::MIN,
        };
        (register.id, asked)
    };
    let registers = config.reference.profiles().into_iter().map(register);
    Freshness(config.sources.iter().map(asked).chain(registers).collect())
}
