//! Who takes part: from the announcement to the first and last day, in the guard, in the systems and in the picture.

use programgrant::demo::systems;
use programgrant_core::access::Caller;
use programgrant_schema::SourceId;
use serde_json::{Value, json};

use super::{SKIEN, Scene, bamble, governor, group, office, skien};
use crate::access::asking::{BAMBLE, caller};
use programgrant_core::access::Role;

const SYSTEMS: [SourceId; 4] = [systems::UDIR, systems::NAV, systems::HELSEDIR, systems::BUFDIR];

async fn announced(scene: &Scene) -> String {
    let arguments = format!(
        "programme: \"0-24-pilot\", text: \"Kommunene kan søke.\", deadline: \"{}\"",
        scene.day(10)
    );
    scene
        .done(&governor(), "announceProgramme", &arguments, "announcement")
        .await
}

fn application(announcement: &str, decided: bool) -> String {
    let decision = if decided {
        ", politicalDecision: {reference: \"PS 12/19\", on: \"2019-11-01\"}"
    } else {
        ""
    };
    format!(
        "input: {{announcement: \"{announcement}\", challenges: \"mange unge uten arbeid\", progress: \"et team er i gang\", \
         motivation: \"vi vil samordne\"{decision}}}"
    )
}

fn assessment(application: &str) -> String {
    format!("application: \"{application}\", recommendation: RECOMMENDED, text: \"godt begrunnet\"")
}

fn choice(announcement: &str, chosen: &str) -> String {
    format!("announcement: \"{announcement}\", chosen: [\"{chosen}\"], reason: \"spredning\", reference: \"20/1\"")
}

fn beginning(application: &str, from: &str) -> String {
    format!("application: \"{application}\", from: \"{from}\", reason: \"valgt\", reference: \"20/2\"")
}

/// An application of Skien's that was assessed and chosen.
async fn chosen(scene: &Scene, decided: bool) -> String {
    let announcement = announced(scene).await;
    let id = scene
        .done(
            &skien(),
            "applyForParticipation",
            &application(&announcement, decided),
            "application",
        )
        .await;
    scene
        .done(
            &group(),
            "assessParticipationApplication",
            &assessment(&id),
            "assessment",
        )
        .await;
    scene.pass_days(11);
    scene.world.poll_all().await;
    scene
        .done(
            &governor(),
            "selectParticipants",
            &choice(&announcement, &id),
            "selection",
        )
        .await;
    id
}

/// A municipality leaves with September 2021.
fn leaving(municipality: &str) -> String {
    format!(
        "programme: \"0-24-pilot\", municipality: \"{municipality}\", lastDay: \"2021-09-30\", reason: \"trekker seg\", reference: \"21/5\""
    )
}

/// What the guard says of an application of Skien's for 231.63 with that month of use in 2021.
async fn check(scene: &Scene, month: &str) -> Value {
    let asked = format!(
        "{{ fundingCheck(input: {{scheme: \"231.63\", recipient: {{organisationNumber: \"{}\"}}, year: 2021, amount: 10000000, \
         useFrom: \"2021-{month}-01\", useUntil: \"2021-{month}-28\", caseReference: \"21/1\"}}) {{ outcome reasons {{ code }} }} }}",
        SKIEN.1
    );
    scene.read(&office(), &asked).await["fundingCheck"].clone()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one way, step by step")]
async fn each_wrong_step_on_the_way_is_refused_with_its_code() {
    let scene = Scene::new().await;
    let arguments = format!(
        "programme: \"0-24-pilot\", text: \"t\", deadline: \"{}\"",
        scene.day(10)
    );
    for other in [bamble(), group(), Caller::public()] {
        assert!(
            scene
                .is_denied(&other, "announceProgramme", &arguments, "announcement")
                .await,
            "{other:?}"
        );
    }
    let announcement = announced(&scene).await;
    for other in [governor(), group(), Caller::public()] {
        let arguments = application(&announcement, true);
        assert!(
            scene
                .is_denied(&other, "applyForParticipation", &arguments, "application")
                .await,
            "{other:?}"
        );
    }
    let code = async |caller: Caller, field: &str, arguments: &str, record: &str| {
        scene.refused(&caller, field, arguments, record).await
    };
    let applying = application(&announcement, false);
    assert_eq!(
        code(bamble(), "applyForParticipation", &applying, "application").await,
        "ALREADY_TAKES_PART"
    );
    let trondheim = caller(Role::Municipality, "942110464");
    assert_eq!(
        code(trondheim.clone(), "applyForParticipation", &applying, "application").await,
        "OUTSIDE_REGION"
    );
    let id = scene
        .done(&skien(), "applyForParticipation", &applying, "application")
        .await;
    assert_eq!(
        code(skien(), "applyForParticipation", &applying, "application").await,
        "ALREADY_APPLIED"
    );
    let seen = |caller| {
        let asked = "{ participationApplications(programme: \"0-24-pilot\") { id inhabitants } }";
        async move |scene: &Scene| {
            scene.read(&caller, asked).await["participationApplications"]
                .as_array()
                .expect("a list")
                .len()
        }
    };
    assert_eq!(seen(skien())(&scene).await, 1);
    assert_eq!(
        seen(bamble())(&scene).await,
        0,
        "another municipality's application is not its"
    );
    assert_eq!(
        seen(group())(&scene).await,
        1,
        "the resource group's function lets it see what its role does not"
    );
    let picked = choice(&announcement, &id);
    assert_eq!(
        code(governor(), "selectParticipants", &picked, "selection").await,
        "DEADLINE_NOT_PASSED"
    );
    scene.pass_days(11);
    let late = caller(Role::Municipality, "938583986");
    assert_eq!(
        code(late.clone(), "applyForParticipation", &applying, "application").await,
        "DEADLINE_PASSED"
    );
    assert_eq!(
        code(governor(), "selectParticipants", &picked, "selection").await,
        "NOT_ASSESSED_BY_ANOTHER"
    );
    scene
        .done(
            &governor(),
            "assessParticipationApplication",
            &assessment(&id),
            "assessment",
        )
        .await;
    assert_eq!(
        code(governor(), "selectParticipants", &picked, "selection").await,
        "NOT_ASSESSED_BY_ANOTHER"
    );
    scene
        .done(
            &group(),
            "assessParticipationApplication",
            &assessment(&id),
            "assessment",
        )
        .await;
    assert!(
        scene
            .is_denied(&group(), "selectParticipants", &picked, "selection")
            .await
    );
    scene
        .done(&governor(), "selectParticipants", &picked, "selection")
        .await;
    assert_eq!(
        code(governor(), "selectParticipants", &picked, "selection").await,
        "ALREADY_SELECTED"
    );
    let begin = beginning(&id, "2021-07-01");
    assert_eq!(
        code(governor(), "beginParticipation", &begin, "participation").await,
        "POLITICAL_DECISION_MISSING"
    );
    let asked =
        "{ announcements(programme: \"0-24-pilot\") { applications { state assessments { function by { name } } } } }";
    let told = scene.read(&skien(), asked).await["announcements"][0]["applications"][0].clone();
    assert_eq!(told["state"], "CONDITIONALLY_CHOSEN");
    assert!(
        told["assessments"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|one| one["function"] == "RESOURCE_GROUP")
    );
    let decision = format!("application: \"{id}\", decision: {{reference: \"PS 3/20\", on: \"2020-02-01\"}}");
    assert_eq!(
        code(bamble(), "addPoliticalDecision", &decision, "application").await,
        "UNKNOWN_RECORD"
    );
    scene
        .done(&skien(), "addPoliticalDecision", &decision, "application")
        .await;
    assert_eq!(
        code(
            governor(),
            "beginParticipation",
            &beginning(&id, "2019-07-01"),
            "participation"
        )
        .await,
        "OUTSIDE_PROGRAMME"
    );
    scene
        .done(&governor(), "beginParticipation", &begin, "participation")
        .await;
    assert_eq!(
        code(governor(), "beginParticipation", &begin, "participation").await,
        "ALREADY_TAKES_PART"
    );
}

#[tokio::test]
async fn a_region_has_no_fifth_municipality() {
    let scene = Scene::with_places(4).await;
    let announcement = announced(&scene).await;
    let applying = application(&announcement, true);
    let id = scene
        .done(&skien(), "applyForParticipation", &applying, "application")
        .await;
    scene
        .done(
            &group(),
            "assessParticipationApplication",
            &assessment(&id),
            "assessment",
        )
        .await;
    scene.pass_days(11);
    let picked = choice(&announcement, &id);
    assert_eq!(
        scene
            .refused(&governor(), "selectParticipants", &picked, "selection")
            .await,
        "REGION_FULL"
    );
    let withdrawal = format!("application: \"{id}\", reason: \"ombestemt\"");
    scene
        .done(&skien(), "withdrawParticipationApplication", &withdrawal, "application")
        .await;
    assert_eq!(
        scene
            .refused(&governor(), "selectParticipants", &picked, "selection")
            .await,
        "APPLICATION_WITHDRAWN"
    );
}

#[tokio::test]
async fn who_joins_in_july_is_clear_in_may_and_blocked_in_august() {
    let scene = Scene::new().await;
    heard(&scene).await;
    let id = chosen(&scene, true).await;
    let before = check(&scene, "08").await;
    assert_eq!(before["outcome"], "CLEAR", "nothing is decided yet: {before}");
    scene
        .done(
            &governor(),
            "beginParticipation",
            &beginning(&id, "2021-07-01"),
            "participation",
        )
        .await;
    scene.world.poll_all().await;
    assert_eq!(check(&scene, "05").await["outcome"], "CLEAR");
    let august = check(&scene, "08").await;
    assert_eq!(august["outcome"], "BLOCKED");
    assert_eq!(august["reasons"][0]["code"], "IN_PROGRAMME");
    let asked = format!(
        "{{ municipality(organisationNumber: \"{}\") {{ eligibility(year: 2022) {{ scheme {{ id }} answer }} }} }}",
        SKIEN.1
    );
    let eligibility = scene.read(&skien(), &asked).await["municipality"]["eligibility"].clone();
    let rule = eligibility
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["scheme"]["id"] == "231.63")
        .expect("told")
        .clone();
    assert_ne!(rule["answer"], "YES", "eligibility follows at once");

    let leaving = leaving(SKIEN.1);
    assert!(
        scene
            .is_denied(&skien(), "endParticipation", &leaving, "participation")
            .await
    );
    scene
        .done(&governor(), "endParticipation", &leaving, "participation")
        .await;
    scene.world.poll_all().await;
    assert_eq!(check(&scene, "08").await["outcome"], "BLOCKED", "what was, stays");
    assert_eq!(check(&scene, "11").await["outcome"], "CLEAR");
    assert_eq!(
        scene
            .refused(&governor(), "endParticipation", &leaving, "participation")
            .await,
        "ALREADY_DECIDED"
    );
}

#[tokio::test]
async fn who_leaves_is_kept_out_until_its_last_day_in_all_systems_and_its_claims_stay() {
    let scene = Scene::new().await;
    heard(&scene).await;
    let claims = "{ fundingClaims { items { id state } } }";
    crate::access::asking::claim(&scene.world, "889640782", "621.63", BAMBLE.1, 2018).await;
    let before = scene.read(&office(), claims).await;
    let leaving = leaving(BAMBLE.1);
    scene
        .done(&governor(), "endParticipation", &leaving, "participation")
        .await;
    let last_days = |scene: &Scene| {
        let reference = scene.world.gateway().dependencies.reference();
        let wanted = SYSTEMS.map(|system| programgrant_core::exclusions::wanted(&reference, system).exclusions);
        let own = wanted
            .iter()
            .flatten()
            .filter(|exclusion| exclusion.participant.organisation_number.to_string() == BAMBLE.1);
        own.map(|exclusion| exclusion.until.to_string()).collect::<Vec<_>>()
    };
    let dated = last_days(&scene);
    assert!(
        !dated.is_empty() && dated.iter().all(|until| until == "2021-09-30"),
        "{dated:?}"
    );
    assert_eq!(scene.read(&office(), claims).await, before);
    let standing = async || {
        for (system, synced) in scene.world.gateway().sync_exclusions().await {
            assert!(synced.is_ok(), "{system}");
        }
        let told = scene
            .read(&office(), "{ sources { id exclusions { wanted standing } } }")
            .await;
        let told = told["sources"].as_array().expect("a list").clone();
        told.into_iter()
            .filter(|source| !source["exclusions"].is_null())
            .map(|source| source["exclusions"].clone())
            .collect::<Vec<_>>()
    };
    let kept = standing().await;
    assert!(
        kept.iter().all(|kept| kept["wanted"] == kept["standing"]),
        "every system has been told: {kept:?}"
    );
    let annulled = leaving.replace("lastDay: \"2021-09-30\", ", "");
    scene
        .done(&governor(), "endParticipation", &annulled, "participation")
        .await;
    assert_eq!(
        last_days(&scene),
        Vec::<String>::new(),
        "lifted only where it never was"
    );
    assert_eq!(scene.read(&office(), claims).await, before);
}

#[tokio::test]
async fn another_gateway_over_the_same_store_knows_of_it() {
    let scene = Scene::new().await;
    let beside = scene.world.beside().await;
    let id = chosen(&scene, true).await;
    scene
        .done(
            &governor(),
            "beginParticipation",
            &beginning(&id, "2021-07-01"),
            "participation",
        )
        .await;
    beside.gateway().dependencies.views.refresh().await.expect("refreshed");
    let asked = "{ municipalities(programme: \"0-24-pilot\", search: \"Skien\") { items { organisationNumber } } }";
    let told = beside.ask(asked).await;
    assert_eq!(
        told["municipalities"]["items"],
        json!([{ "organisationNumber": SKIEN.1 }])
    );
}

#[tokio::test]
async fn a_file_that_contradicts_a_decision_is_refused_with_both() {
    let scene = Scene::new().await;
    let leaving = leaving(BAMBLE.1);
    scene
        .done(&governor(), "endParticipation", &leaving, "participation")
        .await;
    let mut config = scene.world.config();
    let files = config.programme.files.clone().expect("stated");
    let pilot = std::fs::read_to_string(&files[0]).expect("the file");
    let with_until = |day: &str| pilot.replace("number = \"3813\"", &format!("number = \"3813\"\nuse_until = {day}"));
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("pilot.toml");
    config.programme.files = Some(vec![other.clone()]);
    std::fs::write(&other, with_until("2021-09-30")).expect("written");
    assert!(
        scene.world.gateway().reopen(&config).await.is_ok(),
        "a file that says what was decided"
    );
    std::fs::write(&other, with_until("2022-03-31")).expect("written");
    let refused = scene
        .world
        .gateway()
        .reopen(&config)
        .await
        .map(drop)
        .expect_err("refused")
        .to_string();
    for part in [BAMBLE.1, "2021-09-30", "2022-03-31", "2023-06-30"] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
}

/// Every system has been heard, so that the guard has what it rests on.
pub async fn heard(scene: &Scene) {
    scene.world.publish(&crate::records::programme_2021());
    scene.world.poll_all().await;
}
