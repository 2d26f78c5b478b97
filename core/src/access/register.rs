//! Which body has which role: worked out from the reference registers and the programmes, extended in the configuration.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use programgrant_schema::OrganisationNumber;
use serde::Deserialize;

use super::{Office, Role};
use crate::reference::Reference;

/// Why a body cannot have the role that it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct RoleError {
    /// The configuration's key.
    pub key: String,
    pub reason: String,
}

/// A body whose role no programme file and no register tells: an evaluator, an operator, a programme's secretariat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthOrganisation {
    pub number: OrganisationNumber,
    pub role: Role,
    /// What it is called; its number where left out.
    pub name: Option<String>,
}

/// Every body that has a role. One that is not here is the public.
#[derive(Debug, Clone)]
pub struct Register {
    roles: HashMap<OrganisationNumber, Role>,
    /// The programmes of those that are an office.
    offices: HashMap<OrganisationNumber, Office>,
    /// Sub-units and the organisation that each belongs to.
    parents: HashMap<OrganisationNumber, OrganisationNumber>,
}

impl Register {
    /// Works the roles out. A body that would have two is refused, but for a programme's payer: it is a directorate and more.
    pub fn new(reference: &Reference, configured: &[AuthOrganisation]) -> Result<Self, RoleError> {
        let parents = reference
            .sub_units
            .iter()
            .map(|unit| (unit, reference.organisation_of(unit)))
            .collect();
        let mut register = Self {
            roles: HashMap::new(),
            offices: HashMap::new(),
            parents,
        };
        register.add_known(reference)?;
        for (place, body) in configured.iter().enumerate() {
            let others = &configured[..place];
            register.add_configured(body, others).map_err(|reason| RoleError {
                key: format!("auth.organisations[{place}].number"),
                reason,
            })?;
        }
        Ok(register)
    }

    /// What a body is to the programme. A sub-unit has its organisation's role.
    pub fn role_of(&self, number: OrganisationNumber) -> Role {
        self.roles
            .get(&self.acting_for(number))
            .copied()
            .unwrap_or(Role::Public)
    }

    /// Of which programmes a body is the office. A sub-unit is its organisation's.
    pub fn office_of(&self, number: OrganisationNumber) -> Office {
        self.offices.get(&self.acting_for(number)).cloned().unwrap_or_default()
    }

    /// The organisation that a sub-unit acts for; any other body acts for itself.
    pub fn acting_for(&self, number: OrganisationNumber) -> OrganisationNumber {
        self.parents.get(&number).copied().unwrap_or(number)
    }

    fn add_known(&mut self, reference: &Reference) -> Result<(), RoleError> {
        let municipalities = reference
            .register
            .organisation_numbers()
            .map(|number| (number, Role::Municipality));
        let governors = reference
            .organisations
            .county_governors()
            .map(|number| (number, Role::CountyGovernor));
        let directorates = reference
            .programmes
            .schemes()
            .iter()
            .map(|scheme| (scheme.directorate, Role::Directorate));
        let payers = reference
            .programmes
            .iter()
            .filter_map(|programme| Some((programme.payer?, Role::ProgrammeOffice)));
        self.add_offices(reference);
        for (number, role) in municipalities.chain(governors).chain(directorates).chain(payers) {
            match self.roles.entry(number) {
                Entry::Vacant(free) => {
                    free.insert(role);
                }
                Entry::Occupied(mut had) if *had.get() == Role::Directorate && role == Role::ProgrammeOffice => {
                    had.insert(role);
                }
                Entry::Occupied(had) if *had.get() == role => {}
                Entry::Occupied(had) => {
                    let reason = format!("{number} is {} and {} at once", had.get().as_str(), role.as_str());
                    return Err(RoleError {
                        key: "programme.files".to_owned(),
                        reason,
                    });
                }
            }
        }
        Ok(())
    }

    /// A programme's payer is the office of that programme, and of no other.
    fn add_offices(&mut self, reference: &Reference) {
        let mut own: HashMap<OrganisationNumber, Vec<String>> = HashMap::new();
        for programme in reference.programmes.iter() {
            if let Some(payer) = programme.payer {
                own.entry(payer).or_default().push(programme.id.clone());
            }
        }
        let schemes = reference.programmes.schemes();
        for (number, programmes) in own {
            let is_directorate = schemes.iter().any(|scheme| scheme.directorate == number);
            let otherwise = if is_directorate {
                Role::Directorate
            } else {
                Role::Public
            };
            let programmes = programmes.into();
            self.offices.insert(number, Office::Of { programmes, otherwise });
        }
    }

    fn add_configured(&mut self, body: &AuthOrganisation, others: &[AuthOrganisation]) -> Result<(), String> {
        let (number, role) = (body.number, body.role);
        if others.iter().any(|other| other.number == number) {
            return Err(format!("{number} stands here twice"));
        }
        if let Some(parent) = self.parents.get(&number) {
            return Err(format!(
                "{number} is a sub-unit and has the role of its organisation, {parent}"
            ));
        }
        match (self.roles.get(&number), role) {
            // Its own programme makes a body an office of that one; being named here, of all.
            (Some(Role::ProgrammeOffice), Role::ProgrammeOffice) => {
                self.offices.insert(number, Office::All);
                Ok(())
            }
            (Some(had), _) if *had == role => Ok(()),
            (Some(had), _) => Err(format!(
                "{number} is {} by the registers and the programmes, and cannot be {}",
                had.as_str(),
                role.as_str()
            )),
            // Their reach follows from the reference registers; without it the role would be an empty word.
            (None, Role::Municipality | Role::CountyGovernor) => {
                Err(format!("the reference registers know no {} {number}", role.as_str()))
            }
            (None, Role::Public) => Err("PUBLIC is what every body is that stands nowhere".to_owned()),
            (None, _) => {
                self.roles.insert(number, role);
                if role == Role::ProgrammeOffice {
                    self.offices.insert(number, Office::All);
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(configured: &[AuthOrganisation]) -> Result<Register, String> {
        let mut reference = Reference::built_in().expect("built in");
        reference.sub_units = crate::reference::SubUnits::parse(
            "units",
            "310000019;940244145
",
        )
        .expect("sound");
        Register::new(&reference, configured).map_err(|error| error.to_string())
    }

    fn role(register: &Register, number: &str) -> Role {
        register.role_of(number.parse().expect("a number"))
    }

    fn body(number: &str, role: Role) -> AuthOrganisation {
        let number = number.parse().expect("a number");
        AuthOrganisation {
            number,
            role,
            name: None,
        }
    }

    #[test]
    fn roles_follow_from_the_registers_and_the_programmes() {
        let register = register(&[]).expect("sound");
        for (number, expected) in [
            ("940244145", Role::Municipality),
            ("958935420", Role::Municipality),
            ("974762501", Role::CountyGovernor),
            ("889640782", Role::Directorate),
            ("986128433", Role::Directorate),
            ("970018131", Role::ProgrammeOffice),
            ("983887457", Role::Public),
            ("987654325", Role::Public),
        ] {
            assert_eq!(role(&register, number), expected, "{number}");
        }
    }

    #[test]
    fn a_payer_is_the_office_of_its_own_programme_and_who_is_configured_of_all() {
        let own = register(&[]).expect("sound");
        let [udir, nav, secretariat] =
            ["970018131", "889640782", "987654325"].map(|number| number.parse().expect("a number"));
        let of_pilot = Office::Of {
            programmes: ["0-24-pilot".to_owned()].into(),
            otherwise: Role::Directorate,
        };
        assert_eq!((own.office_of(udir), own.office_of(nav)), (of_pilot, Office::Nowhere));
        let office = |number| body(number, Role::ProgrammeOffice);
        let configured = register(&[office("970018131"), office("987654325")]).expect("sound");
        assert_eq!(
            (configured.office_of(udir), configured.office_of(secretariat)),
            (Office::All, Office::All)
        );
        assert_eq!(configured.role_of(udir), Role::ProgrammeOffice);
    }

    #[test]
    fn a_sub_unit_acts_for_its_organisation() {
        let register = register(&[]).expect("sound");
        let (unit, parent) = (
            "310000019".parse().expect("a number"),
            "940244145".parse().expect("a number"),
        );
        assert_eq!(
            (register.acting_for(unit), register.role_of(unit)),
            (parent, Role::Municipality)
        );
        assert_eq!(register.acting_for(parent), parent);
    }

    #[test]
    fn the_configuration_adds_roles_and_replaces_none() {
        let added = register(&[body("987654325", Role::Evaluator), body("983887457", Role::Operator)]).expect("sound");
        assert_eq!(
            (role(&added, "987654325"), role(&added, "983887457")),
            (Role::Evaluator, Role::Operator)
        );
        assert!(
            register(&[body("974762501", Role::CountyGovernor)]).is_ok(),
            "what is so already may be said"
        );
        let key = "auth.organisations[0].number: ";
        for (number, given, reason) in [
            (
                "889640782",
                Role::ProgrammeOffice,
                "889640782 is DIRECTORATE by the registers and the programmes, and cannot be PROGRAMME_OFFICE",
            ),
            (
                "970018131",
                Role::Operator,
                "970018131 is PROGRAMME_OFFICE by the registers and the programmes, and cannot be OPERATOR",
            ),
            (
                "987654325",
                Role::Municipality,
                "the reference registers know no MUNICIPALITY 987654325",
            ),
            (
                "310000019",
                Role::Operator,
                "310000019 is a sub-unit and has the role of its organisation, 940244145",
            ),
            (
                "987654325",
                Role::Public,
                "PUBLIC is what every body is that stands nowhere",
            ),
        ] {
            assert_eq!(
                register(&[body(number, given)]).expect_err("refused"),
                format!("{key}{reason}")
            );
        }
        let twice =
            register(&[body("987654325", Role::Evaluator), body("987654325", Role::Evaluator)]).expect_err("refused");
        assert_eq!(twice, "auth.organisations[1].number: 987654325 stands here twice");
    }
}
