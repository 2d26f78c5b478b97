//! Promise: slots of an earlier layout come over as ranges, the same slots of the same claims; claims that a merger had set against each
//! other keep on keeping out everybody else; and what cannot be told by a range stops the start and changes nothing.

use std::collections::BTreeSet;

use programgrant::store::database::Database;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection, Executor, Row};

use crate::ledger::books::Kind;
use crate::postgres;

/// The layout before slots were ranges.
const BEFORE: i64 = 10;
static SQLITE: Migrator = sqlx::migrate!("schema/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("schema/migrations/postgres");

/// Year × 12 + month − 1.
const JANUARY: i64 = 2021 * 12;

/// What a claim holds of a recipient under 231.63: months, target groups, activity, lane, and whether by an exception.
type Held = (
    &'static str,
    &'static str,
    std::ops::Range<i64>,
    &'static [i64],
    &'static str,
    i64,
    bool,
);

const ALL: &[i64] = &[1, 2, 4];
const HELD: [Held; 9] = [
    ("a", "one", 0..12, ALL, "", 0, false),
    // A merger set these against a, and the last two against the first.
    ("b", "one", 2..5, &[1], "", 2, false),
    ("c", "one", 4..6, &[1], "LEIR", 3, false),
    // Exceptions that overlap by a merger, and pass a.
    ("d", "one", 0..1, &[4], "", 1, true),
    ("e", "one", 0..2, ALL, "KOR", 4, true),
    // Side by side, by activity, target group and month.
    ("f", "two", 0..12, ALL, "LEIR", 0, false),
    ("g", "two", 0..6, &[2], "KOR", 0, false),
    ("h", "two", 6..12, &[2], "KOR", 0, false),
    // The same claim, in two places.
    ("h", "three", 6..12, &[2], "KOR", 0, false),
];

/// A store as the layout before left it.
struct Old {
    url: String,
    connection: AnyConnection,
    _folder: tempfile::TempDir,
}

impl Old {
    async fn with(kind: Kind, held: &[Held]) -> Self {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (url, migrator) = match kind {
            Kind::Sqlite => (
                format!("sqlite:{}?mode=rwc", folder.path().join("old.db").display()),
                &SQLITE,
            ),
            Kind::Postgres => (postgres::database().await, &POSTGRES),
        };
        let mut connection = AnyConnection::connect(&url).await.expect("a new store");
        let old = migrator.iter().filter(|migration| migration.version <= BEFORE).cloned();
        Migrator::with_migrations(old.collect())
            .run(&mut connection)
            .await
            .expect("the layout of before");
        let mut old = Self {
            url,
            connection,
            _folder: folder,
        };
        for held in held {
            old.hold(held).await;
        }
        old
    }

    async fn hold(&mut self, (claim, recipient, months, targets, activity, lane, is_exception): &Held) {
        for statement in [
            "INSERT INTO claim (id, organisation, principal, idempotency_key, state, fence, recipient, subject, year, body, sequence, hash) \
             VALUES ($1, 'o', 'p', $1, 'CLEARED', 1, 'r', '231.63', 2021, '{}', 1, '') ON CONFLICT DO NOTHING",
            "INSERT INTO exception (claim, asked_by, proposed_by, approved_by, reason, legal_basis, proposed_at, approved_at) \
             VALUES ($1, 'o', 'x', 'y', 'r', 'l', 0, 1) ON CONFLICT DO NOTHING",
        ] {
            sqlx::query(statement)
                .bind(*claim)
                .execute(&mut self.connection)
                .await
                .expect("written");
        }
        for month in months.clone() {
            for target in *targets {
                sqlx::query(
                    "INSERT INTO slot (recipient, subject, month, target, lane, activity, claim, exception) \
                     VALUES ($1, '231.63', $2, $3, $4, $5, $6, $7)",
                )
                .bind(*recipient)
                .bind(JANUARY + month)
                .bind(*target)
                .bind(*lane)
                .bind(*activity)
                .bind(*claim)
                .bind(is_exception.then_some(*claim))
                .execute(&mut self.connection)
                .await
                .expect("held");
            }
        }
    }

    /// Opens the store as this version does.
    async fn open(&self) -> Result<Database, String> {
        let cause = |error: &dyn std::error::Error| {
            let causes = std::iter::successors(Some(error), |error| error.source());
            causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
        };
        Database::open(&self.url).await.map_err(|error| cause(&error))
    }
}

/// Every slot one by one: claim, recipient, month, target group, activity, lane, exception.
async fn slots(database: &Database) -> BTreeSet<(String, String, i64, i64, String, i64, bool)> {
    let rows = sqlx::query("SELECT * FROM slot")
        .fetch_all(database.readers())
        .await
        .expect("reads");
    let mut slots = BTreeSet::new();
    for row in &rows {
        for month in row.get::<i64, _>("month_from")..=row.get("month_until") {
            for target in row.get::<i64, _>("target_from")..=row.get("target_until") {
                let is_exception = row.get::<Option<String>, _>("exception").is_some();
                let (claim, recipient, activity) = (row.get("claim"), row.get("recipient"), row.get("activity"));
                slots.insert((claim, recipient, month, target, activity, row.get("lane"), is_exception));
            }
        }
    }
    slots
}

async fn comes_over(kind: Kind) {
    let old = Old::with(kind, &HELD).await;
    let database = old.open().await.expect("opens");
    let mut expected = BTreeSet::new();
    for (claim, recipient, months, targets, activity, _, is_exception) in HELD {
        for month in months {
            for target in targets {
                let group = i64::from(target.trailing_zeros()) + 1;
                let (claim, recipient) = (claim.to_owned(), recipient.to_owned());
                let lane = i64::from(is_exception);
                expected.insert((
                    claim,
                    recipient,
                    JANUARY + month,
                    group,
                    activity.to_owned(),
                    lane,
                    is_exception,
                ));
            }
        }
    }
    assert_eq!(slots(&database).await, expected);
    let rows = sqlx::query("SELECT DISTINCT claim, party FROM slot ORDER BY claim");
    let rows = rows.fetch_all(database.readers()).await.expect("reads");
    let parties: Vec<(String, String)> = rows.iter().map(|row| (row.get("claim"), row.get("party"))).collect();
    let expected = [
        ("a", "merged a"),
        ("b", "merged a"),
        ("c", "merged a"),
        ("d", "merged d"),
        ("e", "merged d"),
        ("f", "f"),
        ("g", "g"),
        ("h", "h"),
    ];
    assert_eq!(
        parties,
        expected.map(|(claim, party)| (claim.to_owned(), party.to_owned()))
    );
    // A newcomer is kept out, also by one of the party.
    let newcomer = "INSERT INTO slot (claim, recipient, subject, month_from, month_until, target_from, target_until, activity, lane, party) \
                    VALUES ('f', 'one', '231.63', 24256, 24256, 1, 1, '', 0, 'f')";
    sqlx::query(newcomer)
        .execute(database.writer())
        .await
        .expect_err("held");
    database.close().await;
}

#[tokio::test]
async fn slots_come_over_as_ranges() {
    comes_over(Kind::Sqlite).await;
    comes_over(Kind::Postgres).await;
}

/// Nothing of what was there is missing, and a gateway of before would go on.
async fn stops_the_start(kind: Kind, flaw: &'static str) {
    let mut old = Old::with(kind, &HELD).await;
    old.connection.execute(flaw).await.expect("a flaw");
    let count = "SELECT count(*) FROM slot JOIN month ON month.number = slot.month";
    let before: i64 = sqlx::query_scalar(count)
        .fetch_one(&mut old.connection)
        .await
        .expect("reads");
    let said = old.open().await.expect_err("it does not start");
    assert!(said.contains("the slots of a cannot be told by a range"), "{said}");
    let after: i64 = sqlx::query_scalar(count)
        .fetch_one(&mut old.connection)
        .await
        .expect("reads");
    let head = sqlx::query("SELECT sequence, hash, at FROM ledger")
        .fetch_one(&mut old.connection)
        .await;
    assert!(before == after && head.is_ok());
}

#[tokio::test]
async fn what_cannot_be_told_by_a_range_stops_the_start_and_changes_nothing() {
    for flaw in [
        "DELETE FROM slot WHERE claim = 'a' AND month = 24257",
        "DELETE FROM slot WHERE claim = 'a' AND target = 2",
        "DELETE FROM slot WHERE claim = 'a' AND target = 2 AND month = 24252",
    ] {
        stops_the_start(Kind::Sqlite, flaw).await;
        stops_the_start(Kind::Postgres, flaw).await;
    }
}

#[tokio::test]
async fn a_gateway_of_before_finds_no_head() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut old = Old::with(kind, &HELD).await;
        let head = "SELECT at FROM ledger";
        sqlx::query_scalar::<_, i64>(head)
            .fetch_one(&mut old.connection)
            .await
            .expect("its own layout");
        old.open().await.expect("opens").close().await;
        sqlx::query_scalar::<_, i64>(head)
            .fetch_one(&mut old.connection)
            .await
            .expect_err("unreachable");
    }
}
