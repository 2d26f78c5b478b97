//! Promise: a document is judged as the specification does, and what is executed is what it says: each rule with what it refuses and
//! with its nearest neighbour, which it lets pass.

use std::sync::LazyLock;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Value, Variables};
use serde_json::json;

use super::*;

const SDL: &str = "
scalar Money
scalar Any
enum Colour { RED BLUE }
input Inner { colours: [Colour!]! = [RED] name: String number: Int! = 3 }
input Outer { amount: Money! inner: Inner inners: [Inner!] }
union Thing = Query | Other
type Other { id: ID! name: String }
type Query {
  self: Query other: Other name: String list(limit: Int! = 7, ids: [ID!], colour: Colour): [Query!]! things(of: [Any!]!): [Thing]!
  pay(input: Outer!): String year(year: Int!): Query id(id: ID, money: Money): ID
}
type Mutation { pay(input: Outer!): String }
type Subscription { one: Query two: String three(limit: Int! = 1): Int }
schema { query: Query mutation: Mutation subscription: Subscription }";

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of(SDL, money));

fn money(scalar: &str, value: &Value) -> Result<(), String> {
    let is_whole = matches!(value, Value::Number(number) if number.is_i64());
    if scalar != "Money" || is_whole {
        Ok(())
    } else {
        Err("not whole".to_owned())
    }
}

fn judge(text: &str) -> Result<Judged, DocumentFlaw> {
    JUDGE.judge(read(text, &DocumentLimits::default())?)
}

fn plan(text: &str, variables: serde_json::Value) -> Result<ExecutableDocument, DocumentFlaw> {
    let planned = JUDGE.plan(&judge(text)?, None, &Variables::from_json(variables));
    planned.map(Planned::into_document)
}

/// What would be executed, in one line.
fn planned(text: &str, variables: serde_json::Value) -> String {
    let document = plan(text, variables).unwrap_or_else(|flaw| panic!("{text}: {flaw}"));
    let (_, operation) = document.operations.iter().next().expect("one");
    written(&operation.node.selection_set.node)
}

/// Why the first field that would be executed fails.
fn fails(text: &str, variables: serde_json::Value) -> String {
    let document = plan(text, variables).unwrap_or_else(|flaw| panic!("{text}: {flaw}"));
    let (_, operation) = document.operations.iter().next().expect("one");
    let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
        panic!("no field")
    };
    failing(&field.node).expect("fails").0.to_owned()
}

fn written(set: &SelectionSet) -> String {
    let one = |item: &Selection| match item {
        Selection::Field(field) => {
            let field = &field.node;
            let alias = field
                .alias
                .as_ref()
                .map_or(String::new(), |alias| format!("{}: ", alias.node));
            let arguments: Vec<String> = field
                .arguments
                .iter()
                .map(|(name, value)| format!("{}: {}", name.node, value.node))
                .collect();
            let arguments = if arguments.is_empty() {
                String::new()
            } else {
                format!("({})", arguments.join(", "))
            };
            format!(
                "{alias}{}{arguments}{}",
                field.name.node,
                written(&field.selection_set.node)
            )
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment
                .node
                .type_condition
                .as_ref()
                .map_or("", |on| on.node.on.node.as_str());
            format!("... on {on}{}", written(&fragment.node.selection_set.node))
        }
        Selection::FragmentSpread(_) => panic!("a fragment is left"),
    };
    let items: Vec<String> = set.items.iter().map(|item| one(&item.node)).collect();
    if items.is_empty() {
        String::new()
    } else {
        format!(" {{ {} }}", items.join(" "))
    }
}

fn all_refused(texts: &[&str]) {
    for text in texts {
        let flaw = judge(text).map(drop).expect_err(text);
        assert_eq!(
            (flaw.code(), flaw.place().is_some()),
            ("INVALID_DOCUMENT", true),
            "{text}: {flaw}"
        );
    }
}

fn all_let_in(texts: &[&str]) {
    for text in texts {
        assert_eq!(judge(text).map(drop), Ok(()), "{text}");
    }
}

#[test]
fn fields_of_one_key_must_be_the_same_at_every_depth() {
    all_refused(&[
        "{ a: name a: self { name } }",
        "{ self { a: year(year: 1) { name } } ...F } fragment F on Query { self { a: year(year: 2) { name } } }",
        "{ self { other { x: id } } self { ... on Query { other { x: name } } } }",
        "{ things(of: []) { ... on Query { x: name } ... on Other { x: id } } }",
        "query ($a: Int!, $b: Int!) { year(year: $a) { name } year(year: $b) { name } }",
    ]);
    all_let_in(&[
        "{ self { a: year(year: 1) { name } } ...F } fragment F on Query { self { a: year(year: 1) { self { name } } } }",
        "{ things(of: []) { ... on Query { x: name } ... on Other { x: name } } }",
    ]);
}

#[test]
fn an_input_field_stands_once_at_every_depth() {
    all_refused(&[
        "mutation { pay(input: { amount: 5, amount: 500000 }) }",
        "{ pay(input: { amount: 5, inners: [{ name: \"a\" }, { name: \"a\", name: \"a\" }] }) }",
        "query ($i: Outer! = { amount: 1, amount: 2 }) { pay(input: $i) }",
        "{ things(of: { a: 1, a: 2 }) { __typename } }",
        "{ name ...F } fragment F on Query { pay(input: { amount: 5, amount: 5 }) }",
    ]);
    all_let_in(&["{ pay(input: { amount: 5, inners: [{ name: \"a\" }, { name: \"a\" }] }) }"]);
}

#[test]
fn a_variable_stands_where_its_type_allows_it_within_values_too() {
    all_refused(&[
        "query ($p: String!) { id(id: $p) }",
        "query ($y: Int) { year(year: $y) { name } }",
        "query ($y: Int = null) { year(year: $y) { name } }",
        "query ($m: Money) { pay(input: { amount: $m }) }",
        "query ($i: [ID]) { list(ids: $i) { name } }",
        "query ($i: ID) { list(ids: [$i]) { name } }",
        "query ($i: ID!) { list(ids: $i) { name } }",
        "query ($l: Int = null) { list(limit: $l) { name } ...F } fragment F on Query { year(year: $l) { name } }",
        "{ ...F } fragment F on Query { year(year: $y) { name } }",
        "{ things(of: [{ id: $none }]) { __typename } }",
        "query ($b: Boolean) { name @skip(if: $b) }",
        "query ($v: Query) { name }",
        "query ($v: [Nothing!] = [1]) { name }",
    ]);
    all_let_in(&[
        "query ($y: Int = 3) { year(year: $y) { name } }",
        "query ($l: Int) { list(limit: $l) { name } }",
        "query ($n: Int) { pay(input: { amount: 1, inner: { number: $n } }) }",
        "query ($i: ID!) { list(ids: [$i]) { name } things(of: [{ id: $i }]) { __typename } }",
    ]);
}

#[test]
fn literals_are_written_as_their_type_wants_them() {
    all_refused(&[
        "{ list(colour: \"RED\") { name } }",
        "query ($c: Colour = \"RED\") { list(colour: $c) { name } }",
        "{ list(colour: GREEN) { name } }",
        "{ list(limit: 2021.0) { name } }",
        "{ list(limit: null) { name } }",
        "{ id(money: 1.0) }",
        "{ pay(input: { amount: 1.5 }) }",
        "query ($m: Money = \"1\") { id(money: $m) }",
        "query ($m: Money) { id(money: [$m]) }",
        "query ($m: Money) { id(money: { a: $m }) }",
        "{ id(id: 1.0) }",
    ]);
    all_let_in(&[
        "{ list(colour: RED, ids: 3) { name } }",
        "{ id(id: 5, money: 3) }",
        "query ($c: Colour = RED) { list(colour: $c) { name } }",
    ]);
}

#[test]
fn a_subscription_follows_one_field_that_is_never_skipped() {
    all_refused(&[
        "subscription { one @skip(if: true) { name } }",
        "subscription ($b: Boolean!) { one @include(if: $b) { name } }",
        "subscription { ... @include(if: true) { one { name } } }",
        "subscription { ...F @skip(if: false) } fragment F on Subscription { one { name } }",
        "subscription { ...F } fragment F on Subscription { one @skip(if: true) { name } }",
        "subscription { one { name } two }",
        "subscription { __typename }",
        "subscription { a: two b: two }",
    ]);
    all_let_in(&[
        "subscription { one { name @skip(if: true) } }",
        "subscription { one { name } ... { one { self { name } } } }",
    ]);
}

#[test]
fn texts_are_read_as_the_language_has_them_since_2021() {
    let argument = |text: &str| planned(&format!("{{ id(id: {text}) }}"), json!({}));
    for (written, meant) in [
        ("\"\\u{33}813\"", "3813"),
        ("\"\\uD83D\\uDE00\"", "😀"),
        ("\"\\u{1F600}\"", "😀"),
        ("\"\"\"\n    a\n      b\n  \"\"\"", "a\n  b"),
        ("\"a\tb\"", "a\tb"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ] {
        assert_eq!(
            argument(written),
            format!(" {{ id(id: {}) }}", Value::from(meant)),
            "{written}"
        );
    }
    all_refused(&[
        "{ id(id: \"\\uD83D\") }",
        "{ id(id: \"\\u{D83D}\") }",
        "{ id(id: \"\\u{110000}\") }",
        "{ id(id: \"\\uDE00\\uD83D\") }",
        "{ id(id: \"\\x\") }",
    ]);
}

#[test]
fn descriptions_are_read_and_mean_nothing() {
    let described = "\"of\nit\" ".replace('\n', " ");
    let block = "\"\"\"\n  Æ \\\"\"\" { (\n\"\"\"";
    let variables = format!(
        "{described} query A({block} $a: ID = \"x\" {described} $b: ID @no_such) {{ id(id: $a) x: id(id: $b) }}"
    );
    all_refused(&[&variables]);
    all_let_in(&[
        &variables.replace("@no_such", ""),
        &format!("{block} fragment F on Query {{ name }} {described} query {{ ...F }}"),
        &format!("{described} subscription {{ two }}"),
    ]);
    all_refused(&[
        "\"of it\" { name }",
        "\"of\" \"it\" query { name }",
        "query { \"of it\" name }",
        "query ($a: \"of it\" ID) { id(id: $a) }",
        "query ($a: ID \"of it\") { id(id: $a) }",
        "{ name } \"of nothing\"",
    ]);
    let flaw = judge(&format!("{block} query {{ nothing }}"))
        .map(drop)
        .expect_err("no such field");
    assert_eq!(flaw.place().map(|at| (at.line, at.column)), Some((3, 13)));
}

#[test]
fn a_name_among_arguments_and_input_fields_has_a_value() {
    all_refused(&[
        "{ name @skip(if if: false) }",
        "{ list(limit limit: 3) { name } }",
        "{ list(limit: 3 colour) { name } }",
        "{ pay(input: { amount amount: 1 }) }",
        "{ things(of: [{ id, kind: RED }]) { __typename } }",
        "query ($i: Outer = { amount: 1 inner }) { name }",
        "query @skip(if) { name }",
    ]);
    all_let_in(&[
        "query ($c: Colour = RED, $i: Outer! = { amount: 1, inner: { colours: [RED BLUE] } }) { list(colour: $c) { name } pay(input: $i) }",
    ]);
}

#[test]
fn what_is_left_out_takes_its_default_and_null_does_not() {
    let limit = "query ($l: Int) { list(limit: $l) { name } }";
    assert_eq!(planned(limit, json!({})), " { list { name } }");
    assert_eq!(planned(limit, json!({ "l": 2 })), " { list(limit: 2) { name } }");
    assert_eq!(
        fails(limit, json!({ "l": null })),
        "The argument \"limit\" is not of its type \"Int!\": $l is null."
    );
    let inner = "query ($n: Int, $c: [Colour!], $i: ID) { pay(input: { amount: 1, inner: { number: $n, colours: $c } }) id(id: $i) }";
    assert_eq!(planned(inner, json!({})), " { pay(input: {amount: 1, inner: {}}) id }");
    assert_eq!(
        planned(inner, json!({ "n": 1, "i": null })),
        " { pay(input: {amount: 1, inner: {number: 1}}) id(id: null) }"
    );
    assert!(fails(inner, json!({ "n": null })).contains("\"input\""));
    assert!(
        plan("subscription ($l: Int = 1) { three(limit: $l) }", json!({ "l": null })).is_err(),
        "it has no other field"
    );
    assert_eq!(
        planned("query ($l: Int = 5) { list(limit: $l) { name } }", json!({})),
        " { list(limit: 5) { name } }"
    );
    let any = "query ($i: ID) { things(of: [{ id: $i, kind: RED }]) { __typename } }";
    let each = format!("__typename {EMPTY}: __typename");
    assert_eq!(
        planned(any, json!({})),
        format!(" {{ things(of: [{{kind: \"RED\"}}]) {{ ... on Other {{ {each} }} ... on Query {{ {each} }} }} }}")
    );
}

#[test]
fn variables_come_to_their_types() {
    let of = |declared: &str, place: &str, sent: serde_json::Value| {
        let document = format!("query ($v: {declared}) {{ {place} }}");
        plan(&document, json!({ "v": sent, "unasked": [{ "any": 1.5 }] }))
            .map(|_| planned(&document, json!({ "v": sent })))
    };
    let year = |sent| of("Int!", "year(year: $v) { name }", sent);
    for whole in [json!(2021), json!(2021.0), json!(2.021e3)] {
        assert_eq!(year(whole), Ok(" { year(year: 2021) { name } }".to_owned()));
    }
    for none in [
        json!(2021.5),
        json!("2021"),
        json!(true),
        json!(null),
        json!([2021]),
        json!(3_000_000_000_i64),
        json!(1e300),
    ] {
        let flaw = year(none.clone()).expect_err("no whole number");
        assert!(flaw.to_string().contains("\"$v\""), "{none}: {flaw}");
    }
    assert_eq!(of("ID", "id(id: $v)", json!(7)), Ok(" { id(id: \"7\") }".to_owned()));
    assert_eq!(
        of("[ID!]", "list(ids: $v) { name }", json!(7)),
        Ok(" { list(ids: [\"7\"]) { name } }".to_owned())
    );
    assert_eq!(
        of("Colour", "list(colour: $v) { name }", json!("RED")),
        Ok(" { list(colour: RED) { name } }".to_owned())
    );
    assert!(of("Colour", "list(colour: $v) { name }", json!("GREEN")).is_err());
    let money = of("Outer!", "pay(input: $v)", json!({ "amount": 100.0 })).expect_err("no fractions");
    assert_eq!(
        money.to_string(),
        "The variable \"$v\" is not of its type \"Outer!\" at \".amount\": not whole."
    );
    for none in [
        json!({}),
        json!({ "amount": 1, "more": 1 }),
        json!({ "amount": null }),
        json!([]),
        json!({ "amount": 1, "inner": { "number": null } }),
    ] {
        assert!(of("Outer!", "pay(input: $v)", none.clone()).is_err(), "{none}");
    }
    assert!(of("[Int!]", "name", json!([1, null])).is_err());
    assert!(of("ID", "id(id: $v)", json!(4.0)).is_err());
    assert_eq!(
        plan("query ($v: Int!) { year(year: $v) { name } }", json!({}))
            .map(drop)
            .expect_err("not sent")
            .code(),
        "INVALID_DOCUMENT"
    );
}

#[test]
fn a_selection_that_comes_out_empty_is_an_object_at_every_depth() {
    let empty = format!("{EMPTY}: __typename");
    let skipped = |text: &str| planned(text, json!({ "no": false }));
    assert_eq!(
        skipped("{ self { name @skip(if: true) } }"),
        format!(" {{ self {{ {empty} }} }}")
    );
    assert_eq!(
        skipped("{ self @include(if: false) { name } }"),
        format!(" {{ {empty} }}")
    );
    assert_eq!(
        skipped("query ($no: Boolean!) { list { ... @include(if: $no) { name } } }"),
        format!(" {{ list {{ {empty} }} }}")
    );
    let things = "{ things(of: []) { ... on Other { id } } }";
    assert_eq!(
        skipped(things),
        format!(" {{ things(of: []) {{ ... on Other {{ id {empty} }} ... on Query {{ {empty} }} }} }}")
    );
}

#[test]
fn fields_of_one_key_are_one_and_fragments_are_gone() {
    let text = "{ self { name } ...F ... on Query { self { ...F } } } fragment F on Query { other { id } self { other { id name } } }";
    assert_eq!(
        planned(text, json!({})),
        " { self { name other { id name } self { other { id name } } } other { id } }"
    );
}

#[test]
fn the_operation_that_is_meant_is_planned_alone_under_its_name() {
    let judged = judge("query A { name } query B($y: Int!) { year(year: $y) { name } }").expect("valid");
    let document = JUDGE
        .plan(&judged, Some("A"), &Variables::default())
        .expect("needs nothing")
        .into_document();
    let names: Vec<_> = document
        .operations
        .iter()
        .map(|(name, _)| name.map(ToString::to_string))
        .collect();
    assert_eq!(names, [Some("A".to_owned())]);
    assert!(JUDGE.plan(&judged, Some("B"), &Variables::default()).is_err());
}

/// However often a document was asked before, and with whichever variables.
#[test]
fn an_operation_with_other_variables_is_what_it_would_be_anew() {
    let sets = [
        json!({}),
        json!({ "l": 2, "m": 5, "y": 2021, "i": ["a"], "b": true }),
        json!({ "l": 9, "m": 0, "y": 1, "i": ["b", "c"], "b": false }),
        json!({ "l": 3, "m": "no money", "y": 4, "i": [], "b": true }),
        json!({ "m": null, "y": 3, "b": false }),
    ];
    for text in [
        "query($l: Int = 1) { list(limit: $l) { name } other { id } }",
        "query($l: Int = 1, $m: Any!, $i: [ID!]) { self { x: list(ids: $i) { name list(limit: $l, ids: [\"k\"]) { name } } } things(of: [$m]) {          ... on Query { a: id(id: \"1\") list(limit: $l) { name } } ... on Other { id } } }",
        "query($m: Any!) { list(limit: 2) { things(of: [1, $m, 3]) { ...F } } } fragment F on Query { list(limit: 4) { things(of: [$m]) { __typename } } }",
        "query($b: Boolean = true, $l: Int = 4) { self @include(if: $b) { name } list(limit: $l) { name @skip(if: $b) other { id } } }",
        "query($m: Money!, $l: Int = 4) { pay(input: { amount: $m, inner: { number: $l } }) name id(money: $m) }",
        "query Named($y: Int!) { year(year: $y) { name } self { year(year: 3) { name } z: year(year: $y) { name } } }",
    ] {
        let often = judge(text).unwrap_or_else(|flaw| panic!("{text}: {flaw}"));
        for set in sets.iter().chain(&sets) {
            let variables = Variables::from_json(set.clone());
            let shown = |planned: Result<Planned, DocumentFlaw>| format!("{:?}", planned.map(Planned::into_document));
            let anew = shown(JUDGE.plan(&judge(text).expect("sound"), None, &variables));
            assert_eq!(shown(JUDGE.plan(&often, None, &variables)), anew, "{text} {set}");
        }
    }
}

#[test]
fn two_fields_of_one_key_have_the_same_lists_to_their_ends() {
    for text in [
        "{ things(of: []) { __typename } things(of: [1]) { __typename } }",
        "{ things(of: [[1]]) { __typename } things(of: [[1, 2]]) { __typename } }",
        "query($no: Boolean = true, $x: Any!) { things(of: [1, $x]) @skip(if: $no) { __typename } things(of: [1]) { __typename } }",
        "{ self { list(ids: [\"a\"]) { name } } ...F } fragment F on Query { self { ... on Query { list(ids: [\"a\", \"b\"]) { id } } } }",
        "{ pay(input: { amount: 1, inners: [{ name: \"a\" }] }) pay(input: { amount: 1, inners: [{ name: \"a\" }, {}] }) }",
    ] {
        let flaw = judge(text).expect_err(text);
        assert_eq!(flaw.code(), "INVALID_DOCUMENT", "{text}");
        assert!(
            flaw.to_string().contains("conflicting field arguments"),
            "{text}: {flaw}"
        );
        assert!(flaw.place().is_some(), "{text}");
    }
    for text in [
        "{ a: things(of: []) { __typename } b: things(of: [1]) { __typename } }",
        "{ a: self { list(ids: [\"a\"]) { name } } b: self { list(ids: [\"a\", \"b\"]) { name } } }",
        "{ things(of: [1, 2]) { __typename } things(of: [1, 2]) { __typename } }",
        "{ things(of: [{ b: 1, a: [2] }]) { __typename } things(of: [{ a: [2], b: 1 }]) { __typename } other { id } }",
    ] {
        assert!(judge(text).is_ok(), "{text}");
    }
}
