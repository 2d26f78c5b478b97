//! What the ledger should do, said a second time and in another way: slots are counted one by one, time is whole seconds, and
//! there is no database.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use programgrant_core::ledger::ClaimState::{
    self, Cleared, Confirmed, Denied, Expired, Held, Paid, Quarantined, Released, Requested, Reversed,
};
use programgrant_core::ledger::rules::Outcome;

pub const UNDECIDED: i64 = 120;
pub const CLEARANCE: i64 = 30 * 24 * 3600;
pub const PROPOSAL: i64 = 7 * 24 * 3600;

/// First and last day, where they are stated, and the months from January 2021.
type Period = (Option<(&'static str, &'static str)>, RangeInclusive<i32>);
/// Which target groups a statement covers, and which months a period of use: the first is what is not stated.
pub const TARGETS: [&[u8]; 5] = [&[1, 2, 4], &[1], &[2], &[4], &[1, 2, 4]];
pub const PERIODS: [Period; 4] = [
    (None, 1..=12),
    (Some(("2021-01-15", "2021-06-30")), 1..=6),
    (Some(("2021-07-01", "2021-12-31")), 7..=12),
    (Some(("2021-12-31", "2022-02-01")), 12..=14),
];
/// The recipients that are meant; who cannot be told from another is both.
pub const RECIPIENTS: [&[usize]; 3] = [&[0], &[1], &[0, 1]];
/// Bodies of the principals: the first and the third are two people of one.
pub const BODIES: [usize; 5] = [0, 1, 0, 2, 3];

/// What is asked for, by indexes into the tables above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub recipient: usize,
    pub scheme: usize,
    pub activity: Option<usize>,
    pub target: usize,
    pub period: usize,
    pub kroner: i64,
    pub award_on_clear: bool,
}

/// (recipient, scheme, month, target group)
pub type Slot = (usize, usize, i32, u8);

impl Wish {
    pub fn slots(&self) -> BTreeSet<Slot> {
        let mut slots = BTreeSet::new();
        for recipient in RECIPIENTS[self.recipient] {
            for month in PERIODS[self.period].1.clone() {
                slots.extend(
                    TARGETS[self.target]
                        .iter()
                        .map(|target| (*recipient, self.scheme, month, *target)),
                );
            }
        }
        slots
    }

    fn excludes(&self, other: &Self) -> bool {
        let by_activity = self.activity.is_none() || other.activity.is_none() || self.activity == other.activity;
        by_activity && !self.slots().is_disjoint(&other.slots())
    }
}

/// Asker and number of the key.
pub type Key = (usize, usize);

#[derive(Debug, Clone)]
pub struct Kept {
    pub wish: Wish,
    pub state: ClaimState,
    pub fence: i64,
    pub reservation: i64,
    pub is_exception: bool,
    pub outcome: Outcome,
    pub ends: Option<i64>,
    /// Fence, proposer's body, end.
    proposal: Option<(i64, usize, i64)>,
    /// The last order at a fence that was carried out, and whether nothing has become of the claim since.
    pub last: Option<Order>,
    is_as_left: bool,
}

impl Kept {
    pub fn holds(&self) -> bool {
        [Requested, Held, Cleared, Quarantined, Confirmed, Paid].contains(&self.state)
    }

    fn is_open(&self) -> bool {
        [Requested, Released].contains(&self.state) && self.outcome == Outcome::Undetermined
    }

    fn becomes(&mut self, state: ClaimState, outcome: Outcome, ends: Option<i64>) {
        (self.state, self.outcome, self.ends) = (state, outcome, ends);
        self.fence += 1;
        self.is_as_left = false;
    }
}

/// One command, with the numbers that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    Ask {
        key: Key,
        wish: Wish,
    },
    Decide {
        key: Key,
        reservation: i64,
        outcome: Outcome,
    },
    Confirm {
        key: Key,
        fence: i64,
        kroner: i64,
        year: Option<i16>,
    },
    Release {
        key: Key,
        fence: i64,
    },
    Rule {
        key: Key,
        fence: i64,
        by: usize,
        allow: Option<Outcome>,
    },
    Propose {
        key: Key,
        fence: i64,
        by: usize,
    },
    Approve {
        key: Key,
        fence: i64,
        by: usize,
        outcome: Outcome,
    },
    NotePaid {
        key: Key,
    },
    Suspend,
    Resume,
    Sweep,
}

impl Order {
    /// The claim that is commanded at a fence.
    fn at_a_fence(&self) -> Option<Key> {
        match self {
            Self::Confirm { key, .. }
            | Self::Release { key, .. }
            | Self::Rule { key, .. }
            | Self::Propose { key, .. }
            | Self::Approve { key, .. } => Some(*key),
            Self::Ask { .. }
            | Self::Decide { .. }
            | Self::NotePaid { .. }
            | Self::Suspend
            | Self::Resume
            | Self::Sweep => None,
        }
    }

    /// What its caller has said of it; what the rules say is not the caller's.
    fn as_said(&self) -> Self {
        match self.clone() {
            Self::Rule { key, fence, by, allow } => Self::Rule {
                key,
                fence,
                by,
                allow: allow.map(|_| Outcome::Clear),
            },
            Self::Approve { key, fence, by, .. } => Self::Approve {
                key,
                fence,
                by,
                outcome: Outcome::Clear,
            },
            order => order,
        }
    }
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// State and fence of the claim, and whether another holds what it asks for.
    Claim(ClaimState, i64, bool),
    Refused(&'static str),
    Nothing,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub now: i64,
    pub claims: BTreeMap<Key, Kept>,
    pub is_suspended: bool,
    /// Claims that a decision has permitted at some time.
    pub permitted: BTreeSet<Key>,
    /// The orders of the last step, and their answers.
    pub last: Vec<(Order, Answer)>,
}

type Outcomes = Result<(), &'static str>;

impl Model {
    pub fn carry_out(&mut self, order: &Order) -> Answer {
        self.let_run_out();
        let fenced = order.at_a_fence();
        let is_repeat =
            |kept: &Kept| kept.is_as_left && kept.last.as_ref().is_some_and(|last| last.as_said() == order.as_said());
        if let Some(key) = fenced.filter(|key| !self.is_suspended && self.claims.get(key).is_some_and(is_repeat)) {
            return self.told(key, false);
        }
        let (key, outcome) = match order {
            Order::Ask { key, wish } => return self.ask(*key, wish),
            Order::Decide {
                key,
                reservation,
                outcome,
            } => (key, self.decide(*key, *reservation, *outcome)),
            Order::Confirm {
                key,
                fence,
                kroner,
                year,
            } => (key, self.command(*key, *fence, |kept| confirm(kept, *kroner, *year))),
            Order::Release { key, fence } => (key, self.command(*key, *fence, release)),
            Order::Rule { key, fence, by, allow } => {
                let now = self.now;
                (
                    key,
                    self.command(*key, *fence, |kept| rule(kept, *by == key.0, *allow, now)),
                )
            }
            Order::Propose { key, fence, by } => {
                let now = self.now;
                (
                    key,
                    self.command(*key, *fence, |kept| propose(kept, BODIES[key.0], BODIES[*by], now)),
                )
            }
            Order::Approve {
                key,
                fence,
                by,
                outcome,
            } => (key, self.approve(*key, *fence, *by, *outcome)),
            Order::NotePaid { key } => {
                let Some(kept) = self.claims.get_mut(key) else {
                    return Answer::Refused("UnknownClaim");
                };
                if kept.state != Confirmed {
                    return Answer::Nothing;
                }
                kept.becomes(Paid, kept.outcome, None);
                (key, Ok(()))
            }
            Order::Suspend | Order::Resume | Order::Sweep => {
                self.is_suspended =
                    (self.is_suspended || matches!(order, Order::Suspend)) && !matches!(order, Order::Resume);
                self.let_run_out();
                return Answer::Nothing;
            }
        };
        if let Some(kept) = self.claims.get_mut(key).filter(|_| fenced.is_some() && outcome.is_ok()) {
            (kept.last, kept.is_as_left) = (Some(order.clone()), true);
        }
        match outcome {
            Ok(()) => self.told(*key, false),
            Err(refusal) => Answer::Refused(refusal),
        }
    }

    fn told(&self, key: Key, is_taken: bool) -> Answer {
        let kept = &self.claims[&key];
        Answer::Claim(kept.state, kept.fence, is_taken)
    }

    fn let_run_out(&mut self) {
        if self.is_suspended {
            return;
        }
        let now = self.now;
        for kept in self
            .claims
            .values_mut()
            .filter(|kept| kept.ends.is_some_and(|end| end <= now))
        {
            match kept.state {
                Requested => kept.becomes(Released, kept.outcome, None),
                Cleared if kept.wish.award_on_clear => kept.becomes(Quarantined, Outcome::Undetermined, None),
                Cleared => kept.becomes(Expired, Outcome::Undetermined, None),
                state => panic!("{state:?} has no end"),
            }
        }
    }

    fn is_taken(&self, key: Key, in_exception: bool) -> bool {
        let wish = &self.claims[&key].wish;
        self.claims.iter().any(|(other, kept)| {
            *other != key && kept.holds() && (kept.is_exception || !in_exception) && kept.wish.excludes(wish)
        })
    }

    fn ask(&mut self, key: Key, wish: &Wish) -> Answer {
        let kept = self.claims.entry(key).or_insert_with(|| Kept {
            wish: wish.clone(),
            state: Released,
            fence: 0,
            reservation: 0,
            is_exception: false,
            outcome: Outcome::Undetermined,
            ends: None,
            proposal: None,
            last: None,
            is_as_left: false,
        });
        if kept.wish != *wish {
            return Answer::Refused("IdempotencyConflict");
        }
        if !kept.is_open() {
            return self.told(key, false);
        }
        let is_taken = self.is_taken(key, false);
        let now = self.now;
        let kept = self.claims.get_mut(&key).expect("put there above");
        let held = kept.state == Requested;
        let (state, end) = if is_taken {
            (Released, None)
        } else {
            (Requested, Some(now + UNDECIDED))
        };
        kept.becomes(state, kept.outcome, end);
        if !held {
            kept.reservation = kept.fence;
        }
        self.told(key, is_taken)
    }

    fn decide(&mut self, key: Key, reservation: i64, outcome: Outcome) -> Outcomes {
        let outcome = if self.is_suspended && outcome == Outcome::Clear {
            Outcome::Undetermined
        } else {
            outcome
        };
        let now = self.now;
        let Some(kept) = self.claims.get_mut(&key) else {
            return Err("UnknownClaim");
        };
        if !kept.is_open() || kept.reservation != reservation {
            return Ok(());
        }
        match (outcome, kept.state == Requested) {
            (Outcome::Blocked, _) => kept.becomes(Denied, outcome, None),
            (Outcome::Undetermined, true) => kept.becomes(Requested, outcome, Some(now + UNDECIDED)),
            (Outcome::Undetermined, false) => kept.becomes(Released, outcome, None),
            (Outcome::NeedsCaseOfficer, true) => kept.becomes(Held, outcome, None),
            (Outcome::Clear, true) => {
                kept.becomes(Cleared, outcome, Some(now + CLEARANCE));
                self.permitted.insert(key);
            }
            (Outcome::Clear | Outcome::NeedsCaseOfficer, false) => {}
        }
        Ok(())
    }

    /// A command that names the fence and is refused while the ledger is suspended.
    fn command(&mut self, key: Key, fence: i64, change: impl FnOnce(&mut Kept) -> Outcomes) -> Outcomes {
        let Some(kept) = self.claims.get_mut(&key) else {
            return Err("UnknownClaim");
        };
        if self.is_suspended {
            return Err("Suspended");
        }
        if kept.state == Expired {
            return Err("ClearanceExpired");
        }
        if kept.fence != fence {
            return Err("FenceMismatch");
        }
        change(kept)?;
        if kept.state == Cleared {
            self.permitted.insert(key);
        }
        Ok(())
    }

    fn approve(&mut self, key: Key, fence: i64, by: usize, outcome: Outcome) -> Outcomes {
        let now = self.now;
        let is_taken = self.claims.contains_key(&key) && self.is_taken(key, true);
        self.command(key, fence, |kept| {
            let Some((_, proposer, end)) = kept.proposal.filter(|(at, ..)| *at == kept.fence) else {
                return Err("NoProposal");
            };
            if now >= end {
                return Err("ProposalVoid");
            }
            if [proposer, BODIES[key.0]].contains(&BODIES[by]) {
                return Err("TwoBodiesRequired");
            }
            if kept.state == Quarantined {
                kept.becomes(Released, Outcome::Blocked, None);
                return Ok(());
            }
            if outcome != Outcome::Clear {
                return Err("NotPermitted");
            }
            if is_taken {
                return Err("SlotTaken");
            }
            kept.becomes(Cleared, outcome, Some(end));
            kept.is_exception = true;
            Ok(())
        })
    }
}

fn confirm(kept: &mut Kept, kroner: i64, year: Option<i16>) -> Outcomes {
    if ![Cleared, Quarantined].contains(&kept.state) {
        return Err("WrongState");
    }
    if kroner != kept.wish.kroner {
        return Err("AmountDiffers");
    }
    if year.is_some_and(|year| year != 2021) {
        return Err("YearDiffers");
    }
    kept.becomes(Confirmed, Outcome::Clear, None);
    Ok(())
}

fn release(kept: &mut Kept) -> Outcomes {
    let after = match kept.state {
        Confirmed | Paid => Reversed,
        Quarantined => return Err("WrongState"),
        _ if kept.holds() => Released,
        _ => return Err("WrongState"),
    };
    kept.becomes(after, Outcome::Blocked, None);
    Ok(())
}

fn rule(kept: &mut Kept, is_asker: bool, allow: Option<Outcome>, now: i64) -> Outcomes {
    match (kept.state, allow) {
        (Held, _) if is_asker => return Err("AskerDecides"),
        (Held, None) => kept.becomes(Denied, Outcome::Blocked, None),
        (Held, Some(Outcome::Clear)) => kept.becomes(Cleared, Outcome::Clear, Some(now + CLEARANCE)),
        (Held, Some(_)) => return Err("NotPermitted"),
        _ => return Err("WrongState"),
    }
    Ok(())
}

fn propose(kept: &mut Kept, asker: usize, proposer: usize, now: i64) -> Outcomes {
    if ![Denied, Quarantined].contains(&kept.state) {
        return Err("WrongState");
    }
    if asker == proposer {
        return Err("TwoBodiesRequired");
    }
    kept.becomes(kept.state, kept.outcome, kept.ends);
    kept.proposal = Some((kept.fence, proposer, now + PROPOSAL));
    Ok(())
}
