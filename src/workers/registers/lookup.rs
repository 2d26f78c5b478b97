//! Whose an organisation number is that nobody here knows: looked up step by step upwards to a municipality, beside the answers, so many
//! steps a minute. What was found out is remembered, and so is that nothing was.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use programgrant_contract::SourceError;
use programgrant_core::reference::{BRREG, LookedUp, Reference, Saying};
use programgrant_core::view::Award;
use programgrant_registers::brreg::{Brreg, Unit, UnitList, UnitReply};
use programgrant_schema::OrganisationNumber;

use super::{RegisterParts, RoundError, store};
use crate::store::ledger::StoreError;

/// Steps in any minute.
const A_MINUTE: usize = 60;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Steps from a unit to its municipality, at most.
const LONGEST: usize = 10;
/// Steps that one unit may take: each of the chain's may have to be asked of both lists.
const ROOM: usize = 2 * (LONGEST + 1);
/// For how long a number that is unknown there is believed to be.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long what was found out is good for before it is looked up again.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// For how long a unit of which nonsense was said is left alone.
const SPOILT_FOR: SignedDuration = SignedDuration::from_mins(10);
/// After how much patience a register that failed is asked again.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// What is to be looked up, and how much may be.
#[derive(Default)]
pub struct Lookups {
    /// When each step of the last minute was taken.
    steps: VecDeque<Timestamp>,
    /// When each unit was last asked about, as far as this gateway knows.
    checks: Option<BTreeMap<OrganisationNumber, Timestamp>>,
    wanted: Wanted,
    /// Units of which nonsense was said, and when.
    spoilt: BTreeMap<OrganisationNumber, Timestamp>,
    not_before: Option<Timestamp>,
}

/// Numbers that stand somewhere, and what they were read from.
#[derive(Default)]
struct Wanted {
    generation: Option<u64>,
    in_records: BTreeSet<OrganisationNumber>,
    head: Option<i64>,
    in_claims: BTreeSet<OrganisationNumber>,
}

impl Lookups {
    /// Looks up what is due, and counts what was found out. One unit of which nonsense is said keeps no other waiting; a register that
    /// does not answer is left alone for a while.
    pub async fn round(&mut self, brreg: &Brreg, parts: &RegisterParts, found: &mut usize) -> Result<(), RoundError> {
        let now = parts.clock.now();
        if self.not_before.is_some_and(|instant| now < instant) {
            return Ok(());
        }
        let mut outcome = Ok(());
        for number in self.due(parts).await? {
            if !self.has_room(now) {
                break;
            }
            let (view, place) = (parts.views.current(), parts.register.place(BRREG).await?);
            match self.look_up(brreg, &view.reference, number, now).await {
                Ok(answer) => {
                    store(parts, BRREG, &place, Saying::Unit(number, answer), false).await?;
                    self.checks.get_or_insert_default().insert(number, now);
                    *found += 1;
                }
                Err(error @ RoundError::Source(SourceError::Malformed { .. })) => {
                    self.spoilt.insert(number, now);
                    outcome = Err(error);
                }
                Err(error) => {
                    self.not_before = now.checked_add(AGAIN).ok();
                    return Err(error);
                }
            }
        }
        outcome
    }

    /// Unknown numbers first, then known ones whose time is up; those that were never asked about before the others.
    async fn due(&mut self, parts: &RegisterParts) -> Result<Vec<OrganisationNumber>, RoundError> {
        self.wanted.read(parts).await?;
        if self.checks.is_none() {
            self.checks = Some(parts.register.checks().await?);
        }
        let (checks, now) = (self.checks.clone().unwrap_or_default(), parts.clock.now());
        let reference = &parts.views.current().reference;
        let units = &reference.registered.units;
        let wanted = self.wanted.in_records.iter().chain(&self.wanted.in_claims);
        let is_unknown = |number: &&OrganisationNumber| units.contains_key(number) || !reference.knows(**number);
        let numbers: BTreeSet<OrganisationNumber> = wanted.filter(is_unknown).chain(units.keys()).copied().collect();
        let is_due = |number: &OrganisationNumber| {
            let good_for = match units.get(number).map(|said| &said.what) {
                Some(LookedUp::Unknown) => UNKNOWN_FOR,
                _ => KNOWN_FOR,
            };
            let is_over = |since: &Timestamp, limit| now.duration_since(*since) >= limit;
            checks.get(number).is_none_or(|checked| is_over(checked, good_for))
                && self.spoilt.get(number).is_none_or(|spoilt| is_over(spoilt, SPOILT_FOR))
        };
        let mut due: Vec<OrganisationNumber> = numbers.into_iter().filter(is_due).collect();
        due.sort_by_key(|number| (checks.get(number).copied(), *number));
        Ok(due)
    }

    /// Whether a whole chain of steps may be taken.
    fn has_room(&mut self, now: Timestamp) -> bool {
        while self
            .steps
            .front()
            .is_some_and(|step| now.duration_since(*step) >= MINUTE)
        {
            self.steps.pop_front();
        }
        self.steps.len() + ROOM <= A_MINUTE
    }

    async fn ask(
        &mut self,
        brreg: &Brreg,
        list: UnitList,
        number: OrganisationNumber,
        now: Timestamp,
    ) -> Result<UnitReply, RoundError> {
        self.steps.push_back(now);
        Ok(brreg.unit(list, number).await?)
    }

    /// Both lists, the likelier one first.
    async fn ask_both(
        &mut self,
        brreg: &Brreg,
        lists: [UnitList; 2],
        number: OrganisationNumber,
        now: Timestamp,
    ) -> Result<UnitReply, RoundError> {
        match self.ask(brreg, lists[0], number, now).await? {
            UnitReply::Unknown => self.ask(brreg, lists[1], number, now).await,
            reply => Ok(reply),
        }
    }

    async fn look_up(
        &mut self,
        brreg: &Brreg,
        reference: &Reference,
        number: OrganisationNumber,
        now: Timestamp,
    ) -> Result<LookedUp, RoundError> {
        let lists = [UnitList::SubUnits, UnitList::Units];
        let before = reference.registered.units.get(&number).map(|said| &said.what);
        match self.ask_both(brreg, lists, number, now).await? {
            UnitReply::Unknown => Ok(LookedUp::Unknown),
            UnitReply::Gone { on } => Ok(removed(before, on)),
            UnitReply::Unit(unit) if unit.removed_on.is_some() => Ok(removed(before, unit.removed_on)),
            UnitReply::Unit(unit) => self.climb(brreg, reference, *unit, now).await,
        }
    }

    /// From a unit upwards to a municipality, or to whatever the chain ends at.
    async fn climb(
        &mut self,
        brreg: &Brreg,
        reference: &Reference,
        mut unit: Unit,
        now: Timestamp,
    ) -> Result<LookedUp, RoundError> {
        let mut seen = BTreeSet::from([unit.number]);
        let unclear = |reason: String| Ok(LookedUp::Unclear { reason });
        loop {
            if unit.form == "KOMM" {
                return Ok(municipality(unit.number, unit.municipality));
            }
            let Some(parent) = unit.parent else {
                return Ok(LookedUp::EndsAt {
                    organisation: unit.number,
                    form: unit.form,
                    name: unit.name,
                });
            };
            if reference.register.by_organisation(parent).is_some() {
                return Ok(municipality(parent, None));
            }
            if !seen.insert(parent) {
                return unclear(format!("the chain comes back to {parent}"));
            }
            if seen.len() > LONGEST {
                return unclear(format!("the chain has no end after {LONGEST} steps"));
            }
            let lists = [UnitList::Units, UnitList::SubUnits];
            unit = match self.ask_both(brreg, lists, parent, now).await? {
                UnitReply::Unit(unit) => *unit,
                UnitReply::Unknown => {
                    return unclear(format!("{parent}, which {} is a part of, is unknown", unit.number));
                }
                UnitReply::Gone { .. } => {
                    return unclear(format!("{parent}, which {} is a part of, is removed", unit.number));
                }
            };
        }
    }
}

fn municipality(organisation: OrganisationNumber, number: Option<programgrant_schema::MunicipalityNumber>) -> LookedUp {
    LookedUp::Municipality {
        organisation,
        number,
        removed_on: None,
    }
}

/// A unit that was removed stays whose it was, where anybody knew.
fn removed(before: Option<&LookedUp>, on: Option<jiff::civil::Date>) -> LookedUp {
    match before {
        Some(LookedUp::Municipality {
            organisation,
            number,
            removed_on,
        }) => LookedUp::Municipality {
            organisation: *organisation,
            number: *number,
            removed_on: on.or(*removed_on),
        },
        _ => LookedUp::Removed { on },
    }
}

impl Wanted {
    async fn read(&mut self, parts: &RegisterParts) -> Result<(), RoundError> {
        let view = parts.views.current();
        if self.generation != Some(view.generation) {
            let numbers = view
                .awards()
                .flat_map(Award::statements)
                .filter_map(|award| award.reported().organisation_number.as_deref()?.parse().ok());
            self.in_records = numbers.filter(|number| !view.reference.knows(*number)).collect();
            self.generation = Some(view.generation);
        }
        let head = parts.ledger.standing().await?.0.sequence;
        if self.head != Some(head) {
            let stated = parts.ledger.unresolved_recipients().await?;
            let numbers = stated
                .iter()
                .flat_map(|stated| stated.split('/'))
                .filter_map(|text| text.parse().ok());
            self.in_claims = numbers.collect();
            self.head = Some(head);
        }
        Ok(())
    }
}

impl From<StoreError> for RoundError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(error)
    }
}
