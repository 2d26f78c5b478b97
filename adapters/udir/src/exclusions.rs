//! Keeps Udir's exclusions: one list to see what stands, one `PUT` or `DELETE` for each that must change. Udir holds one
//! exclusion for each participant and post, so a `PUT` re-dates in one step.

use std::cmp::Reverse;

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_contract::sync::{FailureBudget, Group, groups};
use programgrant_contract::{ExclusionOutcome, Exclusions, Reply, SourceError, SyncOutcome, SyncReport};
use programgrant_schema::Exclusion;
use reqwest::{StatusCode, Url};

use crate::Udir;
use crate::sperre::{self, Key, Listed};
use crate::wire::Sperre;

#[async_trait]
impl Exclusions for Udir {
    async fn sync(
        &self,
        wanted: &[Exclusion],
        written: &[Exclusion],
        _at: Timestamp,
    ) -> Result<SyncReport, SourceError> {
        let listed = self.listed().await?;
        let is_ours = |listed: &Listed| {
            wanted.iter().any(|exclusion| sperre::key(exclusion) == listed.key)
                || written
                    .iter()
                    .any(|exclusion| listed.is(exclusion) && sperre::say(exclusion).is_ok())
        };
        let foreign = listed
            .iter()
            .filter(|listed| !is_ours(listed))
            .map(Listed::held)
            .collect();
        let mut budget = FailureBudget::default();
        let mut outcomes = Vec::new();
        for group in groups(wanted, written, sperre::key) {
            outcomes.extend(if group.wanted.is_empty() {
                self.lift(&group, &listed, &mut budget).await
            } else {
                self.set(group, &listed, &mut budget).await
            });
        }
        Ok(SyncReport {
            outcomes,
            foreign: Some(foreign),
        })
    }
}

impl Udir {
    async fn listed(&self) -> Result<Vec<Listed>, SourceError> {
        let url = self.at("v1/sperrer")?;
        let reply = self.http.send(|client| client.get(url.clone())).await?;
        if reply.status != StatusCode::OK {
            return Err(unexpected(&reply, "sperrer"));
        }
        sperre::list(&reply.body)
    }

    /// Makes the wanted one of the group stand, over whatever stands in its place.
    async fn set(&self, mut group: Group<'_>, listed: &[Listed], budget: &mut FailureBudget) -> Vec<ExclusionOutcome> {
        // There is room for one: the one that keeps the participant out longest.
        group
            .wanted
            .sort_by_key(|exclusion| Reverse((exclusion.until, exclusion.from)));
        let (chosen, others) = (group.wanted[0], &group.wanted[1..]);
        let stands = group.stale.is_empty() && listed.iter().any(|listed| listed.is(chosen));
        let set = match sperre::say(chosen) {
            Ok(_) if stands => Ok(()),
            Ok(sperre) => budget.ask(self.put(sperre::key(chosen), &sperre)).await,
            Err(error) => Err(error),
        };
        let mut outcomes = vec![ExclusionOutcome::new(
            chosen,
            SyncOutcome::of(set.clone(), SyncOutcome::Stands),
        )];
        for stale in &group.stale {
            // What cannot be said was never written.
            let gone = if sperre::say(stale).is_ok() {
                set.clone()
            } else {
                Ok(())
            };
            outcomes.push(ExclusionOutcome::new(stale, SyncOutcome::of(gone, SyncOutcome::Lifted)));
        }
        let no_room =
            SourceError::refused("Udir holds one exclusion for each participant and post, and another is wanted there");
        outcomes.extend(
            others
                .iter()
                .map(|other| ExclusionOutcome::new(other, SyncOutcome::Failed(no_room.clone()))),
        );
        outcomes
    }

    /// Makes what was written stand no longer. What stands with other dates is somebody else's.
    async fn lift(&self, group: &Group<'_>, listed: &[Listed], budget: &mut FailureBudget) -> Vec<ExclusionOutcome> {
        let is_ours = |listed: &Listed| {
            group
                .stale
                .iter()
                .any(|exclusion| listed.is(exclusion) && sperre::say(exclusion).is_ok())
        };
        let standing = listed.iter().find(|listed| is_ours(listed));
        let outcome = match standing {
            Some(standing) => budget.ask(self.delete(standing.key)).await,
            None => Ok(()),
        };
        group
            .stale
            .iter()
            .map(|exclusion| ExclusionOutcome::new(exclusion, SyncOutcome::of(outcome.clone(), SyncOutcome::Lifted)))
            .collect()
    }

    async fn put(&self, key: Key, sperre: &Sperre<'_>) -> Result<(), SourceError> {
        let url = self.sperre_url(key)?;
        let reply = self.http.send(|client| client.put(url.clone()).json(sperre)).await?;
        if reply.status == StatusCode::NO_CONTENT {
            Ok(())
        } else {
            Err(unexpected(&reply, "the answer to PUT"))
        }
    }

    async fn delete(&self, key: Key) -> Result<(), SourceError> {
        let url = self.sperre_url(key)?;
        let reply = self.http.send(|client| client.delete(url.clone())).await?;
        match reply.status {
            // It was listed a moment ago: somebody else has lifted it.
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            _ => Err(unexpected(&reply, "the answer to DELETE")),
        }
    }

    fn sperre_url(&self, (post, number): Key) -> Result<Url, SourceError> {
        self.at(&format!("v1/sperrer/{}/{:02}/{number}", post.chapter, post.post))
    }

    fn at(&self, path: &str) -> Result<Url, SourceError> {
        self.base
            .join(path)
            .map_err(|_| SourceError::refused("the configured address cannot be asked"))
    }
}

/// The failure that the status stands for; a success that is not the documented one is somebody else's answer.
fn unexpected(reply: &Reply, place: &str) -> SourceError {
    if reply.status.is_success() || reply.status == StatusCode::NOT_MODIFIED {
        return SourceError::malformed(
            place,
            format!("status {} is not the documented one", reply.status.as_u16()),
        );
    }
    reply.failure()
}
