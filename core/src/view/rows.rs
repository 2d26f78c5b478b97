//! Where rows lie: each in a place of its own for as long as there is its award, in pieces that generations share.

use std::sync::Arc;

use super::row::Row;

/// How many rows one piece holds.
const PIECE: usize = 64;

/// The place of a row.
pub type Place = u32;

#[derive(Debug, Clone, Default)]
pub struct Rows {
    pieces: Vec<Arc<Vec<Option<Row>>>>,
    /// Places whose award is no more.
    free: Vec<Place>,
}

impl Rows {
    pub const EMPTY: &'static Self = &Self {
        pieces: Vec::new(),
        free: Vec::new(),
    };

    pub fn get(&self, place: Place) -> Option<&Row> {
        let place = place as usize;
        self.pieces.get(place / PIECE)?.get(place % PIECE)?.as_ref()
    }

    pub fn places(&self) -> impl Iterator<Item = (Place, &Row)> {
        let rows = self.pieces.iter().flat_map(|piece| piece.iter());
        (0..).zip(rows).filter_map(|(place, row)| Some((place, row.as_ref()?)))
    }

    /// What is otherwise at the same place, here and there.
    pub fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (Option<&'a Row>, Option<&'a Row>)> {
        let pieces = self.pieces.len().max(other.pieces.len());
        let pieces = (0..pieces).map(|at| (self.pieces.get(at), other.pieces.get(at)));
        let is_shared = |(a, b): &(Option<&Arc<_>>, Option<&Arc<_>>)| a.zip(*b).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
        let rows = pieces.filter(move |both| !is_shared(both)).flat_map(|(a, b)| {
            let row =
                |piece: Option<&'a Arc<Vec<Option<Row>>>>, at: usize| piece.and_then(|rows| rows.get(at)?.as_ref());
            (0..PIECE).map(move |at| (row(a, at), row(b, at)))
        });
        rows.filter(|(a, b)| a != b)
    }

    pub fn push(&mut self, row: Row) -> Place {
        if let Some(place) = self.free.pop() {
            self.put(place, Some(row));
            return place;
        }
        if self.pieces.last().is_none_or(|last| last.len() == PIECE) {
            self.pieces.push(Arc::new(Vec::with_capacity(PIECE)));
        }
        let piece = self.pieces.len() - 1;
        let rows = Arc::make_mut(&mut self.pieces[piece]);
        rows.push(Some(row));
        // An award's id alone takes more than one byte; that many do not fit into memory.
        Place::try_from(piece * PIECE + rows.len() - 1).unwrap_or(Place::MAX)
    }

    /// Takes the rows of others behind its own, in the places that follow; what a piece of its own lacks to be full stays free.
    pub fn append(&mut self, other: Self) {
        let first_of_last = self.pieces.len().saturating_sub(1) * PIECE;
        if let Some(last) = self.pieces.last_mut() {
            let rows = Arc::make_mut(last);
            let lacking = (rows.len()..PIECE).filter_map(|at| Place::try_from(first_of_last + at).ok());
            self.free.extend(lacking);
            rows.resize_with(PIECE, || None);
        }
        let before = self.pieces.len() * PIECE;
        let moved = other
            .free
            .iter()
            .filter_map(|place| Place::try_from(before + *place as usize).ok());
        self.free.extend(moved);
        self.pieces.extend(other.pieces);
    }

    /// Replaces a row; `None` frees its place.
    pub fn put(&mut self, place: Place, row: Option<Row>) {
        if row.is_none() {
            self.free.push(place);
        }
        if let Some(own) = self.slot(place) {
            *own = row;
        }
    }

    /// A row to be changed.
    pub fn get_mut(&mut self, place: Place) -> Option<&mut Row> {
        self.slot(place)?.as_mut()
    }

    fn slot(&mut self, place: Place) -> Option<&mut Option<Row>> {
        let place = place as usize;
        Arc::make_mut(self.pieces.get_mut(place / PIECE)?).get_mut(place % PIECE)
    }
}
