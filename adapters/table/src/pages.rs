//! A list by HTTP: one page or several, conditionally asked for, whole or refused.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;

use programgrant_contract::{Batch, Http, Position, Reply, SourceError};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, IF_MODIFIED_SINCE, IF_NONE_MATCH, TRANSFER_ENCODING};
use reqwest::{StatusCode, Url};
use sha2::{Digest, Sha256};

use crate::cursor::{Cursor, PageStamp};
use crate::folder::{Delivered, Means, WHOLE_LIST};
use crate::mapping::{Complete, Format};
use crate::reading::{Input, Refusal};

/// The most pages of a list.
const PAGES: usize = 10_000;

/// One pull by HTTP.
pub struct PagesPull<'a> {
    means: Means,
    http: &'a Http,
    first: &'a Url,
    cursor: Cursor,
}

/// A page as it came: its body in a file of its own, and how it is known again.
struct Page {
    file: File,
    stamp: PageStamp,
    url: Url,
    body: [u8; 32],
    length: u64,
}

/// The pages of a list, whole.
#[derive(Default)]
struct Pages {
    inputs: Vec<Input>,
    stamps: Vec<PageStamp>,
}

impl<'a> PagesPull<'a> {
    pub fn new(means: Means, http: &'a Http, first: &'a Url, position: Option<&Position>) -> Self {
        Self {
            means,
            http,
            first,
            cursor: position.and_then(Position::decode).unwrap_or_default(),
        }
    }

    pub async fn run(mut self) -> Result<Batch, SourceError> {
        let Some(page) = self.first_page().await? else {
            return Ok(Batch::empty(Position::encode(&self.cursor)));
        };
        let (means, pages) = self.all_pages(page).await?;
        let Pages { mut inputs, stamps } = pages;
        let reading = tokio::task::spawn_blocking(move || {
            let (mut list, mut delivered) = (means.list(), Delivered::default());
            // Keys may disagree across pages.
            for input in &mut inputs {
                list.survey(input).map_err(|refusal| malformed(&input.name, refusal))?;
            }
            list.check_columns().map_err(|refusal| malformed("", refusal))?;
            for input in &mut inputs {
                delivered
                    .take(&mut list, input)
                    .map_err(|refusal| malformed(&input.name, refusal))?;
            }
            Ok::<_, SourceError>(delivered)
        });
        let delivered = reading
            .await
            .unwrap_or_else(|_| Err(SourceError::outage("reading the list broke off")))?;
        self.cursor.pages = stamps;
        Ok(Batch {
            records: delivered.records,
            set_aside: delivered.set_aside,
            scope: Some(WHOLE_LIST.to_owned()),
            ..Batch::empty(Position::encode(&self.cursor))
        })
    }

    /// The first page of a list that is another; `None` where every page is what it was.
    async fn first_page(&self) -> Result<Option<Page>, SourceError> {
        let pages = &self.cursor.pages;
        let is_this_list = pages
            .first()
            .is_some_and(|first| first.fingerprint == self.fingerprint(self.first));
        if !is_this_list || !pages.iter().all(PageStamp::can_be_asked_for) {
            return self.fetch(self.first.clone(), None).await;
        }
        for (number, known) in pages.iter().enumerate() {
            let url = known
                .onward
                .as_deref()
                .map_or(Ok(self.first.clone()), |onward| self.first.join(onward));
            let url = url.ok().filter(|url| url.origin() == self.first.origin());
            let Some(url) = url else {
                return self.fetch(self.first.clone(), None).await;
            };
            match self.fetch(url, Some(known)).await? {
                None => {}
                Some(page) if number == 0 => return Ok(Some(page)),
                // What a later page says now goes with the first as it is now.
                Some(_) => return self.fetch(self.first.clone(), None).await,
            }
        }
        Ok(None)
    }

    async fn all_pages(&self, first: Page) -> Result<(Means, Pages), SourceError> {
        let is_paged = self.means.mapping.file.next.is_some();
        let (mut pages, mut page) = (Pages::default(), first);
        let (mut seen, mut bodies, mut length) = (HashSet::new(), HashSet::new(), 0_u64);
        loop {
            let number = pages.inputs.len() + 1;
            let name = if is_paged {
                format!("page {number}")
            } else {
                String::new()
            };
            length = length.saturating_add(page.length);
            if length > self.means.limits.bytes {
                let limit = usize::try_from(self.means.limits.bytes).unwrap_or(usize::MAX);
                return Err(SourceError::TooLarge { limit });
            }
            if !seen.insert(page.url.clone()) || !bodies.insert(page.body) {
                return Err(SourceError::malformed(name, "repeats an earlier page"));
            }
            let input = Input {
                file: page.file,
                name: name.clone(),
                revision: None,
            };
            let next = if is_paged { self.next_of(&input).await? } else { None };
            let url = page.url;
            pages.inputs.push(input);
            pages.stamps.push(page.stamp);
            let Some(next) = next else { break };
            let next = url
                .join(&next)
                .map_err(|_| SourceError::malformed(&name, "the next page's address is none"))?;
            if next.origin() != self.first.origin() {
                return Err(SourceError::malformed(name, "the next page lies elsewhere"));
            }
            if pages.inputs.len() >= PAGES {
                return Err(SourceError::malformed(
                    name,
                    format!("there are more than {PAGES} pages"),
                ));
            }
            let fetched = self.fetch(next, None).await?;
            page =
                fetched.ok_or_else(|| SourceError::malformed(name, "status 304 to a question without a condition"))?;
        }
        Ok((self.means.clone(), pages))
    }

    /// What the page says about the next one.
    async fn next_of(&self, page: &Input) -> Result<Option<String>, SourceError> {
        let broke = || SourceError::outage("reading the list broke off");
        let mut page = Input {
            file: page.file.try_clone().map_err(|_| broke())?,
            name: page.name.clone(),
            revision: None,
        };
        let means = self.means.clone();
        let read = tokio::task::spawn_blocking(move || {
            let next = means.list().survey(&mut page);
            next.map_err(|refusal| malformed(&page.name, refusal))
        });
        read.await.unwrap_or_else(|_| Err(broke()))
    }

    /// One page; `None` where it is what it was.
    async fn fetch(&self, url: Url, known: Option<&PageStamp>) -> Result<Option<Page>, SourceError> {
        let condition = |name, value: Option<&String>| Some((name, value?.clone()));
        let conditions = [
            condition(IF_NONE_MATCH, known.and_then(|known| known.etag.as_ref())),
            condition(IF_MODIFIED_SINCE, known.and_then(|known| known.last_modified.as_ref())),
        ];
        let build = |client: &reqwest::Client| {
            // Packed, a body would not tell its length.
            let request = client
                .get(url.clone())
                .header(ACCEPT, self.media_type())
                .header(ACCEPT_ENCODING, "identity");
            let conditions = conditions.iter().flatten();
            conditions.fold(request, |request, (name, value)| request.header(name, value))
        };
        let reply = self.http.send(build).await?.success()?;
        if reply.status == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        if reply.status != StatusCode::OK {
            return Err(SourceError::malformed(
                "status",
                format!("{} is no whole answer", reply.status.as_u16()),
            ));
        }
        self.check_length(&reply)?;
        let stamp = PageStamp {
            fingerprint: self.fingerprint(&url),
            onward: (url != *self.first).then(|| onward(&url)),
            etag: reply.header("etag").map(str::to_owned),
            last_modified: reply.header("last-modified").map(str::to_owned),
        };
        let (body, length) = (Sha256::digest(&reply.body).into(), reply.body.len());
        Ok(Some(Page {
            file: kept(reply).await?,
            stamp,
            url,
            body,
            length: u64::try_from(length).unwrap_or(u64::MAX),
        }))
    }

    /// A body that ends with its connection alone may have been cut off.
    fn check_length(&self, reply: &Reply) -> Result<(), SourceError> {
        let tells_end = reply.headers.contains_key(CONTENT_LENGTH) || reply.headers.contains_key(TRANSFER_ENCODING);
        if tells_end || self.means.mapping.file.complete == Some(Complete::Trailer) {
            return Ok(());
        }
        Err(SourceError::malformed(
            "body",
            "neither a length nor chunks: nothing tells that it is whole",
        ))
    }

    fn media_type(&self) -> &'static str {
        match self.means.mapping.file.format {
            Format::Csv => "text/csv, */*;q=0.1",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.1",
            Format::Json => "application/json, */*;q=0.1",
            Format::Ndjson => "application/x-ndjson, */*;q=0.1",
        }
    }

    fn fingerprint(&self, url: &Url) -> String {
        let sum = Sha256::new()
            .chain_update(url.as_str())
            .chain_update(&self.means.mapping.digest);
        format!("{:x}", sum.finalize())
    }
}

/// A page's address within its origin.
fn onward(url: &Url) -> String {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", url.path())
}

/// The body in a file without a name, so that any format is read as from a folder.
async fn kept(reply: Reply) -> Result<File, SourceError> {
    let keep = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile()?;
        file.write_all(&reply.body)?;
        Ok::<_, std::io::Error>(file)
    });
    match keep.await {
        Ok(Ok(file)) => Ok(file),
        _ => Err(SourceError::outage("there is no room for the reply here")),
    }
}

fn malformed(name: &str, refusal: Refusal) -> SourceError {
    let place = [Some(name.to_owned()), refusal.place];
    let place: Vec<String> = place.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let place = if place.is_empty() {
        "list".to_owned()
    } else {
        place.join(", ")
    };
    SourceError::malformed(place, refusal.reason)
}
