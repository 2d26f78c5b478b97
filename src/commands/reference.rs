//! `reference`: what is known of municipalities, since when, and from where. Nobody is asked anything.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use programgrant_core::reference::{BRREG, KLASS, LookedUp, Reference};
use programgrant_core::view::SourceState;
use serde_json::{Value, json};

use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::{Config, ReferenceFiles};
use crate::{output, telemetry};

/// Exits with 0 if every register that is asked is heard and fresh, otherwise with 1.
pub async fn run(config: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let config = Config::load(config)?;
    let gateway = Gateway::open(&config, Clock::system()).await?;
    let (registers, is_fresh) = registers(&gateway);
    let reference = gateway.dependencies.reference();
    let told = json!({
        "day": reference.register.day().to_string(),
        "municipalities": living(&reference),
        "numbers": reference.register.count_numbers(),
        "tables": tables(&config.reference),
        "registers": registers,
        "units": units(&reference),
    });
    let printed = if as_json { output::line(&told) } else { print(&told) };
    gateway.database.close().await;
    printed?;
    Ok(if is_fresh { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn living(reference: &Reference) -> usize {
    let day = reference.register.day();
    reference
        .register
        .iter()
        .filter(|known| known.number_on(day).is_some())
        .count()
}

/// Where each table comes from.
fn tables(files: &ReferenceFiles) -> Value {
    let from = |path: &Option<std::path::PathBuf>| {
        path.as_ref()
            .map_or_else(|| "built in".to_owned(), |path| path.display().to_string())
    };
    json!({
        "municipalities": from(&files.municipalities), "codes": from(&files.codes), "changes": from(&files.changes),
        "sub_units": files.sub_units.as_ref().map(|path| path.display().to_string()),
    })
}

/// What each register that is asked has said, and whether all are fresh.
fn registers(gateway: &Gateway) -> (Vec<Value>, bool) {
    let (view, dependencies) = (gateway.dependencies.views.current(), &gateway.dependencies);
    let registered = &view.reference.registered;
    let mut are_fresh = true;
    let asked = gateway.configured().filter(|id| [KLASS, BRREG].contains(id));
    let told = asked.map(|id| {
        let source = view.source(id);
        let state = source.state(dependencies.clock.now(), dependencies.freshness.limit(id));
        are_fresh &= state == SourceState::Fresh;
        let since = match id {
            KLASS => registered.klass.as_ref().map(|said| said.since),
            _ => registered.municipalities.as_ref().map(|said| said.since),
        };
        json!({
            "id": id, "state": <&str>::from(state), "records": source.records, "last_heard_at": source.heard_at(),
            "in_force_since": since, "last_error": source.last_error(),
        })
    });
    (told.collect(), are_fresh)
}

/// Units that were looked up, and what came of it.
fn units(reference: &Reference) -> Vec<Value> {
    let told = reference
        .registered
        .units
        .iter()
        .map(|(unit, said)| json!({ "unit": unit, "since": said.since, "found": in_words(reference, &said.what) }));
    told.collect()
}

fn in_words(reference: &Reference, found: &LookedUp) -> String {
    let removed =
        |on: &Option<jiff::civil::Date>| on.map_or_else(|| "removed".to_owned(), |day| format!("removed on {day}"));
    match found {
        LookedUp::Municipality {
            organisation,
            removed_on,
            ..
        } => {
            let name = reference.organisation(*organisation).name;
            let removed = removed_on.map(|day| format!(", removed on {day}")).unwrap_or_default();
            format!("belongs to {name} ({organisation}){removed}")
        }
        LookedUp::EndsAt {
            organisation,
            form,
            name,
        } => {
            format!("not resolved: the chain ends at {name} ({organisation}, {form}), which is no municipality")
        }
        LookedUp::Unknown => "not resolved: Enhetsregisteret does not know it".to_owned(),
        LookedUp::Removed { on } => format!("not resolved: {}", removed(on)),
        LookedUp::Unclear { reason } => format!("not resolved: {reason}"),
    }
}

fn print(told: &Value) -> io::Result<()> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    output::line(format_args!(
        "{} municipalities on {}, {} numbers",
        told["municipalities"],
        text(&told["day"]),
        told["numbers"]
    ))?;
    for (table, from) in told["tables"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, from)| !from.is_null())
    {
        output::line(format_args!("{table:<15} {}", text(from)))?;
    }
    for register in told["registers"].as_array().into_iter().flatten() {
        let since = register["in_force_since"]
            .as_str()
            .map(|since| format!(", in force since {since}"))
            .unwrap_or_default();
        let heard = register["last_heard_at"]
            .as_str()
            .map_or_else(|| "never heard".to_owned(), |at| format!("heard {at}"));
        let error = register["last_error"]
            .as_str()
            .map(|error| format!("  {error}"))
            .unwrap_or_default();
        let (id, state, records) = (text(&register["id"]), text(&register["state"]), &register["records"]);
        output::line(format_args!(
            "{id:<15} {state:<10} {records} records, {heard}{since}{error}"
        ))?;
    }
    for unit in told["units"].as_array().into_iter().flatten() {
        output::line(format_args!(
            "{:<15} {}, since {}",
            text(&unit["unit"]),
            text(&unit["found"]),
            text(&unit["since"])
        ))?;
    }
    Ok(())
}
