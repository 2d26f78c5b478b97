//! What the tests share: a world of simulator and adapter, a sample, and pages as Udir writes them.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::date;
use programgrant_contract::suite::SECRET;
use programgrant_contract::{Batch, Http, Secret, SourceError, TokenSource};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    ReportedRecipient,
};
use programgrant_udir::Udir;
use programgrant_udir::simulator::UdirSimulator;
use tokio::net::TcpListener;
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub const SECRET_TOKEN: &str = SECRET;

pub struct World {
    pub simulator: UdirSimulator,
    pub source: Udir,
}

pub async fn simulator() -> UdirSimulator {
    UdirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
}

/// A system that requires the token, and an adapter that has it.
pub async fn world(limit: Option<usize>) -> World {
    let simulator = simulator().await;
    simulator.require_token(SECRET_TOKEN);
    let source = adapter_at(
        &simulator.base_url(),
        Http::new(client(), limit.unwrap_or(32 << 20), Some(token())),
    );
    World { simulator, source }
}

pub fn client() -> reqwest::Client {
    reqwest::Client::new()
}

struct OneToken;

#[async_trait]
impl TokenSource for OneToken {
    async fn token(&self, _refused: Option<&Secret>) -> Result<Secret, SourceError> {
        Ok(Secret::new(SECRET_TOKEN))
    }
}

pub fn token() -> Arc<dyn TokenSource> {
    Arc::new(OneToken)
}

pub fn adapter(url: &str) -> Udir {
    adapter_at(url, Http::new(client(), 32 << 20, None))
}

pub fn adapter_at(url: &str, http: Http) -> Udir {
    Udir::new(http, url.parse().expect("an address"))
}

pub fn stated(ore: i64) -> Figure {
    Figure::Stated(Ore::new(ore).expect("in range"))
}

pub fn award(record: &Record) -> &AwardStatement {
    match &record.content {
        Content::Award(award) => award,
        other => panic!("no award: {other:?}"),
    }
}

pub fn renamed(record: &Record, id: &str) -> Record {
    let award = AwardStatement {
        award: id.to_owned(),
        ..award(record).clone()
    };
    Record {
        id: RecordId::new(id),
        reference: id.to_owned(),
        content: Content::Award(award),
        ..record.clone()
    }
}

pub fn ids(batches: &[Batch]) -> Vec<&str> {
    batches
        .iter()
        .flat_map(|batch| &batch.records)
        .map(|record| record.id.as_str())
        .collect()
}

/// A share, a decided award, a paid one with its payments, and an application about which little is known.
pub fn sample() -> Vec<Record> {
    let recipient = |organisation: &str, number: &str, name: &str| ReportedRecipient {
        organisation_number: Some(organisation.to_owned()),
        number: Some(number.to_owned()),
        name: Some(name.to_owned()),
    };
    let share = AwardStatement {
        award: String::new(),
        post: BudgetPost::new(231, 63),
        activity: None,
        year: 2020,
        recipient: recipient("940244145", "0814", "Bamble"),
        status: AwardStatus::InProgramme,
        applied: Figure::NotApplicable,
        granted: stated(123_456_789),
        paid: stated(0),
        decided_on: Some(date(2020, 3, 4)),
        use_from: None,
        use_until: None,
        report_due: None,
        target_group: None,
        payer: None,
        disbursements: Vec::new(),
    };
    let udir = Some(Payer {
        organisation_number: "970018131".to_owned(),
    });
    let unknown = AwardStatement {
        post: BudgetPost::new(231, 66),
        year: 2021,
        recipient: ReportedRecipient::default(),
        status: AwardStatus::Applied,
        granted: Figure::NotDelivered,
        paid: Figure::NotDelivered,
        decided_on: None,
        payer: udir.clone(),
        ..share.clone()
    };
    let granted = AwardStatement {
        status: AwardStatus::Granted,
        granted: stated(10),
        paid: Figure::NotDelivered,
        ..unknown.clone()
    };
    let payment = |ore, reference: Option<&str>| Disbursement {
        on: date(2022, 2, 10),
        amount: Ore::new(ore).expect("in range"),
        reference: reference.map(str::to_owned),
    };
    let paid = AwardStatement {
        post: BudgetPost::new(226, 64),
        year: 2022,
        status: AwardStatus::Paid,
        granted: stated(247_500_050),
        paid: stated(247_500_049),
        decided_on: Some(date(2022, 1, 20)),
        payer: udir,
        disbursements: vec![payment(247_500_050, Some("UD-21-000417")), payment(-1, None)],
        ..share.clone()
    };
    [
        ("9d7c1f0e", share),
        ("1b0f5a52", unknown),
        ("2c7c1f0e", granted),
        ("0b0f5a52", paid),
    ]
    .into_iter()
    .map(|(id, award)| record(id, award))
    .collect()
}

fn record(id: &str, award: AwardStatement) -> Record {
    let award = AwardStatement {
        award: id.to_owned(),
        ..award
    };
    Record {
        id: RecordId::new(id),
        reference: id.to_owned(),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Award(award),
    }
}

/// The documented record, under another id.
pub fn item(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","ordning":{{"kapittel":"231","post":"63"}},"tilskuddsaar":2021,
  "mottaker":{{"orgnr":"940244145","kommunenummer":"3813","navn":"Bamble"}},
  "grunnlag":{{"telledato":"2020-12-15","antallMinoritetsspraklige":92,"andelProsent":11.8}},
  "beregnetBelop":412000.00,"utbetaltBelop":0,"status":"INNGAR_I_PROGRAM",
  "vedtaksdato":"2021-03-04","utbetalinger":[],"sistEndret":"2021-03-04T09:12:44+01:00"}}"#
    )
}

pub fn page_of(side: u32, total: usize, items: &[String]) -> String {
    format!(
        r#"{{"side":{side},"antallPerSide":200,"totaltAntall":{total},"tildelinger":[{}]}}"#,
        items.join(",")
    )
}

pub fn page(side: u32, total: usize, ids: &[&str]) -> String {
    page_of(side, total, &ids.iter().map(|id| item(id)).collect::<Vec<_>>())
}

/// Serves that page of 2021, with a link to the next if there is one; an empty `etag` is none.
pub async fn served(server: &MockServer, side: u32, body: &str, etag: &str, has_next: bool) {
    page_mock(side, body, etag, has_next).mount(server).await;
}

pub async fn served_once(server: &MockServer, side: u32, body: &str, etag: &str, has_next: bool) {
    page_mock(side, body, etag, has_next)
        .up_to_n_times(1)
        .with_priority(2)
        .mount(server)
        .await;
}

fn page_mock(side: u32, body: &str, etag: &str, has_next: bool) -> Mock {
    let mut reply = ResponseTemplate::new(200).set_body_raw(body.to_owned(), "application/json");
    if !etag.is_empty() {
        reply = reply.insert_header("etag", etag);
    }
    if has_next {
        reply = reply.insert_header(
            "link",
            format!("</v1/tildelinger?aar=2021&side={}&antall=200>; rel=\"next\"", side + 1).as_str(),
        );
    }
    let asked = Mock::given(method("GET"))
        .and(path("/v1/tildelinger"))
        .and(query_param("aar", "2021"));
    asked
        .and(query_param("side", side.to_string().as_str()))
        .respond_with(reply)
}

/// How many requests came.
pub async fn count(server: &MockServer) -> usize {
    server.received_requests().await.expect("recorded").len()
}
