//! Promise: every participant is kept out of every scheme of its programme in the schemes' own systems, exactly as long as the
//! programme file says; whatever breaks in between is made good, and how it stands is shown.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::{Date, date};
use programgrant::app::Gateway;
use programgrant::config::{Config, Surroundings};
use programgrant::demo::systems;
use programgrant_contract::Exclusions;
use programgrant_contract::simulation::fault;
use programgrant_core::exclusions::wanted;
use programgrant_schema::{Exclusion, PILOT, SourceId};
use serde_json::{Value, json};

use crate::records::TWELVE;
use crate::world::{NOON, World, until};

/// The systems, how many exclusions each is to hold, and what each calls the schemes.
const SYSTEMS: [(SourceId, &[&str]); 4] = [
    (systems::UDIR, &["231.63", "231.66"]),
    (systems::NAV, &["0621.63"]),
    (systems::HELSEDIR, &["765.60 BARN_UNGE"]),
    (systems::BUFDIR, &["LOS"]),
];
const FROM: Date = date(2020, 1, 1);
const UNTIL: Date = date(2023, 6, 30);

type Held = (String, Date, Date);

/// What a system holds of one participant or of all, without its words for the scheme.
fn held(world: &World, source: SourceId) -> Vec<Held> {
    let held = world
        .simulator(source)
        .exclusions()
        .into_iter()
        .map(|held| (held.organisation_number, held.from, held.until));
    let mut held: Vec<Held> = held.collect();
    held.sort();
    held
}

/// What a system should hold, each participant with its dates.
fn expected(participants: &[(&str, Date, Date)], schemes: &[&str]) -> Vec<Held> {
    let mut all: Vec<Held> = participants
        .iter()
        .flat_map(|(number, from, until)| schemes.iter().map(|_| ((*number).to_owned(), *from, *until)))
        .collect();
    all.sort();
    all
}

fn twelve() -> Vec<(&'static str, Date, Date)> {
    TWELVE.map(|(_, number)| (number, FROM, UNTIL)).to_vec()
}

fn assert_held(world: &World, participants: &[(&str, Date, Date)], what: &str) {
    for (source, schemes) in SYSTEMS {
        assert_eq!(held(world, source), expected(participants, schemes), "{what}: {source}");
    }
}

async fn keep(world: &World) -> Vec<(SourceId, Option<String>)> {
    let outcomes = world.gateway().sync_exclusions().await;
    outcomes
        .into_iter()
        .map(|(source, outcome)| (source, outcome.err().map(|error| error.to_string())))
        .collect()
}

async fn keep_well(world: &World) {
    assert!(
        keep(world).await.iter().all(|(_, error)| error.is_none()),
        "{:?}",
        keep(world).await
    );
}

async fn shown(world: &World, source: SourceId) -> Value {
    let fields = "wanted standing unknown lastKeptAt lastTriedAt lastError foreign { organisationNumber municipality { name } subject from until }";
    let sources = world
        .ask(&format!("{{ sources {{ id exclusions {{ {fields} }} }} }}"))
        .await;
    sources["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|listed| listed["id"] == source.as_str())
        .expect("listed")["exclusions"]
        .clone()
}

/// A programme file that can be changed between two starts.
struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = Self {
            path: folder.path().join("pilot.toml"),
            _folder: folder,
        };
        file.write(PILOT.1);
        file
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.path, text).expect("written");
    }

    async fn world(&self) -> World {
        World::with_settings(&format!("[programme]\nfiles = [{:?}]", self.path.display())).await
    }
}

/// The pilot's file with more lines for the n-th of the twelve.
fn with_lines(text: &str, index: usize, lines: &str) -> String {
    let mark = format!("organisation_number = \"{}\"", TWELVE[index].1);
    assert!(text.contains(&mark));
    text.replacen(&mark, &format!("{mark}\n{lines}"), 1)
}

/// Bamble annulled, Siljan until the end of 2021, Horten gone from the file.
fn changed() -> (String, Vec<(&'static str, Date, Date)>) {
    let text = with_lines(&with_lines(PILOT.1, 0, "annulled = true"), 1, "use_until = 2021-12-31");
    let (before, horten) = text.split_once("[[municipality]]\nnumber = \"3801\"").expect("listed");
    let after = &horten[horten.find("[[municipality]]").expect("nine follow")..];
    let mut participants = twelve();
    participants.remove(2);
    participants[1].2 = date(2021, 12, 31);
    participants.remove(0);
    (format!("{before}{after}"), participants)
}

/// Somebody else with access to a system.
fn somebody_else(world: &World, source: SourceId) -> Box<dyn Exclusions> {
    let sources = world.config().sources;
    let source = sources.get(source).expect("configured");
    let connection = sources.open(source, &Surroundings::default()).expect("sound");
    connection.exclusions.expect("it can be told")
}

fn of(world: &World, source: SourceId) -> Vec<Exclusion> {
    wanted(&world.gateway().dependencies.reference, source).exclusions
}

#[tokio::test]
pub async fn every_participant_is_kept_out_everywhere_and_again_changes_nothing() {
    let world = World::new().await;
    let before = shown(&world, systems::UDIR).await;
    assert_eq!(
        (&before["wanted"], &before["standing"], &before["lastTriedAt"]),
        (&json!(24), &json!(0), &json!(null))
    );
    for round in 1..=3 {
        keep_well(&world).await;
        assert_held(&world, &twelve(), &format!("round {round}"));
    }
    for (source, schemes) in SYSTEMS {
        let mut subjects: Vec<String> = world
            .simulator(source)
            .exclusions()
            .into_iter()
            .map(|held| held.subject)
            .collect();
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects, schemes, "{source}");
        let count = 12 * schemes.len();
        // Helsedirektoratet cannot list what it holds.
        let foreign = if source == systems::HELSEDIR {
            json!(null)
        } else {
            json!([])
        };
        let state = json!({ "wanted": count, "standing": count, "unknown": 0, "lastKeptAt": NOON, "lastTriedAt": NOON, "lastError": null, "foreign": foreign });
        assert_eq!(shown(&world, source).await, state, "{source}");
    }
    assert_eq!(shown(&world, systems::STATE_ACCOUNTS).await, json!(null));
    let lists = std::fs::read_dir(world.outbox()).expect("a folder").count();
    assert_eq!(lists, 2, "one list with its sum: nothing changed after");
}

#[tokio::test]
async fn what_is_annulled_shortened_or_gone_from_the_file_is_lifted_or_re_dated_and_comes_back() {
    let file = File::new();
    let mut world = file.world().await;
    keep_well(&world).await;
    let (text, participants) = changed();
    file.write(&text);
    world.restart().await;
    let state = shown(&world, systems::BUFDIR).await;
    assert_eq!(
        (&state["wanted"], &state["standing"], &state["unknown"]),
        (&json!(10), &json!(9), &json!(1)),
        "Siljan's new dates were not told yet"
    );
    keep_well(&world).await;
    assert_held(&world, &participants, "changed");
    assert_eq!(shown(&world, systems::BUFDIR).await["standing"], 10);
    file.write(PILOT.1);
    world.restart().await;
    keep_well(&world).await;
    assert_held(&world, &twelve(), "as before");
}

/// Puts a system out of reach, or back. NAV's is a folder that is not there.
fn fail(world: &World, source: SourceId, fails: bool) {
    let (outbox, away) = (world.outbox(), world.outbox().with_extension("away"));
    match (source, fails) {
        (systems::NAV, true) => std::fs::rename(outbox, away).expect("moved"),
        (systems::NAV, false) => std::fs::rename(away, outbox).expect("moved back"),
        (_, fails) => world
            .simulator(source)
            .set_fault(fails.then_some(fault::OUTAGE))
            .expect("its own fault"),
    }
}

#[tokio::test]
async fn a_system_that_fails_delays_no_other_shows_error_and_age_and_is_told_again() {
    for (source, _) in SYSTEMS {
        let world = World::new().await;
        keep_well(&world).await;
        fail(&world, source, true);
        world.hand.advance(Duration::from_mins(90));
        for (asked, error) in keep(&world).await {
            assert_eq!(error.is_some(), asked == source, "{source}: {asked}: {error:?}");
        }
        let state = shown(&world, source).await;
        assert_eq!(
            (&state["lastKeptAt"], &state["lastTriedAt"]),
            (&json!(NOON), &json!("2026-11-22T13:30:00Z")),
            "{source}"
        );
        assert!(
            state["lastError"]
                .as_str()
                .is_some_and(|error| error.contains("the system is out of reach")),
            "{source}: {state:#}"
        );
        assert_eq!(state["unknown"], state["wanted"], "{source}: nobody knows");
        fail(&world, source, false);
        keep_well(&world).await;
        assert_held(&world, &twelve(), "healed");
        let state = shown(&world, source).await;
        assert_eq!(
            (&state["lastKeptAt"], &state["lastError"], &state["unknown"]),
            (&json!("2026-11-22T13:30:00Z"), &json!(null), &json!(0))
        );
    }
}

#[tokio::test]
async fn one_that_cannot_be_set_is_named_and_the_others_stand() {
    // Udir has no words for a part of 231.66.
    let file = File::new();
    let (before, scheme) = PILOT.1.split_once("id = \"231.66\"").expect("listed");
    file.write(&format!(
        "{before}id = \"231.66\"{}",
        scheme.replacen("scope = \"whole-scheme\"", "scope = \"target-group\"", 1)
    ));
    let world = file.world().await;
    let outcomes = keep(&world).await;
    assert_eq!(
        outcomes.iter().filter(|(_, error)| error.is_some()).count(),
        1,
        "{outcomes:?}"
    );
    let state = shown(&world, systems::UDIR).await;
    assert_eq!(
        (&state["standing"], &state["unknown"], &state["lastKeptAt"]),
        (&json!(12), &json!(12), &json!(null))
    );
    let error = state["lastError"].as_str().expect("an error");
    assert!(
        error.starts_with("12 of 24 exclusions are not settled; the first, ")
            && error.contains(" on 231.66: the system refuses: Udir's"),
        "{error}"
    );
    assert_eq!(held(&world, systems::UDIR), expected(&twelve(), &["231.63"]));
}

#[tokio::test]
pub async fn what_was_told_is_remembered_when_the_answer_is_lost_and_the_programme_changes() {
    let file = File::new();
    let mut world = file.world().await;
    let lossy = SYSTEMS
        .map(|(source, _)| source)
        .into_iter()
        .filter(|source| world.simulator(*source).set_fault(Some(fault::ANSWER_LOST)).is_ok());
    let lossy: Vec<SourceId> = lossy.collect();
    assert!(lossy.len() >= 3, "{lossy:?}");
    for (source, error) in keep(&world).await {
        assert_eq!(error.is_some(), lossy.contains(&source), "{source}: {error:?}");
    }
    assert!(
        lossy.iter().all(|source| !held(&world, *source).is_empty()),
        "something stands that nobody was told of"
    );
    let (text, participants) = changed();
    file.write(&text);
    world.restart().await;
    for source in lossy {
        world.simulator(source).set_fault(None).expect("heals");
    }
    keep_well(&world).await;
    assert_held(&world, &participants, "made good");
}

#[tokio::test]
pub async fn what_was_told_is_remembered_when_the_gateway_ends_half_way() {
    let file = File::new();
    let mut world = file.world().await;
    // The first participants of the file are told first, and one of them is Bamble, who is to go.
    {
        let keeping = world.gateway().sync_exclusions();
        tokio::pin!(keeping);
        let bamble = async |source| {
            until("told", async || {
                held(&world, source).iter().any(|(number, ..)| number == TWELVE[0].1)
            })
            .await;
        };
        tokio::select! {
            _ = &mut keeping => {}
            () = bamble(systems::UDIR) => {}
        }
    }
    let (text, participants) = changed();
    file.write(&text);
    world.restart().await;
    keep_well(&world).await;
    assert_held(&world, &participants, "completed");
}

#[tokio::test]
async fn what_somebody_else_set_is_left_alone_and_shown() {
    let world = World::new().await;
    for source in [systems::UDIR, systems::NAV, systems::BUFDIR] {
        let mut theirs = of(&world, source)[0].clone();
        // Oslo takes no part.
        theirs.participant.organisation_number = "958935420".parse().expect("an organisation number");
        theirs.participant.number = "0301".to_owned();
        theirs.participant.name = "Oslo".to_owned();
        let upkeep = somebody_else(&world, source)
            .sync(
                std::slice::from_ref(&theirs),
                &[],
                world.gateway().dependencies.clock.now(),
            )
            .await;
        assert_eq!(upkeep.expect("an answer").failures().count(), 0);
    }
    for _ in 0..2 {
        keep_well(&world).await;
        for (source, subject, count) in [
            (systems::UDIR, "231.63", 25),
            (systems::NAV, "0621.63", 13),
            (systems::BUFDIR, "LOS", 13),
        ] {
            assert_eq!(held(&world, source).len(), count, "{source}");
            let state = shown(&world, source).await;
            let oslo = json!([{ "organisationNumber": "958935420", "municipality": { "name": "Oslo" }, "subject": subject, "from": "2020-01-01", "until": "2023-06-30" }]);
            assert_eq!(
                (&state["foreign"], &state["unknown"], &state["lastError"]),
                (&oslo, &json!(0), &json!(null)),
                "{source}"
            );
        }
    }
}

#[tokio::test]
async fn a_system_that_is_told_nothing_says_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = format!(
        "[store]\nurl = \"sqlite:{}\"\n[sources.nav]\ninbox = {:?}\n",
        folder.path().join("register.db").display(),
        folder.path().display().to_string()
    );
    let gateway = Gateway::open(
        &Config::parse(&text).expect("sound"),
        programgrant::clock::Clock::system(),
    )
    .await
    .expect("starts");
    assert!(gateway.sync_exclusions().await.is_empty());
    let board = gateway.exclusions.status();
    let told = |source: SourceId| {
        (
            board[&source].wanted,
            board[&source].standing,
            board[&source].last_error.as_deref(),
        )
    };
    assert_eq!(
        told(systems::NAV),
        (12, 0, Some("no outbox is configured; exclusions are not written"))
    );
    assert_eq!(told(systems::BUFDIR), (12, 0, Some("the source is not configured")));
    assert!(!board.contains_key(&systems::STATE_ACCOUNTS));
}

#[tokio::test]
async fn a_running_gateway_keeps_them_from_the_start_looks_again_and_tries_again() {
    let world = World::new().await;
    let _running = world.gateway().run();
    until("all stand", async || {
        shown(&world, systems::HELSEDIR).await["standing"] == 12
    })
    .await;
    // Somebody lifts one behind the gateway's back.
    let lost = of(&world, systems::HELSEDIR);
    somebody_else(&world, systems::HELSEDIR)
        .sync(&[], &lost[..1], world.gateway().dependencies.clock.now())
        .await
        .expect("an answer");
    until("set again", async || held(&world, systems::HELSEDIR).len() == 12).await;
    world
        .simulator(systems::BUFDIR)
        .set_fault(Some(fault::OUTAGE))
        .expect("a fault of Bufdir's");
    until("the failure is shown", async || {
        shown(&world, systems::BUFDIR).await["lastError"].is_string()
    })
    .await;
    world.simulator(systems::BUFDIR).set_fault(None).expect("heals");
    until("tried again", async || {
        shown(&world, systems::BUFDIR).await["lastError"].is_null()
    })
    .await;
}

#[tokio::test]
async fn of_two_gateways_one_tells_each_system_and_both_show_it() {
    let world = World::over_postgres().await;
    let other = world.beside().await;
    keep_well(&world).await;
    for (source, error) in keep(&other).await {
        assert_eq!(error.as_deref(), Some("another gateway tells this system"), "{source}");
    }
    assert_held(&world, &twelve(), "told once");
    assert_eq!(std::fs::read_dir(world.outbox()).expect("a folder").count(), 2);
    let _following = other.gateway().run();
    world.hand.advance(Duration::from_mins(5));
    world
        .simulator(systems::UDIR)
        .set_fault(Some(fault::OUTAGE))
        .expect("a fault of Udir's");
    keep(&world).await;
    until("the failure is shown by both", async || {
        shown(&other, systems::UDIR).await["lastError"].is_string()
    })
    .await;
    for (source, _) in SYSTEMS {
        assert_eq!(shown(&world, source).await, shown(&other, source).await, "{source}");
    }
}
