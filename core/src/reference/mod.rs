//! What the gateway knows without asking any source of grants: municipalities, programmes, schemes and bodies.

mod registered;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use programgrant_schema::{
    DecidedPart, MunicipalityId, MunicipalityNumber, MunicipalityRegister, Organisation, OrganisationNumber,
    Organisations, PILOT, Programme, ProgrammeFile, Programmes, Reading, ReferenceError, ReferenceTables,
    ReportedRecipient, SourceProfiles,
};

pub use registered::{
    BRREG, JOURNAL, KLASS, ListedMunicipality, LookedUp, ParticipationDecision, Registered, Said, Saying,
};

/// The reference registers and the programmes, as one day and one saying of the registers has them.
#[derive(Debug, Clone)]
pub struct Reference {
    pub register: MunicipalityRegister,
    pub programmes: Programmes,
    pub organisations: Organisations,
    pub sub_units: SubUnits,
    /// Whom the configuration or a programme names.
    pub sources: SourceProfiles,
    /// What the registers said that are asked, and what was told by it.
    pub registered: Arc<Registered>,
}

impl Reference {
    /// Reference data from parts that are read already.
    pub fn new(
        register: MunicipalityRegister,
        programmes: Vec<ProgrammeFile>,
        sub_units: SubUnits,
    ) -> Result<Self, ReferenceError> {
        if let Some(unit) = sub_units.iter().find(|unit| register.by_organisation(*unit).is_some()) {
            let reason = format!("{unit} is a municipality's own number and no sub-unit's");
            return Err(ReferenceError::new("sub_units", reason));
        }
        let mut organisations = Organisations::built_in()?;
        organisations.extend(programmes.iter().flat_map(|file| file.organisations.clone()));
        Ok(Self {
            register,
            programmes: Programmes::new(programmes)?,
            organisations,
            sub_units,
            sources: SourceProfiles::default(),
            registered: Arc::default(),
        })
    }

    /// The same with what the registers have said, as it is on that day. Files and tables state the organisation numbers that they
    /// know; of municipality numbers, names, dates and changes Statistics Norway has the last word.
    pub fn on(&self, day: Date, registered: &Arc<Registered>) -> Result<Self, ReferenceError> {
        let said = registered.klass.as_ref().map(|said| &said.what);
        let register = self.register.on(day, said, registered.organisations())?;
        let mut programmes = self.programmes.clone();
        let decisions = registered.participations.values().map(|said| &said.what);
        let decided = decisions.map(|decision| decided(decision, &self.programmes, (&self.register, &register)));
        let decided = decided.collect::<Result<Vec<_>, _>>()?;
        programmes.follow(&register)?;
        for (programme, participation) in decided.into_iter().flatten() {
            programmes.decide(&programme, participation, &register);
        }
        let mut sub_units = self.sub_units.clone();
        sub_units.add(
            registered
                .parents()
                .filter(|(unit, _)| register.by_organisation(*unit).is_none()),
        );
        Ok(Self {
            register,
            programmes,
            organisations: self.organisations.clone(),
            sub_units,
            sources: self.sources.clone(),
            registered: Arc::clone(registered),
        })
    }

    /// Whether the registers' files and tables know the organisation: Enhetsregisteret need not be asked about it.
    pub fn knows(&self, number: OrganisationNumber) -> bool {
        self.by_organisation(number).is_some() || self.organisations.knows(number)
    }

    /// Whether it is by Enhetsregisteret alone that the number leads to a municipality.
    pub fn is_looked_up(&self, number: OrganisationNumber) -> bool {
        let organisation = self.organisation_of(number);
        let is_listed = || {
            self.registered
                .organisations()
                .any(|(_, listed)| listed == organisation)
        };
        self.sub_units.looked_up.contains(&number) || (!self.register.is_stated(organisation) && is_listed())
    }

    /// The tables and the programme that the binary brings along.
    pub fn built_in() -> Result<Self, ReferenceError> {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in())?;
        let pilot = Programme::parse(PILOT.0, PILOT.1, &register)?;
        Self::new(register, vec![pilot], SubUnits::default())
    }

    /// The body of that number: a municipality or one of the state's.
    pub fn organisation(&self, number: OrganisationNumber) -> Organisation {
        match self
            .register
            .by_organisation(number)
            .and_then(|id| self.register.get(id))
        {
            Some(municipality) => Organisation {
                number,
                name: municipality.name().to_owned(),
            },
            None => self.organisations.get(number),
        }
    }

    /// The organisation that a sub-unit's number belongs to; any other number is its own.
    pub fn organisation_of(&self, number: OrganisationNumber) -> OrganisationNumber {
        self.sub_units.parent(number)
    }

    /// The municipality that an organisation number belongs to: its own number or a sub-unit's.
    pub fn by_organisation(&self, number: OrganisationNumber) -> Option<MunicipalityId> {
        self.register.by_organisation(self.organisation_of(number))
    }

    /// Who a reported recipient is; `None` where the two numbers disagree or neither is known.
    ///
    /// A known organisation number decides; an unknown one yields to the municipality number, read in the grant year or, where
    /// that is not known, as of today.
    pub fn resolve(&self, recipient: &ReportedRecipient, year: impl Into<Option<i16>>) -> Option<MunicipalityId> {
        let by_organisation = recipient
            .organisation_number
            .as_deref()
            .and_then(|text| text.parse().ok())
            .and_then(|number| self.by_organisation(number));
        let number: Option<MunicipalityNumber> = recipient.number.as_deref().and_then(|text| text.parse().ok());
        let reading = match (number, year.into()) {
            (None, _) => Reading::Unknown,
            (Some(number), Some(year)) => self.register.read_in_year(number, year),
            (Some(number), None) => self.register.read(number),
        };
        match (by_organisation, reading) {
            (Some(id), Reading::Unknown) | (None, Reading::Municipality(id)) => Some(id),
            (Some(id), Reading::Municipality(other)) => (id == other).then_some(id),
            // An organisation number picks one of those that an ambiguous number may mean.
            (Some(id), Reading::Ambiguous(_)) => number
                .is_some_and(|number| self.register.may_mean(number, id))
                .then_some(id),
            (None, Reading::Ambiguous(_) | Reading::Unknown) => None,
        }
    }
}

/// A programme's id, and a participation as it was decided: whose, and its first and last day; `None` where it was annulled.
type Decided = (String, DecidedPart);

/// A decision as the register of the day reads it; `None` where the programme is not loaded. A file that says neither what it said when this was
/// decided, nor what was decided, contradicts it.
fn decided(
    decision: &ParticipationDecision,
    filed: &Programmes,
    (before, now): (&MunicipalityRegister, &MunicipalityRegister),
) -> Result<Option<Decided>, ReferenceError> {
    let Some(programme) = filed.get(&decision.programme) else {
        return Ok(None);
    };
    let refuse = |reason: String| ReferenceError::new(format!("programme {:?}", decision.programme), reason);
    let number = decision.municipality;
    let says = before.by_organisation(number).and_then(|municipality| {
        let mut participations = programme.participations.iter();
        let filed = participations.find(|participation| participation.municipality == municipality)?;
        Some((filed.from, filed.use_until))
    });
    if says != decision.filed && says != decision.decided() {
        return Err(refuse(format!(
            "the file says of municipality {number} {}, and it was decided: {}; before that the file said {}",
            told(says),
            told(decision.decided()),
            told(decision.filed)
        )));
    }
    let municipality = now
        .by_organisation(number)
        .and_then(|municipality| now.current(municipality));
    let municipality = municipality.ok_or_else(|| refuse(format!("municipality {number} is unknown or was split")))?;
    let part = DecidedPart {
        municipality,
        period: decision.decided(),
    };
    Ok(Some((decision.programme.clone(), part)))
}

fn told(period: Option<(Date, Date)>) -> String {
    period.map_or("no participation".to_owned(), |(from, until)| {
        format!("{from} to {until}")
    })
}

/// Underenheter: sub-units, such as NAV offices, and the organisation that each belongs to.
#[derive(Debug, Clone, Default)]
pub struct SubUnits {
    parents: HashMap<OrganisationNumber, OrganisationNumber>,
    /// Those that Enhetsregisteret alone has told of.
    looked_up: HashSet<OrganisationNumber>,
}

impl SubUnits {
    pub fn new(pairs: impl IntoIterator<Item = (OrganisationNumber, OrganisationNumber)>) -> Self {
        Self {
            parents: pairs.into_iter().collect(),
            looked_up: HashSet::new(),
        }
    }

    /// Adds what Enhetsregisteret says of those that the file does not have.
    fn add(&mut self, pairs: impl Iterator<Item = (OrganisationNumber, OrganisationNumber)>) {
        for (unit, parent) in pairs {
            if let Entry::Vacant(free) = self.parents.entry(unit) {
                free.insert(parent);
                self.looked_up.insert(unit);
            }
        }
    }

    /// Reads lines of `sub-unit;organisation number`; a first line without numbers is a heading, further columns are ignored.
    pub fn parse(place: &str, text: &str) -> Result<Self, ReferenceError> {
        let mut units = HashMap::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let mut cells = line.split(';').map(str::trim);
            let (Some(unit), Some(parent)) = (cells.next(), cells.next()) else {
                if line.trim().is_empty() {
                    continue;
                }
                return Err(ReferenceError::new(
                    format!("{place}, line {}", index + 1),
                    "not two columns separated by a semicolon",
                ));
            };
            let is_heading = index == 0 && !unit.starts_with(|first: char| first.is_ascii_digit());
            if is_heading {
                continue;
            }
            let number = |text: &str| {
                text.parse::<OrganisationNumber>()
                    .map_err(|error| ReferenceError::new(format!("{place}, line {}", index + 1), error))
            };
            let (unit, parent) = (number(unit)?, number(parent)?);
            if units.insert(unit, parent).is_some_and(|other| other != parent) {
                return Err(ReferenceError::new(
                    format!("{place}, line {}", index + 1),
                    format!("sub-unit {unit} has two organisations"),
                ));
            }
        }
        Ok(Self::new(units))
    }

    /// The sub-units' own numbers.
    pub fn iter(&self) -> impl Iterator<Item = OrganisationNumber> {
        self.parents.keys().copied()
    }

    fn parent(&self, number: OrganisationNumber) -> OrganisationNumber {
        self.parents.get(&number).copied().unwrap_or(number)
    }
}

#[cfg(test)]
mod tests {
    use programgrant_schema::{PILOT, Programme, ReferenceTables};

    use super::*;

    fn reference() -> Reference {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
        let pilot = Programme::parse(PILOT.0, PILOT.1, &register).expect("sound");
        Reference {
            register,
            programmes: Programmes::new(vec![pilot]).expect("sound"),
            organisations: Organisations::built_in().expect("sound"),
            sub_units: SubUnits::parse("units", "underenhet;enhet\n310000019;940244145\n").expect("sound"),
            sources: crate::systems::profiles(),
            registered: Arc::default(),
        }
    }

    fn resolve(organisation: Option<&str>, number: Option<&str>, year: i16) -> Option<String> {
        let reference = reference();
        let recipient = ReportedRecipient {
            organisation_number: organisation.map(str::to_owned),
            number: number.map(str::to_owned),
            name: None,
        };
        reference
            .resolve(&recipient, year)
            .and_then(|id| reference.register.get(id))
            .map(|municipality| municipality.name().to_owned())
    }

    #[test]
    fn a_known_organisation_number_decides_and_an_unknown_one_yields() {
        let bamble = Some("Bamble".to_owned());
        assert_eq!(resolve(Some("940244145"), Some("3813"), 2021), bamble);
        assert_eq!(resolve(Some("940244145"), Some("0814"), 2021), bamble);
        assert_eq!(resolve(Some("940244145"), None, 2021), bamble);
        assert_eq!(resolve(Some("940244145"), Some("9999"), 2021), bamble);
        assert_eq!(resolve(Some("310000019"), None, 2021), bamble);
        assert_eq!(resolve(Some("987654325"), Some("3813"), 2021), bamble);
        assert_eq!(resolve(Some("no number"), Some("4012"), 2021), bamble);
        assert_eq!(resolve(None, Some("0814"), 2021), bamble);
    }

    #[test]
    fn numbers_that_disagree_or_are_unknown_leave_the_recipient_open() {
        assert_eq!(resolve(Some("940244145"), Some("3812"), 2021), None);
        assert_eq!(resolve(Some("987654325"), Some("9999"), 2021), None);
        assert_eq!(resolve(None, None, 2021), None);
        assert_eq!(resolve(None, Some("814"), 2021), None);
        assert_eq!(resolve(None, Some("1507"), 2024), None);
        assert_eq!(resolve(None, Some("1507"), 2023), Some("Ålesund".to_owned()));
    }

    #[test]
    fn a_bad_line_of_sub_units_is_named() {
        let refused = |text| SubUnits::parse("units.csv", text).expect_err("refused").to_string();
        assert_eq!(
            refused("a;b\n310000010\n"),
            "units.csv, line 2: not two columns separated by a semicolon"
        );
        assert_eq!(
            refused("310000010;940244145"),
            "units.csv, line 1: \"310000010\" fails the modulus-11 check digit"
        );
    }
}
