//! Promise: whoever speaks GraphQL over HTTP, or follows an event stream, finds what the specifications say, and whoever does
//! not is told what was wrong, in a form that is always the same.

mod answers;
mod clients;
mod codes;
mod errors;
mod hosts;
mod reading;
mod streams;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::world::World;

/// An answer as it came.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            body: response.bytes().await.expect("a body").to_vec(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The status and the first error's code.
    fn refusal(&self) -> (u16, String) {
        let answer = self.json();
        (
            self.status,
            answer["errors"][0]["extensions"]["code"]
                .as_str()
                .expect("a code")
                .to_owned(),
        )
    }

    /// The first error's code, if there is an error.
    fn refusal_or_none(&self) -> Option<String> {
        self.json()["errors"][0]["extensions"]["code"]
            .as_str()
            .map(str::to_owned)
    }

    fn message(&self) -> String {
        self.json()["errors"][0]["message"]
            .as_str()
            .expect("a message")
            .to_owned()
    }
}

/// A client that shows answers as they are, compressed ones too.
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_gzip().build().expect("a client")
}

fn post(world: &World, body: impl Into<reqwest::Body>) -> RequestBuilder {
    client()
        .post(world.url("/graphql"))
        .header("content-type", "application/json")
        .body(body)
}

fn query(world: &World, query: &str) -> RequestBuilder {
    post(world, json!({ "query": query }).to_string())
}

fn get(world: &World, parameters: &[(&str, &str)]) -> RequestBuilder {
    client().get(world.url("/graphql")).query(parameters)
}
