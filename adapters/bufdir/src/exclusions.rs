//! Keeps Bufdir's exclusions: one list to see what stands, then `opphevSperre` for each that is to go and `settSperre` for each
//! that is missing.

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_contract::sync::{Backend, groups, sync_each};
use programgrant_contract::{Exclusions, HeldExclusion, SourceError, SyncReport};
use programgrant_schema::Exclusion;

use crate::translate::sperre::{self, Listed};
use crate::wire::SperreInput;
use crate::{Bufdir, wire};

#[async_trait]
impl Exclusions for Bufdir {
    async fn sync(
        &self,
        wanted: &[Exclusion],
        written: &[Exclusion],
        _at: Timestamp,
    ) -> Result<SyncReport, SourceError> {
        let standing = sperre::list(&self.post(wire::LIST, wire::Nothing {}).await?.body)?;
        let foreign = foreign(&standing, wanted, written);
        let subject = |exclusion: &Exclusion| (exclusion.participant.organisation_number, exclusion.activity.clone());
        let outcomes = sync_each(&mut Desk { bufdir: self, standing }, &groups(wanted, written, subject)).await;
        Ok(SyncReport {
            outcomes,
            foreign: Some(foreign),
        })
    }
}

/// What stands and is not ours. One entry is enough for a statement of ours: another like it is somebody else's.
fn foreign(standing: &[Listed], wanted: &[Exclusion], written: &[Exclusion]) -> Vec<HeldExclusion> {
    let mut foreign: Vec<HeldExclusion> = standing.iter().map(|listed| listed.held.clone()).collect();
    let mut ours: Vec<&HeldExclusion> = Vec::new();
    for sperre in wanted
        .iter()
        .chain(written)
        .filter_map(|exclusion| sperre::say(exclusion).ok())
    {
        let Some(listed) = standing.iter().find(|listed| listed.is(&sperre)) else {
            continue;
        };
        if !ours.contains(&&listed.held) {
            ours.push(&listed.held);
            let at = foreign.iter().position(|held| *held == listed.held);
            foreign.remove(at.expect("it is in the list that this one was copied from"));
        }
    }
    foreign
}

/// The system, and what is known to stand there.
struct Desk<'a> {
    bufdir: &'a Bufdir,
    standing: Vec<Listed>,
}

#[async_trait]
impl Backend for Desk<'_> {
    type Payload = SperreInput;

    fn encode(&self, exclusion: &Exclusion) -> Result<SperreInput, SourceError> {
        sperre::say(exclusion)
    }

    async fn set(&mut self, sperre: &SperreInput) -> Result<(), SourceError> {
        if !self.standing.iter().any(|listed| listed.is(sperre)) {
            let reply = self.bufdir.post(wire::SET, wire::WithInput { input: sperre }).await?;
            self.standing.push(sperre::set(&reply.body, sperre)?);
        }
        Ok(())
    }

    async fn lift(&mut self, sperre: &SperreInput) -> Result<(), SourceError> {
        if let Some(at) = self.standing.iter().position(|listed| listed.is(sperre)) {
            let reply = self
                .bufdir
                .post(
                    wire::LIFT,
                    wire::WithId {
                        id: &self.standing[at].id,
                    },
                )
                .await?;
            sperre::lifted(&reply.body)?;
            self.standing.remove(at);
        }
        Ok(())
    }
}
