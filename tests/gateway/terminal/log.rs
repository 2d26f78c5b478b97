//! Promise: the log is coloured lines on a terminal, without colour where `NO_COLOR` says something, and in a pipe JSON objects of one shape,
//! each with the reference of its request, a panic's as well. What a command cannot do it says in one plain line.

use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStdout, Command, Stdio};

use serde_json::Value;

use super::Desk;
use super::pty::{AtTerminal, bare, is_coloured};

const REFERENCE: &str = "the-reference-of-a-test";

/// What comes upon the panic that the program is told of.
const COMMAND: &str = "mutation { requestFunding(input: { scheme: \"621.63\", recipient: { municipalityNumber: \"0301\" }, year: 2022, \
    amount: 6000000, caseReference: \"22/1\" }, idempotencyKey: \"one\") { claim { id } } }";

/// The address that a server prints, and all that it prints.
fn address(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    line.trim().rsplit(' ').next().expect("an address").to_owned()
}

async fn ask(address: &str, query: &str) -> Value {
    let request = reqwest::Client::new().post(format!("{address}/graphql"));
    let request = request
        .header("x-request-id", REFERENCE)
        .json(&serde_json::json!({ "query": query }));
    request.send().await.expect("an answer").json().await.expect("JSON")
}

fn stop(process: u32) {
    let stopped = Command::new("kill").args(["-TERM", &process.to_string()]).status();
    assert!(stopped.expect("kill runs").success());
}

/// What a server logs on a terminal while it is asked once.
async fn on_a_terminal(environment: &[(&str, &str)]) -> String {
    let desk = Desk::with("");
    let mut command = desk.command("serve --config gateway.toml");
    command.envs(environment.iter().copied());
    let mut served = AtTerminal::start(command);
    let mut stdout = BufReader::new(served.child.stdout.take().expect("piped"));
    let address = address(&mut stdout);
    ask(&address, "query OnATerminal { viewer { role } }").await;
    stop(served.child.id());
    let seen = served.end();
    assert_eq!(seen.code, Some(0), "{}", seen.screen);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(rest, "", "standard output holds the address alone");
    seen.screen
}

#[tokio::test]
async fn on_a_terminal_it_is_for_people_and_coloured_as_they_want_it() {
    for (environment, coloured) in [
        ([].as_slice(), true),
        (&[("NO_COLOR", "1")], false),
        (&[("NO_COLOR", "")], true),
    ] {
        let screen = on_a_terminal(environment).await;
        assert_eq!(is_coloured(&screen), coloured, "{environment:?}: {screen:?}");
        let text = bare(&screen);
        assert!(text.contains("INFO auth.mode is open") && !text.contains('{'), "{text}");
        let asked = text
            .lines()
            .find(|line| line.contains("OnATerminal"))
            .expect("its line");
        assert!(asked.starts_with(&format!("request {REFERENCE}: ")), "{asked}");
    }
}

#[tokio::test]
async fn in_a_pipe_each_line_is_an_object_with_the_reference_of_its_request() {
    let desk = Desk::with("");
    let mut command = desk.command("serve --config gateway.toml");
    command
        .env("RUST_LOG", "programgrant=debug,hyper_util=trace,sqlx=debug")
        .env("FAILPOINTS", "guard-after-reserve=panic")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let stderr = child.stderr.take().expect("piped");
    let reading = std::thread::spawn(move || {
        let lines = BufReader::new(stderr).lines().map(|line| line.expect("UTF-8"));
        lines.collect::<Vec<String>>()
    });
    let address = address(&mut stdout);
    ask(&address, "query InAPipe { viewer { role } }").await;
    ask(&address, COMMAND).await;
    stop(child.id());
    assert!(child.wait().expect("gone").success());
    let lines: Vec<Value> = reading
        .join()
        .expect("read")
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &lines {
        for member in ["timestamp", "level", "target"] {
            assert!(line[member].is_string(), "{member}: {line}");
        }
    }
    let of_the_request: Vec<&Value> = lines.iter().filter(|line| line["reference"] == REFERENCE).collect();
    assert!(
        of_the_request.iter().any(|line| line["operation"] == "InAPipe")
            && of_the_request
                .iter()
                .any(|line| line["message"] == "answered" && line["status"] == 200),
        "{lines:?}"
    );
    let panic = of_the_request
        .iter()
        .find(|line| line["message"] == "a panic")
        .expect("its line");
    assert!(
        panic["level"] == "ERROR" && panic["place"].as_str().is_some_and(|place| place.contains(".rs:")),
        "{panic}"
    );
    assert!(
        lines.iter().any(|line| line["level"] == "INFO"
            && line["message"]
                .as_str()
                .is_some_and(|text| text.starts_with("auth.mode is open"))),
        "{lines:?}"
    );
}

#[test]
fn what_a_command_cannot_do_is_one_plain_line_on_a_terminal_and_in_a_pipe() {
    let desk = Desk::with("[nonsense]\n");
    let seen = AtTerminal::run(desk.command("serve --config gateway.toml"));
    let piped = desk.command("serve --config gateway.toml").output().expect("runs");
    let piped = String::from_utf8(piped.stderr).expect("UTF-8");
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
    assert!(
        piped.starts_with("programgrant: ") && piped.contains("nonsense"),
        "{piped}"
    );
    // A terminal returns the carriage.
    assert_eq!(seen.screen.replace('\r', ""), piped);
}
