//! Who does what only one gateway may do at a time: whoever holds an advisory lock of that name in PostgreSQL. Over SQLite there
//! is one gateway, and it always leads.
//!
//! A lock belongs to a session, and the server ends the session within some seconds of losing sight of its gateway. For that
//! long two may think that they lead, so what a leader writes must also be harmless when it comes late.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::{PATIENCE, SESSION};

/// One task that one gateway at a time does.
#[derive(Debug)]
pub struct Leadership {
    name: String,
    /// `None` where nobody else can lead.
    session: Option<Arc<Session>>,
    led: AtomicBool,
}

impl Leadership {
    pub(super) const fn new(name: String, session: Option<Arc<Session>>) -> Self {
        Self { name, session, led: AtomicBool::new(false) }
    }

    /// Whether this gateway leads, now that the server was asked; takes the lead where nobody has it. To be asked before each
    /// round of the task, and every second or so by those who do not lead.
    pub async fn leads(&self) -> bool {
        let Some(session) = &self.session else { return true };
        let leads = session.holds(&self.name).await;
        if self.led.swap(leads, Ordering::AcqRel) != leads {
            tracing::info!(task = %self.name, leads, "the lead changed");
        }
        leads
    }
}

/// The connection whose locks they are, made when it is first needed. It is never used for anything else.
#[derive(Debug)]
pub(super) struct Session {
    url: String,
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    connection: PgConnection,
    names: HashSet<String>,
}

impl Session {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), held: Mutex::default() }
    }

    async fn holds(&self, name: &str) -> bool {
        let mut seat = self.held.lock().await;
        // Taken out while in use: when the asking fails, is late or is dropped half-way, the connection goes, and all locks with it.
        let held = seat.take();
        match timeout(PATIENCE, self.ask(held, name)).await {
            Ok(Ok(held)) => seat.insert(held).names.contains(name),
            Ok(Err(error)) => {
                tracing::warn!(task = name, %error, "nobody can tell who leads");
                false
            }
            Err(_) => {
                tracing::warn!(task = name, "nobody could tell in time who leads");
                false
            }
        }
    }

    async fn ask(&self, held: Option<Held>, name: &str) -> Result<Held, sqlx::Error> {
        let mut held = match held {
            Some(held) => held,
            None => Held { connection: self.connect().await?, names: HashSet::new() },
        };
        if held.names.contains(name) {
            held.connection.execute("SELECT 1").await?;
        } else {
            let attempt = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended('programgrant:' || $1, 0))").bind(name);
            if attempt.fetch_one(&mut held.connection).await? {
                held.names.insert(name.to_owned());
            }
        }
        Ok(held)
    }

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = PgConnection::connect(&self.url).await?;
        connection.execute(SESSION).await?;
        Ok(connection)
    }

    /// Gives up every lead.
    pub async fn close(&self) {
        if let Some(held) = self.held.lock().await.take() {
            // Without a word of farewell the server sees the socket close, which does as well.
            let _ = timeout(PATIENCE, held.connection.close()).await;
        }
    }
}
