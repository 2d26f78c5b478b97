//! What rooms above mount beside the interface, and how they show what is refused where people come by with a browser.

use axum::Router;

use super::state::AppState;

/// Puts something around routes.
type Around = Box<dyn FnOnce(Router<AppState>) -> Router<AppState> + Send>;

/// Further routes. What is put around the interface's own stands around those that browsers are led to, and around the answer where nothing
/// is; never around `/graphql`.
pub struct Further {
    pub routes: Router<AppState>,
    pub around: Around,
}

impl From<Router<AppState>> for Further {
    fn from(routes: Router<AppState>) -> Self {
        Self {
            routes,
            around: Box::new(|browsers_come_to| browsers_come_to),
        }
    }
}
