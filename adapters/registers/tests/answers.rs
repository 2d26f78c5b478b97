//! Promise: what the registers document is read whole, from all of its pages, and anything less is an error that says what is wrong.

use std::time::Duration;

use jiff::civil::date;
use programgrant_contract::SourceError;
use programgrant_registers::brreg::{Brreg, UnitList, UnitReply};
use programgrant_registers::client;
use programgrant_registers::klass::Klass;
use programgrant_registers::simulator::{RegisterFault, RegisterSimulator};
use programgrant_schema::{MunicipalityRegister, ReferenceTables};

struct World {
    simulator: RegisterSimulator,
    klass: Klass,
    brreg: Brreg,
}

fn world() -> World {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("does not block");
    let simulator = RegisterSimulator::start(listener).expect("starts");
    let http = client(Duration::from_millis(500), "test").expect("a client");
    let (klass, brreg) = (simulator.klass_url(), simulator.brreg_url());
    World {
        klass: Klass::new(http.clone(), klass.parse().expect("an address")),
        brreg: Brreg::new(http, brreg.parse().expect("an address")),
        simulator,
    }
}

const TODAY: jiff::civil::Date = date(2026, 11, 22);

#[tokio::test]
async fn klass_says_what_the_tables_say() {
    let world = world();
    let built_in = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
    for fault in [None, Some(RegisterFault::OtherFields)] {
        world.simulator.set_klass_fault(fault);
        let said = world.klass.numbers(TODAY).await.expect("whole");
        assert_eq!(built_in.on(TODAY, None, []).expect("sound").lost_in(&said), None);
        let told = built_in.on(TODAY, Some(&said), []).expect("sound");
        assert!(
            told.iter().eq(built_in
                .on(TODAY, None, [])
                .expect("sound")
                .iter()
                .map(|known| { told.get(known.id).expect("the same municipalities") }))
        );
        assert_eq!(told.iter().count(), built_in.iter().count());
    }
}

#[tokio::test]
async fn a_name_that_changes_is_one_number_still() {
    let world = world();
    world
        .simulator
        .change(|world| world.rename("2026-01-01", "4012", "Bamble - Bámble"));
    let said = world.klass.numbers(TODAY).await.expect("whole");
    let bamble: Vec<_> = said
        .periods
        .iter()
        .filter(|period| period.number.as_str() == "4012")
        .collect();
    assert_eq!(bamble.len(), 1);
    assert_eq!(
        (bamble[0].name.as_str(), bamble[0].from, bamble[0].until),
        ("Bamble - Bámble", date(2024, 1, 1), None)
    );
}

#[tokio::test]
async fn what_is_not_whole_is_an_error_of_its_kind() {
    let world = world();
    let is = |error: &SourceError, fault: RegisterFault| match fault {
        RegisterFault::Outage | RegisterFault::Slow => matches!(error, SourceError::Outage { .. }),
        RegisterFault::Throttled => matches!(error, SourceError::Throttled { .. }),
        RegisterFault::Refused => matches!(error, SourceError::Refused { .. }),
        RegisterFault::PageRepeats => matches!(error, SourceError::NotReady { .. }),
        _ => matches!(error, SourceError::Malformed { .. }),
    };
    for fault in [
        RegisterFault::Outage,
        RegisterFault::Throttled,
        RegisterFault::Refused,
        RegisterFault::Cut,
        RegisterFault::Slow,
        RegisterFault::BadRecord,
        RegisterFault::PageRepeats,
    ] {
        world.simulator.set_klass_fault(Some(fault));
        world.simulator.set_brreg_fault(Some(fault));
        if fault != RegisterFault::PageRepeats {
            let error = world.klass.numbers(TODAY).await.expect_err("no half picture");
            assert!(is(&error, fault), "{fault:?}: {error}");
        }
        let error = world.brreg.municipalities().await.expect_err("no half list");
        assert!(is(&error, fault), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn every_page_of_the_municipalities_is_read() {
    let world = world();
    let listed = world.brreg.municipalities().await.expect("whole");
    let bamble = listed
        .iter()
        .find(|unit| unit.number.to_string() == "940244145")
        .expect("listed");
    assert_eq!(
        bamble.municipality.map(|number| number.to_string()).as_deref(),
        Some("4012")
    );
    assert!(listed.len() > 300 && world.simulator.asked().len() > 3);
}

#[tokio::test]
async fn a_unit_is_there_unknown_removed_or_gone() {
    let world = world();
    world.simulator.change(|world| {
        world.add_sub_unit("310000019", "BEDR", Some("940244145"));
        world.add_sub_unit("974760673", "BEDR", Some("940244145"));
        world.remove("974760673", "2025-05-01", true);
    });
    let number = |text: &str| text.parse().expect("a number");
    let ask = async |text: &str| {
        world
            .brreg
            .unit(UnitList::SubUnits, number(text))
            .await
            .expect("answered")
    };
    let UnitReply::Unit(unit) = ask("310000019").await else {
        panic!("is there")
    };
    assert_eq!((unit.parent, unit.form.as_str()), (Some(number("940244145")), "BEDR"));
    assert_eq!(ask("987654325").await, UnitReply::Unknown);
    assert_eq!(
        ask("974760673").await,
        UnitReply::Gone {
            on: Some(date(2025, 5, 1))
        }
    );
}
