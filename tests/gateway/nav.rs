//! Promise: NAV's rows become awards as its page says, over any number of files, and a bad row clouds its own municipality alone.

use programgrant::demo::systems;
use serde_json::{Value, json};

use crate::records::{pot_of, programme_2021};
use crate::world::World;

const HEADER: &str =
    "client;period;voucher_no;voucher_type;trans_date;kap;post;aar;orgnr;kommnr;tekst;malgruppe;fra;til;belop";

/// Writes one complete file.
pub fn deliver(world: &World, number: u32, rows: &[&str], sum: &str) {
    let name = format!("NAV_TILSK_202103_{number:04}");
    let trailer = format!("#SLUTT;{};{sum}\r\n", rows.len());
    let text = [&[HEADER], rows, &[&trailer]].concat().join("\r\n");
    let bytes: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1"))
        .collect();
    std::fs::write(world.inbox().join(format!("{name}.csv")), bytes).expect("written");
    std::fs::write(world.inbox().join(format!("{name}.ok")), "").expect("written");
}

async fn awards(world: &World, number: &str) -> Value {
    let fields =
        "id status applied { state amount } granted { state amount } paid { state amount } disbursements { on amount }";
    world
        .ask(&format!(
            "{{ municipality(number: \"{number}\") {{ awards(scheme: \"621.63\") {{ {fields} }} }} }}"
        ))
        .await["municipality"]["awards"]
        .clone()
}

#[tokio::test]
async fn rows_of_several_files_are_one_award() {
    let world = World::new().await;
    deliver(
        &world,
        1,
        &["NA;202103;70012345;SO;15.01.2021;0621;63;2021;940837685;3427;Søknad;UNGE;;;800000,00"],
        "800000,00",
    );
    world.poll(systems::NAV).await.expect("heard");
    assert_eq!(awards(&world, "3427").await[0]["status"], "APPLIED");
    deliver(
        &world,
        2,
        &["NA;202103;70012345;IN;15.03.2021;0621;63;2021;940837685;3427;Vedtak;UNGE;01.04.2021;31.12.2021;750000,00"],
        "750000,00",
    );
    deliver(
        &world,
        3,
        &["NA;202103;70012346;TU;31.03.2021;0621;63;2021;940837685;3427;Utbetaling vedtak 70012345;UNGE;;;375000,00"],
        "375000,00",
    );
    world.poll(systems::NAV).await.expect("heard");
    let expected = json!([{
        "id": "nav:70012345", "status": "PAID",
        "applied": { "state": "STATED", "amount": 80_000_000 }, "granted": { "state": "STATED", "amount": 75_000_000 },
        "paid": { "state": "STATED", "amount": 37_500_000 }, "disbursements": [{ "on": "2021-03-31", "amount": 37_500_000 }],
    }]);
    assert_eq!(awards(&world, "3427").await, expected);
    // A correction downwards of the recipient's only award of that year belongs to it.
    deliver(
        &world,
        4,
        &["NA;202104;70012347;KR;30.04.2021;0621;63;2021;940837685;3427;Korreksjon;UNGE;;;-85.000,00"],
        "-85.000,00",
    );
    world.poll(systems::NAV).await.expect("heard");
    let corrected = awards(&world, "3427").await;
    assert_eq!(
        (&corrected[0]["status"], &corrected[0]["paid"]["amount"]),
        (&json!("REPAID"), &json!(29_000_000))
    );
    assert_eq!(corrected.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_correction_that_belongs_to_no_one_award_stands_alone() {
    let world = World::new().await;
    let rows = [
        "NA;202103;70012347;KR;31.03.2021;0621;63;2020;861381722;3448;Tilbakeført;VOKSNE;;;-85.000,00",
        "NA;202103;70012348;KR;31.03.2021;0621;63;2020;940837685;3427;Etterbetalt;VOKSNE;;;100,10",
    ];
    deliver(&world, 1, &rows, "-84.899,90");
    world.poll(systems::NAV).await.expect("heard");
    let (repaid, paid) = (awards(&world, "3448").await, awards(&world, "3427").await);
    assert_eq!(
        (&repaid[0]["status"], &repaid[0]["paid"]["amount"]),
        (&json!("REPAID"), &json!(-8_500_000))
    );
    assert_eq!(
        (&paid[0]["status"], &paid[0]["paid"]["amount"]),
        (&json!("PAID"), &json!(10_010))
    );
}

#[tokio::test]
async fn a_bad_row_for_froya_makes_froyas_pot_incomplete_and_nobody_elses() {
    let world = World::heard(&programme_2021()).await;
    deliver(
        &world,
        2,
        &["NA;202103;79999999;PR;31.03.2021;0621;63;2021;964982597;5014;Frøya;UNGE;;;femti"],
        "0,00",
    );
    world.poll_all().await;
    let pot = world.pot("5014", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["completeness"], &pot["missing"]),
        (&json!(null), &json!("INCOMPLETE"), &json!([{ "id": "621.63" }]))
    );
    assert_eq!(world.pot("3813", 2021).await["completeness"], "COMPLETE");
    let nav = world.source(systems::NAV).await;
    assert_eq!((&nav["state"], &nav["setAside"]), (&json!("INCOMPLETE"), &json!(1)));
    let aside = &nav["setAsideRecords"][0];
    assert_eq!(
        (&aside["municipality"]["name"], &aside["scheme"]["id"], &aside["year"]),
        (&json!("Frøya"), &json!("621.63"), &json!(2021))
    );
    assert_eq!(aside["place"], "NAV_TILSK_202103_0002.csv, line 2");
    // A later good version of the row clears it.
    deliver(
        &world,
        3,
        &["NA;202103;79999999;PR;31.03.2021;0621;63;2021;964982597;5014;Frøya;UNGE;;;0,00"],
        "0,00",
    );
    world.poll_all().await;
    assert_eq!(
        (
            &world.pot("5014", 2021).await["total"],
            &world.source(systems::NAV).await["setAside"]
        ),
        (&json!(pot_of(8).get()), &json!(0))
    );
}

#[tokio::test]
async fn a_missing_file_makes_what_is_stated_stale_until_it_comes() {
    let world = World::heard(&programme_2021()).await;
    deliver(
        &world,
        3,
        &["NA;202103;70012345;SO;15.01.2021;0621;63;2021;940837685;3427;Søknad;UNGE;;;800000,00"],
        "800000,00",
    );
    world.poll_all().await;
    let pot = world.pot("3813", 2021).await;
    assert_eq!(
        (&pot["total"], &pot["completeness"]),
        (&json!(pot_of(0).get()), &json!("STALE"))
    );
    let nav = world.source(systems::NAV).await;
    assert_eq!(nav["state"], "INCOMPLETE");
    assert!(
        nav["lastError"].as_str().is_some_and(|error| error.contains("0002")),
        "{nav}"
    );
    deliver(
        &world,
        2,
        &["NA;202103;70012344;SO;15.01.2021;0621;63;2021;940837685;3427;Søknad;UNGE;;;1,00"],
        "1,00",
    );
    world.poll_all().await;
    assert_eq!(world.pot("3813", 2021).await["completeness"], "COMPLETE");
}

#[tokio::test]
async fn a_row_whose_year_cannot_be_told_clouds_every_year_of_its_municipality_and_stops_nobody() {
    let mut world = World::heard(&programme_2021()).await;
    let rows = [
        "NA;202103;79999999;PR;31.03.2021;0621;63;20X1;964982597;5014;Frøya;UNGE;;;100,00",
        "NA;202103;70012345;SO;15.01.2021;0621;63;2021;940837685;3427;Søknad;UNGE;;;800000,00",
    ];
    deliver(&world, 2, &rows, "800100,00");
    world.poll(systems::NAV).await.expect("heard");
    for _ in 0..2 {
        let nav = world.source(systems::NAV).await;
        let aside = &nav["setAsideRecords"][0];
        assert_eq!(
            (&nav["setAside"], &aside["municipality"]["name"], &aside["year"]),
            (&json!(1), &json!("Frøya"), &json!(null))
        );
        assert_eq!(world.pot("5014", 2021).await["missing"], json!([{ "id": "621.63" }]));
        assert_eq!(world.pot("3813", 2021).await["completeness"], "COMPLETE");
        assert_eq!(awards(&world, "3427").await[1]["status"], "APPLIED");
        world.restart().await;
    }
}
