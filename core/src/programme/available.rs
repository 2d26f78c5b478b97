//! What a programme has to give in a year: voted, bound by earlier awards, free. What is not known of it stays unknown.

use programgrant_schema::{Figure, Programme};

use super::Inputs;

/// Tilgjengelig beløp for et år.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Available {
    /// As the programme's file has it; else what was voted and revised on the pot's post.
    pub voted: Figure,
    /// What awards of earlier years hold of it; not delivered where the programme's file does not say.
    pub bound: Figure,
}

impl Available {
    pub fn of(facts: Inputs<'_>, programme: &Programme, year: i16) -> Self {
        let told = || programme.pot.map(|post| facts.view.appropriation(post, year));
        let stated = programme.votes.get(&year).copied().map(Figure::Stated);
        Self {
            voted: stated.or_else(told).unwrap_or(Figure::NotDelivered),
            bound: programme
                .bound
                .get(&year)
                .copied()
                .map_or(Figure::NotDelivered, Figure::Stated),
        }
    }

    /// voted − bound, below zero where more is bound than was voted; not delivered while either is unknown, not applicable where nothing was
    /// voted.
    pub fn free(&self) -> Figure {
        match (self.voted, self.bound.known()) {
            (Figure::NotApplicable, _) => Figure::NotApplicable,
            (Figure::Stated(voted), Some(bound)) => voted.checked_sub(bound).into(),
            _ => Figure::NotDelivered,
        }
    }
}

#[cfg(test)]
mod tests {
    use programgrant_schema::Ore;

    use super::*;

    #[test]
    fn what_is_free_is_never_more_than_is_known_to_be() {
        let stated = |kroner| Figure::Stated(Ore::from_kroner(kroner).expect("in range"));
        let (unknown, none) = (Figure::NotDelivered, Figure::NotApplicable);
        for (voted, bound, free) in [
            (stated(100), stated(30), stated(70)),
            (stated(100), stated(100), stated(0)),
            (stated(100), none, stated(100)),
            (stated(100), unknown, unknown),
            (unknown, stated(0), unknown),
            (none, unknown, none),
            // More is bound than was voted: what is missing, is shown.
            (stated(100), stated(130), stated(-30)),
        ] {
            assert_eq!(Available { voted, bound }.free(), free, "{voted:?} {bound:?}");
        }
    }
}
