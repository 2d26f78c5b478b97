//! How much processor time each class of hostile request takes, and how much memory all of them: the program is asked over HTTP,
//! as a stranger would, and the system says what it took. And how long judging alone takes, in process. `cargo bench --bench storm`;
//! several builds are asked in turn, as `docs/performance.md` has it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "storm/judging.rs"]
mod judging;
#[path = "gateway/programs.rs"]
mod programs;

use programs::{Program, programs};

/// How often each is sent: the system counts a thread's time in nanoseconds, and other things go on.
const ROUNDS: u32 = 20;
/// What each may take.
const BOUND: Duration = Duration::from_millis(25);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    judging::report();
    let programs: Vec<Running> = programs().into_iter().map(Running::start).collect();
    let before: Vec<u64> = programs.iter().map(Running::peak_memory).collect();
    let client = reqwest::Client::new();
    let mut worst = vec![Duration::ZERO; programs.len()];
    for case in hostile::all() {
        for (program, worst) in programs.iter().zip(&mut worst) {
            *worst = (*worst).max(measured(&client, program, &case).await);
        }
    }
    for ((program, before), worst) in programs.iter().zip(before).zip(worst) {
        println!(
            "{}worst: {worst:.2?}; bound: {BOUND:?}; memory: {before} kB before, {} kB at most",
            program.name,
            program.peak_memory()
        );
    }
}

/// What one request of that class takes, said beside what it is answered.
async fn measured(client: &reqwest::Client, program: &Running, case: &hostile::Hostile) -> Duration {
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
    let mark = if took > BOUND { "  OVER" } else { "" };
    let end = answer.char_indices().nth(110).map_or(answer.len(), |(end, _)| end);
    println!(
        "{}{took:>12.2?}{mark}  {:<60} {:>8} bytes  [{}] {}",
        program.name,
        case.class,
        case.body.len(),
        case.codes.join(", "),
        &answer[..end]
    );
    took
}

/// The gateway over an empty store, without sources: nothing else keeps it busy.
struct Running {
    name: String,
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Running {
    fn start(program: Program) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("gateway.toml");
        std::fs::write(&config, "listen = \"127.0.0.1:0\"\n").expect("written");
        let mut child = Command::new(program.path)
            .args(["serve", "--config"])
            .arg(&config)
            .env_remove(programs::BINARY)
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
            name: program.name,
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

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
