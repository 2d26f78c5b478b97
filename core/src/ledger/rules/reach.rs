//! Whose slots an application takes: its recipient's under its scheme; where these could not be told, those of everybody and
//! everything that may be meant, so that nobody else is cleared in the meantime.

use std::collections::BTreeSet;

use programgrant_schema::{MunicipalityId, MunicipalityNumber, OrganisationNumber, Reading};
use serde::{Deserialize, Serialize};

use super::{Application, Recipient};
use crate::reference::Reference;

/// The recipients and schemes, by their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotScope {
    pub recipients: BTreeSet<String>,
    pub subjects: BTreeSet<String>,
}

impl SlotScope {
    /// Everything that the application may mean.
    pub fn of(application: &Application, reference: &Reference) -> Self {
        let mut reach = Self::exactly(application);
        reach.recipients.extend(
            application
                .recipient
                .may_mean(reference)
                .iter()
                .map(MunicipalityId::to_string),
        );
        reach.subjects.extend(
            application
                .subject
                .may_mean(reference)
                .iter()
                .map(|scheme| scheme.id.to_string()),
        );
        reach
    }

    /// Its own recipient and scheme alone.
    pub fn exactly(application: &Application) -> Self {
        Self {
            recipients: BTreeSet::from([application.recipient.to_string()]),
            subjects: BTreeSet::from([application.subject.to_string()]),
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        !self.recipients.is_disjoint(&other.recipients) && !self.subjects.is_disjoint(&other.subjects)
    }

    /// Every recipient under every scheme.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.recipients.iter().flat_map(|recipient| {
            self.subjects
                .iter()
                .map(move |subject| (recipient.as_str(), subject.as_str()))
        })
    }
}

impl Recipient {
    /// The municipalities that may be meant: one, or where none was chosen, every one that a stated number leads to.
    fn may_mean(&self, reference: &Reference) -> Vec<MunicipalityId> {
        let stated = match self {
            Self::Municipality(id) => return vec![*id],
            Self::Unresolved(stated) => stated,
        };
        let by_number = |number: MunicipalityNumber| match reference.register.read(number) {
            Reading::Municipality(id) => vec![id],
            Reading::Ambiguous(parts) => parts,
            Reading::Unknown => Vec::new(),
        };
        let meant = |part: &str| match part.parse::<OrganisationNumber>() {
            Ok(number) => reference.by_organisation(number).into_iter().collect(),
            Err(_) => part.parse().map(by_number).unwrap_or_default(),
        };
        stated.split('/').flat_map(meant).collect()
    }
}
