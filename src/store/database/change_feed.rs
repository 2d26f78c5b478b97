//! What was committed, told to everyone who works on the same database: by `NOTIFY` between gateways on PostgreSQL, within the
//! process on SQLite. News says where to look, never what is there; whoever missed some looks everywhere.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Any, AnyConnection, Executor, Transaction};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::file_identity::FileIdentity;
use super::pulse::Beat;
use super::{ACQUIRE_TIMEOUT, Dialect};

const CHANNEL: &str = "programgrant";
/// Notices that a slow listener may lag behind before it counts as having missed some.
const BACKLOG: usize = 1024;
/// How often a silent connection is tried, and a lost one made anew. Until it stands, everyone is told to look for themselves.
const EVERY: Duration = Duration::from_secs(2);

/// A word on what was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// What a writer said of its transaction, such as `register`.
    Said(Arc<str>),
    /// Some may have been missed: anything may have happened.
    Missed,
}

/// Where notices come in and go out.
#[derive(Debug, Clone)]
pub struct ChangeFeed {
    sender: Sender<Notification>,
    hearing: Option<Arc<ListenerTask>>,
}

/// The task that listens to the other gateways; it ends with the last holder.
#[derive(Debug)]
struct ListenerTask(AbortHandle);

impl Drop for ListenerTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl ChangeFeed {
    /// Listens before it returns, so that nothing is missed that is committed after.
    pub(super) async fn open(dialect: Dialect, url: &str) -> Result<Self, sqlx::Error> {
        let sender = Sender::new(BACKLOG);
        let hearing = match dialect {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(tokio::spawn(hear_for_ever(
                url.to_owned(),
                listen(url).await?,
                sender.clone(),
            ))),
        };
        Ok(Self {
            sender,
            hearing: hearing.map(|task| Arc::new(ListenerTask(task.abort_handle()))),
        })
    }

    /// Everything that is committed from now on.
    pub fn subscribe(&self) -> FeedSubscription {
        FeedSubscription(self.sender.subscribe())
    }

    /// Ends the connection to the other gateways.
    pub(super) fn close(&self) {
        if let Some(hearing) = &self.hearing {
            hearing.0.abort();
        }
    }
}

/// One reader of the news.
#[derive(Debug)]
pub struct FeedSubscription(Receiver<Notification>);

impl FeedSubscription {
    /// The next notice. Waits for ever once the database is closed.
    pub async fn next(&mut self) -> Notification {
        match self.0.recv().await {
            Ok(notice) => notice,
            Err(RecvError::Lagged(_)) => Notification::Missed,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    /// Forgets what has come in meanwhile, for those who look everywhere anyway.
    pub fn skip(&mut self) {
        while matches!(self.0.try_recv(), Ok(_) | Err(TryRecvError::Lagged(_))) {}
    }
}

/// A transaction that writes, and what it says of itself once it is committed. Dropped without that, it never was.
#[derive(Debug)]
pub struct Writing {
    pub(super) transaction: Transaction<'static, Any>,
    pub(super) dialect: Dialect,
    pub(super) news: ChangeFeed,
    said: Vec<Notification>,
    file_identity: Option<Arc<FileIdentity>>,
    beat: Beat,
}

impl Writing {
    pub(super) const fn new(
        transaction: Transaction<'static, Any>,
        dialect: Dialect,
        news: ChangeFeed,
        file_identity: Option<Arc<FileIdentity>>,
        beat: Beat,
    ) -> Self {
        Self {
            transaction,
            dialect,
            news,
            said: Vec::new(),
            file_identity,
            beat,
        }
    }

    /// Tells everyone, if and when this is committed. At most 8000 bytes.
    pub async fn notify(&mut self, payload: &str) -> Result<(), sqlx::Error> {
        match self.dialect {
            Dialect::Sqlite => self.said.push(Notification::Said(payload.into())),
            Dialect::Postgres => {
                let notify = sqlx::query("SELECT CAST(pg_notify($1, $2) AS TEXT)")
                    .bind(CHANNEL)
                    .bind(payload);
                notify.execute(&mut *self.transaction).await?;
            }
        }
        Ok(())
    }

    /// Commits, unless the file that is written to is no longer the one that anybody will find.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.file_identity
            .as_ref()
            .map_or(Ok(()), |file_identity| file_identity.check())?;
        self.transaction.commit().await?;
        self.beat.committed();
        for notice in self.said {
            // Nobody may be listening.
            let _ = self.news.sender.send(notice);
        }
        Ok(())
    }
}

impl Deref for Writing {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.transaction
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

async fn listen(url: &str) -> Result<PgListener, sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect(url)
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

async fn hear_for_ever(url: String, mut listener: PgListener, sender: Sender<Notification>) {
    loop {
        let error = hear(&mut listener, &sender).await;
        tracing::warn!(%error, "the other gateways are not heard; looking every few seconds instead");
        listener = loop {
            let _ = sender.send(Notification::Missed);
            match listen(&url).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(EVERY).await,
            }
        };
        // What was said until now, nobody here has heard.
        let _ = sender.send(Notification::Missed);
    }
}

/// Hands on what is heard until the connection is lost. A silent one is tried, since a network that is gone says nothing.
async fn hear(listener: &mut PgListener, sender: &Sender<Notification>) -> sqlx::Error {
    loop {
        match timeout(EVERY, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => {
                let _ = sender.send(Notification::Said(notification.payload().into()));
            }
            Ok(Ok(None)) => return sqlx::Error::PoolClosed,
            Ok(Err(error)) => return error,
            Err(_) => match timeout(ACQUIRE_TIMEOUT, listener.execute("SELECT 1")).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return error,
                Err(_) => return sqlx::Error::PoolTimedOut,
            },
        }
    }
}
