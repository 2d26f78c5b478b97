//! Who is connected: a bounded number of slots, each with what its connection is doing. Whoever holds a slot without asking
//! anything gives it up, in time or when others wait.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::task::AtomicWaker;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::config;

/// How often those who overstay are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// How long somebody who was evicted may take to leave before the next one is.
const LEAVING: Duration = Duration::from_millis(100);
/// How long whoever has just come, or was just answered, is taken to be about to ask.
const SETTLING: Duration = Duration::from_millis(100);

/// All slots.
pub struct Connections {
    free: Arc<Semaphore>,
    slots: usize,
    taken: Mutex<HashMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    limits: config::Server,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("slots", &self.slots)
            .finish_non_exhaustive()
    }
}

/// Capacity for a connection that has not come yet.
#[derive(Debug)]
pub struct Capacity(OwnedSemaphorePermit);

/// One connection's slot, given back when it is dropped.
#[derive(Debug)]
pub struct Slot {
    pub connection: Arc<Connection>,
    all: Arc<Connections>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.all.taken().remove(&self.connection.number);
    }
}

impl Connections {
    pub fn new(limits: &config::Server) -> Arc<Self> {
        let slots = open_files()
            .map_or(limits.connections, |files| limits.connections.min(files - files / 4))
            .max(1);
        let free = Arc::new(Semaphore::new(slots));
        Arc::new(Self {
            free,
            slots,
            taken: Mutex::default(),
            next: AtomicU64::new(0),
            limits: limits.clone(),
        })
    }

    /// Capacity for one more. Where there is none, whoever has waited longest without a question is evicted.
    pub async fn capacity(&self) -> Capacity {
        loop {
            if self.free.available_permits() == 0 {
                self.evict_one(Instant::now());
            }
            let permit = tokio::time::timeout(LEAVING, Arc::clone(&self.free).acquire_owned()).await;
            // The semaphore is never closed.
            if let Ok(Ok(permit)) = permit {
                return Capacity(permit);
            }
        }
    }

    /// A connection takes the room.
    pub fn enter(self: &Arc<Self>, capacity: Capacity) -> Slot {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection::new(number, Instant::now()));
        self.taken().insert(number, Arc::clone(&connection));
        Slot {
            connection,
            all: Arc::clone(self),
            _permit: capacity.0,
        }
    }

    /// Evicts whoever overstays, for ever.
    pub async fn reaper(&self) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            let now = look.tick().await;
            self.taken()
                .values()
                .filter(|connection| connection.overstays(now, &self.limits))
                .for_each(|connection| connection.evict());
        }
    }

    /// Connections that are open.
    pub fn count(&self) -> usize {
        self.taken().len()
    }

    /// Ends when the last has left.
    pub async fn all_gone(&self) {
        let all = u32::try_from(self.slots).unwrap_or(u32::MAX);
        // An error would mean that the semaphore is closed, which it never is.
        let _ = self.free.acquire_many(all).await;
    }

    /// Of those who ask nothing: first who never did, then who has been silent longest.
    pub fn evict_one(&self, now: Instant) {
        let taken = self.taken();
        let idle = taken
            .values()
            .filter_map(|connection| Some((connection.idle(now)?, connection)));
        if let Some((_, connection)) = idle.min_by_key(|(idle, _)| *idle) {
            connection.evict();
        }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one connection is doing.
#[derive(Debug)]
pub struct Connection {
    number: u64,
    doing: Mutex<Doing>,
    evicted: AtomicBool,
    has_spoken: AtomicBool,
    /// Wakes its task, so that it sees that it was evicted.
    pub waker: AtomicWaker,
}

#[derive(Debug)]
struct Doing {
    /// Requests that were read whole and are not answered.
    answering: u32,
    /// A stream goes on for as long as both want it to.
    streams: bool,
    /// On HTTP/2 bytes also come for other reasons than a new request.
    shares: bool,
    has_asked: bool,
    idle_since: Instant,
    /// When the head of the next request began to come, or should have.
    head_since: Option<Instant>,
    last_byte: Instant,
}

impl Connection {
    const fn new(number: u64, now: Instant) -> Self {
        let doing = Doing {
            answering: 0,
            streams: false,
            shares: false,
            has_asked: false,
            idle_since: now,
            head_since: Some(now),
            last_byte: now,
        };
        Self {
            number,
            doing: Mutex::new(doing),
            evicted: AtomicBool::new(false),
            has_spoken: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    /// Bytes came.
    pub fn hears(&self) {
        let now = Instant::now();
        let mut doing = self.doing();
        doing.last_byte = now;
        if !self.has_spoken.swap(true, Ordering::AcqRel) {
            // It was asking already when it was evicted; nobody had come to read it.
            self.evicted.store(false, Ordering::Release);
        }
        if doing.answering == 0 && doing.head_since.is_none() {
            doing.head_since = Some(now);
        }
    }

    /// Bytes went.
    pub fn says(&self) {
        self.doing().last_byte = Instant::now();
    }

    /// A request's head is there, and its body is being read.
    pub fn reads_body(&self, shares: bool) {
        let mut doing = self.doing();
        doing.head_since = None;
        doing.shares |= shares;
    }

    /// A request was read whole. It is answered when what is returned is dropped.
    pub fn answers(self: &Arc<Self>) -> Answering {
        let mut doing = self.doing();
        doing.answering += 1;
        doing.has_asked = true;
        doing.head_since = None;
        drop(doing);
        Answering(Arc::clone(self))
    }

    /// The answer goes on for as long as both want it to.
    pub fn streams(&self) {
        self.doing().streams = true;
    }

    pub fn is_evicted(&self) -> bool {
        self.evicted.load(Ordering::Acquire)
    }

    fn evict(&self) {
        self.evicted.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// How far to the front of those who may be evicted; `None` where it may not be.
    fn idle(&self, now: Instant) -> Option<(bool, Instant)> {
        let doing = self.doing();
        let is_settling = now.saturating_duration_since(doing.idle_since) < SETTLING;
        let is_idle = doing.answering == 0 && !doing.streams && !is_settling && !self.is_evicted();
        is_idle.then_some((doing.has_asked, doing.idle_since))
    }

    fn overstays(&self, now: Instant, limits: &config::Server) -> bool {
        let doing = self.doing();
        let longer = |since: Instant, limit: config::Span| now.saturating_duration_since(since) > limit.get();
        let is_slow = !doing.shares
            && doing
                .head_since
                .is_some_and(|since| longer(since, limits.header_timeout));
        doing.answering == 0 && !doing.streams && (is_slow || longer(doing.last_byte, limits.idle_timeout))
    }

    fn doing(&self) -> MutexGuard<'_, Doing> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request under way.
#[derive(Debug)]
pub struct Answering(Arc<Connection>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut doing = self.0.doing();
        doing.answering -= 1;
        doing.idle_since = Instant::now();
    }
}

/// How many files this process may have open; `None` where the system does not say.
pub fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(connections: usize) -> config::Server {
        config::Server {
            connections,
            ..config::Server::default()
        }
    }

    fn later() -> Instant {
        Instant::now() + SETTLING
    }

    async fn enter(all: &Arc<Connections>) -> Slot {
        let capacity = all.capacity().await;
        all.enter(capacity)
    }

    #[tokio::test]
    async fn whoever_never_asked_makes_room_before_whoever_did() {
        let all = Connections::new(&limits(3));
        let busy = enter(&all).await;
        let answering = busy.connection.answers();
        let has_asked = enter(&all).await;
        drop(has_asked.connection.answers());
        let silent = enter(&all).await;
        all.evict_one(later());
        assert!(silent.connection.is_evicted() && !has_asked.connection.is_evicted());
        all.evict_one(later());
        assert!(has_asked.connection.is_evicted());
        all.evict_one(later());
        assert!(!busy.connection.is_evicted(), "a request under way is answered");
        drop(answering);
    }

    #[tokio::test]
    async fn whoever_was_about_to_ask_is_not_shown_out() {
        let all = Connections::new(&limits(2));
        let (first, second) = (enter(&all).await, enter(&all).await);
        all.evict_one(Instant::now());
        assert!(
            !first.connection.is_evicted() && !second.connection.is_evicted(),
            "they have just come"
        );
        all.evict_one(later());
        assert!(first.connection.is_evicted());
        first.connection.hears();
        assert!(!first.connection.is_evicted(), "what it asked was not read yet");
        all.evict_one(later());
        all.evict_one(later());
        first.connection.hears();
        assert!(
            first.connection.is_evicted() && second.connection.is_evicted(),
            "bytes that trickle in keep no slot"
        );
    }

    #[tokio::test]
    async fn a_full_house_lets_the_next_one_in() {
        let all = Connections::new(&limits(1));
        let first = enter(&all).await;
        let connection = Arc::clone(&first.connection);
        let leaving = tokio::spawn(async move {
            while !connection.is_evicted() {
                tokio::task::yield_now().await;
            }
            drop(first);
        });
        let second = enter(&all).await;
        leaving.await.expect("left");
        drop(second);
        all.all_gone().await;
    }

    #[tokio::test]
    async fn a_slow_head_and_a_long_rest_are_bounded_and_a_stream_is_not() {
        let (all, limits) = (Connections::new(&limits(4)), limits(4));
        let overstays = |slot: &Slot, after| {
            slot.connection
                .overstays(Instant::now() + Duration::from_secs(after), &limits)
        };
        let (silent, resting, streaming) = (enter(&all).await, enter(&all).await, enter(&all).await);
        drop(resting.connection.answers());
        drop(streaming.connection.answers());
        streaming.connection.streams();
        assert!(overstays(&silent, 11) && !overstays(&silent, 9));
        assert!(!overstays(&resting, 11));
        resting.connection.hears();
        assert!(overstays(&resting, 11), "a head that trickles in");
        resting.connection.reads_body(false);
        assert!(!overstays(&resting, 11));
        assert!(overstays(&resting, 76) && !overstays(&streaming, 76));
    }
}
