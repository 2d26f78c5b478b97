//! What npm builds of `web/`, embedded in the binary and served: Designsystemet with its theme and font, and GraphiQL. A build without it
//! has none of these and works all the same.

mod bundle;
mod file;
mod graphiql;

use axum::Router;
use axum::routing::get;

use crate::http::{self, AppState};

pub use graphiql::{GraphiqlAsker, link as graphiql_link, page as graphiql_page};

/// `Content-Security-Policy` of a page: what it loads and whom it asks is ours, and nobody shows it within a page of theirs.
pub const PAGE_POLICY: &str = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Address of the icon of every page; it needs no npm.
pub const ICON: &str = "/assets/icon.svg";

/// Addresses of the style sheets that belong on every page, in their order; none where npm has built nothing.
pub fn stylesheets() -> &'static [String] {
    &bundle::bundle().pages.stylesheets
}

/// Addresses of the scripts (modules) that help on every page; none where npm has built nothing.
pub fn scripts() -> &'static [String] {
    &bundle::bundle().pages.scripts
}

/// `/assets/…`. The page of GraphiQL is told who is at it, and so mounted by the pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(ICON, get(file::icon).fallback(http::only_to_read))
        .route("/assets/{*name}", get(file::serve).fallback(http::only_to_read))
}
