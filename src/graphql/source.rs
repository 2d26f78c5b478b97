//! The back-office systems as their readers see them.

use std::borrow::Cow;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_contract::HeldExclusion;
use programgrant_core::view::{SetAsideView, SourceState as State, SourceView};
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
    fn get<'a>(self, context: &Context<'a>) -> Cow<'a, SourceView> {
        Snapshot::of(context).view.source(self.0)
    }

    /// What is wrong with a system is for those who can mend it.
    fn inside<'a>(self, context: &Context<'a>) -> Result<&'a Snapshot, ApiError> {
        let snapshot = Snapshot::of(context);
        if snapshot.reach().sees_inside(self.0) {
            Ok(snapshot)
        } else {
            Err(snapshot.denied())
        }
    }
}

/// A back-office system: how fresh and how whole what it has said is.
#[Object(name = "Source")]
impl SourceNode {
    /// The key of the configuration.
    async fn id(&self) -> ID {
        ID::from(self.0.as_str())
    }

    async fn name(&self, context: &Context<'_>) -> String {
        self.get(context).profile.name.clone()
    }

    async fn schemes(&self, context: &Context<'_>) -> Vec<SchemeNode> {
        let schemes = Snapshot::of(context).view.reference.programmes.schemes().iter();
        schemes
            .filter(|scheme| scheme.sources.contains(&self.0))
            .map(SchemeNode::new)
            .collect()
    }

    async fn state(&self, context: &Context<'_>) -> SourceState {
        let snapshot = Snapshot::of(context);
        self.get(context)
            .state(snapshot.now, snapshot.dependencies.freshness.limit(self.0))
            .into()
    }

    /// When the last complete answer came, also one with nothing new; null while it was never heard.
    async fn last_heard_at(&self, context: &Context<'_>) -> Option<DateTime> {
        self.get(context).heard_at().map(DateTime)
    }

    /// When it last said something new.
    async fn last_change_at(&self, context: &Context<'_>) -> Option<DateTime> {
        self.get(context).status.changed_at.map(DateTime)
    }

    /// Records in force that it lists.
    async fn records(&self, context: &Context<'_>) -> i32 {
        count(self.get(context).records)
    }

    /// Records that it no longer lists; not among those set aside.
    async fn vanished(&self, context: &Context<'_>) -> i32 {
        count(self.get(context).vanished)
    }

    /// Records that stand aside now (cannot be read); a later good version clears one.
    async fn set_aside(&self, context: &Context<'_>) -> i32 {
        count(self.get(context).set_aside.len())
    }

    async fn set_aside_records(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From 1 to 1000.", default = 100)] limit: i32,
    ) -> Result<Vec<SetAsideNode>, ApiError> {
        let snapshot = self.inside(context)?;
        Ok(self
            .get(context)
            .set_aside
            .iter()
            .take(page::limit(limit)?)
            .map(|aside| SetAsideNode::new(aside, snapshot))
            .collect())
    }

    /// Good records whose recipient cannot be told.
    async fn unresolved(&self, context: &Context<'_>) -> i32 {
        count(self.get(context).unresolved)
    }

    /// Why the last round failed, or what is missing; null when nothing is.
    async fn last_error(&self, context: &Context<'_>) -> Result<Option<String>, ApiError> {
        let is_configured = self.inside(context)?.dependencies.freshness.0.contains_key(&self.0);
        Ok(if is_configured {
            self.get(context).last_error()
        } else {
            Some("the source is not configured".to_owned())
        })
    }

    /// What is odd and does not stand in the way, such as a time of change that runs backwards. The first 50, and the number of the
    /// rest; the records are named to those who see what is wrong with the source.
    async fn warnings(&self, context: &Context<'_>) -> Vec<String> {
        let snapshot = Snapshot::of(context);
        self.get(context)
            .stamps
            .warnings(snapshot.now, snapshot.reach().sees_inside(self.0))
    }

    /// Sperrer: whom the gateway keeps out in this system; null where it keeps out nobody, as in the state accounts.
    async fn exclusions(&self, context: &Context<'_>) -> Result<Option<SourceExclusions>, ApiError> {
        let snapshot = self.inside(context)?;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
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
#[derive(SimpleObject)]
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
#[derive(SimpleObject)]
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
#[derive(SimpleObject)]
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
