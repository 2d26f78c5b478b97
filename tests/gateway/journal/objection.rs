//! Objections: they reach whoever answers, and both words stay.

use serde_json::{Value, json};

use super::{Scene, bamble, governor, group, office};

#[tokio::test]
async fn an_objection_reaches_whoever_answers_and_both_stand_with_the_allocation() {
    let scene = Scene::new().await;
    let input = "input: {programme: \"0-24-pilot\", year: 2021, reason: \"forslag\"}";
    let id = scene.done(&office(), "draftAllocation", input, "allocation").await;
    let against = |subject: &str| {
        format!("programme: \"0-24-pilot\", kind: ALLOCATION, subject: \"{subject}\", reason: \"Tallet er feil.\"")
    };
    assert_eq!(
        scene.refused(&bamble(), "object", &against(&id), "objection").await,
        "UNKNOWN_RECORD"
    );
    scene
        .done(
            &office(),
            "proposeAllocation",
            &format!("allocation: \"{id}\""),
            "allocation",
        )
        .await;
    assert_eq!(
        scene
            .refused(&super::skien(), "object", &against(&id), "objection")
            .await,
        "UNKNOWN_RECORD"
    );
    assert!(scene.is_denied(&governor(), "object", &against(&id), "objection").await);
    let objection = scene.done(&bamble(), "object", &against(&id), "objection").await;
    let answer = format!("objection: \"{objection}\", outcome: REJECTED, reason: \"Tallet er SSBs.\"");
    assert!(
        scene
            .is_denied(&bamble(), "answerObjection", &answer, "objection")
            .await
    );
    assert!(
        scene
            .is_denied(&governor(), "answerObjection", &answer, "objection")
            .await
    );
    assert_eq!(
        scene.refused(&group(), "answerObjection", &answer, "objection").await,
        "UNKNOWN_RECORD"
    );
    scene.done(&office(), "answerObjection", &answer, "objection").await;
    assert_eq!(
        scene.refused(&office(), "answerObjection", &answer, "objection").await,
        "ALREADY_ANSWERED"
    );
    let asked =
        format!("{{ allocation(id: \"{id}\") {{ objections {{ reason outcome answer answeredBy {{ name }} }} }} }}");
    let told = scene.read(&bamble(), &asked).await["allocation"]["objections"].clone();
    assert_eq!(told[0]["reason"], "Tallet er feil.");
    assert_eq!(
        (&told[0]["outcome"], &told[0]["answer"]),
        (&json!("REJECTED"), &json!("Tallet er SSBs."))
    );
    let seen = scene
        .read(&super::skien(), "{ objections(programme: \"0-24-pilot\") { id } }")
        .await;
    assert_eq!(
        seen["objections"],
        json!([]),
        "another municipality's objection is not its"
    );
    let of_county = scene
        .read(&governor(), "{ objections(programme: \"0-24-pilot\") { answer } }")
        .await;
    assert_ne!(of_county["objections"][0]["answer"], Value::Null);
}
