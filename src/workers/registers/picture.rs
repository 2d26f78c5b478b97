//! Whether what a register says anew may stand in the place of what it said: nothing that is valid may be lost without a word. Pure.

use programgrant_core::reference::{ListedMunicipality, Reference};
use programgrant_registers::brreg::Unit;
use programgrant_schema::{Numbers, Reading};

/// Why Statistics Norway's numbers are not believed.
pub fn numbers(reference: &Reference, said: &Numbers) -> Result<(), String> {
    reference.register.lost_in(said).map_or(Ok(()), Err)
}

/// The municipalities of a list that lie somewhere and are there still.
pub fn listed(units: Vec<Unit>) -> Vec<ListedMunicipality> {
    let mut listed: Vec<ListedMunicipality> = units
        .into_iter()
        .filter(|unit| unit.removed_on.is_none() && unit.form == "KOMM")
        .filter_map(|unit| {
            Some(ListedMunicipality {
                organisation: unit.number,
                name: unit.name,
                number: unit.municipality?,
            })
        })
        .collect();
    listed.sort();
    listed
}

/// Why a list of municipalities is not believed: one that was listed, and lives, is missing.
pub fn municipalities(reference: &Reference, said: &[ListedMunicipality]) -> Result<(), String> {
    let (register, known) = (&reference.register, &reference.registered.municipalities);
    let lives = |known: &&ListedMunicipality| match register.read_on(known.number, register.day()) {
        Reading::Municipality(_) => true,
        Reading::Ambiguous(_) | Reading::Unknown => false,
    };
    let is_listed = |known: &&ListedMunicipality| {
        said.iter()
            .any(|listed| listed.organisation == known.organisation || listed.number == known.number)
    };
    let lost = known
        .iter()
        .flat_map(|said| &said.what)
        .filter(lives)
        .find(|known| !is_listed(known));
    lost.map_or(Ok(()), |lost| {
        let ListedMunicipality {
            organisation,
            name,
            number,
        } = lost;
        Err(format!("{name} ({organisation}, {number}) is missing"))
    })
}
