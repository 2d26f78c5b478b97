//! The one who asks, as every room behind the front door knows it.

use std::sync::Arc;

use jiff::Timestamp;
use programgrant_schema::OrganisationNumber;
use serde::Deserialize;
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::ledger::Principal;

/// What a body is to the programme.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, EnumCount, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Anybody: no token, or one of a body that no register knows.
    Public,
    Municipality,
    CountyGovernor,
    Directorate,
    ProgrammeOffice,
    Evaluator,
    Operator,
}

impl Role {
    /// All, from the least.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS.first_chunk().expect("as many as there are");

    /// The public name.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Of which programmes a `PROGRAMME_OFFICE` is the office. It is a default that nobody is one of any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Office {
    #[default]
    Nowhere,
    /// Of these, by id; everywhere else the body has the role that it would have if it were no office.
    Of { programmes: Arc<[String]>, otherwise: Role },
    /// Of all: who is configured so.
    All,
    /// Whoever asks in open mode, for trying out: of all, in the name of any body.
    Everybody,
}

/// Who asks. Holds no personal data: `subject` tells two people of a body apart and says nothing else of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The body in whose name is asked; `None` for the public.
    pub acting: Option<OrganisationNumber>,
    /// The body that does the asking, where it is another: a supplier with a delegation, the vendor of a system.
    pub through: Option<OrganisationNumber>,
    /// Who within the body.
    pub subject: String,
    pub role: Role,
    /// Of which programmes it is the office, where that is its role.
    pub office: Office,
    /// The token's id (`jti`), for the access log.
    pub token: Option<String>,
    /// When the token ends; `None` where there is none.
    pub until: Option<Timestamp>,
}

impl Caller {
    /// Whoever brings no token.
    pub fn public() -> Self {
        Self {
            acting: None,
            through: None,
            subject: String::new(),
            role: Role::Public,
            office: Office::Nowhere,
            token: None,
            until: None,
        }
    }

    /// As the ledger writes it down; `None` for the public, which can command nothing.
    pub fn principal(&self) -> Option<Principal> {
        let organisation = self.acting?;
        Some(Principal {
            organisation,
            subject: self.subject.clone(),
        })
    }
}
