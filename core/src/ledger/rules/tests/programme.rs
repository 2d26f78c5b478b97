//! Promise: a programme is judged as its file states it: participants, schemes, scope, dates, and the rules' own words.

use programgrant_schema::TargetGroup::{Adults, All, ChildrenAndYoung, Other};

use super::*;

#[test]
fn what_the_programme_pays_for_is_blocked_and_the_rest_is_clear_with_the_reason() {
    let rows = [
        (request().scheme("231.66"), "BLOCKED IN_PROGRAMME"),
        (request().scheme("765.60-children"), "BLOCKED IN_PROGRAMME"),
        (request().scheme("765.60-adults"), "CLEAR OUTSIDE_SCOPE"),
        (request().on_post(765, 60, Some("Voksne")), "CLEAR OUTSIDE_SCOPE"),
        (request().scheme("846-los").year(2022), "BLOCKED IN_PROGRAMME"),
        (
            request().on_post(846, 61, Some("FERIE")).year(2022),
            "CLEAR OUTSIDE_SCOPE",
        ),
        (
            request()
                .scheme("846-alternativ-skole")
                .activity("alternativ skole")
                .year(2022),
            "CLEAR OUTSIDE_SCOPE",
        ),
        (request().to(OSLO), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().scheme("846-los").year(2022).to(OSLO),
            "CLEAR NOT_A_PARTICIPANT",
        ),
    ];
    check(&reference(), rows);
    let adults = ask_in(&reference(), &request().scheme("765.60-adults"));
    let message = &adults.reasons[0].message;
    assert!(
        message.contains("Bamble") && message.contains("voksne") && message.contains("inngår ikke"),
        "{message}"
    );
}

#[test]
fn the_target_group_decides_where_the_scope_is_one() {
    let social = || request().scheme("621.63");
    let rows = [
        (social().target(ChildrenAndYoung), "BLOCKED IN_PROGRAMME"),
        (social().target(Adults), "CLEAR OUTSIDE_SCOPE"),
        (social().target(Other), "CLEAR OUTSIDE_SCOPE"),
        (social().target(All), "CASE_OFFICER SCOPE_UNCLEAR"),
        (social(), "CASE_OFFICER SCOPE_UNCLEAR"),
        (social().year(2023), "CASE_OFFICER SCOPE_UNCLEAR PERIOD_OVERLAPS"),
        (social().year(2023).target(Adults), "CLEAR OUTSIDE_SCOPE"),
        (social().to(OSLO), "CLEAR NOT_A_PARTICIPANT"),
        // Where the whole scheme is in the programme, it does not.
        (request().target(Adults), "BLOCKED IN_PROGRAMME"),
    ];
    check(&reference(), rows);
}

#[test]
fn the_years_beside_the_votes_are_judged_by_the_period_of_use() {
    let rows = [
        (request().year(2019), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().year(2019).used("2019-08-01", "2020-01-31"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            request().year(2019).used("-", "2020-06-30"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            request().year(2019).used("2019-01-01", "2019-12-31"),
            "CLEAR NOT_A_PARTICIPANT",
        ),
        (
            request().year(2020).used("2019-08-01", "2020-07-31"),
            "BLOCKED IN_PROGRAMME",
        ),
        (request().year(2023), "CASE_OFFICER PERIOD_OVERLAPS"),
        (
            request().year(2023).used("2023-06-30", "2023-12-31"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (request().year(2023).used("2023-07-01", "-"), "CLEAR NOT_A_PARTICIPANT"),
        (request().year(2024), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().year(2024).used("2023-05-01", "2024-12-31"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
    ];
    check(&reference(), rows);
}

#[test]
fn the_answer_names_municipality_programme_scheme_and_rule() {
    let verdict = ask_in(&reference(), &request());
    let reason = &verdict.reasons[0];
    for word in ["Bamble", "Pilot for programfinansiering", "norskspråklige"] {
        assert!(reason.message.contains(word), "{word}: {}", reason.message);
    }
    let rule = |request: &FundingRequest| ask_in(&reference(), request).reasons[0].rule.clone().expect("a rule");
    assert_eq!(rule(&request()).id, "no-double-funding");
    assert_eq!(rule(&request()).source, "prosjektplan, pkt. 3.3");
    assert_eq!(
        rule(&request().scheme("621.63").target(ChildrenAndYoung)).id,
        "same-target-group"
    );
    assert_eq!(rule(&request().scheme("621.63")).id, "same-target-group");
    assert_eq!(rule(&request().year(2023)).id, "no-double-funding");
}

#[test]
fn a_participation_of_its_own_length_is_judged_by_its_own_dates() {
    let bamble = |lines: &str| {
        let lines = lines.to_owned();
        reference_with(move |pilot| pilot.replacen("number = \"3813\"", &format!("number = \"3813\"\n{lines}"), 1))
    };
    let joined_late = [
        (request().year(2020), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().year(2020).used("2020-08-01", "2021-09-30"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
        (
            request().year(2021).used("2021-01-01", "2021-07-31"),
            "CLEAR NOT_A_PARTICIPANT",
        ),
        (request().year(2021), "BLOCKED IN_PROGRAMME"),
    ];
    check(&bamble("from = 2021-08-01"), joined_late);
    let left_early = [
        (request().year(2021), "BLOCKED IN_PROGRAMME"),
        (request().year(2021).used("2021-07-01", "-"), "CLEAR NOT_A_PARTICIPANT"),
        (request().year(2022), "CLEAR NOT_A_PARTICIPANT"),
        (
            request().year(2022).used("2021-06-01", "2022-12-31"),
            "CASE_OFFICER PERIOD_OVERLAPS",
        ),
    ];
    check(&bamble("use_until = 2021-06-30"), left_early);
    check(&bamble("annulled = true"), [(request(), "CLEAR NOT_A_PARTICIPANT")]);
}

#[test]
fn of_two_programmes_the_firmer_decides() {
    let mut both = reference();
    let second = PILOT
        .1
        .replace("id = \"0-24-pilot\"", "id = \"second\"")
        .replace("chapter = 226, post = 64", "chapter = 846, post = 63");
    // In the second programme 231.63 is a matter of the target group, and 2023 a year with a vote.
    let second = second
        .replacen("scope = \"whole-scheme\"", "scope = \"target-group\"", 1)
        .replace("until = 2022-12-31", "until = 2023-06-30");
    let parse = |text: &str| Programme::parse("p.toml", text, &both.register).expect("sound");
    let files = vec![parse(&second), parse(PILOT.1)];
    both.programmes = Programmes::new(files).expect("compatible");
    let rows = [
        (request().target(Adults), "BLOCKED IN_PROGRAMME"),
        (request(), "BLOCKED IN_PROGRAMME SCOPE_UNCLEAR"),
        (
            request().year(2023).target(ChildrenAndYoung),
            "BLOCKED IN_PROGRAMME PERIOD_OVERLAPS",
        ),
        (request().year(2024), "CLEAR NOT_A_PARTICIPANT"),
    ];
    check(&both, rows);
}
