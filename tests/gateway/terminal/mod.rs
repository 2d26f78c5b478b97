//! Promise: on a terminal the program speaks to people, in files and pipes its log is JSON, line by line; standard output holds results alone.

mod completions;
mod log;
mod progress;
mod pty;

use std::process::Command;

use crate::commands::{program, write_config};

/// A folder with a configuration, from which commands are run.
struct Desk(tempfile::TempDir);

impl Desk {
    fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = format!(
            "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:store.db\"\n[auth]\nmode = \"open\"\n{settings}"
        );
        write_config(folder.path(), &text);
        Self(folder)
    }

    /// The program with these words, which a blank parts; nothing around it says how it is to speak.
    fn command(&self, words: &str) -> Command {
        let mut command = program(&words.split(' ').collect::<Vec<_>>());
        command.current_dir(self.0.path());
        for name in ["RUST_LOG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command
    }
}
