//! A ledger of its own for each test, on SQLite or PostgreSQL, with a clock that stands still.

use std::time::Duration;

use jiff::SignedDuration;
use programgrant::clock::{Clock, ClockHand};
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore};
use programgrant_core::ledger::rules::{Application, Outcome, ReasonCode, Recipient, SlotScope, Subject, Verdict};
use programgrant_core::ledger::{
    Binding, ClaimId, ClaimResult, Command, CommandOutcome, Confirmation, Principal, Refusal, Request, StatedAward,
    Terms,
};
use programgrant_schema::{Ore, SchemeId};
use sqlx::Connection;

use crate::postgres;
use crate::world::NOON;

/// How long a clearance is good for in these tests.
pub const CLEARANCE: Duration = Duration::from_hours(30 * 24);

/// The same promises on every store.
macro_rules! promises {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(super::Books::open(crate::ledger::books::Kind::Sqlite).await).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name(super::Books::open(crate::ledger::books::Kind::Postgres).await).await; })*
        }
    };
}
pub(crate) use promises;

/// Where the ledger is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub struct Books {
    pub kind: Kind,
    pub store: SqlStore,
    pub database: Database,
    pub hand: ClockHand,
    _folder: tempfile::TempDir,
}

impl Books {
    pub async fn open(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.path().join("ledger.db").display()),
            Kind::Postgres => postgres::database().await,
        };
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        let database = Database::open(&url).await.expect("opens");
        let terms = Terms {
            clearance: SignedDuration::try_from(CLEARANCE).expect("short"),
        };
        let store = SqlStore::open(database.clone(), LedgerClock::Process(clock), terms)
            .await
            .expect("opens");
        Self {
            kind,
            store,
            database,
            hand,
            _folder: folder,
        }
    }

    pub async fn carry_out(&self, command: Command) -> Result<CommandOutcome, Refusal> {
        let mut outcomes = self.store.apply(&[command]).await.expect("the database works");
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    pub async fn settled(&self, command: Command) -> ClaimResult {
        match self.carry_out(command).await {
            Ok(CommandOutcome::Claim(settled)) => *settled,
            other => panic!("no claim: {other:?}"),
        }
    }

    /// Asks for the slots and answers with the verdict.
    pub async fn ask(&self, request: Request, verdict: Verdict) -> ClaimResult {
        let reserved = self.settled(Command::Request(Box::new(request))).await;
        let claim = reserved.claim.id.clone();
        self.settled(Command::Decide {
            claim,
            reservation: reserved.claim.reservation,
            verdict,
        })
        .await
    }

    /// A cleared claim of Udir's for Bamble, 231.63 in 2021.
    pub async fn cleared(&self, key: &str) -> ClaimResult {
        self.ask(request(UDIR, key, application()), clear()).await
    }

    /// Runs a statement over a connection that is not the gateway's.
    pub async fn behind(&self, statement: &str) -> Result<(), sqlx::Error> {
        let mut connection = sqlx::AnyConnection::connect(self.database.url())
            .await
            .expect("connects");
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
            .map(|_| ())
    }

    /// Takes the triggers away that keep the chain and the slots from being changed, as somebody with the database's own rights could.
    pub async fn without_triggers(&self) {
        let statements: &[&str] = match self.kind {
            Kind::Sqlite => &[
                "DROP TRIGGER audit_is_not_changed",
                "DROP TRIGGER audit_is_not_removed",
                "DROP TRIGGER slot_is_not_handed_on",
            ],
            Kind::Postgres => &[
                "DROP TRIGGER audit_is_not_changed ON audit",
                "DROP TRIGGER slot_is_not_handed_on ON slot",
            ],
        };
        for statement in statements {
            self.behind(statement).await.expect("dropped");
        }
    }

    /// The chain, the tables and the slots agree.
    pub async fn assert_sound(&self) {
        self.store.verify(None).await.expect("readable").expect("sound");
    }
}

pub const UDIR: &str = "970018131";
pub const NAV: &str = "889640782";
pub const HELSEDIR: &str = "983544622";
pub const BUFDIR: &str = "986128433";

pub fn principal(organisation: &str) -> Principal {
    Principal {
        organisation: organisation.parse().expect("a number"),
        subject: "system".to_owned(),
    }
}

/// 412 000 kr under 231.63 for Bamble in 2021.
pub fn application() -> Application {
    Application {
        recipient: Recipient::Municipality("kommune-0814".parse().expect("an id")),
        subject: Subject::Scheme(SchemeId::new("231.63")),
        activity: None,
        target_group: None,
        year: 2021,
        amount: Ore::from_kroner(412_000).expect("in range"),
        use_from: None,
        use_until: None,
        case_reference: "21/4711".to_owned(),
        is_looked_up: false,
    }
}

pub fn request(organisation: &str, key: &str, application: Application) -> Request {
    let hash = programgrant_core::ledger::digest(&format!("{application:?}"));
    let reach = SlotScope::exactly(&application);
    Request {
        by: principal(organisation),
        key: key.to_owned(),
        hash,
        application,
        reach,
        binding: Binding::ConfirmFirst,
        receipt: None,
    }
}

pub fn clear() -> Verdict {
    Verdict::of(Outcome::Clear, ReasonCode::NotAParticipant, "Kommunen deltar ikke.")
}

pub fn blocked() -> Verdict {
    Verdict::of(Outcome::Blocked, ReasonCode::InProgramme, "Kommunen deltar.")
}

pub fn case_officer() -> Verdict {
    Verdict::of(
        Outcome::NeedsCaseOfficer,
        ReasonCode::ScopeUnclear,
        "Målgruppen er ikke oppgitt.",
    )
}

pub fn undetermined() -> Verdict {
    Verdict::of(Outcome::Undetermined, ReasonCode::SourceNotFresh, "Kilden er taus.")
}

pub fn confirmation(settled: &ClaimResult) -> Confirmation {
    Confirmation {
        claim: settled.claim.id.clone(),
        fence: settled.claim.fence,
        by: settled.claim.requested_by.clone(),
        award_reference: "21/4711-2".to_owned(),
        awarded: settled.claim.amount(),
        stated: Vec::<StatedAward>::new(),
        reported: None,
    }
}

pub fn confirm(settled: &ClaimResult) -> Command {
    Command::Confirm(Box::new(confirmation(settled)))
}

pub fn release(claim: &ClaimId, fence: i64, by: &str) -> Command {
    Command::Release {
        claim: claim.clone(),
        fence,
        by: principal(by),
        reason: "Søknaden er trukket.".to_owned(),
    }
}
