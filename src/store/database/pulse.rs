//! Whether what is committed now would be kept: known from the last real write, and tried where that does not say. Whoever asks has
//! an answer within a second, wears no disk and waits behind no batch.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Executor;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, Database, Dialect};

/// How long an outcome is told again without a new look.
const TOLD_FOR: Duration = Duration::from_secs(1);
/// How long a look is waited for.
const WAITED_FOR: Duration = Duration::from_millis(700);
/// How long a write that was committed stands for the next one: an idle gateway writes twice a minute.
const TRUSTED_FOR: Duration = Duration::from_secs(30);
/// More than a command takes, so that a disk on which this finds room has some for it.
const ROOM: usize = 64 * 1024;

/// What is known of writing.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When a transaction was committed last.
    written: Option<Instant>,
    /// Whether one was not since then: there may have been nothing to write, or no way to.
    in_doubt: bool,
    looked: Option<(Instant, bool)>,
    looking: Option<watch::Receiver<Option<bool>>>,
}

impl State {
    fn is_trusted(&self) -> bool {
        !self.in_doubt && self.written.is_some_and(|written| written.elapsed() < TRUSTED_FOR)
    }
}

impl Pulse {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn committed(&self) {
        self.state().written = Some(Instant::now());
    }

    pub fn not_committed(&self) {
        self.state().in_doubt = true;
    }
}

/// A transaction that leaves a doubt behind unless it is committed.
#[derive(Debug)]
pub struct Beat {
    pulse: std::sync::Arc<Pulse>,
    is_committed: bool,
}

impl Beat {
    pub const fn new(pulse: std::sync::Arc<Pulse>) -> Self {
        Self {
            pulse,
            is_committed: false,
        }
    }

    pub fn committed(mut self) {
        self.is_committed = true;
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        if self.is_committed {
            self.pulse.committed();
        } else {
            self.pulse.not_committed();
        }
    }
}

impl Database {
    /// Whether a command could be written down now. Answers within a second, whatever the database does.
    pub async fn is_writable(&self) -> bool {
        let mut looking = {
            let mut state = self.pulse.state();
            match state.looked {
                Some((at, outcome)) if at.elapsed() < TOLD_FOR => return outcome,
                // One look for all who ask; one that was lost with its runtime is made anew.
                _ => match state.looking.take().filter(|looking| looking.has_changed().is_ok()) {
                    Some(looking) => state.looking.insert(looking).clone(),
                    None => state.looking.insert(self.look_beside()).clone(),
                },
            }
        };
        let seen = timeout(WAITED_FOR, looking.wait_for(Option::is_some)).await;
        matches!(seen.map(|seen| seen.map(|outcome| *outcome)), Ok(Ok(Some(true))))
    }

    fn look_beside(&self) -> watch::Receiver<Option<bool>> {
        let (told, looking) = watch::channel(None);
        let database = self.clone();
        tokio::spawn(async move {
            let outcome = timeout(ACQUIRE_TIMEOUT, database.look())
                .await
                .unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut));
            let mut state = database.pulse.state();
            let before = state
                .looked
                .replace((Instant::now(), outcome.is_ok()))
                .map(|(_, outcome)| outcome);
            state.looking = None;
            drop(state);
            match &outcome {
                Err(error) if before != Some(false) => {
                    tracing::error!(%error, "the database takes no writes; no command can be carried out");
                }
                Ok(()) if before == Some(false) => tracing::info!("the database takes writes again"),
                _ => {}
            }
            told.send_replace(Some(outcome.is_ok()));
        });
        looking
    }

    async fn look(&self) -> Result<(), sqlx::Error> {
        self.is_in_place()?;
        if self.writer.is_closed() {
            return Err(sqlx::Error::PoolClosed);
        }
        let (is_trusted, in_doubt) = {
            let state = self.pulse.state();
            (state.is_trusted(), state.in_doubt)
        };
        match (self.dialect, is_trusted) {
            (Dialect::Sqlite, true) => Ok(()),
            // Another server may have taken its place that only reads.
            (Dialect::Postgres, true) => self.expect_writable().await,
            // A batch that takes long is under way, and says soon what is to be known.
            (Dialect::Sqlite, false) if !in_doubt && self.writer.size() > 0 && self.writer.num_idle() == 0 => Ok(()),
            (Dialect::Sqlite | Dialect::Postgres, false) => self.try_to_write().await,
        }
    }

    async fn expect_writable(&self) -> Result<(), sqlx::Error> {
        let setting: String = sqlx::query_scalar("SELECT current_setting('transaction_read_only')")
            .fetch_one(&self.writer)
            .await?;
        if setting == "off" {
            Ok(())
        } else {
            Err(sqlx::Error::Protocol("the server only reads".to_owned()))
        }
    }

    async fn try_to_write(&self) -> Result<(), sqlx::Error> {
        let mut writing = self.write().await?;
        // A new file each time on PostgreSQL, and new pages in SQLite's log: the room is asked of the disk.
        writing
            .execute(if self.dialect == Dialect::Postgres {
                "TRUNCATE _probe"
            } else {
                "DELETE FROM _probe"
            })
            .await?;
        sqlx::query("INSERT INTO _probe (content) VALUES ($1)")
            .bind(vec![0_u8; ROOM])
            .execute(&mut *writing)
            .await?;
        writing.commit().await?;
        self.pulse.state().in_doubt = false;
        Ok(())
    }
}
