//! The documented interface, type by type. Every GraphQL name is given, so that no upgrade of the library can rename one.
//! (Documentation on these types would become part of the interface, which has none.)

use async_graphql::{
    Enum, ID, InputObject, InputValueError, InputValueResult, Interface, Scalar, ScalarType, SimpleObject, Value,
};
use jiff::{Timestamp, civil};
use programgrant_contract::json;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub civil::Date);

#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => json::date(text)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("not a date")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub Timestamp);

#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text
                .parse()
                .map(Self)
                .map_err(|_| InputValueError::custom("not an instant")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    // Norwegian winter time: an instant has an offset, and a client has to read it.
    fn to_value(&self) -> Value {
        Value::String(self.0.display_with_offset(jiff::tz::offset(1)).to_string())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[graphql(name = "Aktivitetstype")]
pub enum Aktivitetstype {
    #[graphql(name = "LOS")]
    Los,
    #[graphql(name = "FERIE")]
    Ferie,
    #[graphql(name = "FRITID")]
    Fritid,
    #[graphql(name = "ALTERNATIV_SKOLE")]
    AlternativSkole,
    #[graphql(name = "INKLUDERING")]
    Inkludering,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "Tilsagnsstatus")]
pub enum Tilsagnsstatus {
    #[graphql(name = "MOTTATT")]
    Mottatt,
    #[graphql(name = "INNVILGET")]
    Innvilget,
    #[graphql(name = "AVSLAG")]
    Avslag,
    #[graphql(name = "AVVIST")]
    Avvist,
    #[graphql(name = "TRUKKET")]
    Trukket,
    #[graphql(name = "UTBETALT")]
    Utbetalt,
    #[graphql(name = "TILBAKEBETALT")]
    Tilbakebetalt,
    #[graphql(name = "PROGRAM")]
    Program,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Tilsagn")]
pub struct Tilsagn {
    #[graphql(name = "saksnummer")]
    pub saksnummer: ID,
    #[graphql(name = "soeker")]
    pub soeker: Soeker,
    #[graphql(name = "ordning")]
    pub ordning: Ordning,
    #[graphql(name = "aktivitetstype")]
    pub aktivitetstype: Aktivitetstype,
    #[graphql(name = "soektBeloepOere")]
    pub soekt_beloep_oere: Option<String>,
    #[graphql(name = "innvilgetBeloepOere")]
    pub innvilget_beloep_oere: Option<String>,
    #[graphql(name = "utbetaltBeloepOere")]
    pub utbetalt_beloep_oere: Option<String>,
    #[graphql(name = "status")]
    pub status: Tilsagnsstatus,
    #[graphql(name = "vedtattDato")]
    pub vedtatt_dato: Option<Date>,
    #[graphql(name = "tilskuddsaar")]
    pub tilskuddsaar: i32,
    #[graphql(name = "periode")]
    pub periode: Option<Periode>,
    #[graphql(name = "rapportfrist")]
    pub rapportfrist: Option<Date>,
    #[graphql(name = "utbetalinger")]
    pub utbetalinger: Vec<Utbetaling>,
    #[graphql(name = "endret")]
    pub endret: DateTime,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Soeker")]
pub struct Soeker {
    #[graphql(name = "organisasjonsnummer")]
    pub organisasjonsnummer: Option<String>,
    #[graphql(name = "kommunenummer")]
    pub kommunenummer: Option<String>,
    #[graphql(name = "navn")]
    pub navn: String,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Ordning")]
pub struct Ordning {
    #[graphql(name = "kapittel")]
    pub kapittel: String,
    #[graphql(name = "post")]
    pub post: String,
    #[graphql(name = "navn")]
    pub navn: String,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Periode")]
pub struct Periode {
    #[graphql(name = "fra")]
    pub fra: Date,
    #[graphql(name = "til")]
    pub til: Date,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Utbetaling")]
pub struct Utbetaling {
    #[graphql(name = "dato")]
    pub dato: Date,
    #[graphql(name = "beloepOere")]
    pub beloep_oere: String,
    #[graphql(name = "referanse")]
    pub referanse: Option<String>,
}

#[derive(Debug, InputObject)]
#[graphql(name = "SoekTilsagnInput")]
pub struct SoekTilsagnInput {
    #[graphql(name = "aar")]
    pub aar: i32,
    #[graphql(name = "aktivitetstype")]
    pub aktivitetstype: Option<Vec<Aktivitetstype>>,
    #[graphql(name = "limit", default_with = "Some(100)")]
    pub limit: Option<i32>,
    #[graphql(name = "continuationToken")]
    pub continuation_token: Option<String>,
}

#[derive(Debug, SimpleObject)]
#[graphql(name = "SoekTilsagnPayload")]
pub struct SoekTilsagnPayload {
    #[graphql(name = "items")]
    pub items: Option<Vec<Tilsagn>>,
    #[graphql(name = "hasNextPage")]
    pub has_next_page: bool,
    #[graphql(name = "continuationToken")]
    pub continuation_token: Option<String>,
    #[graphql(name = "errors")]
    pub errors: Vec<SoekError>,
}

#[derive(Debug, Interface)]
#[graphql(name = "SoekError", field(name = "message", ty = "&String"))]
pub enum SoekError {
    UgyldigToken(UgyldigToken),
}

#[derive(Debug, SimpleObject)]
#[graphql(name = "UgyldigToken")]
pub struct UgyldigToken {
    #[graphql(name = "message")]
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, InputObject)]
#[graphql(name = "SperreInput")]
pub struct SperreInput {
    #[graphql(name = "organisasjonsnummer")]
    pub organisasjonsnummer: String,
    #[graphql(name = "aktivitetstype")]
    pub aktivitetstype: Aktivitetstype,
    #[graphql(name = "fra")]
    pub fra: Date,
    #[graphql(name = "til")]
    pub til: Date,
    #[graphql(name = "program")]
    pub program: String,
    #[graphql(name = "hjemmel")]
    pub hjemmel: String,
}

#[derive(Debug, SimpleObject)]
#[graphql(name = "SperrePayload")]
pub struct SperrePayload {
    #[graphql(name = "sperre")]
    pub sperre: Option<Sperre>,
    #[graphql(name = "errors")]
    pub errors: Vec<SoekError>,
}

#[derive(Debug, Clone, PartialEq, SimpleObject)]
#[graphql(name = "Sperre")]
pub struct Sperre {
    #[graphql(name = "id")]
    pub id: ID,
    #[graphql(name = "organisasjonsnummer")]
    pub organisasjonsnummer: String,
    #[graphql(name = "aktivitetstype")]
    pub aktivitetstype: Aktivitetstype,
    #[graphql(name = "fra")]
    pub fra: Date,
    #[graphql(name = "til")]
    pub til: Date,
}
