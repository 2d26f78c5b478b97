//! A published list held against what its plan comes to.

use std::collections::BTreeMap;

use programgrant_schema::{Ore, OrganisationNumber, SchemeId};

use super::result::Allocation;

/// One line of a published list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedLine {
    /// Where it stands in its file.
    pub line: u64,
    /// `None` for what the floor of the sum gives or takes, which is no scheme's.
    pub scheme: Option<SchemeId>,
    pub organisation: OrganisationNumber,
    pub amount: Ore,
}

/// Where a published list says something else than its plan comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Another amount; `allocated` is `None` where it cannot be worked out.
    Amount {
        line: PublishedLine,
        allocated: Option<Ore>,
    },
    /// The line's scheme or receiver has no part in the plan.
    NotInPlan(PublishedLine),
    /// The same scheme and receiver stand on an earlier line.
    Twice { line: PublishedLine, first: u64 },
    /// Allocated, and on no line.
    NotListed {
        scheme: Option<SchemeId>,
        organisation: OrganisationNumber,
        allocated: Option<Ore>,
    },
}

type Place<'a> = (Option<&'a SchemeId>, OrganisationNumber);

/// Names every difference, in the order of the lines, and then what no line has. An amount of 0 need not be listed.
pub fn compare(allocation: &Allocation, lines: &[PublishedLine]) -> Vec<Difference> {
    let allocated = allocated(allocation);
    let mut seen: BTreeMap<Place, u64> = BTreeMap::new();
    let mut differences = Vec::new();
    for line in lines {
        let place = (line.scheme.as_ref(), line.organisation);
        if let Some(first) = seen.get(&place) {
            differences.push(Difference::Twice {
                line: line.clone(),
                first: *first,
            });
            continue;
        }
        seen.insert(place, line.line);
        match allocated.get(&place) {
            None => differences.push(Difference::NotInPlan(line.clone())),
            Some(allocated) if *allocated == Some(line.amount) => {}
            Some(allocated) => differences.push(Difference::Amount {
                line: line.clone(),
                allocated: *allocated,
            }),
        }
    }
    let not_listed = allocated
        .iter()
        .filter(|(place, amount)| !seen.contains_key(place) && **amount != Some(Ore::ZERO));
    differences.extend(
        not_listed.map(|((scheme, organisation), amount)| Difference::NotListed {
            scheme: scheme.cloned(),
            organisation: *organisation,
            allocated: *amount,
        }),
    );
    differences
}

fn allocated(allocation: &Allocation) -> BTreeMap<Place<'_>, Option<Ore>> {
    let mut allocated = BTreeMap::new();
    for (place, organisation) in allocation.receivers.iter().enumerate() {
        for scheme in &allocation.schemes {
            allocated.insert((Some(&scheme.scheme), *organisation), scheme.parts[place].amount);
        }
        allocated.insert((None, *organisation), allocation.of_the_sum(place));
    }
    allocated
}
