//! Promise, on both stores: every figure as of an instant is the one that was answered at that instant, whatever was heard, lost or
//! started anew since.

use std::time::Duration;

use programgrant::clock::Clock;
use programgrant::demo::systems;
use serde_json::{Value, json};

use crate::nav::deliver;
use crate::records::{TWELVE, kroner, programme_2021, share, share_of};
use crate::world::{World, new_store, on_postgres};

const POT: &str =
    "pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference asOf }";
const AWARD: &str = "id year status applied { state amount } granted { state amount } paid { state amount } decidedOn vanishedAt \
    disbursements { on amount reference } provenance { recordId receivedAt changedAt } versions { receivedAt status granted { amount } vanished }";
const SOURCE: &str = "id state lastHeardAt lastChangeAt records vanished setAside unresolved lastError warnings setAsideRecords { place reason seenAt }";

/// Every figure that the gateway answers, now or as of an instant.
async fn told(world: &World, as_of: Option<&str>) -> Value {
    let as_of = as_of.map(|instant| format!("asOf: {instant:?}")).unwrap_or_default();
    let grants = format!(
        "grants {{ municipality {{ id number name }} {POT} disbursements {{ on amount reference }} comparison {{ difference worseOff before {{ state amount }} }} \
         shares {{ scheme {{ id }} amount {{ state amount }} provenance {{ recordId receivedAt changedAt }} }} }}"
    );
    let programme = format!(
        "programme(id: \"0-24-pilot\" {as_of}) {{ year(year: 2021) {{ {POT} difference accounts {{ state amount }} appropriation {{ state amount }} {grants} }} }}"
    );
    let towns: String = TWELVE
        .iter()
        .map(|(number, _)| format!("m{number}: municipality(number: {number:?} {as_of}) {{ awards {{ {AWARD} }} }} "))
        .collect::<Vec<String>>()
        .concat();
    world
        .ask(&format!("{{ {programme} {towns} sources {{ {SOURCE} }} }}"))
        .await
}

/// What was answered when.
#[derive(Default)]
struct Diary(Vec<(String, Value)>);

impl Diary {
    /// Notes what is answered now, after a while in which nothing happens.
    async fn note(&mut self, world: &World) {
        self.0.push((now(world), told(world, None).await));
        world.hand.advance(Duration::from_secs(20));
    }

    async fn is_reproduced_by(&self, world: &World) {
        for (place, (instant, was)) in self.0.iter().enumerate() {
            let is = told(world, Some(instant)).await;
            assert_eq!(&is, was, "entry {place}, as of {instant}");
        }
    }
}

fn now(world: &World) -> String {
    world.gateway().dependencies.clock.now().to_string()
}

/// A life with everything in it that can change a figure.
async fn is_told_as_it_was(mut world: World) {
    let mut diary = Diary::default();
    diary.note(&world).await;
    world.publish(&programme_2021());
    world.poll_all().await;
    diary.note(&world).await;
    // Rounds with nothing new.
    for _ in 0..3 {
        world.poll_all().await;
        diary.note(&world).await;
    }
    // A correction, and one under a new time of change alone.
    let mut corrected = share(
        4,
        TWELVE[0],
        2021,
        share_of(0, 4).checked_add(kroner(5)).expect("in range"),
    );
    for changed_at in ["2021-05-01T10:00:00Z", "2021-06-01T10:00:00Z"] {
        corrected.changed_at = Some(changed_at.parse().expect("an instant"));
        world.publish(&[(systems::BUFDIR, vec![corrected.clone()])]);
        world.poll_all().await;
        diary.note(&world).await;
    }
    // A record vanishes and comes back.
    let share = share(0, TWELVE[1], 2021, share_of(1, 0));
    world.simulator(systems::UDIR).withdraw(&share.id);
    world.poll_all().await;
    diary.note(&world).await;
    world.restart().await;
    diary.note(&world).await;
    world.publish(&[(systems::UDIR, vec![share])]);
    world.poll_all().await;
    diary.note(&world).await;
    // A source fails, all grow stale, and are heard again.
    world
        .simulator(systems::HELSEDIR)
        .set_fault(Some("cut"))
        .expect("a fault of Helsedirektoratet's");
    world.poll_all().await;
    diary.note(&world).await;
    world.hand.advance(Duration::from_mins(11));
    diary.note(&world).await;
    world.simulator(systems::HELSEDIR).set_fault(None).expect("heals");
    world.poll_all().await;
    diary.note(&world).await;
    world.restart().await;
    diary.is_reproduced_by(&world).await;
    let states: std::collections::BTreeSet<String> = diary
        .0
        .iter()
        .map(|(_, was)| was["sources"][2]["state"].to_string())
        .collect();
    assert!(states.len() >= 2, "{states:?}");
    // Nothing of it rests on the gateway that was asked then.
    let another = world.beside().await;
    diary.is_reproduced_by(&another).await;
}

#[tokio::test]
async fn every_figure_is_told_as_it_was() {
    is_told_as_it_was(World::new().await).await;
}

#[tokio::test]
async fn every_figure_is_told_as_it_was_over_postgres() {
    is_told_as_it_was(World::over_postgres().await).await;
}

/// A file is missing, comes with a row that cannot be read, and that row is stated anew.
async fn gaps_and_what_stood_aside_are_told(world: World) {
    let (mut diary, organisation) = (Diary::default(), TWELVE[0].1);
    let row = |voucher: &str, amount: &str| {
        format!("NA;202103;{voucher};PR;31.03.2021;0621;63;2021;{organisation};3813;Andel;UNGE;;;{amount}")
    };
    diary.note(&world).await;
    for (number, amount) in [(1, "100,00"), (3, "300,00"), (2, "fem"), (4, "400,00")] {
        deliver(
            &world,
            number,
            &[&row(&number.min(3).to_string(), amount)],
            if amount == "fem" { "0,00" } else { amount },
        );
        world.poll(systems::NAV).await.expect("heard");
        diary.note(&world).await;
    }
    let nav = |entry: usize| {
        let sources = diary.0[entry].1["sources"].as_array().expect("a list").clone();
        let nav = sources
            .into_iter()
            .find(|source| source["id"] == "nav")
            .expect("listed");
        (
            nav["state"].clone(),
            nav["setAside"].clone(),
            nav["lastError"].is_null(),
        )
    };
    assert_eq!(nav(0), (json!("SILENT"), json!(0), true));
    assert_eq!(nav(1), (json!("FRESH"), json!(0), true));
    assert_eq!(nav(2), (json!("INCOMPLETE"), json!(0), false));
    assert_eq!(nav(3).1, 1);
    diary.is_reproduced_by(&world).await;
}

#[tokio::test]
async fn gaps_and_records_that_stood_aside_are_told_as_they_were() {
    gaps_and_what_stood_aside_are_told(World::new().await).await;
}

#[tokio::test]
async fn gaps_and_records_that_stood_aside_are_told_as_they_were_over_postgres() {
    gaps_and_what_stood_aside_are_told(World::over_postgres().await).await;
}

#[test]
fn a_number_is_read_on_the_day_that_is_asked_for() {
    let test = || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(a_renumbering());
    };
    test();
    on_postgres(test);
}

/// Bamble is 3813 until the end of 2023, and 4012 from then on.
async fn a_renumbering() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (clock, hand) = Clock::manual("2023-12-31T12:00:00Z".parse().expect("an instant"));
    let mut world = World::over_by(new_store(folder.path()).await, clock).await;
    world.publish(&programme_2021());
    world.poll_all().await;
    let town = async |world: &World, number: &str, as_of: &str| {
        let fields = "number name formerNumbers { number } programmeGrant(year: 2021) { pot { total completeness } }";
        world
            .ask(&format!(
                "{{ municipality(number: {number:?} {as_of}) {{ {fields} }} }}"
            ))
            .await["municipality"]
            .clone()
    };
    let (then, was) = (now(&world), town(&world, "3813", "").await);
    assert_eq!(was["number"], "3813");
    hand.advance(Duration::from_hours(24));
    world.poll_all().await;
    world.restart().await;
    let is = town(&world, "4012", "").await;
    assert_eq!(
        (&is["number"], &is["programmeGrant"]),
        (&json!("4012"), &was["programmeGrant"])
    );
    assert_eq!(town(&world, "3813", &format!("asOf: {then:?}")).await, was);
}

#[tokio::test]
async fn pictures_of_the_past_wait_for_nobody_and_are_built_once() {
    let world = World::heard(&programme_2021()).await;
    let then = now(&world);
    world.hand.advance(Duration::from_secs(20));
    world.publish(&[(systems::UDIR, vec![share(0, TWELVE[0], 2021, kroner(1))])]);
    world.poll_all().await;
    let past = async || told(&world, Some(&then)).await;
    let (one, other, present) = tokio::join!(past(), past(), told(&world, None));
    assert_eq!(one, other);
    assert_ne!(one, present);
}
