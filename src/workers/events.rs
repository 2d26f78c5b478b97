//! What changes, told to whoever follows it: cases of the ledger by whichever gateway changed them, and pots of the view.

use std::collections::BTreeMap;

use programgrant_core::ledger::CaseId;
use programgrant_core::programme::{Grant, Pot};
use programgrant_schema::MunicipalityId;
use tokio::sync::broadcast::Sender;

use crate::store::Dependencies;
use crate::store::database::{FeedSubscription, Notification};
use crate::store::ledger::CASE_NEWS;

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
pub async fn follow_cases(mut news: FeedSubscription, events: Sender<Event>) {
    loop {
        let event = match news.next().await {
            Notification::Said(what) => what.strip_prefix(CASE_NEWS).map(|id| Event::Case(CaseId::new(id))),
            Notification::Missed => Some(Event::Missed),
        };
        // Nobody may be following.
        let _ = event.map(|event| events.send(event));
    }
}

/// Compares the pots of each new generation with those of the one before, for ever.
pub async fn follow_pots(watched: Dependencies, events: Sender<Event>) {
    let mut generations = watched.views.generations();
    let mut known = pots(&watched);
    while generations.changed().await.is_ok() {
        let now = pots(&watched);
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
pub fn tell_of_pots(before: &Dependencies, after: &Dependencies, events: &Sender<Event>) {
    let known = pots(before);
    for (key, pot) in pots(after) {
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

type Pots = BTreeMap<(String, MunicipalityId, i16), Pot>;

/// Every pot, without the instant at which it was last heard: that moves with every hearing and changes nothing.
fn pots(watched: &Dependencies) -> Pots {
    watched.read(|inputs| {
        let mut pots = Pots::new();
        for programme in inputs.reference.programmes.iter() {
            for municipality in programme.participants() {
                for year in programme.budget_years().into_iter().flatten() {
                    let Some(grant) = Grant::find(inputs, programme, municipality, year) else {
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
    })
}
