//! Which programs are measured.

use std::path::PathBuf;

/// Paths of programs, separated by colons; left out: the one that Cargo has built.
pub const BINARY: &str = "PROGRAMGRANT_BINARY";

/// A build of the gateway.
#[derive(Clone)]
pub struct Program {
    /// Told apart in the tables; empty where there is but one.
    pub name: String,
    pub path: PathBuf,
}

/// Those that are named, in that order.
pub fn programs() -> Vec<Program> {
    let paths = std::env::var(BINARY).unwrap_or_else(|_| env!("CARGO_BIN_EXE_programgrant").to_owned());
    let paths: Vec<PathBuf> = std::env::split_paths(&paths).collect();
    let is_one = paths.len() == 1;
    let named = paths.into_iter().enumerate().map(|(index, path)| {
        assert!(path.is_file(), "{BINARY}: {} is no file", path.display());
        let name = if is_one {
            String::new()
        } else {
            format!("{}: ", index + 1)
        };
        Program { name, path }
    });
    named.collect()
}
