//! Promise: of a folder, the list is what the mapping says that it is; half a file, a refused one and a missing one are said, and the last
//! good list stays.

mod common;

use common::{Folder, list, mapping_of, row};
use programgrant_table::sheet::ReadLimits;

const SNAPSHOT: &str = "format = \"csv\"\npattern = \"liste_*.csv\"\ncomplete = \"ok-file\"";

fn one(key: &str) -> String {
    list(&[row(key, "1,00")])
}

#[tokio::test]
async fn the_last_file_by_name_is_the_list_and_unchanged_it_costs_a_look() {
    let mut folder = Folder::new(mapping_of(SNAPSHOT));
    assert!(folder.walk().await.is_silent(), "an empty folder says nothing");
    folder.deliver("liste_1.csv", one("a"));
    folder.deliver("liste_2.csv", list(&[row("b", "1,00"), row("c", "2,00")]));
    folder.deliver("andre.csv", one("x"));
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids(), walk.scopes()),
        (vec!["b".to_owned(), "c".to_owned()], vec![Some("list")])
    );
    assert!(folder.walk().await.is_silent());
    folder.deliver("liste_2.csv", one("d"));
    assert_eq!(folder.walk().await.ids(), ["d"], "the same name, another list");
    folder.deliver("liste_10.csv", one("e"));
    assert!(folder.walk().await.is_silent(), "names are ordered by their bytes");
}

#[tokio::test]
async fn a_file_without_its_ok_has_not_come() {
    let mut folder = Folder::new(mapping_of(SNAPSHOT));
    folder.put("liste_1.csv", one("a"));
    assert!(folder.walk().await.is_silent());
    folder.put("liste_1.csv.ok", "");
    assert_eq!(folder.walk().await.ids(), ["a"]);
    folder.put("liste_2.csv.ok", "");
    assert_eq!(
        folder.walk().await.gaps(),
        ["liste_2.csv: liste_2.csv.ok lies there and announces a file that does not"]
    );
    folder.put("liste_2.csv.ok", "0".repeat(64));
    folder.put("liste_2.csv", one("b"));
    let walk = folder.walk().await;
    assert_eq!(
        walk.gaps(),
        ["liste_2.csv: refused: the sum in its ok-file does not agree"]
    );
    assert!(walk.ids().is_empty());
}

#[tokio::test]
async fn the_last_good_list_stays_while_a_later_one_is_refused_or_it_has_vanished() {
    let mut folder = Folder::new(mapping_of(SNAPSHOT));
    folder.deliver("liste_1.csv", one("a"));
    folder.deliver("liste_2.csv", "Saksnr;År\r\na;2021\r\n");
    let refused = ["liste_2.csv: refused: has no column \"Orgnr\""];
    let walk = folder.walk().await;
    assert_eq!(
        (walk.ids(), walk.gaps()),
        (vec!["a".to_owned()], refused.map(str::to_owned).to_vec())
    );
    let walk = folder.walk().await;
    assert_eq!(
        (walk.scopes(), walk.gaps()),
        (vec![None], refused.map(str::to_owned).to_vec()),
        "told again, not read again"
    );
    folder.deliver("liste_2.csv", one("b"));
    let walk = folder.walk().await;
    assert_eq!((walk.ids(), walk.gaps()), (vec!["b".to_owned()], vec![]), "healed");
    folder.remove("liste_2.csv");
    folder.remove("liste_2.csv.ok");
    let walk = folder.walk().await;
    assert_eq!(walk.scopes(), [None], "an earlier file is not the list again");
    assert_eq!(
        walk.gaps(),
        ["liste_2.csv: was read and has vanished; what was read stands"]
    );
    folder.deliver("liste_3.csv", one("c"));
    let walk = folder.walk().await;
    assert_eq!((walk.ids(), walk.gaps()), (vec!["c".to_owned()], vec![]));
}

#[tokio::test]
async fn another_mapping_reads_the_same_file_anew() {
    let mut folder = Folder::new(mapping_of(SNAPSHOT));
    folder.deliver("liste_1.csv", one("a"));
    folder.walk().await;
    folder.read_by(mapping_of(&format!("{SNAPSHOT}\nheader_row = 1")));
    assert_eq!(folder.walk().await.ids(), ["a"]);
}

#[tokio::test]
async fn parts_are_one_list_and_disagree_about_no_key() {
    let mut folder = Folder::new(mapping_of(&format!("{SNAPSHOT}\ndelivery = \"parts\"")));
    folder.deliver(
        "liste_1.csv",
        list(&[row("a", "1,00"), row("b", "1,00"), row("c", "1,00")]),
    );
    folder.deliver(
        "liste_2.csv",
        list(&[row("b", "2,00"), row("c", "1,00"), row("d", "1,00")]),
    );
    let walk = folder.walk().await;
    assert_eq!(walk.scopes(), [Some("liste_1.csv"), Some("liste_2.csv")]);
    assert_eq!(walk.ids(), ["a", "c", "d"]);
    assert_eq!(
        walk.set_aside(),
        [
            "liste_1.csv, line 3: other rows of the key \"b\" say something else",
            "liste_2.csv, line 2: other rows of the key \"b\" say something else",
        ]
    );
    assert!(folder.walk().await.is_silent());
    folder.put("liste_4.csv", one("x"));
    folder.deliver("liste_5.csv", "Saksnr\r\n");
    folder.deliver("liste_6.csv", one("f"));
    folder.remove("liste_1.csv");
    folder.remove("liste_1.csv.ok");
    let walk = folder.walk().await;
    assert_eq!(
        walk.scopes(),
        [Some("liste_2.csv"), Some("liste_6.csv")],
        "what the missing part said stands"
    );
    assert_eq!(
        walk.gaps(),
        [
            "liste_1.csv: was read and has vanished; what was read stands",
            "liste_4.csv: lies there without liste_4.csv.ok",
            "liste_5.csv: refused: has no column \"År\"",
        ]
    );
}

#[tokio::test]
async fn changes_are_read_once_and_a_late_file_is_still_the_earlier_one() {
    let mut folder = Folder::new(mapping_of(&format!("{SNAPSHOT}\ndelivery = \"changes\"")));
    folder.deliver("liste_1.csv", one("a"));
    folder.deliver("liste_3.csv", list(&[row("a", "3,00"), row("c", "3,00")]));
    let mut walk = folder.walk().await;
    assert_eq!(walk.scopes(), [None, None]);
    folder.deliver("liste_2.csv", list(&[row("a", "2,00"), row("b", "2,00")]));
    walk.0.extend(folder.walk().await.0);
    assert_eq!(walk.ids(), ["a", "b", "c"]);
    let granted = |id: &str| walk.award(id).granted.stated().expect("stated").to_string();
    assert_eq!((granted("a"), granted("b")), ("3.00".to_owned(), "2.00".to_owned()));
    assert!(folder.walk().await.is_silent());
    folder.deliver("liste_2.csv", one("z"));
    let walk = folder.walk().await;
    assert_eq!(
        walk.gaps(),
        ["liste_2.csv: was changed after it was read; what was read stands"]
    );
    assert!(walk.ids().is_empty());
}

#[tokio::test]
async fn a_quiet_file_is_whole_by_the_gateways_clock() {
    let quiet = "format = \"csv\"\npattern = \"*.csv\"\ncomplete = \"quiet\"\nquiet = \"5m\"";
    let mut folder = Folder::new(mapping_of(quiet));
    folder.put("a.csv", one("a"));
    let path = folder.path.join("a.csv");
    let set = |instant: jiff::Timestamp| {
        let file = std::fs::File::options().write(true).open(&path).expect("opened");
        file.set_modified(instant.into()).expect("set");
    };
    let now = common::far_ahead();
    for (age, is_whole) in [(-60, false), (0, false), (299, false), (300, true)] {
        set(now - jiff::SignedDuration::from_secs(age));
        assert_eq!(!folder.walk().await.ids().is_empty(), is_whole, "{age} s");
    }
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_a_folder_that_is_gone_is_an_outage() {
    let limits = ReadLimits {
        bytes: 64,
        ..ReadLimits::DEFAULT
    };
    let mut folder = Folder::with(mapping_of(SNAPSHOT), limits);
    folder.deliver("liste_1.csv", one("a"));
    assert_eq!(
        folder.walk().await.gaps(),
        ["liste_1.csv: refused: is larger than 64 bytes"]
    );
    std::fs::remove_dir_all(&folder.path).expect("removed");
    assert!(folder.try_walk().await.expect_err("an outage").is_retryable());
}
