//! How far a long piece of work is: told where it is known, at no cost where nobody looks on, and drawn by the command that has begun it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::join_all;

tokio::task_local! {
    static ONLOOKER: Arc<dyn Onlooker>;
}

/// Who looks on.
pub trait Onlooker: Send + Sync {
    /// So many of so many are done.
    fn reached(&self, done: u64, of: u64);
    /// What is being done.
    fn doing(&self, what: fmt::Arguments<'_>);
}

/// Works, and lets somebody look on.
pub async fn watched<T>(onlooker: Arc<dyn Onlooker>, working: impl Future<Output = T>) -> T {
    ONLOOKER.scope(onlooker, working).await
}

/// Tells whoever looks on how much is done.
pub fn reached(done: u64, of: u64) {
    // Mostly nobody does.
    let _ = ONLOOKER.try_with(|onlooker| onlooker.reached(done, of));
}

/// Tells whoever looks on what is being done.
pub fn doing(what: fmt::Arguments<'_>) {
    let _ = ONLOOKER.try_with(|onlooker| onlooker.doing(what));
}

/// Does everything at once, and tells how much of it is done.
pub async fn side_by_side<T>(works: impl ExactSizeIterator<Item: Future<Output = T>>) -> Vec<T> {
    let (done, of) = (AtomicU64::new(0), works.len() as u64);
    reached(0, of);
    let told = works.map(async |work| {
        let outcome = work.await;
        reached(done.fetch_add(1, Ordering::Relaxed) + 1, of);
        outcome
    });
    join_all(told).await
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::sync::{Arc, Mutex};

    use super::{Onlooker, doing, reached, side_by_side, watched};

    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);

    impl Onlooker for Seen {
        fn reached(&self, done: u64, of: u64) {
            self.0.lock().expect("whole").push(format!("{done}/{of}"));
        }

        fn doing(&self, what: fmt::Arguments<'_>) {
            self.0.lock().expect("whole").push(what.to_string());
        }
    }

    #[tokio::test]
    async fn who_looks_on_is_told_and_nobody_else_is_needed() {
        let seen = Arc::new(Seen::default());
        let work = async || {
            doing(format_args!("{}", "counting"));
            reached(1, 3);
            side_by_side([1, 2].into_iter().map(std::future::ready)).await
        };
        assert_eq!(work().await, [1, 2]);
        assert!(seen.0.lock().expect("whole").is_empty());
        assert_eq!(watched(Arc::<Seen>::clone(&seen), work()).await, [1, 2]);
        assert_eq!(*seen.0.lock().expect("whole"), ["counting", "1/3", "0/2", "1/2", "2/2"]);
    }
}
