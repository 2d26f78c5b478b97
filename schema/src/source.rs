//! Who says something: the sources by their ids, and what is known of one without asking it.

use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

/// How a system hands out what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It answers with all that it has, so an empty answer is an answer.
    Answers,
    /// It leaves things in a queue or a folder: an empty one says nothing as long as nothing ever came.
    Leaves,
}

/// The most characters of an id.
const LONGEST: usize = 32;
/// Ids of the reference registers, which no back-office system may take.
const RESERVED: [&str; 2] = ["klass", "brreg"];

/// A source by its key in the configuration: `udir`, `state_accounts`. Small enough to be copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct SourceId([u8; LONGEST]);

/// The text is no source's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no source's id: lower case letters and digits, in words joined by single underscores, that begin with a letter; at \
     most {LONGEST} characters"
)]
pub struct SourceIdError(String);

impl SourceId {
    /// An id that stands in the code.
    ///
    /// # Panics
    ///
    /// If it is none; at compile time where it is a constant.
    pub const fn from_static(text: &'static str) -> Self {
        match Self::read(text.as_bytes()) {
            Some(id) => id,
            None => panic!("no source's id"),
        }
    }

    /// `[a-z][a-z0-9]*(_[a-z0-9]+)*`, at most 32 characters. The rest of the array is zero, so that ids are ordered as their texts are.
    const fn read(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > LONGEST || !text[0].is_ascii_lowercase() || text[text.len() - 1] == b'_' {
            return None;
        }
        let (mut id, mut at) = ([0; LONGEST], 0);
        while at < text.len() {
            match text[at] {
                b'_' if text[at - 1] != b'_' => {}
                b'a'..=b'z' | b'0'..=b'9' => {}
                _ => return None,
            }
            id[at] = text[at];
            at += 1;
        }
        Some(Self(id))
    }

    /// # Panics
    ///
    /// Never: every id is made of letters, digits and underscores.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|letter| *letter == 0).unwrap_or(LONGEST);
        std::str::from_utf8(&self.0[..length]).expect("an id is ASCII")
    }

    /// Whether the id is a reference register's, and no back-office system's.
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.as_str())
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SourceId {
    type Err = SourceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text.as_bytes()).ok_or_else(|| SourceIdError(text.to_owned()))
    }
}

/// What is known about a source without asking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceProfile {
    pub id: SourceId,
    /// The owner's name, for people.
    pub name: String,
    pub delivery: Delivery,
    /// Whether it manages grants; the state accounts only tell of them.
    pub manages_grants: bool,
}

/// The sources that a configuration or a programme names, in the order in which they are shown, and what would be known of others.
#[derive(Debug, Clone, Default)]
pub struct SourceProfiles {
    named: Vec<SourceProfile>,
    defaults: Vec<SourceProfile>,
}

impl SourceProfiles {
    /// `defaults` describe sources that were named before and are no longer.
    pub const fn new(named: Vec<SourceProfile>, defaults: Vec<SourceProfile>) -> Self {
        Self { named, defaults }
    }

    /// The same with more that are shown after the others.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = SourceProfile>) -> Self {
        self.named.extend(more);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &SourceProfile> {
        self.named.iter()
    }

    /// The source of that id. One of which nothing is known has its id for a name; that it was silent counts as silence.
    pub fn get(&self, id: SourceId) -> SourceProfile {
        let known = self.named.iter().chain(&self.defaults).find(|profile| profile.id == id);
        known.cloned().unwrap_or_else(|| SourceProfile {
            id,
            name: id.to_string(),
            delivery: Delivery::Leaves,
            manages_grants: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        for text in ["udir", "state_accounts", "a", "nav2", "b_2_c", &"x".repeat(32)] {
            let id: SourceId = text.parse().expect(text);
            assert_eq!((id.as_str(), id.to_string().as_str()), (text, text));
            assert_eq!(serde_json::to_string(&id).expect("text"), format!("{text:?}"));
            assert_eq!(
                serde_json::from_str::<SourceId>(&format!("{text:?}")).expect("an id"),
                id
            );
        }
        assert_eq!(SourceId::from_static("udir").to_string(), "udir");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "_a",
            "a_",
            "a__b",
            "Udir",
            "2nav",
            "a-b",
            "a b",
            "å",
            "a.b",
            &"x".repeat(33),
        ] {
            assert!(text.parse::<SourceId>().is_err(), "{text}");
        }
    }

    #[test]
    fn ids_are_ordered_as_their_texts_are_and_the_registers_are_reserved() {
        let id = SourceId::from_static;
        assert!(id("nav") < id("nav_b") && id("nav_b") < id("udir"));
        assert_eq!(
            [id("klass"), id("brreg"), id("nav")].map(|id| id.is_reserved()),
            [true, true, false]
        );
    }
}
