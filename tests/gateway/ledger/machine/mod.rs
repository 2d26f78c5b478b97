//! Promise, on both stores: whatever is commanded, in whatever order, with time passing and the program starting anew in between,
//! a slot has one holder in each lane, fences grow, what was acknowledged stands, and nothing unknown ever permits.

mod books;
mod model;

use books::Shelf;
use model::{Model, Order, Wish};
use programgrant_core::ledger::rules::Outcome;
use proptest::prelude::*;
use proptest::strategy::Union;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use super::books::Kind;
use crate::machines::{self, Cases};

const SQLITE: Cases = Cases { usual: 48, most: 500 };
const POSTGRES: Cases = Cases { usual: 12, most: 60 };
/// The same cases each time.
const SEED: u64 = 2020;

#[test]
fn sqlite_does_what_the_model_says() {
    machines::run::<OnSqlite>(SQLITE, SEED, 1..30);
}

#[test]
fn postgres_does_what_the_model_says() {
    machines::run::<OnPostgres>(POSTGRES, SEED, 1..30);
}

/// One command, before it is known what claims there are.
#[derive(Debug, Clone)]
pub enum Intent {
    Ask {
        asker: usize,
        key: usize,
        wish: Wish,
        with_other_content: bool,
    },
    /// About one of the claims; `slip` makes fence, reservation or amount a wrong one.
    About {
        claim: usize,
        verb: Verb,
        slip: i64,
        by: usize,
        outcome: Outcome,
    },
    /// The last command that one of the claims took, once more.
    Again {
        claim: usize,
    },
    Suspend,
    Resume,
    Sweep,
}

#[derive(Debug, Clone, Copy)]
pub enum Verb {
    Decide,
    Confirm,
    ConfirmAnotherAmount,
    ConfirmAnotherYear,
    Release,
    Allow,
    Refuse,
    Propose,
    Approve,
    NotePaid,
}

#[derive(Debug, Clone)]
pub enum Step {
    /// Commands that share a batch.
    Batch(Vec<Intent>),
    /// Seconds.
    Advance(i64),
    Reopen,
}

fn wish() -> impl Strategy<Value = Wish> {
    let narrow = |usual: usize, all: usize| prop_oneof![3 => Just(usual), 2 => 0..all];
    (
        narrow(0, 3),
        narrow(0, 2),
        proptest::option::weighted(0.5, 0..2_usize),
        narrow(0, 5),
        narrow(0, 4),
        1..3_i64,
        proptest::bool::weighted(0.3),
    )
        .prop_map(
            |(recipient, scheme, activity, target, period, kroner, award_on_clear)| Wish {
                recipient,
                scheme,
                activity,
                target,
                period,
                kroner,
                award_on_clear,
            },
        )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![4 => Just(Outcome::Clear), 2 => Just(Outcome::Blocked), 2 => Just(Outcome::NeedsCaseOfficer), 1 => Just(Outcome::Undetermined)]
}

fn verb() -> impl Strategy<Value = Verb> {
    use Verb::{
        Allow, Approve, Confirm, ConfirmAnotherAmount, ConfirmAnotherYear, Decide, NotePaid, Propose, Refuse, Release,
    };
    let weighted = |(weight, verb)| (weight, Just(verb).boxed());
    let verbs = [
        (8, Decide),
        (3, Confirm),
        (1, ConfirmAnotherAmount),
        (1, ConfirmAnotherYear),
        (2, Release),
        (3, Allow),
        (1, Refuse),
        (3, Propose),
        (3, Approve),
        (1, NotePaid),
    ];
    Union::new_weighted(verbs.map(weighted).to_vec())
}

fn intent() -> impl Strategy<Value = Intent> {
    let ask = (0..2_usize, 0..4_usize, wish(), proptest::bool::weighted(0.1)).prop_map(
        |(asker, key, wish, with_other_content)| Intent::Ask {
            asker,
            key,
            wish,
            with_other_content,
        },
    );
    let slip = prop_oneof![9 => Just(0_i64), 1 => Just(-1), 1 => Just(1)];
    let about =
        (0..8_usize, verb(), slip, 0..model::BODIES.len(), outcome()).prop_map(|(claim, verb, slip, by, outcome)| {
            Intent::About {
                claim,
                verb,
                slip,
                by,
                outcome,
            }
        });
    let again = (0..8_usize).prop_map(|claim| Intent::Again { claim });
    prop_oneof![8 => ask, 20 => about, 4 => again, 1 => Just(Intent::Suspend), 2 => Just(Intent::Resume), 2 => Just(Intent::Sweep)]
}

/// The seconds around every end, and some.
fn seconds() -> impl Strategy<Value = i64> {
    let ends = [model::UNDECIDED, model::PROPOSAL, model::CLEARANCE];
    prop_oneof![
        Just(1),
        1..200_i64,
        proptest::sample::select(ends.to_vec()),
        proptest::sample::select(ends.map(|end| end - 1).to_vec())
    ]
}

pub struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::default()).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Step> {
        let batch = proptest::collection::vec(intent(), 1..4).prop_map(Step::Batch);
        prop_oneof![12 => batch, 2 => seconds().prop_map(Step::Advance), 1 => Just(Step::Reopen)].boxed()
    }

    fn apply(mut model: Model, step: &Step) -> Model {
        model.last.clear();
        match step {
            Step::Batch(intents) => {
                for intent in intents {
                    let Some(order) = order(&model, intent) else { continue };
                    let answer = model.carry_out(&order);
                    model.last.push((order, answer));
                }
            }
            Step::Advance(seconds) => model.now += seconds,
            Step::Reopen => {}
        }
        model
    }
}

/// What the intent comes to where the claims are these; a claim that nobody has made yet cannot be commanded.
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn order(model: &Model, intent: &Intent) -> Option<Order> {
    let (claim, verb, slip, by, outcome) = match intent.clone() {
        Intent::Ask {
            asker,
            key,
            wish,
            with_other_content,
        } => {
            let key = (asker, key);
            let known = model
                .claims
                .get(&key)
                .map(|kept| kept.wish.clone())
                .filter(|_| !with_other_content);
            return Some(Order::Ask {
                key,
                wish: known.unwrap_or(wish),
            });
        }
        Intent::About {
            claim,
            verb,
            slip,
            by,
            outcome,
        } => (claim, verb, slip, by, outcome),
        Intent::Again { claim } => return model.claims.values().nth(claim)?.last.clone(),
        Intent::Suspend => return Some(Order::Suspend),
        Intent::Resume => return Some(Order::Resume),
        Intent::Sweep => return Some(Order::Sweep),
    };
    let (key, kept) = model.claims.iter().nth(claim)?;
    let (key, fence) = (*key, kept.fence + slip);
    Some(match verb {
        Verb::Decide => Order::Decide {
            key,
            reservation: kept.reservation + slip,
            outcome,
        },
        Verb::Confirm => Order::Confirm {
            key,
            fence,
            kroner: kept.wish.kroner,
            year: Some(2021),
        },
        Verb::ConfirmAnotherAmount => Order::Confirm {
            key,
            fence,
            kroner: kept.wish.kroner + 1,
            year: None,
        },
        Verb::ConfirmAnotherYear => Order::Confirm {
            key,
            fence,
            kroner: kept.wish.kroner,
            year: Some(2022),
        },
        Verb::Release => Order::Release { key, fence },
        Verb::Allow => Order::Rule {
            key,
            fence,
            by,
            allow: Some(outcome),
        },
        Verb::Refuse => Order::Rule {
            key,
            fence,
            by,
            allow: None,
        },
        Verb::Propose => Order::Propose { key, fence, by },
        Verb::Approve => Order::Approve {
            key,
            fence,
            by,
            outcome,
        },
        Verb::NotePaid => Order::NotePaid { key },
    })
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
                    Step::Batch(_) => shelf.carry_out(&model.last),
                    Step::Advance(seconds) => shelf.advance(seconds),
                    Step::Reopen => shelf.reopen(),
                }
                shelf
            }

            fn check_invariants(shelf: &Shelf, model: &Model) {
                shelf.assert_is_as(model);
            }

            fn teardown(shelf: Shelf, _: Model) {
                shelf.close();
            }
        }
    };
}
test_against_the_model!(OnSqlite, Kind::Sqlite);
test_against_the_model!(OnPostgres, Kind::Postgres);
