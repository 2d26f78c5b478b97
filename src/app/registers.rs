//! The reference registers that the configuration has asked.

use std::sync::Arc;

use programgrant_core::access;
use programgrant_core::reference::Reference;
use programgrant_registers::brreg::Brreg;
use programgrant_registers::client;
use programgrant_registers::klass::Klass;

use crate::config::{Config, ConfigError};
use crate::store::Dependencies;
use crate::store::ledger::SqlStore;
use crate::store::register::Register;
use crate::workers::registers::{Fits, RegisterIntake, RegisterParts};

/// Who asks them; nobody is asked anything yet.
pub fn open(
    config: &Config,
    register: &Register,
    dependencies: &Dependencies,
    ledger: &SqlStore,
) -> Result<Vec<RegisterIntake>, ConfigError> {
    let schedule = config.reference.schedule();
    let http = client(
        schedule.deadline.get(),
        concat!("programgrant/", env!("CARGO_PKG_VERSION")),
    )
    .map_err(|error| ConfigError::key("reference", error))?;
    let organisations = config.auth.organisations.clone();
    let fits: Fits = Arc::new(move |reference: &Reference| {
        let roles = access::Register::new(reference, &organisations);
        roles.map(|_| ()).map_err(|error| error.to_string())
    });
    let parts = RegisterParts {
        register: register.clone(),
        views: Arc::clone(&dependencies.views),
        ledger: ledger.clone(),
        clock: dependencies.clock.clone(),
        schedule,
        fits,
    };
    let klass = config
        .reference
        .klass_url
        .as_ref()
        .map(|address| Klass::new(http.clone(), address.url()));
    let brreg = config
        .reference
        .brreg_url
        .as_ref()
        .map(|address| Brreg::new(http.clone(), address.url()));
    let klass = klass.map(|klass| RegisterIntake::klass(klass, parts.clone()));
    Ok(klass
        .into_iter()
        .chain(brreg.map(|brreg| RegisterIntake::brreg(brreg, parts)))
        .collect())
}
