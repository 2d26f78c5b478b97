//! A browser as far as logging in goes: it keeps cookies for each address, follows nothing by itself, and says where it comes from.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::{Value, json};

thread_local! {
    static CLIENT: reqwest::Client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
}

pub fn client() -> reqwest::Client {
    CLIENT.with(Clone::clone)
}

/// What came back.
#[derive(Debug)]
pub struct Came {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Came {
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.expect("text"),
        }
    }

    pub fn location(&self) -> String {
        let location = self.headers.get("location");
        let location = location.unwrap_or_else(|| panic!("no way on: {} {}", self.status, self.text));
        location.to_str().expect("text").to_owned()
    }

    /// Every `Set-Cookie`.
    pub fn cookies(&self) -> Vec<String> {
        let cookies = self.headers.get_all("set-cookie").iter();
        cookies
            .map(|cookie| cookie.to_str().expect("text").to_owned())
            .collect()
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or("-");
        format!("{} {code}", self.status.as_u16())
    }
}

/// Cookies by the address that set them.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub jar: BTreeMap<(String, String), String>,
}

fn authority(url: &str) -> String {
    let url = Url::parse(url).expect("an address");
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port_or_known_default().unwrap_or_default()
    )
}

impl Browser {
    /// What it sends along to an address.
    pub fn cookie(&self, url: &str) -> String {
        let at = authority(url);
        let own = self.jar.iter().filter(|((place, _), _)| *place == at);
        own.map(|((_, name), value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn with_cookies(&self, request: RequestBuilder, url: &str) -> RequestBuilder {
        match self.cookie(url) {
            none if none.is_empty() => request,
            cookies => request.header("cookie", cookies),
        }
    }

    pub fn get(&self, url: &str) -> RequestBuilder {
        self.with_cookies(client().get(url), url)
    }

    pub fn post(&self, url: &str) -> RequestBuilder {
        self.with_cookies(client().post(url), url)
    }

    /// Keeps what an answer of that address sets.
    pub fn keep(&mut self, url: &str, came: &Came) {
        for cookie in came.cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            let key = (authority(url), name.to_owned());
            if attributes.contains("Max-Age=0") {
                self.jar.remove(&key);
            } else {
                self.jar.insert(key, value.to_owned());
            }
        }
    }

    /// Opens an address.
    pub async fn open(&mut self, url: &str) -> Came {
        let came = Came::to(self.get(url)).await;
        self.keep(url, &came);
        came
    }

    /// Sends a form from a page of that address.
    pub async fn send(&mut self, url: &str, fields: &[(&str, &str)]) -> Came {
        let came = Came::to(self.form(url, fields)).await;
        self.keep(url, &came);
        came
    }

    /// The same, not sent yet.
    pub fn form(&self, url: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.post(url)
            .header("sec-fetch-site", "same-origin")
            .header(
                "origin",
                Url::parse(url).expect("an address").origin().ascii_serialization(),
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(fields))
    }

    /// What a page's own script asks.
    pub fn question(&self, gateway: &str, token: &str, query: &str) -> RequestBuilder {
        self.post(&format!("{gateway}/graphiql/query"))
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", token)
            .json(&json!({ "query": query }))
    }

    pub async fn ask(&self, gateway: &str, token: &str, query: &str) -> Came {
        Came::to(self.question(gateway, token, query)).await
    }
}

/// As forms are sent.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://x/").expect("an address");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

/// A parameter of an address.
pub fn parameter(url: &str, name: &str) -> String {
    let url = Url::parse(url).expect("an address");
    let mut found = url.query_pairs().filter(|(key, _)| key == name);
    found.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The address with one parameter changed, or taken out.
pub fn with_parameter(url: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(url).expect("an address");
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(others);
    if let Some(value) = value {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}
