//! What the tests share: a client, a simulator and records to publish.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::date;
use programgrant_bufdir::Bufdir;
use programgrant_bufdir::simulator::BufdirSimulator;
use programgrant_contract::{Http, Secret, SourceError, TokenSource};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Disbursement, Figure, Ore, Payer, Record, RecordId,
    ReportedRecipient,
};
use tokio::net::TcpListener;

/// No reply of these tests comes near it.
pub const LIMIT: usize = 1_000_000;

pub async fn simulator() -> BufdirSimulator {
    BufdirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
}

pub fn client(deadline: Duration) -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(deadline)
        .build()
        .expect("a client")
}

pub fn bufdir(url: &str) -> Bufdir {
    bufdir_with(url, LIMIT, None)
}

pub fn bufdir_with(url: &str, limit: usize, tokens: Option<Arc<dyn TokenSource>>) -> Bufdir {
    Bufdir::new(
        Http::new(client(Duration::from_secs(10)), limit, tokens),
        url.parse().expect("an address"),
    )
}

/// Hands out its tokens one after the other, the last again and again.
pub struct Tokens {
    tokens: Mutex<Vec<&'static str>>,
    pub renewals: AtomicUsize,
}

impl Tokens {
    pub fn new(in_order: &[&'static str]) -> Arc<Self> {
        Arc::new(Self {
            tokens: Mutex::new(in_order.to_vec()),
            renewals: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, SourceError> {
        let mut tokens = self.tokens.lock().expect("no test panics here");
        if refused.is_some() {
            self.renewals.fetch_add(1, Ordering::Relaxed);
            if tokens.len() > 1 {
                tokens.remove(0);
            }
        }
        Ok(Secret::new(tokens[0]))
    }
}

pub fn stated(ore: i64) -> Figure {
    Figure::Stated(Ore::new(ore).expect("in range"))
}

/// A granted LOS case of Horten that a test changes as it needs.
pub fn los(id: &str, year: i16) -> AwardStatement {
    AwardStatement {
        award: id.to_owned(),
        post: if year < 2022 {
            BudgetPost::new(846, 62)
        } else {
            BudgetPost::new(846, 61)
        },
        activity: Some("LOS".to_owned()),
        year,
        recipient: ReportedRecipient {
            organisation_number: Some("964951284".to_owned()),
            number: Some("3801".to_owned()),
            name: Some("Horten kommune".to_owned()),
        },
        status: AwardStatus::Granted,
        applied: stated(200),
        granted: stated(100),
        paid: Figure::NotDelivered,
        decided_on: Some(date(year, 3, 1)),
        use_from: Some(date(year, 1, 1)),
        use_until: Some(date(year, 12, 31)),
        report_due: None,
        target_group: None,
        payer: Some(Payer {
            organisation_number: "986128433".to_owned(),
        }),
        disbursements: Vec::new(),
    }
}

pub fn record(award: AwardStatement) -> Record {
    let id = award.award.clone();
    Record {
        id: RecordId::new(&*id),
        reference: id,
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Award(award),
    }
}

/// Three years, three posts' worth of activities, and every kind of figure.
pub fn sample() -> Vec<Record> {
    let oslo = ReportedRecipient {
        organisation_number: None,
        number: Some("0301".to_owned()),
        name: None,
    };
    let amount = |ore| Ore::new(ore).expect("in range");
    vec![
        record(AwardStatement {
            status: AwardStatus::Paid,
            report_due: Some(date(2022, 4, 1)),
            paid: stated(10),
            disbursements: vec![
                Disbursement {
                    on: date(2021, 4, 1),
                    amount: amount(30),
                    reference: Some("B-1".to_owned()),
                },
                Disbursement {
                    on: date(2021, 5, 1),
                    amount: amount(-20),
                    reference: None,
                },
            ],
            ..los("21/0001", 2021)
        }),
        record(AwardStatement {
            status: AwardStatus::Refused,
            granted: stated(0),
            activity: Some("FERIE".to_owned()),
            ..los("21/0002", 2021)
        }),
        record(AwardStatement {
            activity: Some("ALTERNATIV_SKOLE".to_owned()),
            granted: stated(Ore::MAX),
            ..los("19/0001", 2019)
        }),
        record(AwardStatement {
            status: AwardStatus::Dismissed,
            granted: Figure::NotDelivered,
            ..los("19/0002", 2019)
        }),
        record(AwardStatement {
            status: AwardStatus::InProgramme,
            applied: Figure::NotDelivered,
            granted: stated(123_456_789),
            payer: None,
            decided_on: None,
            use_from: None,
            use_until: None,
            recipient: oslo,
            ..los("22/0001", 2022)
        }),
    ]
}
