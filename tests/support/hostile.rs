//! Hostile requests by class, made here when they are needed. Each says what becomes of it: the codes with which it may be
//! refused, or that it is answered and does no harm.

mod hostile_values;

use serde_json::{Value, json};

use self::hostile_values::{bodies, lists, literals, texts, variables};

/// One hostile request.
pub struct Hostile {
    pub class: &'static str,
    pub body: String,
    /// The codes of which one must be told; none where the request is answered.
    pub codes: &'static [&'static str],
}

const INVALID: &[&str] = &["INVALID_DOCUMENT"];
const LARGE: &[&str] = &["DOCUMENT_TOO_LARGE"];
const DEEP: &[&str] = &["DOCUMENT_TOO_DEEP"];
const FIELDS: &[&str] = &["TOO_MANY_FIELDS"];
const ALIASES: &[&str] = &["TOO_MANY_ALIASES"];
const DIRECTIVES: &[&str] = &["TOO_MANY_DIRECTIVES"];
const ARGUMENTS: &[&str] = &["ARGUMENTS_TOO_LARGE"];
const COSTLY: &[&str] = &["TOO_COSTLY"];
const ANSWERED: &[&str] = &[];

/// Every class.
pub fn all() -> Vec<Hostile> {
    [
        fragments(),
        depth(),
        floods(),
        floods_of_directives(),
        comparing(),
        definitions(),
        texts(),
        literals(),
        variables(),
        lists(),
        bodies(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn document(class: &'static str, codes: &'static [&'static str], query: &str) -> Hostile {
    Hostile {
        class,
        body: json!({ "query": query }).to_string(),
        codes,
    }
}

fn named(class: &'static str, codes: &'static [&'static str], operation: &str, query: &str) -> Hostile {
    Hostile {
        class,
        body: json!({ "query": query, "operationName": operation }).to_string(),
        codes,
    }
}

fn with(class: &'static str, codes: &'static [&'static str], query: &str, variables: &Value) -> Hostile {
    Hostile {
        class,
        body: json!({ "query": query, "variables": variables }).to_string(),
        codes,
    }
}

fn times(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn nested(open: &str, within: &str, close: &str, depth: usize) -> String {
    format!("{}{within}{}", open.repeat(depth), close.repeat(depth))
}

/// A chain of fragments, each of which spreads the next so often; the last spreads or selects this.
fn fan_out(depth: usize, width: usize, last: &str) -> String {
    let links = times(depth, |index| {
        format!(
            "fragment f{index} on Query {{ {} }} ",
            format!("...f{} ", index + 1).repeat(width)
        )
    });
    format!("{{ ...f0 }} {links} fragment f{depth} on Query {{ {last} }}")
}

fn fragments() -> Vec<Hostile> {
    let circle = |length: usize| {
        let links = times(length, |index| {
            format!("fragment c{index} on Query {{ ...c{} }} ", (index + 1) % length)
        });
        format!("{{ ...c0 }} {links}")
    };
    let wide = format!(
        "{{ {} }} fragment w on Query {{ {} }}",
        "...w ".repeat(100),
        "__typename ".repeat(500)
    );
    vec![
        document("fragments: fan-out by two", FIELDS, &fan_out(25, 2, "__typename")),
        document("fragments: fan-out by ten", FIELDS, &fan_out(12, 10, "__typename")),
        document(
            "fragments: fan-out that ends in nothing defined",
            FIELDS,
            &fan_out(25, 2, "...nowhere"),
        ),
        named(
            "fragments: fan-out beside an operation that uses none",
            FIELDS,
            "a",
            &format!("query a {{ __typename }} query b {}", fan_out(25, 2, "__typename")),
        ),
        document("fragments: one wide one, spread often", FIELDS, &wide),
        document("fragments: a chain", DEEP, &fan_out(90, 1, "__typename")),
        document("fragments: a circle of one", INVALID, &circle(1)),
        document("fragments: a circle of two", INVALID, &circle(2)),
        document("fragments: a long circle", INVALID, &circle(90)),
        document(
            "fragments: circles that branch",
            INVALID,
            &format!(
                "{{ ...a }} fragment a on Query {{ {} }} fragment b on Query {{ {} }}",
                "...a ...b ".repeat(20),
                "...b ...a ".repeat(20)
            ),
        ),
        document(
            "fragments: none defined",
            INVALID,
            &format!("{{ {} }}", times(400, |index| format!("...u{index} "))),
        ),
    ]
}

fn depth() -> Vec<Hostile> {
    let back_and_forth = |depth| {
        format!(
            "{{ municipality(number: \"0301\") {} }}",
            nested("{ programmeGrant(year: 2021) { municipality ", "{ id }", "} }", depth)
        )
    };
    vec![
        document("depth: selection sets", DEEP, &nested("{a", "", "}", 5_000)),
        document("depth: brackets that never close", DEEP, &"{".repeat(30_000)),
        document(
            "depth: lists",
            DEEP,
            &format!("{{ a(b: {}) }}", nested("[", "", "]", 15_000)),
        ),
        document(
            "depth: objects",
            DEEP,
            &format!("{{ a(b: {}) }}", nested("{a:", "1", "}", 7_000)),
        ),
        document(
            "depth: lists just below the limit",
            INVALID,
            &format!("{{ municipality(number: {}) {{ id }} }}", nested("[", "1", "]", 36)),
        ),
        document(
            "depth: types",
            DEEP,
            &format!("query ($a: {}) {{ __typename }}", nested("[", "Int", "]", 15_000)),
        ),
        document(
            "depth: inline fragments",
            DEEP,
            &format!("{{ {} }}", nested("... {", "a", "}", 5_000)),
        ),
        document(
            "depth: inline fragments below the brackets' limit",
            DEEP,
            &format!("{{ {} }}", nested("... {", "__typename", "}", 35)),
        ),
        document("depth: back and forth between two types", DEEP, &back_and_forth(8)),
    ]
}

fn floods() -> Vec<Hostile> {
    let sources = |fields: &str| format!("{{ sources {{ {fields} }} }}");
    vec![
        document(
            "floods: aliases",
            ALIASES,
            &format!("{{ {} }}", times(1_000, |index| format!("a{index}: __typename "))),
        ),
        document(
            "floods: aliases, more than are read",
            LARGE,
            &format!("{{ {} }}", times(4_000, |index| format!("a{index}: __typename "))),
        ),
        document(
            "floods: aliases of something heavy",
            ALIASES,
            &format!("{{ {} }}", times(200, |index| format!("a{index}: programme {{ id }} "))),
        ),
        document(
            "floods: aliases in fragments",
            ALIASES,
            &format!(
                "{{ {} }} fragment f on Query {{ {} }}",
                "...f ".repeat(20),
                times(50, |index| format!("a{index}: __typename "))
            ),
        ),
        document(
            "floods: root fields",
            &["TOO_MANY_ROOT_FIELDS"],
            &format!("{{ {} }}", "__typename ".repeat(1_000)),
        ),
        document("floods: the same field", FIELDS, &sources(&"id ".repeat(3_000))),
        document(
            "floods: the same field, as often as may be",
            ANSWERED,
            &sources(&"id ".repeat(900)),
        ),
        document(
            "floods: unknown fields, as many as may be",
            INVALID,
            &sources(&times(900, |index| format!("x{index} "))),
        ),
    ]
}

fn floods_of_directives() -> Vec<Hostile> {
    vec![
        document(
            "floods: directives",
            DIRECTIVES,
            &format!("{{ __typename {} }}", "@include(if: true) ".repeat(300)),
        ),
        document(
            "floods: unknown directives",
            DIRECTIVES,
            &format!("{{ __typename {} }}", times(1_000, |index| format!("@d{index} "))),
        ),
        document(
            "floods: repeated directives below the limit",
            INVALID,
            &format!(
                "{{ sources {} {{ id }} }}",
                "@skip(if: false) @include(if: true) ".repeat(20)
            ),
        ),
        document(
            "floods: directives in fragments",
            DIRECTIVES,
            &format!(
                "{{ {} }} fragment f on Query {{ {} }}",
                "...f ".repeat(40),
                "__typename @include(if: true) ".repeat(40)
            ),
        ),
        document(
            "floods: directives of variables",
            DIRECTIVES,
            &format!(
                "query ({}) {{ __typename }}",
                times(90, |index| format!("$v{index}: Int @deprecated "))
            ),
        ),
        document(
            "floods: arguments",
            &["TOO_MANY_ARGUMENTS"],
            &format!(
                "{{ programme({}) {{ id }} }}",
                times(1_000, |index| format!("a{index}: 1 "))
            ),
        ),
    ]
}

/// What makes the comparison of fields with each other grow.
fn comparing() -> Vec<Hostile> {
    let arguments = |value: usize| times(18, |index| format!("a{index}: {value} "));
    let conflicts = times(20, |index| format!("programme({}) {{ id }} ", arguments(index)));
    let heap = |count: usize| {
        format!(
            "{{ sources {} }}",
            nested("{ ... on Source ", &format!("{{ {} }}", "id ".repeat(count)), "}", 26)
        )
    };
    let spreads = times(40, |index| format!("a{index}: programme {{ ...p }} "));
    vec![
        document("comparing: within many inline fragments", FIELDS, &heap(1_500)),
        document(
            "comparing: within many inline fragments, as many as may be",
            ANSWERED,
            &heap(150),
        ),
        document(
            "comparing: arguments that differ",
            INVALID,
            &format!("{{ {conflicts} }}"),
        ),
        document(
            "comparing: different fields under one name",
            ALIASES,
            &format!("{{ sources {{ {} }} }}", times(500, |index| format!("x: f{index} "))),
        ),
        document(
            "comparing: one fragment in many places",
            FIELDS,
            &format!("{{ {spreads} }} fragment p on Programme {{ {} }}", "id ".repeat(500)),
        ),
    ]
}

fn definitions() -> Vec<Hostile> {
    const DEFINITIONS: &[&str] = &["TOO_MANY_DEFINITIONS"];
    let unused = |count: usize| times(count, |index| format!("query q{index}($v: Int) {{ __typename }} "));
    let shared = format!(
        "{} fragment f on Query {{ {} }}",
        times(20, |index| format!("query q{index} {{ ...f }} ")),
        times(200, |index| format!("programme(id: $v{index}) {{ id }} "))
    );
    vec![
        document("definitions: operations", DEFINITIONS, &unused(300)),
        document("definitions: operations, more than are read", LARGE, &unused(1_500)),
        document("definitions: no operation named", &["UNKNOWN_OPERATION"], &unused(20)),
        document(
            "definitions: fragments",
            DEFINITIONS,
            &format!(
                "{{ __typename }} {}",
                times(500, |index| format!("fragment f{index} on Query {{ a }} "))
            ),
        ),
        document(
            "definitions: variables",
            &["TOO_MANY_VARIABLES"],
            &format!(
                "query ({}) {{ __typename }}",
                times(900, |index| format!("$v{index}: Int "))
            ),
        ),
        named(
            "definitions: undefined variables, shared by all operations",
            FIELDS,
            "q0",
            &shared,
        ),
        document(
            "definitions: the same twice",
            INVALID,
            "query a { __typename } query a { __typename }",
        ),
        document(
            "definitions: a default of an unknown type's list",
            INVALID,
            "query ($v: [Nothing] = [1]) { __typename }",
        ),
        document(
            "definitions: several commands",
            &["ONE_MUTATION_PER_REQUEST"],
            &format!(
                "mutation {{ {} }}",
                times(10, |index| format!(
                    "m{index}: releaseFunding(claim: \"1\", fence: 1, reason: \"x\") {{ claim {{ id }} }} "
                ))
            ),
        ),
    ]
}
