//! `export`: what an organisation may see, as a file. No source is asked; the file says how old each is.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use programgrant_core::access::Caller;
use programgrant_schema::OrganisationNumber;

use super::onlooker::shown;
use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::Config;
use crate::export::{self, ExportError, ExportFormat, ExportRequest, Exported, Subset, What, WriteSink};
use crate::http::reference::RequestId;
use crate::http::{AppState, LocalClient, Service};
use crate::telemetry::progress;
use crate::{output, telemetry};

/// How long it waits, all in all, where the organisation's budget is used up.
const PATIENCE: Duration = Duration::from_mins(15);
/// Whose command it is, as the ledger would know it.
const SUBJECT: &str = "export";

/// What `export` is told.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The organisation in whose name it is asked: what it may not see is not in the file.
    #[arg(long = "as", value_name = "ORGANISATION")]
    organisation: OrganisationNumber,
    #[arg(long)]
    what: What,
    #[arg(long)]
    format: ExportFormat,
    /// Only what is of this year.
    #[arg(long)]
    year: Option<i16>,
    /// Only what is this municipality's, by a municipality number or an organisation number.
    #[arg(long)]
    municipality: Option<String>,
    /// Only what is this scheme's.
    #[arg(long)]
    scheme: Option<String>,
    /// Only what stands so, as the schema names it; may be repeated.
    #[arg(long)]
    status: Vec<String>,
    /// The file; standard output where left out. Beside a CSV, its data package is written to the same name with `.datapackage.json`.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub async fn run(arguments: ExportArguments) -> anyhow::Result<ExitCode> {
    telemetry::start("programgrant=error");
    let config = Config::load(&arguments.config)?;
    let clock = Clock::system();
    let request = ExportRequest {
        what: arguments.what,
        format: arguments.format,
        subset: Subset {
            year: arguments.year,
            municipality: arguments.municipality,
            scheme: arguments.scheme,
            status: arguments.status,
            ..Subset::default()
        },
        now: clock.now(),
        patience: PATIENCE,
        csv_name: None,
    };
    // Before anything is opened: what does not exist needs no store.
    request.check()?;
    let gateway = Arc::new(Gateway::open(&config, clock).await?);
    let client = client(&config, &gateway, arguments.organisation)?;
    let written = match &arguments.out {
        Some(path) => shown("export", to_file(client, &request, path)).await,
        None => shown("export", to_page(client, &request)).await,
    };
    gateway.database.close().await;
    let exported = written?;
    for missing in &exported.missing {
        output::complain(format_args!("mangler: {missing}"));
    }
    Ok(if exported.missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What is written, and how many bytes of it there are.
struct Counted<W>(W, usize);

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1 += written;
        progress::doing(format_args!("{} kB", self.1.div_ceil(1000)));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Who asks, in the role that the register gives it.
fn client(config: &Config, gateway: &Arc<Gateway>, organisation: OrganisationNumber) -> anyhow::Result<LocalClient> {
    let access = gateway.access();
    let caller = Caller {
        acting: Some(access.acting_for(organisation)),
        subject: SUBJECT.to_owned(),
        role: access.role_of(organisation),
        office: access.office_of(organisation),
        ..Caller::public()
    };
    let state = AppState::new(Service::new(config, Arc::clone(gateway))?);
    Ok(LocalClient::new(&state, caller, None, RequestId::new()))
}

async fn to_page(client: LocalClient, request: &ExportRequest) -> anyhow::Result<Exported> {
    let mut page = Counted(output::Page, 0);
    let exported = export::write(client, request, &mut WriteSink(&mut page)).await?;
    page.flush()?;
    Ok(exported)
}

/// Into the file. One that could not be written whole is taken away again.
async fn to_file(client: LocalClient, request: &ExportRequest, path: &Path) -> anyhow::Result<Exported> {
    let place = || path.display().to_string();
    let mut file = Counted(BufWriter::new(File::create(path).with_context(place)?), 0);
    let written = match export::write(client, request, &mut WriteSink(&mut file)).await {
        Ok(exported) => file.flush().map(|()| exported).map_err(ExportError::from),
        Err(error) => Err(error),
    };
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    let exported = written.with_context(place)?;
    if request.format == ExportFormat::Csv {
        describe(&exported, path)?;
    }
    Ok(exported)
}

/// The data package beside a CSV.
fn describe(exported: &Exported, path: &Path) -> anyhow::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_extension(ExportFormat::Datapackage.extension());
    if let Some(package) = exported.data_package(&name) {
        let text = serde_json::to_string_pretty(&package)?;
        std::fs::write(&beside, text + "\n").with_context(|| beside.display().to_string())?;
    }
    Ok(())
}
