//! `/graphiql` for whoever is there: in a session it asks as its body, in open mode as the body that was chosen, otherwise as the public or
//! whoever a token proves. The page itself is among the assets.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::text::{Language, Texts};
use super::visit::Visit;
use crate::assets::{self, GraphiqlAsker};
use crate::http::AppState;

pub async fn show(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let visit = match Visit::of(&state, &parts).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    let (body, role) = visit.acting();
    let asker = GraphiqlAsker {
        is_open: visit.is_open,
        form_token: visit.form_token.as_deref(),
        body,
        // The tool speaks English, as the names of what is asked do.
        role: &Texts(Language::English).code("role", role),
    };
    let mut response = assets::graphiql_page(&asker);
    let headers = response.headers_mut();
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-language, authorization, cookie"),
    );
    if let Some(renewed) = visit.renewed() {
        headers.append(header::SET_COOKIE, renewed);
    }
    response
}
