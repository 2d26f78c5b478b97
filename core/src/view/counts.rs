//! Counters by key, of which none is kept that has come to nothing.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::tally::Step;

#[derive(Debug, Clone)]
pub struct Counts<K>(HashMap<K, u32>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Clone> Counts<K> {
    pub fn count(&mut self, key: &K, step: Step) {
        let count = self.0.entry(key.clone()).or_default();
        step.apply(count);
        if *count == 0 {
            self.0.remove(key);
        }
    }

    pub fn absorb(&mut self, other: Self) {
        for (key, count) in other.0 {
            *self.0.entry(key).or_default() += count;
        }
    }

    pub fn has<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }
}
