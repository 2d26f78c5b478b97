//! The bench that the promises of the rules are tried on: the pilot as its file states it, and one request to vary.

mod awards;
mod evasion;
mod knowledge;
mod precedence;
mod programme;
mod reading;
mod slots;
mod unknown;

use jiff::civil::Date;
use programgrant_schema::{
    MunicipalityRegister, Ore, Organisations, PILOT, Programme, Programmes, ReferenceTables, TargetGroup,
};

use super::*;
use crate::reference::{Reference, SubUnits};

pub const BAMBLE: &str = "940244145";
pub const OSLO: &str = "958935420";
/// A NAV office of Bamble's.
pub const OFFICE: &str = "310000019";
pub const COUNTY_GOVERNOR: &str = "974762501";

/// The registers, with the pilot's file after `edit`.
pub fn reference_with(edit: impl Fn(&str) -> String) -> Reference {
    reference_of(&[&edit(PILOT.1)])
}

/// The registers, with these programme files.
pub fn reference_of(files: &[&str]) -> Reference {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
    let read = |text: &&str| Programme::parse("p.toml", text, &register).expect("sound");
    let programmes = Programmes::new(files.iter().map(read).collect()).expect("sound");
    Reference {
        register,
        programmes,
        organisations: Organisations::built_in().expect("sound"),
        sub_units: SubUnits::parse("units", &format!("{OFFICE};{BAMBLE}\n")).expect("sound"),
        sources: crate::systems::profiles(),
        registered: std::sync::Arc::default(),
    }
}

pub fn reference() -> Reference {
    reference_with(str::to_owned)
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// Kindergarten language grant for Bamble in 2021.
pub fn request() -> FundingRequest {
    FundingRequest {
        scheme: Some("231.63".to_owned()),
        chapter: None,
        post: None,
        activity: None,
        organisation_number: Some(BAMBLE.to_owned()),
        municipality_number: None,
        year: 2021,
        amount: Ore::from_kroner(100_000).expect("in range"),
        target_group: None,
        use_from: None,
        use_until: None,
        case_reference: "21/4711".to_owned(),
    }
}

impl FundingRequest {
    fn scheme(self, id: &str) -> Self {
        Self {
            scheme: Some(id.to_owned()),
            chapter: None,
            post: None,
            ..self
        }
    }

    fn on_post(self, chapter: i32, post: i32, activity: Option<&str>) -> Self {
        Self {
            scheme: None,
            chapter: Some(chapter),
            post: Some(post),
            activity: activity.map(str::to_owned),
            ..self
        }
    }

    fn activity(self, activity: &str) -> Self {
        Self {
            activity: Some(activity.to_owned()),
            ..self
        }
    }

    fn to(self, organisation: &str) -> Self {
        Self {
            organisation_number: Some(organisation.to_owned()),
            municipality_number: None,
            ..self
        }
    }

    fn number(self, number: &str) -> Self {
        Self {
            organisation_number: None,
            municipality_number: Some(number.to_owned()),
            ..self
        }
    }

    fn year(self, year: i32) -> Self {
        Self { year, ..self }
    }

    fn target(self, target_group: TargetGroup) -> Self {
        Self {
            target_group: Some(target_group),
            ..self
        }
    }

    /// A side that is `-` is not stated.
    fn used(self, from: &str, until: &str) -> Self {
        let side = |text: &str| (text != "-").then(|| day(text));
        Self {
            use_from: side(from),
            use_until: side(until),
            ..self
        }
    }

    fn resolved(&self, reference: &Reference) -> Application {
        Application::resolve(self, reference).expect("a request")
    }
}

/// The answer where nobody else asked or got anything, and everything is known.
pub fn ask_in(reference: &Reference, request: &FundingRequest) -> Verdict {
    let application = request.resolved(reference);
    judge(&Question {
        application: &application,
        reference,
        taken: &[],
        awards: &[],
        knowledge: &Knowledge::whole(),
    })
}

/// Outcome and codes, the deciding one first: `BLOCKED IN_PROGRAMME`.
pub fn told(verdict: &Verdict) -> String {
    let outcome = match verdict.outcome {
        Outcome::Clear => "CLEAR",
        Outcome::Blocked => "BLOCKED",
        Outcome::NeedsCaseOfficer => "CASE_OFFICER",
        Outcome::Undetermined => "UNDETERMINED",
    };
    std::iter::once(outcome)
        .chain(verdict.reasons.iter().map(|reason| reason.code.as_str()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Asks for each row and compares with what is to be told.
pub fn check(reference: &Reference, rows: impl IntoIterator<Item = (FundingRequest, &'static str)>) {
    for (request, expected) in rows {
        let verdict = ask_in(reference, &request);
        assert_eq!(told(&verdict), expected, "{request:#?}\n{:#?}", verdict.reasons);
    }
}
