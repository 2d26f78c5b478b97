//! Promise: a gateway that looks before it holds the slot, or answers before it is held, gives two awards; the model shows how.

use super::*;

#[test]
fn two_gateways_that_look_and_then_insert_give_two() {
    let naive = Variant {
        reserves_in_one_step: false,
        unique_index: false,
        ..DESIGN
    };
    let both_insert = [
        Ask(A),
        Ask(B),
        Do(Insert(A)),
        Do(Insert(B)),
        Do(Decide(A, 1)),
        Do(Decide(B, 1)),
    ];
    falls(
        [ConfirmFirst; 2],
        naive,
        &[&both_insert, &confirms_and_awards(A, 1), &confirms_and_awards(B, 1)],
    );
}

#[test]
fn an_answer_that_leaves_before_the_reservation_is_durable_gives_two() {
    let in_memory = Variant {
        durable_before_answer: false,
        ..DESIGN
    };
    falls(
        [AwardOnClear; 2],
        in_memory,
        &[
            &is_cleared(A),
            &awards_at_once(A),
            &[Crash],
            &is_cleared(B),
            &awards_at_once(B),
        ],
    );
    let story: [&[Action]; 5] = [
        &is_cleared(A),
        &confirms_and_awards(A, 1),
        &[Crash],
        &is_cleared(B),
        &confirms_and_awards(B, 1),
    ];
    falls([ConfirmFirst; 2], in_memory, &story);
}
