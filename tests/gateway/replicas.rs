//! Promise: several gateways over one PostgreSQL are one. One of them asks each source, all show the same, another takes over
//! within ten seconds when it dies, and whoever was deposed changes nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use programgrant::app::Gateway;
use programgrant::config::{Config, Schedule, Span};
use programgrant::demo::systems;
use programgrant::store::database::Database;
use programgrant::store::register::Block;
use programgrant::workers::intake::Intake;
use programgrant_contract::simulation::Simulator;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};
use programgrant_helsedir::simulator::HelsedirSimulator;
use programgrant_schema::{Record, SourceId};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::{Notify, watch};

use crate::crash::Program;
use crate::records::{TWELVE, kroner, pot_of, programme_2021, record, share, share_of, statement};
use crate::world::{FRESH_WITHIN, World, until};
use crate::{completeness, crash, exclusions, postgres, webhooks, world};

/// The longest that nobody may ask a source.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(10);

/// Tests of other files, word for word, on PostgreSQL.
macro_rules! on_postgres {
    ($($room:ident :: $test:ident),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                world::on_postgres($room::$test);
            }
        )*
    };
}

on_postgres! {
    completeness::when_everybody_was_heard_the_pot_is_complete_to_the_ore,
    completeness::a_source_that_was_never_heard_leaves_its_scheme_missing,
    completeness::a_queue_or_folder_from_which_nothing_ever_came_is_silent,
    completeness::a_source_that_falls_silent_is_stale_after_its_limit_and_after_a_restart,
    completeness::zero_is_a_decision_and_absent_is_not_zero,
    completeness::a_record_that_is_no_longer_reported_frees_nothing,
    crash::killed_after_storing_and_before_purging,
    crash::killed_while_fetching,
    exclusions::every_participant_is_kept_out_everywhere_and_again_changes_nothing,
    exclusions::what_was_told_is_remembered_when_the_answer_is_lost_and_the_programme_changes,
    exclusions::what_was_told_is_remembered_when_the_gateway_ends_half_way,
    webhooks::a_message_is_brought_again_under_its_id_until_it_is_taken_and_nowhere_else,
    webhooks::a_source_that_falls_silent_and_comes_back_is_told_each_time,
    webhooks::a_short_clearance_is_told_when_half_of_it_has_gone_and_once,
    webhooks::what_was_written_down_or_happened_unseen_is_told_after_a_restart,
}

async fn is_complete(world: &World) -> bool {
    world.pot(TWELVE[0].0, 2021).await["completeness"] == "COMPLETE"
}

async fn has_award(world: &World, id: &str) -> bool {
    !world.ask(&format!("{{ award(id: \"{id}\") {{ id }} }}")).await["award"].is_null()
}

/// An award that was not there before.
fn newcomer(id: &str) -> (String, Vec<(SourceId, Vec<Record>)>) {
    let (number, organisation) = TWELVE[0];
    let award = statement(
        systems::UDIR,
        id,
        number,
        organisation,
        programgrant_schema::BudgetPost::new(231, 63),
        2021,
    );
    (format!("udir:2021-{id}"), vec![(systems::UDIR, vec![record(award)])])
}

#[tokio::test]
async fn of_two_that_start_at_once_over_an_empty_database_one_asks_each_source() {
    let store = postgres::database().await;
    let (one, other) = tokio::join!(World::over(store.clone()), World::over(store));
    for source in systems::ALL {
        let (by_one, by_other) = tokio::join!(one.poll(source), other.poll(source));
        assert!(by_one.is_ok() != by_other.is_ok(), "{source}: {by_one:?} {by_other:?}");
    }
}

#[tokio::test]
async fn one_of_two_asks_each_source_and_both_show_the_same() {
    let world = World::over_postgres().await;
    let replica = world.beside().await;
    world.publish(&programme_2021());
    world.poll_all().await;
    assert_eq!(
        (
            world.status("/health/ready").await,
            replica.status("/health/ready").await
        ),
        (200, 503)
    );
    for source in systems::ALL {
        assert_eq!(
            replica.poll(source).await,
            Err("another gateway asks this source".to_owned()),
            "{source}"
        );
    }
    assert!(!is_complete(&replica).await, "nobody has told it yet");
    let _following = replica.gateway().run();
    until("the same on both", async || is_complete(&replica).await).await;
    until("ready", async || replica.status("/health/ready").await == 200).await;
    assert_eq!(world.pot(TWELVE[0].0, 2021).await, replica.pot(TWELVE[0].0, 2021).await);
    assert_eq!(
        world.gateway().dependencies.views.current().generation,
        replica.gateway().dependencies.views.current().generation
    );
    // A round that brings nothing new is told, too: the age of what is shown is that of what was heard.
    world.hand.advance(2 * FRESH_WITHIN);
    assert_eq!(replica.source(systems::UDIR).await["state"], "STALE");
    world.poll_all().await;
    until("fresh again", async || {
        replica.source(systems::UDIR).await["state"] == "FRESH"
    })
    .await;
    // And so is a failure.
    world
        .simulator(systems::BUFDIR)
        .set_fault(Some("outage"))
        .expect("a fault of Bufdir's");
    world.poll_all().await;
    until("the failure is shown", async || {
        replica.source(systems::BUFDIR).await["lastError"].is_string()
    })
    .await;
}

#[tokio::test]
async fn when_the_one_that_asks_is_gone_the_other_takes_over() {
    let world = World::over_postgres().await;
    let other = world.beside().await;
    world.publish(&programme_2021());
    world.poll_all().await;
    let (asking, _following) = (world.gateway().run(), other.gateway().run());
    until("heard by both", async || is_complete(&other).await).await;
    let (first, records) = newcomer("first");
    world.publish(&records);
    until("what the one hears, the other shows", async || {
        has_award(&other, &first).await
    })
    .await;
    let (second, records) = newcomer("second");
    other.publish(&records);
    let gone = Instant::now();
    drop((asking, world));
    until("taken over", async || has_award(&other, &second).await).await;
    assert!(gone.elapsed() < TAKEN_OVER_WITHIN, "{:?}", gone.elapsed());
}

#[tokio::test]
async fn when_the_program_that_asks_is_killed_the_other_takes_over() {
    let simulator = HelsedirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("gateway.toml");
    write_config(&config, &postgres::database().await, &simulator.url());
    let publish = |index: usize| simulator.publish(&[share(3, TWELVE[index], 2021, share_of(index, 3))]);
    let shows = async |program: &Program, records: usize| {
        let answer = program.ask("{ sources { id records } }").await;
        answer["data"]["sources"]
            .as_array()
            .expect("a list")
            .contains(&json!({ "id": "helsedir", "records": records }))
    };
    publish(0);
    let asking = Program::start(&config);
    until("heard", async || shows(&asking, 1).await).await;
    let other = Program::start(&config);
    until("ready", async || other.is_ready().await).await;
    publish(1);
    until("heard by the one, shown by the other", async || shows(&other, 2).await).await;
    let killed = Instant::now();
    asking.kill();
    publish(2);
    until("taken over", async || shows(&other, 3).await).await;
    assert!(killed.elapsed() < TAKEN_OVER_WITHIN, "{:?}", killed.elapsed());
    until("an empty queue", async || simulator.queued() == 0).await;
    other.kill();
}

fn write_config(config: &Path, store: &str, helsedir: &str) {
    let source = format!("[sources.helsedir]\nurl = {helsedir:?}\nevery = \"100ms\"\n");
    std::fs::write(
        config,
        format!("listen = \"127.0.0.1:0\"\n[store]\nurl = {store:?}\n{source}"),
    )
    .expect("written");
}

/// Answers one record, the first time only when it may.
struct Hesitant {
    id: &'static str,
    pulls: Arc<AtomicUsize>,
    asked: Arc<Notify>,
    may_answer: Arc<Notify>,
}

#[async_trait]
impl Source for Hesitant {
    async fn pull(&self, _position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        self.pulls.fetch_add(1, Ordering::SeqCst);
        self.asked.notify_one();
        self.may_answer.notified().await;
        let mut batch = Batch::empty(Position::from_text("\"always here\"".to_owned()));
        batch.records = newcomer(self.id).1.remove(0).1;
        Ok(batch)
    }

    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}

struct Replica {
    gateway: Gateway,
    intake: Intake,
    pulls: Arc<AtomicUsize>,
    asked: Arc<Notify>,
    may_answer: Arc<Notify>,
}

impl Replica {
    async fn open(store: &str, id: &'static str) -> Self {
        let config = Config::parse(&format!("[store]\nurl = {store:?}")).expect("sound");
        let gateway = Gateway::open(&config, programgrant::clock::Clock::system())
            .await
            .expect("the gateway starts");
        let (pulls, asked, may_answer) = <(Arc<AtomicUsize>, Arc<Notify>, Arc<Notify>)>::default();
        let source = Hesitant {
            id,
            pulls: Arc::clone(&pulls),
            asked: Arc::clone(&asked),
            may_answer: Arc::clone(&may_answer),
        };
        let schedule = Schedule {
            every: Span::from(Duration::from_millis(10)),
            fresh_within: Span::from_secs(60),
            deadline: Span::from_secs(60),
        };
        let intake = Intake::new(
            (systems::UDIR, Box::new(source)),
            schedule,
            2017,
            gateway.register.clone(),
            Arc::clone(&gateway.dependencies.views),
            gateway.dependencies.clock.clone(),
        );
        Self {
            gateway,
            intake,
            pulls,
            asked,
            may_answer,
        }
    }
}

/// Ends the sessions by which gateways lead, as a lost network does.
async fn depose(database: &Database) {
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks WHERE locktype = 'advisory' AND granted \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    // The gateway's own connections work under a role that may not.
    let mut owner = PgConnection::connect(database.url()).await.expect("connects");
    sqlx::query(end).execute(&mut owner).await.expect("ends the session");
}

#[tokio::test]
async fn what_a_deposed_gateway_hears_too_late_changes_nothing() {
    let store = postgres::database().await;
    let (old, new) = (
        Replica::open(&store, "late").await,
        Replica::open(&store, "timely").await,
    );
    let late = old.intake.round();
    tokio::pin!(late);
    tokio::select! {
        ended = &mut late => panic!("it has not been answered: {ended:?}"),
        () = old.asked.notified() => {}
    }
    assert!(
        new.intake.round().await.is_err() && new.pulls.load(Ordering::SeqCst) == 0,
        "one at a time"
    );
    depose(&new.gateway.database).await;
    new.may_answer.notify_one();
    new.intake.round().await.expect("it leads now");
    let standing = async || {
        let mut records = Vec::new();
        let mut take = |block: Block| records.append(&mut block.records().expect("readable"));
        let changes = new.gateway.register.changes(0, &mut take).await.expect("reads");
        format!("{records:?} {changes:?}")
    };
    let after = standing().await;
    old.may_answer.notify_one();
    let refused = late.await.expect_err("too late");
    assert_eq!(refused.to_string(), "another gateway asks this source");
    assert_eq!(standing().await, after);
    assert!(after.contains("timely") && !after.contains("late\""), "{after}");
    assert!(
        old.intake.round().await.is_err() && old.pulls.load(Ordering::SeqCst) == 1,
        "it follows now"
    );
}

/// A line to the server that can be cut: no connection stands and none is taken.
struct Line {
    address: String,
    is_up: watch::Sender<bool>,
}

impl Line {
    async fn to(store: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let database = store
            .rsplit('/')
            .find(|part| part.starts_with("test_"))
            .and_then(|part| part.split('?').next())
            .expect("a name");
        let address = format!(
            "postgres://programgrant@{}/{database}",
            listener.local_addr().expect("bound")
        );
        let (is_up, up) = watch::channel(true);
        tokio::spawn(async move {
            loop {
                let (mut caller, _) = listener.accept().await.expect("accepts");
                caller.set_nodelay(true).expect("a socket");
                let mut up = up.clone();
                if *up.borrow_and_update() {
                    tokio::spawn(async move {
                        let socket = postgres::socket_folder().join(".s.PGSQL.5432");
                        let mut server = UnixStream::connect(socket)
                            .await
                            .expect("the server for the tests answers");
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut caller, &mut server) => {}
                            _ = up.changed() => {}
                        }
                    });
                }
            }
        });
        Self { address, is_up }
    }
}

#[tokio::test]
async fn without_the_database_what_was_heard_is_shown_with_its_age() {
    let line = Line::to(&postgres::database().await).await;
    let world = World::over(line.address.clone()).await;
    world.publish(&programme_2021());
    let _running = world.gateway().run();
    until("complete", async || is_complete(&world).await).await;
    until("ready", async || world.status("/health/ready").await == 200).await;
    line.is_up.send_replace(false);
    world.hand.advance(FRESH_WITHIN + Duration::from_secs(1));
    until("unready", async || world.status("/health/ready").await == 503).await;
    assert_eq!(world.status("/health/live").await, 200);
    let pot = world.pot(TWELVE[0].0, 2021).await;
    assert_eq!(
        (&pot["total"], &pot["completeness"]),
        (&json!(pot_of(0).get()), &json!("STALE"))
    );
    assert_eq!(pot["asOf"], world::NOON);
    let (newcomer, records) = newcomer("newcomer");
    world.publish(&records);
    world.publish(&[(systems::NAV, vec![share(2, TWELVE[0], 2022, kroner(1))])]);
    line.is_up.send_replace(true);
    until("ready again", async || world.status("/health/ready").await == 200).await;
    until("heard again", async || {
        has_award(&world, &newcomer).await && is_complete(&world).await
    })
    .await;
}
