//! What an answer and a page take, end to end, beside a bare handler that sends the same bytes; how it grows with the awards; and
//! what disturbs it. The gateway is the program itself, asked over HTTP from another process. `cargo bench --bench gateway`;
//! `docs/performance.md` says how to choose a part.

#[path = "gateway/answers.rs"]
mod answers;
#[path = "gateway/ask.rs"]
mod ask;
#[path = "gateway/growth.rs"]
mod growth;
#[path = "gateway/interference.rs"]
mod interference;
#[path = "../tests/gateway/page_overview/largest.rs"]
mod largest;
#[path = "gateway/load.rs"]
mod load;
#[path = "gateway/pages.rs"]
mod pages;
#[path = "gateway/peers.rs"]
mod peers;
#[path = "gateway/plan.rs"]
mod plan;
#[path = "gateway/process.rs"]
mod process;
#[path = "gateway/programs.rs"]
mod programs;
#[allow(dead_code, reason = "what the tests say of it is more than is measured")]
#[path = "../tests/gateway/records.rs"]
mod records;
#[path = "gateway/sites.rs"]
mod sites;
#[path = "gateway/table.rs"]
mod table;
#[path = "gateway/world.rs"]
mod world;

use plan::{Part, Plan};

/// The bare handler and the library are given the allocator that the gateway has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|given| given != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["as-bare", reply] => peers::bare(reply),
        ["as-stock", config] => peers::stock(config),
        ["as-client", rest @ ..] => load::client(rest),
        parts => measure(&Plan::read(parts)),
    }
}

#[tokio::main]
async fn measure(plan: &Plan) {
    println!("{}", plan.says());
    for part in &plan.parts {
        match part {
            Part::Answers => answers::run(plan).await,
            Part::Growth => growth::run(plan).await,
            Part::Interference => interference::run(plan).await,
            Part::Pages => pages::run(plan).await,
        }
    }
}
