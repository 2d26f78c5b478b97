//! Promise: JSON-stat, 360Giving and DCAT-AP-NO are what their standards say, and their figures are the API's.

use std::collections::BTreeSet;

use programgrant::demo::systems;
use programgrant::export::{ExportError, ExportFormat, What};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore};
use serde_json::Value;

use super::{OFFICE, exported, json, request, try_export};
use crate::records::{TWELVE, programme_2021, record, statement};
use crate::world::World;

/// A cube as any reader of JSON-stat reads it: codes in their order, cells by their index.
struct Cube(Value);

impl Cube {
    fn codes(&self, dimension: &str) -> Vec<&str> {
        let index = &self.0["dimension"][dimension]["category"]["index"];
        index
            .as_array()
            .expect("codes")
            .iter()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The index of a cell, the last dimension the fastest.
    fn at(&self, codes: [&str; 5]) -> String {
        let dimensions = self.0["id"].as_array().expect("dimensions");
        let mut at = 0;
        for ((dimension, size), code) in dimensions
            .iter()
            .zip(self.0["size"].as_array().expect("sizes"))
            .zip(codes)
        {
            let known = self.codes(dimension.as_str().expect("a name"));
            assert_eq!(Some(known.len() as u64), size.as_u64(), "{dimension}");
            at = at * known.len() + known.iter().position(|known| *known == code).expect("a code");
        }
        at.to_string()
    }

    fn value(&self, codes: [&str; 5]) -> Option<&Value> {
        self.0["value"].get(self.at(codes))
    }

    fn status(&self, codes: [&str; 5]) -> Option<&str> {
        self.0["status"].get(self.at(codes)).and_then(Value::as_str)
    }
}

fn ore(value: &Value) -> i64 {
    let (kroner, part) = value.to_string().split_once('.').map_or_else(
        || (value.to_string(), "00".to_owned()),
        |(kroner, part)| (kroner.to_owned(), format!("{part:0<2}")),
    );
    format!("{kroner}{part}").parse().expect("an amount")
}

#[tokio::test]
async fn a_json_stat_reader_finds_the_apis_figures() {
    let world = World::new().await;
    world.publish(&programme_2021());
    world
        .simulator(systems::NAV)
        .set_fault(Some("outage"))
        .expect("a fault of NAV's");
    world.poll_all().await;
    let cube = Cube(json(&world, OFFICE, What::Pots, ExportFormat::JsonStat).await);
    assert_eq!(
        (&cube.0["version"], &cube.0["class"]),
        (&"2.0".into(), &"dataset".into())
    );
    let cells: u64 = cube.0["size"]
        .as_array()
        .expect("sizes")
        .iter()
        .filter_map(Value::as_u64)
        .product();
    let told = |member: &str| cube.0[member].as_object().map_or(0, serde_json::Map::len) as u64;
    assert_eq!(
        told("value") + told("status"),
        cells,
        "each cell has an amount or a symbol"
    );
    let programme = "0-24-pilot";
    let fields = "municipality { number } pot { total awarded { amount } paid { amount } } shares { scheme { id } amount { state amount } }";
    let answer = world
        .ask(&format!(
            "{{ programme {{ year(year: 2021) {{ grants {{ {fields} }} }} }} }}"
        ))
        .await;
    for grant in answer["programme"]["year"]["grants"].as_array().expect("a list") {
        let number = grant["municipality"]["number"].as_str().expect("a number");
        for share in grant["shares"].as_array().expect("a list") {
            let scheme = share["scheme"]["id"].as_str().expect("an id");
            let codes = [programme, number, scheme, "2021", "share"];
            if let Some(amount) = share["amount"]["amount"].as_i64() {
                assert_eq!(cube.value(codes).map(ore), Some(amount), "{number} {scheme}");
            } else {
                assert_eq!((cube.value(codes), cube.status(codes)), (None, Some("..")), "{scheme}");
            }
            assert_eq!(cube.status([programme, number, scheme, "2021", "paid"]), Some("."));
        }
        let pot = |measure| [programme, number, "pot", "2021", measure];
        assert_eq!(
            cube.status(pot("share")),
            Some(".."),
            "a pot that is not whole has no total"
        );
        for measure in ["awarded", "paid"] {
            assert_eq!(
                cube.value(pot(measure)).map(ore),
                grant["pot"][measure]["amount"].as_i64()
            );
        }
    }
}

#[tokio::test]
async fn what_a_directorate_may_not_see_is_confidential_in_the_cube() {
    let world = World::heard(&programme_2021()).await;
    let cube = Cube(json(&world, "889640782", What::Pots, ExportFormat::JsonStat).await);
    let share = |scheme| ["0-24-pilot", "4012", scheme, "2021", "share"];
    assert_eq!(
        (cube.status(share("231.63")), cube.status(share("621.63"))),
        (Some(":"), None)
    );
}

#[tokio::test]
async fn a_360giving_file_has_the_grants_that_stand_with_all_that_the_standard_requires() {
    let world = World::heard(&programme_2021()).await;
    let (number, organisation) = TWELVE[0];
    let told = [
        (11, AwardStatus::Granted, Some(12_345_678), true),
        (12, AwardStatus::Refused, Some(1), true),
        (13, AwardStatus::Applied, None, false),
        (14, AwardStatus::Granted, Some(100), false),
    ]
    .map(|(key, status, granted, is_dated)| {
        let key = format!("{}", 700 + key);
        let mut award = statement(
            systems::UDIR,
            &key,
            number,
            organisation,
            BudgetPost::new(231, 63),
            2019,
        );
        award.status = status;
        award.granted = granted.map_or(Figure::NotDelivered, |ore| {
            Figure::Stated(Ore::new(ore).expect("in range"))
        });
        award.decided_on = award.decided_on.filter(|_| is_dated);
        record(award)
    });
    world.publish(&[(systems::UDIR, told.to_vec())]);
    world.poll_all().await;
    let (said, bytes) = exported(&world, OFFICE, What::Awards, ExportFormat::Giving360).await;
    let text = String::from_utf8(bytes).expect("UTF-8");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let grants = file["grants"].as_array().expect("a list");
    assert_eq!(
        grants.len(),
        12 + 1,
        "the pots, and one that stands; shares are the pots'"
    );
    let ids: BTreeSet<&str> = grants.iter().filter_map(|grant| grant["id"].as_str()).collect();
    assert_eq!(ids.len(), grants.len());
    for grant in grants {
        for required in ["id", "title", "description", "awardDate"] {
            assert!(
                grant[required].as_str().is_some_and(|text| !text.is_empty()),
                "{required}: {grant}"
            );
        }
        let id = grant["id"].as_str().expect("an id");
        assert!(id.starts_with("360G-programgrant-") && !id.contains('/'), "{id}");
        assert_eq!(grant["currency"], "NOK");
        assert!(grant["amountAwarded"].is_number() && grant["title"].as_str().expect("a text").chars().count() < 140);
        for role in ["fundingOrganization", "recipientOrganization"] {
            let party = grant[role][0]["id"].as_str().expect("an id");
            let number = party.strip_prefix("NO-BRC-").expect("org-id.guide's list");
            assert!(
                number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit()),
                "{party}"
            );
            assert!(grant[role][0]["name"].is_string());
        }
    }
    assert!(text.contains("\"amountAwarded\":123456.78,"), "exact to the øre");
    assert!(
        said.missing
            .iter()
            .any(|missing| missing.starts_with("1 tildeling uten vedtaksdato")),
        "{:?}",
        said.missing
    );
    assert!(text.contains("er et eksempel"), "the prefix is none of 360Giving's");
}

pub const CATALOGUE: &str = r#"
[catalogue]
address = "https://programgrant.example/"
publisher = "970018131"
publisher_name = "Utdanningsdirektoratet"
contact_name = "Datakontoret"
contact_email = "data@programgrant.example"
licence = "https://data.norge.no/nlod/no/2.0"
"#;

#[tokio::test]
async fn a_catalogue_has_what_both_editions_of_dcat_ap_no_require() {
    let world = World::with_settings(CATALOGUE).await;
    let file = json(&world, OFFICE, What::Catalogue, ExportFormat::Dcat).await;
    let nodes = file["@graph"].as_array().expect("a graph");
    let of_type = |kind: &str| {
        let found: Vec<&Value> = nodes.iter().filter(|node| node["@type"] == kind).collect();
        assert!(!found.is_empty(), "no {kind}");
        found
    };
    let all = [
        "dct:title",
        "dct:description",
        "dct:identifier",
        "dct:publisher",
        "dcat:contactPoint",
    ];
    for (kind, required) in [
        ("dcat:Catalog", &["dcat:dataset", "dcat:service"][..]),
        ("dcat:Dataset", &["dcat:theme", "dct:accessRights", "dcat:distribution"]),
        ("dcat:DataService", &["dcat:endpointURL", "dcat:servesDataset"]),
    ] {
        for node in of_type(kind) {
            for member in all.iter().chain(required) {
                assert!(!node[member].is_null(), "{kind} has no {member}");
            }
            assert!(node["dct:publisher"]["foaf:name"].is_object());
            assert!(node["dcat:contactPoint"]["vcard:fn"].is_object());
            let email = &node["dcat:contactPoint"]["vcard:hasEmail"]["@id"];
            assert_eq!(email, "mailto:data@programgrant.example");
        }
    }
    for node in of_type("dcat:Dataset") {
        let access = &node["dcat:distribution"]["dcat:accessURL"]["@id"];
        assert_eq!(access, "https://programgrant.example/graphql");
    }
    let ids: BTreeSet<&str> = nodes.iter().filter_map(|node| node["@id"].as_str()).collect();
    let catalogue = of_type("dcat:Catalog")[0];
    for reference in catalogue["dcat:dataset"].as_array().expect("a list") {
        assert!(ids.contains(reference["@id"].as_str().expect("an id")), "{reference}");
    }
}

#[tokio::test]
async fn who_speaks_in_nobodys_name_has_no_catalogue_and_a_pair_that_is_none_names_those_that_are() {
    let world = World::new().await;
    let ask = |what, format| request(what, format, super::Subset::default());
    let asked = try_export(&world, OFFICE, &ask(What::Catalogue, ExportFormat::Dcat)).await;
    assert!(matches!(asked, Err(ExportError::NoCatalogue)));
    let asked = try_export(&world, OFFICE, &ask(What::Pots, ExportFormat::Ics)).await;
    let error = asked.expect_err("no such pair").to_string();
    assert_eq!(
        error,
        "pots cannot be had as ics; there is csv, datapackage, json, xlsx, json-stat"
    );
}
