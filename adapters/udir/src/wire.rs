//! Exactly what Udir sends and is sent, by its own names. Fields stay JSON text until `translate` reads them, so that an amount never
//! passes through a float and one bad field spoils no more than its record.

use jiff::civil::Date;
use programgrant_contract::json::Raw;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    pub side: u32,
    pub totalt_antall: u64,
    #[serde(borrow)]
    pub tildelinger: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tildeling<'a> {
    #[serde(borrow)]
    pub id: Raw<'a>,
    pub ordning: Raw<'a>,
    pub tilskuddsaar: Raw<'a>,
    pub mottaker: Raw<'a>,
    pub beregnet_belop: Raw<'a>,
    pub utbetalt_belop: Raw<'a>,
    pub status: Raw<'a>,
    pub vedtaksdato: Raw<'a>,
    pub utbetalinger: Raw<'a>,
    pub sist_endret: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Ordning<'a> {
    #[serde(borrow)]
    pub kapittel: Raw<'a>,
    pub post: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Mottaker<'a> {
    #[serde(borrow)]
    pub orgnr: Raw<'a>,
    pub kommunenummer: Raw<'a>,
    pub navn: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Utbetaling<'a> {
    #[serde(borrow)]
    pub dato: Raw<'a>,
    pub belop: Raw<'a>,
    pub referanse: Raw<'a>,
}

/// Sperre, as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sperre<'a> {
    pub fra_og_med: Date,
    pub til_og_med: Date,
    pub program: &'a str,
    pub virkning: &'static str,
    pub hjemmel: &'a str,
}

#[derive(Deserialize)]
pub struct Sperreliste<'a> {
    #[serde(borrow)]
    pub sperrer: Vec<&'a RawValue>,
}

/// Sperre, as it is listed: without what it does and why.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListetSperre<'a> {
    #[serde(borrow)]
    pub kapittel: Raw<'a>,
    pub post: Raw<'a>,
    pub orgnr: Raw<'a>,
    pub fra_og_med: Raw<'a>,
    pub til_og_med: Raw<'a>,
}
