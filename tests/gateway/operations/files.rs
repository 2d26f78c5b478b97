//! Promise: where the process may open too few files the gateway does not start, and says how many it needs; with just as many it
//! answers everybody.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures::future::join_all;

use super::Office;

/// The gateway in a process that may open so many files.
fn serve(config: &Path, files: usize) -> Child {
    let script = format!("ulimit -n {files}; exec \"$0\" serve --config \"$1\"");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script, env!("CARGO_BIN_EXE_programgrant")])
        .arg(config);
    shell
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the refusal says is needed.
fn needed(config: &Path) -> usize {
    let output = serve(config, 32).wait_with_output().expect("ends");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(
        (output.status.code(), output.stdout.is_empty(), error.lines().count()),
        (Some(2), true, 1),
        "{error}"
    );
    let (_, rest) = error
        .split_once("may open 32 files and needs ")
        .unwrap_or_else(|| panic!("{error}"));
    rest.split(':')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{error}"))
}

#[tokio::test]
async fn too_few_files_are_refused_and_just_enough_are_enough() {
    let office = Office::new().await;
    let config = office.configure("gateway.toml", &office.sqlite(), "");
    let needed = needed(&config);
    assert_eq!(
        serve(&config, needed - 1)
            .wait_with_output()
            .expect("ends")
            .status
            .code(),
        Some(2)
    );
    let mut child = serve(&config, needed);
    let (mut line, log) = (String::new(), child.stderr.take().expect("piped"));
    let stdout = child.stdout.take().expect("piped");
    let killed = Killed(child);
    // Whoever read too slowly would hold the log up.
    let reading = std::thread::spawn(move || {
        BufReader::new(log)
            .lines()
            .map_while(Result::ok)
            .filter(|line| line.contains("Too many open files"))
            .count()
    });
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
    let command = "mutation { requestFunding(idempotencyKey: \\\"a\\\", input: { scheme: \\\"231.63\\\", recipient: { municipalityNumber: \\\"0301\\\" }, \
        year: 2021, amount: 100, caseReference: \\\"1\\\" }) { errors { code } } }";
    let ask_once = async || {
        // A client of its own has a connection of its own, which ends with it.
        let request = reqwest::Client::new()
            .post(format!("{address}/graphql"))
            .header("content-type", "application/json");
        request
            .body(format!("{{\"query\":\"{command}\"}}"))
            .send()
            .await
            .map(|answer| answer.status().as_u16())
    };
    // Where those who leave take long, whoever has not asked yet may have to come again.
    let ask = async || {
        for _ in 0..20 {
            match ask_once().await {
                Err(error) if error.is_request() => {}
                answer => return answer,
            }
        }
        ask_once().await
    };
    // Those who were answered may still be leaving while the next ones come: twice eight have a place.
    for _ in 0..8 {
        let answers = join_all((0..8).map(|_| ask())).await;
        assert!(answers.iter().all(|answer| matches!(answer, Ok(200))), "{answers:?}");
    }
    drop(killed);
    assert_eq!(reading.join().expect("read"), 0, "never out of files");
}

#[test]
fn the_demonstration_needs_files_for_the_systems_that_it_simulates_too() {
    let script = "ulimit -n 64; exec \"$0\" demo --listen 127.0.0.1:0";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_programgrant")])
        .output()
        .expect("ends");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("may open 64 files and needs ") && error.lines().count() == 1,
        "{error}"
    );
}
