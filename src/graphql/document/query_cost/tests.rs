//! Promise: what a document came to with other variables is told again only where measuring it anew tells the same.

use serde_json::json;

use super::*;
use crate::graphql::document::read;

const SDL: &str = "
type Query { self: Query page(limit: Int! = 100, search: String): Page checks(inputs: [Int!]!): [Query!]! name(of: Int): String }
type Page { items: [Query!]! continuationToken: String }
schema { query: Query }";

const DOCUMENTS: [&str; 5] = [
    "query($n: Int) { self { name(of: $n) } }",
    "query($n: Int) { page(limit: $n) { items { name } } }",
    "query($n: [Int!]!) { checks(inputs: $n) { name } }",
    "query($n: String, $m: Int = 3) { page(search: $n, limit: 4) { items { name(of: $m) } } }",
    "query($n: Int) { ...F } fragment F on Query { self { page(limit: $n) { items { name } } } }",
];

#[test]
fn what_was_measured_is_told_again_for_variables_of_the_same_sizes_alone() {
    let (costs, limits) = (SchemaCosts::of(SDL), DocumentLimits::default());
    let sets = [
        json!({}),
        json!({ "n": 1 }),
        json!({ "n": 7 }),
        json!({ "n": "a" }),
        json!({ "n": "a".repeat(200) }),
        json!({ "n": [1, 2] }),
        json!({ "n": [3, 4] }),
        json!({ "n": [1, 2, 3] }),
        json!({ "n": [[1], 2] }),
        json!({ "n": { "a": 1 } }),
        json!({ "n": 1, "m": 2 }),
        json!({ "n": 1, "other": 2 }),
    ];
    let mut told = 0;
    for text in DOCUMENTS {
        let document = read(text, &limits).expect("small");
        let measure = |variables: &Variables| {
            Measured::of(&document, None, variables, &costs, &limits).expect("within the limits")
        };
        for (before, after) in sets
            .iter()
            .flat_map(|before| sets.iter().map(move |after| (before, after)))
        {
            let [before, after] = [before, after].map(|set| Variables::from_json(set.clone()));
            let again = measure(&before).again(&document, None, &after, &limits);
            let again = again.expect("within the limits");
            told += usize::from(again.is_some());
            let anew = again.is_some().then(|| measure(&after).cost);
            assert_eq!(again, anew, "{text}: {before:?}, then {after:?}");
        }
    }
    assert!(told > sets.len() * DOCUMENTS.len() / 2, "told {told} times");
}

#[test]
fn a_number_that_says_nothing_of_a_list_may_be_another_and_what_says_it_may_not() {
    let (costs, limits) = (SchemaCosts::of(SDL), DocumentLimits::default());
    let again = |text: &str, before, after| {
        let document = read(text, &limits).expect("small");
        let [before, after] = [before, after].map(Variables::from_json);
        let measured = Measured::of(&document, None, &before, &costs, &limits).expect("within the limits");
        measured
            .again(&document, None, &after, &limits)
            .map(|cost| cost.is_some())
    };
    let [free, limit, list, ..] = DOCUMENTS;
    assert_eq!(again(free, json!({ "n": 1 }), json!({ "n": 2 })), Ok(true));
    assert_eq!(again(limit, json!({ "n": 1 }), json!({ "n": 2 })), Ok(false));
    assert_eq!(again(list, json!({ "n": [1, 2] }), json!({ "n": [3, 4] })), Ok(true));
    assert_eq!(again(list, json!({ "n": [1, 2] }), json!({ "n": [1] })), Ok(false));
    let several = "query A($n: Int) { name(of: $n) } query B($n: Int) { self { name(of: $n) } }";
    let document = read(several, &limits).expect("small");
    let variables = Variables::from_json(json!({ "n": 1 }));
    let measured = Measured::of(&document, Some("A"), &variables, &costs, &limits).expect("within the limits");
    assert_eq!(measured.again(&document, Some("B"), &variables, &limits), Ok(None));
    let too_deep = (0..100).fold(json!(1), |value, _| json!([value]));
    let refused = again(free, json!({ "n": 1 }), json!({ "n": too_deep }));
    assert!(
        matches!(refused, Err(DocumentFlaw::VariablesTooDeep { .. })),
        "{refused:?}"
    );
}
