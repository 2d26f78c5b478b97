//! Promise: a programme is its file. A second one stands beside the pilot with a pot of its own, and files that contradict each
//! other are refused.

use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::demo::systems;
use programgrant_schema::{PILOT, SUCCESSOR};
use serde_json::json;

use crate::records::{kroner, share};
use crate::world::World;

/// Oslo and Bergen, one scheme of the pilot's and one of its own, 2024 and 2025.
const SECOND: &str = r#"
[programme]
id = "second"
name_nb = "Et program til"
from = 2024-01-01
until = 2025-12-31
pot = { chapter = 846, post = 63, payer = "986128433" }
notice_nb = "Oppdiktet."
[[rule]]
id = "no-double-funding"
text_nb = "Ingen dobbeltfinansiering."
source = "oppdiktet"
[[scheme]]
id = "621.63"
name_nb = "Sosiale tjenester og tiltak for vanskeligstilte"
ministry = "Arbeids- og sosialdepartementet"
directorate = "889640782"
system = "nav"
budget = [[2016, 0, 621, 63]]
scope = "whole-scheme"
determined = "discretionary"
prevention = "refuse-application"
[[scheme]]
id = "225.60"
name_nb = "Et tilskudd til"
ministry = "Kunnskapsdepartementet"
directorate = "970018131"
system = "udir"
budget = [[2024, 0, 225, 60]]
scope = "whole-scheme"
determined = "rule"
prevention = "leave-out-of-calculation"
[[municipality]]
number = "0301"
name = "Oslo"
organisation_number = "958935420"
[[municipality]]
number = "4601"
name = "Bergen"
"#;

struct Files {
    folder: tempfile::TempDir,
    settings: String,
}

/// The pilot's file and another, as settings.
fn beside_the_pilot(second: &str) -> Files {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (first, other) = (folder.path().join("pilot.toml"), folder.path().join("second.toml"));
    std::fs::write(&first, PILOT.1).expect("written");
    std::fs::write(&other, second).expect("written");
    let settings = format!("[programme]\nfiles = [{:?}, {:?}]", first.display(), other.display());
    Files { folder, settings }
}

#[tokio::test]
async fn a_second_programme_has_a_pot_of_its_own() {
    let files = beside_the_pilot(SECOND);
    let world = World::with_settings(&files.settings).await;
    // The pilot's third scheme, for Oslo.
    world.publish(&[(systems::NAV, vec![share(2, ("0301", "958935420"), 2024, kroner(7))])]);
    world.poll_all().await;
    let grant = "year programme { id notice } pot { total known missing { id } } shares { scheme { id } budgetPost { label } amount { state amount } }";
    let query = format!(
        "{{ municipality(number: \"0301\") {{ pilot: programmeGrant(year: 2024) {{ year }} programmeGrant(year: 2024, programme: \"second\") {{ {grant} }} }} }}"
    );
    let expected = json!({
        "pilot": null,
        "programmeGrant": {
            "year": 2024,
            "programme": { "id": "second", "notice": "Oppdiktet." },
            "pot": { "total": null, "known": 700, "missing": [{ "id": "225.60" }] },
            "shares": [
                { "scheme": { "id": "621.63" }, "budgetPost": { "label": "621.63" }, "amount": { "state": "STATED", "amount": 700 } },
                { "scheme": { "id": "225.60" }, "budgetPost": { "label": "225.60" }, "amount": { "state": "NOT_DELIVERED", "amount": null } },
            ],
        },
    });
    assert_eq!(world.ask(&query).await["municipality"], expected);
    let listed = world
        .ask("{ programmes { id useUntil } programme { id municipalities { name } } schemes { id } }")
        .await;
    assert_eq!(
        listed["programmes"],
        json!([{ "id": "0-24-pilot", "useUntil": "2023-06-30" }, { "id": "second", "useUntil": "2025-12-31" }])
    );
    assert_eq!(
        (
            listed["programme"]["municipalities"].as_array().map(Vec::len),
            listed["schemes"].as_array().map(Vec::len)
        ),
        (Some(12), Some(12))
    );
}

#[tokio::test]
async fn what_is_not_published_of_a_programme_is_null_and_a_person_decides() {
    let files = beside_the_pilot(SUCCESSOR.1);
    let world = World::with_settings(&files.settings).await;
    let figure = "{ state amount }";
    let told = world
        .ask(&format!(
            "{{ programme(id: \"846-63\") {{ ruleState from until useUntil municipalities {{ id }} rules {{ id }} year(year: 2026) {{ year }}
                available(year: 2026) {{ voted {figure} bound {figure} free {figure} }} }} programmes {{ id ruleState }} }}"
        ))
        .await;
    let unknown = json!({ "state": "NOT_DELIVERED", "amount": null });
    let expected = json!({
        "ruleState": "UNKNOWN", "from": null, "until": null, "useUntil": null, "municipalities": null, "rules": [], "year": null,
        "available": { "voted": { "state": "STATED", "amount": 51_980_000_000_i64 }, "bound": unknown, "free": unknown },
    });
    assert_eq!(told["programme"], expected);
    assert_eq!(told["programmes"][0]["ruleState"], "PUBLISHED");
    let asked = |scheme: &str| {
        format!(
            "{{ fundingCheck(input: {{ scheme: \"{scheme}\", recipient: {{ municipalityNumber: \"0301\" }}, year: 2026, amount: 100, caseReference: \"1\" }}) {{ outcome reasons {{ code }} }} }}"
        )
    };
    let verdict = world.ask(&asked("846.63")).await["fundingCheck"].clone();
    assert_eq!(verdict["outcome"], "NEEDS_CASE_OFFICER");
    assert_eq!(verdict["reasons"][0]["code"], "RULES_UNKNOWN");
    let page = reqwest::get(world.url("/programmer")).await.expect("an answer");
    let page = page.text().await.expect("a page");
    let notice = "Reglene for kap. 846 post 63 er ikke kunngjort.";
    assert_eq!(page.matches(notice).count(), 1, "{page}");
    let front = reqwest::get(world.url("/")).await.expect("an answer");
    assert!(
        !front.text().await.expect("a page").contains(notice),
        "it is about none of its figures"
    );
    // Three days and the participants; the pilot has them all.
    assert_eq!(
        page.matches("<td class=\"not-delivered\">ikke kjent</td>").count(),
        4,
        "{page}"
    );
    assert!(
        page.contains("Reglene er ikke kunngjort") && page.contains("519\u{a0}800\u{a0}000\u{a0}kr"),
        "{page}"
    );
    assert!(
        !page.contains("<td></td>") && !page.contains("<td class=\"\"></td>"),
        "{page}"
    );
}

#[tokio::test]
async fn pages_stand_where_no_programmes_rules_are_known() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(SUCCESSOR.0);
    std::fs::write(&file, SUCCESSOR.1).expect("written");
    let world = World::with_settings(&format!("[programme]\nfiles = [{:?}]", file.display())).await;
    for path in [
        "/",
        "/programmer",
        "/programmet/2026",
        "/fylkesoversikt",
        "/frister",
        "/om-tallene",
        "/kommune/3813/kan-vi-soke/2026",
    ] {
        assert_eq!(world.status(path).await, 200, "{path}");
    }
    let page = reqwest::get(world.url("/programmet/2026")).await.expect("an answer");
    let page = page.text().await.expect("a page");
    assert!(
        page.contains("Fra ikke kjent til ikke kjent") && page.contains("Reglene er ikke kunngjort"),
        "{page}"
    );
}

#[tokio::test]
async fn programmes_that_contradict_each_other_are_refused() {
    for (from, to, reason) in [
        (
            "budget = [[2016, 0, 621, 63]]",
            "budget = [[2017, 0, 621, 63]]",
            "describes scheme \"621.63\" otherwise",
        ),
        ("id = \"second\"", "id = \"0-24-pilot\"", "is loaded twice"),
        ("id = \"225.60\"", "id = \"621.63\"", "stands here twice"),
    ] {
        let second = SECOND.replacen(from, to, 1);
        assert_ne!(second, SECOND);
        let files = beside_the_pilot(&second);
        let store = files.folder.path().join("register.db");
        let config = Config::parse(&format!(
            "{}\n[store]\nurl = \"sqlite:{}\"",
            files.settings,
            store.display()
        ))
        .expect("a sound configuration");
        let outcome = Gateway::open(&config, Clock::system())
            .await
            .map(|_| ())
            .map_err(|error| error.to_string());
        assert!(
            outcome.as_ref().is_err_and(|error| error.contains(reason)),
            "{reason}: {outcome:?}"
        );
    }
}
