//! Promise: `programgrant allocation` shares a frame as docs/allocation.md works it out by hand, explains what it did, and tells every difference of a
//! published list.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::commands::{output, write_config};
use crate::world::repository;

const DESCRIBED: &str = r#"
[[file]]
path = "counts.csv"
format = "csv"
source = "Oppdiktet"
licence = "ingen"
read_on = "2026-01-01"
"#;

fn allocation(arguments: &[&str]) -> Output {
    output(&[&["allocation"], arguments].concat())
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// The nth block of that language in the document.
fn block(document: &str, language: &str, nth: usize) -> String {
    let fence = format!("```{language}\n");
    let begun = document.split(&fence).nth(nth + 1).expect("a block");
    begun.split("```").next().expect("its end").to_owned()
}

/// The example of the document as files: its plan, what describes its counts, and the list that is worked out by hand.
fn by_hand(folder: &Path) -> [String; 3] {
    let document = std::fs::read_to_string(repository().join("docs/allocation.md")).expect("the document");
    let indicator = |id: &str| {
        format!(
            "[[file.indicator]]\nid = \"{id}\"\nname_nb = \"{id}\"\nunit = \"\"\ncan_be_added = true\ncounted_on = \"12-31\"\n"
        )
    };
    let described: String = ["children", "all_children", "poor", "young", "neet", "inhabitants"]
        .map(indicator)
        .concat();
    let files = [
        ("plan.toml", block(&document, "toml", 0)),
        ("counts.toml", format!("{DESCRIBED}{described}")),
        ("list.csv", block(&document, "csv", 1)),
    ];
    std::fs::write(folder.join("counts.csv"), block(&document, "csv", 0)).expect("written");
    files.map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    })
}

/// Five of the programme's municipalities alone take part.
fn five(folder: &Path) -> String {
    let pilot = std::fs::read_to_string(repository().join("schema/data/pilot.toml")).expect("the pilot");
    let mut parts = pilot.split("[[municipality]]\n");
    let head = parts.next().expect("the head");
    let five: Vec<&str> = parts.take(5).collect();
    let programme = folder.join("five.toml");
    std::fs::write(
        &programme,
        format!("{head}[[municipality]]\n{}", five.join("[[municipality]]\n")),
    )
    .expect("written");
    let programme = programme.display().to_string();
    let text = format!("listen = \"127.0.0.1:0\"\n[programme]\nfiles = [{programme:?}]\n[auth]\nmode = \"open\"\n");
    write_config(folder, &text)
}

#[test]
fn the_example_by_hand_is_what_the_program_says() {
    let folder = TempDir::new().expect("a folder");
    let [plan, indicators, list] = by_hand(folder.path());
    let config = five(folder.path());
    let with = ["--config", &config, "--plan", &plan, "--indicators", &indicators];
    let checked = allocation(&[&with[..], &["--check", &list]].concat());
    assert_eq!(printed(&checked), "18 lines agree\n", "{}", complained(&checked));
    // And a krone moved from one to another is told, with both lines.
    let text = std::fs::read_to_string(&list).expect("the list");
    let moved = text
        .replace("846-los;918082956;74286", "846-los;918082956;74285")
        .replace("846-los;964951284;74285", "846-los;964951284;74286");
    std::fs::write(&list, moved).expect("written");
    let checked = allocation(&[&with[..], &["--check", &list]].concat());
    assert_eq!(checked.status.code(), Some(1));
    let told = printed(&checked);
    assert!(
        told.contains("846-los of 918082956 is 74285.00 and should be 74286.00"),
        "{told}"
    );
    assert!(told.ends_with("differences: 2\n"), "{told}");
}

#[test]
fn the_built_in_example_adds_up_and_is_what_its_list_says() {
    let folder = TempDir::new().expect("a folder");
    for (year, frame) in [("2020", 39_300_000_i64), ("2021", 40_500_000), ("2022", 41_600_000)] {
        let listed = allocation(&["--year", year]);
        assert!(
            complained(&listed).contains("oppdiktet"),
            "an example says that it is one"
        );
        let list = printed(&listed);
        let kroner = list.lines().skip(1).map(|line| line.split(';').nth(3).expect("a cell"));
        let ore: i64 = kroner
            .map(|cell| cell.replace('.', "").parse::<i64>().expect("an amount"))
            .sum();
        assert_eq!(ore, frame * 100, "{year}");
        let path = folder.path().join(year);
        std::fs::write(&path, &list).expect("written");
        let checked = allocation(&["--check", path.to_str().expect("a path")]);
        assert_eq!(printed(&checked), "60 lines agree\n", "{}", complained(&checked));
    }
}

#[test]
fn every_difference_of_a_published_list_is_named() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("list.csv");
    let list = printed(&allocation(&["--year", "2021"]));
    let mut lines: Vec<String> = list.lines().map(str::to_owned).collect();
    let gone = lines.remove(1);
    lines.push("2021;621.63;940244146;5".to_owned());
    lines.push("2021;999.99;940244145;5,50".to_owned());
    lines.push("2021;621.63;940244145;fem".to_owned());
    std::fs::write(&path, lines.join("\n")).expect("written");
    let checked = allocation(&["--check", path.to_str().expect("a path")]);
    assert_eq!(checked.status.code(), Some(1));
    let told = printed(&checked);
    let whose: Vec<&str> = gone.split(';').collect();
    let missing = format!("{} of {} is on no line", whose[1], whose[2]);
    for part in [
        &missing,
        "940244146",
        "999.99 of 940244145 is not in the plan",
        "kroner",
        "differences: 4",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn an_explanation_has_its_five_parts_and_says_what_is_made_up() {
    let explained = allocation(&["--year", "2021", "--explain"]);
    assert_eq!(explained.status.code(), Some(0), "{}", complained(&explained));
    let text = printed(&explained);
    for part in [
        "1. Tallene",
        "2. Regelen",
        "3. Utregningen",
        "4. Tabellen",
        "5. Endret fra 2020",
        "Med ord: Bamble får",
        "OPPDIKTET",
        "Statistisk sentralbyrå, tabell 13556",
        "laveste organisasjonsnummer",
        "færre, og den er ikke nådd",
        "Sum: 40\u{a0}500\u{a0}000\u{a0}kr",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_cannot_be_is_refused_in_one_line() {
    let refused = allocation(&["--year", "2023"]);
    assert_eq!((refused.status.code(), printed(&refused)), (Some(2), String::new()));
    assert!(
        complained(&refused).contains("no plan has the year 2023"),
        "{}",
        complained(&refused)
    );
    let folder = TempDir::new().expect("a folder");
    let [plan, indicators, _] = by_hand(folder.path());
    let text = std::fs::read_to_string(&plan).expect("the plan");
    std::fs::write(
        &plan,
        text.replace("frame_kroner = 1_000_000", "frame_kroner = 349_999"),
    )
    .expect("written");
    let config = five(folder.path());
    let refused = allocation(&[
        "--config",
        &config,
        "--plan",
        &plan,
        "--indicators",
        &indicators,
        "--year",
        "2021",
    ]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        complained(&refused).contains("1.00 more than the frame"),
        "{}",
        complained(&refused)
    );
}
