//! The gateway put together: reference data, database, register, view and intakes, ready to be asked.

use std::sync::{Arc, OnceLock};

use programgrant_contract::Connection;
use programgrant_core::access;
use programgrant_core::journal::Functions;
use programgrant_core::reference::Reference;
use programgrant_schema::{Programmes, ReferenceError, SourceId, SourceProfiles};
use tokio::sync::broadcast;

use crate::allocations::AllocationDesk;
use crate::app::terms::{freshness, reconciliation, years_from};
use crate::app::{Readiness, reference, registers};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, Schedule, Surroundings};
use crate::guard::Guard;
use crate::store::database::{Database, OpenError};
use crate::store::exclusions::ExclusionStoreError;
use crate::store::ledger::StoreError;
use crate::store::register::{Register, RegisterError};
use crate::store::snapshot::{RefreshError, SnapshotStore};
use crate::store::{Dependencies, Roles};
use crate::telemetry::progress;
use crate::workers::Worker;
use crate::workers::events::{self, Event};
use crate::workers::exclusions::{ExclusionWorker, SyncError, Told};
use crate::workers::expiry::{ChainWalk, Expiry};
use crate::workers::intake::{Intake, PollStats, RoundError};
use crate::workers::reconciliation::{Reconciler, Reconciliation};
use crate::workers::registers::RegisterIntake;
use crate::workers::timekeeper::Timekeeper;
use crate::workers::webhooks::{self, Webhooks};

/// Events that a follower may be behind.
const EVENTS: usize = 1024;

/// Why the gateway could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error(transparent)]
    View(#[from] RefreshError),
    #[error(transparent)]
    Ledger(#[from] StoreError),
    #[error(transparent)]
    Exclusions(#[from] ExclusionStoreError),
    #[error(transparent)]
    Webhooks(#[from] webhooks::WebhookSetupError),
}

impl StartError {
    /// Whether the store failed or was late, which may be otherwise in a moment; whatever somebody wrote wrongly stays wrong.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Config(_) | Self::Reference(_) | Self::File { .. } | Self::Database(_) => false,
            Self::Register(error) | Self::View(RefreshError::Register(error)) => {
                matches!(error, RegisterError::Database(_))
            }
            Self::Ledger(error) | Self::View(RefreshError::Ledger(error)) => {
                matches!(error, StoreError::Unreachable(_))
            }
            Self::View(error) => matches!(error, RefreshError::Late),
            Self::Exclusions(error) => matches!(error, ExclusionStoreError::Database(_)),
            Self::Webhooks(error) => matches!(error, webhooks::WebhookSetupError::Database(_)),
        }
    }
}

/// A running gateway, without its front door.
pub struct Gateway {
    /// What every answer is worked out from.
    pub dependencies: Dependencies,
    roles: Arc<Roles>,
    /// Register and ledger share it.
    pub database: Database,
    pub register: Register,
    pub guard: Arc<Guard>,
    /// Where allocations are worked out.
    pub desk: Arc<AllocationDesk>,
    /// What bodies do beside their roles.
    pub functions: Arc<Functions>,
    pub reconciler: Arc<Reconciler>,
    pub exclusions: Arc<ExclusionWorker>,
    pub webhooks: Arc<Webhooks>,
    pub timekeeper: Arc<Timekeeper>,
    /// What changes, for those who follow it.
    pub events: broadcast::Sender<Event>,
    intakes: Vec<Arc<Intake>>,
    /// Who asks the reference registers.
    registers: Vec<Arc<RegisterIntake>>,
}

impl Gateway {
    /// Loads the reference data and opens the register; the view is built, and no source has been asked yet.
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let reference = Arc::new(reference(config)?);
        Self::with_reference(config, reference, clock).await
    }

    /// The same with reference data that are loaded already.
    pub async fn with_reference(config: &Config, reference: Arc<Reference>, clock: Clock) -> Result<Self, StartError> {
        let wanted = Prepared::new(config, reference, &clock)?;
        let database = Database::open(&config.store.address()?).await?;
        // Before anything else asks for the time.
        let timekeeper = Timekeeper::start(clock.clone(), database.clone())
            .await
            .map_err(OpenError::Open)?;
        let ground = SharedResources {
            database,
            clock,
            timekeeper: Arc::new(timekeeper),
            events: broadcast::channel(EVENTS).0,
        };
        let gateway = Self::assemble(ground, config, wanted, (&[], &[])).await?;
        gateway.guard.verify_end().await?;
        Ok(gateway)
    }

    /// Another gateway as the configuration wants it now, over the same store and for the same followers. It does nothing yet;
    /// what it needs to know of the sources it takes over from this one.
    pub async fn reopen(&self, config: &Config) -> Result<Self, StartError> {
        let wanted = Prepared::new(config, Arc::new(reference(config)?), &self.dependencies.clock)?;
        let (database, clock, timekeeper) = (
            self.database.clone(),
            self.dependencies.clock.clone(),
            Arc::clone(&self.timekeeper),
        );
        let ground = SharedResources {
            database,
            clock,
            timekeeper,
            events: self.events.clone(),
        };
        Self::assemble(ground, config, wanted, (&self.intakes, &self.registers)).await
    }

    async fn assemble(
        ground: SharedResources,
        config: &Config,
        wanted: Prepared,
        (before, registers_before): (&[Arc<Intake>], &[Arc<RegisterIntake>]),
    ) -> Result<Self, StartError> {
        let (
            SharedResources {
                database,
                clock,
                timekeeper,
                events,
            },
            Prepared {
                reference,
                connections,
                shown,
                desk,
                functions,
            },
        ) = (ground, wanted);
        let freshness = Arc::new(freshness(config, &reference.sources));
        let register = Register::open(database.clone(), reference.sources.iter().map(|source| source.id)).await?;
        let limits = freshness.0.iter().map(|(id, asked)| (*id, asked.fresh_within));
        let register = register.with_limits(limits.collect());
        register.begin_history(clock.now()).await?;
        let ledger = Guard::ledger(database.clone(), config, &clock).await?;
        let views = Arc::new(SnapshotStore::open(register.clone(), reference, clock.clone(), ledger.clone()).await?);
        // Nobody has shown anything to these sources before.
        let _ = shown.set(Arc::clone(&views));
        let (intakes, told) = hear(config, connections, (&register, &views, &clock), before)?;
        let dependencies = Dependencies {
            views,
            freshness,
            clock,
        };
        let roles =
            Roles::new(dependencies.reference(), config.auth.organisations.clone()).map_err(ConfigError::from)?;
        let roles = Arc::new(roles);
        let guard = Arc::new(Guard::open(ledger, config, dependencies.clone()));
        let registers = registers::open(config, &register, &dependencies, guard.store())?;
        let registers = registers
            .into_iter()
            .map(|asked| Arc::new(asked.after(registers_before)))
            .collect();
        let ledger = (guard.store().clone(), guard.writer().clone());
        let reconciler = Arc::new(Reconciler::new(dependencies.clone(), reconciliation(config), ledger));
        let exclusions = Arc::new(ExclusionWorker::open(told, &dependencies, &database).await?);
        let parts = webhooks::Parts {
            database: database.clone(),
            ledger: guard.store().clone(),
            roles: Arc::clone(&roles),
            dependencies: dependencies.clone(),
        };
        let webhooks = Arc::new(Webhooks::open(config, parts).await?);
        Ok(Self {
            dependencies,
            roles,
            database,
            register,
            guard,
            desk,
            functions,
            reconciler,
            exclusions,
            webhooks,
            timekeeper,
            events,
            intakes,
            registers,
        })
    }

    /// Which body has which role, by the reference data of the moment.
    pub fn access(&self) -> Arc<access::Register> {
        self.roles.by(&self.dependencies.reference())
    }

    /// Hears the sources on their schedules, as far as no other gateway does, and what other gateways heard, until the returned tasks are dropped.
    pub fn run(&self) -> tokio::task::JoinSet<()> {
        let mut tasks = tokio::task::JoinSet::new();
        self.tell_of_changes(&mut tasks);
        self.work(&mut tasks);
        tasks
    }

    /// The same in the place of a gateway whose tasks these are. Nobody works for both at once, and whoever follows misses nothing.
    pub async fn take_over(&self, before: &Self, mut tasks: tokio::task::JoinSet<()>) -> tokio::task::JoinSet<()> {
        let mut new = tokio::task::JoinSet::new();
        self.tell_of_changes(&mut new);
        tasks.shutdown().await;
        let is_left = |id: &SourceId| self.configured().all(|configured| configured != *id);
        if before.configured().any(|id| is_left(&id)) {
            // Another gateway may still be told to ask it.
            self.database.give_up_leads().await;
        }
        self.dependencies.views.refresh_or_log().await;
        self.guard.trust_walk_of(&before.guard);
        self.work(&mut new);
        new
    }

    /// Tells the followers of what this gateway shows otherwise than the one before it, now that it is asked.
    pub fn report_differences(&self, before: &Self) {
        events::tell_of_pots(&before.dependencies, &self.dependencies, &self.events);
    }

    fn work(&self, tasks: &mut tokio::task::JoinSet<()>) {
        self.warn_of_sources_left_out();
        for worker in self.workers() {
            tasks.spawn(async move { worker.run().await });
        }
    }

    /// What goes on beside the answers.
    fn workers(&self) -> Vec<Arc<dyn Worker>> {
        let reconciliation = Reconciliation {
            reconciler: Arc::clone(&self.reconciler),
            leadership: self.database.leadership("reconciliation"),
        };
        let intakes = self.intakes.iter().map(|intake| Arc::clone(intake) as Arc<dyn Worker>);
        let workers: [Arc<dyn Worker>; 7] = [
            self.dependencies.views.clone(),
            self.timekeeper.clone(),
            Arc::new(Expiry(Arc::clone(&self.guard))),
            Arc::new(ChainWalk(Arc::clone(&self.guard))),
            Arc::new(reconciliation),
            self.exclusions.clone(),
            self.webhooks.clone(),
        ];
        let registers = self.registers.iter().map(|asked| Arc::clone(asked) as Arc<dyn Worker>);
        workers.into_iter().chain(intakes).chain(registers).collect()
    }

    fn warn_of_sources_left_out(&self) {
        let is_heard = |id: &SourceId| self.configured().any(|configured| configured == *id);
        for source in self
            .dependencies
            .reference()
            .programmes
            .sources()
            .iter()
            .filter(|id| !is_heard(id))
        {
            tracing::warn!(%source, "a programme names a source that is not configured; its schemes stay unknown");
        }
    }

    /// What changes becomes an event, for as long as the tasks live.
    pub fn tell_of_changes(&self, tasks: &mut tokio::task::JoinSet<()>) {
        tasks.spawn(events::follow_cases(self.database.subscribe(), self.events.clone()));
        tasks.spawn(events::follow_pots(self.dependencies.clone(), self.events.clone()));
    }

    /// One round of one source; `None` where it is not configured.
    pub async fn poll(&self, id: SourceId) -> Option<Result<(), RoundError>> {
        if let Some(register) = self.registers.iter().find(|register| register.id() == id) {
            return Some(register.round().await);
        }
        let intake = self.intakes.iter().find(|intake| intake.id() == id)?;
        Some(intake.round().await)
    }

    /// One round of every source, side by side.
    pub async fn poll_all(&self) -> Vec<(SourceId, Result<(), RoundError>)> {
        let rounds = self
            .intakes
            .iter()
            .map(async |intake| (intake.id(), intake.round().await));
        let registers = self
            .registers
            .iter()
            .map(async |register| (register.id(), register.round().await));
        let (mut heard, of_registers) =
            tokio::join!(progress::side_by_side(rounds), futures::future::join_all(registers));
        heard.extend(of_registers);
        self.look_up().await;
        heard
    }

    /// Looks up recipients that nobody here knows, as far as may be asked about them now; what failed was noted.
    pub async fn look_up(&self) {
        for register in &self.registers {
            let _ = register.look_up().await;
        }
    }

    /// One round of every system's exclusions, side by side.
    pub async fn sync_exclusions(&self) -> Vec<(SourceId, Result<(), SyncError>)> {
        self.exclusions.sync_all().await
    }

    /// Who hears the configured sources.
    pub fn intakes(&self) -> &[Arc<Intake>] {
        &self.intakes
    }

    /// The configured sources, reference registers after the others.
    pub fn configured(&self) -> impl Iterator<Item = SourceId> {
        self.rounds().map(|(id, ..)| id)
    }

    /// How each of them is heard: when it is asked, and what came of it.
    pub fn rounds(&self) -> impl Iterator<Item = (SourceId, Schedule, &PollStats)> {
        let intakes = self
            .intakes
            .iter()
            .map(|intake| (intake.id(), intake.schedule(), intake.rounds()));
        let registers = self
            .registers
            .iter()
            .map(|asked| (asked.id(), asked.schedule(), asked.rounds()));
        intakes.chain(registers)
    }

    /// Whether a command could be carried out: the store takes writes, and every source has been tried once by whoever asks it, with
    /// success or without. Answers within a second.
    pub async fn readiness(&self) -> Readiness {
        let database = (!self.takes_commands().await).then(|| "database".to_owned());
        let untried = self.rounds().filter(|(_, _, rounds)| !rounds.was_tried());
        let untried = untried.map(|(id, ..)| id.to_string());
        Readiness::new(database.into_iter().chain(untried).collect(), self.warnings())
    }

    /// Whether the store takes writes, and the ledger took its last ones. Where it did not, though the store does, it is tried beside
    /// the answer, which the next one tells.
    async fn takes_commands(&self) -> bool {
        let (is_writable, is_failing) = (self.database.is_writable().await, self.guard.writer().is_failing());
        if is_writable && is_failing && self.guard.writer().queued() == 0 {
            let guard = Arc::clone(&self.guard);
            tokio::spawn(async move { guard.sweep().await });
        }
        is_writable && !is_failing
    }

    /// What somebody ought to look at. Each code stands in docs/decisions/operations.md.
    fn warnings(&self) -> Vec<&'static str> {
        let clocks = [
            (self.timekeeper.machine(), "machine_clock"),
            (self.timekeeper.database(), "database_clock"),
        ];
        clocks
            .into_iter()
            .filter_map(|(clock, code)| clock.is_off().then_some(code))
            .chain(self.guard.warnings())
            .collect()
    }

    pub async fn is_ready(&self) -> bool {
        self.readiness().await.ready
    }
}

/// What a gateway stands on, and what stays when another takes its place.
struct SharedResources {
    database: Database,
    clock: Clock,
    timekeeper: Arc<Timekeeper>,
    events: broadcast::Sender<Event>,
}

/// What a configuration asks for, as far as it can be told without the store.
struct Prepared {
    reference: Arc<Reference>,
    /// In the order of the configuration.
    connections: Vec<Connection>,
    /// What the sources are shown, once there is something to show.
    shown: Arc<OnceLock<Arc<SnapshotStore>>>,
    desk: Arc<AllocationDesk>,
    functions: Arc<Functions>,
}

impl Prepared {
    fn new(config: &Config, reference: Arc<Reference>, clock: &Clock) -> Result<Self, StartError> {
        let mut reference = Arc::unwrap_or_clone(reference);
        // Before roles are given: a directorate may have no scheme but these.
        reference.programmes.add_stated(config.sources.schemes()?)?;
        access::Register::new(&reference, &config.auth.organisations).map_err(ConfigError::from)?;
        reference.sources = sources(config, &reference.programmes);
        let reference = Arc::new(reference);
        let shown = Arc::default();
        let surroundings = surroundings(&reference, &shown, clock);
        let connections = config
            .sources
            .iter()
            .map(|source| config.sources.open(source, &surroundings));
        let files = &config.allocation;
        let desk = AllocationDesk::open(files.plan.as_deref(), files.indicators.as_deref());
        Ok(Self {
            functions: Arc::new(config.auth.functions(&reference.programmes)?),
            desk: Arc::new(desk.map_err(|error| ConfigError::key("allocation", error))?),
            connections: connections.collect::<Result<_, _>>()?,
            reference,
            shown,
        })
    }
}

/// What the sources may know of what they are read for.
fn surroundings(reference: &Arc<Reference>, shown: &Arc<OnceLock<Arc<SnapshotStore>>>, clock: &Clock) -> Surroundings {
    let (first, shown, clock) = (Arc::clone(reference), Arc::clone(shown), clock.clone());
    let now_known = move || {
        shown
            .get()
            .map_or_else(|| Arc::clone(&first), |views| Arc::clone(&views.current().reference))
    };
    Surroundings {
        posts: reference.programmes.posts(),
        now: Arc::new(move || clock.now()),
        knows: Arc::new(move |number| now_known().by_organisation(number).is_some()),
    }
}

/// The configured sources, and those that a programme names beside them: nobody hears these.
fn sources(config: &Config, programmes: &Programmes) -> SourceProfiles {
    let is_left_out = |id: &SourceId| config.sources.get(*id).is_none();
    let left_out: Vec<SourceId> = programmes.sources().into_iter().filter(is_left_out).collect();
    config.sources.profiles(&left_out).and(config.reference.profiles())
}

/// Who hears each configured source, and who tells it whom to keep out.
fn hear(
    config: &Config,
    connections: Vec<Connection>,
    (register, views, clock): (&Register, &Arc<SnapshotStore>, &Clock),
    before: &[Arc<Intake>],
) -> Result<(Vec<Arc<Intake>>, Vec<Told>), ConfigError> {
    let (mut intakes, mut told) = (Vec::new(), Vec::new());
    for (source, connection) in config.sources.iter().zip(connections) {
        let years_from = years_from(source, clock)?;
        let intake = Intake::new(
            (source.id, connection.source),
            source.schedule,
            years_from,
            register.clone(),
            Arc::clone(views),
            clock.clone(),
        );
        intakes.push(Arc::new(intake.after(before)));
        told.push((source.id, source.schedule, connection.exclusions));
    }
    Ok((intakes, told))
}
