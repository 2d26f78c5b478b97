//! Rows and everything that is found or known through them. What follows from a few rows (a sum, the same award of two sources, what took
//! the place of what) is worked out anew for the rows that a change touches, and for no others.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use programgrant_schema::{BudgetPost, MunicipalityId, RecordId, SourceId};

use super::accounts::StateAccounts;
use super::counts::Counts;
use super::interner::Interner;
use super::links::{Links, Same};
use super::restated::Restated;
use super::row::Row;
use super::rows::{Place, Rows};
use super::sorted::Sorted;
use super::sums::ReadySums;
use super::tally::Step;
use super::tellers::Tellers;
use super::{Award, StoredRecord, same_award};
use crate::reference::Reference;

/// Records that are no awards of their own, by source and id.
pub type KeptRecords = BTreeMap<(SourceId, RecordId), Arc<StoredRecord>>;

#[derive(Debug, Clone, Default)]
pub struct Index {
    pub rows: Rows,
    /// In the order of the awards' ids.
    pub by_id: Sorted<Place>,
    /// Each record of an award, by source and id.
    pub(super) by_record: Sorted<(Place, u32)>,
    /// By recipient, year and then id.
    pub(super) by_recipient: Sorted<Place>,
    /// By what is the same of awards that may be one.
    pub(super) alike: Sorted<Place>,
    /// Those that say when a report is due, by that day and then id.
    pub(super) reports: Sorted<Place>,
    /// Where awards have vanished.
    pub(super) gone: Counts<Whereabouts>,
    pub sums: ReadySums,
    pub tellers: Tellers,
    pub corrections: Arc<KeptRecords>,
    pub account_records: Arc<KeptRecords>,
    pub accounts: Arc<StateAccounts>,
    /// One for all pictures that follow from each other: what it holds depends on none of them.
    pub interner: Arc<Mutex<Interner>>,
}

/// Where awards are that may have to do with each other.
pub type Whereabouts = (Option<MunicipalityId>, i16, BudgetPost);
type ReportKey<'a> = (Option<Date>, &'a str);
type RecipientKey<'a> = (Option<MunicipalityId>, i16, &'a str);
pub type AlikeKey = (Option<MunicipalityId>, i16, bool, BudgetPost, u32);

fn recipient_key(row: &Row) -> RecipientKey<'_> {
    (row.recipient, row.year, row.id())
}

pub fn report_key(row: &Row) -> ReportKey<'_> {
    (row.report_due(), row.id())
}

pub fn alike_key(row: &Row) -> AlikeKey {
    let post = row.heading.post;
    (row.recipient, row.year, row.is_in_programme(), post, row.reference_hash)
}

pub fn whereabouts(row: &Row) -> Whereabouts {
    (row.recipient, row.year, row.heading.post)
}

/// How a row stands to what is looked for; a place without a row is in no list.
fn order<'a, K: Ord>(row: Option<&'a Row>, key: impl Fn(&'a Row) -> K, wanted: &K) -> Ordering {
    row.map_or(Ordering::Less, |row| key(row).cmp(wanted))
}

impl Index {
    pub fn award(&self, place: Place) -> Option<Award<'_>> {
        Award::at(&self.rows, place)
    }

    /// The award at that place, unless it is shown beside another one.
    pub fn own(&self, place: Place) -> Option<Award<'_>> {
        self.award(place).filter(|award| award.beside().is_none())
    }

    pub fn find(&self, id: &str) -> Option<Place> {
        self.by_id.find(|place| order(self.rows.get(place), Row::id, &id))
    }

    /// The award that the record is a part of.
    pub fn find_record(&self, source: SourceId, id: &str) -> Option<Place> {
        let found = self.by_record.find(|item| self.order_of_record(item, source, id));
        found.map(|(place, _)| place)
    }

    fn order_of_record(&self, (place, nth): (Place, u32), source: SourceId, id: &str) -> Ordering {
        order(
            self.rows.get(place),
            |row| (row.heading.source, row.nth_record(nth)),
            &(source, id),
        )
    }

    /// A municipality's awards, or those of nobody known, by year and then id.
    pub fn of_recipient(&self, recipient: Option<MunicipalityId>) -> impl Iterator<Item = Award<'_>> {
        let places = self
            .by_recipient
            .range(move |place| order(self.rows.get(place), |row| row.recipient, &recipient));
        places.filter_map(|place| self.own(place))
    }

    /// The awards of a recipient and year, by id.
    pub fn of_year(&self, recipient: Option<MunicipalityId>, year: i16) -> impl Iterator<Item = Award<'_>> {
        let key = |row: &Row| (row.recipient, row.year);
        let places = self
            .by_recipient
            .range(move |place| order(self.rows.get(place), key, &(recipient, year)));
        places.filter_map(|place| self.own(place))
    }

    /// All recipients and years that have any row, nobody known among them, in their order.
    pub fn whose(&self) -> impl Iterator<Item = (Option<MunicipalityId>, i16)> {
        let rows = self.by_recipient.iter().filter_map(|place| self.rows.get(place));
        let mut last = None;
        rows.map(|row| (row.recipient, row.year))
            .filter(move |own| last.replace(*own) != Some(*own))
    }

    /// What says that a report is due in these years, by day.
    pub fn reports_in(&self, years: RangeInclusive<i16>) -> impl Iterator<Item = Place> {
        let order = move |place| {
            let year = self.rows.get(place).and_then(Row::report_due).map(Date::year);
            match year {
                Some(year) if year > *years.end() => Ordering::Greater,
                Some(year) if year >= *years.start() => Ordering::Equal,
                _ => Ordering::Less,
            }
        };
        self.reports.range(order)
    }

    /// Every row of a recipient, year and post, shares of the programme or others.
    pub fn on_post(&self, (recipient, year, post): Whereabouts, in_programme: bool) -> impl Iterator<Item = Place> {
        let key = |row: &Row| (row.recipient, row.year, row.is_in_programme(), row.heading.post);
        self.alike
            .range(move |place| order(self.rows.get(place), key, &(recipient, year, in_programme, post)))
    }

    /// The same, whatever they are.
    pub fn all_on_post(&self, at: Whereabouts) -> impl Iterator<Item = Place> {
        self.on_post(at, false).chain(self.on_post(at, true))
    }

    pub fn possibly_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = Award<'_>> {
        let places = self.sums.possibly_of(municipality);
        places.filter_map(|place| self.own(place))
    }

    /// Brings everything up to date after the rows at these places have changed since `before`.
    pub fn reindex(&mut self, before: &Self, changed: &BTreeSet<Place>, reference: &Reference) {
        for place in changed {
            self.take_out(before, *place);
        }
        for place in changed {
            self.put_in(before, *place);
        }
        let mut touched = changed.clone();
        let (mut alike, mut places) = (BTreeSet::new(), HashSet::new());
        for index in [before, &*self] {
            let rows = changed.iter().filter_map(|place| index.rows.get(*place));
            for row in rows {
                alike.insert(alike_key(row));
                let at = whereabouts(row);
                // What took the place of another may itself have gone to where nothing has vanished.
                if before.gone.has(&at) || self.gone.has(&at) || row.is_restated() {
                    places.insert(at);
                }
            }
        }
        for key in alike {
            let group: Vec<Place> = self
                .alike
                .range(|place| order(self.rows.get(place), alike_key, &key))
                .collect();
            self.join(&group, &mut touched);
        }
        for at in places {
            self.restate(at, &mut touched);
        }
        for place in touched {
            self.recount(before, place, reference);
        }
    }

    /// Takes a row out of the lists that it stands in, where it stood before.
    fn take_out(&mut self, before: &Self, place: Place) {
        let Some(old) = before.rows.get(place) else { return };
        let new = self.rows.get(place);
        if new.is_none_or(|new| new.id() != old.id()) {
            self.by_id
                .remove(|other| order(before.rows.get(other), Row::id, &old.id()));
        }
        if new.is_none_or(|new| recipient_key(new) != recipient_key(old)) {
            let key = recipient_key(old);
            self.by_recipient
                .remove(|other| order(before.rows.get(other), recipient_key, &key));
        }
        if new.is_none_or(|new| alike_key(new) != alike_key(old)) {
            let key = (alike_key(old), old.id());
            self.alike
                .remove(|other| order(before.rows.get(other), |row| (alike_key(row), row.id()), &key));
        }
        if old.report_due().is_some() && new.is_none_or(|new| report_key(new) != report_key(old)) {
            let key = report_key(old);
            self.reports
                .remove(|other| order(before.rows.get(other), report_key, &key));
        }
        if new.is_none_or(|new| !has_same_records(new, old)) {
            for state in old.states() {
                let source = old.heading.source;
                self.by_record
                    .remove(|item| before.order_of_record(item, source, state.id));
            }
        }
        if !old.is_living() {
            self.gone.count(&whereabouts(old), Step::Goes);
        }
        self.tellers.count(old, Step::Goes);
    }

    /// Puts a row into the lists, where it stands now.
    fn put_in(&mut self, before: &Self, place: Place) {
        let Self {
            rows,
            by_id,
            by_recipient,
            alike,
            by_record,
            reports,
            ..
        } = self;
        let Some(new) = rows.get(place) else { return };
        let old = before.rows.get(place);
        if old.is_none_or(|old| new.id() != old.id()) {
            by_id.insert(place, |other| order(rows.get(other), Row::id, &new.id()));
        }
        if old.is_none_or(|old| recipient_key(new) != recipient_key(old)) {
            let key = recipient_key(new);
            by_recipient.insert(place, |other| order(rows.get(other), recipient_key, &key));
        }
        if old.is_none_or(|old| alike_key(new) != alike_key(old)) {
            let key = (alike_key(new), new.id());
            alike.insert(place, |other| {
                order(rows.get(other), |row| (alike_key(row), row.id()), &key)
            });
        }
        if new.report_due().is_some() && old.is_none_or(|old| report_key(new) != report_key(old)) {
            let key = report_key(new);
            reports.insert(place, |other| order(rows.get(other), report_key, &key));
        }
        if old.is_none_or(|old| !has_same_records(new, old)) {
            for (nth, state) in (0..).zip(new.states()) {
                let key = (new.heading.source, state.id);
                let of = |(place, nth): (Place, u32)| {
                    order(rows.get(place), |row| (row.heading.source, row.nth_record(nth)), &key)
                };
                by_record.insert((place, nth), of);
            }
        }
        if !new.is_living() {
            self.gone.count(&whereabouts(new), Step::Comes);
        }
        self.tellers.count(new, Step::Comes);
    }

    /// Joins the same awards of several sources, among all that may be.
    pub(super) fn join(&mut self, places: &[Place], touched: &mut BTreeSet<Place>) {
        let mut joined = same_award::join(&self.rows, places);
        for place in places {
            let same = joined.remove(place);
            let known = self.same(*place);
            if same.is_some() || known.is_some() {
                // What it says of itself may have changed where what it is to the others has not.
                touched.insert(*place);
            }
            if same.as_ref() != known {
                self.link(*place, |links| links.same = same);
            }
        }
    }

    fn same(&self, place: Place) -> Option<&Same> {
        self.rows.get(place)?.links.as_ref()?.same.as_ref()
    }

    /// Finds what took the place of what, among all that may have.
    pub(super) fn restate(&mut self, at: Whereabouts, touched: &mut BTreeSet<Place>) {
        let places: Vec<Place> = self.all_on_post(at).collect();
        let restated = Restated::of(&self.rows, &places);
        let mut before: HashMap<Place, Vec<Place>> = HashMap::new();
        for place in &places {
            if let Some(heir) = restated.heirs.get(place) {
                before.entry(*heir).or_default().push(*place);
            }
        }
        for place in places {
            let heir = restated.heirs.get(&place).copied();
            let before = before.remove(&place).unwrap_or_default();
            let links = self.rows.get(place).and_then(|row| row.links.as_ref());
            let is_known = match links {
                Some(links) => links.heir == heir && links.before == before,
                None => heir.is_none() && before.is_empty(),
            };
            if !is_known {
                touched.insert(place);
                self.link(place, |links| (links.heir, links.before) = (heir, before));
            }
        }
    }

    fn link(&mut self, place: Place, change: impl FnOnce(&mut Links)) {
        let Some(row) = self.rows.get_mut(place) else { return };
        let mut links = row.links.take().unwrap_or_default();
        change(&mut links);
        row.links = (!links.is_empty()).then_some(links);
    }

    /// Counts what an award says now and no longer what it said before.
    fn recount(&mut self, before: &Self, place: Place, reference: &Reference) {
        let Self { rows, sums, .. } = self;
        // A place keeps its award's id for as long as it is taken.
        let id = |place| rows.get(place).or_else(|| before.rows.get(place)).map(Row::id);
        if let Some(old) = before.own(place) {
            sums.count(old, place, (Step::Goes, &id), reference);
        }
        if let Some(new) = Award::at(rows, place).filter(|award| award.beside().is_none()) {
            sums.count(new, place, (Step::Comes, &id), reference);
        }
    }
}

fn has_same_records(a: &Row, b: &Row) -> bool {
    a.heading.source == b.heading.source && a.states().map(|state| state.id).eq(b.states().map(|state| state.id))
}
