//! Udir's amounts: kroner as JSON numbers, read from their text.

use programgrant_contract::json::{Field, Flaw};
use programgrant_schema::{Ore, OreError};

/// Kroner as a JSON number; `None` where the field is absent or null.
pub fn kroner(field: &Field<'_>) -> Result<Option<Ore>, Flaw> {
    let Some(json) = field.json() else { return Ok(None) };
    Ore::parse_kroner(json).map(Some).map_err(|error| {
        field.flaw(match error {
            OreError::NotANumber(_) => "is no number",
            OreError::Fraction(_) => "has a part smaller than one øre",
            OreError::OutOfRange(_) => "is beyond every amount",
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    fn read(json: &str) -> Result<Option<Ore>, String> {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        kroner(&Field::new("felt", Some(value))).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn an_amount_is_a_number_read_from_its_text() {
        let ore = |json| read(json).map(|amount| amount.map(Ore::get));
        assert_eq!(ore("0.1"), Ok(Some(10)));
        assert_eq!(ore("1234567.89"), Ok(Some(123_456_789)));
        assert_eq!(ore("90071992547409.91"), Ok(Some(Ore::MAX)));
        assert_eq!(ore("4.12e5"), Ok(Some(41_200_000)));
        assert_eq!(ore("-0.50"), Ok(Some(-50)));
        assert_eq!(ore("0"), Ok(Some(0)));
        assert_eq!(ore("\"412000\""), Err("felt: \"412000\" is no number".to_owned()));
        assert_eq!(ore("true"), Err("felt: true is no number".to_owned()));
        assert_eq!(
            ore("0.125"),
            Err("felt: 0.125 has a part smaller than one øre".to_owned())
        );
        assert_eq!(ore("1e17"), Err("felt: 1e17 is beyond every amount".to_owned()));
    }

    proptest! {
        #[test]
        fn every_amount_survives_to_the_ore(ore in -Ore::MAX..=Ore::MAX) {
            let amount = Ore::new(ore).expect("in range");
            prop_assert_eq!(read(&amount.to_string()), Ok(Some(amount)));
        }

        #[test]
        fn no_text_makes_a_reading_panic(text in "\\PC{0,40}") {
            let _ = read(&serde_json::to_string(&text).expect("JSON"));
        }
    }
}
