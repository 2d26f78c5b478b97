//! What a picture weighs in memory, estimated: enough to keep pictures within a bound, not to account for every byte.

use std::collections::HashMap;
use std::mem::size_of;

use super::{Award, SourceView, View};

/// What an award's places in the indices take, with the slack of their tables.
const INDEXED: usize = 400;
/// What a record that stands aside, and what it leaves uncertain, take beside their texts.
const ASIDE: usize = 300;

impl View {
    /// An estimate, in bytes, rather too high than too low.
    pub fn weight(&self) -> usize {
        let awards: usize = self.awards().map(weight).sum();
        let sources: usize = self.sources().map(source).sum();
        let figures = self.index.accounts.years.values().map(HashMap::len).sum::<usize>()
            + self.index.accounts.appropriations.len();
        size_of::<Self>() + awards + sources + 64 * figures + ASIDE * self.index.uncertainties.len()
    }
}

fn weight(award: &Award) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let texts = award.id.len()
        + text(&award.activity)
        + text(&award.reported.organisation_number)
        + text(&award.reported.number)
        + text(&award.reported.name)
        + award.provenance.record.len();
    let records: usize = award.records.iter().map(|id| id.as_str().len() + 32).sum();
    let disbursements: usize = award
        .disbursements
        .iter()
        .map(|disbursement| size_of_val(disbursement) + text(&disbursement.reference))
        .sum();
    size_of::<Award>() + INDEXED + 2 * texts + records + disbursements
}

fn source(source: &SourceView) -> usize {
    let aside: usize = source
        .set_aside
        .iter()
        .map(|aside| ASIDE + aside.place.len() + aside.reason.len())
        .sum();
    // A time of change that is odd is kept with its record's name, cut short.
    size_of::<SourceView>() + aside + 128 * source.records
}
