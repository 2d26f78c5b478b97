//! Clouds: what cannot be known because a record cannot be read, as narrow as its whereabouts can be told and no narrower.

use programgrant_schema::{BudgetPost, GrantScheme, MunicipalityId, SetAside, SourceId};

use crate::reference::Reference;

/// A part of the picture that a record hides. What is `None` could be any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uncertainty {
    pub source: SourceId,
    pub municipality: Option<MunicipalityId>,
    pub post: Option<BudgetPost>,
    /// An activity that some scheme of the system is known by; an unheard one could be any.
    pub activity: Option<String>,
    pub year: Option<i16>,
    /// Whether the source manages grants, so that what is hidden may be one.
    pub is_of_grants: bool,
    /// Whether what is hidden is known to be a share of a pot, which is no award.
    pub is_share: bool,
}

impl Uncertainty {
    /// What a record that was set aside hides.
    pub fn of(source: SourceId, aside: &SetAside, reference: &Reference) -> Self {
        let known_activity = |activity: &String| {
            reference
                .programmes
                .schemes()
                .iter()
                .any(|scheme| scheme.sources.contains(&source) && scheme.activity.as_ref() == Some(activity))
        };
        Self {
            source,
            municipality: reference.resolve(&aside.recipient, aside.year),
            post: aside.post,
            activity: aside.activity.clone().filter(known_activity),
            year: aside.year,
            is_of_grants: reference.sources.get(source).manages_grants,
            is_share: false,
        }
    }

    /// Whether what is hidden may be of this scheme and year, which its source reports.
    pub fn may_be_of(&self, scheme: &GrantScheme, year: i16) -> bool {
        scheme.sources.contains(&self.source)
            && self.post.is_none_or(|post| scheme.ever_on(post))
            && self.agrees(scheme, year)
    }

    /// Whether what is hidden is said to lie on the scheme's post, whoever says so: an award of the scheme, then.
    pub fn names(&self, scheme: &GrantScheme, year: i16) -> bool {
        self.is_of_grants && self.post.is_some_and(|post| scheme.ever_on(post)) && self.agrees(scheme, year)
    }

    fn agrees(&self, scheme: &GrantScheme, year: i16) -> bool {
        self.year.is_none_or(|hidden| hidden == year)
            && (self.activity.is_none() || scheme.activity.is_none() || self.activity == scheme.activity)
    }

    /// Whether what is hidden may be of this source, post and year.
    pub fn may_touch_post(&self, source: SourceId, post: BudgetPost, year: i16) -> bool {
        self.source == source
            && self.year.is_none_or(|hidden| hidden == year)
            && self.post.is_none_or(|hidden| hidden == post)
    }
}
