//! Promise: the command writes the file and nothing else to standard output, asks no source, says on standard error what is missing, and
//! its exit code tells whole (0), not whole (1) and not at all (2) apart.

use serde_json::Value;

use super::{BAMBLE, OFFICE, Sheet};
use crate::commands::{Running, output, write_config};

struct Heard {
    folder: tempfile::TempDir,
    config: String,
}

impl Heard {
    /// The simulated systems, heard once; then they are gone.
    fn once() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let drop_folder = folder.path().join("drop").display().to_string();
        let mut systems = Running::start(&["simulate", "--listen", "127.0.0.1:0", "--folder", &drop_folder]);
        let config = write_config(folder.path(), &systems.read_until("The lines above"));
        output(&["sync", "--config", &config]);
        drop(systems);
        Self { folder, config }
    }

    /// Exit code, standard output and standard error.
    fn export(&self, arguments: &[&str]) -> (Option<i32>, Vec<u8>, String) {
        let output = output(&[&["export", "--config", &self.config], arguments].concat());
        // Beside the access log, which says what was asked.
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        let said: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
        let said = said.join("\n");
        (output.status.code(), output.stdout, said)
    }
}

#[test]
fn a_file_goes_where_it_is_told_and_what_is_missing_to_standard_error() {
    let heard = Heard::once();
    let (code, stdout, said) = heard.export(&["--as", BAMBLE, "--what", "deadlines", "--format", "json"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(serde_json::from_slice::<Value>(&stdout).is_ok());
    let path = heard.folder.path().join("potter 2021.csv").display().to_string();
    let pots = ["--what", "pots", "--format", "csv", "--year", "2021", "--out", &path];
    let (code, stdout, said) = heard.export(&[&["--as", OFFICE], &pots[..]].concat());
    assert!(stdout.is_empty(), "{said}");
    let file = std::fs::read(&path).expect("written");
    let sheet = Sheet::read(&file);
    assert_eq!(sheet.rows.len(), 12);
    let incomplete = sheet
        .rows
        .iter()
        .filter(|row| !sheet.cell(row, "missing").is_empty())
        .count();
    assert_eq!(said.lines().count(), incomplete, "{said}");
    assert!(
        said.lines().all(|line| line.starts_with("programgrant: mangler: ")),
        "{said}"
    );
    assert_eq!(code, Some(i32::from(incomplete > 0)));
    let package = std::fs::read(heard.folder.path().join("potter 2021.datapackage.json")).expect("beside it");
    let package: Value = serde_json::from_slice(&package).expect("JSON");
    assert_eq!(package["resources"][0]["path"], "potter 2021.csv");
    // A municipality has its own.
    let (_, stdout, _) = heard.export(&["--as", BAMBLE, "--what", "pots", "--format", "csv"]);
    let own = Sheet::read(&stdout);
    assert!(
        own.rows.len() == 3
            && own
                .rows
                .iter()
                .all(|row| own.cell(row, "organisation_number") == BAMBLE)
    );
}

#[test]
fn what_cannot_be_had_is_refused_and_leaves_no_file() {
    let heard = Heard::once();
    let path = heard.folder.path().join("x.csv").display().to_string();
    for (arguments, named) in [
        (
            &["--as", OFFICE, "--what", "pots", "--format", "ics"][..],
            "pots cannot be had as ics; there is csv, datapackage, json, xlsx, json-stat",
        ),
        (
            &["--as", "987654325", "--what", "awards", "--format", "csv"],
            "FORBIDDEN: ",
        ),
        (
            &["--as", "123", "--what", "awards", "--format", "csv"],
            "--as <ORGANISATION>",
        ),
        (
            &["--as", OFFICE, "--what", "catalogue", "--format", "dcat"],
            "[catalogue]",
        ),
    ] {
        let (code, stdout, said) = heard.export(&[arguments, &["--out", &path]].concat());
        assert_eq!((code, stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(named) && said.len() < 500, "{said}");
        assert!(!std::path::Path::new(&path).exists(), "{arguments:?}");
    }
}
