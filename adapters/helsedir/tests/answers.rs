//! Promise: answers are read to the letter of the interface's page, the ugly ones included, and requests are as it wants them.

use programgrant_contract::suite::YEARS;
use programgrant_contract::{Batch, Http, Receipt, RetryAfter, Secret, Source, SourceError};
use programgrant_helsedir::{Credentials, Helsedir};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Payer, RecordId, ReportedRecipient,
    TargetGroup,
};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

async fn serving(status: u16, body: impl Into<Vec<u8>>, content_type: &str) -> MockServer {
    let server = MockServer::start().await;
    let reply = ResponseTemplate::new(status)
        .set_body_raw(body, content_type)
        .append_header("Retry-After", "3");
    Mock::given(method("POST"))
        .and(path("/soap"))
        .respond_with(reply)
        .mount(&server)
        .await;
    server
}

fn adapter(server: &MockServer, credentials: Option<Credentials>) -> Helsedir {
    let url = format!("{}/soap", server.uri()).parse().expect("a url");
    Helsedir::new(Http::new(reqwest::Client::new(), 1 << 20, None), url, credentials)
}

async fn answer(status: u16, body: impl Into<Vec<u8>>) -> Result<Batch, SourceError> {
    let server = serving(status, body, CONTENT_TYPE).await;
    adapter(&server, None).pull(None, YEARS).await
}

fn response(content: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{content}</s:Body></s:Envelope>"#
    )
}

fn stated(text: &str) -> Figure {
    Figure::Stated(text.parse().expect("an amount"))
}

fn reason(error: &SourceError) -> &str {
    match error {
        SourceError::Malformed { reason, .. } => reason,
        other => panic!("told as {other:?}"),
    }
}

#[tokio::test]
async fn the_page_s_own_example_is_read() {
    let batch = answer(200, include_str!("../fixtures/page.xml"))
        .await
        .expect("the page's example");
    assert_eq!(
        (batch.more, &batch.receipt, &batch.scope),
        (true, &Some(Receipt(vec!["AR00004711".to_owned()])), &None)
    );
    let record = &batch.records[0];
    assert_eq!((record.id.as_str(), record.reference.as_str()), ("21/4711", "21/4711"));
    assert_eq!(
        record.changed_at,
        Some("2021-04-29T11:05:00Z".parse().expect("an instant"))
    );
    let day = |text: &str| text.parse().expect("a date");
    let award = AwardStatement {
        award: "21/4711".to_owned(),
        post: BudgetPost::new(765, 60),
        activity: Some("BARN_UNGE".to_owned()),
        year: 2021,
        recipient: ReportedRecipient {
            organisation_number: Some("940244145".to_owned()),
            number: Some("3813".to_owned()),
            name: Some("Bamble".to_owned()),
        },
        status: AwardStatus::Granted,
        applied: stated("1800000.00"),
        granted: stated("1250000.00"),
        paid: stated("625000.00"),
        decided_on: Some(day("2021-04-29")),
        use_from: Some(day("2021-05-01")),
        use_until: Some(day("2022-04-30")),
        report_due: None,
        target_group: Some(TargetGroup::ChildrenAndYoung),
        payer: Some(Payer {
            organisation_number: "974762501".to_owned(),
        }),
        disbursements: vec![Disbursement {
            on: day("2021-05-12"),
            amount: "625000.00".parse().expect("an amount"),
            reference: Some("STF-77-1".to_owned()),
        }],
    };
    assert_eq!(record.content, Content::Award(award));
}

#[tokio::test]
async fn prefixes_nil_escapes_and_empty_elements_are_understood() {
    let batch = answer(200, include_str!("../fixtures/other-prefixes.xml"))
        .await
        .expect("the same language");
    assert_eq!(batch.receipt, Some(Receipt(vec!["AR-1&2".to_owned()])));
    insta::assert_debug_snapshot!((&batch.records[0], &batch.set_aside), @r#"
    (
        Record {
            id: RecordId(
                "20/12",
            ),
            reference: "20/12",
            revision: None,
            changed_at: None,
            item: Some(
                "AR-1&2",
            ),
            content: Award(
                AwardStatement {
                    award: "20/12",
                    post: BudgetPost {
                        chapter: 765,
                        post: 60,
                    },
                    activity: None,
                    year: 2020,
                    recipient: ReportedRecipient {
                        organisation_number: None,
                        number: Some(
                            "0301",
                        ),
                        name: Some(
                            "Bærum & Øst-Å <&>",
                        ),
                    },
                    status: Granted,
                    applied: NotDelivered,
                    granted: NotDelivered,
                    paid: NotDelivered,
                    decided_on: None,
                    use_from: None,
                    use_until: None,
                    report_due: None,
                    target_group: None,
                    payer: None,
                    disbursements: [],
                },
            ),
        },
        [],
    )
    "#);
}

#[tokio::test]
async fn what_is_paid_is_what_is_stated_or_else_the_sum() {
    let batch = answer(200, include_str!("../fixtures/payments.xml"))
        .await
        .expect("payments");
    assert_eq!(batch.set_aside, []);
    let paid: Vec<_> = batch
        .records
        .iter()
        .map(|record| match &record.content {
            Content::Award(award) => (award.paid, award.disbursements.len()),
            other => panic!("no award: {other:?}"),
        })
        .collect();
    let expected = [
        (stated("7.00"), 1),
        (stated("1234567.79"), 2),
        (stated("0"), 0),
        (Figure::NotDelivered, 0),
        (Figure::NotDelivered, 1),
        (stated("5.05"), 1),
    ];
    assert_eq!(paid, expected);
}

#[tokio::test]
async fn a_bad_item_is_set_aside_and_acknowledged_with_the_rest() {
    let batch = answer(200, include_str!("../fixtures/one-bad-among-good.xml"))
        .await
        .expect("the good ones");
    assert_eq!(
        batch
            .records
            .iter()
            .map(|record| record.id.as_str())
            .collect::<Vec<_>>(),
        ["21/1", "21/4"]
    );
    assert_eq!(
        batch.receipt,
        Some(Receipt(["AR1", "AR2", "AR4"].map(str::to_owned).to_vec()))
    );
    assert_eq!((batch.more, &batch.gaps), (true, &vec![]));
}

#[tokio::test]
async fn of_a_bad_item_all_that_can_be_read_is_told() {
    let batch = answer(200, include_str!("../fixtures/one-bad-among-good.xml"))
        .await
        .expect("the good ones");
    insta::assert_debug_snapshot!(batch.set_aside[0], @r#"
    SetAside {
        record: Some(
            RecordId(
                "21/2",
            ),
        ),
        revision: Some(
            1619701500000000,
        ),
        changed_at: Some(
            2021-04-29T11:05:00Z,
        ),
        item: Some(
            "AR2",
        ),
        place: "archive reference AR2",
        reason: "InnvilgetBeloep \"1 250 000,00\" is no amount in kroner",
        recipient: ReportedRecipient {
            organisation_number: Some(
                "940244145",
            ),
            number: None,
            name: Some(
                "Bamble",
            ),
        },
        post: Some(
            BudgetPost {
                chapter: 765,
                post: 60,
            },
        ),
        activity: Some(
            "VOKSNE",
        ),
        year: Some(
            2021,
        ),
    }
    "#);
    let nameless = &batch.set_aside[1];
    assert_eq!(nameless.record.as_ref().map(RecordId::as_str), Some("21/3"));
    assert_eq!(
        (nameless.place.as_str(), nameless.reason.as_str()),
        (
            "case 21/3, which has no archive reference",
            "ArchiveReference is missing"
        )
    );
    assert_eq!(
        (
            nameless.revision,
            nameless.changed_at,
            nameless.item.as_ref(),
            nameless.activity.as_ref()
        ),
        (None, None, None, None)
    );
    assert_eq!(
        (nameless.post, nameless.year, &nameless.recipient),
        (
            Some(BudgetPost::new(765, 60)),
            Some(2021),
            &ReportedRecipient::default()
        )
    );
}

#[tokio::test]
async fn items_without_archive_reference_block_the_queue_visibly() {
    let batch = answer(200, include_str!("../fixtures/no-archive-reference.xml"))
        .await
        .expect("an answer");
    assert_eq!((batch.records.len(), batch.more, batch.receipt), (0, false, None));
    let places: Vec<_> = batch.set_aside.iter().map(|aside| aside.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "case 21/3, which has no archive reference",
            "an item without archive reference and case number"
        ]
    );
    assert_eq!(batch.gaps.len(), 1);
}

#[tokio::test]
async fn an_empty_list_is_an_empty_queue_and_a_missing_list_is_none() {
    let batch = answer(200, include_str!("../fixtures/empty-queue.xml"))
        .await
        .expect("an empty queue");
    assert_eq!(batch, Batch::empty(batch.next.clone()));
    let error = answer(200, include_str!("../fixtures/no-list.xml"))
        .await
        .expect_err("no list");
    assert_eq!(reason(&error), "TilsagnListe is missing");
    let twice = response(
        r#"<HentTilsagnKoeResponse xmlns="urn:sim:hdir:tilskudd:v2"><TilsagnListe/><TilsagnListe/></HentTilsagnKoeResponse>"#,
    );
    assert_eq!(
        reason(&answer(200, twice).await.expect_err("which one?")),
        "TilsagnListe stands twice"
    );
}

#[tokio::test]
async fn wherever_an_answer_is_cut_it_is_an_error() {
    let page = include_str!("../fixtures/page.xml").trim_end();
    let server = MockServer::start().await;
    let source = adapter(&server, None);
    for end in (0..page.len()).step_by(7) {
        server.reset().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(200).set_body_raw(&page.as_bytes()[..end], CONTENT_TYPE))
            .mount(&server)
            .await;
        reason(&source.pull(None, YEARS).await.expect_err("half an answer"));
    }
}

#[tokio::test]
async fn what_is_not_the_response_is_no_response() {
    let other = response(
        r#"<SlettFraKoeResponse xmlns="urn:sim:hdir:tilskudd:v2"><AntallSlettet>1</AntallSlettet></SlettFraKoeResponse>"#,
    );
    assert_eq!(
        reason(&answer(200, other).await.expect_err("another operation's")),
        "it is no HentTilsagnKoeResponse"
    );
    let version_1 = response(
        r#"<HentTilsagnKoeResponse xmlns="urn:sim:hdir:tilskudd:v1"><TilsagnListe/></HentTilsagnKoeResponse>"#,
    );
    for body in [
        version_1.as_str(),
        "",
        "{}",
        include_str!("../fixtures/proxy.html"),
        "<html><body>OK</body></html>",
    ] {
        reason(&answer(200, body).await.expect_err(body));
    }
    let page = include_str!("../fixtures/page.xml");
    let latin = page
        .replace("Bamble", "B\u{f8}")
        .chars()
        .map(|character| u8::try_from(character).expect("Latin-1"))
        .collect::<Vec<u8>>();
    assert_eq!(
        reason(&answer(200, latin).await.expect_err("Latin-1")),
        "it is not UTF-8"
    );
    let entity = page.replace("Bamble", "&hvem;");
    assert_eq!(
        reason(&answer(200, entity).await.expect_err("an entity")),
        "it refers to an entity that XML does not define"
    );
    let declared = format!("<!DOCTYPE s:Envelope [<!ENTITY hvem \"Bamble\">]>{page}");
    assert_eq!(
        reason(&answer(200, declared).await.expect_err("a DTD")),
        "it declares a document type, which is refused"
    );
}

#[tokio::test]
async fn a_fault_is_sorted_by_its_id_whatever_the_status() {
    let waiting = |reason: &str| {
        let retry_after = Some(RetryAfter::In(std::time::Duration::from_secs(3)));
        SourceError::Outage {
            reason: reason.to_owned(),
            retry_after,
        }
    };
    let failed = async |status, body: &str| answer(status, body).await.expect_err("a fault");
    for status in [200, 500] {
        assert_eq!(
            failed(status, include_str!("../fixtures/fault-refused.xml")).await,
            SourceError::refused("error 999")
        );
        assert_eq!(
            failed(status, include_str!("../fixtures/fault-passing.xml")).await,
            waiting("error 1000")
        );
    }
    assert_eq!(
        failed(500, include_str!("../fixtures/fault-without-id.xml")).await,
        waiting("status 500")
    );
    assert_eq!(
        failed(200, include_str!("../fixtures/fault-without-id.xml")).await,
        SourceError::outage("a fault without an error id")
    );
    let client = include_str!("../fixtures/fault-without-id.xml").replace("s:Server", "s:Client");
    assert_eq!(
        failed(500, &client).await,
        SourceError::refused("a fault that blames the request")
    );
    assert_eq!(
        failed(502, include_str!("../fixtures/proxy.html")).await,
        waiting("status 502")
    );
    assert_eq!(
        failed(500, include_str!("../fixtures/page.xml")).await,
        waiting("status 500")
    );
    assert_eq!(failed(403, "no").await, SourceError::refused("status 403"));
}

#[tokio::test]
async fn requests_are_as_the_page_wants_them() {
    let purged = response(
        r#"<SlettFraKoeResponse xmlns="urn:sim:hdir:tilskudd:v2"><AntallSlettet>0</AntallSlettet></SlettFraKoeResponse>"#,
    );
    let server = MockServer::start().await;
    let quoted = |name: &str| header("SOAPAction", format!("\"{name}\"").as_str());
    let xml = |body: &str| ResponseTemplate::new(200).set_body_raw(body.to_owned(), CONTENT_TYPE);
    let post = || Mock::given(method("POST")).and(header("Content-Type", CONTENT_TYPE));
    post()
        .and(quoted("HentTilsagnKoe"))
        .respond_with(xml(include_str!("../fixtures/empty-queue.xml")))
        .expect(1)
        .mount(&server)
        .await;
    post()
        .and(quoted("SlettFraKoe"))
        .respond_with(xml(&purged))
        .expect(3)
        .mount(&server)
        .await;
    let credentials = Credentials {
        username: "gateway".to_owned(),
        password: Secret::new("p&w"),
    };
    adapter(&server, Some(credentials))
        .pull(None, YEARS)
        .await
        .expect("an empty queue");
    let source = adapter(&server, None);
    source
        .acknowledge(&Receipt(vec!["AR1".to_owned(), "A&B".to_owned()]))
        .await
        .expect("nothing left to remove is fine");
    source
        .acknowledge(&Receipt((0..501).map(|number| format!("AR{number}")).collect()))
        .await
        .expect("in two calls");
    let requests = server.received_requests().await.expect("recorded");
    let body = |at: usize| String::from_utf8(requests[at].body.clone()).expect("UTF-8");
    insta::assert_snapshot!(body(0), @r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" s:mustUnderstand="1"><wsse:UsernameToken><wsse:Username>gateway</wsse:Username><wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">p&amp;w</wsse:Password></wsse:UsernameToken></wsse:Security></s:Header><s:Body><HentTilsagnKoe xmlns="urn:sim:hdir:tilskudd:v2"><AntallMaks>500</AntallMaks></HentTilsagnKoe></s:Body></s:Envelope>"#);
    insta::assert_snapshot!(body(1), @r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SlettFraKoe xmlns="urn:sim:hdir:tilskudd:v2"><ArchiveReference>AR1</ArchiveReference><ArchiveReference>A&amp;B</ArchiveReference></SlettFraKoe></s:Body></s:Envelope>"#);
    assert_eq!(
        [2, 3].map(|at| body(at).matches("<ArchiveReference>").count()),
        [500, 1]
    );
}

#[tokio::test]
async fn a_removal_that_is_not_confirmed_is_not_done() {
    for body in [
        include_str!("../fixtures/empty-queue.xml"),
        &response(r#"<SlettFraKoeResponse xmlns="urn:sim:hdir:tilskudd:v2"/>"#),
    ] {
        let server = serving(200, body, CONTENT_TYPE).await;
        let error = adapter(&server, None)
            .acknowledge(&Receipt(vec!["AR1".to_owned()]))
            .await
            .expect_err("unconfirmed");
        assert!(matches!(error, SourceError::Malformed { .. }), "{error:?}");
    }
}
