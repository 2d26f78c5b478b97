//! The contract suite: every promise of [`crate::Source`], run against an adapter and its simulator. [`exclusions`] holds those
//! of [`crate::Exclusions`].
//!
//! An adapter's `tests/contract.rs` makes a [`World`] and calls [`run`]; each promise gets a world of its own.

pub mod exclusions;

use std::collections::BTreeMap;

use programgrant_schema::{Content, Figure, Record, RecordId};

use crate::simulation::{Simulator, fault};
use crate::{Batch, Position, Source, SourceError, Years};

/// The years that the suite asks for; a sample's records lie within them.
pub const YEARS: Years = Years { from: 2019, to: 2022 };

/// An adapter and the simulated system that it reads.
pub struct World {
    pub simulator: Box<dyn Simulator>,
    pub source: Box<dyn Source>,
    /// What the adapter's `Debug` prints, with every secret that it was given set to [`SECRET`].
    pub debug: String,
    /// Whatever must live as long as the world, such as a temporary folder.
    pub keep: Box<dyn std::any::Any + Send + Sync>,
}

/// Every secret that a world configures.
pub const SECRET: &str = "correct-horse-battery-staple";

/// How the suite makes worlds and what it may expect of them.
pub struct Subject {
    /// A fresh, empty system and an adapter that refuses replies larger than the limit in bytes, if one is given.
    pub world: Box<dyn Fn(Option<usize>) -> futures::future::BoxFuture<'static, World>>,
    /// At least three records that the system's language can say. Together they hold: an amount of 0.10 kr, one of
    /// 1 234 567.89 kr, a zero, an absent amount, and a municipality number with a leading zero.
    pub sample: Vec<Record>,
    /// Faults of [`fault`] that this system cannot have, each with the reason.
    pub cannot: &'static [(&'static str, &'static str)],
    /// How often the system may hand out the same records without a call to `acknowledge`: a queue does, a walk does not.
    pub is_queue: bool,
}

/// Runs every promise.
///
/// # Panics
///
/// At the first promise that the adapter breaks.
pub async fn run(subject: &Subject) {
    check_sample(&subject.sample);
    nothing_new_is_an_empty_batch(subject).await;
    what_is_published_comes_to_the_ore(subject).await;
    batches_resume_where_they_stopped(subject).await;
    the_same_record_twice_is_one_record(subject).await;
    acknowledge_forgets_only_what_it_names(subject).await;
    unknown_fields_are_ignored(subject).await;
    a_bad_record_is_set_aside_and_the_rest_comes(subject).await;
    half_a_reply_is_an_error(subject).await;
    failures_are_told_apart(subject).await;
    a_reply_over_the_limit_is_refused(subject).await;
    nothing_secret_shows(subject).await;
}

/// Walks to the end as the gateway does: pull, keep, acknowledge, until there is no more.
///
/// # Panics
///
/// If the walk does not end.
pub async fn walk(source: &dyn Source, position: &mut Option<Position>) -> Result<Vec<Batch>, SourceError> {
    let mut batches = Vec::new();
    loop {
        let batch = source.pull(position.as_ref(), YEARS).await?;
        *position = Some(batch.next.clone());
        if let Some(receipt) = &batch.receipt {
            source.acknowledge(receipt).await?;
        }
        let more = batch.more;
        batches.push(batch);
        if !more {
            return Ok(batches);
        }
        assert!(batches.len() < 1_000, "the walk does not end");
    }
}

/// The latest version of each record, as the register keeps it.
pub fn latest(batches: &[Batch]) -> BTreeMap<RecordId, Record> {
    let mut records: BTreeMap<RecordId, Record> = BTreeMap::new();
    for (batch, record) in batches
        .iter()
        .flat_map(|batch| batch.records.iter().map(move |record| (batch, record)))
    {
        let superseded = batch.scope.is_none()
            && records
                .get(&record.id)
                .is_some_and(|known| known.revision > record.revision);
        if !superseded {
            records.insert(record.id.clone(), record.clone());
        }
    }
    records
}

/// The contents by id: a system gives revisions of its own.
fn contents(records: impl IntoIterator<Item = Record>) -> BTreeMap<RecordId, Content> {
    records.into_iter().map(|record| (record.id, record.content)).collect()
}

/// Whether the batch says that something is missing from it.
fn is_marked(batch: &Batch) -> bool {
    !batch.gaps.is_empty() || !batch.set_aside.is_empty()
}

async fn world(subject: &Subject) -> World {
    (subject.world)(None).await
}

/// A world whose system has the sample and the fault.
async fn world_with(subject: &Subject, fault: &str) -> Option<World> {
    let world = world(subject).await;
    world.simulator.publish(&subject.sample);
    match world.simulator.set_fault(Some(fault)) {
        Ok(()) => Some(world),
        Err(error) => {
            assert!(
                subject.cannot.iter().any(|(name, _)| *name == fault),
                "{error}, and the subject gives no reason"
            );
            None
        }
    }
}

fn check_sample(sample: &[Record]) {
    let mut figures = Vec::new();
    let mut leading_zero = false;
    for record in sample {
        match &record.content {
            Content::Award(award) => {
                figures.extend([award.applied, award.granted, award.paid]);
                leading_zero |= award
                    .recipient
                    .number
                    .as_deref()
                    .is_some_and(|number| number.starts_with('0'));
            }
            Content::Payment(payment) => figures.push(Figure::Stated(payment.disbursement.amount)),
            Content::Correction(correction) => figures.push(Figure::Stated(correction.disbursement.amount)),
            Content::Accounts(programgrant_schema::Accounts::Year { lines, .. }) => {
                figures.extend(lines.iter().map(|line| Figure::Stated(line.amount)));
                // The state accounts know no municipality and leave no amount out.
                figures.push(Figure::NotDelivered);
                leading_zero = true;
            }
            Content::Accounts(programgrant_schema::Accounts::Appropriations { .. }) => {}
        }
    }
    for ore in [10, 123_456_789, 0] {
        assert!(
            figures
                .iter()
                .any(|figure| figure.stated().is_some_and(|amount| amount.get() == ore)),
            "the sample has no amount of {ore} øre"
        );
    }
    assert!(
        figures.contains(&Figure::NotDelivered),
        "the sample has no absent amount"
    );
    assert!(
        leading_zero,
        "the sample has no municipality number with a leading zero"
    );
    assert!(sample.len() >= 3, "the sample has fewer than three records");
}

async fn nothing_new_is_an_empty_batch(subject: &Subject) {
    let world = world(subject).await;
    let mut position = None;
    let batches = walk(&*world.source, &mut position)
        .await
        .expect("an empty system answers");
    assert!(
        batches
            .iter()
            .all(|batch| batch.records.is_empty() && batch.set_aside.is_empty()),
        "an empty system has records"
    );
    world.simulator.publish(&subject.sample);
    walk(&*world.source, &mut position).await.expect("the sample comes");
    let again = walk(&*world.source, &mut position)
        .await
        .expect("nothing new is an answer");
    assert!(
        latest(&again).is_empty() || contents(latest(&again).into_values()) == contents(subject.sample.clone()),
        "nothing new brought something new"
    );
}

async fn what_is_published_comes_to_the_ore(subject: &Subject) {
    let world = world(subject).await;
    world.simulator.publish(&subject.sample);
    let batches = walk(&*world.source, &mut None).await.expect("the sample comes");
    assert!(
        batches
            .iter()
            .all(|batch| batch.set_aside.is_empty() && batch.gaps.is_empty()),
        "good records were set aside: {batches:#?}"
    );
    let (came, published) = (
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone()),
    );
    for (id, content) in &published {
        assert_eq!(came.get(id), Some(content), "record {id}");
    }
    assert_eq!(came.len(), published.len(), "more came than was published");
}

async fn batches_resume_where_they_stopped(subject: &Subject) {
    let world = world(subject).await;
    let (last, first) = subject.sample.split_last().expect("three records");
    world.simulator.publish(first);
    let mut position = None;
    let mut batches = walk(&*world.source, &mut position)
        .await
        .expect("the first records come");
    // A position survives the adapter that gave it: it is stored as text.
    position = position.map(|position| Position::from_text(position.as_str().to_owned()));
    world.simulator.publish(std::slice::from_ref(last));
    batches.extend(
        walk(&*world.source, &mut position)
            .await
            .expect("the last record comes"),
    );
    assert_eq!(
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone())
    );
    // A position that another version wrote means: begin again.
    world.simulator.publish(&subject.sample);
    walk(&*world.source, &mut Some(Position::from_text("{}".to_owned())))
        .await
        .expect("an unknown position is a fresh start");
}

async fn the_same_record_twice_is_one_record(subject: &Subject) {
    let Some(world) = world_with(subject, fault::TWICE).await else {
        return;
    };
    let batches = walk(&*world.source, &mut None).await.expect("twice is no error");
    assert_eq!(
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone())
    );
}

async fn acknowledge_forgets_only_what_it_names(subject: &Subject) {
    let world = world(subject).await;
    let (last, first) = subject.sample.split_last().expect("three records");
    world.simulator.publish(first);
    let batch = world.source.pull(None, YEARS).await.expect("the first records come");
    world.simulator.publish(std::slice::from_ref(last));
    if let Some(receipt) = &batch.receipt {
        world.source.acknowledge(receipt).await.expect("acknowledged");
        world.source.acknowledge(receipt).await.expect("may be repeated");
    }
    let mut batches = vec![batch];
    let mut position = Some(batches[0].next.clone());
    batches.extend(walk(&*world.source, &mut position).await.expect("the rest comes"));
    assert_eq!(
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone()),
        "something was forgotten"
    );
    if subject.is_queue {
        let after = walk(&*world.source, &mut position)
            .await
            .expect("an empty queue answers");
        assert!(latest(&after).is_empty(), "an acknowledged record came again");
    }
}

async fn unknown_fields_are_ignored(subject: &Subject) {
    let Some(world) = world_with(subject, fault::UNKNOWN_FIELDS).await else {
        return;
    };
    let batches = walk(&*world.source, &mut None)
        .await
        .expect("unknown fields are no error");
    assert!(batches.iter().all(|batch| batch.set_aside.is_empty()));
    assert_eq!(
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone())
    );
}

async fn a_bad_record_is_set_aside_and_the_rest_comes(subject: &Subject) {
    let Some(world) = world_with(subject, fault::BAD_RECORD).await else {
        return;
    };
    let mut position = None;
    let batches = walk(&*world.source, &mut position)
        .await
        .expect("a bad record stops nobody");
    let set_aside: Vec<_> = batches.iter().flat_map(|batch| &batch.set_aside).collect();
    assert_eq!(set_aside.len(), 1, "one record is bad: {set_aside:#?}");
    assert!(!set_aside[0].place.is_empty() && !set_aside[0].reason.is_empty());
    let (came, published) = (
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone()),
    );
    assert!(
        published.iter().all(|(id, content)| came.get(id) == Some(content)),
        "a bad record took others with it"
    );
}

async fn half_a_reply_is_an_error(subject: &Subject) {
    let Some(world) = world_with(subject, fault::CUT).await else {
        return;
    };
    match walk(&*world.source, &mut None).await {
        Err(SourceError::Malformed { .. } | SourceError::NotReady { .. } | SourceError::Outage { .. }) => {}
        Err(other) => panic!("half a reply is told as: {other:?}"),
        // A folder goes on with the other files and says what is missing.
        Ok(batches) => assert!(batches.iter().any(is_marked), "half a reply passed for a whole one"),
    }
    world.simulator.set_fault(None).expect("heals");
    let batches = walk(&*world.source, &mut None).await.expect("a healed system answers");
    assert_eq!(
        contents(latest(&batches).into_values()),
        contents(subject.sample.clone())
    );
}

async fn failures_are_told_apart(subject: &Subject) {
    type Is = fn(&SourceError) -> bool;
    let told_apart: [(&str, Is, bool); 4] = [
        (
            fault::THROTTLED,
            |error| matches!(error, SourceError::Throttled { .. }),
            true,
        ),
        (
            fault::REFUSED,
            |error| matches!(error, SourceError::Refused { .. }),
            false,
        ),
        (fault::OUTAGE, |error| matches!(error, SourceError::Outage { .. }), true),
        (
            fault::NOT_READY,
            |error| matches!(error, SourceError::NotReady { .. }),
            true,
        ),
    ];
    for (fault, is_told, retryable) in told_apart {
        let Some(world) = world_with(subject, fault).await else {
            continue;
        };
        let error = walk(&*world.source, &mut None).await.expect_err(fault);
        assert!(is_told(&error), "{fault} is told as {error:?}");
        assert_eq!(error.is_retryable(), retryable, "{fault}");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{fault} tells a secret");
    }
}

async fn a_reply_over_the_limit_is_refused(subject: &Subject) {
    let world = (subject.world)(Some(64)).await;
    world.simulator.publish(&subject.sample);
    match walk(&*world.source, &mut None).await {
        Err(SourceError::TooLarge { limit: 64 }) => {}
        Err(other) => panic!("too large is told as {other:?}"),
        // A folder goes on with the other files and says what is missing.
        Ok(batches) => {
            assert!(latest(&batches).is_empty(), "a file over the limit was read");
            assert!(batches.iter().any(is_marked), "a file over the limit passed unnoticed");
        }
    }
}

async fn nothing_secret_shows(subject: &Subject) {
    let world = world(subject).await;
    assert!(
        !world.debug.is_empty() && !world.debug.contains(SECRET),
        "Debug shows a secret: {}",
        world.debug
    );
}
