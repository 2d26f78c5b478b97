//! The pages as a browser is sent them: how long until the first byte and until the last, and how many bytes, beside a bare handler
//! that sends the same. One asker alone, over a connection that stays open, at pages that were asked before.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_ENCODING, COOKIE};
use reqwest::{Client, RequestBuilder, Response};

use crate::plan::Plan;
use crate::process::{self, Server};
use crate::programs::Program;
use crate::sites;
use crate::table;

/// The programme office sees most.
const VISITOR: &str = "virksomhet=970018131; sprak=nb";
/// What browsers say that they can unpack.
const UNPACKS: &str = "gzip, deflate, br, zstd";
const PLAIN: &str = "identity";
const WARMING: usize = 20;
const BAMBLE: &str = "/kommune/940244145";
const OSLO: &str = "/kommune/958935420";
const EVERYTHING: &str = "/fylkesoversikt?fylke=alle&utvalg=alle&rader=alle";

/// One page, and what it came to.
struct Page<'a> {
    name: String,
    server: &'a Server,
    path: String,
    /// Bytes, packed and not.
    sent: usize,
    written: usize,
    /// As it is sent, for the bare handler.
    reply: Vec<u8>,
    taken: Taken,
    bare: Taken,
}

/// What all its rounds came to.
#[derive(Default)]
struct Taken {
    first: Vec<Duration>,
    last: Vec<Duration>,
    cpu: Duration,
}

pub async fn run(plan: &Plan) {
    for program in &plan.programs {
        let demonstration = sites::demonstration(program).await;
        let largest = sites::largest(program).await;
        let (long, _world) = sites::long_list(program).await;
        let mut pages = Vec::new();
        for path in demonstrated(&demonstration.server).await {
            pages.push(Page::of("", &demonstration.server, path).await);
        }
        for path in [EVERYTHING, "/fylkesoversikt", "/programmet/2024"] {
            pages.push(Page::of("357 municipalities: ", &largest.server, path.to_owned()).await);
        }
        for list in ["tilskudd", "tilskudd?tekst=7001", "utbetalinger"] {
            pages.push(Page::of("5 000 awards: ", &long.server, format!("{OSLO}/{list}")).await);
        }
        measure(plan, &mut pages).await;
        report(program, &pages);
    }
}

/// The demonstration's pages; of those that have an id, the first that another page leads to.
async fn demonstrated(server: &Server) -> Vec<String> {
    let mut paths: Vec<String> = [
        "",
        "/tilskudd",
        "/utbetalinger",
        "/for-og-na",
        "/programtilskudd/2021",
        "/kan-vi-soke/2022",
        "/ser-ikke/2022",
    ]
    .map(|screen| format!("{BAMBLE}{screen}"))
    .into();
    paths.push(format!("{BAMBLE}/programtilskudd/2021/endringer?siden=2026-06-01"));
    let others = [
        "/",
        "/sok?q=sand",
        "/programmet/2021",
        "/fylkesoversikt",
        EVERYTHING,
        "/dobbeltfinansiering",
        "/for-vedtak",
        "/krav",
        "/frister",
        "/data",
        "/kilder",
        "/om-tallene",
    ];
    paths.extend(others.map(str::to_owned));
    for (list, to) in [
        (format!("{BAMBLE}/tilskudd"), "/tilskudd/"),
        ("/dobbeltfinansiering".to_owned(), "/dobbeltfinansiering/"),
    ] {
        paths.push(first_link(server, &list, to).await);
    }
    paths
}

async fn first_link(server: &Server, list: &str, to: &str) -> String {
    let page = answered(get(&client(), server, list, PLAIN))
        .await
        .text()
        .await
        .expect("text");
    let link = page
        .split(&format!("href=\"{to}"))
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    format!("{to}{}", link.unwrap_or_else(|| panic!("{list} leads to no {to}")))
}

/// One connection, and nothing unpacked.
fn client() -> Client {
    let client = Client::builder().no_gzip().http1_only().pool_max_idle_per_host(1);
    client.build().expect("a client")
}

fn get(client: &Client, server: &Server, path: &str, encoding: &str) -> RequestBuilder {
    let url = format!("http://{}{path}", server.address);
    client
        .get(url)
        .header(ACCEPT_ENCODING, encoding)
        .header(COOKIE, VISITOR)
}

async fn answered(request: RequestBuilder) -> Response {
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{}", response.url());
    response
}

impl<'a> Page<'a> {
    /// Asked once each way.
    async fn of(of: &str, server: &'a Server, path: String) -> Self {
        let client = client();
        let plain = answered(get(&client, server, &path, PLAIN))
            .await
            .bytes()
            .await
            .expect("bytes");
        let packed = answered(get(&client, server, &path, UNPACKS)).await;
        let mut reply = b"HTTP/1.1 200 OK\r\n".to_vec();
        for (name, value) in packed.headers() {
            reply.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        let body = packed.bytes().await.expect("bytes");
        reply.extend([b"\r\n", &body[..]].concat());
        Self {
            name: format!("{of}`{path}`"),
            server,
            sent: body.len(),
            written: plain.len(),
            path,
            reply,
            taken: Taken::default(),
            bare: Taken::default(),
        }
    }
}

impl Taken {
    /// For so long; what comes before it was warm is not counted.
    async fn add(&mut self, server: &Server, path: &str, window: Duration) {
        let client = client();
        for _ in 0..WARMING {
            exchange(&client, server, path).await;
        }
        let (begun, before) = (Instant::now(), process::cpu(server.pid));
        while begun.elapsed() < window {
            let (first, last) = exchange(&client, server, path).await;
            self.first.push(first);
            self.last.push(last);
        }
        self.cpu += process::cpu(server.pid).saturating_sub(before);
    }

    fn cpu(&self) -> f64 {
        milliseconds(self.cpu) / f64::from(u32::try_from(self.first.len()).expect("few"))
    }
}

/// Until the head is there, and until all is.
async fn exchange(client: &Client, server: &Server, path: &str) -> (Duration, Duration) {
    let begun = Instant::now();
    let mut response = answered(get(client, server, path, UNPACKS)).await;
    let first = begun.elapsed();
    while response.chunk().await.expect("bytes").is_some() {}
    (first, begun.elapsed())
}

async fn measure(plan: &Plan, pages: &mut [Page<'_>]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for round in 0..plan.rounds {
        for page in &mut *pages {
            page.taken.add(page.server, &page.path, plan.window).await;
            let bare = bare(folder.path(), &page.reply).await;
            page.bare.add(&bare, &page.path, plan.window / 4).await;
            bare.stop().await;
            eprintln!(
                "round {}: {}: {:.1} ms",
                round + 1,
                page.name,
                at(&page.taken.first, 50)
            );
        }
    }
}

async fn bare(folder: &Path, reply: &[u8]) -> Server {
    let file = folder.join("reply");
    fs::write(&file, reply).expect("written");
    Server::peer("as-bare", &file).await
}

fn at(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    milliseconds(times[(times.len() - 1) * percent / 100])
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn report(program: &Program, pages: &[Page<'_>]) {
    println!("\n{}pages, in ms and kB", program.name);
    table::head(&[
        "",
        "first byte: p50",
        "p99",
        "last byte: p50",
        "p99",
        "CPU",
        "bare, last byte: p50",
        "p99",
        "its CPU",
        "as sent",
        "unpacked",
        "asked",
    ]);
    for page in pages {
        let (taken, bare) = (&page.taken, &page.bare);
        table::row(&[
            page.name.clone(),
            format!("{:.1}", at(&taken.first, 50)),
            format!("{:.1}", at(&taken.first, 99)),
            format!("{:.1}", at(&taken.last, 50)),
            format!("{:.1}", at(&taken.last, 99)),
            format!("{:.1}", taken.cpu()),
            format!("{:.2}", at(&bare.last, 50)),
            format!("{:.2}", at(&bare.last, 99)),
            format!("{:.2}", bare.cpu()),
            kilobytes(page.sent),
            kilobytes(page.written),
            taken.first.len().to_string(),
        ]);
    }
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}
