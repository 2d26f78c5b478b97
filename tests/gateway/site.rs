//! The demonstration with its pages over HTTP, as tests look at it: heard once and in open mode, or with people logging in. Nothing of it is shared by
//! two tests.

use std::net::SocketAddr;
use std::sync::Arc;

use programgrant::app::Gateway;
use programgrant::config::Config;
use programgrant::demo::Demo;
use programgrant::http::reference::RequestId;
use programgrant::http::{self, AppState, LocalClient, Service};
use programgrant::pages;
use programgrant_core::access::Caller;
use reqwest::header::COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const BAMBLE: &str = "940244145";
/// The programme office, which is a directorate as well.
pub const OFFICE: &str = "970018131";
/// The county governor of Vestfold og Telemark.
pub const GOVERNOR: &str = "974762501";
/// A directorate alone: NAV.
pub const DIRECTORATE: &str = "889640782";
/// A body without a role: the public.
pub const NOBODY: &str = "310240052";

pub struct Site {
    pub address: SocketAddr,
    pub demo: Demo,
    front: AppState,
    gateway: Arc<Gateway>,
    serving: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    /// In open mode; everybody was heard, and what they say was compared.
    pub async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with a configuration that is another in something.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (demo, listener, _) = started().await;
        let mut config = demo.config().expect("sound");
        change(&mut config);
        let site = Self::serving(demo, listener, &config).await;
        site.hear().await;
        site
    }

    /// Where people log in, with a configuration that is another in something. Nobody was heard.
    pub async fn with_login(change: impl FnOnce(&mut Config)) -> Self {
        let (demo, listener, address) = started().await;
        let mut config = demo.config_with_login(address).await.expect("sound");
        change(&mut config);
        Self::serving(demo, listener, &config).await
    }

    /// Of a demonstration that was prepared otherwise.
    pub async fn serving(demo: Demo, listener: TcpListener, config: &Config) -> Self {
        let address = listener.local_addr().expect("an address");
        let gateway = Arc::new(demo.gateway(config).await.expect("the gateway starts"));
        let front = AppState::new(Service::new(config, Arc::clone(&gateway)).expect("a front door"));
        let (served, further) = (front.clone(), pages::router(front.clone()));
        let serving = tokio::spawn(async move {
            http::serve(listener, served, further, std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            address,
            demo,
            front,
            gateway,
            serving,
        }
    }

    /// Hears everybody, and compares what they say.
    pub async fn hear(&self) {
        self.gateway.poll_all().await;
        self.gateway.dependencies.views.refresh_or_log().await;
        let now = self.gateway.dependencies.clock.now();
        self.gateway.reconciler.round(now).await.expect("reconciled");
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str, body: &str) -> RequestBuilder {
        get(&self.url(path), body)
    }

    pub async fn page(&self, path: &str, body: &str) -> String {
        page(&self.url(path), body).await
    }

    pub async fn status(&self, path: &str, body: &str) -> u16 {
        self.get(path, body).send().await.expect("an answer").status().as_u16()
    }

    /// What the interface answers that body, with the role that the registers give it, as a page asks.
    pub async fn ask(&self, query: &str, body: &str) -> Value {
        let access = self.gateway.access();
        let number = body.parse().expect("an organisation number");
        let caller = Caller {
            acting: Some(access.acting_for(number)),
            role: access.role_of(number),
            office: access.office_of(number),
            ..Caller::public()
        };
        let client = LocalClient::new(&self.front, caller, None, RequestId::new());
        let answer = client.query(query, &json!({})).await;
        answer.unwrap_or_else(|error| panic!("{body}: {query}: {error}"))
    }
}

async fn started() -> (Demo, TcpListener, SocketAddr) {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let demo = Demo::start(anywhere).await.expect("the demonstration starts");
    let (listener, address) = http::bind(anywhere).await.expect("a free port");
    (demo, listener, address)
}

/// One that follows nobody elsewhere.
pub fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().expect("a client")
}

/// Asks in bokmål for a page as a body that was chosen in open mode.
pub fn get(url: &str, body: &str) -> RequestBuilder {
    client().get(url).header(COOKIE, format!("virksomhet={body}; sprak=nb"))
}

/// The page's text, which must be there.
pub async fn page(url: &str, body: &str) -> String {
    let response = get(url, body).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{url} as {body}");
    response.text().await.expect("text")
}

/// Øre as the pages write them: `1 234 567,50 kr`, with a true minus.
pub fn kroner(ore: i64) -> String {
    let digits = (ore.unsigned_abs() / 100).to_string();
    let mut whole = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place != 0 && (digits.len() - place).is_multiple_of(3) {
            whole.push('\u{a0}');
        }
        whole.push(digit);
    }
    let rest = match ore.unsigned_abs() % 100 {
        0 => String::new(),
        rest => format!(",{rest:02}"),
    };
    let sign = if ore < 0 { "\u{2212}" } else { "" };
    format!("{sign}{whole}{rest}\u{a0}kr")
}
