//! `allocation`: a programme year's frame shared by a plan, as a list or with its explanations; and a published list held against it. Nothing
//! is stored, and no source is asked.

mod list;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use programgrant_core::allocation::{self, AllocationFile};
use programgrant_core::reference::Reference;
use programgrant_schema::Programme;

use crate::allocations::{self, AllocationDesk, AllocationRequest, PlanChanges, ToldAllocation, WorkedOut};
use crate::app;
use crate::config::Config;
use crate::output;

/// What `allocation` is told.
#[derive(Debug, Args)]
pub struct AllocationArguments {
    /// The configuration file, for its programmes and registers; those that are built in where left out.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The plan's file (docs/allocation.md); an example where left out, which says that it is one.
    #[arg(long)]
    plan: Option<PathBuf>,
    /// What describes files of indicators, which lie beside it; those that are built in where left out.
    #[arg(long)]
    indicators: Option<PathBuf>,
    /// The programme year.
    #[arg(long, required_unless_present = "check", conflicts_with = "check")]
    year: Option<i16>,
    /// Prints how each amount came about: what was counted, the rule, the calculation, the table, and what changed since the year before.
    #[arg(long, requires = "year")]
    explain: bool,
    /// Recomputes a published list (`year;scheme;organisation_number;kroner`) and names every difference; exits with 1 if there is one.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// What allocations are worked out from.
struct Office {
    desk: AllocationDesk,
    file: AllocationFile,
    reference: Reference,
}

pub fn run(arguments: &AllocationArguments) -> anyhow::Result<ExitCode> {
    let office = Office::open(arguments)?;
    for (path, bad) in &office.desk.indicators.bad_rows {
        output::complain(format_args!("{path}, line {}: {}", bad.place, bad.reason));
    }
    if let Some(list) = &arguments.check {
        return check(&office, list);
    }
    let Some(year) = arguments.year else {
        bail!("--year is missing");
    };
    if let Some(notice) = &office.file.notice {
        output::complain(format_args!("{notice}"));
    }
    let worked_out = office.work_out(year)?;
    if arguments.explain {
        output::text(explained(&office, &worked_out)?)?;
    } else {
        output::text(list::written(&office, &worked_out))?;
    }
    Ok(match worked_out.allocation.total() {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}

fn explained(office: &Office, worked_out: &WorkedOut) -> anyhow::Result<String> {
    let before = office.work_out(worked_out.plan.year - 1).ok();
    let told = ToldAllocation {
        worked_out,
        reference: &office.reference,
    };
    allocations::explained(&office.programme()?.name, told, before.as_ref())
}

/// Each year of the list by itself.
fn check(office: &Office, path: &Path) -> anyhow::Result<ExitCode> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let published = list::read(&bytes).with_context(|| path.display().to_string())?;
    let mut differences = 0_usize;
    for flaw in &published.flaws {
        output::line(format_args!("{flaw}"))?;
        differences += 1;
    }
    let mut lines = 0_usize;
    for (year, published) in &published.years {
        let worked_out = office.work_out(*year)?;
        lines += published.len();
        for difference in allocation::compare(&worked_out.allocation, published) {
            output::line(format_args!("{year}: {}", list::told(&difference)))?;
            differences += 1;
        }
    }
    if differences > 0 {
        output::line(format_args!("differences: {differences}"))?;
        return Ok(ExitCode::FAILURE);
    }
    if lines == 0 {
        bail!("{}: there is nothing in it", path.display());
    }
    output::line(format_args!("{lines} lines agree"))?;
    Ok(ExitCode::SUCCESS)
}

impl Office {
    fn open(arguments: &AllocationArguments) -> anyhow::Result<Self> {
        let config = arguments.config.as_deref().map(Config::load).transpose()?;
        let reference = match &config {
            Some(config) => app::reference(config)?,
            None => Reference::built_in()?,
        };
        let configured = config.map(|config| config.allocation).unwrap_or_default();
        let plan = arguments.plan.as_ref().or(configured.plan.as_ref());
        let indicators = arguments.indicators.as_ref().or(configured.indicators.as_ref());
        let desk = AllocationDesk::open(plan.map(PathBuf::as_path), indicators.map(PathBuf::as_path))?;
        Ok(Self {
            file: desk.file()?,
            desk,
            reference,
        })
    }

    fn programme(&self) -> anyhow::Result<&Programme> {
        let id = &self.file.programme;
        let known = self.reference.programmes.get(id);
        known.with_context(|| format!("programme {id} is unknown"))
    }

    fn work_out(&self, year: i16) -> anyhow::Result<WorkedOut> {
        let asked = AllocationRequest {
            programme: self.programme()?,
            reference: &self.reference,
            year,
            plan: None,
            corrections: &[],
            changes: &PlanChanges::default(),
        };
        Ok(self.desk.work_out(asked)?)
    }
}
