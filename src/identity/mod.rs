//! Who a token says that its bearer is: the acting organisation, and whom it acts through. Never what it may do.

use jiff::Timestamp;
use programgrant_schema::OrganisationNumber;

/// What a token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The body in whose name is asked.
    pub acting: OrganisationNumber,
    /// The body that does the asking, where it is another.
    pub through: Option<OrganisationNumber>,
    /// Who within the body: opaque, the same from token to token.
    pub subject: String,
    /// The token's id (`jti`).
    pub token: Option<String>,
    /// When it ends.
    pub until: Timestamp,
}
