//! The queries and mutations of the interface, answered by the [`Office`](super::office::Office).
#![allow(clippy::unused_async, reason = "the library takes asynchronous resolvers only")]

use async_graphql::{Context, EmptySubscription, Error, ID, Object, Schema};
use programgrant_contract::simulation::fault;
use programgrant_schema::OrganisationNumber;

use super::Desk;
use super::interface::{SoekTilsagnInput, SoekTilsagnPayload, Sperre, SperreInput, SperrePayload};

/// The most that may be asked for at once.
const LIMIT: i32 = 1000;

pub type Interface = Schema<Query, Mutation, EmptySubscription>;

pub fn schema(desk: Desk) -> Interface {
    Schema::build(Query, Mutation, EmptySubscription).data(desk).finish()
}

pub struct Query;

#[Object(name = "Query")]
impl Query {
    #[graphql(name = "soekTilsagn")]
    async fn soek_tilsagn(
        &self,
        context: &Context<'_>,
        #[graphql(name = "input")] input: SoekTilsagnInput,
    ) -> async_graphql::Result<SoekTilsagnPayload> {
        let limit = input.limit.unwrap_or(100);
        if !(1..=LIMIT).contains(&limit) {
            return Err(Error::new(format!("limit must lie between 1 and {LIMIT}")));
        }
        let limit = usize::try_from(limit)?;
        Ok(context.data::<Desk>()?.office().search(&input, limit))
    }

    #[graphql(name = "sperrer")]
    async fn sperrer(&self, context: &Context<'_>) -> async_graphql::Result<Vec<Sperre>> {
        Ok(context.data::<Desk>()?.office().sperrer())
    }
}

pub struct Mutation;

#[Object(name = "Mutation")]
impl Mutation {
    #[graphql(name = "settSperre")]
    async fn sett_sperre(
        &self,
        context: &Context<'_>,
        #[graphql(name = "input")] input: SperreInput,
    ) -> async_graphql::Result<SperrePayload> {
        if input.organisasjonsnummer.parse::<OrganisationNumber>().is_err() {
            return Err(Error::new("organisasjonsnummer is no organisation number"));
        }
        if input.til.0 < input.fra.0 {
            return Err(Error::new("til lies before fra"));
        }
        let mut office = context.data::<Desk>()?.office();
        if office.fault == Some(fault::NOT_SET) {
            return Err(Error::new("the register of exclusions does not answer"));
        }
        Ok(SperrePayload {
            sperre: Some(office.set_exclusion(input)),
            errors: Vec::new(),
        })
    }

    // The interface has no error for an id that is not there: what was to be lifted is gone, so it may be repeated.
    #[graphql(name = "opphevSperre")]
    async fn opphev_sperre(
        &self,
        context: &Context<'_>,
        #[graphql(name = "id")] id: ID,
    ) -> async_graphql::Result<SperrePayload> {
        Ok(SperrePayload {
            sperre: context.data::<Desk>()?.office().lift_exclusion(&id),
            errors: Vec::new(),
        })
    }
}
