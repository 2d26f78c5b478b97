//! Promise, on both stores: whatever a source says, in whatever order, under whatever stamps, with readings that fail and the program
//! starting anew in between, what it says now holds, what it no longer says is told apart, and what was so at any earlier instant is told of it.

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use super::model::{Model, Reading, Said, Way};
use super::shelf::Shelf;
use crate::ledger::books::Kind;
use crate::machines::{self, Cases};

const SQLITE: Cases = Cases { usual: 32, most: 300 };
const POSTGRES: Cases = Cases { usual: 6, most: 24 };
/// The same cases each time.
const SEED: u64 = 2021;

#[test]
fn sqlite_says_what_the_model_says() {
    machines::run::<OnSqlite>(SQLITE, SEED, 1..25);
}

#[test]
fn postgres_says_what_the_model_says() {
    machines::run::<OnPostgres>(POSTGRES, SEED, 1..25);
}

#[derive(Debug, Clone)]
pub enum Step {
    Read(Reading),
    /// The system answers half, or not at all.
    Fail,
    Days(i64),
    Reopen,
}

/// Stamps around the first day, some of them too far ahead to be true.
fn said(ids: std::ops::Range<u8>, stamps: impl Strategy<Value = Option<i64>>) -> impl Strategy<Value = Said> {
    (ids, stamps, 0..4_i16, proptest::bool::weighted(0.8)).prop_map(|(id, stamp, value, good)| Said {
        id,
        stamp,
        value,
        good,
    })
}

fn days() -> impl Strategy<Value = Option<i64>> {
    proptest::option::weighted(0.9, prop_oneof![6 => -3..=3_i64, 1 => Just(36_500)])
}

/// A heading lists each record once, as an adapter tells it; the first heading has two more that it cannot always say.
fn listing() -> impl Strategy<Value = Reading> {
    let stamp = || prop_oneof![6 => -3..=3_i64, 1 => Just(36_500)].prop_map(Some);
    let listed = proptest::collection::vec(said(0..4, stamp()), 0..5);
    let doubtful = proptest::collection::vec(said(4..6, stamp()), 0..4);
    (0..2_usize, listed, doubtful).prop_map(|(heading, mut listed, mut doubtful)| {
        for said in &mut listed {
            said.good = true;
        }
        let mut seen = std::collections::BTreeSet::new();
        listed.retain(|said| seen.insert((said.id, said.good)));
        doubtful.retain(|said| seen.insert((said.id, said.good)));
        if heading == 0 {
            listed.extend(doubtful);
        }
        Reading::Whole { heading, listed }
    })
}

pub struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        let items = proptest::collection::vec(said(0..3, days()), 12);
        let row = || said(0..4, Just(None));
        let files = proptest::collection::vec(proptest::collection::vec(row(), 0..5), 6);
        (
            prop_oneof![Just(Way::Whole), Just(Way::Queue), Just(Way::Files)],
            items,
            files,
        )
            .prop_map(|(way, items, files)| Model::new(way, items, files))
            .boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        let reading = match model.way {
            Way::Whole => listing().boxed(),
            Way::Queue => proptest::collection::vec(0..model.items.len(), 0..4)
                .prop_map(Reading::Queue)
                .boxed(),
            Way::Files => (0..model.files.len()).prop_map(Reading::File).boxed(),
        };
        prop_oneof![10 => reading.prop_map(Step::Read), 1 => Just(Step::Fail), 1 => (1..4_i64).prop_map(Step::Days), 1 => Just(Step::Reopen)].boxed()
    }

    fn apply(mut model: Model, step: &Step) -> Model {
        match step {
            Step::Read(reading) => model.read(reading),
            Step::Days(days) => model.today += days,
            Step::Fail | Step::Reopen => {}
        }
        model
    }
}

struct OnSqlite;
struct OnPostgres;

macro_rules! test_against_the_model {
    ($name:ident, $kind:expr) => {
        impl StateMachineTest for $name {
            type SystemUnderTest = Shelf;
            type Reference = Reference;

            fn init_test(_: &Model) -> Shelf {
                Shelf::open($kind)
            }

            fn apply(mut shelf: Shelf, model: &Model, step: Step) -> Shelf {
                match step {
                    Step::Read(reading) => shelf.read(model, &reading),
                    Step::Fail => shelf.fail(model),
                    Step::Days(_) => {}
                    Step::Reopen => shelf.reopen(),
                }
                shelf
            }

            fn teardown(shelf: Shelf, _: Model) {
                shelf.assert_remembers();
            }

            fn check_invariants(shelf: &Shelf, model: &Model) {
                shelf.assert_is_as(model);
            }
        }
    };
}
test_against_the_model!(OnSqlite, Kind::Sqlite);
test_against_the_model!(OnPostgres, Kind::Postgres);
