//! Promise: the adapter keeps the contract against its simulated system, and nothing that the interface's page names under
//! "What goes wrong here" loses a record, counts one twice or passes for a whole answer.

use std::time::Duration;

use programgrant_contract::simulation::{Simulator, fault};
use programgrant_contract::suite::{self, SECRET, Subject, World, YEARS, latest, walk};
use programgrant_contract::{Batch, Http, Secret, Source, SourceError};
use programgrant_helsedir::simulator::{self, HelsedirSimulator};
use programgrant_helsedir::{Credentials, Helsedir};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    ReportedRecipient, TargetGroup,
};
use tokio::net::TcpListener;

fn credentials() -> Credentials {
    Credentials {
        username: "gateway".to_owned(),
        password: Secret::new(SECRET),
    }
}

async fn simulated() -> HelsedirSimulator {
    HelsedirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
}

fn adapter(simulator: &HelsedirSimulator, limit: Option<usize>) -> Helsedir {
    let http = Http::new(reqwest::Client::new(), limit.unwrap_or(16 << 20), None);
    Helsedir::new(http, simulator.url().parse().expect("a url"), Some(credentials()))
}

async fn world(limit: Option<usize>) -> World {
    let simulator = simulated().await;
    simulator.require_credentials(credentials());
    let source = adapter(&simulator, limit);
    let debug = format!("{source:?}");
    World {
        simulator: Box::new(simulator),
        source: Box::new(source),
        debug,
        keep: Box::new(()),
    }
}

fn kroner(text: &str) -> Figure {
    Figure::Stated(text.parse().expect("an amount"))
}

fn award(case: &str, change: impl FnOnce(&mut AwardStatement)) -> Record {
    let mut award = AwardStatement {
        award: case.to_owned(),
        post: BudgetPost::new(765, 60),
        activity: Some("BARN_UNGE".to_owned()),
        year: 2021,
        recipient: ReportedRecipient {
            organisation_number: Some("940244145".to_owned()),
            number: Some("3813".to_owned()),
            name: Some("Bamble".to_owned()),
        },
        status: AwardStatus::Granted,
        applied: kroner("1800000.00"),
        granted: kroner("1250000.00"),
        paid: Figure::NotDelivered,
        decided_on: Some("2021-04-29".parse().expect("a date")),
        use_from: Some("2021-05-01".parse().expect("a date")),
        use_until: Some("2022-04-30".parse().expect("a date")),
        report_due: None,
        target_group: Some(TargetGroup::ChildrenAndYoung),
        payer: Some(Payer {
            organisation_number: "974762501".to_owned(),
        }),
        disbursements: Vec::new(),
    };
    change(&mut award);
    Record {
        id: RecordId::new(case),
        reference: case.to_owned(),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Award(award),
    }
}

fn sample() -> Vec<Record> {
    let paid: Ore = "1234567.89".parse().expect("an amount");
    vec![
        award("21/4711", |_| {}),
        award("20/12", |award| {
            award.year = 2020;
            award.recipient = ReportedRecipient {
                number: Some("0301".to_owned()),
                name: Some("B&B <Øst> \"Å\"".to_owned()),
                organisation_number: None,
            };
            award.paid = Figure::Stated(paid);
            award.status = AwardStatus::Paid;
            award.disbursements = vec![Disbursement {
                on: "2020-05-12".parse().expect("a date"),
                amount: paid,
                reference: Some("STF-77-1".to_owned()),
            }];
        }),
        award("21/9", |award| {
            award.status = AwardStatus::InProgramme;
            award.granted = kroner("0.10");
            award.paid = kroner("0");
            award.payer = None;
        }),
        award("19/3", |award| {
            award.year = 2019;
            award.activity = Some("FELLES".to_owned());
            award.target_group = Some(TargetGroup::All);
            (award.decided_on, award.use_from, award.use_until) = (None, None, None);
            award.status = AwardStatus::Dismissed;
            (award.applied, award.granted) = (Figure::NotDelivered, Figure::NotDelivered);
        }),
    ]
}

#[tokio::test]
async fn the_adapter_keeps_the_contract() {
    let subject = Subject {
        world: Box::new(|limit| Box::pin(world(limit))),
        sample: sample(),
        cannot: &[(fault::NOT_READY, "a fault id says that it is passing, not why")],
        is_queue: true,
    };
    suite::run(&subject).await;
}

/// A system that holds the sample and goes wrong, and its reader.
async fn with_fault(fault: &str) -> (HelsedirSimulator, Helsedir) {
    let simulator = simulated().await;
    simulator.publish(&sample());
    simulator.set_fault(Some(fault)).expect("a fault of the simulator");
    let source = adapter(&simulator, None);
    (simulator, source)
}

async fn refusal(fault: &str) -> SourceError {
    let (simulator, source) = with_fault(fault).await;
    let error = walk(&source, &mut None).await.expect_err(fault);
    assert_eq!(
        simulator.queued(),
        sample().len(),
        "{fault}: something was removed unseen"
    );
    error
}

async fn walked(source: &Helsedir) -> Vec<Batch> {
    walk(source, &mut None).await.expect("the queue is read")
}

fn heard(batches: &[Batch]) -> Vec<(RecordId, Content)> {
    latest(batches)
        .into_values()
        .map(|record| (record.id, record.content))
        .collect()
}

fn published(records: Vec<Record>) -> Vec<(RecordId, Content)> {
    let mut records: Vec<_> = records.into_iter().map(|record| (record.id, record.content)).collect();
    records.sort_by(|a, b| a.0.cmp(&b.0));
    records
}

#[tokio::test]
async fn a_crash_between_fetch_and_removal_loses_nothing() {
    let simulator = simulated().await;
    simulator.publish(&sample());
    let stored = adapter(&simulator, None)
        .pull(None, YEARS)
        .await
        .expect("the items come");
    assert!(stored.more, "an answer with items says nothing about those behind it");
    assert_eq!(
        (simulator.queued(), simulator.purges()),
        (4, 0),
        "fetching removes nothing"
    );
    // Another process begins with the position that was stored, or with none if even that was lost.
    for position in [Some(stored.next.clone()), None] {
        let again = adapter(&simulator, None)
            .pull(position.as_ref(), YEARS)
            .await
            .expect("the items come again");
        assert_eq!(again, stored, "the same items, under the same ids and revisions");
    }
    let restarted = adapter(&simulator, None);
    restarted
        .acknowledge(stored.receipt.as_ref().expect("a receipt"))
        .await
        .expect("removed");
    assert_eq!((simulator.queued(), simulator.purges()), (0, 1));
    let end = restarted
        .pull(Some(&stored.next), YEARS)
        .await
        .expect("an empty queue answers");
    assert_eq!((end.records.len(), end.receipt, end.more), (0, None, false));
}

#[tokio::test]
async fn a_removal_that_fails_leaves_the_items_for_the_next_time() {
    let (simulator, source) = with_fault(simulator::NO_PURGE).await;
    let batch = source.pull(None, YEARS).await.expect("the items come");
    let receipt = batch.receipt.as_ref().expect("a receipt");
    let error = source.acknowledge(receipt).await.expect_err("nothing is removed");
    assert_eq!(error, SourceError::outage("error 1002"));
    simulator.set_fault(None).expect("heals");
    assert_eq!(source.pull(Some(&batch.next), YEARS).await.as_ref(), Ok(&batch));
    source.acknowledge(receipt).await.expect("removed");
    source.acknowledge(receipt).await.expect("what is gone is gone");
    assert_eq!(simulator.queued(), 0);
}

#[tokio::test]
async fn the_same_item_twice_in_one_answer_is_removed_once() {
    let (simulator, source) = with_fault(fault::TWICE).await;
    let batch = source.pull(None, YEARS).await.expect("twice is no error");
    assert_eq!(batch.records.len(), 8);
    let references = &batch.receipt.as_ref().expect("a receipt").0;
    assert_eq!(references, &["AR00000001", "AR00000002", "AR00000003", "AR00000004"]);
    assert_eq!(heard(&walked(&source).await), published(sample()));
    assert_eq!(simulator.queued(), 0);
}

#[tokio::test]
async fn an_item_that_comes_again_after_its_removal_is_the_same_record() {
    let (simulator, source) = with_fault(simulator::REDELIVERED).await;
    let batches = walked(&source).await;
    assert_eq!(
        batches.iter().map(|batch| batch.records.len()).collect::<Vec<_>>(),
        [4, 4, 0]
    );
    assert_eq!(batches[0].records, batches[1].records);
    assert_eq!(simulator.queued(), 0);
}

#[tokio::test]
async fn a_later_version_of_a_case_replaces_the_earlier() {
    let simulator = simulated().await;
    simulator.publish(&[
        award("21/1", |_| {}),
        award("21/1", |award| award.granted = kroner("900000.00")),
    ]);
    let batches = walked(&adapter(&simulator, None)).await;
    let records = &batches[0].records;
    assert!(
        records[0].id == records[1].id
            && records[0].revision < records[1].revision
            && records[0].changed_at < records[1].changed_at
    );
    assert_eq!(
        batches[0].receipt.as_ref().map(|receipt| receipt.0.len()),
        Some(2),
        "both items can be removed"
    );
    assert_eq!(
        heard(&batches),
        published(vec![award("21/1", |award| award.granted = kroner("900000.00"))])
    );
}

#[tokio::test]
async fn a_fault_counts_also_with_http_200() {
    assert_eq!(refusal(simulator::FAULT_200).await, SourceError::outage("error 1001"));
    assert_eq!(refusal(simulator::REFUSED_200).await, SourceError::refused("error 42"));
    assert_eq!(refusal(fault::OUTAGE).await, SourceError::outage("error 1001"));
    assert_eq!(refusal(fault::REFUSED).await, SourceError::refused("error 42"));
}

#[tokio::test]
async fn an_error_page_of_a_proxy_is_no_empty_queue() {
    let error = refusal(simulator::HTML).await;
    assert!(
        matches!(&error, SourceError::Malformed { place, .. } if place == "the answer to HentTilsagnKoe"),
        "{error:?}"
    );
    assert_eq!(refusal(simulator::BAD_GATEWAY).await, SourceError::outage("status 502"));
}

#[tokio::test]
async fn an_answer_cut_off_removes_nothing() {
    let error = refusal(fault::CUT).await;
    assert_eq!(
        error,
        SourceError::malformed("the answer to HentTilsagnKoe", "it breaks off")
    );
}

#[tokio::test]
async fn entity_declarations_are_refused() {
    let error = refusal(simulator::DOCUMENT_TYPE).await;
    assert_eq!(
        error,
        SourceError::malformed(
            "the answer to HentTilsagnKoe",
            "it declares a document type, which is refused"
        )
    );
}

#[tokio::test]
async fn text_survives_escapes_cdata_and_other_prefixes() {
    for fault in [None, Some(simulator::DIALECT)] {
        let simulator = simulated().await;
        let name = "Sør-Aurdal & «Æ/Å» <]]>";
        let record = award("21/1", |award| award.recipient.name = Some(name.to_owned()));
        simulator.publish(std::slice::from_ref(&record));
        simulator.set_fault(fault).expect("a fault of the simulator");
        assert_eq!(
            heard(&walked(&adapter(&simulator, None)).await),
            published(vec![record]),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn five_hundred_items_are_followed_by_thousands_more() {
    let (simulator, source) = with_fault(simulator::THOUSANDS).await;
    assert_eq!(simulator.queued(), 2_504);
    let batches = walked(&source).await;
    assert_eq!(
        batches.iter().map(|batch| batch.records.len()).collect::<Vec<_>>(),
        [500, 500, 500, 500, 500, 4, 0]
    );
    assert_eq!(
        batches.iter().map(|batch| batch.more).collect::<Vec<_>>(),
        [true, true, true, true, true, true, false]
    );
    assert_eq!(latest(&batches).len(), 2_504);
    assert_eq!((simulator.queued(), simulator.purges()), (0, 6));
}

#[tokio::test]
async fn a_queue_that_cannot_move_says_so_and_does_not_spin() {
    let (simulator, source) = with_fault(simulator::NO_REFERENCES).await;
    let batches = walked(&source).await;
    assert_eq!(batches.len(), 1);
    let batch = &batches[0];
    assert_eq!(
        (
            batch.records.len(),
            batch.set_aside.len(),
            batch.gaps.len(),
            &batch.receipt
        ),
        (0, 4, 1, &None)
    );
    assert_eq!(simulator.queued(), 4);
    simulator.set_fault(None).expect("heals");
    let batches = walked(&source).await;
    assert!(batches.iter().all(|batch| batch.gaps.is_empty()), "the gap is closed");
    assert_eq!(heard(&batches), published(sample()));
}

#[tokio::test]
async fn an_item_set_aside_does_not_block_the_queue() {
    let (simulator, source) = with_fault(fault::BAD_RECORD).await;
    let batches = walked(&source).await;
    assert_eq!(simulator.queued(), 0);
    let aside = &batches[0].set_aside[0];
    assert_eq!(
        (aside.place.as_str(), aside.reason.as_str()),
        (
            "archive reference AR00000005",
            "Vedtak \"VENTELISTE\" is none that is known"
        )
    );
    assert_eq!(aside.record, Some(RecordId::new("21/9999")));
}

#[tokio::test]
async fn no_answer_is_an_outage() {
    let (simulator, _) = with_fault(simulator::SLOW).await;
    let client = reqwest::Client::builder()
        .timeout(Duration::from_millis(50))
        .build()
        .expect("a client");
    let source = Helsedir::new(
        Http::new(client, 1 << 20, None),
        simulator.url().parse().expect("a url"),
        None,
    );
    let error = source.pull(None, YEARS).await.expect_err("nothing comes");
    assert_eq!(error, SourceError::outage("no whole answer within the deadline"));
}

#[tokio::test]
async fn a_dropped_system_is_out_of_reach() {
    let (simulator, source) = with_fault(fault::TWICE).await;
    source.pull(None, YEARS).await.expect("it answers");
    drop(simulator);
    let error = source.pull(None, YEARS).await.expect_err("it is gone");
    assert!(matches!(error, SourceError::Outage { .. }), "{error:?}");
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let simulator = simulated().await;
    simulator.require_credentials(Credentials {
        username: "gateway".to_owned(),
        password: Secret::new("a&b<c>\"d\""),
    });
    let error = adapter(&simulator, None)
        .pull(None, YEARS)
        .await
        .expect_err("another password");
    assert_eq!(error, SourceError::refused("error 20"));
    let http = Http::new(reqwest::Client::new(), 1 << 20, None);
    let right = Credentials {
        username: "gateway".to_owned(),
        password: Secret::new("a&b<c>\"d\""),
    };
    let source = Helsedir::new(http, simulator.url().parse().expect("a url"), Some(right));
    source.pull(None, YEARS).await.expect("the right password");
}
