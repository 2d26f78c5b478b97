//! Promise: a cached answer equals a fresh one for the same caller, whatever was heard, commanded, configured and whatever time went by;
//! one that reads the ledger or who asks is never kept; who has an answer is told so without its being sent again.

mod tags;

use std::sync::Arc;
use std::time::Duration;

use programgrant::demo::systems;
use programgrant::graphql::{self, Schema, Snapshot};
use programgrant::http::Service;
use programgrant_core::access::{Caller, Role};
use serde_json::{Value, json};

use crate::records::{kroner, programme_2021, share};
use crate::tokens::issuer::{Issuer, Signer, party};
use crate::tokens::{self, BAMBLE, NAV};
use crate::world::World;

const UDIR: &str = "970018131";
const TRONDHEIM: &str = "942110464";
const SEEDS: u64 = 4;
const STEPS: usize = 60;

/// Whatever is told otherwise to another caller, at another time, of another picture, or from the ledger.
const QUESTIONS: &[&str] = &[
    "{ sources { id state lastHeardAt records warnings } }",
    "{ awards: municipality(number: \"3813\") { awards { id granted { state amount } } } }",
    "{ municipality(number: \"5001\") { awards { id applied { state amount } } } }",
    "{ municipality(number: \"3813\") { programmeGrant(year: 2021) { pot { total known completeness } } } }",
    "{ sources { id lastError } }",
    "{ viewer { role } }",
    "{ doubleFundingCases { items { id state } } }",
    "{ fundingClaims { items { id state } } }",
    "{ programme { id } viewer { organisation { organisationNumber } } }",
];

struct Asker {
    caller: Caller,
    token: Option<String>,
}

struct Town {
    world: World,
    schema: Schema,
    askers: Vec<Asker>,
    _issuer: Issuer,
}

impl Town {
    async fn new() -> Self {
        let signer = Signer::p256("e");
        let issuer = Issuer::with(&[&signer]).await;
        let world = tokens::world(&issuer).await;
        world.publish(&programme_2021());
        world.poll_all().await;
        let asker = |role, number: &str| Asker {
            caller: Caller {
                acting: Some(number.parse().expect("a number")),
                subject: "system".to_owned(),
                role,
                office: world.gateway().access().office_of(number.parse().expect("a number")),
                ..Caller::public()
            },
            token: Some(signer.token(&issuer.claims(&json!({ "exp": 2_000_000_000, "consumer": party(number) })))),
        };
        let askers = vec![
            Asker {
                caller: Caller::public(),
                token: None,
            },
            asker(Role::Municipality, BAMBLE),
            asker(Role::Municipality, TRONDHEIM),
            asker(Role::Directorate, NAV),
            asker(Role::ProgrammeOffice, UDIR),
        ];
        Self {
            world,
            schema: graphql::schema(),
            askers,
            _issuer: issuer,
        }
    }

    async fn told(&self, asker: &Asker, question: &str) -> Value {
        let answer = match &asker.token {
            Some(token) => tokens::ask(&self.world, token, question).await,
            None => tokens::ask_with(&self.world, &[], question).await,
        };
        without_references(answer.body)
    }

    async fn fresh(&self, asker: &Asker, question: &str) -> Value {
        let snapshot = Snapshot::take(self.world.gateway(), asker.caller.clone());
        let answer = graphql::execute(&self.schema, async_graphql::Request::new(question), snapshot).await;
        without_references(serde_json::to_value(&answer).expect("JSON"))
    }

    async fn happens(&self, what: u64, number: u64) {
        match what {
            0 => {
                let amount = kroner(i64::try_from(number % 9_000).expect("small"));
                let award = share(1, ("3813", BAMBLE), 2021, amount);
                self.world.publish(&[(systems::UDIR, vec![award])]);
                self.world.poll_all().await;
            }
            // Beyond what is fresh, to its very edge, or into another day.
            1 => self.world.hand.advance(Duration::from_secs(number % 900)),
            2 => self.world.hand.advance(Duration::from_mins(10)),
            3 => self.world.poll_all().await,
            4 => {
                let (config, gateway) = (self.world.config(), Arc::clone(self.world.shared_gateway()));
                let renewed = self.world.front().service().renewed(&config, gateway).expect("sound");
                drop::<Arc<Service>>(self.world.front().replace(renewed));
            }
            5 => {
                let gateway = self.world.gateway();
                let now = gateway.dependencies.clock.now();
                gateway.reconciler.round(now).await.expect("reconciles");
            }
            _ => {}
        }
    }
}

/// An error as it is told is stamped with what differs from request to request.
fn without_references(mut answer: Value) -> Value {
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        if let Some(extensions) = error["extensions"].as_object_mut() {
            extensions.remove("reference");
            extensions.remove("classification");
        }
    }
    answer
}

/// Numbers that look like chance and are the same each time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next()).expect("31 bits") % most
    }
}

#[tokio::test]
async fn a_cached_answer_equals_a_fresh_one_whatever_happens_in_between() {
    for seed in 0..SEEDS {
        let town = Town::new().await;
        let mut chance = Chance(seed);
        for step in 0..STEPS {
            let (what, number) = (chance.next() % 12, chance.next());
            town.happens(what, number).await;
            let asker = &town.askers[chance.below(town.askers.len())];
            let question = QUESTIONS[chance.below(QUESTIONS.len())];
            let place = format!("seed {seed}, step {step}, {:?}: {question}", asker.caller.role);
            let fresh = town.fresh(asker, question).await;
            // The first may be made, the second is kept where any is.
            for time in ["first", "second"] {
                assert_eq!(town.told(asker, question).await, fresh, "{place}, the {time} time");
            }
        }
    }
}

/// The worlds of the property hold what it is about: without it nothing could be told wrongly.
#[tokio::test]
async fn callers_and_times_are_told_different_things() {
    let town = Town::new().await;
    let told = async |asker: usize, question: usize| town.fresh(&town.askers[asker], QUESTIONS[question]).await;
    assert_ne!(told(0, 4).await, told(4, 4).await, "a public caller and the office");
    let (before, pot) = (told(0, 0).await, told(4, 3).await);
    town.world.hand.advance(Duration::from_mins(20));
    assert_ne!(told(0, 0).await, before, "a source that has grown old");
    assert_ne!(told(4, 3).await, pot, "a pot whose sources have grown old");
}
