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
            let stale = fresh_within
                .checked_add(INSTANT)
                .and_then(|by| heard.checked_add(by).ok());
            [heard.checked_sub(TOLERANCE).ok(), stale]
        });
        heard.flatten().chain(self.stamps.ahead())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use programgrant_schema::{MunicipalityRegister, Organisations, Programmes, ReferenceTables};

    use super::*;
    use crate::reference::{Reference, SubUnits};
    use crate::systems::UDIR;
    use crate::view::{Material, SourceStatus};

    const NOON: Timestamp = Timestamp::constant(1_795_348_800, 0);
    const LIMIT: SignedDuration = SignedDuration::from_mins(10);

    /// Everything about a picture that time alone changes.
    fn told(view: &View, now: Timestamp) -> String {
        let source = view.source(UDIR);
        format!(
            "{:?} {:?} {}",
            source.state(now, LIMIT),
            source.stamps.warnings(now, true),
            crate::calendar::norwegian_date(now)
        )
    }

    fn reference() -> Reference {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
        Reference {
            register,
            programmes: Programmes::new(Vec::new()).expect("sound"),
            organisations: Organisations::built_in().expect("sound"),
            sub_units: SubUnits::default(),
            sources: crate::systems::profiles(),
            registered: Arc::default(),
        }
    }

    fn heard(at: Timestamp) -> View {
        let status = SourceStatus {
            heard_at: Some(at),
            ..SourceStatus::default()
        };
        let statuses = BTreeMap::from([(UDIR, status)]);
        let material = Material {
            generation: 1,
            records: &[],
            set_aside: &[],
            statuses: &statuses,
        };
        View::build(&material, &Arc::new(reference()))
    }

    /// Walks from horizon to horizon, and looks just before each: nothing may have changed since the last.
    #[test]
    fn nothing_is_told_otherwise_before_its_horizon() {
        for ahead in [-3600, -600, -1, 0, 1, 2, 3, 60, 3600] {
            let view = heard(NOON + SignedDuration::from_secs(ahead));
            let mut now = NOON;
            for _ in 0..5 {
                let horizon = view.horizon(now, |_| LIMIT);
                assert!(horizon > now);
                let last = horizon - INSTANT;
                assert_eq!(told(&view, now), told(&view, last), "heard {ahead} s after {now}");
                now = horizon;
            }
        }
    }

    #[test]
    fn freshness_ends_on_the_instant() {
        let view = heard(NOON);
        let horizon = view.horizon(NOON, |_| LIMIT);
        assert_eq!(horizon, NOON + LIMIT + INSTANT);
        assert_ne!(told(&view, NOON), told(&view, horizon));
    }
}
