//! The five grants that a token may come from: whom each lets act, and through whom. What fits two of them, or none, is refused.

use programgrant_schema::OrganisationNumber;
use serde::Deserialize;

use super::token::Claims;
use super::{TokenFlaw, TokenRefused};

/// The one register of numbers that is known: ISO 6523, with 0192 for Norway's organisations.
const AUTHORITY: &str = "iso6523-actorid-upis";
const NORWAY: &str = "0192:";

const SYSTEM_USER: &str = "urn:altinn:systemuser";
const EMPLOYEE: &str = "ansattporten:orgno";
const ALTINN_SERVICE: &str = "ansattporten:altinn:service";
const ALTINN_RESOURCE: &str = "ansattporten:altinn:resource";

/// How surely a person must have been recognised, in the words of ID-porten and Ansattporten, new and old.
const SURE_ENOUGH: [&str; 6] = [
    "idporten-loa-substantial",
    "idporten-loa-high",
    "substantial",
    "high",
    "Level3",
    "Level4",
];

/// Who acts.
#[derive(Debug, PartialEq, Eq)]
pub struct Parties {
    pub acting: OrganisationNumber,
    pub through: Option<OrganisationNumber>,
    /// Whether a person logged in, and no machine.
    pub person: bool,
}

/// An organisation, as the tokens write it.
#[derive(Deserialize)]
pub struct Party {
    #[serde(alias = "Authority")]
    authority: String,
    #[serde(rename = "ID", alias = "id")]
    id: String,
}

/// An entry of `authorization_details`; which fields count depends on its type.
#[derive(Deserialize)]
pub struct Detail {
    #[serde(rename = "type")]
    kind: String,
    resource: Option<String>,
    systemuser_org: Option<Party>,
    reportees: Option<Vec<Party>>,
    authorized_parties: Option<Vec<Authorised>>,
    orgno: Option<Party>,
}

#[derive(Deserialize)]
struct Authorised {
    orgno: Party,
}

impl Party {
    fn number(&self) -> Result<OrganisationNumber, TokenFlaw> {
        let digits = self.id.strip_prefix(NORWAY).filter(|_| self.authority == AUTHORITY);
        digits
            .and_then(|digits| digits.parse().ok())
            .ok_or(TokenFlaw::Organisation)
    }
}

/// What the authorization details of a token say together.
enum Details {
    None,
    /// A system that its vendor runs for this body.
    SystemUser(OrganisationNumber),
    /// A person who may represent this body.
    Represented(OrganisationNumber),
}

/// Whom a token lets act. `resources` are the entitlements by which a person may represent a body.
pub fn resolve(claims: &Claims, resources: &[String]) -> Result<Parties, TokenRefused> {
    let consumer = claims.consumer.as_ref().map(Party::number).transpose()?;
    let supplier = claims.supplier.as_ref().map(Party::number).transpose()?;
    let details = read(claims.authorization_details.as_deref(), resources)?;
    let has_person = claims.pid.is_there() || claims.acr.is_some();
    if claims.delegation_source.is_there() && supplier.is_none() {
        return Err(TokenFlaw::Ambiguous.into());
    }
    match (details, supplier, has_person) {
        (Details::None, supplier, false) => Ok(machine(consumer.ok_or(TokenFlaw::NobodyToActFor)?, supplier)),
        (Details::SystemUser(customer), None, false) => {
            Ok(machine(customer, Some(consumer.ok_or(TokenFlaw::NobodyToActFor)?)))
        }
        (Details::None, None, true) => {
            let acting = service(claims, consumer)?.ok_or(TokenFlaw::NobodyToActFor)?;
            is_sure(claims.acr.as_deref())?;
            Ok(Parties {
                acting,
                through: None,
                person: true,
            })
        }
        (Details::Represented(acting), None, _) => {
            claims.acr.as_deref().map_or(Ok(()), |level| is_sure(Some(level)))?;
            let through = service(claims, consumer)?.filter(|service| *service != acting);
            Ok(Parties {
                acting,
                through,
                person: true,
            })
        }
        (Details::None | Details::SystemUser(_) | Details::Represented(_), _, _) => Err(TokenFlaw::Ambiguous.into()),
    }
}

/// The body that a person may represent by this entitlement, as a login says it; `None` where the person chose none, or stands for
/// themselves. Whose service the person is logged in to says nothing here.
pub fn represented(
    details: Option<&[Detail]>,
    level: Option<&str>,
    resource: &str,
) -> Result<Option<OrganisationNumber>, TokenRefused> {
    let Some(details) = details.filter(|details| !details.is_empty()) else {
        return Ok(None);
    };
    match read(Some(details), &[resource.to_owned()]) {
        Ok(Details::Represented(acting)) => {
            level.map_or(Ok(()), |level| is_sure(Some(level)))?;
            Ok(Some(acting))
        }
        Err(TokenRefused::Invalid(TokenFlaw::NobodyToActFor)) => Ok(None),
        Ok(Details::None | Details::SystemUser(_)) => Err(TokenFlaw::Ambiguous.into()),
        Err(refused) => Err(refused),
    }
}

fn machine(acting: OrganisationNumber, through: Option<OrganisationNumber>) -> Parties {
    Parties {
        acting,
        through: through.filter(|through| *through != acting),
        person: false,
    }
}

/// The body whose service the person is logged in to, stated in one of two ways or in both alike.
fn service(claims: &Claims, consumer: Option<OrganisationNumber>) -> Result<Option<OrganisationNumber>, TokenFlaw> {
    let plain = claims
        .client_orgno
        .as_deref()
        .map(|number| number.parse().map_err(|_| TokenFlaw::Organisation))
        .transpose()?;
    match (consumer, plain) {
        (Some(consumer), Some(plain)) if consumer != plain => Err(TokenFlaw::Ambiguous),
        (consumer, plain) => Ok(consumer.or(plain)),
    }
}

fn is_sure(level: Option<&str>) -> Result<(), TokenFlaw> {
    let is_sure = level.is_some_and(|level| SURE_ENOUGH.contains(&level));
    if is_sure { Ok(()) } else { Err(TokenFlaw::Person) }
}

/// All details together: they speak of one kind and one body, or of nobody.
fn read(details: Option<&[Detail]>, resources: &[String]) -> Result<Details, TokenRefused> {
    let Some(details) = details else {
        return Ok(Details::None);
    };
    let mut all = details.iter().map(|detail| detail.read(resources));
    let first = all.next().ok_or(TokenFlaw::Details)??;
    for other in all {
        match (&first, other?) {
            (Details::SystemUser(one), Details::SystemUser(other))
            | (Details::Represented(one), Details::Represented(other))
                if *one == other => {}
            _ => return Err(TokenFlaw::Ambiguous.into()),
        }
    }
    Ok(first)
}

impl Detail {
    fn read(&self, resources: &[String]) -> Result<Details, TokenRefused> {
        let stated = [
            self.systemuser_org.is_some(),
            self.reportees.is_some(),
            self.authorized_parties.is_some(),
            self.orgno.is_some(),
        ];
        if stated.iter().filter(|stated| **stated).count() > 1 {
            return Err(TokenFlaw::Ambiguous.into());
        }
        match self.kind.as_str() {
            SYSTEM_USER => Ok(Details::SystemUser(
                self.systemuser_org
                    .as_ref()
                    .ok_or(TokenFlaw::NobodyToActFor)?
                    .number()?,
            )),
            EMPLOYEE => {
                let employer = self.orgno.as_ref().ok_or(TokenFlaw::NobodyToActFor)?.number()?;
                entitled(Some(EMPLOYEE), resources)?;
                Ok(Details::Represented(employer))
            }
            ALTINN_SERVICE | ALTINN_RESOURCE => {
                let body = self.one_body()?;
                entitled(self.resource.as_deref(), resources)?;
                Ok(Details::Represented(body))
            }
            _ => Err(TokenFlaw::Details.into()),
        }
    }

    /// The one body that all entries name.
    fn one_body(&self) -> Result<OrganisationNumber, TokenFlaw> {
        let reportees = self.reportees.iter().flatten();
        let authorised = self.authorized_parties.iter().flatten().map(|party| &party.orgno);
        let mut bodies = reportees.chain(authorised).map(Party::number);
        let first = bodies.next().ok_or(TokenFlaw::NobodyToActFor)??;
        for other in bodies {
            if other? != first {
                return Err(TokenFlaw::Ambiguous);
            }
        }
        Ok(first)
    }
}

/// Whether this entitlement is one by which a person may represent a body here: any, where none are named.
fn entitled(resource: Option<&str>, resources: &[String]) -> Result<(), TokenRefused> {
    let is_taken =
        resources.is_empty() || resource.is_some_and(|resource| resources.iter().any(|taken| taken == resource));
    if is_taken { Ok(()) } else { Err(TokenRefused::Resource) }
}
