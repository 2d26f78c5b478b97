//! Udir, read: a grant year a pull, and the years in turn.

use std::fmt;

use async_trait::async_trait;
use programgrant_contract::{Batch, Http, Position, Receipt, Source, SourceError, Years};
use reqwest::Url;

use crate::cursor::Cursor;
use crate::walk::{self, Heard};

/// Udir's grant cases, read, and whom it keeps out, written.
#[derive(Clone)]
pub struct Udir {
    pub(crate) http: Http,
    /// Ends with a slash, so that joining keeps the whole path.
    pub(crate) base: Url,
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

#[async_trait]
impl Source for Udir {
    /// One grant year, whole; unchanged years are empty batches without a scope.
    async fn pull(&self, position: Option<&Position>, years: Years) -> Result<Batch, SourceError> {
        let mut cursor = Cursor::open(position, self.system());
        if years.from > years.to {
            return Ok(Batch::empty(Position::encode(&cursor)));
        }
        let year = cursor.next.filter(|year| years.contains(*year)).unwrap_or(years.from);
        let heard = walk::read_year(
            &self.http,
            &self.base,
            year,
            cursor.etags.get(&year).map(String::as_str),
        )
        .await?;

        let more = year < years.to;
        cursor.next = more.then(|| year + 1);
        cursor.etags.retain(|year, _| years.contains(*year));
        let Heard::Whole(whole) = heard else {
            return Ok(Batch {
                more,
                ..Batch::empty(Position::encode(&cursor))
            });
        };
        match whole.etag {
            Some(etag) => cursor.etags.insert(year, etag),
            None => cursor.etags.remove(&year),
        };
        Ok(Batch {
            records: whole.records,
            set_aside: whole.set_aside,
            scope: Some(year.to_string()),
            more,
            ..Batch::empty(Position::encode(&cursor))
        })
    }

    /// Udir hands out what it has as often as it is asked; there is nothing to acknowledge.
    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}
