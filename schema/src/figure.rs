//! A figure as a source gives it: stated, not applicable, or not known. Unknown is never zero.

use serde::{Deserialize, Serialize};

use crate::Ore;

/// An amount that may be missing, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The source states the amount, which may be 0: a zero is a decision.
    Stated(Ore),
    /// The source is whole and has nothing here.
    NotApplicable,
    /// Not known: not said, not said yet, or not readable.
    NotDelivered,
}

impl Figure {
    /// The amount, where one is stated.
    pub const fn stated(self) -> Option<Ore> {
        match self {
            Self::Stated(amount) => Some(amount),
            Self::NotApplicable | Self::NotDelivered => None,
        }
    }

    /// What the figure contributes to a sum: nothing where not applicable, `None` where unknown.
    pub const fn known(self) -> Option<Ore> {
        match self {
            Self::Stated(amount) => Some(amount),
            Self::NotApplicable => Some(Ore::ZERO),
            Self::NotDelivered => None,
        }
    }

    /// The sum: unknown as soon as one part is (or the sum leaves the range), not applicable when no part is stated.
    pub fn sum(figures: impl IntoIterator<Item = Self>) -> Self {
        figures
            .into_iter()
            .fold(Self::NotApplicable, |sum, figure| match (sum, figure) {
                (Self::NotDelivered, _) | (_, Self::NotDelivered) => Self::NotDelivered,
                (Self::NotApplicable, other) | (other, Self::NotApplicable) => other,
                (Self::Stated(a), Self::Stated(b)) => a.checked_add(b).into(),
            })
    }
}

/// A missing amount is not known.
impl From<Option<Ore>> for Figure {
    fn from(amount: Option<Ore>) -> Self {
        amount.map_or(Self::NotDelivered, Self::Stated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_never_hides_an_unknown_part() {
        let stated = |ore| Figure::Stated(Ore::new(ore).expect("in range"));
        assert_eq!(Figure::sum([stated(1), Figure::NotApplicable, stated(0)]), stated(1));
        assert_eq!(Figure::sum([stated(1), Figure::NotDelivered]), Figure::NotDelivered);
        assert_eq!(Figure::sum([Figure::NotApplicable]), Figure::NotApplicable);
        assert_eq!(Figure::sum([]), Figure::NotApplicable);
        assert_eq!(Figure::sum([stated(Ore::MAX), stated(1)]), Figure::NotDelivered);
    }
}
