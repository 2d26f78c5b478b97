//! Promise: an exception takes two people from two bodies at the pages, too: each sees the form only when it is theirs to send, the second
//! reads what the first has written, and who may not is told.

use serde_json::json;
use std::time::Duration;

use super::browser::Office;
use super::{BAMBLE, BUFDIR, HELSEDIR, NAV, OFFICE, claims, office, question, requested};
use crate::guard::clients::later;

/// A claim that is blocked: NAV's own scheme, for children and young in a municipality that takes part.
async fn blocked(nav: &Office) -> String {
    let mut asked = question("621.63", BAMBLE, "21/9");
    for (name, value) in &mut asked {
        if *name == "malgruppe" {
            "CHILDREN_AND_YOUNG".clone_into(value);
        }
    }
    requested(nav, &asked).await
}

#[tokio::test]
async fn two_people_from_two_bodies_make_an_exception_by_the_forms() {
    let (world, nav) = office(NAV).await;
    let place = blocked(&nav).await;
    let claim = claims(&world).await[0].clone();
    assert_eq!(
        (&claim["state"], &claim["verdict"]["outcome"]),
        (&json!("DENIED"), &json!("BLOCKED"))
    );
    assert!(
        nav.page(&place).await.section("foresla-unntak").is_none(),
        "the asker proposes nothing"
    );
    let programme = Office::at(&world, OFFICE);
    let page = programme.page(&place).await;
    assert!(page.section("godkjenn-unntak").is_none());
    let propose = page
        .form("foresla-unntak")
        .and("begrunnelse", "Flom i hele kommunen.")
        .and("hjemmel", "bevilgningsreglementet § 11")
        .and("lest", "ja");
    programme.send(&place, &propose).await.location();
    let exception = claims(&world).await[0]["exception"].clone();
    assert_eq!(
        (&exception["reason"], &exception["legalBasis"], &exception["isOpen"]),
        (
            &json!("Flom i hele kommunen."),
            &json!("bevilgningsreglementet § 11"),
            &json!(true)
        )
    );
    for other in [NAV, OFFICE] {
        let page = Office::at(&world, other).page(&place).await;
        assert!(page.section("godkjenn-unntak").is_none(), "{other}");
        assert!(page.section("foresla-unntak").is_none(), "{other}");
    }
    // Whoever sends it all the same is told why not.
    let second = Office::at(&world, BUFDIR);
    let page = second.page(&place).await;
    assert!(page.holds("Flom i hele kommunen.") && page.holds("bevilgningsreglementet § 11"));
    let approve = page
        .form("godkjenn-unntak")
        .and("begrunnelse", "Enig.")
        .and("lest", "ja");
    let refused = nav.send(&place, &approve).await;
    assert!(
        refused.status == 200 && refused.holds("TWO_BODIES_REQUIRED"),
        "{}",
        refused.text
    );
    second.send(&place, &approve).await.location();
    let claim = claims(&world).await[0].clone();
    assert_eq!(
        (&claim["state"], &claim["exception"]["approvedBy"]["organisationNumber"]),
        (&json!("CLEARED"), &json!(BUFDIR))
    );
    // A second approval of the same form is the first.
    second.send(&place, &approve).await.location();
    let page = nav.page(&place).await;
    assert!(page.section("bekreft").is_some() && page.holds("Godkjent av"));
}

#[tokio::test]
async fn a_proposal_that_is_void_is_proposed_anew() {
    let (world, nav) = office(NAV).await;
    let place = blocked(&nav).await;
    let programme = Office::at(&world, OFFICE);
    let propose = programme
        .page(&place)
        .await
        .form("foresla-unntak")
        .and("begrunnelse", "a")
        .and("hjemmel", "b")
        .and("lest", "ja");
    programme.send(&place, &propose).await.location();
    later(&world, Duration::from_hours(7 * 24)).await;
    let helsedir = Office::at(&world, HELSEDIR).page(&place).await;
    assert!(helsedir.section("godkjenn-unntak").is_none());
    assert!(helsedir.section("foresla-unntak").is_some());
}
