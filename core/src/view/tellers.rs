//! What is counted of each source: records that it lists and no longer lists, good ones whose recipient cannot be told, and what is odd
//! about its times of change.

use std::collections::BTreeMap;
use std::sync::Arc;

use programgrant_schema::{RecordId, SourceId};

use super::row::{RecordState, Row};
use super::stamps::{Odd, Stamps};
use super::tally::Step;

#[derive(Debug, Clone, Default)]
pub struct Tellers(BTreeMap<SourceId, Told>);

#[derive(Debug, Clone, Default)]
pub struct Told {
    pub listed: u32,
    pub vanished: u32,
    pub unresolved: u32,
    odd: Arc<BTreeMap<RecordId, Odd>>,
    /// Made of what is odd; `None` where that has changed since.
    stamps: Option<Arc<Stamps>>,
}

impl Tellers {
    /// Counts an award as its source alone states it.
    pub fn count(&mut self, row: &Row, step: Step) {
        let told = self.0.entry(row.heading.source).or_default();
        if row.recipient.is_none() && row.is_living() {
            step.apply(&mut told.unresolved);
        }
        for state in row.states() {
            told.count(state, step);
        }
    }

    /// Counts a record that is no award.
    pub fn count_record(&mut self, source: SourceId, state: RecordState<'_>, step: Step) {
        self.0.entry(source).or_default().count(state, step);
    }

    /// Works out anew what has changed.
    pub fn settle(&mut self) {
        for told in self.0.values_mut() {
            let odd = &told.odd;
            told.stamps
                .get_or_insert_with(|| Arc::new(Stamps::of(odd.values().cloned())));
        }
    }

    pub fn of(&self, source: SourceId) -> Told {
        self.0.get(&source).cloned().unwrap_or_default()
    }
}

impl Told {
    fn count(&mut self, state: RecordState<'_>, step: Step) {
        step.apply(if state.is_listed {
            &mut self.listed
        } else {
            &mut self.vanished
        });
        let Some(odd) = Odd::of(state) else { return };
        let id = RecordId::new(state.id);
        let all = Arc::make_mut(&mut self.odd);
        match step {
            Step::Comes => _ = all.insert(id, odd),
            Step::Goes => _ = all.remove(&id),
        }
        self.stamps = None;
    }

    pub fn stamps(&self) -> Arc<Stamps> {
        self.stamps.clone().unwrap_or_default()
    }
}
