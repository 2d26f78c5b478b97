//! Whole answers, kept: the same question of the same caller is executed once for as long as what it is answered from stays the same.
//! Whoever asks is let in, pays and is logged all the same.

mod key;
mod moment;

use ahash::RandomState;
use axum::body::Bytes;
use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use moka::future::Cache;
use sha2::Sha256;

use super::admission::Reading;
use super::negotiation::Media;
use crate::graphql::Snapshot;
use moment::Moments;

pub use key::AnswerKey;

/// What an entry takes besides its bytes, rounded up.
const ENTRY: usize = 512;
/// What an answer that leaves something open says: the next one may know more.
const UNDETERMINED: &[u8] = b"\"UNDETERMINED\"";

/// The answers that one configuration has given.
pub struct AnswerCache {
    /// None where nothing is kept.
    kept: Option<Cache<AnswerKey, Bytes, RandomState>>,
    moments: Moments,
    /// What tags are made with: they tell nothing of the key, and end with this cache.
    secret: [u8; 32],
}

impl AnswerCache {
    /// Of so many bytes at most.
    pub fn of(most: u64) -> Self {
        let builder = Cache::builder().max_capacity(most).weigher(weight);
        Self {
            kept: (most > 0).then(|| builder.build_with_hasher(RandomState::new())),
            moments: Moments::default(),
            secret: secret(),
        }
    }

    /// Under what the answer is kept; `None` where it is not.
    pub fn key(&self, reading: &Reading, snapshot: &Snapshot, media: Media) -> Option<AnswerKey> {
        let may_be_kept = self.kept.is_some() && reading.may_be_kept;
        may_be_kept.then(|| AnswerKey::of(reading.question, media, &snapshot.caller, self.moments.of(snapshot)))
    }

    /// The answer that is kept under this key.
    pub async fn known(&self, key: &AnswerKey) -> Option<Bytes> {
        self.kept.as_ref()?.get(key).await
    }

    /// The answer under this key: the one that is kept, or what `fresh` makes, which is run once for all who wait. `None` where that
    /// may not be kept: whoever did not make it makes another.
    pub async fn answer(&self, key: AnswerKey, fresh: impl Future<Output = Option<Bytes>>) -> Option<Bytes> {
        let fresh = async { fresh.await.filter(|body| !is_undetermined(body)).ok_or(()) };
        self.kept.as_ref()?.try_get_with(key, fresh).await.ok()
    }

    /// What names this answer to a client that has it. Weak: it names what is said, whichever way it is compressed.
    ///
    /// # Panics
    ///
    /// Never: an HMAC takes a key of any length, and a tag may hold what is written here.
    pub fn tag(&self, key: &AnswerKey) -> HeaderValue {
        let mut sum = Hmac::<Sha256>::new_from_slice(&self.secret).expect("of any length");
        key.write(&mut |part| sum.update(part));
        let sum = sum.finalize().into_bytes();
        let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&sum[..16]));
        HeaderValue::from_str(&tag).expect("letters, digits and signs that a tag may hold")
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as it is called")]
fn weight(_: &AnswerKey, body: &Bytes) -> u32 {
    u32::try_from(body.len().saturating_add(ENTRY)).unwrap_or(u32::MAX)
}

fn is_undetermined(body: &[u8]) -> bool {
    memchr::memmem::find(body, UNDETERMINED).is_some()
}

/// Numbers that nobody outside can guess.
fn secret() -> [u8; 32] {
    let mut secret = [0; 32];
    aws_lc_rs::rand::fill(&mut secret).expect("the system has random numbers");
    secret
}

#[cfg(test)]
mod tests;
