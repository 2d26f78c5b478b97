//! Reads one grant year whole: every page of it, all of one version, or not at all.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use programgrant_contract::{Http, Reply, SourceError, json};
use programgrant_schema::{Record, RecordId, SetAside};
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use reqwest::{StatusCode, Url};

use crate::link;
use crate::translate::{self, Place};
use crate::wire::Page;

/// The most that a page may hold.
const PAGE_SIZE: &str = "200";
/// How often a year may change under the reader before it is given up.
const ATTEMPTS: usize = 3;
/// A million records in full pages: no year is that large, and a walk must end.
const MAX_PAGES: u32 = 5_000;

/// What Udir says of a year.
pub enum Heard {
    /// The same as under the `ETag` that is known.
    Unchanged,
    Whole(Whole),
}

/// All that a year holds.
pub struct Whole {
    pub etag: Option<String>,
    /// One version of each.
    pub records: Vec<Record>,
    pub set_aside: Vec<SetAside>,
}

/// Reads the year, from the beginning again where it changes in mid-walk; `known` is the `ETag` of what is known of it.
pub async fn read_year(http: &Http, base: &Url, year: i16, known: Option<&str>) -> Result<Heard, SourceError> {
    for _ in 0..ATTEMPTS {
        if let Some(heard) = walk(http, base, year, known).await? {
            return Ok(heard);
        }
    }
    Err(SourceError::not_ready(format!(
        "grant year {year} changed each time while it was read"
    )))
}

/// Walks the pages once; `None` if they turn out to be of two versions.
async fn walk(http: &Http, base: &Url, year: i16, known: Option<&str>) -> Result<Option<Heard>, SourceError> {
    let mut url = first_page(base, year)?;
    let mut asked = HashSet::new();
    let mut gathered: Option<Gathered> = None;
    for side in 1..=MAX_PAGES {
        let place = format!("{year}, page {side}");
        if !asked.insert(url.clone()) {
            return Err(SourceError::malformed(
                place,
                "the link to the next page leads back to an earlier one",
            ));
        }
        let condition = known.filter(|_| side == 1);
        let reply = ask(http, &url, condition).await?;
        match reply.status {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if condition.is_some() => return Ok(Some(Heard::Unchanged)),
            // The page that the one before it named is gone: the year has become shorter meanwhile.
            StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::GONE if side > 1 => return Ok(None),
            status if status.is_success() || status == StatusCode::NOT_MODIFIED => {
                return Err(SourceError::malformed(
                    place,
                    format!("status {} where a page was asked for", status.as_u16()),
                ));
            }
            _ => return Err(reply.failure()),
        }
        let page = read_page(&reply, &place)?;
        let version = Version {
            etag: etag(&reply),
            total: page.totalt_antall,
        };
        let gathered = gathered.get_or_insert_with(|| Gathered::new(version.clone()));
        if gathered.version != version {
            return Ok(None);
        }
        if page.side != side {
            return Err(SourceError::malformed(
                place,
                format!("the reply calls itself page {}", page.side),
            ));
        }
        gathered.add(year, &page);
        let next = link::next(&reply.headers)
            .map_err(|link::BadLink| SourceError::malformed(&place, "the Link header cannot be read"))?;
        let Some(target) = next else {
            return std::mem::take(gathered)
                .whole(year)
                .map(|whole| Some(Heard::Whole(whole)));
        };
        if page.tildelinger.is_empty() {
            return Err(SourceError::malformed(place, "the page is empty and yet not the last"));
        }
        url = resolve(base, &target)
            .ok_or_else(|| SourceError::malformed(place, "the link to the next page leads out of the system"))?;
    }
    Err(SourceError::malformed(
        format!("grant year {year}"),
        format!("there are more than {MAX_PAGES} pages"),
    ))
}

fn first_page(base: &Url, year: i16) -> Result<Url, SourceError> {
    let mut url = base
        .join("v1/tildelinger")
        .map_err(|_| SourceError::refused("the configured address cannot be asked"))?;
    url.query_pairs_mut()
        .append_pair("aar", &year.to_string())
        .append_pair("side", "1")
        .append_pair("antall", PAGE_SIZE);
    Ok(url)
}

/// The target of a link, relative to the origin of `base`. `None` where it leads elsewhere: a token never leaves the origin.
fn resolve(base: &Url, target: &str) -> Option<Url> {
    let mut url = base.join("/").ok()?.join(target).ok()?;
    url.set_fragment(None);
    (url.origin() == base.origin()).then_some(url)
}

async fn ask(http: &Http, url: &Url, known: Option<&str>) -> Result<Reply, SourceError> {
    let condition = known.and_then(|etag| HeaderValue::from_str(etag).ok());
    http.send(|client| {
        let request = client.get(url.clone());
        match &condition {
            Some(etag) => request.header(IF_NONE_MATCH, etag),
            None => request,
        }
    })
    .await
}

fn etag(reply: &Reply) -> Option<String> {
    reply
        .header(ETAG.as_str())
        .map(str::trim)
        .filter(|etag| !etag.is_empty())
        .map(str::to_owned)
}

fn read_page<'a>(reply: &'a Reply, place: &str) -> Result<Page<'a>, SourceError> {
    let malformed = |reason: &str| SourceError::malformed(place, reason);
    if !reply.header(CONTENT_TYPE.as_str()).is_none_or(is_json) {
        return Err(malformed("the reply is not JSON"));
    }
    let text = std::str::from_utf8(&reply.body).map_err(|_| malformed("the reply is not UTF-8"))?;
    json::object(text).ok_or_else(|| malformed("the reply breaks off or is no page"))
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// What every page of one walk must agree on.
#[derive(Clone, Default, PartialEq, Eq)]
struct Version {
    etag: Option<String>,
    total: u64,
}

/// What the pages so far have brought.
#[derive(Default)]
struct Gathered {
    version: Version,
    items: u64,
    /// Items whose id cannot be read: each counts as a record of its own.
    nameless: u64,
    ids: HashSet<RecordId>,
    records: HashMap<RecordId, Record>,
    set_aside: Vec<SetAside>,
}

impl Gathered {
    fn new(version: Version) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    fn add(&mut self, year: i16, page: &Page<'_>) {
        for (index, item) in page.tildelinger.iter().enumerate() {
            self.items += 1;
            match translate::translate(
                item,
                Place {
                    year,
                    page: page.side,
                    item: index + 1,
                },
            ) {
                Ok(record) => {
                    self.ids.insert(record.id.clone());
                    self.keep_later(record);
                }
                Err(aside) => {
                    match aside.record.clone() {
                        Some(id) => _ = self.ids.insert(id),
                        None => self.nameless += 1,
                    }
                    self.set_aside.push(*aside);
                }
            }
        }
    }

    /// Of two versions of one record the later `sistEndret` stays, of equals the one that came last.
    fn keep_later(&mut self, record: Record) {
        match self.records.entry(record.id.clone()) {
            Entry::Occupied(mut kept) if kept.get().changed_at <= record.changed_at => _ = kept.insert(record),
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => _ = free.insert(record),
        }
    }

    /// Everything, if it is as much as the pages said that there is.
    fn whole(self, year: i16) -> Result<Whole, SourceError> {
        // A record that stands on two pages may have been counted once or twice.
        let distinct = self.nameless + self.ids.len() as u64;
        let total = self.version.total;
        if self.items != total && distinct != total {
            return Err(SourceError::malformed(
                format!("grant year {year}"),
                format!("{} records came of {total} that were announced", self.items),
            ));
        }
        let mut records: Vec<Record> = self.records.into_values().collect();
        records.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Whole {
            etag: self.version.etag,
            records,
            set_aside: self.set_aside,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_relative_to_the_origin_and_stays_there() {
        let base: Url = "http://udir.example:8080/api/".parse().expect("an address");
        let resolved = |target| resolve(&base, target).map(String::from);
        let page_2 = Some("http://udir.example:8080/v1/tildelinger?side=2".to_owned());
        assert_eq!(resolved("/v1/tildelinger?side=2"), page_2);
        assert_eq!(resolved("http://udir.example:8080/v1/tildelinger?side=2#x"), page_2);
        assert_eq!(
            resolved("/api/v1/tildelinger"),
            Some("http://udir.example:8080/api/v1/tildelinger".to_owned())
        );
        for elsewhere in [
            "//evil.example/v1",
            "https://udir.example:8080/v1",
            "http://udir.example/v1",
            "http://udir.example:8081/",
            "data:,x",
        ] {
            assert_eq!(resolved(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn json_goes_by_several_names() {
        for kind in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/vnd.udir.v1+json",
        ] {
            assert!(is_json(kind), "{kind}");
        }
        for kind in ["text/html", "", "application/jsonp", "text/json+html"] {
            assert!(!is_json(kind), "{kind}");
        }
    }
}
