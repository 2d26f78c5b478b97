//! Helsedirektoratet, read: what is in the queue is fetched, and purged once it is stored.

use std::fmt;

use async_trait::async_trait;
use programgrant_contract::{Batch, Http, Position, Receipt, Reply, Secret, Source, SourceError, Years};
use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};

use crate::soap::{self, Body, Fault};
use crate::xml::{Element, Space};
use crate::{translate, wire};

/// The first fault id that is passing; those below are the caller's fault.
const FIRST_PASSING: i64 = 1000;

/// A user of the queue (WS-Security `UsernameToken`, `PasswordText`).
#[derive(Debug, Clone)]
pub struct Credentials {
    pub username: String,
    pub password: Secret,
}

/// Helsedirektoratet's queue of commitments (tilsagn), read, and its exclusions (sperrer), written.
#[derive(Clone)]
pub struct Helsedir {
    http: Http,
    url: Url,
    credentials: Option<Credentials>,
}

/// Without the address, which may carry a password of its own.
impl fmt::Debug for Helsedir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Helsedir")
            .field("http", &self.http)
            .field("host", &self.url.host_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl Helsedir {
    pub fn new(http: Http, url: Url, credentials: Option<Credentials>) -> Self {
        Self { http, url, credentials }
    }

    pub(crate) async fn call(&self, operation: &str, body: &str) -> Result<Element, SourceError> {
        let envelope = soap::envelope(self.credentials.as_ref(), body);
        let request = |client: &reqwest::Client| {
            let request = client
                .post(self.url.clone())
                .header(CONTENT_TYPE, "text/xml; charset=utf-8");
            // The header's value is a quoted string (SOAP 1.1 § 6.1.1).
            request
                .header("SOAPAction", format!("\"{operation}\""))
                .body(envelope.clone())
        };
        answer(operation, &self.http.send(request).await?)
    }
}

#[async_trait]
impl Source for Helsedir {
    async fn pull(&self, _position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        let answer = self.call(wire::FETCH, &wire::fetch()).await?;
        let items = wire::items(&answer).map_err(|reason| SourceError::malformed(place(wire::FETCH), reason))?;
        Ok(translate::batch(&items))
    }

    async fn acknowledge(&self, receipt: &Receipt) -> Result<(), SourceError> {
        for references in receipt.0.chunks(wire::MOST) {
            let answer = self.call(wire::PURGE, &wire::purge(references)).await?;
            if !wire::is_purged(&answer) {
                return Err(SourceError::malformed(
                    place(wire::PURGE),
                    "AntallSlettet is missing or no number",
                ));
            }
        }
        Ok(())
    }
}

pub fn place(operation: &str) -> String {
    format!("the answer to {operation}")
}

/// The operation's response. A fault counts whatever the status is, since faults also arrive with 200.
fn answer(operation: &str, reply: &Reply) -> Result<Element, SourceError> {
    match soap::open(&reply.body) {
        Ok(Body::Fault(fault)) => Err(failure(&fault, reply)),
        _ if !reply.status.is_success() => Err(reply.failure()),
        Ok(Body::Content(content)) if content.is(Space::Tilskudd, &format!("{operation}Response")) => Ok(content),
        Ok(Body::Content(_)) => Err(SourceError::malformed(
            place(operation),
            format!("it is no {operation}Response"),
        )),
        Err(flaw) => Err(SourceError::malformed(place(operation), flaw.to_string())),
    }
}

fn failure(fault: &Fault, reply: &Reply) -> SourceError {
    match fault.error_id {
        _ if reply.status == StatusCode::TOO_MANY_REQUESTS => reply.failure(),
        Some(id) if id < FIRST_PASSING => SourceError::refused(format!("error {id}")),
        Some(id) => SourceError::Outage {
            reason: format!("error {id}"),
            retry_after: reply.retry_after(),
        },
        None if fault.blames_caller => SourceError::refused("a fault that blames the request"),
        None if reply.status.is_success() => SourceError::outage("a fault without an error id"),
        None => reply.failure(),
    }
}
