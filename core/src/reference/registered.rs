//! What the reference registers have said: Statistics Norway's numbers (KLASS), and whose each organisation number is by
//! Enhetsregisteret. What they said is kept as it was said; what it means for everybody else is [`super::Reference`]'s.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{MunicipalityNumber, Numbers, OrganisationNumber, SourceId};
use serde::{Deserialize, Serialize};

/// Statistics Norway's register of classifications, among the sources.
pub const KLASS: SourceId = SourceId::from_static("klass");
/// Enhetsregisteret, the register of organisations, among the sources.
pub const BRREG: SourceId = SourceId::from_static("brreg");

/// What the programme's own journal decides of participations, among the sources.
pub const JOURNAL: SourceId = SourceId::from_static("journal");

/// Something that a register said, and since when it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    pub since: Timestamp,
    pub what: T,
}

/// A municipality as Enhetsregisteret lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedMunicipality {
    pub organisation: OrganisationNumber,
    pub name: String,
    pub number: MunicipalityNumber,
}

/// What was found out about an organisation number that no register here knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LookedUp {
    /// It belongs to that municipality.
    Municipality {
        organisation: OrganisationNumber,
        /// The municipality's number, where Enhetsregisteret states one.
        number: Option<MunicipalityNumber>,
        /// Since when the unit is removed; it stays whose it was.
        removed_on: Option<Date>,
    },
    /// The chain ends at a body that is no municipality, such as one of the state's.
    EndsAt {
        organisation: OrganisationNumber,
        form: String,
        name: String,
    },
    /// Enhetsregisteret has no such number.
    Unknown,
    /// The unit was removed before anybody could tell whose it was.
    Removed { on: Option<Date> },
    /// What is said of the unit cannot be right: a circle, or a chain without end.
    Unclear { reason: String },
}

/// A participation as it was decided, in the place of what the programme's file says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParticipationDecision {
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub from: Date,
    /// The last day on which the municipality may use the pot.
    pub use_until: Date,
    /// It takes no part, and never did.
    pub annulled: bool,
    /// What the file said when it was first decided otherwise: first and last day; `None` where it said nothing.
    pub filed: Option<(Date, Date)>,
}

impl ParticipationDecision {
    /// First and last day; `None` where it was annulled.
    pub fn decided(&self) -> Option<(Date, Date)> {
        (!self.annulled).then_some((self.from, self.use_until))
    }
}

/// Everything that the registers have said and that is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registered {
    pub klass: Option<Said<Numbers>>,
    pub municipalities: Option<Said<Vec<ListedMunicipality>>>,
    pub units: BTreeMap<OrganisationNumber, Said<LookedUp>>,
    /// By programme and municipality.
    pub participations: BTreeMap<(String, OrganisationNumber), Said<ParticipationDecision>>,
}

impl Registered {
    /// Forgets what registers said that are not to be heeded.
    pub fn keep(&mut self, heeds: impl Fn(SourceId) -> bool) {
        if !heeds(KLASS) {
            self.klass = None;
        }
        if !heeds(BRREG) {
            self.municipalities = None;
            self.units.clear();
        }
    }

    /// How many things that register has said, as its readers count.
    pub fn count(&self, register: SourceId) -> usize {
        match register {
            KLASS => self.klass.as_ref().map_or(0, |said| said.what.periods.len()),
            BRREG => self.municipalities.as_ref().map_or(0, |said| said.what.len()) + self.units.len(),
            _ => 0,
        }
    }

    /// The municipalities' organisation numbers by their numbers, as listed and as found on the way up from a unit.
    pub fn organisations(&self) -> impl Iterator<Item = (MunicipalityNumber, OrganisationNumber)> {
        let listed = self.municipalities.iter().flat_map(|said| &said.what);
        let found = self.units.values().filter_map(|said| match &said.what {
            LookedUp::Municipality {
                organisation,
                number: Some(number),
                ..
            } => Some((*number, *organisation)),
            _ => None,
        });
        listed.map(|listed| (listed.number, listed.organisation)).chain(found)
    }

    /// Units, each with the municipality that it belongs to.
    pub fn parents(&self) -> impl Iterator<Item = (OrganisationNumber, OrganisationNumber)> {
        self.units.iter().filter_map(|(unit, said)| match &said.what {
            LookedUp::Municipality { organisation, .. } if organisation != unit => Some((*unit, *organisation)),
            _ => None,
        })
    }
}

/// One thing that a register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// Every number of a municipality, and what became of it.
    Numbers(Numbers),
    /// The municipalities as Enhetsregisteret lists them.
    Municipalities(Vec<ListedMunicipality>),
    /// Whose one organisation number is.
    Unit(OrganisationNumber, LookedUp),
    /// What was decided of one participation.
    Participation(ParticipationDecision),
}

impl Saying {
    /// Whose saying it is.
    pub const fn register(&self) -> SourceId {
        match self {
            Self::Numbers(_) => KLASS,
            Self::Municipalities(_) | Self::Unit(..) => BRREG,
            Self::Participation(_) => JOURNAL,
        }
    }
}

impl Registered {
    /// Takes something up that is in force since then, in the place of what was said of the same before.
    pub fn take(&mut self, saying: Saying, since: Timestamp) {
        match saying {
            Saying::Numbers(what) => self.klass = Some(Said { since, what }),
            Saying::Municipalities(what) => self.municipalities = Some(Said { since, what }),
            Saying::Unit(unit, what) => drop(self.units.insert(unit, Said { since, what })),
            Saying::Participation(what) => {
                let of = (what.programme.clone(), what.municipality);
                self.participations.insert(of, Said { since, what });
            }
        }
    }
}
