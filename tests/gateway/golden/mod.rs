//! Promise: a store made by an earlier version opens without a hand's help, answers as it did, and its chain verifies.

mod slots;

use std::path::Path;

use serde_json::{Value, json};
use sqlx::{Connection, Executor};

use crate::commands::{output, write_config};
use crate::guard::clients::{Caller, UDIR};
use crate::postgres;
use crate::world::World;

/// What was asked when the stores were made, and is asked again.
const QUESTIONS: [&str; 8] = [
    "{ programme { year(year: 2021) { difference pot { total known completeness asOf } grants { municipality { id } \
       pot { total completeness asOf awarded { amount } paid { amount } } } } } }",
    "{ municipality(number: \"3813\") { programmeGrant(year: 2021) { shares { scheme { id } amount { state amount } \
       provenance { recordId receivedAt source { id } } } disbursements { amount on reference } } } }",
    "{ municipality(number: \"5001\") { awards { id status granted { state amount } paid { state amount } decidedOn \
       recipientAsReported { name number organisationNumber } provenance { recordId receivedAt } } } }",
    "{ municipality(number: \"3813\") { eligibility(year: 2021) { answer scheme { id } reasons { code message } } } }",
    "{ fundingClaims { items { id state fence year amount receipt caseReference awardReference requestedAt expiresAt \
       verdict { outcome reasons { code message rule { id } } evidence { recordId receivedAt } } } } }",
    "{ fundingClaims { items { history { at sequence state reason hash previousHash by { organisationNumber } } } } }",
    "{ doubleFundingCases { items { id kind state year decision openedAt changedAt toHoldBack toPayBack awards { id } \
       reasons { code message } decidedBy { organisationNumber } } } }",
    "{ sources { id state lastHeardAt lastChangeAt records vanished setAside unresolved } }",
];

/// Every answer, in the order of the questions.
async fn asked(world: &World) -> Value {
    let caller = Caller::new(world, UDIR);
    let mut answers = Vec::new();
    for question in QUESTIONS {
        answers.push(caller.data(question, json!({})).await);
    }
    Value::Array(answers)
}

/// A store as an earlier version left it: its dump, and the receipts and answers that it gave.
struct Golden {
    dump: &'static str,
    told: &'static str,
}

const SQLITE: Golden = Golden {
    dump: include_str!("sqlite.sql"),
    told: include_str!("sqlite.json"),
};
const POSTGRES: Golden = Golden {
    dump: include_str!("postgres.sql"),
    told: include_str!("postgres.json"),
};

impl Golden {
    async fn answers_and_verifies(&self, store: String) {
        let told: Value = serde_json::from_str(self.told).expect("JSON");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = World::over(store.clone()).await;
        let answers = asked(&world).await;
        for (index, question) in QUESTIONS.iter().enumerate() {
            assert_eq!(answers[index], told["answers"][index], "{question}");
        }
        drop(world);
        for receipt in told["receipts"].as_array().expect("a list") {
            let receipt = receipt.as_str().expect("text");
            assert!(verifies(folder.path(), &store, receipt), "{receipt}");
            let forged = receipt.replace("kvittering.1.", "kvittering.1.1");
            assert!(!verifies(folder.path(), &store, &forged), "{forged}");
        }
    }

    /// The dump with one øre more in the chain's entries, and nowhere else.
    fn changed(&self) -> String {
        let alter = |line: &str| {
            let is_entry = line.starts_with("INSERT INTO audit ") || line.starts_with("INSERT INTO public.audit ");
            if is_entry {
                line.replace("10000000", "10000001")
            } else {
                line.to_owned()
            }
        };
        let changed = self.dump.split('\n').map(alter).collect::<Vec<_>>().join("\n");
        assert_ne!(changed, self.dump);
        changed
    }

    fn a_changed_byte_is_found(&self, store: &str) {
        let told: Value = serde_json::from_str(self.told).expect("JSON");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let said = verify(folder.path(), store, told["receipts"][0].as_str().expect("text"));
        let reason = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            !said.status.success() && reason.contains("its content is not what was hashed"),
            "{said:?}"
        );
    }
}

fn verify(folder: &Path, store: &str, receipt: &str) -> std::process::Output {
    let config = write_config(folder, &format!("[store]\nurl = {store:?}\n"));
    output(&["verify", "--config", &config, "--receipt", receipt])
}

fn verifies(folder: &Path, store: &str, receipt: &str) -> bool {
    verify(folder, store, receipt).status.success()
}

/// A new file that holds what the dump says.
async fn file(folder: &Path, dump: &str) -> String {
    let path = folder.join("store.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .expect("a new file");
    load(&mut connection, dump).await;
    connection.close().await.expect("closes");
    format!("sqlite:{}", path.display())
}

/// A new database that holds what the dump says.
async fn database(dump: &str) -> String {
    let url = postgres::database().await;
    let mut connection = sqlx::PgConnection::connect(&url).await.expect("a new database");
    load(&mut connection, dump).await;
    connection.close().await.expect("closes");
    url
}

async fn load<'c, E: Executor<'c>>(connection: E, dump: &str) {
    let script = sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned()));
    connection.execute(script).await.expect("the dump is whole");
}

#[tokio::test]
async fn a_file_of_an_earlier_version_answers_as_it_did_and_verifies() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    SQLITE
        .answers_and_verifies(file(folder.path(), SQLITE.dump).await)
        .await;
}

#[tokio::test]
async fn a_database_of_an_earlier_version_answers_as_it_did_and_verifies() {
    POSTGRES.answers_and_verifies(database(POSTGRES.dump).await).await;
}

#[tokio::test]
async fn an_øre_more_in_the_chain_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    SQLITE.a_changed_byte_is_found(&file(folder.path(), &SQLITE.changed()).await);
    POSTGRES.a_changed_byte_is_found(&database(&POSTGRES.changed()).await);
}
