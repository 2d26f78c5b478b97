//! How late the latest answers are at rest, and while something else goes on.

use std::net::SocketAddr;
use std::time::Duration;

use crate::answers::warm;
use crate::ask::{self, Kind};
use crate::load::{self, Load, Measured};
use crate::plan::Plan;
use crate::process::Server;
use crate::programs::Program;
use crate::table;
use crate::world::{MUNICIPALITIES, World};

/// Requests a second: what leaves time for what disturbs.
const RATE: u32 = 200;
const ASKERS: usize = 20;
/// Who ask for leave to award at once.
const APPLICANTS: usize = 8;
/// The latest of few are late by chance.
const LONGER: u32 = 2;
/// What each new generation brings.
const NEW_ROWS: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Rest,
    Generations,
    Hanging,
    Mutations,
}

impl Trouble {
    const ALL: [Self; 4] = [Self::Rest, Self::Generations, Self::Hanging, Self::Mutations];

    const fn name(self) -> &'static str {
        match self {
            Self::Rest => "at rest",
            Self::Generations => "a new generation every second",
            Self::Hanging => "two sources hang",
            Self::Mutations => "a flood of mutations",
        }
    }
}

pub async fn run(plan: &Plan) {
    for program in &plan.programs {
        table::head(&["", "p50", "p99", "p99 of rest", "CPU"]);
        for kind in [Kind::Repeat, Kind::NewVariables] {
            measure(plan, program, kind).await;
        }
    }
}

async fn measure(plan: &Plan, program: &Program, kind: Kind) {
    let mut world = World::of(10_000, MUNICIPALITIES);
    let sound = warm(program, &world.config("sound", "100ms", "")).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = silent.local_addr().expect("an address");
    let holding = tokio::spawn(hold(silent));
    let hanging = hanging(program, &world, address).await;
    let mut rounds = Trouble::ALL.map(|_| Vec::new());
    let mut turn = 0;
    for _ in 0..plan.rounds {
        for (trouble, rounds) in Trouble::ALL.into_iter().zip(&mut rounds) {
            let server = if trouble == Trouble::Hanging { &hanging } else { &sound };
            let load = Load {
                connections: ASKERS,
                rate: RATE,
                window: plan.window * LONGER,
                turn,
            };
            turn += 2;
            let measured = under(trouble, load, server, &mut world, &kind.request("")).await;
            eprintln!("{}{}, {}: {measured:.1?}", program.name, kind.name(), trouble.name());
            rounds.push(measured);
        }
    }
    holding.abort();
    for (trouble, measured) in Trouble::ALL.into_iter().zip(&rounds) {
        table::row(&[
            format!("{}{}, {}", program.name, kind.name(), trouble.name()),
            format!("{:.0} µs", table::of(measured, |round| round.p50)),
            format!("{:.0} µs", table::of(measured, |round| round.p99)),
            format!("{:.2} ×", table::ratio(measured, &rounds[0], |round| round.p99)),
            format!("{:.0} µs", table::of(measured, |round| round.cpu)),
        ]);
    }
}

async fn under(trouble: Trouble, load: Load, server: &Server, world: &mut World, request: &str) -> Measured {
    let asked = load::put(load, server, request, 200);
    match trouble {
        Trouble::Rest | Trouble::Hanging => asked.await,
        Trouble::Generations => tokio::select! {
            measured = asked => measured,
            () = generations(world) => unreachable!("files come without end"),
        },
        Trouble::Mutations => {
            let window = load.window + Duration::from_secs(2);
            let flood = Load {
                connections: APPLICANTS,
                rate: 0,
                window,
                turn: load.turn + 1,
            };
            let funding = ask::funding();
            let flood = load::put(flood, server, &funding, 200);
            let (measured, flood) = tokio::join!(asked, flood);
            eprintln!("    {:.0} mutations a second", flood.rate);
            measured
        }
    }
}

async fn generations(world: &mut World) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        every.tick().await;
        world.lay_new(NEW_ROWS, 2034);
    }
}

/// A gateway that has heard the same as the other, and to which two more sources say nothing.
async fn hanging(program: &Program, world: &World, silent: SocketAddr) -> Server {
    warm(program, &world.config("hanging", "100ms", "")).await.stop().await;
    let more = format!(
        "[sources.udir]\nbase_url = \"http://{silent}\"\nevery = \"100ms\"\n[sources.bufdir]\nurl = \"http://{silent}/graphql\"\nevery = \"100ms\"\n"
    );
    Server::gateway(program, &world.config("hanging", "100ms", &more)).await
}

/// Takes every connection and never answers.
async fn hold(listener: tokio::net::TcpListener) {
    let mut held = Vec::new();
    while let Ok((connection, _)) = listener.accept().await {
        held.push(connection);
    }
}
