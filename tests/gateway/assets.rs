//! Promise: what npm builds of `web/` is served as it is, compressed, with a name that says its content and kept for good; no address leads
//! out of it; a page may load what is ours and nothing else. Where npm has built nothing, everything says so and nothing is broken.

use std::collections::BTreeMap;

use programgrant::assets;
use reqwest::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, VARY,
};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::world::{World, repository};

/// Everything that a page names, and what that names in its turn.
async fn addresses(world: &World) -> Vec<String> {
    let mut addresses: Vec<String> = assets::stylesheets().iter().chain(assets::scripts()).cloned().collect();
    let page = get(world, "/graphiql", &[]).await.text().await.expect("a page");
    addresses.extend(quoted(&page));
    let mut within = Vec::new();
    for address in addresses.iter().filter(|address| ending(address) == "css") {
        within.extend(quoted(
            &get(world, address, &[]).await.text().await.expect("a style sheet"),
        ));
    }
    addresses.extend(within);
    addresses
}

/// What a file's name ends in.
fn ending(address: &str) -> &str {
    address.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Addresses of assets in a text.
fn quoted(text: &str) -> Vec<String> {
    let is_end = |letter: char| matches!(letter, '"' | '\'' | ')' | ' ');
    let starts = text.match_indices("/assets/").map(|(at, _)| &text[at..]);
    starts
        .filter_map(|rest| rest.split(is_end).next())
        .map(str::to_owned)
        .collect()
}

async fn get(world: &World, path: &str, headers: &[(reqwest::header::HeaderName, &str)]) -> Response {
    ask(world, Method::GET, path, headers).await
}

async fn ask(world: &World, method: Method, path: &str, headers: &[(reqwest::header::HeaderName, &str)]) -> Response {
    let client = reqwest::Client::builder().no_gzip().build().expect("a client");
    let request = client.request(method, world.url(path));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(name, *value));
    request.send().await.expect("an answer")
}

fn header(response: &Response, name: impl reqwest::header::AsHeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn each_file_has_its_type_and_is_kept_for_good() {
    let world = World::new().await;
    let types = BTreeMap::from([
        ("css", "text/css; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("woff2", "font/woff2"),
        ("svg", "image/svg+xml"),
        ("png", "image/png"),
        ("ttf", "font/ttf"),
    ]);
    let is_named_by_content = |address: &String| address != assets::ICON;
    for address in addresses(&world).await.into_iter().filter(is_named_by_content) {
        let response = get(&world, &address, &[]).await;
        assert_eq!(response.status(), 200, "{address}");
        assert_eq!(header(&response, CONTENT_TYPE), types[ending(&address)], "{address}");
        assert_eq!(
            header(&response, CACHE_CONTROL),
            "public, max-age=31536000, immutable",
            "{address}"
        );
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{address}");
        let tag = header(&response, ETAG).to_owned();
        let again = get(&world, &address, &[(IF_NONE_MATCH, &tag)]).await;
        assert_eq!(
            (again.status().as_u16(), header(&again, ETAG)),
            (304, tag.as_str()),
            "{address}"
        );
    }
}

#[tokio::test]
async fn the_icon_is_there_whatever_was_built() {
    let world = World::new().await;
    let response = get(&world, assets::ICON, &[]).await;
    assert_eq!(
        (response.status().as_u16(), header(&response, CONTENT_TYPE)),
        (200, "image/svg+xml")
    );
    assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=86400");
}

#[tokio::test]
async fn a_file_comes_compressed_to_whoever_takes_it_and_whole_to_others() {
    let world = World::new().await;
    for address in assets::stylesheets().iter().chain(assets::scripts()) {
        let whole = get(&world, address, &[]).await;
        assert_eq!(
            (header(&whole, CONTENT_ENCODING), header(&whole, VARY)),
            ("", "accept-encoding")
        );
        let whole = whole.bytes().await.expect("a file").len();
        let mut sizes = vec![whole];
        for coding in ["gzip", "br"] {
            let response = get(&world, address, &[(ACCEPT_ENCODING, coding)]).await;
            assert_eq!(header(&response, CONTENT_ENCODING), coding, "{address}");
            sizes.push(response.bytes().await.expect("a file").len());
        }
        assert!(
            sizes.is_sorted_by(|larger, smaller| larger > smaller),
            "{address}: {sizes:?}"
        );
        let refused = get(&world, address, &[(ACCEPT_ENCODING, "br;q=0, gzip;q=0")]).await;
        assert_eq!(header(&refused, CONTENT_ENCODING), "", "{address}");
    }
}

#[tokio::test]
async fn a_font_is_not_compressed_again() {
    let world = World::new().await;
    for address in addresses(&world)
        .await
        .iter()
        .filter(|address| ending(address) == "woff2")
    {
        let response = get(&world, address, &[(ACCEPT_ENCODING, "gzip, br")]).await;
        assert_eq!(header(&response, CONTENT_ENCODING), "", "{address}");
    }
}

#[tokio::test]
async fn head_is_told_what_get_would_be_and_nothing_else_is_taken() {
    let world = World::new().await;
    for address in assets::stylesheets().iter().map(String::as_str).chain(["/graphiql"]) {
        let (got, head) = (
            get(&world, address, &[]).await,
            ask(&world, Method::HEAD, address, &[]).await,
        );
        assert_eq!(got.status(), head.status(), "{address}");
        for name in [
            CONTENT_TYPE,
            CACHE_CONTROL,
            ETAG,
            CONTENT_LENGTH,
            CONTENT_SECURITY_POLICY,
        ] {
            assert_eq!(header(&got, &name), header(&head, &name), "{address}: {name}");
        }
        assert!(head.bytes().await.expect("an end").is_empty(), "{address}");
        let posted = ask(&world, Method::POST, address, &[]).await;
        assert_eq!(
            (posted.status().as_u16(), header(&posted, ALLOW)),
            (405, "GET, HEAD"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn no_address_leads_out_of_the_assets() {
    let world = World::new().await;
    for path in [
        "/assets/",
        "/assets/none.js",
        "/assets/%2e%2e/manifest.json",
        "/assets/..%2fmanifest.json",
        "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fCargo.toml",
        "/assets/..%5c..%5cCargo.toml",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%00",
        "/assets/%ff",
        "/assets/./../manifest.json",
        "/manifest.json",
        "/br/assets/none.js",
        "/web/dist/manifest.json",
    ] {
        let response = get(&world, path, &[]).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(header(&response, CACHE_CONTROL), "no-store", "{path}");
        let refusal: Value = response.json().await.expect("JSON");
        assert_eq!(refusal["errors"][0]["extensions"]["code"], "NOT_FOUND", "{path}");
    }
}

#[tokio::test]
async fn only_graphiql_may_load_more_than_what_is_ours_and_answers_may_load_nothing() {
    let world = World::new().await;
    let policies = async |path: &str| header(&get(&world, path, &[]).await, CONTENT_SECURITY_POLICY).to_owned();
    let api = "default-src 'none'; frame-ancestors 'none'";
    for path in ["/graphql", "/health/live", "/assets/none.js"] {
        assert_eq!(policies(path).await, api, "{path}");
    }
    assert!(assets::PAGE_POLICY.starts_with("default-src 'self'; "));
    assert!(!assets::PAGE_POLICY.contains("unsafe"));
    let graphiql = policies("/graphiql").await;
    if assets::scripts().is_empty() {
        assert_eq!(graphiql, assets::PAGE_POLICY);
    } else {
        for part in [
            "default-src 'self';",
            "style-src 'self' 'unsafe-inline';",
            "worker-src 'self' blob:;",
            "font-src 'self' data:;",
            "frame-ancestors 'none'",
        ] {
            assert!(graphiql.contains(part), "{graphiql}");
        }
        assert!(!graphiql.contains("script-src"), "{graphiql}");
    }
}

#[tokio::test]
async fn graphiql_is_whole_or_says_how_it_is_built() {
    let world = World::new().await;
    let response = get(&world, "/graphiql", &[]).await;
    let status = response.status();
    assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(header(&response, CACHE_CONTROL), "no-store");
    let page = response.text().await.expect("a page");
    if assets::scripts().is_empty() {
        assert_eq!(status, 404);
        assert!(page.contains("npm run build"), "{page}");
        assert_eq!(quoted(&page), [assets::ICON]);
    } else {
        assert_eq!(status, 200);
        assert!(page.contains("data-endpoint=\"/graphql\""), "{page}");
        assert!(!page.contains("<style") && !page.contains("style="), "{page}");
    }
}

#[tokio::test]
async fn every_example_of_graphiql_is_an_operation_of_the_schema() {
    let world = World::new().await;
    let folder = repository().join("web/src/graphiql/examples");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let file = file.expect("a file").path();
        let operation = std::fs::read_to_string(&file).expect("UTF-8");
        assert!(operation.starts_with("# "), "{}: its title", file.display());
        seen += 1;
        // A subscription is taken by another way; that it is told so, and nothing else, says that it is sound.
        let answer = world
            .post(
                "application/json",
                &serde_json::json!({ "query": operation }).to_string(),
            )
            .await
            .1;
        let code = &answer["errors"][0]["extensions"]["code"];
        if operation.contains("\nsubscription ") {
            assert_eq!(code, "SUBSCRIPTION_NEEDS_STREAM", "{}: {answer:#}", file.display());
        } else {
            assert_eq!(answer.get("errors"), None, "{}: {answer:#}", file.display());
        }
    }
    assert!(seen >= 14, "{seen}");
}
