//! What the endpoint is asked and what it answers, to the letter. A field of a record keeps its JSON text until it is read,
//! so that one bad record does not spoil its page and no amount passes through a number.

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

#[derive(Serialize)]
pub struct Request<'a> {
    pub query: &'static str,
    pub variables: Variables<'a>,
}

#[derive(Serialize)]
pub struct Variables<'a> {
    pub input: SoekTilsagnInput<'a>,
}

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
pub struct Answer<'a> {
    #[serde(borrow)]
    pub data: Raw<'a>,
    #[serde(borrow)]
    pub errors: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data<'a> {
    #[serde(borrow)]
    pub soek_tilsagn: Raw<'a>,
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
    #[serde(borrow)]
    pub soeker: Raw<'a>,
    #[serde(borrow)]
    pub ordning: Raw<'a>,
    #[serde(borrow)]
    pub aktivitetstype: Raw<'a>,
    #[serde(borrow)]
    pub soekt_beloep_oere: Raw<'a>,
    #[serde(borrow)]
    pub innvilget_beloep_oere: Raw<'a>,
    #[serde(borrow)]
    pub utbetalt_beloep_oere: Raw<'a>,
    #[serde(borrow)]
    pub status: Raw<'a>,
    #[serde(borrow)]
    pub vedtatt_dato: Raw<'a>,
    #[serde(borrow)]
    pub tilskuddsaar: Raw<'a>,
    #[serde(borrow)]
    pub periode: Raw<'a>,
    #[serde(borrow)]
    pub utbetalinger: Raw<'a>,
    #[serde(borrow)]
    pub endret: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Soeker<'a> {
    #[serde(borrow)]
    pub organisasjonsnummer: Raw<'a>,
    #[serde(borrow)]
    pub kommunenummer: Raw<'a>,
    #[serde(borrow)]
    pub navn: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Ordning<'a> {
    #[serde(borrow)]
    pub kapittel: Raw<'a>,
    #[serde(borrow)]
    pub post: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Periode<'a> {
    #[serde(borrow)]
    pub fra: Raw<'a>,
    #[serde(borrow)]
    pub til: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Utbetaling<'a> {
    #[serde(borrow)]
    pub dato: Raw<'a>,
    #[serde(borrow)]
    pub beloep_oere: Raw<'a>,
    #[serde(borrow)]
    pub referanse: Raw<'a>,
}
