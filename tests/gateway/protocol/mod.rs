//! Promise: never two binding awards for one slot, in whatever order things happen; and each strength of the protocol is needed:
//! without it the checker finds two awards, by the story that the test tells.
//!
//! Modelled: one slot; two or three systems, each with one claim that may be reserved twice (three systems: once); any number of
//! gateways over one ledger; a network that delays, doubles, reorders and loses everything; answers that are lost for good and
//! commands that are sent again for it, by the same hand or another of the same body; crashes; deadlines that pass at any moment
//! (more than any clock could do); taking an award back, also by the payer; release by two people. Every other system's question is an asker
//! too: a new key of the same system is a new claim.
//! Not modelled: the rules (a decision that is not `CLEAR` only ends a claim, `UNDETERMINED` is one that never comes, a case
//! officer's is one that comes late), the register (it hears late at best, so here it hears nothing), amounts and periods,
//! exceptions (they are meant to give a second award), awards made without asking (reconciliation finds those), a restored backup
//! (receipts guard that).

mod durability;
mod model;

use std::collections::BTreeSet;

use Action::{Ask, Crash, Deliver, Do, GiveUp, Lose, PayerReleases, TimeUp, TwoPeopleRelease};
use Job::{Decide, Insert};
use Message::{Accepted, Clear, Confirm, Release};
use programgrant::config::Protocol::{self, AwardOnClear, ConfirmFirst};
use programgrant_core::ledger::ClaimState;
use stateright::{Checker, HasDiscoveries, Model};

use self::model::{Action, COVERED, Fence, Guard, Hand, Job, Message, ONE_AWARD, ONE_CLAIM, System, Variant};

const DESIGN: Variant = Variant::DESIGN;
const A: System = 0;
const B: System = 1;
const FIRST: Hand = 0;
const SECOND: Hand = 1;

fn check(systems: &[Protocol], reservations: Fence, variant: Variant) -> impl Checker<Guard> {
    Guard {
        systems: systems.to_vec(),
        reservations,
        hands: 1,
        variant,
    }
    .checker()
    .threads(2)
    .spawn_bfs()
    .join()
}

/// The checker finds two binding awards, and this story is one way to them.
fn falls(systems: [Protocol; 2], variant: Variant, story: &[&[Action]]) {
    falls_by_hands(1, systems, variant, story);
}

fn falls_by_hands(hands: Hand, systems: [Protocol; 2], variant: Variant, story: &[&[Action]]) {
    let found = HasDiscoveries::AllOf(BTreeSet::from([ONE_AWARD]));
    let guard = Guard {
        systems: systems.to_vec(),
        reservations: 2,
        hands,
        variant,
    };
    guard
        .checker()
        .finish_when(found)
        .threads(2)
        .spawn_bfs()
        .join()
        .assert_discovery(ONE_AWARD, story.concat());
}

const fn is_cleared(system: System) -> [Action; 2] {
    [Ask(system), Do(Decide(system, 1))]
}

const fn confirms_and_awards(system: System, fence: Fence) -> [Action; 3] {
    [
        Deliver(Clear(system, fence)),
        Deliver(Confirm(system, fence, FIRST)),
        Deliver(Accepted(system, fence, FIRST)),
    ]
}

const fn awards_at_once(system: System) -> [Action; 1] {
    [Deliver(Clear(system, 1))]
}

#[test]
fn confirm_first_never_gives_two_awards() {
    check(&[ConfirmFirst; 2], 2, DESIGN).assert_properties();
    check(&[ConfirmFirst; 3], 1, DESIGN).assert_properties();
}

#[test]
fn award_on_clear_with_quarantine_never_gives_two_awards() {
    check(&[AwardOnClear; 2], 2, DESIGN).assert_properties();
    check(&[AwardOnClear; 3], 1, DESIGN).assert_properties();
}

#[test]
fn systems_of_both_kinds_never_give_two_awards() {
    check(&[ConfirmFirst, AwardOnClear], 2, DESIGN).assert_properties();
    check(&[ConfirmFirst, ConfirmFirst, AwardOnClear], 1, DESIGN).assert_properties();
}

#[test]
fn a_system_that_never_acknowledges_keeps_its_slot_and_no_more() {
    let checked = check(
        &[AwardOnClear; 2],
        2,
        Variant {
            systems_acknowledge: false,
            ..DESIGN
        },
    );
    for safety in [ONE_AWARD, ONE_CLAIM, COVERED] {
        checked.assert_no_discovery(safety);
    }
}

/// An acknowledgement comes after the deadline by its nature, with the fence that the clearance carried.
#[test]
fn a_quarantined_award_can_be_acknowledged() {
    let guard = Guard {
        systems: vec![AwardOnClear; 2],
        reservations: 1,
        hands: 1,
        variant: DESIGN,
    };
    let story = [
        &is_cleared(A)[..],
        &[TimeUp(A)],
        &awards_at_once(A),
        &[Deliver(Confirm(A, 1, FIRST))],
    ]
    .concat();
    let start = guard.init_states().remove(0);
    let end = story.into_iter().fold(start, |state, action| {
        guard.next_state(&state, action).expect("every step changes something")
    });
    assert_eq!(end.ledger[A].state, Some(ClaimState::Confirmed));
}

#[test]
fn several_hands_of_one_body_never_make_two_awards() {
    let guard = Guard {
        systems: vec![ConfirmFirst, ConfirmFirst],
        reservations: 1,
        hands: 2,
        variant: DESIGN,
    };
    guard.checker().threads(2).spawn_bfs().join().assert_properties();
}

/// The gateway died when the confirmation was on disk and not answered: the same confirmation, sent again, is answered.
#[test]
fn an_award_is_made_upon_a_confirmation_that_was_answered_only_when_it_came_again() {
    let guard = Guard {
        systems: vec![ConfirmFirst; 2],
        reservations: 1,
        hands: 1,
        variant: DESIGN,
    };
    let unheard = [
        &is_cleared(A)[..],
        &[Deliver(Clear(A, 1)), Lose(Confirm(A, 1, FIRST)), Crash],
    ]
    .concat();
    let after = |story: Vec<Action>| {
        story.into_iter().fold(guard.init_states().remove(0), |state, action| {
            guard.next_state(&state, action).unwrap_or(state)
        })
    };
    assert!(!after(unheard.clone()).network.contains(&Accepted(A, 1, FIRST)));
    let again = after(
        [
            &unheard[..],
            &[Deliver(Confirm(A, 1, FIRST)), Deliver(Accepted(A, 1, FIRST))],
        ]
        .concat(),
    );
    assert_eq!(again.cases[A].binding[0], Some(1));
    let taken_back = after([&unheard[..], &[PayerReleases(A), Deliver(Confirm(A, 1, FIRST))]].concat());
    assert!(
        !taken_back.network.contains(&Accepted(A, 1, FIRST)),
        "what was taken back is confirmed to nobody"
    );
}

#[test]
fn a_repeat_that_another_hand_may_make_gives_two() {
    let anybodys = Variant {
        repeats_are_the_same_hands: false,
        ..DESIGN
    };
    let other_hand = [Deliver(Confirm(A, 1, SECOND)), Deliver(Accepted(A, 1, SECOND))];
    falls_by_hands(
        2,
        [ConfirmFirst; 2],
        anybodys,
        &[&is_cleared(A), &confirms_and_awards(A, 1), &other_hand],
    );
}

#[test]
fn a_repeat_that_outlasts_a_later_transition_gives_two() {
    let lasting = Variant {
        repeats_end_with_the_next_transition: false,
        ..DESIGN
    };
    let unheard = [Deliver(Clear(A, 1)), Lose(Confirm(A, 1, FIRST)), PayerReleases(A)];
    let again = [Deliver(Confirm(A, 1, FIRST)), Deliver(Accepted(A, 1, FIRST))];
    falls(
        [ConfirmFirst; 2],
        lasting,
        &[
            &is_cleared(A),
            &unheard,
            &is_cleared(B),
            &confirms_and_awards(B, 1),
            &again,
        ],
    );
}

#[test]
fn the_unique_index_alone_holds_where_the_ledger_is_careless() {
    let careless = Variant {
        reserves_in_one_step: false,
        decides_upon_its_reservation: false,
        refuses_after_expiry: false,
        ..DESIGN
    };
    check(&[ConfirmFirst, AwardOnClear], 2, careless).assert_properties();
}

#[test]
fn a_careful_ledger_holds_without_the_unique_index() {
    check(
        &[ConfirmFirst, AwardOnClear],
        2,
        Variant {
            unique_index: false,
            ..DESIGN
        },
    )
    .assert_properties();
}

#[test]
fn a_plain_clear_that_time_takes_back_gives_two() {
    let plain = Variant {
        quarantines: false,
        systems_acknowledge: false,
        ..DESIGN
    };
    falls(
        [AwardOnClear; 2],
        plain,
        &[
            &is_cleared(A),
            &[TimeUp(A)],
            &is_cleared(B),
            &awards_at_once(B),
            &awards_at_once(A),
        ],
    );
}

#[test]
fn a_last_look_at_the_systems_does_not_help_a_plain_clear() {
    let last_look = Variant {
        quarantines: false,
        systems_acknowledge: false,
        looks_at_the_systems: true,
        ..DESIGN
    };
    falls(
        [AwardOnClear; 2],
        last_look,
        &[
            &is_cleared(A),
            &[TimeUp(A)],
            &is_cleared(B),
            &awards_at_once(B),
            &awards_at_once(A),
        ],
    );
}

#[test]
fn an_acknowledged_clear_that_expires_into_freedom_gives_two() {
    let freed = Variant {
        quarantines: false,
        ..DESIGN
    };
    falls(
        [AwardOnClear; 2],
        freed,
        &[
            &is_cleared(A),
            &awards_at_once(A),
            &[TimeUp(A)],
            &is_cleared(B),
            &awards_at_once(B),
        ],
    );
    falls(
        [AwardOnClear, ConfirmFirst],
        freed,
        &[
            &is_cleared(A),
            &awards_at_once(A),
            &[TimeUp(A)],
            &is_cleared(B),
            &confirms_and_awards(B, 1),
        ],
    );
}

#[test]
fn a_quarantine_that_time_ends_gives_two() {
    let timed = Variant {
        quarantine_outlasts_time: false,
        ..DESIGN
    };
    falls(
        [AwardOnClear; 2],
        timed,
        &[
            &is_cleared(A),
            &awards_at_once(A),
            &[TimeUp(A), TimeUp(A)],
            &is_cleared(B),
            &awards_at_once(B),
        ],
    );
}

/// No award yet is not no award ever: the clearance is still under way.
#[test]
fn a_quarantine_released_because_no_award_is_seen_gives_two() {
    let on_sight = Variant {
        releases_upon_the_systems_word: false,
        ..DESIGN
    };
    let released = [TimeUp(A), TwoPeopleRelease(A)];
    falls(
        [AwardOnClear; 2],
        on_sight,
        &[
            &is_cleared(A),
            &released,
            &is_cleared(B),
            &awards_at_once(B),
            &awards_at_once(A),
        ],
    );
}

#[test]
fn a_system_that_forgets_what_it_gave_up_gives_two() {
    let forgetful = Variant {
        systems_remember_giving_up: false,
        ..DESIGN
    };
    let gives_up = [GiveUp(A), Deliver(Release(A, 1))];
    falls(
        [AwardOnClear; 2],
        forgetful,
        &[
            &is_cleared(A),
            &gives_up,
            &is_cleared(B),
            &awards_at_once(B),
            &awards_at_once(A),
        ],
    );
    let told_twice = [Deliver(Accepted(A, 1, FIRST))];
    let story: [&[Action]; 6] = [
        &is_cleared(A),
        &confirms_and_awards(A, 1),
        &gives_up,
        &is_cleared(B),
        &confirms_and_awards(B, 1),
        &told_twice,
    ];
    falls([ConfirmFirst; 2], forgetful, &story);
}

#[test]
fn a_confirm_of_whatever_clearance_stands_gives_two() {
    let unfenced = Variant {
        fence_on_confirm: false,
        ..DESIGN
    };
    let story: [&[Action]; 5] = [
        &is_cleared(A),
        &[TimeUp(A)],
        &is_cleared(B),
        &confirms_and_awards(A, 1),
        &confirms_and_awards(B, 1),
    ];
    falls([ConfirmFirst; 2], unfenced, &story);
}

/// Dropped undecided and asked again with the same key; then the first release arrives once more.
#[test]
fn an_old_release_that_frees_a_later_award_gives_two() {
    let unfenced = Variant {
        fence_on_release: false,
        ..DESIGN
    };
    let dropped = [Ask(A), GiveUp(A), Deliver(Release(A, 1))];
    let asked_again = [Ask(A), Do(Decide(A, 2))];
    let late = [Deliver(Release(A, 1))];
    let story: [&[Action]; 6] = [
        &dropped,
        &asked_again,
        &confirms_and_awards(A, 2),
        &late,
        &is_cleared(B),
        &confirms_and_awards(B, 1),
    ];
    falls([ConfirmFirst; 2], unfenced, &story);
}

#[test]
fn a_confirm_after_expiry_that_does_not_take_the_slot_again_gives_two() {
    let late = Variant {
        refuses_after_expiry: false,
        unique_index: false,
        ..DESIGN
    };
    let story: [&[Action]; 5] = [
        &is_cleared(A),
        &[TimeUp(A)],
        &is_cleared(B),
        &confirms_and_awards(B, 1),
        &confirms_and_awards(A, 1),
    ];
    falls([ConfirmFirst; 2], late, &story);
}

#[test]
fn a_decision_upon_a_reservation_that_is_gone_gives_two() {
    let blind = Variant {
        decides_upon_its_reservation: false,
        unique_index: false,
        ..DESIGN
    };
    let story: [&[Action]; 5] = [
        &[Ask(A), TimeUp(A)],
        &is_cleared(B),
        &[Do(Decide(A, 1))],
        &confirms_and_awards(A, 1),
        &confirms_and_awards(B, 1),
    ];
    falls([ConfirmFirst; 2], blind, &story);
}
