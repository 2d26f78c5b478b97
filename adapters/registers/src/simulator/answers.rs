//! The registers' documented answers to one request.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::RegisterFault;
use super::world::{ALWAYS, Change, Code, RegisterWorld, SimulatedUnit};

pub(super) struct Answer {
    pub status: u16,
    pub body: String,
}

fn ok(body: &Value) -> Answer {
    Answer {
        status: 200,
        body: body.to_string(),
    }
}

fn failed(status: u16) -> Answer {
    Answer {
        status,
        body: json!({ "status": status }).to_string(),
    }
}

pub(super) fn answer(world: &RegisterWorld, path: &str, query: &str, fault: Option<RegisterFault>) -> Answer {
    let parameters: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", "klass", "v1", "classifications", "131", "codes"] => codes(world, &parameters, fault),
        ["api", "klass", "v1", "classifications", "131", "changes"] => changes(world, &parameters),
        ["enhetsregisteret", "api", "enheter"] => page(world, &parameters, fault),
        ["enhetsregisteret", "api", "enheter", number] => unit(world, number, false, fault),
        ["enhetsregisteret", "api", "underenheter", number] => unit(world, number, true, fault),
        _ => failed(404),
    }
}

/// What lies in the range that was asked for, each cut to it. Without `includeFuture` nothing of tomorrow would be told.
fn codes(world: &RegisterWorld, parameters: &HashMap<&str, &str>, fault: Option<RegisterFault>) -> Answer {
    let from = parameters.get("from").copied().unwrap_or(ALWAYS);
    let to = parameters.get("to").copied();
    if parameters.get("includeFuture") != Some(&"true") {
        return failed(400);
    }
    let lies_within = |code: &&Code| {
        code.to.as_deref().is_none_or(|ended| ended > from) && to.is_none_or(|to| code.from.as_str() < to)
    };
    let mut listed: Vec<Value> = world
        .codes
        .iter()
        .filter(lies_within)
        .map(|code| stated(code, from, fault))
        .collect();
    if fault == Some(RegisterFault::BadRecord) {
        listed.push(json!({ "code": "12A4", "name": "Ingensteds", "validFromInRequestedRange": from }));
    }
    ok(&json!({ "codes": listed }))
}

fn stated(code: &Code, from: &str, fault: Option<RegisterFault>) -> Value {
    let range_from = if code.from.as_str() < from { from } else { &code.from };
    if fault == Some(RegisterFault::OtherFields) {
        return json!({
            "code": code.number, "name": code.name, "validFromInRequestedRange": range_from,
            "validToInRequestedRange": code.to, "notes": "", "_links": { "self": { "href": "x" } },
        });
    }
    json!({
        "code": code.number, "parentCode": null, "level": "1", "name": code.name, "shortName": "", "presentationName": "",
        "validFrom": null, "validTo": null, "validFromInRequestedRange": range_from, "validToInRequestedRange": code.to, "notes": "",
    })
}

fn changes(world: &RegisterWorld, parameters: &HashMap<&str, &str>) -> Answer {
    let from = parameters.get("from").copied().unwrap_or(ALWAYS);
    let to = parameters.get("to").copied();
    let within = |change: &&Change| change.on.as_str() >= from && to.is_none_or(|to| change.on.as_str() < to);
    let stated = |change: &Change| {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        json!({
            "oldCode": old.map(|(code, _)| code), "oldName": old.map(|(_, name)| name), "oldShortName": null,
            "newCode": new.map(|(code, _)| code), "newName": new.map(|(_, name)| name), "newShortName": null,
            "changeOccurred": change.on,
        })
    };
    ok(&json!({ "codeChanges": world.changes.iter().filter(within).map(stated).collect::<Vec<_>>() }))
}

/// Municipalities that are not removed, page by page.
fn page(world: &RegisterWorld, parameters: &HashMap<&str, &str>, fault: Option<RegisterFault>) -> Answer {
    let number = |name: &str, otherwise: usize| {
        parameters
            .get(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    };
    let (asked, size) = (number("page", 0), number("size", 20).max(1));
    let form = parameters.get("organisasjonsform").copied();
    let listed = |unit: &&SimulatedUnit| {
        !unit.is_sub_unit && unit.removed_on.is_none() && form.is_none_or(|form| unit.form == form)
    };
    let all: Vec<&SimulatedUnit> = world.units.values().filter(listed).collect();
    let begun = if fault == Some(RegisterFault::PageRepeats) {
        0
    } else {
        asked * size
    };
    let mut units: Vec<Value> = all
        .iter()
        .skip(begun)
        .take(size)
        .map(|unit| enhet(unit, fault))
        .collect();
    if fault == Some(RegisterFault::BadRecord) {
        units.push(
            json!({ "organisasjonsnummer": "123456789", "navn": "INGEN", "organisasjonsform": { "kode": "KOMM" } }),
        );
    }
    let pages =
        json!({ "size": size, "totalElements": all.len(), "totalPages": all.len().div_ceil(size), "number": asked });
    ok(&json!({ "_embedded": { "enheter": units }, "page": pages, "_links": {} }))
}

fn unit(world: &RegisterWorld, number: &str, is_sub_unit: bool, fault: Option<RegisterFault>) -> Answer {
    match world.units.get(number).filter(|unit| unit.is_sub_unit == is_sub_unit) {
        None => failed(404),
        Some(unit) if unit.is_gone => Answer {
            status: 410,
            body: json!({ "organisasjonsnummer": unit.number, "slettedato": unit.removed_on }).to_string(),
        },
        Some(unit) => ok(&enhet(unit, fault)),
    }
}

fn enhet(unit: &SimulatedUnit, fault: Option<RegisterFault>) -> Value {
    let mut value = json!({
        "organisasjonsnummer": unit.number, "navn": unit.name, "organisasjonsform": { "kode": unit.form, "beskrivelse": unit.form },
    });
    let mut put = |name: &str, what: Value| {
        value[name] = what;
    };
    if let Some(parent) = &unit.parent {
        put("overordnetEnhet", json!(parent));
    }
    if let Some(day) = &unit.removed_on {
        put("slettedato", json!(day));
    }
    if let Some(number) = &unit.municipality {
        put(
            "forretningsadresse",
            json!({ "kommunenummer": number, "kommune": unit.name }),
        );
    }
    if fault == Some(RegisterFault::OtherFields) {
        put("registrertIMvaregisteret", json!(true));
    }
    if fault == Some(RegisterFault::BadRecord) && unit.is_sub_unit {
        put("overordnetEnhet", json!("12"));
    }
    value
}
