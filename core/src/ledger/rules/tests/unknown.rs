//! Promise: where a programme's rules are not published, nothing under its schemes is ever clear, whoever asks and whatever for; other schemes are
//! judged as if it were not there.

use programgrant_schema::SUCCESSOR;
use programgrant_schema::TargetGroup::{Adults, ChildrenAndYoung};

use super::*;

fn both() -> Reference {
    reference_of(&[PILOT.1, SUCCESSOR.1])
}

#[test]
fn everything_under_its_schemes_is_left_to_a_case_officer() {
    let new = || request().scheme("846.63").year(2026);
    let rows = [
        (new(), "CASE_OFFICER RULES_UNKNOWN"),
        (new().to(OSLO), "CASE_OFFICER RULES_UNKNOWN"),
        (new().target(Adults), "CASE_OFFICER RULES_UNKNOWN"),
        (new().target(ChildrenAndYoung), "CASE_OFFICER RULES_UNKNOWN"),
        (new().activity("LOS"), "CASE_OFFICER UNRESOLVED_SCHEME RULES_UNKNOWN"),
        (new().used("2026-08-01", "2028-06-30"), "CASE_OFFICER RULES_UNKNOWN"),
        (new().year(2030), "CASE_OFFICER RULES_UNKNOWN"),
        (
            request().on_post(846, 63, None).year(2026),
            "CASE_OFFICER RULES_UNKNOWN",
        ),
        // Nor is it known for whom, or whether there was such a grant.
        (new().number("9999"), "CASE_OFFICER UNRESOLVED_RECIPIENT RULES_UNKNOWN"),
        (new().year(2025), "CASE_OFFICER UNRESOLVED_SCHEME RULES_UNKNOWN"),
    ];
    check(&both(), rows);
}

#[test]
fn what_is_not_known_now_outranks_nothing_of_it_and_no_other_scheme_notices() {
    let reference = both();
    let application = request().scheme("846.63").year(2026).resolved(&reference);
    let doubtful = Knowledge {
        is_ledger_in_order: false,
        ..Knowledge::whole()
    };
    let verdict = judge(&Question {
        application: &application,
        reference: &reference,
        taken: &[],
        awards: &[],
        knowledge: &doubtful,
    });
    assert_eq!(told(&verdict), "CASE_OFFICER RULES_UNKNOWN LEDGER_BEHIND");
    for scheme in ["231.63", "621.63", "765.60-children", "765.60-adults", "846-los"] {
        for (year, body) in [(2021, BAMBLE), (2022, BAMBLE), (2026, BAMBLE), (2022, OSLO)] {
            let asked = request().scheme(scheme).year(year).to(body);
            let alone = ask_in(&self::reference(), &asked);
            assert_eq!(ask_in(&reference, &asked), alone, "{scheme} {year}");
        }
    }
}

#[test]
fn days_that_are_known_bound_what_it_may_touch() {
    let dated = SUCCESSOR
        .1
        .replacen("rules = \"unknown\"", "rules = \"unknown\"\nfrom = 2026-08-01", 1);
    let shared = dated.replace(
        "budget = [[2026, 0, 846, 63]]",
        "budget = [[2020, 2025, 846, 64], [2026, 0, 846, 63]]",
    );
    assert_ne!(shared, dated);
    let rows = [
        (request().scheme("846.63").year(2021), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().scheme("846.63").year(2021).used("2021-01-01", "2026-08-31"),
            "CASE_OFFICER RULES_UNKNOWN",
        ),
        (request().scheme("846.63").year(2026), "CASE_OFFICER RULES_UNKNOWN"),
    ];
    check(&reference_of(&[&shared]), rows);
}
