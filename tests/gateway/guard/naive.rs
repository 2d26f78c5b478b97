//! A store as it must not be: it looks whether a slot is free, and later takes it, and nothing stands between the two.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant::store::ledger::{LedgerStore, StoreError};
use programgrant_core::ledger::rules::{Application, Outcome, SlotScope, Verdict};
use programgrant_core::ledger::{
    Claim, ClaimId, ClaimResult, ClaimState, Command, CommandOutcome, Lane, Receipt, Refusal, Request, Successors,
};

#[derive(Default)]
pub struct NaiveStore(Mutex<Vec<Claim>>);

impl NaiveStore {
    fn holders(&self, application: &Application, reach: &SlotScope, but: &ClaimId) -> Vec<Claim> {
        let claims = self.0.lock().expect("nobody panicked");
        claims
            .iter()
            .filter(|claim| claim.id != *but && claim.holds(application, reach, &Successors::default()))
            .cloned()
            .collect()
    }

    fn put(&self, claim: Claim) {
        let mut claims = self.0.lock().expect("nobody panicked");
        claims.retain(|other| other.id != claim.id);
        claims.push(claim);
    }

    fn get(&self, id: &ClaimId) -> Option<Claim> {
        self.0
            .lock()
            .expect("nobody panicked")
            .iter()
            .find(|claim| claim.id == *id)
            .cloned()
    }

    async fn request(&self, request: &Request) -> ClaimResult {
        let id = ClaimId::of(&request.by, &request.key);
        if let Some(claim) = self.get(&id).filter(|claim| !claim.is_undecided()) {
            return settled(claim, Vec::new());
        }
        let taken = self.holders(&request.application, &request.reach, &id);
        // Here another gateway looks, too.
        tokio::task::yield_now().await;
        let state = if taken.is_empty() {
            ClaimState::Requested
        } else {
            ClaimState::Released
        };
        let claim = claim(request, id, state);
        self.put(claim.clone());
        settled(claim, taken)
    }

    fn decide(&self, id: &ClaimId, verdict: &Verdict) -> ClaimResult {
        let claim = self.get(id).expect("asked before");
        let state = match verdict.outcome {
            Outcome::Clear => ClaimState::Cleared,
            Outcome::Blocked => ClaimState::Denied,
            Outcome::NeedsCaseOfficer | Outcome::Undetermined => claim.state,
        };
        let claim = Claim {
            state,
            verdict: verdict.clone(),
            ..claim
        };
        self.put(claim.clone());
        settled(claim, Vec::new())
    }
}

#[async_trait]
impl LedgerStore for NaiveStore {
    async fn apply(&self, commands: &[Command]) -> Result<Vec<Result<CommandOutcome, Refusal>>, StoreError> {
        let mut outcomes = Vec::new();
        for command in commands {
            let settled = match command {
                Command::Request(request) => self.request(request).await,
                Command::Decide { claim, verdict, .. } => self.decide(claim, verdict),
                _ => return Err(StoreError::Closed),
            };
            outcomes.push(Ok(CommandOutcome::Claim(Box::new(settled))));
        }
        Ok(outcomes)
    }

    async fn occupants(&self, application: &Application, reach: &SlotScope) -> Result<(Vec<Claim>, bool), StoreError> {
        Ok((self.holders(application, reach, &ClaimId::new("")), false))
    }
}

fn settled(claim: Claim, taken: Vec<Claim>) -> ClaimResult {
    let is_open = claim.is_undecided();
    ClaimResult {
        claim,
        receipt: Receipt {
            sequence: 0,
            hash: String::new(),
        },
        taken,
        is_open,
        suspended: false,
    }
}

fn claim(request: &Request, id: ClaimId, state: ClaimState) -> Claim {
    Claim {
        id,
        state,
        fence: 1,
        reservation: 1,
        lane: Lane::Ordinary,
        binding: request.binding,
        application: request.application.clone(),
        reach: request.reach.clone(),
        verdict: Verdict::undecided(),
        requested_by: request.by.clone(),
        key: request.key.clone(),
        request_hash: request.hash.clone(),
        requested_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
        award_reference: None,
        exception: None,
    }
}
