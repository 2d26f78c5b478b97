//! The real ledger under the same orders as the model, read back from its tables after every step.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use programgrant::clock::{Clock, ClockHand};
use programgrant::store::database::Database;
use programgrant::store::ledger::{ClaimFilter, KeptClaim, LedgerClock, SqlStore, Writer};
use programgrant_core::ledger::rules::{Application, Outcome, ReasonCode, Recipient, SlotScope, Subject, Verdict};
use programgrant_core::ledger::{
    Binding, ClaimId, Command, CommandOutcome, Confirmation, Lane, Principal, Receipt, Refusal, Request, StatedAward,
    Terms, digest,
};
use programgrant_schema::{Ore, SchemeId, TargetGroup};
use sqlx::Row;
use tokio::runtime::Runtime;

use super::model::{Answer, CLEARANCE, Key, Model, Order, PERIODS, RECIPIENTS, Wish};
use crate::ledger::books::{BUFDIR, HELSEDIR, Kind, NAV, UDIR};
use crate::postgres;
use crate::world::NOON;

/// The model's bodies, and who acts in them.
const PRINCIPALS: [(&str, &str); 5] = [
    (UDIR, "system"),
    (NAV, "system"),
    (UDIR, "saksbehandler"),
    (HELSEDIR, "system"),
    (BUFDIR, "system"),
];
const GROUPS: [Option<TargetGroup>; 5] = [
    None,
    Some(TargetGroup::ChildrenAndYoung),
    Some(TargetGroup::Adults),
    Some(TargetGroup::Other),
    Some(TargetGroup::All),
];

/// Where a case's ledger is kept. A database is dear, so on PostgreSQL all cases share one and its clock, each with recipients,
/// schemes and keys of its own.
struct Place {
    url: String,
    clock: Clock,
    hand: ClockHand,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    fn of(kind: Kind, runtime: &Runtime) -> Arc<Self> {
        static SHARED: OnceLock<Arc<Place>> = OnceLock::new();
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
                Arc::new(Self {
                    url,
                    clock,
                    hand,
                    _folder: Some(folder),
                })
            }
            Kind::Postgres => Arc::clone(SHARED.get_or_init(|| {
                let url = runtime.block_on(postgres::database());
                Arc::new(Self {
                    url,
                    clock,
                    hand,
                    _folder: None,
                })
            })),
        }
    }
}

struct Open {
    database: Database,
    store: SqlStore,
    writer: Writer,
}

/// One case's ledger.
pub struct Shelf {
    runtime: Runtime,
    place: Arc<Place>,
    open: Open,
    case: usize,
    begun: Timestamp,
    /// The last fence and every receipt that was handed out, by claim.
    fences: RefCell<BTreeMap<ClaimId, i64>>,
    receipts: Vec<Receipt>,
}

impl Shelf {
    pub fn open(kind: Kind) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let place = Place::of(kind, &runtime);
        let open = runtime.block_on(open(&place));
        let (case, begun) = (NEXT.fetch_add(1, Ordering::Relaxed), place.clock.now());
        let shelf = Self {
            runtime,
            place,
            open,
            case,
            begun,
            fences: RefCell::default(),
            receipts: Vec::new(),
        };
        // A case before this one may have failed while its ledger was suspended.
        shelf
            .runtime
            .block_on(shelf.open.writer.carry_out(shelf.command(&Order::Resume)))
            .expect("works")
            .expect("never refused");
        shelf
    }

    pub fn advance(&self, seconds: i64) {
        self.place
            .hand
            .advance(Duration::from_secs(seconds.try_into().expect("forwards")));
    }

    /// Ends and starts anew over the same tables.
    pub fn reopen(&mut self) {
        self.runtime.block_on(self.open.database.close());
        self.open = self.runtime.block_on(open(&self.place));
    }

    /// All at once, so that they share a batch; each is answered as the model said.
    pub fn carry_out(&mut self, orders: &[(Order, Answer)]) {
        let answers = orders
            .iter()
            .map(|(order, _)| self.open.writer.carry_out(self.command(order)));
        let answers = self.runtime.block_on(futures::future::join_all(answers));
        for ((order, expected), answer) in orders.iter().zip(answers) {
            let answer = answer.unwrap_or_else(|error| panic!("{order:?}: {error}"));
            if let Ok(CommandOutcome::Claim(settled)) = &answer {
                self.receipts.push(settled.receipt.clone());
            }
            assert_eq!(told(answer), *expected, "{order:?}");
        }
    }

    pub fn assert_is_as(&self, model: &Model) {
        let claims = self.runtime.block_on(self.claims());
        assert_eq!(claims.len(), model.claims.len());
        let mut taken = BTreeSet::new();
        for (key, expected) in &model.claims {
            let claim = &claims[&self.id(*key)].claim;
            let ends = expected.ends.map(|end| self.begun + SignedDuration::from_secs(end));
            assert_eq!(
                (
                    claim.state,
                    claim.fence,
                    claim.lane == Lane::Exception,
                    claim.verdict.outcome,
                    claim.expires_at
                ),
                (
                    expected.state,
                    expected.fence,
                    expected.is_exception,
                    expected.outcome,
                    ends
                ),
                "{key:?}"
            );
            let before = self
                .fences
                .borrow_mut()
                .insert(claim.id.clone(), claim.fence)
                .unwrap_or_default();
            assert!(claim.fence >= before, "{key:?}");
            assert!(
                !claim.verdict.outcome.permits() || model.permitted.contains(key),
                "{key:?} is clear and nobody has cleared it"
            );
            if expected.holds() {
                let activity = expected.wish.activity;
                taken.extend(
                    expected
                        .wish
                        .slots()
                        .into_iter()
                        .map(|slot| (slot, expected.is_exception, activity, claim.id.to_string())),
                );
            }
        }
        let held = self.runtime.block_on(self.slots());
        assert_eq!(held, taken);
        let by_slot: BTreeSet<_> = held
            .iter()
            .map(|(slot, lane, activity, _)| (slot, lane, activity))
            .collect();
        assert_eq!(by_slot.len(), held.len(), "a slot has two holders");
    }

    /// Every receipt that was handed out is in the chain, and the chain is sound.
    pub fn close(self) {
        self.runtime.block_on(async {
            self.open
                .writer
                .carry_out(self.command(&Order::Resume))
                .await
                .expect("works")
                .expect("never refused");
            self.open
                .store
                .verify(self.receipts.last())
                .await
                .expect("readable")
                .expect("sound");
            let rows = sqlx::query("SELECT sequence, hash FROM audit")
                .fetch_all(self.open.database.readers())
                .await
                .expect("reads");
            let chain: HashMap<i64, String> = rows.iter().map(|row| (row.get("sequence"), row.get("hash"))).collect();
            for receipt in &self.receipts {
                let text = self.open.store.signer().sign(receipt);
                let receipt = self.open.store.signer().verify(&text).expect("its own");
                assert_eq!(chain.get(&receipt.sequence), Some(&receipt.hash));
            }
            self.open.database.close().await;
        });
    }

    async fn claims(&self) -> BTreeMap<ClaimId, KeptClaim> {
        let mut claims = BTreeMap::new();
        for scheme in 0..2 {
            let filter = ClaimFilter {
                subject: Some(self.scheme(scheme)),
                limit: 1000,
                ..ClaimFilter::default()
            };
            claims.extend(
                self.open
                    .store
                    .claims(&filter)
                    .await
                    .expect("reads")
                    .into_iter()
                    .map(|kept| (kept.claim.id.clone(), kept)),
            );
        }
        claims
    }

    /// The slots as the table has them, in the model's words.
    async fn slots(&self) -> BTreeSet<(super::model::Slot, bool, Option<usize>, String)> {
        let mut slots = BTreeSet::new();
        for scheme in 0..2 {
            let rows = sqlx::query("SELECT * FROM slot WHERE subject = $1").bind(self.scheme(scheme));
            for row in rows.fetch_all(self.open.database.readers()).await.expect("reads") {
                let recipient = (0..2)
                    .find(|index| row.get::<String, _>("recipient") == self.recipient(*index))
                    .expect("one of the two");
                let activity = (0..2).find(|index| row.get::<String, _>("activity") == activity(*index));
                for month in row.get::<i64, _>("month_from")..=row.get("month_until") {
                    let month = i32::try_from(month - 2021 * 12).expect("near") + 1;
                    for target in row.get::<i64, _>("target_from")..=row.get("target_until") {
                        slots.insert((
                            // The model counts them as bits.
                            (recipient, scheme, month, 1 << (target - 1)),
                            row.get::<i64, _>("lane") == 1,
                            activity,
                            row.get("claim"),
                        ));
                    }
                }
            }
        }
        slots
    }

    fn scheme(&self, index: usize) -> String {
        format!("scheme-{}-{index}", self.case)
    }

    fn recipient(&self, index: usize) -> String {
        format!("unresolved:recipient-{}-{index}", self.case)
    }

    fn key(&self, number: usize) -> String {
        format!("{}-{number}", self.case)
    }

    fn id(&self, (asker, number): Key) -> ClaimId {
        ClaimId::of(&principal(asker), &self.key(number))
    }

    fn request(&self, (asker, number): Key, wish: &Wish) -> Request {
        let (use_from, use_until) = PERIODS[wish.period]
            .0
            .map(|(from, until)| (day(from), day(until)))
            .unzip();
        let application = Application {
            recipient: Recipient::Unresolved(format!("recipient-{}-{}", self.case, wish.recipient)),
            subject: Subject::Scheme(SchemeId::new(self.scheme(wish.scheme))),
            activity: wish.activity.map(|index| activity(index).to_owned()),
            target_group: GROUPS[wish.target],
            year: 2021,
            amount: Ore::from_kroner(wish.kroner).expect("in range"),
            use_from,
            use_until,
            case_reference: "21/4711".to_owned(),
            is_looked_up: false,
        };
        let recipients = RECIPIENTS[wish.recipient]
            .iter()
            .map(|index| self.recipient(*index))
            .collect();
        Request {
            by: principal(asker),
            key: self.key(number),
            hash: digest(&format!("{wish:?}")),
            reach: SlotScope {
                recipients,
                ..SlotScope::exactly(&application)
            },
            application,
            binding: if wish.award_on_clear {
                Binding::AwardOnClear
            } else {
                Binding::ConfirmFirst
            },
            receipt: None,
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
    fn command(&self, order: &Order) -> Command {
        let reason = || "grunn".to_owned();
        match order.clone() {
            Order::Ask { key, wish } => Command::Request(Box::new(self.request(key, &wish))),
            Order::Decide {
                key,
                reservation,
                outcome,
            } => Command::Decide {
                claim: self.id(key),
                reservation,
                verdict: verdict(outcome),
            },
            Order::Confirm {
                key,
                fence,
                kroner,
                year,
            } => Command::Confirm(Box::new(Confirmation {
                claim: self.id(key),
                fence,
                by: principal(key.0),
                award_reference: "21/4711-2".to_owned(),
                awarded: Ore::from_kroner(kroner).expect("in range"),
                stated: vec![StatedAward {
                    year,
                    ..StatedAward::default()
                }],
                reported: None,
            })),
            Order::Release { key, fence } => Command::Release {
                claim: self.id(key),
                fence,
                by: principal(key.0),
                reason: reason(),
            },
            Order::Rule { key, fence, by, allow } => Command::Rule {
                claim: self.id(key),
                fence,
                by: principal(by),
                allow: allow.map(verdict),
                reason: reason(),
            },
            Order::Propose { key, fence, by } => Command::Propose {
                claim: self.id(key),
                fence,
                by: principal(by),
                reason: reason(),
                legal_basis: reason(),
            },
            Order::Approve {
                key,
                fence,
                by,
                outcome,
            } => Command::Approve {
                claim: self.id(key),
                fence,
                by: principal(by),
                reason: reason(),
                verdict: verdict(outcome),
            },
            Order::NotePaid { key } => Command::NotePaid { claim: self.id(key) },
            Order::Suspend => Command::Suspend {
                by: None,
                reason: reason(),
            },
            Order::Resume => Command::Resume {
                by: None,
                reason: reason(),
                forgot: false,
            },
            Order::Sweep => Command::Sweep,
        }
    }
}

async fn open(place: &Place) -> Open {
    let database = Database::open(&place.url).await.expect("opens");
    let terms = Terms {
        clearance: SignedDuration::from_secs(CLEARANCE),
    };
    let store = SqlStore::open(database.clone(), LedgerClock::Process(place.clock.clone()), terms)
        .await
        .expect("opens");
    Open {
        database,
        writer: Writer::start(Arc::new(store.clone())),
        store,
    }
}

fn told(answer: Result<CommandOutcome, Refusal>) -> Answer {
    match answer {
        Ok(CommandOutcome::Claim(settled)) => {
            Answer::Claim(settled.claim.state, settled.claim.fence, !settled.taken.is_empty())
        }
        Ok(_) => Answer::Nothing,
        Err(refusal) => Answer::Refused(name(&refusal)),
    }
}

fn name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::UnknownClaim => "UnknownClaim",
        Refusal::FenceMismatch { .. } | Refusal::FenceRaised { .. } => "FenceMismatch",
        Refusal::ClearanceExpired { .. } => "ClearanceExpired",
        Refusal::WrongState { .. } => "WrongState",
        Refusal::AmountDiffers { .. } => "AmountDiffers",
        Refusal::YearDiffers { .. } => "YearDiffers",
        Refusal::PeriodDiffers => "PeriodDiffers",
        Refusal::IdempotencyConflict => "IdempotencyConflict",
        Refusal::AskerDecides => "AskerDecides",
        Refusal::TwoBodiesRequired => "TwoBodiesRequired",
        Refusal::NoProposal => "NoProposal",
        Refusal::ProposalVoid { .. } => "ProposalVoid",
        Refusal::SlotTaken { .. } => "SlotTaken",
        Refusal::NotPermitted(_) => "NotPermitted",
        Refusal::Suspended => "Suspended",
        Refusal::UnknownCase => "UnknownCase",
        Refusal::CaseClosed => "CaseClosed",
    }
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict::of(outcome, ReasonCode::NotAParticipant, "Slik modellen sier.")
}

fn principal(index: usize) -> Principal {
    let (organisation, subject) = PRINCIPALS[index];
    Principal {
        organisation: organisation.parse().expect("a number"),
        subject: subject.to_owned(),
    }
}

fn activity(index: usize) -> &'static str {
    ["LEIR", "KOR"][index]
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().expect("a day")
}
