//! Promise: after every new generation, and whenever somebody asks, the ledger is told what the systems report against programmes
//! and claims: once, by the gateway that leads, and again only when the facts are others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use programgrant::demo::systems;
use programgrant::guard::Fenced;
use programgrant::store::database::{FeedSubscription, Notification};
use programgrant::store::ledger::{CASE_NEWS, CaseFilter};
use programgrant::workers::reconciliation::Reconciled;
use programgrant_core::ledger::rules::{Application, FundingRequest};
use programgrant_core::ledger::{Case, CaseDecision, CaseId, CaseKind, CaseState, ClaimState, Principal, StatedAward};
use programgrant_schema::{AwardStatus, BudgetPost, Disbursement, Figure, Ore, Record};
use tokio::sync::Notify;

use crate::records::{kroner, record, statement};
use crate::world::World;

const BAMBLE: (&str, &str) = ("3813", "940244145");
const OSLO: (&str, &str) = ("0301", "958935420");

/// 500 000 kr under 231.63 in 2021, of which that much is paid.
fn award(key: &str, (number, organisation): (&str, &str), paid: i64) -> Record {
    let mut award = statement(systems::UDIR, key, number, organisation, BudgetPost::new(231, 63), 2021);
    award.status = AwardStatus::Paid;
    award.granted = Figure::Stated(kroner(500_000));
    award.paid = Figure::Stated(kroner(paid));
    award.disbursements = vec![Disbursement {
        on: jiff::civil::date(2021, 3, 20),
        amount: kroner(paid),
        reference: Some(format!("UD-{key}")),
    }];
    record(award)
}

async fn heard(record: Record) -> World {
    World::heard(&[(systems::UDIR, vec![record])]).await
}

impl World {
    async fn report(&self, record: Record) {
        self.publish(&[(systems::UDIR, vec![record])]);
        self.poll_all().await;
    }

    async fn reconcile(&self) -> Reconciled {
        self.gateway()
            .reconciler
            .round(self.gateway().dependencies.clock.now())
            .await
            .expect("reconciles")
    }

    async fn cases(&self) -> Vec<Case> {
        self.gateway()
            .guard
            .cases(&CaseFilter {
                limit: 100,
                ..CaseFilter::default()
            })
            .await
            .expect("readable")
    }

    /// The one case.
    async fn case(&self) -> Case {
        let mut cases = self.cases().await;
        assert_eq!(cases.len(), 1, "{cases:?}");
        cases.remove(0)
    }
}

fn office() -> Principal {
    Principal {
        organisation: "970018131".parse().expect("a number"),
        subject: "saksbehandler".to_owned(),
    }
}

/// The next case that the ledger tells of.
async fn next_case(news: &mut FeedSubscription) -> CaseId {
    loop {
        let notice = tokio::time::timeout(Duration::from_secs(30), news.next())
            .await
            .expect("in time");
        if let Notification::Said(said) = notice
            && let Some(id) = said.strip_prefix(CASE_NEWS)
        {
            return CaseId::new(id);
        }
    }
}

#[tokio::test]
async fn a_case_is_opened_once_and_changes_with_the_facts() {
    let world = heard(award("1", BAMBLE, 200_000)).await;
    let (opened, again) = (world.reconcile().await, world.reconcile().await);
    assert_eq!((opened.opened.len(), opened.changed.len()), (1, 0));
    assert_eq!((again.opened.len(), again.changed.len()), (0, 0));
    let case = world.case().await;
    assert_eq!(
        (case.finding.kind, case.state),
        (CaseKind::AwardToParticipant, CaseState::Open)
    );
    assert_eq!(
        (case.finding.to_hold_back, case.finding.to_pay_back),
        (kroner(300_000), kroner(200_000))
    );
    world.report(award("1", BAMBLE, 500_000)).await;
    let changed = world.reconcile().await;
    assert_eq!(
        (changed.opened.len(), changed.changed.as_slice()),
        (0, [case.id.clone()].as_slice())
    );
    let changed = world.case().await;
    assert_eq!(
        (
            changed.finding.to_hold_back,
            changed.finding.to_pay_back,
            changed.opened_at
        ),
        (Ore::ZERO, kroner(500_000), case.opened_at)
    );
    world
        .gateway()
        .guard
        .store()
        .verify(None)
        .await
        .expect("readable")
        .expect("sound");
}

#[tokio::test]
async fn a_decision_stands_until_there_is_more() {
    let world = heard(award("1", BAMBLE, 300_000)).await;
    world.reconcile().await;
    let guard = &world.gateway().guard;
    guard
        .decide_case(world.case().await.id, office(), CaseDecision::Settle, "Motregnet.")
        .await
        .expect("decided");
    world.report(award("1", BAMBLE, 300_000)).await;
    assert_eq!(world.reconcile().await.changed, []);
    assert_eq!(world.case().await.state, CaseState::Settled);
    world.report(award("1", BAMBLE, 500_000)).await;
    assert_eq!(world.reconcile().await.changed.len(), 1);
    assert_eq!(world.case().await.state, CaseState::Open, "what was settled was less");
}

#[tokio::test]
async fn every_new_generation_is_compared() {
    let world = heard(award("1", BAMBLE, 200_000)).await;
    let (reconciler, clock) = (
        Arc::clone(&world.gateway().reconciler),
        world.gateway().dependencies.clock.clone(),
    );
    let mut events = world.gateway().database.subscribe();
    let running = tokio::spawn(async move { reconciler.run(|| std::future::ready(true), move || clock.now()).await });
    let first = next_case(&mut events).await;
    world.report(award("1", BAMBLE, 250_000)).await;
    assert_eq!(next_case(&mut events).await, first, "at the start, and again");
    assert_eq!(world.case().await.finding.to_pay_back, kroner(250_000));
    running.abort();
}

#[tokio::test]
async fn a_gateway_that_does_not_lead_leaves_it_until_it_does() {
    let world = heard(award("1", BAMBLE, 200_000)).await;
    let (reconciler, clock) = (
        Arc::clone(&world.gateway().reconciler),
        world.gateway().dependencies.clock.clone(),
    );
    let mut events = world.gateway().database.subscribe();
    let (leads, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
    let (answer, noted) = (Arc::clone(&leads), Arc::clone(&asked));
    let leading = move || {
        noted.notify_one();
        std::future::ready(answer.load(Ordering::SeqCst))
    };
    let running = tokio::spawn(async move { reconciler.run(leading, move || clock.now()).await });
    tokio::time::timeout(Duration::from_secs(30), asked.notified())
        .await
        .expect("asked");
    assert_eq!(world.cases().await, []);
    leads.store(true, Ordering::SeqCst);
    let opened = next_case(&mut events).await;
    assert_eq!(
        world.case().await.id,
        opened,
        "what nobody did is done, without a new generation"
    );
    running.abort();
}

#[tokio::test]
async fn a_confirmed_claim_is_noted_as_paid_once_its_award_is() {
    let world = World::new().await;
    world.poll_all().await;
    let guard = &world.gateway().guard;
    let request = FundingRequest {
        scheme: Some("231.63".to_owned()),
        chapter: None,
        post: None,
        activity: None,
        organisation_number: Some(OSLO.1.to_owned()),
        municipality_number: None,
        year: 2021,
        amount: kroner(500_000),
        target_group: None,
        use_from: None,
        use_until: None,
        case_reference: "21/4711".to_owned(),
    };
    let claim = guard
        .request(
            office(),
            &request,
            Application::resolve(&request, &world.gateway().dependencies.reference()),
            "nøkkel",
            None,
        )
        .await
        .expect("answered")
        .claim;
    assert_eq!(claim.state, ClaimState::Cleared, "{claim:?}");
    let at = Fenced {
        claim: claim.id.clone(),
        fence: claim.fence,
        by: office(),
        as_office: false,
    };
    guard
        .confirm(at, "2021-1", kroner(500_000), StatedAward::default())
        .await
        .expect("confirmed");
    world.report(award("1", OSLO, 500_000)).await;
    let reconciled = world.reconcile().await;
    assert_eq!((reconciled.paid, reconciled.opened.len()), (1, 0));
    assert_eq!(
        guard
            .claim(&claim.id)
            .await
            .expect("readable")
            .map(|kept| kept.claim.state),
        Some(ClaimState::Paid)
    );
    assert_eq!(world.reconcile().await.paid, 0);
}
