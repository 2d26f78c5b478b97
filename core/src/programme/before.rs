//! What the programme's schemes granted a municipality in the last budget year before the programme.

use programgrant_schema::{Figure, GrantScheme, MunicipalityId, Programme, SourceId};

use super::Inputs;
use crate::view::Award;

/// The sum over the schemes, merged predecessors included; not delivered where a grant of that year cannot be split.
pub fn before(facts: Inputs<'_>, programme: &Programme, municipality: MunicipalityId) -> Figure {
    let year = programme.from.year() - 1;
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
    let awards = view
        .awards_of(municipality)
        .filter(|award| award.year == year && award.status.is_granted() && award.vanished_at.is_none());
    let mut of_scheme = Vec::new();
    for award in awards {
        if award.scheme.as_ref() == Some(&scheme.id) {
            of_scheme.push(award.granted_in_sums());
        } else if cannot_be_split(award, scheme, year) {
            return Figure::NotDelivered;
        }
    }
    Figure::sum(of_scheme)
}

/// Whether a part of the award may be the scheme's: it lies on the scheme's post, and either no scheme can be told for it or
/// the scheme had no post of its own that year.
fn cannot_be_split(award: &Award, scheme: &GrantScheme, year: i16) -> bool {
    scheme.ever_on(award.post) && (award.scheme.is_none() || scheme.post_in(year).is_none())
}
