//! Promise: where claims are required, an award without one is found, whoever got it; one claim stands behind one award; who was
//! let pass by those who may is no case; what is paid is noted.

use jiff::civil::date;
use programgrant_schema::{AwardStatus, Figure, TargetGroup};

use super::world::{BAMBLE, OSLO, SILJAN, Told, World, codes, kroner, payments};
use crate::ledger::CaseKind::{AwardToParticipant, AwardWithoutClaim, OverlappingPeriod};
use crate::ledger::rules::{Outcome, ReasonCode, Verdict};
use crate::ledger::{Binding, Claim, ClaimState};

use crate::systems;

fn award() -> Told {
    Told::of("231.63", 2021).to(OSLO)
}

fn world(told: Told, claims: Vec<Claim>) -> World {
    let mut world = World::of(told).requires_claims(systems::UDIR);
    world.claims = claims;
    world
}

#[test]
fn what_stands_of_an_award_without_a_claim_is_all_of_it() {
    let finding = world(award(), Vec::new()).the(AwardWithoutClaim);
    assert_eq!(
        (finding.to_hold_back.get(), finding.to_pay_back.get(), codes(&finding)),
        (29_999_950, 20_000_050, vec![ReasonCode::ClaimMissing])
    );
    assert_eq!((finding.claim, finding.programme), (None, None));
    let participant = world(award().to(BAMBLE), Vec::new());
    assert_eq!(participant.kinds().len(), 2, "two kinds, two cases");
    assert_eq!(
        participant.the(AwardWithoutClaim).programme.as_deref(),
        Some("0-24-pilot")
    );
}

#[test]
fn claims_are_required_by_source_and_from_the_day_of_decision() {
    let decided = |day| award().but(|award| award.decided_on = day);
    let rows: Vec<(&str, Told, bool)> = vec![
        ("the first day", decided(Some(date(2021, 1, 1))), true),
        ("the day before", decided(Some(date(2020, 12, 31))), false),
        ("no day, and a year in which claims are required", decided(None), true),
        (
            "no day, and a year before",
            Told::of("231.63", 2020).to(OSLO).but(|award| award.decided_on = None),
            false,
        ),
        ("another source", Told::of("846-los", 2021).to(OSLO), false),
        (
            "an application",
            decided(Some(date(2021, 1, 1))).status(AwardStatus::Applied),
            false,
        ),
        (
            "refused",
            decided(Some(date(2021, 1, 1))).status(AwardStatus::Refused),
            false,
        ),
        ("a share", award().to(BAMBLE).status(AwardStatus::InProgramme), false),
        ("a pot", Told::pot(kroner(1), Figure::Stated(kroner(1))), false),
    ];
    for (name, told, expected) in rows {
        assert_eq!(
            world(told, Vec::new()).kinds().contains(&AwardWithoutClaim),
            expected,
            "{name}"
        );
    }
    assert_eq!(World::of(award()).kinds(), [], "nobody requires it");
}

#[test]
fn a_claim_covers_what_is_or_may_be_binding_under_it() {
    for state in ClaimState::ALL {
        let covers = matches!(
            state,
            ClaimState::Confirmed | ClaimState::Paid | ClaimState::Quarantined
        );
        assert_eq!(
            world(award(), vec![award().claim(state)]).kinds().is_empty(),
            covers,
            "{state:?}"
        );
    }
    let on_clear = Claim {
        binding: Binding::AwardOnClear,
        ..award().claim(ClaimState::Cleared)
    };
    assert_eq!(world(award(), vec![on_clear]).kinds(), []);
}

#[test]
fn a_claim_is_known_by_reference_or_by_slot_and_amount() {
    let claim = || award().claim(ClaimState::Confirmed);
    let reference = |reference: Option<&str>| Claim {
        award_reference: reference.map(str::to_owned),
        ..claim()
    };
    let asked = |change: fn(&mut Claim)| {
        let mut claim = claim();
        change(&mut claim);
        claim
    };
    let rows: Vec<(&str, Claim, bool)> = vec![
        ("the key", claim(), true),
        ("the key otherwise written", reference(Some(" 231.63 – 2021")), true),
        ("the record's name", reference(Some("SAK 231.63-2021")), true),
        (
            "the case's number",
            Claim {
                award_reference: None,
                ..asked(|claim| claim.application.case_reference = "231.63-2021".to_owned())
            },
            true,
        ),
        (
            "no known name, same slot and amount",
            reference(Some("noe annet")),
            true,
        ),
        (
            "no known name, another amount",
            Claim {
                award_reference: None,
                ..asked(|claim| claim.application.amount = kroner(499_999))
            },
            false,
        ),
        (
            "the key, another year",
            asked(|claim| claim.application.year = 2022),
            false,
        ),
        (
            "the key, another recipient",
            award().to(SILJAN).claim(ClaimState::Confirmed),
            false,
        ),
        (
            "the key, another scheme",
            Told::of("231.66", 2021)
                .to(OSLO)
                .key("231.63-2021")
                .claim(ClaimState::Confirmed),
            false,
        ),
    ];
    for (name, claim, covers) in rows {
        assert_eq!(world(award(), vec![claim]).kinds().is_empty(), covers, "{name}");
    }
}

#[test]
fn one_claim_stands_behind_one_award() {
    let claim = award().claim(ClaimState::Confirmed);
    let mut world = world(award(), vec![claim.clone()]);
    world.tell(award().key("231.63-2021-b"));
    assert_eq!(
        world.the(AwardWithoutClaim).subject,
        "udir:231.63-2021-b",
        "the claim names the other"
    );
    world.claims = vec![Claim {
        award_reference: None,
        ..claim
    }];
    assert_eq!(world.kinds(), [AwardWithoutClaim], "the same amount twice");
}

#[test]
fn what_is_awarded_beyond_the_claim_is_found() {
    let mut claim = award().claim(ClaimState::Confirmed);
    claim.application.amount = kroner(450_000);
    let finding = world(award(), vec![claim.clone()]).the(AwardWithoutClaim);
    assert_eq!(
        (finding.to_hold_back, finding.to_pay_back.get(), finding.claim),
        (kroner(50_000), 0, Some(claim.id.clone()))
    );
    let message = &finding.reasons[0].message;
    assert!(
        message.contains(&format!("50\u{a0}000\u{a0}kr mer enn krav {} klarerte", claim.id)),
        "{message}"
    );
    // Those who read the case are not told which claim it is before the award is made under it.
    claim.state = ClaimState::Quarantined;
    let finding = world(award(), vec![claim]).the(AwardWithoutClaim);
    assert!(
        finding.reasons[0].message.contains("mer enn kravet klarerte"),
        "{}",
        finding.reasons[0].message
    );
}

#[test]
fn who_was_let_pass_is_no_case_as_far_as_that_goes() {
    let told = || Told::of("621.63", 2021);
    let let_pass = |code| Claim {
        verdict: Verdict::of(Outcome::Clear, code, "Tillatt."),
        ..told().claim(ClaimState::Confirmed)
    };
    let kinds = |told: Told, claim: Claim| world(told, vec![claim]).kinds();
    assert_eq!(kinds(told(), let_pass(ReasonCode::DecidedByCaseOfficer)), []);
    assert_eq!(kinds(told(), let_pass(ReasonCode::ExceptionApproved)), []);
    assert_eq!(
        kinds(told(), let_pass(ReasonCode::OutsideScope)),
        [AwardToParticipant],
        "the rules alone said something else then"
    );
    let more = told().but(|award| award.granted = Figure::Stated(kroner(500_001)));
    assert_eq!(
        kinds(more, let_pass(ReasonCode::DecidedByCaseOfficer)),
        [AwardToParticipant]
    );
    let children = told().but(|award| award.target_group = Some(TargetGroup::ChildrenAndYoung));
    let finding = world(children, vec![let_pass(ReasonCode::DecidedByCaseOfficer)]).the(AwardToParticipant);
    assert_eq!(finding.claim, Some(let_pass(ReasonCode::DecidedByCaseOfficer).id));
    let longer = told().but(|award| award.use_until = Some(date(2022, 6, 30)));
    assert_eq!(
        kinds(longer, let_pass(ReasonCode::DecidedByCaseOfficer)),
        [AwardToParticipant]
    );
}

#[test]
fn a_confirmed_claim_whose_award_is_paid_is_noted() {
    let paid = |told: Told, claim: Claim| {
        let world = world(told, vec![claim]);
        payments(world.facts(&world.view()), &world.claims).len()
    };
    assert_eq!(
        paid(award().status(AwardStatus::Paid), award().claim(ClaimState::Confirmed)),
        1
    );
    assert_eq!(
        paid(award().status(AwardStatus::Paid), award().claim(ClaimState::Paid)),
        0
    );
    assert_eq!(
        paid(
            award().status(AwardStatus::Paid),
            award().claim(ClaimState::Quarantined)
        ),
        0
    );
    assert_eq!(paid(award(), award().claim(ClaimState::Confirmed)), 0);
    assert_eq!(
        paid(
            award().status(AwardStatus::Paid).to(SILJAN),
            award().claim(ClaimState::Confirmed)
        ),
        0
    );
    let mut gone = World::new();
    gone.tell(award().status(AwardStatus::Paid)).vanished_at = Some(jiff::Timestamp::UNIX_EPOCH);
    gone.claims = vec![award().claim(ClaimState::Confirmed)];
    assert_eq!(payments(gone.facts(&gone.view()), &gone.claims), []);
}

#[test]
fn a_second_award_beside_a_confirmed_claim_is_found_though_no_claim_is_required() {
    let second = |change: fn(&mut programgrant_schema::AwardStatement)| {
        award().but(|award| {
            award.award = "another".to_owned();
            change(award);
        })
    };
    let world = |second: Told, state: ClaimState| {
        let mut world = World::of(award());
        world.tell(second);
        world.claims = vec![award().claim(state)];
        world
    };
    let found = world(second(|_| {}), ClaimState::Confirmed).the(OverlappingPeriod);
    assert_eq!(
        (found.subject.as_str(), codes(&found), found.awards.len()),
        ("udir:another", vec![ReasonCode::AlreadyFunded], 2)
    );
    assert_eq!(
        (found.to_hold_back.get(), found.to_pay_back.get()),
        (29_999_950, 20_000_050)
    );
    assert_eq!(
        world(second(|_| {}), ClaimState::Released).kinds(),
        [],
        "the claim is given back"
    );
    let later = second(|award| (award.use_from, award.use_until) = (Some(date(2022, 1, 1)), Some(date(2022, 6, 30))));
    assert_eq!(world(later, ClaimState::Confirmed).kinds(), [], "another time");
    assert_eq!(
        world(
            second(|award| award.status = AwardStatus::Refused),
            ClaimState::Confirmed
        )
        .kinds(),
        [],
        "refused"
    );
}
