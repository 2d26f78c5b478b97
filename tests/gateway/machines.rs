//! State machines that are run beside a model of them, on stores.

use std::ops::Range;

use proptest::test_runner::{Config, RngSeed, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

/// How many cases: what is usual, or as many as `PROPTEST_CASES` says, and at most so many, since a store is slower than what a property test is
/// used to.
#[derive(Clone, Copy)]
pub struct Cases {
    pub usual: u32,
    pub most: u32,
}

impl Cases {
    fn asked_for(self) -> u32 {
        let cases = std::env::var("PROPTEST_CASES").ok();
        let cases = cases.and_then(|cases| cases.parse().ok());
        cases.unwrap_or(self.usual).min(self.most)
    }
}

/// Runs the machine and its model through so many cases of so many steps, the same ones each time. The library's own macro takes
/// `PROPTEST_CASES` for its word, whatever the configuration says.
pub fn run<M: StateMachineTest>(cases: Cases, seed: u64, steps: Range<usize>) {
    let config = Config {
        cases: cases.asked_for(),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let strategy = M::Reference::sequential_strategy(steps);
    let ended = TestRunner::new(config.clone()).run(&strategy, |(initial, transitions, seen)| {
        M::test_sequential(config.clone(), initial, transitions, seen);
        Ok(())
    });
    if let Err(failed) = ended {
        panic!("{failed}");
    }
}
