//! `/graphiql`: the page in which an operation is written and sent. Where npm has built nothing, a page that says so.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::bundle::{EntryPoint, bundle};

/// Its editor writes style elements, starts workers and has its icons in its style sheet; all else is as for every page.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; font-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Where the page sends what it is told to.
const ENDPOINT: &str = "/graphql";
const PAGE: &str = include_str!("graphiql.html");
const PAGE_WITHOUT: &str = include_str!("graphiql_missing.html");

pub async fn page() -> Response {
    answer(&bundle().graphiql)
}

fn answer(entry: &EntryPoint) -> Response {
    if entry.scripts.is_empty() {
        return (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_SECURITY_POLICY, super::PAGE_POLICY)],
            Html(PAGE_WITHOUT),
        )
            .into_response();
    }
    (
        [(header::CONTENT_SECURITY_POLICY, POLICY)],
        Html(filled(entry, ENDPOINT)),
    )
        .into_response()
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

/// What is put in are addresses of ours, in which nothing has a meaning to HTML.
fn filled(entry: &EntryPoint, endpoint: &str) -> String {
    let links = |line: fn(&String) -> String, addresses: &[String]| addresses.iter().map(line).collect::<String>();
    let stylesheets = links(
        |address| format!("<link rel=\"stylesheet\" href=\"{address}\">\n"),
        &entry.stylesheets,
    );
    let scripts = links(
        |address| format!("<script type=\"module\" src=\"{address}\"></script>\n"),
        &entry.scripts,
    );
    PAGE.replace("<!-- stylesheets -->\n", &stylesheets)
        .replace("<!-- scripts -->\n", &scripts)
        .replace("{endpoint}", endpoint)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use axum::body::to_bytes;
    use axum::http::header;

    use super::{EntryPoint, answer, filled, link};

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
        let response = answer(&EntryPoint::default());
        assert_eq!(response.status(), 404);
        assert_eq!(
            response.headers()[header::CONTENT_SECURITY_POLICY],
            crate::assets::PAGE_POLICY
        );
        let page = to_bytes(response.into_body(), 10_000).await.expect("a page");
        let page = std::str::from_utf8(&page).expect("text");
        assert!(page.contains("npm run build"), "{page}");
        assert!(!page.contains("<script") && !page.contains("stylesheet"), "{page}");
    }

    #[test]
    fn the_page_names_what_it_needs_and_where_it_asks() {
        let entry = EntryPoint {
            stylesheets: vec!["/assets/g.css".to_owned()],
            scripts: vec!["/assets/g.js".to_owned()],
        };
        let page = filled(&entry, "/graphql");
        for part in [
            "<link rel=\"stylesheet\" href=\"/assets/g.css\">",
            "<script type=\"module\" src=\"/assets/g.js\"></script>",
            "data-endpoint=\"/graphql\"",
        ] {
            assert!(page.contains(part), "{page}");
        }
        assert!(!page.contains("<!-- "), "{page}");
    }
}
