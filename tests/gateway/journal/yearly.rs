//! Municipalities that sign up anew each year and rank each other's applications: what each sees and may, and how a participation goes on.

use programgrant_core::access::{Caller, Role};
use serde_json::{Value, json};

use super::{SKIEN, Scene, bamble, governor, group, office, skien};
use crate::access::asking::caller;

const PORSGRUNN: &str = "939991034";

fn porsgrunn() -> Caller {
    caller(Role::Municipality, PORSGRUNN)
}

/// The pilot as it would be if municipalities signed up for one year at a time.
async fn scene() -> Scene {
    Scene::with_pilot(|pilot| {
        pilot.replace(
            "municipalities_per_region = 4",
            "municipalities_per_region = 6\nsign_up = \"yearly\"\nranked_by_applicants = true",
        )
    })
    .await
}

async fn announced(scene: &Scene, year: i16) -> String {
    let arguments = format!(
        "programme: \"0-24-pilot\", text: \"Meld dere på.\", deadline: \"{}\", year: {year}",
        scene.day(10)
    );
    scene
        .done(&governor(), "announceProgramme", &arguments, "announcement")
        .await
}

fn application(announcement: &str) -> String {
    format!(
        "input: {{announcement: \"{announcement}\", challenges: \"c\", progress: \"p\", motivation: \"m\", \
         politicalDecision: {{reference: \"PS 1\", on: \"2019-11-01\"}}}}"
    )
}

async fn applied(scene: &Scene, by: &Caller, announcement: &str) -> String {
    scene
        .done(by, "applyForParticipation", &application(announcement), "application")
        .await
}

async fn assessed(scene: &Scene, application: &str) {
    let arguments = format!("application: \"{application}\", recommendation: RECOMMENDED, text: \"t\"");
    scene
        .done(&group(), "assessParticipationApplication", &arguments, "assessment")
        .await;
}

async fn selected(scene: &Scene, announcement: &str, chosen: &[&str]) {
    let chosen = json!(chosen);
    let arguments = format!("announcement: \"{announcement}\", chosen: {chosen}, reason: \"r\", reference: \"r\"");
    scene
        .done(&governor(), "selectParticipants", &arguments, "selection")
        .await;
}

fn beginning(application: &str, from: &str) -> String {
    format!("application: \"{application}\", from: \"{from}\", reason: \"r\", reference: \"r\"")
}

/// Skien signs up for a year, is chosen, and takes part from that day.
async fn takes_part(scene: &Scene, year: i16, from: &str) {
    let announcement = announced(scene, year).await;
    let id = applied(scene, &skien(), &announcement).await;
    assessed(scene, &id).await;
    scene.pass_days(11);
    selected(scene, &announcement, &[&id]).await;
    scene
        .done(
            &governor(),
            "beginParticipation",
            &beginning(&id, from),
            "participation",
        )
        .await;
    scene.world.poll_all().await;
}

/// What the guard says of an application of Skien's for 231.63 with that use.
async fn outcome(scene: &Scene, month: &str) -> Value {
    let asked = format!(
        "{{ fundingCheck(input: {{scheme: \"231.63\", recipient: {{organisationNumber: \"{}\"}}, year: {}, amount: 10000000, \
         useFrom: \"{month}-01\", useUntil: \"{month}-28\", caseReference: \"1\"}}) {{ outcome }} }}",
        SKIEN.1,
        &month[..4],
    );
    scene.read(&office(), &asked).await["fundingCheck"]["outcome"].clone()
}

#[tokio::test]
async fn a_municipality_takes_part_for_the_year_that_it_signed_up_for_and_goes_on_when_it_does_so_anew() {
    let scene = scene().await;
    super::participation::heard(&scene).await;
    let told = scene
        .read(
            &Caller::public(),
            "{ programme(id: \"0-24-pilot\") { signUp rankedByApplicants } }",
        )
        .await;
    assert_eq!(
        told["programme"],
        json!({ "signUp": "YEARLY", "rankedByApplicants": true })
    );
    let without_year = format!(
        "programme: \"0-24-pilot\", text: \"t\", deadline: \"{}\"",
        scene.day(10)
    );
    assert_eq!(
        scene
            .refused(&governor(), "announceProgramme", &without_year, "announcement")
            .await,
        "YEAR_MISSING"
    );
    for (year, from, months) in [
        (2021, "2021-01-01", [("2021-05", "BLOCKED"), ("2022-05", "CLEAR")]),
        (2022, "2022-01-01", [("2021-05", "BLOCKED"), ("2022-05", "BLOCKED")]),
    ] {
        takes_part(&scene, year, from).await;
        for (month, expected) in months {
            assert_eq!(
                outcome(&scene, month).await,
                expected,
                "signed up for {year}, used in {month}"
            );
        }
    }
    let again = announced(&scene, 2022).await;
    assert_eq!(
        scene
            .refused(&skien(), "applyForParticipation", &application(&again), "application")
            .await,
        "ALREADY_TAKES_PART"
    );
}

#[tokio::test]
async fn whoever_left_out_a_year_does_not_come_back() {
    let scene = scene().await;
    takes_part(&scene, 2020, "2020-01-01").await;
    let later = announced(&scene, 2022).await;
    assert_eq!(
        scene
            .refused(&skien(), "applyForParticipation", &application(&later), "application")
            .await,
        "PARTICIPATION_INTERRUPTED"
    );
}

fn ranking(announcement: &str, order: &[&str]) -> String {
    format!(
        "announcement: \"{announcement}\", order: {}, reason: \"godt begrunnet\"",
        json!(order)
    )
}

/// What a caller is told under the one announcement: each application with its places and assessments, and the rankings.
async fn seen(scene: &Scene, by: &Caller) -> Value {
    let asked = "{ announcements(programme: \"0-24-pilot\") { year rankedByApplicants \
                 applications { municipality { name } placings assessments { text } } rankings { municipality { name } order } } }";
    scene.read(by, asked).await["announcements"][0].clone()
}

/// One of the applications, by its municipality's name.
fn of(told: &Value, name: &str) -> Value {
    let mut applications = told["applications"].as_array().expect("a list").iter();
    let own = applications.find(|application| application["municipality"]["name"] == name);
    own.unwrap_or_else(|| panic!("{name}: {told}")).clone()
}

fn count(told: &Value, what: &str) -> Option<usize> {
    told[what].as_array().map(Vec::len)
}

/// An announcement, and the applications of Skien and Porsgrunn under it. Porsgrunn's was assessed.
async fn two_applicants(scene: &Scene) -> [String; 3] {
    let announcement = announced(scene, 2021).await;
    let of_skien = applied(scene, &skien(), &announcement).await;
    let of_porsgrunn = applied(scene, &porsgrunn(), &announcement).await;
    assessed(scene, &of_porsgrunn).await;
    [announcement, of_skien, of_porsgrunn]
}

#[tokio::test]
async fn applicants_rank_each_other_once_nobody_can_apply_any_more() {
    let scene = scene().await;
    let [announcement, of_skien, of_porsgrunn] = two_applicants(&scene).await;
    let refused = async |by: Caller, order: &[&str]| {
        let arguments = ranking(&announcement, order);
        scene
            .refused(&by, "rankParticipationApplications", &arguments, "ranking")
            .await
    };
    assert_eq!(refused(skien(), &[&of_porsgrunn]).await, "DEADLINE_NOT_PASSED");
    scene.pass_days(11);
    for wrong in [vec![], vec![of_skien.as_str()], vec![&of_porsgrunn, &of_skien]] {
        assert_eq!(refused(skien(), &wrong).await, "RANKING_INCOMPLETE");
    }
    assert_eq!(refused(bamble(), &[&of_skien, &of_porsgrunn]).await, "NOT_APPLIED");
    let arguments = ranking(&announcement, &[&of_porsgrunn]);
    assert!(
        scene
            .is_denied(&governor(), "rankParticipationApplications", &arguments, "ranking")
            .await
    );
    scene
        .done(&skien(), "rankParticipationApplications", &arguments, "ranking")
        .await;
}

#[tokio::test]
async fn a_rival_sees_what_it_ranks_and_not_what_others_think_of_it() {
    let scene = scene().await;
    let [announcement, _, of_porsgrunn] = two_applicants(&scene).await;
    assert_eq!(
        count(&seen(&scene, &skien()).await, "applications"),
        Some(1),
        "its own alone, while others still apply"
    );
    scene.pass_days(11);
    let arguments = ranking(&announcement, &[&of_porsgrunn]);
    scene
        .done(&skien(), "rankParticipationApplications", &arguments, "ranking")
        .await;
    assert_eq!(
        of(&seen(&scene, &skien()).await, "Porsgrunn"),
        json!({ "municipality": { "name": "Porsgrunn" }, "placings": null, "assessments": [] }),
    );
    for (by, applications, rankings) in [
        (governor(), 2, 1),
        (group(), 2, 1),
        (office(), 2, 1),
        (skien(), 2, 1),
        (porsgrunn(), 2, 0),
        (bamble(), 0, 0),
    ] {
        let told = seen(&scene, &by).await;
        assert_eq!(
            (count(&told, "applications"), count(&told, "rankings")),
            (Some(applications), Some(rankings)),
            "{by:?}: {told}"
        );
    }
    let told = seen(&scene, &governor()).await;
    assert_eq!(
        ["Skien", "Porsgrunn"].map(|name| of(&told, name)["placings"].clone()),
        [json!([]), json!([1])]
    );
    let own = of(&seen(&scene, &porsgrunn()).await, "Porsgrunn");
    assert_eq!(
        own["placings"],
        json!([1]),
        "it is told of its own place, and not by whom"
    );
    assert_eq!(own["assessments"].as_array().map(Vec::len), Some(1));
}
