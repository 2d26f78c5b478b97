//! Bodies whose role no programme file and no register tells: an evaluator, an operator, a programme's secretariat.

use programgrant_schema::OrganisationNumber;
use serde::Deserialize;

use crate::access::Role;

/// One body and its role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthOrganisation {
    pub number: OrganisationNumber,
    pub role: Role,
    /// What it is called; its number where left out.
    pub name: Option<String>,
}
