//! What may not be given beside a programme.

use serde::Deserialize;

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
