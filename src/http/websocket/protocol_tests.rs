//! Promise: every message has the consequence that the protocol names, and nothing that is none of its messages is passed over.

use async_graphql::{PathSegment, ServerError};

use super::*;

fn conversation() -> Conversation {
    let mut conversation = Conversation::new(2);
    assert!(matches!(
        conversation.hear(br#"{"type":"connection_init"}"#),
        Step::Identify(_)
    ));
    assert_eq!(conversation.acknowledge(), r#"{"type":"connection_ack"}"#);
    conversation
}

fn subscribe(id: &str) -> Vec<u8> {
    json!({ "id": id, "type": "subscribe", "payload": { "query": "{ a }" } })
        .to_string()
        .into_bytes()
}

fn start(conversation: &mut Conversation, id: &str) -> Operation {
    match conversation.hear(&subscribe(id)) {
        Step::Start(operation, _) => operation,
        step => panic!("{step:?}"),
    }
}

fn close(step: Step) -> u16 {
    match step {
        Step::Close(closing) => closing.code,
        step => panic!("{step:?}"),
    }
}

fn said(step: Step) -> Value {
    match step {
        Step::Say(text) => serde_json::from_str(&text).expect("JSON"),
        step => panic!("{step:?}"),
    }
}

fn refusal(step: Step) -> (String, &'static str) {
    match step {
        Step::Refuse(id, refusal) => (id, refusal.code),
        step => panic!("{step:?}"),
    }
}

#[test]
fn what_is_no_message_closes_the_connection() {
    for message in [
        "",
        "null",
        "[]",
        "7",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"start"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"ping","payload":"x"}"#,
        r#"{"type":"connection_init","payload":[]}"#,
        r#"{"type":"connection_init","payload":{"authorization":"Bearer a","authorization":"Bearer b"}}"#,
        r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","operationName":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","extensions":"x"}}"#,
        r#"{"type":"complete"}"#,
    ] {
        assert_eq!(close(conversation().hear(message.as_bytes())), 4400, "{message}");
    }
    assert_eq!(close(conversation().hear(&[0xff, 0xfe])), 4400);
    assert_eq!(close(conversation().hear("[".repeat(100_000).as_bytes())), 4400);
}

#[test]
fn who_is_not_let_in_yet_may_say_hello_and_nothing_else() {
    let mut conversation = Conversation::new(2);
    assert_eq!(
        said(conversation.hear(br#"{"type":"ping","payload":{"a":1}}"#)),
        json!({ "type": "pong", "payload": { "a": 1 } })
    );
    assert_eq!(close(conversation.hear(&subscribe("1"))), 4401);
    let hello = br#"{"type":"connection_init","payload":{"Authorization":"Bearer x"}}"#;
    assert!(matches!(conversation.hear(hello), Step::Identify(payload) if payload["Authorization"] == "Bearer x"));
    assert_eq!(close(conversation.hear(&subscribe("1"))), 4401, "asked, and not let in");
    assert_eq!(
        close(conversation.hear(br#"{"type":"connection_init","payload":null}"#)),
        4429
    );
}

#[test]
fn an_id_is_free_again_once_its_operation_has_ended() {
    let mut conversation = conversation();
    let first = start(&mut conversation, "1");
    assert_eq!(close(conversation.hear(&subscribe("1"))), 4409);
    assert!(matches!(conversation.hear(br#"{"type":"complete","id":"1"}"#), Step::Stop(stopped) if stopped == first));
    let second = start(&mut conversation, "1");
    let answer = Response::new(async_graphql::Value::from("a"));
    assert_eq!(
        conversation.next(&first, &answer),
        None,
        "what an ended operation still says is not the new one's"
    );
    assert_eq!(conversation.complete(&first), None);
    assert!(conversation.next(&second, &answer).is_some());
    assert_eq!(
        conversation.complete(&second).as_deref(),
        Some(r#"{"id":"1","type":"complete"}"#)
    );
    assert!(matches!(
        conversation.hear(br#"{"type":"complete","id":"1"}"#),
        Step::Nothing
    ));
    start(&mut conversation, "1");
}

#[test]
fn an_operation_that_fails_before_it_is_executed_says_one_error_and_nothing_after() {
    let mut conversation = conversation();
    let operation = start(&mut conversation, "1");
    let refused = Response::from_errors(vec![ServerError::new("no such field", None)]);
    let error: Value = serde_json::from_str(&conversation.next(&operation, &refused).expect("told")).expect("JSON");
    assert_eq!(
        (&error["type"], &error["payload"][0]["message"]),
        (&json!("error"), &json!("no such field"))
    );
    assert_eq!(
        (
            conversation.next(&operation, &refused),
            conversation.complete(&operation)
        ),
        (None, None)
    );
    let operation = start(&mut conversation, "1");
    let failed = Response::from_errors(vec![
        ServerError::new("failed", None).with_path(vec![PathSegment::Field("a".to_owned())]),
    ]);
    let next: Value = serde_json::from_str(&conversation.next(&operation, &failed).expect("told")).expect("JSON");
    assert_eq!(
        (&next["type"], &next["payload"]["data"]),
        (&json!("next"), &Value::Null),
        "it was executed"
    );
    assert!(conversation.complete(&operation).is_some());
}

#[test]
fn a_result_keeps_the_order_of_its_keys() {
    let mut conversation = conversation();
    let operation = start(&mut conversation, "1");
    let data = async_graphql::value!({ "z": 1, "a": { "c": 2, "b": 3 } });
    let next = conversation.next(&operation, &Response::new(data)).expect("told");
    assert!(next.contains(r#"{"z":1,"a":{"c":2,"b":3}}"#), "{next}");
}

#[test]
fn a_payload_is_read_as_strictly_as_any_request() {
    for payload in [
        r#"{"query":"{ a }","variables":{"x":{"a":1,"a":2}}}"#,
        r#"{"query":"{ a }","variables":{"a":1,"a":2}}"#,
    ] {
        let step = conversation().hear(format!(r#"{{"type":"subscribe","id":"1","payload":{payload}}}"#).as_bytes());
        assert_eq!(refusal(step), ("1".to_owned(), "BAD_REQUEST"), "{payload}");
    }
}

#[test]
fn no_more_operations_than_the_limit_and_no_more_bytes() {
    let mut conversation = conversation();
    start(&mut conversation, "1");
    start(&mut conversation, "2");
    assert_eq!(
        refusal(conversation.hear(&subscribe("3"))),
        ("3".to_owned(), "TOO_MANY_OPERATIONS")
    );
    conversation.hear(br#"{"type":"complete","id":"1"}"#);
    let large = json!({ "id": "3", "type": "subscribe", "payload": { "query": " ".repeat(HELD_LIMIT) } }).to_string();
    assert_eq!(refusal(conversation.hear(large.as_bytes())).1, "TOO_MANY_OPERATIONS");
    start(&mut conversation, "3");
}
