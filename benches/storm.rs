//! How much processor time each class of hostile request takes, and how much memory all of them: the program is asked over HTTP,
//! as a stranger would, and the system says what it took; before that, what judging a document takes by itself. `cargo bench --bench storm`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_graphql::Variables;
use programgrant::api;
use programgrant::document::{self, Judge, Limits};

#[path = "../tests/support/hostile.rs"]
mod hostile;

/// How often each is sent: the system counts a thread's time in nanoseconds, and other things go on.
const ROUNDS: u32 = 20;
/// What each may take.
const BOUND: Duration = Duration::from_millis(25);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    judging();
    let program = Program::start();
    let client = reqwest::Client::new();
    let before = program.peak_memory();
    let mut worst = Duration::ZERO;
    for case in hostile::all() {
        let mut answer = String::new();
        let start = program.processor_time();
        for _ in 0..ROUNDS {
            let request = client.post(format!("{}/graphql", program.address)).header("content-type", "application/json").body(case.body.clone());
            answer = match request.send().await {
                Ok(response) => response.text().await.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
        }
        let took = program.processor_time().saturating_sub(start) / ROUNDS;
        worst = worst.max(took);
        let mark = if took > BOUND { "  OVER" } else { "" };
        let end = answer.char_indices().nth(110).map_or(answer.len(), |(end, _)| end);
        let codes = case.codes.join(", ");
        println!("{took:>12.2?}{mark}  {:<60} {:>8} bytes  [{codes}] {}", case.class, case.body.len(), &answer[..end]);
    }
    println!("worst: {worst:.2?}; bound: {BOUND:?}; memory: {} kB before, {} kB at most", before, program.peak_memory());
}

/// A question as a page asks it.
const NORMAL: &str = "query Pot($number: String!, $year: Int!) { municipality(number: $number) { name programmeGrant(year: $year) { \
    pot { total completeness asOf missing { id } } shares { scheme { id } amount { state amount } provenance { source { id } recordId } } } } }";

/// Prints what reading, judging and planning take in process, without what is counted before: a normal document, one as large as may
/// be, and the dearest of the hostile ones that are small enough to be read.
fn judging() {
    let (judge, limits) = (Judge::of(&api::schema().sdl(), api::check_scalar), Limits::default());
    let median = |text: &str, variables: &Variables| {
        let mut took: Vec<Duration> = (0..ROUNDS * 5)
            .map(|_| {
                let start = Instant::now();
                let judged = document::read(text, &limits).and_then(|document| judge.judge(document));
                std::hint::black_box(judged.and_then(|judged| judge.plan(&judged, None, variables))).ok();
                start.elapsed()
            })
            .collect();
        took.sort();
        took[took.len() / 2]
    };
    let variables = Variables::from_json(serde_json::json!({ "number": "3813", "year": 2021 }));
    println!("{:>12.2?}  judging: a normal document", median(NORMAL, &variables));
    let many: String =
        (0..50).map(|index| format!("m{index}: municipality(number: \"3813\") {{ name formerNumbers {{ number from until }} }} ")).collect();
    println!("{:>12.2?}  judging: fifty municipalities", median(&format!("{{ {many} }}"), &variables));
    let mut dearest: Vec<(Duration, &str)> = hostile::all()
        .iter()
        .filter_map(|case| {
            let body: serde_json::Value = serde_json::from_str(&case.body).ok()?;
            Some((median(body["query"].as_str()?, &Variables::default()), case.class))
        })
        .collect();
    dearest.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    for (took, class) in dearest.into_iter().take(10) {
        println!("{took:>12.2?}  judging: {class}");
    }
}

/// The gateway over an empty store, without sources: nothing else keeps it busy.
struct Program {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("gateway.toml");
        std::fs::write(&config, "listen = \"127.0.0.1:0\"\n").expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
        Self { child, address, _folder: folder }
    }

    /// Of all threads that live.
    fn processor_time(&self) -> Duration {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("the process lives");
        let of_one = |thread: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        Duration::from_nanos(threads.filter_map(of_one).sum::<u64>())
    }

    /// The most that it has held, in kB.
    fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("stated");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
