//! The ways to go wrong: which there are, and what each does to a search, to an answer or instead of one.

use std::time::Duration;

use async_graphql::ID;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use programgrant_contract::simulation::{Fault, fault};
use serde_json::{Value, json};

use super::interface::{Aktivitetstype, Date, DateTime, Ordning, Soeker, Tilsagn, Tilsagnsstatus};

pub const TOKEN_EXPIRES: &str = "token-expires";
const ERRORS_200: &str = "errors-200";
const PARTIAL: &str = "partial";
const PAYLOAD_ERROR: &str = "payload-error";
const ITEMS_NULL: &str = "items-null";
const UNKNOWN_ENUM: &str = "unknown-enum";
const UNAUTHORISED: &str = "unauthorised";
const SLOW: &str = "slow";

pub const FAULTS: &[Fault] = &[
    Fault {
        name: fault::CUT,
        what: "the JSON breaks off in the middle",
    },
    Fault {
        name: fault::THROTTLED,
        what: "429 with Retry-After",
    },
    Fault {
        name: fault::REFUSED,
        what: "403",
    },
    Fault {
        name: UNAUTHORISED,
        what: "401 to every bearer token",
    },
    Fault {
        name: fault::OUTAGE,
        what: "503",
    },
    Fault {
        name: SLOW,
        what: "the answer comes half a minute late",
    },
    Fault {
        name: fault::NOT_READY,
        what: "every continuation token has expired when it is used",
    },
    Fault {
        name: fault::NOT_SET,
        what: "settSperre gives top-level errors; opphevSperre works",
    },
    Fault {
        name: fault::ANSWER_LOST,
        what: "exclusions are set and lifted, and the answer is 503",
    },
    Fault {
        name: TOKEN_EXPIRES,
        what: "one continuation token expires in mid-walk, after which all is well",
    },
    Fault {
        name: fault::BAD_RECORD,
        what: "one more case comes, whose amount is no amount",
    },
    Fault {
        name: UNKNOWN_ENUM,
        what: "one more case comes, whose activity is not in the list",
    },
    Fault {
        name: fault::UNKNOWN_FIELDS,
        what: "fields that nobody asked for come along",
    },
    Fault {
        name: fault::TWICE,
        what: "every case stands on two pages, once in an older version",
    },
    Fault {
        name: ERRORS_200,
        what: "200 with top-level errors and data: null",
    },
    Fault {
        name: PARTIAL,
        what: "200 with top-level errors and a part of the data",
    },
    Fault {
        name: PAYLOAD_ERROR,
        what: "a payload error of an unlisted type, with items: null",
    },
    Fault {
        name: ITEMS_NULL,
        what: "items: null without an error",
    },
];

/// The answer that comes instead of any other.
pub async fn instead(fault: Option<&str>) -> Option<Response> {
    match fault? {
        fault::THROTTLED => Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")]).into_response()),
        fault::REFUSED => Some(StatusCode::FORBIDDEN.into_response()),
        UNAUTHORISED => Some(unauthorised()),
        fault::OUTAGE => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        SLOW => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            None
        }
        _ => None,
    }
}

pub fn unauthorised() -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
}

/// How much of a listing comes at once, where the fault needs a walk of several pages.
pub fn page_size(fault: Option<&str>, listed: usize) -> Option<usize> {
    (fault == Some(TOKEN_EXPIRES)).then(|| listed.div_ceil(2).max(1))
}

/// The id of the one more case that cannot be read.
pub fn one_more(fault: Option<&str>) -> Option<&'static str> {
    match fault? {
        fault::BAD_RECORD => Some("99/9001"),
        UNKNOWN_ENUM => Some("99/9002"),
        _ => None,
    }
}

/// A made-up case, good as it stands here.
pub fn tilsagn(saksnummer: &str, aar: i32) -> Tilsagn {
    Tilsagn {
        saksnummer: ID::from(saksnummer),
        soeker: Soeker {
            organisasjonsnummer: Some("964951284".to_owned()),
            kommunenummer: Some("3801".to_owned()),
            navn: "Horten kommune".to_owned(),
        },
        ordning: Ordning {
            kapittel: "846".to_owned(),
            post: if aar < 2022 { "62" } else { "61" }.to_owned(),
            navn: "Oppdiktet ordning".to_owned(),
        },
        aktivitetstype: Aktivitetstype::Los,
        soekt_beloep_oere: Some("10000000".to_owned()),
        innvilget_beloep_oere: Some("5000000".to_owned()),
        utbetalt_beloep_oere: None,
        status: Tilsagnsstatus::Innvilget,
        vedtatt_dato: Some(Date(jiff::civil::date(2021, 3, 1))),
        tilskuddsaar: aar,
        periode: None,
        rapportfrist: None,
        utbetalinger: Vec::new(),
        endret: DateTime(super::FIRST_CHANGE),
    }
}

/// The case as it was a day before its last change.
pub fn outdated(tilsagn: &Tilsagn) -> Tilsagn {
    Tilsagn {
        innvilget_beloep_oere: Some("1".to_owned()),
        endret: DateTime(tilsagn.endret.0 - 24.hours()),
        ..tilsagn.clone()
    }
}

/// Makes of a good answer what the library that serves it would never send.
pub fn tamper(fault: Option<&str>, answer: &mut Value) {
    let Some(fault) = fault else { return };
    tamper_with_exclusion(fault, answer);
    let Some(payload) = answer
        .pointer_mut("/data/soekTilsagn")
        .filter(|payload| payload.is_object())
    else {
        return;
    };
    match fault {
        PAYLOAD_ERROR => {
            payload["items"] = Value::Null;
            payload["errors"] =
                json!([{ "__typename": "RegisterIkkeTilgjengelig", "message": "Indre feil: tilkobling db-17" }]);
        }
        ITEMS_NULL => payload["items"] = Value::Null,
        PARTIAL => {
            items(payload).pop();
            answer["errors"] = top_level_errors();
        }
        ERRORS_200 => *answer = json!({ "data": null, "errors": top_level_errors() }),
        fault::UNKNOWN_FIELDS => {
            for item in items(payload) {
                item["saksbehandler"] = json!({ "enhet": "Region øst", "merknader": [1, null] });
                item["soeker"]["fylkesnummer"] = json!("38");
            }
            payload["totalt"] = json!(42);
            answer["extensions"] = json!({ "varighet": 7 });
        }
        fault::BAD_RECORD => spoil(payload, "99/9001", "innvilgetBeloepOere", "femti tusen"),
        UNKNOWN_ENUM => spoil(payload, "99/9002", "aktivitetstype", "KULTUR"),
        _ => {}
    }
}

/// Spoils the answer to a mutation, which has done its work by then, and to the list.
fn tamper_with_exclusion(fault: &str, answer: &mut Value) {
    let Some(data) = answer["data"].as_object_mut() else {
        return;
    };
    let Some((field, payload)) = data
        .iter_mut()
        .find(|(field, _)| field.to_lowercase().contains("sperre"))
    else {
        return;
    };
    match fault {
        PAYLOAD_ERROR if field != "sperrer" => {
            *payload = json!({ "sperre": null, "errors": [{ "__typename": "RegisterIkkeTilgjengelig", "message": "Indre feil: tilkobling db-17" }] });
        }
        ERRORS_200 => *answer = json!({ "data": null, "errors": top_level_errors() }),
        PARTIAL => answer["errors"] = top_level_errors(),
        _ => {}
    }
}

/// Whether the answer is to a mutation.
pub fn is_to_a_mutation(answer: &Value) -> bool {
    ["settSperre", "opphevSperre"]
        .iter()
        .any(|field| answer["data"].get(field).is_some())
}

fn top_level_errors() -> Value {
    json!([{ "message": "Indre feil: tilkobling db-17", "path": ["soekTilsagn", "items", 0, "soeker"] }])
}

fn items(payload: &mut Value) -> &mut Vec<Value> {
    if !payload["items"].is_array() {
        payload["items"] = json!([]);
    }
    payload["items"].as_array_mut().expect("made an array above")
}

fn spoil(payload: &mut Value, saksnummer: &str, field: &str, value: &str) {
    for item in items(payload)
        .iter_mut()
        .filter(|item| item["saksnummer"] == saksnummer)
    {
        item[field] = json!(value);
    }
}
