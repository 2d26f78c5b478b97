//! The rules in their order of precedence: everything that holds is found, the first in rank decides, the rest is context.

use std::collections::HashSet;

use programgrant_schema::{Programme, Rule};

use super::question::{Doubt, DoubtKind, Question, ReportedAward, Taken};
use super::{EvidenceRecord, Outcome, Reason, ReasonCode, Recipient, Subject, Verdict, programmes};
use crate::ledger::ClaimState;

/// The order of precedence; within a rank, the order in which things are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Nobody can tell for whom or what.
    Unresolved,
    /// Somebody has the slot.
    Taken,
    /// Somebody may get the slot.
    Contended,
    /// The programme forbids it.
    InProgramme,
    /// The rules cannot decide.
    CaseOfficer,
    /// Not known now.
    Unknown,
    /// Nothing stands against it.
    Clear,
}

impl Rank {
    const fn outcome(self) -> Outcome {
        match self {
            Self::Unresolved | Self::CaseOfficer => Outcome::NeedsCaseOfficer,
            Self::Taken | Self::InProgramme => Outcome::Blocked,
            Self::Contended | Self::Unknown => Outcome::Undetermined,
            Self::Clear => Outcome::Clear,
        }
    }

    /// Whether a case officer may decide it away.
    const fn yields_to_case_officer(self) -> bool {
        matches!(self, Self::Unresolved | Self::CaseOfficer)
    }
}

/// One thing that holds, and where it ranks.
pub struct RankedReason {
    pub rank: Rank,
    pub reason: Reason,
    pub evidence: Option<EvidenceRecord>,
}

impl RankedReason {
    pub fn new(rank: Rank, code: ReasonCode, rule: Option<&Rule>, message: String) -> Self {
        Self {
            rank,
            reason: Reason {
                code,
                rule: rule.cloned(),
                message,
            },
            evidence: None,
        }
    }
}

/// The guard's answer.
pub fn judge(question: &Question<'_>) -> Verdict {
    let found = findings(question);
    let outcome = found
        .first()
        .map_or(Outcome::Undetermined, |first| first.rank.outcome());
    verdict(outcome, found)
}

/// The answer once a case officer has allowed it: what a case officer decides stands against it no longer, everything else does.
pub fn judge_allowed(question: &Question<'_>) -> Verdict {
    let (decided, standing): (Vec<RankedReason>, Vec<RankedReason>) = findings(question)
        .into_iter()
        .partition(|finding| finding.rank.yields_to_case_officer());
    match standing.first().map(|first| first.rank) {
        Some(Rank::Clear) | None => {
            let message = "En saksbehandler har vurdert saken og tillatt tildelingen.".to_owned();
            let allowed = RankedReason::new(Rank::Clear, ReasonCode::DecidedByCaseOfficer, None, message);
            verdict(Outcome::Clear, std::iter::once(allowed).chain(decided).collect())
        }
        Some(rank) => verdict(rank.outcome(), standing.into_iter().chain(decided).collect()),
    }
}

/// The answer once two people have agreed on an exception: it overrules what forbids the award, and not what is not known.
pub fn judge_exception(question: &Question<'_>) -> Verdict {
    let (unknown, overruled): (Vec<RankedReason>, Vec<RankedReason>) = findings(question)
        .into_iter()
        .partition(|finding| finding.rank == Rank::Unknown);
    if !unknown.is_empty() {
        return verdict(Outcome::Undetermined, unknown.into_iter().chain(overruled).collect());
    }
    let message = "To personer fra to organer har godkjent et unntak.".to_owned();
    let agreed = RankedReason::new(Rank::Clear, ReasonCode::ExceptionApproved, None, message);
    verdict(Outcome::Clear, std::iter::once(agreed).chain(overruled).collect())
}

fn verdict(outcome: Outcome, found: Vec<RankedReason>) -> Verdict {
    let (mut verdict, mut seen) = (
        Verdict {
            outcome,
            reasons: Vec::new(),
            evidence: Vec::new(),
        },
        HashSet::new(),
    );
    for finding in found {
        verdict.reasons.push(finding.reason);
        verdict
            .evidence
            .extend(finding.evidence.filter(|evidence| seen.insert(evidence.clone())));
    }
    verdict
}

/// Everything that holds, by rank. What speaks for the award is left out where something stands against it.
fn findings(question: &Question<'_>) -> Vec<RankedReason> {
    let mut found = Vec::new();
    found.extend(unresolved_recipient(question));
    found.extend(unresolved_scheme(question));
    found.extend(question.taken.iter().map(|taken| taken_by_claim(question, taken)));
    found.extend(
        question
            .awards
            .iter()
            .filter_map(|award| taken_by_award(question, award)),
    );
    found.extend(programmes::findings(question.application, question.reference));
    let doubts = question.knowledge.doubts.iter();
    found.extend(doubts.map(|doubt| not_known(question, doubt)));
    if !question.knowledge.is_ledger_in_order {
        let message =
            "Registeret over krav er eldre enn en kvittering det har gitt, og må avstemmes før det kan svare."
                .to_owned();
        found.push(RankedReason::new(
            Rank::Unknown,
            ReasonCode::LedgerBehind,
            None,
            message,
        ));
    }
    found.sort_by_key(|finding| finding.rank);
    if found.first().is_some_and(|first| first.rank != Rank::Clear) {
        found.retain(|finding| finding.rank != Rank::Clear);
    }
    found
}

fn unresolved_recipient(question: &Question<'_>) -> Option<RankedReason> {
    let message = match &question.application.recipient {
        Recipient::Unresolved(stated) => {
            format!(
                "Mottakeren {stated} er ikke én kjent kommune. En saksbehandler må avgjøre hvem tilskuddet gjelder."
            )
        }
        Recipient::Municipality(id) => {
            let nameless = question
                .reference
                .register
                .get(*id)
                .filter(|known| known.organisation_number.is_none())?;
            format!(
                "{} har ikke noe kjent organisasjonsnummer. En saksbehandler må avgjøre hvem tilskuddet gjelder.",
                nameless.name()
            )
        }
    };
    Some(RankedReason::new(
        Rank::Unresolved,
        ReasonCode::UnresolvedRecipient,
        None,
        message,
    ))
}

fn unresolved_scheme(question: &Question<'_>) -> Option<RankedReason> {
    let year = question.application.year;
    let message = match &question.application.subject {
        Subject::Unresolved(stated) => {
            format!(
                "Det går ikke fram hvilken tilskuddsordning {stated} gjelder i {year}. En saksbehandler må avgjøre det."
            )
        }
        Subject::Scheme(id) => match question.reference.programmes.scheme(id) {
            Some(scheme) if scheme.post_in(year).is_some() => return None,
            Some(scheme) => format!(
                "Ordningen «{}» ({id}) fantes ikke i {year}. En saksbehandler må avgjøre hva søknaden gjelder.",
                scheme.name
            ),
            None => format!("Ordningen {id} er ikke kjent. En saksbehandler må avgjøre hva søknaden gjelder."),
        },
    };
    Some(RankedReason::new(
        Rank::Unresolved,
        ReasonCode::UnresolvedScheme,
        None,
        message,
    ))
}

fn taken_by_claim(question: &Question<'_>, taken: &Taken) -> RankedReason {
    let body = question.reference.organisation(taken.requested_by).name;
    if taken.is_undecided() {
        let message = format!("{body} har et krav til behandling for det samme. Spør igjen med samme nøkkel.");
        return RankedReason::new(Rank::Contended, ReasonCode::SlotContended, None, message);
    }
    // Whose it is, so that the two can talk. Of a claim that is not decided nobody else is told which one it is.
    let which = if taken.state.is_awarded() {
        format!(" (krav {}, sak {})", taken.claim, taken.case_reference)
    } else {
        String::new()
    };
    let message = format!(
        "{body} har allerede et krav for det samme, som {}{which}.",
        state_in_words(taken.state)
    );
    RankedReason::new(Rank::Taken, ReasonCode::AlreadyFunded, same_activity(question), message)
}

const fn state_in_words(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Requested => "ikke er avgjort",
        ClaimState::Held => "venter på en saksbehandler",
        ClaimState::Cleared => "er klarert",
        ClaimState::Denied => "er avslått",
        ClaimState::Confirmed => "er bekreftet",
        ClaimState::Paid => "er utbetalt",
        ClaimState::Reversed => "er omgjort",
        ClaimState::Released => "er frigitt",
        ClaimState::Expired => "er utløpt",
        ClaimState::Quarantined => "er klarert, men ikke kvittert for",
    }
}

fn taken_by_award(question: &Question<'_>, award: &ReportedAward) -> Option<RankedReason> {
    if !award.coverage().meets(&question.application.coverage()) {
        return None;
    }
    let owner = question.reference.sources.get(award.evidence.source).name;
    let (id, record) = (&award.id, &award.evidence.record);
    let gone = if award.has_vanished {
        " Kilden melder den ikke lenger, men det frigir ingenting."
    } else {
        ""
    };
    let mut finding = if award.is_certain {
        let message = format!("{owner} har meldt en tildeling for det samme ({id}, {record}).{gone}");
        RankedReason::new(Rank::Taken, ReasonCode::AlreadyFunded, same_activity(question), message)
    } else {
        let message = format!(
            "{owner} har meldt en tildeling som kan være for det samme ({id}, {record}). En saksbehandler må avgjøre det.{gone}"
        );
        RankedReason::new(
            Rank::CaseOfficer,
            ReasonCode::AwardUnresolved,
            same_activity(question),
            message,
        )
    };
    finding.evidence = Some(award.evidence.clone());
    Some(finding)
}

/// No activity is paid for twice, says a programme that has the scheme, or any.
fn same_activity<'a>(question: &Question<'a>) -> Option<&'a Rule> {
    let has_scheme = |programme: &&Programme| matches!(&question.application.subject, Subject::Scheme(scheme) if programme.scheme(scheme).is_some());
    let programmes = || question.reference.programmes.iter();
    programmes()
        .filter(has_scheme)
        .chain(programmes())
        .find_map(|programme| programme.rule("same-activity"))
}

fn not_known(question: &Question<'_>, doubt: &Doubt) -> RankedReason {
    let owner = question.reference.sources.get(doubt.source).name;
    let (code, message) = match doubt.kind {
        DoubtKind::Silent => (ReasonCode::SourceNotFresh, format!("{owner} har ennå ikke svart.")),
        DoubtKind::Stale { heard_at } => (
            ReasonCode::SourceNotFresh,
            format!("{owner} er ikke hørt siden {heard_at}, som er for lenge siden."),
        ),
        DoubtKind::NotAsked { year } => (
            ReasonCode::SourceNotFresh,
            format!("{owner} blir ikke spurt om {year}."),
        ),
        DoubtKind::Gap => (ReasonCode::SourceIncomplete, format!("Noe mangler fra {owner}.")),
        DoubtKind::Clouded { year } => (
            ReasonCode::SourceIncomplete,
            format!("En melding fra {owner} om mottakeren og ordningen i {year} kan ikke leses."),
        ),
        DoubtKind::InDoubt { year } => (
            ReasonCode::SourceIncomplete,
            format!("En melding fra {owner} kan ikke leses, og kan gjelde mottakeren og ordningen i {year}."),
        ),
    };
    RankedReason::new(Rank::Unknown, code, None, message)
}
