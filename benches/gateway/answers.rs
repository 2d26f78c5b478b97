//! One answer in many ways, in turn, each beside the bare handler in the same round.

use std::fs;

use programgrant::clock::Clock;
use programgrant::demo::tokens::{Issuers, Shape};
use programgrant_core::access::Role;
use serde_json::Value;

use crate::ask::{self, Kind};
use crate::load::{self, Load, Measured};
use crate::plan::{CONNECTIONS, Plan};
use crate::process::{self, Server};
use crate::programs::Program;
use crate::table;
use crate::world::World;

/// One row of the table.
struct Contestant<'a> {
    name: String,
    server: &'a Server,
    request: String,
    status: u16,
    rounds: Vec<Measured>,
}

pub async fn run(plan: &Plan) {
    let issuers = Issuers::start(Clock::system()).await.expect("the simulated issuers");
    let world = World::of(10_000, crate::world::MUNICIPALITIES);
    let mut gateways = Vec::new();
    for (index, program) in plan.programs.iter().enumerate() {
        let config = world.config(&format!("gateway-{index}"), "1h", &issuers.settings());
        gateways.push((program, warm(program, &config).await));
    }
    let reply = world.path().join("reply");
    let (head, body) = load::once(&gateways[0].1.address, &Kind::Repeat.request("")).await;
    fs::write(&reply, format!("{head}{body}")).expect("written");
    let bare = Server::peer("as-bare", &reply).await;
    let stock = Server::peer("as-stock", &world.config("stock", "1h", "")).await;

    let mut contestants = vec![contestant("bare handler", &bare, Kind::Repeat, "")];
    for (program, server) in &gateways {
        for kind in Kind::ALL {
            let more = match kind {
                Kind::Token => issuers.token(Role::ProgrammeOffice, Shape::Plain).expect("a token"),
                Kind::NotModified => tag(server).await,
                _ => String::new(),
            };
            contestants.push(contestant(
                &format!("{}{}", program.name, kind.name()),
                server,
                kind,
                &more,
            ));
        }
    }
    contestants.push(contestant("async-graphql as it comes", &stock, Kind::NewVariables, ""));
    for contestant in &contestants {
        contestant.check().await;
    }
    in_turn(plan, &mut contestants).await;
    report(&contestants, body.len());
    for (program, server) in &gateways {
        println!("{}at most {} held", program.name, megabytes(process::peak(server.pid)));
    }
}

/// Started, and with every award in its picture.
pub async fn warm(program: &Program, config: &std::path::Path) -> Server {
    process::run(process::command(program, "sync", config)).await;
    Server::gateway(program, config).await
}

fn contestant<'a>(name: &str, server: &'a Server, kind: Kind, more: &str) -> Contestant<'a> {
    Contestant {
        name: name.to_owned(),
        server,
        request: kind.request(more),
        status: kind.status(),
        rounds: Vec::new(),
    }
}

/// By which the gateway knows what the asker holds.
async fn tag(server: &Server) -> String {
    let (head, _) = load::once(&server.address, &ask::to_keep()).await;
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
    tag.unwrap_or_else(|| panic!("no entity tag:\n{head}")).to_owned()
}

impl Contestant<'_> {
    /// What is measured must be an answer, and whole.
    async fn check(&self) {
        let (head, body) = load::once(&self.server.address, &self.request).await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {}", self.status)),
            "{}: {head}{body}",
            self.name
        );
        if self.status == 304 {
            return;
        }
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        assert!(answer.get("errors").is_none(), "{}: {body}", self.name);
        let awards = &answer["data"]["municipality"]["awards"];
        assert!(
            awards.as_array().is_none_or(|awards| awards.len() == 45),
            "{}: {awards}",
            self.name
        );
    }
}

async fn in_turn(plan: &Plan, contestants: &mut [Contestant<'_>]) {
    let mut turn = 0;
    for round in 0..plan.rounds {
        for contestant in &mut *contestants {
            let load = Load {
                connections: CONNECTIONS,
                rate: 0,
                window: plan.window,
                turn,
            };
            turn += 1;
            let measured = load::put(load, contestant.server, &contestant.request, contestant.status).await;
            eprintln!("round {}: {}: {measured:.1?}", round + 1, contestant.name);
            contestant.rounds.push(measured);
        }
    }
}

fn report(contestants: &[Contestant<'_>], bytes: usize) {
    let bare = &contestants[0].rounds;
    println!("\nThe answer has {bytes} bytes.");
    table::head(&["", "CPU", "of bare", "requests/s", "of bare", "p50", "p99", "memory"]);
    for contestant in contestants {
        let rounds = &contestant.rounds;
        table::row(&[
            contestant.name.clone(),
            format!("{:.0} µs", table::of(rounds, |round| round.cpu)),
            format!("{:.2} ×", table::ratio(rounds, bare, |round| round.cpu)),
            format!("{:.0}", table::of(rounds, |round| round.rate)),
            format!("{:.3}", table::ratio(rounds, bare, |round| round.rate)),
            format!("{:.0} µs", table::of(rounds, |round| round.p50)),
            format!("{:.0} µs", table::of(rounds, |round| round.p99)),
            table::megabytes(table::of(rounds, |round| round.memory)),
        ]);
    }
}

#[allow(clippy::cast_precision_loss, reason = "memory")]
fn megabytes(bytes: u64) -> String {
    table::megabytes(bytes as f64)
}
