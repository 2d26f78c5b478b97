//! As of when an operation is to be answered: one instant for all of it, or now. Told of a planned operation, in which every argument is
//! a value and no fragment, directive or default is left to be looked through.

use apollo_compiler::collections::HashSet;
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Pos, Value};
use jiff::Timestamp;

use super::operation::{only, root};
use super::plan::{Planned, failing};
use super::{DocumentFlaw, SchemaCosts};

/// The argument that says it.
pub const ARGUMENT: &str = "asOf";
/// What the history does not hold: claims, cases, verdicts and what the programme itself decides have one of their own, and what stands in the systems is known as it is now.
const NOT_KEPT: [&str; 11] = [
    "Allocation",
    "AllocationWhatIf",
    "Announcement",
    "DoubleFundingCase",
    "DoubleFundingCasePage",
    "FundingClaim",
    "FundingClaimPage",
    "FundingVerdict",
    "Objection",
    "ParticipationApplication",
    "SourceExclusions",
];

/// The instant of a planned operation; `None` is now. Fields that take `asOf` and are not given it are asked for now, too.
pub fn instant(planned: &Planned, costs: &SchemaCosts) -> Result<Option<Timestamp>, DocumentFlaw> {
    if planned.may_vary_in_time() {
        of_document(&planned.clone().into_document(), costs)
    } else {
        of_document(planned.template().document(), costs)
    }
}

fn of_document(document: &ExecutableDocument, costs: &SchemaCosts) -> Result<Option<Timestamp>, DocumentFlaw> {
    let Some((_, operation)) = only(document) else {
        return Ok(None);
    };
    let root = root(operation.ty);
    let (mut fields, mut instants) = (Vec::new(), HashSet::default());
    beneath(root, &operation.selection_set.node, &mut fields);
    for (parent, field, at) in fields.iter().filter(|(_, field, _)| failing(field).is_none()) {
        if costs.takes_instant(parent, field.name.node.as_str()) {
            instants.insert(given(field));
            if instants.len() > 1 {
                return Err(DocumentFlaw::SeveralInstants { at: *at });
            }
        }
    }
    let instant = instants.into_iter().next().flatten();
    if instant.is_some() {
        check(fields, costs)?;
    }
    Ok(instant)
}

/// Selected fields with the type that they are selected of.
type Fields<'a> = Vec<(&'a str, &'a Field, Pos)>;

fn beneath<'a>(parent: &'a str, set: &'a SelectionSet, fields: &mut Fields<'a>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => fields.push((parent, &field.node, selection.pos)),
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref();
                let on = on.map_or(parent, |condition| condition.node.on.node.as_str());
                beneath(on, &fragment.node.selection_set.node, fields);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The form of the value was judged with the document.
fn given(field: &Field) -> Option<Timestamp> {
    match field.get_argument(ARGUMENT)?.node.clone().into_const() {
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    }
}

/// Nothing that is asked for, however deep, may be what the history does not hold.
fn check<'a>(mut open: Fields<'a>, costs: &'a SchemaCosts) -> Result<(), DocumentFlaw> {
    while let Some((parent, field, at)) = open.pop() {
        let name = field.name.node.as_str();
        let Some(of) = costs.field(parent, name).map(|known| known.of.as_str()) else {
            continue;
        };
        if NOT_KEPT.contains(&of) {
            return Err(DocumentFlaw::NotInHistory {
                field: format!("{parent}.{name}"),
                at,
            });
        }
        beneath(of, &field.selection_set.node, &mut open);
    }
    Ok(())
}
