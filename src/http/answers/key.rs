//! What an answer follows from, all of it. Whatever is left out here would let one caller be told what another was.

use jiff::Timestamp;
use programgrant_core::access::{Caller, Role};
use programgrant_schema::OrganisationNumber;

use super::moment::Moment;
use crate::http::admission::Question;
use crate::http::negotiation::Media;

/// Under what an answer is kept. The configuration is none of it: each has a cache of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    pub(super) question: Question,
    pub(super) media: Media,
    /// None for the public.
    pub(super) acting: Option<OrganisationNumber>,
    pub(super) through: Option<OrganisationNumber>,
    pub(super) role: Role,
    /// Which picture it is told from, its reference data and the state of its sources included.
    pub(super) picture: u64,
    /// When that picture is next told otherwise by itself.
    pub(super) until: Timestamp,
}

impl AnswerKey {
    pub fn of(question: Question, media: Media, caller: &Caller, moment: Moment) -> Self {
        Self {
            question,
            media,
            acting: caller.acting,
            through: caller.through,
            role: caller.role,
            picture: moment.picture,
            until: moment.until,
        }
    }

    /// As bytes: no two keys have the same.
    pub fn write(&self, part: &mut impl FnMut(&[u8])) {
        part(&self.question);
        part(&[self.media as u8, self.role as u8]);
        part(&self.picture.to_le_bytes());
        part(&self.until.as_nanosecond().to_le_bytes());
        for number in [self.acting, self.through] {
            // Nine digits; none where nobody is meant.
            part(number.map(|number| number.to_string()).unwrap_or_default().as_bytes());
            part(b",");
        }
    }
}
