//! The question before an award as a form: what was typed, and the interface's input that it makes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::forms::ore;

/// The form as it was filled in.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct CheckForm {
    pub mottaker: String,
    pub ordning: String,
    pub aar: String,
    pub belop: String,
    pub malgruppe: String,
    pub fra: String,
    pub til: String,
    pub sak: String,
}

impl CheckForm {
    pub fn is_empty(&self) -> bool {
        self.mottaker.is_empty() && self.ordning.is_empty() && self.sak.is_empty()
    }

    /// Every field, for a form that asks the same again.
    pub fn fields(&self) -> [(&'static str, String); 8] {
        [
            ("mottaker", &self.mottaker),
            ("ordning", &self.ordning),
            ("aar", &self.aar),
            ("belop", &self.belop),
            ("malgruppe", &self.malgruppe),
            ("fra", &self.fra),
            ("til", &self.til),
            ("sak", &self.sak),
        ]
        .map(|(name, value)| (name, value.clone()))
    }

    /// The input of the interface; what is left out is left out there, too. What cannot be read names its field.
    pub fn input(&self) -> Result<Value, &'static str> {
        let digits: String = self.mottaker.chars().filter(|sign| !sign.is_whitespace()).collect();
        let recipient = match digits.len() {
            4 => json!({ "municipalityNumber": digits }),
            _ => json!({ "organisationNumber": digits }),
        };
        let year: i32 = self.aar.trim().parse().map_err(|_| "form-bad-year")?;
        let amount = ore(&self.belop).ok_or("form-bad-amount")?;
        let mut input = json!({
            "scheme": self.ordning, "recipient": recipient, "year": year, "amount": amount, "caseReference": self.sak.trim(),
        });
        for (name, value) in [
            ("targetGroup", &self.malgruppe),
            ("useFrom", &self.fra),
            ("useUntil", &self.til),
        ] {
            if !value.is_empty() {
                input[name] = json!(value);
            }
        }
        Ok(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_the_interfaces_input_and_leaves_out_what_it_leaves_out() {
        let form = CheckForm {
            mottaker: "940 244 145".into(),
            ordning: "621.63".into(),
            aar: "2022".into(),
            belop: "10".into(),
            sak: "22/1".into(),
            ..CheckForm::default()
        };
        let expected = json!({ "scheme": "621.63", "recipient": { "organisationNumber": "940244145" }, "year": 2022,
            "amount": 1000, "caseReference": "22/1" });
        assert_eq!(form.input(), Ok(expected));
        let wrong = CheckForm {
            aar: "i fjor".into(),
            belop: "10".into(),
            ..CheckForm::default()
        };
        assert_eq!(wrong.input(), Err("form-bad-year"));
    }
}
