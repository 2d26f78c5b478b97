//! The back-office systems as their readers see them.

use std::borrow::Cow;

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_contract::HeldExclusion;
use programgrant_core::view::{SetAsideView, SourceState as State, SourceView};
use programgrant_macros::{Written, object};
use programgrant_schema::SourceId;

use super::municipality::MunicipalityNode;
use super::scalars::{Date, DateTime};
use super::scheme::SchemeNode;
use super::{ApiError, Snapshot, page};
use crate::workers::exclusions::ExclusionState;

/// One of the systems.
#[derive(Debug, Clone, Copy)]
pub struct SourceNode(pub SourceId);

impl SourceNode {
    fn get(self, snapshot: &Snapshot) -> Cow<'_, SourceView> {
        snapshot.view.source(self.0)
    }

    /// What is wrong with a system is for those who can mend it.
    fn inside(self, snapshot: &Snapshot) -> Result<&Snapshot, ApiError> {
        if snapshot.reach().sees_inside(self.0) {
            Ok(snapshot)
        } else {
            Err(snapshot.denied())
        }
    }
}

/// A back-office system: how fresh and how whole what it has said is.
#[object(name = "Source")]
impl SourceNode {
    /// The key of the configuration.
    fn id(&self) -> ID {
        ID::from(self.0.as_str())
    }

    fn name(&self, snapshot: &Snapshot) -> String {
        self.get(snapshot).profile.name.clone()
    }

    fn schemes(&self, snapshot: &Snapshot) -> Vec<SchemeNode> {
        let schemes = snapshot.view.reference.programmes.schemes().iter();
        schemes
            .filter(|scheme| scheme.sources.contains(&self.0))
            .map(SchemeNode::new)
            .collect()
    }

    fn state(&self, snapshot: &Snapshot) -> SourceState {
        self.get(snapshot)
            .state(snapshot.now, snapshot.dependencies.freshness.limit(self.0))
            .into()
    }

    /// When the last complete answer came, also one with nothing new; null while it was never heard.
    fn last_heard_at(&self, snapshot: &Snapshot) -> Option<DateTime> {
        self.get(snapshot).heard_at().map(DateTime)
    }

    /// When it last said something new.
    fn last_change_at(&self, snapshot: &Snapshot) -> Option<DateTime> {
        self.get(snapshot).status.changed_at.map(DateTime)
    }

    /// Records in force that it lists.
    fn records(&self, snapshot: &Snapshot) -> i32 {
        count(self.get(snapshot).records)
    }

    /// Records that it no longer lists; not among those set aside.
    fn vanished(&self, snapshot: &Snapshot) -> i32 {
        count(self.get(snapshot).vanished)
    }

    /// Records that stand aside now (cannot be read); a later good version clears one.
    fn set_aside(&self, snapshot: &Snapshot) -> i32 {
        count(self.get(snapshot).set_aside.len())
    }

    fn set_aside_records(
        &self,
        snapshot: &Snapshot,
        #[graphql(desc = "From 1 to 1000.", default = 100)] limit: i32,
    ) -> Result<Vec<SetAsideNode>, ApiError> {
        let snapshot = self.inside(snapshot)?;
        Ok(self
            .get(snapshot)
            .set_aside
            .iter()
            .take(page::limit(limit)?)
            .map(|aside| SetAsideNode::new(aside, snapshot))
            .collect())
    }

    /// Good records whose recipient cannot be told.
    fn unresolved(&self, snapshot: &Snapshot) -> i32 {
        count(self.get(snapshot).unresolved)
    }

    /// Why the last round failed, or what is missing; null when nothing is.
    fn last_error(&self, snapshot: &Snapshot) -> Result<Option<String>, ApiError> {
        let is_configured = self.inside(snapshot)?.dependencies.freshness.0.contains_key(&self.0);
        Ok(if is_configured {
            self.get(snapshot).last_error()
        } else {
            Some("the source is not configured".to_owned())
        })
    }

    /// What is odd and does not stand in the way, such as a time of change that runs backwards. The first 50, and the number of the
    /// rest; the records are named to those who see what is wrong with the source.
    fn warnings(&self, snapshot: &Snapshot) -> Vec<String> {
        self.get(snapshot)
            .stamps
            .warnings(snapshot.now, snapshot.reach().sees_inside(self.0))
    }

    /// Sperrer: whom the gateway keeps out in this system; null where it keeps out nobody, as in the state accounts.
    fn exclusions(&self, snapshot: &Snapshot) -> Result<Option<SourceExclusions>, ApiError> {
        let snapshot = self.inside(snapshot)?;
        Ok(snapshot
            .exclusions
            .get(&self.0)
            .map(|state| SourceExclusions::new(state, snapshot)))
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// SILENT outranks STALE, then INCOMPLETE, then FRESH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "State")]
pub enum SourceState {
    /// Heard within its limit.
    Fresh,
    /// Heard, but too long ago.
    Stale,
    /// Heard, with a gap (a missing file, records set aside).
    Incomplete,
    /// Never heard.
    Silent,
}

/// A record that stands aside now, with as much of its whereabouts as can be read.
#[derive(SimpleObject, Written)]
#[graphql(name = "SetAside")]
pub struct SetAsideNode {
    /// File and line, year and page, archive reference.
    place: String,
    reason: String,
    municipality: Option<MunicipalityNode>,
    scheme: Option<SchemeNode>,
    year: Option<i32>,
    seen_at: DateTime,
}

impl SetAsideNode {
    fn new(aside: &SetAsideView, snapshot: &Snapshot) -> Self {
        let scheme = aside
            .scheme
            .as_ref()
            .and_then(|id| snapshot.view.reference.programmes.scheme(id));
        Self {
            place: aside.place.clone(),
            reason: aside.reason.clone(),
            municipality: aside.municipality.map(MunicipalityNode),
            scheme: scheme.map(SchemeNode::new),
            year: aside.year.map(i32::from),
            seen_at: DateTime(aside.seen_at),
        }
    }
}

/// The exclusions of one system, as the last round left them.
#[derive(SimpleObject, Written)]
pub struct SourceExclusions {
    /// How many there should be: one for each participation and scheme of the system.
    wanted: i32,
    /// How many of them were seen to stand in the last round.
    standing: i32,
    /// How many of them nobody knows to stand: they may.
    unknown: i32,
    /// When all last stood as wanted; null while they never did.
    last_kept_at: Option<DateTime>,
    /// When that was last looked after.
    last_tried_at: Option<DateTime>,
    /// Why not all is as wanted; null when it is.
    last_error: Option<String>,
    /// What stands there and was not written by the gateway, which leaves it alone; null where the system does not say.
    foreign: Option<Vec<ForeignExclusion>>,
}

impl SourceExclusions {
    fn new(state: &ExclusionState, snapshot: &Snapshot) -> Self {
        let foreign = state.foreign.as_ref().map(|foreign| {
            foreign
                .iter()
                .map(|held| ForeignExclusion::new(held, snapshot))
                .collect()
        });
        Self {
            wanted: count(state.wanted),
            standing: count(state.standing),
            unknown: count(state.wanted.saturating_sub(state.standing)),
            last_kept_at: state.kept_at.map(DateTime),
            last_tried_at: state.tried_at.map(DateTime),
            last_error: state.last_error.clone(),
            foreign,
        }
    }
}

/// An exclusion that somebody else set, in the system's own words.
#[derive(SimpleObject, Written)]
pub struct ForeignExclusion {
    organisation_number: String,
    /// Null where the number is no municipality's.
    municipality: Option<MunicipalityNode>,
    /// Chapter and post, or the activity.
    subject: String,
    from: Date,
    /// The last day.
    until: Date,
}

impl ForeignExclusion {
    fn new(held: &HeldExclusion, snapshot: &Snapshot) -> Self {
        let municipality = held
            .organisation_number
            .parse()
            .ok()
            .and_then(|number| snapshot.view.reference.by_organisation(number));
        Self {
            organisation_number: held.organisation_number.clone(),
            municipality: municipality.map(MunicipalityNode),
            subject: held.subject.clone(),
            from: Date(held.from),
            until: Date(held.until),
        }
    }
}
