//! TLS of our own, where no proxy in front has it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The two files, in PEM. They are read again with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's certificate and those between it and its root, in this order.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Tls {
    pub(super) fn resolve_paths(&mut self, base: &Path) {
        for path in [&mut self.certificate, &mut self.key] {
            *path = base.join(&path);
        }
    }
}
