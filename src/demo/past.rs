//! The demonstration's past, replayed: before it serves, the real intake hears the simulated systems at some moments since the last 1 June, by
//! a clock that stands at each of them, while what they have changes in between. Nothing is written but by the way that all else takes.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Context;
use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use programgrant_core::calendar;
use programgrant_core::reference::Reference;
use programgrant_schema::{Record, SourceId};

use super::Demo;
use super::data::CHANGES;
use super::decided::DecidedAllocations;
use super::story::Story;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::Config;

/// When the systems are heard in the morning, and how long before that they say that something changed.
const MORNING: Time = time(7, 45, 0, 0);
const CHANGED_BEFORE: SignedDuration = SignedDuration::from_mins(75);
/// The last look of the first day, so that it is told as it ended.
const EVENING: Time = time(23, 55, 0, 0);
/// From so many days between two changes on, each has a working day of its own.
const APART: i32 = 3;

/// When the systems are heard.
pub struct ReplayMoments {
    /// The last 1 June that had begun.
    pub since: Date,
    first: Timestamp,
    /// When something is heard to have changed: each after the one before, and before now.
    later: [Timestamp; CHANGES],
}

impl ReplayMoments {
    /// Spread over the time from the last 1 June until now: on the mornings of working days, or closer where little time has passed.
    pub fn before(now: Timestamp) -> Self {
        let today = calendar::norwegian_date(now);
        let of_year = date(today.year(), 6, 1);
        let since = if of_year <= today {
            of_year
        } else {
            date(today.year() - 1, 6, 1)
        };
        let parts = i32::try_from(CHANGES).unwrap_or(i32::MAX - 1) + 1;
        let days = since.until(today).map_or(0, |span| span.get_days()) / parts;
        let first = at(since, if days < APART { Time::midnight() } else { MORNING });
        let passed = now.duration_since(first);
        let later = std::array::from_fn(|place| {
            let turn = i32::try_from(place).unwrap_or_default() + 1;
            if days < APART {
                first + passed * turn / parts
            } else {
                at(working_day(since.saturating_add((days * turn).days())), MORNING)
            }
        });
        Self { since, first, later }
    }

    /// When the sources say that they changed what they have.
    pub fn changed(&self) -> [Timestamp; CHANGES] {
        self.later.map(|heard| heard - CHANGED_BEFORE)
    }
}

/// That day, or the Friday before it.
fn working_day(day: Date) -> Date {
    let back = match day.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    day.saturating_sub(back.days())
}

/// That time of the day in Norway.
fn at(day: Date, time: Time) -> Timestamp {
    let there = day.to_datetime(time).to_zoned(calendar::norway());
    there.map_or(Timestamp::MIN, |there| there.timestamp())
}

/// What is to be told, moment by moment.
pub struct Replay {
    pub moments: ReplayMoments,
    pub later: [Vec<(SourceId, Record)>; CHANGES],
    /// What the programme decides meanwhile.
    pub allocations: DecidedAllocations,
}

impl Replay {
    /// Fills the store of that configuration. What the systems have in the end is what they have without a replay.
    pub async fn run(&self, demo: &Demo, config: &Config, reference: &Arc<Reference>) -> anyhow::Result<()> {
        let moments = &self.moments;
        let (clock, hand) = Clock::manual(moments.first);
        let gateway = Gateway::with_reference(config, Arc::clone(reference), clock.clone()).await?;
        let stand = |instant: Timestamp| hand.advance(instant.duration_since(clock.now()).unsigned_abs());
        hear(&gateway).await?;
        let story = Story {
            gateway: &gateway,
            allocations: &self.allocations,
            comments_until: calendar::norwegian_date(moments.later[0]),
            applications_until: calendar::norwegian_date(moments.later[1]),
        };
        story.step(0).await?;
        let evening = at(moments.since, EVENING);
        if evening < moments.later[0] {
            stand(evening);
            hear(&gateway).await?;
        }
        for (place, (heard, told)) in moments.later.iter().zip(&self.later).enumerate() {
            stand(*heard);
            for (source, record) in told {
                demo.simulators().get(*source).publish(std::slice::from_ref(record));
            }
            // The others would say nothing new, and the demonstration should not take long to start.
            for source in told.iter().map(|(source, _)| *source).collect::<BTreeSet<_>>() {
                let outcome = gateway.poll(source).await;
                outcome.transpose().with_context(|| format!("{source} was not heard"))?;
            }
            story.step(place + 1).await?;
        }
        gateway.database.close().await;
        Ok(())
    }
}

async fn hear(gateway: &Gateway) -> anyhow::Result<()> {
    for (source, outcome) in gateway.poll_all().await {
        outcome.with_context(|| format!("{source} was not heard"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(now: &str) -> (Timestamp, ReplayMoments) {
        let now: Timestamp = now.parse().expect("an instant");
        (now, ReplayMoments::before(now))
    }

    #[test]
    fn they_lie_between_the_last_first_of_june_and_now_one_after_another() {
        for (now, since) in [
            ("2026-11-29T22:00:00Z", "2026-06-01"),
            ("2026-06-01T00:30:00Z", "2026-06-01"),
            ("2026-06-04T05:00:00Z", "2026-06-01"),
            // In Norway the day has begun.
            ("2027-05-31T22:00:07Z", "2027-06-01"),
            ("2027-05-31T21:59:59Z", "2026-06-01"),
            ("2028-02-29T12:00:00Z", "2027-06-01"),
        ] {
            let (now, moments) = moments(now);
            assert_eq!(moments.since.to_string(), since, "{now}");
            let all: Vec<Timestamp> = [moments.first].into_iter().chain(moments.later).chain([now]).collect();
            assert!(all.is_sorted_by(|one, next| one < next), "{now}: {all:?}");
            assert_eq!(calendar::norwegian_date(moments.first), moments.since);
        }
    }

    #[test]
    fn what_changes_changes_on_working_days() {
        let (_, moments) = moments("2026-11-29T22:00:00Z");
        for heard in moments.later {
            let day = calendar::norwegian_date(heard);
            assert!(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday), "{day}");
        }
    }
}
