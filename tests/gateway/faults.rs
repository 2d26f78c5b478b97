//! Promise: whatever a system does wrong, a total is the truth or null, and a healed system is heard again.

use programgrant::demo::systems;
use programgrant_schema::{Accounts, AccountsLine, BudgetPost, Content, Ore, Record, RecordId, SourceId};
use serde_json::{Value, json};

use crate::records::{TWELVE, pot_of, programme_2021};
use crate::world::World;

/// Every fault that a simulator knows, from the start and after a good round.
async fn every_fault_of(source: SourceId) {
    let names: Vec<&str> = World::new()
        .await
        .simulator(source)
        .faults()
        .iter()
        .map(|fault| fault.name)
        .collect();
    assert!(names.len() >= 4, "{source} has hardly any faults: {names:?}");
    for name in names {
        from_the_start(source, name).await;
        after_a_good_round(source, name).await;
    }
}

async fn from_the_start(source: SourceId, fault: &str) {
    let world = World::new().await;
    world.publish(&programme_2021());
    world.simulator(source).set_fault(Some(fault)).expect("its own fault");
    world.poll_all().await;
    truth_or_null(&world, &format!("{source}={fault} from the start")).await;
}

async fn after_a_good_round(source: SourceId, fault: &str) {
    let world = World::heard(&programme_2021()).await;
    world.simulator(source).set_fault(Some(fault)).expect("its own fault");
    world.poll_all().await;
    truth_or_null(&world, &format!("{source}={fault} after a good round")).await;
    world.simulator(source).set_fault(None).expect("heals");
    world.poll_all().await;
    truth_or_null(&world, &format!("{source}={fault}, healed")).await;
}

async fn truth_or_null(world: &World, what: &str) {
    let fields = "municipality { number(on: \"2021-01-01\") } pot { total known completeness missing { id } }";
    let answer = world
        .ask(&format!(
            "{{ programme {{ year(year: 2021) {{ grants {{ {fields} }} }} }} }}"
        ))
        .await;
    let grants = answer["programme"]["year"]["grants"]
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(grants.len(), 12);
    for grant in grants {
        let index = TWELVE
            .iter()
            .position(|(number, _)| grant["municipality"]["number"] == *number)
            .expect("one of the twelve");
        let (pot, truth) = (&grant["pot"], pot_of(index).get());
        assert!(
            pot["total"] == json!(truth) || pot["total"] == Value::Null,
            "{what}: {grant:#} instead of {truth}"
        );
        let is_missing = pot["missing"].as_array().is_some_and(|missing| !missing.is_empty());
        assert_eq!(pot["total"].is_null(), is_missing, "{what}: {grant:#}");
        assert_eq!(pot["completeness"] == "INCOMPLETE", is_missing, "{what}: {grant:#}");
        assert!(
            pot["known"].as_i64().is_some_and(|known| known <= truth),
            "{what}: {grant:#}"
        );
    }
}

#[tokio::test]
async fn udir() {
    every_fault_of(systems::UDIR).await;
}

#[tokio::test]
async fn nav() {
    every_fault_of(systems::NAV).await;
}

#[tokio::test]
async fn helsedir() {
    every_fault_of(systems::HELSEDIR).await;
}

#[tokio::test]
async fn bufdir() {
    every_fault_of(systems::BUFDIR).await;
}

#[tokio::test]
async fn the_state_accounts() {
    let whole = Ore::checked_sum((0..TWELVE.len()).map(pot_of)).expect("in range");
    let line = AccountsLine {
        post: BudgetPost::new(226, 64),
        body: "970018131".to_owned(),
        amount: whole,
    };
    let content = Content::Accounts(Accounts::Year {
        year: 2021,
        lines: vec![line],
        municipal: None,
    });
    let id = "statsregnskapet_aar_2021";
    let accounts = Record {
        id: RecordId::new(id),
        reference: id.to_owned(),
        revision: None,
        changed_at: None,
        item: None,
        content,
    };
    let difference = async |world: &World| {
        world.ask("{ programme { year(year: 2021) { difference } } }").await["programme"]["year"]["difference"].clone()
    };
    for fault in World::new().await.simulator(systems::STATE_ACCOUNTS).faults() {
        let world = World::heard(&programme_2021()).await;
        assert_eq!(
            difference(&world).await,
            Value::Null,
            "nobody has spoken of the accounts"
        );
        world.publish(&[(systems::STATE_ACCOUNTS, vec![accounts.clone()])]);
        world
            .simulator(systems::STATE_ACCOUNTS)
            .set_fault(Some(fault.name))
            .expect("its own fault");
        world.poll_all().await;
        let came = difference(&world).await;
        assert!(
            came == json!(0) || came == Value::Null,
            "state_accounts={}: {came}",
            fault.name
        );
        world.simulator(systems::STATE_ACCOUNTS).set_fault(None).expect("heals");
        world.poll_all().await;
        assert_eq!(
            difference(&world).await,
            json!(0),
            "state_accounts={}, healed",
            fault.name
        );
    }
}

#[tokio::test]
async fn one_broken_source_delays_nobody() {
    let world = World::new().await;
    world.publish(&programme_2021());
    world
        .simulator(systems::HELSEDIR)
        .set_fault(Some("slow"))
        .expect("a fault of Helsedirektoratet's");
    // The slow one is being asked and does not answer; the others are heard meanwhile.
    let slow = world.poll(systems::HELSEDIR);
    tokio::pin!(slow);
    let others = async {
        for source in [systems::UDIR, systems::NAV, systems::BUFDIR] {
            world.poll(source).await.expect("heard");
        }
        world.pot("3813", 2021).await
    };
    let pot = tokio::select! {
        biased;
        ended = &mut slow => panic!("the slow source answered: {ended:?}"),
        pot = others => pot,
    };
    assert_eq!(
        (&pot["total"], &pot["missing"]),
        (&json!(null), &json!([{ "id": "765.60-children" }]))
    );
}
