//! Programs that are measured from outside: started, asked what they take, and ended.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::programs::Program;

/// What Linux counts a processor's time in, on all machines.
const TICK: Duration = Duration::from_millis(10);

/// A program that serves, until it is dropped.
pub struct Server {
    child: Child,
    pub pid: u32,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// Until it said where it listens.
    pub start: Duration,
}

impl Server {
    /// The gateway by that configuration, its log in a file beside it.
    pub async fn gateway(program: &Program, config: &Path) -> Self {
        let command = command(program, "serve", config);
        Self::start(command, &config.with_extension("log"), "http://").await
    }

    /// The demonstration: systems and gateway in one process, its log in that file.
    pub async fn demonstration(program: &Program, log: &Path) -> Self {
        let mut command = Command::new(&program.path);
        command.args(["demo", "--listen", "127.0.0.1:0"]);
        without_ours(&mut command);
        Self::start(command, log, "Pages: http://").await
    }

    /// This program in another part.
    pub async fn peer(part: &str, file: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(part).arg(file);
        without_ours(&mut command);
        Self::start(command, &file.with_extension(part), "http://").await
    }

    /// Waits for the line that says where it listens.
    async fn start(mut command: Command, log: &Path, before_address: &str) -> Self {
        let begun = Instant::now();
        let file = fs::File::create(log).expect("a file for the log");
        let child = command.stdout(Stdio::piped()).stderr(file).kill_on_drop(true).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = child.stdout.take().expect("piped");
        let mut lines = BufReader::new(said).lines();
        let address = loop {
            let line = lines.next_line().await.expect("readable");
            let line = line
                .unwrap_or_else(|| panic!("{command:?} has ended: {}", fs::read_to_string(log).unwrap_or_default()));
            if let Some((_, address)) = line.split_once(before_address) {
                break address.trim().trim_end_matches('/').to_owned();
            }
        };
        let start = begun.elapsed();
        // Who says more is heard to the end.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let pid = child.id().expect("it lives");
        Self {
            child,
            pid,
            address,
            start,
        }
    }

    /// Ends it, and waits until it has ended.
    pub async fn stop(mut self) {
        self.child.kill().await.expect("it can be ended");
    }
}

/// A command of the gateway over a configuration, and over nothing else: what stands in our own environment would be read too.
pub fn command(program: &Program, what: &str, config: &Path) -> Command {
    let mut command = Command::new(&program.path);
    command.args([what, "--config"]).arg(config);
    without_ours(&mut command);
    command
}

fn without_ours(command: &mut Command) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PROGRAMGRANT")) {
        command.env_remove(name);
    }
}

/// A command that runs to its end: how long it took, how much of a processor, and its most memory in bytes.
pub async fn run(mut command: Command) -> (Duration, Duration, u64) {
    let begun = Instant::now();
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = child.id().expect("it lives");
    let (mut cpu, mut peak) = (Duration::ZERO, 0);
    loop {
        tokio::select! {
            ended = child.wait() => {
                // 0 is a round in which all was heard, 1 one in which a programme's other sources were not.
                let code = ended.expect("it can be waited for").code();
                assert!(matches!(code, Some(0 | 1)), "{command:?} has failed");
                return (begun.elapsed(), cpu, peak);
            }
            () = tokio::time::sleep(TICK) => {
                cpu = try_cpu(pid).unwrap_or(cpu);
                peak = memory(pid, "VmHWM:").unwrap_or(peak);
            }
        }
    }
}

/// The processor time that all its threads have taken, those that have ended too.
pub fn cpu(pid: u32) -> Duration {
    try_cpu(pid).expect("the process lives")
}

fn try_cpu(pid: u32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before the bracket may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

/// What it holds now, in bytes.
pub fn resident(pid: u32) -> u64 {
    memory(pid, "VmRSS:").expect("the process lives")
}

/// The most that it has held, in bytes.
pub fn peak(pid: u32) -> u64 {
    memory(pid, "VmHWM:").expect("the process lives")
}

fn memory(pid: u32, what: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
