//! Promise: a table of any format keeps the contract that every adapter keeps, from a folder and by HTTP, and bears everything that goes wrong
//! with lists.

mod common;

use std::sync::Arc;

use common::{far_ahead, mapping, means};
use jiff::civil::date;
use programgrant_contract::simulation::{Simulator as _, fault};
use programgrant_contract::suite::{self, SECRET, Subject, World, YEARS, latest, walk};
use programgrant_contract::{FixedToken, Http, Secret, Source as _, SourceError, TokenSource};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Figure, Ore, Record, RecordId, ReportedRecipient, TargetGroup,
};
use programgrant_table::mapping::Format;
use programgrant_table::sheet::ReadLimits;
use programgrant_table::simulator::{TableSimulator, list_fault};
use programgrant_table::{Place, Table};
use tempfile::TempDir;
use tokio::net::TcpListener;

fn award(id: &str, figures: [Option<i64>; 3], is_whole: bool) -> Record {
    let figure = |ore: Option<i64>| Figure::from(ore.map(|ore| Ore::new(ore).expect("in range")));
    let [applied, granted, paid] = figures.map(figure);
    let content = AwardStatement {
        award: id.to_owned(),
        post: BudgetPost::new(291, 62),
        activity: is_whole.then(|| "KUM".to_owned()),
        year: 2021,
        recipient: ReportedRecipient {
            organisation_number: is_whole.then(|| "940244145".to_owned()),
            number: Some("0301".to_owned()),
            name: is_whole.then(|| "Bø; \"Telemark\"".to_owned()),
        },
        status: if is_whole {
            AwardStatus::Paid
        } else {
            AwardStatus::Applied
        },
        applied,
        granted,
        paid,
        decided_on: is_whole.then(|| date(2021, 3, 4)),
        use_from: is_whole.then(|| date(2021, 4, 1)),
        use_until: is_whole.then(|| date(2021, 12, 31)),
        report_due: None,
        target_group: is_whole.then_some(TargetGroup::ChildrenAndYoung),
        payer: None,
        disbursements: Vec::new(),
    };
    Record {
        id: RecordId::new(id),
        reference: format!("sak {id}"),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Award(content),
    }
}

fn sample() -> Vec<Record> {
    vec![
        award("a", [Some(123_456_789), Some(10), Some(0)], true),
        award("b", [Some(-50), None, None], false),
        award("c", [None, Some(Ore::MAX), Some(-Ore::MAX)], true),
        award("d", [Some(0), None, None], false),
        award("e", [Some(1), Some(2), Some(3)], true),
    ]
}

fn limits(limit: Option<usize>) -> ReadLimits {
    ReadLimits {
        bytes: limit.map_or(ReadLimits::DEFAULT.bytes, |limit| u64::try_from(limit).expect("a size")),
        ..ReadLimits::DEFAULT
    }
}

struct Laid {
    simulator: TableSimulator,
    table: Table,
    directory: TempDir,
}

fn laid(format: Format, limit: Option<usize>) -> Laid {
    let directory = TempDir::new().expect("a folder");
    let folder = directory.path().join("drop");
    let simulator = TableSimulator::in_folder(&folder, format).expect("a folder");
    let table = Table::new(
        means(mapping(&simulator.mapping()), limits(limit)),
        Place::Folder(folder),
        Arc::new(far_ahead),
    );
    Laid {
        simulator,
        table,
        directory,
    }
}

async fn served(limit: Option<usize>) -> (TableSimulator, Table) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let simulator = TableSimulator::serving(listener);
    simulator.require_token(SECRET);
    let token: Arc<dyn TokenSource> = Arc::new(FixedToken(Secret::new(SECRET)));
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let http = Http::new(client.build().expect("a client"), limit.unwrap_or(1 << 20), Some(token));
    let url = simulator.url().expect("it serves").parse().expect("an address");
    let place = Place::Url {
        http,
        url: Box::new(url),
    };
    let table = Table::new(
        means(mapping(&simulator.mapping()), limits(None)),
        place,
        Arc::new(far_ahead),
    );
    (simulator, table)
}

const NO_CALLER: &[(&str, &str)] = &[
    (fault::THROTTLED, "a folder asks for no patience"),
    (fault::REFUSED, "a folder that cannot be read is out of reach"),
    (fault::NOT_READY, "a folder is what it is"),
];

async fn keeps_the_contract(format: Format) {
    suite::run(&Subject {
        world: Box::new(move |limit| {
            let Laid {
                simulator,
                table,
                directory,
            } = laid(format, limit);
            Box::pin(std::future::ready(World {
                simulator: Box::new(simulator),
                debug: format!("{table:?}"),
                source: Box::new(table),
                keep: Box::new(directory),
            }))
        }),
        sample: sample(),
        cannot: NO_CALLER,
        is_queue: false,
    })
    .await;
}

#[tokio::test]
async fn csv_in_a_folder_keeps_the_contract() {
    keeps_the_contract(Format::Csv).await;
}

#[tokio::test]
async fn json_in_a_folder_keeps_the_contract() {
    keeps_the_contract(Format::Json).await;
}

#[tokio::test]
async fn ndjson_in_a_folder_keeps_the_contract() {
    keeps_the_contract(Format::Ndjson).await;
}

#[tokio::test]
async fn json_by_http_keeps_the_contract() {
    suite::run(&Subject {
        world: Box::new(|limit| {
            Box::pin(async move {
                let (simulator, table) = served(limit).await;
                World {
                    simulator: Box::new(simulator),
                    debug: format!("{table:?}"),
                    source: Box::new(table),
                    keep: Box::new(()),
                }
            })
        }),
        sample: sample(),
        cannot: &[(fault::NOT_READY, "a list has no way to say so")],
        is_queue: false,
    })
    .await;
}

#[tokio::test]
async fn a_workbook_in_a_folder_comes_whole_and_half_of_it_does_not() {
    let world = laid(Format::Xlsx, None);
    world.simulator.publish(&sample());
    let mut position = None;
    let came = latest(&walk(&world.table, &mut position).await.expect("the list comes"));
    let contents = |records: Vec<Record>| records.into_iter().map(|record| record.content).collect::<Vec<_>>();
    assert_eq!(contents(came.into_values().collect()), contents(sample()));
    world.simulator.set_fault(Some(fault::CUT)).expect("known");
    let batches = walk(&world.table, &mut position).await.expect("a folder");
    assert!(
        latest(&batches).is_empty() && !batches[0].gaps.is_empty(),
        "{batches:?}"
    );
}

#[tokio::test]
async fn a_list_that_is_another_is_refused_and_the_last_good_one_stays() {
    let textual = [Format::Csv, Format::Xlsx, Format::Json, Format::Ndjson];
    let cases = textual
        .map(|format| (format, list_fault::CHANGED_COLUMNS))
        .into_iter()
        .chain([
            (Format::Csv, list_fault::TWO_HEADER_ROWS),
            (Format::Xlsx, list_fault::TWO_HEADER_ROWS),
            (Format::Xlsx, list_fault::RENAMED_SHEET),
            (Format::Xlsx, list_fault::ARCHIVE_BOMB),
        ]);
    for (format, fault) in cases {
        let world = laid(format, None);
        world.simulator.publish(&sample());
        let mut position = None;
        walk(&world.table, &mut position).await.expect("the list comes");
        world.simulator.set_fault(Some(fault)).expect("known");
        let batches = walk(&world.table, &mut position).await.expect("a folder");
        assert_eq!(
            (batches[0].scope.as_deref(), batches[0].records.len()),
            (None, 0),
            "{format:?} {fault}"
        );
        assert_eq!(batches[0].gaps.len(), 1, "{format:?} {fault}: {batches:?}");
        world.simulator.set_fault(None).expect("heals");
        let batches = walk(&world.table, &mut position).await.expect("a folder");
        assert_eq!(
            (batches[0].records.len(), batches[0].gaps.len()),
            (sample().len(), 0),
            "{format:?} {fault}"
        );
    }
}

#[tokio::test]
async fn a_row_of_totals_is_no_award() {
    for format in [Format::Csv, Format::Xlsx, Format::Json, Format::Ndjson] {
        let world = laid(format, None);
        world.simulator.publish(&sample());
        world.simulator.set_fault(Some(list_fault::TOTAL_ROW)).expect("known");
        let batches = walk(&world.table, &mut None).await.expect("a folder");
        let batch = &batches[0];
        assert_eq!(
            (batch.records.len(), batch.set_aside.len()),
            (sample().len(), 1),
            "{format:?}"
        );
    }
}

#[tokio::test]
async fn a_list_of_several_pages_comes_whole_or_not_at_all() {
    let (simulator, table) = served(None).await;
    simulator.publish(&sample());
    let batch = table.pull(None, YEARS).await.expect("the list comes");
    assert_eq!((batch.records.len(), batch.scope.as_deref()), (5, Some("list")));
    for (fault, is) in [
        (list_fault::REPEATING_PAGE, "page 4: repeats an earlier page"),
        (list_fault::REDIRECT, "status 302"),
        (list_fault::CHANGED_COLUMNS, "has no column \"Tildelt\""),
    ] {
        simulator.set_fault(Some(fault)).expect("known");
        let error = table.pull(Some(&batch.next), YEARS).await.expect_err(fault);
        assert!(error.to_string().contains(is), "{fault}: {error}");
        assert_eq!(
            matches!(error, SourceError::Refused { .. }),
            fault == list_fault::REDIRECT
        );
    }
}

#[tokio::test]
async fn an_unchanged_list_costs_a_304() {
    let (simulator, table) = served(None).await;
    simulator.publish(&sample()[..2]);
    let batch = table.pull(None, YEARS).await.expect("the list comes");
    assert_eq!(batch.records.len(), 2);
    let again = table.pull(Some(&batch.next), YEARS).await.expect("an answer");
    assert_eq!(
        (again.records.len(), again.scope.as_deref()),
        (0, None),
        "one page that is what it was"
    );
    simulator.publish(&sample());
    let batch = table.pull(Some(&batch.next), YEARS).await.expect("the list comes");
    assert_eq!(batch.records.len(), 5);
    let again = table.pull(Some(&batch.next), YEARS).await.expect("an answer");
    assert_eq!(
        (again.records.len(), again.scope.as_deref()),
        (0, None),
        "three pages that are what they were"
    );
}
