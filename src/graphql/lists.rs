//! Answers of the guard and its lists, in pieces.

use async_graphql::ID;
use jiff::Timestamp;
use programgrant_core::access::DECIDED_CLAIMS;
use programgrant_core::ledger::ClaimState as State;
use programgrant_core::ledger::rules::{Application, InputError};
use programgrant_schema::MunicipalityId;

use super::case::{CaseKind, CaseState, DoubleFundingCaseNode, DoubleFundingCasePage};
use super::funding::{ClaimState, FundingClaimNode, FundingClaimPage, FundingInput, FundingVerdict};
use super::{ApiError, Snapshot, page};
use crate::store::ledger::{CaseFilter, ClaimFilter};

/// The most questions in one list.
const MOST_CHECKS: usize = 500;
/// Rows that are read at once where some may be hidden.
const FILTERED_PIECE: i64 = 500;
const CLAIMS: &str = "claims";
const CASES: &str = "cases";

pub async fn check(snapshot: &Snapshot, input: FundingInput) -> Result<FundingVerdict, ApiError> {
    let application = resolve(snapshot, input)??;
    let verdict = snapshot.guard.check(snapshot.inputs(), &application).await;
    Ok((&verdict).into())
}

pub async fn check_all(snapshot: &Snapshot, inputs: Vec<FundingInput>) -> Result<Vec<FundingVerdict>, ApiError> {
    if inputs.len() > MOST_CHECKS {
        return Err(ApiError::TooMany {
            what: "inputs",
            most: MOST_CHECKS,
        });
    }
    // Who may not ask one of them is not told what is wrong with another.
    let resolved: Vec<_> = inputs
        .into_iter()
        .map(|input| resolve(snapshot, input))
        .collect::<Result<_, _>>()?;
    let numbered = resolved.into_iter().enumerate();
    let applications: Vec<Application> = numbered
        .map(|(place, resolved)| resolved.map_err(|error| ApiError::InputOfList { place, error }))
        .collect::<Result<_, _>>()?;
    let verdicts = snapshot.guard.check_all(snapshot.inputs(), &applications).await;
    Ok(verdicts.iter().map(Into::into).collect())
}

/// What the input is an application for, or where it is none; an error where the caller may not ask about it.
fn resolve(snapshot: &Snapshot, input: FundingInput) -> Result<Result<Application, InputError>, ApiError> {
    match Application::resolve(&input.into(), &snapshot.view.reference) {
        Ok(application) if !snapshot.reach().may_check(&application) => Err(snapshot.denied()),
        resolved => Ok(resolved),
    }
}

/// Which claims are asked for.
pub struct ClaimsWanted {
    pub scheme: Option<ID>,
    pub municipality: Option<String>,
    pub year: Option<i32>,
    pub state: Option<Vec<ClaimState>>,
}

pub async fn claims(
    snapshot: &Snapshot,
    wanted: ClaimsWanted,
    limit: usize,
    token: Option<String>,
) -> Result<FundingClaimPage, ApiError> {
    let scheme = wanted.scheme.map(|id| snapshot.scheme(&id)).transpose()?;
    let municipality = municipality(snapshot, wanted.municipality)?;
    let year = wanted
        .year
        .map(|year| i16::try_from(year).map_err(|_| ApiError::InvalidYear(year)))
        .transpose()?;
    let mut filter = ClaimFilter {
        subject: scheme.map(|scheme| scheme.id.to_string()),
        recipients: municipality.map_or_else(Vec::new, |id| keys(snapshot, id)),
        year,
        states: wanted.state.unwrap_or_default().into_iter().map(Into::into).collect(),
        after: token.map(|token| page::key(CLAIMS, &token)).transpose()?,
        limit: piece(snapshot, limit),
    };
    if !told_of(snapshot, &mut filter.states) {
        return Ok(FundingClaimPage {
            items: Vec::new(),
            continuation_token: None,
        });
    }
    let mut items: Vec<FundingClaimNode> = Vec::new();
    loop {
        let kept = snapshot.guard.claims(&filter).await?;
        let is_last = is_less(kept.len(), filter.limit);
        filter.after = kept.last().map(|last| last.claim.id.as_str().to_owned());
        items.extend(
            kept.into_iter()
                .filter_map(|kept| FundingClaimNode::new(snapshot, kept)),
        );
        if is_last || items.len() > limit {
            break;
        }
    }
    let more = items.len() > limit;
    items.truncate(limit);
    // The last that is shown: a token says nothing of what is hidden.
    let continuation_token = items
        .last()
        .filter(|_| more)
        .map(|last| page::token(CLAIMS, last.claim().id.as_str()));
    Ok(FundingClaimPage {
        items,
        continuation_token,
    })
}

/// Leaves the states that a municipality is told of; whether there is any.
fn told_of(snapshot: &Snapshot, states: &mut Vec<State>) -> bool {
    if snapshot.reach().only_municipality().is_none() {
        return true;
    }
    if states.is_empty() {
        states.extend(DECIDED_CLAIMS);
    }
    states.retain(|state| DECIDED_CLAIMS.contains(state));
    !states.is_empty()
}

/// Which cases are asked for.
pub struct CasesWanted {
    pub programme: Option<ID>,
    pub scheme: Option<ID>,
    pub municipality: Option<String>,
    pub kind: Option<Vec<CaseKind>>,
    pub state: Option<Vec<CaseState>>,
}

pub async fn cases(
    snapshot: &Snapshot,
    wanted: CasesWanted,
    limit: usize,
    token: Option<String>,
) -> Result<DoubleFundingCasePage, ApiError> {
    let programme = wanted
        .programme
        .map(|id| snapshot.programme(&id).map(|programme| programme.id.clone()))
        .transpose()?;
    let scheme = wanted
        .scheme
        .map(|id| snapshot.scheme(&id).map(|scheme| scheme.id.to_string()))
        .transpose()?;
    let municipality = municipality(snapshot, wanted.municipality)?;
    let mut filter = CaseFilter {
        programme,
        scheme,
        municipalities: municipality.map_or_else(Vec::new, |id| keys(snapshot, id)),
        kinds: wanted
            .kind
            .unwrap_or_default()
            .into_iter()
            .map(|kind| programgrant_core::ledger::CaseKind::from(kind).as_str())
            .collect(),
        states: wanted.state.unwrap_or_default().into_iter().map(Into::into).collect(),
        after: token.map(|token| place(&token)).transpose()?,
        limit: piece(snapshot, limit),
    };
    let mut items: Vec<DoubleFundingCaseNode> = Vec::new();
    loop {
        let found = snapshot.guard.cases(&filter).await?;
        let is_last = is_less(found.len(), filter.limit);
        filter.after = found.last().map(|last| (last.opened_at, last.id.as_str().to_owned()));
        items.extend(
            found
                .into_iter()
                .filter_map(|case| DoubleFundingCaseNode::new(snapshot, case)),
        );
        if is_last || items.len() > limit {
            break;
        }
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let key = |last: &DoubleFundingCaseNode| {
        let case = last.case();
        page::token(
            CASES,
            &format!("{} {}", case.opened_at.as_microsecond(), case.id.as_str()),
        )
    };
    let continuation_token = items.last().filter(|_| more).map(key);
    Ok(DoubleFundingCasePage {
        items,
        continuation_token,
    })
}

/// The municipality that a list is narrowed to: the one that is asked for, or the only one that the caller sees.
fn municipality(snapshot: &Snapshot, text: Option<String>) -> Result<Option<MunicipalityId>, ApiError> {
    let wanted = text.map(|text| snapshot.municipality(&text)).transpose()?;
    if wanted.is_some_and(|wanted| !snapshot.reach().knows(wanted)) {
        return Err(snapshot.denied());
    }
    Ok(wanted.or_else(|| snapshot.reach().only_municipality()))
}

/// What the ledger may call the municipality: by its own key, and by those of whoever went up in it.
fn keys(snapshot: &Snapshot, municipality: MunicipalityId) -> Vec<String> {
    let register = &snapshot.view.reference.register;
    register.keys_of(municipality).map(|id| id.to_string()).collect()
}

/// All cases of one municipality.
pub async fn cases_of(
    snapshot: &Snapshot,
    municipality: MunicipalityId,
    state: Option<Vec<CaseState>>,
) -> Result<Vec<DoubleFundingCaseNode>, ApiError> {
    let states = state.unwrap_or_default().into_iter().map(Into::into).collect();
    let filter = CaseFilter {
        municipalities: keys(snapshot, municipality),
        states,
        limit: i64::MAX,
        ..CaseFilter::default()
    };
    let cases = snapshot.guard.cases(&filter).await?;
    Ok(cases
        .into_iter()
        .filter_map(|case| DoubleFundingCaseNode::new(snapshot, case))
        .collect())
}

/// Opening and id of the case that the piece before ended with.
fn place(token: &str) -> Result<(Timestamp, String), ApiError> {
    let key = page::key(CASES, token)?;
    let (opened_at, id) = key.split_once(' ').ok_or(ApiError::InvalidContinuationToken)?;
    let opened_at = opened_at
        .parse()
        .ok()
        .and_then(|at| Timestamp::from_microsecond(at).ok());
    Ok((opened_at.ok_or(ApiError::InvalidContinuationToken)?, id.to_owned()))
}

/// How many are read at once. One more than is shown tells whether there are more; who does not see all reads more at once.
fn piece(snapshot: &Snapshot, limit: usize) -> i64 {
    let least = if snapshot.reach().is_whole() { 0 } else { FILTERED_PIECE };
    i64::try_from(limit + 1).unwrap_or(i64::MAX).max(least)
}

fn is_less(found: usize, limit: i64) -> bool {
    i64::try_from(found).is_ok_and(|found| found < limit)
}
