//! Allocations: from draft to decision and correction, seen by role, explained to the øre.

use serde_json::{Value, json};

use super::{Scene, bamble, governor, group, office};
use crate::access::asking::{BAMBLE, of_role};
use programgrant_core::access::Role;

const ALL: &str = "allocations(programme: \"0-24-pilot\") { id number state table { frame total } }";

/// A decided version of that year, from draft on.
async fn decided(scene: &Scene, year: i16, corrects: Option<&str>, corrections: &str) -> String {
    let corrects = corrects.map_or(String::new(), |id| format!(", corrects: \"{id}\""));
    let input = format!(
        "input: {{programme: \"0-24-pilot\", year: {year}, reason: \"årets fordeling\"{corrects}, corrections: [{corrections}]}}"
    );
    let id = scene.done(&office(), "draftAllocation", &input, "allocation").await;
    let allocation = format!("allocation: \"{id}\"");
    scene
        .done(&office(), "proposeAllocation", &allocation, "allocation")
        .await;
    let reference = format!("{allocation}, reference: \"21/77\"");
    scene
        .done(&office(), "decideAllocation", &reference, "allocation")
        .await;
    id
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one way, step by step")]
async fn a_version_is_seen_by_those_it_concerns_and_decided_once_all_comments_are_answered() {
    let scene = Scene::new().await;
    let input = "input: {programme: \"0-24-pilot\", year: 2021, reason: \"første forslag\"}";
    let id = scene.done(&office(), "draftAllocation", input, "allocation").await;
    let sees = async |caller| {
        let data = scene.read(&caller, &format!("{{ {ALL} }}")).await;
        data["allocations"].as_array().expect("a list").len()
    };
    assert_eq!(sees(office()).await, 1);
    for other in [
        bamble(),
        governor(),
        group(),
        of_role(Role::Evaluator),
        of_role(Role::Public),
    ] {
        assert_eq!(sees(other.clone()).await, 0, "a draft is the office's: {other:?}");
    }
    let allocation = format!("allocation: \"{id}\"");
    for other in [bamble(), governor(), group(), of_role(Role::Public)] {
        assert!(
            scene
                .is_denied(&other, "proposeAllocation", &allocation, "allocation")
                .await,
            "{other:?}"
        );
    }
    scene
        .done(&office(), "proposeAllocation", &allocation, "allocation")
        .await;
    for (who, expected) in [
        (bamble(), 1),
        (governor(), 1),
        (group(), 1),
        (super::skien(), 0),
        (of_role(Role::Public), 0),
    ] {
        assert_eq!(sees(who.clone()).await, expected, "{who:?}");
    }
    let until = format!("{allocation}, until: \"{}\"", scene.day(5));
    scene.done(&office(), "consultOnAllocation", &until, "allocation").await;
    let said = format!("{allocation}, text: \"Tallet på barn er for lavt.\"");
    assert_eq!(
        scene
            .refused(&super::skien(), "commentOnAllocation", &said, "comment")
            .await,
        "UNKNOWN_RECORD"
    );
    let comment = scene.done(&bamble(), "commentOnAllocation", &said, "comment").await;
    let decide = format!("{allocation}, reference: \"21/77\"");
    assert_eq!(
        scene
            .refused(&office(), "decideAllocation", &decide, "allocation")
            .await,
        "CONSULTATION_OPEN"
    );
    scene.pass_days(6);
    assert_eq!(
        scene.refused(&bamble(), "commentOnAllocation", &said, "comment").await,
        "CONSULTATION_CLOSED"
    );
    assert_eq!(
        scene
            .refused(&office(), "decideAllocation", &decide, "allocation")
            .await,
        "COMMENT_UNANSWERED"
    );
    let answer = format!("comment: \"{comment}\", text: \"Tallet er SSBs.\"");
    scene
        .done(&office(), "answerAllocationComment", &answer, "comment")
        .await;
    scene.done(&office(), "decideAllocation", &decide, "allocation").await;
    for everybody in [
        bamble(),
        super::skien(),
        of_role(Role::Public),
        of_role(Role::Evaluator),
    ] {
        assert_eq!(sees(everybody).await, 1);
    }
    let answered = scene
        .read(
            &bamble(),
            &format!("{{ allocation(id: \"{id}\") {{ comments {{ text answer by {{ name }} }} reference }} }}"),
        )
        .await;
    assert_eq!(answered["allocation"]["comments"][0]["answer"], "Tallet er SSBs.");
    assert_eq!(answered["allocation"]["reference"], "21/77");
    scene
        .world
        .gateway()
        .guard
        .store()
        .verify(None)
        .await
        .expect("readable")
        .expect("the chain is sound");
}

#[tokio::test]
async fn each_year_adds_up_to_the_ore_and_every_explanation_to_its_amount() {
    let scene = Scene::new().await;
    for (year, frame) in [(2020, 3_930_000_000_i64), (2021, 4_050_000_000), (2022, 4_160_000_000)] {
        let id = decided(&scene, year, None, "").await;
        let asked = format!(
            "{{ allocation(id: \"{id}\") {{ table {{ frame total receivers {{ total parts {{ amount }} \
             explanation {{ paragraph inputs {{ madeUp source licence countedOn }} rules {{ text }} steps {{ text }} }} }} }} }} }}"
        );
        let table = scene.read(&bamble(), &asked).await["allocation"]["table"].clone();
        assert_eq!(
            (table["frame"].as_i64(), table["total"].as_i64()),
            (Some(frame), Some(frame)),
            "{year}"
        );
        let receivers = table["receivers"].as_array().expect("a list");
        assert_eq!(receivers.len(), 12);
        let totals: i64 = receivers
            .iter()
            .map(|receiver| receiver["total"].as_i64().expect("known"))
            .sum();
        assert_eq!(totals, frame);
        for receiver in receivers {
            let parts = receiver["parts"].as_array().expect("a list");
            let parts: i64 = parts.iter().map(|part| part["amount"].as_i64().expect("known")).sum();
            assert_eq!(Some(parts), receiver["total"].as_i64());
            let explanation = &receiver["explanation"];
            assert!(!explanation["paragraph"].as_str().expect("words").is_empty());
            let inputs = explanation["inputs"].as_array().expect("a list");
            assert!(
                inputs.iter().any(|input| input["madeUp"] == true),
                "made-up counts say so"
            );
            assert!(
                inputs
                    .iter()
                    .all(|input| input["source"] != "" && input["countedOn"] != Value::Null)
            );
        }
    }
}

#[tokio::test]
async fn a_corrected_figure_gives_a_new_version_whose_difference_is_explained() {
    let scene = Scene::new().await;
    let first = decided(&scene, 2021, None, "").await;
    let again = "input: {programme: \"0-24-pilot\", year: 2021, reason: \"enda et\"}";
    assert_eq!(
        scene.refused(&office(), "draftAllocation", again, "allocation").await,
        "ALLOCATION_DECIDED"
    );
    let correction = format!(
        "{{indicator: \"age_0_24\", municipality: \"{}\", value: \"4500\", source: \"SSB, rettet tabell\"}}",
        BAMBLE.1
    );
    let second = decided(&scene, 2021, Some(&first), &correction).await;
    let asked = format!(
        "{{ old: allocation(id: \"{first}\") {{ state correctedBy {{ id }} table {{ receivers(municipality: \"{0}\") {{ total }} }} }} \
         new: allocation(id: \"{second}\") {{ state corrects {{ id }} table {{ receivers(municipality: \"{0}\") {{ total explanation {{ \
         inputs {{ indicator value corrected source }} change {{ before after causes {{ cause ore }} }} }} }} }} }} }}",
        BAMBLE.1
    );
    let both = scene.read(&bamble(), &asked).await;
    let (old, new) = (&both["old"], &both["new"]);
    assert_eq!((&old["state"], &new["state"]), (&json!("CORRECTED"), &json!("DECIDED")));
    assert_eq!(
        (&old["correctedBy"]["id"], &new["corrects"]["id"]),
        (&json!(second), &json!(first))
    );
    let (before, after) = (&old["table"]["receivers"][0], &new["table"]["receivers"][0]);
    let change = &after["explanation"]["change"];
    assert_eq!(
        (&change["before"], &change["after"]),
        (&before["total"], &after["total"])
    );
    assert_ne!(before["total"], after["total"]);
    let causes = change["causes"].as_array().expect("told");
    let of = |cause: &str| {
        let found = causes
            .iter()
            .find(|told| told["cause"] == cause)
            .expect("each cause is told");
        found["ore"].as_str().expect("exact").to_owned()
    };
    assert_eq!(
        (of("RULE"), of("FLOOR")),
        ("0".to_owned(), "0".to_owned()),
        "the figure alone has changed"
    );
    assert_ne!(of("INPUT"), "0");
    let inputs = after["explanation"]["inputs"].as_array().expect("a list");
    let corrected = inputs
        .iter()
        .find(|input| input["indicator"] == "age_0_24")
        .expect("counted");
    assert_eq!(corrected["value"], "4500");
    assert_eq!(corrected["source"], "SSB, rettet tabell");
    assert_ne!(
        corrected["corrected"],
        Value::Null,
        "what the source has stays beside it"
    );
}

/// A correction of a corrected year keeps the first correction, and so does what if.
#[tokio::test]
async fn what_was_corrected_stays_corrected() {
    let scene = Scene::new().await;
    let first = decided(&scene, 2021, None, "").await;
    let figure = |indicator: &str| {
        format!(
            "{{indicator: \"{indicator}\", municipality: \"{}\", value: \"4500\", source: \"SSB, rettet tabell\"}}",
            BAMBLE.1
        )
    };
    let second = decided(&scene, 2021, Some(&first), &figure("age_0_24")).await;
    let unchanged = "{ allocationWhatIf(programme: \"0-24-pilot\", year: 2021) { changes { before after } } }";
    let told = scene.read(&bamble(), unchanged).await["allocationWhatIf"]["changes"].clone();
    for change in told.as_array().expect("a list") {
        assert_eq!(change["before"], change["after"], "nothing was changed: {told}");
    }
    let third = decided(&scene, 2021, Some(&second), &figure("age_18_24")).await;
    let asked = format!(
        "{{ allocation(id: \"{third}\") {{ table {{ receivers(municipality: \"{}\") {{ explanation {{ inputs {{ indicator corrected }} }} }} }} }} }}",
        BAMBLE.1
    );
    let inputs =
        scene.read(&bamble(), &asked).await["allocation"]["table"]["receivers"][0]["explanation"]["inputs"].clone();
    let corrected = inputs
        .as_array()
        .expect("a list")
        .iter()
        .filter(|input| !input["corrected"].is_null());
    let corrected: Vec<&Value> = corrected.map(|input| &input["indicator"]).collect();
    assert_eq!(corrected, [&json!("age_0_24"), &json!("age_18_24")]);
}

#[tokio::test]
async fn what_is_suppressed_is_unknown_and_is_not_decided() {
    let scene = Scene::new().await;
    let input = format!(
        "input: {{programme: \"0-24-pilot\", year: 2021, reason: \"ett tall er prikket\", corrections: [\
         {{indicator: \"minority_children\", municipality: \"{}\", value: \":\", source: \"SSB\"}}]}}",
        BAMBLE.1
    );
    let id = scene.done(&office(), "draftAllocation", &input, "allocation").await;
    let allocation = format!("allocation: \"{id}\"");
    scene
        .done(&office(), "proposeAllocation", &allocation, "allocation")
        .await;
    let reference = format!("{allocation}, reference: \"21/77\"");
    assert_eq!(
        scene
            .refused(&office(), "decideAllocation", &reference, "allocation")
            .await,
        "FIGURE_MISSING"
    );
    let asked = format!(
        "{{ allocation(id: \"{id}\") {{ table {{ total receivers(municipality: \"{}\") {{ total explanation {{ \
         thresholds {{ scheme reached value }} inputs {{ indicator value missing }} }} }} }} }} }}",
        BAMBLE.1
    );
    let table = scene.read(&bamble(), &asked).await["allocation"]["table"].clone();
    let own = &table["receivers"][0];
    assert_eq!((&table["total"], &own["total"]), (&Value::Null, &Value::Null));
    let thresholds = own["explanation"]["thresholds"].as_array().expect("a list");
    let of_rule = thresholds.iter().filter(|threshold| threshold["scheme"] == "231.63");
    assert!(of_rule.clone().count() > 0 && of_rule.clone().all(|threshold| threshold["reached"] == "UNKNOWN"));
    let inputs = own["explanation"]["inputs"].as_array().expect("a list");
    let hidden = inputs
        .iter()
        .find(|input| input["indicator"] == "minority_children")
        .expect("counted");
    assert_eq!(
        (&hidden["value"], &hidden["missing"]),
        (&Value::Null, &json!("CONFIDENTIAL"))
    );
}

#[tokio::test]
async fn what_if_shows_everybodys_change_and_keeps_nothing() {
    let scene = Scene::new().await;
    decided(&scene, 2021, None, "").await;
    let before = scene.entries().await;
    let ask = async |changes: &str| {
        let asked = format!(
            "{{ allocationWhatIf(programme: \"0-24-pilot\", year: 2021, changes: {{{changes}}}) {{ decided comparedWith \
             table {{ frame total receivers {{ organisationNumber }} }} changes {{ organisationNumber before after }} }} }}"
        );
        scene.read(&bamble(), &asked).await["allocationWhatIf"].clone()
    };
    let more = ask("with: [\"4003\"]").await;
    assert_eq!(
        (&more["decided"], more["comparedWith"].is_string()),
        (&json!(false), true)
    );
    assert_eq!(more["table"]["receivers"].as_array().map(Vec::len), Some(13));
    assert_eq!(
        more["table"]["total"],
        Value::Null,
        "nobody has counted its children, which is not 0"
    );
    let figures = [
        "minority_children",
        "kindergarten_children",
        "minority_children_outside",
    ]
    .map(|indicator| {
        format!("{{indicator: \"{indicator}\", municipality: \"4003\", value: \"200\", source: \"hva hvis\"}}")
    });
    let counted = format!("with: [\"4003\"], figures: [{}]", figures.join(", "));
    let more = ask(&counted).await;
    assert_eq!(more["table"]["total"], more["table"]["frame"]);
    let changes = more["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 13);
    let of = |field: &str| -> i64 {
        changes
            .iter()
            .map(|change| change[field].as_i64().expect("known"))
            .sum()
    };
    assert_eq!(of("before"), of("after"), "who joins is paid by the others");
    assert_eq!(ask(&counted).await, more, "the same question has the same answer");
    let larger = ask("frame: 4160000000").await;
    assert_eq!(larger["table"]["total"], 4_160_000_000_i64);
    let answer = scene
        .ask(
            &bamble(),
            "{ allocationWhatIf(programme: \"0-24-pilot\", year: 2021, changes: {frame: 100}) { decided } }",
            json!({}),
        )
        .await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "INVALID_ARGUMENT");
    assert!(
        error["message"]
            .as_str()
            .expect("words")
            .contains("more than the frame"),
        "{error}"
    );
    assert_eq!(scene.entries().await, before, "nothing is kept");
}

#[tokio::test]
async fn a_command_that_comes_again_is_carried_out_once() {
    let scene = Scene::new().await;
    let draft = "mutation { draftAllocation(input: {programme: \"0-24-pilot\", year: 2021, reason: \"r\"}, idempotencyKey: \"k\") { allocation { id } errors { code } } }";
    let first = scene.ask(&office(), draft, json!({})).await;
    let entries = scene.entries().await;
    assert_eq!(scene.ask(&office(), draft, json!({})).await["data"], first["data"]);
    assert_eq!(scene.entries().await, entries);
    let other = scene.ask(&office(), &draft.replace("2021", "2022"), json!({})).await;
    assert_eq!(
        other["data"]["draftAllocation"]["errors"][0]["code"],
        "IDEMPOTENCY_CONFLICT"
    );
}

#[tokio::test]
async fn what_was_decided_is_there_after_a_restart() {
    let mut scene = Scene::new().await;
    let id = decided(&scene, 2021, None, "").await;
    scene.world.restart().await;
    let data = scene
        .read(
            &of_role(Role::Public),
            &format!("{{ allocation(id: \"{id}\") {{ state table {{ total }} }} }}"),
        )
        .await;
    assert_eq!(
        data["allocation"],
        json!({ "state": "DECIDED", "table": { "total": 4_050_000_000_i64 } })
    );
}

#[tokio::test]
async fn what_was_proposed_and_taken_back_is_still_there_for_those_concerned() {
    let scene = Scene::new().await;
    let input = "input: {programme: \"0-24-pilot\", year: 2021, reason: \"forslag\"}";
    let sees = async |id: &str| {
        let data = scene
            .read(&bamble(), &format!("{{ allocation(id: \"{id}\") {{ state }} }}"))
            .await;
        data["allocation"]["state"].clone()
    };
    for (is_proposed, expected) in [(false, Value::Null), (true, json!("WITHDRAWN"))] {
        let id = scene.done(&office(), "draftAllocation", input, "allocation").await;
        let allocation = format!("allocation: \"{id}\"");
        if is_proposed {
            scene
                .done(&office(), "proposeAllocation", &allocation, "allocation")
                .await;
        }
        let taken_back = format!("{allocation}, reason: \"feil plan\"");
        scene
            .done(&office(), "withdrawAllocation", &taken_back, "allocation")
            .await;
        assert_eq!(sees(&id).await, expected);
    }
}
