//! What the awards come to, counted as they come and go: sums, clouds, and whose they may be.

use std::collections::HashMap;
use std::sync::Arc;

use programgrant_schema::{BudgetPost, MunicipalityId};

use super::cells::Cells;
use super::clouds::Clouds;
use super::counts::Counts;
use super::paid::Paid;
use super::rows::Place;
use super::tally::Step;
use super::{Award, candidates};
use crate::reference::Reference;

#[derive(Debug, Clone, Default)]
pub struct ReadySums {
    /// Awards that may be a municipality's and are not known to be, by id.
    possible: HashMap<MunicipalityId, Arc<Vec<Place>>>,
    /// Schemes, by their places, and years in which any share came.
    delivered: Counts<(u16, i16)>,
    /// Posts and years on which there is any award.
    posts_delivered: Counts<(BudgetPost, i16)>,
    pub cells: Cells,
    pub paid: Paid,
    pub clouds: Clouds,
}

impl ReadySums {
    /// Counts an award that several sources report once. `id` tells the award's id of any place.
    pub fn count<'a>(
        &mut self,
        award: Award<'a>,
        place: Place,
        (step, id): (Step, &impl Fn(Place) -> Option<&'a str>),
        reference: &Reference,
    ) {
        for municipality in candidates::recipients(award.row(), reference) {
            self.count_possible(municipality, place, (step, id));
        }
        self.clouds.count(award, step);
        let row = award.row();
        if !row.is_living() {
            return;
        }
        self.paid.count(award, step);
        self.cells.count(award, step);
        if !row.is_share() {
            self.posts_delivered.count(&(award.post(), award.year()), step);
        } else if let Some(scheme_at) = row.heading.scheme_at {
            self.delivered.count(&(scheme_at, award.year()), step);
        }
    }

    /// Takes in what others counted of other awards, which come later by their ids.
    pub fn absorb<'a>(&mut self, other: Self, id: &impl Fn(Place) -> Option<&'a str>) {
        for (municipality, places) in other.possible {
            let own = Arc::make_mut(self.possible.entry(municipality).or_default());
            own.extend_from_slice(&places);
            own.sort_by(|a, b| id(*a).cmp(&id(*b)));
        }
        self.delivered.absorb(other.delivered);
        self.posts_delivered.absorb(other.posts_delivered);
        self.cells.absorb(other.cells);
        self.paid.absorb(other.paid);
        self.clouds.absorb(other.clouds);
    }

    fn count_possible<'a>(
        &mut self,
        municipality: MunicipalityId,
        place: Place,
        (step, id): (Step, &impl Fn(Place) -> Option<&'a str>),
    ) {
        let places = Arc::make_mut(self.possible.entry(municipality).or_default());
        let own = id(place);
        let at = places.partition_point(|other| id(*other) < own);
        match step {
            Step::Comes => places.insert(at, place),
            Step::Goes if places.get(at) == Some(&place) => _ = places.remove(at),
            Step::Goes => {}
        }
    }

    pub fn possibly_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = Place> {
        let places = self.possible.get(&municipality).into_iter();
        places.flat_map(|places| places.iter().copied())
    }

    pub fn has_delivered(&self, scheme_at: u16, year: i16) -> bool {
        self.delivered.has(&(scheme_at, year))
    }

    pub fn has_delivered_on_post(&self, post: BudgetPost, year: i16) -> bool {
        self.posts_delivered.has(&(post, year))
    }
}
