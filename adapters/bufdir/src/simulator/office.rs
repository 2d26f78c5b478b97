//! What the simulated directorate has: its cases, its exclusions and its continuation tokens.

use std::collections::BTreeMap;

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::ToSpan;
use programgrant_contract::Secret;
use programgrant_contract::simulation::fault;
use serde::{Deserialize, Serialize};

use super::faults;
use super::interface::{
    Aktivitetstype, DateTime, SoekError, SoekTilsagnInput, SoekTilsagnPayload, Sperre, SperreInput, Tilsagn,
    UgyldigToken,
};

#[derive(Default)]
pub struct Office {
    pub fault: Option<&'static str>,
    /// The bearer tokens that are let in; `None` lets everybody in.
    pub tokens: Option<Vec<Secret>>,
    /// The system may give fewer than it is asked for.
    pub page_size: Option<usize>,
    tilsagn: BTreeMap<String, Tilsagn>,
    exclusions: BTreeMap<u32, SperreInput>,
    exclusions_ever: u32,
    /// Continuation tokens of an earlier generation have expired.
    generation: u32,
}

/// Where a walk stands: what a continuation token hides.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Cursor {
    generation: u32,
    aar: i32,
    aktivitetstype: Option<Vec<Aktivitetstype>>,
    after: (Turn, String),
}

/// A case stands on its page in the first turn; the second is for what comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Turn {
    First,
    Second,
}

impl Office {
    /// Adds a case, or makes it the newer version of the one that is there.
    pub fn put(&mut self, mut tilsagn: Tilsagn) {
        if let Some(known) = self.tilsagn.get(&*tilsagn.saksnummer) {
            tilsagn.endret = tilsagn.endret.max(DateTime(known.endret.0 + 1.second()));
        }
        self.tilsagn.insert(tilsagn.saksnummer.to_string(), tilsagn);
    }

    pub fn take(&mut self, saksnummer: &str) {
        self.tilsagn.remove(saksnummer);
    }

    /// Five minutes pass for every token that is out.
    pub fn expire_tokens(&mut self) {
        self.generation += 1;
    }

    pub fn search(&mut self, input: &SoekTilsagnInput, limit: usize) -> SoekTilsagnPayload {
        let after = match &input.continuation_token {
            None => None,
            Some(token) => match self.redeem(token, input) {
                Some(after) => Some(after),
                None => return invalid_token(),
            },
        };
        let listing = self.listing(input);
        let size = limit
            .min(self.page_size.unwrap_or(limit))
            .min(faults::page_size(self.fault, listing.len()).unwrap_or(limit));
        let mut rest = listing
            .into_iter()
            .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after))
            .peekable();
        let mut page = Vec::new();
        let mut last = None;
        while let Some((key, tilsagn)) = rest
            .next_if(|((turn, _), _)| page.len() < size && last.as_ref().is_none_or(|(page_turn, _)| page_turn == turn))
        {
            page.push(tilsagn);
            last = Some(key);
        }
        let never_ends = self.fault == Some(fault::NOT_READY);
        let has_next_page = rest.peek().is_some() || never_ends;
        let after = last.unwrap_or((Turn::First, String::new()));
        let continuation_token = has_next_page.then(|| self.token(input, after));
        SoekTilsagnPayload {
            items: Some(page),
            has_next_page,
            continuation_token,
            errors: Vec::new(),
        }
    }

    /// What matches, in the order of the walk.
    fn listing(&self, input: &SoekTilsagnInput) -> Vec<((Turn, String), Tilsagn)> {
        let last_year = self.tilsagn.values().map(|tilsagn| tilsagn.tilskuddsaar).max();
        let unreadable = faults::one_more(self.fault)
            .filter(|_| last_year == Some(input.aar))
            .map(|saksnummer| faults::tilsagn(saksnummer, input.aar));
        let matches = |tilsagn: &&Tilsagn| {
            tilsagn.tilskuddsaar == input.aar
                && input
                    .aktivitetstype
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(&tilsagn.aktivitetstype))
        };
        let mut listing = Vec::new();
        for (index, tilsagn) in self
            .tilsagn
            .values()
            .chain(unreadable.iter())
            .filter(matches)
            .enumerate()
        {
            let key = |turn| (turn, tilsagn.saksnummer.to_string());
            if self.fault == Some(fault::TWICE) {
                // The older version comes first for one case and last for the next: only `endret` tells.
                let (older, newer) = if index % 2 == 0 {
                    (Turn::First, Turn::Second)
                } else {
                    (Turn::Second, Turn::First)
                };
                listing.push((key(older), faults::outdated(tilsagn)));
                listing.push((key(newer), tilsagn.clone()));
            } else {
                listing.push((key(Turn::First), tilsagn.clone()));
            }
        }
        listing.sort_by(|(one, _), (other, _)| one.cmp(other));
        listing
    }

    fn token(&self, input: &SoekTilsagnInput, after: (Turn, String)) -> String {
        let cursor = Cursor {
            generation: self.generation,
            aar: input.aar,
            aktivitetstype: input.aktivitetstype.clone(),
            after,
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).expect("a cursor is plain JSON"))
    }

    /// Where the walk goes on; `None` for a token that has expired, belongs to another search, or was never given out.
    fn redeem(&mut self, token: &str, input: &SoekTilsagnInput) -> Option<(Turn, String)> {
        if self.fault == Some(faults::TOKEN_EXPIRES) {
            self.fault = None;
            self.expire_tokens();
        }
        let cursor: Cursor = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let is_good = cursor.generation == self.generation
            && cursor.aar == input.aar
            && cursor.aktivitetstype == input.aktivitetstype;
        (is_good && self.fault != Some(fault::NOT_READY)).then_some(cursor.after)
    }

    pub fn sperrer(&self) -> Vec<Sperre> {
        self.exclusions
            .iter()
            .map(|(number, input)| sperre(*number, input))
            .collect()
    }

    /// The same content again is the same exclusion.
    pub fn set_exclusion(&mut self, input: SperreInput) -> Sperre {
        if let Some((number, known)) = self.exclusions.iter().find(|(_, known)| **known == input) {
            return sperre(*number, known);
        }
        self.exclusions_ever += 1;
        let number = self.exclusions_ever;
        let set = sperre(number, &input);
        self.exclusions.insert(number, input);
        set
    }

    /// What was lifted; `None` where nothing of that id stands.
    pub fn lift_exclusion(&mut self, id: &ID) -> Option<Sperre> {
        let number = *self.exclusions.keys().find(|number| sperre_id(**number) == *id)?;
        self.exclusions.remove(&number).map(|input| sperre(number, &input))
    }
}

fn invalid_token() -> SoekTilsagnPayload {
    let error = UgyldigToken {
        message: "Fortsettelsesnøkkelen er ugyldig eller utløpt. Start søket på nytt.".to_owned(),
    };
    SoekTilsagnPayload {
        items: None,
        has_next_page: false,
        continuation_token: None,
        errors: vec![SoekError::UgyldigToken(error)],
    }
}

fn sperre_id(number: u32) -> ID {
    ID(format!("sperre-{number}"))
}

fn sperre(number: u32, input: &SperreInput) -> Sperre {
    Sperre {
        id: sperre_id(number),
        organisasjonsnummer: input.organisasjonsnummer.clone(),
        aktivitetstype: input.aktivitetstype,
        fra: input.fra,
        til: input.til,
    }
}
