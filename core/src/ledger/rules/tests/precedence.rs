//! Promise: of several things that hold, the first in rank decides, and the others are told as context; a case officer's consent
//! lifts what is a case officer's to decide, and nothing else.

use programgrant_schema::TargetGroup::Adults;

use super::awards::{award, taken};
use super::*;
use crate::ledger::ClaimState;
use crate::systems;

struct Case {
    request: FundingRequest,
    taken: Vec<Taken>,
    awards: Vec<ReportedAward>,
    knowledge: Knowledge,
}

/// Everything at once: a participant with an unclear scope, a claim and an award in the slot, a silent source.
fn case() -> Case {
    let silent = Doubt {
        source: systems::NAV,
        kind: DoubtKind::Silent,
    };
    Case {
        request: request().scheme("621.63"),
        taken: vec![taken(ClaimState::Cleared)],
        awards: vec![award(("2021-01-01", "2021-12-31"))],
        knowledge: Knowledge {
            is_ledger_in_order: true,
            doubts: vec![silent],
        },
    }
}

fn free(mut case: Case) -> Case {
    (case.taken, case.awards) = (Vec::new(), Vec::new());
    case
}

fn answers(case: &Case) -> (String, String) {
    let reference = reference();
    let application = case.request.resolved(&reference);
    let question = Question {
        application: &application,
        reference: &reference,
        taken: &case.taken,
        awards: &case.awards,
        knowledge: &case.knowledge,
    };
    (told(&judge(&question)), told(&judge_allowed(&question)))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn the_first_in_rank_decides() {
    let rows = [
        (
            Case {
                request: request().on_post(846, 61, None).to(COUNTY_GOVERNOR),
                ..case()
            },
            "CASE_OFFICER UNRESOLVED_RECIPIENT UNRESOLVED_SCHEME ALREADY_FUNDED ALREADY_FUNDED SOURCE_NOT_FRESH",
            "BLOCKED ALREADY_FUNDED ALREADY_FUNDED SOURCE_NOT_FRESH UNRESOLVED_RECIPIENT UNRESOLVED_SCHEME",
        ),
        (
            case(),
            "BLOCKED ALREADY_FUNDED ALREADY_FUNDED SCOPE_UNCLEAR SOURCE_NOT_FRESH",
            "BLOCKED ALREADY_FUNDED ALREADY_FUNDED SOURCE_NOT_FRESH SCOPE_UNCLEAR",
        ),
        (
            Case {
                request: request(),
                taken: vec![taken(ClaimState::Requested)],
                ..free(case())
            },
            "UNDETERMINED SLOT_CONTENDED IN_PROGRAMME SOURCE_NOT_FRESH",
            "UNDETERMINED SLOT_CONTENDED IN_PROGRAMME SOURCE_NOT_FRESH",
        ),
        (
            Case {
                request: request(),
                ..free(case())
            },
            "BLOCKED IN_PROGRAMME SOURCE_NOT_FRESH",
            "BLOCKED IN_PROGRAMME SOURCE_NOT_FRESH",
        ),
        (
            free(case()),
            "CASE_OFFICER SCOPE_UNCLEAR SOURCE_NOT_FRESH",
            "UNDETERMINED SOURCE_NOT_FRESH SCOPE_UNCLEAR",
        ),
        (
            Case {
                request: request().scheme("621.63").target(Adults),
                ..free(case())
            },
            "UNDETERMINED SOURCE_NOT_FRESH",
            "UNDETERMINED SOURCE_NOT_FRESH",
        ),
        (
            Case {
                knowledge: Knowledge {
                    is_ledger_in_order: false,
                    doubts: Vec::new(),
                },
                ..free(case())
            },
            "CASE_OFFICER SCOPE_UNCLEAR LEDGER_BEHIND",
            "UNDETERMINED LEDGER_BEHIND SCOPE_UNCLEAR",
        ),
        (
            Case {
                knowledge: Knowledge::whole(),
                ..free(case())
            },
            "CASE_OFFICER SCOPE_UNCLEAR",
            "CLEAR DECIDED_BY_CASE_OFFICER SCOPE_UNCLEAR",
        ),
        (
            Case {
                request: request().to(COUNTY_GOVERNOR),
                knowledge: Knowledge::whole(),
                ..free(case())
            },
            "CASE_OFFICER UNRESOLVED_RECIPIENT",
            "CLEAR DECIDED_BY_CASE_OFFICER UNRESOLVED_RECIPIENT",
        ),
        (
            Case {
                request: request().to(OSLO),
                knowledge: Knowledge::whole(),
                ..free(case())
            },
            "CLEAR NOT_A_PARTICIPANT",
            "CLEAR DECIDED_BY_CASE_OFFICER",
        ),
    ];
    for (case, judged, allowed) in rows {
        assert_eq!(
            answers(&case),
            (judged.to_owned(), allowed.to_owned()),
            "{:#?}",
            case.request
        );
    }
}

#[test]
fn what_is_not_known_is_never_clear() {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let rows = [
        (DoubtKind::Silent, "UNDETERMINED SOURCE_NOT_FRESH"),
        (DoubtKind::Stale { heard_at: now }, "UNDETERMINED SOURCE_NOT_FRESH"),
        (DoubtKind::NotAsked { year: 2016 }, "UNDETERMINED SOURCE_NOT_FRESH"),
        (DoubtKind::Gap, "UNDETERMINED SOURCE_INCOMPLETE"),
        (DoubtKind::Clouded { year: 2021 }, "UNDETERMINED SOURCE_INCOMPLETE"),
        (DoubtKind::InDoubt { year: 2021 }, "UNDETERMINED SOURCE_INCOMPLETE"),
    ];
    for (kind, expected) in rows {
        let knowledge = Knowledge {
            is_ledger_in_order: true,
            doubts: vec![Doubt {
                source: systems::NAV,
                kind,
            }],
        };
        let (judged, allowed) = answers(&Case {
            request: request().to(OSLO),
            knowledge,
            ..free(case())
        });
        assert_eq!((judged.as_str(), allowed.as_str()), (expected, expected));
    }
    let knowledge = Knowledge {
        is_ledger_in_order: false,
        doubts: Vec::new(),
    };
    let (judged, _) = answers(&Case {
        request: request().to(OSLO),
        knowledge,
        ..free(case())
    });
    assert_eq!(judged, "UNDETERMINED LEDGER_BEHIND");
}

#[test]
fn every_code_is_listed_as_it_is_stored() {
    let codes: Vec<ReasonCode> = REASON_CODES
        .iter()
        .map(|code| serde_json::from_value(serde_json::json!(code)).expect("a code"))
        .collect();
    assert_eq!(codes.iter().map(|code| code.as_str()).collect::<Vec<_>>(), REASON_CODES);
}

#[test]
fn fifty_reasons_are_told_the_deciding_ones_first_and_how_many_more() {
    let numbered = |number: i32| {
        let mut award = award(("2021-01-01", "2021-12-31"));
        award.evidence.record = number.to_string();
        award
    };
    let many = Case {
        awards: (0..10_000).map(numbered).collect(),
        ..case()
    };
    let (
        reference,
        Case {
            taken,
            awards,
            knowledge,
            request,
        },
    ) = (reference(), many);
    let application = request.resolved(&reference);
    let judged = judge(&Question {
        application: &application,
        reference: &reference,
        taken: &taken,
        awards: &awards,
        knowledge: &knowledge,
    });
    let told = judged.clone().within_bounds();
    assert_eq!(
        (told.outcome, told.reasons.len(), told.evidence.len()),
        (judged.outcome, 50, 50)
    );
    assert_eq!(
        (&told.reasons[..49], &told.evidence[..]),
        (&judged.reasons[..49], &judged.evidence[..50])
    );
    let last = &told.reasons[49];
    assert_eq!(last.code, ReasonCode::MoreThanListed);
    assert_eq!(
        last.message,
        "Ikke alt er listet. Det er 9954 grunner til og 9950 meldinger til som svaret bygger på."
    );
    assert_eq!(
        told.clone().within_bounds(),
        told,
        "what is within bounds stays as it is"
    );
}

#[test]
fn a_case_lists_fifty_awards_and_says_how_many_more() {
    let finding = |awards: usize| crate::ledger::Finding {
        kind: crate::ledger::CaseKind::PotDifference,
        subject: "x".to_owned(),
        programme: None,
        municipality: None,
        scheme: None,
        year: 2021,
        to_hold_back: programgrant_schema::Ore::ZERO,
        to_pay_back: programgrant_schema::Ore::ZERO,
        awards: (0..awards).map(|number| number.to_string()).collect(),
        claim: None,
        reasons: vec![Reason {
            code: ReasonCode::PotDiffers,
            rule: None,
            message: "x".to_owned(),
        }],
    };
    assert_eq!(finding(50).within_bounds(), finding(50));
    let bounded = finding(53).within_bounds();
    assert_eq!((bounded.awards.len(), bounded.reasons.len()), (50, 2));
    assert_eq!(
        bounded.reasons[1].message,
        "Ikke alt er listet. Det er 3 tildelinger til."
    );
}
