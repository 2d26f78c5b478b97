//! How many claims a second the guard answers 64 askers, as a ratio to appending as much to a file and waiting for the disk in
//! the same run, on SQLite and on PostgreSQL; and how long the check alone takes. `cargo bench --bench guard`; two builds of this
//! program are held against each other by naming them (`guard/compare.rs`).

#[path = "guard/compare.rs"]
mod compare;
#[path = "../tests/support/postgres.rs"]
mod postgres;

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::{Config, Span};
use programgrant::demo::Demo;
use programgrant::http;
use programgrant_core::ledger::rules::{Application, FundingRequest, Outcome};
use programgrant_schema::Ore;

/// The allocator that the gateway has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Who ask at once.
const ASKERS: usize = 64;
/// Rounds of each kind, in turn.
const ROUNDS: usize = 7;
/// Claims of one round.
const CLAIMS: usize = 1_280;
/// What the raw loop appends at a time: about what a claim's two entries take.
const RECORD: [u8; 2048] = [b'x'; 2048];
/// How long the raw loop takes for a round.
const RAW: Duration = Duration::from_millis(500);
const CHECKS: usize = 2_000;

fn main() {
    match compare::programs() {
        Some(programs) => compare::in_turn(&programs),
        None => measure(),
    }
}

#[tokio::main]
async fn measure() {
    let sqlite = Office::open("sqlite", None).await;
    let postgres = Office::open("postgres", Some(postgres::database().await)).await;
    let mut raw = Vec::new();
    let (mut on_sqlite, mut on_postgres) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw.push(raw_appends(&sqlite));
        on_sqlite.push(sqlite.claims().await);
        on_postgres.push(postgres.claims().await);
    }
    let raw = median(raw);
    println!("raw append and fdatasync: {raw:.0} a second");
    for (office, rates) in [(&sqlite, on_sqlite), (&postgres, on_postgres)] {
        let rate = median(rates);
        let clear = office.clear.load(Ordering::Relaxed);
        println!(
            "{}: {rate:.0} claims a second, ratio {:.2} (median of {ROUNDS} rounds; {clear} of {} CLEAR)",
            office.name,
            rate / raw,
            ROUNDS * CLAIMS
        );
        office.checks().await;
    }
}

/// A gateway over the demonstration's data, and the requests that nobody has made yet.
struct Office {
    name: &'static str,
    demo: Demo,
    gateway: Gateway,
    requests: Vec<FundingRequest>,
    next: AtomicUsize,
    clear: AtomicUsize,
}

impl Office {
    async fn open(name: &'static str, store: Option<String>) -> Arc<Self> {
        let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("the demonstration starts");
        let gateway = match store {
            None => demo
                .gateway(&demo.config().expect("a sound configuration"))
                .await
                .expect("the gateway starts"),
            Some(url) => {
                let text = format!(
                    "[store]\nurl = {url:?}\n[auth]\nmode = \"open\"\n{}",
                    demo.simulators().settings(Span::from_secs(10))
                );
                Gateway::open(&Config::parse(&text).expect("a sound configuration"), Clock::system())
                    .await
                    .expect("the gateway starts")
            }
        };
        for (source, outcome) in gateway.poll_all().await {
            outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
        }
        let requests = requests(&gateway);
        assert!(requests.len() >= ROUNDS * CLAIMS, "{} requests", requests.len());
        Arc::new(Self {
            name,
            demo,
            gateway,
            requests,
            next: AtomicUsize::new(0),
            clear: AtomicUsize::new(0),
        })
    }

    /// One round; claims a second.
    async fn claims(self: &Arc<Self>) -> f64 {
        let end = self.next.load(Ordering::Relaxed) + CLAIMS;
        let start = Instant::now();
        let askers: Vec<_> = (0..ASKERS)
            .map(|_| tokio::spawn(Arc::clone(self).ask_until(end)))
            .collect();
        for asker in askers {
            asker.await.expect("no panic");
        }
        self.next.store(end, Ordering::Relaxed);
        per_second(CLAIMS, start.elapsed())
    }

    async fn ask_until(self: Arc<Self>, end: usize) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= end {
                return;
            }
            let request = &self.requests[index];
            let answer = self
                .gateway
                .guard
                .request(
                    http::caller::office().principal().expect("a body"),
                    request,
                    Application::resolve(request, &self.gateway.dependencies.reference()),
                    &index.to_string(),
                    None,
                )
                .await;
            if answer.expect("the ledger works").claim.verdict.outcome == Outcome::Clear {
                self.clear.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The check over the ledger as the claims left it.
    async fn checks(&self) {
        let view = self.gateway.dependencies.views.current();
        let dependencies = &self.gateway.dependencies;
        let mut times = Vec::with_capacity(CHECKS);
        for request in self.requests.iter().cycle().step_by(7).take(CHECKS) {
            let start = Instant::now();
            let application = Application::resolve(request, &dependencies.reference()).expect("a request");
            let inputs = dependencies.inputs(&view, self.gateway.dependencies.clock.now());
            self.gateway.guard.check(inputs, &application).await;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        println!(
            "{}: check median {:?}, 99th percentile {:?}",
            self.name,
            times[CHECKS / 2],
            times[CHECKS * 99 / 100]
        );
    }
}

/// Every municipality, for whole years of every scheme.
fn requests(gateway: &Gateway) -> Vec<FundingRequest> {
    let register = &gateway.dependencies.reference().register;
    let mut requests = Vec::new();
    for year in 2019..=2025 {
        for scheme in gateway.dependencies.reference().programmes.schemes() {
            for organisation in register
                .iter()
                .filter_map(|municipality| municipality.organisation_number)
            {
                requests.push(FundingRequest {
                    scheme: Some(scheme.id.to_string()),
                    chapter: None,
                    post: None,
                    activity: None,
                    organisation_number: Some(organisation.to_string()),
                    municipality_number: None,
                    year,
                    amount: Ore::from_kroner(412_000).expect("in range"),
                    target_group: None,
                    use_from: None,
                    use_until: None,
                    case_reference: "21/4711".to_owned(),
                });
            }
        }
    }
    requests
}

/// Appends to a file beside the database and waits for the disk each time; times a second.
fn raw_appends(office: &Office) -> f64 {
    let mut file = File::create(office.demo.folder().join("raw")).expect("a file");
    let (start, mut times) = (Instant::now(), 0);
    while start.elapsed() < RAW {
        file.write_all(&RECORD).expect("written");
        file.sync_data().expect("on the disk");
        times += 1;
    }
    per_second(times, start.elapsed())
}

fn per_second(times: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(times).expect("few")) / took.as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}
