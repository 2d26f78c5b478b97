//! Who may ask for which field: one table, to be read by those who answer for it. What is not in it is denied to everybody.

use std::collections::HashMap;
use std::sync::LazyLock;

use strum::IntoStaticStr;

use super::Role;
use crate::journal::BodyFunction;

/// What a role may see of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum FieldPermission {
    /// Of every object that the role comes to see.
    Yes,
    /// Of what lies within the caller's reach: its municipality, its county, its schemes.
    Own,
    #[strum(serialize = "–")]
    No,
}

impl FieldPermission {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Type, sight and fields. The signs stand for the roles in the order of [`Role::ALL`]: public, municipality, county governor,
/// directorate, programme office, evaluator, operator; y yes, o own, - no.
const TABLE: &[&str] = &[
    "Query | y y y y y y y | programmes programme municipality municipalities schemes sources viewer deadlines _service _entities",
    "Query | - o o o y o - | award",
    "Query | - - o y y - - | fundingCheck fundingChecks",
    "Query | - o o o y - - | fundingClaim fundingClaims doubleFundingCase doubleFundingCases",
    "Mutation | - - - o y - - | requestFunding confirmFunding releaseFunding decideFunding decideCase",
    "Mutation | - - o o y - - | proposeOverride approveOverride",
    // What the programme itself decides: what was decided for everybody, who receives what for whoever has a role.
    "Query | y y y y y y y | allocations allocation announcements",
    "Query | - y y y y y - | allocationWhatIf",
    "Query | - y y - y - - | participationApplications",
    "Query | - y y y y - - | objections",
    "Mutation | - - - - y - - | draftAllocation proposeAllocation consultOnAllocation answerAllocationComment decideAllocation withdrawAllocation",
    "Mutation | - o o o y - - | commentOnAllocation",
    "Mutation | - - o - y - - | announceProgramme selectParticipants beginParticipation endParticipation assessParticipationApplication",
    "Mutation | - o - - y - - | applyForParticipation addPoliticalDecision withdrawParticipationApplication object",
    "Mutation | - o - - y - - | rankParticipationApplications",
    "Mutation | - - - o y - - | answerObjection",
    "Allocation | y y y y y y y | id programme year number state reason corrects correctedBy consultationUntil decidedAt decidedBy reference",
    "Allocation | y y y y y y y | changedAt table",
    "Allocation | - o o o y o - | comments objections plan",
    "AllocationTable | y y y y y y y | frame added unit total notice method schemes",
    "AllocationTable | - o o o y o - | receivers",
    "AllocatedScheme | y y y y y y y | id scheme whole",
    "AllocatedGrant | - o o o y o - | organisationNumber municipality total parts explanation",
    "AllocatedAmount | - o o o y o - | scheme amount",
    // What is held against them is a share of one municipality's grant.
    "AllocatedAmount | - o o o y - - | reported difference",
    "AllocationExplanation | - o o o y o - | inputs rules steps paragraph thresholds change",
    "AllocationInput | - o o o y o - | indicator name value missing countedOn source licence readOn madeUp corrected",
    "ExplanationLine | - o o o y o - | scheme text",
    "ThresholdDistance | - o o o y o - | scheme counted among atLeast value reached margin atStake",
    "AllocationChange | - o o o y o - | organisationNumber municipality before after causes",
    "ChangeCause | - o o o y o - | cause ore nearest",
    "AllocationWhatIf | - y y y y y - | decided comparedWith table changes",
    "AllocationComment | - o o o y o - | id by at text answer answeredAt",
    "Announcement | y y y y y y y | id programme region text deadline announcedAt selection",
    "Announcement | y y y y y y y | year rankedByApplicants",
    "Announcement | - y y - y - - | applications rankings",
    "ParticipationApplication | - y y - y - - | id announcement municipality inhabitants state challenges progress motivation politicalDecision appliedAt",
    "ParticipationApplication | - y y - y - - | changedAt assessments placings",
    "ApplicationRanking | - y y - y - - | id municipality order reason changedAt",
    "PoliticalDecision | - y y - y - - | reference on",
    "Assessment | - y y - y - - | id recommendation text by function at",
    "Selection | y y y y y y y | id chosen reason reference at",
    "ParticipationDecision | - - o - y - - | id municipality change from useUntil reason reference decidedAt",
    // How pots are used. The evaluator has counts of people from its data set alone, where small ones are left out.
    "Query | - y y y y y - | programmeUse",
    "Mutation | - o - - y - - | registerMeasure changeMeasure registerAgreement requestSupport submitYearlyReport recordZeroPoint",
    "Mutation | - - o - y - - | announceGathering recordAttendance",
    "Mutation | - - - - y - - | giveSupport returnYearlyReport approveYearlyReport",
    "Mutation | - o - - y y - | recordEvaluation",
    "ProgrammeUse | - y y y y y - | goals measures agreements supportRequests gatherings reports dueReports evaluations municipalities",
    "Goal | - y y y y y - | id kind text source",
    "Measure | - o o y y y - | id municipality terms earlier registeredAt",
    "MeasureTerms | - o o y y y - | title change targetGroup services sectors from until fromPot",
    "EarlierMeasure | - o o y y y - | terms changedAt reason",
    "Agreement | - y y y y y - | id municipality with about from until",
    "SupportRequest | - y y y y y - | id municipality environment text askedAt given",
    "GivenSupport | - y y y y y - | on text hours",
    "Gathering | - y y y y y - | id region title place on arrangedBy attended",
    "YearlyReport | - y y y y y - | id municipality year number state granted broughtForward spent repaid carriedOver measures goals",
    "YearlyReport | - y y y y y - | hours submittedAt reply repliedBy repliedAt",
    "ReportedMeasure | - y y y y y - | measure spent",
    "ReportedMeasure | - y y y y - - | people",
    "ReportedGoal | - y y y y y - | goal achievement text",
    "AdministrativeHours | - y y y y y - | applications reports",
    "DueReport | - y y y y y - | municipality year due isLate report",
    "Evaluation | - y y y y y - | id measure goal achievement text by at",
    "MunicipalityEvaluation | - o o y y y - | municipality zeroPoint grants savedHours",
    "MunicipalityEvaluation | - o o y y - - | indicators",
    "ZeroPoint | - y y y y y - | id finding earlier",
    "ZeroPointFinding | - y y y y y - | on text hours saidAt",
    "IndicatorSeries | - y y y y - - | indicator name unit source licence madeUp figures",
    "IndicatorFigure | - y y y y - - | year countedOn atZeroPoint value missing",
    "SavedHours | - y y y y y - | year before hours saved",
    "Query | - - - - y y - | evaluationData",
    "EvaluationData | - - - - y y - | variables figures",
    "CodedVariable | - - - - y y - | id label unit source countsPeople canBeAdded partOf shareOf",
    "EvaluatedFigure | - - - - y y - | municipality year variable value standing",
    "MeasurePayload | - o - - y - - | measure errors",
    "AgreementPayload | - o - - y - - | agreement errors",
    "SupportRequestPayload | - o - - y - - | request errors",
    "GatheringPayload | - - o - y - - | gathering errors",
    "YearlyReportPayload | - o - - y - - | report errors",
    "ZeroPointPayload | - o - - y - - | zeroPoint errors",
    "EvaluationPayload | - o - - y y - | evaluation errors",
    "Objection | - y y y y - - | id municipality kind subject reason addressee madeAt outcome answer answeredBy answeredAt",
    "AllocationPayload | - - - - y - - | allocation errors",
    "AllocationCommentPayload | - o o o y - - | comment errors",
    "AnnouncementPayload | - - o - y - - | announcement errors",
    "ParticipationApplicationPayload | - o - - y - - | application errors",
    "AssessmentPayload | - - o - y - - | assessment errors",
    "ApplicationRankingPayload | - o - - y - - | ranking errors",
    "SelectionPayload | - - o - y - - | selection errors",
    "ParticipationPayload | - - o - y - - | participation errors",
    "ObjectionPayload | - o - o y - - | objection errors",
    "Subscription | - o o o y - - | doubleFundingCaseChanged",
    "Subscription | - o o y y y - | potChanged",
    // Reference data, and what follows from the programme files alone.
    "Viewer | y y y y y y y | organisation actingThrough role functions",
    "HeldFunction | y y y y y y y | function programme region",
    "Organisation | y y y y y y y | organisationNumber name",
    "Programme | y y y y y y y | id name ruleState from until useUntil schemes rules notice municipalities year available viewerRole",
    "Programme | y y y y y y y | signUp rankedByApplicants",
    "Rule | y y y y y y y | id text source",
    "Available | y y y y y y y | voted bound free",
    // Those of awards come to whoever sees the award.
    "Deadline | y y y y y y y | id kind programme scheme municipality on text source",
    "Deadline | - o o o y o - | award",
    "GrantScheme | y y y y y y y | id name ministry directorate budgetPost determination",
    "BudgetPost | y y y y y y y | chapter post label",
    "MunicipalityPage | y y y y y y y | items continuationToken",
    "MunicipalityNumber | y y y y y y y | number name from until",
    "Municipality | y y y y y y y | id organisationNumber number name formerNumbers countyGovernor eligibility",
    "Eligibility | y y y y y y y | scheme answer reasons",
    "Reason | y y y y y y y | code rule message",
    "_Service | y y y y y y y | sdl",
    // Decided totals.
    "ProgrammeYear | y y y y y y y | year pot appropriation accounts difference",
    "Pot | y y y y y y y | total known completeness missing awarded paid difference asOf",
    "Figure | y y y y y y y | state amount",
    // What is not seen here, post by post: sums of the public accounts and of what is decided.
    "Query | y y y y y y y | coverage",
    "Municipality | y y y y y y y | unheardPosts",
    "Coverage | y y y y y y y | year posts total heard general",
    "PostCoverage | y y y y y y y | budgetPost name ministry general accounts reported sources",
    // One municipality's grant.
    "ProgrammeYear | - o o y y y - | grants",
    "Municipality | - o o y y y - | programmeGrant",
    "ProgrammeGrant | - o o y y y - | municipality programme year pot disbursements comparison",
    "ProgrammeGrant | - o o o y y - | shares",
    "Comparison | - o o y y y - | before withoutProgramme withProgramme difference worseOff",
    "Share | - o o o y y - | scheme budgetPost amount provenance",
    // Applications and awards.
    "Municipality | - o o o y o - | awards",
    "Award | - o o o y o - | id scheme budgetPost recipient recipientAsReported year status applied granted paid decidedOn",
    "Award | - o o o y o - | useFrom useUntil reportDue payer disbursements provenance alsoReportedBy vanishedAt versions",
    "Award | - o o o y - - | objections",
    "AwardVersion | - o o o y o - | receivedAt changedAt status applied granted paid vanished provenance",
    "ReportedRecipient | - o o o y o - | organisationNumber number name",
    "Disbursement | - o o y y y - | on amount reference",
    "Provenance | - o o y y y - | source recordId changedAt receivedAt",
    // The guard.
    "FundingVerdict | - o o y y - - | outcome reasons evidence",
    "FundingClaimPage | - o o o y - - | items continuationToken",
    "FundingClaim | - o o o y - - | id state verdict scheme recipient year amount caseReference requestedBy requestedAt",
    "FundingClaim | - o o o y - - | expiresAt awardReference objections",
    // What only those need who command, and the case officers' own words.
    "FundingClaim | - - o o y - - | fence exception receipt history",
    "ClaimException | - - o o y - - | proposedBy proposedAt reason legalBasis voidAt isOpen approvedBy approvedAt",
    "ClaimEvent | - - o o y - - | at sequence state by reason verdict hash previousHash",
    "FundingClaimPayload | - - o o y - - | claim errors",
    "UserError | - y y y y - - | code message path",
    // Double funding.
    "Municipality | - o o o y - - | doubleFundingCases",
    "DoubleFundingCasePage | - o o o y - - | items continuationToken",
    "DoubleFundingCase | - o o o y - - | id state kind municipality scheme year toHoldBack toPayBack awards reasons openedAt",
    "DoubleFundingCase | - o o o y - - | changedAt decidedBy decision",
    "DoubleFundingCase | - - o o y - - | history",
    "CaseEvent | - - o o y - - | at sequence state decision by reason hash previousHash",
    "DoubleFundingCasePayload | - - - o y - - | case errors",
    // The systems: how fresh and whole for everybody, what is wrong for those who can mend it.
    "Source | y y y y y y y | id name schemes state lastHeardAt lastChangeAt records vanished setAside unresolved warnings",
    "Source | - - - o y - y | setAsideRecords lastError exclusions",
    "SetAside | - - - o y - y | place reason municipality scheme year seenAt",
    "SourceExclusions | - - - o y - y | wanted standing unknown lastKeptAt lastTriedAt lastError foreign",
    "ForeignExclusion | - - - o y - y | organisationNumber municipality subject from until",
];

/// What a function lets a body do beside its role: type, function and fields.
const BY_FUNCTION: &[&str] = &[
    "Query | RESOURCE_GROUP | participationApplications",
    "Mutation | RESOURCE_GROUP | assessParticipationApplication",
    "Announcement | RESOURCE_GROUP | applications rankings",
    "ApplicationRanking | RESOURCE_GROUP | id municipality order reason changedAt",
    "ParticipationApplication | RESOURCE_GROUP | id announcement municipality inhabitants state challenges progress motivation",
    "ParticipationApplication | RESOURCE_GROUP | politicalDecision appliedAt changedAt assessments placings",
    "PoliticalDecision | RESOURCE_GROUP | reference on",
    "Assessment | RESOURCE_GROUP | id recommendation text by function at",
    "AssessmentPayload | RESOURCE_GROUP | assessment errors",
    "UserError | RESOURCE_GROUP | code message path",
    "Query | COMPETENCE_ENVIRONMENT | programmeUse",
    "Mutation | COMPETENCE_ENVIRONMENT | giveSupport",
    "ProgrammeUse | COMPETENCE_ENVIRONMENT | goals agreements supportRequests gatherings",
    "Goal | COMPETENCE_ENVIRONMENT | id kind text source",
    "Agreement | COMPETENCE_ENVIRONMENT | id municipality with about from until",
    "SupportRequest | COMPETENCE_ENVIRONMENT | id municipality environment text askedAt given",
    "GivenSupport | COMPETENCE_ENVIRONMENT | on text hours",
    "Gathering | COMPETENCE_ENVIRONMENT | id region title place on arrangedBy attended",
    "SupportRequestPayload | COMPETENCE_ENVIRONMENT | request errors",
    "UserError | COMPETENCE_ENVIRONMENT | code message path",
    "Query | PROJECT_GROUP | programmeUse",
    "Mutation | PROJECT_GROUP | announceGathering recordAttendance",
    "ProgrammeUse | PROJECT_GROUP | goals gatherings",
    "Goal | PROJECT_GROUP | id kind text source",
    "Gathering | PROJECT_GROUP | id region title place on arrangedBy attended",
    "GatheringPayload | PROJECT_GROUP | gathering errors",
    "UserError | PROJECT_GROUP | code message path",
    "Query | KS | programmeUse",
    "Mutation | KS | announceGathering recordAttendance",
    "ProgrammeUse | KS | goals gatherings",
    "Goal | KS | id kind text source",
    "Gathering | KS | id region title place on arrangedBy attended",
    "GatheringPayload | KS | gathering errors",
    "UserError | KS | code message path",
    "Query | EVALUATOR | programmeUse evaluationData",
    "EvaluationData | EVALUATOR | variables figures",
    "CodedVariable | EVALUATOR | id label unit source countsPeople canBeAdded partOf shareOf",
    "EvaluatedFigure | EVALUATOR | municipality year variable value standing",
    "Mutation | EVALUATOR | recordEvaluation",
    "ProgrammeUse | EVALUATOR | goals measures agreements supportRequests gatherings reports dueReports evaluations municipalities",
    "Goal | EVALUATOR | id kind text source",
    "Measure | EVALUATOR | id municipality terms earlier registeredAt",
    "MeasureTerms | EVALUATOR | title change targetGroup services sectors from until fromPot",
    "EarlierMeasure | EVALUATOR | terms changedAt reason",
    "Agreement | EVALUATOR | id municipality with about from until",
    "SupportRequest | EVALUATOR | id municipality environment text askedAt given",
    "GivenSupport | EVALUATOR | on text hours",
    "Gathering | EVALUATOR | id region title place on arrangedBy attended",
    "YearlyReport | EVALUATOR | id municipality year number state granted broughtForward spent repaid carriedOver measures goals",
    "YearlyReport | EVALUATOR | hours submittedAt reply repliedBy repliedAt",
    "ReportedMeasure | EVALUATOR | measure spent",
    "ReportedGoal | EVALUATOR | goal achievement text",
    "AdministrativeHours | EVALUATOR | applications reports",
    "DueReport | EVALUATOR | municipality year due isLate report",
    "Evaluation | EVALUATOR | id measure goal achievement text by at",
    "MunicipalityEvaluation | EVALUATOR | municipality zeroPoint grants savedHours",
    "ZeroPoint | EVALUATOR | id finding earlier",
    "ZeroPointFinding | EVALUATOR | on text hours saidAt",
    "SavedHours | EVALUATOR | year before hours saved",
    "EvaluationPayload | EVALUATOR | evaluation errors",
    "UserError | EVALUATOR | code message path",
];

/// Whether a body with that function may see the field, whatever its role.
pub fn is_let(parent: &str, field: &str, function: BodyFunction) -> bool {
    BY_FUNCTION.iter().any(|line| {
        let mut columns = line.split(" | ");
        let is_its = columns.next() == Some(parent) && columns.next() == Some(function.as_str());
        is_its
            && columns
                .next()
                .is_some_and(|names| names.split_whitespace().any(|name| name == field))
    })
}

/// Every field that a function opens: the function's name, type and field.
pub fn by_function() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut all = Vec::new();
    for line in BY_FUNCTION {
        let [parent, function, names] = line.split(" | ").collect::<Vec<_>>()[..] else {
            unreachable!("{line:?} has not three columns");
        };
        all.extend(names.split_whitespace().map(|name| (function, parent, name)));
    }
    all.sort_unstable();
    all
}

/// What each role may see of one field, in the order of [`Role::ALL`].
pub type RolePermissions = [FieldPermission; Role::ALL.len()];

static FIELDS: LazyLock<HashMap<&str, HashMap<&str, RolePermissions>>> = LazyLock::new(|| {
    let mut fields: HashMap<&str, HashMap<&str, RolePermissions>> = HashMap::new();
    for line in TABLE {
        let [parent, signs, names] = line.split(" | ").collect::<Vec<_>>()[..] else {
            unreachable!("{line:?} has not three columns");
        };
        let row = row(signs);
        for name in names.split_whitespace() {
            let twice = fields.entry(parent).or_default().insert(name, row);
            assert!(twice.is_none(), "{parent}.{name} stands in the table twice");
        }
    }
    fields
});

fn row(signs: &str) -> RolePermissions {
    let mut row = [FieldPermission::No; Role::ALL.len()];
    let signs: Vec<&str> = signs.split_whitespace().collect();
    assert_eq!(signs.len(), row.len(), "one sign for each role");
    for (place, sign) in row.iter_mut().zip(signs) {
        *place = match sign {
            "y" => FieldPermission::Yes,
            "o" => FieldPermission::Own,
            "-" => FieldPermission::No,
            other => unreachable!("{other:?} is no sign of the table"),
        };
    }
    row
}

/// What the role may see of the field.
pub fn sight(parent: &str, field: &str, role: Role) -> FieldPermission {
    sight_of_all(parent, field)[role as usize]
}

/// What each role may see of the field.
pub fn sight_of_all(parent: &str, field: &str) -> RolePermissions {
    let row = FIELDS.get(parent).and_then(|fields| fields.get(field));
    row.copied().unwrap_or([FieldPermission::No; Role::ALL.len()])
}

/// Every field of the table, by type and name.
pub fn all() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = FIELDS
        .iter()
        .flat_map(|(parent, fields)| fields.keys().map(|field| (*parent, *field)))
        .collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_table_is_denied_to_everybody() {
        for role in Role::ALL {
            for (parent, field) in [("Query", "nothing"), ("Nothing", "id"), ("Award", "Award"), ("", "")] {
                assert_eq!(sight(parent, field, role), FieldPermission::No, "{parent}.{field}");
            }
        }
    }

    #[test]
    fn the_columns_are_the_roles_in_their_order() {
        assert!(
            Role::ALL
                .iter()
                .enumerate()
                .all(|(place, role)| *role as usize == place)
        );
        assert_eq!(sight("Source", "lastError", Role::Operator), FieldPermission::Yes);
        assert_eq!(sight("Source", "lastError", Role::Evaluator), FieldPermission::No);
        assert_eq!(
            sight("Mutation", "requestFunding", Role::Directorate),
            FieldPermission::Own
        );
    }

    #[test]
    fn the_programme_office_sees_everything_and_the_public_commands_nothing() {
        for (parent, field) in all() {
            assert_eq!(
                sight(parent, field, Role::ProgrammeOffice),
                FieldPermission::Yes,
                "{parent}.{field}"
            );
        }
        let commands = |role: Role| -> Vec<&str> {
            let all = all().into_iter().filter(|(parent, _)| *parent == "Mutation");
            let may = all.filter(|(parent, field)| sight(parent, field, role) != FieldPermission::No);
            may.map(|(_, field)| field).collect()
        };
        assert_eq!(commands(Role::Public), [""; 0]);
        assert_eq!(commands(Role::Operator), [""; 0]);
        assert_eq!(
            commands(Role::Evaluator),
            ["recordEvaluation"],
            "it evaluates, and nothing else"
        );
    }
}
