//! Promise: each of the five shapes says whom its bearer acts for and through whom; what has two meanings, or none, lets nobody in.

use serde_json::{Value, json};

use super::issuer::{Issuer, Signer, party};
use super::{BAMBLE, NAV, RESOURCE, VENDOR, who, world};
use crate::world::World;

const REFUSED: &str = "401 INVALID_TOKEN";

struct Place {
    signer: Signer,
    issuer: Issuer,
    world: World,
}

impl Place {
    async fn new() -> Self {
        let signer = Signer::p256("e");
        let issuer = Issuer::with(&[&signer]).await;
        let world = world(&issuer).await;
        Self { signer, issuer, world }
    }

    async fn who(&self, more: &Value) -> String {
        who(&self.world, &self.signer.token(&self.issuer.claims(more))).await
    }
}

fn system_user(organisation: &str) -> Value {
    json!({ "type": "urn:altinn:systemuser", "systemuser_id": ["ebe4a681-0a8c-429e-a36f-8f9ca942b59f"], "systemuser_org": party(organisation), "system_id": "x" })
}

/// A person's entitlement, as Ansattporten writes it for services of the old Altinn.
fn reportees(organisations: &[&str]) -> Value {
    let reportee = |number: &&str| json!({ "Rights": ["Read"], "Authority": "iso6523-actorid-upis", "ID": format!("0192:{number}"), "Name": "…" });
    json!({ "type": "ansattporten:altinn:service", "resource": RESOURCE, "reportees": organisations.iter().map(reportee).collect::<Vec<_>>() })
}

/// The same for resources of the new one.
fn authorised(organisations: &[&str]) -> Value {
    let entry = |number: &&str| json!({ "orgno": party(number), "resource": "programgrant", "unit_type": "ORGL" });
    json!({ "type": "ansattporten:altinn:resource", "resource": RESOURCE, "authorized_parties": organisations.iter().map(entry).collect::<Vec<_>>() })
}

fn person(more: &Value) -> Value {
    let mut claims = json!({ "sub": "qD-kwgr3FcGA9zy4M7O", "pid": "01810000000", "acr": "idporten-loa-high" });
    // Null stays: it takes out what the issuer would state.
    claims
        .as_object_mut()
        .expect("an object")
        .extend(more.as_object().expect("an object").clone());
    claims
}

#[tokio::test]
async fn a_machine_acts_for_its_body_a_supplier_for_whoever_delegated_a_vendor_for_its_customer() {
    let place = Place::new().await;
    for (what, more, expected) in [
        ("its own", json!({}), format!("MUNICIPALITY {BAMBLE} -")),
        (
            "a directorate's",
            json!({ "consumer": party(NAV) }),
            format!("DIRECTORATE {NAV} -"),
        ),
        (
            "a supplier's",
            json!({ "supplier": party(VENDOR), "delegation_source": "https://www.altinn.no/" }),
            format!("MUNICIPALITY {BAMBLE} {VENDOR}"),
        ),
        (
            "its own supplier's",
            json!({ "supplier": party(BAMBLE) }),
            format!("MUNICIPALITY {BAMBLE} -"),
        ),
        (
            "a vendor's system",
            json!({ "consumer": party(VENDOR), "authorization_details": [system_user(BAMBLE)] }),
            format!("MUNICIPALITY {BAMBLE} {VENDOR}"),
        ),
        (
            "several users of one system",
            json!({ "consumer": party(VENDOR), "authorization_details": [system_user(BAMBLE), system_user(BAMBLE)] }),
            format!("MUNICIPALITY {BAMBLE} {VENDOR}"),
        ),
        (
            "its own system's user",
            json!({ "authorization_details": [system_user(BAMBLE)] }),
            format!("MUNICIPALITY {BAMBLE} -"),
        ),
        (
            "a vendor for nobody",
            json!({ "consumer": party(VENDOR) }),
            format!("PUBLIC {VENDOR} -"),
        ),
        (
            "a vendor for a vendor",
            json!({ "consumer": party(VENDOR), "supplier": party("310240036") }),
            format!("PUBLIC {VENDOR} 310240036"),
        ),
    ] {
        assert_eq!(place.who(&more).await, expected, "{what}");
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn a_person_acts_for_whom_it_may_represent_or_for_the_body_whose_service_it_is_logged_in_to() {
    let place = Place::new().await;
    let bamble_through_vendor = format!("MUNICIPALITY {BAMBLE} {VENDOR}");
    for (what, more, expected) in [
        (
            "by an old service",
            json!({ "consumer": party(VENDOR), "authorization_details": [reportees(&[BAMBLE])] }),
            &bamble_through_vendor,
        ),
        (
            "by a new resource",
            json!({ "consumer": party(VENDOR), "authorization_details": [authorised(&[BAMBLE])] }),
            &bamble_through_vendor,
        ),
        (
            "by both",
            json!({ "consumer": party(VENDOR), "authorization_details": [authorised(&[BAMBLE]), reportees(&[BAMBLE])] }),
            &bamble_through_vendor,
        ),
        (
            "as an employee",
            json!({ "consumer": null, "client_orgno": VENDOR, "authorization_details": [{ "type": "ansattporten:orgno", "orgno": party(BAMBLE) }] }),
            &bamble_through_vendor,
        ),
        (
            "nobody said through whom",
            json!({ "consumer": null, "authorization_details": [reportees(&[BAMBLE, BAMBLE])] }),
            &format!("MUNICIPALITY {BAMBLE} -"),
        ),
        ("logged in", json!({}), &format!("MUNICIPALITY {BAMBLE} -")),
        (
            "logged in, stated the old way",
            json!({ "consumer": null, "client_orgno": BAMBLE, "acr": "Level4" }),
            &format!("MUNICIPALITY {BAMBLE} -"),
        ),
        (
            "logged in, stated both ways",
            json!({ "client_orgno": BAMBLE }),
            &format!("MUNICIPALITY {BAMBLE} -"),
        ),
        (
            "logged in to a vendor's service",
            json!({ "consumer": party(VENDOR) }),
            &format!("PUBLIC {VENDOR} -"),
        ),
    ] {
        assert_eq!(&place.who(&person(&more)).await, expected, "{what}");
    }
    for (what, more) in [
        ("nobody knows who", json!({ "sub": null })),
        ("who it is stands where it may not", json!({ "sub": "01810000000" })),
        ("nobody knows how surely", json!({ "acr": null })),
        ("not surely enough", json!({ "acr": "idporten-loa-low" })),
        (
            "nor there",
            json!({ "acr": "selvregistrert-email", "authorization_details": [reportees(&[BAMBLE])] }),
        ),
        ("in nobody's service", json!({ "consumer": null })),
        ("in two bodies' service", json!({ "client_orgno": NAV })),
        (
            "for two bodies",
            json!({ "authorization_details": [reportees(&[BAMBLE, NAV])] }),
        ),
        (
            "for two bodies, one by one",
            json!({ "authorization_details": [reportees(&[BAMBLE]), authorised(&[NAV])] }),
        ),
        ("for none", json!({ "authorization_details": [reportees(&[])] })),
        ("for a supplier besides", json!({ "supplier": party(VENDOR) })),
        (
            "for a supplier besides, representing",
            json!({ "supplier": party(VENDOR), "authorization_details": [reportees(&[BAMBLE])] }),
        ),
        (
            "as a system's user",
            json!({ "authorization_details": [system_user(BAMBLE)] }),
        ),
    ] {
        assert_eq!(place.who(&person(&more)).await, REFUSED, "{what}");
    }
}

#[tokio::test]
async fn where_entitlements_are_configured_only_they_let_a_person_represent_a_body() {
    let place = Place::new().await;
    let mut small = reportees(&[BAMBLE]);
    small["resource"] = json!("urn:altinn:resource:2480:40");
    let mut unnamed = reportees(&[BAMBLE]);
    unnamed.as_object_mut().expect("an object").remove("resource");
    for detail in [small, unnamed] {
        assert_eq!(
            place.who(&person(&json!({ "authorization_details": [detail] }))).await,
            "403 INSUFFICIENT_SCOPE"
        );
    }
    let bare = super::believing(&place.issuer, "scope_prefix = \"udir\"").await;
    for detail in [
        reportees(&[BAMBLE]),
        authorised(&[BAMBLE]),
        json!({ "type": "ansattporten:orgno", "orgno": party(BAMBLE) }),
    ] {
        let token = place.signer.token(
            &place
                .issuer
                .claims(&person(&json!({ "authorization_details": [detail] }))),
        );
        assert!(
            who(&bare, &token).await.starts_with(&format!("MUNICIPALITY {BAMBLE}")),
            "any, where none are named"
        );
    }
}

#[tokio::test]
async fn what_has_two_meanings_or_none_is_refused() {
    let place = Place::new().await;
    for (what, more) in [
        (
            "a supplier of a system's vendor",
            json!({ "supplier": party(VENDOR), "authorization_details": [system_user(BAMBLE)] }),
        ),
        (
            "a system for two customers",
            json!({ "authorization_details": [system_user(BAMBLE), system_user(NAV)] }),
        ),
        (
            "a system and a person",
            json!({ "authorization_details": [system_user(BAMBLE), reportees(&[BAMBLE])] }),
        ),
        (
            "a system's detail that names a reportee too",
            json!({ "authorization_details": [merged(&system_user(BAMBLE), &reportees(&[BAMBLE]))] }),
        ),
        (
            "a delegation to nobody",
            json!({ "delegation_source": "https://www.altinn.no/" }),
        ),
        (
            "a detail of an unknown kind",
            json!({ "authorization_details": [{ "type": "urn:altinn:consent", "id": "x" }] }),
        ),
        (
            "a known detail beside an unknown one",
            json!({ "authorization_details": [system_user(BAMBLE), { "type": "x" }] }),
        ),
        (
            "a detail without a kind",
            json!({ "authorization_details": [{ "systemuser_org": party(BAMBLE) }] }),
        ),
        ("no details in a list of them", json!({ "authorization_details": [] })),
        (
            "details that are no list",
            json!({ "authorization_details": system_user(BAMBLE) }),
        ),
        (
            "a system of nobody",
            json!({ "authorization_details": [{ "type": "urn:altinn:systemuser", "systemuser_id": ["x"] }] }),
        ),
        (
            "a system by nobody",
            json!({ "consumer": null, "authorization_details": [system_user(BAMBLE)] }),
        ),
        ("nobody", json!({ "consumer": null })),
        (
            "nobody, by a supplier",
            json!({ "consumer": null, "supplier": party(VENDOR) }),
        ),
        (
            "nobody but a number of old",
            json!({ "consumer": null, "client_orgno": BAMBLE }),
        ),
    ] {
        assert_eq!(place.who(&more).await, REFUSED, "{what}");
    }
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut merged = other.clone();
    super::issuer::replace(&mut merged, one);
    merged
}

#[tokio::test]
async fn an_organisation_is_nine_digits_of_norways_register_that_pass_their_check() {
    let place = Place::new().await;
    let wrong = [
        json!({ "authority": "iso6523-actorid-upis", "ID": "0192:940244146" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": "940244145" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": "0191:940244145" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": "0192:0192:940244145" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": "0192: 940244145" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": "0192:94024414" }),
        json!({ "authority": "iso6523-actorid-upis", "ID": 940_244_145 }),
        json!({ "authority": "iso6523-actorid-upis" }),
        json!({ "authority": "lei", "ID": "0192:940244145" }),
        json!({ "authority": "ISO6523-ACTORID-UPIS", "ID": "0192:940244145" }),
        json!({ "ID": "0192:940244145" }),
        json!("0192:940244145"),
    ];
    for party in wrong {
        let detail = json!({ "type": "urn:altinn:systemuser", "systemuser_org": party });
        for more in [
            json!({ "consumer": party }),
            json!({ "supplier": party }),
            json!({ "authorization_details": [detail] }),
        ] {
            assert_eq!(place.who(&more).await, REFUSED, "{more}");
        }
    }
}

#[tokio::test]
async fn a_client_id_is_nobodys_authority() {
    let place = Place::new().await;
    for client in [json!(NAV), json!(format!("0192:{NAV}")), party(NAV)] {
        let more = json!({ "client_id": client, "consumer": party(VENDOR), "client_orgno": NAV, "orgno": NAV, "role": "DIRECTORATE", "azp": NAV });
        assert_eq!(place.who(&more).await, format!("PUBLIC {VENDOR} -"));
    }
    let more = json!({ "client_id": NAV, "consumer": null });
    assert_eq!(place.who(&more).await, REFUSED);
}

#[tokio::test]
async fn a_sub_unit_is_the_organisation_that_it_belongs_to() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let units = folder.path().join("units.csv");
    std::fs::write(&units, format!("310240044;{BAMBLE}\n")).expect("written");
    let world = super::believing(
        &issuer,
        &format!(
            "scope_prefix = \"udir\"\n[reference]\nsub_units = {:?}",
            units.display().to_string()
        ),
    )
    .await;
    let token = signer.token(&issuer.claims(&json!({ "consumer": party("310240044") })));
    assert_eq!(who(&world, &token).await, format!("MUNICIPALITY {BAMBLE} -"));
}
