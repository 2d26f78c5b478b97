//! What the programme's schemes granted a municipality in the last budget year before the programme.

use programgrant_schema::{BudgetPost, Figure, GrantScheme, MunicipalityId, Programme, SchemeId, SourceId};

use super::Inputs;

/// The sum over the schemes, merged predecessors included; not delivered where a grant of that year cannot be split.
pub fn before(facts: Inputs<'_>, programme: &Programme, municipality: MunicipalityId) -> Figure {
    let Some(from) = programme.from else {
        return Figure::NotDelivered;
    };
    let year = from.year() - 1;
    let schemes = programme
        .schemes
        .iter()
        .filter_map(|part| facts.reference.programmes.scheme(&part.scheme));
    Figure::sum(schemes.map(|scheme| granted(facts, scheme, municipality, year)))
}

fn granted(facts: Inputs<'_>, scheme: &GrantScheme, municipality: MunicipalityId, year: i16) -> Figure {
    let view = facts.view;
    // Unlike a share, of which a scheme states one, an award that is known does not mean that there is no other.
    let was_heard = |id: &SourceId| facts.freshness.is_asked(*id, year) && view.source(*id).is_whole();
    let is_known = scheme.sources.iter().all(was_heard) && !view.is_in_doubt(scheme, year);
    if !is_known || view.is_clouded(municipality, scheme, year) {
        return Figure::NotDelivered;
    }
    let mut of_scheme = Figure::NotApplicable;
    for (post, own, sums) in view
        .sums_of_year(municipality, year)
        .filter(|(_, _, sums)| sums.count > 0)
    {
        if own == Some(&scheme.id) {
            of_scheme = Figure::sum([of_scheme, sums.granted]);
        } else if cannot_be_split(post, own, scheme, year) {
            return Figure::NotDelivered;
        }
    }
    of_scheme
}

/// Whether a part of the awards on a post may be the scheme's: they lie on the scheme's post, and either no scheme can be told for them or
/// the scheme had no post of its own that year.
fn cannot_be_split(post: BudgetPost, own: Option<&SchemeId>, scheme: &GrantScheme, year: i16) -> bool {
    scheme.ever_on(post) && (own.is_none() || scheme.post_in(year).is_none())
}
