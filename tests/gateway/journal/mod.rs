//! Promise: what the programme itself decides goes its whole way through the interface, by role; each wrong step is refused with its code and
//! writes nothing; what was decided holds everywhere at once, and the chain proves it.

mod allocation;
mod held;
mod objection;
mod participation;
mod programme_use;
mod yearly;

use std::cell::Cell;

use async_graphql::{Request, Variables};
use programgrant::demo::systems;
use programgrant::graphql::{self, Schema, Snapshot};
use programgrant_core::access::{Caller, Role};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::access::asking::{BAMBLE, NAV, UDIR, VESTFOLD_OG_TELEMARK, caller};
use crate::records::{kroner, pot};
use crate::world::{World, repository};

/// A municipality of the same region that takes no part.
pub const SKIEN: (&str, &str) = ("3807", "938759839");

/// A world whose programme has room for more municipalities, and a resource group.
pub struct Scene {
    pub world: World,
    schema: Schema,
    keys: Cell<u32>,
    _folder: TempDir,
}

impl Scene {
    pub async fn new() -> Self {
        Self::with_places(5).await
    }

    /// With so many places in each region.
    pub async fn with_places(places: u8) -> Self {
        let places = format!("municipalities_per_region = {places}");
        Self::with_pilot(|pilot| pilot.replace("municipalities_per_region = 4", &places)).await
    }

    /// With another file of the pilot.
    pub async fn with_pilot(edit: impl FnOnce(&str) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pilot = std::fs::read_to_string(repository().join("schema/data/pilot.toml")).expect("the pilot");
        let file = folder.path().join("pilot.toml");
        std::fs::write(&file, edit(&pilot)).expect("written");
        let settings = format!(
            "[programme]\nfiles = [{:?}]\n[[auth.functions]]\norganisation = \"{NAV}\"\nfunction = \"RESOURCE_GROUP\"\n\
             programme = \"0-24-pilot\"\nregion = \"{VESTFOLD_OG_TELEMARK}\"\n",
            file.display().to_string()
        );
        Self {
            world: World::with_settings(&settings).await,
            schema: graphql::schema(),
            keys: Cell::new(0),
            _folder: folder,
        }
    }

    /// With more settings.
    pub async fn with(settings: &str) -> Self {
        Self {
            world: World::with_settings(settings).await,
            schema: graphql::schema(),
            keys: Cell::new(0),
            _folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// With what Utdanningsdirektoratet says that Bamble was granted of the pot in each of its years.
    pub async fn with_grants() -> Self {
        let pots = [2020, 2021, 2022].map(|year| pot(BAMBLE, year, kroner(1_000_000)));
        Self {
            world: World::heard(&[(systems::UDIR, pots.to_vec())]).await,
            schema: graphql::schema(),
            keys: Cell::new(0),
            _folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub async fn ask(&self, caller: &Caller, document: &str, variables: Value) -> Value {
        let request = Request::new(document).variables(Variables::from_json(variables));
        let snapshot = Snapshot::take(self.world.gateway(), caller.clone());
        let answer = graphql::execute(&self.schema, request, snapshot).await;
        serde_json::to_value(&answer).expect("JSON")
    }

    /// A query's data.
    pub async fn read(&self, caller: &Caller, document: &str) -> Value {
        let answer = self.ask(caller, document, json!({})).await;
        assert!(answer.get("errors").is_none(), "{document}: {answer:#}");
        answer["data"].clone()
    }

    /// A command with a key of its own: `field` with its arguments, and what is asked of the record.
    pub async fn command(&self, caller: &Caller, field: &str, arguments: &str, asked: &str) -> Value {
        self.keys.set(self.keys.get() + 1);
        let key = self.keys.get();
        let document = format!(
            "mutation {{ done: {field}({arguments}, idempotencyKey: \"key {key}\") {{ {asked} errors {{ code }} }} }}"
        );
        let answer = self.ask(caller, &document, json!({})).await;
        assert!(answer.get("errors").is_none(), "{document}: {answer:#}");
        answer["data"]["done"].clone()
    }

    /// The id of the record that a command has made or changed.
    pub async fn done(&self, caller: &Caller, field: &str, arguments: &str, record: &str) -> String {
        let done = self
            .command(caller, field, arguments, &format!("{record} {{ id }}"))
            .await;
        let id = done[record]["id"].as_str();
        id.unwrap_or_else(|| panic!("{field}({arguments}): {done}")).to_owned()
    }

    /// The code of a refusal, after which nothing was written.
    pub async fn refused(&self, caller: &Caller, field: &str, arguments: &str, record: &str) -> String {
        let before = self.entries().await;
        let done = self
            .command(caller, field, arguments, &format!("{record} {{ id }}"))
            .await;
        assert_eq!(self.entries().await, before, "{field}({arguments}): {done}");
        let code = done["errors"][0]["code"].as_str();
        code.unwrap_or_else(|| panic!("{field}({arguments}): {done}"))
            .to_owned()
    }

    /// Whether a command is denied to the caller, and nothing is written.
    pub async fn is_denied(&self, caller: &Caller, field: &str, arguments: &str, record: &str) -> bool {
        let before = self.entries().await;
        let document = format!(
            "mutation {{ {field}({arguments}, idempotencyKey: \"denied\") {{ {record} {{ id }} errors {{ code }} }} }}"
        );
        let answer = self.ask(caller, &document, json!({})).await;
        assert_eq!(self.entries().await, before, "{answer}");
        crate::access::asking::is_denied(&answer)
    }

    pub async fn entries(&self) -> i64 {
        let standing = self.world.gateway().guard.store().standing().await;
        standing.expect("readable").0.sequence
    }

    pub fn today(&self) -> jiff::civil::Date {
        self.world.gateway().dependencies.clock.today()
    }

    /// So many days from today.
    pub fn day(&self, ahead: i64) -> jiff::civil::Date {
        self.today()
            .checked_add(jiff::Span::new().days(ahead))
            .expect("in range")
    }

    pub fn pass_days(&self, days: u64) {
        self.world
            .hand
            .advance(std::time::Duration::from_secs(days * 24 * 60 * 60));
    }
}

pub fn office() -> Caller {
    caller(Role::ProgrammeOffice, UDIR)
}

pub fn governor() -> Caller {
    caller(Role::CountyGovernor, VESTFOLD_OG_TELEMARK)
}

/// NAV as the region's resource group, whose role is a directorate's all the same.
pub fn group() -> Caller {
    caller(Role::Directorate, NAV)
}

pub fn bamble() -> Caller {
    caller(Role::Municipality, BAMBLE.1)
}

pub fn skien() -> Caller {
    caller(Role::Municipality, SKIEN.1)
}
