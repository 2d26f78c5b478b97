//! The simulated systems: one of each kind that has a simulator, and the configuration that finds them.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::{fmt, io};

use programgrant_contract::simulation::Simulator;
use programgrant_contract::{Adapter, Simulation};
use programgrant_schema::SourceId;

use super::registry::ADAPTERS;

/// They serve until dropped.
pub struct Simulators(Vec<Simulated>);

/// A simulated system, and the configuration that finds it.
pub struct Simulated {
    pub source: SourceId,
    /// Its address or folder.
    pub place: String,
    /// Lines for `[sources.…]`.
    pub settings: String,
    simulator: Box<dyn Simulator>,
}

/// Starts the simulated systems: those with an address as many ports after `listen` as their adapters say (any free ports for port
/// 0), those with a folder under `folder`.
///
/// # Panics
///
/// Outside a runtime.
///
/// # Errors
///
/// If a port is in use or a folder cannot be made.
pub fn simulate(listen: SocketAddr, folder: &Path) -> io::Result<Simulators> {
    let systems = ADAPTERS
        .iter()
        .filter_map(|adapter| Some(start(adapter, adapter.simulation?, listen, folder)));
    systems.collect::<io::Result<_>>().map(Simulators)
}

fn start(adapter: &Adapter, simulation: Simulation, listen: SocketAddr, folder: &Path) -> io::Result<Simulated> {
    let simulator = match simulation {
        Simulation::Listens { above, start } => {
            let port = match listen.port() {
                0 => 0,
                first => first.saturating_add(above),
            };
            let listener = TcpListener::bind(SocketAddr::new(listen.ip(), port))?;
            listener.set_nonblocking(true)?;
            start(listener)?
        }
        Simulation::Lays { folder: own, start } => start(&folder.join(own))?,
    };
    let keys = simulator.settings();
    let lines: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value:?}")).collect();
    Ok(Simulated {
        source: SourceId::from_static(adapter.kind),
        place: keys.into_iter().next().map(|(_, place)| place).unwrap_or_default(),
        settings: lines.join("\n"),
        simulator,
    })
}

impl Simulators {
    /// The system of that source.
    pub fn find(&self, source: SourceId) -> Option<&dyn Simulator> {
        let system = self.0.iter().find(|system| system.source == source)?;
        Some(system.simulator.as_ref())
    }

    /// # Panics
    ///
    /// If there is none.
    pub fn get(&self, source: SourceId) -> &dyn Simulator {
        self.find(source).expect("a simulated system")
    }

    /// Where each system is.
    pub fn places(&self) -> &[Simulated] {
        &self.0
    }

    /// The part of a configuration that finds these systems.
    pub fn settings(&self, every: impl fmt::Display) -> String {
        let section = |simulated: &Simulated| {
            format!(
                "[sources.{}]\n{}\nevery = \"{every}\"\n",
                simulated.source, simulated.settings
            )
        };
        self.0.iter().map(section).collect::<Vec<_>>().join("\n")
    }
}
