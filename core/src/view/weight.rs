//! What a picture weighs in memory, estimated: enough to keep pictures within a bound, not to account for every byte.

use std::collections::HashMap;

use super::row::Row;
use super::{SourceView, View};

/// What an award's places in the lists take, with their slack.
const INDEXED: usize = 40;
/// What a record that stands aside, and what it leaves uncertain, take beside their texts.
const ASIDE: usize = 300;

impl View {
    /// An estimate, in bytes, rather too high than too low.
    pub fn weight(&self) -> usize {
        let rows = self.index.rows.places();
        let awards: usize = rows
            .map(|(_, row)| size_of::<Option<Row>>() + INDEXED + row.weight())
            .sum();
        let sources: usize = self.sources().map(source).sum();
        let figures = self.index.accounts.years.values().map(HashMap::len).sum::<usize>()
            + self.index.accounts.appropriations.len();
        let sums = self.index.sums.cells.weight() + ASIDE * self.index.sums.clouds.len();
        size_of::<Self>() + awards + sources + sums + 64 * figures
    }
}

fn source(source: &SourceView) -> usize {
    let aside: usize = source
        .set_aside
        .iter()
        .map(|aside| ASIDE + aside.place.len() + aside.reason.len())
        .sum();
    size_of::<SourceView>() + aside + source.stamps.weight()
}
