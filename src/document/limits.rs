//! How large a document may be. What is refused and why the numbers are what they are: `docs/decisions/limits.md`.

use serde::Deserialize;

/// The most of each that one document may have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentLimits {
    /// The text, in bytes.
    pub bytes: usize,
    /// Names, numbers, texts and signs.
    pub tokens: usize,
    /// Brackets within brackets, of every kind.
    pub nesting: usize,
    pub directives: usize,
    pub operations: usize,
    pub fragments: usize,
    /// Variables that all operations declare.
    pub variables: usize,
    /// Arguments of one field or directive.
    pub arguments: usize,
    /// Fields and spreads, fragments written out.
    pub selections: usize,
    /// Selection sets within selection sets, fragments written out.
    pub sets: usize,
    /// Fields within fields, introspection aside.
    pub depth: usize,
    /// Fields within fields of the introspection.
    pub introspection_depth: usize,
    pub aliases: usize,
    pub root_fields: usize,
    /// Fields that the answer may hold, lists counted by what they are expected to hold.
    pub cost: u64,
    /// Values within values of a variable.
    pub variable_depth: usize,
    /// Values within one request's JSON.
    pub variable_values: usize,
    /// Values of all arguments, fragments written out and variables put in; a long text counts as several.
    pub argument_values: u64,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes: 32 * 1024,
            tokens: 4_000,
            nesting: 40,
            directives: 50,
            operations: 20,
            fragments: 100,
            variables: 100,
            arguments: 20,
            selections: 2_000,
            sets: 30,
            depth: 15,
            introspection_depth: 20,
            aliases: 100,
            root_fields: 50,
            cost: 100_000,
            variable_depth: 16,
            variable_values: 50_000,
            argument_values: 100_000,
        }
    }
}
