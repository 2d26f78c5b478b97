//! What adapters share in keeping exclusions: what belongs together, when to stop asking, and the way of systems that hold one
//! statement beside another. Nothing here knows any system.

use std::collections::BTreeMap;

use async_trait::async_trait;
use programgrant_schema::Exclusion;

use crate::error::SourceError;
use crate::exclusions::{ExclusionOutcome, SyncOutcome};

/// So many failures in a row and the system itself is taken to be the cause.
const FAILURES_IN_A_ROW: usize = 3;

/// All that is wanted and was written about one subject: a participant and what it is kept out of.
#[derive(Debug)]
pub struct Group<'a> {
    pub wanted: Vec<&'a Exclusion>,
    /// Written and no longer wanted.
    pub stale: Vec<&'a Exclusion>,
}

/// Sorts exclusions by the subject that the system knows them by.
pub fn groups<'a, S: Ord>(
    wanted: &'a [Exclusion],
    written: &'a [Exclusion],
    subject: impl Fn(&Exclusion) -> S,
) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<S, Group<'a>> = BTreeMap::new();
    let empty = || Group {
        wanted: Vec::new(),
        stale: Vec::new(),
    };
    for exclusion in wanted {
        let group = groups.entry(subject(exclusion)).or_insert_with(empty);
        if !group.wanted.contains(&exclusion) {
            group.wanted.push(exclusion);
        }
    }
    for exclusion in written {
        let group = groups.entry(subject(exclusion)).or_insert_with(empty);
        if !group.wanted.contains(&exclusion) && !group.stale.contains(&exclusion) {
            group.stale.push(exclusion);
        }
    }
    groups.into_values().collect()
}

/// Stops asking a system that asks for patience or that fails again and again, so that a system that is down is not waited for
/// once per exclusion. A refusal is about one exclusion and stops nothing.
#[derive(Debug, Default)]
pub struct FailureBudget {
    in_a_row: usize,
    lost: Option<SourceError>,
}

impl FailureBudget {
    /// What the call comes to, or, once the budget is spent, what it was spent on.
    pub async fn ask<T>(&mut self, call: impl Future<Output = Result<T, SourceError>>) -> Result<T, SourceError> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        let result = call.await;
        match &result {
            Ok(_) | Err(SourceError::Refused { .. }) => self.in_a_row = 0,
            Err(error) => {
                self.in_a_row += 1;
                let is_lost = matches!(error, SourceError::Throttled { .. }) || self.in_a_row >= FAILURES_IN_A_ROW;
                self.lost = is_lost.then(|| error.clone());
            }
        }
        result
    }
}

/// How a system that holds one statement beside another is told of each. Both calls may be repeated.
#[async_trait]
pub trait Backend: Send {
    /// A statement in the system's words; two that are equal are one to the system.
    type Payload: PartialEq + Send + Sync;

    /// Says it, or says why the system has no words for it.
    fn encode(&self, exclusion: &Exclusion) -> Result<Self::Payload, SourceError>;

    /// Makes it stand.
    async fn set(&mut self, payload: &Self::Payload) -> Result<(), SourceError>;

    /// Makes it stand no longer.
    async fn lift(&mut self, payload: &Self::Payload) -> Result<(), SourceError>;
}

/// Keeps group after group: what is stale is lifted, and only then what is wanted is set.
pub async fn sync_each<B: Backend>(backend: &mut B, groups: &[Group<'_>]) -> Vec<ExclusionOutcome> {
    let mut budget = FailureBudget::default();
    let mut outcomes = Vec::new();
    for group in groups {
        outcomes.extend(sync_group(backend, &mut budget, group).await);
    }
    outcomes
}

async fn sync_group<B: Backend>(
    backend: &mut B,
    budget: &mut FailureBudget,
    group: &Group<'_>,
) -> Vec<ExclusionOutcome> {
    let wanted: Vec<_> = group
        .wanted
        .iter()
        .map(|exclusion| (*exclusion, backend.encode(exclusion)))
        .collect();
    let unsayable = wanted.iter().find_map(|(_, said)| said.as_ref().err().cloned());
    let mut outcomes = Vec::new();
    let mut restated = Vec::new();
    let mut hindrance = None;
    for exclusion in &group.stale {
        let fate = match backend.encode(exclusion) {
            // What cannot be said was never written.
            Err(_) => SyncOutcome::Lifted,
            Ok(payload) => {
                if let Some(at) = wanted.iter().position(|(_, said)| said.as_ref() == Ok(&payload)) {
                    restated.push((*exclusion, at));
                    continue;
                }
                let lifted = match &unsayable {
                    Some(error) => Err(error.clone()),
                    None => budget.ask(backend.lift(&payload)).await,
                };
                hindrance = hindrance.or_else(|| lifted.as_ref().err().cloned());
                SyncOutcome::of(lifted, SyncOutcome::Lifted)
            }
        };
        outcomes.push(ExclusionOutcome::new(exclusion, fate));
    }
    let mut fates = Vec::new();
    for (exclusion, said) in wanted {
        let set = match (said, &hindrance) {
            (Err(error), _) => Err(error),
            // Beside one that may still stand, a new one would be a second.
            (Ok(_), Some(error)) => Err(error.clone()),
            (Ok(payload), None) => budget.ask(backend.set(&payload)).await,
        };
        fates.push(set.clone());
        outcomes.push(ExclusionOutcome::new(
            exclusion,
            SyncOutcome::of(set, SyncOutcome::Stands),
        ));
    }
    outcomes.extend(restated.into_iter().map(|(exclusion, at)| {
        ExclusionOutcome::new(exclusion, SyncOutcome::of(fates[at].clone(), SyncOutcome::Lifted))
    }));
    outcomes
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use jiff::civil::date;
    use programgrant_schema::{BudgetPost, Participant, Prevention};

    use super::*;
    use crate::exclusions::{check, intent};

    const NUMBERS: [&str; 5] = ["940244145", "864953042", "964951284", "918082956", "952857991"];

    fn exclusion(organisation_number: &str, until: i16) -> Exclusion {
        let organisation_number = organisation_number.parse().expect("an organisation number");
        Exclusion {
            participant: Participant {
                organisation_number,
                number: "3813".to_owned(),
                name: "Bamble".to_owned(),
            },
            post: BudgetPost::new(765, 60),
            activity: None,
            from: date(2020, 1, 1),
            until: date(until, 6, 30),
            programme: "pilot".to_owned(),
            legal_basis: "prosjektplan, pkt. 3.3".to_owned(),
            prevention: Prevention::RefuseApplication,
            target_group: None,
        }
    }

    /// Says a participant's number and the last year; fails for those whose number it is told to fail for.
    #[derive(Default)]
    struct Paper {
        stands: Vec<(String, i16)>,
        fails: Vec<(&'static str, Option<SourceError>)>,
        asked: usize,
    }

    impl Paper {
        fn answer(&mut self, payload: &(String, i16)) -> Result<(), SourceError> {
            self.asked += 1;
            let failure = self
                .fails
                .iter()
                .find(|(number, _)| *number == payload.0)
                .and_then(|(_, error)| error.clone());
            failure.map_or(Ok(()), Err)
        }
    }

    #[async_trait]
    impl Backend for Paper {
        type Payload = (String, i16);

        fn encode(&self, exclusion: &Exclusion) -> Result<Self::Payload, SourceError> {
            check(exclusion)?;
            Ok((
                exclusion.participant.organisation_number.to_string(),
                exclusion.until.year(),
            ))
        }

        async fn set(&mut self, payload: &Self::Payload) -> Result<(), SourceError> {
            self.answer(payload)?;
            assert!(
                !self
                    .stands
                    .iter()
                    .any(|(number, until)| *number == payload.0 && *until != payload.1),
                "two stand"
            );
            if !self.stands.contains(payload) {
                self.stands.push(payload.clone());
            }
            Ok(())
        }

        async fn lift(&mut self, payload: &Self::Payload) -> Result<(), SourceError> {
            self.answer(payload)?;
            self.stands.retain(|standing| standing != payload);
            Ok(())
        }
    }

    fn sync(paper: &mut Paper, wanted: &[Exclusion], written: &[Exclusion]) -> Vec<ExclusionOutcome> {
        block_on(sync_each(
            paper,
            &groups(wanted, written, |exclusion| exclusion.participant.organisation_number),
        ))
    }

    fn all(until: i16) -> Vec<Exclusion> {
        NUMBERS.map(|number| exclusion(number, until)).to_vec()
    }

    fn fate<'o>(outcomes: &'o [ExclusionOutcome], exclusion: &Exclusion) -> &'o SyncOutcome {
        &outcomes
            .iter()
            .find(|outcome| outcome.exclusion == *exclusion)
            .expect("an outcome")
            .outcome
    }

    #[test]
    fn one_that_fails_stops_no_other_however_it_fails() {
        for error in [
            SourceError::refused("no"),
            SourceError::outage("down"),
            SourceError::malformed("body", "cut"),
        ] {
            let mut paper = Paper {
                fails: vec![("964951284", Some(error.clone()))],
                ..Paper::default()
            };
            let outcomes = sync(&mut paper, &all(2023), &[]);
            assert_eq!((paper.stands.len(), paper.asked), (4, 5), "{error}");
            assert_eq!(
                fate(&outcomes, &exclusion("964951284", 2023)),
                &SyncOutcome::Failed(error)
            );
        }
    }

    #[test]
    fn a_system_that_is_down_is_not_waited_for_once_per_exclusion() {
        let failing = |error: &SourceError| Paper {
            fails: NUMBERS.map(|number| (number, Some(error.clone()))).to_vec(),
            ..Paper::default()
        };
        let throttled = SourceError::Throttled { retry_after: None };
        for (error, asked) in [
            (SourceError::outage("down"), 3),
            (throttled, 1),
            (SourceError::refused("no"), 5),
        ] {
            let mut paper = failing(&error);
            let outcomes = sync(&mut paper, &all(2023), &[]);
            assert!(
                outcomes
                    .iter()
                    .all(|outcome| outcome.outcome == SyncOutcome::Failed(error.clone()))
            );
            assert_eq!(paper.asked, asked, "{error}");
        }
    }

    #[test]
    fn the_old_one_stands_until_the_new_one_can_be_said() {
        let (old, mut new) = (exclusion(NUMBERS[0], 2023), exclusion(NUMBERS[0], 2022));
        let mut paper = Paper::default();
        sync(&mut paper, std::slice::from_ref(&old), &[]);
        new.legal_basis.replace_range(.., "  ");
        let written = intent(std::slice::from_ref(&new), std::slice::from_ref(&old));
        let outcomes = sync(&mut paper, std::slice::from_ref(&new), &written);
        assert!(
            outcomes
                .iter()
                .all(|outcome| matches!(outcome.outcome, SyncOutcome::Failed(SourceError::Refused { .. })))
        );
        assert_eq!(paper.stands, [(NUMBERS[0].to_owned(), 2023)]);
        // What could not be said needs no lifting, even where it is on record as written.
        let outcomes = sync(&mut paper, std::slice::from_ref(&old), &written);
        assert_eq!(
            (fate(&outcomes, &old), fate(&outcomes, &new)),
            (&SyncOutcome::Stands, &SyncOutcome::Lifted)
        );
    }

    #[test]
    fn a_new_one_waits_until_the_old_one_is_lifted() {
        let (old, new) = (exclusion(NUMBERS[0], 2023), exclusion(NUMBERS[0], 2022));
        let mut paper = Paper::default();
        sync(&mut paper, std::slice::from_ref(&old), &[]);
        paper.fails = vec![(NUMBERS[0], Some(SourceError::outage("down")))];
        let outcomes = sync(&mut paper, std::slice::from_ref(&new), std::slice::from_ref(&old));
        assert_eq!(
            (outcomes.len(), paper.stands.len(), paper.asked),
            (2, 1, 2),
            "the new one is not even tried"
        );
        paper.fails.clear();
        sync(&mut paper, std::slice::from_ref(&new), std::slice::from_ref(&old));
        assert_eq!(paper.stands, [(NUMBERS[0].to_owned(), 2022)]);
    }

    #[test]
    fn a_statement_that_says_the_same_is_neither_lifted_nor_set_beside_itself() {
        let old = exclusion(NUMBERS[0], 2023);
        let mut renamed = old.clone();
        renamed.participant.number.replace_range(.., "4012");
        let mut paper = Paper::default();
        sync(&mut paper, std::slice::from_ref(&old), &[]);
        let outcomes = sync(&mut paper, std::slice::from_ref(&renamed), std::slice::from_ref(&old));
        assert_eq!(
            (fate(&outcomes, &renamed), fate(&outcomes, &old), paper.asked),
            (&SyncOutcome::Stands, &SyncOutcome::Lifted, 2)
        );
    }

    #[test]
    fn an_exclusion_survives_its_storage() {
        let exclusion = exclusion(NUMBERS[0], 2023);
        let stored = serde_json::to_string(&exclusion).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Exclusion>(&stored).expect("an exclusion"),
            exclusion
        );
        assert!(stored.contains(r#""prevention":"refuse-application""#), "{stored}");
    }
}
