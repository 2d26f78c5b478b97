//! Promise: who has the slot keeps others out of it: a claim by its state, a reported award by what it covers, one that may be the
//! recipient's by a case officer's decision.

use jiff::Timestamp;
use programgrant_schema::TargetGroup::{self, Adults, ChildrenAndYoung};

use super::*;
use crate::ledger::{ClaimId, ClaimState};
use crate::systems;

pub fn award(months: (&str, &str)) -> ReportedAward {
    ReportedAward {
        id: "nav:7".to_owned(),
        is_certain: true,
        months: Month::of(day(months.0))..=Month::of(day(months.1)),
        target_group: None,
        activity: None,
        has_vanished: false,
        evidence: EvidenceRecord {
            source: systems::NAV,
            record: "B-7".to_owned(),
            changed_at: None,
            received_at: Timestamp::UNIX_EPOCH,
        },
    }
}

pub fn taken(state: ClaimState) -> Taken {
    Taken {
        claim: ClaimId::new("c1"),
        state,
        requested_by: "983544622".parse().expect("an organisation number"),
        case_reference: "21/88".to_owned(),
    }
}

/// Oslo asks for social services in 2021, for adults.
fn oslo() -> FundingRequest {
    request().scheme("621.63").target(Adults).to(OSLO)
}

fn with(request: &FundingRequest, taken: &[Taken], awards: &[ReportedAward]) -> Verdict {
    let reference = reference();
    let application = request.resolved(&reference);
    judge(&Question {
        application: &application,
        reference: &reference,
        taken,
        awards,
        knowledge: &Knowledge::whole(),
    })
}

#[test]
fn a_claim_that_holds_the_slot_blocks_and_an_undecided_one_defers() {
    for state in [
        ClaimState::Held,
        ClaimState::Cleared,
        ClaimState::Quarantined,
        ClaimState::Confirmed,
        ClaimState::Paid,
    ] {
        assert_eq!(
            told(&with(&oslo(), &[taken(state)], &[])),
            "BLOCKED ALREADY_FUNDED",
            "{state:?}"
        );
    }
    assert_eq!(
        told(&with(&oslo(), &[taken(ClaimState::Requested)], &[])),
        "UNDETERMINED SLOT_CONTENDED"
    );
    let both = [taken(ClaimState::Requested), taken(ClaimState::Cleared)];
    let verdict = with(&oslo(), &both, &[]);
    assert_eq!(told(&verdict), "BLOCKED ALREADY_FUNDED SLOT_CONTENDED");
    let message = &verdict.reasons[0].message;
    assert!(
        message.contains("Helsedirektoratet") && message.contains("er klarert"),
        "{message}"
    );
    assert_eq!(
        verdict.reasons[0].rule.as_ref().map(|rule| rule.id.as_str()),
        Some("same-activity")
    );
}

#[test]
fn whose_claim_stands_in_the_way_is_told_and_which_one_only_once_it_is_awarded() {
    let reference = reference();
    let application = oslo().resolved(&reference);
    let held = [
        ClaimState::Requested,
        ClaimState::Held,
        ClaimState::Cleared,
        ClaimState::Quarantined,
        ClaimState::Confirmed,
        ClaimState::Paid,
    ];
    for state in held {
        let claim = Taken {
            claim: ClaimId::new("krav-77"),
            case_reference: "hemmelig".to_owned(),
            ..taken(state)
        };
        let question = Question {
            application: &application,
            reference: &reference,
            taken: &[claim],
            awards: &[],
            knowledge: &Knowledge::whole(),
        };
        for verdict in [judge(&question), judge_allowed(&question), judge_exception(&question)] {
            let told = serde_json::to_string(&verdict).expect("JSON");
            let is_awarded = matches!(state, ClaimState::Confirmed | ClaimState::Paid);
            assert!(told.contains("Helsedirektoratet"), "{state:?}: {told}");
            assert_eq!(
                (told.contains("krav-77"), told.contains("hemmelig")),
                (is_awarded, is_awarded),
                "{state:?}: {told}"
            );
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn a_reported_award_blocks_what_it_covers_and_nothing_else() {
    let year = ("2021-01-01", "2021-12-31");
    let blocked = "BLOCKED ALREADY_FUNDED";
    let clear = "CLEAR NOT_A_PARTICIPANT";
    let for_group = |target_group: TargetGroup| ReportedAward {
        target_group: Some(target_group),
        ..award(year)
    };
    let for_project = |project: &str| ReportedAward {
        activity: Some(project.to_owned()),
        ..award(year)
    };
    let rows = [
        (oslo(), award(year), blocked),
        (oslo(), award(("2020-01-01", "2021-01-31")), blocked),
        (oslo(), award(("2020-01-01", "2020-12-31")), clear),
        (oslo(), for_group(Adults), blocked),
        (oslo(), for_group(TargetGroup::All), blocked),
        (oslo(), for_group(ChildrenAndYoung), clear),
        (oslo(), for_project("A"), blocked),
        (oslo().activity("a"), for_project("A"), blocked),
        (oslo().activity("b"), for_project("A"), clear),
        (oslo().activity("b"), award(year), blocked),
        (
            oslo(),
            ReportedAward {
                has_vanished: true,
                ..award(year)
            },
            blocked,
        ),
        (
            oslo(),
            ReportedAward {
                is_certain: false,
                ..award(year)
            },
            "CASE_OFFICER AWARD_UNRESOLVED",
        ),
        (
            oslo(),
            ReportedAward {
                is_certain: false,
                ..award(("2020-01-01", "2020-12-31"))
            },
            clear,
        ),
    ];
    for (request, award, expected) in rows {
        assert_eq!(
            told(&with(&request, &[], std::slice::from_ref(&award))),
            expected,
            "{request:?} {award:?}"
        );
    }
    let verdict = with(&oslo(), &[], &[award(year), award(year)]);
    assert_eq!(verdict.evidence, [award(year).evidence]);
    assert!(
        verdict.reasons[0].message.contains("nav:7"),
        "{}",
        verdict.reasons[0].message
    );
    let gone = with(
        &oslo(),
        &[],
        &[ReportedAward {
            has_vanished: true,
            ..award(year)
        }],
    );
    assert!(
        gone.reasons[0].message.contains("frigir ingenting"),
        "{}",
        gone.reasons[0].message
    );
}
