//! Promise: a long command shows on a terminal how far it is, beside whole lines of its log, and leaves nothing of it behind; in a pipe it is
//! silent. Its results are the same either way.

use std::process::Command;

use super::Desk;
use super::pty::{AtTerminal, bare, is_coloured};

const LIST: &str = "orgnr;ordning;år;beløp\n958935420;231.63;2022;750000\n";

/// Every long command, with what it shows; those that end by themselves.
const LONG: [(&str, &str); 7] = [
    ("sync", "sync --config gateway.toml"),
    ("verify", "verify --config gateway.toml"),
    ("check", "check --config gateway.toml list.csv --no-sync"),
    (
        "export",
        "export --config gateway.toml --as 970018131 --what pots --format csv",
    ),
    ("backup", "backup --config gateway.toml NEW.db"),
    ("restore", "restore --config gateway.toml kept.db"),
    ("migrate", "migrate --from sqlite:OLD.db --to sqlite:MOVED.db"),
];

/// A command on a desk of its own, with a store, a list and a backup.
fn command(desk: &Desk, run: &str, words: &str) -> Command {
    let store = |name: &str| desk.0.path().join(name);
    if words.contains("OLD") {
        std::fs::copy(store("store.db"), store(&format!("old{run}.db"))).expect("copied");
    }
    let words = words
        .replace("OLD", &format!("old{run}"))
        .replace("NEW", &format!("new{run}"))
        .replace("MOVED", &format!("moved{run}"));
    let mut command = desk.command(&words);
    if words.starts_with("restore") {
        command.env("PROGRAMGRANT__STORE__URL", format!("sqlite:restored{run}.db"));
    }
    command
}

fn desk() -> Desk {
    let desk = Desk::with("");
    std::fs::write(desk.0.path().join("list.csv"), LIST).expect("written");
    for words in ["sync --config gateway.toml", "backup --config gateway.toml kept.db"] {
        let output = desk.command(words).output().expect("runs");
        assert!(!output.stdout.is_empty(), "{words}: {output:?}");
    }
    desk
}

/// Words that another run says otherwise: names of files, and the instant of a file.
fn alike(text: &str) -> String {
    text.replace("new1", "new2")
        .lines()
        .filter(|line| !line.contains("20"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn on_a_terminal_it_is_shown_and_in_a_pipe_it_is_not() {
    let desk = desk();
    for (shown, words) in LONG {
        let piped = command(&desk, "1", words).output().expect("runs");
        let complaints = String::from_utf8(piped.stderr).expect("UTF-8");
        let is_said = |line: &str| line.starts_with("programgrant: ") || line.starts_with('{');
        assert!(
            !complaints.contains(['\u{1b}', '\r']) && complaints.lines().all(is_said),
            "{words}: {complaints:?}"
        );
        let mut watched = command(&desk, "2", words);
        watched.env("NO_COLOR", "1");
        let seen = AtTerminal::run(watched);
        assert_eq!(seen.code, piped.status.code(), "{words}: {}", seen.screen);
        let piped = String::from_utf8(piped.stdout).expect("UTF-8");
        assert_eq!(alike(&seen.stdout), alike(&piped), "{words}");
        assert!(!seen.stdout.contains('\u{1b}') && !is_coloured(&seen.screen), "{words}");
        let drawn = bare(&seen.screen);
        let is_drawn = drawn.lines().any(|line| {
            line.trim_start_matches(|sign: char| !sign.is_ascii_alphabetic())
                .starts_with(shown)
        });
        assert!(is_drawn, "{words}: {:?}", seen.screen);
        // The last thing that is done to the terminal is wiping, or telling what is missing.
        let last = seen.screen.rsplit("\u{1b}[2K").next().unwrap_or_default();
        assert!(
            !last.contains(shown) || last.contains("programgrant: "),
            "{words}: {last:?}"
        );
    }
}

#[test]
fn a_line_of_the_log_is_whole_beside_it() {
    let desk = Desk::with(
        "[sources.udir]\nbase_url = \"http://127.0.0.1:9\"\n[sources.helsedir]\nurl = \"http://127.0.0.1:9\"\n",
    );
    let mut sync = desk.command("sync --config gateway.toml");
    sync.env("RUST_LOG", "programgrant=warn").env("NO_COLOR", "1");
    let seen = AtTerminal::run(sync);
    let text = bare(&seen.screen);
    let told: Vec<&str> = text.lines().filter(|line| line.contains("a round failed")).collect();
    assert_eq!(told.len(), 2, "{:?}", seen.screen);
    for line in told {
        assert!(
            line.as_bytes()[2] == b':' && line.contains("  WARN a round failed source="),
            "{line:?}"
        );
    }
    assert!(text.contains("/2 "), "how many are done of how many: {text}");
}
