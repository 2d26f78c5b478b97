//! How each type of the schema is reached, near and far, and what its fields are asked with.

use programgrant_core::access::Role;

use super::asking::{BAMBLE, Ids, Place, TRONDELAG, TRONDHEIM, VESTFOLD_OG_TELEMARK};

const HIDDEN: &str = "the object";

/// The documents that lead to a type, the object standing for `§`: near, and far.
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
pub fn ways(place: &Place, parent: &str, role: Role) -> Option<(String, String)> {
    let (near, far) = (&place.near, &place.far);
    let both = |template: &str, a: &str, b: &str| Some((template.replace(HIDDEN, a), template.replace(HIDDEN, b)));
    let (bamble, trondheim) = (BAMBLE.0, TRONDHEIM.0);
    let of_municipality = |inner: &str| {
        both(
            &format!("{{ municipality(number: \"{HIDDEN}\") {{ {inner} }} }}"),
            bamble,
            trondheim,
        )
    };
    let of_grant = |inner: &str| of_municipality(&format!("programmeGrant(year: 2021) {{ {inner} }}"));
    let of_award = |inner: &str| {
        both(
            &format!("{{ award(id: \"{HIDDEN}\") {{ {inner} }} }}"),
            &near.award,
            &far.award,
        )
    };
    let of_claim = |inner: &str| {
        both(
            &format!("{{ fundingClaim(id: \"{HIDDEN}\") {{ {inner} }} }}"),
            &near.claim,
            &far.claim,
        )
    };
    let of_allocation = |inner: &str| {
        both(
            &format!("{{ allocation(id: \"{HIDDEN}\") {{ {inner} }} }}"),
            &near.allocation,
            &far.allocation,
        )
    };
    let of_explanation = |inner: &str| of_allocation(&format!("table {{ receivers {{ explanation {{ {inner} }} }} }}"));
    let of_application = |inner: &str| {
        both(
            &format!(
                "{{ participationApplications(programme: \"0-24-pilot\", announcement: \"{HIDDEN}\") {{ {inner} }} }}"
            ),
            &near.announcement,
            &far.announcement,
        )
    };
    let everywhere = |text: &str| Some((text.to_owned(), text.to_owned()));
    let of_participation = |inner: &str| {
        everywhere(&format!(
            "mutation {{ beginParticipation(application: \"x\", from: \"2021-01-01\", reason: \"r\", reference: \"r\", idempotencyKey: \"k\") {{ {inner} }} }}"
        ))
    };
    let of_use = |inner: &str| everywhere(&format!("{{ programmeUse(programme: \"0-24-pilot\") {{ {inner} }} }}"));
    let of_user = |list: &str, inner: &str| {
        let template = format!(
            "{{ programmeUse(programme: \"0-24-pilot\") {{ {list}(municipality: \"{HIDDEN}\") {{ {inner} }} }} }}"
        );
        both(&template, bamble, trondheim)
    };
    // The operator comes to a source by the list alone; a directorate reaches its own by what it says.
    let of_source = |inner: &str| match role {
        Role::Operator | Role::Public | Role::ProgrammeOffice => everywhere(&format!("{{ sources {{ {inner} }} }}")),
        _ => both(
            &format!("{{ {HIDDEN} {{ provenance {{ source {{ {inner} }} }} }} }}"),
            &format!("award(id: \"{}\")", near.award),
            &format!("award(id: \"{}\")", far.award),
        ),
    };
    match parent {
        "Query" => everywhere("{ § }"),
        "Mutation" => everywhere("mutation { § }"),
        "Viewer" => everywhere("{ viewer { § } }"),
        "HeldFunction" => everywhere("{ viewer { functions { § } } }"),
        "Organisation" => everywhere("{ schemes { directorate { § } } }"),
        "Programme" => everywhere("{ programme { § } }"),
        "Available" => everywhere("{ programme { available(year: 2021) { § } } }"),
        "Rule" => everywhere("{ programme { rules { § } } }"),
        "Deadline" => everywhere("{ deadlines { § } }"),
        "GrantScheme" => everywhere("{ schemes { § } }"),
        "BudgetPost" => everywhere("{ schemes { budgetPost(year: 2021) { § } } }"),
        "Coverage" => everywhere("{ coverage(year: 2021) { § } }"),
        "PostCoverage" => everywhere("{ coverage(year: 2021) { posts { § } } }"),
        "MunicipalityPage" => everywhere("{ municipalities(limit: 1) { § } }"),
        "Municipality" => of_municipality("§"),
        "MunicipalityNumber" => of_municipality("formerNumbers { § }"),
        "Eligibility" => of_municipality("eligibility(year: 2021) { § }"),
        "Reason" => of_municipality("eligibility(year: 2021) { reasons { § } }"),
        "ProgrammeYear" => everywhere("{ programme { year(year: 2021) { § } } }"),
        "Pot" => everywhere("{ programme { year(year: 2021) { pot { § } } } }"),
        "Figure" => everywhere("{ programme { year(year: 2021) { accounts { § } } } }"),
        "ProgrammeGrant" => of_grant("§"),
        "Comparison" => of_grant("comparison { § }"),
        "Share" => of_grant("shares { § }"),
        "Disbursement" => of_grant("disbursements { § }"),
        "Award" => of_award("§"),
        "ReportedRecipient" => of_award("recipientAsReported { § }"),
        "AwardVersion" => of_award("versions { § }"),
        "Provenance" => of_award("provenance { § }"),
        "FundingClaim" => of_claim("§"),
        "FundingVerdict" => of_claim("verdict { § }"),
        "ClaimEvent" => of_claim("history { § }"),
        "ClaimException" => of_claim("exception { § }"),
        "FundingClaimPage" => everywhere("{ fundingClaims { § } }"),
        "FundingClaimPayload" => both(
            &format!(
                "mutation {{ proposeOverride(claim: \"{HIDDEN}\", fence: 0, reason: \"r\", legalBasis: \"l\") {{ § }} }}"
            ),
            &near.claim,
            &far.claim,
        ),
        "UserError" if role == Role::Municipality => everywhere(
            "mutation { commentOnAllocation(allocation: \"x\", text: \"t\", idempotencyKey: \"k\") { errors { § } } }",
        ),
        "UserError" => both(
            &format!(
                "mutation {{ proposeOverride(claim: \"{HIDDEN}\", fence: 0, reason: \"r\", legalBasis: \"l\") {{ errors {{ § }} }} }}"
            ),
            &near.claim,
            &far.claim,
        ),
        "DoubleFundingCasePage" => everywhere("{ doubleFundingCases { § } }"),
        "DoubleFundingCase" => of_municipality("doubleFundingCases { § }"),
        "CaseEvent" => of_municipality("doubleFundingCases { history { § } }"),
        "DoubleFundingCasePayload" => both(
            &format!("mutation {{ decideCase(case: \"{HIDDEN}\", decision: CONFIRM, reason: \" \") {{ § }} }}"),
            &near.case,
            &far.case,
        ),
        "Allocation" => of_allocation("§"),
        "AllocationTable" => of_allocation("table { § }"),
        "AllocatedScheme" => of_allocation("table { schemes { § } }"),
        "AllocatedGrant" => of_allocation("table { receivers { § } }"),
        "AllocatedAmount" => of_allocation("table { receivers { parts { § } } }"),
        "AllocationExplanation" => of_explanation("§"),
        "AllocationInput" => of_explanation("inputs { § }"),
        "ExplanationLine" => of_explanation("rules { § }"),
        "ThresholdDistance" => of_explanation("thresholds { § }"),
        "AllocationChange" => of_explanation("change { § }"),
        "ChangeCause" => of_explanation("change { causes { § } }"),
        "AllocationComment" => of_allocation("comments { § }"),
        "AllocationWhatIf" => everywhere("{ allocationWhatIf(programme: \"0-24-pilot\", year: 2021) { § } }"),
        "Announcement" => everywhere("{ announcements(programme: \"0-24-pilot\") { § } }"),
        "Selection" => everywhere("{ announcements(programme: \"0-24-pilot\") { selection { § } } }"),
        "ParticipationApplication" => of_application("§"),
        "PoliticalDecision" => of_application("politicalDecision { § }"),
        "Assessment" => of_application("assessments { § }"),
        "ApplicationRanking" => everywhere("{ announcements(programme: \"0-24-pilot\") { rankings { § } } }"),
        "ProgrammeUse" => of_use("§"),
        "Goal" => of_use("goals { § }"),
        "Measure" => of_user("measures", "§"),
        "MeasureTerms" => of_user("measures", "terms { § }"),
        "EarlierMeasure" => of_user("measures", "earlier { § }"),
        "Agreement" => of_use("agreements { § }"),
        "SupportRequest" => of_use("supportRequests { § }"),
        "GivenSupport" => of_use("supportRequests { given { § } }"),
        "Gathering" => of_use("gatherings { § }"),
        "YearlyReport" => of_use("reports { § }"),
        "ReportedMeasure" => of_use("reports { measures { § } }"),
        "ReportedGoal" => of_use("reports { goals { § } }"),
        "DueReport" => of_use("dueReports { § }"),
        "EvaluationData" => everywhere("{ evaluationData(programme: \"0-24-pilot\") { § } }"),
        "CodedVariable" => everywhere("{ evaluationData(programme: \"0-24-pilot\") { variables { § } } }"),
        "EvaluatedFigure" => everywhere("{ evaluationData(programme: \"0-24-pilot\") { figures { § } } }"),
        "Evaluation" => of_use("evaluations { § }"),
        "MunicipalityEvaluation" => of_user("municipalities", "§"),
        "ZeroPoint" => of_use("municipalities { zeroPoint { § } }"),
        "ZeroPointFinding" => of_use("municipalities { zeroPoint { finding { § } } }"),
        "AdministrativeHours" => of_use("municipalities { zeroPoint { finding { hours { § } } } }"),
        "IndicatorSeries" => of_use("municipalities { indicators { § } }"),
        "IndicatorFigure" => of_use("municipalities { indicators { figures { § } } }"),
        "SavedHours" => of_use("municipalities { savedHours { § } }"),
        "MeasurePayload" => everywhere(
            "mutation { changeMeasure(measure: \"x\", input: {title: \"t\", change: \"c\", targetGroup: \"g\", services: [], sectors: [], from: \"2021-01-01\", until: \"2021-01-01\", fromPot: 0}, reason: \"r\", idempotencyKey: \"k\") { § } }",
        ),
        "AgreementPayload" => everywhere(
            "mutation { registerAgreement(programme: \"0-24-pilot\", with: \"983544622\", about: \"\", from: \"2021-01-01\", until: \"2021-01-01\", municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "SupportRequestPayload" if role == Role::ProgrammeOffice => everywhere(
            "mutation { giveSupport(request: \"x\", on: \"2021-01-01\", text: \"t\", hours: 1, idempotencyKey: \"k\") { § } }",
        ),
        "SupportRequestPayload" => everywhere(
            "mutation { requestSupport(programme: \"0-24-pilot\", environment: \"983544622\", text: \"\", municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "GatheringPayload" => everywhere(
            "mutation { recordAttendance(gathering: \"x\", municipalities: [], idempotencyKey: \"k\") { § } }",
        ),
        "YearlyReportPayload" if role == Role::ProgrammeOffice => {
            everywhere("mutation { returnYearlyReport(report: \"x\", reason: \"r\", idempotencyKey: \"k\") { § } }")
        }
        "YearlyReportPayload" => everywhere(
            "mutation { submitYearlyReport(input: {programme: \"0-24-pilot\", year: 1999, spent: 0, repaid: 0, measures: [], goals: [], hours: {applications: 0, reports: 0}}, municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "ZeroPointPayload" => everywhere(
            "mutation { recordZeroPoint(programme: \"0-24-pilot\", on: \"2019-12-31\", text: \"\", hours: {applications: 0, reports: 0}, municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "EvaluationPayload" => everywhere(
            "mutation { recordEvaluation(input: {programme: \"0-24-pilot\", measure: \"x\", achievement: REACHED, text: \"t\"}, idempotencyKey: \"k\") { § } }",
        ),
        "Objection" => everywhere("{ objections(programme: \"0-24-pilot\") { § } }"),
        "AllocationPayload" => {
            everywhere("mutation { proposeAllocation(allocation: \"x\", idempotencyKey: \"k\") { § } }")
        }
        "AllocationCommentPayload" => {
            everywhere("mutation { commentOnAllocation(allocation: \"x\", text: \"t\", idempotencyKey: \"k\") { § } }")
        }
        "AnnouncementPayload" => everywhere(
            "mutation { announceProgramme(programme: \"0-24-pilot\", text: \"\", deadline: \"2026-01-01\", region: \"974762501\", idempotencyKey: \"k\") { § } }",
        ),
        "ParticipationApplicationPayload" => everywhere(
            "mutation { withdrawParticipationApplication(application: \"x\", reason: \"r\", idempotencyKey: \"k\") { § } }",
        ),
        "AssessmentPayload" => everywhere(
            "mutation { assessParticipationApplication(application: \"x\", recommendation: RECOMMENDED, text: \"t\", idempotencyKey: \"k\") { § } }",
        ),
        "ApplicationRankingPayload" => everywhere(
            "mutation { rankParticipationApplications(announcement: \"x\", order: [], reason: \"r\", municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "SelectionPayload" => everywhere(
            "mutation { selectParticipants(announcement: \"x\", chosen: [], reason: \"r\", reference: \"r\", idempotencyKey: \"k\") { § } }",
        ),
        "ParticipationPayload" => of_participation("§"),
        "ParticipationDecision" => of_participation("participation { § }"),
        "ObjectionPayload" if role == Role::Directorate => everywhere(
            "mutation { answerObjection(objection: \"x\", outcome: REJECTED, reason: \"r\", idempotencyKey: \"k\") { § } }",
        ),
        "ObjectionPayload" => everywhere(
            "mutation { object(programme: \"0-24-pilot\", kind: AWARD, subject: \"x\", reason: \"r\", municipality: \"940244145\", idempotencyKey: \"k\") { § } }",
        ),
        "Source" => of_source("§"),
        "SetAside" => of_source("setAsideRecords { § }"),
        "SourceExclusions" => of_source("exclusions { § }"),
        "ForeignExclusion" => of_source("exclusions { foreign { § } }"),
        _ => None,
    }
}

pub const INPUT: &str = "{ scheme: \"SCHEME\", recipient: { organisationNumber: \"RECIPIENT\" }, year: 2021, amount: 100, caseReference: \"x\" }";

/// The arguments of a field, near and far.
pub fn arguments(place: &Place, parent: &str, field: &str) -> (String, String) {
    let both = |template: &str, a: &str, b: &str| (template.replace(HIDDEN, a), template.replace(HIDDEN, b));
    let (near, far) = (&place.near, &place.far);
    let input = |scheme: &str, recipient: &str| INPUT.replace("SCHEME", scheme).replace("RECIPIENT", recipient);
    let inputs = (input("621.63", BAMBLE.1), input("765.60-children", TRONDHEIM.1));
    let of_claim = |more: &str| {
        both(
            &format!("(claim: \"{HIDDEN}\", fence: 0, {more})"),
            &near.claim,
            &far.claim,
        )
    };
    let same = |text: &str| (text.to_owned(), text.to_owned());
    match (parent, field) {
        ("Municipality", "programmeGrant" | "eligibility" | "unheardPosts")
        | ("GrantScheme", "budgetPost")
        | ("Programme", "year" | "available")
        | ("Query", "coverage") => same("(year: 2021)"),
        ("Query", "municipality") => same("(number: \"3813\")"),
        ("Query", "award") => both(&format!("(id: \"{HIDDEN}\")"), &near.award, &far.award),
        ("Query", "fundingClaim") => both(&format!("(id: \"{HIDDEN}\")"), &near.claim, &far.claim),
        ("Query", "doubleFundingCase") => both(&format!("(id: \"{HIDDEN}\")"), &near.case, &far.case),
        ("Query", "fundingClaims" | "doubleFundingCases") => {
            both(&format!("(municipality: \"{HIDDEN}\")"), BAMBLE.1, TRONDHEIM.1)
        }
        ("Query", "fundingCheck") => both(&format!("(input: {HIDDEN})"), &inputs.0, &inputs.1),
        ("Query", "fundingChecks") => both(&format!("(inputs: [{HIDDEN}])"), &inputs.0, &inputs.1),
        ("Mutation", "requestFunding") => both(
            &format!("(input: {HIDDEN}, idempotencyKey: \"sight\")"),
            &inputs.0,
            &inputs.1,
        ),
        ("Mutation", "confirmFunding") => of_claim("awardReference: \"a\", awarded: 1"),
        ("Mutation", "releaseFunding" | "approveOverride") => of_claim("reason: \"r\""),
        ("Mutation", "decideFunding") => of_claim("decision: ALLOW, reason: \"r\""),
        ("Mutation", "proposeOverride") => of_claim("reason: \"r\", legalBasis: \"l\""),
        ("Query", "allocations" | "announcements" | "participationApplications" | "objections") => {
            same("(programme: \"0-24-pilot\")")
        }
        ("Query", "programmeUse" | "evaluationData") => same("(programme: \"0-24-pilot\")"),
        ("Query", "allocationWhatIf") => same("(programme: \"0-24-pilot\", year: 2021)"),
        ("Query", "allocation") => both(&format!("(id: \"{HIDDEN}\")"), &near.allocation, &far.allocation),
        ("Mutation", field) if is_of_journal(field) => of_journal(place, field),
        ("Mutation", "decideCase") => both(
            &format!("(case: \"{HIDDEN}\", decision: CONFIRM, reason: \" \")"),
            &near.case,
            &far.case,
        ),
        _ => same(""),
    }
}

/// Commands to the journal, each with its arguments but the key.
const JOURNAL: [(&str, &str); 29] = [
    (
        "draftAllocation",
        "input: {programme: \"0-24-pilot\", year: 2020, reason: \"r\"}",
    ),
    ("proposeAllocation", "allocation: \"ALLOCATION\""),
    (
        "consultOnAllocation",
        "allocation: \"ALLOCATION\", until: \"2030-01-01\"",
    ),
    ("commentOnAllocation", "allocation: \"ALLOCATION\", text: \"t\""),
    ("answerAllocationComment", "comment: \"x\", text: \"t\""),
    ("decideAllocation", "allocation: \"ALLOCATION\", reference: \"r\""),
    ("withdrawAllocation", "allocation: \"ALLOCATION\", reason: \"r\""),
    (
        "announceProgramme",
        "programme: \"0-24-pilot\", text: \"t\", deadline: \"2030-01-01\", region: \"GOVERNOR\"",
    ),
    (
        "applyForParticipation",
        "input: {announcement: \"ANNOUNCEMENT\", challenges: \"c\", progress: \"p\", motivation: \"m\"}, municipality: \"MUNICIPALITY\"",
    ),
    (
        "addPoliticalDecision",
        "application: \"APPLICATION\", decision: {reference: \"r\", on: \"2020-01-01\"}",
    ),
    (
        "withdrawParticipationApplication",
        "application: \"APPLICATION\", reason: \"r\"",
    ),
    (
        "assessParticipationApplication",
        "application: \"APPLICATION\", recommendation: RECOMMENDED, text: \"t\"",
    ),
    (
        "rankParticipationApplications",
        "announcement: \"ANNOUNCEMENT\", order: [\"x\"], reason: \"r\", municipality: \"MUNICIPALITY\"",
    ),
    (
        "selectParticipants",
        "announcement: \"ANNOUNCEMENT\", chosen: [], reason: \"r\", reference: \"r\"",
    ),
    (
        "beginParticipation",
        "application: \"APPLICATION\", from: \"2021-01-01\", reason: \"r\", reference: \"r\"",
    ),
    (
        "endParticipation",
        "programme: \"0-24-pilot\", municipality: \"MUNICIPALITY\", lastDay: \"1999-01-01\", reason: \"r\", reference: \"r\"",
    ),
    (
        "object",
        "programme: \"0-24-pilot\", kind: AWARD, subject: \"AWARD\", reason: \"r\", municipality: \"MUNICIPALITY\"",
    ),
    (
        "registerMeasure",
        "programme: \"0-24-pilot\", input: {title: \"t\", change: \"c\", targetGroup: \"g\", services: [], sectors: [HEALTH], from: \"2021-01-01\", until: \"2021-12-31\", fromPot: 0}, municipality: \"MUNICIPALITY\"",
    ),
    (
        "changeMeasure",
        "measure: \"MEASURE\", input: {title: \"t\", change: \"c\", targetGroup: \"g\", services: [], sectors: [HEALTH], from: \"2021-01-01\", until: \"2021-12-31\", fromPot: 0}, reason: \"r\"",
    ),
    (
        "registerAgreement",
        "programme: \"0-24-pilot\", with: \"983544622\", about: \"a\", from: \"2021-01-01\", until: \"2021-12-31\", municipality: \"MUNICIPALITY\"",
    ),
    (
        "requestSupport",
        "programme: \"0-24-pilot\", environment: \"983544622\", text: \"t\", municipality: \"MUNICIPALITY\"",
    ),
    (
        "giveSupport",
        "request: \"x\", on: \"2021-01-01\", text: \"t\", hours: 1",
    ),
    (
        "announceGathering",
        "programme: \"0-24-pilot\", title: \"t\", place: \"p\", on: \"2021-01-01\", region: \"GOVERNOR\"",
    ),
    ("recordAttendance", "gathering: \"x\", municipalities: []"),
    (
        "submitYearlyReport",
        "input: {programme: \"0-24-pilot\", year: 1999, spent: 0, repaid: 0, measures: [], goals: [], hours: {applications: 0, reports: 0}}, municipality: \"MUNICIPALITY\"",
    ),
    ("returnYearlyReport", "report: \"x\", reason: \"r\""),
    ("approveYearlyReport", "report: \"x\", reason: \"r\""),
    (
        "recordZeroPoint",
        "programme: \"0-24-pilot\", on: \"2019-12-31\", text: \"t\", hours: {applications: 0, reports: 0}, municipality: \"MUNICIPALITY\"",
    ),
    (
        "recordEvaluation",
        "input: {programme: \"0-24-pilot\", measure: \"MEASURE\", achievement: REACHED, text: \"t\"}",
    ),
];
const ANSWER: (&str, &str) = (
    "answerObjection",
    "objection: \"OBJECTION\", outcome: REJECTED, reason: \"r\"",
);

fn is_of_journal(field: &str) -> bool {
    JOURNAL.iter().chain([&ANSWER]).any(|(name, _)| *name == field)
}

fn of_journal(place: &Place, field: &str) -> (String, String) {
    let (_, template) = JOURNAL
        .iter()
        .chain([&ANSWER])
        .find(|(name, _)| *name == field)
        .expect("listed");
    let filled = |ids: &Ids, governor: &str, municipality: &str| {
        let filled = template
            .replace("ALLOCATION", &ids.allocation)
            .replace("ANNOUNCEMENT", &ids.announcement)
            .replace("APPLICATION", &ids.application)
            .replace("OBJECTION", &ids.objection)
            .replace("MEASURE", &ids.measure)
            .replace(
                "AWARD",
                if template.contains("kind: AWARD") {
                    "AWARD"
                } else {
                    &ids.award
                },
            )
            .replace("subject: \"AWARD\"", &format!("subject: \"{}\"", ids.award))
            .replace("GOVERNOR", governor)
            .replace("MUNICIPALITY", municipality);
        format!("({filled}, idempotencyKey: \"sight\")")
    };
    (
        filled(&place.near, VESTFOLD_OG_TELEMARK, BAMBLE.1),
        filled(&place.far, TRONDELAG, TRONDHEIM.1),
    )
}
