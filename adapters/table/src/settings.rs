//! What a source of a table's kind is told in the configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use programgrant_contract::{Address, Auth, Connection, HTTP_SECRETS, Host, HttpAccess, SettingsError, Tls};
use programgrant_schema::GrantScheme;
use serde::Deserialize;

use crate::folder::Means;
use crate::mapping::{Mapping, MappingError, Way};
use crate::sheet::ReadLimits;
use crate::source::{Place, Table};

/// The largest mapping file that is read, in bytes.
const MAPPING_LIMIT: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The mapping file.
    mapping: PathBuf,
    /// Where files are laid.
    folder: Option<PathBuf>,
    /// Where the list is asked for, instead.
    url: Option<Address>,
    /// A file with the bearer token; read again when the token is refused.
    token_file: Option<PathBuf>,
    auth: Option<Auth>,
    tls: Option<Tls>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = HTTP_SECRETS;

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let mapping = self.mapping(host)?;
        let access = HttpAccess {
            token_file: self.token_file,
            auth: self.auth,
            tls: self.tls,
        };
        let (place, way) = match (self.folder, self.url) {
            (Some(_), Some(_)) => return Err(SettingsError::new("url", "stands beside folder; expected one of them")),
            (None, None) => {
                return Err(SettingsError::new(
                    "folder",
                    "missing, and url, too; expected one of them",
                ));
            }
            (Some(folder), None) => {
                host.no_http(&access)?;
                (Place::Folder(host.path(&folder)), Way::Folder)
            }
            (None, Some(url)) => {
                // A reply may be as large as a file.
                let limit = usize::try_from(ReadLimits::DEFAULT.bytes).unwrap_or(usize::MAX);
                let http = host.http(&url, access)?.with_limit(limit);
                let url = Box::new(url.url());
                (Place::Url { http, url }, Way::Url)
            }
        };
        mapping.check_way(&shown(host, &self.mapping), way).map_err(refused)?;
        let means = Means {
            mapping: Arc::new(mapping),
            knows: Arc::clone(&host.knows),
            limits: ReadLimits::DEFAULT,
        };
        Ok(Connection {
            source: Box::new(Table::new(means, place, Arc::clone(&host.now))),
            exclusions: Err("a table takes no exclusions"),
        })
    }

    fn schemes(&self, host: &Host<'_>) -> Result<Vec<GrantScheme>, SettingsError> {
        self.mapping(host).map(|mapping| mapping.schemes)
    }
}

impl Settings {
    fn mapping(&self, host: &Host<'_>) -> Result<Mapping, SettingsError> {
        let place = shown(host, &self.mapping);
        let unread = |reason: String| SettingsError::new("mapping", format!("{place}: {reason}"));
        let path = host.path(&self.mapping);
        let length = std::fs::metadata(&path)
            .map_err(|error| unread(error.to_string()))?
            .len();
        if length > MAPPING_LIMIT {
            return Err(unread(format!("is larger than {MAPPING_LIMIT} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| unread(error.to_string()))?;
        Mapping::parse(&place, &text).map_err(refused)
    }
}

fn shown(host: &Host<'_>, mapping: &Path) -> String {
    host.path(mapping).display().to_string()
}

fn refused(error: impl Into<MappingError>) -> SettingsError {
    SettingsError::new("mapping", error.into().to_string())
}
