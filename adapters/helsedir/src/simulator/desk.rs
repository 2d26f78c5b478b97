//! The one address of the interface: SOAP in, an operation, SOAP or a fault out, and whatever goes wrong on the way.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::civil::Date;
use programgrant_contract::HeldExclusion;
use programgrant_contract::simulation::fault;
use programgrant_schema::{BudgetPost, OrganisationNumber};
use tokio::sync::watch;

use super::faults::{BAD_GATEWAY, DIALECT, DOCUMENT_TYPE, FAULT_200, HTML, NO_PURGE, NO_REFERENCES, REFUSED_200, SLOW};
use super::speech::{self, Manner};
use super::{State, closed, locked};
use crate::xml::{self, Element, Space, TILSKUDD};
use crate::{Credentials, soap, wire};

const ERROR_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Feil</title></head><body><h1>Tjenesten svarer ikke</h1><hr>proxy</body></html>\n";

/// A fault of the interface; ids below 1000 blame the caller.
struct AltinnFault {
    id: u16,
    message: &'static str,
}

const fn fault(id: u16, message: &'static str) -> AltinnFault {
    AltinnFault { id, message }
}

type Answer = Result<String, AltinnFault>;

pub fn router(state: Arc<Mutex<State>>, closing: watch::Receiver<()>) -> Router {
    let serve = move |headers: HeaderMap, body: Bytes| {
        let (state, closing) = (Arc::clone(&state), closing.clone());
        async move {
            let is_slow = locked(&state).fault == Some(SLOW);
            if is_slow {
                closed(closing).await;
            }
            respond(&mut locked(&state), &headers, &body)
        }
    };
    Router::new().route("/soap", post(serve))
}

fn respond(state: &mut State, headers: &HeaderMap, body: &[u8]) -> Response {
    match state.fault {
        Some(fault::THROTTLED) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "7")]).into_response(),
        Some(fault::REFUSED) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            &fault(42, "the caller has no access to the queue"),
        ),
        Some(fault::OUTAGE) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            &fault(1001, "the archive does not answer"),
        ),
        Some(REFUSED_200) => refuse(StatusCode::OK, &fault(42, "the caller has no access to the queue")),
        Some(FAULT_200) => refuse(StatusCode::OK, &fault(1001, "the archive does not answer")),
        Some(HTML) => (StatusCode::OK, [(CONTENT_TYPE, "text/html; charset=utf-8")], ERROR_PAGE).into_response(),
        Some(BAD_GATEWAY) => (
            StatusCode::BAD_GATEWAY,
            [(CONTENT_TYPE, "text/html; charset=utf-8")],
            ERROR_PAGE,
        )
            .into_response(),
        _ => match operate(state, headers, body) {
            Ok(_) if state.fault == Some(fault::ANSWER_LOST) && !is_about_the_queue(headers) => (
                StatusCode::BAD_GATEWAY,
                [(CONTENT_TYPE, "text/html; charset=utf-8")],
                ERROR_PAGE,
            )
                .into_response(),
            Ok(answer) => soap_response(StatusCode::OK, spoil(state.fault, soap::envelope(None, &answer))),
            Err(fault) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &fault),
        },
    }
}

fn soap_response(status: StatusCode, envelope: String) -> Response {
    (status, [(CONTENT_TYPE, "text/xml; charset=utf-8")], envelope).into_response()
}

fn refuse(status: StatusCode, fault: &AltinnFault) -> Response {
    let code = if fault.id < 1000 { "s:Client" } else { "s:Server" };
    let detail = format!(
        "<AltinnFault><ErrorID>{}</ErrorID><ErrorGuid>6f1f0c5e-0000-4000-8000-{:012}</ErrorGuid><AltinnErrorMessage>{}</AltinnErrorMessage></AltinnFault>",
        fault.id, fault.id, fault.message
    );
    let fault = format!(
        "<s:Fault><faultcode>{code}</faultcode><faultstring>{}</faultstring><detail>{detail}</detail></s:Fault>",
        fault.message
    );
    soap_response(status, soap::envelope(None, &fault))
}

/// Whole answers that go wrong on their way out.
fn spoil(fault: Option<&str>, envelope: String) -> String {
    match fault {
        Some(fault::CUT) => envelope.chars().take(envelope.chars().count() * 2 / 3).collect(),
        Some(DOCUMENT_TYPE) => envelope
            .replacen("?>", "?><!DOCTYPE s:Envelope [<!ENTITY hvem \"Bamble\">]>", 1)
            .replace("<MottakerNavn>", "<MottakerNavn>&hvem; "),
        Some(fault::UNKNOWN_FIELDS) => envelope.replacen(
            "<s:Body>",
            "<s:Header><t:Spor xmlns:t=\"urn:t\">7</t:Spor></s:Header><s:Body>",
            1,
        ),
        Some(DIALECT) => envelope
            .replace("<s:", "<SOAP-ENV:")
            .replace("</s:", "</SOAP-ENV:")
            .replacen("xmlns:s=", "xmlns:SOAP-ENV=", 1),
        _ => envelope,
    }
}

fn operate(state: &mut State, headers: &HeaderMap, body: &[u8]) -> Answer {
    let unreadable = |_| fault(10, "the request is no SOAP 1.1 envelope");
    let (header, call) = soap::split(xml::parse(body).map_err(unreadable)?).map_err(unreadable)?;
    if !state
        .credentials
        .as_ref()
        .is_none_or(|required| is_known(header.as_ref(), required))
    {
        return Err(fault(20, "user name or password is wrong"));
    }
    if action(headers) != call.name || call.space != Space::Tilskudd {
        return Err(fault(11, "SOAPAction and body name different operations"));
    }
    match call.name.as_str() {
        wire::FETCH => fetch(state, &call),
        wire::PURGE => purge(state, &call),
        wire::REGISTER if state.fault == Some(fault::NOT_SET) => {
            Err(fault(1003, "the register of exclusions is being backed up"))
        }
        wire::REGISTER => state.exclusions.register(&call),
        wire::LIFT => state.exclusions.lift(&call),
        _ => Err(fault(12, "there is no such operation")),
    }
}

fn action(headers: &HeaderMap) -> &str {
    headers
        .get("SOAPAction")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .trim_matches('"')
}

fn is_about_the_queue(headers: &HeaderMap) -> bool {
    [wire::FETCH, wire::PURGE].contains(&action(headers))
}

/// Looks for a `UsernameToken` with these credentials.
fn is_known(header: Option<&Element>, required: &Credentials) -> bool {
    let security = header.and_then(|header| header.all(Space::Security, "Security").next());
    let token = security.and_then(|security| security.all(Space::Security, "UsernameToken").next());
    let says = |name: &str, value: &str| {
        token.is_some_and(|token| token.all(Space::Security, name).any(|element| element.text == value))
    };
    says("Username", &required.username) && says("Password", required.password.expose())
}

fn fetch(state: &State, call: &Element) -> Answer {
    let most = field(call, "AntallMaks")
        .and_then(|most| most.parse().ok())
        .filter(|most| (1..=wire::MOST).contains(most));
    let most = most.ok_or(fault(101, "AntallMaks is no number from 1 to 500"))?;
    let times = if state.fault == Some(fault::TWICE) { 2 } else { 1 };
    let manner = match state.fault {
        Some(DIALECT) => Manner::Dialect,
        Some(fault::UNKNOWN_FIELDS) => Manner::Chatty,
        _ => Manner::Plain,
    };
    let has_references = state.fault != Some(NO_REFERENCES);
    let items = state
        .queue
        .oldest((most / times).max(1))
        .iter()
        .flat_map(|item| std::iter::repeat_n(item, times));
    Ok(speech::list(
        items.map(|item| (has_references.then_some(item.archive_reference.as_str()), &item.said)),
        manner,
    ))
}

fn purge(state: &mut State, call: &Element) -> Answer {
    let references: HashSet<String> = call
        .all(Space::Tilskudd, "ArchiveReference")
        .filter_map(Element::value)
        .map(str::to_owned)
        .collect();
    if references.is_empty() {
        return Err(fault(102, "ArchiveReference is missing"));
    }
    if state.fault == Some(NO_PURGE) {
        return Err(fault(1002, "the archive is being backed up"));
    }
    let removed = state.queue.remove(&references);
    state.purges += 1;
    Ok(format!(
        r#"<SlettFraKoeResponse xmlns="{TILSKUDD}"><AntallSlettet>{removed}</AntallSlettet></SlettFraKoeResponse>"#
    ))
}

/// The exclusions by their ids. One is what all of its fields say; to re-date it means to lift it and to register another.
#[derive(Default)]
pub struct Exclusions {
    standing: BTreeMap<u32, Registered>,
    ids_given: u32,
}

#[derive(PartialEq, Eq)]
struct Registered {
    exclusion: HeldExclusion,
    programme: String,
    legal_basis: String,
}

impl Exclusions {
    pub fn standing(&self) -> Vec<HeldExclusion> {
        self.standing
            .values()
            .map(|registered| registered.exclusion.clone())
            .collect()
    }

    fn register(&mut self, call: &Element) -> Answer {
        let asked = registered(call)?;
        let known = self
            .standing
            .iter()
            .find(|(_, standing)| **standing == asked)
            .map(|(id, _)| *id);
        let id = known.unwrap_or_else(|| {
            self.ids_given += 1;
            self.standing.insert(self.ids_given, asked);
            self.ids_given
        });
        Ok(format!(
            r#"<RegistrerSperreResponse xmlns="{TILSKUDD}"><SperreId>SP{id:06}</SperreId></RegistrerSperreResponse>"#
        ))
    }

    /// May be repeated; an id that was never given is refused.
    fn lift(&mut self, call: &Element) -> Answer {
        let id = field(call, "SperreId")
            .and_then(|id| id.strip_prefix("SP"))
            .and_then(|id| id.parse().ok());
        let id = id
            .filter(|id| (1..=self.ids_given).contains(id))
            .ok_or(fault(201, "there is no exclusion of that SperreId"))?;
        self.standing.remove(&id);
        Ok(format!(r#"<OpphevSperreResponse xmlns="{TILSKUDD}"/>"#))
    }
}

fn registered(call: &Element) -> Result<Registered, AltinnFault> {
    let organisation = field(call, "OrgNr").and_then(|number| number.parse::<OrganisationNumber>().ok());
    let organisation = organisation.ok_or(fault(202, "OrgNr is no organisation number"))?;
    let post = BudgetPost::parse(
        field(call, "Kapittel").unwrap_or_default(),
        field(call, "Post").unwrap_or_default(),
    );
    let post = post.map_err(|_| fault(203, "Kapittel and Post are no budget post"))?;
    let scheme = field(call, "Ordning").filter(|word| ["BARN_UNGE", "VOKSNE", "FELLES"].contains(word));
    let scheme = scheme.ok_or(fault(204, "Ordning is none that is known"))?;
    let date = |name| {
        field(call, name)
            .filter(|text| text.len() == 10)
            .and_then(|text| text.parse::<Date>().ok())
    };
    let dates = date("FraDato")
        .zip(date("TilDato"))
        .filter(|(from, until)| from <= until);
    let (from, until) = dates.ok_or(fault(205, "FraDato and TilDato are no period"))?;
    let programme = field(call, "Program")
        .ok_or(fault(206, "Program is missing"))?
        .to_owned();
    let legal_basis = field(call, "Hjemmel")
        .ok_or(fault(207, "Hjemmel is missing"))?
        .to_owned();
    let subject = format!("{post} {scheme}");
    Ok(Registered {
        exclusion: HeldExclusion {
            organisation_number: organisation.to_string(),
            subject,
            from,
            until,
        },
        programme,
        legal_basis,
    })
}

fn field<'e>(call: &'e Element, name: &'e str) -> Option<&'e str> {
    call.all(Space::Tilskudd, name).find_map(Element::value)
}
