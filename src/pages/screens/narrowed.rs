//! A list narrowed to one municipality: by which number in the address, how the interface is asked, and how the page says it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::text::Texts;
use super::municipality::MunicipalityKey;

/// What the operation of such a list takes.
pub const VARIABLES: &str = "$municipality: String, $number: String, $organisation: String, $narrowed: Boolean!";
/// The field that says which municipality it is; the list itself takes `$municipality`.
pub const FIELD: &str =
    "municipality(number: $number, organisationNumber: $organisation) @include(if: $narrowed) { name number }";

/// The variables for what stands in the address; nothing there is every municipality.
pub fn variables(kommune: &str, texts: Texts) -> Result<Value, PageError> {
    let Some(number) = number(kommune, texts)? else {
        return Ok(json!({ "municipality": null, "number": null, "organisation": null, "narrowed": false }));
    };
    let key = MunicipalityKey::parse(&number)?
        .and("municipality", number)
        .and("narrowed", true);
    Ok(key.variables().clone())
}

/// Four digits or nine, where something stands there.
pub fn number(kommune: &str, texts: Texts) -> Result<Option<String>, PageError> {
    let number = kommune.trim();
    if number.is_empty() {
        return Ok(None);
    }
    let bad = |_| PageError::BadInput(texts.say("bad-municipality"));
    MunicipalityKey::parse(number).map_err(bad)?;
    Ok(Some(number.to_owned()))
}

/// A municipality as it is answered.
#[derive(Deserialize)]
pub struct AnsweredPlace {
    name: String,
    number: Option<String>,
}

/// How the page says it.
pub struct Narrowed {
    /// As the address names it.
    pub key: String,
    /// `Bamble (4012)`.
    pub title: String,
    /// The same list of all municipalities.
    pub all: String,
}

impl Narrowed {
    /// Nothing where the list is not narrowed. `pairs` are what else stands in the address of `path`.
    pub fn of(kommune: &str, place: Option<&AnsweredPlace>, path: &str, pairs: &[(&str, &str)]) -> Option<Self> {
        let place = place?;
        let number = place.number.as_ref().map(|number| format!(" ({number})"));
        Some(Self {
            key: kommune.trim().to_owned(),
            title: format!("{}{}", place.name, number.unwrap_or_default()),
            all: address(path, pairs),
        })
    }
}

/// The address of a list with what is said in it; what says nothing is left out.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let said: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    if said.is_empty() {
        return path.to_owned();
    }
    let mut query = form_urlencoded::Serializer::for_suffix(format!("{path}?"), path.len() + 1);
    query.extend_pairs(said).finish()
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Language;
    use super::*;

    #[test]
    fn a_number_in_the_address_is_four_digits_or_nine_and_nothing_is_everybody() {
        let texts = Texts(Language::Bokmaal);
        let told = |kommune| variables(kommune, texts).map(|told| told["municipality"].clone()).ok();
        assert_eq!(told(" 3813 "), Some(json!("3813")));
        assert_eq!(told("940244145"), Some(json!("940244145")));
        assert_eq!(told("  "), Some(Value::Null));
        assert_eq!((told("381"), told("Bamble")), (None, None));
    }

    #[test]
    fn an_address_says_what_is_chosen_and_no_more() {
        assert_eq!(address("/frister", &[("aar", ""), ("slag", "")]), "/frister");
        assert_eq!(
            address("/frister", &[("aar", "2021"), ("slag", "a&b")]),
            "/frister?aar=2021&slag=a%26b"
        );
    }
}
