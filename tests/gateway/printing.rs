//! Promise: the output of every command survives a reader that leaves, a full disk and a closed standard error: what nobody reads is
//! dropped and the exit code stays, what cannot be printed is an error in one line, and a server goes on whatever becomes of its words.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::commands::{program, write_config};
use crate::world::until;

const LIST: &str = "orgnr;ordning;år;beløp\n958935420;231.63;2022;750000\n958935420;231.63;2022;mye\n";

/// A folder with a store, a list and a backup, from which every command can be run again and again.
struct Office {
    folder: tempfile::TempDir,
    runs: std::cell::Cell<u32>,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let office = Self {
            folder,
            runs: std::cell::Cell::new(0),
        };
        write_config(office.path(), "[store]\nurl = \"sqlite:store.db\"");
        std::fs::write(office.path().join("list.csv"), LIST).expect("written");
        for words in ["sync --config gateway.toml", "backup --config gateway.toml kept.db"] {
            let output = office.command(words).output().expect("runs");
            assert!(
                !output.stdout.is_empty(),
                "{words}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        office
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with these words; `NEW` is a name that no run had before, `OLD` a copy of the store.
    fn command(&self, words: &str) -> Command {
        let run = self.runs.replace(self.runs.get() + 1);
        if words.contains("OLD") {
            std::fs::copy(self.path().join("store.db"), self.path().join(format!("old-{run}.db"))).expect("copied");
        }
        let words: Vec<String> = words
            .split(' ')
            .map(|word| {
                word.replace("OLD", &format!("old-{run}.db"))
                    .replace("NEW", &format!("new-{run}.db"))
            })
            .collect();
        let mut command = program(&words.iter().map(String::as_str).collect::<Vec<_>>());
        if words[0] == "restore" {
            command.env("PROGRAMGRANT__STORE__URL", format!("sqlite:new-{run}.db"));
        }
        command
            .current_dir(self.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }
}

/// Every command that prints and ends.
const PRINTING: [&str; 14] = [
    "schema",
    "schema --subgraph",
    "completions bash",
    "--help",
    "--version",
    "sync --config gateway.toml",
    "verify --config gateway.toml",
    "reconcile --config gateway.toml",
    "check --config gateway.toml list.csv",
    "check --config gateway.toml list.csv --no-sync",
    "backup --config gateway.toml NEW",
    "restore --config gateway.toml kept.db",
    "migrate --from sqlite:OLD --to sqlite:NEW",
    "demo --listen 127.0.0.1:0 --tour",
];

fn full() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .expect("a device that is always full")
        .into()
}

/// A pipe whose reader has left.
fn unread() -> Stdio {
    std::io::pipe().expect("a pipe").1.into()
}

/// What the program says went wrong; the log stands beside it, in which a server, which the tour is at first, tells what it could not print.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines()
        .filter(|line| !line.starts_with('{'))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same command with a stream closed, which only a shell can do.
fn closing(command: &Command, stream: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec \"$0\" \"$@\" {stream}")])
        .arg(command.get_program())
        .args(command.get_args());
    shell
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(command.get_current_dir().expect("set"));
    shell
}

#[test]
fn a_reader_that_leaves_changes_nothing() {
    let office = Office::open();
    for words in PRINTING {
        let read = office.command(words).output().expect("runs");
        assert!(
            matches!(read.status.code(), Some(0 | 1)) && !read.stdout.is_empty(),
            "{words}: {read:?}"
        );
        let left = office
            .command(words)
            .stdout(unread())
            .stderr(Stdio::piped())
            .output()
            .expect("runs");
        assert_eq!(
            (left.status.code(), said(&left)),
            (read.status.code(), said(&read)),
            "{words}"
        );
        let both = office
            .command(words)
            .stdout(unread())
            .stderr(unread())
            .status()
            .expect("runs");
        assert_eq!(both.code(), read.status.code(), "{words}");
    }
}

#[test]
fn what_cannot_be_printed_is_an_error_in_one_line() {
    let office = Office::open();
    for words in PRINTING {
        let output = office
            .command(words)
            .stdout(full())
            .stderr(Stdio::piped())
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(2), "{words}: {}", said(&output));
        let told = said(&output);
        let told: Vec<&str> = told.lines().collect();
        assert!(
            told.len() == 1 && told[0].starts_with("programgrant: standard output: "),
            "{words}: {told:?}"
        );
    }
}

#[test]
fn nothing_is_lost_where_nobody_can_be_told_what_went_wrong() {
    let office = Office::open();
    for words in PRINTING {
        let code = office.command(words).output().expect("runs").status.code();
        let streams = if words.starts_with("demo") {
            &[">&- 2>/dev/full"]
        } else {
            ["2>&-", "2>/dev/full", ">&- 2>&-"].as_slice()
        };
        for stream in streams {
            assert_eq!(
                closing(&office.command(words), stream)
                    .output()
                    .expect("runs")
                    .status
                    .code(),
                code,
                "{words} {stream}"
            );
        }
    }
    for words in ["sync --config absent.toml", "nonsense", "schema --nonsense"] {
        for stream in ["2>&-", "2>/dev/full"] {
            assert_eq!(
                closing(&office.command(words), stream)
                    .output()
                    .expect("runs")
                    .status
                    .code(),
                Some(2),
                "{words} {stream}"
            );
        }
    }
}

/// A server that is killed at the end.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that is free, with those above it that the simulated systems take.
fn free_port() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = first.local_addr().expect("an address").port();
        if (1..=4).all(|above| {
            port.checked_add(above)
                .is_some_and(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        }) {
            return port;
        }
    }
}

#[tokio::test]
async fn a_server_goes_on_whatever_becomes_of_its_words() {
    let office = Office::open();
    for (words, path) in [
        ("serve --config gateway.toml", "health/live"),
        ("simulate --folder drop --listen LISTEN", ""),
        ("demo --listen LISTEN", "health/live"),
    ] {
        for (stdout, stderr) in [("unread", "unread"), ("full", "full"), ("closed", "closed")] {
            let address = format!("127.0.0.1:{}", free_port());
            let mut command = office.command(&words.replace("LISTEN", &address));
            command
                .env("PROGRAMGRANT__LISTEN", &address)
                .env("RUST_LOG", "programgrant=debug");
            let child = match (stdout, stderr) {
                ("unread", _) => command.stdout(unread()).stderr(unread()).spawn(),
                ("full", _) => command.stdout(full()).stderr(full()).spawn(),
                _ => closing(&command, ">&- 2>&-").spawn(),
            };
            let mut server = Server(child.expect("starts"));
            let url = format!("http://{address}/{path}");
            let answers = async || {
                reqwest::get(&url)
                    .await
                    .is_ok_and(|answer| answer.status().is_success())
            };
            until(words, answers).await;
            // What a request logs is lost, and the request is answered.
            if path == "health/live" {
                let asked = reqwest::Client::new()
                    .post(format!("http://{address}/graphql"))
                    .header("content-type", "application/json");
                let asked = asked.body("{\"query\":\"{\"}").send().await.expect("an answer");
                assert!(asked.status().is_success() && answers().await, "{words} {stdout}");
            }
            assert_eq!(server.0.try_wait().expect("looked at"), None, "{words} {stdout}");
        }
    }
}
