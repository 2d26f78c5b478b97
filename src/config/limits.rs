//! What one request, one caller and everybody together may take, and which documents are trusted.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use crate::access::Role;
use crate::document;

/// `[limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Questions that are answered at the same time; 0: as many as the machine has processors, twice.
    pub questions: usize,
    /// Calls of the guard that are answered at the same time.
    pub guard_calls: usize,
    /// Requests that may wait for their turn.
    pub waiting: usize,
    pub document: document::DocumentLimits,
    pub budget: Budget,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            questions: 0,
            guard_calls: 256,
            waiting: 512,
            document: document::DocumentLimits::default(),
            budget: Budget::default(),
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let at_least_one = [
            ("guard_calls", self.guard_calls),
            ("waiting", self.waiting),
            ("document.bytes", self.document.bytes),
            ("document.tokens", self.document.tokens),
        ];
        if let Some((key, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(ConfigError::key(format!("limits.{key}"), "0 would let nothing in"));
        }
        // Both are walked through by recursion, here and in the library below.
        for (key, value, most) in [("nesting", self.document.nesting, 60), ("sets", self.document.sets, 32)] {
            if value > most {
                return Err(ConfigError::key(
                    format!("limits.document.{key}"),
                    format!("{value}; at most {most} can be read safely"),
                ));
            }
        }
        Ok(())
    }
}

/// `[limits.budget]`: the fields that a caller's answers may hold in a minute, by role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    pub public: NonZeroU32,
    pub municipality: NonZeroU32,
    pub county_governor: NonZeroU32,
    pub directorate: NonZeroU32,
    pub programme_office: NonZeroU32,
    pub evaluator: NonZeroU32,
    pub operator: NonZeroU32,
}

impl Budget {
    pub fn of(&self, role: Role) -> NonZeroU32 {
        match role {
            Role::Public => self.public,
            Role::Municipality => self.municipality,
            Role::CountyGovernor => self.county_governor,
            Role::Directorate => self.directorate,
            Role::ProgrammeOffice => self.programme_office,
            Role::Evaluator => self.evaluator,
            Role::Operator => self.operator,
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        let fields = |number| NonZeroU32::new(number).expect("above zero");
        Self {
            public: fields(300_000),
            municipality: fields(1_000_000),
            county_governor: fields(1_000_000),
            directorate: fields(5_000_000),
            programme_office: fields(5_000_000),
            evaluator: fields(2_000_000),
            operator: fields(2_000_000),
        }
    }
}

/// `[documents]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documents {
    /// A JSON object of hash and text.
    pub manifest: Option<PathBuf>,
    /// Callers without a token may run nothing else.
    pub require_for_public: bool,
}

impl Documents {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.require_for_public && self.manifest.is_none() {
            return Err(ConfigError::key(
                "documents.require_for_public",
                "needs documents.manifest; the public could run nothing",
            ));
        }
        Ok(())
    }

    pub(super) fn resolve_paths(&mut self, base: &Path) {
        if let Some(path) = &mut self.manifest {
            *path = base.join(&path);
        }
    }
}
