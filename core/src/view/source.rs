//! A source as its readers see it: how fresh and how whole what it has said is.

use std::sync::Arc;

use jiff::Timestamp;
use programgrant_schema::{Delivery, MunicipalityId, SchemeId, SourceId, SourceProfile, SourceProfiles};
use strum::IntoStaticStr;

use super::stamps::Stamps;
use crate::calendar::TOLERANCE;
use crate::view::SourceStatus;

/// One back-office system, as far as it was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceView {
    pub id: SourceId,
    /// What is known of it without asking.
    pub profile: SourceProfile,
    pub status: SourceStatus,
    /// Records in force that the source lists.
    pub records: usize,
    /// Records that it no longer lists.
    pub vanished: usize,
    /// Good records whose recipient cannot be told.
    pub unresolved: usize,
    /// Newest first.
    pub set_aside: Arc<[SetAsideView]>,
    /// What is odd about its times of change.
    pub stamps: Arc<Stamps>,
}

/// A record that stands aside now.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAsideView {
    pub place: String,
    pub reason: String,
    pub municipality: Option<MunicipalityId>,
    pub scheme: Option<SchemeId>,
    pub year: Option<i16>,
    pub seen_at: Timestamp,
}

/// `Silent` outranks `Stale`, then `Incomplete`, then `Fresh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SourceState {
    /// Heard within its limit.
    Fresh,
    /// Heard, but too long ago, or nobody can tell how long.
    Stale,
    /// Heard, with a gap.
    Incomplete,
    /// Never heard.
    Silent,
}

impl SourceView {
    /// A source of which nothing is known.
    pub(super) fn unheard(id: SourceId) -> Self {
        Self {
            id,
            profile: SourceProfiles::default().get(id),
            status: SourceStatus::default(),
            records: 0,
            vanished: 0,
            unresolved: 0,
            set_aside: Arc::default(),
            stamps: Arc::default(),
        }
    }

    /// When the source was last heard. A queue or folder from which nothing ever came has said nothing.
    pub fn heard_at(&self) -> Option<Timestamp> {
        let is_empty = self.records == 0 && self.vanished == 0 && self.set_aside.is_empty();
        let is_silent = self.profile.delivery == Delivery::Leaves && is_empty;
        if is_silent { None } else { self.status.heard_at }
    }

    /// Whether a walk was finished and no gap is open, so that what did not come is not there.
    pub fn is_whole(&self) -> bool {
        self.status.walked && self.status.gaps.is_empty() && self.heard_at().is_some()
    }

    pub fn has_gap(&self) -> bool {
        !self.status.gaps.is_empty()
    }

    /// Whether the source was heard too long ago, or never. What was heard ahead of now was heard by another clock: how long ago,
    /// nobody can tell.
    pub fn is_stale(&self, now: Timestamp, fresh_within: jiff::SignedDuration) -> bool {
        self.age(now).is_none_or(|age| age > fresh_within)
    }

    /// How long ago the source was heard, where that can be told.
    pub fn age(&self, now: Timestamp) -> Option<jiff::SignedDuration> {
        self.heard_at()
            .map(|heard| now.duration_since(heard))
            .filter(|age| *age >= -TOLERANCE)
    }

    pub fn state(&self, now: Timestamp, fresh_within: jiff::SignedDuration) -> SourceState {
        if self.heard_at().is_none() {
            SourceState::Silent
        } else if self.is_stale(now, fresh_within) {
            SourceState::Stale
        } else if self.has_gap() || !self.set_aside.is_empty() {
            SourceState::Incomplete
        } else {
            SourceState::Fresh
        }
    }

    /// Why the last round failed or what is missing, for people.
    pub fn last_error(&self) -> Option<String> {
        let gap = || {
            self.status
                .gaps
                .first()
                .map(|gap| format!("{}: {}", gap.place, gap.reason))
        };
        self.status.last_error.clone().or_else(gap)
    }
}
