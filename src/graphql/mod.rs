//! The GraphQL API: the public names for what the view and the programmes say. One snapshot answers a whole request.
#![allow(clippy::unused_async, reason = "the macro wants resolvers to be async")]
#![allow(clippy::doc_markdown, reason = "the comments are the public SDL's descriptions")]

mod access;
mod access_log;
mod award;
mod case;
mod cost;
mod coverage;
mod deadline;
pub mod document;
mod error;
mod execute;
pub mod executor;
mod funding;
mod grant;
mod journal;
mod keeping;
mod lists;
mod municipality;
mod mutation;
mod page;
mod past;
mod programme;
mod query;
mod refusal;
mod repairs;
mod scalars;
mod scheme;
mod source;
mod subscription;
mod versions;
mod viewer;

use std::sync::Arc;

use async_graphql::{Context, ValidationMode};
use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_core::access::{Caller, RowScope};
use programgrant_core::calendar::norwegian_date;
use programgrant_core::journal::{BodyFunction, Functions, Journal};
use programgrant_core::ledger::Principal;
use programgrant_core::programme::Inputs;
use programgrant_core::view::View;
use programgrant_schema::{GrantScheme, MunicipalityId, OrganisationNumber, Programme, SchemeId};
use tokio::sync::OnceCell;

use crate::allocations::{AllocationDesk, ToldAllocation, WorkedOut};
use crate::app::Gateway;
use crate::guard::Guard;
use crate::store::Dependencies;
use crate::workers::exclusions::ExclusionStatus;
use versions::VersionReader;

pub use access::MostFields;
pub use cost::{WEIGHTS, Weight};
pub use error::{ApiError, CODES};
pub use execute::{enter_kept, execute, resolve, shortened, write};
pub use keeping::{UNKEPT, Unkept, may_be_kept};
pub use mutation::Mutation;
pub use past::AsOf;
pub use query::Query;
pub use refusal::REFUSAL_CODES;
pub use repairs::entities::{sdl, subgraph_sdl};
pub use scalars::check as check_scalar;
pub use subscription::{Live, Subscription};

/// The schema, ready to execute.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Builds the schema; it holds no data of its own.
pub fn schema() -> Schema {
    // Suggestions in errors would spell out the schema to those who guess.
    let schema = Schema::build(Query, Mutation::default(), Subscription)
        .disable_suggestions()
        .enable_subscription_in_federation();
    // Documents are judged before they come here.
    let schema = schema.validation_mode(ValidationMode::Fast);
    schema.extension(access::FieldAccess).finish()
}

/// What one request sees, from its first field to its last.
#[derive(Clone)]
pub struct Snapshot {
    pub view: Arc<View>,
    pub dependencies: Dependencies,
    pub guard: Arc<Guard>,
    pub exclusions: Arc<ExclusionStatus>,
    /// Where allocations are worked out.
    pub desk: Arc<AllocationDesk>,
    /// What bodies do beside their roles.
    pub functions: Arc<Functions>,
    /// Who asks.
    pub caller: Caller,
    /// As of when it is answered.
    pub now: Timestamp,
    /// The same where it was asked for.
    as_of: Option<Timestamp>,
    versions: Arc<VersionReader>,
    /// The journal as it was when this request first asked for it, for what stands in long lists.
    journal: Arc<OnceCell<Arc<Journal>>>,
}

impl Snapshot {
    pub fn take(gateway: &Gateway, caller: Caller) -> Self {
        let view = gateway.dependencies.views.current();
        Self {
            versions: Arc::new(VersionReader::new(&gateway.dependencies, &view)),
            view,
            dependencies: gateway.dependencies.clone(),
            guard: Arc::clone(&gateway.guard),
            exclusions: gateway.exclusions.status(),
            desk: Arc::clone(&gateway.desk),
            functions: Arc::clone(&gateway.functions),
            caller,
            now: gateway.dependencies.clock.now(),
            as_of: None,
            journal: Arc::default(),
        }
    }

    fn of<'a>(context: &Context<'a>) -> &'a Self {
        context.data_unchecked()
    }

    /// How far the caller sees.
    fn reach(&self) -> RowScope<'_> {
        RowScope::of(&self.caller, &self.view.reference)
    }

    /// What a caller is told whose role does not reach far enough.
    fn denied(&self) -> ApiError {
        if self.caller.acting.is_some() {
            ApiError::Forbidden
        } else {
            ApiError::Unauthenticated
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        self.dependencies.inputs(&self.view, self.now)
    }

    fn programme(&self, id: &str) -> Result<&Programme, ApiError> {
        self.view
            .reference
            .programmes
            .get(id)
            .ok_or_else(|| ApiError::UnknownProgramme(id.to_owned()))
    }

    fn scheme(&self, id: &str) -> Result<&GrantScheme, ApiError> {
        self.view
            .reference
            .programmes
            .scheme(&SchemeId::new(id))
            .ok_or_else(|| ApiError::UnknownScheme(id.to_owned()))
    }

    /// The municipality that a text names: its id, a municipality number or an organisation number.
    fn municipality(&self, text: &str) -> Result<MunicipalityId, ApiError> {
        let unknown = || ApiError::UnknownMunicipality(text.to_owned());
        if let Ok(id) = text.parse::<MunicipalityId>() {
            return self.view.reference.register.get(id).map(|_| id).ok_or_else(unknown);
        }
        if let Ok(number) = text.parse() {
            return self.view.reference.by_organisation(number).ok_or_else(unknown);
        }
        query::read_number(self, text, None, None)?.ok_or_else(unknown)
    }

    /// Who commands, as the ledger writes it down.
    fn principal(&self) -> Result<Principal, ApiError> {
        self.caller.principal().ok_or_else(|| self.denied())
    }

    /// The acting body; of a sub-unit, its organisation.
    fn acting(&self) -> Option<OrganisationNumber> {
        self.caller
            .acting
            .map(|number| self.view.reference.organisation_of(number))
    }

    /// Whether the acting body has that function in the programme and region today.
    fn has_function(&self, function: BodyFunction, programme: &str, region: OrganisationNumber) -> bool {
        let acting = self.acting();
        acting.is_some_and(|acting| self.functions.has(acting, function, (programme, region), self.today()))
    }

    /// Whether the acting body has that function in the programme, in some region, today.
    fn does(&self, function: BodyFunction, programme: &str) -> bool {
        let acting = self.acting().into_iter();
        let mut held = acting.flat_map(|acting| self.functions.of(acting, self.today()));
        held.any(|holding| holding.function == function && holding.programme == programme)
    }

    /// An allocation with the names that bodies have now.
    fn told<'a>(&'a self, worked_out: &'a WorkedOut) -> ToldAllocation<'a> {
        ToldAllocation {
            worked_out,
            reference: &self.view.reference,
        }
    }

    /// How many live in a municipality, as the indicators at hand have it last.
    fn inhabitants(&self, municipality: OrganisationNumber) -> Option<u32> {
        let id = self.view.reference.by_organisation(municipality)?;
        self.desk.inhabitants(id, &self.view.reference)
    }

    fn today(&self) -> Date {
        norwegian_date(self.now)
    }
}
