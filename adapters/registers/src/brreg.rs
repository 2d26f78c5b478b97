//! Enhetsregisteret: whose an organisation number is, step by step upwards, and which municipalities there are.

use jiff::civil::Date;
use programgrant_contract::json::{self, Field, Flaw, Raw};
use programgrant_contract::{Http, Reply, SourceError};
use programgrant_schema::{MunicipalityNumber, OrganisationNumber};
use reqwest::header::ACCEPT;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::below;

/// Municipalities that are asked for at once.
const SIZE: usize = 100;
/// More pages than this no list of municipalities has.
const PAGES: usize = 50;

/// Where Enhetsregisteret answers.
#[derive(Debug, Clone)]
pub struct Brreg {
    http: Http,
    base: Url,
}

/// One unit, as far as anybody here asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub number: OrganisationNumber,
    pub name: String,
    /// `KOMM` a municipality, `ORGL` a part of a body.
    pub form: String,
    /// The unit that it is a part of.
    pub parent: Option<OrganisationNumber>,
    pub removed_on: Option<Date>,
    /// Of the municipality that its office lies in.
    pub municipality: Option<MunicipalityNumber>,
}

/// What is said of one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitReply {
    Unit(Box<Unit>),
    /// 404.
    Unknown,
    /// 410: it was removed, and no more is said of it.
    Gone {
        on: Option<Date>,
    },
}

/// Which of its two lists is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitList {
    /// Underenheter.
    SubUnits,
    /// Enheter.
    Units,
}

impl Brreg {
    /// `base` is that of the whole interface, such as `https://data.brreg.no/enhetsregisteret/api`.
    pub const fn new(http: Http, base: Url) -> Self {
        Self { http, base }
    }

    /// What one of the lists says of a number.
    pub async fn unit(&self, list: UnitList, number: OrganisationNumber) -> Result<UnitReply, SourceError> {
        let list = match list {
            UnitList::SubUnits => "underenheter",
            UnitList::Units => "enheter",
        };
        let url = below(&self.base, &[list, &number.to_string()])?;
        let reply = self.get(&url, &[]).await?;
        match reply.status {
            StatusCode::NOT_FOUND => Ok(UnitReply::Unknown),
            StatusCode::GONE => Ok(UnitReply::Gone {
                on: removed_on(&reply.body),
            }),
            status if status.is_success() => {
                let unit = read_unit(&reply.body)?;
                if unit.number != number {
                    return Err(SourceError::malformed(
                        "organisasjonsnummer",
                        "is another than was asked for",
                    ));
                }
                Ok(UnitReply::Unit(Box::new(unit)))
            }
            _ => Err(reply.failure()),
        }
    }

    /// Every municipality, all pages.
    pub async fn municipalities(&self) -> Result<Vec<Unit>, SourceError> {
        let url = below(&self.base, &["enheter"])?;
        let mut all: Vec<Unit> = Vec::new();
        for number in 0..PAGES {
            let (page, size) = (number.to_string(), SIZE.to_string());
            let query = [
                ("organisasjonsform", "KOMM"),
                ("page", page.as_str()),
                ("size", size.as_str()),
            ];
            let reply = self.get(&url, &query).await?;
            if !reply.status.is_success() {
                return Err(reply.failure());
            }
            let page = read_page(&reply.body)?;
            if page.number != number {
                return Err(SourceError::malformed(
                    "page.number",
                    "is another page than was asked for",
                ));
            }
            if let Some(twice) = page
                .units
                .iter()
                .find(|unit| all.iter().any(|known| known.number == unit.number))
            {
                // The list moved on between two pages, and something else may have been passed over.
                return Err(SourceError::not_ready(format!("{} stands on two pages", twice.number)));
            }
            all.extend(page.units);
            if number + 1 >= page.pages {
                return expect(all, page.total);
            }
        }
        Err(SourceError::malformed("page.totalPages", "has no end"))
    }

    async fn get(&self, url: &Url, query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let build = |client: &reqwest::Client| client.get(url.clone()).query(query).header(ACCEPT, "application/json");
        self.http.send(build).await
    }
}

fn expect(all: Vec<Unit>, total: usize) -> Result<Vec<Unit>, SourceError> {
    if all.len() == total && total > 0 {
        return Ok(all);
    }
    let reason = format!("{} came, and {total} are said to be there", all.len());
    Err(SourceError::malformed("page.totalElements", reason))
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPage {
    pub units: Vec<Unit>,
    pub number: usize,
    pub pages: usize,
    pub total: usize,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow, rename = "_embedded")]
    embedded: Option<Embedded<'a>>,
    page: PageNumbers,
}

#[derive(Deserialize)]
struct Embedded<'a> {
    #[serde(borrow)]
    enheter: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageNumbers {
    total_elements: usize,
    total_pages: usize,
    number: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the register's own names")]
struct Enhet<'a> {
    #[serde(borrow)]
    organisasjonsnummer: Raw<'a>,
    navn: Raw<'a>,
    organisasjonsform: Raw<'a>,
    overordnet_enhet: Raw<'a>,
    slettedato: Raw<'a>,
    forretningsadresse: Raw<'a>,
    beliggenhetsadresse: Raw<'a>,
}

#[derive(Deserialize)]
struct Form<'a> {
    #[serde(borrow)]
    kode: Raw<'a>,
}

#[derive(Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    kommunenummer: Raw<'a>,
}

/// Reads one page; one unit that cannot be read spoils it.
pub fn read_page(body: &[u8]) -> Result<UnitPage, SourceError> {
    let listed: Listed<'_> = whole(body, "enheter")?;
    let units = listed.embedded.map_or_else(Vec::new, |embedded| embedded.enheter);
    let read = |(index, raw): (usize, &&RawValue)| {
        unit(raw).map_err(|flaw| SourceError::malformed(format!("enheter[{index}]"), flaw.0))
    };
    Ok(UnitPage {
        units: units.iter().enumerate().map(read).collect::<Result<_, _>>()?,
        number: listed.page.number,
        pages: listed.page.total_pages,
        total: listed.page.total_elements,
    })
}

/// Reads one unit.
pub fn read_unit(body: &[u8]) -> Result<Unit, SourceError> {
    let text = std::str::from_utf8(body).map_err(|_| SourceError::malformed("enhet", "is no UTF-8"))?;
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|_| SourceError::malformed("enhet", "is no JSON, or breaks off"))?;
    unit(raw).map_err(|flaw| SourceError::malformed("enhet", flaw.0))
}

fn unit(raw: &RawValue) -> Result<Unit, Flaw> {
    let enhet: Enhet<'_> = Field::new("enhet", Some(raw)).required(Field::object)?;
    let form: Form<'_> = Field::new("organisasjonsform", enhet.organisasjonsform).required(Field::object)?;
    let place = |name: &'static str, raw: Raw<'_>| -> Result<Option<MunicipalityNumber>, Flaw> {
        let place: Option<Place<'_>> = Field::new(name, raw).object()?;
        let number = place.and_then(|place| place.kommunenummer);
        Field::new("kommunenummer", number).parse("municipality number", |text| text.parse().ok())
    };
    let office = place("forretningsadresse", enhet.forretningsadresse)?;
    Ok(Unit {
        number: organisation("organisasjonsnummer", enhet.organisasjonsnummer)?
            .ok_or_else(|| Field::new("organisasjonsnummer", None).flaw("is missing"))?,
        name: Field::new("navn", enhet.navn).label()?.unwrap_or_default(),
        form: Field::new("organisasjonsform.kode", form.kode).required(Field::label)?,
        parent: organisation("overordnetEnhet", enhet.overordnet_enhet)?,
        removed_on: Field::new("slettedato", enhet.slettedato).date()?,
        municipality: match office {
            Some(office) => Some(office),
            None => place("beliggenhetsadresse", enhet.beliggenhetsadresse)?,
        },
    })
}

fn organisation(name: &'static str, raw: Raw<'_>) -> Result<Option<OrganisationNumber>, Flaw> {
    Field::new(name, raw).parse("organisation number", |text| text.parse().ok())
}

/// The day on which a removed unit was removed, where it is said.
fn removed_on(body: &[u8]) -> Option<Date> {
    let enhet: Enhet<'_> = json::object(std::str::from_utf8(body).ok()?)?;
    Field::new("slettedato", enhet.slettedato).date().ok()?
}

fn whole<'a, T: Deserialize<'a>>(body: &'a [u8], place: &str) -> Result<T, SourceError> {
    let text = std::str::from_utf8(body).map_err(|_| SourceError::malformed(place, "is no UTF-8"))?;
    json::object(text).ok_or_else(|| SourceError::malformed(place, "is no JSON object of its form, or breaks off"))
}
