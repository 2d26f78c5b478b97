//! A batch at work: what it concerns is held in memory, each command changes it or is refused, and what changed is written at
//! the end. Pure: no database here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::past::Past;
use crate::journal::{Journal, JournalCommand, JournalId, JournalOutcome, JournalRecord, JournalRefusal};
use crate::ledger::case::{Case, CaseDecision, CaseId, CaseState, Finding};
use crate::ledger::chain::{Entry, EventKind, Link, Receipt};
use crate::ledger::claim::{Claim, ClaimId, Lane, Principal};
use crate::ledger::command::{About, ClaimResult, Command, CommandOutcome, Refusal, Request, StatedAward};
use crate::ledger::rules::{Outcome, ReasonCode, Verdict};
use crate::ledger::successors::Successors;
use crate::ledger::transition::{self, Terms};

/// The chain's head and the ledger's clock.
#[derive(Debug, Clone)]
pub struct Head {
    pub sequence: i64,
    pub hash: String,
    pub suspended: Option<String>,
    /// Not before the last entry.
    pub now: Timestamp,
    /// What the clock shows.
    pub clock: Timestamp,
}

/// A claim as it was loaded or is now, with its last entry.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    pub value: T,
    pub receipt: Receipt,
}

/// Everything that a batch of commands may look at, and what they have changed so far.
pub struct UnitOfWork {
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
    /// What the programme itself has decided, or was told, as it stands.
    pub journal: Journal,
    pub changed_records: BTreeMap<JournalId, Receipt>,
    pub past: Past,
    /// Under whose names slots are kept.
    pub successors: Successors,
}

impl UnitOfWork {
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
            journal: Journal::default(),
            changed_records: BTreeMap::new(),
            past: Past::default(),
            successors: Successors::default(),
        }
    }

    /// Adds a claim as the database has it.
    pub fn load_claim(&mut self, claim: Claim, receipt: Receipt) {
        if claim.state.occupies() {
            self.held_before.insert(claim.id.clone(), claim.lane);
        }
        self.claims
            .entry(claim.id.clone())
            .or_insert(Kept { value: claim, receipt });
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
        let due: Vec<Claim> = self
            .claims
            .values()
            .filter_map(|kept| transition::run_out(&kept.value, self.head.now))
            .collect();
        for claim in due {
            self.put_claim(claim, None, None);
        }
    }

    /// Carries out one command, or refuses it and changes nothing.
    pub fn carry_out(&mut self, command: &Command) -> Result<CommandOutcome, Refusal> {
        match command {
            Command::Request(request) => self.request(request),
            Command::Decide {
                claim,
                reservation,
                verdict,
            } => self.decide(claim, *reservation, verdict),
            Command::Confirm(_)
            | Command::Release { .. }
            | Command::Rule { .. }
            | Command::Propose { .. }
            | Command::Approve { .. } => self.command(command),
            Command::NotePaid { claim } => {
                let claim = self.claims.get(claim).ok_or(Refusal::UnknownClaim)?;
                let after = transition::note_paid(&claim.value);
                Ok(after.map_or(CommandOutcome::Nothing, |after| self.settle(after, None, None)))
            }
            Command::Report(finding) => Ok(self.report(finding)),
            Command::DecideCase {
                case,
                by,
                decision,
                reason,
            } => self.decide_case(case, by, *decision, reason),
            Command::Journal(command) => self.journal(command),
            Command::Sweep => Ok(CommandOutcome::Nothing),
            Command::Suspend { by, reason } => Ok(self.suspend(by.as_ref(), reason)),
            Command::Resume { by, reason, forgot } => Ok(self.resume(by.as_ref(), reason, *forgot)),
        }
    }

    fn request(&mut self, request: &Request) -> Result<CommandOutcome, Refusal> {
        let id = ClaimId::of(&request.by, &request.key);
        if self
            .claims
            .get(&id)
            .is_some_and(|kept| kept.value.request_hash != request.hash)
        {
            return Err(Refusal::IdempotencyConflict);
        }
        if self.head.suspended.is_none() && request.receipt.as_ref().is_some_and(|receipt| !self.knows(receipt)) {
            self.suspend(
                Some(&request.by),
                "a receipt was presented that this ledger's chain does not reach",
            );
        }
        if let Some(kept) = self.claims.get(&id).filter(|kept| !kept.value.is_undecided()) {
            return Ok(self.done(&kept.value.id, Vec::new()));
        }
        let claim = self.claims.get(&id).map_or_else(
            || transition::open(request, id.clone(), self.head.now),
            |kept| kept.value.clone(),
        );
        let taken = self.holders(&claim);
        let after = transition::reserve(&claim, taken.is_empty(), self.head.now);
        self.put_claim(after, Some(&request.by), None);
        Ok(self.done(&id, taken))
    }

    /// Whether the receipt's entry is in the chain.
    fn knows(&self, receipt: &Receipt) -> bool {
        receipt.sequence <= self.head.sequence
            && self
                .known_hashes
                .get(&receipt.sequence)
                .is_none_or(|hash| *hash == receipt.hash)
    }

    fn decide(&mut self, id: &ClaimId, reservation: i64, verdict: &Verdict) -> Result<CommandOutcome, Refusal> {
        let claim = &self.claims.get(id).ok_or(Refusal::UnknownClaim)?.value;
        let in_order = self.head.suspended.is_none() || verdict.outcome != Outcome::Clear;
        let verdict = if in_order { verdict.clone() } else { behind() };
        let taken = self.in_the_way(claim);
        let verdict = if taken.is_empty() {
            verdict
        } else {
            transition::held_by_another(verdict, &taken)
        };
        match transition::decide(claim, reservation, &verdict, self.terms, self.head.now) {
            Some(after) => Ok(self.settle(after, None, None)),
            // Answered meanwhile, under another asking of the same question: that answer stands.
            None => Ok(self.done(id, Vec::new())),
        }
    }

    /// Claims that have come into the way since the slot was reserved, which nothing but a merger of their municipalities does. Of two
    /// that are not answered the older one is.
    fn in_the_way(&self, claim: &Claim) -> Vec<Claim> {
        if !self.successors.concern(&claim.reach) {
            return Vec::new();
        }
        let came_first =
            |other: &Claim| !other.is_undecided() || (other.requested_at, &other.id) < (claim.requested_at, &claim.id);
        let mut holders = self.holders(claim);
        holders.retain(came_first);
        holders
    }

    /// A command about a claim at a fence. One that comes again because its answer was lost is answered as it was, and changes nothing.
    fn command(&mut self, command: &Command) -> Result<CommandOutcome, Refusal> {
        let Some(About {
            claim: id,
            by,
            reason,
            fence,
        }) = command.about()
        else {
            return Ok(CommandOutcome::Nothing);
        };
        let claim = self.in_order(id)?;
        if self.past.is_repeat_of_claim(command, &self.claims[id], &self.links) {
            return Ok(self.done(id, Vec::new()));
        }
        let after =
            transition::command(claim, command, self.terms, self.head.now).unwrap_or(Err(Refusal::UnknownClaim));
        let after = after.map_err(|refusal| match refusal {
            Refusal::FenceMismatch { current } if self.past.was_raised(id, fence, &self.links) => {
                Refusal::FenceRaised { current }
            }
            refusal => refusal,
        })?;
        if matches!(command, Command::Approve { .. }) {
            self.check_free(&after)?;
        }
        self.put_stated(after, Some(by), reason, command.stated());
        Ok(self.done(id, Vec::new()))
    }

    /// A claim that may be changed: it is there, and the ledger is in order.
    fn in_order(&self, id: &ClaimId) -> Result<&Claim, Refusal> {
        let claim = self.claims.get(id).ok_or(Refusal::UnknownClaim)?;
        if self.head.suspended.is_some() {
            Err(Refusal::Suspended)
        } else {
            Ok(&claim.value)
        }
    }

    fn check_free(&self, claim: &Claim) -> Result<(), Refusal> {
        let by: Vec<ClaimId> = if claim.state.occupies() {
            self.holders(claim).into_iter().map(|claim| claim.id).collect()
        } else {
            Vec::new()
        };
        if by.is_empty() {
            Ok(())
        } else {
            Err(Refusal::SlotTaken { by })
        }
    }

    fn holders(&self, claim: &Claim) -> Vec<Claim> {
        self.claims
            .values()
            .map(|kept| &kept.value)
            .filter(|other| claim.collides_with(other, &self.successors))
            .cloned()
            .collect()
    }

    /// Opens the finding's case or brings it up to date. Facts that are new open a case again that was closed over the old ones.
    fn report(&mut self, finding: &Finding) -> CommandOutcome {
        let id = finding.case();
        let now = self.head.now;
        let case = match self.cases.get(&id).map(|kept| &kept.value) {
            None => Case {
                id,
                state: CaseState::Open,
                finding: finding.clone(),
                opened_at: now,
                changed_at: now,
                decided_by: None,
                decision: None,
            },
            Some(known) if known.finding.facts() == finding.facts() => return CommandOutcome::Nothing,
            Some(known) if matches!(known.state, CaseState::Open | CaseState::Confirmed) => Case {
                finding: finding.clone(),
                changed_at: now,
                ..known.clone()
            },
            Some(known) => Case {
                state: CaseState::Open,
                finding: finding.clone(),
                changed_at: now,
                decided_by: None,
                decision: None,
                ..known.clone()
            },
        };
        self.put_case(case, None, None)
    }

    fn decide_case(
        &mut self,
        id: &CaseId,
        by: &Principal,
        decision: CaseDecision,
        reason: &str,
    ) -> Result<CommandOutcome, Refusal> {
        let kept = self.cases.get(id).ok_or(Refusal::UnknownCase)?;
        if self.past.is_repeat_of_case(by, decision, reason, kept, &self.links) {
            return Ok(CommandOutcome::Case(Box::new(kept.value.clone())));
        }
        let decided = kept
            .value
            .decide(by, decision, self.head.now)
            .ok_or(Refusal::CaseClosed)?;
        Ok(self.put_case(decided, Some(by), Some(reason)))
    }

    fn journal(&mut self, command: &JournalCommand) -> Result<CommandOutcome, Refusal> {
        if self.head.suspended.is_some() {
            return Err(Refusal::Suspended);
        }
        let written = match self.journal.carry_out(command, self.head.now) {
            Ok(JournalOutcome::Written(records)) => records,
            Ok(JournalOutcome::Repeated(id)) => {
                let record = self.journal.get(&id).ok_or(JournalRefusal::UnknownRecord);
                return Ok(CommandOutcome::Journal(record.cloned().map(Box::new)));
            }
            Err(refusal) => return Ok(CommandOutcome::Journal(Err(refusal))),
        };
        let first = written.first().cloned().ok_or(JournalRefusal::UnknownRecord);
        for record in written {
            self.put_record(record, command);
        }
        Ok(CommandOutcome::Journal(first.map(Box::new)))
    }

    fn put_record(&mut self, record: JournalRecord, command: &JournalCommand) {
        let what = EventKind::Journal(Box::new(record.clone()));
        let receipt = self.write(what, Some(&command.by), command.what.reason(), Vec::new());
        self.changed_records.insert(record.id().clone(), receipt);
        self.journal.put(record);
    }

    /// Suspends the ledger, or says anew why it is.
    fn suspend(&mut self, by: Option<&Principal>, reason: &str) -> CommandOutcome {
        if self.head.suspended.as_deref() != Some(reason) {
            self.head.suspended = Some(reason.to_owned());
            self.write(EventKind::Suspended, by, Some(reason), Vec::new());
        }
        CommandOutcome::Nothing
    }

    fn resume(&mut self, by: Option<&Principal>, reason: &str, forgot: bool) -> CommandOutcome {
        if self.head.suspended.take().is_none() {
            return CommandOutcome::Nothing;
        }
        if forgot {
            // A clock that was once ahead is set right: none of the clearances below frees its slot by it.
            self.head.now = self.head.clock;
        }
        self.write(EventKind::Resumed, by, Some(reason), Vec::new());
        let bound = |kept: &Kept<Claim>| transition::bind(&kept.value).filter(|_| forgot);
        let bound: Vec<Claim> = self.claims.values().filter_map(bound).collect();
        for claim in bound {
            self.put_claim(claim, by, Some(reason));
        }
        // What comes after it in the batch meets no clearance whose time was up meanwhile.
        self.run_out();
        CommandOutcome::Nothing
    }

    fn settle(&mut self, claim: Claim, by: Option<&Principal>, reason: Option<&str>) -> CommandOutcome {
        let id = claim.id.clone();
        self.put_claim(claim, by, reason);
        self.done(&id, Vec::new())
    }

    fn done(&self, id: &ClaimId, taken: Vec<Claim>) -> CommandOutcome {
        let kept = &self.claims[id];
        let (is_open, suspended) = (kept.value.is_undecided(), self.head.suspended.is_some());
        let claim = if suspended {
            as_told_behind(kept.value.clone())
        } else {
            kept.value.clone()
        };
        CommandOutcome::Claim(Box::new(ClaimResult {
            claim,
            receipt: kept.receipt.clone(),
            taken,
            is_open,
            suspended,
        }))
    }

    fn put_claim(&mut self, claim: Claim, by: Option<&Principal>, reason: Option<&str>) {
        self.put_stated(claim, by, reason, Vec::new());
    }

    fn put_stated(&mut self, claim: Claim, by: Option<&Principal>, reason: Option<&str>, stated: Vec<StatedAward>) {
        if let Some(kept) = self.claims.remove(&claim.id) {
            self.past.begin(EventKind::Claim(Box::new(kept.value)), &kept.receipt);
        }
        let receipt = self.write(EventKind::Claim(Box::new(claim.clone())), by, reason, stated);
        self.changed_claims.insert(claim.id.clone());
        self.claims.insert(claim.id.clone(), Kept { value: claim, receipt });
    }

    fn put_case(&mut self, case: Case, by: Option<&Principal>, reason: Option<&str>) -> CommandOutcome {
        if let Some(kept) = self.cases.remove(&case.id) {
            self.past.begin(EventKind::Case(Box::new(kept.value)), &kept.receipt);
        }
        let receipt = self.write(EventKind::Case(Box::new(case.clone())), by, reason, Vec::new());
        self.changed_cases.insert(case.id.clone());
        self.cases.insert(
            case.id.clone(),
            Kept {
                value: case.clone(),
                receipt,
            },
        );
        CommandOutcome::Case(Box::new(case))
    }

    /// Adds an entry to the chain.
    fn write(
        &mut self,
        what: EventKind,
        by: Option<&Principal>,
        reason: Option<&str>,
        stated: Vec<StatedAward>,
    ) -> Receipt {
        let (sequence, at) = (self.head.sequence + 1, self.head.now);
        let entry = Entry {
            sequence,
            at,
            by: by.cloned(),
            reason: reason.map(str::to_owned),
            stated,
            what,
        };
        let link = Link::append(entry, &self.head.hash);
        self.head.sequence = link.entry.sequence;
        self.head.hash.clone_from(&link.hash);
        let receipt = Receipt {
            sequence: link.entry.sequence,
            hash: link.hash.clone(),
        };
        self.past.add(&link, self.links.len());
        self.links.push(link);
        receipt
    }

    /// The entry of that number, where this batch has added it.
    pub fn link(&self, sequence: i64) -> Option<&Link> {
        let first = self.links.first()?.entry.sequence;
        self.links.get(usize::try_from(sequence.checked_sub(first)?).ok()?)
    }

    /// Claims whose slots must be given back, and claims whose slots must be taken.
    pub fn slots(&self) -> (Vec<&ClaimId>, Vec<&Claim>) {
        let changed = || self.changed_claims.iter().map(|id| &self.claims[id].value);
        let lane_now = |claim: &Claim| claim.state.occupies().then_some(claim.lane);
        let lane_before = |claim: &Claim| self.held_before.get(&claim.id).copied();
        let given_back = changed()
            .filter(|claim| lane_before(claim).is_some() && lane_now(claim) != lane_before(claim))
            .map(|claim| &claim.id);
        let taken = changed().filter(|claim| lane_now(claim).is_some() && lane_now(claim) != lane_before(claim));
        (given_back.collect(), taken.collect())
    }
}

/// A claim as a ledger tells of it that may have forgotten what became of the claim: what was cleared is not known to be.
pub fn as_told_behind(claim: Claim) -> Claim {
    if claim.verdict.outcome == Outcome::Clear {
        Claim {
            verdict: behind(),
            ..claim
        }
    } else {
        claim
    }
}

/// The only answer of a ledger that may have forgotten something.
pub fn behind() -> Verdict {
    let message = "Hovedboken er gjenopprettet fra en eldre kopi eller henger ikke sammen, og er ikke avstemt. Ingen klarering kan gis før det er gjort.";
    Verdict::of(Outcome::Undetermined, ReasonCode::LedgerBehind, message)
}
