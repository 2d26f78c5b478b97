//! Promise: what a municipality does with its pot is told, reported, answered and evaluated by forms, and is then what the interface says; whoever has no
//! part in it has no form.

use serde_json::json;

use super::browser::{Office, Page};
use super::{BAMBLE, OFFICE};
use crate::records::{kroner, pot};
use crate::world::World;
use programgrant::demo::systems;

const GOVERNOR: &str = "974762501";

async fn send(office: &Office, place: &str, form: &str, more: &[(&str, &str)]) -> Page {
    let mut filled = office.page(place).await.form(form);
    for (name, value) in more {
        filled = filled.and(name, value);
    }
    office.send(place, &filled).await
}

async fn granted() -> World {
    World::heard(&[(systems::UDIR, vec![pot(("3813", BAMBLE), 2020, kroner(1_000_000))])]).await
}

#[tokio::test]
async fn a_measure_is_registered_reported_and_evaluated_by_forms() {
    let world = granted().await;
    register(&world).await;
    report(&world).await;
    evaluate(&world).await;
}

async fn register(world: &World) {
    let (bamble, office) = (Office::at(world, BAMBLE), Office::at(world, OFFICE));
    let measure = [
        ("tittel", "Ett <team>"),
        ("endring", "Vi møtes"),
        ("malgruppe", "Ungdom"),
        ("tjenester", "PPT, helsestasjon"),
        ("fra", "2020-01-01"),
        ("til", "2021-12-31"),
        ("belop", "300 000"),
    ];
    let refused = send(&bamble, "/tiltak", "registrer", &measure).await;
    assert!(
        refused.status == 200 && refused.holds("TEXT_MISSING"),
        "no sector takes part"
    );
    let mut with_sector = measure.to_vec();
    with_sector.push(("sektor", "HEALTH"));
    send(&bamble, "/tiltak", "registrer", &with_sector).await.location();
    let page = office.page("/tiltak").await;
    assert!(page.holds("Bamble: Ett &#60;team&#62;") && page.holds("PPT, helsestasjon, Helse"));
    assert!(page.section("registrer").is_none(), "the office registers nothing here");
}

async fn report(world: &World) {
    let (bamble, office) = (Office::at(world, BAMBLE), Office::at(world, OFFICE));
    let asked = "{ programmeUse(programme: \"0-24-pilot\") { measures { id } } }";
    let told = world.ask(asked).await["programmeUse"]["measures"][0]["id"].clone();
    let (part, people) = (
        format!("del-{}", told.as_str().expect("an id")),
        format!("folk-{}", told.as_str().expect("an id")),
    );
    let report = [
        ("aar", "2020"),
        ("brukt", "900 000,50"),
        ("tilbake", "0"),
        ("soknader", "10"),
        ("rapporter", "20"),
        (part.as_str(), "1000"),
        (people.as_str(), "12"),
        ("grad-coordinated-services", "REACHED"),
        ("om-coordinated-services", "a"),
        ("grad-flexible-funding", "TOO_EARLY"),
        ("om-flexible-funding", "b"),
        ("grad-less-administration", "NOT_REACHED"),
        ("om-less-administration", "c"),
    ];
    send(&bamble, "/rapporter", "send", &report).await.location();
    let page = bamble.page("/rapporter").await;
    let left = programgrant::output::money::kroner(9_999_950);
    assert!(page.holds(&left), "what goes over to the next year");
    assert!(page.holds("Fristen er gått ut"), "of the years after");
    assert!(page.section("svar-1").is_none(), "who reports does not answer");
    assert!(
        Office::at(world, GOVERNOR)
            .page("/rapporter")
            .await
            .section("svar-1")
            .is_none(),
        "who governs does not answer"
    );
    send(
        &office,
        "/rapporter",
        "svar-1",
        &[("gjor", "godkjenn"), ("tekst", "Godkjent")],
    )
    .await
    .location();
    let asked =
        "{ programmeUse(programme: \"0-24-pilot\") { reports { state spent carriedOver measures { people } } } }";
    assert_eq!(
        world.ask(asked).await["programmeUse"]["reports"],
        json!([{ "state": "APPROVED", "spent": 90_000_050, "carriedOver": 9_999_950, "measures": [{ "people": 12 }] }])
    );
}

async fn evaluate(world: &World) {
    let (bamble, office) = (Office::at(world, BAMBLE), Office::at(world, OFFICE));
    let before = [
        ("dag", "2019-12-31"),
        ("tekst", "Hver for seg"),
        ("soknader", "100"),
        ("rapporter", "60"),
    ];
    send(&bamble, "/evaluering", "nullpunkt", &before).await.location();
    let found = [
        ("gjelder", "mal:less-administration"),
        ("grad", "PARTLY_REACHED"),
        ("tekst", "Mindre tid"),
    ];
    send(&office, "/evaluering", "evaluer", &found).await.location();
    let page = bamble.page("/evaluering").await;
    for text in [
        "Hver for seg",
        "2020: 30 timer mot 160 før, 130 spart.",
        "Delvis nådd. Mindre tid",
    ] {
        assert!(page.holds(text), "{text}");
    }
    assert!(
        !page.holds("/evaluering/datasett.csv"),
        "the data set is not a municipality's"
    );
    assert!(office.page("/evaluering").await.holds("/evaluering/datasett.csv"));
    let page = Office::at(world, GOVERNOR).page("/evaluering").await;
    assert!(page.section("evaluer").is_none() && page.section("nullpunkt").is_none());
}

#[tokio::test]
async fn an_agreement_support_and_a_gathering_are_told_by_forms() {
    let world = World::with_settings(
        "[[auth.functions]]\norganisation = \"983544622\"\nfunction = \"COMPETENCE_ENVIRONMENT\"\nprogramme = \"0-24-pilot\"\n",
    )
    .await;
    let [bamble, governor, environment] = [BAMBLE, GOVERNOR, "983544622"].map(|number| Office::at(&world, number));
    let agreement = [
        ("part", "983544622"),
        ("om", "Følgeforskning"),
        ("fra", "2021-01-01"),
        ("til", "2021-12-31"),
    ];
    send(&bamble, "/tiltak", "avtale", &agreement).await.location();
    let asked = [("miljo", "983544622"), ("tekst", "Hvordan måle?")];
    send(&bamble, "/tiltak", "stotte", &asked).await.location();
    assert!(
        bamble.page("/tiltak").await.section("gi-1").is_none(),
        "who asks does not give"
    );
    let given = [("dag", "2021-03-01"), ("timer", "mange"), ("tekst", "Et notat")];
    assert!(
        send(&environment, "/tiltak", "gi-1", &given)
            .await
            .holds("Timene er ikke et helt tall.")
    );
    let given = [given[0], ("timer", "7"), given[2]];
    send(&environment, "/tiltak", "gi-1", &given).await.location();
    let called = [("tittel", "Vårsamling"), ("sted", "Skien"), ("dag", "2021-04-15")];
    send(&governor, "/tiltak", "samling", &called).await.location();
    assert!(
        bamble.page("/tiltak").await.section("samling").is_none(),
        "a municipality calls none"
    );
    send(&governor, "/tiltak", "oppmote-1", &[("kommuner", "3813, ")])
        .await
        .location();
    let page = bamble.page("/tiltak").await;
    for text in ["Følgeforskning", "7 timer: Et notat", "Vårsamling", "Bamble"] {
        assert!(page.holds(text), "{text}: {}", page.text);
    }
    assert!(
        governor.page("/tiltak").await.section("oppmote-1").is_none(),
        "it is recorded"
    );
}

/// What a body sees in its function and nothing more, and does there.
#[tokio::test]
async fn who_has_only_a_function_arranges_a_gathering_by_forms() {
    const NO_ROLE: &str = "310240052";
    let world = World::with_settings(&format!(
        "[[auth.functions]]\norganisation = \"{NO_ROLE}\"\nfunction = \"KS\"\nprogramme = \"0-24-pilot\"\n"
    ))
    .await;
    let ks = Office::at(&world, NO_ROLE);
    let page = ks.page("/tiltak").await;
    assert!(page.holds("Ingen samling er kunngjort."), "{}", page.text);
    for untold in ["Støtte og avtaler", "href=\"/rapporter\"", "Ingen tiltak som"] {
        assert!(!page.holds(untold), "{untold}: {}", page.text);
    }
    let called = [
        ("tittel", "Høstsamling"),
        ("sted", "Oslo"),
        ("dag", "2021-10-01"),
        ("region", "974762501"),
    ];
    send(&ks, "/tiltak", "samling", &called).await.location();
    send(&ks, "/tiltak", "oppmote-1", &[("kommuner", "3813")])
        .await
        .location();
    let page = Office::at(&world, BAMBLE).page("/tiltak").await;
    assert!(
        page.holds("Høstsamling") && page.holds("Støtte og avtaler"),
        "{}",
        page.text
    );
    let page = Office::at(&world, "310240060").open("/tiltak").await;
    assert_eq!(page.status, 403, "nobody else without a role");
}
