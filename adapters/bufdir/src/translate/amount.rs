//! Bufdir's amounts: øre as decimal strings, read from their digits.

use programgrant_contract::json::{Field, Flaw};
use programgrant_schema::Ore;

/// Øre as a JSON string; `None` where the field is absent or null.
pub fn ore(field: &Field<'_>) -> Result<Option<Ore>, Flaw> {
    field.parse("amount in øre as a decimal string", digits)
}

/// Digits with an optional minus: an exponent or decimals would be another system's language.
fn digits(text: &str) -> Option<Ore> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| Ore::parse_ore(text).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    fn read(json: &str) -> Result<Option<Ore>, String> {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        ore(&Field::new("soektBeloepOere", Some(value))).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn an_amount_is_a_string_of_digits() {
        let ore = |json| read(json).map(|amount| amount.map(Ore::get));
        assert_eq!(ore(r#""4160000000""#), Ok(Some(4_160_000_000)));
        assert_eq!(ore(r#""-12""#), Ok(Some(-12)));
        assert_eq!(ore(r#""0""#), Ok(Some(0)));
        assert_eq!(
            super::ore(&Field::new("soektBeloepOere", None)),
            Ok(None),
            "what is not known is not zero"
        );
        for json in [
            "4160000000",
            r#""1.0""#,
            r#""1e3""#,
            r#""""#,
            r#""-""#,
            r#""--1""#,
            r#""+1""#,
            r#"" 1""#,
            r#""12,50""#,
            r#""9007199254740992""#,
        ] {
            assert_eq!(
                ore(json),
                Err(format!(
                    "soektBeloepOere: {json} is no amount in øre as a decimal string"
                ))
            );
        }
    }

    proptest! {
        #[test]
        fn every_amount_comes_to_the_ore(ore in -Ore::MAX..=Ore::MAX) {
            prop_assert_eq!(read(&format!("\"{ore}\"")), Ok(Ore::new(ore)));
        }

        #[test]
        fn no_text_makes_a_reading_panic(text in "\\PC{0,40}") {
            let _ = read(&serde_json::to_string(&text).expect("JSON"));
        }
    }
}
