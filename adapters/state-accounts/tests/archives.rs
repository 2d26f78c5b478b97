//! Promise: an archive says what the file in it says; half an archive, a damaged or a swollen one says nothing and why.

mod common;

use std::fs;

use common::{Drop, LANGUAGE, POT, UDIR, YEAR_2021, archive, line, lines, sample, whereabouts, year};
use programgrant_contract::simulation::Simulator;
use programgrant_contract::suite::walk;
use programgrant_schema::Gap;

const ZIP: &str = "statsregnskapet_aar_2021.zip";
const CSV: &str = "statsregnskapet_aar_2021.csv";

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there")
}

fn lay(drop: &Drop, name: &str, bytes: &[u8]) {
    let temporary = drop.place.path().join("part");
    fs::write(&temporary, bytes).expect("written");
    fs::rename(temporary, drop.folder().join(name)).expect("renamed");
}

async fn refusal(bytes: &[u8]) -> String {
    let drop = Drop::new();
    lay(&drop, ZIP, bytes);
    let batch = drop.read_one().await;
    assert_eq!((batch.records.len(), batch.scope.as_deref()), (0, Some(YEAR_2021)));
    let [(place, reason, None, Some(2021))] = whereabouts(&batch.set_aside)[..] else {
        panic!("{batch:#?}")
    };
    format!("{place} {reason}")
}

#[tokio::test]
async fn every_file_says_the_same_packed() {
    let plain = Drop::new();
    plain.simulator().publish(&sample());
    let packed = Drop::new();
    for entry in fs::read_dir(plain.folder()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let bytes = archive(&[(name, &fs::read(&path).expect("read"))]);
        lay(&packed, &name.replace(".csv", ".zip"), &bytes);
    }
    let records = |batches: Vec<programgrant_contract::Batch>| -> Vec<_> {
        batches.into_iter().flat_map(|batch| batch.records).collect()
    };
    assert_eq!(records(packed.read().await), sample());
}

#[tokio::test]
async fn a_bad_row_is_told_by_its_line_in_the_file_within() {
    let drop = Drop::new();
    lay(&drop, ZIP, &archive(&[(CSV, &fixture("month_thirteen.csv"))]));
    let batch = drop.read_one().await;
    assert_eq!(batch.set_aside[0].place, format!("{ZIP}/{CSV}:6"));
    assert_eq!(lines(&batch), [line(LANGUAGE, UDIR, 14_430_000_000)]);
    assert_eq!(
        refusal(&archive(&[(CSV, &fixture("short_row.csv"))])).await,
        format!("{ZIP}/{CSV}:6 a row of 3 columns where the header has 8")
    );
}

#[tokio::test]
async fn half_an_archive_is_never_half_a_file() {
    let whole = archive(&[(CSV, &fixture("year.csv"))]);
    for length in (0..whole.len()).step_by(7) {
        assert_eq!(
            refusal(&whole[..length]).await,
            format!("{ZIP} the archive is not whole, or none at all"),
            "{length} of {}",
            whole.len()
        );
    }
}

#[tokio::test]
async fn a_damaged_byte_is_noticed() {
    // Stored as it is, so that nothing but the sum can notice.
    let rows = fixture("year.csv");
    let mut bytes = common::stored(CSV, &rows);
    let at = bytes
        .windows(8)
        .position(|window| window == b"20000000")
        .expect("an amount");
    bytes[at] = b'9';
    assert_eq!(
        refusal(&bytes).await,
        format!("{ZIP} the archive is not whole, or none at all")
    );
}

#[tokio::test]
async fn an_archive_without_its_file_or_with_another_limit_is_refused() {
    let year = fixture("year.csv");
    for names in [
        vec![],
        vec!["statsregnskapet_aar_2020.csv"],
        vec!["mappe/statsregnskapet_aar_2021.csv"],
    ] {
        let members: Vec<_> = names.into_iter().map(|name| (name, year.as_slice())).collect();
        assert_eq!(
            refusal(&archive(&members)).await,
            format!("{ZIP} the archive holds no {CSV}")
        );
    }
    // The sources of these tests read a mebibyte.
    let large = [year.clone(), vec![b'\n'; 1 << 20]].concat();
    let size = large.len();
    assert_eq!(
        refusal(&archive(&[(CSV, &large)])).await,
        format!("{ZIP} the file has {size} bytes unpacked; the limit is {}", 1 << 20)
    );
    let drop = Drop::new();
    lay(&drop, ZIP, &archive(&[("les_meg.txt", b"hei"), (CSV, &year)]));
    assert_eq!(
        lines(&drop.read_one().await).len(),
        2,
        "what else is in it is left alone"
    );
}

#[tokio::test]
async fn a_size_that_an_archive_states_of_itself_is_not_believed() {
    let large = [fixture("year.csv"), vec![b'\n'; 1 << 20]].concat();
    let mut bytes = archive(&[(CSV, &large)]);
    let stated = u32::try_from(large.len()).expect("small").to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4)
        .filter(|at| bytes[*at..*at + 4] == stated)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let told = refusal(&bytes).await;
    assert!(
        told.contains("larger unpacked than the limit") || told.contains("not whole"),
        "{told}"
    );
}

#[tokio::test]
async fn a_file_that_lies_there_twice_must_say_the_same() {
    let drop = Drop::new();
    let (source, mut position) = (drop.source(), None);
    lay(&drop, ZIP, &archive(&[(CSV, &fixture("year.csv"))]));
    drop.put("year.csv", YEAR_2021);
    let whole = [year(
        2021,
        vec![line(POT, UDIR, 4_050_000_001), line(LANGUAGE, UDIR, 14_430_000_000)],
    )];
    assert_eq!(walk(&source, &mut position).await.expect("read")[0].records, whole);
    assert_eq!(
        walk(&source, &mut position).await.expect("read")[0].scope,
        None,
        "read once"
    );

    drop.put("cut_at_a_row.csv", YEAR_2021);
    let differing = walk(&source, &mut position).await.expect("read");
    assert_eq!(
        whereabouts(&differing[0].set_aside),
        [(
            CSV,
            &*format!("{CSV} and {ZIP} do not say the same; one of them must go"),
            None,
            Some(2021)
        )]
    );
    assert_eq!(differing[0].records, []);

    fs::remove_file(drop.folder().join(CSV)).expect("removed");
    let healed = walk(&source, &mut position).await.expect("read");
    assert_eq!(
        (healed[0].records.as_slice(), healed[0].gaps.as_slice()),
        (whole.as_slice(), [].as_slice())
    );

    fs::remove_file(drop.folder().join(ZIP)).expect("removed");
    let gap = Gap {
        place: ZIP.to_owned(),
        reason: "was read and has vanished".to_owned(),
    };
    assert_eq!(walk(&source, &mut position).await.expect("read")[0].gaps, [gap]);
}
