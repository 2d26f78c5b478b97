//! What a picture costs: building it, what an award takes in memory, the picture after a batch, and the sums of a county.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion};
use jiff::Timestamp;
use jiff::civil::date;
use programgrant_core::reference::Reference;
use programgrant_core::view::{Builder, News, StoredRecord, View};
use programgrant_schema::{
    AwardStatement, AwardStatus, BudgetPost, Content, Figure, MunicipalityId, Ore, Record, RecordId, ReportedRecipient,
    SourceId,
};

const NAV: SourceId = SourceId::from_static("nav");
const NEW: usize = 1_000;
const YEARS: [i16; 3] = [2021, 2022, 2023];

fn statement(nth: usize, organisation: &str) -> StoredRecord {
    let content = Content::Award(AwardStatement {
        award: format!("TILD-{nth:08}"),
        post: BudgetPost::new(621, 63),
        activity: None,
        year: 2017 + i16::try_from(nth % 7).expect("small"),
        recipient: ReportedRecipient {
            organisation_number: Some(organisation.to_owned()),
            number: None,
            name: None,
        },
        status: AwardStatus::Granted,
        applied: Figure::Stated(Ore::from_kroner(200_000).expect("in range")),
        granted: Figure::Stated(Ore::from_kroner(150_000).expect("in range")),
        paid: Figure::NotDelivered,
        decided_on: Some(date(2021, 3, 1)),
        use_from: None,
        use_until: None,
        report_due: None,
        target_group: None,
        payer: None,
        disbursements: Vec::new(),
    });
    StoredRecord {
        source: NAV,
        record: Record {
            id: RecordId::new(format!("TILD-{nth:08}/GRANTED")),
            reference: format!("2021/{nth}"),
            revision: Some(1),
            changed_at: Some(Timestamp::UNIX_EPOCH),
            item: None,
            content,
        },
        received_at: Timestamp::UNIX_EPOCH,
        listed_in: 1,
        touched_in: 1,
        vanished_at: None,
        changed_before: None,
    }
}

/// Statements for one municipality after another.
fn statements(from: usize, count: usize, organisations: &[String]) -> impl Iterator<Item = StoredRecord> {
    (from..from + count).map(|nth| statement(nth, &organisations[nth % organisations.len()]))
}

fn news(generation: u64, statuses: &BTreeMap<SourceId, programgrant_core::view::SourceStatus>) -> News<'_> {
    News {
        generation,
        set_aside: Some(&[]),
        statuses,
    }
}

fn build(count: usize, organisations: &[String], reference: &Arc<Reference>) -> View {
    let mut builder = Builder::new(Arc::clone(reference));
    statements(0, count, organisations).for_each(|stored| builder.add(stored));
    builder.finish(&news(1, &BTreeMap::new()))
}

/// What the process holds in memory now and has held at most, in bytes.
fn memory() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or(0_usize)
    };
    (1_024 * kilobytes("VmRSS:"), 1_024 * kilobytes("VmHWM:"))
}

fn county(view: &View, municipalities: &[MunicipalityId]) -> usize {
    let mut known = 0;
    for municipality in municipalities.iter().take(50) {
        for year in YEARS {
            for scheme in view.reference.programmes.schemes().iter().take(5) {
                known += view.shares_in_sum(*municipality, &scheme.id, year).count as usize;
            }
            known += view.sums_of_year(*municipality, year).count();
        }
    }
    known
}

fn main() {
    let reference = Arc::new(Reference::built_in().expect("built in"));
    let numbers = reference.register.iter();
    let (organisations, municipalities): (Vec<String>, Vec<MunicipalityId>) = numbers
        .filter_map(|municipality| Some((municipality.organisation_number?.to_string(), municipality.id)))
        .unzip();
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    for count in [10_000, 100_000, 1_000_000] {
        let (before, began) = (memory().0, std::time::Instant::now());
        let view = build(count, &organisations, &reference);
        let (now, most) = memory();
        let each = |bytes: usize| bytes.saturating_sub(before) / count;
        println!(
            "{count} awards: built in {:?}, {} bytes an award, {} at the peak",
            began.elapsed(),
            each(now),
            each(most)
        );
        criterion.bench_function(&format!("next/{count}"), |bench| {
            let new = || statements(count, NEW, &organisations).collect::<Vec<_>>();
            bench.iter_batched(
                new,
                |new| view.next(new, &news(2, &BTreeMap::new())),
                BatchSize::PerIteration,
            );
        });
        criterion.bench_function(&format!("county/{count}"), |bench| {
            bench.iter(|| black_box(county(&view, &municipalities)));
        });
        criterion.bench_function(&format!("municipality/{count}"), |bench| {
            bench.iter(|| {
                view.awards_of_year(municipalities[0], 2021)
                    .take(45)
                    .map(|award| award.id().len())
                    .sum::<usize>()
            });
        });
    }
    criterion.final_summary();
}
