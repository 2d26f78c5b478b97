//! Promise: nothing that a client of the last release relies on is gone, and the build stops where something is.

use super::{BOUND, clients, run_within};
use crate::world::repository;

async fn diff(new: &str) -> super::Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("new.graphql");
    std::fs::write(&file, new).expect("written");
    let released = repository().join("schema/released/programgrant.graphql");
    let program = clients().join("node_modules/.bin/graphql-inspector");
    run_within(
        BOUND,
        &clients(),
        program,
        ["diff".as_ref(), released.as_os_str(), file.as_os_str()],
        &[],
    )
    .await
}

#[tokio::test]
async fn nothing_that_was_released_is_broken() {
    let compared = diff(&programgrant::graphql::sdl()).await;
    assert!(compared.well, "{compared:#?}");
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
