//! What executing an operation takes, by the pass over what lives in memory and by the execution library, in process and of the same
//! planned document: one field, and one municipality with pot, shares, comparison and awards. And what a new document takes before:
//! reading it, finding it valid, planning it. `cargo bench --bench fields`.

use std::net::SocketAddr;
use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Variables};
use criterion::{BatchSize, BenchmarkId, Criterion};
use programgrant::app::Gateway;
use programgrant::demo::Demo;
use programgrant::graphql::document::{Document, Judge};
use programgrant::graphql::{self, MostFields, Snapshot, executor};
use programgrant::http;
use tokio::runtime::Runtime;

const MOST: MostFields = MostFields(100_000);
const QUESTIONS: [(&str, &str); 2] = [
    ("one field", r#"{ municipality(number: "3813") { name } }"#),
    (
        "a municipality",
        r#"{ municipality(number: "3813") {
            id name organisationNumber formerNumbers { number name until } countyGovernor { name }
            programmeGrant(year: 2021) {
                pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference asOf }
                shares { scheme { id name } budgetPost { label } amount { state amount } provenance { source { id } recordId receivedAt } }
                comparison { before { state amount } withoutProgramme { state amount } withProgramme { state amount } difference worseOff }
            }
            awards { id year status scheme { id name } budgetPost { label } granted { state amount } paid { state amount } decidedOn
                     provenance { source { id } recordId receivedAt } }
        } }"#,
    ),
];

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let (_demo, gateway) = runtime.block_on(start());
    let snapshot = Snapshot::take(&gateway, http::caller::office());
    let mut criterion = Criterion::default().configure_from_args();
    for (name, text) in QUESTIONS {
        compare(&mut criterion, &runtime, &snapshot, name, text);
        before(&mut criterion, name, text);
    }
    criterion.final_summary();
}

/// The demonstration, heard once.
async fn start() -> (Demo, Arc<Gateway>) {
    let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("the demonstration starts");
    let config = demo.config().expect("a sound configuration");
    let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }
    (demo, gateway)
}

fn compare(criterion: &mut Criterion, runtime: &Runtime, snapshot: &Snapshot, name: &str, text: &str) {
    let schema = graphql::schema();
    let planned = plan(&judge(), text);
    let written = runtime
        .block_on(executor::write(&planned, MOST, snapshot))
        .expect("in memory");
    let mut group = criterion.benchmark_group(format!("{name}, {} bytes", written.len()));
    group.bench_function(BenchmarkId::from_parameter("pass"), |bencher| {
        bencher
            .to_async(runtime)
            .iter(|| executor::write(&planned, MOST, snapshot));
    });
    group.bench_function(BenchmarkId::from_parameter("library"), |bencher| {
        bencher.to_async(runtime).iter(|| {
            let mut request = Request::new("").data(MOST);
            request.set_parsed_query(planned.clone());
            graphql::resolve(&schema, request, snapshot.clone())
        });
    });
    group.finish();
}

fn before(criterion: &mut Criterion, name: &str, text: &str) {
    let judge = judge();
    let read = || Document::parse(text).expect("reads");
    let mut group = criterion.benchmark_group(format!("{name}, its document"));
    group.bench_function("read", |bencher| bencher.iter_with_large_drop(read));
    group.bench_function("found valid", |bencher| {
        bencher.iter_batched(
            read,
            |document| judge.judge(document).expect("valid"),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("planned", |bencher| {
        bencher.iter_batched(
            || judge.judge(read()).expect("valid"),
            |judged| judge.plan(&judged, None, &Variables::default()).expect("planned"),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn judge() -> Judge {
    Judge::of(&graphql::schema().sdl(), graphql::check_scalar)
}

fn plan(judge: &Judge, text: &str) -> ExecutableDocument {
    let judged = judge.judge(Document::parse(text).expect("reads")).expect("valid");
    let planned = judge.plan(&judged, None, &Variables::default());
    planned.expect("planned").into_document()
}
