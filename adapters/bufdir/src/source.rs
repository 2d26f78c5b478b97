//! Bufdir, read: every grant year in turn, its pages by continuation token, and a year over again when a token expires.

use std::collections::HashSet;
use std::fmt;

use async_trait::async_trait;
use programgrant_contract::{Batch, Http, Position, Receipt, Reply, Source, SourceError, Years};
use reqwest::Url;
use reqwest::header::ACCEPT;
use serde::Serialize;

use crate::cursor::Cursor;
use crate::translate::{self, Answer, Year};
use crate::wire;

/// How often a year is walked before its tokens are taken to expire for good.
const WALKS: usize = 4;

/// More pages than any year can have: a walk that comes here is going in circles.
const MOST_PAGES: usize = 10_000;

/// Bufdir's system: its cases, read, and whom it keeps out, written.
#[derive(Clone)]
pub struct Bufdir {
    http: Http,
    url: Url,
}

impl Bufdir {
    /// `url` is that of the one endpoint.
    pub fn new(http: Http, url: Url) -> Self {
        Self { http, url }
    }

    /// One grant year, whole.
    async fn year(&self, year: i16) -> Result<Year, SourceError> {
        for _ in 0..WALKS {
            if let Some(whole) = self.walk(year).await? {
                return Ok(whole);
            }
        }
        Err(SourceError::not_ready(format!(
            "the continuation tokens for {year} expire before the walk is done"
        )))
    }

    /// All pages of the year; `None` where a token expired on the way.
    async fn walk(&self, year: i16) -> Result<Option<Year>, SourceError> {
        let mut heard = Year::default();
        let mut seen: HashSet<String> = HashSet::new();
        let mut token: Option<String> = None;
        for page in 1..=MOST_PAGES {
            let place = format!("{year}, page {page}");
            let page = match self.ask(year, token.as_deref(), &place).await? {
                Answer::Page(page) => page,
                Answer::TokenExpired if token.is_some() => return Ok(None),
                Answer::TokenExpired => {
                    return Err(SourceError::malformed(
                        place,
                        "no token was sent, and it is called invalid",
                    ));
                }
            };
            page.items.into_iter().for_each(|item| heard.add(item));
            let Some(next) = page.next else { return Ok(Some(heard)) };
            if !seen.insert(next.clone()) {
                return Err(SourceError::malformed(
                    place,
                    "the token of the next page has been here before",
                ));
            }
            token = Some(next);
        }
        Err(SourceError::malformed(
            year.to_string(),
            format!("there are more than {MOST_PAGES} pages"),
        ))
    }

    async fn ask(&self, year: i16, token: Option<&str>, place: &str) -> Result<Answer, SourceError> {
        let input = wire::SoekTilsagnInput {
            aar: year,
            limit: wire::LIMIT,
            continuation_token: token,
        };
        let reply = self.post(wire::QUERY, wire::WithInput { input }).await?;
        translate::answer(&reply.body, year, place)
    }

    pub(crate) async fn post(&self, query: &'static str, variables: impl Serialize) -> Result<Reply, SourceError> {
        let request = wire::Request { query, variables };
        self.http
            .send(|client| {
                client
                    .post(self.url.clone())
                    .header(ACCEPT, "application/json")
                    .json(&request)
            })
            .await?
            .success()
    }
}

#[async_trait]
impl Source for Bufdir {
    async fn pull(&self, position: Option<&Position>, years: Years) -> Result<Batch, SourceError> {
        let cursor: Cursor = position.and_then(Position::decode).unwrap_or_default();
        let year = cursor
            .next_year
            .filter(|year| years.contains(*year))
            .unwrap_or(years.from);
        if !years.contains(year) {
            return Ok(Batch::empty(Position::encode(&Cursor::default())));
        }
        let (records, set_aside) = self.year(year).await?.finish();
        let more = year < years.to;
        let next = Position::encode(&Cursor {
            next_year: more.then(|| year + 1),
        });
        Ok(Batch {
            records,
            set_aside,
            scope: Some(year.to_string()),
            gaps: Vec::new(),
            next,
            receipt: None,
            more,
        })
    }

    /// A walk leaves nothing behind that could be forgotten.
    async fn acknowledge(&self, _: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Without the address, which may hold what is nobody's business.
impl fmt::Debug for Bufdir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bufdir")
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
