//! Promise: what the overview, the programme and the sources show a caller is what the interface answers to the same caller; searching, sorting and
//! paging lose no row; a chosen day stays chosen; and no page is larger than a reader on a poor line can bear.

mod figures;
pub mod largest;
mod lists;
mod sizes;
mod table;

use std::net::SocketAddr;
use std::sync::Arc;

use programgrant::app::Gateway;
use programgrant::demo::Demo;
use programgrant::http::reference::RequestId;
use programgrant::http::{self, AppState, LocalClient, Service};
use programgrant::pages;
use programgrant_core::access::Caller;
use reqwest::header::COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const BAMBLE: &str = "940244145";
/// The programme office, which is a directorate as well.
const OFFICE: &str = "970018131";
/// The county governor of Vestfold og Telemark.
const GOVERNOR: &str = "974762501";
/// A directorate alone: NAV.
const DIRECTORATE: &str = "889640782";
/// A body without a role.
const NOBODY: &str = "310240052";

/// The demonstration with its pages, heard once.
struct Site {
    address: SocketAddr,
    front: AppState,
    gateway: Arc<Gateway>,
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
        let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("the demonstration starts");
        let config = demo.config().expect("sound");
        let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
        gateway.poll_all().await;
        gateway.dependencies.views.refresh_or_log().await;
        let now = gateway.dependencies.clock.now();
        gateway.reconciler.round(now).await.expect("reconciled");
        let front = AppState::new(Service::new(&config, Arc::clone(&gateway)).expect("a front door"));
        let (listener, address) = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port");
        let (served, further) = (front.clone(), pages::router(front.clone()));
        let serving = tokio::spawn(async move {
            http::serve(listener, served, further, std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            address,
            front,
            gateway,
            serving,
            _demo: demo,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn page(&self, path: &str, body: &str) -> String {
        page(&self.url(path), body).await
    }

    /// What the interface answers that body, with the role that the registers give it.
    async fn ask(&self, query: &str, body: &str) -> Value {
        let access = self.gateway.access();
        let number = body.parse().expect("an organisation number");
        let caller = Caller {
            acting: Some(access.acting_for(number)),
            role: access.role_of(number),
            ..Caller::public()
        };
        let client = LocalClient::new(&self.front, caller, None, RequestId::new());
        let answer = client.query(query, &json!({})).await;
        answer.unwrap_or_else(|error| panic!("{body}: {query}: {error}"))
    }
}

fn get(url: &str, body: &str) -> RequestBuilder {
    let client = Client::builder().redirect(Policy::none()).build().expect("a client");
    client.get(url).header(COOKIE, format!("virksomhet={body}; sprak=nb"))
}

/// The page's text, which must be there.
async fn page(url: &str, body: &str) -> String {
    let response = get(url, body).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{url} as {body}");
    response.text().await.expect("text")
}

/// Kroner as the pages write them.
fn kroner(ore: i64) -> String {
    let (whole, part) = (ore.unsigned_abs() / 100, ore.unsigned_abs() % 100);
    let digits = whole.to_string().into_bytes();
    let groups: Vec<String> = digits
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let sign = if ore < 0 { "\u{2212}" } else { "" };
    let part = if part == 0 {
        String::new()
    } else {
        format!(",{part:02}")
    };
    format!("{sign}{}{part}\u{a0}kr", groups.join("\u{a0}"))
}
