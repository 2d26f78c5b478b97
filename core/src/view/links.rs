//! What an award has to do with others: which of them are the same award as another source reports it, and which took the place of
//! which.

use programgrant_schema::Figure;

use super::rows::Place;
use super::same_award::Disputed;

/// What follows from other rows; a row without any has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    pub same: Option<Same>,
    /// The award that took its place.
    pub heir: Option<Place>,
    /// Those whose place it took.
    pub before: Vec<Place>,
}

/// What it is to the same award of other sources.
#[derive(Debug, Clone, PartialEq)]
pub enum Same {
    /// It states the figures.
    States(Box<Joined>),
    /// It is shown beside that one.
    Beside(Place),
}

/// An award that several sources report.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// In the order in which they are believed.
    pub others: Vec<Place>,
    pub disputed: Disputed,
    pub applied: Figure,
    pub granted: Figure,
    pub paid: Figure,
    /// Whose disbursements are told, where its own source has none.
    pub disbursements_of: Option<Place>,
}

impl Links {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
