//! Promise: a county governor sees a municipality as long as it lay in its county, and nobody sees another's undecided rows.

use programgrant_schema::AwardStatus;

use super::*;
use crate::ledger::rules::FundingRequest;
use crate::systems;
use crate::view::OwnedAward;

const MORE_OG_ROMSDAL: &str = "974764067";
const TRONDELAG: &str = "974764350";
const INNLANDET: &str = "974761645";
const OSLO_OG_VIKEN: &str = "974761319";
const VESTFOLD_OG_TELEMARK: &str = "974762501";
const NAV: &str = "889640782";
const HELSEDIR: &str = "983544622";
const BAMBLE: &str = "940244145";

fn reference() -> Reference {
    Reference::built_in().expect("built in")
}

fn caller(role: Role, number: &str) -> Caller {
    Caller {
        acting: Some(number.parse().expect("a number")),
        subject: "test".to_owned(),
        role,
        office: if role == Role::ProgrammeOffice {
            Office::All
        } else {
            Office::Nowhere
        },
        ..Caller::public()
    }
}

fn municipality(reference: &Reference, number: &str) -> MunicipalityId {
    match reference.register.read(number.parse().expect("a number")) {
        programgrant_schema::Reading::Municipality(id) => id,
        other => panic!("{number}: {other:?}"),
    }
}

fn award(
    recipient: Option<MunicipalityId>,
    number: Option<&str>,
    year: i16,
    scheme: Option<&str>,
    status: AwardStatus,
) -> OwnedAward {
    OwnedAward::of(recipient, number, year, scheme.map(SchemeId::new), status)
}

/// Which of the governors sees the grant of a municipality in a year.
fn governors(reference: &Reference, number: &str, year: i16) -> Vec<String> {
    let id = municipality(reference, number);
    let mut all: Vec<_> = reference.organisations.county_governors().collect();
    all.sort_unstable();
    all.dedup();
    let sees = |number: &OrganisationNumber| {
        RowScope::of(&caller(Role::CountyGovernor, &number.to_string()), reference).sees_grant_of(
            "0-24-pilot",
            id,
            year,
        )
    };
    all.into_iter().filter(sees).map(|number| number.to_string()).collect()
}

#[test]
fn the_county_is_the_one_of_that_year() {
    let reference = reference();
    for (number, year, governor) in [
        // Rindal went from Møre og Romsdal to Trøndelag in 2019.
        ("5061", 2018, MORE_OG_ROMSDAL),
        ("5061", 2019, TRONDELAG),
        ("5061", 2024, TRONDELAG),
        // Jevnaker went from Oppland to Viken in 2020, and on to Akershus in 2024.
        ("3236", 2019, INNLANDET),
        ("3236", 2020, OSLO_OG_VIKEN),
        ("3236", 2024, OSLO_OG_VIKEN),
        // Bamble was Telemark's, Vestfold og Telemark's, and is Telemark's again.
        ("4012", 2019, VESTFOLD_OG_TELEMARK),
        ("4012", 2022, VESTFOLD_OG_TELEMARK),
        ("4012", 2024, VESTFOLD_OG_TELEMARK),
    ] {
        assert_eq!(governors(&reference, number, year), [governor], "{number} in {year}");
    }
}

#[test]
fn at_most_one_governor_sees_a_municipality_in_a_year_and_each_living_one_has_one() {
    let reference = reference();
    for municipality in reference.register.iter() {
        let number = municipality.last_number();
        if !municipality.parts.is_empty() {
            continue;
        }
        for year in 2017..=2026 {
            let found = governors(&reference, number.as_str(), year);
            assert!(found.len() <= 1, "{number} in {year}: {found:?}");
            let is_itself = municipality.number_on(date(year, 7, 1)).is_some();
            assert!(!is_itself || found.len() == 1, "{number} in {year}");
        }
    }
}

#[test]
fn what_several_counties_merged_into_is_nobodys_before_unless_the_record_tells() {
    let reference = reference();
    // Heim is Hemne and Snillfjord of Trøndelag and Halsa of Møre og Romsdal.
    let heim = municipality(&reference, "5055");
    assert_eq!(governors(&reference, "5055", 2019), Vec::<String>::new());
    assert_eq!(governors(&reference, "5055", 2020), [TRONDELAG]);
    let sees = |governor: &str, number: Option<&str>, year: i16| {
        let award = award(Some(heim), number, year, Some("621.63"), AwardStatus::Applied);
        RowScope::of(&caller(Role::CountyGovernor, governor), &reference).sees_award(award.as_award())
    };
    assert_eq!(
        (
            sees(MORE_OG_ROMSDAL, Some("1571"), 2019),
            sees(TRONDELAG, Some("1571"), 2019)
        ),
        (true, false)
    );
    assert_eq!(
        (
            sees(MORE_OG_ROMSDAL, Some("5011"), 2019),
            sees(TRONDELAG, Some("5011"), 2019)
        ),
        (false, true)
    );
    assert_eq!(
        (sees(MORE_OG_ROMSDAL, None, 2019), sees(TRONDELAG, None, 2019)),
        (false, false)
    );
    assert_eq!(
        (
            sees(MORE_OG_ROMSDAL, Some("1571"), 2021),
            sees(TRONDELAG, Some("1571"), 2021)
        ),
        (false, true)
    );
}

#[test]
fn an_undecided_row_is_its_directorates_its_recipients_and_its_countys() {
    let reference = reference();
    let bamble = municipality(&reference, "4012");
    let everybody = [
        (caller(Role::ProgrammeOffice, "970018131"), true, true),
        (caller(Role::Directorate, NAV), true, true),
        (caller(Role::Directorate, HELSEDIR), false, true),
        (caller(Role::CountyGovernor, VESTFOLD_OG_TELEMARK), true, true),
        (caller(Role::CountyGovernor, TRONDELAG), false, false),
        (caller(Role::Municipality, BAMBLE), true, true),
        (caller(Role::Municipality, "864953042"), false, false),
        (caller(Role::Evaluator, "987654325"), false, true),
        (caller(Role::Operator, "987654325"), false, false),
        (Caller::public(), false, false),
        // A role without its body reaches nothing of its own.
        (
            Caller {
                acting: None,
                ..caller(Role::Municipality, BAMBLE)
            },
            false,
            false,
        ),
        (
            Caller {
                acting: None,
                ..caller(Role::CountyGovernor, BAMBLE)
            },
            false,
            false,
        ),
        (
            Caller {
                acting: None,
                ..caller(Role::Directorate, NAV)
            },
            false,
            true,
        ),
    ];
    for (caller, undecided, decided) in everybody {
        let reach = RowScope::of(&caller, &reference);
        for status in [
            AwardStatus::Applied,
            AwardStatus::Refused,
            AwardStatus::Dismissed,
            AwardStatus::Withdrawn,
        ] {
            assert_eq!(
                reach.sees_award(award(Some(bamble), None, 2021, Some("621.63"), status).as_award()),
                undecided,
                "{caller:?} {status:?}"
            );
        }
        for status in [AwardStatus::Granted, AwardStatus::Paid, AwardStatus::Repaid] {
            assert_eq!(
                reach.sees_award(award(Some(bamble), None, 2021, Some("621.63"), status).as_award()),
                decided,
                "{caller:?} {status:?}"
            );
        }
    }
}

#[test]
fn what_nobody_can_place_is_the_systems_own_and_the_offices() {
    let reference = reference();
    let open = award(None, None, 2021, None, AwardStatus::Applied);
    let sees = |role, number| RowScope::of(&caller(role, number), &reference).sees_award(open.as_award());
    assert!(sees(Role::Directorate, NAV) && sees(Role::ProgrammeOffice, "970018131"));
    assert!(
        !sees(Role::Directorate, HELSEDIR)
            && !sees(Role::Municipality, BAMBLE)
            && !sees(Role::CountyGovernor, TRONDELAG)
    );
    let inside = |role, number, source| RowScope::of(&caller(role, number), &reference).sees_inside(source);
    assert!(
        inside(Role::Directorate, NAV, systems::NAV) && inside(Role::Operator, "987654325", systems::STATE_ACCOUNTS)
    );
    assert!(
        !inside(Role::Directorate, NAV, systems::BUFDIR) && !inside(Role::Directorate, NAV, systems::STATE_ACCOUNTS)
    );
    assert!(
        !inside(Role::CountyGovernor, TRONDELAG, systems::NAV) && !inside(Role::Evaluator, "987654325", systems::NAV)
    );
}

fn asked(
    reference: &Reference,
    scheme: Option<&str>,
    post: Option<(i32, i32)>,
    activity: Option<&str>,
    number: &str,
    year: i32,
) -> Application {
    let request = FundingRequest {
        scheme: scheme.map(str::to_owned),
        chapter: post.map(|(chapter, _)| chapter),
        post: post.map(|(_, post)| post),
        activity: activity.map(str::to_owned),
        organisation_number: None,
        municipality_number: Some(number.to_owned()),
        year,
        amount: programgrant_schema::Ore::from_kroner(100).expect("in range"),
        target_group: None,
        use_from: None,
        use_until: None,
        case_reference: "1".to_owned(),
    };
    Application::resolve(&request, reference).expect("a request")
}

#[test]
fn a_directorate_asks_for_what_is_its_own_or_may_be_and_for_nothing_that_is_only_anothers() {
    let reference = reference();
    let may =
        |role, body, application: &Application| RowScope::of(&caller(role, body), &reference).may_request(application);
    for (scheme, post, activity, nav, helsedir, bufdir) in [
        (Some("621.63"), None, None, true, false, false),
        (None, Some((621, 63)), None, true, false, false),
        (Some("765.60-adults"), None, None, false, true, false),
        // Which of several is not said, and they are all one body's.
        (None, Some((765, 60)), None, false, true, false),
        (Some("765.60"), None, None, false, true, false),
        (Some("\u{ff17}65.60\u{200b}"), None, None, false, true, false),
        (None, Some((765, 60)), Some("XYZ"), false, true, false),
        (None, Some((846, 61)), None, false, false, true),
        (None, Some((846, 61)), Some("LOS"), false, false, true),
        (Some("846-ferie"), None, Some("LOS"), false, false, true),
        // Of two bodies: neither may hold the other's slots.
        (Some("621.63"), Some((765, 60)), None, false, false, false),
        // Nobody's: nothing is held that anybody could get.
        (Some("no-such-scheme"), None, None, true, true, true),
        (None, Some((999, 1)), None, true, true, true),
    ] {
        // One that is known, none, one of two, in years with other posts and numbers.
        for (number, year) in [
            ("3813", 2022),
            ("9999", 2022),
            ("1507", 2024),
            ("0814", 2019),
            ("3813", 2022),
        ] {
            let application = asked(&reference, scheme, post, activity, number, year);
            let found = [NAV, HELSEDIR, "986128433"].map(|body| may(Role::Directorate, body, &application));
            assert_eq!(found, [nav, helsedir, bufdir], "{application:?}");
            assert!(may(Role::ProgrammeOffice, "970018131", &application));
            for role in [
                Role::Public,
                Role::Municipality,
                Role::CountyGovernor,
                Role::Evaluator,
                Role::Operator,
            ] {
                assert!(!may(role, NAV, &application), "{role:?}");
            }
        }
    }
}

#[test]
fn what_may_be_requested_holds_nothing_of_another_body() {
    let reference = reference();
    let nav = caller(Role::Directorate, NAV);
    let schemes = reference.programmes.schemes();
    let posts = [
        (231, 63),
        (231, 66),
        (621, 63),
        (765, 60),
        (846, 61),
        (846, 62),
        (854, 61),
    ];
    let named = schemes
        .iter()
        .map(|scheme| (Some(scheme.id.to_string()), None))
        .chain(posts.map(|post| (None, Some(post))));
    for (scheme, post) in named {
        for (year, number) in (2014..=2027).flat_map(|year| [(year, "3813"), (year, "1507"), (year, "9999")]) {
            for activity in [None, Some("BARN_UNGE"), Some("LOS"), Some("XYZ")] {
                let application = asked(&reference, scheme.as_deref(), post, activity, number, year);
                let held = application.subject.may_mean(&reference);
                let is_allowed = RowScope::of(&nav, &reference).may_request(&application);
                assert!(
                    !is_allowed || held.iter().all(|scheme| scheme.id.as_str() == "621.63"),
                    "{application:?} holds {held:?}"
                );
            }
        }
    }
}
