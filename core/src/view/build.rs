//! Building a picture from everything that is in force.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use programgrant_schema::{Accounts, AwardStatus, Content, Ore, SourceId, SourceProfile};

use super::assemble::assemble;
use super::restated::Restated;
use super::same_award;
use super::stamps::Stamps;
use super::{Award, Index, SetAsideView, SourceView, StateAccounts, Uncertainty, View, candidates};
use crate::reference::Reference;
use crate::view::{SourceStatus, StoredRecord, StoredSetAside};

/// What a picture is made of.
pub struct Material<'a> {
    pub generation: u64,
    pub records: &'a [&'a StoredRecord],
    pub set_aside: &'a [StoredSetAside],
    pub statuses: &'a BTreeMap<SourceId, SourceStatus>,
}

impl View {
    pub fn build(material: &Material<'_>, reference: &Arc<Reference>) -> Self {
        let known = known(material, reference);
        let mut awards: Vec<Award> = known
            .iter()
            .flat_map(|source| assemble(&records_of(material, source.id), reference))
            .collect();
        awards.sort_by(|a, b| a.id.cmp(&b.id));
        let restated = Restated::of(&awards);
        let sources = sources(known, material, &awards, reference);
        let same_award::Joined { awards, places } = same_award::join(awards, reference);
        let restated = restated.at(&places);
        let gone: Vec<&Award> = awards
            .iter()
            .enumerate()
            .filter(|(place, award)| award.vanished_at.is_some() && restated.heir(*place).is_none())
            .map(|(_, award)| award)
            .collect();
        let mut index = Index {
            uncertainties: uncertainties(material, &awards, &gone, reference),
            aside: material.set_aside.len(),
            accounts: accounts(material),
            restated,
            ..Index::default()
        };
        for (place, award) in awards.iter().enumerate() {
            index.add(place, award, is_share(award, reference));
            for municipality in candidates::recipients(award, reference) {
                index.by_possible.entry(municipality).or_default().push(place);
            }
        }
        for places in index.by_municipality.values_mut() {
            places.sort_by_key(|place| (awards[*place].year, *place));
        }
        index.awards = awards;
        Self {
            generation: material.generation,
            reference: Arc::clone(reference),
            index: Arc::new(index),
            sources,
        }
    }

    /// The same picture with the sources' present state, where nothing else has changed.
    #[must_use]
    pub fn with_statuses(&self, statuses: &BTreeMap<SourceId, SourceStatus>) -> Self {
        let mut view = self.clone();
        for source in &mut view.sources {
            source.status = statuses.get(&source.id).cloned().unwrap_or_default();
        }
        view
    }
}

impl Index {
    fn add(&mut self, place: usize, award: &Award, is_share: bool) {
        for statement in award.statements() {
            self.by_id.insert(statement.id.clone(), place);
        }
        if let Some(municipality) = award.recipient {
            self.by_municipality.entry(municipality).or_default().push(place);
        }
        if award.vanished_at.is_some() {
            return;
        }
        self.paid.add(award);
        if is_share {
            let Some(scheme) = &award.scheme else { return };
            self.delivered.insert((scheme.clone(), award.year));
            if let Some(municipality) = award.recipient {
                self.shares
                    .entry((municipality, scheme.clone(), award.year))
                    .or_default()
                    .push(place);
            }
        } else {
            self.posts_delivered.insert((award.post, award.year));
            if let Some(municipality) = award.recipient {
                self.on_post
                    .entry((award.post, municipality, award.year))
                    .or_default()
                    .push(place);
            }
        }
    }
}

/// Whether the award is a share of a pot. Of a scheme that its source does not report it is none.
fn is_share(award: &Award, reference: &Reference) -> bool {
    let scheme = award.scheme.as_ref().and_then(|id| reference.programmes.scheme(id));
    award.status == AwardStatus::InProgramme && scheme.is_none_or(|scheme| scheme.sources.contains(&award.source))
}

/// The sources that the configuration or a programme names, then those that only the store knows.
fn known(material: &Material<'_>, reference: &Reference) -> Vec<SourceProfile> {
    let mut known: Vec<SourceProfile> = reference.sources.iter().cloned().collect();
    // A reference register that nobody asks any more says nothing to anybody.
    for id in material.statuses.keys().filter(|id| !id.is_reserved()) {
        if known.iter().all(|source| source.id != *id) {
            known.push(reference.sources.get(*id));
        }
    }
    known
}

fn records_of<'a>(material: &Material<'a>, source: SourceId) -> Vec<&'a StoredRecord> {
    material
        .records
        .iter()
        .copied()
        .filter(|stored| stored.source == source)
        .collect()
}

/// What cannot be known: records set aside, awards that vanished and were not stated anew, and shares that no municipality or scheme can be told
/// for, which may be a part of any pot.
fn uncertainties(
    material: &Material<'_>,
    awards: &[Award],
    gone: &[&Award],
    reference: &Reference,
) -> Vec<Uncertainty> {
    let set_aside = material
        .set_aside
        .iter()
        .map(|stored| Uncertainty::of(stored.source, &stored.set_aside, reference));
    let is_homeless = |award: &&Award| {
        let stands = award.vanished_at.is_none() || gone.iter().any(|gone| gone.id == award.id);
        is_share(award, reference) && stands && (award.recipient.is_none() || award.scheme.is_none())
    };
    let homeless = awards.iter().filter(is_homeless).map(|award| Uncertainty {
        source: award.source,
        municipality: award.recipient,
        post: Some(award.post),
        activity: award.scheme.as_ref().and(award.activity.clone()),
        year: Some(award.year),
        is_of_grants: true,
        is_share: true,
    });
    let vanished = gone.iter().map(|award| Uncertainty {
        source: award.source,
        municipality: award.recipient,
        post: Some(award.post),
        activity: award.activity.clone(),
        year: Some(award.year),
        is_of_grants: true,
        is_share: is_share(award, reference),
    });
    set_aside.chain(vanished).chain(homeless).collect()
}

fn accounts(material: &Material<'_>) -> StateAccounts {
    let mut all = StateAccounts::default();
    for stored in material.records.iter().filter(|stored| stored.vanished_at.is_none()) {
        match &stored.record.content {
            Content::Accounts(Accounts::Year { year, lines, municipal }) => {
                if let Some(grants) = municipal {
                    let by_post = grants.iter().map(|grants| (grants.post, grants.clone()));
                    all.municipal.insert(*year, by_post.collect());
                }
                let mut posts: HashMap<_, Option<Ore>> = HashMap::new();
                for line in lines {
                    let sum = posts.entry(line.post).or_insert(Some(Ore::ZERO));
                    *sum = sum.and_then(|sum| sum.checked_add(line.amount));
                }
                all.years
                    .insert(*year, posts.into_iter().map(|(post, sum)| (post, sum.into())).collect());
            }
            Content::Accounts(Accounts::Appropriations { lines }) => {
                all.has_appropriations = true;
                for line in lines {
                    all.appropriations
                        .insert((line.year, line.post), line.voted.checked_add(line.revisions).into());
                }
            }
            Content::Award(_) | Content::Payment(_) | Content::Correction(_) => {}
        }
    }
    all
}

fn sources(
    known: Vec<SourceProfile>,
    material: &Material<'_>,
    awards: &[Award],
    reference: &Reference,
) -> Vec<SourceView> {
    let source = |profile: SourceProfile| {
        let id = profile.id;
        let set_aside = material
            .set_aside
            .iter()
            .filter(|stored| stored.source == id)
            .map(|stored| set_aside_view(stored, reference));
        let (listed, vanished): (Vec<&StoredRecord>, Vec<&StoredRecord>) = records_of(material, id)
            .into_iter()
            .partition(|stored| stored.vanished_at.is_none());
        SourceView {
            id,
            profile,
            status: material.statuses.get(&id).cloned().unwrap_or_default(),
            records: listed.len() + reference.registered.count(id),
            vanished: vanished.len(),
            unresolved: awards
                .iter()
                .filter(|award| award.source == id && award.recipient.is_none() && award.vanished_at.is_none())
                .count(),
            set_aside: set_aside.collect(),
            stamps: Stamps::of(&listed),
        }
    };
    known.into_iter().map(source).collect()
}

fn set_aside_view(stored: &StoredSetAside, reference: &Reference) -> SetAsideView {
    let aside = &stored.set_aside;
    let whereabouts = aside.year.zip(aside.post);
    let scheme = whereabouts
        .filter(|_| reference.sources.get(stored.source).manages_grants)
        .and_then(|(year, post)| reference.programmes.classify(year, post, aside.activity.as_deref()));
    SetAsideView {
        place: aside.place.clone(),
        reason: aside.reason.clone(),
        municipality: reference.resolve(&aside.recipient, aside.year),
        scheme: scheme.map(|scheme| scheme.id.clone()),
        year: aside.year,
        seen_at: stored.seen_at,
    }
}
