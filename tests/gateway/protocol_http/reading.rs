//! Promise: a request is read as it was written or refused with the place at fault; nothing is guessed, and nothing breaks.

use serde_json::json;

use super::{Answer, client, get, post, query};
use crate::world::World;

#[tokio::test]
async fn only_json_in_utf_8_is_read() {
    let world = World::new().await;
    let body = json!({ "query": "{ __typename }" }).to_string();
    let send = async |types: &[&str]| {
        let request = client().post(world.url("/graphql")).body(body.clone());
        Answer::to(types.iter().fold(request, |request, content_type| {
            request.header("content-type", *content_type)
        }))
        .await
    };
    for content_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"; x=1",
    ] {
        assert_eq!(send(&[content_type]).await.status, 200, "{content_type}");
    }
    for types in [
        &[] as &[&str],
        &["text/plain"],
        &["application/x-www-form-urlencoded"],
        &["multipart/form-data; boundary=x"],
        &["application/graphql"],
        &["text/plain; application/json"],
        &["application/json; charset=iso-8859-1"],
        &["application/json; charset=utf-16"],
        &["application/json", "text/plain"],
    ] {
        assert_eq!(
            send(types).await.refusal(),
            (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()),
            "{types:?}"
        );
    }
    let compressed = query(&world, "{ __typename }").header("content-encoding", "gzip");
    assert_eq!(
        Answer::to(compressed).await.refusal(),
        (415, "UNSUPPORTED_MEDIA_TYPE".to_owned())
    );
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_the_place() {
    let world = World::new().await;
    for (body, told) in [
        (&b""[..], "empty"),
        (b"  \n", "empty"),
        (b"null", "object"),
        (b"\"{ __typename }\"", "object"),
        (b"{\"query\":\"{ __typename }\"", "ends too early, at line 1 column 25"),
        (b"{\"query\":\n\"{ __typename }\"]", "line 2 column 17"),
        (b"{\"query\":\"{ __typename }\"} {}", "line 1 column 28"),
        (b"\xef\xbb\xbf{\"query\":\"{ __typename }\"}", "byte order mark"),
        (b"{\"query\":\"{ __typename \xff }\"}", "UTF-8 from byte 24"),
        (b"{\"query\":\"{ \x00__typename }\"}", "line 1 column 13"),
        (b"{\"query\":\"{ __typename }\\ud800\"}", "line 1 column"),
        (
            b"{\"query\":\"{ __typename }\",\"query\":\"{ viewer { role } }\"}",
            "\"query\" stands twice",
        ),
        (
            b"{\"query\":\"{ __typename }\",\"extensions\":{},\"extensions\":{}}",
            "\"extensions\" stands twice",
        ),
        (
            b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":[{\"b\":1,\"b\":2}]}}",
            "\"b\" stands twice",
        ),
        (
            b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":1e999}}",
            "line 1 column",
        ),
        (b"{\"query\":5}", "`query` is a number; it must be a string"),
        (
            b"{\"query\":\"{ __typename }\",\"operationName\":[]}",
            "`operationName` is a list; it must be a string",
        ),
        (
            b"{\"query\":\"{ __typename }\",\"variables\":\"text\"}",
            "`variables` is a string; it must be an object",
        ),
        (
            b"{\"query\":\"{ __typename }\",\"extensions\":false}",
            "`extensions` is true or false; it must be an object",
        ),
        (b"{\"query\":\"\"}", "`query`"),
        (b"{\"query\":null}", "`query`"),
    ] {
        let answer = Answer::to(post(&world, body.to_vec())).await;
        let sent = String::from_utf8_lossy(body);
        assert_eq!(answer.refusal(), (400, "BAD_REQUEST".to_owned()), "{sent}");
        assert!(answer.message().contains(told), "{sent}: {}", answer.message());
    }
}

#[tokio::test]
async fn lists_of_requests_are_refused_unread() {
    let world = World::new().await;
    for body in ["[]", " [{\"query\":\"{ __typename }\"}]", "["] {
        assert_eq!(
            Answer::to(post(&world, body)).await.refusal(),
            (400, "BATCHES_REFUSED".to_owned()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn json_that_goes_deep_is_refused_and_the_gateway_lives() {
    let world = World::new().await;
    let deep = |open: &str, close: &str| {
        let depth = 400_000 / open.len();
        format!(
            "{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{}1{}}}}}",
            open.repeat(depth),
            close.repeat(depth)
        )
    };
    for body in [deep("[", "]"), deep("{\"a\":", "}")] {
        assert_eq!(Answer::to(post(&world, body)).await.status, 400);
    }
    for member in ["extensions", "unknown"] {
        let body = format!(
            "{{\"query\":\"{{ __typename }}\",\"{member}\":{}1{}}}",
            "[".repeat(400_000),
            "]".repeat(400_000)
        );
        assert!(
            matches!(Answer::to(post(&world, body)).await.status, 200 | 400),
            "{member}"
        );
    }
    assert_eq!(Answer::to(query(&world, "{ __typename }")).await.status, 200);
}

#[tokio::test]
async fn members_that_nobody_knows_are_passed_over() {
    let world = World::new().await;
    let body = "{\"id\":1.5,\"query\":\"{ __typename }\",\"more\":{\"a\":1,\"a\":2},\"variables\":null,\"operationName\":null,\"extensions\":{\"x\":0.5}}";
    let answer = Answer::to(post(&world, body)).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "data": { "__typename": "Query" } }))
    );
}

#[tokio::test]
async fn numbers_arrive_exactly() {
    let world = World::new().await;
    let mutation = "mutation ($input: FundingInput!, $key: ID!) { requestFunding(input: $input, idempotencyKey: $key) { claim { amount } errors { code } } }";
    let ask = async |amount: &str| {
        let rest = "\"recipient\":{\"municipalityNumber\":\"1103\"},\"scheme\":\"231.63\",\"year\":2021,\"caseReference\":\"26/4711\"";
        let variables = format!("{{\"key\":\"key-{amount}\",\"input\":{{{rest},\"amount\":{amount}}}}}");
        Answer::to(post(
            &world,
            format!("{{\"query\":{},\"variables\":{variables}}}", json!(mutation)),
        ))
        .await
    };
    let largest = ask("9007199254740991").await;
    let told = String::from_utf8(largest.body).expect("text");
    assert!(told.contains("\"amount\":9007199254740991"), "{told}");
    assert_eq!(
        ask("9007199254740993").await.refusal_or_none().as_deref(),
        Some("INVALID_DOCUMENT"),
        "more than money may be"
    );
    for inexact in ["100.0", "1e3", "90071992547409910000000"] {
        let answer = ask(inexact).await;
        assert_eq!(
            answer.refusal_or_none().as_deref(),
            Some("INVALID_DOCUMENT"),
            "{inexact}"
        );
        assert!(
            answer.message().contains("not a whole number of øre"),
            "{}",
            answer.message()
        );
    }
    // Elsewhere a whole number is one, however it is written, and nobody looks at what was not asked for.
    let year = "query ($y: Int!) { municipality(number: \"3813\") { programmeGrant(year: $y) { year } } }";
    for whole in ["2021", "2021.0", "2.021e3"] {
        let body = format!(
            "{{\"query\":{},\"variables\":{{\"y\":{whole},\"unasked\":0.5}}}}",
            json!(year)
        );
        let answer = Answer::to(post(&world, body)).await;
        assert_eq!(
            answer.json(),
            json!({ "data": { "municipality": { "programmeGrant": { "year": 2021 } } } }),
            "{whole}"
        );
    }
}

#[tokio::test]
async fn get_asks_and_changes_nothing() {
    let world = World::new().await;
    let named = "query Name($number: String!) { municipality(number: $number) { name } } query Other { viewer { role } } mutation Change { __typename }";
    let answer = Answer::to(get(
        &world,
        &[
            ("query", named),
            ("variables", "{\"number\":\"3813\"}"),
            ("operationName", "Name"),
            ("extensions", "{}"),
            ("x", ""),
        ],
    ))
    .await;
    assert_eq!(
        answer.json(),
        json!({ "data": { "municipality": { "name": "Bamble" } } })
    );
    for parameters in [
        [("query", named), ("operationName", "Change")],
        [("query", "mutation { __typename }"), ("operationName", "")],
    ] {
        let answer = Answer::to(get(&world, &parameters)).await;
        assert_eq!(answer.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
        assert_eq!(answer.header("allow"), "POST");
    }
    for parameters in [
        &[][..],
        &[("query", "")],
        &[("query", "{ __typename }"), ("query", "{ viewer { role } }")],
        &[("query", "{ __typename }"), ("variables", "text")],
        &[("query", "{ __typename }"), ("variables", "[]")],
        &[("query", "{ __typename }"), ("variables", "{\"a\":1,\"a\":2}")],
        &[("query", "{ __typename }"), ("extensions", "5")],
    ] {
        assert_eq!(
            Answer::to(get(&world, parameters)).await.refusal(),
            (400, "BAD_REQUEST".to_owned()),
            "{parameters:?}"
        );
    }
    let undecided = Answer::to(get(&world, &[("query", named)])).await;
    assert_eq!(undecided.refusal(), (200, "UNKNOWN_OPERATION".to_owned()));
}
