//! Tokens that were believed a moment ago: the same bytes prove the same, until the token ends or its issuer is to be
//! asked for its keys again, at most five minutes. Another configuration has another memory, and another set of keys empties it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::Identified;

/// The longest that a token is believed without its signature being checked again.
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// What is remembered of a token, which itself is not.
type Sum = [u8; 32];

/// A token that was believed.
struct Believed {
    identified: Identified,
    from: Timestamp,
    until: Timestamp,
    /// The state of the issuers' keys that it was checked with.
    keys: u64,
}

/// What was proved lately.
pub struct TokenMemory {
    believed: Cache<Sum, Arc<Believed>>,
}

impl TokenMemory {
    /// Of so many tokens at most.
    pub fn of(most: u64) -> Self {
        Self {
            believed: Cache::new(most),
        }
    }

    /// What this header proved, if that still holds.
    pub fn recall(&self, authorization: &str, now: Timestamp, keys: u64) -> Option<Identified> {
        let known = self.believed.get(&sum(authorization))?;
        let holds = known.keys == keys && known.from <= now && now < known.until;
        holds.then(|| known.identified.clone())
    }

    /// Remembers what was proved at that instant.
    pub fn remember(&self, authorization: &str, identified: &Identified, now: Timestamp, keys: u64) {
        let Ok(longest) = now.checked_add(LONGEST) else { return };
        let believed = Believed {
            identified: identified.clone(),
            from: now,
            until: identified.until.min(identified.key_until).min(longest),
            keys,
        };
        self.believed.insert(sum(authorization), Arc::new(believed));
    }
}

fn sum(authorization: &str) -> Sum {
    Sha256::digest(authorization).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn proved(seconds: i64) -> Identified {
        Identified {
            acting: "970018131".parse().expect("a number"),
            through: None,
            subject: "system".to_owned(),
            token: None,
            until: NOON + SignedDuration::from_secs(seconds),
            key_until: NOON + SignedDuration::from_secs(1000),
        }
    }

    #[test]
    fn no_token_is_remembered_beyond_the_time_at_which_its_key_is_asked_for_again() {
        let memory = TokenMemory::of(10);
        let proved = Identified {
            key_until: NOON + SignedDuration::from_secs(60),
            ..proved(3600)
        };
        memory.remember("Bearer a", &proved, NOON, 1);
        let recalled = |second| memory.recall("Bearer a", NOON + SignedDuration::from_secs(second), 1);
        assert_eq!((recalled(59), recalled(60)), (Some(proved), None));
    }

    fn remembers(lasting: i64, after: i64, keys: u64) -> bool {
        let memory = TokenMemory::of(10);
        memory.remember("Bearer a", &proved(lasting), NOON, 1);
        assert_eq!(memory.recall("Bearer b", NOON, 1), None);
        let found = memory.recall("Bearer a", NOON + SignedDuration::from_secs(after), keys);
        found.is_some()
    }

    #[test]
    fn a_token_is_remembered_until_it_ends() {
        assert!(remembers(60, 59, 1));
        assert!(!remembers(60, 60, 1));
    }

    #[test]
    fn no_token_is_remembered_for_more_than_five_minutes_nor_before_it_was_seen() {
        assert!(remembers(3600, 299, 1));
        assert!(!remembers(3600, 300, 1));
        assert!(!remembers(3600, -1, 1));
    }

    #[test]
    fn other_keys_forget_every_token() {
        assert!(!remembers(3600, 1, 2));
    }

    #[test]
    fn nothing_is_remembered_where_nothing_may_be() {
        let memory = TokenMemory::of(0);
        memory.remember("Bearer a", &proved(60), NOON, 1);
        memory.believed.run_pending_tasks();
        assert_eq!(memory.recall("Bearer a", NOON, 1), None);
    }
}
