//! Exact parts of a whole: fractions over one denominator, and the one place where they become whole units.

use std::cmp::Reverse;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// Parts in units, as numerators over one denominator, which is above zero. Nothing is reduced: adding and comparing are then
/// cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub numerators: Vec<BigInt>,
    pub denominator: BigInt,
}

impl Parts {
    pub fn whole(units: impl IntoIterator<Item = i64>) -> Self {
        Self {
            numerators: units.into_iter().map(BigInt::from).collect(),
            denominator: BigInt::one(),
        }
    }

    /// One part in what a unit has `scale` of. Not reduced: whoever shows it does that.
    pub fn get(&self, place: usize, scale: i64) -> BigRational {
        BigRational::new_raw(&self.numerators[place] * scale, self.denominator.clone())
    }

    /// Each with its counterpart; both have as many.
    pub fn plus(&self, other: &Self) -> Self {
        let pairs = self.numerators.iter().zip(&other.numerators);
        if self.denominator == other.denominator {
            return Self {
                numerators: pairs.map(|(a, b)| a + b).collect(),
                denominator: self.denominator.clone(),
            };
        }
        Self {
            numerators: pairs
                .map(|(a, b)| a * &other.denominator + b * &self.denominator)
                .collect(),
            denominator: &self.denominator * &other.denominator,
        }
    }

    /// Whole units by the largest remainder (Hamilton's method): each part is rounded down, and the units left over go one each to the
    /// largest remainders, of equal ones to the earlier part. The parts must add up to a whole number of units, and their rounded
    /// values do so again; `None` where a part is beyond an `i64`.
    pub fn apportion(&self) -> Option<Vec<i64>> {
        let divided: Vec<(BigInt, BigInt)> = self
            .numerators
            .iter()
            .map(|numerator| numerator.div_mod_floor(&self.denominator))
            .collect();
        let left: BigInt = divided.iter().map(|(_, remainder)| remainder).sum();
        let (left, rest) = left.div_mod_floor(&self.denominator);
        debug_assert!(rest.is_zero(), "parts of a whole add up to it");
        let mut order: Vec<usize> = (0..divided.len()).collect();
        order.sort_by_key(|place| Reverse(&divided[*place].1));
        let mut units: Vec<i64> = divided.iter().map(|(units, _)| units.to_i64()).collect::<Option<_>>()?;
        for place in order.into_iter().take(left.to_usize()?) {
            units[place] = units[place].checked_add(1)?;
        }
        Some(units)
    }
}

/// The fraction that a decimal or a quotient says exactly: `0.25`, `1/3`, `1`. `None` for anything else.
pub fn fraction(text: &str) -> Option<BigRational> {
    if let Some((above, below)) = text.split_once('/') {
        let (above, below) = (integer(above.trim())?, integer(below.trim())?);
        return (!below.is_zero()).then(|| BigRational::new(above, below));
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, decimals) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let all = integer(whole).and(integer(&[whole, decimals].concat()))?;
    let below = BigInt::from(10).pow(u32::try_from(decimals.len()).ok()?);
    Some(BigRational::new(if negative { -all } else { all }, below))
}

/// Longer ones are nobody's figures.
const MOST_DIGITS: usize = 30;

fn integer(text: &str) -> Option<BigInt> {
    let is_number = !text.is_empty() && text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(weights: &[u32], whole: i64) -> Parts {
        let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        Parts {
            numerators: weights.iter().map(|weight| BigInt::from(*weight) * whole).collect(),
            denominator: BigInt::from(sum),
        }
    }

    #[test]
    fn a_larger_frame_can_give_one_of_them_less() {
        assert_eq!(parts(&[1, 3, 3], 3).apportion(), Some(vec![1, 1, 1]));
        assert_eq!(parts(&[1, 3, 3], 4).apportion(), Some(vec![0, 2, 2]));
    }

    #[test]
    fn of_equal_remainders_the_earlier_part_takes_the_unit() {
        assert_eq!(parts(&[1, 1, 1], 4).apportion(), Some(vec![2, 1, 1]));
    }

    #[test]
    fn a_fraction_is_read_as_it_is_written() {
        let of = |above: i64, below: i64| Some(BigRational::new(above.into(), below.into()));
        assert_eq!(fraction("0.25"), of(1, 4));
        assert_eq!(fraction("1/3"), of(1, 3));
        assert_eq!(fraction("-2"), of(-2, 1));
        for wrong in ["", ".5", "1.", "1/0", "1/", "a", "1e3", "1,5", "--1"] {
            assert_eq!(fraction(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_and_nobody_is_a_whole_unit_away(
            weights in prop::collection::vec(0_u32..2_000, 1..40),
            whole in 0_i64..1_000_000_000,
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let exact = parts(&weights, whole);
            let units = exact.apportion().expect("in range");
            prop_assert_eq!(units.iter().sum::<i64>(), whole);
            for (numerator, unit) in exact.numerators.iter().zip(&units) {
                let away = numerator - &exact.denominator * unit;
                prop_assert!(away < exact.denominator && -away < exact.denominator);
            }
        }

        #[test]
        fn more_weight_never_gives_its_owner_less(
            weights in prop::collection::vec(0_u32..50, 2..8),
            more in 1_u32..50,
            place in 0_usize..8,
            whole in 0_i64..60,
        ) {
            let place = place % weights.len();
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let mut heavier = weights.clone();
            heavier[place] += more;
            let before = parts(&weights, whole).apportion().expect("in range")[place];
            let after = parts(&heavier, whole).apportion().expect("in range")[place];
            prop_assert!(after >= before);
        }
    }
}
