//! Money: whole øre, exact, checked. No float comes near an amount, and arithmetic that would overflow answers `None`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount in øre (hundredths of a krone), between −(2^53 − 1) and 2^53 − 1.
///
/// The range is what a JSON number carries exactly to every client (RFC 8259 § 6), so that a value that exists can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Ore(i64);

/// Why a text or a number is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OreError {
    #[error("{0:?} is not a decimal number")]
    NotANumber(String),
    #[error("{0:?} has a part smaller than one øre")]
    Fraction(String),
    #[error("{0} is beyond ±90 071 992 547 409,91 kroner")]
    OutOfRange(String),
}

impl Ore {
    pub const ZERO: Self = Self(0);
    /// 2^53 − 1 øre.
    pub const MAX: i64 = 9_007_199_254_740_991;

    /// The amount of that many øre; `None` beyond [`Ore::MAX`] on either side.
    pub const fn new(ore: i64) -> Option<Self> {
        if ore >= -Self::MAX && ore <= Self::MAX {
            Some(Self(ore))
        } else {
            None
        }
    }

    /// The amount of that many whole kroner; `None` out of range.
    pub const fn from_kroner(kroner: i64) -> Option<Self> {
        match kroner.checked_mul(100) {
            Some(ore) => Self::new(ore),
            None => None,
        }
    }

    /// Reads a whole number of øre from its decimal text, such as `"4160000000"`.
    pub fn parse_ore(text: &str) -> Result<Self, OreError> {
        parse_scaled(text, 0)
    }

    /// Reads kroner from their decimal text, such as `0.1` or `-1234567.89`, exactly.
    ///
    /// A point separates the decimals; an exponent, as JSON numbers may have (RFC 8259 § 6), is honoured. More than two
    /// decimals are an error unless the rest are zeros.
    pub fn parse_kroner(text: &str) -> Result<Self, OreError> {
        parse_scaled(text, 2)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn checked_add(self, other: Self) -> Option<Self> {
        // Two amounts in range never overflow an i64.
        Self::new(self.0 + other.0)
    }

    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0 - other.0)
    }

    /// The sum; `None` if it leaves the range on the way.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Divides the amount in proportion to `weights`; the parts always add up to the whole.
    ///
    /// Each part is rounded down, and the øre left over go one each to the largest remainders (Hamilton's method), the
    /// earlier weight first. `None` if there is no weight above zero.
    pub fn split(self, weights: &[u64]) -> Option<Vec<Self>> {
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let whole = i128::from(self.0);
        let shares: Vec<(i128, i128)> = weights
            .iter()
            .map(|weight| whole * i128::from(*weight))
            .map(|product| (product.div_euclid(total), product.rem_euclid(total)))
            .collect();
        let left = whole - shares.iter().map(|(part, _)| part).sum::<i128>();
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(shares[*index].1));
        let mut parts: Vec<i128> = shares.iter().map(|(part, _)| *part).collect();
        for index in order.into_iter().take(usize::try_from(left).ok()?) {
            parts[index] += 1;
        }
        parts
            .into_iter()
            .map(|part| i64::try_from(part).ok().and_then(Self::new))
            .collect()
    }
}

/// Reads `[-]digits[.digits][e[±]digits]` as an integer scaled by 10^`scale`, without rounding.
fn parse_scaled(text: &str, scale: i32) -> Result<Ore, OreError> {
    let not_a_number = || OreError::NotANumber(text.to_owned());
    let out_of_range = || OreError::OutOfRange(text.to_owned());
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| not_a_number())?),
        None => (unsigned, 0),
    };
    let (whole, decimals) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(not_a_number()),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return Err(not_a_number());
    }
    let digits = [whole, decimals].concat();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(Ore::ZERO);
    }
    let places = i32::try_from(decimals.len()).map_err(|_| out_of_range())?;
    let shift = exponent
        .checked_add(scale)
        .and_then(|power| power.checked_sub(places))
        .ok_or_else(out_of_range)?;
    let value = if shift < 0 {
        let dropped = usize::try_from(shift.unsigned_abs()).map_err(|_| out_of_range())?;
        let kept = digits.len().saturating_sub(dropped);
        if digits[kept..].bytes().any(|byte| byte != b'0') {
            return Err(OreError::Fraction(text.to_owned()));
        }
        digits[..kept].parse::<i64>()
    } else {
        let zeros = usize::try_from(shift)
            .ok()
            .filter(|zeros| *zeros < 20)
            .ok_or_else(out_of_range)?;
        format!("{digits}{}", "0".repeat(zeros)).parse::<i64>()
    };
    let value = value.map_err(|_| out_of_range())?;
    Ore::new(if negative { -value } else { value }).ok_or_else(out_of_range)
}

/// Kroner with two decimals and a point, as [`Ore::parse_kroner`] reads them.
impl fmt::Display for Ore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ore = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", ore / 100, ore % 100)
    }
}

impl FromStr for Ore {
    type Err = OreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_kroner(text)
    }
}

impl TryFrom<i64> for Ore {
    type Error = OreError;

    fn try_from(ore: i64) -> Result<Self, Self::Error> {
        Self::new(ore).ok_or_else(|| OreError::OutOfRange(ore.to_string()))
    }
}

impl From<Ore> for i64 {
    fn from(amount: Ore) -> Self {
        amount.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ore(amount: i64) -> Ore {
        Ore::new(amount).expect("in range")
    }

    #[test]
    fn amounts_that_a_float_would_bend_come_out_exact() {
        assert_eq!(Ore::parse_kroner("0.1"), Ok(ore(10)));
        assert_eq!(Ore::parse_kroner("1234567.89"), Ok(ore(123_456_789)));
        assert_eq!(Ore::parse_kroner("412000.00"), Ok(ore(41_200_000)));
        assert_eq!(Ore::parse_kroner("4.12e5"), Ok(ore(41_200_000)));
        assert_eq!(Ore::parse_kroner("100e-2"), Ok(ore(100)));
        assert_eq!(Ore::parse_kroner("-0.50"), Ok(ore(-50)));
        assert_eq!(Ore::parse_kroner("1.230"), Ok(ore(123)));
        assert_eq!(Ore::parse_ore("4160000000"), Ok(ore(4_160_000_000)));
    }

    #[test]
    fn what_is_no_amount_is_refused_and_says_why() {
        for text in [
            "", "-", ".5", "5.", "1,5", "1 000", "+1", "0x10", "1_000", "NaN", "--1", "1e", "e1", "١",
        ] {
            assert_eq!(
                Ore::parse_kroner(text),
                Err(OreError::NotANumber(text.to_owned())),
                "{text}"
            );
        }
        assert_eq!(Ore::parse_kroner("0.001"), Err(OreError::Fraction("0.001".to_owned())));
        assert_eq!(Ore::parse_ore("1.5"), Err(OreError::Fraction("1.5".to_owned())));
        for text in ["90071992547409.92", "1e18", "1e2147483647", "99999999999999999999999"] {
            assert_eq!(
                Ore::parse_kroner(text),
                Err(OreError::OutOfRange(text.to_owned())),
                "{text}"
            );
        }
        assert_eq!(Ore::new(Ore::MAX + 1), None);
        assert_eq!(ore(Ore::MAX).checked_add(ore(1)), None);
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(amount in -Ore::MAX..=Ore::MAX) {
            prop_assert_eq!(ore(amount).to_string().parse::<Ore>(), Ok(ore(amount)));
        }

        #[test]
        fn the_parts_of_a_split_add_up_to_the_whole(amount in -Ore::MAX..=Ore::MAX, weights in prop::collection::vec(0u64..1_000_000, 1..40)) {
            let parts = ore(amount).split(&weights);
            prop_assert_eq!(parts.is_none(), weights.iter().all(|weight| *weight == 0));
            if let Some(parts) = parts {
                prop_assert_eq!(parts.len(), weights.len());
                prop_assert_eq!(Ore::checked_sum(parts), Some(ore(amount)));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[-0-9.eE+]{0,24}") {
            let _ = Ore::parse_kroner(&text);
        }
    }
}
