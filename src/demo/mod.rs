//! The demonstration: five simulated systems and two lists with real programme data and made-up amounts, and a gateway that reads them.

pub mod data;
pub mod decided;
pub mod login;
mod login_page;
pub mod past;
mod story;
pub mod systems;
pub mod tables;
pub mod tokens;
pub mod tour;
mod use_story;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use decided::DecidedAllocations;
use past::{Replay, ReplayMoments};
use programgrant_core::reference::{Reference, SubUnits};
use programgrant_schema::{
    MunicipalityRegister, Organisation, OrganisationNumberError, PILOT, Programme, Record, ReferenceTables, SUCCESSOR,
    SourceId,
};
use tables::Laid;
use tempfile::TempDir;
use tokens::Issuers;

use crate::adapters::{Simulators, simulate};
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, Span};

/// Stands beside every figure of the demonstration that a person sees.
const NOTICE: &str = "Demonstrasjon: beløpene per kommune er oppdiktet. Programmet, kommunene, nummerendringene og statsregnskapets \
    summer er virkelige.";

/// How often the demonstration's sources are asked.
const EVERY: Span = Span::from_secs(10);

/// What the demonstration asks itself, to show how.
pub const SAMPLE_QUERY: &str = r#"{
  programme { notice }
  municipality(number: "3813") {
    name organisationNumber
    programmeGrant(year: 2021) {
      pot { total completeness asOf missing { id } awarded { amount } difference }
      shares { scheme { id } budgetPost { label } amount { state amount } }
    }
  }
}"#;

/// The simulated systems and the folder that everything lives in. Both go when it is dropped.
pub struct Demo {
    simulators: Simulators,
    tables: Vec<Laid>,
    issuers: Issuers,
    folder: TempDir,
    reference: Arc<Reference>,
    listen: SocketAddr,
    clock: Clock,
    /// What is to be told before it serves.
    replay: Option<Replay>,
}

impl Demo {
    /// Starts the simulated systems on free ports and fills them.
    pub async fn start(listen: SocketAddr) -> anyhow::Result<Self> {
        Self::start_by(listen, Clock::system(), false).await
    }

    /// The same by that clock, with systems as they were on the last 1 June before it; [`Self::replay`] tells the rest.
    pub async fn start_with_past(listen: SocketAddr, clock: Clock) -> anyhow::Result<Self> {
        Self::start_by(listen, clock, true).await
    }

    async fn start_by(listen: SocketAddr, clock: Clock, has_past: bool) -> anyhow::Result<Self> {
        let moments = has_past.then(|| ReplayMoments::before(clock.now()));
        let folder = tempfile::Builder::new()
            .prefix("programgrant-")
            .tempdir()
            .context("no temporary folder")?;
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let simulators = simulate(any_port, folder.path()).context("the simulated systems cannot start")?;
        let issuers = Issuers::start(clock.clone())
            .await
            .context("the simulated issuers cannot start")?;
        let notice = moments.as_ref().map_or_else(|| NOTICE.to_owned(), replayed_notice);
        let mut reference = reference(&notice)?;
        reference.organisations.extend(made_up()?);
        let allocations = DecidedAllocations::work_out(&reference)?;
        let records = data::records(&reference, &allocations);
        let tables = lay_tables(folder.path(), &reference, &records)?;
        let (records, replay) = match moments {
            None => (records, None),
            Some(moments) => {
                let past = data::past(records, moments.changed());
                let later = past.later;
                let replay = Replay {
                    moments,
                    later,
                    allocations,
                };
                (past.at_first, Some(replay))
            }
        };
        fill(&simulators, &records);
        Ok(Self {
            simulators,
            tables,
            issuers,
            folder,
            reference: Arc::new(reference),
            listen,
            clock,
            replay,
        })
    }

    /// Tells the gateway's store what its sources said since the last 1 June, where it was started with a past. The answer is since when.
    pub async fn replay(&self, config: &Config) -> anyhow::Result<Option<jiff::civil::Date>> {
        let Some(replay) = &self.replay else { return Ok(None) };
        replay.run(self, config, &self.reference).await?;
        Ok(Some(replay.moments.since))
    }

    /// The configuration of a gateway that reads the simulated systems, in open mode.
    pub fn config(&self) -> Result<Config, ConfigError> {
        self.configured(self.listen, "open", "")
    }

    /// The same for one that listens at that address, believes nobody without a token, and lets people log in.
    pub async fn config_with_login(&self, address: SocketAddr) -> anyhow::Result<Config> {
        let login = self
            .issuers
            .admit(&format!("http://{address}"), self.folder.path())
            .await?;
        Ok(self.configured(address, "jwt", &login)?)
    }

    fn configured(&self, listen: SocketAddr, mode: &str, login: &str) -> Result<Config, ConfigError> {
        let store = self.folder.path().join("programgrant.db");
        let settings = with_claims_required(&self.simulators.settings(EVERY));
        let tables = tables::settings(&self.tables, EVERY);
        let issuers = self.issuers.settings();
        let functions: String = ["RESOURCE_GROUP", "COMPETENCE_ENVIRONMENT"]
            .map(|function| {
                format!(
                    "[[auth.functions]]\norganisation = \"{}\"\nfunction = \"{function}\"\nprogramme = \"0-24-pilot\"\n",
                    story::RESOURCE_GROUP
                )
            })
            .concat();
        let text = format!(
            "listen = \"{listen}\"\n[store]\nurl = \"sqlite:{}\"\n[auth]\nmode = {mode:?}\n{functions}{issuers}{login}{settings}\n{tables}",
            store.display()
        );
        Config::parse(&text)
    }

    /// That gateway.
    pub async fn gateway(&self, config: &Config) -> anyhow::Result<Gateway> {
        Ok(Gateway::with_reference(config, Arc::clone(&self.reference), self.clock.clone()).await?)
    }

    pub fn simulators(&self) -> &Simulators {
        &self.simulators
    }

    /// Those who issue tokens for its gateway.
    pub fn issuers(&self) -> &Issuers {
        &self.issuers
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Bufdir asks before it awards, from a day on: what it has awarded since without asking is a case.
fn with_claims_required(settings: &str) -> String {
    settings.replacen(
        "[sources.bufdir]\n",
        &format!(
            "[sources.bufdir]\nclaims_required_from = {}\n",
            data::BUFDIR_CLAIMS_REQUIRED_FROM
        ),
        1,
    )
}

/// Fills simulated systems with the demonstration's data, and lays its lists into `folder`.
pub fn publish(simulators: &Simulators, folder: &Path) -> anyhow::Result<Vec<Laid>> {
    let reference = reference(NOTICE)?;
    let records = data::records(&reference, &DecidedAllocations::work_out(&reference)?);
    fill(simulators, &records);
    lay_tables(folder, &reference, &records)
}

fn fill(simulators: &Simulators, records: &BTreeMap<SourceId, Vec<Record>>) {
    for (source, records) in records {
        simulators.get(*source).publish(records);
    }
}

fn lay_tables(
    folder: &Path,
    reference: &Reference,
    records: &BTreeMap<SourceId, Vec<Record>>,
) -> anyhow::Result<Vec<Laid>> {
    let of_nav = records.get(&systems::NAV).map(Vec::as_slice).unwrap_or_default();
    tables::lay(folder, &reference.register, of_nav).with_context(|| folder.display().to_string())
}

/// The built-in reference data and the programme whose rules are not published, with that notice and the demonstration's own sub-unit.
fn reference(notice: &str) -> anyhow::Result<Reference> {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in())?;
    let pilot = Programme::parse(PILOT.0, &pilot(notice), &register)?;
    let successor = Programme::parse(SUCCESSOR.0, SUCCESSOR.1, &register)?;
    let pair = |(unit, parent): &(&str, &str)| Ok::<_, OrganisationNumberError>((unit.parse()?, parent.parse()?));
    let sub_units = SubUnits::new(data::SUB_UNITS.iter().map(pair).collect::<Result<Vec<_>, _>>()?);
    Ok(Reference::new(register, vec![pilot, successor], sub_units)?)
}

/// The bodies that only the demonstration's tokens know.
fn made_up() -> anyhow::Result<Vec<Organisation>> {
    let organisation = |(number, name): (&str, &str)| {
        Ok(Organisation {
            number: number.parse()?,
            name: name.to_owned(),
        })
    };
    tokens::MADE_UP.into_iter().map(organisation).collect()
}

/// What stands there where a past is replayed.
fn replayed_notice(moments: &ReplayMoments) -> String {
    let year = moments.since.year();
    format!("{NOTICE} Historikken siden 1. juni {year} er oppdiktet og spilt av da demonstrasjonen startet.")
}

/// The pilot's file with the notice. NAV's scheme is heard from a county governor, too.
fn pilot(notice: &str) -> String {
    let systems = format!("system = [\"nav\", \"{}\"]", tables::GOVERNOR);
    let text = PILOT.1.replacen("system = \"nav\"", &systems, 1);
    text.replacen("[programme]\n", &format!("[programme]\nnotice_nb = {notice:?}\n"), 1)
}

/// Writes the programme files with the notice and the table of sub-units, for a gateway that reads the simulated systems from
/// elsewhere; the answer is the part of a configuration that finds them.
pub fn write_reference(folder: &Path) -> io::Result<String> {
    let [programme, successor, sub_units] = ["pilot.toml", SUCCESSOR.0, "sub_units.csv"].map(|name| folder.join(name));
    std::fs::write(&programme, pilot(NOTICE))?;
    std::fs::write(&successor, SUCCESSOR.1)?;
    let rows = data::SUB_UNITS.iter().map(|(unit, parent)| format!("{unit};{parent}"));
    std::fs::write(
        &sub_units,
        ["sub_unit;organisation_number".to_owned()]
            .into_iter()
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n"),
    )?;
    Ok(format!(
        "[programme]\nfiles = [{:?}, {:?}]\n\n[reference]\nsub_units = {:?}\n",
        programme.display().to_string(),
        successor.display().to_string(),
        sub_units.display().to_string()
    ))
}
