//! A table, read: from a folder of files or by HTTP.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_contract::{Batch, Http, Position, Receipt, Source, SourceError, Years};
use reqwest::Url;

use crate::folder::{FolderPull, Means};
use crate::pages::PagesPull;

/// Where a table comes from.
#[derive(Clone)]
pub enum Place {
    Folder(PathBuf),
    Url { http: Http, url: Box<Url> },
}

/// The instant that it is, told from outside.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Any grant manager's table, read by a mapping.
#[derive(Clone)]
pub struct Table {
    means: Means,
    place: Place,
    now: Now,
}

impl Table {
    pub fn new(means: Means, place: Place, now: Now) -> Self {
        Self { means, place, now }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Table");
        match &self.place {
            Place::Folder(folder) => shown.field("folder", folder),
            // What else stands in the address may be a secret.
            Place::Url { http, url } => shown
                .field("host", &url.origin().ascii_serialization())
                .field("http", http),
        };
        shown.finish_non_exhaustive()
    }
}

#[async_trait]
impl Source for Table {
    /// A list holds whatever years it holds: it is read whole.
    async fn pull(&self, position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        match &self.place {
            Place::Folder(folder) => {
                let pull = FolderPull::new(self.means.clone(), folder.clone(), position);
                let now = (self.now)();
                let reading = tokio::task::spawn_blocking(move || pull.run(now)).await;
                reading.unwrap_or_else(|_| Err(SourceError::outage("reading the folder broke off")))
            }
            Place::Url { http, url } => PagesPull::new(self.means.clone(), http, url, position).run().await,
        }
    }

    /// Files stay in the folder, and a list is handed out as often as it is asked for: there is nothing to forget.
    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}
