//! The one writer: commands that come while a batch is being written wait together for the next. One commit, and one wait for
//! the disk, then serves them all.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::command::{Command, Done, Refusal};
use super::store::{Store, StoreError};

/// Commands that share a transaction, at most.
const BATCH: usize = 64;
/// Commands that wait, at most; whoever comes then is told that the ledger cannot be reached.
const QUEUE: usize = 4096;
/// How long a command may take: twice that, to reserve and to decide, is less than a request may take.
const PATIENCE: Duration = Duration::from_secs(4);

type Outcome = Result<Result<Done, Refusal>, StoreError>;

struct Job {
    command: Command,
    reply: oneshot::Sender<Outcome>,
}

/// Hands commands to the writer.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Job>);

impl Writer {
    /// Starts the writer; it ends when the last handle is dropped.
    pub fn start(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(store, receiver));
        Self(sender)
    }

    /// Carries out a command. When it returns, what was done is durable.
    pub async fn carry_out(&self, command: Command) -> Outcome {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(Job { command, reply }).map_err(|_| StoreError::Closed)?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(StoreError::Closed),
        }
    }
}

async fn write(store: Arc<dyn Store>, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let (commands, replies): (Vec<Command>, Vec<_>) = batch.drain(..).map(|job: Job| (job.command, job.reply)).unzip();
        let outcomes = carry_out(store.as_ref(), &commands).await;
        fail::fail_point!("ledger-before-reply", |_| std::process::abort());
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // Who no longer waits will ask again with the same key.
            let _ = reply.send(outcome);
        }
    }
}

/// All in one transaction. Where the database refuses the whole for one command's sake, each has its own.
async fn carry_out(store: &dyn Store, commands: &[Command]) -> Vec<Outcome> {
    match store.apply(commands).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(StoreError::Constraint(error)) if commands.len() > 1 => {
            tracing::error!(?error, "the database refused a batch; its commands are carried out one by one");
            let mut outcomes = Vec::with_capacity(commands.len());
            for command in commands {
                outcomes.push(store.apply(std::slice::from_ref(command)).await.map(only));
            }
            outcomes
        }
        Err(error) => {
            tracing::error!(%error, cause = ?std::error::Error::source(&error), "the ledger could not be written");
            commands.iter().map(|_| Err(error.clone())).collect()
        }
    }
}

fn only(mut outcomes: Vec<Result<Done, Refusal>>) -> Result<Done, Refusal> {
    outcomes.pop().unwrap_or(Ok(Done::Nothing))
}
