//! The one writer: commands that come while a batch is being written wait together for the next, and it for those that were just
//! answered and come back. One commit, and one wait for the disk, then serves them all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use programgrant_core::ledger::{Command, CommandOutcome, Refusal};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::Instrument;

use super::store::{LedgerStore, StoreError};
use crate::telemetry::SPANS;

/// Commands that share a transaction, at most.
const BATCH: usize = 64;
/// Commands that wait, at most; whoever comes then is told that the ledger cannot be reached.
const QUEUE: usize = 4096;
/// How long a batch waits for whoever was just answered, at most: half as long as the one before it took, and not at all where that was
/// quick.
const PATIENCE: Duration = Duration::from_millis(4);
const QUICK: Duration = Duration::from_millis(1);
/// How long a command may take: twice that, to reserve and to decide, is less than a request may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(4);

/// A batch that takes longer waits for a server that is no longer there. Whether it was committed is not known.
const LOST: Duration = Duration::from_mins(1);

type Outcome = Result<Result<CommandOutcome, Refusal>, StoreError>;

struct Job {
    command: Command,
    reply: oneshot::Sender<Outcome>,
}

/// Hands commands to the writer.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    is_failing: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the writer; it ends when the last handle is dropped.
    pub fn start(store: Arc<dyn LedgerStore>) -> Self {
        let (jobs, receiver) = mpsc::channel(QUEUE);
        let is_failing = Arc::new(AtomicBool::new(false));
        tokio::spawn(write(store, receiver, Arc::clone(&is_failing)));
        Self { jobs, is_failing }
    }

    /// Whether the database took nothing of the last batch.
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Acquire)
    }

    /// Commands that wait.
    pub fn queued(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Carries out a command. When it returns, what was done is durable.
    pub async fn carry_out(&self, command: Command) -> Outcome {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .try_send(Job { command, reply })
            .map_err(|_| StoreError::Closed)?;
        match tokio::time::timeout(COMMAND_TIMEOUT, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(StoreError::Closed),
        }
    }
}

async fn write(store: Arc<dyn LedgerStore>, mut jobs: mpsc::Receiver<Job>, is_failing: Arc<AtomicBool>) {
    let mut batch = Vec::with_capacity(BATCH);
    let (mut expected, mut patience) = (0, Duration::ZERO);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        gather(&mut jobs, &mut batch, expected, patience).await;
        let begun = Instant::now();
        let (commands, replies): (Vec<Command>, Vec<_>) =
            batch.drain(..).map(|job: Job| (job.command, job.reply)).unzip();
        let span = tracing::info_span!(target: SPANS, "ledger batch", commands = commands.len());
        let outcomes = carry_out(store.as_ref(), &commands).instrument(span).await;
        is_failing.store(outcomes.iter().all(Result::is_err), Ordering::Release);
        fail::fail_point!("ledger-before-reply", |_| std::process::abort());
        // Whoever has reserved comes back with the decision, and who was decided for mostly with the next question.
        expected = BATCH.min(replies.len() + jobs.len());
        patience = PATIENCE.min(begun.elapsed() / 2);
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // Who no longer waits will ask again with the same key.
            let _ = reply.send(outcome);
        }
    }
}

/// Waits until as many commands are there as are expected, but no longer than that. Begun without them, a batch would be of the first
/// one to come, and all others would wait for the disk twice.
async fn gather(jobs: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>, expected: usize, patience: Duration) {
    if patience < QUICK {
        return;
    }
    let gathering = async {
        while let Some(missing) = expected.checked_sub(batch.len()).filter(|missing| *missing > 0) {
            if jobs.recv_many(batch, missing).await == 0 {
                return;
            }
        }
    };
    // Who has come is in the batch, whether the others come in time or not.
    let _ = tokio::time::timeout(patience, gathering).await;
}

/// All in one transaction. Where the database refuses the whole for one command's sake, each has its own.
async fn carry_out(store: &dyn LedgerStore, commands: &[Command]) -> Vec<Outcome> {
    match tokio::time::timeout(LOST, store.apply(commands))
        .await
        .unwrap_or(Err(StoreError::Closed))
    {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(StoreError::Constraint(error)) if commands.len() > 1 => {
            tracing::error!(
                ?error,
                "the database refused a batch; its commands are carried out one by one"
            );
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

fn only(mut outcomes: Vec<Result<CommandOutcome, Refusal>>) -> Result<CommandOutcome, Refusal> {
    outcomes.pop().unwrap_or(Ok(CommandOutcome::Nothing))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use programgrant_core::ledger::rules::{Application, SlotScope};
    use programgrant_core::ledger::{Claim, ClaimId};
    use tokio::sync::Semaphore;

    use super::*;

    /// Notes what each batch held; a batch ends when the test lets it.
    struct Slow {
        batches: Mutex<Vec<Vec<String>>>,
        let_go: Semaphore,
        /// The claim that the database refuses, and a batch with it.
        refused: Option<&'static str>,
    }

    impl Slow {
        fn new(refused: Option<&'static str>) -> Arc<Self> {
            Arc::new(Self {
                batches: Mutex::default(),
                let_go: Semaphore::new(0),
                refused,
            })
        }

        fn sizes(&self) -> Vec<usize> {
            self.batches.lock().expect("no panic").iter().map(Vec::len).collect()
        }
    }

    #[async_trait]
    impl LedgerStore for Slow {
        async fn apply(&self, commands: &[Command]) -> Result<Vec<Result<CommandOutcome, Refusal>>, StoreError> {
            let name = |command: &Command| match command {
                Command::NotePaid { claim } => claim.to_string(),
                other => format!("{other:?}"),
            };
            let names: Vec<String> = commands.iter().map(name).collect();
            self.batches.lock().expect("no panic").push(names.clone());
            self.let_go.acquire().await.expect("open").forget();
            if names.iter().any(|name| Some(name.as_str()) == self.refused) {
                return Err(StoreError::Constraint(Arc::new(sqlx::Error::RowNotFound)));
            }
            // Each is answered with its own name, so that a mix-up shows.
            Ok(names.iter().map(|name| own(name)).collect())
        }

        async fn occupants(&self, _: &Application, _: &SlotScope) -> Result<(Vec<Claim>, bool), StoreError> {
            Ok((Vec::new(), false))
        }
    }

    fn command(name: &str) -> Command {
        Command::NotePaid {
            claim: ClaimId::new(name),
        }
    }

    fn ask(writer: &Writer, name: &str) -> tokio::task::JoinHandle<Outcome> {
        let (writer, command) = (writer.clone(), command(name));
        tokio::spawn(async move { writer.carry_out(command).await })
    }

    /// Lets the tasks of this thread run until the batch is under way.
    async fn until_batches(store: &Slow, count: usize) {
        while store.sizes().len() < count {
            tokio::task::yield_now().await;
        }
    }

    fn own(name: &str) -> Result<CommandOutcome, Refusal> {
        Err(Refusal::SlotTaken {
            by: vec![ClaimId::new(name)],
        })
    }

    #[tokio::test]
    async fn whoever_comes_while_a_batch_is_written_shares_the_next() {
        let store = Slow::new(None);
        let writer = Writer::start(store.clone());
        let first = ask(&writer, "first");
        until_batches(&store, 1).await;
        let asked: Vec<_> = (0..=BATCH).map(|number| ask(&writer, &number.to_string())).collect();
        tokio::task::yield_now().await;
        store.let_go.add_permits(3);
        assert_eq!(first.await.expect("no panic").expect("works"), own("first"));
        for (number, asked) in asked.into_iter().enumerate() {
            assert_eq!(asked.await.expect("no panic").expect("works"), own(&number.to_string()));
        }
        assert_eq!(store.sizes(), [1, BATCH, 1]);
    }

    /// How many share the batch that one has begun, where so many are expected and so many more come.
    async fn gathered(expected: usize, more: usize, patience: Duration) -> usize {
        let (jobs, mut receiver) = mpsc::channel(QUEUE);
        let job = || Job {
            command: command("any"),
            reply: oneshot::channel().0,
        };
        let more: Vec<Job> = (0..more).map(|_| job()).collect();
        let (mut batch, later) = (vec![job()], jobs.clone());
        let coming = tokio::spawn(async move {
            for job in more {
                tokio::task::yield_now().await;
                later.try_send(job).unwrap_or_else(|_| panic!("there is room"));
            }
        });
        gather(&mut receiver, &mut batch, expected, patience).await;
        coming.await.expect("no panic");
        batch.len()
    }

    #[tokio::test]
    async fn a_batch_waits_for_those_who_come_back_and_for_nobody_else() {
        // Only ends a test that has failed.
        let long = Duration::from_mins(1);
        assert_eq!(gathered(3, 2, long).await, 3);
        assert_eq!(gathered(2, 2, long).await, 2, "more than are expected share the next");
        assert_eq!(gathered(1, 2, long).await, 1, "nobody is expected");
        assert_eq!(
            gathered(64, 0, QUICK).await,
            1,
            "whoever stays away is not waited for long"
        );
        assert_eq!(
            gathered(64, 2, Duration::ZERO).await,
            1,
            "nothing is gained where a batch is quick"
        );
    }

    #[tokio::test]
    async fn a_refused_batch_is_carried_out_one_by_one() {
        let store = Slow::new(Some("b"));
        let writer = Writer::start(store.clone());
        let asked = ["a", "b", "c"].map(|name| ask(&writer, name));
        store.let_go.add_permits(4);
        let [a, b, c] = asked;
        assert_eq!(a.await.expect("no panic").expect("works"), own("a"));
        assert!(matches!(b.await.expect("no panic"), Err(StoreError::Constraint(_))));
        assert_eq!(c.await.expect("no panic").expect("works"), own("c"));
        assert_eq!(store.sizes(), [3, 1, 1, 1]);
    }

    #[tokio::test]
    async fn whoever_no_longer_waits_harms_nobody() {
        let store = Slow::new(None);
        let writer = Writer::start(store.clone());
        let [gone, stays] = ["gone", "stays"].map(|name| ask(&writer, name));
        until_batches(&store, 1).await;
        gone.abort();
        assert!(gone.await.expect_err("ended").is_cancelled());
        store.let_go.add_permits(2);
        assert_eq!(stays.await.expect("no panic").expect("works"), own("stays"));
        assert_eq!(
            ask(&writer, "later").await.expect("no panic").expect("works"),
            own("later")
        );
    }
}
