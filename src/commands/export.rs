//! `export`: what an organisation may see, as a file. No source is asked; the file says how old each is.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use programgrant_core::access::Caller;
use programgrant_schema::OrganisationNumber;

use crate::app::Gateway;
use crate::clock::Clock;
use crate::config::Config;
use crate::export::{self, ExportError, ExportFormat, ExportRequest, Exported, Subset, What, WriteSink};
use crate::http::reference::RequestId;
use crate::http::{AppState, LocalClient, Service};
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
        Some(path) => to_file(client, &request, path).await,
        None => to_page(client, &request).await,
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

/// Who asks, in the role that the register gives it.
fn client(config: &Config, gateway: &Arc<Gateway>, organisation: OrganisationNumber) -> anyhow::Result<LocalClient> {
    let access = gateway.access();
    let caller = Caller {
        acting: Some(access.acting_for(organisation)),
        subject: SUBJECT.to_owned(),
        role: access.role_of(organisation),
        ..Caller::public()
    };
    let state = AppState::new(Service::new(config, Arc::clone(gateway))?);
    Ok(LocalClient::new(&state, caller, None, RequestId::new()))
}

async fn to_page(client: LocalClient, request: &ExportRequest) -> anyhow::Result<Exported> {
    let mut page = output::Page;
    let exported = export::write(client, request, &mut WriteSink(&mut page)).await?;
    page.flush()?;
    Ok(exported)
}

/// Into the file. One that could not be written whole is taken away again.
async fn to_file(client: LocalClient, request: &ExportRequest, path: &Path) -> anyhow::Result<Exported> {
    let place = || path.display().to_string();
    let mut file = BufWriter::new(File::create(path).with_context(place)?);
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
