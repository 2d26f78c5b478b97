//! Hostile texts, variables, lists and bodies.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{ANSWERED, ARGUMENTS, COSTLY, DEEP, Hostile, INVALID, LARGE, document, nested, times, with};

pub fn texts() -> Vec<Hostile> {
    let within = |text: &str| format!("{{ municipality(number: \"{text}\") {{ id }} }}");
    let mut mixed = String::new();
    for sign in [
        '\u{feff}',
        '\u{202e}',
        '\u{2028}',
        '\u{200b}',
        '\u{ff5b}',
        '\u{1f600}',
        '\u{0301}',
    ] {
        write!(mixed, "{sign}{{{sign}").expect("a text takes all");
    }
    vec![
        document("texts: a long one", ANSWERED, &within(&"x".repeat(30_000))),
        document("texts: longer than is read", LARGE, &within(&"x".repeat(900_000))),
        document("texts: escapes", ANSWERED, &within(&"\\u00e5".repeat(5_000))),
        document(
            "texts: a long block",
            ANSWERED,
            &format!(
                "{{ municipality(number: \"\"\"{}\"\"\") {{ id }} }}",
                "x\n ".repeat(10_000)
            ),
        ),
        document(
            "texts: blocks that do not end",
            INVALID,
            &format!("{{ a(b: [{}]) }}", "\"\"\"x\" [[[".repeat(3_000)),
        ),
        document(
            "texts: a quotation mark too few",
            INVALID,
            &format!("{{ a(b: \"{}", "\\\"".repeat(15_000)),
        ),
        document(
            "texts: a long comment",
            ANSWERED,
            &format!("#{}\n{{ __typename }}", "x".repeat(30_000)),
        ),
        document(
            "texts: a comment between all words",
            ANSWERED,
            &format!("{{ {} }}", "__typename #{{{{\n".repeat(45)),
        ),
        document(
            "texts: commas",
            ANSWERED,
            &format!("{{ {} __typename }}", ",".repeat(30_000)),
        ),
        document(
            "texts: byte order marks",
            ANSWERED,
            &format!("{{ {} __typename }}", "\u{feff}".repeat(10_000)),
        ),
        document("texts: signs that look like others", DEEP, &mixed.repeat(200)),
        document(
            "texts: brackets in texts and comments",
            ANSWERED,
            &format!(
                "{{ municipality(number: \"{}\") {{ id }} #{}\n}}",
                "{[(".repeat(1_000),
                "{[(".repeat(1_000)
            ),
        ),
    ]
}

pub fn literals() -> Vec<Hostile> {
    vec![
        document(
            "texts: a long number",
            INVALID,
            &format!("{{ a(b: {}) }}", "1".repeat(30_000)),
        ),
        document("texts: a number beyond all bounds", INVALID, "{ a(b: 1e99999999) }"),
        document(
            "texts: noughts, each a number",
            LARGE,
            &format!("{{ a(b: [{}]) }}", "0".repeat(30_000)),
        ),
        document(
            "texts: literals without space",
            LARGE,
            &format!("{{ a(b: [{}]) }}", "true".repeat(7_000)),
        ),
        document("texts: a long name", INVALID, &format!("{{ {} }}", "a".repeat(30_000))),
    ]
}

pub fn variables() -> Vec<Hostile> {
    const TOO_LARGE: &[&str] = &["VARIABLES_TOO_LARGE"];
    const TOO_DEEP: &[&str] = &["VARIABLES_TOO_DEEP"];
    let uses = format!(
        "query ($v: String) {{ {} }}",
        times(40, |index| format!("a{index}: municipality(number: $v) {{ id }} "))
    );
    let often = format!("query ($v: ID) {{ sources {{ {} }} }}", "x(id: $v) ".repeat(400));
    let deep: Value = serde_json::from_str(&nested("[", "", "]", 100)).expect("JSON");
    vec![
        with(
            "variables: a long text in many places",
            ARGUMENTS,
            &uses,
            &json!({ "v": "x".repeat(800_000) }),
        ),
        with(
            "variables: a long list in many places",
            ARGUMENTS,
            &often,
            &json!({ "v": vec![1; 40_000] }),
        ),
        with(
            "variables: nested",
            TOO_DEEP,
            "query ($v: String) { municipality(number: $v) { id } }",
            &json!({ "v": deep }),
        ),
        with(
            "variables: values",
            TOO_LARGE,
            "query ($v: String) { municipality(number: $v) { id } }",
            &json!({ "v": vec![1; 200_000] }),
        ),
        with(
            "variables: unused ones",
            ANSWERED,
            "{ __typename }",
            &json!({ "v": vec!["x"; 30_000] }),
        ),
        document(
            "variables: a long default in many places",
            ARGUMENTS,
            &often.replace("$v: ID", &format!("$v: ID = \"{}\"", "x".repeat(28_000))),
        ),
    ]
}

/// Small documents with large answers.
pub fn lists() -> Vec<Hostile> {
    let represented =
        json!({ "r": vec![json!({ "__typename": "Municipality", "organisationNumber": "958935420" }); 500] });
    let entities = |aliases| {
        let of_one = |index| {
            format!("a{index}: _entities(representations: $r) {{ ... on Municipality {{ awards {{ id }} }} }} ")
        };
        format!("query ($r: [_Any!]!) {{ {} }}", times(aliases, of_one))
    };
    let input = json!({ "scheme": "621.63", "recipient": { "municipalityNumber": "3801" }, "year": 2021, "amount": 100, "caseReference": "1" });
    let checks = |aliases| {
        let of_one = |index| format!("a{index}: fundingChecks(inputs: $i) {{ outcome reasons {{ code }} }} ");
        format!("query ($i: [FundingInput!]!) {{ {} }}", times(aliases, of_one))
    };
    let years = |count| {
        times(count, |index| {
            format!(
                "a{index}: programme {{ year(year: 2021) {{ grants {{ comparison {{ worseOff }} pot {{ known }} shares {{ amount {{ amount }} }} }} }} }} "
            )
        })
    };
    let schema = |depth| {
        format!(
            "{{ __schema {{ types {{ {} }} }} }}",
            nested("fields { type { ", "name", "} }", depth)
        )
    };
    let awards =
        "municipalities(limit: 1000) { items { awards { recipient { awards { recipient { awards { id } } } } } } }";
    let alias = |count| {
        times(count, |index| {
            format!("a{index}: __schema {{ types {{ fields {{ args {{ type {{ name }} }} }} }} }} ")
        })
    };
    vec![
        document("lists: the schema's types of types", COSTLY, &schema(6)),
        document("lists: the schema's types of types, deeper", DEEP, &schema(12)),
        document("lists: the schema, often", COSTLY, &format!("{{ {} }}", alias(90))),
        with("lists: entities, often", COSTLY, &entities(15), &represented),
        with(
            "lists: checks, often",
            COSTLY,
            &checks(3),
            &json!({ "i": vec![input.clone(); 300] }),
        ),
        with(
            "lists: checks, twice as many as may be",
            COSTLY,
            &checks(2),
            &json!({ "i": vec![input; 500] }),
        ),
        document(
            "lists: a programme's year, often",
            COSTLY,
            &format!("{{ {} }}", years(50)),
        ),
        document("lists: awards of awards", COSTLY, &format!("{{ {awards} }}")),
        document(
            "lists: everybody, often",
            COSTLY,
            &format!(
                "{{ {} }}",
                times(50, |index| format!(
                    "a{index}: municipalities(limit: 1000) {{ items {{ id name number }} }} "
                ))
            ),
        ),
    ]
}

/// What is no GraphQL at all.
pub fn bodies() -> Vec<Hostile> {
    const DEEP_JSON: &[&str] = &["VARIABLES_TOO_DEEP"];
    const MANY: &[&str] = &["VARIABLES_TOO_LARGE"];
    let raw = |class, codes, body: String| Hostile { class, body, codes };
    vec![
        raw(
            "bodies: nested lists",
            DEEP_JSON,
            format!(
                "{{\"query\":\"{{a}}\",\"extensions\":{}}}",
                nested("[", "", "]", 400_000)
            ),
        ),
        raw(
            "bodies: brackets that never close",
            DEEP_JSON,
            "{\"a\":".repeat(150_000),
        ),
        raw(
            "bodies: members",
            MANY,
            format!(
                "{{{}\"query\":\"{{__typename}}\"}}",
                times(60_000, |index| format!("\"k{index}\":0,"))
            ),
        ),
        raw(
            "bodies: a batch",
            &["BAD_REQUEST", "BATCHES_REFUSED", "VARIABLES_TOO_LARGE"],
            format!("[{}]", vec!["{\"query\":\"{__typename}\"}"; 20_000].join(",")),
        ),
        raw(
            "bodies: larger than is read",
            &["REQUEST_TOO_LARGE"],
            format!("{{\"query\":\"{}\"}}", " ".repeat(2 << 20)),
        ),
        raw(
            "bodies: a text that does not end",
            &["BAD_REQUEST"],
            format!("{{\"query\":\"{}", "\\\\".repeat(400_000)),
        ),
        raw("bodies: no text at all", &["BAD_REQUEST"], "\u{0}".repeat(500_000)),
    ]
}
