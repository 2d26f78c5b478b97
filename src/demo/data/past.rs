//! What the demonstration's systems had otherwise before, made up: the same world with a few records missing or other than they are now, and
//! the order in which they became what they are. What it ends in is the world as `records` has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use programgrant_schema::{AwardStatement, AwardStatus, BudgetPost, Content, Figure, Ore, Record, SourceId};

use crate::demo::systems;

const BAMBLE: &str = "940244145";
const SANDNES: &str = "964965137";
const ALTA: &str = "944588132";

/// How often something changes.
pub const CHANGES: usize = 6;

/// What the systems had at first, and what each heard of later, by the place of the moment from 0.
pub struct Past {
    pub at_first: BTreeMap<SourceId, Vec<Record>>,
    pub later: [Vec<(SourceId, Record)>; CHANGES],
}

/// One record that stood otherwise before.
struct Change {
    /// The place of the moment at which it became what it is.
    at: usize,
    source: SourceId,
    is_it: fn(&Content) -> bool,
    before: Before,
}

enum Before {
    /// The system did not have it.
    Nothing,
    Otherwise(fn(&mut AwardStatement)),
}

/// In the order in which they come.
fn changes() -> [Change; 8] {
    let change = |at, source, is_it, before| Change {
        at,
        source,
        is_it,
        before,
    };
    [
        // A share of Bamble's pot of 2021 was put up.
        change(
            0,
            systems::UDIR,
            |content| is_share(content, BAMBLE, 2021, BudgetPost::new(231, 63)),
            Before::Otherwise(less),
        ),
        // Two took their applications back.
        change(
            1,
            systems::UDIR,
            |content| is_withdrawn(content, ALTA, 2021, BudgetPost::new(231, 66)),
            Before::Otherwise(undecided),
        ),
        change(
            1,
            systems::NAV,
            |content| is_withdrawn(content, SANDNES, 2021, BudgetPost::new(621, 63)),
            Before::Nothing,
        ),
        // Bufdir had not told its share of Bamble's pot of 2021.
        change(
            2,
            systems::BUFDIR,
            |content| is_share(content, BAMBLE, 2021, BudgetPost::new(846, 62)),
            Before::Nothing,
        ),
        // An award to Bamble was put up.
        change(
            3,
            systems::HELSEDIR,
            |content| is_paid(content, BAMBLE, 2023, BudgetPost::new(765, 60)),
            Before::Otherwise(less),
        ),
        // The second instalments of Bamble's pots of 2021 and 2022 came late.
        change(
            4,
            systems::UDIR,
            |content| is_paid(content, BAMBLE, 2021, BudgetPost::new(226, 64)),
            Before::Otherwise(paid_in_part),
        ),
        change(
            4,
            systems::UDIR,
            |content| is_paid(content, BAMBLE, 2022, BudgetPost::new(226, 64)),
            Before::Otherwise(paid_in_part),
        ),
        // NAV corrected what Sandnes got for 2020.
        change(
            5,
            systems::NAV,
            |content| matches!(content, Content::Correction(correction) if correction.year == 2020),
            Before::Nothing,
        ),
    ]
}

/// Takes the world apart into what was at first and what came later: a source says of what it changes that it changed when `said` has it.
pub fn past(records: BTreeMap<SourceId, Vec<Record>>, said: [Timestamp; CHANGES]) -> Past {
    let mut past = Past {
        at_first: records,
        later: [const { Vec::new() }; CHANGES],
    };
    for change in changes() {
        let records = past.at_first.entry(change.source).or_default();
        let Some(place) = records.iter().position(|record| (change.is_it)(&record.content)) else {
            continue;
        };
        let now = stamped(&records[place], said[change.at]);
        match change.before {
            Before::Nothing => {
                records.remove(place);
            }
            Before::Otherwise(amend) => {
                if let Content::Award(award) = &mut records[place].content {
                    amend(award);
                }
            }
        }
        past.later[change.at].push((change.source, now));
    }
    past
}

/// NAV's files say of no row when it changed.
fn stamped(record: &Record, at: Timestamp) -> Record {
    let changed_at = record.changed_at.map(|_| at);
    Record {
        changed_at,
        revision: record.revision.and(changed_at.map(Timestamp::as_microsecond)),
        ..record.clone()
    }
}

fn is_of(content: &Content, organisation: &str, year: i16, post: BudgetPost, status: AwardStatus) -> bool {
    let Content::Award(award) = content else { return false };
    award.recipient.organisation_number.as_deref() == Some(organisation)
        && (award.year, award.post, award.status) == (year, post, status)
}

fn is_share(content: &Content, organisation: &str, year: i16, post: BudgetPost) -> bool {
    is_of(content, organisation, year, post, AwardStatus::InProgramme)
}

fn is_withdrawn(content: &Content, organisation: &str, year: i16, post: BudgetPost) -> bool {
    is_of(content, organisation, year, post, AwardStatus::Withdrawn)
}

fn is_paid(content: &Content, organisation: &str, year: i16, post: BudgetPost) -> bool {
    is_of(content, organisation, year, post, AwardStatus::Paid)
}

/// Seven eighths of what was granted; what was paid is then as much less.
fn less(award: &mut AwardStatement) {
    let granted = award
        .granted
        .stated()
        .and_then(|granted| Some(granted.split(&[7, 1])?[0]));
    award.granted = granted.into();
    let parts = granted.and_then(|granted| granted.split(&vec![1; award.disbursements.len()]));
    for (disbursement, part) in award.disbursements.iter_mut().zip(parts.unwrap_or_default()) {
        disbursement.amount = part;
    }
    add_up(award);
}

fn undecided(award: &mut AwardStatement) {
    award.status = AwardStatus::Applied;
    award.decided_on = None;
}

/// Without the last instalment.
fn paid_in_part(award: &mut AwardStatement) {
    award.disbursements.pop();
    add_up(award);
}

/// A share is paid by whoever pays the pot.
fn add_up(award: &mut AwardStatement) {
    if award.status != AwardStatus::InProgramme {
        let paid = award.disbursements.iter().map(|disbursement| disbursement.amount);
        award.paid = Figure::from(Ore::checked_sum(paid));
    }
}
