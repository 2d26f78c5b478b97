//! Who does what only one gateway may do at a time: whoever holds an advisory lock of that name in PostgreSQL. Over SQLite there
//! is one gateway, and it always leads.
//!
//! A lock belongs to a session, and the server ends the session within some seconds of losing sight of its gateway, or of hearing
//! nothing from it: a gateway that stands still leads nothing. For that long two may think that they lead, so what a leader writes
//! must also be harmless when it comes late.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::ACQUIRE_TIMEOUT;
use super::opening::SESSION;

/// The server ends a session of which it hears nothing for so long, and gives its locks to whoever asks next.
const SILENCE: &str = "SET idle_session_timeout = 10000;";
/// How often a gateway says that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_millis(2500);

/// One task that one gateway at a time does.
#[derive(Debug)]
pub struct Leadership {
    name: String,
    /// `None` where nobody else can lead.
    session: Option<Arc<LeaderSession>>,
}

impl Leadership {
    pub(super) const fn new(name: String, session: Option<Arc<LeaderSession>>) -> Self {
        Self { name, session }
    }

    /// Whether this gateway leads, now that the server was asked; takes the lead where nobody has it. To be asked before each
    /// round of the task, and every second or so by those who do not lead.
    pub async fn leads(&self) -> bool {
        let Some(session) = &self.session else { return true };
        session.holds(&self.name).await
    }
}

/// How a gateway stands to a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lead {
    pub leads: bool,
    /// How often it took the lead or lost it.
    pub changes: u64,
}

/// The connection whose locks they are, made when it is first needed. It is never used for anything else.
#[derive(Debug)]
pub(super) struct LeaderSession {
    url: String,
    held: Mutex<Option<Held>>,
    leads: std::sync::Mutex<BTreeMap<String, Lead>>,
}

#[derive(Debug)]
struct Held {
    connection: PgConnection,
    names: HashSet<String>,
}

impl LeaderSession {
    /// A session that gives signs of life until its last holder is gone.
    pub fn start(url: &str) -> Arc<Self> {
        let session = Arc::new(Self {
            url: url.to_owned(),
            held: Mutex::default(),
            leads: std::sync::Mutex::default(),
        });
        tokio::spawn(live(Arc::downgrade(&session)));
        session
    }

    async fn holds(&self, name: &str) -> bool {
        let mut file_identity = self.held.lock().await;
        // Taken out while in use: when the asking fails, is late or is dropped half-way, the connection goes, and all locks with it.
        let held = file_identity.take();
        let leads = match timeout(ACQUIRE_TIMEOUT, self.ask(held, name)).await {
            Ok(Ok(held)) => file_identity.insert(held).names.contains(name),
            Ok(Err(error)) => {
                tracing::warn!(task = name, %error, "nobody can tell who leads");
                false
            }
            Err(_) => {
                tracing::warn!(task = name, "nobody could tell in time who leads");
                false
            }
        };
        if file_identity.is_none() {
            self.lost();
        }
        self.note(name, leads);
        leads
    }

    async fn ask(&self, held: Option<Held>, name: &str) -> Result<Held, sqlx::Error> {
        let mut held = match held {
            Some(held) => held,
            None => Held {
                connection: self.connect().await?,
                names: HashSet::new(),
            },
        };
        if held.names.contains(name) {
            held.connection.execute("SELECT 1").await?;
        } else {
            let attempt = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended('programgrant:' || $1, 0))")
                .bind(name);
            if attempt.fetch_one(&mut held.connection).await? {
                held.names.insert(name.to_owned());
            }
        }
        Ok(held)
    }

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = PgConnection::connect(&self.url).await?;
        connection.execute(SESSION).await?;
        connection.execute(SILENCE).await?;
        Ok(connection)
    }

    /// A sign of life; where the server does not take it, all leads are lost, and known to be before anybody asks.
    async fn beat(&self) {
        let mut file_identity = self.held.lock().await;
        let Some(mut held) = file_identity.take() else { return };
        match timeout(ACQUIRE_TIMEOUT, held.connection.execute("SELECT 1")).await {
            Ok(Ok(_)) => *file_identity = Some(held),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the session by which this gateway leads was ended");
                self.lost();
            }
            Err(_) => {
                tracing::warn!("the session by which this gateway leads does not answer");
                self.lost();
            }
        }
    }

    fn lost(&self) {
        for name in self.leads().keys() {
            self.note(name, false);
        }
    }

    fn note(&self, name: &str, leads: bool) {
        let mut all = self.leads.lock().unwrap_or_else(PoisonError::into_inner);
        let lead = all.entry(name.to_owned()).or_default();
        if lead.leads == leads {
            return;
        }
        *lead = Lead {
            leads,
            changes: lead.changes + 1,
        };
        if leads {
            tracing::info!(task = name, "this gateway leads from here on");
        } else {
            tracing::warn!(task = name, "this gateway does not lead any more");
        }
    }

    /// How this gateway stands to every task that it asked about.
    pub fn leads(&self) -> BTreeMap<String, Lead> {
        self.leads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives up every lead.
    pub async fn close(&self) {
        if let Some(held) = self.held.lock().await.take() {
            // Without a word of farewell the server sees the socket close, which does as well.
            let _ = timeout(ACQUIRE_TIMEOUT, held.connection.close()).await;
        }
        self.lost();
    }
}

/// Says from within the program that works that it does: when that stands still, so does this.
async fn live(session: Weak<LeaderSession>) {
    let mut tick = tokio::time::interval(SIGN_OF_LIFE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(session) = session.upgrade() else { return };
        session.beat().await;
    }
}
