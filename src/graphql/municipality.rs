//! A municipality, its numbers, its grants and what it may apply for.

use async_graphql::{Context, Enum, ID, SimpleObject};
use programgrant_core::programme::{EligibilityAnswer as Answer, Grant, eligibility};
use programgrant_macros::{Written, object};
use programgrant_schema::{AwardStatus as Status, Municipality, MunicipalityId};

use super::award::{AwardNode, AwardStatus};
use super::case::{CaseState, DoubleFundingCaseNode, ReasonNode};
use super::coverage::PostCoverageNode;
use super::grant::ProgrammeGrantNode;
use super::scalars::Date;
use super::scheme::{OrganisationNode, SchemeNode};
use super::{ApiError, Snapshot, lists, page};

/// Kommune.
#[derive(Debug, Clone, Copy)]
pub struct MunicipalityNode(pub MunicipalityId);

impl MunicipalityNode {
    /// The municipality that the ledger names, or the one that it has gone up in.
    pub fn current(id: MunicipalityId, context: &Context<'_>) -> Option<Self> {
        Snapshot::of(context).view.reference.register.current(id).map(Self)
    }

    fn get(self, snapshot: &Snapshot) -> &Municipality {
        let register = &snapshot.view.reference.register;
        register
            .get(self.0)
            .expect("a node is made of a municipality of the register")
    }

    /// That there is a municipality is no secret: whoever may see nothing of it is told so, and gets no empty list.
    fn known(self, snapshot: &Snapshot) -> Result<&Snapshot, ApiError> {
        if snapshot.reach().knows(self.0) {
            Ok(snapshot)
        } else {
            Err(snapshot.denied())
        }
    }
}

/// A municipality (kommune). Identity survives renumbering; a municipality number is a dated alias.
#[object(name = "Municipality")]
impl MunicipalityNode {
    /// Stable: survives renumbering.
    fn id(&self) -> ID {
        self.0.to_string().into()
    }

    /// Null only where the reference register has none.
    fn organisation_number(&self, snapshot: &Snapshot) -> Option<String> {
        self.get(snapshot).organisation_number.map(|number| number.to_string())
    }

    /// Its own number on that day (default: today); null before it was formed and after it ended.
    fn number(&self, snapshot: &Snapshot, on: Option<Date>) -> Option<String> {
        let day = on.map_or_else(|| snapshot.today(), |on| on.0);
        self.get(snapshot).number_on(day).map(|number| number.to_string())
    }

    /// Its present name, or its last.
    fn name(&self, snapshot: &Snapshot) -> String {
        self.get(snapshot).name().to_owned()
    }

    /// Every number that once was valid and now leads here, predecessors' included, in the order in which they ended.
    fn former_numbers(&self, snapshot: &Snapshot) -> Vec<FormerNumber> {
        let mut former: Vec<_> = self
            .get(snapshot)
            .numbers()
            .filter(|period| period.until.is_some())
            .collect();
        former.sort_by_key(|period| (period.until, period.number));
        let node = |period: &programgrant_schema::NumberPeriod| FormerNumber {
            number: period.number.to_string(),
            name: period.name.clone(),
            from: Some(Date(period.from)),
            until: period.until.map(Date),
        };
        former.into_iter().map(node).collect()
    }

    /// Statsforvalter.
    fn county_governor(&self, snapshot: &Snapshot) -> Option<OrganisationNode> {
        let organisations = &snapshot.view.reference.organisations;
        organisations
            .county_governor(self.get(snapshot).last_number())
            .map(|number| organisations.get(number).into())
    }

    /// The consolidated programme grant of one year; null when the municipality was not part of the programme then.
    fn programme_grant(
        &self,
        snapshot: &Snapshot,
        year: i32,
        #[graphql(default_with = "ID::from(\"0-24-pilot\")")] programme: ID,
    ) -> Result<Option<ProgrammeGrantNode>, ApiError> {
        let snapshot = self.known(snapshot)?;
        let programme = snapshot.programme(&programme)?;
        let grant = |year| Grant::find(snapshot.inputs(), programme, self.0, year).map(|_| year);
        let Some(year) = i16::try_from(year).ok().and_then(grant) else {
            return Ok(None);
        };
        ProgrammeGrantNode::new(snapshot, &programme.id, self.0, year)
            .map(Some)
            .ok_or_else(|| snapshot.denied())
    }

    /// Applications and awards, by year. Where there are very many, in pieces: so many, and then those after the last.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    fn awards<'a>(
        &self,
        snapshot: &'a Snapshot,
        from_year: Option<i32>,
        to_year: Option<i32>,
        scheme: Option<ID>,
        status: Option<Vec<AwardStatus>>,
        #[graphql(desc = "From 1 to 1000; default: all.")] limit: Option<i32>,
        #[graphql(desc = "Those after the one of this id, which must be one of the municipality's.")] after: Option<ID>,
    ) -> Result<Vec<AwardNode<'a>>, ApiError> {
        let snapshot = self.known(snapshot)?;
        let limit = limit.map(page::limit).transpose()?.unwrap_or(usize::MAX);
        let scheme = scheme.map(|id| snapshot.scheme(&id)).transpose()?;
        let statuses: Option<Vec<Status>> = status.map(|statuses| statuses.into_iter().map(Status::from).collect());
        let mut all = snapshot.view.awards_of(self.0);
        if let Some(after) = after {
            all.find(|award| award.id() == after.as_str())
                .ok_or(ApiError::InvalidContinuationToken)?;
        }
        let awards = all.filter(|award| {
            from_year.is_none_or(|from| i32::from(award.year()) >= from)
                && to_year.is_none_or(|to| i32::from(award.year()) <= to)
                && scheme.as_ref().is_none_or(|scheme| award.scheme() == Some(&scheme.id))
                && statuses
                    .as_ref()
                    .is_none_or(|statuses| statuses.contains(&award.status()))
        });
        Ok(awards
            .filter_map(|award| AwardNode::new(snapshot, award))
            .take(limit)
            .collect())
    }

    /// For every scheme: may this municipality apply, that year?
    fn eligibility(&self, snapshot: &Snapshot, year: i32) -> Result<Vec<EligibilityNode>, ApiError> {
        let checked = i16::try_from(year)
            .ok()
            .filter(|year| (1900..=2200).contains(year))
            .ok_or(ApiError::InvalidYear(year))?;
        let answers = eligibility(&snapshot.view.reference, self.0, checked);
        Ok(answers.into_iter().map(EligibilityNode::from).collect())
    }

    /// Double funding that was found where nobody asked, newest first.
    async fn double_funding_cases(
        &self,
        context: &Context<'_>,
        state: Option<Vec<CaseState>>,
    ) -> Result<Vec<DoubleFundingCaseNode>, ApiError> {
        lists::cases_of(self.known(Snapshot::of(context))?, self.0, state).await
    }

    /// Posts that paid municipalities that year and that no source here reports; largest first. What lies behind them for this
    /// municipality is not known here. Empty, too, where that year's accounts have not come: `coverage` says so.
    fn unheard_posts(&self, snapshot: &Snapshot, year: i32) -> Result<Vec<PostCoverageNode>, ApiError> {
        PostCoverageNode::unheard(snapshot, year)
    }
}

/// A municipality number (kommunenummer) that was valid from one day until another.
#[derive(SimpleObject, Written)]
#[graphql(name = "MunicipalityNumber")]
pub struct FormerNumber {
    number: String,
    /// The name under that number.
    name: String,
    from: Option<Date>,
    /// The first day on which it was no longer valid.
    until: Option<Date>,
}

/// A piece of a list of municipalities.
#[derive(SimpleObject, Written)]
pub struct MunicipalityPage {
    pub items: Vec<MunicipalityNode>,
    /// Asks for the next piece; null at the end.
    pub continuation_token: Option<String>,
}

/// Whether a municipality may apply for a scheme in a year.
#[derive(SimpleObject, Written)]
#[graphql(name = "Eligibility")]
pub struct EligibilityNode {
    scheme: SchemeNode,
    answer: EligibilityAnswer,
    reasons: Vec<ReasonNode>,
}

/// PARTLY: not for everything that the scheme covers, or only after a case officer's judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "Answer")]
pub enum EligibilityAnswer {
    Yes,
    No,
    Partly,
}

impl From<programgrant_core::programme::Eligibility<'_>> for EligibilityNode {
    fn from(eligibility: programgrant_core::programme::Eligibility<'_>) -> Self {
        Self {
            scheme: SchemeNode::new(eligibility.scheme),
            answer: eligibility.answer.into(),
            reasons: eligibility.reasons.iter().map(ReasonNode::from).collect(),
        }
    }
}
