//! The pages: what a municipality, a case officer and a county governor see. Rendered here, whole without script, and nothing but a client
//! of the public schema: each shows what the interface answers to the same caller, and no more.

mod chart;
mod downloads;
mod failure;
mod format;
mod forms;
mod frame;
mod graphiql;
mod mosaic;
mod preferences;
mod refused;
mod screens;
mod text;
mod timeline;
mod visit;

use axum::Router;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::assets;
use crate::http::{AppState, Further, only_to_read};

pub use format::{grouped, kroner};

/// The addresses of all pages; and what the interface refuses, as a page, to whoever came by with a browser.
pub fn router(state: AppState) -> Further {
    let as_page = from_fn_with_state(state.clone(), refused::as_page);
    let page = refused::around(state.clone());
    let routes = Router::new()
        .merge(screens::routes())
        .merge(downloads::routes())
        .route("/valg/sprak", post(preferences::language))
        .route("/valg/virksomhet", post(preferences::body))
        .route_layer(from_fn_with_state(state, visit::receive))
        // Who asks there is told by the address alone.
        .route("/kalender/{file}", get(screens::calendar::feed))
        .route("/sider.css", get(stylesheet))
        .route("/graphiql", get(graphiql::show).fallback(only_to_read))
        .merge(assets::router())
        .route_layer(as_page.clone());
    Further {
        routes,
        around: Box::new(|browsers_come_to| browsers_come_to.layer(as_page)),
        page: Some(page),
    }
}

/// The pages' own style. It stands above that of the design system, and does without it.
async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../../web/pages.css")).into_response()
}
