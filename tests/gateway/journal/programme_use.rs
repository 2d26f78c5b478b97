//! How a pot is used: measures, support, gatherings, one report a year. What was not used goes over, and is paid back in the end.

use programgrant_core::access::{Caller, Role};
use serde_json::{Value, json};

use super::{Scene, bamble, governor, group, office, skien};
use crate::access::asking::{BAMBLE, HELSEDIR, TRONDHEIM, caller};

const PROGRAMME: &str = "programme: \"0-24-pilot\"";

fn measure(title: &str, from: &str, until: &str) -> String {
    format!(
        "input: {{title: \"{title}\", change: \"Ett team i stedet for fire\", targetGroup: \"Ungdom 13–18 år\", services: [\"PPT\"], \
         sectors: [EDUCATION, HEALTH], from: \"{from}\", until: \"{until}\", fromPot: 10000000}}"
    )
}

/// A municipality that takes part, beside Bamble.
fn trondheim() -> Caller {
    caller(Role::Municipality, TRONDHEIM.1)
}

/// A report of Bamble's.
fn report(year: i32, spent: i64, repaid: i64, measures: &str) -> String {
    let goals = ["coordinated-services", "flexible-funding", "less-administration"]
        .map(|goal| format!("{{goal: \"{goal}\", achievement: PARTLY_REACHED, text: \"På vei.\"}}"));
    format!(
        "input: {{{PROGRAMME}, year: {year}, spent: {spent}, repaid: {repaid}, measures: [{measures}], goals: [{}], \
         hours: {{applications: 10, reports: 30}}}}",
        goals.join(", ")
    )
}

async fn used(scene: &Scene, by: &Caller, what: &str) -> Value {
    let document = format!("{{ programmeUse({PROGRAMME}) {{ {what} }} }}");
    scene.read(by, &document).await["programmeUse"].clone()
}

#[tokio::test]
async fn a_measure_lies_within_the_participation_and_what_it_was_stays() {
    let scene = Scene::new().await;
    let arguments = |text: &str| format!("{PROGRAMME}, {text}");
    let outside = arguments(&measure("Team", "2019-12-31", "2020-12-31"));
    assert_eq!(
        scene.refused(&bamble(), "registerMeasure", &outside, "measure").await,
        "OUTSIDE_PROGRAMME"
    );
    let sound = arguments(&measure("Team", "2020-01-01", "2022-12-31"));
    assert_eq!(
        scene.refused(&skien(), "registerMeasure", &sound, "measure").await,
        "TAKES_NO_PART"
    );
    assert!(scene.is_denied(&governor(), "registerMeasure", &sound, "measure").await);
    for (wrong, code) in [
        ("fromPot: 10000000|fromPot: -1", "NEGATIVE_AMOUNT"),
        ("sectors: [EDUCATION, HEALTH]|sectors: []", "TEXT_MISSING"),
        ("title: \"Team\"|title: \" \"", "TEXT_MISSING"),
    ] {
        let (before, after) = wrong.split_once('|').expect("two");
        let arguments = sound.replace(before, after);
        assert_eq!(
            scene.refused(&bamble(), "registerMeasure", &arguments, "measure").await,
            code
        );
    }
    let id = scene.done(&bamble(), "registerMeasure", &sound, "measure").await;
    let change = format!(
        "measure: \"{id}\", {}, reason: \"Kortere enn tenkt\"",
        measure("Team", "2020-01-01", "2021-12-31")
    );
    assert_eq!(
        scene.refused(&trondheim(), "changeMeasure", &change, "measure").await,
        "UNKNOWN_RECORD"
    );
    scene.done(&bamble(), "changeMeasure", &change, "measure").await;
    let asked = "measures { terms { until sectors fromPot } earlier { reason terms { until } } }";
    for who in [bamble(), governor(), group(), office()] {
        assert_eq!(
            used(&scene, &who, asked).await["measures"],
            json!([{
                "terms": { "until": "2021-12-31", "sectors": ["EDUCATION", "HEALTH"], "fromPot": 10_000_000 },
                "earlier": [{ "reason": "Kortere enn tenkt", "terms": { "until": "2022-12-31" } }],
            }])
        );
    }
    assert_eq!(
        used(&scene, &trondheim(), asked).await["measures"],
        json!([]),
        "another municipality's is not its"
    );
}

#[tokio::test]
async fn support_is_asked_of_a_competence_environment_and_given_by_it() {
    let scene = Scene::with(&format!(
        "[[auth.functions]]\norganisation = \"{HELSEDIR}\"\nfunction = \"COMPETENCE_ENVIRONMENT\"\nprogramme = \"0-24-pilot\"\n"
    ))
    .await;
    let environment = caller(Role::Directorate, HELSEDIR);
    let ask = |body: &str| format!("{PROGRAMME}, environment: \"{body}\", text: \"Hvordan måler vi dette?\"");
    assert_eq!(
        scene
            .refused(&bamble(), "requestSupport", &ask("889640782"), "request")
            .await,
        "GIVES_NO_SUPPORT"
    );
    let id = scene.done(&bamble(), "requestSupport", &ask(HELSEDIR), "request").await;
    let given = |on: jiff::civil::Date| {
        format!("request: \"{id}\", on: \"{on}\", text: \"To dager sammen med teamet\", hours: 15")
    };
    assert!(
        scene
            .is_denied(&group(), "giveSupport", &given(scene.day(0)), "request")
            .await,
        "the resource group was not asked"
    );
    assert_eq!(
        scene
            .refused(&environment, "giveSupport", &given(scene.day(1)), "request")
            .await,
        "LIES_AHEAD"
    );
    scene
        .done(&environment, "giveSupport", &given(scene.day(0)), "request")
        .await;
    let asked = "supportRequests { text given { hours text } }";
    let told = used(&scene, &environment, asked).await;
    assert_eq!(told["supportRequests"][0]["given"][0]["hours"], 15);
    let agreement = format!(
        "{PROGRAMME}, with: \"{HELSEDIR}\", about: \"Følgeforskning\", from: \"2020-01-01\", until: \"2022-12-31\""
    );
    scene
        .done(&bamble(), "registerAgreement", &agreement, "agreement")
        .await;
    assert_eq!(
        used(&scene, &environment, "agreements { about }").await["agreements"],
        json!([{ "about": "Følgeforskning" }]),
        "a party sees its agreement"
    );
}

#[tokio::test]
async fn a_gathering_is_arranged_for_a_region_and_who_came_is_recorded_once() {
    let scene = Scene::new().await;
    let arguments = |region: &str| {
        format!(
            "{PROGRAMME}, title: \"Vårsamling\", place: \"Porsgrunn\", on: \"{}\", region: \"{region}\"",
            scene.day(1)
        )
    };
    assert!(
        scene
            .is_denied(&governor(), "announceGathering", &arguments("974764350"), "gathering")
            .await,
        "another county governor's region"
    );
    let id = scene
        .done(&governor(), "announceGathering", &arguments("974762501"), "gathering")
        .await;
    let came = |who: &str| format!("gathering: \"{id}\", municipalities: [\"{who}\"]");
    assert_eq!(
        scene
            .refused(&governor(), "recordAttendance", &came("3813"), "gathering")
            .await,
        "LIES_AHEAD"
    );
    scene.pass_days(1);
    assert_eq!(
        scene
            .refused(&governor(), "recordAttendance", &came("3807"), "gathering")
            .await,
        "TAKES_NO_PART"
    );
    scene
        .done(&governor(), "recordAttendance", &came("3813"), "gathering")
        .await;
    assert_eq!(
        scene
            .refused(&governor(), "recordAttendance", &came("3813"), "gathering")
            .await,
        "ALREADY_ANSWERED"
    );
    assert_eq!(
        used(&scene, &bamble(), "gatherings { title attended { name } }").await["gatherings"],
        json!([{ "title": "Vårsamling", "attended": [{ "name": "Bamble" }] }])
    );
}

/// What the payer says that Bamble was granted of the pot for a year.
async fn granted(scene: &Scene, year: i32) -> Option<i64> {
    let asked = format!(
        "{{ municipality(number: \"{}\") {{ programmeGrant(year: {year}) {{ pot {{ awarded {{ amount }} }} }} }} }}",
        BAMBLE.0
    );
    scene.read(&office(), &asked).await["municipality"]["programmeGrant"]["pot"]["awarded"]["amount"].as_i64()
}

/// Bamble's measure of all the pilot's years.
async fn registered(scene: &Scene) -> String {
    let sound = format!("{PROGRAMME}, {}", measure("Team", "2020-01-01", "2022-12-31"));
    scene.done(&bamble(), "registerMeasure", &sound, "measure").await
}

async fn submitted(scene: &Scene, arguments: &str) -> String {
    scene.done(&bamble(), "submitYearlyReport", arguments, "report").await
}

#[tokio::test]
async fn a_report_that_does_not_add_up_is_refused() {
    let scene = Scene::with_grants().await;
    let measure = registered(&scene).await;
    let of_2020 = granted(&scene, 2020).await.expect("stated");
    let part = |spent: i64| format!("{{measure: \"{measure}\", spent: {spent}, people: 3}}");
    let no_goal = report(2020, 1, 0, "").replace("flexible-funding", "no-goal");
    for (arguments, code) in [
        (report(2021, 1, 0, ""), "EARLIER_YEAR_MISSING"),
        (report(2019, 1, 0, ""), "YEAR_OUTSIDE_PROGRAMME"),
        (report(2020, of_2020 + 1, 0, ""), "MORE_THAN_AVAILABLE"),
        (report(2020, of_2020, 1, ""), "MORE_THAN_AVAILABLE"),
        (report(2020, -1, 0, ""), "NEGATIVE_AMOUNT"),
        (report(2020, 100, 0, &part(101)), "PARTS_EXCEED_WHOLE"),
        (no_goal, "GOALS_NOT_ANSWERED"),
    ] {
        let refused = scene
            .refused(&bamble(), "submitYearlyReport", &arguments, "report")
            .await;
        assert_eq!(refused, code, "{arguments}");
    }
    let sound = report(2020, of_2020, 0, "");
    assert_eq!(
        scene.refused(&skien(), "submitYearlyReport", &sound, "report").await,
        "TAKES_NO_PART"
    );
}

#[tokio::test]
async fn what_was_not_used_goes_over_and_is_paid_back_in_the_end() {
    let scene = Scene::with_grants().await;
    let whole = granted(&scene, 2020).await.expect("stated");
    let first = submitted(&scene, &report(2020, whole - 500, 0, "")).await;
    // Sent back, it is submitted anew; the first version stays.
    let answer = |id: &str| format!("report: \"{id}\", reason: \"r\"");
    let refused = async |field: &str, id: &str| scene.refused(&office(), field, &answer(id), "report").await;
    assert!(
        scene
            .is_denied(&governor(), "returnYearlyReport", &answer(&first), "report")
            .await
    );
    scene
        .done(&office(), "returnYearlyReport", &answer(&first), "report")
        .await;
    let second = submitted(&scene, &report(2020, whole - 700, 0, "")).await;
    let third = submitted(&scene, &report(2021, whole, 200, "")).await;
    assert_eq!(refused("approveYearlyReport", &third).await, "EARLIER_YEAR_MISSING");
    assert_eq!(refused("returnYearlyReport", &second).await, "LATER_YEAR_REPORTED");
    for id in [&second, &third] {
        scene
            .done(&office(), "approveYearlyReport", &answer(id), "report")
            .await;
    }
    submitted(&scene, &report(2022, whole, 0, "")).await;
    let too_little = report(2023, 400, 0, "");
    assert_eq!(
        scene
            .refused(&bamble(), "submitYearlyReport", &too_little, "report")
            .await,
        "UNSPENT_NOT_REPAID"
    );
    submitted(&scene, &report(2023, 400, 100, "")).await;
    let told = used(
        &scene,
        &bamble(),
        "reports { year number state broughtForward carriedOver }",
    )
    .await;
    let row = |year: i32, number: i32, state: &str, before: i64, after: i64| json!({ "year": year, "number": number, "state": state, "broughtForward": before, "carriedOver": after });
    assert_eq!(
        told["reports"],
        json!([
            row(2020, 1, "REPLACED", 0, 500),
            row(2020, 2, "APPROVED", 0, 700),
            row(2021, 1, "APPROVED", 700, 500),
            row(2022, 1, "SUBMITTED", 500, 500),
            row(2023, 1, "SUBMITTED", 500, 0),
        ])
    );
}

#[tokio::test]
async fn whoever_has_not_reported_is_late_when_the_day_has_passed() {
    let scene = Scene::with_grants().await;
    scene
        .done(&bamble(), "submitYearlyReport", &report(2020, 0, 0, ""), "report")
        .await;
    let told = used(&scene, &bamble(), "dueReports { year due isLate report { number } }").await;
    let of = |year: i32, late: bool, report: Value| json!({ "year": year, "due": format!("{}-04-01", year + 1), "isLate": late, "report": report });
    assert_eq!(
        told["dueReports"],
        json!([
            of(2020, false, json!({ "number": 1 })),
            of(2021, true, Value::Null),
            of(2022, true, Value::Null),
            of(2023, true, Value::Null),
        ])
    );
    let all = used(&scene, &office(), "dueReports { isLate }").await;
    assert_eq!(
        all["dueReports"].as_array().expect("a list").len(),
        48,
        "twelve municipalities, four years"
    );
    assert_eq!(
        used(&scene, &skien(), "dueReports { year }").await["dueReports"],
        json!([])
    );
}
