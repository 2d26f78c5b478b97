//! Promise: the key holds all that an answer follows from, and nothing of it may be left out; one answer is made for all who wait; what
//! may not be kept is not.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use programgrant_core::access::{Caller, Role};
use proptest::prelude::*;

use super::moment::Moment;
use super::*;

const UNTIL: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// What a question is asked of: everything that an answer may follow from.
#[derive(Debug, Clone)]
struct Asked {
    question: u8,
    caller: Caller,
    moment: Moment,
}

impl Asked {
    fn key(&self) -> AnswerKey {
        AnswerKey::of([self.question; 32], Media::Json, &self.caller, self.moment)
    }

    /// An answer in which everything shows.
    fn fresh(&self) -> String {
        let Self {
            question,
            caller,
            moment,
        } = self;
        format!(
            "{question} {:?} {:?} {:?} {moment:?}",
            caller.acting, caller.through, caller.role
        )
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let number = || prop::option::of(prop::sample::select(vec!["970018131", "889640782"]));
    let role = prop::sample::select(Role::ALL.to_vec());
    (0..2_u8, number(), number(), role, 0..2_u64, 0..2_i64).prop_map(
        |(question, acting, through, role, picture, later)| Asked {
            question,
            caller: Caller {
                acting: acting.map(|number| number.parse().expect("a number")),
                through: through.map(|number| number.parse().expect("a number")),
                role,
                ..Caller::public()
            },
            moment: Moment {
                picture,
                until: UNTIL + jiff::SignedDuration::from_secs(later),
            },
        },
    )
}

/// Whether some asker is told what another was, with keys that were tampered with.
fn tells_wrongly(all: &[Asked], tamper: impl Fn(&mut AnswerKey)) -> bool {
    let mut kept = HashMap::new();
    all.iter().any(|asked| {
        let mut key = asked.key();
        tamper(&mut key);
        *kept.entry(key).or_insert_with(|| asked.fresh()) != asked.fresh()
    })
}

proptest! {
    #[test]
    fn nobody_is_told_what_another_was(all in prop::collection::vec(asked(), 1..200)) {
        prop_assert!(!tells_wrongly(&all, |_| ()));
    }
}

#[test]
fn whatever_is_left_out_of_the_key_is_found_out() {
    let caught = |what: &str, tamper: fn(&mut AnswerKey)| {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let found = Cell::new(false);
        let _ = runner.run(&prop::collection::vec(asked(), 200), |all| {
            found.set(found.get() || tells_wrongly(&all, tamper));
            Ok(())
        });
        assert!(found.get(), "{what}");
    };
    caught("role", |key| key.role = Role::Public);
    caught("generation", |key| key.picture = 0);
    caught("freshness", |key| key.until = UNTIL);
    caught("acting", |key| key.acting = None);
    caught("through", |key| key.through = None);
    caught("question", |key| key.question = [0; 32]);
}

#[test]
fn a_tag_is_as_distinct_as_its_key_and_as_the_cache() {
    let cache = AnswerCache::of(1000);
    let key = |role, media| {
        let caller = Caller {
            role,
            ..Caller::public()
        };
        let moment = Moment {
            picture: 1,
            until: UNTIL,
        };
        AnswerKey::of([7; 32], media, &caller, moment)
    };
    let tag = cache.tag(&key(Role::Public, Media::Json));
    assert_eq!(tag, cache.tag(&key(Role::Public, Media::Json)));
    assert_ne!(tag, cache.tag(&key(Role::Operator, Media::Json)));
    assert_ne!(tag, cache.tag(&key(Role::Public, Media::GraphqlResponse)));
    assert_ne!(tag, AnswerCache::of(1000).tag(&key(Role::Public, Media::Json)));
}

fn a_key() -> AnswerKey {
    let moment = Moment {
        picture: 1,
        until: UNTIL,
    };
    AnswerKey::of([7; 32], Media::Json, &Caller::public(), moment)
}

#[tokio::test]
async fn one_answer_is_made_for_all_who_wait() {
    let cache = Arc::new(AnswerCache::of(1 << 20));
    let (made, gate) = (AtomicUsize::new(0), tokio::sync::Semaphore::new(0));
    let ask = || {
        cache.answer(a_key(), async {
            made.fetch_add(1, Ordering::Relaxed);
            drop(gate.acquire().await);
            Some(Bytes::from_static(b"{}"))
        })
    };
    let asking = futures::future::join_all((0..50).map(|_| ask()));
    let opening = async { gate.add_permits(1) };
    let (answers, ()) = tokio::join!(asking, opening);
    assert_eq!(made.load(Ordering::Relaxed), 1);
    assert!(answers.iter().all(|answer| answer.as_deref() == Some(b"{}")));
}

#[tokio::test]
async fn errors_and_what_leaves_something_open_are_made_each_time() {
    let cache = AnswerCache::of(1 << 20);
    let open = Some(Bytes::from_static(br#"{"data":{"a":"UNDETERMINED"}}"#));
    for body in [None, open] {
        assert_eq!(cache.answer(a_key(), async { body }).await, None);
    }
    let whole = Bytes::from_static(b"{}");
    let kept = cache.answer(a_key(), async { Some(whole.clone()) }).await;
    assert_eq!(kept, Some(whole));
}
