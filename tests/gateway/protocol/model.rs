//! The guard's protocol as a state machine over one slot: the ledger, the gateways' memory, the network, and the directorates'
//! systems. `mod.rs` says what is modelled and what is not; each strength of the protocol is one switch of `Variant`.

use std::collections::BTreeSet;

use programgrant::config::Protocol;
use programgrant_core::ledger::ClaimState;
use stateright::{Model, Property};

/// Which of the systems. Each has one claim on the slot, under one idempotency key.
pub type System = usize;
/// Counts a claim's reservations; the ledger's own fence grows with every transition, and so refuses more than this one.
pub type Fence = u8;
/// Who within the system's body confirms, and for which award: another principal, or the same with other content, is another hand.
pub type Hand = u8;
/// The hands of each system, at most.
pub const HANDS: usize = 2;

pub const ONE_AWARD: &str = "never two binding awards for one slot";
pub const ONE_CLAIM: &str = "never two occupying claims in one slot";
pub const COVERED: &str = "the claim of a binding award occupies the slot";

/// The strengths of the protocol. All of them is the design.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is one strength, switched off alone")]
pub struct Variant {
    /// The ledger looks whether the slot is free and takes it in one step.
    pub reserves_in_one_step: bool,
    /// The database refuses a second occupying claim, whoever writes it.
    pub unique_index: bool,
    /// What the ledger has answered is on disk before the answer leaves.
    pub durable_before_answer: bool,
    /// A decision is written only upon the very reservation that it was made for.
    pub decides_upon_its_reservation: bool,
    /// A confirm is held to its own claim and fence, not just to a slot that stands cleared.
    pub fence_on_confirm: bool,
    pub fence_on_release: bool,
    pub refuses_after_expiry: bool,
    /// A confirm that comes again is answered as before only to the hand that made it.
    pub repeats_are_the_same_hands: bool,
    /// And only while the claim stands as that confirm left it.
    pub repeats_end_with_the_next_transition: bool,
    /// A clearance of an `award_on_clear` system that is not acknowledged in time goes on to occupy the slot.
    pub quarantines: bool,
    pub quarantine_outlasts_time: bool,
    /// Two people release only once the system has given the case up, not already when it shows no award.
    pub releases_upon_the_systems_word: bool,
    /// A system that has given a case up never awards upon an answer that comes later.
    pub systems_remember_giving_up: bool,
    /// An `award_on_clear` system tells the ledger of its award.
    pub systems_acknowledge: bool,
    /// Not a strength that the design rests on: a decision asks every system, at that moment, whether its award is binding.
    /// What the register has heard is never fresher than that.
    pub looks_at_the_systems: bool,
}

impl Variant {
    pub const DESIGN: Self = Self {
        reserves_in_one_step: true,
        unique_index: true,
        durable_before_answer: true,
        decides_upon_its_reservation: true,
        fence_on_confirm: true,
        fence_on_release: true,
        refuses_after_expiry: true,
        repeats_are_the_same_hands: true,
        repeats_end_with_the_next_transition: true,
        quarantines: true,
        quarantine_outlasts_time: true,
        releases_upon_the_systems_word: true,
        systems_remember_giving_up: true,
        systems_acknowledge: true,
        looks_at_the_systems: false,
    };
}

pub struct Guard {
    pub systems: Vec<Protocol>,
    pub variant: Variant,
    /// How often each claim may be reserved.
    pub reservations: Fence,
    /// How many hands each system has.
    pub hands: Hand,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Claim {
    /// `None`: never asked.
    pub state: Option<ClaimState>,
    pub fence: Fence,
    /// Whose confirm the chain holds.
    pub confirmed_by: Option<(System, Hand)>,
}

impl Claim {
    fn occupies(self) -> bool {
        self.state.is_some_and(ClaimState::occupies)
    }
}

/// One claim for each system.
pub type Ledger = Vec<Claim>;

/// What a system knows of its case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Case {
    /// The clearance that each hand's binding award rests on.
    pub binding: [Option<Fence>; HANDS],
    /// Given up for clearances up to this one.
    pub given_up: Fence,
}

impl Case {
    fn awards(self) -> usize {
        self.binding.iter().flatten().count()
    }
}

/// What a gateway holds in memory between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    /// The slot was seen free; only where reserving takes two steps.
    Insert(System),
    Decide(System, Fence),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    Clear(System, Fence),
    Confirm(System, Fence, Hand),
    Accepted(System, Fence, Hand),
    Release(System, Fence),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub ledger: Ledger,
    pub on_disk: Ledger,
    pub jobs: BTreeSet<Job>,
    /// Everything ever sent. A message stays: it may arrive late, twice, in any order, or never.
    pub network: BTreeSet<Message>,
    pub cases: Vec<Case>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A system's question reaches some gateway, at any time and any number of times, with the same key.
    Ask(System),
    Do(Job),
    Deliver(Message),
    /// The same, and its answer is lost for good.
    Lose(Message),
    /// The payer takes back a confirmed award, sure that its system has never heard that it was confirmed.
    PayerReleases(System),
    /// The system will make no award in this case, or takes back the one it made.
    GiveUp(System),
    /// The ledger's clock passes the deadline of a claim.
    TimeUp(System),
    TwoPeopleRelease(System),
    /// Every gateway stops and forgets.
    Crash,
    /// Only where answers leave first.
    WriteToDisk,
}

impl Guard {
    /// Puts a claim into a state that occupies; the unique index may refuse.
    fn occupy(&self, ledger: &mut Ledger, system: System, state: ClaimState) -> bool {
        let taken = (0..ledger.len()).any(|other| other != system && ledger[other].occupies());
        if taken && self.variant.unique_index {
            return false;
        }
        ledger[system].state = Some(state);
        true
    }

    fn ask(&self, state: &mut State, system: System) {
        let taken = (0..self.systems.len()).any(|other| other != system && state.ledger[other].occupies());
        match state.ledger[system].state {
            Some(ClaimState::Requested) => _ = state.jobs.insert(Job::Decide(system, state.ledger[system].fence)),
            None | Some(ClaimState::Released | ClaimState::Expired) if !taken => {
                if self.variant.reserves_in_one_step {
                    self.reserve(state, system);
                } else {
                    state.jobs.insert(Job::Insert(system));
                }
            }
            // Blocked, or an answer given before: the network still has it.
            _ => {}
        }
    }

    fn reserve(&self, state: &mut State, system: System) {
        if !state.ledger[system].occupies() && self.occupy(&mut state.ledger, system, ClaimState::Requested) {
            state.ledger[system].confirmed_by = None;
            state.ledger[system].fence += 1;
            state.jobs.insert(Job::Decide(system, state.ledger[system].fence));
        }
    }

    fn decide(&self, state: &mut State, system: System, fence: Fence) {
        let Claim {
            state: Some(now),
            fence: current,
            ..
        } = state.ledger[system]
        else {
            return;
        };
        let stands = now == ClaimState::Requested;
        let timed_out = now == ClaimState::Released && !self.variant.decides_upon_its_reservation;
        if fence != current || !(stands || timed_out) {
            return;
        }
        let awarded = (0..self.systems.len()).any(|other| other != system && state.cases[other].awards() > 0);
        if self.variant.looks_at_the_systems && awarded {
            state.ledger[system].state = Some(ClaimState::Denied);
        } else if self.occupy(&mut state.ledger, system, ClaimState::Cleared) {
            state.network.insert(Message::Clear(system, fence));
        }
    }

    fn deliver(&self, state: &mut State, message: Message) {
        match message {
            Message::Clear(system, fence) if self.wants(state, system, fence) => self.cleared(state, system, fence),
            Message::Accepted(system, fence, hand) if self.wants(state, system, fence) => {
                state.cases[system].binding[usize::from(hand)] = Some(fence);
            }
            Message::Clear(..) | Message::Accepted(..) => {}
            Message::Confirm(system, fence, hand) => {
                // An award_on_clear system's award is binding already: Accepted tells it nothing new.
                if self.confirm(state, system, fence, hand) && self.systems[system] == Protocol::ConfirmFirst {
                    state.network.insert(Message::Accepted(system, fence, hand));
                }
            }
            Message::Release(system, fence) => self.release(state, system, fence),
        }
    }

    fn wants(&self, state: &State, system: System, fence: Fence) -> bool {
        fence > state.cases[system].given_up || !self.variant.systems_remember_giving_up
    }

    fn cleared(&self, state: &mut State, system: System, fence: Fence) {
        let awards_at_once = self.systems[system] == Protocol::AwardOnClear;
        if awards_at_once {
            state.cases[system].binding[0] = Some(fence);
        }
        if !awards_at_once || self.variant.systems_acknowledge {
            let hands = if awards_at_once { 1 } else { self.hands };
            state
                .network
                .extend((0..hands).map(|hand| Message::Confirm(system, fence, hand)));
        }
    }

    /// Whether the answer is that the claim is confirmed.
    fn confirm(&self, state: &mut State, system: System, fence: Fence, hand: Hand) -> bool {
        let held = (0..self.systems.len()).find(|&held| state.ledger[held].occupies());
        let of = if self.variant.fence_on_confirm {
            Some(system)
        } else {
            held
        };
        let Some(of) = of.filter(|&of| !self.variant.fence_on_confirm || state.ledger[of].fence == fence) else {
            return false;
        };
        let is_theirs = state.ledger[of].confirmed_by == Some((system, hand));
        let is_new = match state.ledger[of].state {
            Some(ClaimState::Cleared | ClaimState::Quarantined) => true,
            Some(ClaimState::Expired) => !self.variant.refuses_after_expiry,
            Some(ClaimState::Confirmed) => {
                return is_theirs || !(self.variant.repeats_are_the_same_hands && self.variant.fence_on_confirm);
            }
            _ => return is_theirs && !self.variant.repeats_end_with_the_next_transition,
        };
        let is_accepted = is_new && self.occupy(&mut state.ledger, of, ClaimState::Confirmed);
        if is_accepted {
            state.ledger[of].confirmed_by = Some((system, hand));
        }
        is_accepted
    }

    fn payer_releases(&self, state: &mut State, system: System) {
        let has_heard = (0..self.hands).any(|hand| {
            state
                .network
                .contains(&Message::Accepted(system, state.ledger[system].fence, hand))
        });
        let may_be_binding =
            self.systems[system] == Protocol::AwardOnClear || has_heard || state.cases[system].awards() > 0;
        if state.ledger[system].state == Some(ClaimState::Confirmed) && !may_be_binding {
            state.ledger[system].state = Some(ClaimState::Reversed);
        }
    }

    fn release(&self, state: &mut State, system: System, fence: Fence) {
        let claim = &mut state.ledger[system];
        if self.variant.fence_on_release && claim.fence != fence {
            return;
        }
        claim.state = match claim.state {
            Some(ClaimState::Requested | ClaimState::Cleared | ClaimState::Quarantined) => Some(ClaimState::Released),
            Some(ClaimState::Confirmed) => Some(ClaimState::Reversed),
            other => other,
        };
    }

    fn give_up(state: &mut State, system: System) {
        let fence = state.ledger[system].fence;
        state.cases[system] = Case {
            given_up: fence,
            ..Case::default()
        };
        state.network.insert(Message::Release(system, fence));
    }

    fn time_up(&self, state: &mut State, system: System) {
        let claim = &mut state.ledger[system];
        let quarantines = self.variant.quarantines && self.systems[system] == Protocol::AwardOnClear;
        claim.state = match claim.state {
            Some(ClaimState::Requested) => Some(ClaimState::Released),
            Some(ClaimState::Cleared) if quarantines => Some(ClaimState::Quarantined),
            Some(ClaimState::Cleared) => Some(ClaimState::Expired),
            Some(ClaimState::Quarantined) if !self.variant.quarantine_outlasts_time => Some(ClaimState::Expired),
            other => other,
        };
    }

    fn two_people_release(&self, state: &mut State, system: System) {
        let (claim, case) = (&mut state.ledger[system], state.cases[system]);
        let given_up = case.given_up >= claim.fence || !self.variant.releases_upon_the_systems_word;
        if claim.state == Some(ClaimState::Quarantined) && case.awards() == 0 && given_up {
            claim.state = Some(ClaimState::Released);
        }
    }
}

impl Model for Guard {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let nothing = vec![Claim::default(); self.systems.len()];
        let cases = vec![Case::default(); self.systems.len()];
        vec![State {
            ledger: nothing.clone(),
            on_disk: nothing,
            jobs: BTreeSet::new(),
            network: BTreeSet::new(),
            cases,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for system in 0..self.systems.len() {
            actions.extend([
                Action::Ask(system),
                Action::TimeUp(system),
                Action::TwoPeopleRelease(system),
                Action::PayerReleases(system),
            ]);
            if state.ledger[system].fence > state.cases[system].given_up {
                actions.push(Action::GiveUp(system));
            }
        }
        actions.extend(state.jobs.iter().copied().map(Action::Do));
        actions.extend(state.network.iter().copied().map(Action::Deliver));
        let confirms = state
            .network
            .iter()
            .copied()
            .filter(|message| matches!(message, Message::Confirm(..)));
        actions.extend(confirms.map(Action::Lose));
        actions.extend([Action::Crash, Action::WriteToDisk]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        match action {
            Action::Ask(system) => self.ask(&mut next, system),
            Action::Do(Job::Insert(system)) => self.reserve(&mut next, system),
            Action::Do(Job::Decide(system, fence)) => self.decide(&mut next, system, fence),
            Action::Lose(Message::Confirm(system, fence, hand)) => _ = self.confirm(&mut next, system, fence, hand),
            Action::Deliver(message) | Action::Lose(message) => self.deliver(&mut next, message),
            Action::PayerReleases(system) => self.payer_releases(&mut next, system),
            Action::GiveUp(system) => Self::give_up(&mut next, system),
            Action::TimeUp(system) => self.time_up(&mut next, system),
            Action::TwoPeopleRelease(system) => self.two_people_release(&mut next, system),
            Action::Crash => {
                next.jobs.clear();
                next.ledger.clone_from(&next.on_disk);
            }
            Action::WriteToDisk => next.on_disk.clone_from(&next.ledger),
        }
        if self.variant.durable_before_answer {
            next.on_disk.clone_from(&next.ledger);
        }
        (next != *last).then_some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.ledger.iter().all(|claim| claim.fence <= self.reservations)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(ONE_AWARD, |_, state: &State| {
                state.cases.iter().map(|case| case.awards()).sum::<usize>() < 2
            }),
            Property::always(ONE_CLAIM, |_, state: &State| {
                state.ledger.iter().filter(|claim| claim.occupies()).count() < 2
            }),
            Property::always(COVERED, |_, state: &State| {
                state
                    .cases
                    .iter()
                    .zip(&state.ledger)
                    .all(|(case, claim)| case.awards() == 0 || claim.occupies())
            }),
            Property::sometimes("an award is made after another was taken back", |_, state| {
                awarded_after(state, ClaimState::Reversed)
            }),
            Property::sometimes("an award is made after another asker's release", |_, state| {
                awarded_after(state, ClaimState::Released)
            }),
        ];
        if self.systems.contains(&Protocol::ConfirmFirst) {
            properties.push(Property::sometimes(
                "an award is made after another's clearance expired",
                |_, state: &State| awarded_after(state, ClaimState::Expired),
            ));
        }
        if self.systems.contains(&Protocol::AwardOnClear) {
            properties.push(Property::sometimes(
                "an award is binding in quarantine",
                |_, state: &State| {
                    let quarantined = |claim: &Claim| claim.state == Some(ClaimState::Quarantined);
                    state
                        .cases
                        .iter()
                        .zip(&state.ledger)
                        .any(|(case, claim)| case.awards() > 0 && quarantined(claim))
                },
            ));
        }
        properties
    }
}

/// Whether somebody's award is binding while another's claim has come to this state.
fn awarded_after(state: &State, ended: ClaimState) -> bool {
    let claims = state.ledger.iter().enumerate();
    let mut ended = claims
        .filter(|(_, claim)| claim.state == Some(ended))
        .map(|(system, _)| system);
    ended.any(|ended| {
        state
            .cases
            .iter()
            .enumerate()
            .any(|(system, case)| system != ended && case.awards() > 0)
    })
}
