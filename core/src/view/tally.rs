//! A sum that is kept ready: what counts in it comes and goes, and it is known at any time without looking at what it is made of.

use programgrant_schema::{Figure, Ore};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// In øre; far beyond the range of an amount, so that the order of coming and going does not matter.
    sum: i128,
    stated: u32,
    unknown: u32,
}

impl Tally {
    /// `by` is 1 for a figure that comes and −1 for one that goes.
    pub fn count(&mut self, figure: Figure, by: Step) {
        match figure {
            Figure::Stated(amount) => {
                self.sum += i128::from(amount.get()) * by.sign();
                by.apply(&mut self.stated);
            }
            Figure::NotApplicable => {}
            Figure::NotDelivered => by.apply(&mut self.unknown),
        }
    }

    /// Counts what another one counts as well.
    pub fn absorb(&mut self, other: Self) {
        self.sum += other.sum;
        self.stated += other.stated;
        self.unknown += other.unknown;
    }

    /// As [`Figure::sum`] has it: unknown as soon as one part is or the sum is out of range, not applicable when no part is stated.
    pub fn figure(self) -> Figure {
        if self.unknown > 0 {
            Figure::NotDelivered
        } else if self.stated == 0 {
            Figure::NotApplicable
        } else {
            i64::try_from(self.sum).ok().and_then(Ore::new).into()
        }
    }
}

/// Whether something comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Comes,
    Goes,
}

impl Step {
    const fn sign(self) -> i128 {
        match self {
            Self::Comes => 1,
            Self::Goes => -1,
        }
    }

    /// Counts one.
    pub fn apply(self, count: &mut u32) {
        *count = match self {
            Self::Comes => count.saturating_add(1),
            Self::Goes => count.saturating_sub(1),
        };
    }
}
