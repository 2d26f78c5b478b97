//! The state accounts where they are published: one archive a year and one for the appropriations, asked for only where they have
//! changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Cursor as Bytes;
use std::sync::Arc;

use programgrant_contract::{Batch, Http, Position, Reply, SourceError};
use reqwest::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
use reqwest::{StatusCode, Url};

use crate::archive::BROKEN;
use crate::cursor::{SiteCursor, Version};
use crate::reading::{Outcome, Wanted};
use crate::source::{blocking, gap};
use crate::wire::{FileName, Form, Published, Unreadable};

/// The first year that DFØ publishes in this form.
const FIRST_YEAR: i16 = 2014;

pub struct Site {
    http: Http,
    /// Ends with a slash, so that joining keeps the whole path.
    base: Url,
    wanted: Arc<Wanted>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("site", &self.name())
            .field("http", &self.http)
            .field("wanted", &self.wanted)
            .finish_non_exhaustive()
    }
}

/// What came of asking for one file.
enum Answer {
    Unchanged,
    /// Not published, or no longer.
    Absent,
    New(Version, Outcome),
}

impl Site {
    /// `base` is what stands before the files' names, with or without a slash at its end.
    pub fn new(http: Http, mut base: Url, wanted: Arc<Wanted>) -> Self {
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Self { http, base, wanted }
    }

    /// Which site this is, without what may be a secret in its address.
    fn name(&self) -> String {
        format!("{}{}", self.base.origin().ascii_serialization(), self.base.path())
    }

    /// Where the walk stands; another measure or another site means that every file is read again.
    fn resume(&self, cursor: Option<SiteCursor>) -> SiteCursor {
        let (measure, site) = (self.wanted.measure(), self.name());
        match cursor {
            Some(cursor) if cursor.measure == measure && cursor.site == site => cursor,
            other => {
                let known = other.map(|cursor| cursor.files).unwrap_or_default();
                let anew = |(name, version): (String, Version)| {
                    let is_missing = version.is_missing;
                    let version = Version {
                        is_missing,
                        ..Version::default()
                    };
                    (name, version)
                };
                SiteCursor {
                    measure,
                    site,
                    files: known.into_iter().map(anew).collect(),
                    pending: BTreeSet::new(),
                }
            }
        }
    }

    /// Asks for one file after another until one is new. `last_year` is the latest that may have been published.
    pub async fn step(&self, cursor: Option<SiteCursor>, last_year: i16) -> Result<Batch, SourceError> {
        let mut cursor = self.resume(cursor);
        let published = published(last_year);
        cursor.pending.retain(|name| published.contains_key(name));
        if cursor.pending.is_empty() {
            cursor.pending = published.keys().cloned().collect();
        }
        let mut failure = None;
        for name in cursor.pending.clone() {
            // A file that cannot be had just now stays pending and holds nobody up.
            match self.ask(published[&name], cursor.files.get(&name)).await {
                Err(error) => failure = failure.or(Some(error)),
                Ok(answer) => {
                    cursor.pending.remove(&name);
                    match answer {
                        Answer::Unchanged => {}
                        Answer::Absent => note_absent(&mut cursor.files, &name),
                        Answer::New(version, outcome) => {
                            let file = published[&name].file;
                            cursor.files.insert(name, version);
                            return Ok(Batch {
                                records: outcome.records,
                                set_aside: outcome.set_aside,
                                scope: Some(file.id()),
                                more: !cursor.pending.is_empty(),
                                ..nothing_new(&cursor)
                            });
                        }
                    }
                }
            }
        }
        failure.map_or_else(|| Ok(nothing_new(&cursor)), Err)
    }

    async fn ask(&self, published: Published, known: Option<&Version>) -> Result<Answer, SourceError> {
        let name = published.to_string();
        let address = self.base.join(&name);
        let address = address.map_err(|_| SourceError::refused("the configured address cannot be asked"))?;
        let conditions: Vec<_> = known
            .into_iter()
            .flat_map(|version| [(IF_NONE_MATCH, &version.etag), (IF_MODIFIED_SINCE, &version.modified)])
            .filter_map(|(header, value)| Some((header, value.as_deref()?)))
            .collect();
        let build = |client: &reqwest::Client| {
            let request = client.get(address.clone());
            conditions
                .iter()
                .fold(request, |request, (header, value)| request.header(header, *value))
        };
        let reply = self.http.send(build).await?;
        match reply.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Answer::Absent),
            StatusCode::NOT_MODIFIED if !conditions.is_empty() => Ok(Answer::Unchanged),
            StatusCode::OK => self.read(published, reply).await,
            status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
                Err(SourceError::malformed(name, format!("status {}", status.as_u16())))
            }
            _ => Err(reply.failure()),
        }
    }

    /// What was unpacked whole counts, readable or not; an archive that is not whole may be so at the next time of asking.
    async fn read(&self, published: Published, reply: Reply) -> Result<Answer, SourceError> {
        let header = |name: &str| reply.header(name).map(str::to_owned);
        let version = Version {
            etag: header("etag"),
            modified: header("last-modified"),
            is_missing: false,
        };
        let (wanted, body) = (Arc::clone(&self.wanted), reply.body);
        let read = move || {
            let size = u64::try_from(body.len()).unwrap_or(u64::MAX);
            wanted.read(published, Bytes::new(body), size)
        };
        let outcome = blocking(read).await?.map_err(|error| match error {
            Unreadable::Io | Unreadable::Refused { .. } => SourceError::malformed(published.to_string(), BROKEN),
        })?;
        if outcome.set_aside.iter().any(|aside| aside.reason == BROKEN) {
            return Err(SourceError::malformed(published.to_string(), BROKEN));
        }
        Ok(Answer::New(version, outcome))
    }
}

/// What is asked for, by name: a year that is not published yet is not there.
fn published(last_year: i16) -> BTreeMap<String, Published> {
    let years = (FIRST_YEAR..=last_year).map(|year| FileName::Accounts { year });
    let files = years.chain([FileName::Appropriations]);
    let archive = |file| Published { file, form: Form::Zip };
    files
        .map(archive)
        .map(|archive| (archive.to_string(), archive))
        .collect()
}

fn nothing_new(cursor: &SiteCursor) -> Batch {
    let missing = cursor.files.iter().filter(|(_, version)| version.is_missing);
    Batch {
        gaps: missing.map(|(name, _)| gap(name)).collect(),
        ..Batch::empty(Position::encode(cursor))
    }
}

/// One that was read once is missed.
fn note_absent(files: &mut BTreeMap<String, Version>, name: &str) {
    if let Some(version) = files.get_mut(name) {
        *version = Version {
            is_missing: true,
            ..Version::default()
        };
    }
}
