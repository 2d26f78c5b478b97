//! Øre as kroner with two decimals, by whole numbers alone.

use programgrant_schema::Ore;

/// Such as `-1234,50`, with an ASCII minus and nothing between the thousands.
pub fn kroner(amount: Ore, decimal_sign: char) -> String {
    let ore = amount.get();
    let sign = if ore < 0 { "-" } else { "" };
    let (whole, part) = (ore.unsigned_abs() / 100, ore.unsigned_abs() % 100);
    format!("{sign}{whole}{decimal_sign}{part:02}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_exact_to_the_ore() {
        for (ore, text) in [
            (0, "0,00"),
            (7, "0,07"),
            (-7, "-0,07"),
            (123_450, "1234,50"),
            (-100, "-1,00"),
            (Ore::MAX, "90071992547409,91"),
            (-Ore::MAX, "-90071992547409,91"),
        ] {
            assert_eq!(kroner(Ore::new(ore).expect("in range"), ','), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(ore in -Ore::MAX..=Ore::MAX) {
            let amount = Ore::new(ore).expect("in range");
            prop_assert_eq!(Ore::parse_kroner(&kroner(amount, '.')), Ok(amount));
        }
    }
}
