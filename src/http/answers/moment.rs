//! Which picture is told from, and for how long it says the same. Every picture is an edition of its own, whatever its generation:
//! the state of its sources or its reference data may be others in one and the same.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::graphql::Snapshot;

/// A picture within the time in which nothing of it is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Its edition.
    pub picture: u64,
    pub until: Timestamp,
}

/// The last moment that was asked about: most are asked about many times.
#[derive(Debug, Clone, Copy)]
struct Known {
    from: Timestamp,
    moment: Moment,
}

pub struct Moments {
    known: ArcSwap<Known>,
}

impl Default for Moments {
    fn default() -> Self {
        let moment = Moment {
            picture: 0,
            until: Timestamp::MIN,
        };
        let from = Timestamp::MIN;
        Self {
            known: ArcSwap::from_pointee(Known { from, moment }),
        }
    }
}

impl Moments {
    /// The moment of a request that sees the present.
    pub fn of(&self, snapshot: &Snapshot) -> Moment {
        let (view, now, freshness) = (&snapshot.view, snapshot.now, &snapshot.dependencies.freshness);
        let Known { from, moment } = **self.known.load();
        if moment.picture == view.edition && from <= now && now < moment.until {
            return moment;
        }
        let moment = Moment {
            picture: view.edition,
            until: view.horizon(now, |source| freshness.limit(source)),
        };
        self.known.store(Arc::new(Known { from: now, moment }));
        moment
    }
}
