//! What allocations are worked out from where a command says nothing else: a plan and what is counted.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Each is what is built in where left out: an example, which says that it is one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocationFiles {
    /// The plan's file (docs/allocation.md).
    pub plan: Option<PathBuf>,
    /// What describes files of indicators, which lie beside it.
    pub indicators: Option<PathBuf>,
}

impl AllocationFiles {
    pub(super) fn resolve_paths(&mut self, base: &Path) {
        for path in [&mut self.plan, &mut self.indicators].into_iter().flatten() {
            *path = base.join(&path);
        }
    }
}
