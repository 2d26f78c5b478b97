//! Promise: whoever evaluates has every figure but those that tell of few people, nothing from which they could be worked out, no texts that
//! people wrote, and a code book that says what each figure is.

use std::collections::{BTreeMap, BTreeSet};

use programgrant::export::{self, ExportError, ExportFormat, Subset, What, WriteSink};
use programgrant::http::LocalClient;
use programgrant::http::reference::RequestId;
use programgrant_core::access::Caller;
use programgrant_schema::PILOT;

use super::{BAMBLE, OFFICE, Sheet, request, sheet, try_export};
use crate::access::asking::{BUFDIR, TRONDHEIM};
use crate::access::second_programme::SECOND;
use crate::access::using::use_pot;
use crate::records::programme_2021;
use crate::world::World;

/// Bamble's measures reached seven people, Trondheim's three.
async fn evaluated() -> World {
    let world = World::heard(&programme_2021()).await;
    use_pot(&world, BAMBLE, 7).await;
    use_pot(&world, TRONDHEIM.1, 3).await;
    world
}

fn figure<'a>(sheet: &'a Sheet, municipality: &str, year: &str, variable: &str) -> (&'a str, &'a str) {
    let row = sheet.row(&[("municipality", municipality), ("year", year), ("variable", variable)]);
    (sheet.cell(row, "value"), sheet.cell(row, "standing"))
}

#[tokio::test]
async fn few_people_are_left_out_and_sums_do_not_tell_them() {
    let world = evaluated().await;
    let sheet = sheet(&world, OFFICE, What::Evaluation).await;
    assert_eq!(figure(&sheet, "Bamble", "2020", "people_reached"), ("7", "STATED"));
    assert_eq!(
        figure(&sheet, "Trondheim", "2020", "people_reached"),
        ("", "SUPPRESSED")
    );
    assert_eq!(figure(&sheet, "", "2020", "people_reached"), ("7", "PARTIAL"));
    // Siljan's neighbours are few: what is small in the real and the made-up counts is left out as well, and what is their share.
    let small = |variable: &str| {
        let values = sheet.rows.iter().filter(|row| sheet.cell(row, "variable") == variable);
        let values: Vec<&str> = values
            .map(|row| sheet.cell(row, "value"))
            .filter(|value| !value.is_empty())
            .collect();
        assert!(!values.is_empty(), "{variable}");
        values
            .into_iter()
            .filter(|value| value.parse::<u32>().is_ok_and(|count| count < 5))
            .count()
    };
    for variable in [
        "minority_children",
        "minority_children_outside",
        "neet_15_29",
        "social_assistance_18_24",
    ] {
        assert_eq!(small(variable), 0, "{variable}");
    }
    let mut left_out = sheet
        .rows
        .iter()
        .filter(|row| sheet.cell(row, "variable") == "minority_children_outside");
    assert!(left_out.any(|row| sheet.cell(row, "standing") == "SUPPRESSED"));
}

/// Whoever takes every figure of a year away from every sum is left with nothing: a sum tells no more than its parts do. Amounts and hours are whole.
#[tokio::test]
async fn nothing_is_gained_by_differences() {
    let world = evaluated().await;
    let sheet = sheet(&world, OFFICE, What::Evaluation).await;
    let mut left: BTreeMap<(String, String), i128> = BTreeMap::new();
    let mut sums = 0;
    for row in &sheet.rows {
        let Ok(value) = sheet.cell(row, "value").parse::<i128>() else {
            continue;
        };
        let place = (
            sheet.cell(row, "year").to_owned(),
            sheet.cell(row, "variable").to_owned(),
        );
        let is_sum = sheet.cell(row, "municipality").is_empty();
        sums += i32::from(is_sum);
        *left.entry(place).or_default() += if is_sum { value } else { -value };
    }
    assert!(sums > 50, "{sums}");
    let book = super::sheet(&world, OFFICE, What::CodeBook).await;
    let is_added = |variable: &str| book.cell(book.row(&[("variable", variable)]), "can_be_added") == "true";
    left.retain(|(_, variable), left| is_added(variable) && *left != 0);
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(figure(&sheet, "Trondheim", "2020", "spent"), ("0", "STATED"));
    assert_eq!(figure(&sheet, "", "2020", "hours_reports"), ("2", "STATED"));
    assert_eq!(figure(&sheet, "Trondheim", "2020", "measures_health"), ("1", "STATED"));
    let granted: &str = figure(&sheet, "Bamble", "2021", "granted_231.63").1;
    assert_eq!(granted, "STATED");
}

#[tokio::test]
async fn the_code_book_tells_of_every_variable_and_the_package_of_every_column() {
    let world = evaluated().await;
    let (figures, book) = (
        sheet(&world, OFFICE, What::Evaluation).await,
        sheet(&world, OFFICE, What::CodeBook).await,
    );
    let of = |sheet: &Sheet| -> BTreeSet<String> {
        sheet
            .rows
            .iter()
            .map(|row| sheet.cell(row, "variable").to_owned())
            .collect()
    };
    assert!(of(&figures).is_subset(&of(&book)));
    for row in &book.rows {
        assert!(!book.cell(row, "label").is_empty() && !book.cell(row, "source").is_empty());
    }
    let people = book.row(&[("variable", "people_reached")]);
    assert_eq!(book.cell(people, "counts_people"), "true");
    let package = super::json(&world, OFFICE, What::Evaluation, ExportFormat::Datapackage).await;
    let fields = package["resources"][0]["schema"]["fields"].as_array().expect("fields");
    let names: Vec<&str> = fields
        .iter()
        .map(|field| field["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, figures.heading);
    assert!(
        package["remarks"][0]
            .as_str()
            .is_some_and(|text| text.contains("under 5"))
    );
}

/// An office of the pilot is told of the pilot, and that the other programme is left out; the other's office the other way round.
#[tokio::test]
async fn an_office_is_told_of_its_own_programme_and_what_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [PILOT, ("second.toml", SECOND)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        format!("{:?}", path.display().to_string())
    });
    let world = World::with_settings(&format!("[programme]\nfiles = [{}]", files.join(", "))).await;
    for (body, told, left_out) in [(OFFICE, "0-24-pilot", "second"), (BUFDIR, "second", "0-24-pilot")] {
        let access = world.gateway().access();
        let number = body.parse().expect("a number");
        let caller = Caller {
            acting: Some(number),
            role: access.role_of(number),
            office: access.office_of(number),
            ..Caller::public()
        };
        let client = LocalClient::new(world.front(), caller, None, RequestId::new());
        let mut bytes = Vec::new();
        let asked = request(What::CodeBook, ExportFormat::Csv, Subset::default());
        let exported = export::write(client, &asked, &mut WriteSink(&mut bytes))
            .await
            .expect("a file");
        let sheet = Sheet::read(&bytes);
        assert!(!sheet.rows.is_empty());
        assert!(sheet.rows.iter().all(|row| sheet.cell(row, "programme") == told));
        assert!(
            exported.missing.iter().any(|missing| missing.starts_with(left_out)),
            "{:?}",
            exported.missing
        );
    }
}

#[tokio::test]
async fn it_is_for_those_who_evaluate() {
    let world = evaluated().await;
    for (body, code) in [
        (BAMBLE, "FORBIDDEN"),
        ("974762501", "FORBIDDEN"),
        ("889640782", "FORBIDDEN"),
    ] {
        let refused = try_export(
            &world,
            body,
            &request(What::Evaluation, ExportFormat::Csv, Subset::default()),
        )
        .await;
        match refused.err() {
            Some(ExportError::Query(error)) => assert_eq!(error.code(), code),
            other => panic!("{other:?}"),
        }
    }
}
