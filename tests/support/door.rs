//! A door in front of a system: it lets in who shows what it demands, passes on what they ask, and counts who came. Behind none, it
//! answers by itself. With certificates it speaks TLS and demands one of ours.
#![allow(dead_code, reason = "each crate of tests uses its part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Demand = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// It stands until it is dropped.
pub struct Door {
    pub address: SocketAddr,
    scheme: &'static str,
    visits: Arc<Visits>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Visits {
    let_in: AtomicUsize,
    turned_away: AtomicUsize,
}

#[derive(Clone)]
struct Keeper {
    demand: Demand,
    /// Origin of the system behind.
    behind: Option<String>,
    visits: Arc<Visits>,
    client: reqwest::Client,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Door {
    /// `demand` judges the value of `Authorization`, empty where there is none.
    pub async fn open(behind: Option<&str>, demand: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        let (listener, address) = listen().await;
        let (app, visits) = app(behind, demand);
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self {
            address,
            scheme: "http",
            visits,
            serving,
        }
    }

    /// The same by TLS, for whoever has a certificate of that authority.
    pub async fn guarded(
        authority: &Authority,
        behind: Option<&str>,
        demand: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::by_tls(authority.server(true), app(behind, demand)).await
    }

    /// The same by TLS, for everybody.
    pub async fn encrypted(authority: &Authority, behind: Option<&str>) -> Self {
        Self::by_tls(authority.server(false), app(behind, |_| true)).await
    }

    async fn by_tls(config: ServerConfig, (app, visits): (Router, Arc<Visits>)) -> Self {
        let (listener, address) = listen().await;
        let listener = listener.into_std().expect("a listener");
        let config = RustlsConfig::from_config(Arc::new(config));
        let server = axum_server::from_tcp_rustls(listener, config).expect("a server");
        let serving = tokio::spawn(async move { server.serve(app.into_make_service()).await.expect("it serves") });
        Self {
            address,
            scheme: "https",
            visits,
            serving,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// How many requests came in, and how many were turned away.
    pub fn visits(&self) -> (usize, usize) {
        let count = |visits: &AtomicUsize| visits.load(Ordering::SeqCst);
        (count(&self.visits.let_in), count(&self.visits.turned_away))
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    (listener, address)
}

fn app(behind: Option<&str>, demand: impl Fn(&str) -> bool + Send + Sync + 'static) -> (Router, Arc<Visits>) {
    let visits = Arc::<Visits>::default();
    let keeper = Keeper {
        demand: Arc::new(demand),
        behind: behind.map(str::to_owned),
        visits: Arc::clone(&visits),
        client: reqwest::Client::builder().no_proxy().build().expect("a client"),
    };
    (Router::new().fallback(visit).with_state(keeper), visits)
}

async fn visit(State(keeper): State<Keeper>, request: Request) -> Response {
    let shown = request.headers().get(AUTHORIZATION);
    let shown = shown.map(|value| value.to_str().unwrap_or("unreadable"));
    if !(keeper.demand)(shown.unwrap_or_default()) {
        keeper.visits.turned_away.fetch_add(1, Ordering::SeqCst);
        return StatusCode::UNAUTHORIZED.into_response();
    }
    keeper.visits.let_in.fetch_add(1, Ordering::SeqCst);
    match &keeper.behind {
        None => "welcome".into_response(),
        Some(origin) => pass_on(&keeper.client, origin, request).await,
    }
}

async fn pass_on(client: &reqwest::Client, origin: &str, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    head.headers.remove(HOST);
    head.headers.remove(AUTHORIZATION);
    let path = Uri::path_and_query(&head.uri).map_or("/", |path| path.as_str());
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a short body");
    let asked = client
        .request(head.method, format!("{origin}{path}"))
        .headers(head.headers)
        .body(body);
    let answer = asked.send().await.expect("the system answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = Response::new(Body::from(answer.bytes().await.expect("a whole answer")));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().remove("transfer-encoding");
    response
}

/// Issues certificates, for servers and clients alike.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub struct Issued {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("sound");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn issue(&self) -> Issued {
        self.issue_for(&KeyPair::generate().expect("a key"))
    }

    /// For this machine, or by it.
    pub fn issue_for(&self, key: &KeyPair) -> Issued {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("sound");
        Issued {
            certificate: params.signed_by(key, &self.0).expect("a certificate").pem(),
            key: key.serialize_pem(),
        }
    }

    /// A server with a certificate of its own; for those who have one of this authority, or for everybody.
    fn server(&self, demands_certificate: bool) -> ServerConfig {
        let provider = Arc::new(default_provider());
        let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.pem())).expect("an authority");
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let own = self.issue();
        let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).expect("PEM");
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = if demands_certificate {
            builder.with_client_cert_verifier(clients.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        builder
            .with_single_cert(vec![der(&own.certificate)], key)
            .expect("they belong together")
    }
}
