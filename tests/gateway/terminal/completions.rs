//! Promise: `completions` prints what completes the program's words, for each shell, and nothing else; in bash it does complete them.

use std::process::{Command, Stdio};

use crate::commands::output;

#[test]
fn each_shell_is_told_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let printed = output(&["completions", shell]);
        let script = String::from_utf8(printed.stdout).expect("UTF-8");
        assert!(printed.status.success() && printed.stderr.is_empty(), "{shell}");
        for word in [
            "serve",
            "restore",
            "migrate",
            "verify",
            "export",
            "completions",
            "--config",
        ] {
            // Fish names an option without its dashes.
            let word = if shell == "fish" {
                word.trim_start_matches('-')
            } else {
                word
            };
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let unknown = output(&["completions", "tcsh"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(2), 0));
}

#[test]
fn bash_completes_by_it() {
    let script = String::from_utf8(output(&["completions", "bash"]).stdout).expect("UTF-8");
    let ask = "\nCOMP_WORDS=(programgrant ver); COMP_CWORD=1; _programgrant programgrant ver programgrant; echo \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &(script + ask)]).stderr(Stdio::inherit());
    let completed = bash.output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&completed.stdout).trim(), "verify");
}
