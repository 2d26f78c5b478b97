//! How long a picture says the same: some of what it tells changes by time alone, without anything having been heard.

use jiff::{SignedDuration, Timestamp};
use programgrant_schema::SourceId;

use super::{SourceView, View};
use crate::calendar::{TOLERANCE, norwegian_midnight};

/// An instant that is past when the clock shows more than it.
const INSTANT: SignedDuration = SignedDuration::from_nanos(1);

impl View {
    /// The first instant after `now` from which this picture may be told otherwise though it is the same: a source's freshness
    /// ends or begins, a time of change is no longer ahead, another day begins in Norway.
    pub fn horizon(&self, now: Timestamp, fresh_within: impl Fn(SourceId) -> SignedDuration) -> Timestamp {
        self.sources()
            .flat_map(|source| source.turns(fresh_within(source.id)))
            .filter(|turn| *turn > now)
            .fold(norwegian_midnight(now), Timestamp::min)
    }
}

impl SourceView {
    /// Every instant at which something told of the source changes by itself.
    fn turns(&self, fresh_within: SignedDuration) -> impl Iterator<Item = Timestamp> {
        let heard = self.heard_at().into_iter().flat_map(move |heard| {
            // Heard ahead of now it is stale until the clocks agree, and at the limit itself it is fresh still.
            let stale = fresh_within.checked_add(INSTANT).and_then(|by| heard.checked_add(by).ok());
            [heard.checked_sub(TOLERANCE).ok(), stale]
        });
        heard.flatten().chain(self.stamps.ahead())
    }
}
