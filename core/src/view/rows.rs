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
