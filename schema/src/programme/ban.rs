//! What may not be given beside a programme, and whether that is published.

use serde::{Deserialize, Serialize};

use crate::scheme::Prevention;

/// What a programme's ban on double funding covers within a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything under the scheme.
    WholeScheme,
    /// Measures for the programme's target group only.
    TargetGroup,
    /// One activity inside a wider post.
    Activity,
}

/// Whether a programme's rules are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    #[default]
    Published,
    /// Nobody can tell yet who takes part, from when, and what is forbidden beside it.
    Unknown,
}

/// What may not be given beside a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ban {
    pub scope: Scope,
    /// How the system is told to keep participants out.
    pub prevention: Prevention,
}

/// A rule of the programme, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    #[serde(rename = "text_nb")]
    pub text: String,
    pub source: String,
}
