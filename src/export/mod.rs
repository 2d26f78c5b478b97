//! Exports: what the public schema answers, as files that other people's programs read. A client like any other: what its caller may not
//! see is in no file, and every figure is the API's own. Source, age and what is missing stand in each.

mod about;
mod calendar;
mod catalogue;
mod csv;
mod data_package;
mod form;
mod giving360;
mod json;
mod json_stat;
mod kroner;
mod question;
mod rows;
mod sink;
mod subset;
mod table;
mod workbook;
mod writer;

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

use crate::http::{LocalClient, QueryError};
use about::About;
use data_package::descriptor;
use question::{Asker, Facts};
use rows::TableRows;
use rows::deadlines::Deadlines;
use rows::pages::AwardPages;
use rows::pots::PotPages;
use table::TableShape;
use workbook::WorkbookTable;
use writer::{NoRows, TableWriter};

pub use form::{ExportFormat, What};
pub use sink::{Pieces, Sink, WriteSink, stream};
pub use subset::{AwardKey, RowOrder, Subset, is_found, sort_awards};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    pub what: What,
    pub format: ExportFormat,
    pub subset: Subset,
    /// When it is asked.
    pub now: Timestamp,
    /// How long it may wait, all in all, where the caller's budget is used up.
    pub patience: Duration,
    /// What the CSV is called that a data package alone describes; `None` for the name that it has by itself.
    pub csv_name: Option<String>,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Exported {
    /// What was asked for and is not there, in Bokmål; empty where the file is whole.
    pub missing: Vec<String>,
    /// What describes a table, under the name that its CSV has where nobody gives it another.
    shape: Option<TableShape>,
    about: About,
    what: What,
}

/// Why there is no file, or no whole one.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error("{what} cannot be had as {format}; there is {}", listed(*.what))]
    NoSuchForm { what: What, format: ExportFormat },
    /// The schema tells it as of now alone.
    #[error("{what} cannot be had as of another day")]
    NoPast { what: What },
    #[error("{code}: {text}", code = .0.code(), text = said(.0))]
    Query(QueryError),
    /// Nobody has said in whose name a catalogue would speak.
    #[error("a catalogue needs the section [catalogue] of the configuration")]
    NoCatalogue,
    #[error(transparent)]
    Sink(#[from] io::Error),
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

fn listed(what: What) -> String {
    let formats: Vec<&str> = what.formats().iter().map(|format| (*format).into()).collect();
    formats.join(", ")
}

/// What a query that failed says, each thing once: it may have failed at every item of a list.
fn said(error: &QueryError) -> String {
    let QueryError::Failed(errors) = error else {
        return error.to_string();
    };
    let mut messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.dedup();
    messages.join(" ")
}

impl From<QueryError> for ExportError {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl ExportError {
    /// Whether less at a time could be answered.
    fn is_too_much(&self) -> bool {
        matches!(self, Self::Query(error) if error.code() == "TOO_COSTLY")
    }
}

impl ExportRequest {
    /// Whether it can be had in that form at all.
    pub fn check(&self) -> Result<(), ExportError> {
        let (what, format) = (self.what, self.format);
        if what.formats().contains(&format) {
            self.subset.check(what)
        } else {
            Err(ExportError::NoSuchForm { what, format })
        }
    }
}

impl Exported {
    /// The data package that goes with a table whose CSV lies beside it under that name; `None` of what is no table.
    pub fn data_package(&self, path: &str) -> Option<Value> {
        let shape = self.shape.as_ref()?;
        Some(descriptor(self.what, shape, &self.about, path))
    }
}

/// The schema tells how old a source is, not how old it was.
const AGES_ARE_OF_NOW: &str = "Tallene er slik de var kjent da; hvor gamle kildene er, sies av da filen ble laget";

/// Asks, and hands the file to the sink piece by piece. Nothing goes out before the first page was answered, so whoever may not have it
/// gets nothing at all.
pub async fn write(
    client: LocalClient,
    request: &ExportRequest,
    sink: &mut impl Sink,
) -> Result<Exported, ExportError> {
    request.check()?;
    let what = request.what;
    let mut asker = Asker {
        client,
        patience: request.patience,
    };
    let facts = Facts::ask(&mut asker).await?;
    let mut about = About::new(what, &facts, request.subset.said(), request.now);
    if request.subset.as_of.is_some() {
        about.remarks.push(AGES_ARE_OF_NOW.to_owned());
    }
    let shape = if let Some(writer) = begin(request, &facts)? {
        Some(table(request, (&mut asker, &facts), writer, &mut about, sink).await?)
    } else {
        other(request, (&mut asker, &facts), &mut about, sink).await?;
        None
    };
    Ok(Exported {
        missing: about.missing.clone(),
        shape,
        about,
        what,
    })
}

type BoxedWriter = Box<dyn TableWriter>;

/// The writer of a table; `None` of what is no table's format.
fn begin(request: &ExportRequest, facts: &Facts) -> Result<Option<BoxedWriter>, ExportError> {
    let Some(rows) = TableRows::of(request.what, &request.subset, facts, request.now) else {
        return Ok(None);
    };
    let shape = rows.shape(facts);
    Ok(Some(match request.format {
        ExportFormat::Csv => Box::new(csv::CsvTable::begin(&shape)?),
        ExportFormat::Json => Box::new(json::JsonTable::begin(&shape)?),
        ExportFormat::Xlsx => Box::new(WorkbookTable::begin(request.what.into(), &shape)?),
        ExportFormat::Datapackage => Box::new(NoRows),
        ExportFormat::Giving360 | ExportFormat::JsonStat | ExportFormat::Ics | ExportFormat::Dcat => return Ok(None),
    }))
}

async fn table(
    request: &ExportRequest,
    (asker, facts): (&mut Asker, &Facts),
    mut writer: BoxedWriter,
    about: &mut About,
    sink: &mut impl Sink,
) -> Result<TableShape, ExportError> {
    let what = request.what;
    let no_rows = || ExportError::NoSuchForm {
        what,
        format: request.format,
    };
    let mut rows = TableRows::of(what, &request.subset, facts, request.now).ok_or_else(no_rows)?;
    while let Some(page) = rows.next(asker, facts).await? {
        for row in &page {
            writer.row(row)?;
        }
        sink.take(writer.take()?).await?;
    }
    about.learn(rows.learnt());
    sink.take(writer.end(about)?).await?;
    let shape = rows.shape(facts);
    if request.format == ExportFormat::Datapackage {
        let path = request.csv_name.clone().unwrap_or_else(|| data_package::path(what));
        let package = descriptor(what, &shape, about, &path);
        sink.take(pretty(&package)?).await?;
    }
    Ok(shape)
}

async fn other(
    request: &ExportRequest,
    (asker, facts): (&mut Asker, &Facts),
    about: &mut About,
    sink: &mut impl Sink,
) -> Result<(), ExportError> {
    let subset = &request.subset;
    let text = match request.format {
        ExportFormat::Giving360 => {
            let pages = AwardPages::new(subset, subset.year, facts.own_municipality());
            let settings = asker.client.catalogue().cloned();
            let address = settings.map(|settings| format!("{}/graphql", settings.address.trim_end_matches('/')));
            return giving360::write(pages, asker, about, address.as_deref(), sink).await;
        }
        ExportFormat::JsonStat => json_stat::write(PotPages::new(subset, facts), asker, facts, about).await?,
        ExportFormat::Ics => calendar::write(Deadlines::new(subset), asker, about).await?,
        _ => {
            let settings = asker.client.catalogue().ok_or(ExportError::NoCatalogue)?;
            pretty(&catalogue::write(settings, about))?
        }
    };
    Ok(sink.take(text).await?)
}

fn pretty(value: &Value) -> Result<Vec<u8>, ExportError> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
