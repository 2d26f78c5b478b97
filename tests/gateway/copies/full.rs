//! A store with something of everything: claims in every state and both lanes, exceptions, cases, a register with versions, and
//! values that a careless copy would change. And what a store holds, to be compared.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use programgrant::demo::systems;
use programgrant::store::database::Database;
use programgrant::store::register::Register;
use programgrant_contract::{Batch, Position};
use programgrant_core::journal::{JournalCommand, JournalRequest};
use programgrant_core::ledger::rules::{Application, Outcome, ReasonCode, Verdict};
use programgrant_core::ledger::{
    Binding, CaseDecision, CaseKind, ClaimId, ClaimResult, ClaimState, Command, CommandOutcome, Finding, Request,
};
use programgrant_schema::{Accounts, Content, Gap, Ore, Record, RecordId, SetAside};
use sqlx::{Column, Row};

use crate::ledger::books::{
    BUFDIR, Books, CLEARANCE, HELSEDIR, Kind, NAV, UDIR, application, blocked, case_officer, clear, confirm, principal,
    release, request, undetermined,
};

/// Every table there is.
pub const TABLES: [&str; 27] = [
    "audit",
    "claim",
    "double_funding_case",
    "exception",
    "exclusion",
    "generation",
    "journal",
    "ledger",
    "other_listing",
    "participation_version",
    "picture",
    "queue_item",
    "record",
    "record_span",
    "record_version",
    "reference_check",
    "reference_turn",
    "reference_version",
    "set_aside",
    "set_aside_span",
    "slot",
    "slot_key",
    "source",
    "source_span",
    "webhook_endpoint",
    "webhook_message",
    "webhook_source",
];

pub async fn full() -> Books {
    let books = Books::open(Kind::Sqlite).await;
    claims(&books).await;
    cases(&books).await;
    register(&books.database).await;
    reference(&books.database).await;
    journal(&books).await;
    books.assert_sound().await;
    books
}

/// What is asked for under this key in that year; years keep the claims out of each other's way.
fn asked(organisation: &str, key: &str, year: i16) -> Request {
    request(
        organisation,
        key,
        Application {
            year,
            case_reference: format!("{key} «søknad» 'x' \"y\" \u{1F9FE}"),
            ..application()
        },
    )
}

/// What the reference registers said, and whose slots are kept under another's name.
async fn reference(database: &Database) {
    for statement in [
        "INSERT INTO source (id) VALUES ('brreg')",
        "INSERT INTO reference_version (register, subject, version, since, generation, content) VALUES ('brreg', '310000019', 1, 1, 1, '\"unknown\"')",
        "INSERT INTO reference_check (unit, checked_at) VALUES ('310000019', 1)",
        "INSERT INTO reference_turn (day) VALUES (20820)",
        "INSERT INTO slot_key (recipient, successor) VALUES ('kommune-9998', 'kommune-9997')",
    ] {
        let written = sqlx::query(statement).execute(database.writer()).await;
        written.expect("written");
    }
}

/// What the programme itself has decided: a participation that ended.
async fn journal(books: &Books) {
    let period = Some((date(2020, 1, 1), date(2023, 6, 30)));
    let end = JournalCommand {
        by: principal(UDIR),
        function: None,
        key: "end".to_owned(),
        what: JournalRequest::End {
            programme: "0-24-pilot".to_owned(),
            municipality: "940244145".parse().expect("a number"),
            last_day: Some(date(2021, 9, 30)),
            reason: "«trekker seg» 'x' \"y\" \u{1F9FE}".to_owned(),
            reference: "21/5".to_owned(),
            standing: period,
            filed: period,
        },
    };
    let outcome = books
        .carry_out(Command::Journal(Box::new(end)))
        .await
        .expect("carried out");
    assert!(matches!(outcome, CommandOutcome::Journal(Ok(_))), "{outcome:?}");
}

async fn claims(books: &Books) {
    let expired = books.ask(asked(UDIR, "expired", 2010), clear()).await;
    let on_clear = |request: Request| Request {
        binding: Binding::AwardOnClear,
        ..request
    };
    let quarantined = books.ask(on_clear(asked(UDIR, "quarantined", 2011)), clear()).await;
    books.hand.advance(CLEARANCE);
    books.carry_out(Command::Sweep).await.expect("sweeps");
    books.ask(asked(UDIR, "requested", 2012), undetermined()).await;
    books.ask(asked(UDIR, "held", 2013), case_officer()).await;
    let holder = books.ask(asked(UDIR, "cleared", 2014), clear()).await;
    let denied = books.ask(asked(NAV, "denied", 2014), blocked()).await;
    exception(books, &books.ask(asked(HELSEDIR, "excepted", 2014), blocked()).await).await;
    let confirmed = books.ask(asked(UDIR, "confirmed", 2015), clear()).await;
    books.settled(confirm(&confirmed)).await;
    let paid = books
        .settled(confirm(&books.ask(asked(UDIR, "paid", 2016), clear()).await))
        .await;
    books.settled(Command::NotePaid { claim: paid.claim.id }).await;
    let reversed = books
        .settled(confirm(&books.ask(asked(UDIR, "reversed", 2017), clear()).await))
        .await;
    books
        .settled(release(&reversed.claim.id, reversed.claim.fence, UDIR))
        .await;
    let released = books.ask(asked(UDIR, "released", 2018), clear()).await;
    books
        .settled(release(&released.claim.id, released.claim.fence, UDIR))
        .await;
    let mut narrow = asked(NAV, "narrow", 2019);
    narrow.application.activity = Some("LØYPE 1".to_owned());
    narrow.application.use_from = Some("2019-03-01".parse().expect("a day"));
    books.ask(narrow, clear()).await;
    let mut states: Vec<ClaimState> = Vec::new();
    for settled in [&expired, &quarantined, &holder, &denied] {
        states.push(state(books, &settled.claim.id).await);
    }
    assert_eq!(
        states,
        [
            ClaimState::Expired,
            ClaimState::Quarantined,
            ClaimState::Cleared,
            ClaimState::Denied
        ]
    );
    let all = books
        .store
        .claims(&programgrant::store::ledger::ClaimFilter {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("reads");
    for state in ClaimState::ALL {
        assert!(
            all.iter().any(|kept| kept.claim.state == state),
            "no claim is {state:?}"
        );
    }
}

async fn state(books: &Books, id: &ClaimId) -> ClaimState {
    books.store.claim(id).await.expect("reads").expect("there").claim.state
}

/// Two people let the blocked claim pass, in a lane of its own.
async fn exception(books: &Books, denied: &ClaimResult) {
    let (claim, reason) = (denied.claim.id.clone(), "Flom.".to_owned());
    let propose = Command::Propose {
        claim,
        fence: denied.claim.fence,
        by: principal(NAV),
        reason,
        legal_basis: "§ 11".to_owned(),
    };
    let proposed = books.settled(propose).await;
    let verdict = Verdict::of(Outcome::Clear, ReasonCode::ExceptionApproved, "Unntak.");
    let (claim, reason) = (denied.claim.id.clone(), "Enig.".to_owned());
    let approve = Command::Approve {
        claim,
        fence: proposed.claim.fence,
        by: principal(BUFDIR),
        reason,
        verdict,
    };
    assert_eq!(books.settled(approve).await.claim.state, ClaimState::Cleared);
}

async fn cases(books: &Books) {
    for (kind, decision) in [
        (CaseKind::AwardToParticipant, None),
        (CaseKind::AwardWithoutClaim, Some(CaseDecision::Confirm)),
        (CaseKind::PotDifference, Some(CaseDecision::Dismiss)),
        (CaseKind::OverlappingPeriod, Some(CaseDecision::Settle)),
    ] {
        let finding = Finding {
            kind,
            subject: format!("{kind:?}"),
            programme: None,
            municipality: Some("kommune-0814".parse().expect("an id")),
            scheme: None,
            year: 2021,
            to_hold_back: Ore::new(1).expect("in range"),
            to_pay_back: Ore::new(0).expect("in range"),
            awards: vec!["nav/1".to_owned()],
            claim: None,
            reasons: Vec::new(),
        };
        let Ok(CommandOutcome::Case(case)) = books.carry_out(Command::Report(Box::new(finding))).await else {
            panic!("a case")
        };
        if let Some(decision) = decision {
            let decide = Command::DecideCase {
                case: case.id,
                by: principal(UDIR),
                decision,
                reason: "Sett på.".to_owned(),
            };
            books.carry_out(decide).await.expect("decides");
        }
    }
}

async fn register(database: &Database) {
    let register = Register::open(database.clone(), systems::ALL.into_iter())
        .await
        .expect("opens");
    let record = |id: &str, revision, year| {
        let content = Content::Accounts(Accounts::Year {
            year,
            lines: Vec::new(),
            municipal: None,
        });
        Record {
            id: RecordId::new(id),
            reference: format!("ref {id}"),
            revision,
            changed_at: None,
            item: None,
            content,
        }
    };
    for (revision, listed) in [(1, true), (2, true), (3, false)] {
        let mut batch = Batch::empty(Position::from_text(format!("{{\"page\":{revision}}}")));
        batch.scope = Some("2021".to_owned());
        batch.records = vec![record("a", Some(revision), 2021)];
        if listed {
            batch.records.push(record("b", None, 2021));
        }
        let mut aside = SetAside::at("side 3, linje 7", "beløp uten tall: «1 000,-»");
        aside.year = Some(2021);
        batch.set_aside = vec![aside];
        batch.gaps = vec![Gap {
            place: "file 3".to_owned(),
            reason: "missing".to_owned(),
        }];
        let place = register.place(systems::NAV).await.expect("reads");
        register
            .store(systems::NAV, &place, &batch, Timestamp::UNIX_EPOCH)
            .await
            .expect("stores");
    }
    let mut elsewhere = Batch::empty(Position::from_text("{}".to_owned()));
    (elsewhere.scope, elsewhere.records) = (Some("2022".to_owned()), vec![record("a", Some(1), 2022)]);
    let mut queued = Batch::empty(Position::from_text("{}".to_owned()));
    queued.records = vec![Record {
        item: Some("AR «1»".to_owned()),
        ..record("c", None, 2021)
    }];
    queued.gaps = vec![Gap {
        place: "file 3".to_owned(),
        reason: "missing".to_owned(),
    }];
    for batch in [elsewhere, queued] {
        let place = register.place(systems::NAV).await.expect("reads");
        register
            .store(systems::NAV, &place, &batch, Timestamp::UNIX_EPOCH)
            .await
            .expect("stores");
    }
    let noted = register.note_failure(systems::UDIR, "timeout", Timestamp::UNIX_EPOCH);
    noted.await.expect("notes");
    let told = "INSERT INTO exclusion (source, written, version, standing, tried_at, last_error) VALUES ('nav', '[{}]', 3, '[]', -1, 'timeout')";
    sqlx::query(told).execute(database.writer()).await.expect("stores");
    for told in [
        "INSERT INTO webhook_endpoint (endpoint, position, failures, next_at) VALUES ('970018131', 7, 2, -1)",
        "INSERT INTO webhook_message (endpoint, id, number, body, made_at, settled_at, outcome) VALUES ('970018131', 'a', 1, '{}', 1, 2, 'SET_ASIDE')",
        "INSERT INTO webhook_source (source, is_heard, changes) VALUES ('nav', 0, 3)",
    ] {
        sqlx::query(told).execute(database.writer()).await.expect("stores");
    }
    odd_values(database).await;
}

/// What a careless copy would change: the ends of the numbers, bytes that are no text, empty and null, spaces and zeros.
async fn odd_values(database: &Database) {
    let insert = "INSERT INTO record_version (source, id, version, reference, revision, changed_at, content, digest, received_at) \
                  VALUES ('odd', $1, $2, $3, $4, $5, $6, $7, $8)";
    let texts = [
        "",
        " ",
        "007",
        "1e3",
        "null",
        "a\tb\r\nc\\d",
        "e\u{301}\u{e9}\u{1F1F3}\u{1F1F4}",
        "'; DROP TABLE audit; --",
    ];
    for (place, text) in (0_i64..).zip(texts) {
        let (revision, changed_at) = if place % 2 == 0 {
            (Some(i64::MIN + place), None)
        } else {
            (None, Some(i64::MAX - place))
        };
        let digest: Vec<u8> = if place == 0 {
            Vec::new()
        } else {
            (0..=255).map(|byte: u8| byte.wrapping_mul(7)).collect()
        };
        let row = sqlx::query(insert)
            .bind(format!("{text}{place}"))
            .bind(place)
            .bind(text)
            .bind(revision)
            .bind(changed_at);
        row.bind(text)
            .bind(digest)
            .bind(-place)
            .execute(database.writer())
            .await
            .expect("inserted");
    }
}

/// Every row of every table as text, in an order of its own; both kinds of store write the same.
pub async fn contents(database: &Database) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in TABLES {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}")))
            .fetch_all(database.readers())
            .await
            .expect("reads");
        let mut rows: Vec<String> = rows.iter().map(text_of).collect();
        rows.sort();
        all.insert(table, rows);
    }
    all
}

fn text_of(row: &sqlx::any::AnyRow) -> String {
    let value = |place: usize| {
        if let Ok(number) = row.try_get::<Option<i64>, _>(place) {
            return format!("{number:?}");
        }
        row.try_get::<String, _>(place).map_or_else(
            |_| format!("{:?}", row.get::<Vec<u8>, _>(place)),
            |text| format!("{text:?}"),
        )
    };
    let mut columns: Vec<String> = row
        .columns()
        .iter()
        .map(|column| format!("{}={}", column.name(), value(column.ordinal())))
        .collect();
    columns.sort();
    columns.join(" ")
}

/// The same without the chain and its head, which a suspension goes on.
pub async fn apart_from_the_chain(database: &Database) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = contents(database).await;
    all.remove("audit");
    all.remove("ledger");
    all
}

/// The chain's entries, first to last.
pub async fn chain(database: &Database) -> Vec<String> {
    sqlx::query_scalar("SELECT previous_hash || content || hash FROM audit ORDER BY sequence")
        .fetch_all(database.readers())
        .await
        .expect("reads")
}
