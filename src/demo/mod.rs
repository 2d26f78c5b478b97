//! The demonstration: five simulated systems and two lists with real programme data and made-up amounts, and a gateway that reads them.

pub mod data;
pub mod login;
pub mod systems;
pub mod tables;
pub mod tokens;
pub mod tour;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use programgrant_core::reference::{Reference, SubUnits};
use programgrant_schema::{
    MunicipalityRegister, Organisation, OrganisationNumberError, PILOT, Programme, ReferenceTables,
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
}

impl Demo {
    /// Starts the simulated systems on free ports and fills them.
    pub async fn start(listen: SocketAddr) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("programgrant-")
            .tempdir()
            .context("no temporary folder")?;
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let simulators = simulate(any_port, folder.path()).context("the simulated systems cannot start")?;
        let issuers = Issuers::start(Clock::system())
            .await
            .context("the simulated issuers cannot start")?;
        let mut reference = reference()?;
        reference.organisations.extend(made_up()?);
        let tables = fill(&simulators, folder.path(), &reference)?;
        Ok(Self {
            simulators,
            tables,
            issuers,
            folder,
            reference: Arc::new(reference),
            listen,
        })
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
        let text = format!(
            "listen = \"{listen}\"\n[store]\nurl = \"sqlite:{}\"\n[auth]\nmode = {mode:?}\n{issuers}{login}{settings}\n{tables}",
            store.display()
        );
        Config::parse(&text)
    }

    /// That gateway.
    pub async fn gateway(&self, config: &Config) -> anyhow::Result<Gateway> {
        Ok(Gateway::with_reference(config, Arc::clone(&self.reference), Clock::system()).await?)
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
    fill(simulators, folder, &reference()?)
}

fn fill(simulators: &Simulators, folder: &Path, reference: &Reference) -> anyhow::Result<Vec<Laid>> {
    let records = data::records(&reference.register, &reference.programmes);
    for (source, records) in &records {
        simulators.get(*source).publish(records);
    }
    let of_nav = records.get(&systems::NAV).map(Vec::as_slice).unwrap_or_default();
    tables::lay(folder, &reference.register, of_nav).with_context(|| folder.display().to_string())
}

/// The built-in reference data, with the notice and the demonstration's own sub-unit.
fn reference() -> anyhow::Result<Reference> {
    let register = MunicipalityRegister::parse(&ReferenceTables::built_in())?;
    let pilot = Programme::parse(PILOT.0, &pilot(), &register)?;
    let pair = |(unit, parent): &(&str, &str)| Ok::<_, OrganisationNumberError>((unit.parse()?, parent.parse()?));
    let sub_units = SubUnits::new(data::SUB_UNITS.iter().map(pair).collect::<Result<Vec<_>, _>>()?);
    Ok(Reference::new(register, vec![pilot], sub_units)?)
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

/// The pilot's file with the notice. NAV's scheme is heard from a county governor, too.
fn pilot() -> String {
    let systems = format!("system = [\"nav\", \"{}\"]", tables::GOVERNOR);
    let text = PILOT.1.replacen("system = \"nav\"", &systems, 1);
    text.replacen("[programme]\n", &format!("[programme]\nnotice_nb = {NOTICE:?}\n"), 1)
}

/// Writes the programme file with the notice and the table of sub-units, for a gateway that reads the simulated systems from
/// elsewhere; the answer is the part of a configuration that finds them.
pub fn write_reference(folder: &Path) -> io::Result<String> {
    let (programme, sub_units) = (folder.join("pilot.toml"), folder.join("sub_units.csv"));
    std::fs::write(&programme, pilot())?;
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
        "[programme]\nfiles = [{:?}]\n\n[reference]\nsub_units = {:?}\n",
        programme.display().to_string(),
        sub_units.display().to_string()
    ))
}
