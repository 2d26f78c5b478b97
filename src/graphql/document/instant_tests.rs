//! Promise: an operation is answered as of one instant, however it is written, and what the history does not hold is refused before
//! anything is executed.

use std::sync::LazyLock;

use async_graphql::Variables;
use jiff::Timestamp;
use serde_json::json;

use super::*;

const SDL: &str = "
scalar DateTime
type Query {
  town(asOf: DateTime, name: String!): Town
  award(asOf: DateTime): Award
  sources: [Source!]!
  claims: FundingClaimPage
}
type Town { name: String awards: [Award!]! cases: [DoubleFundingCase!]! }
type Award { id: ID town: Town }
type Source { id: ID exclusions: SourceExclusions }
type SourceExclusions { id: ID }
type FundingClaimPage { items: [FundingClaim!]! continuationToken: String }
type FundingClaim { id: ID }
type DoubleFundingCase { id: ID }
schema { query: Query }";

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of(SDL, |_, _| Ok(())));
static COSTS: LazyLock<SchemaCosts> = LazyLock::new(|| SchemaCosts::of(SDL));

/// Asked once, and once more after others had asked the same with other variables.
fn asked(text: &str, variables: serde_json::Value) -> Result<Option<Timestamp>, DocumentFlaw> {
    let judge = || JUDGE.judge(read(text, &DocumentLimits::default())?);
    let variables = Variables::from_json(variables);
    let found = instant(&JUDGE.plan(&judge()?, None, &variables)?, &COSTS);
    let (now, another, no_text) = (json!({}), json!("1999-12-31T23:59:59Z"), json!(1));
    for before in [
        now,
        json!({ "sent": another, "t": another, "n": another, "name": "a" }),
        json!({ "sent": no_text, "t": no_text, "n": null, "name": null }),
    ] {
        let judged = judge()?;
        for _ in 0..2 {
            let _ = JUDGE.plan(&judged, None, &Variables::from_json(before.clone()));
        }
        assert_eq!(
            instant(&JUDGE.plan(&judged, None, &variables)?, &COSTS),
            found,
            "{text}"
        );
    }
    found
}

#[test]
fn the_instant_is_found_wherever_it_is_written() {
    let noon: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
    for text in [
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } }",
        "query ($t: DateTime = \"2026-11-22T12:00:00Z\") { award(asOf: $t) { id } }",
        "query ($sent: DateTime) { x: award(asOf: $sent) { id } }",
        "{ ...all } fragment all on Query { ... on Query { award(asOf: \"2026-11-22T12:00:00Z\") { id } } }",
        // One instant in two forms, and what takes none beside it.
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } town(asOf: \"2026-11-22T13:00:00+01:00\", name: \"a\") { name } sources { id } }",
        "query ($off: Boolean = false) { award(asOf: \"2026-11-22T12:00:00Z\") { id } town(name: \"a\") @include(if: $off) { name } }",
    ] {
        let found = asked(text, json!({ "sent": "2026-11-22T12:00:00Z" }));
        assert_eq!(found, Ok(Some(noon)), "{text}");
    }
    for text in [
        "{ award { id } sources { exclusions { id } } claims { items { id } } }",
        "{ award(asOf: null) { id } town(name: \"a\") { cases { id } } }",
        "query ($t: DateTime) { award(asOf: $t) { id } }",
        "query ($t: DateTime = \"2026-11-22T12:00:00Z\", $n: DateTime) { town(asOf: $n, name: \"a\") { name } a: town(asOf: $n, name: \"b\") { name } award(asOf: $t) @skip(if: true) { id } }",
    ] {
        assert_eq!(asked(text, json!({})), Ok(None), "{text}");
    }
}

#[test]
fn two_instants_are_refused_and_so_is_one_beside_now() {
    for text in [
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } town(asOf: \"2026-11-22T12:00:01Z\", name: \"a\") { name } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } town(name: \"a\") { name } }",
        "query ($t: DateTime) { a: award(asOf: \"2026-11-22T12:00:00Z\") { id } b: award(asOf: $t) { id } }",
        "query ($name: String = \"a\") { award(asOf: \"2026-11-22T12:00:00Z\") { id } town(name: $name) { name } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } ...more } fragment more on Query { b: award(asOf: null) { id } }",
    ] {
        let flaw = asked(text, json!({})).expect_err(text);
        assert_eq!(flaw.code(), "CONFLICTING_ARGUMENTS", "{text}");
    }
}

#[test]
fn what_the_history_does_not_hold_is_refused_however_deep() {
    for text in [
        "{ town(asOf: \"2026-11-22T12:00:00Z\", name: \"a\") { cases { id } } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { town { awards { town { cases { id } } } } } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { ...a } } fragment a on Award { town { ... on Town { cases { id } } } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } claims { continuationToken } }",
        "{ award(asOf: \"2026-11-22T12:00:00Z\") { id } sources { exclusions { id } } }",
    ] {
        let flaw = asked(text, json!({})).expect_err(text);
        assert_eq!(flaw.code(), "NOT_IN_HISTORY", "{text}");
        assert!(flaw.place().is_some());
    }
}
