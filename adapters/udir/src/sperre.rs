//! Exclusions between the gateway's words and Udir's: pure. `exclusions` holds the calls.

use jiff::civil::Date;
use programgrant_contract::json::{self, Field, Flaw};
use programgrant_contract::{HeldExclusion, SourceError, check};
use programgrant_schema::{BudgetPost, Exclusion, OrganisationNumber, Prevention};
use serde_json::value::RawValue;

use crate::wire::{ListetSperre, Sperre, Sperreliste};

/// What an exclusion does in each scheme that knows any.
const EFFECTS: [(BudgetPost, Prevention, &str); 2] = [
    (
        BudgetPost::new(231, 63),
        Prevention::LeaveOutOfCalculation,
        "UTELAT_FRA_BEREGNING",
    ),
    (BudgetPost::new(231, 66), Prevention::DoNotInvite, "IKKE_INVITER"),
];

/// What Udir knows an exclusion by: it holds one for each post and participant.
pub type Key = (BudgetPost, OrganisationNumber);

pub fn key(exclusion: &Exclusion) -> Key {
    (exclusion.post, exclusion.participant.organisation_number)
}

/// An exclusion as Udir lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: Key,
    pub from: Date,
    pub until: Date,
}

impl Listed {
    /// Whether this may be that statement: dates are all that the list tells.
    pub fn is(&self, exclusion: &Exclusion) -> bool {
        self.key == key(exclusion) && (self.from, self.until) == (exclusion.from, exclusion.until)
    }

    pub fn held(&self) -> HeldExclusion {
        let (post, organisation_number) = self.key;
        HeldExclusion {
            organisation_number: organisation_number.to_string(),
            subject: post.to_string(),
            from: self.from,
            until: self.until,
        }
    }
}

/// The statement in Udir's words, or why there are none.
pub fn say(exclusion: &Exclusion) -> Result<Sperre<'_>, SourceError> {
    check(exclusion)?;
    let Exclusion {
        post,
        prevention,
        activity,
        target_group,
        ..
    } = exclusion;
    if activity.is_some() || target_group.is_some() {
        return Err(SourceError::refused(
            "Udir's exclusions are about a whole scheme, not about an activity or a target group",
        ));
    }
    let (_, expected, word) = EFFECTS
        .iter()
        .find(|(known, ..)| known == post)
        .ok_or_else(|| SourceError::refused(format!("Udir has no exclusions for {post}")))?;
    if expected != prevention {
        return Err(SourceError::refused(format!(
            "Udir has no word for {prevention} on {post}; it knows {expected} there"
        )));
    }
    Ok(Sperre {
        fra_og_med: exclusion.from,
        til_og_med: exclusion.until,
        program: &exclusion.programme,
        virkning: word,
        hjemmel: &exclusion.legal_basis,
    })
}

/// Reads the list; one entry that cannot be read makes it worthless, for it may be ours.
pub fn list(body: &[u8]) -> Result<Vec<Listed>, SourceError> {
    let text = std::str::from_utf8(body).ok();
    let list: Sperreliste = text
        .and_then(json::object)
        .ok_or_else(|| SourceError::malformed("sperrer", "the body is not the documented list"))?;
    let read = |(index, entry)| {
        listed(entry).map_err(|flaw| SourceError::malformed(format!("sperrer, entry {}", index + 1), flaw.to_string()))
    };
    list.sperrer.into_iter().enumerate().map(read).collect()
}

fn listed(entry: &RawValue) -> Result<Listed, Flaw> {
    let entry: ListetSperre = json::object(entry.get()).ok_or_else(|| Flaw("is no object".to_owned()))?;
    let chapter = Field::new("kapittel", entry.kapittel).required(Field::text)?;
    let post =
        Field::new("post", entry.post).parse_required("budget post", |post| BudgetPost::parse(&chapter, post).ok())?;
    let number =
        Field::new("orgnr", entry.orgnr).parse_required("organisation number", |number| number.parse().ok())?;
    let from = Field::new("fraOgMed", entry.fra_og_med).required(Field::date)?;
    let until = Field::new("tilOgMed", entry.til_og_med).required(Field::date)?;
    Ok(Listed {
        key: (post, number),
        from,
        until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let entry = r#"{"kapittel":"231","post":"63","orgnr":"940244145","fraOgMed":"2020-01-01","tilOgMed":"2023-06-30","ny":1}"#;
        let read = |entries: &str| list(format!(r#"{{"sperrer":[{entries}],"antall":7}}"#).as_bytes());
        let expected = HeldExclusion {
            organisation_number: "940244145".to_owned(),
            subject: "231.63".to_owned(),
            from: jiff::civil::date(2020, 1, 1),
            until: jiff::civil::date(2023, 6, 30),
        };
        assert_eq!(
            read(entry).map(|list| list.iter().map(Listed::held).collect::<Vec<_>>()),
            Ok(vec![expected])
        );
        assert_eq!(read(""), Ok(Vec::new()));
        let bad = |from: &str, to: &str| read(&format!("{entry},{}", entry.replace(from, to)));
        for (from, to, reason) in [
            ("\"63\"", "\"x\"", "post: \"x\" is no budget post"),
            (
                "940244145",
                "940244146",
                "orgnr: \"940244146\" is no organisation number",
            ),
            ("2023-06-30", "30.06.2023", "tilOgMed: \"30.06.2023\" is no date"),
            ("fraOgMed", "fra", "fraOgMed is missing"),
        ] {
            assert_eq!(bad(from, to), Err(SourceError::malformed("sperrer, entry 2", reason)));
        }
        for body in ["", "[]", "{}", r#"{"sperrer":null}"#, r#"{"sperrer":[{"#] {
            assert!(list(body.as_bytes()).is_err(), "{body}");
        }
    }
}
