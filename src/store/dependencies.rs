//! What every answer is worked out from, bundled once for each gateway and handed to all that read it.

use std::sync::Arc;

use jiff::Timestamp;
use programgrant_core::programme::{Freshness, Inputs};
use programgrant_core::reference::Reference;
use programgrant_core::view::View;

use crate::clock::Clock;
use crate::store::snapshot::SnapshotStore;

/// The view of the moment with its reference data, what counts as fresh, and the clock.
#[derive(Clone)]
pub struct Dependencies {
    pub views: Arc<SnapshotStore>,
    pub freshness: Arc<Freshness>,
    pub clock: Clock,
}

impl Dependencies {
    /// The reference data of the moment: those of the view.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.views.current().reference)
    }

    /// What an answer from that view rests on at that instant.
    pub fn inputs<'a>(&'a self, view: &'a View, now: Timestamp) -> Inputs<'a> {
        Inputs {
            view,
            reference: &view.reference,
            freshness: &self.freshness,
            now,
        }
    }

    /// The same from the view of the moment, now.
    pub fn read<T>(&self, read: impl FnOnce(Inputs<'_>) -> T) -> T {
        read(self.inputs(&self.views.current(), self.clock.now()))
    }
}
