//! Where the picture is clouded, by municipality: what stands aside, awards that vanished and were not stated anew, and shares that no
//! municipality or scheme can be told for, which may be a part of any pot.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use programgrant_schema::MunicipalityId;

use super::tally::Step;
use super::{Award, StoredSetAside, Uncertainty};
use crate::reference::Reference;

/// Uncertainties, those that are alike once.
#[derive(Debug, Clone, Default)]
pub struct Clouds {
    aside: Arc<HashMap<Option<MunicipalityId>, BTreeSet<Uncertainty>>>,
    /// With how many awards leave each.
    awards: HashMap<Option<MunicipalityId>, Arc<BTreeMap<Uncertainty, u32>>>,
}

impl Clouds {
    /// What stands aside now.
    pub fn set_aside(&mut self, set_aside: &[StoredSetAside], reference: &Reference) {
        let mut clouds: HashMap<Option<MunicipalityId>, BTreeSet<Uncertainty>> = HashMap::new();
        for stored in set_aside {
            let uncertainty = Uncertainty::of(stored.source, &stored.set_aside, reference);
            clouds.entry(uncertainty.municipality).or_default().insert(uncertainty);
        }
        self.aside = Arc::new(clouds);
    }

    /// What an award leaves uncertain.
    pub fn count(&mut self, award: Award<'_>, step: Step) {
        for uncertainty in uncertainties(award) {
            let of_recipient = self.awards.entry(uncertainty.municipality).or_default();
            let counts = Arc::make_mut(of_recipient);
            let count = counts.entry(uncertainty.clone()).or_default();
            step.apply(count);
            if *count == 0 {
                counts.remove(&uncertainty);
            }
        }
    }

    /// Takes in what others counted of other awards.
    pub fn absorb(&mut self, other: Self) {
        for (municipality, counts) in other.awards {
            let own = Arc::make_mut(self.awards.entry(municipality).or_default());
            for (uncertainty, count) in Arc::unwrap_or_clone(counts) {
                *own.entry(uncertainty).or_default() += count;
            }
        }
    }

    /// All about that municipality, or about nobody known.
    pub fn over(&self, municipality: Option<MunicipalityId>) -> impl Iterator<Item = &Uncertainty> {
        let aside = self.aside.get(&municipality).into_iter().flatten();
        let awards = self.awards.get(&municipality);
        aside.chain(awards.into_iter().flat_map(|counts| counts.keys()))
    }

    /// What stands aside, whoever it is about.
    pub fn aside(&self) -> impl Iterator<Item = &Uncertainty> {
        self.aside.values().flatten()
    }

    pub fn len(&self) -> usize {
        let awards: usize = self.awards.values().map(|counts| counts.len()).sum();
        awards + self.aside().count()
    }
}

fn uncertainties(award: Award<'_>) -> impl Iterator<Item = Uncertainty> {
    let row = award.row();
    let is_share = row.is_share();
    let is_gone = !row.is_living() && row.links.as_ref().is_none_or(|links| links.heir.is_none());
    let stands = row.is_living() || is_gone;
    let is_homeless = is_share && stands && (row.recipient.is_none() || row.heading.scheme.is_none());
    let of = move |activity: Option<String>, is_share| Uncertainty {
        source: row.heading.source,
        municipality: row.recipient,
        post: Some(row.heading.post),
        activity,
        year: Some(row.year),
        is_of_grants: true,
        is_share,
    };
    let vanished = is_gone.then(|| of(row.heading.activity.clone(), is_share));
    let homeless = is_homeless.then(|| {
        let activity = row.heading.scheme.as_ref().and(row.heading.activity.clone());
        of(activity, true)
    });
    vanished.into_iter().chain(homeless)
}
