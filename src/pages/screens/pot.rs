//! What the screens of several municipalities ask of one grant, what of it is paid, and how far apart such shares lie.

use serde::Deserialize;

use super::super::format::{AnsweredFigure, Knowledge};

/// The fields of [`ParticipantGrant`], but for whose it is.
pub const GRANT: &str = "pot { total completeness paid { state amount } }
      shares { scheme { id } amount { state amount } }";

/// One municipality's grant of one year.
#[derive(Debug, Clone, Deserialize)]
pub struct ParticipantGrant<M> {
    pub municipality: M,
    pub pot: GrantPot,
    pub shares: Vec<SchemeShare>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct GrantPot {
    pub total: Option<i64>,
    pub completeness: String,
    pub paid: AnsweredFigure,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SchemeShare {
    pub scheme: SchemeId,
    pub amount: AnsweredFigure,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SchemeId {
    pub id: String,
}

impl<M> ParticipantGrant<M> {
    /// The share of that scheme; nothing where the caller does not see it.
    pub fn share_of(&self, scheme: &str) -> Option<AnsweredFigure> {
        let share = self.shares.iter().find(|share| share.scheme.id == scheme);
        share.map(|share| share.amount)
    }

    /// Whether that share is not known.
    pub fn lacks(&self, scheme: &str) -> bool {
        self.share_of(scheme)
            .is_some_and(|amount| amount.state == Knowledge::NotDelivered)
    }

    pub fn total(&self) -> AnsweredFigure {
        AnsweredFigure::known_or_not(self.pot.total)
    }

    pub fn paid_share(&self) -> Option<u32> {
        paid_share(self.pot.paid.stated(), self.pot.total)
    }
}

/// What of the pot is paid, in whole per cent; not known while either is not.
pub fn paid_share(paid: Option<i64>, total: Option<i64>) -> Option<u32> {
    let (paid, total) = (i128::from(paid?), i128::from(total?));
    let share = (paid * 100).checked_div(total)?;
    u32::try_from(share).ok()
}

/// How far apart shares lie: a middle alone would hide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub lowest: u32,
    /// The one in the middle; of two, the lower.
    pub median: u32,
    pub highest: u32,
}

impl Spread {
    /// Nothing of nothing.
    pub fn of(shares: impl IntoIterator<Item = u32>) -> Option<Self> {
        let mut sorted: Vec<u32> = shares.into_iter().collect();
        sorted.sort_unstable();
        Some(Self {
            lowest: *sorted.first()?,
            median: sorted[(sorted.len() - 1) / 2],
            highest: *sorted.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_what_is_not_known_is_not_known() {
        assert_eq!(paid_share(Some(50), Some(100)), Some(50));
        assert_eq!(paid_share(None, Some(100)), None);
        assert_eq!(paid_share(Some(50), None), None);
        assert_eq!(paid_share(Some(0), Some(0)), None);
        assert_eq!(paid_share(Some(-5), Some(100)), None);
        assert_eq!(paid_share(Some(i64::MAX), Some(i64::MAX)), Some(100));
    }

    #[test]
    fn a_spread_has_its_ends() {
        let spread = Spread::of([90, 10, 40, 20]).expect("some");
        assert_eq!((spread.lowest, spread.median, spread.highest), (10, 20, 90));
        assert_eq!(Spread::of([]), None);
    }
}
