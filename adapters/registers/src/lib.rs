//! The reference registers that say who the municipalities are: Statistics Norway's KLASS and Enhetsregisteret. They are no sources of
//! grants; what they say is stored, dated and made use of elsewhere. Reading an answer is apart from asking for it.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and functions carry the documentation"
)]

pub mod brreg;
pub mod klass;
#[cfg(feature = "simulator")]
pub mod simulator;

use std::time::Duration;

use programgrant_contract::{Http, SourceError};
use reqwest::Url;

/// The largest reply that is read, in bytes.
const REPLY_LIMIT: usize = 32 << 20;

/// A client for either register: a deadline for every exchange, no redirects.
pub fn client(deadline: Duration, user_agent: &str) -> Result<Http, reqwest::Error> {
    let client = reqwest::Client::builder()
        .timeout(deadline)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(user_agent)
        .build()?;
    Ok(Http::new(client, REPLY_LIMIT, None))
}

/// The address of something below the configured one.
fn below(base: &Url, path: &[&str]) -> Result<Url, SourceError> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| SourceError::refused("the configured address cannot be asked"))?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}
