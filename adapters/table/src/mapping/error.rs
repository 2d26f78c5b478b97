//! Why a mapping file is refused.

use std::fmt;

/// What is wrong with a mapping: the file, the line where it can be told, the key, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    pub place: String,
    pub line: Option<usize>,
    /// Empty where it is no key's fault.
    pub key: String,
    pub reason: String,
}

impl std::error::Error for MappingError {}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.reason)
    }
}
