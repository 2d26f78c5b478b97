//! `preview`: a list as a grant manager has it, read row by row by a mapping, and nothing stored; with the list alone, a mapping is proposed.
//! It asks nobody and opens no store, so that it can be tried wherever the list is.

mod lines;
mod prose;
mod row;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use programgrant_core::reference::Reference;
use programgrant_schema::SourceId;

use crate::adapters::registry::table;
use crate::app;
use crate::config::Config;
use crate::{output, telemetry};

use lines::Lines;
use prose::Prose;
use row::{Counts, Lookup, Row};
use table::{Mapping, RowReading, Totals};

/// The kind of the sources whose lists a mapping reads.
const KIND: &str = "table";

/// What `preview` is told.
#[derive(Debug, Args)]
pub struct PreviewArguments {
    /// The configuration file; left out, the reference tables are those that the program brings along.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The source whose mapping reads the list.
    #[arg(long, requires = "config", conflicts_with = "mapping")]
    source: Option<SourceId>,
    /// The mapping file; it needs neither configuration nor source.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// The list: CSV, XLSX, JSON or NDJSON.
    file: PathBuf,
    /// Shows so many rows at most; all are read and counted.
    #[arg(long, value_name = "N")]
    rows: Option<u64>,
    /// One line of JSON for each row; the last has the sums.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &PreviewArguments) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let config = arguments.config.as_deref().map(Config::load).transpose()?;
    let Some(mapping) = mapping(arguments, config.as_ref())? else {
        return propose(arguments);
    };
    let reference = config.as_ref().map_or_else(built_in, configured)?;
    let lookup = Lookup {
        reference: &reference,
        schemes: &mapping.schemes,
    };
    let out = BufWriter::new(output::Page);
    let totals = if arguments.json {
        show(arguments, &mapping, &lookup, &mut Lines(out))
    } else {
        show(arguments, &mapping, &lookup, &mut Prose(out))
    }?;
    Ok(if totals.set_aside > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What the binary brings along, for a list that is tried without a gateway.
fn built_in() -> anyhow::Result<Reference> {
    Ok(Reference::built_in()?)
}

/// What the gateway of that configuration goes by, with the schemes that its sources state.
fn configured(config: &Config) -> anyhow::Result<Reference> {
    let mut reference = app::reference(config)?;
    reference.programmes.add_stated(config.sources.schemes()?)?;
    Ok(reference)
}

/// Where rows and sums are shown.
trait Show {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()>;
    fn end(&mut self, totals: &Totals, counts: &Counts) -> io::Result<()>;
}

/// Reads the whole list, and shows as many rows as are asked for.
fn show(
    arguments: &PreviewArguments,
    mapping: &Mapping,
    lookup: &Lookup<'_>,
    out: &mut dyn Show,
) -> anyhow::Result<Totals> {
    let path = &arguments.file;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let knows = |number| lookup.reference.by_organisation(number).is_some();
    let mut counts = Counts::default();
    let mut printed = Ok(());
    let mut take = |reading: RowReading| {
        let row = lookup.row(&reading);
        counts.add(&row);
        let is_shown = arguments.rows.is_none_or(|most| counts.rows <= most);
        if is_shown && printed.is_ok() {
            printed = out.row(&row);
        }
    };
    let totals = table::read(mapping, open(path)?, &name, &knows, &mut take)
        .map_err(|refusal| anyhow!("{}: {refusal}", path.display()))?;
    printed?;
    counts.shown = arguments.rows.map_or(counts.rows, |most| most.min(counts.rows));
    out.end(&totals, &counts)?;
    Ok(totals)
}

/// The mapping that is to read the list; `None` where one is to be proposed.
fn mapping(arguments: &PreviewArguments, config: Option<&Config>) -> anyhow::Result<Option<Mapping>> {
    let path = match (&arguments.mapping, config, arguments.source) {
        (Some(path), ..) => path.clone(),
        (None, Some(config), Some(id)) => mapping_of(config, id)?,
        (None, Some(_), None) => bail!("--config needs a --source or a --mapping that reads the list"),
        (None, None, _) => return Ok(None),
    };
    let place = path.display().to_string();
    let text = std::fs::read_to_string(&path).with_context(|| place.clone())?;
    Ok(Some(Mapping::parse(&place, &text)?))
}

fn mapping_of(config: &Config, id: SourceId) -> anyhow::Result<PathBuf> {
    let source = config.sources.get(id);
    let source = source.ok_or_else(|| anyhow!("--source {id}: no such source is configured"))?;
    if source.kind() != KIND {
        bail!(
            "--source {id}: it is of the kind {}, and only one of the kind {KIND} reads files by a mapping",
            source.kind()
        );
    }
    let file = config.sources.file(source, "mapping");
    file.ok_or_else(|| anyhow!("sources.{id}.mapping: missing"))
}

fn propose(arguments: &PreviewArguments) -> anyhow::Result<ExitCode> {
    let path = &arguments.file;
    if arguments.json || arguments.rows.is_some() {
        bail!("--json and --rows show how rows are read, which needs a --mapping, or a --config and a --source");
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let proposal = table::proposal::propose(&name, open(path)?);
    output::text(proposal.map_err(|refusal| anyhow!("{}: {refusal}", path.display()))?)?;
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        bail!("{}: it is a folder; name one file in it", path.display());
    }
    Ok(file)
}

/// Everything that is printed leaves at once at the end.
fn finish(out: &mut impl Write) -> io::Result<()> {
    out.flush()
}
