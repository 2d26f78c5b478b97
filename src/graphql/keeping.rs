//! Which answers may be kept: those that follow from the picture, its time and the caller's reach alone. A field that takes from
//! elsewhere says so here, beside what it costs.

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

use super::document::operation;

/// A field that is answered anew each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unkept {
    pub parent: &'static str,
    pub field: &'static str,
}

const fn unkept(parent: &'static str, field: &'static str) -> Unkept {
    Unkept { parent, field }
}

/// Every field that reads who asks, the ledger, what the guard says, what was kept out, or the register itself. What lies behind one
/// of them need not be named.
pub const UNKEPT: &[Unkept] = &[
    unkept("Award", "objections"),
    unkept("Award", "versions"),
    unkept("Municipality", "doubleFundingCases"),
    unkept("Query", "_entities"),
    unkept("Query", "allocation"),
    unkept("Query", "allocationWhatIf"),
    unkept("Query", "allocations"),
    unkept("Query", "announcements"),
    unkept("Query", "doubleFundingCase"),
    unkept("Query", "doubleFundingCases"),
    unkept("Query", "evaluationData"),
    unkept("Query", "fundingCheck"),
    unkept("Query", "fundingChecks"),
    unkept("Query", "fundingClaim"),
    unkept("Query", "fundingClaims"),
    unkept("Query", "objections"),
    unkept("Query", "participationApplications"),
    unkept("Query", "programmeUse"),
    unkept("Query", "viewer"),
    unkept("Source", "exclusions"),
];

/// Whether the answer to this operation may be kept. A field's name is enough to refuse it, wherever it stands.
pub fn may_be_kept(document: &ExecutableDocument) -> bool {
    operation::only(document)
        .is_some_and(|(_, operation)| operation.ty == OperationType::Query && holds_none(&operation.selection_set.node))
}

fn holds_none(set: &SelectionSet) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => {
            let name = field.node.name.node.as_str();
            UNKEPT.iter().all(|unkept| unkept.field != name) && holds_none(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => holds_none(&fragment.node.selection_set.node),
        // A plan holds none; whoever does not know what stands there does not keep it.
        Selection::FragmentSpread(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::graphql::schema;

    /// The types of what is not told from the picture: whoever leads to one takes from elsewhere.
    const ELSEWHERE: &[&str] = &[
        "Allocation",
        "AllocationWhatIf",
        "Announcement",
        "AwardVersion",
        "DoubleFundingCase",
        "DoubleFundingCasePage",
        "FundingClaim",
        "FundingClaimPage",
        "FundingVerdict",
        "Objection",
        "ParticipationApplication",
        "SourceExclusions",
        "Viewer",
        "_Entity",
    ];

    fn sdl() -> apollo_compiler::validation::Valid<Schema> {
        Schema::parse_and_validate(schema().sdl(), "schema").expect("sound")
    }

    #[test]
    fn every_field_that_is_named_exists() {
        let sdl = sdl();
        for Unkept { parent, field } in UNKEPT {
            assert!(sdl.type_field(parent, field).is_ok(), "{parent}.{field}");
        }
    }

    /// From the root, by every way that leads over no field that is answered anew.
    #[test]
    fn every_way_to_what_is_told_from_elsewhere_leads_over_a_field_that_says_so() {
        let sdl = sdl();
        for name in ELSEWHERE {
            assert!(sdl.types.contains_key(*name), "{name}");
        }
        let (mut open, mut seen) = (vec!["Query".to_owned()], std::collections::BTreeSet::new());
        while let Some(parent) = open.pop() {
            let Some(object) = sdl.get_object(&parent).filter(|_| seen.insert(parent.clone())) else {
                continue;
            };
            for (field, definition) in &object.fields {
                if UNKEPT.contains(&Unkept {
                    parent: Box::leak(parent.clone().into_boxed_str()),
                    field: Box::leak(field.to_string().into_boxed_str()),
                }) {
                    continue;
                }
                let leads_to = definition.ty.inner_named_type().as_str();
                assert!(!ELSEWHERE.contains(&leads_to), "{parent}.{field} leads to {leads_to}");
                open.push(leads_to.to_owned());
            }
        }
        assert!(seen.len() > 10, "{seen:?}");
    }

    #[test]
    fn an_answer_is_kept_where_no_field_forbids_it() {
        let kept = |text: &str| may_be_kept(&parse_query(text).expect("reads"));
        assert!(kept("{ programmes { id } }"));
        for text in [
            "{ viewer { role } }",
            "{ programmes { id } me: viewer { role } }",
            "{ sources { ... on Source { exclusions { wanted } } } }",
            "{ ...F } fragment F on Query { programmes { id } }",
            "mutation { programmes { id } }",
            "subscription { programmes { id } }",
            "query A { a } query B { b }",
        ] {
            assert!(!kept(text), "{text}");
        }
    }
}
