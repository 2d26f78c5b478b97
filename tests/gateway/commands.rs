//! Promise: the binary does what its commands say, its exit code says whether all is whole, and a bad configuration is refused
//! in one line that names the key.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::world::repository;

pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_programgrant"));
    command.args(arguments);
    command
}

pub fn output(arguments: &[&str]) -> Output {
    program(arguments).output().expect("runs")
}

pub fn write_config(folder: &Path, text: &str) -> String {
    let path = folder.join("gateway.toml");
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// A child that is killed at the end, and the lines that it prints.
pub struct Running(Child, std::io::Lines<BufReader<std::process::ChildStdout>>);

impl Running {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self(child, lines)
    }

    /// Everything up to the line that holds `mark`.
    pub fn read_until(&mut self, mark: &str) -> String {
        let mut text = String::new();
        for line in self.1.by_ref() {
            let line = line.expect("UTF-8");
            text += &line;
            text.push('\n');
            if line.contains(mark) {
                return text;
            }
        }
        panic!("it ended without {mark:?}: {text}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn schema_prints_the_checked_in_sdl() {
    let output = output(&["schema"]);
    let checked_in = std::fs::read(repository().join("schema/programgrant.graphql")).expect("checked in");
    assert!(output.status.success() && output.stdout == checked_in);
}

#[test]
fn a_bad_configuration_is_refused_in_one_line_that_names_the_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (text, named) in [
        ("[stor]\nurl = \"sqlite:x.db\"", "stor: unknown key"),
        ("listen = \"0.0.0.0:4000\"\n[auth]\nmode = \"open\"", "auth.mode: "),
        (
            "[sources.udir]\nbase_url = \"http://127.0.0.1:1\"\nevery = \"soon\"",
            "sources.udir.every: ",
        ),
        ("[store]\nurl = \"mysql://x\"", "store.url"),
        (
            "[store]\nurl = \"postgres://user:hidden@127.0.0.1:1/x\"",
            "store.url: holds a password",
        ),
        (
            "[store]\nurl = \"postgres://user@127.0.0.1:1/x\"\npassword_file = \"absent\"",
            "store.password_file: ",
        ),
        ("[programme]\nfiles = [\"absent.toml\"]", "absent.toml"),
        ("[programme]\nfiles = []", "programme.files: "),
        ("[programme]\nfiles = [\"gateway.toml\"]", "gateway.toml, line 2: "),
        ("listen = \n", "gateway.toml"),
        (
            "[sources.udir]\nbase_url = \"http://user:hidden@127.0.0.1:1\"",
            "sources.udir.base_url: ",
        ),
        (
            "[sources.udir]\nbase_url = \"http://127.0.0.1:1\"\nyears_from = 2099",
            "sources.udir.years_from: ",
        ),
        ("[store]\nurl = \"sqlite:absent/folder/x.db\"", "store.url: "),
        (
            "[sources.helsedir]\nurl = \"http://127.0.0.1:1\"\nusername = \"gateway\"",
            "sources.helsedir.username",
        ),
    ] {
        let output = output(&["serve", "--config", &write_config(folder.path(), text)]);
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{text}: {error}");
        assert!(
            error.contains(named) && error.trim_end().lines().count() == 1 && !error.contains("hidden"),
            "{text}: {error}"
        );
    }
}

#[test]
fn the_environment_overrides_the_file_and_its_unknown_keys_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(folder.path(), "[store]\nurl = \"sqlite:x.db\"");
    let refused = |name: &str, value: &str| {
        let output = program(&["serve", "--config", &config])
            .env(name, value)
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused("PROGRAMGRANT__LISTEN", "0.0.0.0:1").contains("auth.mode"));
    let store = refused("PROGRAMGRANT__STORE__URL", "mysql://user:hidden@host");
    assert!(store.contains("store.url") && !store.contains("hidden"), "{store}");
    let store = refused("PROGRAMGRANT__STORE__URL", "postgres://user:hidden@127.0.0.1:1/secret");
    assert!(
        store.contains("store.url: ") && !store.contains("hidden") && !store.contains("secret"),
        "{store}"
    );
    for misspelt in [
        "PROGRAMGRANT__STORE__ULR",
        "PROGRAMGRANT_STORE_URL",
        "PROGRAMGRANT__STORE_URL",
        "programgrant__store__url",
    ] {
        let unknown = refused(misspelt, "sqlite:other.db");
        assert!(
            unknown.contains(&format!(
                "environment: {misspelt} is no key; did you mean PROGRAMGRANT__STORE__URL?"
            )),
            "{unknown}"
        );
    }
    assert!(refused("PROGRAMGRANT__STORE__URL", "").contains("PROGRAMGRANT__STORE__URL is empty"));
}

#[test]
fn every_command_that_reads_a_configuration_refuses_a_variable_that_would_be_passed_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = write_config(folder.path(), "[store]\nurl = \"sqlite:x.db\"");
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "orgnr;ordning;år;beløp\n958935420;231.63;2022;1").expect("written");
    let (list, backup) = (
        list.display().to_string(),
        folder.path().join("backup.db").display().to_string(),
    );
    for words in [
        ["serve"].as_slice(),
        &["sync"],
        &["verify"],
        &["reconcile"],
        &["check", list.as_str()],
        &["backup", backup.as_str()],
        &["restore", backup.as_str()],
    ] {
        let arguments: Vec<&str> = [words[0], "--config", &config]
            .into_iter()
            .chain(words[1..].iter().copied())
            .collect();
        let output = program(&arguments)
            .env("PROGRAMGRANT_STORE_URL", "sqlite:other.db")
            .output()
            .expect("runs");
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(
            (output.status.code(), error.lines().count()),
            (Some(2), 1),
            "{words:?}: {error}"
        );
        assert!(
            error.contains("did you mean PROGRAMGRANT__STORE__URL?"),
            "{words:?}: {error}"
        );
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        2,
        "no store was made"
    );
}

#[test]
fn simulate_and_sync_work_together() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let drop_folder = folder.path().join("drop").display().to_string();
    let mut simulate = Running::start(&["simulate", "--listen", "127.0.0.1:0", "--folder", &drop_folder]);
    let config = simulate.read_until("The lines above");
    let config = write_config(folder.path(), &config);
    let whole = output(&["sync", "--config", &config]);
    let report = String::from_utf8(whole.stdout).expect("UTF-8");
    assert_eq!(whole.status.code(), Some(0), "{report}");
    assert_eq!(report.matches("FRESH").count(), 7, "{report}");
    // The amounts are made up, and a gateway that reads them says so.
    let programme = std::fs::read_to_string(folder.path().join("drop/pilot.toml")).expect("written");
    assert!(
        programme.contains("oppdiktet")
            && std::fs::read_to_string(&config)
                .expect("written")
                .contains("drop/pilot.toml")
    );
    drop(simulate);
    let broken = output(&["sync", "--config", &config]);
    let report = String::from_utf8(broken.stdout).expect("UTF-8");
    assert_eq!(broken.status.code(), Some(1), "{report}");
    assert!(report.contains("no connection"), "{report}");
}

#[test]
fn a_fault_that_nobody_knows_is_refused_with_those_that_are_known() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = |fault: &str| {
        let output = output(&[
            "simulate",
            "--listen",
            "127.0.0.1:0",
            "--folder",
            &folder.path().display().to_string(),
            "--fault",
            fault,
        ]);
        assert_eq!(output.status.code(), Some(2), "{fault}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused("udir=nonsense").contains("retry-after-date"));
    assert!(refused("skatt=cut").contains("state_accounts"));
    assert!(refused("udir").contains("SOURCE=KIND"));
}

#[tokio::test]
async fn the_demonstration_answers_its_own_question_and_says_what_is_made_up() {
    let mut demo = Running::start(&["demo", "--listen", "127.0.0.1:0"]);
    let text = demo.read_until("Ctrl-C");
    assert!(
        text.contains("\"completeness\": \"COMPLETE\"") && text.contains("oppdiktet") && text.contains("made up"),
        "{text}"
    );
    let url = text
        .split("GraphQL: ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .expect("an address");
    let body = r#"{"query":"{ programme { year(year: 2021) { difference } } }"}"#;
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .body(body);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["data"]["programme"]["year"]["difference"], 0);
}

#[test]
fn the_tour_shows_what_the_guard_does() {
    let output = output(&["demo", "--listen", "127.0.0.1:0", "--tour"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let kinds = [
        "AWARD_TO_PARTICIPANT",
        "APPLICATION_FROM_PARTICIPANT",
        "AWARD_WITHOUT_CLAIM",
        "OVERLAPPING_PERIOD",
        "UNRESOLVED_RECIPIENT",
    ];
    for said in [
        "BLOCKED",
        "TWO_BODIES_REQUIRED",
        "AMOUNT_DIFFERS",
        "CONFIRMED",
        "CLEAR",
        "POT_DIFFERENCE",
        "RULES_UNKNOWN",
        "is sound",
        "made up",
    ]
    .iter()
    .chain(&kinds)
    {
        assert!(text.contains(said), "{said}: {text}");
    }
}
