//! A sorted list in pieces that generations share: a change copies the piece that it falls into and no other. What the order is, the
//! caller says each time, because it is read from rows that the list only points at.

use std::cmp::Ordering;
use std::sync::Arc;

/// How many one piece holds at most.
const PIECE: usize = 512;

#[derive(Debug, Clone)]
pub struct Sorted<T> {
    pieces: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self { pieces: Vec::new() }
    }
}

impl<T: Copy> Sorted<T> {
    pub fn from_sorted(items: &[T]) -> Self {
        Self {
            pieces: items.chunks(PIECE).map(|piece| Arc::new(piece.to_vec())).collect(),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = T> + use<'_, T> {
        self.pieces.iter().flat_map(|piece| piece.iter().copied())
    }

    /// The first that is what is looked for; `order` says how an item stands to that.
    pub fn find(&self, order: impl Fn(T) -> Ordering) -> Option<T> {
        let (piece, at) = self.first_from(&order);
        let found = *self.pieces.get(piece)?.get(at)?;
        (order(found) == Ordering::Equal).then_some(found)
    }

    /// All that are what is looked for, in their order.
    pub fn range<F: Fn(T) -> Ordering>(&self, order: F) -> impl Iterator<Item = T> + use<'_, T, F> {
        let (piece, at) = self.first_from(&order);
        let pieces = self.pieces[piece..].iter().enumerate();
        let items = pieces.flat_map(move |(nth, piece)| piece[if nth == 0 { at } else { 0 }..].iter().copied());
        items.take_while(move |item| order(*item) == Ordering::Equal)
    }

    /// Adds an item before the first that is not less.
    pub fn insert(&mut self, item: T, order: impl Fn(T) -> Ordering) {
        let (mut piece, mut at) = self.first_from(&order);
        if piece == self.pieces.len() {
            let Some(last) = self.pieces.last() else {
                self.pieces.push(Arc::new(vec![item]));
                return;
            };
            (piece, at) = (piece - 1, last.len());
        }
        let items = Arc::make_mut(&mut self.pieces[piece]);
        items.insert(at, item);
        if items.len() > PIECE {
            let rest = items.split_off(PIECE / 2);
            self.pieces.insert(piece + 1, Arc::new(rest));
        }
    }

    /// Takes the item out that is what is looked for.
    pub fn remove(&mut self, order: impl Fn(T) -> Ordering) {
        let (piece, at) = self.first_from(&order);
        let found = self.pieces.get(piece).and_then(|items| items.get(at));
        if found.is_none_or(|item| order(*item) != Ordering::Equal) {
            return;
        }
        let items = Arc::make_mut(&mut self.pieces[piece]);
        items.remove(at);
        if items.is_empty() {
            self.pieces.remove(piece);
        }
    }

    /// Where the first item stands that is not less than what is looked for.
    fn first_from(&self, order: &impl Fn(T) -> Ordering) -> (usize, usize) {
        let is_less = |piece: &Arc<Vec<T>>| piece.last().is_some_and(|last| order(*last) == Ordering::Less);
        let piece = self.pieces.partition_point(is_less);
        let at = self
            .pieces
            .get(piece)
            .map_or(0, |items| items.partition_point(|item| order(*item) == Ordering::Less));
        (piece, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_and_taken_out_leaves_the_order_and_an_older_copy_alone() {
        let mut sorted = Sorted::default();
        let numbers = (0..2_000_u32).map(|number| number * 7_919 % 2_003);
        for number in numbers.clone() {
            sorted.insert(number, |item: u32| item.cmp(&number));
        }
        let before = sorted.clone();
        for number in numbers.clone().filter(|number| number % 3 != 0) {
            sorted.remove(|item: u32| item.cmp(&number));
        }
        let mut all: Vec<u32> = numbers.collect();
        all.sort_unstable();
        assert_eq!(before.iter().collect::<Vec<_>>(), all);
        all.retain(|number| number % 3 == 0);
        assert_eq!(sorted.iter().collect::<Vec<_>>(), all);
        assert_eq!(sorted.find(|item| item.cmp(&3)), Some(3));
        assert_eq!(sorted.find(|item| item.cmp(&4)), None);
        let hundreds = all.iter().filter(|number| **number / 100 == 1).count();
        assert_eq!(sorted.range(|item| (item / 100).cmp(&1)).count(), hundreds);
    }
}
