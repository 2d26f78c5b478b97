//! Utdanningsdirektoratet (Udir): REST and JSON, asked year by year and page by page, with one `ETag` for a whole year.
//!
//! A modelled interface to real schemes; `README.md` says what goes wrong there and what we do then.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod amount;
mod exclusions;
mod link;
pub mod simulator;
mod sperre;
mod translate;
mod walk;
mod wire;

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use programgrant_contract::{Batch, Http, Position, Receipt, Source, SourceError, Years};
use programgrant_schema::{Profile, SourceId};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::walk::Heard;

const PROFILE: Profile = SourceId::Udir.profile();

/// Udir's grant cases, read, and whom it keeps out, written.
pub struct Udir {
    http: Http,
    /// Ends with a slash, so that joining keeps the whole path.
    base: Url,
}

impl Udir {
    /// `base_url` is what stands before `/v1/…`, with or without a slash at its end.
    pub fn new(http: Http, mut base_url: Url) -> Self {
        base_url.set_query(None);
        base_url.set_fragment(None);
        if !base_url.path().ends_with('/') {
            base_url.set_path(&format!("{}/", base_url.path()));
        }
        Self { http, base: base_url }
    }

    /// Which system this is, without what may be a secret in its address.
    fn system(&self) -> String {
        format!("{}{}", self.base.origin().ascii_serialization(), self.base.path())
    }
}

impl fmt::Debug for Udir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Udir")
            .field("system", &self.system())
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}

/// How far a round over the years has come, and what is known of each year.
#[derive(Serialize, Deserialize)]
struct Bookmark {
    /// An `ETag` means nothing to another system than the one that gave it.
    system: String,
    etags: BTreeMap<i16, String>,
    /// The year to ask for next; `None` where a round begins.
    next: Option<i16>,
}

impl Bookmark {
    fn open(position: Option<&Position>, system: String) -> Self {
        let kept = position
            .and_then(Position::decode::<Self>)
            .filter(|kept| kept.system == system);
        kept.unwrap_or(Self {
            system,
            etags: BTreeMap::new(),
            next: None,
        })
    }
}

#[async_trait]
impl Source for Udir {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    /// One grant year, whole; unchanged years are empty batches without a scope.
    async fn pull(&self, position: Option<&Position>, years: Years) -> Result<Batch, SourceError> {
        let mut bookmark = Bookmark::open(position, self.system());
        if years.from > years.to {
            return Ok(Batch::empty(Position::encode(&bookmark)));
        }
        let year = bookmark.next.filter(|year| years.contains(*year)).unwrap_or(years.from);
        let heard = walk::read_year(
            &self.http,
            &self.base,
            year,
            bookmark.etags.get(&year).map(String::as_str),
        )
        .await?;

        let more = year < years.to;
        bookmark.next = more.then(|| year + 1);
        bookmark.etags.retain(|year, _| years.contains(*year));
        let Heard::Whole(whole) = heard else {
            return Ok(Batch {
                more,
                ..Batch::empty(Position::encode(&bookmark))
            });
        };
        match whole.etag {
            Some(etag) => bookmark.etags.insert(year, etag),
            None => bookmark.etags.remove(&year),
        };
        Ok(Batch {
            records: whole.records,
            set_aside: whole.set_aside,
            scope: Some(year.to_string()),
            more,
            ..Batch::empty(Position::encode(&bookmark))
        })
    }

    /// Udir hands out what it has as often as it is asked; there is nothing to acknowledge.
    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}
