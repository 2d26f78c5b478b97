//! Calendar addresses that can be revoked: made for a body, with a secret that is shown once and kept as a hash. What an address leads to is its
//! reader's to ask; here is only whether it stands, and whose it is.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{Timestamp, ToSpan};

use crate::store::calendars::CalendarStore;
use crate::store::database::Database;

pub use crate::store::calendars::KeptCalendar;

/// How many of one body may stand at a time.
pub const MOST: usize = 20;
/// In bytes: nobody guesses it.
const SECRET: usize = 32;
/// In bytes.
const ID: usize = 12;
/// How long a revoked address is told from one that never was: a calendar that is told that it is gone for good stops asking.
const REMEMBERED_HOURS: i64 = 365 * 24;

/// Why there is no address.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error("as many addresses stand as one body may have")]
    TooMany,
    #[error("the calendars' addresses cannot be read or written")]
    Store(#[from] sqlx::Error),
    #[error("there is no randomness")]
    NoRandomness,
}

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarState {
    /// It stands, and was made by that body.
    Standing {
        owner: String,
    },
    Revoked,
    Unknown,
}

/// The addresses.
#[derive(Debug, Clone)]
pub struct Calendars {
    store: CalendarStore,
}

impl Calendars {
    pub const fn new(database: Database) -> Self {
        Self {
            store: CalendarStore::new(database),
        }
    }

    /// Makes one, and hands out its secret: it is not to be had again.
    pub async fn make(&self, owner: &str, now: Timestamp) -> Result<String, CalendarError> {
        let secret = URL_SAFE_NO_PAD.encode(random::<SECRET>()?);
        let calendar = KeptCalendar {
            id: hex::encode(random::<ID>()?),
            owner: owner.to_owned(),
            made_at: now,
            revoked_at: None,
        };
        let forgotten = now.checked_sub(REMEMBERED_HOURS.hours()).unwrap_or(Timestamp::MIN);
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let is_made = self.store.add(&calendar, &hash(&secret), most, forgotten).await?;
        is_made.then_some(secret).ok_or(CalendarError::TooMany)
    }

    /// Those of one body that stand, the newest first.
    pub async fn standing(&self, owner: &str) -> Result<Vec<KeptCalendar>, CalendarError> {
        Ok(self.store.standing(owner).await?)
    }

    /// Revokes one of that body's; false where it has none of that id.
    pub async fn revoke(&self, owner: &str, id: &str, now: Timestamp) -> Result<bool, CalendarError> {
        Ok(self.store.revoke(owner, id, now).await?)
    }

    /// Whether the address with that secret stands.
    pub async fn find(&self, secret: &str) -> Result<CalendarState, CalendarError> {
        Ok(match self.store.find(&hash(secret)).await? {
            Some(KeptCalendar {
                revoked_at: None,
                owner,
                ..
            }) => CalendarState::Standing { owner },
            Some(_) => CalendarState::Revoked,
            None => CalendarState::Unknown,
        })
    }
}

/// A secret of so many random bits needs no slow hash, and is found by it without a comparison that could be timed.
fn hash(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Tells one text of a calendar from another.
pub fn tag(text: &[u8]) -> String {
    hex::encode(&digest::digest(&digest::SHA256, text).as_ref()[..16])
}

fn random<const N: usize>() -> Result<[u8; N], CalendarError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| CalendarError::NoRandomness)?;
    Ok(bytes)
}
