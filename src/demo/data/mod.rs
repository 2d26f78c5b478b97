//! The demonstration's world, in canonical records: real schemes, municipalities, number changes and state accounts.
//!
//! **Every amount per municipality is made up; the yearly totals are real.** No file that was found says what a municipality
//! got, or by which keys. Nothing here is random and nothing asks a clock: two calls give the same records.
//!
//! * `accounts`: what DFØ booked 2016–2024, what reached municipalities on every post 2014–2025 and what parliament granted, as the
//!   data files have it.
//! * `ordinary`: awards of 2017–2023 to municipalities all over the country, about as many in each scheme as there were, whose
//!   sum stays a little below what the state accounts have on the post.
//! * `shares`: what each scheme gives to each participant's pot, and the pot that Udir pays: to the øre what the demonstration's
//!   allocations come to (`decided.rs`), which share the real total of the year by the example's made-up keys.
//! * `planted`: what the reconciliation is to find. LOS of 2019 that is used until summer 2020 (Tynset); a grant of 621.63 for
//!   the programme's own target group (Larvik 2021), one for nobody knows whom (Nærøysund 2022), LOS in the programme (Elverum
//!   2022); an application that should not have been made (Trondheim 2022); a part of Frøya's pot of 2022 booked on Namsos, and a part
//!   of Horten's share of 621.63 of 2022 registered on Larvik, which leave the yearly totals as they are; an award that nobody asked leave for (Sandnes 2023).
//! * `ugly`: what goes wrong in real data, each kind once or twice. A former municipality number (Bamble's and Siljan's shares
//!   of 2021, the latter without an organisation number); a NAV office as recipient (Tynset's share of 2022, a grant to
//!   Lillestrøm); an adult grant to a participant (Horten 2021); a grant from 2019 that is used into the programme (Vestre
//!   Toten); corrections, down (Nordre Land, for 2019) and up (Sandnes 2020); a repayment (Alta 2018); applications that were
//!   refused, dismissed or withdrawn; recipients that nobody can tell (2020 and 2022); a zero that is a decision (Tynset's share
//!   of 231.63 in 2021). In 2017–2019 municipalities that merged later stand under their old numbers, without an organisation number.
//! * `past`: what the systems had otherwise before, and how it became what it is.

pub(super) mod accounts;
pub(super) mod bodies;
mod case;
mod desk;
mod ordinary;
mod past;
mod planted;
mod shares;
#[cfg(test)]
mod tests;
mod ugly;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use accounts::Booked;
use desk::Desk;
use programgrant_core::reference::Reference;
use programgrant_schema::{
    GrantScheme, MunicipalityId, MunicipalityRegister, Programme, Programmes, Record, SchemeId, SourceId,
};

use crate::demo::decided::DecidedAllocations;
use crate::demo::systems;

pub use past::{CHANGES, Past, past};
pub use planted::BUFDIR_CLAIMS_REQUIRED_FROM;
pub use ugly::SUB_UNITS;

/// The grant years that the demonstration has awards in.
const YEARS: RangeInclusive<i16> = 2017..=2023;

/// What every part of the world is made from.
#[derive(Clone, Copy)]
struct World<'a> {
    register: &'a MunicipalityRegister,
    programmes: &'a Programmes,
    /// What its programme decided.
    allocations: &'a DecidedAllocations,
}

impl<'a> World<'a> {
    /// The programme that the demonstration shows.
    fn programme(self) -> Option<&'a Programme> {
        self.programmes.iter().next()
    }

    fn scheme(self, id: &str) -> Option<&'a GrantScheme> {
        self.programmes.scheme(&SchemeId::new(id))
    }

    /// The municipality's place in the programme, from 0; `None` for one that takes no part.
    fn place(self, municipality: MunicipalityId) -> Option<usize> {
        self.programme()?
            .participants()
            .position(|participant| participant == municipality)
    }
}

/// What each back-office system of the demonstration has.
pub fn records(reference: &Reference, allocations: &DecidedAllocations) -> BTreeMap<SourceId, Vec<Record>> {
    let world = World {
        register: &reference.register,
        programmes: &reference.programmes,
        allocations,
    };
    let booked = Booked::built_in();
    let mut desk = Desk::new();
    for year in YEARS {
        ordinary::tell(&mut desk, world, &booked, year);
        shares::tell(&mut desk, world, year);
        ugly::tell(&mut desk, world, year);
        planted::tell(&mut desk, world, year);
    }
    desk.file(systems::STATE_ACCOUNTS, booked.records());
    desk.into_records()
}

/// A number that looks drawn and is always the same for the same words: FNV-1a, then the last steps of `SplitMix64`, since the
/// former alone hardly moves its upper half on the last letters.
pub(super) fn drawn(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
