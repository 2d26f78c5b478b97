//! Promise: "may we apply?" and the guard never contradict each other: what is told to be impossible is never clear, and what is
//! told to be possible is clear once everything is known.

use jiff::civil::date;
use programgrant_schema::{
    MunicipalityRegister, Organisations, PILOT, Programme, Programmes, ReferenceTables, SUCCESSOR,
};

use super::*;
use crate::reference::SubUnits;

fn reference(bamble: &str) -> Reference {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
    let text = PILOT
        .1
        .replacen("number = \"3813\"", &format!("number = \"3813\"\n{bamble}"), 1);
    let pilot = Programme::parse(PILOT.0, &text, &register).expect("sound");
    let organisations = Organisations::built_in().expect("sound");
    Reference {
        register,
        programmes: Programmes::new(vec![pilot]).expect("sound"),
        organisations,
        sub_units: SubUnits::default(),
        sources: crate::systems::profiles(),
        registered: std::sync::Arc::default(),
    }
}

#[test]
fn a_programme_with_unknown_rules_leaves_every_application_to_a_person() {
    let mut reference = reference("");
    let unknown = Programme::parse(SUCCESSOR.0, SUCCESSOR.1, &reference.register).expect("sound");
    reference.programmes = Programmes::new(vec![unknown]).expect("sound");
    let bamble = "kommune-0814".parse().expect("an id");
    let told: Vec<_> = [2025, 2026, 2027]
        .into_iter()
        .flat_map(|year| eligibility(&reference, bamble, year))
        .map(|told| {
            (
                told.answer,
                told.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(),
            )
        })
        .collect();
    let unknown = (EligibilityAnswer::Partly, vec![ReasonCode::RulesUnknown]);
    let before = (EligibilityAnswer::No, vec![ReasonCode::SchemeNotInForce]);
    assert_eq!(told, [before, unknown.clone(), unknown]);
}

#[test]
fn no_is_never_clear_and_yes_always_is() {
    for bamble in ["", "from = 2021-08-01", "use_until = 2021-05-31", "annulled = true"] {
        let reference = reference(bamble);
        for municipality in ["kommune-0814", "kommune-0301"].map(|id| id.parse().expect("an id")) {
            for year in 2018..=2024 {
                for eligibility in eligibility(&reference, municipality, year) {
                    compare(&reference, municipality, year, &eligibility);
                }
            }
        }
    }
}

fn compare(reference: &Reference, municipality: MunicipalityId, year: i16, eligibility: &Eligibility<'_>) {
    let targets = TARGET_GROUPS
        .map(Some)
        .into_iter()
        .chain([None, Some(TargetGroup::All)]);
    let days = |month: i8| Some(date(year, month, 1));
    let spans = (1..=12)
        .flat_map(|first| (first..=12).map(move |last| (days(first), days(last))))
        .chain([(None, None)]);
    for target_group in targets {
        for (use_from, use_until) in spans.clone() {
            let application = Application {
                recipient: Recipient::Municipality(municipality),
                subject: Subject::Scheme(eligibility.scheme.id.clone()),
                activity: None,
                target_group,
                year,
                amount: Ore::ZERO,
                use_from,
                use_until,
                case_reference: String::new(),
                is_looked_up: false,
            };
            let outcome = answer(reference, &application).outcome;
            match eligibility.answer {
                EligibilityAnswer::Yes => assert_eq!(outcome, Outcome::Clear, "{application:#?}"),
                EligibilityAnswer::No => assert_ne!(outcome, Outcome::Clear, "{application:#?}"),
                EligibilityAnswer::Partly => {}
            }
        }
    }
}

#[test]
fn partly_names_what_is_kept_out_first() {
    let reference = reference("use_until = 2021-05-31");
    let of = |scheme: &str, year: i16| {
        let answers = eligibility(&reference, "kommune-0814".parse().expect("an id"), year);
        let answer = answers
            .into_iter()
            .find(|answer| answer.scheme.id.as_str() == scheme)
            .expect("a scheme");
        (
            answer.answer,
            answer
                .reasons
                .iter()
                .map(|reason| reason.code.as_str())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(of("231.63", 2020), (EligibilityAnswer::No, vec!["IN_PROGRAMME"]));
    assert_eq!(
        of("231.63", 2021),
        (EligibilityAnswer::Partly, vec!["IN_PROGRAMME", "NOT_A_PARTICIPANT"])
    );
    assert_eq!(
        of("621.63", 2020),
        (EligibilityAnswer::Partly, vec!["IN_PROGRAMME", "OUTSIDE_SCOPE"])
    );
    assert_eq!(of("231.63", 2022), (EligibilityAnswer::Yes, vec!["NOT_A_PARTICIPANT"]));
}
