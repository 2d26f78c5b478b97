//! A world of its own for each test: simulated systems, a gateway over an empty register, a clock that stands still, and HTTP.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use programgrant::adapters::{Simulated, Simulators, simulate};
use programgrant::app::Gateway;
use programgrant::clock::{Clock, ClockHand};
use programgrant::config::Config;
use programgrant::http::{self, AppState, Service};
use programgrant::pages;
use programgrant_contract::simulation::Simulator;
use programgrant_schema::{Record, SourceId};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::postgres;

/// Settings by which Udir is the office of all programmes, and not of the one alone that it pays.
pub const OFFICE_OF_ALL: &str = "[[auth.organisations]]\nnumber = \"970018131\"\nrole = \"PROGRAMME_OFFICE\"\n";
/// What the clock shows at first.
pub const NOON: &str = "2026-11-22T12:00:00Z";
/// Where this variable is set, nothing is remembered: every promise holds all the same.
const WITHOUT_CACHES: &str = "TEST_WITHOUT_CACHES";
/// How old an answer may be in these worlds.
pub const FRESH_WITHIN: Duration = Duration::from_mins(10);

thread_local! {
    /// Whether the worlds of the test on this thread have their registers on PostgreSQL.
    static ON_POSTGRES: Cell<bool> = const { Cell::new(false) };
}

/// Runs a whole test, with every world that it makes, on PostgreSQL.
pub fn on_postgres(test: impl FnOnce()) {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            ON_POSTGRES.set(false);
        }
    }
    let _back = Back;
    ON_POSTGRES.set(true);
    test();
}

/// The address of an empty store: a file in that folder, or a database.
pub async fn new_store(folder: &Path) -> String {
    if ON_POSTGRES.get() {
        postgres::database().await
    } else {
        format!("sqlite:{}", folder.join("register.db").display())
    }
}

/// Looks again and again until it holds; the bound only ends a test that has failed.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..1500 {
        look.tick().await;
        if holds().await {
            return;
        }
    }
    panic!("never: {what}");
}

pub struct World {
    simulators: Arc<Simulators>,
    folder: Arc<TempDir>,
    store: String,
    settings: String,
    /// More lines for one source.
    source_settings: Option<(SourceId, String)>,
    clock: Clock,
    pub hand: ClockHand,
    door: Option<Door>,
}

struct Door {
    gateway: Arc<Gateway>,
    front: AppState,
    address: SocketAddr,
    closing: CancellationToken,
    serving: JoinHandle<()>,
}

impl World {
    /// Empty systems that nobody has asked yet.
    pub async fn new() -> Self {
        Self::with_settings("").await
    }

    /// The same with top-level settings of its own, such as a second programme file.
    pub async fn with_settings(settings: &str) -> Self {
        Self::with(settings, None).await
    }

    /// The same with more settings for one source.
    pub async fn with_source_settings(source: SourceId, settings: &str) -> Self {
        Self::with("", Some((source, settings.to_owned()))).await
    }

    /// The same with the register on PostgreSQL.
    pub async fn over_postgres() -> Self {
        Self::over(postgres::database().await).await
    }

    /// The same with the register in that store.
    pub async fn over(store: String) -> Self {
        Self::build(tempfile::tempdir().expect("a temporary folder"), store, "", None).await
    }

    /// The same by another clock than the one that stands still.
    pub async fn over_by(store: String, clock: Clock) -> Self {
        let (_, hand) = Clock::manual(NOON.parse().expect("an instant"));
        Self::build_by(
            (clock, hand),
            tempfile::tempdir().expect("a temporary folder"),
            store,
            ("", None),
        )
        .await
    }

    /// Another gateway over the same systems and the same store.
    pub async fn beside(&self) -> Self {
        self.beside_by(self.clock.clone()).await
    }

    /// The same by a clock of its own.
    pub async fn beside_by(&self, clock: Clock) -> Self {
        let mut world = Self {
            simulators: Arc::clone(&self.simulators),
            folder: Arc::clone(&self.folder),
            store: self.store.clone(),
            settings: self.settings.clone(),
            source_settings: self.source_settings.clone(),
            clock,
            hand: self.hand.clone(),
            door: None,
        };
        world.open().await;
        world
    }

    async fn with(settings: &str, source_settings: Option<(SourceId, String)>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = new_store(folder.path()).await;
        Self::build(folder, store, settings, source_settings).await
    }

    async fn build(
        folder: TempDir,
        store: String,
        settings: &str,
        source_settings: Option<(SourceId, String)>,
    ) -> Self {
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        Self::build_by((clock, hand), folder, store, (settings, source_settings)).await
    }

    async fn build_by(
        (clock, hand): (Clock, ClockHand),
        folder: TempDir,
        store: String,
        (settings, source_settings): (&str, Option<(SourceId, String)>),
    ) -> Self {
        let simulators = simulate(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path()).expect("the systems start");
        let (simulators, folder, settings) = (Arc::new(simulators), Arc::new(folder), settings.to_owned());
        let mut world = Self {
            simulators,
            folder,
            store,
            settings,
            source_settings,
            clock,
            hand,
            door: None,
        };
        world.open().await;
        world
    }

    /// Systems with these records, heard once.
    pub async fn heard(records: &[(SourceId, Vec<Record>)]) -> Self {
        let world = Self::new().await;
        world.publish(records);
        world.poll_all().await;
        world
    }

    /// What this world's gateway is told.
    pub fn config(&self) -> Config {
        let limits = "every = \"200ms\"\nfresh_within = \"10m\"\ndeadline = \"1s\"";
        let more = |source: SourceId| {
            self.source_settings
                .iter()
                .filter(|(id, _)| *id == source)
                .map(|(_, lines)| lines.as_str())
                .collect::<String>()
        };
        let section = |place: &Simulated| {
            format!(
                "[sources.{}]\n{}\n{limits}\n{}\n",
                place.source,
                place.settings,
                more(place.source)
            )
        };
        let sources = self
            .simulators
            .places()
            .iter()
            .map(section)
            .collect::<Vec<_>>()
            .concat();
        let text = format!(
            "listen = \"127.0.0.1:0\"\n{}\n[store]\nurl = {:?}\n{sources}",
            self.settings, self.store
        );
        let mut config = Config::parse(&text).expect("a sound configuration");
        if std::env::var_os(WITHOUT_CACHES).is_some() {
            (config.caches.answers, config.caches.documents, config.caches.tokens) = (0, 0, 0);
        }
        config
    }

    async fn open(&mut self) {
        let config = self.config();
        let gateway = Arc::new(
            Gateway::open(&config, self.clock.clone())
                .await
                .expect("the gateway starts"),
        );
        let (listener, address) = http::bind(config.listen).await.expect("a free port");
        let service = Service::new(&config, Arc::clone(&gateway)).expect("a front door");
        let front = AppState::new(service);
        let (closing, served) = (front.closing.clone(), front.clone());
        let serving = tokio::spawn(async move {
            http::serve(listener, served.clone(), pages::router(served), std::future::pending())
                .await
                .expect("serves");
        });
        self.door = Some(Door {
            gateway,
            front,
            address,
            closing,
            serving,
        });
    }

    /// Ends the gateway and starts another over the same register.
    pub async fn restart(&mut self) {
        let door = self.door.take().expect("open");
        door.serving.abort();
        door.gateway.database.close().await;
        self.open().await;
    }

    /// The server drains.
    pub fn drain(&self) {
        self.door.as_ref().expect("open").closing.cancel();
    }

    pub fn gateway(&self) -> &Gateway {
        &self.door.as_ref().expect("open").gateway
    }

    pub fn shared_gateway(&self) -> &Arc<Gateway> {
        &self.door.as_ref().expect("open").gateway
    }

    pub fn front(&self) -> &AppState {
        &self.door.as_ref().expect("open").front
    }

    pub fn simulator(&self, source: SourceId) -> &dyn Simulator {
        self.simulators.get(source)
    }

    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("nav/in")
    }

    pub fn outbox(&self) -> PathBuf {
        self.folder.path().join("nav/out")
    }

    pub fn publish(&self, records: &[(SourceId, Vec<Record>)]) {
        for (source, records) in records {
            self.simulator(*source).publish(records);
        }
    }

    /// One round of every source; failures are what some tests are about.
    pub async fn poll_all(&self) {
        self.gateway().poll_all().await;
    }

    pub async fn poll(&self, source: SourceId) -> Result<(), String> {
        self.gateway()
            .poll(source)
            .await
            .expect("configured")
            .map_err(|error| error.to_string())
    }

    /// Asks over HTTP and expects data alone.
    pub async fn ask(&self, query: &str) -> Value {
        let answer = self.ask_raw(query).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        answer["data"].clone()
    }

    pub async fn ask_raw(&self, query: &str) -> Value {
        let (status, answer) = self
            .post("application/json", &json!({ "query": query }).to_string())
            .await;
        assert_eq!(status, 200, "{answer:#}");
        answer
    }

    /// Sends a body as it is.
    pub async fn post(&self, content_type: &str, body: &str) -> (u16, Value) {
        let request = reqwest::Client::new()
            .post(self.url("/graphql"))
            .header("content-type", content_type)
            .body(body.to_owned());
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    pub async fn status(&self, path: &str) -> u16 {
        reqwest::get(self.url(path)).await.expect("an answer").status().as_u16()
    }

    /// The address of a path at this gateway.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.door.as_ref().expect("open").address)
    }

    /// The pot of a municipality and year.
    pub async fn pot(&self, number: &str, year: i16) -> Value {
        let pot =
            "total known completeness missing { id } awarded { state amount } paid { state amount } difference asOf";
        let query = format!(
            "{{ municipality(number: \"{number}\") {{ programmeGrant(year: {year}) {{ pot {{ {pot} }} }} }} }}"
        );
        self.ask(&query).await["municipality"]["programmeGrant"]["pot"].clone()
    }

    /// One source's state.
    pub async fn source(&self, id: SourceId) -> Value {
        let fields = "id state lastHeardAt records vanished setAside unresolved lastError warnings setAsideRecords { place reason municipality { name } scheme { id } year }";
        let sources = self.ask(&format!("{{ sources {{ {fields} }} }}")).await;
        sources["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|source| source["id"] == id.as_str())
            .expect("listed")
            .clone()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(door) = &self.door {
            door.serving.abort();
        }
    }
}

/// The repository's own folder.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
