//! A batch at work: what it concerns is held in memory, each command changes it or is refused, and what changed is written at
//! the end. Pure: no database here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::ledger::case::{Case, CaseDecision, CaseId, CaseState, Finding};
use crate::ledger::chain::{Entry, Link, Receipt, What};
use crate::ledger::claim::{Claim, ClaimId, Lane, Principal};
use crate::ledger::command::{Command, Done, Refusal, Request, Settled};
use crate::ledger::rules::{Outcome, ReasonCode, Verdict};
use crate::ledger::transition::{self, Terms};

/// The chain's head and the ledger's clock.
#[derive(Debug, Clone)]
pub struct Head {
    pub sequence: i64,
    pub hash: String,
    pub suspended: Option<String>,
    pub now: Timestamp,
}

/// A claim as it was loaded or is now, with its last entry.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    pub value: T,
    pub receipt: Receipt,
}

/// Everything that a batch of commands may look at, and what they have changed so far.
pub struct Work {
    pub head: Head,
    terms: Terms,
    pub claims: BTreeMap<ClaimId, Kept<Claim>>,
    pub cases: BTreeMap<CaseId, Kept<Case>>,
    /// Hashes of entries that receipts speak of.
    pub known_hashes: HashMap<i64, String>,
    /// The lanes in which claims held their slots when they were loaded.
    pub held_before: BTreeMap<ClaimId, Lane>,
    pub links: Vec<Link>,
    pub changed_claims: BTreeSet<ClaimId>,
    pub changed_cases: BTreeSet<CaseId>,
}

impl Work {
    pub fn new(head: Head, terms: Terms) -> Self {
        Self {
            head,
            terms,
            claims: BTreeMap::new(),
            cases: BTreeMap::new(),
            known_hashes: HashMap::new(),
            held_before: BTreeMap::new(),
            links: Vec::new(),
            changed_claims: BTreeSet::new(),
            changed_cases: BTreeSet::new(),
        }
    }

    /// Adds a claim as the database has it.
    pub fn load_claim(&mut self, claim: Claim, receipt: Receipt) {
        if claim.state.occupies() {
            self.held_before.insert(claim.id.clone(), claim.lane);
        }
        self.claims.entry(claim.id.clone()).or_insert(Kept { value: claim, receipt });
    }

    pub fn load_case(&mut self, case: Case, receipt: Receipt) {
        self.cases.insert(case.id.clone(), Kept { value: case, receipt });
    }

    /// Lets every loaded claim run out whose time is up.
    /// A suspended ledger does not know what became of its claims, and lets none go.
    pub fn run_out(&mut self) {
        if self.head.suspended.is_some() {
            return;
        }
        let due: Vec<Claim> = self.claims.values().filter_map(|kept| transition::run_out(&kept.value, self.head.now)).collect();
        for claim in due {
            self.put_claim(claim, None, None);
        }
    }

    /// Carries out one command, or refuses it and changes nothing.
    pub fn carry_out(&mut self, command: &Command) -> Result<Done, Refusal> {
        match command {
            Command::Request(request) => self.request(request),
            Command::Decide { claim, reservation, verdict } => self.decide(claim, *reservation, verdict),
            Command::Confirm(confirmation) => {
                let after = transition::confirm(self.in_order(&confirmation.claim)?, confirmation)?;
                Ok(self.settle(after, Some(&confirmation.by), None))
            }
            Command::Release { claim, fence, by, reason } => {
                let after = transition::release(self.in_order(claim)?, *fence)?;
                Ok(self.settle(after, Some(by), Some(reason)))
            }
            Command::Rule { claim, fence, by, allow, reason } => {
                let after = transition::rule(self.in_order(claim)?, *fence, by, allow.as_ref(), self.terms, self.head.now)?;
                Ok(self.settle(after, Some(by), Some(reason)))
            }
            Command::Propose { claim, fence, by, reason, legal_basis } => {
                let after = transition::propose(self.in_order(claim)?, *fence, by, reason, legal_basis, self.head.now)?;
                Ok(self.settle(after, Some(by), Some(reason)))
            }
            Command::Approve { claim, fence, by, reason, verdict } => {
                let after = transition::approve(self.in_order(claim)?, *fence, by, verdict, self.head.now)?;
                self.check_free(&after)?;
                Ok(self.settle(after, Some(by), Some(reason)))
            }
            Command::NotePaid { claim } => {
                let claim = self.claims.get(claim).ok_or(Refusal::UnknownClaim)?;
                let after = transition::note_paid(&claim.value);
                Ok(after.map_or(Done::Nothing, |after| self.settle(after, None, None)))
            }
            Command::Report(finding) => Ok(self.report(finding)),
            Command::DecideCase { case, by, decision, reason } => self.decide_case(case, by, *decision, reason),
            Command::Sweep => Ok(Done::Nothing),
            Command::Suspend { by, reason } => Ok(self.suspend(by.as_ref(), reason)),
            Command::Resume { by, reason, forgot } => Ok(self.resume(by.as_ref(), reason, *forgot)),
        }
    }

    fn request(&mut self, request: &Request) -> Result<Done, Refusal> {
        let id = ClaimId::of(&request.by, &request.key);
        if self.claims.get(&id).is_some_and(|kept| kept.value.request_hash != request.hash) {
            return Err(Refusal::IdempotencyConflict);
        }
        if self.head.suspended.is_none() && request.receipt.as_ref().is_some_and(|receipt| !self.knows(receipt)) {
            self.suspend(Some(&request.by), "a receipt was presented that this ledger's chain does not reach");
        }
        if let Some(kept) = self.claims.get(&id).filter(|kept| !kept.value.is_undecided()) {
            return Ok(self.done(&kept.value.id, Vec::new()));
        }
        let claim = self.claims.get(&id).map_or_else(|| transition::open(request, id.clone(), self.head.now), |kept| kept.value.clone());
        let taken = self.holders(&claim);
        let after = transition::reserve(&claim, taken.is_empty(), self.head.now);
        self.put_claim(after, Some(&request.by), None);
        Ok(self.done(&id, taken))
    }

    /// Whether the receipt's entry is in the chain.
    fn knows(&self, receipt: &Receipt) -> bool {
        receipt.sequence <= self.head.sequence && self.known_hashes.get(&receipt.sequence).is_none_or(|hash| *hash == receipt.hash)
    }

    fn decide(&mut self, id: &ClaimId, reservation: i64, verdict: &Verdict) -> Result<Done, Refusal> {
        let claim = &self.claims.get(id).ok_or(Refusal::UnknownClaim)?.value;
        let in_order = self.head.suspended.is_none() || verdict.outcome != Outcome::Clear;
        let verdict = if in_order { verdict.clone() } else { behind() };
        match transition::decide(claim, reservation, &verdict, self.terms, self.head.now) {
            Some(after) => Ok(self.settle(after, None, None)),
            // Answered meanwhile, under another asking of the same question: that answer stands.
            None => Ok(self.done(id, Vec::new())),
        }
    }

    /// A claim that may be changed: it is there, and the ledger is in order.
    fn in_order(&self, id: &ClaimId) -> Result<&Claim, Refusal> {
        let claim = self.claims.get(id).ok_or(Refusal::UnknownClaim)?;
        if self.head.suspended.is_some() { Err(Refusal::Suspended) } else { Ok(&claim.value) }
    }

    fn check_free(&self, claim: &Claim) -> Result<(), Refusal> {
        let by: Vec<ClaimId> = if claim.state.occupies() { self.holders(claim).into_iter().map(|claim| claim.id).collect() } else { Vec::new() };
        if by.is_empty() { Ok(()) } else { Err(Refusal::SlotTaken { by }) }
    }

    fn holders(&self, claim: &Claim) -> Vec<Claim> {
        self.claims.values().map(|kept| &kept.value).filter(|other| claim.collides_with(other)).cloned().collect()
    }

    /// Opens the finding's case or brings it up to date. Facts that are new open a case again that was closed over the old ones.
    fn report(&mut self, finding: &Finding) -> Done {
        let id = finding.case();
        let now = self.head.now;
        let case = match self.cases.get(&id).map(|kept| &kept.value) {
            None => Case { id, state: CaseState::Open, finding: finding.clone(), opened_at: now, changed_at: now, decided_by: None, decision: None },
            Some(known) if known.finding.facts() == finding.facts() => return Done::Nothing,
            Some(known) if matches!(known.state, CaseState::Open | CaseState::Confirmed) => {
                Case { finding: finding.clone(), changed_at: now, ..known.clone() }
            }
            Some(known) => {
                Case { state: CaseState::Open, finding: finding.clone(), changed_at: now, decided_by: None, decision: None, ..known.clone() }
            }
        };
        self.put_case(case, None, None)
    }

    fn decide_case(&mut self, id: &CaseId, by: &Principal, decision: CaseDecision, reason: &str) -> Result<Done, Refusal> {
        let case = &self.cases.get(id).ok_or(Refusal::UnknownCase)?.value;
        if matches!(case.state, CaseState::Dismissed | CaseState::Settled) || case.state == decision.state() {
            return Err(Refusal::CaseClosed);
        }
        let decided =
            Case { state: decision.state(), decided_by: Some(by.clone()), decision: Some(decision), changed_at: self.head.now, ..case.clone() };
        Ok(self.put_case(decided, Some(by), Some(reason)))
    }

    /// Suspends the ledger, or says anew why it is.
    fn suspend(&mut self, by: Option<&Principal>, reason: &str) -> Done {
        if self.head.suspended.as_deref() != Some(reason) {
            self.head.suspended = Some(reason.to_owned());
            self.write(What::Suspended, by, Some(reason));
        }
        Done::Nothing
    }

    fn resume(&mut self, by: Option<&Principal>, reason: &str, forgot: bool) -> Done {
        if self.head.suspended.take().is_none() {
            return Done::Nothing;
        }
        self.write(What::Resumed, by, Some(reason));
        let bound = |kept: &Kept<Claim>| transition::bind(&kept.value).filter(|_| forgot);
        let bound: Vec<Claim> = self.claims.values().filter_map(bound).collect();
        for claim in bound {
            self.put_claim(claim, by, Some(reason));
        }
        Done::Nothing
    }

    fn settle(&mut self, claim: Claim, by: Option<&Principal>, reason: Option<&str>) -> Done {
        let id = claim.id.clone();
        self.put_claim(claim, by, reason);
        self.done(&id, Vec::new())
    }

    fn done(&self, id: &ClaimId, taken: Vec<Claim>) -> Done {
        let kept = &self.claims[id];
        let (is_open, suspended) = (kept.value.is_undecided(), self.head.suspended.is_some());
        let claim = if suspended { as_told_behind(kept.value.clone()) } else { kept.value.clone() };
        Done::Claim(Box::new(Settled { claim, receipt: kept.receipt.clone(), taken, is_open, suspended }))
    }

    fn put_claim(&mut self, claim: Claim, by: Option<&Principal>, reason: Option<&str>) {
        let receipt = self.write(What::Claim(Box::new(claim.clone())), by, reason);
        self.changed_claims.insert(claim.id.clone());
        self.claims.insert(claim.id.clone(), Kept { value: claim, receipt });
    }

    fn put_case(&mut self, case: Case, by: Option<&Principal>, reason: Option<&str>) -> Done {
        let receipt = self.write(What::Case(Box::new(case.clone())), by, reason);
        self.changed_cases.insert(case.id.clone());
        self.cases.insert(case.id.clone(), Kept { value: case.clone(), receipt });
        Done::Case(Box::new(case))
    }

    /// Adds an entry to the chain.
    fn write(&mut self, what: What, by: Option<&Principal>, reason: Option<&str>) -> Receipt {
        let entry = Entry { sequence: self.head.sequence + 1, at: self.head.now, by: by.cloned(), reason: reason.map(str::to_owned), what };
        let link = Link::forge(entry, &self.head.hash);
        self.head.sequence = link.entry.sequence;
        self.head.hash.clone_from(&link.hash);
        let receipt = Receipt { sequence: link.entry.sequence, hash: link.hash.clone() };
        self.links.push(link);
        receipt
    }

    /// Claims whose slots must be given back, and claims whose slots must be taken.
    pub fn slots(&self) -> (Vec<&ClaimId>, Vec<&Claim>) {
        let changed = || self.changed_claims.iter().map(|id| &self.claims[id].value);
        let lane_now = |claim: &Claim| claim.state.occupies().then_some(claim.lane);
        let lane_before = |claim: &Claim| self.held_before.get(&claim.id).copied();
        let given_back = changed().filter(|claim| lane_before(claim).is_some() && lane_now(claim) != lane_before(claim)).map(|claim| &claim.id);
        let taken = changed().filter(|claim| lane_now(claim).is_some() && lane_now(claim) != lane_before(claim));
        (given_back.collect(), taken.collect())
    }
}

/// A claim as a ledger tells of it that may have forgotten what became of the claim: what was cleared is not known to be.
pub fn as_told_behind(claim: Claim) -> Claim {
    if claim.verdict.outcome == Outcome::Clear { Claim { verdict: behind(), ..claim } } else { claim }
}

/// The only answer of a ledger that may have forgotten something.
pub fn behind() -> Verdict {
    let message = "Hovedboken er gjenopprettet fra en eldre kopi og ikke avstemt. Ingen klarering kan gis før det er gjort.";
    Verdict::of(Outcome::Undetermined, ReasonCode::LedgerBehind, message)
}
