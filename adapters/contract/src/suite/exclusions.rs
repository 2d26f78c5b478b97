//! The contract suite of the writing side: every promise of [`crate::Exclusions`], run against an adapter and its simulator.
//!
//! An adapter's `tests/exclusions.rs` makes a [`ExclusionWorld`] and calls [`run`]; each promise gets a world of its own.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Exclusion;

use super::SECRET;
use crate::simulation::{Simulator, fault};
use crate::{Exclusions, SourceError, SyncOutcome, SyncReport, intent};

/// When all calls of the suite take place: two in the same second are nothing special.
pub const AT: Timestamp = Timestamp::constant(1_616_400_000, 0);

/// An adapter and the simulated system that it writes to.
pub struct ExclusionWorld {
    pub simulator: Box<dyn Simulator>,
    pub exclusions: Box<dyn Exclusions>,
    /// What the adapter's `Debug` prints, with every secret that it was given set to [`SECRET`].
    pub debug: String,
    /// Whatever must live as long as the world, such as a temporary folder.
    pub keep: Box<dyn std::any::Any + Send + Sync>,
}

/// How the suite makes worlds and what it may expect of them.
pub struct ExclusionSubject {
    /// A fresh system that holds no exclusion.
    pub world: Box<dyn Fn() -> futures::future::BoxFuture<'static, ExclusionWorld>>,
    /// At least three, of different participants.
    pub sample: Vec<Exclusion>,
    /// Whether the system can list what it holds.
    pub can_list: bool,
    /// Faults of [`fault`] that this system cannot have, each with the reason.
    pub cannot: &'static [(&'static str, &'static str)],
}

/// Runs every promise.
///
/// # Panics
///
/// At the first promise that the adapter breaks.
pub async fn run(subject: &ExclusionSubject) {
    assert!(subject.sample.len() >= 3, "the sample has fewer than three exclusions");
    what_is_wanted_stands_and_repeating_changes_nothing(subject).await;
    what_is_no_longer_wanted_is_lifted(subject).await;
    what_is_re_dated_never_stands_twice(subject).await;
    one_that_fails_leaves_the_others_kept(subject).await;
    what_somebody_else_set_is_left_alone(subject).await;
    what_has_vanished_is_set_again(subject).await;
    a_half_done_change_is_completed(subject).await;
    a_lost_answer_is_made_good(subject).await;
    failures_are_told_apart_and_heal(subject).await;
    nothing_secret_shows(subject).await;
}

/// The gateway as the suite plays it: it remembers its intent before each call and the outcome after.
#[derive(Default)]
struct Gateway {
    written: Vec<Exclusion>,
}

impl Gateway {
    async fn try_keep(&mut self, world: &ExclusionWorld, wanted: &[Exclusion]) -> Result<SyncReport, SourceError> {
        self.written = intent(wanted, &self.written);
        let report = world.exclusions.sync(wanted, &self.written, AT).await?;
        for exclusion in &self.written {
            let outcomes = report
                .outcomes
                .iter()
                .filter(|outcome| outcome.exclusion == *exclusion)
                .count();
            assert_eq!(outcomes, 1, "one outcome for each exclusion: {report:#?}");
        }
        assert!(
            report
                .outcomes
                .iter()
                .all(|outcome| (outcome.outcome == SyncOutcome::Stands) <= wanted.contains(&outcome.exclusion))
        );
        self.written = report.remembered();
        Ok(report)
    }

    /// Keeps what nothing stands in the way of.
    async fn sync(&mut self, world: &ExclusionWorld, wanted: &[Exclusion]) -> SyncReport {
        let report = self.try_keep(world, wanted).await.expect("the system answers");
        assert_eq!(report.failures().count(), 0, "{report:#?}");
        assert_eq!(self.written.len(), wanted.len(), "what stands is what is remembered");
        report
    }

    /// Keeps what something stands in the way of; the errors, of the whole or of each.
    async fn errors(&mut self, world: &ExclusionWorld, wanted: &[Exclusion]) -> Vec<SourceError> {
        match self.try_keep(world, wanted).await {
            Ok(report) => report.failures().map(|(_, error)| error.clone()).collect(),
            Err(error) => vec![error],
        }
    }
}

type Standing = (String, Date, Date);

fn standing(world: &ExclusionWorld) -> Vec<Standing> {
    let held = world.simulator.exclusions().into_iter();
    let mut standing: Vec<_> = held
        .map(|held| (held.organisation_number, held.from, held.until))
        .collect();
    standing.sort();
    standing
}

fn told(exclusions: &[Exclusion]) -> Vec<Standing> {
    let told = |exclusion: &Exclusion| {
        (
            exclusion.participant.organisation_number.to_string(),
            exclusion.from,
            exclusion.until,
        )
    };
    let mut all: Vec<_> = exclusions.iter().map(told).collect();
    all.sort();
    all
}

/// The sample, one of which ends a year earlier.
fn re_dated(subject: &ExclusionSubject) -> Vec<Exclusion> {
    let mut sample = subject.sample.clone();
    sample[0].until = Date::new(sample[0].until.year() - 1, 1, 31).expect("a date");
    sample
}

async fn world(subject: &ExclusionSubject) -> ExclusionWorld {
    (subject.world)().await
}

/// Sets the fault; false where the system cannot have it.
fn goes_wrong(subject: &ExclusionSubject, world: &ExclusionWorld, fault: &str) -> bool {
    let outcome = world.simulator.set_fault(Some(fault));
    let has_reason = subject.cannot.iter().any(|(name, _)| *name == fault);
    assert!(
        outcome.is_ok() || has_reason,
        "no fault {fault}, and the subject gives no reason"
    );
    if has_reason {
        world.simulator.set_fault(None).expect("heals");
    }
    !has_reason
}

async fn what_is_wanted_stands_and_repeating_changes_nothing(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    let nothing = gateway.sync(&world, &[]).await;
    assert_eq!(nothing.foreign.is_some(), subject.can_list);
    assert_eq!(standing(&world), []);
    for _ in 0..3 {
        let report = gateway.sync(&world, &subject.sample).await;
        assert_eq!(standing(&world), told(&subject.sample));
        assert!(
            report.foreign.is_none_or(|foreign| foreign.is_empty()),
            "what is ours is no stranger's"
        );
    }
    // Whoever has forgotten that it wrote them finds them standing, and sets none beside them.
    Gateway::default().sync(&world, &subject.sample).await;
    assert_eq!(standing(&world), told(&subject.sample));
}

async fn what_is_no_longer_wanted_is_lifted(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    gateway.sync(&world, &subject.sample).await;
    let report = gateway.sync(&world, &subject.sample[1..]).await;
    assert_eq!(standing(&world), told(&subject.sample[1..]));
    assert!(
        report
            .outcomes
            .iter()
            .any(|outcome| outcome.exclusion == subject.sample[0] && outcome.outcome == SyncOutcome::Lifted)
    );
    gateway.sync(&world, &[]).await;
    assert_eq!(standing(&world), []);
    // To lift what does not stand is no error: the answer to the first attempt may have been lost.
    let again = world
        .exclusions
        .sync(&[], &subject.sample, AT)
        .await
        .expect("the system answers");
    assert!(
        again
            .outcomes
            .iter()
            .all(|outcome| outcome.outcome == SyncOutcome::Lifted),
        "{again:#?}"
    );
    assert_eq!(standing(&world), []);
}

async fn what_is_re_dated_never_stands_twice(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    gateway.sync(&world, &subject.sample).await;
    gateway.sync(&world, &re_dated(subject)).await;
    assert_eq!(standing(&world), told(&re_dated(subject)));
    gateway.sync(&world, &subject.sample).await;
    assert_eq!(standing(&world), told(&subject.sample));
    let mut reworded = subject.sample.clone();
    reworded[0].legal_basis.push_str(", med endring");
    gateway.sync(&world, &reworded).await;
    assert_eq!(standing(&world), told(&reworded));
    gateway.sync(&world, &reworded[1..]).await;
    assert_eq!(standing(&world), told(&reworded[1..]));
}

async fn one_that_fails_leaves_the_others_kept(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    let mut wanted = subject.sample.clone();
    wanted[0].legal_basis.replace_range(.., " ");
    let errors = gateway.errors(&world, &wanted).await;
    assert!(matches!(errors.as_slice(), [SourceError::Refused { .. }]), "{errors:?}");
    assert_eq!(standing(&world), told(&wanted[1..]));
    // The same over one that stands: it stays until it can be replaced.
    gateway.sync(&world, &subject.sample).await;
    assert!(!gateway.errors(&world, &wanted).await.is_empty());
    assert_eq!(standing(&world), told(&subject.sample));
    gateway.sync(&world, &subject.sample[1..]).await;
    assert_eq!(standing(&world), told(&subject.sample[1..]));
}

async fn what_somebody_else_set_is_left_alone(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    let (theirs, ours) = subject.sample.split_at(1);
    Gateway::default().sync(&world, theirs).await;
    for wanted in [ours, &ours[1..], &[]] {
        let report = gateway.sync(&world, wanted).await;
        assert_eq!(standing(&world), told(&[theirs, wanted].concat()));
        let Some(foreign) = report.foreign else { continue };
        let foreign: Vec<_> = foreign
            .into_iter()
            .map(|held| (held.organisation_number, held.from, held.until))
            .collect();
        assert_eq!(foreign, told(theirs));
    }
}

async fn what_has_vanished_is_set_again(subject: &ExclusionSubject) {
    let (world, mut gateway) = (world(subject).await, Gateway::default());
    gateway.sync(&world, &subject.sample).await;
    let lifted = world
        .exclusions
        .sync(&[], &subject.sample[..1], AT)
        .await
        .expect("the system answers");
    assert_eq!(lifted.failures().count(), 0);
    assert_eq!(standing(&world), told(&subject.sample[1..]));
    gateway.sync(&world, &subject.sample).await;
    assert_eq!(standing(&world), told(&subject.sample));
}

async fn a_half_done_change_is_completed(subject: &ExclusionSubject) {
    for wanted in [re_dated(subject), subject.sample.clone(), Vec::new()] {
        let (world, mut gateway) = (world(subject).await, Gateway::default());
        gateway.sync(&world, &subject.sample).await;
        if !goes_wrong(subject, &world, fault::NOT_SET) {
            return;
        }
        assert!(
            !gateway.errors(&world, &re_dated(subject)).await.is_empty(),
            "nothing can be set"
        );
        assert!(standing(&world).len() <= subject.sample.len(), "something stands twice");
        world.simulator.set_fault(None).expect("heals");
        gateway.sync(&world, &wanted).await;
        assert_eq!(standing(&world), told(&wanted));
    }
}

async fn a_lost_answer_is_made_good(subject: &ExclusionSubject) {
    let changes = [
        (vec![], subject.sample.clone()),
        (subject.sample.clone(), re_dated(subject)),
        (subject.sample.clone(), vec![]),
    ];
    for ((before, after), fault) in changes
        .into_iter()
        .flat_map(|change| [fault::ANSWER_LOST, fault::CUT].map(|fault| (change.clone(), fault)))
    {
        let (world, mut gateway) = (world(subject).await, Gateway::default());
        gateway.sync(&world, &before).await;
        if !goes_wrong(subject, &world, fault) {
            continue;
        }
        assert!(
            !gateway.errors(&world, &after).await.is_empty(),
            "{fault}: no answer passed for one"
        );
        world.simulator.set_fault(None).expect("heals");
        gateway.sync(&world, &after).await;
        assert_eq!(standing(&world), told(&after), "{fault}");
    }
}

async fn failures_are_told_apart_and_heal(subject: &ExclusionSubject) {
    type Is = fn(&SourceError) -> bool;
    let told_apart: [(&str, Is); 4] = [
        (fault::THROTTLED, |error| matches!(error, SourceError::Throttled { .. })),
        (fault::REFUSED, |error| matches!(error, SourceError::Refused { .. })),
        (fault::OUTAGE, |error| matches!(error, SourceError::Outage { .. })),
        (fault::CUT, |error| matches!(error, SourceError::Malformed { .. })),
    ];
    for (fault, is_told) in told_apart {
        let (world, mut gateway) = (world(subject).await, Gateway::default());
        gateway.sync(&world, &subject.sample[..1]).await;
        if !goes_wrong(subject, &world, fault) {
            continue;
        }
        let errors = gateway.errors(&world, &subject.sample).await;
        assert!(
            !errors.is_empty() && errors.iter().all(is_told),
            "{fault} is told as {errors:?}"
        );
        assert!(!format!("{errors:?}").contains(SECRET), "{fault} tells a secret");
        world.simulator.set_fault(None).expect("heals");
        gateway.sync(&world, &subject.sample).await;
        assert_eq!(standing(&world), told(&subject.sample), "{fault}");
    }
}

async fn nothing_secret_shows(subject: &ExclusionSubject) {
    let world = world(subject).await;
    assert!(
        !world.debug.is_empty() && !world.debug.contains(SECRET),
        "Debug shows a secret: {}",
        world.debug
    );
}
