//! `/graphiql`: the page in which an operation is written and sent. Where npm has built nothing, a page that says so.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::bundle::{EntryPoint, bundle};

/// Its editor writes style elements, starts workers and has its icons in its style sheet; all else is as for every page.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; font-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Where the page sends what it is told to: for the public and tokens, and for whoever is logged in.
const ENDPOINT: &str = "/graphql";
const SESSION_ENDPOINT: &str = "/graphiql/query";
const PAGE_WITHOUT: &str = include_str!("graphiql_missing.html");

/// Who is at the page.
pub struct GraphiqlAsker<'a> {
    /// Whether nobody need prove who they are.
    pub is_open: bool,
    /// What questions of the session carry, where somebody is logged in.
    pub form_token: Option<&'a str>,
    /// Name and number of the body that acts.
    pub body: Option<(&'a str, &'a str)>,
    pub role: &'a str,
}

impl GraphiqlAsker<'_> {
    const fn mode(&self) -> &'static str {
        match (self.form_token, self.is_open) {
            (Some(_), _) => "session",
            (None, true) => "open",
            (None, false) => "public",
        }
    }
}

/// The page for whoever is at it.
pub fn page(asker: &GraphiqlAsker<'_>) -> Response {
    answer(&bundle().graphiql, asker)
}

fn answer(entry: &EntryPoint, asker: &GraphiqlAsker<'_>) -> Response {
    if entry.scripts.is_empty() {
        return (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_SECURITY_POLICY, super::PAGE_POLICY)],
            Html(PAGE_WITHOUT),
        )
            .into_response();
    }
    let page = Page {
        entry,
        endpoint: ENDPOINT,
        session_endpoint: SESSION_ENDPOINT,
        asker,
    };
    match page.render() {
        Ok(text) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of GraphiQL cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "graphiql.html")]
struct Page<'a> {
    entry: &'a EntryPoint,
    endpoint: &'static str,
    session_endpoint: &'static str,
    asker: &'a GraphiqlAsker<'a>,
}

/// An address of GraphiQL with an operation in it. It stands behind `#`, which browsers keep to themselves: however long it is, and
/// whatever it names, it is in no request and no log.
pub fn link(query: &str, variables: &serde_json::Value) -> String {
    const ADDRESS: &str = "/graphiql#";
    let mut parts = form_urlencoded::Serializer::for_suffix(ADDRESS.to_owned(), ADDRESS.len());
    parts.append_pair("query", query);
    if variables.as_object().is_some_and(|variables| !variables.is_empty()) {
        parts.append_pair("variables", &format!("{variables:#}"));
    }
    parts.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use axum::body::to_bytes;
    use axum::http::header;

    use super::{EntryPoint, GraphiqlAsker, answer, link};

    const NOBODY: GraphiqlAsker<'_> = GraphiqlAsker {
        is_open: false,
        form_token: None,
        body: None,
        role: "the public",
    };

    async fn text(response: axum::response::Response) -> String {
        let page = to_bytes(response.into_body(), 10_000).await.expect("a page");
        String::from_utf8(page.to_vec()).expect("text")
    }

    #[test]
    fn a_link_carries_the_operation_where_no_server_sees_it() {
        assert_eq!(
            link("{ a(b: \"å & b\") }", &json!({})),
            "/graphiql#query=%7B+a%28b%3A+%22%C3%A5+%26+b%22%29+%7D"
        );
        assert_eq!(
            link("{ a }", &json!({ "year": 2022 })),
            "/graphiql#query=%7B+a+%7D&variables=%7B%0A++%22year%22%3A+2022%0A%7D"
        );
    }

    #[tokio::test]
    async fn a_build_without_it_says_so_and_how_to_build_it() {
        let response = answer(&EntryPoint::default(), &NOBODY);
        assert_eq!(response.status(), 404);
        assert_eq!(
            response.headers()[header::CONTENT_SECURITY_POLICY],
            crate::assets::PAGE_POLICY
        );
        let page = text(response).await;
        assert!(page.contains("npm run build"), "{page}");
        assert!(!page.contains("<script") && !page.contains("stylesheet"), "{page}");
    }

    #[tokio::test]
    async fn the_page_names_what_it_needs_where_it_asks_and_for_whom() {
        let entry = EntryPoint {
            stylesheets: vec!["/assets/g.css".to_owned()],
            scripts: vec!["/assets/g.js".to_owned()],
        };
        let page = text(answer(&entry, &NOBODY)).await;
        for part in [
            "<link rel=\"stylesheet\" href=\"/assets/g.css\">",
            "<script type=\"module\" src=\"/assets/g.js\"></script>",
            "data-endpoint=\"/graphql\"",
            "data-mode=\"public\"",
        ] {
            assert!(page.contains(part), "{page}");
        }
        assert!(!page.contains("form-token") && !page.contains("data-number"), "{page}");
        let asker = GraphiqlAsker {
            form_token: Some("a.b"),
            body: Some(("\"><script>", "940244145")),
            ..NOBODY
        };
        let page = text(answer(&entry, &asker)).await;
        for part in [
            "<meta name=\"form-token\" content=\"a.b\">",
            "data-session-endpoint=\"/graphiql/query\"",
            "data-mode=\"session\"",
            "data-number=\"940244145\"",
        ] {
            assert!(page.contains(part), "{page}");
        }
        assert_eq!(page.matches("<script").count(), 1, "a name is text: {page}");
    }
}
