//! Promise: a programme is its file. A second one stands beside the pilot with a pot of its own, and files that contradict each
//! other are refused.

use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::demo::systems;
use programgrant_schema::PILOT;
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
