//! Promise: nothing that a client of the last release relies on is gone, and the build stops where something is.

use super::{BOUND, clients, run_within};
use crate::world::repository;

async fn diff(new: &str) -> super::Ended {
    diff_from("programgrant.graphql", new).await
}

/// Against one of `schema/released/`. Descriptions are left out: where one was added, the comparison overlooks that the type changed, too.
async fn diff_from(released: &str, new: &str) -> super::Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let released = repository().join("schema/released").join(released);
    let released = std::fs::read_to_string(released).expect("a released SDL");
    let files = [("old.graphql", released.as_str()), ("new.graphql", new)].map(|(name, sdl)| {
        let file = folder.path().join(name);
        std::fs::write(&file, undescribed(sdl)).expect("written");
        file
    });
    let program = clients().join("node_modules/.bin/graphql-inspector");
    run_within(
        BOUND,
        &clients(),
        program,
        ["diff".as_ref(), files[0].as_os_str(), files[1].as_os_str()],
        &[],
    )
    .await
}

/// The SDL without what stands between lines of three quotation marks.
fn undescribed(sdl: &str) -> String {
    let mut is_described = false;
    let lines = sdl.lines().filter(|line| {
        let is_mark = line.trim() == "\"\"\"";
        is_described ^= is_mark;
        !is_mark && !is_described
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[tokio::test]
async fn nothing_that_was_released_is_broken() {
    let compared = diff(&programgrant::graphql::sdl()).await;
    assert!(compared.well, "{compared:#?}");
}

/// What a client of the first major version must be changed for: a programme whose rules are not published has no days and no participants to tell.
const BROKEN_BY_THE_SECOND: [&str; 4] = [
    "Programme.from",
    "Programme.municipalities",
    "Programme.until",
    "Programme.useUntil",
];

#[tokio::test]
async fn the_second_major_version_breaks_what_may_be_unknown_and_nothing_else() {
    let compared = diff_from("programgrant-1.graphql", &programgrant::graphql::sdl()).await;
    let said = format!("{}{}", compared.said, compared.complained);
    let mut broken: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split_once("Field ")?.1.split_once(" changed type from "))
        .map(|(field, _)| field.trim_matches('\''))
        .collect();
    broken.sort_unstable();
    assert_eq!(broken, BROKEN_BY_THE_SECOND, "{said}");
    assert!(said.contains("Detected 4 breaking changes"), "{said}");
}

#[tokio::test]
async fn the_comparison_fails_on_what_breaks_a_client_and_on_nothing_else() {
    let sdl = programgrant::graphql::sdl();
    let mutated = |from: &str, to: &str| {
        assert!(sdl.contains(from), "{from}");
        sdl.replacen(from, to, 1)
    };
    for (mutation, is_sound) in [
        // A field that is gone, one that may be null now, one of another type, an argument that must be given now.
        (mutated("\n\tcaseReference: String!\n", "\n"), false),
        (
            mutated("\n\tcaseReference: String!\n", "\n\tcaseReference: String\n"),
            false,
        ),
        (mutated("\n\tfence: Int!\n", "\n\tfence: ID!\n"), false),
        (
            mutated("budgetPost(year: Int!)", "budgetPost(year: Int!, month: Int!)"),
            false,
        ),
        (
            mutated(
                "\n\tcaseReference: String!\n",
                "\n\tcaseReference: String!\n\tcaseTitle: String\n",
            ),
            true,
        ),
    ] {
        let compared = diff(&mutation).await;
        assert_eq!(compared.well, is_sound, "{compared:#?}");
        assert!(
            is_sound || compared.said.contains("breaking") || compared.complained.contains("breaking"),
            "{compared:#?}"
        );
    }
}
