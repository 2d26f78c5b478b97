//! Answers of the guard and its lists, in pieces.

use async_graphql::ID;
use jiff::Timestamp;
use programgrant_schema::MunicipalityId;

use super::case::{CaseKind, CaseState, DoubleFundingCaseNode, DoubleFundingCasePage};
use super::funding::{ClaimState, FundingClaimNode, FundingClaimPage, FundingInput, FundingVerdict};
use super::{ApiError, Snapshot, page};
use crate::ledger::rules::FundingRequest;
use crate::ledger::{Case, CaseFilter, ClaimFilter};

/// The most questions in one list.
const MOST_CHECKS: usize = 500;
const CLAIMS: &str = "claims";
const CASES: &str = "cases";

pub async fn check(snapshot: &Snapshot, input: FundingInput) -> Result<FundingVerdict, ApiError> {
    let verdict = snapshot.guard.check(snapshot.facts(), &input.into()).await?;
    Ok((&verdict).into())
}

pub async fn check_all(snapshot: &Snapshot, inputs: Vec<FundingInput>) -> Result<Vec<FundingVerdict>, ApiError> {
    if inputs.len() > MOST_CHECKS {
        return Err(ApiError::TooMany { what: "inputs", most: MOST_CHECKS });
    }
    let requests: Vec<FundingRequest> = inputs.into_iter().map(Into::into).collect();
    let verdicts = snapshot.guard.check_all(snapshot.facts(), &requests).await;
    let verdicts = verdicts.map_err(|(place, error)| ApiError::InputOfList { place, error })?;
    Ok(verdicts.iter().map(Into::into).collect())
}

/// Which claims are asked for.
pub struct ClaimsWanted {
    pub scheme: Option<ID>,
    pub municipality: Option<String>,
    pub year: Option<i32>,
    pub state: Option<Vec<ClaimState>>,
}

pub async fn claims(snapshot: &Snapshot, wanted: ClaimsWanted, limit: usize, token: Option<String>) -> Result<FundingClaimPage, ApiError> {
    let scheme = wanted.scheme.map(|id| snapshot.scheme(&id)).transpose()?;
    let municipality = wanted.municipality.map(|text| snapshot.municipality(&text)).transpose()?;
    let year = wanted.year.map(|year| i16::try_from(year).map_err(|_| ApiError::InvalidYear(year))).transpose()?;
    let filter = ClaimFilter {
        subject: scheme.map(|scheme| scheme.id.to_string()),
        recipient: municipality.map(|id| id.to_string()),
        year,
        states: wanted.state.unwrap_or_default().into_iter().map(Into::into).collect(),
        after: token.map(|token| page::key(CLAIMS, &token)).transpose()?,
        limit: one_more(limit),
    };
    let mut kept = snapshot.guard.claims(&filter).await?;
    let more = kept.len() > limit;
    kept.truncate(limit);
    let continuation_token = kept.last().filter(|_| more).map(|last| page::token(CLAIMS, last.claim.id.as_str()));
    Ok(FundingClaimPage { items: kept.into_iter().map(FundingClaimNode::from).collect(), continuation_token })
}

/// Which cases are asked for.
pub struct CasesWanted {
    pub programme: Option<ID>,
    pub scheme: Option<ID>,
    pub municipality: Option<String>,
    pub kind: Option<Vec<CaseKind>>,
    pub state: Option<Vec<CaseState>>,
}

pub async fn cases(snapshot: &Snapshot, wanted: CasesWanted, limit: usize, token: Option<String>) -> Result<DoubleFundingCasePage, ApiError> {
    let programme = wanted.programme.map(|id| snapshot.programme(&id).map(|programme| programme.id.clone())).transpose()?;
    let scheme = wanted.scheme.map(|id| snapshot.scheme(&id).map(|scheme| scheme.id.to_string())).transpose()?;
    let municipality = wanted.municipality.map(|text| snapshot.municipality(&text).map(|id| id.to_string())).transpose()?;
    let filter = CaseFilter {
        programme,
        scheme,
        municipality,
        kinds: wanted.kind.unwrap_or_default().into_iter().map(|kind| crate::ledger::CaseKind::from(kind).as_str()).collect(),
        states: wanted.state.unwrap_or_default().into_iter().map(Into::into).collect(),
        after: token.map(|token| place(&token)).transpose()?,
        limit: one_more(limit),
    };
    let mut found = snapshot.guard.cases(&filter).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let key = |case: &Case| page::token(CASES, &format!("{} {}", case.opened_at.as_microsecond(), case.id.as_str()));
    let continuation_token = found.last().filter(|_| more).map(key);
    Ok(DoubleFundingCasePage { items: found.into_iter().map(DoubleFundingCaseNode).collect(), continuation_token })
}

/// All cases of one municipality.
pub async fn cases_of(
    snapshot: &Snapshot,
    municipality: MunicipalityId,
    state: Option<Vec<CaseState>>,
) -> Result<Vec<DoubleFundingCaseNode>, ApiError> {
    let states = state.unwrap_or_default().into_iter().map(Into::into).collect();
    let filter = CaseFilter { municipality: Some(municipality.to_string()), states, limit: i64::MAX, ..CaseFilter::default() };
    Ok(snapshot.guard.cases(&filter).await?.into_iter().map(DoubleFundingCaseNode).collect())
}

/// Opening and id of the case that the piece before ended with.
fn place(token: &str) -> Result<(Timestamp, String), ApiError> {
    let key = page::key(CASES, token)?;
    let (opened_at, id) = key.split_once(' ').ok_or(ApiError::InvalidContinuationToken)?;
    let opened_at = opened_at.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
    Ok((opened_at.ok_or(ApiError::InvalidContinuationToken)?, id.to_owned()))
}

/// One more than is shown tells whether there are more.
fn one_more(limit: usize) -> i64 {
    i64::try_from(limit + 1).unwrap_or(i64::MAX)
}
