//! What changes, told to whoever follows it: cases of the ledger by whichever gateway changed them, and pots of the view.

use std::collections::BTreeMap;
use std::sync::Arc;

use programgrant_core::ledger::CaseId;
use programgrant_core::programme::{Facts, Freshness, Grant, Pot};
use programgrant_core::reference::Reference;
use programgrant_core::view::View;
use programgrant_schema::MunicipalityId;
use tokio::sync::broadcast::Sender;

use crate::clock::Clock;
use crate::store::database::{Notice, Subscription};
use crate::store::ledger::CASE_NEWS;
use crate::store::snapshot::Views;

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A case was opened or changed.
    Case(CaseId),
    Pot {
        programme: String,
        municipality: MunicipalityId,
        year: i16,
    },
    /// Changes may have gone by unheard: whoever follows must read anew.
    Missed,
}

/// Hands on what the ledger says of its cases, for ever.
pub async fn follow_cases(mut news: Subscription, events: Sender<Event>) {
    loop {
        let event = match news.next().await {
            Notice::Said(what) => what.strip_prefix(CASE_NEWS).map(|id| Event::Case(CaseId::new(id))),
            Notice::Missed => Some(Event::Missed),
        };
        // Nobody may be following.
        let _ = event.map(|event| events.send(event));
    }
}

/// Compares the pots of each new generation with those of the one before, for ever.
pub async fn follow_pots(watched: PotsWatched, events: Sender<Event>) {
    let mut generations = watched.views.generations();
    let mut known = watched.pots(&watched.views.current());
    while generations.changed().await.is_ok() {
        let now = watched.pots(&watched.views.current());
        for (key, pot) in &now {
            if known.get(key) != Some(pot) {
                let (programme, municipality, year) = key.clone();
                let _ = events.send(Event::Pot {
                    programme,
                    municipality,
                    year,
                });
            }
        }
        known = now;
    }
}

/// Tells of every pot that another configuration shows differently.
pub fn tell_of_pots(before: &PotsWatched, after: &PotsWatched, events: &Sender<Event>) {
    let known = before.pots(&before.views.current());
    for (key, pot) in after.pots(&after.views.current()) {
        if known.get(&key) != Some(&pot) {
            let (programme, municipality, year) = key;
            let _ = events.send(Event::Pot {
                programme,
                municipality,
                year,
            });
        }
    }
}

/// What pots are worked out from.
pub struct PotsWatched {
    pub views: Arc<Views>,
    pub reference: Arc<Reference>,
    pub freshness: Arc<Freshness>,
    pub clock: Clock,
}

type Pots = BTreeMap<(String, MunicipalityId, i16), Pot>;

impl PotsWatched {
    /// Every pot, without the instant at which it was last heard: that moves with every hearing and changes nothing.
    fn pots(&self, view: &View) -> Pots {
        let facts = Facts {
            view,
            reference: &self.reference,
            freshness: &self.freshness,
            now: self.clock.now(),
        };
        let mut pots = Pots::new();
        for programme in self.reference.programmes.iter() {
            for municipality in programme.participants() {
                for year in programme.budget_years() {
                    let Some(grant) = Grant::find(facts, programme, municipality, year) else {
                        continue;
                    };
                    pots.insert(
                        (programme.id.clone(), municipality, year),
                        Pot {
                            as_of: None,
                            ..grant.pot()
                        },
                    );
                }
            }
        }
        pots
    }
}
