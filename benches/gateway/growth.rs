//! What becomes of intake, start, memory and answers as the awards and the municipalities grow.

use std::time::{Duration, Instant};

use crate::answers;
use crate::ask::{self, Kind};
use crate::load::{self, Load, Measured};
use crate::plan::Plan;
use crate::process::{self, Server};
use crate::programs::Program;
use crate::table;
use crate::world::{MUNICIPALITIES, World};

/// What comes at once.
const NEW_ROWS: usize = 1_000;
/// A year in which nothing else was awarded.
const NEW_YEAR: i32 = 2035;
const LOOK_AGAIN: Duration = Duration::from_millis(10);
const MANY_MUNICIPALITIES: usize = 10_000;
/// What a gateway takes of a processor in a second that has no more to do than to look into its folder.
const QUIET: Duration = Duration::from_millis(250);
/// How long what follows from new rows may take.
const AFTERWARDS: Duration = Duration::from_secs(3);
/// By when what is new must stand there: more is no measurement.
const PATIENCE: Duration = Duration::from_mins(1);

/// A size, and what it came to.
struct Grown {
    intake: (Duration, Duration, u64),
    start: Duration,
    resident: u64,
    peak: u64,
    shown: Duration,
    shown_cpu: Duration,
    answer: Measured,
    overview: Measured,
}

pub async fn run(plan: &Plan) {
    for program in &plan.programs {
        let (empty, empty_peak) = empty(program).await;
        println!(
            "\n{}an empty gateway holds {}",
            program.name,
            table::megabytes(number(empty))
        );
        table::head(&[
            "awards",
            "municipalities",
            "intake",
            "its CPU",
            "its peak",
            "start",
            "held",
            "bytes an award",
            "at the peak",
            "1 000 new shown after",
            "its CPU",
            "one answer",
            "its CPU",
            "overview",
            "its CPU",
        ]);
        for awards in &plan.awards {
            size(program, *awards, MUNICIPALITIES, (empty, empty_peak)).await;
        }
        if let Some(awards) = plan.awards.iter().find(|awards| **awards >= 100_000) {
            size(program, *awards, MANY_MUNICIPALITIES, (empty, empty_peak)).await;
        }
    }
}

/// What a gateway holds that has nothing, and its most.
async fn empty(program: &Program) -> (u64, u64) {
    let world = World::of(0, MUNICIPALITIES);
    let server = answers::warm(program, &world.config("gateway", "1h", "")).await;
    settle(server.pid).await;
    (process::resident(server.pid), process::peak(server.pid))
}

async fn size(program: &Program, awards: usize, municipalities: usize, empty: (u64, u64)) {
    let mut world = World::of(awards, municipalities);
    let grown = grow(program, &mut world).await;
    let each = |bytes: u64, empty: u64| number(bytes.saturating_sub(empty)) / number(awards as u64);
    table::row(&[
        awards.to_string(),
        world.municipalities().to_string(),
        format!("{:.1} s", grown.intake.0.as_secs_f64()),
        format!("{:.1} s", grown.intake.1.as_secs_f64()),
        table::megabytes(number(grown.intake.2)),
        format!("{:.2} s", grown.start.as_secs_f64()),
        table::megabytes(number(grown.resident)),
        format!("{:.0}", each(grown.resident, empty.0)),
        format!("{:.0}", each(grown.peak, empty.1)),
        format!("{:.0} ms", grown.shown.as_secs_f64() * 1e3),
        format!("{:.0} ms", grown.shown_cpu.as_secs_f64() * 1e3),
        format!("{:.0} µs", grown.answer.p50),
        format!("{:.0} µs", grown.answer.cpu),
        format!("{:.0} µs", grown.overview.p50),
        format!("{:.0} µs", grown.overview.cpu),
    ]);
}

async fn grow(program: &Program, world: &mut World) -> Grown {
    let config = world.config("gateway", "100ms", "");
    let intake = process::run(process::command(program, "sync", &config)).await;
    let server = Server::gateway(program, &config).await;
    settle(server.pid).await;
    let (resident, peak) = (process::resident(server.pid), process::peak(server.pid));
    let alone = |turn| Load {
        connections: 1,
        rate: 0,
        window: Duration::from_secs(1),
        turn,
    };
    let answer = load::put(alone(0), &server, &Kind::NewVariables.request(""), 200).await;
    let overview = load::put(alone(1), &server, &ask::overview(), 200).await;
    let (shown, shown_cpu) = show(&server, world).await;
    let start = server.start;
    server.stop().await;
    Grown {
        intake,
        start,
        resident,
        peak,
        shown,
        shown_cpu,
        answer,
        overview,
    }
}

/// Until new rows are in the answers, from when their file was whole, and what it took of a processor above what goes on
/// anyway: looking into the folder, and our own looking.
async fn show(server: &Server, world: &mut World) -> (Duration, Duration) {
    let request = ask::awards_of(NEW_YEAR);
    let (_, idle, shown) = watch(server, &request, AFTERWARDS).await;
    assert!(shown.is_none(), "a year that has awards already");
    world.lay_new(NEW_ROWS, usize::try_from(NEW_YEAR).expect("a year"));
    let (took, cpu, shown) = watch(server, &request, PATIENCE).await;
    let anyway = idle.mul_f64(took.as_secs_f64() / AFTERWARDS.as_secs_f64());
    (shown.expect("new rows are shown"), cpu.saturating_sub(anyway))
}

/// Looks until a while after there is something, for what follows from a new picture, such as reconciliation, is a part of its
/// price: how long it looked, what the gateway took of a processor, and when there was something.
async fn watch(server: &Server, request: &str, patience: Duration) -> (Duration, Duration, Option<Duration>) {
    let (begun, before) = (Instant::now(), process::cpu(server.pid));
    let (mut until, mut shown) = (patience, None);
    while begun.elapsed() < until {
        if has_awards(server, request).await && shown.is_none() {
            shown = Some(begun.elapsed());
            until = begun.elapsed() + AFTERWARDS;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    (begun.elapsed(), process::cpu(server.pid).saturating_sub(before), shown)
}

async fn has_awards(server: &Server, request: &str) -> bool {
    let (_, body) = load::once(&server.address, request).await;
    body.contains("\"id\"")
}

/// Waits until what goes on in the background after a start has come to its end, or goes on for long.
async fn settle(pid: u32) {
    let begun = Instant::now();
    let mut busy = true;
    while busy && begun.elapsed() < PATIENCE {
        let before = process::cpu(pid);
        tokio::time::sleep(Duration::from_secs(1)).await;
        busy = process::cpu(pid).saturating_sub(before) > QUIET;
    }
}

#[allow(clippy::cast_precision_loss, reason = "memory")]
const fn number(bytes: u64) -> f64 {
    bytes as f64
}
