//! What many awards share is kept once: headings and recipients as they were reported, with what they mean.

use std::collections::HashMap;
use std::sync::Arc;

use programgrant_schema::{BudgetPost, MunicipalityId, ReportedRecipient, SourceId};

use super::row::Heading;
use crate::reference::Reference;

/// Beyond that many it starts again: what is shared is shared with fewer, and nothing else changes.
const MOST: usize = 100_000;

/// What was met before. It belongs to one state of the reference data.
#[derive(Debug, Default)]
pub struct Interner {
    headings: HashMap<(SourceId, BudgetPost, i16), Headings>,
    /// With who each is, year by year.
    recipients: HashMap<Arc<ReportedRecipient>, Vec<(i16, Option<MunicipalityId>)>>,
    resolved: usize,
    activities: usize,
}

#[derive(Debug, Default)]
struct Headings {
    plain: Option<Arc<Heading>>,
    by_activity: HashMap<String, Arc<Heading>>,
}

impl Interner {
    pub fn heading(
        &mut self,
        source: SourceId,
        (year, post, activity): (i16, BudgetPost, Option<&str>),
        reference: &Reference,
    ) -> Arc<Heading> {
        let known = self.headings.get(&(source, post, year));
        let known = known.and_then(|known| match activity {
            Some(activity) => known.by_activity.get(activity),
            None => known.plain.as_ref(),
        });
        if let Some(known) = known {
            return Arc::clone(known);
        }
        if self.activities >= MOST {
            (self.activities, self.headings) = (0, HashMap::new());
        }
        self.activities += 1;
        let heading = Arc::new(heading(source, (year, post, activity), reference));
        let own = self.headings.entry((source, post, year)).or_default();
        match activity {
            Some(activity) => _ = own.by_activity.insert(activity.to_owned(), Arc::clone(&heading)),
            None => own.plain = Some(Arc::clone(&heading)),
        }
        heading
    }

    /// The recipient as reported, and who it is for that year.
    pub fn recipient(
        &mut self,
        reported: &ReportedRecipient,
        year: i16,
        reference: &Reference,
    ) -> (Arc<ReportedRecipient>, Option<MunicipalityId>) {
        if self.resolved >= MOST {
            (self.resolved, self.recipients) = (0, HashMap::new());
        }
        if let Some((shared, years)) = self.recipients.get_key_value(reported)
            && let Some((_, resolved)) = years.iter().find(|(known, _)| *known == year)
        {
            return (Arc::clone(shared), *resolved);
        }
        let known = self.recipients.get_key_value(reported);
        let shared = known.map_or_else(|| Arc::new(reported.clone()), |(shared, _)| Arc::clone(shared));
        let resolved = reference.resolve(reported, year);
        self.resolved += 1;
        let years = self.recipients.entry(Arc::clone(&shared)).or_default();
        years.push((year, resolved));
        (shared, resolved)
    }
}

fn heading(
    source: SourceId,
    (year, post, activity): (i16, BudgetPost, Option<&str>),
    reference: &Reference,
) -> Heading {
    let programmes = &reference.programmes;
    let scheme = programmes.classify(year, post, activity);
    let place = |at: Option<usize>| at.and_then(|at| u16::try_from(at).ok());
    Heading {
        source,
        scheme: scheme.map(|scheme| scheme.id.clone()),
        scheme_at: scheme.and_then(|own| place(programmes.schemes().iter().position(|scheme| scheme.id == own.id))),
        post,
        activity: activity.map(str::to_owned),
        named_at: scheme.and_then(|scheme| place(scheme.sources.iter().position(|id| *id == source))),
        shown_at: place(reference.sources.iter().position(|known| known.id == source)),
    }
}
