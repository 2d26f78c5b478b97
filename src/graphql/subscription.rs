//! What changes, as it changes. Each event is executed as a request of its own, so that it sees the picture of its moment.

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Context, Data, Executor, ID, Request, Response, ServerError, Subscription as Root};
use futures::stream::{self, BoxStream, Stream, StreamExt};
use programgrant_core::access::Caller;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::access::check_subscription;
use super::access_log::OperationLog;
use super::case::DoubleFundingCaseNode;
use super::execute::{complete, execute};
use super::grant::ProgrammeGrantNode;
use super::{ApiError, Schema, Snapshot};
use crate::app::Gateway;
use crate::graphql::document::operation;
use crate::workers::events::Event;

/// What one execution of a subscription is about; nothing while the request itself is looked at.
struct Occasion(Option<Event>);

/// What can be followed.
pub struct Subscription;

#[Root(name = "Subscription")]
impl Subscription {
    /// A double-funding case was opened or changed.
    async fn double_funding_case_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Cases of this programme alone.")] programme: Option<ID>,
    ) -> Result<impl Stream<Item = DoubleFundingCaseNode> + use<>, ApiError> {
        check_subscription(context)?;
        let snapshot = Snapshot::of(context);
        let programme = programme
            .map(|id| snapshot.programme(&id).map(|programme| programme.id.clone()))
            .transpose()?;
        let case = match occasion(context) {
            Some(Event::Case(id)) => snapshot.guard.case(id).await?,
            _ => None,
        };
        let wanted = case.filter(|case| programme.is_none() || case.finding.programme == programme);
        Ok(stream::iter(
            wanted.and_then(|case| DoubleFundingCaseNode::new(snapshot, case)),
        ))
    }

    /// The pot of a municipality changed.
    async fn pot_changed(
        &self,
        context: &Context<'_>,
        #[graphql(default_with = "ID::from(\"0-24-pilot\")")] programme: ID,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: Option<String>,
    ) -> Result<impl Stream<Item = ProgrammeGrantNode> + use<>, ApiError> {
        check_subscription(context)?;
        let snapshot = Snapshot::of(context);
        let wanted_programme = snapshot.programme(&programme)?.id.clone();
        let wanted = municipality.map(|text| snapshot.municipality(&text)).transpose()?;
        if wanted.is_some_and(|wanted| !snapshot.reach().knows(wanted)) {
            return Err(snapshot.denied());
        }
        let grant = match occasion(context).cloned() {
            Some(Event::Pot {
                programme,
                municipality,
                year,
            }) if programme == wanted_programme && wanted.is_none_or(|wanted| wanted == municipality) => {
                ProgrammeGrantNode::new(snapshot, &programme, municipality, year)
            }
            _ => None,
        };
        Ok(stream::iter(grant))
    }
}

fn occasion<'a>(context: &Context<'a>) -> Option<&'a Event> {
    context.data_unchecked::<Occasion>().0.as_ref()
}

/// Tells which gateway is in service.
pub type Current = Arc<dyn Fn() -> Arc<Gateway> + Send + Sync>;

/// Executes whatever comes over one connection, subscriptions included.
#[derive(Clone)]
pub struct Live {
    pub schema: Schema,
    /// The gateway of the moment: it may be replaced while a subscription runs.
    pub gateway: Current,
    pub caller: Caller,
}

impl Live {
    /// Everything that a request is answered with: one answer, or those of a subscription.
    pub fn answers(self, mut request: Request) -> BoxStream<'static, Response> {
        let only = request.parsed_query().ok().and_then(operation::only);
        if only.is_some_and(|(_, operation)| operation.ty == OperationType::Subscription) {
            self.follow(Asked::new(request))
        } else {
            stream::once(async move { execute(&self.schema, request, self.snapshot()).await }).boxed()
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::take(&(self.gateway)(), self.caller.clone())
    }

    async fn on(&self, asked: &Asked, event: Option<Event>) -> Vec<Response> {
        let request = asked.request().data(self.snapshot()).data(Occasion(event));
        let responses = self.schema.execute_stream(request);
        responses
            .map(|response| complete(response, asked.document.as_deref()))
            .collect()
            .await
    }

    /// First the request itself is looked at; what it lacks is told, and the stream ends there.
    fn follow(self, asked: Asked) -> BoxStream<'static, Response> {
        let events = (self.gateway)().events.subscribe();
        let opening = async move {
            let flaws = self.on(&asked, None).await;
            OperationLog::of(asked.document.as_deref()).write(&self.caller, flaws.iter().flat_map(|flaw| &flaw.errors));
            if flaws.is_empty() {
                Following::Open {
                    live: Box::new(self),
                    asked: Box::new(asked),
                    events,
                }
                .into_stream()
            } else {
                stream::iter(flaws).boxed()
            }
        };
        stream::once(opening).flatten().boxed()
    }
}

impl Executor for Live {
    async fn execute(&self, request: Request) -> Response {
        execute(&self.schema, request, self.snapshot()).await
    }

    fn execute_stream(&self, request: Request, _session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        self.clone().answers(request)
    }
}

/// A request, kept to be executed again for every event.
struct Asked {
    query: String,
    /// Read once, however many events there are.
    document: Option<Arc<ExecutableDocument>>,
    variables: async_graphql::Variables,
}

impl Asked {
    fn new(mut request: Request) -> Self {
        let document = request.parsed_query().ok().cloned().map(Arc::new);
        Self {
            query: request.query,
            document,
            variables: request.variables,
        }
    }

    fn request(&self) -> Request {
        let mut request = Request::new(&self.query).variables(self.variables.clone());
        if let Some(document) = &self.document {
            request.set_parsed_query(document.as_ref().clone());
        }
        request
    }
}

/// A subscription under way.
enum Following {
    Open {
        live: Box<Live>,
        asked: Box<Asked>,
        events: broadcast::Receiver<Event>,
    },
    Ended,
}

impl Following {
    fn into_stream(self) -> BoxStream<'static, Response> {
        stream::unfold(self, Self::next).flat_map(stream::iter).boxed()
    }

    async fn next(self) -> Option<(Vec<Response>, Self)> {
        let Self::Open {
            live,
            asked,
            mut events,
        } = self
        else {
            return None;
        };
        match events.recv().await {
            // Whoever missed something is told, and asks anew.
            // So is who follows a gateway that another has replaced.
            Ok(Event::Missed) | Err(RecvError::Lagged(_) | RecvError::Closed) => Some((vec![missed()], Self::Ended)),
            Ok(event) => {
                let responses = live.on(&asked, Some(event)).await;
                Some((responses, Self::Open { live, asked, events }))
            }
        }
    }
}

fn missed() -> Response {
    refusal(
        "SUBSCRIPTION_LAGGED",
        "More has changed than could be sent. Read anew, and subscribe again.",
    )
}

fn refusal(code: &'static str, message: &str) -> Response {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    complete(Response::from_errors(vec![error]), None)
}
