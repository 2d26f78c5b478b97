//! Promise: what a caller states is read in one form, what is no request is refused with code and field, and what collides is
//! told from what does not.

use programgrant_schema::TargetGroup::{Adults, All, ChildrenAndYoung};

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn what_is_no_request_is_refused_with_code_and_field() {
    let blank = || FundingRequest {
        organisation_number: Some(" \u{200b}".to_owned()),
        ..request()
    };
    let long = "x".repeat(201);
    let rows = [
        (
            request().to("940244146"),
            "INVALID_ORGANISATION_NUMBER recipient.organisationNumber",
        ),
        (
            request().to("Bamble kommune"),
            "INVALID_ORGANISATION_NUMBER recipient.organisationNumber",
        ),
        (
            request().to("٩٤٠٢٤٤١٤٥"),
            "INVALID_ORGANISATION_NUMBER recipient.organisationNumber",
        ),
        (
            request().number("814"),
            "INVALID_MUNICIPALITY_NUMBER recipient.municipalityNumber",
        ),
        (
            request().number("38l3"),
            "INVALID_MUNICIPALITY_NUMBER recipient.municipalityNumber",
        ),
        (
            FundingRequest {
                municipality_number: Some("x".to_owned()),
                ..request()
            },
            "INVALID_MUNICIPALITY_NUMBER recipient.municipalityNumber",
        ),
        (blank(), "MISSING_ARGUMENT recipient"),
        (
            FundingRequest {
                scheme: Some("  ".to_owned()),
                ..request()
            },
            "MISSING_ARGUMENT scheme",
        ),
        (
            FundingRequest {
                chapter: Some(231),
                ..request()
            },
            "MISSING_ARGUMENT post",
        ),
        (request().on_post(-1, 63, None), "INVALID_ARGUMENT post"),
        (request().on_post(231, 100, None), "INVALID_ARGUMENT post"),
        (request().year(20210), "INVALID_YEAR year"),
        (request().year(-1), "INVALID_YEAR year"),
        (request().year(99_999), "INVALID_YEAR year"),
        (
            FundingRequest {
                amount: Ore::ZERO,
                ..request()
            },
            "INVALID_AMOUNT amount",
        ),
        (
            FundingRequest {
                amount: Ore::from_kroner(-1).expect("in range"),
                ..request()
            },
            "INVALID_AMOUNT amount",
        ),
        (request().used("2021-06-01", "2021-05-31"), "INVALID_PERIOD useUntil"),
        (request().used("2021-01-01", "2031-01-01"), "INVALID_PERIOD useUntil"),
        (request().used("-", "2200-01-01"), "INVALID_PERIOD useUntil"),
        (request().used("0001-01-01", "-"), "INVALID_PERIOD useUntil"),
        (request().used("-009999-01-01", "-"), "INVALID_PERIOD useUntil"),
        (
            FundingRequest {
                case_reference: "\u{a0}\u{200b}".to_owned(),
                ..request()
            },
            "MISSING_ARGUMENT caseReference",
        ),
        (request().activity(&long), "INVALID_ARGUMENT activity"),
        (
            FundingRequest {
                case_reference: long.clone(),
                ..request()
            },
            "INVALID_ARGUMENT caseReference",
        ),
    ];
    let reference = reference();
    for (request, expected) in rows {
        let error = Application::resolve(&request, &reference).expect_err(expected);
        assert_eq!(format!("{} {}", error.code(), error.path().join(".")), expected);
        assert!(InputError::CODES.contains(&error.code()));
    }
    assert!(Application::resolve(&request().used("2021-01-01", "2030-12-31"), &reference).is_ok());
    assert!(Application::resolve(&request().activity(&"x".repeat(200)), &reference).is_ok());
}

#[test]
fn an_application_is_in_one_form() {
    let reference = reference();
    let plain = request()
        .scheme("621.63")
        .activity("Åpen barnehage")
        .resolved(&reference);
    let dressed = FundingRequest {
        case_reference: "  21/\u{200b}4711 ".to_owned(),
        ..request().to(" 940\u{a0}244 145").scheme(" 621.63")
    };
    let dressed = dressed.activity("a\u{30a}pen–BARNEHAGE\u{feff} ").resolved(&reference);
    assert_eq!(dressed, plain);
    assert_eq!(plain.activity.as_deref(), Some("ÅPENBARNEHAGE"));
    // The scheme's own word tells no two awards of it apart, nor does a word in a scheme that is no matter of discretion.
    let activity = |request: FundingRequest| request.resolved(&reference).activity;
    assert_eq!(activity(request().scheme("846-los").activity("los")), None);
    assert_eq!(activity(request().on_post(846, 62, Some("LOS"))), None);
    assert_eq!(
        activity(request().scheme("846-los").activity("los nord")),
        Some("LOSNORD".to_owned())
    );
    assert_eq!(activity(request().activity("avdeling 2")), None);
    assert_eq!(activity(request().scheme("621.63").activity(" – ")), None);
}

#[test]
fn a_period_covers_its_months_and_a_missing_side_is_the_grant_years() {
    let reference = reference();
    let months = |from: &str, until: &str| {
        let (first, last) = request().used(from, until).resolved(&reference).months().into_inner();
        let name = |month: Month| format!("{}-{:02}", month.year(), month.number().rem_euclid(12) + 1);
        format!("{}..{}", name(first), name(last))
    };
    assert_eq!(months("-", "-"), "2021-01..2021-12");
    assert_eq!(months("2021-03-31", "2021-05-01"), "2021-03..2021-05");
    assert_eq!(months("2021-03-31", "-"), "2021-03..2021-12");
    assert_eq!(months("-", "2021-05-01"), "2021-01..2021-05");
    assert_eq!(months("2022-03-31", "-"), "2022-03..2022-12");
    assert_eq!(months("-", "2020-05-01"), "2020-01..2020-05");
    assert_eq!(months("2020-11-01", "-"), "2020-11..2021-12");
    assert_eq!(months("-", "2022-02-01"), "2021-01..2022-02");
    let years = |from: &str, until: &str| {
        request()
            .used(from, until)
            .resolved(&reference)
            .years()
            .collect::<Vec<_>>()
    };
    assert_eq!(years("-", "-"), [2021]);
    assert_eq!(years("2020-11-01", "2022-01-31"), [2020, 2021, 2022]);
    assert_eq!(years("2023-01-01", "2023-12-31"), [2023, 2021]);
}

#[test]
fn two_applications_overlap_where_nothing_tells_them_apart() {
    let reference = reference();
    let overlap = |a: FundingRequest, b: FundingRequest| {
        let (a, b) = (a.resolved(&reference), b.resolved(&reference));
        assert_eq!(a.overlaps(&b), b.overlaps(&a));
        a.overlaps(&b)
    };
    let social = || request().scheme("621.63");
    assert!(overlap(social(), social()));
    assert!(overlap(social().target(Adults), social()));
    assert!(overlap(social().target(Adults), social().target(All)));
    assert!(!overlap(social().target(Adults), social().target(ChildrenAndYoung)));
    assert!(overlap(social().activity("A"), social()));
    assert!(overlap(social().activity("A"), social().activity("a")));
    assert!(!overlap(social().activity("A"), social().activity("B")));
    // A claim split in two.
    assert!(overlap(social().used("2021-01-01", "2021-06-30"), social()));
    assert!(overlap(
        social().used("2021-01-01", "2021-06-01"),
        social().used("2021-06-30", "2021-12-31")
    ));
    assert!(!overlap(
        social().used("2021-01-01", "2021-05-31"),
        social().used("2021-06-01", "2021-12-31")
    ));
    assert!(overlap(social(), social().year(2022).used("2021-12-01", "-")));
    assert!(!overlap(social(), social().year(2022)));
    // The same body and scheme, by other names.
    assert!(overlap(social().to(OFFICE), social().number("0814")));
    assert!(overlap(
        request().scheme("846-los"),
        request().on_post(854, 61, Some("los"))
    ));
    assert!(!overlap(social(), social().to(OSLO)));
    assert!(!overlap(social(), request()));
    // What nobody knows collides with itself.
    assert!(overlap(request().to(COUNTY_GOVERNOR), request().to(" 974 762 501")));
    assert!(overlap(
        request().on_post(846, 61, None),
        request().on_post(846, 61, Some("svømming"))
    ));
}
