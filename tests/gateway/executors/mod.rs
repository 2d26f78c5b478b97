//! Promise: what lives in memory is answered in one pass, and byte for byte as the execution library answers it, field by field,
//! whoever asks, however often others are let on in between. What the pass leaves to the library waits for something or fails there.

mod documents;

use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::Arc;

use async_graphql::{Request, Variables};
use documents::{Fields, make};
use programgrant::app::Gateway;
use programgrant::demo::Demo;
use programgrant::graphql::document::{Document, Judge};
use programgrant::graphql::executor::{self, Object, ObjectType, Prepared};
use programgrant::graphql::{self, MostFields, Query, Schema, Snapshot, WEIGHTS};
use programgrant_core::access::{Role, fields};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::access::of_role;

/// As many as one answer may have by default, and so few that many answers have more.
const MOST: [u64; 2] = [100_000, 40];
/// After so many fields others are let on: as in service, and so often that every place is stopped at.
const STRETCHES: [u64; 3] = [1_000, 3, 1];

struct Both {
    _demo: Demo,
    gateway: Arc<Gateway>,
    schema: Schema,
    judge: Judge,
}

impl Both {
    async fn start() -> Self {
        let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("the demonstration starts");
        let config = demo.config().expect("sound");
        let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
        for (source, outcome) in gateway.poll_all().await {
            outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
        }
        let schema = graphql::schema();
        let judge = Judge::of(&schema.sdl(), graphql::check_scalar);
        Self {
            _demo: demo,
            gateway,
            schema,
            judge,
        }
    }

    /// Planned with these variables, after it was planned without any and its plan was kept: what it selects was found then.
    fn prepare(&self, text: &str, variables: &Variables) -> Option<Prepared> {
        let judged = self.judge.judge(Document::parse(text).expect("reads")).ok()?;
        for _ in 0..2 {
            let _ = self.judge.plan(&judged, None, &Variables::default());
        }
        let planned = self.judge.plan(&judged, None, variables).ok()?;
        let selection = executor::select(planned.template()).map(Arc::new);
        Some(Prepared::new(planned, selection))
    }

    /// Asks both ways; whether the pass answered.
    async fn ask(&self, prepared: &Prepared, role: Role, most: u64) -> bool {
        let snapshot = Snapshot::take(&self.gateway, of_role(role));
        let mut request = Request::new("").data(MostFields(most));
        request.set_parsed_query(prepared.planned.clone().into_document());
        let by_library = graphql::resolve(&self.schema, request, snapshot.clone()).await;
        let expected = serde_json::to_string(&by_library.data).expect("JSON");
        let mut has_answered = false;
        for stretch in STRETCHES {
            let written = executor::write_in_stretches(prepared, MostFields(most), &snapshot, stretch).await;
            if let Some(text) = &written {
                assert_eq!(by_library.errors, [], "answered all the same, in role {role:?}");
                assert_eq!(
                    String::from_utf8_lossy(text),
                    expected,
                    "in role {role:?}, after each {stretch}"
                );
            } else if by_library.errors.is_empty() && role == Role::ProgrammeOffice {
                assert!(!prepared.is_in_memory(), "left to the library without need");
            }
            has_answered = written.is_some();
        }
        has_answered
    }
}

#[test]
fn both_ways_answer_byte_for_byte_alike() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let both = runtime.block_on(Both::start());
    let known = Fields::of_the_schema();
    let view = both.gateway.dependencies.views.current();
    let award = view.awards().last().expect("an award").id().to_owned();
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::with_cases(250)
    };
    let (valid, answered) = (Cell::new(0), Cell::new(0));
    let choices = (vec(any::<u16>(), 300), 0..4_usize);
    let seeded = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, seeded).run(&choices, |(choices, most)| {
        let (text, variables) = make(&known, &award, choices);
        let Some(prepared) = both.prepare(&text, &variables) else {
            return Ok(());
        };
        valid.set(valid.get() + 1);
        for role in Role::ALL {
            let has_passed = runtime.block_on(both.ask(&prepared, role, MOST[usize::from(most == 0)]));
            answered.set(answered.get() + u32::from(has_passed));
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failed| panic!("{failed}"));
    let (valid, answered) = (valid.get(), answered.get());
    assert!(
        valid > 100 && answered > valid,
        "{valid} documents, answered in one pass {answered} times"
    );
}

/// Every table that can be reached from the root.
fn tables() -> Vec<&'static ObjectType> {
    let mut found = vec![Query::table()];
    let mut next = 0;
    while let Some(table) = found.get(next).copied() {
        for below in table.fields.iter().filter_map(|field| (field.of)()) {
            if found.iter().all(|known| known.name != below.name) {
                found.push(below);
            }
        }
        next += 1;
    }
    found
}

#[test]
fn tables_schema_access_and_costs_name_the_same_fields() {
    let known = Fields::of_the_schema();
    for table in tables().into_iter().filter(|table| table.name != "_Service") {
        let mut of_schema: Vec<&str> = known
            .all()
            .filter(|(name, _)| *name == table.name)
            .map(|(_, field)| field)
            .collect();
        let mut of_table: Vec<&str> = table
            .fields
            .iter()
            .map(|field| field.name)
            .filter(|name| !name.starts_with('_'))
            .collect();
        of_schema.sort_unstable();
        of_table.sort_unstable();
        assert_eq!(of_table, of_schema, "{}", table.name);
        for field in table.fields {
            let named = fields::all();
            assert!(
                named.contains(&(table.name, field.name)),
                "{}.{} has no line in the access table",
                table.name,
                field.name
            );
        }
    }
    for weight in WEIGHTS {
        let of_table = tables().into_iter().find(|table| table.name == weight.parent);
        assert!(
            of_table.is_none_or(|table| table.place_of(weight.field).is_some()),
            "{}.{} is weighed and is in no table",
            weight.parent,
            weight.field
        );
    }
}

#[test]
fn what_waits_is_left_to_the_library() {
    let waiting: Vec<String> = tables()
        .into_iter()
        .flat_map(|table| {
            table
                .fields
                .iter()
                .filter(|field| field.waits)
                .map(move |field| format!("{}.{}", table.name, field.name))
        })
        .collect();
    assert_eq!(
        waiting,
        [
            "Query.fundingCheck",
            "Query.fundingChecks",
            "Query.fundingClaim",
            "Query.fundingClaims",
            "Query.doubleFundingCase",
            "Query.doubleFundingCases",
            "Query.allocations",
            "Query.allocation",
            "Query.allocationWhatIf",
            "Query.announcements",
            "Query.programmeUse",
            "Query.evaluationData",
            "Query.participationApplications",
            "Query.objections",
            "Query._entities",
            "Municipality.doubleFundingCases",
            "Award.versions",
            "Award.objections",
        ]
    );
}
