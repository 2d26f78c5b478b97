//! Mål: what a programme is to come to, as its file states it.

use serde::Deserialize;

/// What a programme is to come to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    pub id: String,
    pub kind: GoalKind,
    /// Bokmål.
    #[serde(rename = "text_nb")]
    pub text: String,
    pub source: String,
}

/// Whether a goal is about what the programme does, or about what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GoalKind {
    /// Effektmål: what it leads to for those that it is for.
    Effect,
    /// Resultatmål: what it is to have done.
    Result,
}
