//! Promise: of sixty-four that ask for the same slot at once, one is clear; of any mix of parts and wholes, no two that overlap
//! are. What holds for the stores is asked of a naive one, too, and must find it out.

use std::sync::Arc;

use jiff::SignedDuration;
use programgrant::clock::Clock;
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore, Writer};
use programgrant_core::ledger::rules::{Application, Outcome, ReasonCode, Verdict};
use programgrant_core::ledger::{ClaimResult, ClaimState, Command, CommandOutcome, Principal, Request, Terms};
use programgrant_schema::{OrganisationNumber, TargetGroup};
use serde_json::{Value, json};

use super::clients::{BUFDIR, Caller, HELSEDIR, NAV, OSLO, UDIR, but, hear, heard, input, text};
use super::naive::NaiveStore;
use crate::ledger::books;
use crate::postgres;
use crate::world::{NOON, World, until};

const CLIENTS: usize = 64;
const BODIES: [&str; 4] = [UDIR, NAV, HELSEDIR, BUFDIR];

/// Everybody asks at once, as the guard does: reserve, decide, and again with the same key until it is decided. Tells the
/// applications that were cleared, or who was cleared beside whom.
async fn compete(stores: &[Arc<dyn LedgerStore>], applications: Vec<Application>) -> Result<Vec<Application>, String> {
    let writers: Vec<Writer> = stores.iter().map(|store| Writer::start(Arc::clone(store))).collect();
    let ask = |(index, application): (usize, Application)| {
        let writer = writers[index % writers.len()].clone();
        async move { until_decided(&writer, &request(index, application)).await }
    };
    let decided = futures::future::join_all(applications.into_iter().enumerate().map(ask)).await;
    let (cleared, denied): (Vec<ClaimResult>, Vec<ClaimResult>) = decided
        .into_iter()
        .partition(|settled| settled.claim.state == ClaimState::Cleared);
    for (index, one) in cleared.iter().enumerate() {
        if let Some(other) = cleared[index + 1..]
            .iter()
            .find(|other| one.claim.application.overlaps(&other.claim.application))
        {
            return Err(format!("{} and {} are both clear", one.claim.id, other.claim.id));
        }
    }
    for settled in denied {
        let is_kept_out = cleared
            .iter()
            .any(|winner| winner.claim.application.overlaps(&settled.claim.application));
        assert!(is_kept_out, "nobody stands in the way of {:?}", settled.claim);
    }
    Ok(cleared.into_iter().map(|settled| settled.claim.application).collect())
}

async fn until_decided(writer: &Writer, request: &Request) -> ClaimResult {
    let settle = async |command| match writer.carry_out(command).await.expect("the store works") {
        Ok(CommandOutcome::Claim(settled)) => *settled,
        other => panic!("no claim: {other:?}"),
    };
    for _ in 0..500 {
        let asked = settle(Command::Request(Box::new(request.clone()))).await;
        let is_contended = asked.taken.iter().any(|claim| claim.state == ClaimState::Requested);
        let verdict = match (asked.taken.as_slice(), is_contended) {
            ([], _) => books::clear(),
            (_, true) => Verdict::of(Outcome::Undetermined, ReasonCode::SlotContended, "Spør igjen."),
            (_, false) => Verdict::of(Outcome::Blocked, ReasonCode::AlreadyFunded, "Opptatt."),
        };
        let (claim, reservation) = (asked.claim.id.clone(), asked.claim.reservation);
        let decided = settle(Command::Decide {
            claim,
            reservation,
            verdict,
        })
        .await;
        if !decided.claim.is_undecided() {
            return decided;
        }
    }
    panic!("never decided: {request:?}");
}

/// Another key, principal and case reference for each.
fn request(index: usize, application: Application) -> Request {
    let organisation: OrganisationNumber = BODIES[index % BODIES.len()][..9].parse().expect("a number");
    let application = Application {
        case_reference: format!("26/{index}"),
        ..application
    };
    Request {
        by: Principal {
            organisation,
            subject: format!("robot-{index}"),
        },
        ..books::request(&organisation.to_string(), &format!("key-{index}"), application)
    }
}

fn the_same() -> Vec<Application> {
    vec![books::application(); CLIENTS]
}

/// Whole years, single months, half-years; every target group, one, or none stated; one of two projects, or none stated.
fn a_mix() -> Vec<Application> {
    let day = |text: &str| Some(text.parse().expect("a day"));
    let periods = [
        (None, None),
        (day("2021-03-01"), day("2021-03-31")),
        (None, day("2021-06-30")),
        (day("2021-07-01"), None),
    ];
    let groups = [
        None,
        Some(TargetGroup::Adults),
        Some(TargetGroup::ChildrenAndYoung),
        Some(TargetGroup::All),
    ];
    let projects = [Some("kor"), Some("leir"), None, Some("kor")];
    let part = |index: usize| {
        // The wholes come last, so that there is something to collide with on both sides.
        let (use_from, use_until) = periods[(index + 1) % 4];
        let (group, project) = (groups[(index / 4 + 1) % 4], projects[(index / 16) % 4]);
        Application {
            use_from,
            use_until,
            target_group: group,
            activity: project.map(str::to_owned),
            ..books::application()
        }
    };
    (0..CLIENTS).map(part).collect()
}

/// That many gateways' stores over one database.
async fn stores(url: &str, count: usize) -> Vec<Arc<dyn LedgerStore>> {
    let mut stores: Vec<Arc<dyn LedgerStore>> = Vec::new();
    for _ in 0..count {
        let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
        let terms = Terms {
            clearance: SignedDuration::from_hours(1),
        };
        let database = Database::open(url).await.expect("opens");
        stores.push(Arc::new(
            SqlStore::open(database, LedgerClock::Process(clock), terms)
                .await
                .expect("opens"),
        ));
    }
    stores
}

async fn exactly_one_and_no_overlap(stores: &[Arc<dyn LedgerStore>]) -> Result<(), String> {
    let cleared = compete(stores, the_same()).await?;
    assert_eq!(cleared.len(), 1);
    Ok(())
}

async fn no_two_that_overlap(stores: &[Arc<dyn LedgerStore>]) -> Result<(), String> {
    let cleared = compete(stores, a_mix()).await?;
    assert!(
        cleared.len() > 1,
        "parts that do not touch are not kept apart: {cleared:?}"
    );
    Ok(())
}

#[tokio::test]
async fn two_stores_on_postgresql() {
    exactly_one_and_no_overlap(&stores(&postgres::database().await, 2).await)
        .await
        .expect("one");
    no_two_that_overlap(&stores(&postgres::database().await, 2).await)
        .await
        .expect("none");
}

#[tokio::test]
async fn one_store_on_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    exactly_one_and_no_overlap(&stores(&url("one.db"), 1).await)
        .await
        .expect("one");
    no_two_that_overlap(&stores(&url("mix.db"), 1).await)
        .await
        .expect("none");
}

#[tokio::test]
async fn a_store_that_looks_and_then_takes_is_found_out() {
    let naive = || {
        let store: Arc<dyn LedgerStore> = Arc::new(NaiveStore::default());
        [Arc::clone(&store), store]
    };
    exactly_one_and_no_overlap(&naive()).await.expect_err("two are clear");
    no_two_that_overlap(&naive())
        .await
        .expect_err("two that overlap are clear");
    // Behind one writer even that store has nobody to lose to: it is the second gateway that finds it out.
    exactly_one_and_no_overlap(&naive()[..1]).await.expect("one");
}

/// Sixty-four callers over HTTP; each asks until it is decided. Tells every claim.
async fn compete_over_http(gateways: &[&World], input_of: impl Fn(usize) -> Value) -> Vec<Value> {
    let callers: Vec<Caller> = gateways.iter().map(|world| Caller::new(world, UDIR)).collect();
    let ask = |index: usize| {
        let caller = callers[index % callers.len()].other(&format!("{}-{index}", BODIES[index % BODIES.len()]));
        let input = but(&input_of(index), json!({ "caseReference": format!("26/{index}") }));
        async move { caller.decided(&input, &format!("key-{index}")).await }
    };
    futures::future::join_all((0..CLIENTS).map(ask)).await
}

fn assert_one_is_clear(claims: &[Value]) {
    let count = |outcome: &str, state: &str| {
        let is_it = |claim: &&Value| claim["verdict"]["outcome"] == outcome && claim["state"] == state;
        claims.iter().filter(is_it).count()
    };
    assert_eq!(
        (count("CLEAR", "CLEARED"), count("BLOCKED", "DENIED")),
        (1, CLIENTS - 1),
        "{claims:#?}"
    );
}

#[tokio::test]
async fn over_http_through_two_gateways_on_one_postgresql() {
    let world = hear(World::over_postgres().await).await;
    let replica = world.beside().await;
    let _following = replica.gateway().run();
    let caller = Caller::new(&replica, UDIR);
    let asked = input("231.63", OSLO, 2021);
    until("the other gateway has heard of it", async || {
        caller.check(&asked).await["outcome"] == "CLEAR"
    })
    .await;
    assert_one_is_clear(&compete_over_http(&[&world, &replica], |_| asked.clone()).await);
    assert_eq!(caller.check(&asked).await["outcome"], "BLOCKED");
}

#[tokio::test]
async fn over_http_through_one_gateway_on_sqlite() {
    let world = heard().await;
    assert_one_is_clear(&compete_over_http(&[&world], |_| input("231.63", OSLO, 2021)).await);
}

#[tokio::test]
async fn over_http_no_two_parts_that_overlap_are_clear() {
    let world = heard().await;
    // The year, its months, its halves, and years that reach into each other.
    let period = |index: usize| match index % 16 {
        month @ 0..=11 => (format!("2021-{:02}-01", month + 1), format!("2021-{:02}-28", month + 1)),
        12 => ("2021-01-01".to_owned(), "2021-06-30".to_owned()),
        13 => ("2021-07-01".to_owned(), "2021-12-31".to_owned()),
        14 => ("2021-01-01".to_owned(), "2021-12-31".to_owned()),
        _ => ("2020-07-01".to_owned(), "2021-06-30".to_owned()),
    };
    let group = |index: usize| ["ADULTS", "CHILDREN_AND_YOUNG", "ALL", "OTHER"][index / 16];
    let part = |index: usize| {
        let (from, until) = period(index);
        but(
            &input("621.63", OSLO, 2021),
            json!({ "useFrom": from, "useUntil": until, "targetGroup": group(index) }),
        )
    };
    let claims = compete_over_http(&[&world], part).await;
    let cleared: Vec<usize> = (0..CLIENTS)
        .filter(|index| claims[*index]["verdict"]["outcome"] == "CLEAR")
        .collect();
    for (place, one) in cleared.iter().enumerate() {
        for other in &cleared[place + 1..] {
            let ((a, b), (c, d)) = (period(*one), period(*other));
            let same_group = group(*one) == group(*other) || [group(*one), group(*other)].contains(&"ALL");
            assert!(
                !same_group || a > d || c > b,
                "{} and {}",
                text(&claims[*one]["id"]),
                text(&claims[*other]["id"])
            );
        }
    }
    assert!(cleared.len() > 1, "{cleared:?}");
}
