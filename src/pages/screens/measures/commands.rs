//! What the page's forms ask for: each is a command of the interface.

use serde_json::{Value, json};

use super::super::super::forms::{self, FilledForm};
use super::super::super::visit::Visit;

pub const SECTORS: [&str; 8] = [
    "EDUCATION",
    "HEALTH",
    "CHILD_WELFARE",
    "LABOUR_AND_WELFARE",
    "INTEGRATION",
    "CULTURE_AND_LEISURE",
    "JUSTICE",
    "VOLUNTARY",
];

const REGISTER: &str = "mutation RegisterMeasure($programme: ID!, $input: MeasureInput!, $key: ID!) {
  done: registerMeasure(programme: $programme, input: $input, idempotencyKey: $key) { errors { code message } }
}";

const ASK: &str = "mutation RequestSupport($programme: ID!, $environment: String!, $text: String!, $key: ID!) {
  done: requestSupport(programme: $programme, environment: $environment, text: $text, idempotencyKey: $key) { errors { code message } }
}";

const GIVE: &str = "mutation GiveSupport($request: ID!, $on: Date!, $text: String!, $hours: Int!, $key: ID!) {
  done: giveSupport(request: $request, on: $on, text: $text, hours: $hours, idempotencyKey: $key) { errors { code message } }
}";

const AGREE: &str = "mutation RegisterAgreement($programme: ID!, $with: String!, $about: String!, $from: Date!, $until: Date!, $key: ID!) {
  done: registerAgreement(programme: $programme, with: $with, about: $about, from: $from, until: $until, idempotencyKey: $key) { errors { code message } }
}";

const GATHER: &str = "mutation AnnounceGathering($programme: ID!, $title: String!, $place: String!, $on: Date!, $region: String, $key: ID!) {
  done: announceGathering(programme: $programme, title: $title, place: $place, on: $on, region: $region, idempotencyKey: $key) { errors { code message } }
}";

const ATTEND: &str = "mutation RecordAttendance($gathering: ID!, $municipalities: [String!]!, $key: ID!) {
  done: recordAttendance(gathering: $gathering, municipalities: $municipalities, idempotencyKey: $key) { errors { code message } }
}";

/// The mutation and what it is given; the error is the text of what is wrong.
pub fn command(filled: &FilledForm, visit: &Visit) -> Result<(&'static str, Value), &'static str> {
    let (programme, key) = (visit.programme(), filled.get("nokkel"));
    Ok(match filled.get("gjor") {
        "registrer" => (
            REGISTER,
            json!({ "programme": programme, "input": measure(filled)?, "key": key }),
        ),
        "stotte" => (
            ASK,
            json!({
                "programme": programme, "environment": filled.get("miljo"), "text": filled.get("tekst"), "key": key,
            }),
        ),
        "gi" => (
            GIVE,
            json!({
                "request": filled.get("om"), "on": filled.day("dag")?, "text": filled.get("tekst"), "key": key,
                "hours": filled.get("timer").trim().parse::<u16>().map_err(|_| "form-bad-hours")?,
            }),
        ),
        "avtale" => (
            AGREE,
            json!({
                "programme": programme, "with": filled.get("part"), "about": filled.get("om"),
                "from": filled.day("fra")?, "until": filled.day("til")?, "key": key,
            }),
        ),
        "samling" => (
            GATHER,
            json!({
                "programme": programme, "title": filled.get("tittel"), "place": filled.get("sted"),
                "on": filled.day("dag")?, "region": region(filled, visit), "key": key,
            }),
        ),
        "oppmote" => (
            ATTEND,
            json!({
                "gathering": filled.get("om"), "municipalities": listed(filled.get("kommuner")), "key": key,
            }),
        ),
        _ => return Err("form-no-decision"),
    })
}

fn measure(filled: &FilledForm) -> Result<Value, &'static str> {
    let sectors = filled.all("sektor").into_iter();
    Ok(json!({
        "title": filled.get("tittel"), "change": filled.get("endring"), "targetGroup": filled.get("malgruppe"),
        "services": listed(filled.get("tjenester")),
        "sectors": sectors.filter(|code| SECTORS.contains(code)).collect::<Vec<_>>(),
        "from": filled.day("fra")?, "until": filled.day("til")?,
        "fromPot": forms::ore(filled.get("belop")).ok_or("form-bad-amount")?,
    }))
}

/// A county governor arranges for its own region, the programme's office for the one that it names or for all.
fn region(filled: &FilledForm, visit: &Visit) -> Option<String> {
    if visit.role() == "COUNTY_GOVERNOR" {
        return visit.body_number().map(str::to_owned);
    }
    let named = filled.get("region").trim();
    (!named.is_empty()).then(|| named.to_owned())
}

/// What stands between commas.
fn listed(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}
