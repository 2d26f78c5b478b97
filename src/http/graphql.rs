//! GraphQL over HTTP: POST, and GET for what changes nothing. A request is judged in one order: its form, who asks, whether it
//! is let in, what it does.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use axum::extract::{Query, Request as HttpRequest, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use programgrant_core::access::Caller;

use super::admission::{Admitted, Incoming, Sent, Transport};
use super::answering::{AnswerMaker, Given, enter_kept};
use super::middleware::Arrival;
use super::negotiation::{Accepted, Media};
use super::reference::RequestId;
use super::refusal::Refusal;
use super::response::Answer;
use super::state::{AppState, Service};
use super::{body, forms, origin, response, sse};
use crate::graphql::Live;
use crate::telemetry;
use crate::telemetry::access_log;

/// Sent by clients that want to share one event stream between operations.
const STREAM_TOKEN: &str = "x-graphql-event-stream-token";

/// The methods of `/graphql`.
pub const ALLOWED: &str = "GET, HEAD, POST, OPTIONS";

/// What stands behind the `?` of an address.
pub type Parameters = Vec<(String, String)>;

/// Where a request came in, and what its client takes.
struct Exchange {
    state: AppState,
    /// The configuration that read the request answers it.
    service: Arc<Service>,
    headers: HeaderMap,
    accepted: Accepted,
    reference: RequestId,
    transport: Transport,
}

pub async fn post(State(state): State<AppState>, request: HttpRequest) -> Result<Response, Refusal> {
    let (parts, content) = request.into_parts();
    let Arrival {
        reference, accepted, ..
    } = arrival(&parts);
    let accepted = accepted.check()?;
    body::check_type(&parts.headers)?;
    check_connection(&parts.headers, false)?;
    let content = body::whole(content).await?;
    let service = state.service();
    let incoming = read(&service, Sent::Body(content.clone()), &parts, || {
        service.admission.look_at(&content)?;
        body::read(&content)
    })?;
    Exchange {
        state,
        service,
        headers: parts.headers,
        accepted,
        reference,
        transport: Transport::Post,
    }
    .answer(incoming)
    .await
}

pub async fn get(state: AppState, request: HttpRequest) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let Arrival {
        reference, accepted, ..
    } = arrival(&parts);
    let accepted = accepted.check()?;
    let (headers, asked) = (&parts.headers, &parts.uri);
    // By itself the header says it; by the address, whoever takes a stream.
    check_connection(headers, false)?;
    let service = state.service();
    let sent = Sent::Address {
        query: asked.query().unwrap_or_default().into(),
        stream: accepted.stream,
    };
    let incoming = read(&service, sent, &parts, || {
        let Query(parameters) = Query::<Parameters>::try_from_uri(asked)
            .map_err(|_| Refusal::bad_request("The parameters of the address cannot be read."))?;
        let has_token = parameters.iter().any(|(name, _)| name == "token");
        check_connection(headers, accepted.stream && has_token)?;
        parameters
            .iter()
            .try_for_each(|(_, value)| service.admission.look_at(value.as_bytes()))?;
        body::read_parameters(parameters)
    })?;
    Exchange {
        state,
        service,
        headers: parts.headers,
        accepted,
        reference,
        transport: Transport::Get,
    }
    .answer(incoming)
    .await
}

/// A question of one of our own pages, in the name of who is logged in there. No other way of asking reads the cookie; and this one takes
/// nothing that a page elsewhere could send.
pub async fn from_page(State(state): State<AppState>, request: HttpRequest) -> Result<Response, Refusal> {
    let service = state.service();
    let (parts, content) = request.into_parts();
    let Arrival {
        reference, accepted, ..
    } = arrival(&parts);
    let signed_in = forms::asker(&service, &parts.headers).await?;
    // Nothing is followed here.
    let accepted = Accepted {
        stream: false,
        ..accepted
    }
    .check()?;
    body::check_type(&parts.headers)?;
    let content = body::whole(content).await?;
    let incoming = read(&service, Sent::Body(content.clone()), &parts, || {
        service.admission.look_at(&content)?;
        body::read(&content)
    })?;
    let exchange = Exchange {
        state,
        service,
        headers: parts.headers,
        accepted,
        reference,
        transport: Transport::Post,
    };
    let answer = exchange.answer_to(incoming, signed_in.caller).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    if let Some(renewed) = signed_in.renewed {
        response.headers_mut().append(header::SET_COOKIE, renewed);
    }
    Ok(response)
}

/// What was found out before the request was routed.
pub fn arrival(parts: &Parts) -> Arrival {
    let known = parts.extensions.get::<Arrival>().cloned();
    known.unwrap_or_else(|| Arrival {
        reference: RequestId::new(),
        accepted: Accepted::of(&parts.headers),
        address: None,
    })
}

/// The request, read unless the same was read before.
fn read(
    service: &Service,
    sent: Sent,
    parts: &Parts,
    reading: impl FnOnce() -> Result<Incoming, Refusal>,
) -> Result<Incoming, Refusal> {
    let incoming = match service.admission.known(&sent) {
        Some(known) => Incoming {
            known: Some(known),
            ..Incoming::default()
        },
        None => Incoming {
            sent: Some(sent),
            ..reading()?
        },
    };
    Ok(Incoming {
        address: address(&parts.extensions),
        ..incoming
    })
}

/// What may be asked in which way, for those who ask that.
pub async fn options() -> Response {
    (StatusCode::NO_CONTENT, [(header::ALLOW, ALLOWED)]).into_response()
}

/// Where it came from, as far as that is known.
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<Arrival>()?.address.map(|address| address.ip())
}

fn check_connection(headers: &HeaderMap, has_token: bool) -> Result<(), Refusal> {
    const DISTINCT: &str =
        "Operations do not share an event stream: send each with `Accept: text/event-stream` (distinct connections).";
    let shares = has_token || headers.contains_key(STREAM_TOKEN);
    if shares {
        Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "SINGLE_CONNECTION_REFUSED",
            DISTINCT,
        ))
    } else {
        Ok(())
    }
}

impl Exchange {
    async fn answer(self, incoming: Incoming) -> Result<Response, Refusal> {
        let caller = self.service.caller(&self.headers).await?;
        self.answer_to(incoming, caller).await
    }

    async fn answer_to(self, incoming: Incoming, caller: Caller) -> Result<Response, Refusal> {
        let service = Arc::clone(&self.service);
        let transport = match self.transport {
            Transport::Get if self.accepted.stream => Transport::GetStream,
            Transport::Post if self.accepted.stream => Transport::Stream,
            transport => transport,
        };
        let admitted = match service.admission.admit(incoming, transport, &caller).await {
            Ok(admitted) => admitted,
            Err(refusal) => {
                access_log::refused(Some(&caller), refusal.status.as_u16(), refusal.code);
                return self.refuse(refusal);
            }
        };
        match (self.accepted.answer, admitted.kind()) {
            (_, OperationType::Subscription) if self.accepted.stream => {
                self.follow(&service, admitted.into_request(), caller)
            }
            (None, _) => self.follow(&service, admitted.into_request(), caller),
            (Some(_), OperationType::Subscription) => Err(needs_stream()),
            (Some(media), _) => Ok(self.execute(&service, admitted, caller, media).await),
        }
    }

    /// What is kept of the answer, or a fresh one.
    async fn execute(&self, service: &Service, admitted: Admitted, caller: Caller, media: Media) -> Response {
        let snapshot = service.snapshot(caller);
        let key = service.answers.key(&admitted.reading, &snapshot, media);
        let tagged = key.as_ref().filter(|_| self.is_get());
        let tag = tagged.map(|key| service.answers.tag(key));
        if let Some(tag) = tag.as_ref().filter(|tag| response::names(&self.headers, tag)) {
            enter_kept(&admitted.reading, &snapshot.caller);
            return response::not_modified(tag, &self.headers);
        }
        let maker = AnswerMaker {
            schema: &self.state.schema,
            answers: &service.answers,
            reference: &self.reference,
        };
        let Given { answer, is_kept } = maker.answer(key, admitted, snapshot).await;
        self.written(&answer, tag.filter(|_| is_kept), media)
    }

    fn written(&self, answer: &Answer, tag: Option<HeaderValue>, media: Media) -> Response {
        if self.is_get() {
            response::to_get(answer, tag, media, &self.headers)
        } else {
            response::to_post(answer, media)
        }
    }

    const fn is_get(&self) -> bool {
        matches!(self.transport, Transport::Get | Transport::GetStream)
    }

    fn follow(&self, service: &Service, request: Request, caller: Caller) -> Result<Response, Refusal> {
        const ELSEWHERE: &str = "A page of this origin may not open a stream here.";
        if !origin::is_allowed(&self.headers, &service.http) {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "ORIGIN_REFUSED", ELSEWHERE));
        }
        let ends = sse::Ends {
            closing: self.state.closing.clone(),
            clock: service.gateway.dependencies.clock.clone(),
            until: caller.until,
        };
        let current = self.state.clone();
        let live = Live {
            schema: self.state.schema.clone(),
            gateway: Arc::new(move || Arc::clone(&current.service().gateway)),
            caller,
        };
        Ok(sse::follow(&live, request, ends, self.reference.clone()))
    }

    /// A document that was not let in is told like one that does not execute.
    fn refuse(&self, mut refusal: Refusal) -> Result<Response, Refusal> {
        telemetry::note_refused();
        match self.accepted.answer {
            None if refusal.document || refusal.status == StatusCode::BAD_REQUEST => {
                return Ok(sse::refuse(&refusal, &self.reference));
            }
            Some(media) if refusal.document => refusal.status = response::invalid_document(media),
            _ => {}
        }
        Err(refusal)
    }
}

fn needs_stream() -> Refusal {
    const STREAM: &str =
        "A subscription is followed over WebSocket (graphql-transport-ws), or with `Accept: text/event-stream`.";
    Refusal::new(StatusCode::BAD_REQUEST, "SUBSCRIPTION_NEEDS_STREAM", STREAM)
}
