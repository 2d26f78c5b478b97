//! What changed, award by award: the records of every award that a change touches are put together anew, and corrections look for their
//! award again wherever one may have come or gone. What no change touches is not looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use programgrant_schema::{
    AwardStatus, BudgetPost, Content, Correction, MunicipalityId, RecordId, SourceId, TargetGroup,
};

use super::StoredRecord;
use super::assemble::Teller;
use super::index::{Index, Whereabouts};
use super::row::Row;
use super::rows::Place;

/// A source and the key of an award within it.
type GroupKey = (SourceId, String);
/// A source, post and year, within which a correction looks for its award.
type Field = (SourceId, BudgetPost, i16);

/// Awards that are put together anew.
pub struct Regrouping<'a> {
    index: &'a mut Index,
    teller: Teller<'a>,
    groups: BTreeMap<GroupKey, Group>,
    /// Where these awards lie.
    loaded: HashSet<Place>,
    drafts: HashMap<Whereabouts, Vec<GroupKey>>,
    /// Corrections that look for their award, by source and id.
    searching: Vec<(SourceId, RecordId)>,
    fields: HashSet<Field>,
}

/// The records of one award.
#[derive(Default)]
struct Group {
    place: Option<Place>,
    /// Its statements and payments.
    parts: BTreeMap<RecordId, Arc<StoredRecord>>,
    /// As these alone make it.
    draft: Option<Row>,
    corrections: Vec<Arc<StoredRecord>>,
}

impl<'a> Regrouping<'a> {
    pub fn new(index: &'a mut Index, teller: Teller<'a>) -> Self {
        Self {
            index,
            teller,
            groups: BTreeMap::new(),
            loaded: HashSet::new(),
            drafts: HashMap::new(),
            searching: Vec::new(),
            fields: HashSet::new(),
        }
    }

    /// Takes new and changed records, and says at which places rows have changed.
    pub fn apply(mut self, changed: Vec<StoredRecord>) -> BTreeSet<Place> {
        for stored in changed {
            self.take(Arc::new(stored));
        }
        let keys: Vec<GroupKey> = self.groups.keys().cloned().collect();
        for key in keys {
            self.draft(&key);
        }
        self.place_corrections();
        self.write()
    }

    fn take(&mut self, stored: Arc<StoredRecord>) {
        let (source, id) = (stored.source, stored.record.id.clone());
        if let Some(place) = self.index.find_record(source, id.as_str()) {
            let key = self.load_place(source, place);
            if let Some(group) = self.groups.get_mut(&key) {
                group.parts.remove(&id);
            }
        }
        let record = (source, id);
        self.forget(&record, &stored.record.content);
        match &stored.record.content {
            Content::Award(statement) => self.add((source, statement.award.clone()), stored.clone()),
            Content::Payment(payment) => self.add((source, payment.award.clone()), stored.clone()),
            Content::Correction(_) => {
                Arc::make_mut(&mut self.index.corrections).insert(record.clone(), stored);
                self.searching.push(record);
            }
            Content::Accounts(_) => {}
        }
    }

    /// A record that was a correction and is none any more.
    fn forget(&mut self, record: &(SourceId, RecordId), content: &Content) {
        if !matches!(content, Content::Correction(_)) && self.index.corrections.contains_key(record) {
            Arc::make_mut(&mut self.index.corrections).remove(record);
        }
    }

    fn add(&mut self, key: GroupKey, stored: Arc<StoredRecord>) {
        self.load(&key);
        let group = self.groups.entry(key).or_default();
        group.parts.insert(stored.record.id.clone(), stored);
    }

    fn load_place(&mut self, source: SourceId, place: Place) -> GroupKey {
        let key = self.index.rows.get(place).map_or("", Row::key);
        let key = (source, key.to_owned());
        self.load(&key);
        key
    }

    /// Takes an award apart into its records; its corrections look for theirs anew.
    fn load(&mut self, key: &GroupKey) {
        if self.groups.contains_key(key) {
            return;
        }
        let (source, name) = key;
        let mut group = Group {
            place: self.index.find(&format!("{source}:{name}")),
            ..Group::default()
        };
        self.loaded.extend(group.place);
        if let Some(row) = group.place.and_then(|place| self.index.rows.get(place)) {
            self.fields.insert((*source, row.heading.post, row.year));
            for stored in row.records() {
                if matches!(stored.record.content, Content::Correction(_)) {
                    self.searching.push((*source, stored.record.id.clone()));
                } else {
                    group.parts.insert(stored.record.id.clone(), stored);
                }
            }
        }
        self.groups.insert(key.clone(), group);
    }

    /// How the award stands before corrections.
    fn draft(&mut self, key: &GroupKey) {
        let Some(group) = self.groups.get_mut(key) else { return };
        let parts: Vec<Arc<StoredRecord>> = group.parts.values().cloned().collect();
        group.draft = self.teller.row(&key.1, &parts);
        if let Some(row) = &group.draft {
            self.fields.insert((key.0, row.heading.post, row.year));
            let at = (row.recipient, row.year, row.heading.post);
            self.drafts.entry(at).or_default().push(key.clone());
        }
    }

    /// Every correction whose award may be another one than before finds it. An award that one comes to or goes from is put together
    /// anew, and its other corrections with it.
    fn place_corrections(&mut self) {
        let all = Arc::clone(&self.index.corrections);
        for (record, stored) in all.iter() {
            if let Content::Correction(correction) = &stored.record.content
                && self.fields.contains(&(record.0, correction.post, correction.year))
            {
                self.searching.push(record.clone());
            }
        }
        let mut found: BTreeMap<(SourceId, RecordId), GroupKey> = BTreeMap::new();
        while let Some(record) = self.searching.pop() {
            if found.contains_key(&record) {
                continue;
            }
            let Some(stored) = all.get(&record) else { continue };
            let Content::Correction(correction) = &stored.record.content else {
                continue;
            };
            let target = self.target(record.0, correction);
            let key = (record.0, target.unwrap_or_else(|| record.1.to_string()));
            self.open(&key);
            if let Some(place) = self.index.find_record(record.0, record.1.as_str()) {
                let held_by = self.index.rows.get(place).map_or("", Row::key).to_owned();
                self.open(&(record.0, held_by));
            }
            found.insert(record, key);
        }
        for (record, key) in found {
            if let (Some(group), Some(stored)) = (self.groups.get_mut(&key), all.get(&record)) {
                group.corrections.push(Arc::clone(stored));
            }
        }
    }

    /// Loads an award of which only corrections may change.
    fn open(&mut self, key: &GroupKey) {
        if !self.groups.contains_key(key) {
            self.load(key);
            self.draft(key);
        }
    }

    /// The one granted award that a correction can belong to.
    fn target(&mut self, source: SourceId, correction: &Correction) -> Option<String> {
        let (_, recipient) =
            self.teller
                .interner
                .recipient(&correction.recipient, correction.year, self.teller.reference);
        let wanted = Wanted {
            source,
            recipient,
            correction,
        };
        let at = (recipient, correction.year, correction.post);
        let kept = self
            .index
            .all_on_post(at)
            .filter(|place| !self.loaded.contains(place))
            .filter_map(|place| self.index.rows.get(place));
        let drafts = self.drafts.get(&at).into_iter().flatten();
        let drafts = drafts.filter_map(|key| self.groups.get(key)?.draft.as_ref());
        let mut candidates = kept.chain(drafts).filter(|row| wanted.can_be(row));
        match (candidates.next(), candidates.next()) {
            (Some(row), None) => Some(row.key().to_owned()),
            _ => None,
        }
    }

    /// Puts the awards back, and frees the places of those that are no more once all others have theirs.
    fn write(mut self) -> BTreeSet<Place> {
        let (mut changed, mut over) = (BTreeSet::new(), Vec::new());
        for (key, mut group) in self.groups {
            let mut parts: Vec<Arc<StoredRecord>> = group.parts.into_values().collect();
            parts.append(&mut group.corrections);
            let row = if parts
                .iter()
                .any(|part| matches!(part.record.content, Content::Correction(_)))
            {
                self.teller.row(&key.1, &parts)
            } else {
                group.draft
            };
            match (group.place, row) {
                (Some(place), Some(mut row)) => {
                    row.links = self.index.rows.get(place).and_then(|old| old.links.clone());
                    self.index.rows.put(place, Some(row));
                    changed.insert(place);
                }
                (None, Some(row)) => _ = changed.insert(self.index.rows.push(row)),
                (Some(place), None) => over.push(place),
                (None, None) => {}
            }
        }
        for place in over {
            self.index.rows.put(place, None);
            changed.insert(place);
        }
        changed
    }
}

/// What a correction looks for.
struct Wanted<'a> {
    source: SourceId,
    recipient: Option<MunicipalityId>,
    correction: &'a Correction,
}

impl Wanted<'_> {
    fn can_be(&self, row: &Row) -> bool {
        let may_be =
            |own: Option<TargetGroup>, other: Option<TargetGroup>| own.is_none() || other.is_none() || own == other;
        row.heading.source == self.source
            && row.drafted.is_some_and(AwardStatus::is_granted)
            && row.heading.post == self.correction.post
            && row.year == self.correction.year
            && self.is_recipient_of(row)
            && may_be(row.target_group, self.correction.target_group)
    }

    /// Resolved recipients are compared as municipalities, others to the letter.
    fn is_recipient_of(&self, row: &Row) -> bool {
        let reported = &self.correction.recipient;
        match (row.recipient, self.recipient) {
            (Some(a), Some(b)) => a == b,
            (None, None) => {
                reported.organisation_number.is_some()
                    && row.reported.organisation_number == reported.organisation_number
                    && row.reported.number == reported.number
            }
            _ => false,
        }
    }
}
