//! Which system says something: the sources by their ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::scheme::System;

/// What is known about a system without asking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub id: SourceId,
    /// The owner's name, for people.
    pub name: &'static str,
    pub delivery: Delivery,
}

/// How a system hands out what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It answers with all that it has, so an empty answer is an answer.
    Answers,
    /// It leaves things in a queue or a folder: an empty one says nothing as long as nothing ever came.
    Leaves,
}

/// The back-office systems, by the keys of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceId {
    Udir,
    Nav,
    Helsedir,
    Bufdir,
    StateAccounts,
}

impl SourceId {
    pub const ALL: [Self; 5] = [Self::Udir, Self::Nav, Self::Helsedir, Self::Bufdir, Self::StateAccounts];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udir => "udir",
            Self::Nav => "nav",
            Self::Helsedir => "helsedir",
            Self::Bufdir => "bufdir",
            Self::StateAccounts => "state_accounts",
        }
    }

    /// What is known about the source without asking it.
    pub const fn profile(self) -> Profile {
        let (name, delivery) = match self {
            Self::Udir => ("Utdanningsdirektoratet", Delivery::Answers),
            Self::Nav => ("Arbeids- og velferdsdirektoratet (NAV)", Delivery::Leaves),
            Self::Helsedir => ("Helsedirektoratet", Delivery::Leaves),
            Self::Bufdir => ("Barne-, ungdoms- og familiedirektoratet (Bufdir)", Delivery::Answers),
            Self::StateAccounts => (
                "Direktoratet for forvaltning og økonomistyring (DFØ), statsregnskapet",
                Delivery::Leaves,
            ),
        };
        Profile {
            id: self,
            name,
            delivery,
        }
    }

    /// The directorates' system that this is; the state accounts are none.
    pub const fn system(self) -> Option<System> {
        match self {
            Self::Udir => Some(System::Udir),
            Self::Nav => Some(System::Nav),
            Self::Helsedir => Some(System::Helsedir),
            Self::Bufdir => Some(System::Bufdir),
            Self::StateAccounts => None,
        }
    }
}

impl From<System> for SourceId {
    fn from(system: System) -> Self {
        match system {
            System::Udir => Self::Udir,
            System::Nav => Self::Nav,
            System::Helsedir => Self::Helsedir,
            System::Bufdir => Self::Bufdir,
        }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is none of the five keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no source; the sources are udir, nav, helsedir, bufdir and state_accounts")]
pub struct UnknownSource(String);

impl FromStr for SourceId {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|id| id.as_str() == text)
            .ok_or_else(|| UnknownSource(text.to_owned()))
    }
}
