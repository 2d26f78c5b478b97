//! Promise: what a page shows can be had as a file with the same rows in the same order, within its reader's reach, sources and gaps said in it; a
//! calendar's address works for whoever has it until it is revoked, and shows nothing that is not public.

mod calendars;
mod deadlines;
mod reach;
mod rows;

use std::net::SocketAddr;
use std::sync::Arc;

use programgrant::demo::Demo;
use programgrant::http::{self, AppState, Service};
use programgrant::pages;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const BAMBLE: &str = "940244145";
const OFFICE: &str = "970018131";
/// A body without a role: the public.
const NOBODY: &str = "310240052";

/// The demonstration with its pages, heard once.
struct Site {
    address: SocketAddr,
    serving: JoinHandle<()>,
    _demo: Demo,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with another configuration.
    async fn with(change: impl FnOnce(&mut programgrant::config::Config)) -> Self {
        let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("the demonstration starts");
        let mut config = demo.config().expect("sound");
        change(&mut config);
        let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
        gateway.poll_all().await;
        gateway.dependencies.views.refresh_or_log().await;
        let now = gateway.dependencies.clock.now();
        gateway.reconciler.round(now).await.expect("reconciled");
        let front = AppState::new(Service::new(&config, gateway).expect("a front door"));
        let (listener, address) = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port");
        let further = pages::router(front.clone());
        let serving = tokio::spawn(async move {
            http::serve(listener, front, further, std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            address,
            serving,
            _demo: demo,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn get(&self, path: &str, body: &str) -> RequestBuilder {
        client()
            .get(self.url(path))
            .header(COOKIE, format!("virksomhet={body}; sprak=nb"))
    }

    async fn text(&self, path: &str, body: &str) -> String {
        let response = self.get(path, body).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    }

    async fn status(&self, path: &str, body: &str) -> u16 {
        self.get(path, body).send().await.expect("an answer").status().as_u16()
    }

    async fn ask(&self, query: &str, body: &str) -> Value {
        let request = client().post(self.url("/graphql"));
        let request = request
            .header("programgrant-caller", body)
            .json(&json!({ "query": query }));
        let mut answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].take()
    }

    async fn sheet(&self, path: &str, body: &str) -> Sheet {
        Sheet::read(&self.text(path, body).await)
    }
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().expect("a client")
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    let value = response.headers().get(name).expect("the header");
    value.to_str().expect("text").to_owned()
}

/// A CSV by its columns.
struct Sheet {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let heading = owned(reader.headers().expect("a heading"));
        let rows = reader.records().map(|record| owned(&record.expect("a row"))).collect();
        Self { heading, rows }
    }

    fn column(&self, name: &str) -> Vec<String> {
        let place = self.heading.iter().position(|heading| heading == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}: {:?}", self.heading));
        self.rows.iter().map(|row| row[place].clone()).collect()
    }

    /// The øre of a column of amounts; nothing of cells without one.
    fn sum(&self, name: &str) -> i64 {
        let stated = self.column(name).into_iter().filter(|cell| !cell.is_empty());
        stated
            .map(|cell| cell.replace(',', "").parse::<i64>().expect("an amount"))
            .sum()
    }
}

/// The body of the only table of a page, or nothing where it has none.
fn table(page: &str) -> &str {
    page.split("<tbody>")
        .nth(1)
        .map_or("", |rest| rest.split("</tbody>").next().unwrap_or_default())
}

/// What stands between two marks, each time, in the order of the page.
fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    let parts = text.split(start).skip(1).filter_map(|rest| rest.split(end).next());
    parts.map(plain).collect()
}

/// As it reads: without escapes.
fn plain(text: &str) -> String {
    let text = text
        .replace("%3A", ":")
        .replace("%2F", "/")
        .replace("%2D", "-")
        .replace("%2E", ".");
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

/// The addresses that a page offers its files at.
fn files(page: &str) -> Vec<String> {
    let section = page
        .split("class=\"files\"")
        .nth(1)
        .and_then(|rest| rest.split("</section>").next());
    between(section.unwrap_or_default(), "<li><a href=\"", "\"")
}
