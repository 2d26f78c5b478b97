//! Functions beside the role: what a body does in one programme, and for how long. A body may have several.

use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// What a body does in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum BodyFunction {
    /// Regional ressursgruppe: assesses applications, and advises the county governor.
    ResourceGroup,
    /// Prosjektgruppe.
    ProjectGroup,
    /// Kompetansemiljø: gives support to municipalities.
    CompetenceEnvironment,
    Evaluator,
    /// KS, the municipalities' own organisation.
    Ks,
}

impl BodyFunction {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A body's function in one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionHolding {
    pub organisation: OrganisationNumber,
    pub function: BodyFunction,
    pub programme: String,
    /// The county governor of the region that it is for; every region where left out.
    pub region: Option<OrganisationNumber>,
    /// Its first day; from the beginning where left out.
    pub from: Option<Date>,
    /// Its last day; until it is taken away where left out.
    pub until: Option<Date>,
}

impl FunctionHolding {
    /// Whether it holds on that day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it reaches that region; one for every region does.
    pub fn reaches(&self, region: OrganisationNumber) -> bool {
        self.region.is_none_or(|own| own == region)
    }
}

/// Every function that anybody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Functions(pub Vec<FunctionHolding>);

impl Functions {
    /// What a body does on that day.
    pub fn of(&self, organisation: OrganisationNumber, day: Date) -> impl Iterator<Item = &FunctionHolding> {
        self.0
            .iter()
            .filter(move |holding| holding.organisation == organisation && holding.holds_on(day))
    }

    /// Whether a body has the function in that programme and region on that day.
    pub fn has(
        &self,
        organisation: OrganisationNumber,
        function: BodyFunction,
        (programme, region): (&str, OrganisationNumber),
        day: Date,
    ) -> bool {
        self.of(organisation, day)
            .any(|holding| holding.function == function && holding.programme == programme && holding.reaches(region))
    }
}
