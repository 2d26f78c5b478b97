//! A municipality's awards, asked in pieces: an answer has its limits, and a page has them all.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::failure::PageError;
use super::super::visit::Visit;
use super::municipality::{self, AnsweredMunicipality, MunicipalityKey};

/// How many awards an answer has; the interface gives no more at once.
const PIECE: usize = 1_000;

/// The awards of one piece.
#[derive(Deserialize)]
pub struct Awards<A> {
    pub awards: Vec<A>,
}

/// An award by its id, after which the next piece begins.
pub trait PiecedAward {
    fn id(&self) -> &str;
}

/// The operation of that name, which asks these fields of each award.
pub fn document(name: &str, fields: &str) -> String {
    let own = format!("awards(limit: {PIECE}, after: $after) {{{fields}}}");
    municipality::document_with(name, ", $after: ID", "", &own)
}

/// The municipality that an address names, with all of its awards.
pub async fn ask<A: PiecedAward + DeserializeOwned>(
    visit: &Visit,
    document: &str,
    asked: &MunicipalityKey,
) -> Result<AnsweredMunicipality<Awards<A>>, PageError> {
    let mut found = municipality::ask::<Awards<A>>(visit, document, asked).await?;
    let mut further = found.own.awards.len();
    while further == PIECE {
        let after = found.own.awards.last().map(|award| award.id().to_owned());
        let next = asked.clone().and("after", after);
        let piece = municipality::ask::<Awards<A>>(visit, document, &next).await?;
        further = piece.own.awards.len();
        found.own.awards.extend(piece.own.awards);
    }
    Ok(found)
}
