//! Which picture is told from, and for how long it says the same. Every picture has a number of its own, whatever its generation:
//! the state of its sources or its reference data may be others in one and the same.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use programgrant_core::view::View;

use crate::graphql::Snapshot;

/// A picture within the time in which nothing of it is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub picture: u64,
    pub until: Timestamp,
}

/// The last moment that was asked about: most are asked about many times.
struct Known {
    /// Holds the picture's place in memory, so that no other picture can be taken for it, and nothing of what it showed.
    view: Weak<View>,
    from: Timestamp,
    moment: Moment,
}

pub struct Moments {
    known: ArcSwap<Known>,
    pictures: AtomicU64,
}

impl Default for Moments {
    fn default() -> Self {
        let moment = Moment {
            picture: 0,
            until: Timestamp::MIN,
        };
        let known = Known {
            view: Weak::new(),
            from: Timestamp::MIN,
            moment,
        };
        Self {
            known: ArcSwap::from_pointee(known),
            pictures: AtomicU64::new(0),
        }
    }
}

impl Moments {
    /// The moment of a request that sees the present.
    pub fn of(&self, snapshot: &Snapshot) -> Moment {
        let freshness = &snapshot.dependencies.freshness;
        self.at(&snapshot.view, snapshot.now, |view, now| {
            view.horizon(now, |source| freshness.limit(source))
        })
    }

    pub(super) fn at(
        &self,
        view: &Arc<View>,
        now: Timestamp,
        horizon: impl FnOnce(&View, Timestamp) -> Timestamp,
    ) -> Moment {
        let known = self.known.load();
        let is_same = Weak::as_ptr(&known.view) == Arc::as_ptr(view);
        if is_same && known.from <= now && now < known.moment.until {
            return known.moment;
        }
        let picture = if is_same {
            known.moment.picture
        } else {
            self.pictures.fetch_add(1, Ordering::Relaxed) + 1
        };
        let moment = Moment {
            picture,
            until: horizon(view, now),
        };
        self.known.store(Arc::new(Known {
            view: Arc::downgrade(view),
            from: now,
            moment,
        }));
        moment
    }
}
