//! What rooms above mount beside the interface, and how they show what is refused where people come by with a browser.

use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Response;
use futures::future::BoxFuture;

use super::refusal::Refusal;
use super::state::AppState;

/// Puts something around routes.
type Around = Box<dyn FnOnce(Router<AppState>) -> Router<AppState> + Send>;

/// Makes a page of a refusal, of what asked for one and of the response as it is without words.
pub type RefusalPage = Arc<dyn Fn(Refusal, Parts, Response) -> BoxFuture<'static, Response> + Send + Sync>;

/// Further routes. What is put around the interface's own stands around those that browsers are led to, and around the answer where nothing
/// is; never around `/graphql`. `page` says to a browser what is refused before any route is reached, or given up around it.
pub struct Further {
    pub routes: Router<AppState>,
    pub around: Around,
    pub page: Option<RefusalPage>,
}

impl From<Router<AppState>> for Further {
    fn from(routes: Router<AppState>) -> Self {
        Self {
            routes,
            around: Box::new(|browsers_come_to| browsers_come_to),
            page: None,
        }
    }
}
