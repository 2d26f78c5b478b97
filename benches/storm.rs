//! How much processor time each class of hostile request takes, and how much memory all of them: the program is asked over HTTP,
//! as a stranger would, and the system says what it took. And how long judging alone takes, in process. `cargo bench --bench storm`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "storm/judging.rs"]
mod judging;

/// How often each is sent: the system counts a thread's time in nanoseconds, and other things go on.
const ROUNDS: u32 = 20;
/// What each may take.
const BOUND: Duration = Duration::from_millis(25);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    judging::report();
    let program = Program::start();
    let client = reqwest::Client::new();
    let before = program.peak_memory();
    let mut worst = Duration::ZERO;
    for case in hostile::all() {
        let mut answer = String::new();
        let start = program.processor_time();
        for _ in 0..ROUNDS {
            let request = client
                .post(format!("{}/graphql", program.address))
                .header("content-type", "application/json")
                .body(case.body.clone());
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
        println!(
            "{took:>12.2?}{mark}  {:<60} {:>8} bytes  [{codes}] {}",
            case.class,
            case.body.len(),
            &answer[..end]
        );
    }
    println!(
        "worst: {worst:.2?}; bound: {BOUND:?}; memory: {} kB before, {} kB at most",
        before,
        program.peak_memory()
    );
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
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
        Self {
            child,
            address,
            _folder: folder,
        }
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
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .expect("stated");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
