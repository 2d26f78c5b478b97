//! Promise: every figure of a file equals the API's answer to the same caller, to the øre, and no column's sum counts anything twice.

use programgrant::demo::systems;
use programgrant::export::{ExportFormat, Subset, What};
use programgrant_schema::{AwardStatus, BudgetPost, Disbursement, Figure, Ore};
use serde_json::{Value, json};

use super::{BAMBLE, OFFICE, Sheet, exported, kroner, ore, request, sheet, try_export};
use crate::records::{SCHEMES, TWELVE, programme_2021, record, statement};
use crate::world::World;

const FIGURE: &str = "{ state amount }";

#[tokio::test]
async fn every_pot_and_share_is_the_apis() {
    let world = World::heard(&programme_2021()).await;
    let pots = sheet(&world, OFFICE, What::Pots).await;
    assert_eq!(pots.rows.len(), 36, "twelve municipalities, three years");
    let fields = format!(
        "municipality {{ id }} pot {{ total known completeness awarded {FIGURE} paid {FIGURE} difference }} \
         shares {{ scheme {{ id }} amount {FIGURE} }} comparison {{ before {FIGURE} worseOff }}"
    );
    for year in 2020..=2022 {
        let answer = world
            .ask(&format!(
                "{{ programme {{ year(year: {year}) {{ grants {{ {fields} }} pot {{ total }} }} }} }}"
            ))
            .await;
        let year_answer = &answer["programme"]["year"];
        for grant in year_answer["grants"].as_array().expect("a list") {
            let id = grant["municipality"]["id"].as_str().expect("an id");
            compare_pot(
                &pots,
                pots.row(&[("year", &year.to_string()), ("municipality_id", id)]),
                grant,
            );
        }
        if let Some(total) = year_answer["pot"]["total"].as_i64() {
            let rows = pots
                .rows
                .iter()
                .filter(|row| pots.cell(row, "year") == year.to_string());
            let sum: i64 = rows.map(|row| ore(pots.cell(row, "total_kr"))).sum();
            assert_eq!(sum, total, "{year}");
        }
    }
}

fn compare_pot(pots: &Sheet, row: &[String], grant: &Value) {
    let same = |column: &str, figure: &Value| {
        let cells = [
            pots.cell(row, &format!("{column}_kr")),
            pots.cell(row, &format!("{column}_state")),
        ];
        let state = figure["state"].as_str().expect("a state");
        assert_eq!(
            cells,
            [kroner(&figure["amount"]).as_str(), state],
            "{column} of {grant}"
        );
    };
    for share in grant["shares"].as_array().expect("a list") {
        same(
            &format!("share_{}", share["scheme"]["id"].as_str().expect("an id")),
            &share["amount"],
        );
    }
    same("awarded", &grant["pot"]["awarded"]);
    same("paid", &grant["pot"]["paid"]);
    same("before", &grant["comparison"]["before"]);
    for (column, field) in [
        ("total_kr", "total"),
        ("known_kr", "known"),
        ("difference_kr", "difference"),
    ] {
        assert_eq!(
            pots.cell(row, column),
            kroner(&grant["pot"][field]),
            "{column} of {grant}"
        );
    }
    assert_eq!(pots.cell(row, "completeness"), grant["pot"]["completeness"]);
}

/// Ordinary awards of Bamble's beside the programme's: an application with øre, one paid in two parts, one that went back.
async fn world_with_ordinary_awards() -> World {
    let world = World::heard(&programme_2021()).await;
    let (number, organisation) = TWELVE[0];
    let amount = |ore| Ore::new(ore).expect("in range");
    let mut told = Vec::new();
    for (key, status, granted) in [
        ("77", AwardStatus::Granted, 12_345_678),
        ("78", AwardStatus::Refused, 0),
        ("79", AwardStatus::Paid, 5_000_001),
    ] {
        let mut award = statement(systems::UDIR, key, number, organisation, BudgetPost::new(231, 63), 2019);
        (award.status, award.granted) = (status, Figure::Stated(amount(granted)));
        if status == AwardStatus::Paid {
            award.paid = Figure::Stated(amount(4_900_000));
            award.disbursements = [(3, 5_000_001), (9, -100_001)]
                .map(|(month, ore)| Disbursement {
                    on: jiff::civil::date(2019, month, 15),
                    amount: amount(ore),
                    reference: Some(format!("UD-79-{month}")),
                })
                .to_vec();
        }
        told.push(record(award));
    }
    world.publish(&[(systems::UDIR, told)]);
    world.poll_all().await;
    world
}

#[tokio::test]
async fn every_award_stands_once_as_the_api_has_it_and_shares_in_columns_of_their_own() {
    let world = world_with_ordinary_awards().await;
    let awards = sheet(&world, OFFICE, What::Awards).await;
    let mut compared = 0;
    for (number, _) in TWELVE {
        let fields = format!(
            "id status year applied {FIGURE} granted {FIGURE} paid {FIGURE} decidedOn recipientAsReported {{ name }} provenance {{ recordId }}"
        );
        let answer = world
            .ask(&format!(
                "{{ municipality(number: \"{number}\") {{ awards {{ {fields} }} }} }}"
            ))
            .await;
        for award in answer["municipality"]["awards"].as_array().expect("a list") {
            let row = awards.row(&[("award_id", award["id"].as_str().expect("an id"))]);
            let is_share = award["status"] == "IN_PROGRAMME";
            let nothing = json!({ "state": "NOT_APPLICABLE", "amount": null });
            let (granted, share) = if is_share {
                (&nothing, &award["granted"])
            } else {
                (&award["granted"], &nothing)
            };
            for (column, figure) in [
                ("applied", &award["applied"]),
                ("granted", granted),
                ("share", share),
                ("paid", &award["paid"]),
            ] {
                let cells = [
                    awards.cell(row, &format!("{column}_kr")),
                    awards.cell(row, &format!("{column}_state")),
                ];
                let state = figure["state"].as_str().expect("a state");
                assert_eq!(
                    cells,
                    [kroner(&figure["amount"]).as_str(), state],
                    "{column} of {award}"
                );
            }
            assert_eq!(awards.cell(row, "status"), award["status"]);
            assert_eq!(awards.cell(row, "record_id"), award["provenance"]["recordId"]);
            assert_eq!(
                awards.cell(row, "decided_on"),
                award["decidedOn"].as_str().unwrap_or_default()
            );
            compared += 1;
        }
    }
    assert_eq!((compared, awards.rows.len()), (12 * (SCHEMES.len() + 1) + 3, compared));
}

#[tokio::test]
async fn payments_are_those_of_the_api_and_a_year_is_that_of_the_payment() {
    let world = world_with_ordinary_awards().await;
    let payments = sheet(&world, OFFICE, What::Payments).await;
    assert_eq!(payments.rows.len(), 14);
    let back = payments.row(&[("reference", "UD-79-9")]);
    assert_eq!(
        [payments.cell(back, "amount_kr"), payments.cell(back, "paid_on")],
        ["-1000,01", "2019-09-15"]
    );
    let subset = Subset {
        year: Some(2021),
        ..Subset::default()
    };
    let request = request(What::Payments, ExportFormat::Csv, subset);
    let (_, bytes) = try_export(&world, OFFICE, &request).await.expect("a file");
    let of_2021 = Sheet::read(&bytes);
    let sum: i64 = of_2021.rows.iter().map(|row| ore(of_2021.cell(row, "amount_kr"))).sum();
    let paid = world
        .ask("{ programme { year(year: 2021) { pot { paid { amount } } } } }")
        .await;
    assert_eq!(json!(sum), paid["programme"]["year"]["pot"]["paid"]["amount"]);
}

#[tokio::test]
async fn cases_and_coverage_are_the_apis() {
    let world = world_with_ordinary_awards().await;
    let (number, organisation) = TWELVE[0];
    let mut award = statement(
        systems::UDIR,
        "90",
        number,
        organisation,
        BudgetPost::new(231, 63),
        2021,
    );
    (award.status, award.granted, award.paid) = (
        AwardStatus::Paid,
        Figure::Stated(Ore::new(77_700).expect("in range")),
        Figure::Stated(Ore::new(33_300).expect("in range")),
    );
    world.publish(&[(systems::UDIR, vec![record(award)])]);
    world.poll_all().await;
    let now = world.gateway().dependencies.clock.now();
    world.gateway().reconciler.round(now).await.expect("compared");
    let cases = sheet(&world, OFFICE, What::Cases).await;
    let answer = world
        .ask("{ doubleFundingCases { items { id kind state toHoldBack toPayBack awards { id } } } }")
        .await;
    let items = answer["doubleFundingCases"]["items"].as_array().expect("a list");
    assert_eq!((items.is_empty(), items.len()), (false, cases.rows.len()));
    for case in items {
        let row = cases.row(&[("case_id", case["id"].as_str().expect("an id"))]);
        assert_eq!(cases.cell(row, "to_hold_back_kr"), kroner(&case["toHoldBack"]));
        assert_eq!(cases.cell(row, "to_pay_back_kr"), kroner(&case["toPayBack"]));
        assert_eq!(cases.cell(row, "kind"), case["kind"]);
        assert_eq!(
            cases.cell(row, "awards"),
            case["awards"][0]["id"].as_str().unwrap_or_default()
        );
    }
    let subset = Subset {
        year: Some(2021),
        ..Subset::default()
    };
    let request = request(What::Coverage, ExportFormat::Csv, subset);
    let (_, bytes) = try_export(&world, OFFICE, &request).await.expect("a file");
    let coverage = Sheet::read(&bytes);
    let answer = world
        .ask(&format!(
            "{{ coverage(year: 2021) {{ posts {{ budgetPost {{ label }} accounts {FIGURE} reported {FIGURE} }} }} }}"
        ))
        .await;
    let posts = answer["coverage"]["posts"].as_array().expect("a list");
    assert_eq!((posts.is_empty(), posts.len()), (false, coverage.rows.len()));
    for post in posts {
        let row = coverage.row(&[("budget_post", post["budgetPost"]["label"].as_str().expect("a post"))]);
        for column in ["accounts", "reported"] {
            assert_eq!(
                coverage.cell(row, &format!("{column}_kr")),
                kroner(&post[column]["amount"])
            );
            assert_eq!(coverage.cell(row, &format!("{column}_state")), post[column]["state"]);
        }
    }
}

#[tokio::test]
async fn a_caller_gets_what_the_api_lets_it_see() {
    let world = world_with_ordinary_awards().await;
    let own = sheet(&world, BAMBLE, What::Awards).await;
    assert_eq!(own.rows.len(), SCHEMES.len() + 1 + 3);
    assert!(
        own.rows
            .iter()
            .all(|row| own.cell(row, "organisation_number") == BAMBLE)
    );
    assert_eq!(sheet(&world, BAMBLE, What::Pots).await.rows.len(), 3);
    // The county governor of Vestfold og Telemark: four of the twelve.
    assert_eq!(sheet(&world, "974762501", What::Pots).await.rows.len(), 12);
    // NAV sees shares of its own scheme alone; that it does not see the others is no gap.
    let of_nav = sheet(&world, "889640782", What::Pots).await;
    let bamble = of_nav.row(&[("year", "2021"), ("organisation_number", BAMBLE)]);
    assert_eq!(
        ["share_621.63_state", "share_231.63_state", "share_231.63_kr"].map(|column| of_nav.cell(bamble, column)),
        ["STATED", "NOT_IN_REACH", ""]
    );
    // Nobody's organisation is the public.
    for what in [What::Awards, What::Pots, What::Payments, What::Cases] {
        let request = request(what, ExportFormat::Csv, Subset::default());
        let error = try_export(&world, "987654325", &request).await.expect_err("denied");
        assert!(error.to_string().starts_with("FORBIDDEN: "), "{error}");
    }
    for what in [What::Coverage, What::Deadlines] {
        assert!(
            !exported(&world, "987654325", what, ExportFormat::Csv)
                .await
                .1
                .is_empty()
        );
    }
}

#[tokio::test]
async fn nothing_is_left_out_however_little_one_answer_may_hold() {
    let world = world_with_ordinary_awards().await;
    let whole = sheet(&world, OFFICE, What::Awards).await;
    for cost in [40_000, 5_000] {
        let narrow = World::with_settings(&format!("[limits.document]\ncost = {cost}")).await;
        narrow.publish(&programme_2021());
        let (number, organisation) = TWELVE[0];
        // More awards of one municipality than one such answer may hold.
        let many = (0..120).map(|key| {
            let year = 2017 + key % 3;
            let mut award = statement(
                systems::UDIR,
                &format!("{}", 500 + key),
                number,
                organisation,
                BudgetPost::new(231, 63),
                year,
            );
            award.granted = Figure::Stated(Ore::new(100).expect("in range"));
            record(award)
        });
        narrow.publish(&[(systems::UDIR, many.collect())]);
        narrow.poll_all().await;
        let all = sheet(&narrow, OFFICE, What::Awards).await;
        assert_eq!(all.rows.len(), whole.rows.len() - 3 + 120, "cost {cost}");
    }
}
