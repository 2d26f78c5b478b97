//! Promise: what is kept from picture to picture, and compared anew only where something changed, is what comparing everything finds.

use std::collections::{BTreeMap, BTreeSet};

use programgrant_schema::{AwardStatus, Figure};
use proptest::prelude::*;

use super::world::{BAMBLE, OSLO, SILJAN, Told, World, case, findings, kroner, payments};
use crate::ledger::{Case, CaseId, CaseState, Claim, ClaimState, Finding};
use crate::reconciliation::{Against, Compared, news, whose};
use crate::systems;
use crate::view::{News, StoredRecord};

#[derive(Debug, Clone)]
enum Step {
    Tell(Told),
    /// Its source no longer lists what was told first under that key.
    Vanish(Told),
    Claim(Told, ClaimState),
    /// A person decides every case.
    Decide(CaseState),
}

fn told() -> impl Strategy<Value = Told> {
    let scheme = prop_oneof![Just("231.63"), Just("231.66"), Just("621.63")];
    let recipient = prop_oneof![3 => Just(BAMBLE), 1 => Just(SILJAN), 1 => Just(OSLO), 1 => Just("987654325")];
    let status = prop_oneof![
        3 => Just(AwardStatus::Granted),
        2 => Just(AwardStatus::Paid),
        1 => Just(AwardStatus::Applied),
        1 => Just(AwardStatus::Refused),
        1 => Just(AwardStatus::InProgramme),
    ];
    let amount = prop_oneof![Just(100_000), Just(500_000)];
    let parts = (scheme, 2020_i16..2023, "[abc]", recipient, status, amount);
    parts.prop_map(|(scheme, year, key, recipient, status, amount)| {
        let told = Told::of(scheme, year);
        let key = format!("{key}-{}", told.source);
        told.key(&key)
            .to(recipient)
            .status(status)
            .but(|award| award.granted = Figure::Stated(kroner(amount)))
    })
}

fn step() -> impl Strategy<Value = Step> {
    let state = prop_oneof![
        Just(ClaimState::Cleared),
        Just(ClaimState::Confirmed),
        Just(ClaimState::Paid),
        Just(ClaimState::Released),
    ];
    // Nobody claims for a recipient that nobody knows.
    let claimed = told().prop_filter("known", |told| {
        told.award.recipient.organisation_number.as_deref() != Some("987654325")
    });
    let decided = prop_oneof![Just(CaseState::Confirmed), Just(CaseState::Dismissed)];
    prop_oneof![
        5 => told().prop_map(Step::Tell),
        2 => told().prop_map(Step::Vanish),
        3 => (claimed, state).prop_map(|(told, state)| Step::Claim(told, state)),
        1 => decided.prop_map(Step::Decide),
    ]
}

/// A world, and what has changed in it since anybody looked.
struct Moving {
    world: World,
    listed: BTreeSet<String>,
    claims: BTreeMap<String, Claim>,
    cases: BTreeMap<CaseId, Case>,
    records: BTreeMap<String, StoredRecord>,
    claimed: Vec<Claim>,
    changed: BTreeSet<CaseId>,
}

impl Moving {
    fn take(&mut self, step: Step, generation: u64) {
        match step {
            Step::Tell(told) => {
                let name = format!("{}:{}", told.source, told.award.award);
                let stored = self.world.tell(told);
                (stored.listed_in, stored.touched_in) = (generation, generation);
                self.records.insert(name.clone(), stored.clone());
                self.listed.insert(name);
            }
            Step::Vanish(told) => {
                let name = format!("{}:{}", told.source, told.award.award);
                if self.listed.remove(&name) {
                    let stored = self.world.vanish(&told.award.award, generation);
                    self.records.insert(name, stored.clone());
                }
            }
            Step::Claim(told, state) => {
                let claim = told.claim(state);
                if let Some(before) = self.claims.insert(claim.id.to_string(), claim.clone()) {
                    self.claimed.push(before);
                }
                self.claimed.push(claim);
            }
            Step::Decide(state) => {
                for case in self.cases.values_mut() {
                    case.state = state;
                    self.changed.insert(case.id.clone());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_kept_is_what_everything_comes_to(
        rounds in proptest::collection::vec((proptest::collection::vec(step(), 0..5), any::<bool>()), 1..7)
    ) {
        let mut moving = Moving {
            world: World::new().requires_claims(systems::UDIR),
            listed: BTreeSet::new(),
            claims: BTreeMap::new(),
            cases: BTreeMap::new(),
            records: BTreeMap::new(),
            claimed: Vec::new(),
            changed: BTreeSet::new(),
        };
        let (mut view, mut kept) = (moving.world.view(), Compared::default());
        let statuses = view.sources().map(|source| (source.id, source.status.clone())).collect();
        for (generation, (steps, is_told)) in (2..).zip(rounds) {
            for step in steps {
                moving.take(step, generation);
            }
            let records = std::mem::take(&mut moving.records).into_values().collect();
            view = view.next(records, &News { generation, set_aside: None, statuses: &statuses });
            let (facts, settings) = (moving.world.facts(&view), &moving.world.settings);

            let mut whom = kept.to_look_at(&view);
            whom.extend(moving.claimed.iter().map(whose));
            let changed = moving.changed.iter().filter(|id| !kept.is_found(id)).filter_map(|id| moving.cases.get(id));
            whom.extend(changed.filter_map(|case| Compared::whose_case(&view, case)));
            let claims: Vec<Claim> = moving.claims.values().cloned().collect();
            let of_whom: Vec<Claim> = claims.iter().filter(|claim| whom.contains(&whose(claim))).cloned().collect();
            let journal = &moving.world.journal;
            kept.look_at(facts, &whom, &of_whom, Against { known: &moving.cases, journal, settings });

            let known: Vec<Case> = moving.cases.values().cloned().collect();
            let anew = findings(facts, &claims, &known, (journal, settings));
            let as_kept: Vec<Finding> = kept.findings().map(|(_, finding)| finding.clone()).collect();
            prop_assert_eq!(as_kept, anew);
            let paid: BTreeSet<String> = kept.paid().map(ToString::to_string).collect();
            let paid_anew: BTreeSet<String> = payments(facts, &claims).iter().map(ToString::to_string).collect();
            prop_assert_eq!(paid, paid_anew);

            let news = news(kept.findings(), &moving.cases);
            (moving.claimed, moving.changed) = (Vec::new(), BTreeSet::new());
            for finding in news.into_iter().filter(|_| is_told) {
                let case = case(finding, CaseState::Open);
                moving.changed.insert(case.id.clone());
                moving.cases.insert(case.id.clone(), case);
            }
        }
    }
}
