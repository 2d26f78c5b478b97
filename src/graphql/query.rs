//! The root: where every question begins.

use async_graphql::{Any, Context, ID};
use programgrant_core::ledger::{CaseId, ClaimId};
use programgrant_core::text;
use programgrant_macros::object;
use programgrant_schema::{Municipality, MunicipalityId, MunicipalityNumber, OrganisationNumber, Reading, SourceId};

use super::award::AwardNode;
use super::case::{CaseKind, CaseState, DoubleFundingCaseNode, DoubleFundingCasePage};
use super::coverage::CoverageNode;
use super::deadline::{DeadlineKind, DeadlineNode, Wanted};
use super::funding::{ClaimState, FundingClaimNode, FundingClaimPage, FundingInput, FundingVerdict};
use super::journal::{
    self, AllocationNode, AllocationWhatIf, AnnouncementNode, ApplicationNode, EvaluationData, ObjectionNode,
    ProgrammeUseNode, WhatIfInput,
};
use super::municipality::{MunicipalityNode, MunicipalityPage};
use super::programme::ProgrammeNode;
use super::repairs::entities::{self, Entity, ServiceNode};
use super::scalars::{Date, DateTime};
use super::scheme::SchemeNode;
use super::source::SourceNode;
use super::viewer::Viewer;
use super::{ApiError, Snapshot, lists, page};

/// What can be asked.
pub struct Query;

#[object]
impl Query {
    /// The programmes that are loaded.
    fn programmes(&self, snapshot: &Snapshot) -> Vec<ProgrammeNode> {
        snapshot
            .view
            .reference
            .programmes
            .iter()
            .map(ProgrammeNode::new)
            .collect()
    }

    /// One programme; null if there is none of that id.
    fn programme(
        &self,
        snapshot: &Snapshot,
        #[graphql(default_with = "ID::from(\"0-24-pilot\")")] id: ID,
        #[graphql(desc = "What was known at that instant; default now.")] as_of: Option<DateTime>,
    ) -> Result<Option<ProgrammeNode>, ApiError> {
        Ok(ProgrammeNode::find(snapshot.held_at(as_of)?, &id))
    }

    /// One municipality: by a number, today's or a former one, or by an organisation number, its own or a sub-unit's. `on` is
    /// the day on which `number` is to be read (default: today, then backwards). A number that ended in a split without `on`
    /// telling which part is meant is an error with code AMBIGUOUS_MUNICIPALITY that lists the parts. Unknown: null. Under `asOf` a
    /// number without `on` is read on that day.
    fn municipality(
        &self,
        snapshot: &Snapshot,
        #[graphql(desc = "Four digits, leading zeros included.")] number: Option<String>,
        #[graphql(desc = "Nine digits.")] organisation_number: Option<String>,
        on: Option<Date>,
        #[graphql(desc = "What was known at that instant; default now.")] as_of: Option<DateTime>,
    ) -> Result<Option<MunicipalityNode>, ApiError> {
        let snapshot = snapshot.held_at(as_of)?;
        let by_organisation = organisation_number
            .as_deref()
            .map(parse_organisation_number)
            .transpose()?;
        let by_organisation = by_organisation.map(|number| snapshot.view.reference.by_organisation(number));
        let by_number = number
            .as_deref()
            .map(|number| read_number(snapshot, number, on, by_organisation.flatten()))
            .transpose()?;
        let found = match (by_number, by_organisation) {
            (Some(Some(a)), Some(Some(b))) if a != b => {
                return Err(ApiError::ConflictingArguments(
                    "number and organisationNumber mean different municipalities",
                ));
            }
            (Some(a), Some(b)) => a.and(b),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return Err(ApiError::MissingArgument("number or organisationNumber")),
        };
        Ok(found.map(MunicipalityNode))
    }

    /// All municipalities, those that ended in a split included, by id.
    fn municipalities(
        &self,
        snapshot: &Snapshot,
        #[graphql(desc = "Participants only.")] programme: Option<ID>,
        #[graphql(desc = "An organisation number.")] county_governor: Option<String>,
        #[graphql(desc = "A part of a name, today's or a former one, or the beginning of a number.")] search: Option<
            String,
        >,
        #[graphql(desc = "From 1 to 1000.", default = 100)] limit: i32,
        continuation_token: Option<String>,
    ) -> Result<MunicipalityPage, ApiError> {
        let limit = page::limit(limit)?;
        let after = continuation_token.map(|token| parse_token(&token)).transpose()?;
        let programme = programme.map(|id| snapshot.programme(&id)).transpose()?;
        let governor = county_governor.as_deref().map(parse_organisation_number).transpose()?;
        let among = |municipality: &&Municipality| {
            programme.is_none_or(|programme| programme.has_participant(municipality.id))
                && governor.is_none_or(|governor| {
                    snapshot
                        .view
                        .reference
                        .organisations
                        .county_governor(municipality.last_number())
                        == Some(governor)
                })
        };
        let register = &snapshot.view.reference.register;
        let search = search.map(|text| Search::among(register.iter().filter(among), &text));
        let wanted = |municipality: &&Municipality| {
            after.is_none_or(|after| municipality.id > after)
                && among(municipality)
                && search.as_ref().is_none_or(|search| search.finds(municipality))
        };
        let mut found: Vec<MunicipalityId> = register
            .iter()
            .filter(wanted)
            .map(|municipality| municipality.id)
            .take(limit + 1)
            .collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found
            .last()
            .filter(|_| more)
            .map(|id| page::token(LIST, &id.to_string()));
        Ok(MunicipalityPage {
            items: found.into_iter().map(MunicipalityNode).collect(),
            continuation_token: last,
        })
    }

    /// The schemes of one programme, or all that are known.
    fn schemes(&self, snapshot: &Snapshot, programme: Option<ID>) -> Result<Vec<SchemeNode>, ApiError> {
        match programme {
            None => Ok(snapshot
                .view
                .reference
                .programmes
                .schemes()
                .iter()
                .map(SchemeNode::new)
                .collect()),
            Some(id) => Ok(SchemeNode::of_programme(snapshot, snapshot.programme(&id)?)),
        }
    }

    /// One award; null if there is none of that id.
    fn award<'a>(
        &self,
        snapshot: &'a Snapshot,
        id: ID,
        #[graphql(desc = "What was known at that instant; default now.")] as_of: Option<DateTime>,
    ) -> Result<Option<AwardNode<'a>>, ApiError> {
        Ok(AwardNode::find(snapshot.held_at(as_of)?, &id))
    }

    /// What the state accounts say reached municipalities that year, post by post, and what of it the sources here report.
    fn coverage(
        &self,
        snapshot: &Snapshot,
        year: i32,
        #[graphql(desc = "What was known at that instant; default now.")] as_of: Option<DateTime>,
    ) -> Result<CoverageNode, ApiError> {
        CoverageNode::of(snapshot.held_at(as_of)?, year)
    }

    /// Days by which something must be done, by day. Those of awards are told to whoever sees the award. Where there are very many, in
    /// pieces: so many, and then those after the last.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    fn deadlines<'a>(
        &self,
        snapshot: &'a Snapshot,
        #[graphql(
            desc = "The calendar year that they fall into; default: all from the first programme's first until the end of next year."
        )]
        year: Option<i32>,
        #[graphql(desc = "The programme whose file states them; default: all, and those of awards.")] programme: Option<
            ID,
        >,
        #[graphql(
            desc = "Its id, a municipality number or an organisation number: what is due from other municipalities alone is left out."
        )]
        municipality: Option<String>,
        kind: Option<Vec<DeadlineKind>>,
        #[graphql(desc = "Those on that day and later.")] from: Option<Date>,
        #[graphql(desc = "From 1 to 1000; default: all.")] limit: Option<i32>,
        #[graphql(desc = "Those after the one of this id, which must be one of what is asked for.")] after: Option<ID>,
    ) -> Result<Vec<DeadlineNode<'a>>, ApiError> {
        let wanted = Wanted {
            year,
            programme,
            municipality,
            kind,
            from,
        };
        wanted.find(snapshot, limit, after.as_ref())
    }

    /// What the guard would answer now. Writes nothing.
    async fn funding_check(&self, context: &Context<'_>, input: FundingInput) -> Result<FundingVerdict, ApiError> {
        lists::check(Snapshot::of(context), input).await
    }

    /// The same for a list, at most 500, in the order asked.
    async fn funding_checks(
        &self,
        context: &Context<'_>,
        inputs: Vec<FundingInput>,
    ) -> Result<Vec<FundingVerdict>, ApiError> {
        lists::check_all(Snapshot::of(context), inputs).await
    }

    /// One claim; null if there is none of that id.
    async fn funding_claim(&self, context: &Context<'_>, id: ID) -> Result<Option<FundingClaimNode>, ApiError> {
        let snapshot = Snapshot::of(context);
        let kept = snapshot
            .guard
            .claim_if(&ClaimId::new(id.to_string()), |claim| {
                snapshot.reach().sees_claim(claim)
            })
            .await?;
        Ok(kept.and_then(|kept| FundingClaimNode::new(snapshot, kept)))
    }

    /// Claims, by id.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn funding_claims(
        &self,
        context: &Context<'_>,
        scheme: Option<ID>,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: Option<String>,
        year: Option<i32>,
        state: Option<Vec<ClaimState>>,
        #[graphql(desc = "From 1 to 1000.", default = 100)] limit: i32,
        continuation_token: Option<String>,
    ) -> Result<FundingClaimPage, ApiError> {
        let snapshot = Snapshot::of(context);
        let wanted = lists::ClaimsWanted {
            scheme,
            municipality,
            year,
            state,
        };
        lists::claims(snapshot, wanted, page::limit(limit)?, continuation_token).await
    }

    /// One case; null if there is none of that id.
    async fn double_funding_case(
        &self,
        context: &Context<'_>,
        id: ID,
    ) -> Result<Option<DoubleFundingCaseNode>, ApiError> {
        let snapshot = Snapshot::of(context);
        let case = snapshot.guard.case(&CaseId::new(id.to_string())).await?;
        Ok(case.and_then(|case| DoubleFundingCaseNode::new(snapshot, case)))
    }

    /// Double funding that was found where nobody asked, newest first.
    #[allow(clippy::too_many_arguments, reason = "the public schema's arguments")]
    async fn double_funding_cases(
        &self,
        context: &Context<'_>,
        programme: Option<ID>,
        scheme: Option<ID>,
        #[graphql(desc = "Its id, a municipality number or an organisation number.")] municipality: Option<String>,
        kind: Option<Vec<CaseKind>>,
        state: Option<Vec<CaseState>>,
        #[graphql(desc = "From 1 to 1000.", default = 100)] limit: i32,
        continuation_token: Option<String>,
    ) -> Result<DoubleFundingCasePage, ApiError> {
        let snapshot = Snapshot::of(context);
        let wanted = lists::CasesWanted {
            programme,
            scheme,
            municipality,
            kind,
            state,
        };
        lists::cases(snapshot, wanted, page::limit(limit)?, continuation_token).await
    }

    /// The versions of a programme's allocations that the caller sees, by year and number.
    async fn allocations(
        &self,
        context: &Context<'_>,
        programme: ID,
        year: Option<i32>,
    ) -> Result<Vec<AllocationNode>, ApiError> {
        journal::allocations(Snapshot::of(context), &programme, year).await
    }

    /// One version of an allocation; null if there is none of that id.
    async fn allocation(&self, context: &Context<'_>, id: ID) -> Result<Option<AllocationNode>, ApiError> {
        journal::allocation(Snapshot::of(context), &id).await
    }

    /// What an allocation would be with another frame, other weights, one more municipality. Decided by nobody and kept nowhere.
    async fn allocation_what_if(
        &self,
        context: &Context<'_>,
        programme: ID,
        year: i32,
        #[graphql(default_with = "WhatIfInput::default()")] changes: WhatIfInput,
    ) -> Result<AllocationWhatIf, ApiError> {
        journal::what_if(context, &programme, year, changes).await
    }

    /// What county governors have announced, newest first.
    async fn announcements(&self, context: &Context<'_>, programme: ID) -> Result<Vec<AnnouncementNode>, ApiError> {
        journal::announcements(Snapshot::of(context), &programme).await
    }

    /// How a programme's pots are used.
    async fn programme_use(&self, context: &Context<'_>, programme: ID) -> Result<ProgrammeUseNode, ApiError> {
        journal::programme_use(Snapshot::of(context), &programme).await
    }

    /// What whoever evaluates a programme works with.
    async fn evaluation_data(&self, context: &Context<'_>, programme: ID) -> Result<EvaluationData, ApiError> {
        journal::evaluation_data(context, &programme).await
    }

    /// Applications for participation that the caller sees, oldest first.
    async fn participation_applications(
        &self,
        context: &Context<'_>,
        programme: ID,
        announcement: Option<ID>,
    ) -> Result<Vec<ApplicationNode>, ApiError> {
        journal::participation_applications(
            Snapshot::of(context),
            &programme,
            announcement.as_ref().map(|id| id.0.as_str()),
        )
        .await
    }

    /// Objections that the caller sees, newest first.
    async fn objections(&self, context: &Context<'_>, programme: ID) -> Result<Vec<ObjectionNode>, ApiError> {
        journal::objections(Snapshot::of(context), &programme).await
    }

    /// The back-office systems: how fresh and how whole what they have said is.
    fn sources(
        &self,
        snapshot: &Snapshot,
        #[graphql(
            desc = "These alone, by the keys of the configuration; default: all. What is none of them is left out."
        )]
        id: Option<Vec<ID>>,
    ) -> Vec<SourceNode> {
        let is_wanted = |source: SourceId| {
            let is_it = |id: &ID| id.as_str() == source.as_str();
            id.as_ref().is_none_or(|wanted| wanted.iter().any(is_it))
        };
        let sources = snapshot.view.sources().map(|source| source.id);
        sources.filter(|source| is_wanted(*source)).map(SourceNode).collect()
    }

    /// Who asks.
    fn viewer(&self) -> Viewer {
        Viewer
    }

    /// For a federated graph's gateway: what is found by these keys, in their order, at most 1000.
    #[graphql(name = "_entities")]
    async fn entities<'a>(
        &self,
        context: &Context<'a>,
        representations: Vec<Any>,
    ) -> Result<Vec<Option<Result<Entity<'a>, ApiError>>>, ApiError> {
        entities::find_all(Snapshot::of(context), &representations)
    }

    /// For a federated graph's gateway: this graph as a subgraph.
    #[graphql(name = "_service")]
    fn service(&self) -> ServiceNode {
        ServiceNode::this()
    }
}

const LIST: &str = "municipalities";

fn parse_token(token: &str) -> Result<MunicipalityId, ApiError> {
    page::key(LIST, token)?
        .parse()
        .map_err(|_| ApiError::InvalidContinuationToken)
}

pub(super) fn parse_organisation_number(text: &str) -> Result<OrganisationNumber, ApiError> {
    text.parse()
        .map_err(|error: programgrant_schema::OrganisationNumberError| {
            let reason = match error {
                programgrant_schema::OrganisationNumberError::NotNineDigits(_) => "nine digits",
                programgrant_schema::OrganisationNumberError::CheckDigit(_) => "the check digit is wrong",
            };
            ApiError::InvalidOrganisationNumber {
                text: text.to_owned(),
                reason: reason.to_owned(),
            }
        })
}

/// What the number means; `known` is whom the organisation number beside it names, which decides between several.
pub(super) fn read_number(
    snapshot: &Snapshot,
    text: &str,
    on: Option<Date>,
    known: Option<MunicipalityId>,
) -> Result<Option<MunicipalityId>, ApiError> {
    let number: MunicipalityNumber = text
        .parse()
        .map_err(|_| ApiError::InvalidMunicipalityNumber(text.to_owned()))?;
    let register = &snapshot.view.reference.register;
    let reading = match on {
        Some(Date(day)) => register.read_on(number, day),
        None => read_then(snapshot, number),
    };
    match reading {
        Reading::Municipality(id) => Ok(Some(id)),
        Reading::Unknown => Ok(None),
        Reading::Ambiguous(_) if known.is_some_and(|id| register.may_mean(number, id)) => Ok(known),
        Reading::Ambiguous(parts) => {
            let part = |municipality: &Municipality| {
                (
                    municipality.id.to_string(),
                    municipality.last_number().to_string(),
                    municipality.name().to_owned(),
                )
            };
            let parts = parts.iter().filter_map(|id| register.get(*id)).map(part).collect();
            Err(ApiError::AmbiguousMunicipality {
                number: text.to_owned(),
                parts,
            })
        }
    }
}

/// On the day of the snapshot, where it is not today's; a number that meant nothing on that day is read as it is today.
fn read_then(snapshot: &Snapshot, number: MunicipalityNumber) -> Reading {
    let register = &snapshot.view.reference.register;
    let then = snapshot.as_of.map(|_| register.read_on(number, snapshot.today()));
    then.filter(|reading| *reading != Reading::Unknown)
        .unwrap_or_else(|| register.read(number))
}

/// What is searched for, and how closely. The letters as they are written come first; where they find nothing at all, their marks
/// no longer count. All pages of a list ask the same way, since what lies before a page is looked through, too.
struct Search {
    text: String,
    form: fn(&str) -> String,
}

impl Search {
    fn among<'a>(mut all: impl Iterator<Item = &'a Municipality>, text: &str) -> Self {
        let [exact, loose] =
            [text::sought, text::unmarked].map(|form: fn(&str) -> String| Self { text: form(text), form });
        if all.any(|municipality| exact.finds(municipality)) {
            exact
        } else {
            loose
        }
    }

    fn finds(&self, municipality: &Municipality) -> bool {
        let is_number = |number: &str| !self.text.is_empty() && number.starts_with(&self.text);
        municipality
            .numbers()
            .any(|period| (self.form)(&period.name).contains(&self.text) || is_number(period.number.as_str()))
    }
}
