//! A gateway that people log in at, the demonstration's issuers, and a clock that both go by.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::header::COOKIE;
use programgrant::app::Gateway;
use programgrant::clock::{Clock, ClockHand};
use programgrant::config::Config;
use programgrant::demo::tokens::Issuers;
use programgrant::http::{self, AppState, Service};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::browser::{Browser, Came};
use crate::world::{NOON, new_store};

pub struct Place {
    pub issuers: Issuers,
    pub folder: TempDir,
    pub hand: ClockHand,
    pub clock: Clock,
    /// The address of the pages, which all gateways over the store share.
    pub origin: String,
    pub store: String,
    /// Below `listen` and the store.
    pub settings: String,
    pub gate: Gate,
}

/// One gateway and its front door.
pub struct Gate {
    pub front: AppState,
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Gate {
    async fn open((listener, address): (TcpListener, SocketAddr), config: &Config, clock: &Clock) -> Self {
        let gateway = Gateway::open(config, clock.clone()).await.expect("the gateway starts");
        let front = AppState::new(Service::new(config, Arc::new(gateway)).expect("a front door"));
        let served = front.clone();
        let serving = tokio::spawn(async move {
            http::serve(listener, served, Router::new(), std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            front,
            address,
            serving,
        }
    }

    pub async fn at_a_free_port(config: &Config, clock: &Clock) -> Self {
        Self::open(listener().await, config, clock).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a page would give this browser's forms; nothing where nobody is logged in.
    pub async fn form_token(&self, browser: &Browser) -> Option<String> {
        self.form_token_with(&browser.cookie(&self.url(""))).await
    }

    /// The same for a header `Cookie`.
    pub async fn form_token_with(&self, cookie: &str) -> Option<String> {
        let headers = [(COOKIE, cookie.parse().expect("a header"))].into_iter().collect();
        let signed_in = self.front.service().signed_in(&headers).await;
        signed_in.expect("known").map(|signed_in| signed_in.form_token())
    }
}

async fn listener() -> (TcpListener, SocketAddr) {
    http::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port")
}

pub fn config(settings: &str, store: &str) -> Config {
    let text = format!("listen = \"127.0.0.1:0\"\n[store]\nurl = {store:?}\n{settings}");
    Config::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

impl Place {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// The same with more lines of `[login]`.
    pub async fn with(login: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = new_store(folder.path()).await;
        Self::over(folder, store, login).await
    }

    async fn over(folder: TempDir, store: String, login: &str) -> Self {
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        let issuers = Issuers::start(clock.clone()).await.expect("the issuers start");
        let bound = listener().await;
        let origin = format!("http://{}", bound.1);
        let settings = settings(&issuers, &origin, folder.path(), login).await;
        let gate = Gate::open(bound, &config(&settings, &store), &clock).await;
        Self {
            issuers,
            folder,
            hand,
            clock,
            origin,
            store,
            settings,
            gate,
        }
    }

    /// Another gateway over the same store, behind the same address of the pages.
    pub async fn beside(&self) -> Gate {
        Gate::at_a_free_port(&config(&self.settings, &self.store), &self.clock).await
    }

    /// Another configuration in the place of the present one, as SIGHUP puts it there.
    pub async fn reload(&self, settings: &str) {
        let config = config(settings, &self.store);
        let before = self.gate.front.service();
        let gateway = Arc::new(before.gateway.reopen(&config).await.expect("opens"));
        self.gate
            .front
            .replace(before.renewed(&config, gateway).expect("sound"));
        before.dismiss(&config).await;
    }

    pub fn url(&self, path: &str) -> String {
        self.gate.url(path)
    }

    /// A browser that has been sent to the issuer and has chosen there, and the address by which it comes back.
    pub async fn sent(&self, to: &str, choice: &str) -> (Browser, String) {
        let mut browser = Browser::default();
        let back = self.send(&mut browser, to, choice).await;
        (browser, back)
    }

    pub async fn send(&self, browser: &mut Browser, to: &str, choice: &str) -> String {
        let begun = browser.open(&self.url(&format!("/login{to}"))).await;
        self.choose(browser, &begun.location(), choice).await
    }

    /// Chooses on the issuer's page; the way back.
    pub async fn choose(&self, browser: &mut Browser, there: &str, choice: &str) -> String {
        let page = browser.open(there).await;
        let id = page
            .text
            .split("name=\"id\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let id = id.unwrap_or_else(|| panic!("no page to choose on: {} {}", page.status, page.text));
        let door = there.split('?').next().expect("an address").to_owned();
        let chosen = browser
            .send(&door, &[("id", id), ("person", "caseworker"), ("choice", choice)])
            .await;
        chosen.location()
    }

    /// Logs a browser in; what the way back was answered with.
    pub async fn come_back(&self, browser: &mut Browser, choice: &str) -> Came {
        let back = self.send(browser, "", choice).await;
        browser.open(&back).await
    }

    /// A browser that is logged in for the body of a role.
    pub async fn logged_in(&self, choice: &str) -> Browser {
        let mut browser = Browser::default();
        let came = self.come_back(&mut browser, choice).await;
        assert_eq!(
            (came.status.as_u16(), came.location().as_str()),
            (303, "/"),
            "{}",
            came.text
        );
        browser
    }
}

/// What believes the issuers and lets people log in.
pub async fn settings(issuers: &Issuers, origin: &str, folder: &Path, login: &str) -> String {
    let lets_in = issuers.admit(origin, folder).await.expect("admitted");
    format!("[auth]\nmode = \"jwt\"\n{}{lets_in}{login}\n", issuers.settings())
}
