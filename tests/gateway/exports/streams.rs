//! Promise: what goes out as a stream is the same file, and whoever may not have it is refused before the first byte.

use futures::TryStreamExt;
use programgrant::export::{self, ExportFormat, Subset, What};

use super::{OFFICE, client, exported, request};
use crate::records::programme_2021;
use crate::world::World;

#[tokio::test]
async fn the_pieces_of_a_stream_are_the_file_and_a_refusal_has_none() {
    let world = World::heard(&programme_2021()).await;
    for (what, format) in [
        (What::Awards, ExportFormat::Csv),
        (What::Awards, ExportFormat::Giving360),
        (What::Pots, ExportFormat::JsonStat),
        (What::Deadlines, ExportFormat::Ics),
        (What::Awards, ExportFormat::Datapackage),
    ] {
        let asked = request(what, format, Subset::default());
        let pieces = export::stream(client(&world, OFFICE), asked).await.expect("a file");
        let streamed: Vec<_> = pieces.try_collect().await.expect("whole");
        assert_eq!(
            streamed.concat(),
            exported(&world, OFFICE, what, format).await.1,
            "{what} {format}"
        );
    }
    for format in [ExportFormat::Csv, ExportFormat::Giving360] {
        let asked = request(What::Awards, format, Subset::default());
        let refused = export::stream(client(&world, "987654325"), asked).await.err();
        assert!(
            refused.is_some_and(|error| error.to_string().starts_with("FORBIDDEN: ")),
            "{format}"
        );
    }
}
