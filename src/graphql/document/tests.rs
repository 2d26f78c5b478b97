//! Promise: what is measured without writing it out is what writing it out would give; the look at the bytes never sees less than
//! the parser; every limit says what was found.

use std::sync::LazyLock;

use apollo_compiler::ast::Selection;
use async_graphql::Variables;
use async_graphql::parser::types::OperationType;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const SDL: &str = "
type Query { self: Query many: [Query!]! page(limit: Int! = 100, search: String): Page checks(inputs: [Int!]!): [Query!]! name: String }
type Page { items: [Query!]! continuationToken: String }
type Mutation { one: String two: String }
type Subscription { one: String two: String }
schema { query: Query mutation: Mutation subscription: Subscription }";

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of(SDL, |_, _| Ok(())));

fn costs() -> SchemaCosts {
    SchemaCosts::of(SDL)
}

fn cost_with(text: &str, name: Option<&str>, variables: serde_json::Value) -> Result<QueryCost, DocumentFlaw> {
    let limits = DocumentLimits::default();
    let document = read(text, &limits)?;
    let measured = Measured::of(&document, name, &Variables::from_json(variables), &costs(), &limits);
    measured.map(|measured| measured.cost)
}

fn cost(text: &str) -> Result<QueryCost, DocumentFlaw> {
    cost_with(text, None, json!({}))
}

fn times(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// Of the first thing that refuses a document.
fn code(text: &str) -> &'static str {
    let judged = cost(text).and_then(|_| JUDGE.judge(read(text, &DocumentLimits::default())?));
    judged.map(drop).expect_err(text).code()
}

#[test]
fn brackets_in_texts_and_comments_do_not_count() {
    let counted = scan("{ a(b: \"{[(\\\"{\", c: \"\"\"[[ \\\"\"\" [[\"\"\") #{{{{\n @x { ...f } }").expect("ends");
    assert_eq!(
        counted,
        Scan {
            tokens: 19,
            nesting: 2,
            directives: 1,
            spreads: 1
        }
    );
}

#[test]
fn a_text_that_does_not_end_is_told_with_its_place() {
    for text in [
        "{ a(b: \"x\n\") }",
        "{ a(b: \"x",
        "{ a(b: \"\"\"x\"\" [[[[",
        "{ a(b: \"\\",
    ] {
        let flaw = scan(text).expect_err(text);
        assert_eq!(flaw.place().map(|at| (at.line, at.column)), Some((1, 8)), "{text}");
    }
}

#[test]
fn every_limit_on_a_document_is_held() {
    let long_chain = times(40, |index| {
        format!("fragment f{index} on Query {{ ...f{} }} ", index + 1)
    });
    for (text, expected) in [
        (" ".repeat(70_000), "DOCUMENT_TOO_LARGE"),
        (format!("{{ {} }}", "name ".repeat(6_000)), "DOCUMENT_TOO_LARGE"),
        ("{".repeat(41), "DOCUMENT_TOO_DEEP"),
        (format!("{{ name {} }}", "@x ".repeat(51)), "TOO_MANY_DIRECTIVES"),
        (
            format!(
                "{{ {} }} fragment f on Query {{ name @include(if: true) }}",
                "...f ".repeat(51)
            ),
            "TOO_MANY_DIRECTIVES",
        ),
        ("query a { name } query b { name }".to_owned(), "UNKNOWN_OPERATION"),
        (
            times(21, |index| format!("query q{index} {{ name }} ")),
            "TOO_MANY_DEFINITIONS",
        ),
        (
            format!("query ({}) {{ name }}", "$a: Int ".repeat(101)),
            "TOO_MANY_VARIABLES",
        ),
        (
            format!("{{ page({}) {{ continuationToken }} }}", "a: 1 ".repeat(51)),
            "TOO_MANY_ARGUMENTS",
        ),
        (
            format!(
                "{{ self {{ {} }} }} fragment f on Query {{ {} }}",
                "...f ".repeat(60),
                "name ".repeat(100)
            ),
            "TOO_MANY_FIELDS",
        ),
        (
            format!("{{ self {{ {} }} }}", times(101, |index| format!("a{index}: name "))),
            "TOO_MANY_ALIASES",
        ),
        (format!("{{ {} }}", "name ".repeat(51)), "TOO_MANY_ROOT_FIELDS"),
        (
            format!("{}{{ name }}{}", "{ self ".repeat(15), "}".repeat(15)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            format!("{{ ...f0 }} {long_chain} fragment f40 on Query {{ name }}"),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "{ many { many { many { many { many { many { name } } } } } } }".to_owned(),
            "TOO_COSTLY",
        ),
        ("mutation { one two }".to_owned(), "ONE_MUTATION_PER_REQUEST"),
        (
            "mutation { ...both } fragment both on Mutation { one two }".to_owned(),
            "ONE_MUTATION_PER_REQUEST",
        ),
    ] {
        assert_eq!(code(&text), expected, "{}", text.chars().take(80).collect::<String>());
        assert!(CODES.contains(&expected));
    }
}

#[test]
fn what_is_no_sound_document_is_refused() {
    for text in [
        "subscription { one two }",
        "{ ...f } fragment f on Query { self { ...f } }",
        "{ name } fragment f on Query { ...g } fragment g on Query { ...f }",
        "query ($v: [Nothing!] = [1]) { name }",
        "{ name",
    ] {
        assert_eq!(code(text), "INVALID_DOCUMENT", "{text}");
    }
}

#[test]
fn a_message_says_the_limit_and_what_was_found() {
    let flaw = cost(&format!("{{ {} }}", "name ".repeat(60))).expect_err("too many");
    assert_eq!(
        flaw.to_string(),
        "The document has 60 fields to start with; at most 50."
    );
    let flaw = cost("{ name }}").expect_err("a bracket too many");
    assert_eq!(
        (flaw.to_string().as_str(), flaw.place().map(|at| at.column)),
        ("Syntax error at 1:9: something else is expected here.", Some(9))
    );
}

#[test]
fn the_operation_that_is_meant_is_the_one_that_is_measured() {
    let text = "query small { name } query large { many { many { name } } } mutation change { one }";
    let of = |name| cost_with(text, name, json!({})).map(|cost| (cost.kind, cost.size.cost));
    assert_eq!(of(Some("small")), Ok((OperationType::Query, 1)));
    assert_eq!(of(Some("large")), Ok((OperationType::Query, 1 + 10 * (1 + 10))));
    assert_eq!(of(Some("change")), Ok((OperationType::Mutation, 1)));
    assert_eq!(of(Some("none")).map_err(|flaw| flaw.code()), Err("UNKNOWN_OPERATION"));
    assert_eq!(of(None).map_err(|flaw| flaw.code()), Err("UNKNOWN_OPERATION"));
}

#[test]
fn lists_count_for_what_they_will_hold() {
    let cost = |text: &str, variables| cost_with(text, None, variables).map(|cost| cost.size.cost);
    assert_eq!(cost("{ page { items { name } } }", json!({})), Ok(1 + 100 * 2));
    assert_eq!(cost("{ page(limit: 7) { items { name } } }", json!({})), Ok(1 + 7 * 2));
    assert_eq!(
        cost(
            "query ($n: Int!) { page(limit: $n) { items { name } } }",
            json!({ "n": 20 })
        ),
        Ok(1 + 20 * 2)
    );
    assert_eq!(
        cost(
            "query ($n: Int! = 30) { page(limit: $n) { items { name } } }",
            json!({})
        ),
        Ok(1 + 30 * 2)
    );
    assert_eq!(
        cost("{ page(limit: 99999999) { items { name } } }", json!({})),
        Ok(1 + 1000 * 2)
    );
    assert_eq!(cost("{ page(limit: -5) { items { name } } }", json!({})), Ok(1 + 2));
    let inputs: Vec<u8> = vec![1; 40];
    assert_eq!(
        cost(
            "query ($i: [Int!]!) { checks(inputs: $i) { name } }",
            json!({ "i": inputs })
        ),
        Ok(40 * 2)
    );
}

#[test]
fn what_is_heavy_is_weighed_for_every_item_of_the_list_it_is_given() {
    let costs = costs()
        .weighing("Query", "checks", 7, 50)
        .weighing("Query", "self", 1, 20);
    let cost = |text: &str, variables| {
        let document = read(text, &DocumentLimits::default()).expect("small");
        Measured::of(
            &document,
            None,
            &Variables::from_json(variables),
            &costs,
            &DocumentLimits::default(),
        )
        .map(|measured| measured.cost.size.cost)
    };
    assert_eq!(cost("{ self { name } }", json!({})), Ok(20 + 1));
    assert_eq!(
        cost("{ checks(inputs: [1, 2, 3, 4, 5, 6, 7, 8]) { name } }", json!({})),
        Ok(8 * (50 + 1))
    );
    let of_a_variable = "query ($i: [Int!]!) { checks(inputs: $i) { ... on Query { self { name } } } }";
    assert_eq!(cost(of_a_variable, json!({ "i": vec![1; 40] })), Ok(40 * (50 + 20 + 1)));
}

#[test]
fn a_variable_counts_as_often_as_it_is_used() {
    let text = format!(
        "query ($s: String) {{ {} }} fragment f on Query {{ self {{ page(search: $s) {{ continuationToken }} }} }}",
        "...f ".repeat(40)
    );
    let of = |length: usize| cost_with(&text, None, json!({ "s": "x".repeat(length) })).map(|cost| cost.size.values);
    assert_eq!(of(64 * 9), Ok(40 * 11));
    assert_eq!(of(64 * 9_999).map_err(|flaw| flaw.code()), Err("ARGUMENTS_TOO_LARGE"));
}

#[test]
fn variables_are_bounded_before_and_after_they_are_read() {
    let limits = DocumentLimits::default();
    let nested = |depth: usize| {
        format!(
            "{{\"query\":\"\",\"variables\":{{\"v\":{}{}}}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert_eq!(scan_json(nested(16).as_bytes(), &limits), Ok(()));
    assert_eq!(
        scan_json(nested(17).as_bytes(), &limits).map_err(|flaw| flaw.code()),
        Err("VARIABLES_TOO_DEEP")
    );
    assert_eq!(
        scan_json(format!("[{}]", "1,".repeat(60_000)).as_bytes(), &limits).map_err(|flaw| flaw.code()),
        Err("VARIABLES_TOO_LARGE")
    );
    // Brackets and commas in texts are text.
    assert_eq!(
        scan_json(
            format!("{{\"query\":\"{}\\\"{}\"}}", "[,".repeat(60_000), "{".repeat(99)).as_bytes(),
            &limits
        ),
        Ok(())
    );
    let deep = (0..20).fold(json!(1), |within, _| json!([within]));
    let sent = cost_with("{ name }", None, json!({ "v": deep }));
    assert_eq!(sent.map_err(|flaw| flaw.code()), Err("VARIABLES_TOO_DEEP"));
}

/// What graphql-js sends with everything that it can ask for switched on.
#[test]
fn the_standard_introspection_passes() {
    let types = (0..9).fold("kind name".to_owned(), |within, _| {
        format!("kind name ofType {{ {within} }}")
    });
    let value = format!("name description type {{ {types} }} defaultValue isDeprecated deprecationReason");
    let text = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
           types {{ ...FullType }} directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ {value} }} fragment TypeRef on __Type {{ {types} }}"
    );
    let costs = SchemaCosts::of(include_str!("../../../schema/programgrant.graphql"));
    let limits = DocumentLimits::default();
    let document = read(&text, &limits).expect("within the limits");
    let measured = Measured::of(&document, None, &Variables::default(), &costs, &limits);
    let size = measured.expect("passes").cost.size;
    assert_eq!((size.depth, size.introspection_depth, size.cost), (1, 14, 1));
    assert!(size.introspection_cost < limits.cost, "{}", size.introspection_cost);
}

#[test]
fn what_fans_out_is_measured_without_being_written_out() {
    let links = times(60, |index| {
        format!(
            "fragment f{index} on Query {{ {} }} ",
            format!("...f{} ", index + 1).repeat(10)
        )
    });
    let flaw = cost(&format!("{{ ...f0 }} {links} fragment f60 on Query {{ name }}")).expect_err("10^60 fields");
    assert_eq!(
        flaw,
        DocumentFlaw::TooMany {
            code: "TOO_MANY_FIELDS",
            what: "fields and fragments, written out",
            found: u64::MAX,
            most: 2_000
        }
    );
}

#[test]
fn a_manifest_is_whole_or_refused() {
    let hash = "ba3fba6d3c6f4b8b1bd3d7bd7d0d7c6d0c3a0b8c8c6f4f5a5d8f9c0a1b2c3d4e";
    let wrong = Trusted::parse(&json!({ hash: "{ name }" }).to_string()).map(|_| ());
    assert_eq!(wrong, Err(ManifestError::WrongHash(hash.to_owned())));
    assert!(matches!(Trusted::parse("[]"), Err(ManifestError::NotAManifest(_))));
    let name = |prefix: &str, algorithm| {
        let digest = aws_lc_rs::digest::digest(algorithm, b"{ name }");
        format!(
            "{prefix}{}",
            times(digest.as_ref().len(), |place| format!("{:02x}", digest.as_ref()[place]))
        )
    };
    for key in [
        name("sha256:", &aws_lc_rs::digest::SHA256),
        name("", &aws_lc_rs::digest::SHA256),
        name("", &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY),
    ] {
        let trusted = Trusted::parse(&json!({ key.clone(): "{ name }" }).to_string()).expect("sound");
        assert_eq!(trusted.text(&key).map(AsRef::as_ref), Some("{ name }"));
        assert!(trusted.holds("{ name }") && !trusted.holds("{ name  }") && trusted.text("sha256:").is_none());
    }
}

/// Writes a selection set out as the specification would, counting.
fn written_out(document: &Document, set: &[Selection]) -> (u64, usize) {
    let fragments = document.fragments_by_name();
    set.iter().fold((0, 0), |(count, depth), item| {
        let (within, below) = match item {
            Selection::Field(field) => (Some(&field.selection_set), 1),
            Selection::InlineFragment(fragment) => (Some(&fragment.selection_set), 0),
            Selection::FragmentSpread(spread) => (
                fragments
                    .get(&spread.fragment_name)
                    .map(|fragment| &fragment.selection_set),
                0,
            ),
        };
        let (more, deeper) = within.map_or((0, 0), |set| written_out(document, set));
        (count + 1 + more, depth.max(below + deeper))
    })
}

/// A selection set of a small document whose fragments spread later ones alone.
fn selections(level: u32, fragments: usize) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("name".to_owned()),
        Just("a: name".to_owned()),
        (0..=fragments).prop_map(move |index| format!("...f{}", 9 - index))
    ];
    leaf.prop_recursive(level, 24, 4, |inner| {
        let several = prop::collection::vec(inner, 1..4).prop_map(|items| items.join(" "));
        (several, 0..3).prop_map(|(items, kind)| match kind {
            0 => format!("self {{ {items} }}"),
            1 => format!("many @include(if: true) {{ {items} }}"),
            _ => format!("... on Query {{ {items} }}"),
        })
    })
}

fn documents() -> impl Strategy<Value = String> {
    let bodies: Vec<_> = (0..10)
        .map(|index| selections(2, 8_usize.saturating_sub(index)))
        .collect();
    (selections(3, 9), bodies).prop_map(|(operation, bodies)| {
        let fragment = |(index, body): (usize, String)| {
            format!(
                "fragment f{index} on Query {{ {} }} ",
                if index == 9 { "name" } else { &body }
            )
        };
        format!(
            "{{ {operation} }} {}",
            bodies.into_iter().enumerate().map(fragment).collect::<String>()
        )
    })
}

/// Generous, so that the measure is seen and not the limit.
fn generous() -> DocumentLimits {
    let most = 1 << 30;
    let counts = DocumentLimits {
        bytes: most,
        tokens: most,
        nesting: 60,
        directives: most,
        operations: most,
        fragments: most,
        ..DocumentLimits::default()
    };
    let sizes = DocumentLimits {
        variables: most,
        arguments: most,
        selections: most,
        sets: most,
        depth: most,
        introspection_depth: most,
        ..counts
    };
    DocumentLimits {
        aliases: most,
        root_fields: most,
        cost: u64::MAX,
        argument_values: u64::MAX,
        ..sizes
    }
}

/// How deep brackets lie in what the parser read.
fn brackets(set: &[Selection]) -> usize {
    let within = set.iter().map(|item| match item {
        Selection::Field(field) => brackets(&field.selection_set),
        Selection::InlineFragment(fragment) => brackets(&fragment.selection_set),
        Selection::FragmentSpread(_) => 0,
    });
    usize::from(!set.is_empty()) + within.max().unwrap_or(0)
}

proptest! {
    #[test]
    fn the_measure_is_what_writing_out_gives(text in documents()) {
        let document = Document::parse(&text).expect("a document");
        let measured = Measured::of(&document, None, &Variables::default(), &costs(), &generous());
        let operation = document.operations().next().expect("one");
        let expected = written_out(&document, &operation.selection_set);
        let size = measured.map(|Measured { cost, .. }| (cost.size.selections, cost.size.depth));
        prop_assert_eq!(size, Ok(expected));
    }

    #[test]
    fn the_look_at_the_bytes_never_fails_and_never_sees_less(text in "[\\{\\}\\[\\]\\(\\)\"\\\\#@.a0 \nå\u{feff}:$!-]{0,60}|(true|null|0|\"\"\"|\"|\\{|\\[|\\}|\\]|a|:|\n| ){0,40}") {
        let looked = scan(&text);
        if let Ok(document) = Document::parse(&text) {
            let deepest = document.operations().map(|operation| brackets(&operation.selection_set)).max().unwrap_or(0);
            prop_assert!(looked.is_ok_and(|looked| looked.nesting >= deepest), "{}", text);
        }
    }

    #[test]
    fn literals_are_never_deeper_or_more_than_the_look_said(literal in literals()) {
        let text = format!("{{ name(a: {literal}) }}");
        let Ok(document) = Document::parse(&text) else { return Ok(()) };
        let looked = scan(&text).expect("ends");
        let operation = document.operations().next().expect("one");
        let Selection::Field(field) = &operation.selection_set[0] else { panic!("a field") };
        let size = ValueSize::of_literal(&field.arguments[0].value);
        prop_assert!(looked.nesting >= size.depth + 2 && looked.tokens as u64 >= size.values, "{text}: {looked:?} {size:?}");
    }
}

fn literals() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "(true|false|null){1,4}",
        "0{1,5}",
        "-?[1-9][0-9]{0,3}",
        "\"[^\"\\\\\r\n]{0,6}\"",
        Just("\"\"\" \\\"\"\" [{ \"\"\"".to_owned()),
        Just("\"\"".to_owned()),
        "#[^\r\n]{0,5}\n1",
    ];
    // Several in a row would be one argument and rubbish outside of a list.
    let list = leaf.clone().prop_map(|items| format!("[{items}]"));
    list.prop_recursive(6, 30, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            inner.prop_map(|item| format!("{{a:{item}}}")),
        ]
    })
}
