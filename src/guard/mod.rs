//! The guard: asked before an award is made. It reserves, gathers the inputs, lets the rules judge, writes the answer down and
//! only then gives it. Rules are `ledger::rules`, the memory is `ledger`; here they meet what the sources said.

mod commands;
mod journal;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use programgrant_core::evidence::Evidence;
use programgrant_core::ledger::rules::{
    Application, FundingRequest, InputError, Outcome, Question, ReasonCode, SlotScope, Subject, Taken, Verdict, judge,
};
use programgrant_core::ledger::{
    Binding, Case, CaseId, Claim, ClaimId, ClaimResult, Command, CommandOutcome, Link, Principal, Refusal, Request,
    Terms, digest, held_by_another,
};
use programgrant_core::programme::Inputs;
use programgrant_schema::SourceId;

use crate::clock::Clock;
use crate::config::{Config, Protocol};
use crate::store::Dependencies;
use crate::store::database::Database;
use crate::store::ledger::{
    CaseFilter, ClaimFilter, KeptClaim, LedgerClock, LedgerStore, SqlStore, StoreError, Writer,
};

pub use commands::{Fenced, OfficerDecision};
pub use journal::JournalError;

/// Why a command was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GuardError {
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("the claim's state does not allow it")]
    Refused(Refusal),
    /// The text is no receipt that this ledger has signed.
    #[error("no receipt of this ledger's")]
    Receipt,
    /// A text that must not be blank, or is too long.
    #[error("{0} is blank or too long")]
    Text(&'static str),
    /// Whether the command was carried out is not known: ask again with the same key, or read the claim.
    #[error("the ledger cannot be reached")]
    Ledger(#[from] StoreError),
}

/// Answers before an award is made.
pub struct Guard {
    dependencies: Dependencies,
    store: SqlStore,
    writer: Writer,
    bindings: BTreeMap<SourceId, Binding>,
}

/// The longest text that a caller may write into the ledger, in characters.
const LONGEST_TEXT: usize = 2000;

impl Guard {
    /// The ledger in the store that the register is in.
    pub async fn ledger(database: Database, config: &Config, clock: &Clock) -> Result<SqlStore, StoreError> {
        let clearance = config.guard.clearance.signed();
        SqlStore::open(database.clone(), LedgerClock::of(&database, clock), Terms { clearance }).await
    }

    /// Opens the guard over the ledger.
    pub fn open(store: SqlStore, config: &Config, dependencies: Dependencies) -> Self {
        let binding = |source: &crate::config::Source| Some((source.id, source.directorate?.protocol.into()));
        let bindings = config.sources.iter().filter_map(binding).collect();
        Self {
            dependencies,
            writer: Writer::start(Arc::new(store.clone())),
            store,
            bindings,
        }
    }

    /// What the guard would answer now. Writes nothing.
    pub async fn check(&self, inputs: Inputs<'_>, application: &Application) -> Verdict {
        self.look(inputs, application).await.unwrap_or_else(unreachable_ledger)
    }

    /// The same for a list, in its order. A ledger that does not answer is waited for once, not once for each.
    pub async fn check_all(&self, inputs: Inputs<'_>, applications: &[Application]) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(applications.len());
        let mut is_reachable = true;
        for application in applications {
            let verdict = if is_reachable {
                self.look(inputs, application).await
            } else {
                None
            };
            is_reachable = verdict.is_some();
            verdicts.push(verdict.unwrap_or_else(unreachable_ledger));
        }
        verdicts
    }

    /// The answer now; `None` where the ledger does not answer.
    async fn look(&self, inputs: Inputs<'_>, application: &Application) -> Option<Verdict> {
        let reach = SlotScope::of(application, inputs.reference);
        match self.store.occupants(application, &reach).await {
            Ok((taken, suspended)) => Some(Self::judge(inputs, application, &taken, suspended, judge)),
            Err(error) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "the ledger could not be read");
                None
            }
        }
    }

    /// Asks for leave to award: reserve durably, then read, decide, write the answer down, and answer. `application` is what
    /// the request resolves to.
    ///
    /// # Panics
    ///
    /// If a request had no JSON form, which plain data has.
    pub async fn request(
        &self,
        by: Principal,
        request: &FundingRequest,
        application: Result<Application, InputError>,
        key: &str,
        receipt: Option<&str>,
    ) -> Result<ClaimResult, GuardError> {
        check_text("idempotencyKey", key)?;
        let application = application?;
        let receipt = receipt
            .map(|text| self.store.signer().verify(text))
            .transpose()
            .map_err(|_| GuardError::Receipt)?;
        let hash = digest(&serde_json::to_string(request).expect("plain data has a JSON form"));
        let (binding, reach) = (
            self.binding(&application),
            SlotScope::of(&application, &self.dependencies.reference()),
        );
        let asked = Request {
            by,
            key: key.to_owned(),
            hash,
            application,
            reach,
            binding,
            receipt,
        };
        let reserved = self.settle(Command::Request(Box::new(asked))).await?;
        if !reserved.is_open {
            return Ok(reserved);
        }
        fail::fail_point!("guard-after-reserve", |_| std::process::abort());
        // Read only now: what was known before the slot was held may have changed since.
        let answer = |question: &Question<'_>| {
            let verdict = judge(question);
            if reserved.taken.is_empty() {
                verdict
            } else {
                held_by_another(verdict, &reserved.taken)
            }
        };
        let verdict = self.dependencies.read(|inputs| {
            Self::judge(
                inputs,
                &reserved.claim.application,
                &reserved.taken,
                reserved.suspended,
                answer,
            )
        });
        self.settle(Command::Decide {
            claim: reserved.claim.id,
            reservation: reserved.claim.reservation,
            verdict,
        })
        .await
    }

    /// How the systems of the application's scheme bind themselves; where they differ or none can be told, the way that frees nothing by time.
    fn binding(&self, application: &Application) -> Binding {
        let Subject::Scheme(id) = &application.subject else {
            return Binding::AwardOnClear;
        };
        let reference = self.dependencies.reference();
        let scheme = reference.programmes.scheme(id);
        let confirms = |source: &SourceId| self.bindings.get(source) == Some(&Binding::ConfirmFirst);
        if scheme.is_some_and(|scheme| scheme.sources.iter().all(confirms)) {
            Binding::ConfirmFirst
        } else {
            Binding::AwardOnClear
        }
    }

    fn judge(
        inputs: Inputs<'_>,
        application: &Application,
        taken: &[Claim],
        suspended: bool,
        judge: impl FnOnce(&Question<'_>) -> Verdict,
    ) -> Verdict {
        let application = application.followed(inputs.reference);
        let known = Evidence::collect(inputs, &application, !suspended);
        let taken: Vec<Taken> = taken.iter().map(Taken::from).collect();
        judge(&known.question(&application, inputs.reference, &taken)).within_bounds()
    }

    /// A command that leads to a claim.
    async fn settle(&self, command: Command) -> Result<ClaimResult, GuardError> {
        match self.writer.carry_out(command).await?.map_err(GuardError::Refused)? {
            CommandOutcome::Claim(settled) => Ok(*settled),
            _ => Err(GuardError::Refused(Refusal::UnknownClaim)),
        }
    }

    /// The receipt as it is handed out.
    pub fn sign(&self, receipt: &programgrant_core::ledger::Receipt) -> String {
        self.store.signer().sign(receipt)
    }

    /// A claim as it stands now: what time has ended has ended, and a ledger that may have forgotten something clears nothing.
    pub async fn claim(&self, id: &ClaimId) -> Result<Option<KeptClaim>, StoreError> {
        self.claim_if(id, |_| true).await
    }

    /// The same for one that is wanted; any other is as if it were not there, in time too.
    pub async fn claim_if(
        &self,
        id: &ClaimId,
        is_wanted: impl Fn(&Claim) -> bool,
    ) -> Result<Option<KeptClaim>, StoreError> {
        let is_wanted = |kept: &KeptClaim| is_wanted(&kept.claim);
        let mut kept = self.store.claim(id).await?.filter(is_wanted);
        let is_due = |kept: &KeptClaim| {
            kept.claim
                .expires_at
                .is_some_and(|at| at <= self.dependencies.clock.now())
        };
        if kept.as_ref().is_some_and(is_due) {
            self.sweep().await?;
            kept = self.store.claim(id).await?.filter(is_wanted);
        }
        Ok(kept.map(KeptClaim::as_told))
    }

    /// Claims in the order of their ids.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Vec<KeptClaim>, StoreError> {
        self.sweep().await?;
        Ok(self
            .store
            .claims(filter)
            .await?
            .into_iter()
            .map(KeptClaim::as_told)
            .collect())
    }

    /// Lets what has run out run out.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.writer.carry_out(Command::Sweep).await.map(|_| ())
    }

    pub async fn history(&self, subject: &str) -> Result<Vec<Link>, StoreError> {
        self.store.history(subject).await
    }

    pub async fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        self.store.case(id).await
    }

    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>, StoreError> {
        self.store.cases(filter).await
    }

    /// For the reconciliation and the commands that look after the ledger.
    pub fn store(&self) -> &SqlStore {
        &self.store
    }

    pub fn writer(&self) -> &Writer {
        &self.writer
    }
}

impl From<Protocol> for Binding {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::ConfirmFirst => Self::ConfirmFirst,
            Protocol::AwardOnClear => Self::AwardOnClear,
        }
    }
}

fn unreachable_ledger() -> Verdict {
    let message = "Hovedboken svarer ikke. Spør igjen.";
    Verdict::of(Outcome::Undetermined, ReasonCode::LedgerUnreachable, message)
}

/// Text that goes into the ledger for good.
fn check_text(name: &'static str, text: &str) -> Result<(), GuardError> {
    let is_sound = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && !text.contains('\0');
    if is_sound { Ok(()) } else { Err(GuardError::Text(name)) }
}
