//! Promise: however the same application is dressed up, it is blocked or goes to a case officer; never clear because nothing
//! matched.

use programgrant_schema::TargetGroup;

use super::*;

const BLOCKED: &str = "BLOCKED IN_PROGRAMME";
const NOBODY: &str = "CASE_OFFICER UNRESOLVED_RECIPIENT";

#[test]
fn a_participant_is_one_by_every_name_it_bears() {
    let rows = [
        (request(), BLOCKED),
        (request().to(OFFICE), BLOCKED),
        (request().number("3813"), BLOCKED),
        (request().number("0814"), BLOCKED),
        (request().number("4012"), BLOCKED),
        // Nærøysund's two predecessors, under the numbers of two counties; Namsos's.
        (request().number("5050"), BLOCKED),
        (request().number("5051"), BLOCKED),
        (request().number("1751"), BLOCKED),
        (request().number("5005"), BLOCKED),
        (request().number("1703"), BLOCKED),
        (request().to(COUNTY_GOVERNOR), NOBODY),
        (request().number("9999"), NOBODY),
        (
            FundingRequest {
                municipality_number: Some("0301".to_owned()),
                ..request()
            },
            NOBODY,
        ),
        (
            FundingRequest {
                municipality_number: Some("3813".to_owned()),
                ..request().to(COUNTY_GOVERNOR)
            },
            BLOCKED,
        ),
        // Ended in a split: which part is meant cannot be told.
        (request().number("1507").year(2024), NOBODY),
    ];
    check(&reference(), rows);
}

#[test]
fn a_number_is_the_same_in_every_form() {
    let organisations = [
        " 940 244 145 ",
        "940\u{a0}244\u{202f}145",
        "９４０２４４１４５",
        "940\u{200b}244\u{ad}145\u{feff}",
        "\t940244145\n",
    ];
    let numbers = [" 38 13", "３８１３", "38\u{2060}13", "0814\u{200f}"];
    let rows = organisations
        .map(|text| request().to(text))
        .into_iter()
        .chain(numbers.map(|text| request().number(text)));
    check(&reference(), rows.map(|row| (row, BLOCKED)));
}

#[test]
fn a_scheme_is_the_same_in_every_form() {
    let ids = [
        "846-los",
        "846-LOS",
        " 846 – Los ",
        "846\u{2011}los",
        "846\u{2212}lo\u{200b}s",
        "８４６－ｌｏｓ",
        "846-lo\u{17f}",
    ];
    let by_id = ids.map(|id| request().scheme(id).year(2022));
    let words = ["LOS", "los", " L o s ", "ＬＯＳ", "L\u{200d}OS", "los\u{feff}"];
    let by_word = words.map(|word| request().on_post(846, 61, Some(word)).year(2022));
    check(&reference(), by_id.into_iter().chain(by_word).map(|row| (row, BLOCKED)));
    // A Cyrillic О is another letter: not the scheme's word, and so no scheme.
    let cyrillic = request().on_post(846, 61, Some("LОS")).year(2022);
    check(
        &reference(),
        [(cyrillic, "CASE_OFFICER UNRESOLVED_SCHEME SCOPE_UNCLEAR")],
    );
}

#[test]
fn los_is_los_on_every_post_that_it_ever_lay_on() {
    let mut rows = Vec::new();
    for year in 2020..=2022 {
        for (chapter, post) in [(854, 61), (846, 62), (846, 61)] {
            rows.push((request().on_post(chapter, post, Some("LOS")).year(year), BLOCKED));
            let with_id = FundingRequest {
                scheme: Some("846-los".to_owned()),
                ..request().on_post(chapter, post, None)
            };
            rows.push((with_id.year(year), BLOCKED));
        }
    }
    check(&reference(), rows);
}

#[test]
fn what_can_be_several_schemes_is_none() {
    let unclear = "CASE_OFFICER UNRESOLVED_SCHEME SCOPE_UNCLEAR";
    let rows = [
        (request().on_post(846, 61, None).year(2022), unclear),
        (request().on_post(846, 61, Some("  ")).year(2022), unclear),
        (request().on_post(846, 61, Some("svømming")).year(2022), unclear),
        (request().on_post(846, 62, None), unclear),
        (request().on_post(854, 61, None), unclear),
        (request().on_post(765, 60, None), unclear),
        (request().on_post(226, 64, None), "CASE_OFFICER UNRESOLVED_SCHEME"),
        (request().on_post(999, 1, None), "CASE_OFFICER UNRESOLVED_SCHEME"),
        (
            request().scheme("846-ferie").activity("LOS").year(2022),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
        (
            request().scheme("621.63").activity("LOS").target(TargetGroup::Adults),
            unclear,
        ),
        (
            FundingRequest {
                scheme: Some("846-ferie".to_owned()),
                ..request().on_post(231, 63, None)
            },
            unclear,
        ),
        (request().scheme("231.99"), "CASE_OFFICER UNRESOLVED_SCHEME"),
        (request().scheme("846.61").year(2022), unclear),
        (request().on_post(231, 63, Some("FERIE")), unclear),
    ];
    check(&reference(), rows);
    // Nor is it clear for others.
    check(
        &reference(),
        [(
            request().on_post(846, 61, None).year(2022).to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        )],
    );
}

#[test]
fn a_scheme_that_was_not_in_force_is_no_ordinary_clear() {
    let rows = [
        (
            request().scheme("765.60-children").year(2019).to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
        (
            request().on_post(765, 60, Some("BARN_UNGE")).year(2019).to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
        (
            request().scheme("231.66").year(2026).to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
        (
            request().on_post(231, 66, None).year(2026).to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
        (
            request().scheme("765.60-joint").to(OSLO),
            "CASE_OFFICER UNRESOLVED_SCHEME",
        ),
    ];
    check(&reference(), rows);
    let verdict = ask_in(&reference(), &request().scheme("231.66").year(2026).to(OSLO));
    assert!(verdict.reasons[0].message.contains("fantes ikke i 2026"), "{verdict:?}");
}

#[test]
fn a_part_of_a_year_is_of_the_year() {
    let rows = [
        (request().used("2021-03-01", "2021-06-30"), BLOCKED),
        (request().used("2021-12-31", "-"), BLOCKED),
        (request().used("-", "2021-01-01"), BLOCKED),
        (request().used("2022-08-01", "2023-07-31").year(2022), BLOCKED),
        // Within the programme, whatever year the grant is booked on.
        (request().used("2020-02-01", "2020-12-31").year(2019), BLOCKED),
        (request().used("2020-02-01", "-").year(2019), BLOCKED),
        // Of a year of the programme, and said to be used in none of its years.
        (
            request().used("2024-01-01", "2024-12-31"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            request().used("2023-07-01", "2023-12-31").year(2022),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
    ];
    check(&reference(), rows);
}
