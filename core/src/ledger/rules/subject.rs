//! Which scheme the caller means: by its id, or by post, year and activity. Where that can be several, none is chosen.

use programgrant_schema::{BudgetPost, Determination, GrantScheme, SchemeId};

use super::Subject;
use super::request::{FundingRequest, InputError};
use crate::reference::Reference;
use crate::text;

/// What a caller says about the scheme, in one form for comparison.
pub struct Stated {
    scheme: Option<String>,
    post: Option<BudgetPost>,
    pub activity: Option<String>,
}

impl Stated {
    pub fn read(request: &FundingRequest) -> Result<Self, InputError> {
        let post = match (request.chapter, request.post) {
            (None, None) => None,
            (Some(chapter), Some(post)) => {
                Some(BudgetPost::parse(&chapter.to_string(), &post.to_string()).map_err(|_| InputError::Post)?)
            }
            _ => return Err(InputError::HalfAPost),
        };
        let scheme = request.scheme.as_deref().map(text::key).filter(|key| !key.is_empty());
        if scheme.is_none() && post.is_none() {
            return Err(InputError::NoScheme);
        }
        Ok(Self {
            scheme,
            post,
            activity: request.activity.as_deref().and_then(text::word),
        })
    }

    /// What was stated of scheme and post; the activity stands in the application.
    fn unresolved(&self) -> Subject {
        let post = self.post.map(|post| post.to_string());
        Subject::Unresolved(self.scheme.iter().cloned().chain(post).collect::<Vec<_>>().join("/"))
    }
}

/// The scheme that is meant.
pub fn subject(stated: &Stated, year: i16, reference: &Reference) -> Subject {
    let schemes = reference.programmes.schemes();
    let found = match (&stated.scheme, stated.post) {
        (Some(key), post) => by_id(schemes, key, post, stated.activity.as_deref()),
        (None, Some(post)) => by_post(schemes, post, year, stated.activity.as_deref()),
        (None, None) => None,
    };
    found.map_or_else(|| stated.unresolved(), |scheme| Subject::Scheme(scheme.id.clone()))
}

/// The scheme of that id, unless post or activity speak of another.
fn by_id<'a>(
    schemes: &'a [GrantScheme],
    key: &str,
    post: Option<BudgetPost>,
    activity: Option<&str>,
) -> Option<&'a GrantScheme> {
    let scheme = schemes.iter().find(|scheme| text::key(scheme.id.as_str()) == key)?;
    let is_others_word = |word: &str| !has_word(scheme, word) && schemes.iter().any(|other| has_word(other, word));
    let agrees = post.is_none_or(|post| scheme.ever_on(post)) && !activity.is_some_and(is_others_word);
    agrees.then_some(scheme)
}

/// The scheme on that post. Its own word decides on any post that it has ever lain on, so that a late or early booking still
/// finds it; without one, the post must be a single scheme's that year, and not by a word that was left out.
fn by_post<'a>(
    schemes: &'a [GrantScheme],
    post: BudgetPost,
    year: i16,
    activity: Option<&str>,
) -> Option<&'a GrantScheme> {
    let is_word = activity.is_some_and(|word| schemes.iter().any(|scheme| has_word(scheme, word)));
    let mut matching: Vec<&GrantScheme> = match activity.filter(|_| is_word) {
        Some(word) => schemes
            .iter()
            .filter(|scheme| has_word(scheme, word) && scheme.ever_on(post))
            .collect(),
        None => schemes
            .iter()
            .filter(|scheme| scheme.post_in(year) == Some(post))
            .collect(),
    };
    if matching.len() > 1 {
        matching.retain(|scheme| scheme.post_in(year) == Some(post));
    }
    match matching.as_slice() {
        // An unheard word on a post whose scheme has a word of its own may be anything.
        [only] if is_word || activity.is_none() || only.activity.is_none() => Some(only),
        _ => None,
    }
}

fn has_word(scheme: &GrantScheme, word: &str) -> bool {
    own_word(scheme).is_some_and(|own| own == word)
}

fn own_word(scheme: &GrantScheme) -> Option<String> {
    scheme.activity.as_deref().and_then(text::word)
}

/// The activity as far as it tells two awards apart: a project in a discretionary scheme, and not the scheme's own word. Where
/// the scheme is not known, what was stated.
pub fn project(subject: &Subject, activity: Option<String>, reference: &Reference) -> Option<String> {
    let Subject::Scheme(id) = subject else { return activity };
    let scheme = reference.programmes.scheme(id)?;
    activity.filter(|word| scheme.determination == Determination::Discretionary && !has_word(scheme, word))
}

/// The same for an activity as a system reports it.
pub fn reported_project(scheme: &SchemeId, activity: Option<&str>, reference: &Reference) -> Option<String> {
    project(
        &Subject::Scheme(scheme.clone()),
        activity.and_then(text::word),
        reference,
    )
}

impl Subject {
    /// The schemes that may be meant: one, or where none was chosen, every one that the statement touches.
    pub fn may_mean<'a>(&self, reference: &'a Reference) -> Vec<&'a GrantScheme> {
        let programmes = &reference.programmes;
        match self {
            Self::Scheme(id) => programmes.scheme(id).into_iter().collect(),
            Self::Unresolved(stated) => {
                let is_touched = |scheme: &&GrantScheme| {
                    let touches = |part: &str| {
                        part == text::key(scheme.id.as_str()) || part.parse().is_ok_and(|post| scheme.ever_on(post))
                    };
                    stated.split('/').any(touches)
                };
                programmes.schemes().iter().filter(is_touched).collect()
            }
        }
    }
}
