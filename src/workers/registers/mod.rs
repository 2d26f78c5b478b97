//! The reference registers, asked on their schedule: what they say anew is judged, stored, and tells the next picture. One gateway asks,
//! the others read the store.

mod lookup;
mod picture;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_core::reference::{BRREG, KLASS, Reference, Registered, Saying};
use programgrant_registers::brreg::Brreg;
use programgrant_registers::klass::Klass;
use programgrant_schema::SourceId;
use tokio::sync::Mutex;

use self::lookup::Lookups;
use super::Worker;
use super::intake::{PollStats, RoundError, until};
use crate::clock::Clock;
use crate::config::Schedule;
use crate::store::database::Leadership;
use crate::store::ledger::SqlStore;
use crate::store::register::{Place, Register, RegisterError};
use crate::store::snapshot::SnapshotStore;
use crate::workers::breaker::Breaker;

/// How often a gateway that does not ask a register tries whether it should, and how often one that does looks for unknown recipients.
const LOOKING: Duration = Duration::from_secs(1);
/// The shortest and the longest pause after a round that failed.
const AGAIN: (Duration, Duration) = (Duration::from_secs(10), Duration::from_hours(1));

/// Whether reference data are fit to tell everybody by, besides being sound in themselves; why not.
pub type Fits = Arc<dyn Fn(&Reference) -> Result<(), String> + Send + Sync>;

/// What a register is asked for, and over what.
#[derive(Clone)]
pub struct RegisterParts {
    pub register: Register,
    pub views: Arc<SnapshotStore>,
    pub ledger: SqlStore,
    pub clock: Clock,
    pub schedule: Schedule,
    pub fits: Fits,
}

/// Asks one register.
pub struct RegisterIntake {
    id: SourceId,
    client: Client,
    parts: RegisterParts,
    leadership: Leadership,
    /// One round at a time.
    state: Mutex<State>,
    rounds: Arc<PollStats>,
}

enum Client {
    Klass(Klass),
    Brreg(Box<Brreg>, Mutex<Lookups>),
}

#[derive(Default)]
struct State {
    failures: u32,
    breaker: Breaker,
    /// When this gateway last heard it, by its own clock.
    heard_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
}

impl RegisterIntake {
    pub fn klass(klass: Klass, parts: RegisterParts) -> Self {
        Self::new(KLASS, Client::Klass(klass), parts)
    }

    pub fn brreg(brreg: Brreg, parts: RegisterParts) -> Self {
        Self::new(BRREG, Client::Brreg(Box::new(brreg), Mutex::default()), parts)
    }

    fn new(id: SourceId, client: Client, parts: RegisterParts) -> Self {
        Self {
            id,
            client,
            leadership: parts.register.leadership(id),
            parts,
            state: Mutex::default(),
            rounds: Arc::default(),
        }
    }

    /// This one in the place of those of another configuration: what was counted stays.
    #[must_use]
    pub fn after(mut self, before: &[Arc<Self>]) -> Self {
        match before.iter().find(|other| other.id == self.id) {
            Some(same) => self.rounds = Arc::clone(&same.rounds),
            None if before.iter().all(|other| other.rounds.was_tried()) && !before.is_empty() => self.rounds.tried(),
            None => {}
        }
        self
    }

    pub const fn id(&self) -> SourceId {
        self.id
    }

    pub fn rounds(&self) -> &PollStats {
        &self.rounds
    }

    pub const fn schedule(&self) -> Schedule {
        self.parts.schedule
    }

    /// Asks the register what it has, unless another gateway does. A failure is noted, and what was said before stays in force.
    pub async fn round(&self) -> Result<(), RoundError> {
        let mut state = self.state.lock().await;
        if !self.leadership.leads().await {
            return Err(self.follow(&mut state));
        }
        let outcome = match self.hear().await {
            Err(RoundError::Register(RegisterError::Superseded(_))) => return Err(self.follow(&mut state)),
            outcome => outcome,
        };
        let now = self.parts.clock.now();
        match &outcome {
            Ok(()) => {
                *state = State {
                    heard_at: Some(now),
                    ..State::default()
                }
            }
            Err(error) => {
                state.failures = state.failures.saturating_add(1);
                state.breaker.failed();
                state.not_before = wish(error, now);
                self.note(error).await;
            }
        }
        self.parts.views.refresh_or_log().await;
        self.rounds.ended(outcome.is_ok(), state.breaker);
        outcome
    }

    /// Looks up recipients that nobody here knows, as many as may be asked about now; nothing where another gateway does, or where the
    /// register is not Enhetsregisteret.
    pub async fn look_up(&self) -> Result<(), RoundError> {
        let Client::Brreg(brreg, lookups) = &self.client else {
            return Ok(());
        };
        if !self.leadership.leads().await {
            return Err(RoundError::Elsewhere);
        }
        let mut found = 0;
        let outcome = lookups.lock().await.round(brreg, &self.parts, &mut found).await;
        match &outcome {
            Ok(()) | Err(RoundError::Register(RegisterError::Superseded(_))) => {}
            Err(error) => self.note(error).await,
        }
        if found > 0 || outcome.is_err() {
            self.parts.views.refresh_or_log().await;
        }
        outcome
    }

    fn follow(&self, state: &mut State) -> RoundError {
        *state = State::default();
        self.rounds.left_to_another();
        if self.parts.views.current().source(self.id).status.was_tried() {
            self.rounds.tried();
        }
        RoundError::Elsewhere
    }

    async fn hear(&self) -> Result<(), RoundError> {
        let place = self.parts.register.place(self.id).await?;
        let saying = match &self.client {
            Client::Klass(klass) => {
                let numbers = klass.numbers(self.parts.clock.today()).await?;
                picture::numbers(&self.parts.views.current().reference, &numbers).map_err(RoundError::Picture)?;
                Saying::Numbers(numbers)
            }
            Client::Brreg(brreg, _) => {
                let listed = picture::listed(brreg.municipalities().await?);
                picture::municipalities(&self.parts.views.current().reference, &listed).map_err(RoundError::Picture)?;
                Saying::Municipalities(listed)
            }
        };
        store(&self.parts, self.id, &place, saying, true).await
    }

    async fn note(&self, error: &RoundError) {
        tracing::warn!(source = %self.id, %error, cause = ?std::error::Error::source(error), "a reference register was not heard");
        if let Err(error) = self
            .parts
            .register
            .note_failure(self.id, &error.public(), self.parts.clock.now())
            .await
        {
            tracing::error!(source = %self.id, %error, "a failure could not be noted");
        }
    }

    /// How long until the next round is due.
    async fn due_in(&self, status: Option<Timestamp>) -> Duration {
        let (state, now) = (self.state.lock().await, self.parts.clock.now());
        if state.failures > 0 {
            let (shortest, longest) = AGAIN;
            let pause = shortest
                .saturating_mul(1 << state.failures.min(9))
                .min(longest)
                .min(self.schedule().every.get());
            return pause.max(
                state
                    .not_before
                    .map_or(Duration::ZERO, |instant| until(instant, now))
                    .min(longest),
            );
        }
        let every = self.schedule().every.get();
        let next = state
            .heard_at
            .max(status)
            .and_then(|heard| heard.checked_add(every).ok());
        next.map_or(Duration::ZERO, |next| until(next, now))
    }
}

/// Stores what was said where it is fit to be told by, today and once all that it announces has come.
async fn store(
    parts: &RegisterParts,
    id: SourceId,
    place: &Place,
    saying: Saying,
    is_heard: bool,
) -> Result<(), RoundError> {
    let mut registered = Registered::clone(&parts.views.current().reference.registered);
    registered.take(saying.clone(), parts.clock.now());
    let (views, fits) = (Arc::clone(&parts.views), Arc::clone(&parts.fits));
    let judging = tokio::task::spawn_blocking(move || {
        for told in views.would_be(&Arc::new(registered)) {
            fits(&told.map_err(|error| error.to_string())?)?;
        }
        Ok(())
    });
    judging
        .await
        .map_err(|_| RoundError::Defect)?
        .map_err(RoundError::Picture)?;
    parts
        .register
        .store_said(id, place, &[saying], is_heard, parts.clock.now())
        .await?;
    Ok(())
}

#[async_trait]
impl Worker for RegisterIntake {
    /// Rounds on the schedule and look-ups in between, for ever.
    async fn run(&self) {
        let mut last_failed = None;
        loop {
            let status = self.parts.views.current().source(self.id).status.clone();
            let pause = self.due_in(status.heard_at).await;
            let is_due = match last_failed {
                Some(instant) => until_since(instant, self.parts.clock.now()) >= pause,
                None => pause.is_zero(),
            };
            if is_due {
                last_failed = match self.round().await {
                    Ok(()) | Err(RoundError::Elsewhere) => None,
                    Err(_) => Some(self.parts.clock.now()),
                };
            } else {
                self.rounds.tried();
            }
            // Whatever comes of it was noted.
            let _ = self.look_up().await;
            tokio::time::sleep(LOOKING).await;
        }
    }
}

fn until_since(instant: Timestamp, now: Timestamp) -> Duration {
    until(now, instant)
}

/// Until when the register wished to be left alone.
fn wish(error: &RoundError, now: Timestamp) -> Option<Timestamp> {
    let RoundError::Source(error) = error else { return None };
    error
        .retry_after()
        .and_then(|wish| now.checked_add(super::intake::wished(wish, now)).ok())
}
