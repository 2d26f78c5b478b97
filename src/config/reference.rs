//! The reference data: tables in files, each the built-in one when left out, and the registers that are asked how they have changed.

use std::path::{Path, PathBuf};

use programgrant_core::reference::{BRREG, KLASS};
use programgrant_schema::{Delivery, SourceId, SourceProfile};
use serde::Deserialize;

use super::{Address, Schedule, Span};

/// Tables and registers. Without an address nobody is asked, and the tables are never stale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFiles {
    pub municipalities: Option<PathBuf>,
    pub codes: Option<PathBuf>,
    pub changes: Option<PathBuf>,
    pub sub_units: Option<PathBuf>,
    /// The base of Statistics Norway's KLASS.
    pub klass_url: Option<Address>,
    /// The base of Enhetsregisteret.
    pub brreg_url: Option<Address>,
    #[serde(default = "every")]
    pub every: Span,
    #[serde(default = "fresh_within")]
    pub fresh_within: Span,
}

impl Default for ReferenceFiles {
    fn default() -> Self {
        Self {
            municipalities: None,
            codes: None,
            changes: None,
            sub_units: None,
            klass_url: None,
            brreg_url: None,
            every: every(),
            fresh_within: fresh_within(),
        }
    }
}

const fn every() -> Span {
    Span::from_secs(24 * 60 * 60)
}

const fn fresh_within() -> Span {
    Span::from_secs(14 * 24 * 60 * 60)
}

/// The time for one exchange.
const DEADLINE: Span = Span::from_secs(10);

impl ReferenceFiles {
    pub(super) fn resolve_paths(&mut self, base: &Path) {
        let tables = [
            &mut self.municipalities,
            &mut self.codes,
            &mut self.changes,
            &mut self.sub_units,
        ];
        for path in tables.into_iter().flatten() {
            *path = base.join(&path);
        }
    }

    /// When a register is asked.
    pub const fn schedule(&self) -> Schedule {
        Schedule {
            every: self.every,
            fresh_within: self.fresh_within,
            deadline: DEADLINE,
        }
    }

    /// What is known of each register that is asked, in the order in which they are shown.
    pub fn profiles(&self) -> Vec<SourceProfile> {
        let register = |id: SourceId, name: &str| SourceProfile {
            id,
            name: name.to_owned(),
            delivery: Delivery::Answers,
            manages_grants: false,
        };
        let klass = self
            .klass_url
            .as_ref()
            .map(|_| register(KLASS, "Statistisk sentralbyrå (KLASS)"));
        let brreg = self.brreg_url.as_ref().map(|_| register(BRREG, "Enhetsregisteret"));
        klass.into_iter().chain(brreg).collect()
    }
}
