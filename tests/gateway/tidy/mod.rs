//! Promise: the house rules hold in every file: no float near money, no unsafe code, no leftovers, one place that names the
//! adapters, and rooms that know only the rooms they may.

mod rooms;
mod words;

use std::path::{Path, PathBuf};

use crate::world::repository;

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&entry).expect("UTF-8");
                files.push((entry, text));
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no Rust files");
    files
}

fn everything() -> Vec<(PathBuf, String)> {
    ["schema", "core", "macros", "adapters", "src", "tests"]
        .into_iter()
        .flat_map(rust_files)
        .collect()
}

/// Whether the word stands in the text, apart from longer words.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '!'))
        .any(|found| found == word)
}

fn offenders(files: &[(PathBuf, String)], offends: impl Fn(&Path, &str) -> bool) -> Vec<&Path> {
    files
        .iter()
        .filter(|(path, text)| offends(path, text))
        .map(|(path, _)| path.as_path())
        .collect()
}

#[test]
fn no_float_comes_near_money() {
    // The words are put together here so that this file does not offend.
    let floats = [["f", "32"].concat(), ["f", "64"].concat()];
    // JSON's reader hands on what callers send, which no amount is ever taken from.
    let is_reader = |path: &Path| path.ends_with("src/http/json.rs");
    // A spreadsheet has nothing else, so who writes one gives it floats, made of an amount's text at the last moment; a test of each shows
    // that they are read back exact.
    let is_spreadsheet = |path: &Path| {
        path.ends_with("adapters/table/src/sheet/workbook/tests/written.rs") || path.ends_with("src/export/workbook.rs")
    };
    let is_exempt = |path: &Path| is_reader(path) || is_spreadsheet(path);
    let has_floats = |path: &Path, text: &str| !is_exempt(path) && floats.iter().any(|float| has_word(text, float));
    assert_eq!(offenders(&everything(), has_floats), Vec::<&Path>::new());
}

#[test]
fn nothing_is_left_over_or_skipped() {
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!"],
        ["unimplemented", "!"],
        ["dbg", "!"],
    ]
    .map(|parts| parts.concat());
    let marks = [["#[ign", "ore"].concat(), ["thread::", "sleep"].concat()];
    let is_left_over = |_: &Path, text: &str| {
        words.iter().any(|word| has_word(text, word)) || marks.iter().any(|mark| text.contains(mark))
    };
    assert_eq!(offenders(&everything(), is_left_over), Vec::<&Path>::new());
}

#[test]
fn one_place_prints_and_none_ends_the_program_where_nobody_reads() {
    let words = ["print", "println", "eprint", "eprintln"].map(|word| [word, "!"].concat());
    let prints = |_: &Path, text: &str| words.iter().any(|word| has_word(text, word));
    assert_eq!(offenders(&rust_files("src"), prints), Vec::<&Path>::new());
    assert_eq!(offenders(&rust_files("adapters"), prints), Vec::<&Path>::new());
    let knows_how = ["src/output/mod.rs"];
    let streams = |path: &Path, text: &str| {
        (text.contains("io::stdout") || text.contains("io::stderr"))
            && !knows_how.iter().any(|file| path.ends_with(file))
    };
    assert_eq!(offenders(&rust_files("src"), streams), Vec::<&Path>::new());
}

#[test]
fn every_file_says_what_it_is_for_and_can_be_read_in_one_sitting() {
    assert_eq!(
        offenders(&everything(), |_, text| !text.starts_with("//!")),
        Vec::<&Path>::new()
    );
    assert_eq!(
        offenders(&everything(), |_, text| text.lines().count() > 500),
        Vec::<&Path>::new()
    );
}

#[test]
fn only_the_registry_names_an_adapter() {
    let adapters =
        ["udir", "nav", "helsedir", "bufdir", "state_accounts", "table"].map(|name| format!("programgrant_{name}"));
    let names_one = |path: &Path, text: &str| {
        !path.ends_with("src/adapters/registry.rs") && adapters.iter().any(|adapter| has_word(text, adapter))
    };
    assert_eq!(offenders(&rust_files("src"), names_one), Vec::<&Path>::new());
}

#[test]
fn no_letter_of_the_reference_tables_was_lost_on_the_way() {
    // What stands where a letter could not be kept, and letters of UTF-8 that were read as Windows-1252.
    let lost = ['?', '\u{fffd}', '\u{c3}', '\u{c2}', '\u{1a}'];
    let tables = std::fs::read_dir(repository().join("schema/data"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let tables: Vec<PathBuf> = tables
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    assert!(tables.len() >= 6, "{tables:?}");
    for table in tables {
        let text = std::fs::read_to_string(&table).expect("UTF-8");
        let broken = text.lines().find(|line| line.contains(lost));
        assert_eq!(broken, None, "{}", table.display());
    }
}

#[test]
fn an_adapter_has_no_clock_environment_or_storage_of_its_own() {
    let forbidden = [
        "Timestamp::now",
        "SystemTime",
        "Instant::now",
        "std::env",
        "env::var",
        "sqlx",
        "tokio::time",
    ];
    let offends = |path: &Path, text: &str| {
        let is_the_adapter =
            path.components().any(|part| part.as_os_str() == "src") && !path.to_string_lossy().contains("simulator");
        is_the_adapter && forbidden.iter().any(|word| text.contains(word))
    };
    assert_eq!(offenders(&rust_files("adapters"), offends), Vec::<&Path>::new());
}

/// The program refuses a variable of its own name that is no key: whoever started it under such a one would see nothing else.
#[test]
fn no_variable_that_sets_the_tests_is_named_like_one_of_the_program() {
    for script in ["test", ".ci/needs", ".ci/run", "tests/browser/package.json"] {
        let text = std::fs::read_to_string(repository().join(script)).expect("a script");
        assert!(!text.contains("PROGRAMGRANT_"), "{script}");
    }
}
