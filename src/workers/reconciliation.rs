//! Reconciliation at work: after every new generation, and whenever somebody asks, the ledger is told what is news. Where several
//! gateways share a ledger, the one that leads does it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_core::ledger::{Case, CaseId, Claim, ClaimId, ClaimState, Command, CommandOutcome, Finding};
use programgrant_core::reconciliation::{Settings, findings, news, payments};
use programgrant_core::view::View;
use tokio::sync::watch;

use super::Worker;
use crate::store::Dependencies;
use crate::store::database::Leadership;
use crate::store::ledger::{CaseFilter, ClaimFilter, SqlStore, StoreError, Writer};

/// Why a round told the ledger nothing, or not everything; the next round begins anew.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the gateway failed while it reconciled")]
    Defect,
}

/// What a round has come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// The generation that was compared.
    pub generation: u64,
    pub opened: Vec<CaseId>,
    pub changed: Vec<CaseId>,
    /// Claims that were noted as paid.
    pub paid: usize,
}

/// Compares, and tells the ledger.
pub struct Reconciler {
    dependencies: Dependencies,
    settings: Settings,
    store: SqlStore,
    writer: Writer,
}

/// Rows that are read at once.
const PAGE: i64 = 1000;
/// Commands that are on their way to the writer at once: what a batch of its holds.
const CHUNK: usize = 64;
/// How long until a gateway that does not lead asks again whether it does.
const FOLLOWING: Duration = Duration::from_secs(1);
/// How long until a round that failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);

impl Reconciler {
    pub fn new(dependencies: Dependencies, settings: Settings, (store, writer): (SqlStore, Writer)) -> Self {
        Self {
            dependencies,
            settings,
            store,
            writer,
        }
    }

    /// Reconciles once at the start and after every new generation, for ever; generations that come meanwhile are compared as one.
    /// While `leads` says no, another gateway does it; what it has not done is done once `leads` says yes. Two that both think
    /// that they lead do no harm: a finding that is told twice is one case.
    pub async fn run<L: Future<Output = bool>>(&self, leads: impl Fn() -> L, now: impl Fn() -> Timestamp) {
        let mut generations = self.dependencies.views.generations();
        loop {
            generations.mark_unchanged();
            let pause = if !leads().await {
                Some(FOLLOWING)
            } else if self.round_or_log(now()).await {
                None
            } else {
                Some(AGAIN)
            };
            if !wait(&mut generations, pause).await {
                return;
            }
        }
    }

    async fn round_or_log(&self, now: Timestamp) -> bool {
        match self.round(now).await {
            Ok(Reconciled {
                generation,
                opened,
                changed,
                paid,
            }) => {
                tracing::info!(
                    generation,
                    opened = opened.len(),
                    changed = changed.len(),
                    paid,
                    "reconciled"
                );
                true
            }
            Err(error) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "could not reconcile");
                false
            }
        }
    }

    /// One round, of the current picture.
    pub async fn round(&self, now: Timestamp) -> Result<Reconciled, ReconcileError> {
        // The picture first: a claim is confirmed before its award is made, so what is read after it knows of every award in it.
        let view = self.dependencies.views.current();
        let (claims, known) = (self.claims().await?, self.cases().await?);
        let generation = view.generation;
        let (paid, news, known) = self.compare(view, claims, known, now).await?;
        let mut reconciled = Reconciled {
            generation,
            ..Reconciled::default()
        };
        for chunk in paid.chunks(CHUNK) {
            let commands = chunk.iter().map(|claim| Command::NotePaid { claim: claim.clone() });
            reconciled.paid += self
                .tell(commands)
                .await?
                .iter()
                .filter(|done| matches!(done, CommandOutcome::Claim(_)))
                .count();
        }
        for chunk in news.chunks(CHUNK) {
            let commands = chunk.iter().map(|finding| Command::Report(Box::new(finding.clone())));
            for done in self.tell(commands).await? {
                let CommandOutcome::Case(case) = done else { continue };
                let list = if known.binary_search(&case.id).is_ok() {
                    &mut reconciled.changed
                } else {
                    &mut reconciled.opened
                };
                list.push(case.id);
            }
        }
        Ok(reconciled)
    }

    /// Beside the threads that answer: claims that are paid, what is news, and the ids of the known cases in their order.
    async fn compare(
        &self,
        view: Arc<View>,
        claims: Vec<Claim>,
        known: Vec<Case>,
        now: Timestamp,
    ) -> Result<(Vec<ClaimId>, Vec<Finding>, Vec<CaseId>), ReconcileError> {
        let (dependencies, settings) = (self.dependencies.clone(), self.settings.clone());
        let comparing = tokio::task::spawn_blocking(move || {
            let inputs = dependencies.inputs(&view, now);
            // A claim stands behind the awards of whoever its recipient is now.
            let followed = |claim: Claim| Claim {
                application: claim.application.followed(inputs.reference),
                ..claim
            };
            let claims: Vec<Claim> = claims.into_iter().map(followed).collect();
            let news = news(findings(inputs, &claims, &known, &settings), &known);
            let mut ids: Vec<CaseId> = known.into_iter().map(|case| case.id).collect();
            ids.sort();
            (payments(inputs, &claims), news, ids)
        });
        comparing.await.map_err(|_| ReconcileError::Defect)
    }

    async fn tell(&self, commands: impl Iterator<Item = Command>) -> Result<Vec<CommandOutcome>, ReconcileError> {
        let mut done = Vec::new();
        for outcome in futures::future::join_all(commands.map(|command| self.writer.carry_out(command))).await {
            match outcome? {
                Ok(this) => done.push(this),
                Err(refusal) => tracing::warn!(?refusal, "the ledger refused what reconciliation found"),
            }
        }
        Ok(done)
    }

    /// Claims that may stand behind an award.
    async fn claims(&self) -> Result<Vec<Claim>, StoreError> {
        let states = vec![
            ClaimState::Cleared,
            ClaimState::Confirmed,
            ClaimState::Paid,
            ClaimState::Quarantined,
        ];
        let mut filter = ClaimFilter {
            states,
            limit: PAGE,
            ..ClaimFilter::default()
        };
        let mut all = Vec::new();
        loop {
            let page = self.store.claims(&filter).await?;
            let Some(last) = page.last() else { return Ok(all) };
            filter.after = Some(last.claim.id.as_str().to_owned());
            all.extend(page.into_iter().map(|kept| kept.claim));
        }
    }

    async fn cases(&self) -> Result<Vec<Case>, StoreError> {
        let mut filter = CaseFilter {
            limit: PAGE,
            ..CaseFilter::default()
        };
        let mut all: Vec<Case> = Vec::new();
        loop {
            let page = self.store.cases(&filter).await?;
            let Some(last) = page.last() else { return Ok(all) };
            filter.after = Some((last.opened_at, last.id.as_str().to_owned()));
            all.extend(page);
        }
    }
}

/// The same for as long as this gateway leads.
pub struct Reconciliation {
    pub reconciler: Arc<Reconciler>,
    pub leadership: Leadership,
}

#[async_trait]
impl Worker for Reconciliation {
    async fn run(&self) {
        let now = || self.reconciler.dependencies.clock.now();
        self.reconciler.run(|| self.leadership.leads(), now).await;
    }
}

/// Until there is a new generation, or the pause is over; false once no picture will ever follow.
async fn wait(generations: &mut watch::Receiver<u64>, pause: Option<Duration>) -> bool {
    let Some(pause) = pause else {
        return generations.changed().await.is_ok();
    };
    tokio::time::timeout(pause, generations.changed())
        .await
        .is_ok_and(|changed| changed.is_ok())
        || generations.has_changed().is_ok()
}
