//! What the endpoint is asked and what it answers, to the letter. A field of a record keeps its JSON text until it is read,
//! so that one bad record does not spoil its page and no amount passes through a number.

use jiff::civil::Date;
use programgrant_contract::json::Raw;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Asks for what is kept and nothing else.
pub const QUERY: &str = "\
query SoekTilsagn($input: SoekTilsagnInput!) {
  soekTilsagn(input: $input) {
    items {
      saksnummer
      soeker { organisasjonsnummer kommunenummer navn }
      ordning { kapittel post }
      aktivitetstype
      soektBeloepOere
      innvilgetBeloepOere
      utbetaltBeloepOere
      status
      vedtattDato
      tilskuddsaar
      periode { fra til }
      rapportfrist
      utbetalinger { dato beloepOere referanse }
      endret
    }
    hasNextPage
    continuationToken
    errors { __typename message }
  }
}";

/// The most that the system gives at once: the fewer pages, the fewer tokens that can expire.
pub const LIMIT: u16 = 1000;

/// The payload error that says that a continuation token has expired.
pub const UGYLDIG_TOKEN: &str = "UgyldigToken";

pub const LIST: &str = "query Sperrer { sperrer { id organisasjonsnummer aktivitetstype fra til } }";

pub const SET: &str = "\
mutation SettSperre($input: SperreInput!) {
  settSperre(input: $input) { sperre { id organisasjonsnummer aktivitetstype fra til } errors { __typename message } }
}";

pub const LIFT: &str = "\
mutation OpphevSperre($id: ID!) {
  opphevSperre(id: $id) { sperre { id organisasjonsnummer aktivitetstype fra til } errors { __typename message } }
}";

#[derive(Serialize)]
pub struct Request<V> {
    pub query: &'static str,
    pub variables: V,
}

#[derive(Serialize)]
pub struct WithInput<I> {
    pub input: I,
}

#[derive(Serialize)]
pub struct WithId<'a> {
    pub id: &'a str,
}

#[derive(Serialize)]
pub struct Nothing {}

/// Without `aktivitetstype`, which means every activity.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SoekTilsagnInput<'a> {
    pub aar: i16,
    pub limit: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<&'a str>,
}

/// The GraphQL answer: `errors` is looked at before anybody reads `data`.
#[derive(Deserialize)]
pub struct Response<'a> {
    #[serde(borrow)]
    pub data: Raw<'a>,
    pub errors: Raw<'a>,
}

/// The one field that is asked for in each request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data<'a> {
    #[serde(borrow)]
    pub soek_tilsagn: Raw<'a>,
    pub sperrer: Raw<'a>,
    pub sett_sperre: Raw<'a>,
    pub opphev_sperre: Raw<'a>,
}

/// Sperre, as it is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SperreInput {
    pub organisasjonsnummer: String,
    pub aktivitetstype: String,
    pub fra: Date,
    pub til: Date,
    pub program: String,
    pub hjemmel: String,
}

#[derive(Deserialize)]
pub struct SperrePayload<'a> {
    #[serde(borrow)]
    pub sperre: Raw<'a>,
    pub errors: Vec<SoekError>,
}

/// Sperre, as it is listed: without programme and legal basis.
#[derive(Deserialize)]
pub struct Sperre<'a> {
    #[serde(borrow)]
    pub id: Raw<'a>,
    pub organisasjonsnummer: Raw<'a>,
    pub aktivitetstype: Raw<'a>,
    pub fra: Raw<'a>,
    pub til: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoekTilsagnPayload<'a> {
    #[serde(borrow)]
    pub items: Option<Vec<&'a RawValue>>,
    pub has_next_page: bool,
    pub continuation_token: Option<String>,
    pub errors: Vec<SoekError>,
}

/// The message is the system's own business and stays unread.
#[derive(Deserialize)]
pub struct SoekError {
    #[serde(rename = "__typename")]
    pub typename: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tilsagn<'a> {
    #[serde(borrow)]
    pub saksnummer: Raw<'a>,
    pub soeker: Raw<'a>,
    pub ordning: Raw<'a>,
    pub aktivitetstype: Raw<'a>,
    pub soekt_beloep_oere: Raw<'a>,
    pub innvilget_beloep_oere: Raw<'a>,
    pub utbetalt_beloep_oere: Raw<'a>,
    pub status: Raw<'a>,
    pub vedtatt_dato: Raw<'a>,
    pub tilskuddsaar: Raw<'a>,
    pub periode: Raw<'a>,
    pub rapportfrist: Raw<'a>,
    pub utbetalinger: Raw<'a>,
    pub endret: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Soeker<'a> {
    #[serde(borrow)]
    pub organisasjonsnummer: Raw<'a>,
    pub kommunenummer: Raw<'a>,
    pub navn: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Ordning<'a> {
    #[serde(borrow)]
    pub kapittel: Raw<'a>,
    pub post: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Periode<'a> {
    #[serde(borrow)]
    pub fra: Raw<'a>,
    pub til: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Utbetaling<'a> {
    #[serde(borrow)]
    pub dato: Raw<'a>,
    pub beloep_oere: Raw<'a>,
    pub referanse: Raw<'a>,
}
