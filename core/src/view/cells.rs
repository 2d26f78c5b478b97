//! Sums by municipality, year, post and scheme, kept ready: a pot and a comparison look at none of the awards they are made of.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use programgrant_schema::{BudgetPost, Figure, MunicipalityId, SourceId};

use super::Award;
use super::tally::{Step, Tally};

/// The cells of every municipality that has any.
#[derive(Debug, Clone, Default)]
pub struct Cells(HashMap<MunicipalityId, Arc<BTreeMap<CellKey, Cell>>>);

/// What the awards of one cell have in common, the municipality apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    pub year: i16,
    pub is_share: bool,
    pub post: BudgetPost,
    /// The scheme's place among those of the reference data.
    pub scheme_at: Option<u16>,
}

/// What the living awards of one cell come to.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    awards: u32,
    /// Those under which money was promised.
    promising: u32,
    /// Of shares all, of awards those that promise money.
    granted: Tally,
    paid: Tally,
    /// How many of each source state one.
    sources: Vec<(SourceId, u32)>,
}

impl Cells {
    pub fn count(&mut self, award: Award<'_>, step: Step) {
        let Some(municipality) = award.recipient() else { return };
        let row = award.row();
        let key = CellKey {
            year: row.year,
            is_share: row.is_share(),
            post: row.heading.post,
            scheme_at: row.heading.scheme_at,
        };
        let cells = Arc::make_mut(self.0.entry(municipality).or_default());
        let cell = cells.entry(key).or_default();
        cell.count(award, key.is_share, step);
        if cell.awards == 0 {
            cells.remove(&key);
        }
    }

    /// Takes in what others counted of other awards.
    pub fn absorb(&mut self, other: Self) {
        for (municipality, cells) in other.0 {
            match self.0.entry(municipality) {
                Entry::Vacant(own) => _ = own.insert(cells),
                Entry::Occupied(mut own) => {
                    let own = Arc::make_mut(own.get_mut());
                    for (key, cell) in Arc::unwrap_or_clone(cells) {
                        own.entry(key).or_default().absorb(cell);
                    }
                }
            }
        }
    }

    /// The cells of a municipality and year: shares of pots, or awards.
    pub fn of(
        &self,
        municipality: MunicipalityId,
        year: i16,
        is_share: bool,
    ) -> impl Iterator<Item = (CellKey, &Cell)> {
        let key = |post, scheme_at| CellKey {
            year,
            is_share,
            post,
            scheme_at,
        };
        let (first, last) = (
            key(BudgetPost::new(0, 0), None),
            key(BudgetPost::new(u16::MAX, u16::MAX), Some(u16::MAX)),
        );
        let cells = self.0.get(&municipality);
        cells
            .into_iter()
            .flat_map(move |cells| cells.range(first..=last))
            .map(|(key, cell)| (*key, cell))
    }

    pub fn weight(&self) -> usize {
        let cells: usize = self.0.values().map(|cells| cells.len()).sum();
        cells * (size_of::<CellKey>() + size_of::<Cell>() + 48)
    }
}

impl Cell {
    fn count(&mut self, award: Award<'_>, is_share: bool, step: Step) {
        step.apply(&mut self.awards);
        let is_promise = award.status().is_granted();
        if is_promise {
            step.apply(&mut self.promising);
            self.paid.count(award.paid_in_sums(), step);
        }
        if is_promise || is_share {
            self.granted.count(award.granted_in_sums(), step);
        }
        for statement in award.statements() {
            let at = self.place_of(statement.source());
            step.apply(&mut self.sources[at].1);
            if self.sources[at].1 == 0 {
                self.sources.swap_remove(at);
            }
        }
    }

    fn place_of(&mut self, source: SourceId) -> usize {
        let at = self.sources.iter().position(|(known, _)| *known == source);
        at.unwrap_or_else(|| {
            self.sources.push((source, 0));
            self.sources.len() - 1
        })
    }

    fn absorb(&mut self, other: Self) {
        self.awards += other.awards;
        self.promising += other.promising;
        self.granted.absorb(other.granted);
        self.paid.absorb(other.paid);
        for (source, count) in other.sources {
            let at = self.place_of(source);
            self.sources[at].1 += count;
        }
    }
}

/// What several cells come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSums {
    /// How many awards promise money; of shares, how many there are.
    pub count: u32,
    pub granted: Figure,
    pub paid: Figure,
}

impl CellSums {
    pub fn of<'a>(cells: impl Iterator<Item = &'a Cell> + Clone, is_share: bool) -> Self {
        let count = |cell: &Cell| if is_share { cell.awards } else { cell.promising };
        Self {
            count: cells.clone().map(count).sum(),
            granted: Figure::sum(cells.clone().map(|cell| cell.granted.figure())),
            paid: Figure::sum(cells.map(|cell| cell.paid.figure())),
        }
    }
}

/// Whether any of the cells has a statement of that source.
pub fn is_stated_by<'a>(mut cells: impl Iterator<Item = &'a Cell>, source: SourceId) -> bool {
    cells.any(|cell| cell.sources.iter().any(|(known, _)| *known == source))
}
