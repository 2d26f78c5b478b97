//! The lists that can be had as files: where, and which rows of what is exported are a page's.

use axum::extract::Query;
use axum::http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use strum::VariantArray;

use super::super::failure::PageError;
use super::super::screens::awards::AwardFilter;
use super::super::screens::cases::CaseChoice;
use super::super::screens::deadlines::DeadlineFilter;
use super::super::screens::programme::Order;
use super::super::visit::Visit;
use super::{said, year_in};
use crate::export::{RowOrder, Subset, What};

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum FileList {
    /// *Alle tilskudd*.
    Awards,
    /// *Utbetalinger*.
    Payments,
    /// *Programtilskudd* of one municipality.
    ProgrammeGrant,
    /// *Hva vi ikke ser*.
    Unheard,
    /// *Programmet*.
    Programme,
    /// *Dobbeltfinansiering*.
    Cases,
    /// *Frister*.
    Deadlines,
    /// *Fordeling*: one version.
    Allocation,
    /// Of all that the caller may see.
    AllAwards,
    AllPayments,
    AllPots,
    AllCoverage,
    AllAllocations,
    /// *Evaluering*.
    Evaluation,
    CodeBook,
    /// What there is, for catalogues of data.
    Catalogue,
}

/// What may stand in the address of a list that has no page with filters.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Choice {
    aar: String,
    kommune: String,
    ordning: String,
}

impl FileList {
    /// Its address, without full stop and ending.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Awards => "/kommune/{place}/tilskudd",
            Self::Payments => "/kommune/{place}/utbetalinger",
            Self::ProgrammeGrant => "/kommune/{place}/programtilskudd",
            Self::Unheard => "/kommune/{place}/ser-ikke",
            Self::Programme => "/programmet",
            Self::Cases => "/dobbeltfinansiering",
            Self::Deadlines => "/frister",
            Self::Allocation => "/fordeling/{id}/fordeling",
            Self::AllAwards => "/data/tilskudd",
            Self::AllPayments => "/data/utbetalinger",
            Self::AllPots => "/data/programtilskudd",
            Self::AllCoverage => "/data/dekning",
            Self::AllAllocations => "/data/fordelinger",
            Self::Evaluation => "/evaluering/datasett",
            Self::CodeBook => "/evaluering/kodebok",
            Self::Catalogue => "/katalog",
        }
    }

    /// What is exported of which it is a part.
    pub const fn what(self) -> What {
        match self {
            Self::Awards | Self::AllAwards => What::Awards,
            Self::Payments | Self::AllPayments => What::Payments,
            Self::ProgrammeGrant | Self::Programme | Self::AllPots => What::Pots,
            Self::Unheard | Self::AllCoverage => What::Coverage,
            Self::Cases => What::Cases,
            Self::Deadlines => What::Deadlines,
            Self::Allocation | Self::AllAllocations => What::Allocations,
            Self::Evaluation => What::Evaluation,
            Self::CodeBook => What::CodeBook,
            Self::Catalogue => What::Catalogue,
        }
    }

    /// What its files are called.
    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The rows that stand on its page.
    pub fn subset(self, uri: &Uri, visit: &Visit) -> Result<Subset, PageError> {
        let texts = visit.texts;
        let of_year = |subset: Subset| -> Result<Subset, PageError> {
            let choice: Choice = asked(uri, visit)?;
            Ok(Subset {
                year: year_in(&choice.aar, texts)?,
                ..subset
            })
        };
        match self {
            Self::Awards => asked::<AwardFilter>(uri, visit)?.subset(texts),
            Self::Payments => of_year(Subset {
                order: Some(RowOrder::Newest),
                ..Subset::default()
            }),
            Self::ProgrammeGrant => of_year(Subset {
                programme: Some(visit.programme().to_owned()),
                ..Subset::default()
            }),
            Self::Unheard => of_year(Subset {
                only_unheard: true,
                ..Subset::default()
            }),
            Self::Programme => of_year(Subset {
                programme: Some(visit.programme().to_owned()),
                ..asked::<Order>(uri, visit)?.subset()
            }),
            Self::Cases => asked::<CaseChoice>(uri, visit)?.subset(texts),
            Self::Deadlines => asked::<DeadlineFilter>(uri, visit)?.subset(texts),
            Self::AllAwards | Self::AllPayments | Self::AllPots | Self::AllCoverage | Self::AllAllocations => {
                let choice: Choice = asked(uri, visit)?;
                of_year(Subset {
                    municipality: said(&choice.kommune),
                    scheme: said(&choice.ordning),
                    ..Subset::default()
                })
            }
            Self::Allocation | Self::Evaluation | Self::CodeBook | Self::Catalogue => Ok(Subset::default()),
        }
    }
}

/// What stands behind `?`.
fn asked<T: DeserializeOwned>(uri: &Uri, visit: &Visit) -> Result<T, PageError> {
    let read = Query::<T>::try_from_uri(uri).map(|Query(asked)| asked);
    read.map_err(|_| PageError::BadInput(visit.texts.say("bad-address")))
}
