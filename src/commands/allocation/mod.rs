//! `allocation`: a programme year's frame shared by a plan, as a list or with its explanations; and a published list held against it. Nothing
//! is stored, and no source is asked.

mod list;
mod prose;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::date;
use programgrant_core::allocation::{self, Allocation, AllocationFile, AllocationPlan};
use programgrant_core::indicators::Indicators;
use programgrant_core::reference::Reference;
use programgrant_schema::{ALLOCATION_EXAMPLE, MunicipalityId, OrganisationNumber, Programme};

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

/// One year, worked out.
struct WorkedOut {
    plan: AllocationPlan,
    allocation: Allocation,
}

/// What allocations are worked out from.
struct Desk {
    file: AllocationFile,
    indicators: Indicators,
    reference: Reference,
}

pub fn run(arguments: &AllocationArguments) -> anyhow::Result<ExitCode> {
    let desk = Desk::open(arguments)?;
    for (path, bad) in &desk.indicators.bad_rows {
        output::complain(format_args!("{path}, line {}: {}", bad.place, bad.reason));
    }
    if let Some(list) = &arguments.check {
        return check(&desk, list);
    }
    let Some(year) = arguments.year else {
        bail!("--year is missing");
    };
    if let Some(notice) = &desk.file.notice {
        output::complain(format_args!("{notice}"));
    }
    let worked_out = desk.work_out(year)?;
    if arguments.explain {
        output::text(prose::explained(&desk, &worked_out)?)?;
    } else {
        output::text(list::written(&desk, &worked_out))?;
    }
    Ok(match worked_out.allocation.total() {
        Some(_) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    })
}

/// Each year of the list by itself.
fn check(desk: &Desk, path: &Path) -> anyhow::Result<ExitCode> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let published = list::read(&bytes).with_context(|| path.display().to_string())?;
    let mut differences = 0_usize;
    for flaw in &published.flaws {
        output::line(format_args!("{flaw}"))?;
        differences += 1;
    }
    let mut lines = 0_usize;
    for (year, published) in &published.years {
        let worked_out = desk.work_out(*year)?;
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

impl Desk {
    fn open(arguments: &AllocationArguments) -> anyhow::Result<Self> {
        let reference = match &arguments.config {
            Some(config) => app::reference(&Config::load(config)?)?,
            None => Reference::built_in()?,
        };
        let file = match &arguments.plan {
            Some(path) => {
                let place = path.display().to_string();
                let text = fs::read_to_string(path).with_context(|| place.clone())?;
                AllocationFile::parse(&place, &text)?
            }
            None => AllocationFile::parse(ALLOCATION_EXAMPLE.0, ALLOCATION_EXAMPLE.1)?,
        };
        let indicators = match &arguments.indicators {
            Some(path) => indicators(path)?,
            None => Indicators::built_in()?,
        };
        Ok(Self {
            file,
            indicators,
            reference,
        })
    }

    fn programme(&self) -> anyhow::Result<&Programme> {
        let mut programmes = self.reference.programmes.iter();
        let id = &self.file.programme;
        programmes
            .find(|programme| programme.id == *id)
            .with_context(|| format!("programme {id} is unknown"))
    }

    fn work_out(&self, year: i16) -> anyhow::Result<WorkedOut> {
        // Municipalities as they were that year.
        let reference = self.reference.on(date(year, 1, 1), &self.reference.registered)?;
        let receivers = receivers(self.programme()?, year, &reference)?;
        let plan = allocation::prepare(&self.file, year, &receivers, &self.indicators, &reference.register)?;
        let allocation = allocation::allocate(&plan)?;
        Ok(WorkedOut { plan, allocation })
    }

    /// The municipality's name, or its number where the registers have none.
    fn name(&self, receiver: OrganisationNumber) -> String {
        let known = self
            .reference
            .by_organisation(receiver)
            .and_then(|id| self.reference.register.get(id));
        known.map_or_else(|| receiver.to_string(), |municipality| municipality.name().to_owned())
    }
}

/// Who takes part in some of the year.
fn receivers(
    programme: &Programme,
    year: i16,
    reference: &Reference,
) -> anyhow::Result<Vec<(OrganisationNumber, MunicipalityId)>> {
    let takes_part = programme
        .participations
        .iter()
        .filter(|part| part.from.year() <= year && part.use_until.year() >= year);
    takes_part
        .map(|part| {
            let municipality = reference
                .register
                .current(part.municipality)
                .unwrap_or(part.municipality);
            let known = reference
                .register
                .get(municipality)
                .and_then(|known| known.organisation_number);
            let number = known.with_context(|| format!("municipality {} has no organisation number", part.number))?;
            Ok((number, municipality))
        })
        .collect()
}

/// The description and, beside it, the files that it names.
fn indicators(path: &Path) -> anyhow::Result<Indicators> {
    let place = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| place.clone())?;
    let mut indicators = Indicators::default();
    for file in Indicators::describe(&place, &text)? {
        let beside = path.with_file_name(&file.path);
        let bytes = fs::read(&beside).with_context(|| beside.display().to_string())?;
        indicators.read(&file, &bytes)?;
    }
    Ok(indicators)
}
