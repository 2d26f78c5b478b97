//! Making pictures: from everything that is in force, chunk by chunk, and from the picture before and what has changed since. Both are
//! the same picture.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use programgrant_schema::{Content, SourceId, SourceProfile};

use super::accounts::StateAccounts;
use super::assemble::Teller;
use super::index::Index;
use super::interner::Interner;
use super::regroup::Regrouping;
use super::row::Row;
use super::rows::{Place, Rows};
use super::tally::Step;
use super::{OwnedAward, SetAsideView, SourceView, View};
use crate::reference::Reference;
use crate::view::{SourceStatus, StoredRecord, StoredSetAside};

/// What a picture is made of.
pub struct Material<'a> {
    pub generation: u64,
    pub records: &'a [&'a StoredRecord],
    pub set_aside: &'a [StoredSetAside],
    pub statuses: &'a BTreeMap<SourceId, SourceStatus>,
}

/// What has come since a picture was made, and what a picture is made of beside records.
pub struct News<'a> {
    pub generation: u64,
    /// All that stand aside now; `None` where these are the same as before.
    pub set_aside: Option<&'a [StoredSetAside]>,
    pub statuses: &'a BTreeMap<SourceId, SourceStatus>,
}

/// Pictures made in this process so far.
static MADE: AtomicU64 = AtomicU64::new(0);

fn edition() -> u64 {
    MADE.fetch_add(1, Ordering::Relaxed)
}

impl View {
    pub fn build(material: &Material<'_>, reference: &Arc<Reference>) -> Self {
        let mut builder = Builder::new(Arc::clone(reference));
        for stored in material.records {
            builder.add((*stored).clone());
        }
        builder.finish(&News {
            generation: material.generation,
            set_aside: Some(material.set_aside),
            statuses: material.statuses,
        })
    }

    /// The picture after this one, once these records have come or changed. What they do not touch is shared.
    #[must_use]
    pub fn next(&self, changed: Vec<StoredRecord>, news: &News<'_>) -> Self {
        let mut index = (*self.index).clone();
        index.change(&self.index, changed, &self.reference);
        if let Some(set_aside) = news.set_aside {
            index.sums.clouds.set_aside(set_aside, &self.reference);
        }
        let known = SetAsides::of(self, news.set_aside);
        let sources = sources(&index, news.statuses, &known, &self.reference);
        Self {
            generation: news.generation,
            edition: edition(),
            reference: Arc::clone(&self.reference),
            index: Arc::new(index),
            sources,
        }
    }

    /// The same records as other reference data tell them.
    #[must_use]
    pub fn told_by(&self, reference: &Arc<Reference>, news: &News<'_>) -> Self {
        let mut builder = Builder::new(Arc::clone(reference));
        for (_, row) in self.index.rows.places() {
            for stored in row.records() {
                builder.add(Arc::unwrap_or_clone(stored));
            }
        }
        for stored in self.index.account_records.values() {
            builder.add((**stored).clone());
        }
        builder.finish(news)
    }

    /// The same picture with the sources' present state, where nothing else has changed.
    #[must_use]
    pub fn with_statuses(&self, statuses: &BTreeMap<SourceId, SourceStatus>) -> Self {
        let mut view = self.clone();
        view.edition = edition();
        for source in &mut view.sources {
            source.status = statuses.get(&source.id).cloned().unwrap_or_default();
        }
        view
    }
}

/// Records in the making of a picture, beside others on other threads.
#[derive(Default)]
pub struct Part {
    rows: Rows,
    /// Records that are no statement of an award.
    rest: Vec<StoredRecord>,
}

/// Makes parts, one after another; what many of its awards have in common it keeps once.
pub struct PartMaker {
    reference: Arc<Reference>,
    interner: Interner,
}

impl PartMaker {
    pub fn new(reference: Arc<Reference>) -> Self {
        let interner = Interner::default();
        Self { reference, interner }
    }

    pub fn part(&mut self, records: Vec<StoredRecord>) -> Part {
        let mut part = Part::default();
        for stored in records {
            self.add(stored, &mut part);
        }
        part
    }

    fn add(&mut self, stored: StoredRecord, part: &mut Part) {
        let Content::Award(statement) = &stored.record.content else {
            part.rest.push(stored);
            return;
        };
        let mut teller = Teller {
            reference: &self.reference,
            interner: &mut self.interner,
        };
        let row = teller.single(&stored, statement);
        part.rows.push(row);
    }
}

/// A picture in the making. It takes records in any order; that of their sources and ids costs least.
pub struct Builder {
    maker: PartMaker,
    part: Part,
}

impl Builder {
    pub fn new(reference: Arc<Reference>) -> Self {
        Self {
            maker: PartMaker::new(reference),
            part: Part::default(),
        }
    }

    pub fn add(&mut self, stored: StoredRecord) {
        self.maker.add(stored, &mut self.part);
    }

    /// Of parts that were made by the same reference data, in this order; and one of those who made them.
    pub fn of_parts(parts: impl Iterator<Item = Part>, maker: PartMaker) -> Self {
        let mut whole = Part::default();
        for part in parts {
            whole.rows.append(part.rows);
            whole.rest.extend(part.rest);
        }
        Self { maker, part: whole }
    }

    pub fn finish(self, news: &News<'_>) -> View {
        let (reference, mut index) = self.index();
        let set_aside = news.set_aside.unwrap_or_default();
        index.sums.clouds.set_aside(set_aside, &reference);
        let known = SetAsides::new(set_aside, &reference);
        let sources = sources(&index, news.statuses, &known, &reference);
        View {
            generation: news.generation,
            edition: edition(),
            reference,
            index: Arc::new(index),
            sources,
        }
    }

    fn index(self) -> (Arc<Reference>, Index) {
        let PartMaker {
            reference,
            mut interner,
        } = self.maker;
        let mut index = Index {
            rows: self.part.rows,
            ..Index::default()
        };
        let places = index.join_stages(&reference, &mut interner);
        index.interner = Arc::new(Mutex::new(interner));
        index.index_all(&places, &reference);
        if !self.part.rest.is_empty() {
            let before = index.clone();
            index.change(&before, self.part.rest, &reference);
        }
        (reference, index)
    }
}

/// Joins the records of one source into awards, in the order of their ids.
pub fn assemble(records: Vec<StoredRecord>, reference: &Reference) -> Vec<OwnedAward> {
    let mut builder = Builder::new(Arc::new(reference.clone()));
    for stored in records {
        builder.add(stored);
    }
    let (_, index) = builder.index();
    let rows = index.by_id.iter().filter_map(|place| index.rows.get(place));
    rows.cloned().map(OwnedAward::new).collect()
}

impl Index {
    /// Rows of one award, each of one statement, become one row. The places of all rows in the order of their ids.
    fn join_stages(&mut self, reference: &Reference, interner: &mut Interner) -> Vec<Place> {
        let mut places = self.rows.in_order();
        let id = |place: Place| self.rows.get(place).map(Row::id);
        let is_same = |a: &Place, b: &Place| id(*a) == id(*b);
        let groups: Vec<Vec<Place>> = places
            .chunk_by(is_same)
            .filter(|group| group.len() > 1)
            .map(<[Place]>::to_vec)
            .collect();
        for group in groups {
            let rows = group.iter().filter_map(|place| self.rows.get(*place));
            let parts: Vec<Arc<StoredRecord>> = rows.flat_map(Row::records).collect();
            let key = self
                .rows
                .get(group[0])
                .map(|row| row.key().to_owned())
                .unwrap_or_default();
            let row = Teller { reference, interner }.row(&key, &parts);
            self.rows.put(group[0], row);
            for place in &group[1..] {
                self.rows.put(*place, None);
            }
        }
        places.retain(|place| self.rows.get(*place).is_some());
        places
    }

    /// Takes in records that have come or changed since `before`, which this is a copy of.
    fn change(&mut self, before: &Self, changed: Vec<StoredRecord>, reference: &Reference) {
        let is_accounts = |stored: &&StoredRecord| matches!(stored.record.content, Content::Accounts(_));
        let accounts: Vec<StoredRecord> = changed.iter().filter(is_accounts).cloned().collect();
        let had_accounts = self.forget_accounts(&changed);
        let interner = Arc::clone(&self.interner);
        // Whoever panicked over it has left nothing in it that is wrong: an entry is put in whole.
        let mut interner = interner.lock().unwrap_or_else(PoisonError::into_inner);
        let teller = Teller {
            reference,
            interner: &mut interner,
        };
        let places: BTreeSet<Place> = Regrouping::new(self, teller).apply(changed);
        drop(interner);
        self.reindex(before, &places, reference);
        if had_accounts || !accounts.is_empty() {
            self.keep_accounts(accounts);
        }
        self.tellers.settle();
    }

    /// Takes out what was a file of the state accounts; whether there was any.
    fn forget_accounts(&mut self, changed: &[StoredRecord]) -> bool {
        let keys = changed.iter().map(|stored| (stored.source, stored.record.id.clone()));
        let keys: Vec<_> = keys.filter(|key| self.account_records.contains_key(key)).collect();
        for key in &keys {
            if let Some(old) = Arc::make_mut(&mut self.account_records).remove(key) {
                self.tellers.count_record(key.0, (&*old).into(), Step::Goes);
            }
        }
        !keys.is_empty()
    }

    fn keep_accounts(&mut self, accounts: Vec<StoredRecord>) {
        let records = Arc::make_mut(&mut self.account_records);
        for stored in accounts {
            self.tellers.count_record(stored.source, (&stored).into(), Step::Comes);
            records.insert((stored.source, stored.record.id.clone()), Arc::new(stored));
        }
        let records = records.values().map(|stored| &**stored);
        self.accounts = Arc::new(StateAccounts::of(records));
    }
}

/// What stands aside, source by source, newest first.
struct SetAsides(BTreeMap<SourceId, Arc<[SetAsideView]>>);

impl SetAsides {
    fn new(set_aside: &[StoredSetAside], reference: &Reference) -> Self {
        let mut views: BTreeMap<SourceId, Vec<SetAsideView>> = BTreeMap::new();
        for stored in set_aside {
            let of_source = views.entry(stored.source).or_default();
            of_source.push(set_aside_view(stored, reference));
        }
        Self(
            views
                .into_iter()
                .map(|(source, views)| (source, views.into()))
                .collect(),
        )
    }

    /// As it is told now, or as it was.
    fn of(view: &View, set_aside: Option<&[StoredSetAside]>) -> Self {
        match set_aside {
            Some(set_aside) => Self::new(set_aside, &view.reference),
            None => Self(
                view.sources()
                    .map(|source| (source.id, Arc::clone(&source.set_aside)))
                    .collect(),
            ),
        }
    }
}

/// The sources that the configuration or a programme names, then those that only the store knows.
fn known(statuses: &BTreeMap<SourceId, SourceStatus>, reference: &Reference) -> Vec<SourceProfile> {
    let mut known: Vec<SourceProfile> = reference.sources.iter().cloned().collect();
    // A reference register that nobody asks any more says nothing to anybody.
    for id in statuses.keys().filter(|id| !id.is_reserved()) {
        if known.iter().all(|source| source.id != *id) {
            known.push(reference.sources.get(*id));
        }
    }
    known
}

fn sources(
    index: &Index,
    statuses: &BTreeMap<SourceId, SourceStatus>,
    set_aside: &SetAsides,
    reference: &Reference,
) -> Vec<SourceView> {
    let source = |profile: SourceProfile| {
        let id = profile.id;
        let told = index.tellers.of(id);
        SourceView {
            id,
            profile,
            status: statuses.get(&id).cloned().unwrap_or_default(),
            records: told.listed as usize + reference.registered.count(id),
            vanished: told.vanished as usize,
            unresolved: told.unresolved as usize,
            set_aside: set_aside.0.get(&id).cloned().unwrap_or_default(),
            stamps: told.stamps(),
        }
    };
    known(statuses, reference).into_iter().map(source).collect()
}

fn set_aside_view(stored: &StoredSetAside, reference: &Reference) -> SetAsideView {
    let aside = &stored.set_aside;
    let whereabouts = aside.year.zip(aside.post);
    let scheme = whereabouts
        .filter(|_| reference.sources.get(stored.source).manages_grants)
        .and_then(|(year, post)| reference.programmes.classify(year, post, aside.activity.as_deref()));
    SetAsideView {
        place: aside.place.clone(),
        reason: aside.reason.clone(),
        municipality: reference.resolve(&aside.recipient, aside.year),
        scheme: scheme.map(|scheme| scheme.id.clone()),
        year: aside.year,
        seen_at: stored.seen_at,
    }
}
