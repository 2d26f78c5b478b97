//! Promise: a file holds what its reader may see and no more, by role; and no text of a source becomes a formula in it.

use programgrant::demo::systems::UDIR;
use programgrant_schema::Content;

use super::{Sheet, between, table};
use crate::records;
use crate::site::{BAMBLE, NOBODY, OFFICE, Site};
use crate::world::World;

#[tokio::test]
async fn each_role_gets_the_rows_of_its_own_page_or_the_same_refusal() {
    let site = Site::open().await;
    let governor = "974762501";
    let directorate = "986128433";
    let other = "864953042";
    for body in [OFFICE, BAMBLE, other, governor, directorate, NOBODY] {
        for path in [
            format!("/kommune/{BAMBLE}/tilskudd"),
            format!("/kommune/{BAMBLE}/utbetalinger"),
        ] {
            let response = site.get(&path, body).send().await.expect("an answer");
            let status = response.status().as_u16();
            let page = response.text().await.expect("text");
            let file = site.get(&format!("{path}.csv"), body).send().await.expect("an answer");
            assert_eq!(file.status().as_u16(), status, "{path} as {body}");
            if status == 200 {
                let shown = between(table(&page), "<a href=\"/tilskudd/", "\"");
                let sheet = Sheet::read(&file.text().await.expect("text"));
                assert_eq!(sheet.column("award_id"), shown, "{path} as {body}");
            }
        }
    }
    for path in [
        "/dobbeltfinansiering.csv",
        "/data/tilskudd.csv",
        "/data/utbetalinger.xlsx",
    ] {
        assert_eq!(site.status(path, NOBODY).await, 403, "{path}");
        assert_eq!(site.status(path, OFFICE).await, 200, "{path}");
    }
    assert_eq!(site.status("/frister.csv", NOBODY).await, 200);
}

#[tokio::test]
async fn a_municipality_that_asks_for_everything_gets_its_own() {
    let site = Site::open().await;
    let file = Sheet::at(&site, "/data/tilskudd.csv?aar=2021", BAMBLE).await;
    let whose = file.column("organisation_number");
    assert!(
        !whose.is_empty() && whose.iter().all(|number| number == BAMBLE),
        "{whose:?}"
    );
}

#[tokio::test]
async fn a_text_of_a_source_is_no_formula_in_a_file_of_a_page() {
    const FORMULA: &str = "=HYPERLINK(\"http://evil.example\")";
    let mut pot = records::pot(("3813", BAMBLE), 2021, records::kroner(1_000));
    let Content::Award(award) = &mut pot.content else {
        panic!("a pot is an award");
    };
    award.recipient.name = Some(FORMULA.to_owned());
    award.disbursements[0].reference = Some(FORMULA.to_owned());
    let world = World::heard(&[(UDIR, vec![pot])]).await;
    for (list, column) in [("tilskudd", "reported_name"), ("utbetalinger", "reference")] {
        let url = world.url(&format!("/kommune/{BAMBLE}/{list}.csv"));
        let text = reqwest::get(url).await.expect("an answer").text().await.expect("text");
        assert_eq!(Sheet::read(&text).column(column), [format!("'{FORMULA}")]);
        let package = world.url(&format!("/kommune/{BAMBLE}/{list}.datapackage.json"));
        let package = reqwest::get(package)
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        assert!(package.contains("apostrof"), "{package}");
    }
    // What is searched for stands in the file, too, and is nobody's formula there.
    let asked = world.url(&format!("/kommune/{BAMBLE}/tilskudd.csv?tekst=%3DHYPERLINK"));
    let text = reqwest::get(asked)
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    assert_eq!(Sheet::read(&text).rows.len(), 1);
}
