//! Exactly what Udir sends, by its own names. Fields stay JSON text until `translate` reads them, so that an amount never
//! passes through a float and one bad field spoils no more than its record.

use programgrant_contract::json::Raw;
use serde::Deserialize;
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
    #[serde(borrow)]
    pub ordning: Raw<'a>,
    #[serde(borrow)]
    pub tilskuddsaar: Raw<'a>,
    #[serde(borrow)]
    pub mottaker: Raw<'a>,
    #[serde(borrow)]
    pub beregnet_belop: Raw<'a>,
    #[serde(borrow)]
    pub utbetalt_belop: Raw<'a>,
    #[serde(borrow)]
    pub status: Raw<'a>,
    #[serde(borrow)]
    pub vedtaksdato: Raw<'a>,
    #[serde(borrow)]
    pub utbetalinger: Raw<'a>,
    #[serde(borrow)]
    pub sist_endret: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Ordning<'a> {
    #[serde(borrow)]
    pub kapittel: Raw<'a>,
    #[serde(borrow)]
    pub post: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Mottaker<'a> {
    #[serde(borrow)]
    pub orgnr: Raw<'a>,
    #[serde(borrow)]
    pub kommunenummer: Raw<'a>,
    #[serde(borrow)]
    pub navn: Raw<'a>,
}

#[derive(Deserialize)]
pub struct Utbetaling<'a> {
    #[serde(borrow)]
    pub dato: Raw<'a>,
    #[serde(borrow)]
    pub belop: Raw<'a>,
    #[serde(borrow)]
    pub referanse: Raw<'a>,
}
