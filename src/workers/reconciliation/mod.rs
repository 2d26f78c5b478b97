//! Reconciliation at work: after every new generation, once an allocation is decided and whenever somebody asks, the ledger is told what is news. Where several
//! gateways share a ledger, the one that leads does it.

mod followed;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_core::journal::Journal;
use programgrant_core::ledger::{CaseId, Claim, ClaimId, Command, CommandOutcome, Finding};
use programgrant_core::reconciliation::{Against, Compared, Settings, news};
use programgrant_core::view::{View, Whose};
use tokio::sync::{Mutex, watch};

use self::followed::Followed;
use super::Worker;
use crate::store::Dependencies;
use crate::store::database::{FeedSubscription, Leadership, Notification};
use crate::store::ledger::{ALLOCATION_NEWS, SqlStore, StoreError, Writer};

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
    /// Whoever compares holds it.
    known: Mutex<Known>,
}

/// What is known from the round before, so that only what has changed since is compared.
#[derive(Default)]
struct Known {
    kept: Compared,
    ledger: Followed,
}

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
            known: Mutex::default(),
        }
    }

    /// Reconciles once at the start, after every new generation and once an allocation is decided, for ever; generations that come meanwhile are compared as one.
    /// While `leads` says no, another gateway does it; what it has not done is done once `leads` says yes. Two that both think
    /// that they lead do no harm: a finding that is told twice is one case.
    pub async fn run<L: Future<Output = bool>>(&self, leads: impl Fn() -> L, now: impl Fn() -> Timestamp) {
        let mut generations = self.dependencies.views.generations();
        let mut decisions = self.store.database().subscribe();
        loop {
            generations.mark_unchanged();
            decisions.skip();
            let pause = if !leads().await {
                // The picture of its last round is of no use to whoever leads next.
                *self.known.lock().await = Known::default();
                Some(FOLLOWING)
            } else if self.round_or_log(now()).await {
                None
            } else {
                Some(AGAIN)
            };
            if !wait(&mut generations, &mut decisions, pause).await {
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

    /// One round, of the current picture. Whatever breaks it off, the next one knows nothing and compares everything.
    pub async fn round(&self, now: Timestamp) -> Result<Reconciled, ReconcileError> {
        let mut held = self.known.lock().await;
        // The picture first: a claim is confirmed before its award is made, so what is read after it knows of every award in it.
        let view = self.dependencies.views.current();
        let mut known = std::mem::take(&mut *held);
        known.ledger.follow(&self.store).await?;
        let (known, whom) = self.whom(known, Arc::clone(&view)).await?;
        let claims = known.ledger.claims_of(&whom, &view.reference, &self.store).await?;
        let journal = self.store.journal().await?;
        let generation = view.generation;
        let (mut known, news, paid) = self.compare(known, view, (whom, claims, journal), now).await?;
        let mut reconciled = Reconciled {
            generation,
            ..Reconciled::default()
        };
        for chunk in paid.chunks(CHUNK) {
            let commands = chunk.iter().map(|claim| Command::NotePaid { claim: claim.clone() });
            let done = self.tell(commands).await?;
            reconciled.paid += done
                .iter()
                .filter(|done| matches!(done, CommandOutcome::Claim(_)))
                .count();
        }
        for chunk in news.chunks(CHUNK) {
            let commands = chunk.iter().map(|finding| Command::Report(Box::new(finding.clone())));
            for done in self.tell(commands).await? {
                let CommandOutcome::Case(case) = done else { continue };
                let list = if known.ledger.cases.contains_key(&case.id) {
                    &mut reconciled.changed
                } else {
                    &mut reconciled.opened
                };
                list.push(case.id);
            }
        }
        if !(paid.is_empty() && news.is_empty()) {
            known.ledger.follow(&self.store).await?;
        }
        *held = known;
        Ok(reconciled)
    }

    /// Whose awards are to be compared, found beside the threads that answer.
    async fn whom(&self, mut known: Known, view: Arc<View>) -> Result<(Known, BTreeSet<Whose>), ReconcileError> {
        let looking = tokio::task::spawn_blocking(move || {
            let mut whom = known.kept.to_look_at(&view);
            whom.append(&mut known.ledger.take_changed(&known.kept, &view));
            (known, whom)
        });
        looking.await.map_err(|_| ReconcileError::Defect)
    }

    /// Beside the threads that answer: what is news, and claims that are paid.
    async fn compare(
        &self,
        mut known: Known,
        view: Arc<View>,
        (whom, claims, journal): (BTreeSet<Whose>, Vec<Claim>, Arc<Journal>),
        now: Timestamp,
    ) -> Result<(Known, Vec<Finding>, Vec<ClaimId>), ReconcileError> {
        let (dependencies, settings) = (self.dependencies.clone(), self.settings.clone());
        let comparing = tokio::task::spawn_blocking(move || {
            let (inputs, cases) = (dependencies.inputs(&view, now), &known.ledger.cases);
            let against = Against {
                known: cases,
                journal: &journal,
                settings: &settings,
            };
            known.kept.look_at(inputs, &whom, &claims, against);
            let news = news(known.kept.findings(), cases);
            let paid = known.kept.paid().cloned().collect();
            (known, news, paid)
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

/// Until there is a new generation or an allocation is decided, or the pause is over; false once no picture will ever follow.
async fn wait(
    generations: &mut watch::Receiver<u64>,
    decisions: &mut FeedSubscription,
    pause: Option<Duration>,
) -> bool {
    let Some(pause) = pause else {
        return tokio::select! {
            changed = generations.changed() => changed.is_ok(),
            () = decision(decisions) => true,
        };
    };
    tokio::time::timeout(pause, generations.changed())
        .await
        .is_ok_and(|changed| changed.is_ok())
        || generations.has_changed().is_ok()
}

/// Until an allocation is decided, here or by another gateway; whoever missed something looks.
async fn decision(decisions: &mut FeedSubscription) {
    loop {
        match decisions.next().await {
            Notification::Said(what) if &*what != ALLOCATION_NEWS => {}
            Notification::Said(_) | Notification::Missed => return,
        }
    }
}
